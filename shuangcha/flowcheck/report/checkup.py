"""A court's 体检表 as plain data: its signs by family and rule against the median of all courts, nodes, months."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ..model import FAMILIES, FlowError, RuleSet
from ..nodes import BY_CODE
from .counts import has_handler, opened

MONTHS, WORST, OFFICERS_MOST = 24, 10, 200


@dataclass(frozen=True)
class Measure:
    """A family or a rule at this court: signs, cases concerned, per 100 cases, the median of all courts, the rank.

    `rank`: 1 is the court with most cases concerned per 100; `courts`: of how many. `severity`: of a rule.
    """

    key: str
    title: str
    hits: int
    cases_hit: int
    per_100: float
    median: float
    rank: int
    severity: str = ""


@dataclass(frozen=True)
class Month:
    """Signs whose day lies in this month, and cases filed in it. `month` is YYYY-MM."""

    month: str
    hits: int
    filed: int


@dataclass(frozen=True)
class Checkup:
    """The 体检表 of one court in one run. Nothing in it points at a person."""

    court: str
    as_of: date
    cases: int
    open_cases: int
    hits: int
    cases_hit: int
    per_100: float
    median: float
    rank: int
    courts: int
    severities: dict[str, int]
    families: tuple[Measure, ...]
    rules: tuple[Measure, ...]
    """All rules with a sign here, the one farthest above the median first."""
    worst_nodes: tuple[tuple[str, str, int], ...]
    months: tuple[Month, ...]
    rule_version: str
    data_hash: str
    unable: dict[str, tuple[str, ...]]

    @property
    def worst_rules(self) -> tuple[Measure, ...]:
        return self.rules[:WORST]


@dataclass(frozen=True)
class Officer:
    """The signs behind one officer of a court, those of the officer as such included. `cases`: handled,
    0 where the data do not say."""

    name: str
    cases: int
    hits: int
    cases_hit: int


@dataclass(frozen=True)
class Officers:
    """Only for the 监察 side and the joint team (counts.OFFICERS_MARK). `more`: officers that are left out,
    those with fewest signs."""

    rows: tuple[Officer, ...]
    more: int = 0


def courts_of(folder: Path, out: Path, rules: RuleSet) -> list[tuple[str, int, int]]:
    """(court, cases, cases with a sign) of all courts of the data set, the most concerned first."""
    with opened(folder, out, rules) as db:
        return db.execute("""
SELECT c.court, count(*) AS cases, count(*) FILTER (h.case_id IS NOT NULL) AS hit FROM cases c
LEFT JOIN (SELECT DISTINCT case_id FROM board) h USING (case_id)
GROUP BY c.court ORDER BY hit / count(*) DESC, c.court""").fetchall()


def _size_up(db: duckdb.DuckDBPyConnection) -> None:
    """Table sizes: the cases of each court, and how many of them are open."""
    closed = (
        "closed_on" if any(row[0] == "closed_on" for row in db.execute("DESCRIBE cases").fetchall()) else "NULL::DATE"
    )
    db.execute(
        f"CREATE TABLE sizes AS SELECT court, count(*) AS cases, count(*) FILTER ({closed} IS NULL) AS open FROM cases GROUP BY court"
    )


def _measures(db: duckdb.DuckDBPyConnection, court: str, key: str) -> dict[str, tuple[int, int, float, float, int]]:
    """key → (hits, cases hit, per 100, median, rank) at this court; courts without a sign count as 0."""
    rows = db.execute(
        f"""
WITH keys AS (SELECT DISTINCT {key} AS k FROM told),
hit AS (SELECT court, {key} AS k, count(*) AS hits, count(DISTINCT nullif(case_id, 0)) AS cases_hit FROM told GROUP BY ALL),
rates AS (SELECT s.court, keys.k, coalesce(hits, 0) AS hits, coalesce(cases_hit, 0) AS cases_hit, 100.0 * coalesce(cases_hit, 0) / s.cases AS rate
    FROM sizes s CROSS JOIN keys LEFT JOIN hit ON hit.court = s.court AND hit.k = keys.k),
ranked AS (SELECT *, median(rate) OVER (PARTITION BY k) AS middle, rank() OVER (PARTITION BY k ORDER BY rate DESC) AS place FROM rates)
SELECT k, hits, cases_hit, round(rate, 2), round(middle, 2), place FROM ranked WHERE court = $1""",
        [court],
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def _by_month(db: duckdb.DuckDBPyConnection, court: str) -> tuple[dict[str, int], dict[str, int]]:
    """(signs, cases filed) of the court by month."""
    hits = dict(
        db.execute(
            "SELECT strftime(coalesce(happened_at::DATE, due), '%Y-%m'), count(*) FROM told WHERE court = $1 GROUP BY ALL",
            [court],
        ).fetchall()
    )
    filed = dict(
        db.execute(
            "SELECT strftime(filed_on, '%Y-%m'), count(*) FROM cases WHERE court = $1 GROUP BY ALL", [court]
        ).fetchall()
    )
    return hits, filed


def checkup(folder: Path, out: Path, court: str, rules: RuleSet) -> Checkup:
    """The 体检表 of `court` from the run `out` over the data set `folder`. FlowError where the court has no case in it."""
    try:
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise FlowError(f"“{out}”不是检查结果目录（缺少summary.json），请重新运行检查。") from None
    with opened(folder, out, rules) as db:
        _size_up(db)
        size = db.execute("SELECT cases, open FROM sizes WHERE court = $1", [court]).fetchone()
        if size is None:
            raise FlowError(f"数据中没有法院“{court}”的案件，请核对法院代码。")
        db.execute("CREATE VIEW told AS SELECT * FROM board")

        all_signs = _measures(db, court, "'all'").get("all", (0, 0, 0.0, 0.0, 1))
        families = _measures(db, court, "family")
        by_rule = sorted(_measures(db, court, "rule").items(), key=lambda one: (one[1][3] - one[1][2], one[0]))
        severities = dict(
            db.execute(
                "SELECT severity, count(*) FROM told WHERE court = $1 GROUP BY severity ORDER BY severity", [court]
            ).fetchall()
        )
        nodes = db.execute(
            "SELECT e.node, count(DISTINCT t.finding) FROM evidence e JOIN told t ON t.finding = e.finding WHERE t.court = $1 GROUP BY e.node ORDER BY 2 DESC, 1 LIMIT $2",
            [court, WORST],
        ).fetchall()
        as_of = date.fromisoformat(summary["as_of"])
        hits, filed = _by_month(db, court)
        courts = db.execute("SELECT count(*) FROM sizes").fetchone()
    months = _months(as_of)
    known = rules.by_id
    return Checkup(
        court=court,
        as_of=as_of,
        cases=size[0],
        open_cases=size[1],
        hits=all_signs[0],
        cases_hit=all_signs[1],
        per_100=all_signs[2],
        median=all_signs[3],
        rank=all_signs[4],
        courts=courts[0] if courts else 0,
        severities=severities,
        families=tuple(Measure(one, one, *families.get(one, (0, 0, 0.0, 0.0, 1))) for one in FAMILIES),
        rules=tuple(
            Measure(
                rule,
                known[rule].title if rule in known else rule,
                *values,
                known[rule].severity if rule in known else "",
            )
            for rule, values in by_rule
            if values[0]
        ),
        worst_nodes=tuple((node, BY_CODE[node].title if node in BY_CODE else node, count) for node, count in nodes),
        months=tuple(Month(one, hits.get(one, 0), filed.get(one, 0)) for one in months),
        rule_version=summary["rule_version"],
        data_hash=summary["data_hash"],
        unable={rule: tuple(columns) for rule, columns in summary["unable"].items()},
    )


def officers_of(folder: Path, out: Path, court: str, rules: RuleSet) -> Officers:
    """The officers of `court` with signs in the run, those with most signs first."""
    with opened(folder, out, rules) as db:
        handled = (
            "SELECT handler AS operator, count(*) AS cases FROM cases WHERE court = $1 GROUP BY ALL"
            if has_handler(db)
            else "SELECT NULL::VARCHAR AS operator, 0::BIGINT AS cases"
        )
        rows = db.execute(
            f"""
WITH handled AS ({handled})
SELECT f.operator, coalesce(any_value(h.cases), 0), count(*) AS hits, count(DISTINCT f.case_id) FILTER (f.case_id > 0)
FROM findings f LEFT JOIN handled h ON h.operator = f.operator
WHERE f.operator IS NOT NULL AND f.court = $1 GROUP BY f.operator ORDER BY hits DESC, f.operator""",
            [court],
        ).fetchall()
    return Officers(tuple(Officer(*row) for row in rows[:OFFICERS_MOST]), max(0, len(rows) - OFFICERS_MOST))


def _months(last: date) -> list[str]:
    count = last.year * 12 + last.month - 1
    return [f"{one // 12:04d}-{one % 12 + 1:02d}" for one in range(count - MONTHS + 1, count + 1)]
