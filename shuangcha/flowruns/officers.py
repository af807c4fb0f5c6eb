"""Signs of a run counted by officer, for who may know the persons behind them (方案四(七); dossier §11.3).

Counted once when the run ends, into signs.sqlite: `officers`, one row for each officer of each court in the order of
the list (the gravest first), and `officer_rules`, what each number consists of. A page is a walk along `n`. Which
courts a reader may know the officers of is decided in access;
these functions are told the codes and never answer for another court.
"""

# ruff: noqa: S608 - file names are quoted where they are put in; everything from outside is given as a value

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb

from . import cases

PAGE = 20
TABLES = """
CREATE TABLE officers (n INTEGER PRIMARY KEY, court TEXT, operator TEXT, handled INTEGER, cases INTEGER, high INTEGER, medium INTEGER, low INTEGER, signs INTEGER);
CREATE INDEX officers_court ON officers (court, n);
CREATE TABLE officer_rules (officer INTEGER, rule TEXT, title TEXT, family TEXT, severity TEXT, scope TEXT, signs INTEGER, PRIMARY KEY (officer, rule, severity)) WITHOUT ROWID;
"""


def keep(index: sqlite3.Connection, db: duckdb.DuckDBPyConnection, listed: str, data: str) -> None:
    """Count into the index of a run that is being made. `listed`, `data`: list.parquet and cases.parquet,
    quoted; `data` may be empty."""
    index.executescript(TABLES)
    handled = bool(data) and any(
        row[0] == "handler" for row in db.execute(f"DESCRIBE SELECT * FROM read_parquet({data})").fetchall()
    )
    sizes = (
        f"SELECT c.code AS court, d.handler AS operator, count(*) AS handled FROM read_parquet({data}) d JOIN courts c ON c.written = d.court GROUP BY ALL"
        if handled
        else "SELECT '' AS court, '' AS operator, 0 AS handled"
    )
    db.execute(f"""
CREATE TEMP TABLE by_officer AS SELECT row_number() OVER (ORDER BY high DESC, medium DESC, low DESC, court, operator) AS n, f.*, coalesce(s.handled, 0) AS handled FROM (
  SELECT court_code AS court, operator, count(DISTINCT nullif(case_id, 0)) AS cases, count(*) FILTER (severity = 'high') AS high,
    count(*) FILTER (severity = 'medium') AS medium, count(*) FILTER (severity NOT IN ('high', 'medium')) AS low, count(*) AS signs
  FROM read_parquet({listed}) WHERE court_code <> '' AND coalesce(operator, '') <> '' GROUP BY ALL) f
LEFT JOIN ({sizes}) s USING (court, operator)""")
    rows = db.execute(
        "SELECT n, court, operator, handled, cases, high, medium, low, signs FROM by_officer ORDER BY n"
    ).fetchall()
    index.executemany(f"INSERT INTO officers VALUES ({', '.join('?' * 9)})", rows)
    rules = db.execute(f"""
SELECT o.n, l.rule, any_value(l.title), any_value(l.family), l.severity, any_value(l.scope), count(*) FROM read_parquet({listed}) l
JOIN by_officer o ON o.court = l.court_code AND o.operator = l.operator GROUP BY o.n, l.rule, l.severity ORDER BY ALL""").fetchall()
    index.executemany("INSERT INTO officer_rules VALUES (?, ?, ?, ?, ?, ?, ?)", rules)


def _within(courts: Collection[str]) -> tuple[str, list[str]]:
    given = sorted(courts)
    return f"court IN ({', '.join('?' * len(given))})", given


def courts_of(folder: Path, courts: Collection[str]) -> list[tuple[str, int]]:
    """(court, officers with signs) of these courts; empty where there are none,
    or where the run was before these counts."""
    if not courts or not (folder / cases.SIGNS).is_file():
        return []
    where, given = _within(courts)
    with cases.signs(folder) as db:
        return [
            (row[0], row[1])
            for row in db.execute(
                f"SELECT court, count(*) FROM officers WHERE {where} GROUP BY court ORDER BY court", given
            )
        ]


def page(
    folder: Path, courts: Collection[str], *, after: int = 0, before: int = 0, most: int = PAGE
) -> tuple[list[dict[str, Any]], bool, bool]:
    """(officers with their `rules`, is there a page before, is there one after) in the order of the list."""
    if not courts:
        return [], False, False
    where, given = _within(courts)
    way, mark = ("DESC", f"n < {int(before)}") if before else ("ASC", f"n > {int(after)}")
    with cases.signs(folder) as db:
        found = [
            dict(row)
            for row in db.execute(
                f"SELECT * FROM officers WHERE {where} AND {mark} ORDER BY n {way} LIMIT {int(most) + 1}", given
            )
        ]
        more = len(found) > most
        rows = sorted(found[:most], key=lambda row: int(row["n"]))
        rules = _rules(db, [row["n"] for row in rows])
    rows = [{**row, "rules": rules.get(row["n"], [])} for row in rows]
    return (rows, more, True) if before else (rows, after > 0, more)


def one(folder: Path, courts: Collection[str], n: int) -> dict[str, Any] | None:
    """One officer of these courts with the `rules`; None for everybody else's."""
    if not courts or not (folder / cases.SIGNS).is_file():
        return None
    where, given = _within(courts)
    with cases.signs(folder) as db:
        row = db.execute(f"SELECT * FROM officers WHERE n = ? AND {where}", [n, *given]).fetchone()
        return {**dict(row), "rules": _rules(db, [n]).get(n, [])} if row is not None else None


def _rules(db: sqlite3.Connection, numbers: list[int]) -> dict[int, list[dict[str, Any]]]:
    marks = ", ".join("?" * len(numbers))
    found: dict[int, list[dict[str, Any]]] = {}
    for row in db.execute(
        f"SELECT * FROM officer_rules WHERE officer IN ({marks}) ORDER BY officer, signs DESC, rule", numbers
    ):
        found.setdefault(row["officer"], []).append(dict(row))
    return found
