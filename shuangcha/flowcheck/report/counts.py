"""Counts of signs by court and by officer, as SQL over a run's findings and the data set's cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ..model import FlowError, RuleSet
from ..read.kinds import quote

OFFICERS_MARK = "仅供监察机构、联合调查组使用"
"""Stands on everything that counts signs by officer."""
COURT_COLUMNS = {
    "court": "法院",
    "family": "类别",
    "rule": "规则",
    "title": "风险信号",
    "severity": "程度",
    "cases": "案件数",
    "hits": "信号数",
    "cases_hit": "涉及案件数",
    "per_100": "每百件案件的涉及件数",
}
OFFICER_COLUMNS = {
    "court": "法院",
    "operator": "人员",
    "family": "类别",
    "rule": "规则",
    "title": "风险信号",
    "severity": "程度",
    "cases": "承办案件数",
    "hits": "信号数",
    "cases_hit": "涉及案件数",
    "per_100": "每百件承办案件的涉及件数",
}


@contextmanager
def opened(folder: Path, out: Path, rules: RuleSet) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with views `cases`, `findings`, `evidence`, and `board`:
    the findings without those of officers as such.

    Also the table `scopes` (rule, scope). FlowError if a file is missing.
    """
    personal = ", ".join(f"({quote(rule.id)}, {quote(rule.scope)})" for rule in rules.rules) or "('', '')"
    with duckdb.connect(config={"threads": 2, "memory_limit": "800MB"}) as db:
        try:
            for name, path in (
                ("cases", folder / "cases.parquet"),
                ("findings", out / "findings.parquet"),
                ("evidence", out / "evidence.parquet"),
            ):
                db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quote(str(path))})")
        except duckdb.Error:
            raise FlowError(f"“{out}”不是检查结果目录，或所检查的数据“{folder}”已不在，请重新运行检查。") from None
        db.execute(f"CREATE TABLE scopes AS SELECT * FROM (VALUES {personal}) AS t(rule, scope)")
        # M02 has signs of cases, of courts and of officers: those of an officer as a whole have no case and a person
        db.execute(
            "CREATE VIEW board AS SELECT * FROM findings WHERE rule NOT IN (SELECT rule FROM scopes WHERE scope = 'officer') AND (case_id <> 0 OR operator IS NULL)"
        )
        yield db


def by_court() -> str:
    """SQL: one row per court and rule that fired there (COURT_COLUMNS). Signs of officers as such are left out."""
    return """
WITH sizes AS (SELECT court, count(*) AS cases FROM cases GROUP BY court)
SELECT f.court, f.family, f.rule, f.title, f.severity, coalesce(any_value(s.cases), 0) AS cases, count(*) AS hits,
    count(DISTINCT f.case_id) FILTER (f.case_id > 0) AS cases_hit,
    round(100 * count(DISTINCT f.case_id) FILTER (f.case_id > 0) / nullif(any_value(s.cases), 0), 2) AS per_100
FROM board f LEFT JOIN sizes s ON s.court = f.court
GROUP BY f.court, f.family, f.rule, f.title, f.severity ORDER BY ALL"""


def by_officer(handled: bool) -> str:
    """SQL: one row per officer and rule (OFFICER_COLUMNS). `handled`: the cases have a column `handler`."""
    sizes = (
        "SELECT court, handler AS operator, count(*) AS cases FROM cases GROUP BY ALL"
        if handled
        else "SELECT NULL::VARCHAR AS court, NULL::VARCHAR AS operator, 0::BIGINT AS cases"
    )
    return f"""
WITH sizes AS ({sizes})
SELECT f.court, f.operator, f.family, f.rule, f.title, f.severity, coalesce(any_value(s.cases), 0) AS cases, count(*) AS hits,
    count(DISTINCT f.case_id) FILTER (f.case_id > 0) AS cases_hit,
    round(100 * count(DISTINCT f.case_id) FILTER (f.case_id > 0) / nullif(any_value(s.cases), 0), 2) AS per_100
FROM findings f LEFT JOIN sizes s ON s.court = f.court AND s.operator = f.operator
WHERE f.operator IS NOT NULL GROUP BY f.court, f.operator, f.family, f.rule, f.title, f.severity ORDER BY ALL"""


def has_handler(db: duckdb.DuckDBPyConnection) -> bool:
    """Do the cases name their officers?"""
    return any(row[0] == "handler" for row in db.execute("DESCRIBE cases").fetchall())
