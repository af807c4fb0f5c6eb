"""The stages of a bulk run, in order; the same text for DuckDB and, through sqlglot, for Spark."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from ...periods import Calendar
from ..days import FIRST, LAST, days_of
from ..kinds.across import Repeated
from ..kinds.base import SLOTS
from ..kinds.rows import SHORT_TEXT
from ..model import FlowError, Rule, RuleSet
from ..nodes import BY_CODE
from ..schema import BY_NAME, REQUIRED_TABLES, SQL_TYPES, TABLES
from ..select import quoted
from .duck import Duck
from .plan import PACK, PACKED, Plan, need
from .publish import publish

Progress = Callable[[int, int, str], None]
HIT_COLUMNS = ", ".join(
    ["rule_no INTEGER", "check_no INTEGER", "case_id BIGINT", *(f"{name} {kind}" for name, kind in SLOTS.items())]
)


class Backend(Protocol):
    """Where stages are executed."""

    def view(self, name: str, sql: str) -> None: ...
    def table(self, name: str, sql: str) -> None: ...
    def hits(self, rule_no: int, check_no: int, sql: str) -> None: ...
    def rare(self) -> frozenset[str]: ...
    def close(self) -> None: ...


@dataclass
class Counts:
    cases: int = 0
    events: int = 0
    findings: dict[str, int] = field(default_factory=dict)
    unable: dict[str, tuple[str, ...]] = field(default_factory=dict)


class OnDuck:
    """Stages as views and tables of the run's own DuckDB."""

    def __init__(self, duck: Duck) -> None:
        self._duck = duck

    def view(self, name: str, sql: str) -> None:
        self._duck.run(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def table(self, name: str, sql: str) -> None:
        self._duck.run(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def hits(self, rule_no: int, check_no: int, sql: str) -> None:
        self._duck.run(f"INSERT INTO hits SELECT {rule_no}, {check_no}, * FROM ({sql}) AS h")

    def rare(self) -> frozenset[str]:
        """Nodes that stand in few of the rows now shown; empty where counting them would cost more than it saves."""
        if not self._duck.run("SELECT 1 FROM duckdb_tables() WHERE table_name = 'near_events'"):
            return frozenset()
        rows = self._duck.run("SELECT node, count(*) FROM near_events GROUP BY node")
        cases = self._duck.run("SELECT count(*) FROM cases")[0][0]
        often = {node for node, count in rows if count * SELDOM > cases}
        return frozenset(BY_CODE) - often

    def close(self) -> None:
        for view in ("live", "packed", "events"):
            self._duck.run(f"DROP VIEW IF EXISTS {view}")
        self._duck.run("DROP TABLE IF EXISTS near_events")


def _able(rules: RuleSet, columns: Mapping[str, frozenset[str]], counts: Counts) -> list[tuple[int, Rule]]:
    """The rules whose columns are there, with their numbers; the others are noted as unable."""
    able: list[tuple[int, Rule]] = []
    for number, rule in enumerate(rules.rules):
        missing = rule.lacking(lambda name: name.split(".")[1] in columns.get(name.split(".")[0], frozenset()))
        if missing:
            counts.unable[rule.id] = missing
        else:
            able.append((number, rule))
    return able


def run(
    duck: Duck,
    folder: Path,
    out: Path,
    rules: RuleSet,
    as_of: date,
    calendar: Calendar,
    spark: Mapping[str, str] | None,
    progress: Progress | None,
) -> Counts:
    """All stages; writes the Parquet files into `out`. With `spark` (its own settings) on Spark, else on DuckDB.

    Rules of one case run range by range of cases, on rows kept in memory: memory and time per case do not grow with
    the data. Rules that need other cases run once over all rows.
    """
    counts = Counts()
    columns = _columns(duck, folder)
    _open(duck, folder, columns)
    _guard(duck, counts)
    able = _able(rules, columns, counts)
    duck.run(f"CREATE TABLE hits ({HIT_COLUMNS})")
    _calendar(duck, calendar, as_of)
    back: Backend = OnDuck(duck)
    ranges = _ranges(duck)
    if spark is not None:
        from .spark import OnSpark

        back, ranges = OnSpark(duck, out / "spill", folder, columns, spark), [None]
    alone = _Work(Plan(as_of, columns), [one for one in able if one[1].scope == "case"], able)
    across = _Work(Plan(as_of, columns), [one for one in able if one[1].scope != "case"], able)
    total = len(alone) * len(ranges) + len(across) + 1
    done = 0

    def step(title: str) -> None:
        nonlocal done
        if progress:
            progress(done, total, title)
        done += 1

    try:
        if len(alone):
            for place in ranges:
                _narrow(back, duck, folder, columns, place, alone, keep=True)
                alone.execute(back, step)
        if len(across):
            _narrow(back, duck, folder, columns, None, across, keep=False)
            across.execute(back, step)
    finally:
        back.close()
    step("写出结果")
    _open(duck, folder, columns)
    counts.findings = {rule.id: 0 for _, rule in able} | publish(duck, out, rules)
    if progress:
        progress(total, total, "完成")
    return counts


class _Work:
    """The stages of some rules over whatever rows the views show at the time."""

    def __init__(self, plan: Plan, own: list[tuple[int, Rule]], able: list[tuple[int, Rule]]) -> None:
        self.plan = plan
        plan.rules = [(number, rule.id, rule.title) for number, rule in able]
        self.texts = [
            (number, place, rule, rule.checks[place].sql(plan))
            for number, rule in own
            for place in range(len(rule.checks))
        ]
        self.texts.sort(key=lambda one: isinstance(one[2].checks[one[1]], Repeated))  # after all others
        self.stages: list[tuple[str, str, str]] = []
        joined = " ".join([*(text for *_, text in self.texts), *plan.stages.values()])
        if plan.profile or _PROFILED.search(joined):  # a check that wants nothing of it may still join it
            self.stages.append(("案件概貌", "profile", plan.profile_sql()))
        self.stages += [("扣除期间", name, plan.stops_sql(kinds)) for kinds, name in plan.stop_lists.items()]
        if plan.subjects:
            self.stages.append(("对象概貌", "subjects", plan.subjects_sql()))
        self.stages += [("同一时刻录入", "crowd_" + "_".join(key), plan.crowd_sql(key)) for key in plan.crowds]
        self.stages += [("跨案比对", name, sql) for name, sql in plan.stages.items()]

    def __len__(self) -> int:
        return len(self.texts) + len(self.stages) if self.texts else 0

    def whole(self) -> str:
        """All text, to see which columns it names and how often it reads the rows."""
        return " ".join([*(text for *_, text in self.texts), *(text for *_, text in self.stages)])

    def execute(self, back: Backend, step: Callable[[str], None]) -> None:
        for title, name, sql in self.stages:
            step(title)
            back.table(name, self.plan.profile_sql(back.rare()) if name == "profile" else sql)
        for number, place, rule, sql in self.texts:
            step(rule.title)
            back.hits(number, place, sql)


SELDOM = 8
"""A node is rare where it stands in fewer than one case in so many."""
RANGE = 100_000
"""So many cases at a time: their rows fit in memory and the overhead of the statements is small beside their work."""
WORTH = 4
"""Rows are kept in memory where the stages read them more often than this."""
_PROFILED = re.compile(r"(?:FROM|JOIN) profile\b")
_READS = re.compile(r"(?:FROM|JOIN) (?:live|packed|events)\b")


def _ranges(duck: Duck) -> list[tuple[int, int] | None]:
    first, last = duck.run("SELECT min(case_id), max(case_id) FROM cases")[0]
    if first is None or last - first < RANGE:
        return [None]
    return [(start, min(start + RANGE - 1, last)) for start in range(first, last + 1, RANGE)]


def _narrow(
    back: Backend,
    duck: Duck,
    folder: Path,
    columns: dict[str, frozenset[str]],
    place: tuple[int, int] | None,
    work: _Work,
    keep: bool,
) -> None:
    """Let the views show the cases of one range (None: all). `keep`: hold their events in memory, long texts cut,
    where that is worth it."""
    where = f" WHERE case_id BETWEEN {place[0]} AND {place[1]}" if place else ""
    if isinstance(back, OnDuck):
        back.close()
        for table in TABLES:
            if table.name in columns and table.name != "supervised":
                source = f"read_parquet({quoted(str(folder / f'{table.name}.parquet'))}){where}"
                back.view(table.name, view_sql(table.name, columns[table.name], source))
        text = work.whole()
        if keep and len(_READS.findall(text)) > WORTH:
            kept = []
            for column in BY_NAME["events"].columns:
                if column.name == "text" and "text" in columns["events"]:
                    kept.append(f"{SHORT_TEXT} AS text")
                elif re.search(rf"\b{column.name}\b", text) or column.name in (
                    "case_id",
                    "event_id",
                    "node",
                    "event_at",
                    "change",
                ):
                    kept.append(column.name)
            back.table("near_events", f"SELECT {', '.join(kept)}, {PACKED} AS k FROM events")
            back.view("live", f"SELECT * EXCLUDE (k) FROM near_events WHERE {LIVE}")
            back.view("packed", f"SELECT * FROM near_events WHERE {LIVE}")
            back.view("events", "SELECT * EXCLUDE (k) FROM near_events")
            return
    back.view("live", f"SELECT * FROM events WHERE {LIVE}")
    back.view("packed", f"SELECT *, {PACKED} AS k FROM live")


LIVE = "event_at IS NOT NULL AND node IS NOT NULL AND case_id IS NOT NULL AND change IS DISTINCT FROM 'deleted'"


def _columns(duck: Duck, folder: Path) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for table in TABLES:
        path = folder / f"{table.name}.parquet"
        if path.exists():
            rows = duck.run("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])
            found[table.name] = frozenset(row[0] for row in rows)
        elif table.name in REQUIRED_TABLES:
            raise FlowError(f"数据文件夹中没有{table.title}表（{table.name}.parquet）。")
    return found


def view_sql(name: str, present: frozenset[str], source: str) -> str:
    """A table as the schema names it: columns that the data lacks are NULL."""
    table = next(one for one in TABLES if one.name == name)
    listed = ", ".join(
        column.name if column.name in present else f"CAST(NULL AS {SQL_TYPES[column.kind]}) AS {column.name}"
        for column in table.columns
    )
    return (
        f"SELECT {listed} FROM {source}"
        if present
        else f"SELECT {listed} FROM (SELECT 1 AS one) AS nothing WHERE one = 0"
    )


def _open(duck: Duck, folder: Path, columns: dict[str, frozenset[str]]) -> None:
    for table in TABLES:
        source = f"read_parquet({quoted(str(folder / f'{table.name}.parquet'))})"
        duck.run(
            f"CREATE OR REPLACE VIEW {table.name} AS {view_sql(table.name, columns.get(table.name, frozenset()), source)}"
        )


def _guard(duck: Duck, counts: Counts) -> None:
    """Counts, and a loud word on dates outside the calendar and numbers that cannot be packed."""
    counts.cases = duck.run("SELECT count(*) FROM cases")[0][0]
    counts.events, top, first, last = duck.run(
        "SELECT count(*), max(event_id), min(event_at), max(event_at) FROM events"
    )[0]
    need(top is None or top < PACK, f"节点序号超过{PACK - 1}，请分批检查。")
    days = [first and first.date(), last and last.date()]
    for table, column in (
        ("cases", "filed_on"),
        ("cases", "closed_on"),
        ("cases", "extension_until"),
        ("suspensions", "start_on"),
        ("suspensions", "end_on"),
        ("petitions", "received_on"),
        ("events", "due_on"),
    ):
        days += duck.run(f"SELECT min({column}), max({column}) FROM {table}")[0]
    for day in days:
        need(day is None or FIRST <= day <= LAST, f"日期{day}超出日历范围（{FIRST}至{LAST}），请先更正数据。")


def _calendar(duck: Duck, calendar: Calendar, as_of: date) -> None:
    days = days_of(calendar)
    days.check(as_of)
    duck.run("CREATE TABLE cal (d DATE, rest BOOLEAN, cum INTEGER, next_wd DATE)")
    bits = "".join("1" if rest else "0" for rest in days.rest)
    duck.run(f"""
INSERT INTO cal SELECT d, rest, CAST(sum(CASE WHEN rest THEN 0 ELSE 1 END) OVER (ORDER BY d) AS INTEGER),
  min(CASE WHEN rest THEN NULL ELSE d END) OVER (ORDER BY d ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
FROM (SELECT {quoted(FIRST)} + CAST(i AS INTEGER) AS d, substr({quoted(bits)}, CAST(i + 1 AS BIGINT), 1) = '1' AS rest FROM range({len(bits)}) AS t(i))""")
    duck.run("CREATE TABLE workdays AS SELECT cum AS n, d FROM cal WHERE NOT rest")
