"""Loading courts, bodies, persons, posts, the rest-day calendar and settings from CSV files.

The kind of a file is recognised by its header. Every row is checked before anything is written; a file with a wrong row
writes nothing (or, when asked, its good rows only). Rows are matched by natural keys, so that loading a file twice
changes nothing; nothing is ever deleted: a post, a body, a court ends by its end date.

Each loaded file is recorded in the chain of every court it touches, through the caller's `record`, in the
same transaction.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from shuangcha.acts.load_persons import Persons
from shuangcha.acts.load_posts import Posts
from shuangcha.acts.load_rules import Days, Settings
from shuangcha.acts.load_tables import Bodies, Change, Courts, Row, RowError, Table
from shuangcha.courts import calendar, people, settings
from shuangcha.courts.models import Court, Person
from shuangcha.periods.calendar import BUNDLED

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
DATA = settings.FILE.parent
# The calendar file shipped with `periods` has English headings.
_HEADINGS = {"day": "日期", "kind": "类别", "source": "来源", "mark": "来源标记"}

TABLES: tuple[type[Table], ...] = (Courts, Bodies, Persons, Posts, Days, Settings)

# record(move key, court or None for what belongs to all courts, content as canonical JSON can hold it)
Record = Callable[[str, Court | None, dict[str, Any]], Any]
# allow(table, change) → (column, sentence) where this change is not the administrator's to make, else None
Allow = Callable[[Table, Change], "tuple[str, str] | None"]
Source = Path | str | bytes | Iterable[Mapping[str, str]]


@dataclass(slots=True)
class LoadReport:
    """What a load did, or would do: counts of rows, and the errors with the row as numbered in a spreadsheet."""

    kind: str = ""
    label: str = ""
    file: str = ""
    sha256: str = ""
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    written: bool = False
    errors: list[RowError] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.errors


def load(
    source: Source,
    *,
    now: datetime,
    kind: str | None = None,
    dry_run: bool = False,
    good_rows: bool = False,
    by: Person | None = None,
    record: Record | None = None,
    name: str = "",
    allow: Allow | None = None,
) -> LoadReport:
    """Check and write one file (a path, its bytes, or rows as mappings of Chinese headings to text).

    `kind` forces one of courts, bodies, persons, posts, calendar, settings. `now` is the moment of loading. `allow` is
    asked about every change, also those that follow from other rows. Never raises for what stands in the file:
    everything is in `errors` of the report.
    """
    report = LoadReport(file=name or (Path(source).name if isinstance(source, str | Path) else ""))
    try:
        heading, rows, report.sha256 = _rows(source)
        table = _table(heading, kind)(timezone.localdate(now))
    except LoadError as wrong:
        report.errors.append(wrong.error)
        return report
    report.kind, report.label = table.name, table.label
    unknown = [column for column in heading if column and column not in table.columns and column not in table.ignored]
    if unknown:
        report.errors.append(RowError(1, unknown[0], f"{table.label}表没有“{unknown[0]}”这一列，请删除或改名。"))
        return report
    try:
        with transaction.atomic():
            table.fetch()
            changes = table.check([Row(number, cells) for number, cells in rows], report.errors)
            if allow is not None:
                refused = [(change, no) for change in changes if (no := allow(table, change)) is not None]
                report.errors += [RowError(change.row, column, text) for change, (column, text) in refused]
            report.errors.sort(key=lambda error: error.row)
            report.changes = changes
            report.created = sum(1 for change in changes if change.before is None)
            report.changed = sum(1 for change in changes if change.before is not None)
            report.unchanged = table.unchanged
            if dry_run or not changes or (report.errors and not good_rows):
                return report
            table.write(changes)
            _record(report, table, changes, by, record)
            transaction.on_commit(_forget)
    except IntegrityError:
        report.errors.append(RowError(0, "", "同一数据正被他人修改，本次没有写入，请重试。"))
        return report
    report.written = True
    return report


def load_initial(
    *, now: datetime, demo: bool, record: Record | None = None, by: Person | None = None
) -> list[LoadReport]:
    """Load the files shipped with the program: courts, bodies, calendar, settings, and for a demo its invented persons.

    The order matters: each file refers to the ones before it. Loading again changes nothing. A file with an error is
    the last one in the list.
    """
    files = [DATA / "courts.csv", DATA / "bodies.csv", BUNDLED, DATA / "settings.csv"]
    if demo:
        files += [DATA / "persons_demo.csv", DATA / "posts_demo.csv"]
    reports = []
    for file in files:
        reports.append(load(file, now=now, record=record, by=by))
        if reports[-1].errors:
            break
    return reports


class LoadError(ValueError):
    """A file that cannot be read at all; `error` names the place and says how to repair it."""

    def __init__(self, sentence: str, row: int = 0, column: str = "") -> None:
        super().__init__(sentence)
        self.error = RowError(row, column, sentence)


def _rows(source: Source) -> tuple[list[str], list[tuple[int, dict[str, str]]], str]:
    """Heading, rows with their number in a spreadsheet, and the digest of the bytes."""
    if isinstance(source, str | Path):
        path = Path(source)
        try:
            with path.open("rb") as file:
                source = file.read(MAX_BYTES + 1)
        except OSError as wrong:
            raise LoadError(f"文件“{path}”无法读取（{wrong.strerror}），请核对路径。") from None
    if not isinstance(source, bytes):
        given = [dict(row) for row in source]
        text = repr([sorted(row.items()) for row in given])
        heading = list(dict.fromkeys(_HEADINGS.get(column, column) for row in given for column in row))
        digest = hashlib.sha256(text.encode()).hexdigest()
        return heading, [(number, _clean(row)) for number, row in enumerate(given, 2)], digest
    if len(source) > MAX_BYTES:
        raise LoadError(f"文件超过{MAX_BYTES // 1024 // 1024}兆字节，请拆成几个文件。")
    try:
        reader = csv.reader(io.StringIO(_decoded(source), newline=""), strict=True)
        lines = [[cell.strip() for cell in line] for line in reader]
    except csv.Error as wrong:
        raise LoadError(f"文件不是规范的CSV（{wrong}），请用表格软件另存为CSV（逗号分隔）。") from None
    if not lines or not any(lines[0]):
        raise LoadError("文件第1行应为列名，现为空。", 1)
    heading = [_HEADINGS.get(column, column) for column in lines[0]]
    double = next((column for column in heading if column and heading.count(column) > 1), None)
    if double:
        raise LoadError(f"列名“{double}”出现了两次。", 1, double)
    rows = []
    for number, cells in enumerate(lines[1:], 2):
        if not any(cells):
            continue
        if len(cells) > len(heading):
            raise LoadError(f"本行有{len(cells)}格，多于列名的{len(heading)}格；内容含逗号时请加英文双引号。", number)
        cells += [""] * (len(heading) - len(cells))
        rows.append((number, dict(zip(heading, cells, strict=True))))
        if len(rows) > MAX_ROWS:
            raise LoadError(f"文件超过{MAX_ROWS}行，请拆成几个文件。", number)
    return heading, rows, hashlib.sha256(source).hexdigest()


def _decoded(data: bytes) -> str:
    """Text of the file: UTF-8 with or without BOM, else GB18030, which Chinese spreadsheet programs write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise LoadError("文件的编码无法识别，请另存为UTF-8或GB18030编码的CSV。")


def _clean(row: Mapping[str, str]) -> dict[str, str]:
    return {_HEADINGS.get(column, column): str(value or "").strip() for column, value in row.items()}


def _table(heading: list[str], kind: str | None) -> type[Table]:
    if kind is not None:
        chosen = next((table for table in TABLES if table.name == kind), None)
        if chosen is None:
            raise LoadError(f"类别“{kind}”不存在，只能是{'、'.join(table.name for table in TABLES)}。")
        missing = [column for column in chosen.required() if column not in heading]
        if missing:
            raise LoadError(f"{chosen.label}表缺少“{missing[0]}”这一列。", 1, missing[0])
        return chosen
    for table in TABLES:
        if table.required() <= set(heading):
            return table
    known = "；".join(f"{table.label}：{'、'.join(c for c, must in table.columns.items() if must)}" for table in TABLES)
    raise LoadError(f"从列名看不出这是哪一种表。可载入的表及其必有的列——{known}。", 1)


def _record(report: LoadReport, table: Table, changes: list[Change], by: Person | None, record: Record | None) -> None:
    """One step per court touched; what belongs to no one court (persons, calendar, common settings) goes to None."""
    if record is None:
        return
    courts: dict[str, list[Change]] = {}
    for change in changes:
        courts.setdefault(change.court, []).append(change)
    found = {court.code: court for court in Court.objects.filter(code__in=[code for code in courts if code])}
    for code in sorted(courts):
        content: dict[str, Any] = {
            "kind": report.kind,
            "file": report.file,
            "sha256": report.sha256,
            "rows": [{"key": c.text, "before": c.before, "after": c.after} for c in courts[code]],
        }
        if by is not None:
            content["by"] = str(by.uid)
        record(table.move, found.get(code), content)


def _forget() -> None:
    calendar.forget()
    settings.forget()
    people.forget()
