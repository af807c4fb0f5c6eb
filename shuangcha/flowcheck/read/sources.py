"""Which files a mapping means; and, where there is no mapping, the one that the files' own headings suggest."""

from __future__ import annotations

import fnmatch
from pathlib import Path

from ..schema import BY_NAME
from .errors import ReadError
from .mapping import Entry, Mapping, Spec, usable
from .stage import open_rows

TEXTS, BOOKS, LOGS = (".csv", ".txt", ".tsv"), (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), (".xes", ".xes.gz")
LOG_COLUMNS = {
    "case_number": "case:concept:name",
    "node": "concept:name",
    "event_at": "time:timestamp",
    "operator": "org:resource",
}
LARGEST_LIST = 5000


def is_log(path: Path) -> bool:
    return path.name.lower().endswith(LOGS)


def files_below(source: Path) -> list[Path]:
    """The source itself, or the files in its folder, in the order of their names. ReadError where there is none."""
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise ReadError(f"“{source}”不存在，请核对数据所在的文件或目录。")
    found = sorted(
        path
        for path in source.rglob("*")
        if path.is_file() and not any(part.startswith((".", "~$")) for part in path.relative_to(source).parts)
    )
    if not found:
        raise ReadError(f"目录“{source}”中没有文件，请核对。")
    if len(found) > LARGEST_LIST:
        raise ReadError(f"目录“{source}”中的文件超过{LARGEST_LIST}个，请只放要读入的文件。")
    return found


def matching(files: list[Path], source: Path, entry: Entry, mapping: Mapping) -> list[Path]:
    """The files of one entry. ReadError with the line of the mapping where there is none."""
    root = source if source.is_dir() else source.parent
    found = [
        path
        for path in files
        if fnmatch.fnmatch(str(path.relative_to(root)), entry.pattern) or path.name == entry.pattern
    ]
    if not found:
        names = "、".join(str(path.relative_to(root)) for path in files[:8])
        raise mapping.wrong(
            entry.line, f"没有与“{entry.pattern}”相符的文件，现有：{names}{' 等' if len(files) > 8 else ''}。"
        )
    return found


def guess(source: Path, files: list[Path]) -> Mapping:
    """The mapping for files that need none: our own column names or their Chinese titles, or an event log.

    Our own names mean our own units (分); Chinese headings mean 元. ReadError that asks for a mapping otherwise.
    """
    root = source if source.is_dir() else source.parent
    entries: list[Entry] = []
    logs = [path for path in files if is_log(path)]
    if logs:
        for path in logs:
            entries += _of_log(str(path.relative_to(root)), {"case_number": "concept:name"})
        return Mapping(tuple(entries), "事件日志")
    for path in files:
        if path.suffix.lower() not in (*TEXTS, *BOOKS, ".parquet"):
            continue
        name = str(path.relative_to(root))
        headings = headings_of(path, name)
        if LOG_COLUMNS["case_number"] in headings and LOG_COLUMNS["node"] in headings:
            entries += _of_log(name, {"case_number": LOG_COLUMNS["case_number"]}, set(headings))
            continue
        table = next((one for one in BY_NAME.values() if path.stem.startswith((one.name, one.title))), None)
        if table is None:
            continue
        specs = {}
        for ours, column in usable(table.name).items():
            for theirs, unit in ((ours, "分"), (column.title, "元")):
                if theirs in headings:
                    specs[ours] = Spec(ours, theirs=theirs, unit=unit)
                    break
        entries.append(Entry(table.name, name, specs))
    if not any(one.table == "events" for one in entries):
        raise ReadError(
            "看不出哪个文件是节点，请用--mapping给出映射文件（写法见 docs/flow-data.md），或将文件命名为cases.csv、events.csv。"
        )
    return Mapping(tuple(entries), "按列名自动对应")


def _of_log(name: str, key: dict[str, str], headings: set[str] | None = None) -> list[Entry]:
    events = {
        ours: Spec(ours, theirs=theirs)
        for ours, theirs in LOG_COLUMNS.items()
        if headings is None or theirs in headings
    }
    cases = {ours: Spec(ours, theirs=theirs) for ours, theirs in key.items()}
    cases["court"] = Spec("court", constant="未注明")
    cases["kind"] = Spec("kind", constant="enforcement")
    cases["filed_on"] = Spec("filed_on", derive="first_event")
    return [Entry("cases", name, cases), Entry("events", name, events)]


def headings_of(path: Path, name: str) -> list[str]:
    """The headings of a table file (first sheet)."""
    if path.suffix.lower() == ".parquet":
        import duckdb

        try:
            return [row[0] for row in duckdb.execute("DESCRIBE SELECT * FROM read_parquet($1)", [str(path)]).fetchall()]
        except duckdb.Error:
            raise ReadError(f"“{name}”不是可读的Parquet文件，请核对。") from None
    headings, rows, _ = open_rows(path, None, None, None, 1, name)
    if hasattr(rows, "close"):
        rows.close()
    return headings
