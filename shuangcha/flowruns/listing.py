"""The signs of a finished run as pages read them: sorted once when the run ends,
then read page by page within fixed bounds.

`list.parquet` is findings.parquet in the order of the list, numbered by `n`, with the court's code: a page is a walk
along `n`. `counts.json` holds exact numbers by court and rule, so that no page counts rows. `signs.sqlite` is for what
is asked of one case or of one officer (see `cases`, `officers`). Who may see which court is decided in access;
these functions are told the codes.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from shuangcha.flowcheck import RuleSet

from . import cases, officers
from .models import FlowRun

LIST, COUNTS = "list.parquet", "counts.json"
SEVERITIES = ("high", "medium", "low")
MEMORY = "256MB"
PAGE = 20
CASES_MOST = 50
SIGNS_MOST = 400
"""Signs of the chosen cases that are read at once."""
ROW_GROUP = 20_480
OFFICER = "officer"


def prepare(out: Path, courts: Mapping[str, str], rules: RuleSet, data: Path | None = None) -> None:
    """Sort and number the findings of a run, count and index them. `courts`: as written in the data → 法院代字;
    `data`: their folder."""
    with _open(memory="1GB", threads=2) as db:
        db.execute("CREATE TEMP TABLE courts (written VARCHAR, code VARCHAR)")
        db.execute("CREATE TEMP TABLE rules (id VARCHAR, place INTEGER, scope VARCHAR)")
        if courts:
            db.executemany("INSERT INTO courts VALUES (?, ?)", [list(one) for one in courts.items()])
        db.executemany(
            "INSERT INTO rules VALUES (?, ?, ?)", [[rule.id, n, rule.scope] for n, rule in enumerate(rules.rules)]
        )
        source, target = (str(out / name).replace("'", "''") for name in ("findings.parquet", LIST))
        db.execute(f"""
            COPY (
              SELECT row_number() OVER (ORDER BY place_of_severity, court_code, case_number, place, finding) AS n, * EXCLUDE (place, place_of_severity)
              FROM (
                SELECT f.*, coalesce(c.code, '') AS court_code, CASE WHEN f.case_id = 0 AND f.operator IS NOT NULL THEN '{OFFICER}' ELSE r.scope END AS scope, r.place AS place,
                       CASE f.severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END AS place_of_severity
                FROM read_parquet('{source}') f JOIN rules r ON r.id = f.rule LEFT JOIN courts c ON c.written = f.court)
              ORDER BY n
            ) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})""")  # noqa: S608
        rows = db.execute(
            f"SELECT court_code, rule, family, severity, scope, count(*), count(DISTINCT case_number) FROM read_parquet('{target}') GROUP BY ALL ORDER BY ALL"  # noqa: S608
        ).fetchall()
        _index(out, db, data)
    names = ("court", "rule", "family", "severity", "scope", "signs", "cases")
    told = [dict(zip(names, row, strict=True)) for row in rows]
    (out / COUNTS).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _index(out: Path, db: duckdb.DuckDBPyConnection, data: Path | None) -> None:
    """signs.sqlite, whole or not at all; after list.parquet, in the connection that knows the courts."""
    target, part = out / cases.SIGNS, out / f".{cases.SIGNS}.{os.getpid()}.part"
    part.unlink(missing_ok=True)
    index = sqlite3.connect(part)
    try:
        index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        shared = f"SELECT f.* FROM read_parquet('{_quoted(out / 'findings.parquet')}') f JOIN rules r ON r.id = f.rule WHERE r.scope = 'cluster' ORDER BY finding"  # noqa: S608
        cases.keep_across(index, _rows(db, shared, []))
        officers.keep(index, db, _file(out), f"'{_quoted(data / 'cases.parquet')}'" if data is not None else "")
        index.commit()
    finally:
        index.close()
    part.rename(target)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


@dataclass(frozen=True, slots=True)
class Within:
    """What the reader may see: codes of courts, and of those whose officers may be named. And what is asked for.

    `operator`: of one officer, in `court`; only where the reader may know the officers of that court.
    """

    courts: frozenset[str]
    officers: frozenset[str]
    court: str = ""
    rule: str = ""
    family: str = ""
    severity: str = ""
    operator: str = ""

    def shows(self, row: Mapping[str, Any]) -> bool:
        """The same condition as `where`, over a row of the counts."""
        code = row["court"]
        if code not in self.courts or ((row["scope"] == OFFICER or self.operator) and code not in self.officers):
            return False
        asked = {"court": self.court, "rule": self.rule, "family": self.family, "severity": self.severity}
        return all(not value or row[name] == value for name, value in asked.items())

    def where(self) -> tuple[str, list[Any]]:
        asked = [("court_code", self.court), ("rule", self.rule), ("family", self.family), ("severity", self.severity)]
        parts = ["list_contains(?, court_code)", f"(scope <> '{OFFICER}' OR list_contains(?, court_code))"]
        given: list[Any] = [sorted(self.courts), sorted(self.officers)]
        for name, value in asked:
            if value:
                parts.append(f"{name} = ?")
                given.append(value)
        if self.operator:
            parts.append("operator = ? AND list_contains(?, court_code)")
            given += [self.operator, sorted(self.officers)]
        return " AND ".join(parts), given


def counts(folder: Path) -> list[dict[str, Any]]:
    """Signs and cases by court and rule; empty where the run has left nothing."""
    try:
        found: list[dict[str, Any]] = json.loads((folder / COUNTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return found


def page(folder: Path, within: Within, *, after: int = 0, before: int = 0) -> tuple[list[dict[str, Any]], bool, bool]:
    """(rows, is there a page before, is there one after): two reads, the second of one page of rows only."""
    where, given = within.where()
    way, mark = ("DESC", f"n < {int(before)}") if before else ("ASC", f"n > {int(after)}")
    file = _file(folder)
    with _open() as db:
        found = db.execute(
            f"SELECT n FROM read_parquet({file}) WHERE {mark} AND {where} ORDER BY n {way} LIMIT {PAGE + 1}",  # noqa: S608
            given,
        ).fetchall()
        more = len(found) > PAGE
        numbers = sorted(n for (n,) in found[:PAGE])
        rows = (
            _rows(
                db,
                f"SELECT * FROM read_parquet({file}) WHERE n BETWEEN ? AND ? AND list_contains(?, n) ORDER BY n",  # noqa: S608
                [numbers[0], numbers[-1], numbers],
            )
            if numbers
            else []
        )
    return (rows, more, True) if before else (rows, after > 0, more)


def of_cases(folder: Path, within: Within, numbers: Collection[str]) -> list[dict[str, Any]]:
    """The signs of these cases that the reader may see, in the order of the list; at most SIGNS_MOST."""
    asked = sorted(numbers)[:CASES_MOST]
    if not asked:
        return []
    where, given = Within(within.courts, within.officers).where()
    file = _file(folder)
    with _open() as db:
        return _rows(
            db,
            f"SELECT * FROM read_parquet({file}) WHERE list_contains(?, case_number) AND {where} ORDER BY n LIMIT {SIGNS_MOST}",  # noqa: S608
            [asked, *given],
        )


def _file(folder: Path) -> str:
    return f"'{_quoted(folder / LIST)}'"


def has_list(run: FlowRun, folder: Path) -> bool:
    return run.state == "done" and (folder / LIST).is_file()


def _rows(db: duckdb.DuckDBPyConnection, text: str, given: list[Any]) -> list[dict[str, Any]]:
    answer = db.execute(text, given)
    names = [one[0] for one in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@contextmanager
def _open(memory: str = MEMORY, threads: int = 1) -> Iterator[duckdb.DuckDBPyConnection]:
    db = duckdb.connect(config={"memory_limit": memory, "threads": threads})
    try:
        yield db
    finally:
        db.close()
