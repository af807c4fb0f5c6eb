"""One case of a data set, and its signs from a run: the one place that decides between the index and the Parquet
tables.

An index is a SQLite file that a single read answers in less than a millisecond; a Parquet file takes tens of them, and
more with every case. Both indexes are made before their folder is published (data set, run), so pages find them; a
folder that was made before there were indexes is read from its tables until the next run over it. Nothing is kept open:
opening takes 0.4 ms, and so a folder that was withdrawn or replaced is never read by accident.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shuangcha import flowcheck
from shuangcha.flowcheck import CaseData, Finding, FlowError, RuleSet
from shuangcha.flowcheck.bulk.folder import finding_of
from shuangcha.flowcheck.read import ReadError, Store, build_store
from shuangcha.flowcheck.read.store import FILE

logger = logging.getLogger(__name__)
SIGNS = "signs.sqlite"
"""In a run's folder, made by `listing.prepare`: the signs that need other cases by case, and counts by officer."""
DAYS, MOMENTS = ("nominal", "due"), ("happened_at",)


# --- the rows of a case ----------------------------------------------------------------------------------------------
def one(folder: Path, number: str) -> CaseData | None:
    """All rows of the case with this 案号; None where the data set has no such case or is gone."""
    if (folder / FILE).is_file():
        try:
            with Store(folder) as store:
                return store.case(number)
        except (ReadError, sqlite3.Error) as wrong:  # of other tables, or damaged: the tables themselves are read
            logger.warning("the index of a flow data set cannot be used: %s", wrong)
    if not (folder / "cases.parquet").is_file():
        return None
    return flowcheck.read_case(folder, number)


def build(folder: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Write the index, whole or not at all. FlowError with the repair where that fails."""
    build_store(folder, progress=progress)


def ensure(folder: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Build the index where there is none; a data set without one can still be checked, so nothing is raised."""
    if (folder / FILE).is_file():
        return
    try:
        build(folder, progress)
    except FlowError as no:
        logger.warning("no index of a flow data set was built: %s", no)


# --- the signs of a case that need other cases ------------------------------------------------------------------------
ACROSS = "CREATE TABLE across (n INTEGER PRIMARY KEY, case_id INTEGER, row TEXT); CREATE INDEX across_case ON across (case_id);"


def keep_across(db: sqlite3.Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Write them into the index of a run that is being made; `rows`: of findings.parquet, in its order."""
    db.executescript(ACROSS)
    db.executemany(
        "INSERT INTO across (case_id, row) VALUES (?, ?)",
        ((row["case_id"], json.dumps(row, ensure_ascii=False, default=_text)) for row in rows),
    )


def _text(value: Any) -> str:
    return str(value.isoformat())


def across(out: Path, case_id: int, rules: RuleSet) -> list[Finding] | None:
    """The case's signs that need other cases, in the order of the run; None where the run has left nothing."""
    if (out / SIGNS).is_file():
        with signs(out) as db:
            rows = db.execute("SELECT row FROM across WHERE case_id = ? ORDER BY n", [case_id]).fetchall()
        return [finding_of(_row(json.loads(text))) for (text,) in rows]
    if not (out / "findings.parquet").is_file():
        return None
    return [one for one in flowcheck.read_findings(out, case_id=case_id) if rules.by_id[one.rule].scope == "cluster"]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    for name in DAYS:
        row[name] = dt.date.fromisoformat(row[name]) if row[name] else None
    for name in MOMENTS:
        row[name] = dt.datetime.fromisoformat(row[name]) if row[name] else None
    return row


@contextmanager
def signs(out: Path) -> Iterator[sqlite3.Connection]:
    """The index of a run, read only and closed again: a connection belongs to one thread."""
    db = sqlite3.connect(f"{(out / SIGNS).resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    db.row_factory = sqlite3.Row
    try:
        yield db
    finally:
        db.close()
