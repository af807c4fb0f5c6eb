"""Read foreign files into a data set folder: stage, convert, judge row by row, join by 案号, order, publish."""

from __future__ import annotations

import csv
import json
import secrets
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import duckdb

from ...periods import Calendar
from ..schema import BY_NAME, TABLES
from .collect import stage_all
from .errors import ReadError, disk_error, shown
from .join import BATCH, finish, number_cases
from .judge import judge
from .kinds import is_node
from .mapping import read_mapping, usable
from .publish import Publishing
from .report import Problem, Report
from .sources import files_below, guess
from .work import Work, has_case

SAMPLE = 60


def load(
    source: Path,
    target: Path,
    *,
    taken_at: date,
    mapping: Path | None = None,
    salt: str | None = None,
    digests: bool = True,
    dry_run: bool = False,
    memory_mb: int = 1200,
    threads: int = 2,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Read `source` (a file or a folder) into the data set folder `target`; returns the validation report.

    `taken_at`: the day of the snapshot, as the caller says. `digests`: names of persons (debtor, party, payee) become
    keyed digests; with the same `salt` the same name gives the same key in every load, without one a key is drawn for
    this load alone and forgotten. `dry_run`: everything is judged, nothing is written. Bad rows never stop the good
    ones: they go to rejected.csv in the target. Raises ReadError where the source, the mapping or the target is
    unusable as a whole; then nothing is left behind.
    """
    files = files_below(source)
    plan = read_mapping(mapping) if mapping is not None else guess(source, files)
    with ExitStack() as stack:
        out: Publishing | None = None
        if dry_run:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shuangcha-flow-")))
        else:
            out = stack.enter_context(Publishing(target))
            work = out.folder / "tmp"
            work.mkdir()
        try:
            db = stack.enter_context(
                duckdb.connect(
                    str(work / "work.db"),
                    config={
                        "threads": threads,
                        "memory_limit": f"{memory_mb}MB",
                        "temp_directory": str(work / "spill"),
                    },
                )
            )
            published = Calendar.bundled().published_years
            report = Report(source=plan.source, dry_run=dry_run)
            state = Work(
                db, work, source, files, plan, report, progress or (lambda _: None), (min(published), max(published))
            )
            _read(state, (salt or secrets.token_hex(16)) if digests else None)
            if out is not None:
                _publish(state, out, taken_at, digests, salt is not None)
            return report
        except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise disk_error(error, target) or error from None


def _read(work: Work, salt: str | None) -> None:
    _check(work)
    for table_name in ("rejects", "warned"):
        work.db.execute(
            f"CREATE TABLE {table_name} (tbl VARCHAR, src INTEGER, row BIGINT, col VARCHAR, code VARCHAR, value VARCHAR)"
        )
    parts = stage_all(work)
    for table in TABLES:
        if mine := [part for part in parts if part.entry.table == table.name]:
            work.progress(f"核对{table.title}")
            judge(work, table.name, mine)
    number_cases(work, parts)
    for table in TABLES:
        if table.name in work.columns:
            finish(work, table.name, salt)
    _tell(work)
    if work.report.kept.get("cases", 0) == 0 or work.report.kept.get("events", 0) == 0:
        raise ReadError(
            "没有一件案件或一个节点可用，请核对映射与来源："
            + "；".join(one.strip() for one in work.report.lines()[1:6])
        )


def _check(work: Work) -> None:
    """The mapping as a whole: the tables and columns that must be there."""
    tables = {entry.table for entry in work.mapping.entries}
    for needed in ("cases", "events"):
        if needed not in tables:
            raise ReadError(f"{work.mapping.name}没有写明{BY_NAME[needed].title}（{needed}），这张表不可缺少。")
    for entry in work.mapping.entries:
        mine = entry.columns
        needs = [
            one.name for one in BY_NAME[entry.table].columns if one.required and one.name not in ("case_id", "event_id")
        ]
        missing = [one for one in needs if one not in mine]
        if has_case(entry.table) and entry.table != "cases" and not {"case_number", "case_id"} & set(mine):
            missing.insert(0, "case_number")
        if missing:
            titles = "、".join(f"{one}（{usable(entry.table)[one].title}）" for one in missing)
            raise work.mapping.wrong(
                entry.line, f"表{entry.table}（{entry.pattern}）缺少必需的列：{titles}，请在映射中补上。"
            )


def _tell(work: Work) -> None:
    """Fill the report's lists from the tables of rejects and warnings, and count unknown activities."""
    for target, listed in (("rejects", work.report.rejected), ("warned", work.report.warnings)):
        for tbl, src, col, code, count, row, value in work.db.execute(
            f"SELECT tbl, src, col, code, count(*), min(row), arg_min(value, row) FROM {target} GROUP BY ALL ORDER BY count(*) DESC, tbl, src, col, code LIMIT 500"
        ).fetchall():
            listed.append(
                Problem(
                    tbl,
                    work.names[src],
                    work.title(tbl, col),
                    code,
                    count,
                    row,
                    shown(value if value is not None else "", 30),
                    work.sentence(code),
                )
            )
    unknown = work.db.execute(
        "SELECT v_node, count(*) FROM judged_events WHERE NOT bad GROUP BY v_node ORDER BY 2 DESC, 1 LIMIT 2000"
    ).fetchall()
    work.report.activities = {shown(node): count for node, count in unknown if not is_node(node)}
    if "entered_at" not in work.columns["events"]:
        work.report.notes.append("来源没有录入时间：补录、批量录入等造假类规则将列为无法运行。")


def _publish(work: Work, out: Publishing, taken_at: date, digested: bool, salt_given: bool) -> None:
    for table in TABLES:
        if table.name in work.columns:
            work.progress(f"写出{table.title}")
            out.write(work.db, table.name, f"SELECT * FROM out_{table.name}")
    _write_rejected(work, out.folder / "rejected.csv")
    (out.folder / "validation.json").write_text(
        json.dumps(work.report.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    work.db.close()
    out.publish(
        source={"kind": "read", "description": work.mapping.source, "files": work.report.files},
        taken_at=taken_at.isoformat(),
        mapping=work.mapping.hash or None,
        persons="replaced by keyed digests" if digested else "as in the source",
        salt=("given" if salt_given else "drawn") if digested else None,
        rejected=work.report.rejected_rows,
    )


def _write_rejected(work: Work, path: Path) -> None:
    """rejected.csv, UTF-8 with BOM for office programs; a value that would be a formula is written as text."""
    cursor = work.db.execute("SELECT tbl, src, row, col, code, value FROM rejects ORDER BY src, row, tbl, col")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["文件", "行", "表", "列", "内容", "原因"])
        while batch := cursor.fetchmany(BATCH):
            for tbl, src, row, col, code, value in batch:
                told = harmless(shown(value or "", SAMPLE))
                writer.writerow(
                    [work.names[src], row, BY_NAME[tbl].title, work.title(tbl, col), told, work.sentence(code)]
                )


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
