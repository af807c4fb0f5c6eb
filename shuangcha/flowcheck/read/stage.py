"""Text files and workbooks → one plain CSV per sheet that DuckDB reads without a doubt; malformed rows are set aside.

A staged row is (row number in the source, wanted columns in order). Nothing is held in memory but one record.
"""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from .errors import ReadError, shown

LONGEST = 1_000_000
"""Characters of one field; more is a lost quotation mark, not a record."""
SPAN = 50
"""A record may span so many lines; an opened quotation mark that is not closed by then is a stray one."""
KEPT_REJECTS = 200_000
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "utf-16": "utf-16",
}


@dataclass
class Staged:
    """A staged source: its CSV (row number first), the headings kept, all headings, and rows that are no rows."""

    file: str
    path: Path
    headings: list[str]
    all_headings: list[str]
    rows: int = 0
    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    encoding: str = ""

    def reject(self, row: int, code: str, value: object) -> None:
        if len(self.rejected) >= KEPT_REJECTS:
            raise ReadError(f"“{self.file}”中格式错误的行超过{KEPT_REJECTS}行，请核对分隔符与编码后重新导出。")
        self.rejected.append((row, code, shown(value, 60)))


def open_rows(
    path: Path, sheet: str | None, encoding: str | None, delimiter: str | None, header_row: int, name: str
) -> tuple[list[str], Iterator[tuple[int, list[str] | str, str]], str]:
    """(headings, rows as (number, fields | error code, raw text), encoding). ReadError for a file that is no table."""
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"):
        return _workbook(path, sheet, header_row, name)
    return _text(path, encoding, delimiter, header_row, name)


def stage(staged: Staged, rows: Iterable[tuple[int, list[str] | str, str]]) -> Staged:
    """Write the wanted columns of the rows; sets `rows` and `rejected`."""
    places = [staged.all_headings.index(one) for one in staged.headings]
    width = len(staged.all_headings)
    with staged.path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for number, fields, raw in rows:
            staged.rows += 1
            if isinstance(fields, str):
                staged.reject(number, fields, raw)
                continue
            if len(fields) != width:
                if len(fields) > width and any(fields[width:]):
                    staged.reject(number, "width", raw or "，".join(fields))
                    continue
                if len(fields) < width - 1 and width - len(fields) > width // 2:
                    staged.reject(number, "width", raw or "，".join(fields))
                    continue
                fields = (fields + [""] * width)[:width]
            kept = [fields[place] for place in places]
            joined = "".join(kept)
            if "\ufffd" in joined:
                staged.reject(number, "garbled", next(one for one in kept if "\ufffd" in one))
                continue
            if "\n" in joined or "\r" in joined or "\x00" in joined:
                kept = [" ".join(one.replace("\x00", "").splitlines()) for one in kept]
            if len(joined) > LONGEST:
                staged.reject(number, "long", kept[0])
                continue
            writer.writerow([number, *kept])
    return staged


# --- text ---


def detect(path: Path) -> str:
    """utf-8-sig, utf-16 or gb18030: the first that the whole file is; where none is, the one with fewer bad places."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", True)
            return "utf-8-sig" if encoding == "utf-8" else encoding
        except UnicodeDecodeError:
            continue
    with path.open("rb") as file:
        head = file.read(1 << 20)
    return min(("utf-8-sig", "gb18030"), key=lambda one: head.decode(one, "replace").count("\ufffd"))


def _records(lines: Iterable[str]) -> Iterator[tuple[int, str | None, str]]:
    """(number of the first line, record, ""), or (number, None, line) for a line whose quotation mark never closes."""
    waiting: list[str] = []
    number = begun = 0
    open_quote = False
    source = iter(lines)
    again: list[str] = []
    while True:
        line = again.pop(0) if again else next(source, None)
        if line is None:
            if not waiting:
                return
            yield begun, None, waiting[0]
            again, waiting, number, open_quote = waiting[1:], [], begun, False
            continue
        number += 1
        if not waiting:
            begun = number
        if line.count('"') % 2:
            open_quote = not open_quote
        waiting.append(line)
        if not open_quote:
            yield begun, "".join(waiting), ""
            waiting = []
        elif len(waiting) > SPAN:
            yield begun, None, waiting[0]
            again, waiting, number, open_quote = waiting[1:] + again, [], begun, False


def _text(
    path: Path, encoding: str | None, delimiter: str | None, header_row: int, name: str
) -> tuple[list[str], Iterator[tuple[int, list[str] | str, str]], str]:
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise ReadError(f"编码“{shown(encoding)}”不认识，可用：utf-8、gb18030、utf-16。")
    try:
        chosen = ENCODINGS[encoding.lower()] if encoding else detect(path)
        file = path.open(encoding=chosen, errors="replace", newline="")
    except OSError as error:
        raise ReadError(f"“{name}”无法读取（{error.strerror}），请核对。") from None
    records = _records(file)
    header = ""
    for _, record, raw in records:
        header_row -= 1
        if header_row <= 0:
            header = record if record is not None else raw
            break
    if not header.strip():
        file.close()
        raise ReadError(f"“{name}”是空的，没有表头，请核对文件或映射中的header_row。")
    sign = delimiter or max(",\t;|", key=header.count)
    if len(sign) != 1:
        file.close()
        raise ReadError(f"分隔符“{shown(sign)}”须是一个字符，例如逗号。")
    with _wide_fields():
        headings = [one.strip().strip("\ufeff") for one in next(csv.reader([header], delimiter=sign))]

    def rows() -> Iterator[tuple[int, list[str] | str, str]]:
        place = [0]
        stray: list[tuple[int, str, str]] = []

        def feed() -> Iterator[str]:
            for number, record, raw in records:
                if record is None:
                    stray.append((number, "quotes", raw))
                elif record.strip():
                    place[0] = number
                    yield record

        with file, _wide_fields():
            for fields in csv.reader(feed(), delimiter=sign):
                yield from stray
                stray.clear()
                yield place[0], fields, ""
            yield from stray

    return headings, rows(), chosen.removesuffix("-sig")


@contextmanager
def _wide_fields() -> Iterator[None]:
    """The csv module's limit is the whole process's: it is put back, for others rely on it."""
    before = csv.field_size_limit(1 << 28)
    try:
        yield
    finally:
        csv.field_size_limit(before)


# --- workbooks ---


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _workbook(
    path: Path, sheet: str | None, header_row: int, name: str
) -> tuple[list[str], Iterator[tuple[int, list[str] | str, str]], str]:
    import python_calamine

    try:
        if path.suffix.lower() in (".xlsx", ".xlsm") and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                if sum(one.file_size for one in packed.infolist()) > 4 << 30:
                    raise ReadError(f"“{name}”解压后超过4 GB，请改存为CSV再导入。")
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        if sheet is not None and sheet not in book.sheet_names:
            raise ReadError(f"“{name}”中没有工作表“{shown(sheet)}”，现有：{'、'.join(book.sheet_names)}。")
        found = book.get_sheet_by_name(sheet) if sheet is not None else book.get_sheet_by_index(0)
        lines = found.iter_rows()
        first = (found.start or (0, 0))[0]  # empty rows above the first cell are not handed out
        headings: list[str] = []
        for number, line in enumerate(lines, first + 1):
            if number >= header_row:
                headings = [_cell(one).strip() for one in line]
                break
        begun = max(header_row, first + 1)
    except ReadError:
        raise
    except Exception as error:  # calamine raises its own, zipfile's and Rust's panics by turns
        raise ReadError(f"“{name}”不是可读的工作簿（{shown(error, 60)}），请另存为XLSX或CSV后再试。") from None
    if not any(headings):
        raise ReadError(f"“{name}”没有表头，请核对工作表与映射中的header_row。")

    def rows() -> Iterator[tuple[int, list[str] | str, str]]:
        for number, line in enumerate(lines, begun + 1):
            fields = [_cell(one) for one in line]
            if any(fields):
                yield number, fields, ""

    return headings, rows(), "xlsx"
