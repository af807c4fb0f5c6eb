"""The command `do due`: one period on the command line, or a CSV file of them."""

import csv
import io
import json
import sys
from pathlib import Path

from .calendar import Calendar
from .due import Stop, due, due_day
from .period import Period, PeriodError, parse_day, shown

USAGE = """用法：
  due 起始日 期间 [--suspend 起日/止日]… [--json]
  due --batch 文件.csv
例如：
  due 2020-05-20 1月
  due 2020-07-08 6月 --suspend 2020-09-01/2020-10-01 --json
起始日不计入；期间写作 1月、30日、5工作日、2年；扣除期间含起日、不含止日（止日为恢复计算之日），可写多次。
文件首行为 start,period[,suspend]，suspend 中多段以分号隔开；结果以CSV写到标准输出，加 due、provisional 两列。
"""
ADDED = ("due", "provisional", "error")


def main_due(argv: list[str]) -> int:
    """Run `do due` with its arguments. Exit 0: everything was computed; 1: one Chinese sentence on stderr says why.

    `--json` prints {"due", "steps", "provisional"} and nothing else. `--batch` prints the input columns with `due`
    and `provisional` (true/false); where rows are bad, also `error`, and the good rows are computed all the same.
    """
    try:
        return _run(list(argv))
    except PeriodError as error:
        print(error, file=sys.stderr)
        return 1


def _run(argv: list[str]) -> int:
    if "-h" in argv or "--help" in argv:
        sys.stdout.write(USAGE)
        return 0
    plain: list[str] = []
    suspend: list[str] = []
    batch: str | None = None
    as_json = False
    while argv:
        word = argv.pop(0)
        name, equals, value = word.partition("=")
        if word == "--json":
            as_json = True
        elif name in ("--suspend", "--batch"):
            if not equals and not argv:
                raise PeriodError(f"{name}后面缺少内容，例如：--suspend 2020-09-01/2020-10-01 或 --batch 文件.csv。")
            value = value if equals else argv.pop(0)
            if name == "--batch":
                batch = value
            else:
                suspend.append(value)
        elif word.startswith("--"):
            raise PeriodError(
                f"不认识的选项“{shown(word)}”，可用--suspend、--json、--batch，例如：due 2020-05-20 1月。"
            )
        else:
            plain.append(word)
    if batch is not None:
        if plain or suspend or as_json:
            raise PeriodError("--batch不能与起始日、期间、--suspend、--json同时使用，例如：due --batch 文件.csv。")
        return _batch(Path(batch))
    if len(plain) != 2:
        raise PeriodError("须写明起始日和期间两项，例如：due 2020-05-20 1月。")
    stops = [stop for text in suspend for stop in _stops(text)]
    result = due(parse_day(plain[0]), Period.parse(plain[1]), calendar=Calendar.bundled(), stops=stops)
    if as_json:
        answer = {key: value for key, value in result.as_dict().items() if key in ("due", "steps", "provisional")}
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(f"{result.due}{'（暂定）' if result.provisional else ''}")
        for step in result.steps:
            print(f"  {step.label}：{step.text}。〔{step.source}〕")
    return 0


def _stops(text: str) -> list[Stop]:
    """Stops from `A/B` or `A/B;C/D` (half or full width semicolon). PeriodError with an example."""
    stops = []
    for part in text.replace("；", ";").split(";"):
        if not part.strip():
            continue
        begin, slash, end = part.partition("/")
        if not slash:
            raise PeriodError(f"扣除期间“{shown(part)}”无法识别，请写成起日/止日，例如：2020-09-01/2020-10-01。")
        stops.append((parse_day(begin), parse_day(end)))
        if stops[-1][0] > stops[-1][1]:
            raise PeriodError(f"扣除期间“{shown(part)}”的止日早于起日，请写成起日/止日，例如：2020-09-01/2020-10-01。")
    return stops


def _read(path: Path) -> str:
    """The file's text: UTF-8 with or without BOM, else GB 18030 as office programs write it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PeriodError(f"文件“{path}”无法读取（{_reason(error)}），请核对，例如：due --batch 期间.csv。") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PeriodError(f"文件“{path}”既不是UTF-8也不是GB18030编码的文本，请另存为CSV（UTF-8）后再试。")


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹"
    return "没有权限" if isinstance(error, PermissionError) else "读取出错"


def _batch(path: Path) -> int:
    try:
        header, *rows = [row for row in csv.reader(io.StringIO(_read(path), newline="")) if row] or [[]]
    except csv.Error:
        raise PeriodError(f"文件“{path}”不是规范的CSV，请另存为CSV（UTF-8）后再试。") from None
    header = [name.strip() for name in header]
    if "start" not in header or "period" not in header:
        raise PeriodError(f"文件“{path}”的首行须有start和period两列，例如：start,period,suspend。")
    kept = [index for index, name in enumerate(header) if name not in ADDED]  # a former result can be fed in again
    places = header.index("start"), header.index("period"), header.index("suspend") if "suspend" in header else None
    calendar = Calendar.bundled()
    computed = [_row(row, len(header), places, calendar) for row in rows]
    failed = any(answer[2] for answer in computed)
    width = 3 if failed else 2
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([header[index] for index in kept] + list(ADDED[:width]))
    for row, answer in zip(rows, computed, strict=True):
        writer.writerow([row[index] if index < len(row) else "" for index in kept] + list(answer[:width]))
    sys.stdout.write(out.getvalue())
    return 1 if failed else 0


def _row(row: list[str], width: int, places: tuple[int, int, int | None], calendar: Calendar) -> tuple[str, str, str]:
    """(due, provisional, error) of one row; the error is empty where it could be computed."""
    start, period, suspend = places
    try:
        if len(row) > width:
            raise PeriodError(f"本行有{len(row)}列，多于首行的{width}列，含逗号的内容请加双引号。")
        if len(row) <= max(start, period):
            raise PeriodError("本行缺少起始日或期间，例如：2020-05-20,1月。")
        stops = _stops(row[suspend]) if suspend is not None and suspend < len(row) and row[suspend] else ()
        day, provisional = due_day(parse_day(row[start]), Period.parse(row[period]), calendar=calendar, stops=stops)
    except PeriodError as error:
        return "", "", str(error)
    return day.isoformat(), "true" if provisional else "false", ""
