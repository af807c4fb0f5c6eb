"""The stages of a bulk run, in order; the same text for DuckDB and, through sqlglot, for Spark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from ...periods import Calendar
from ..days import FIRST, LAST, days_of
from ..kinds.across import Repeated
from ..kinds.base import SLOTS, Kind
from ..model import FlowError, Rule, RuleSet
from ..schema import REQUIRED_TABLES, SQL_TYPES, TABLES
from ..select import quoted
from .duck import Duck
from .plan import PACK, PACKED, Plan, need
from .publish import publish

Progress = Callable[[int, int, str], None]
HIT_COLUMNS = ", ".join(["rule_no INTEGER", "check_no INTEGER", "case_id BIGINT", *(f"{name} {kind}" for name, kind in SLOTS.items())])


class Backend(Protocol):
    """Where stages are executed."""

    def view(self, name: str, sql: str) -> None: ...
    def table(self, name: str, sql: str) -> None: ...
    def hits(self, rule_no: int, check_no: int, sql: str) -> None: ...


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


def run(
    duck: Duck, folder: Path, out: Path, rules: RuleSet, as_of: date, calendar: Calendar, engine: str, progress: Progress | None
) -> Counts:
    """All stages; writes the Parquet files into `out`."""
    counts = Counts()
    columns = _columns(duck, folder)
    _open(duck, folder, columns)
    _guard(duck, counts)
    able: list[tuple[int, Rule]] = []
    for number, rule in enumerate(rules.rules):
        missing = tuple(name for name in rule.needs if name.split(".")[1] not in columns.get(name.split(".")[0], frozenset()))
        if missing:
            counts.unable[rule.id] = missing
        else:
            able.append((number, rule))
    plan = Plan(as_of, columns)
    work: list[tuple[int, int, Rule, Kind]] = [
        (number, place, rule, check) for number, rule in able for place, check in enumerate(rule.checks)
    ]
    plan.rules = [(number, rule.id, rule.title) for number, rule in able]
    texts = [(number, place, rule, check.sql(plan)) for number, place, rule, check in work]
    duck.run(f"CREATE TABLE hits ({HIT_COLUMNS})")
    _calendar(duck, calendar, as_of)
    back: Backend = OnDuck(duck)
    if engine == "spark":
        from .spark import OnSpark

        back = OnSpark(duck, folder, columns)
    steps: list[tuple[str, Callable[[], None]]] = []

    def stage(title: str, name: str, sql: str) -> None:
        steps.append((title, lambda: back.table(name, sql)))

    back.view("live", "SELECT * FROM events WHERE event_at IS NOT NULL AND node IS NOT NULL AND case_id IS NOT NULL AND change IS DISTINCT FROM 'deleted'")
    back.view("packed", f"SELECT *, {PACKED} AS k FROM live")
    for kinds, name in plan.stop_lists.items():
        stage("扣除期间", name, plan.stops_sql(kinds))
    if plan.profile:
        stage("案件概貌", "profile", plan.profile_sql())
    for key in plan.crowds:
        stage("同一时刻录入", "crowd_" + "_".join(key), plan.crowd_sql(key))
    for name, sql in plan.stages.items():
        stage("跨案比对", name, sql)
    texts.sort(key=lambda one: isinstance(one[2].checks[one[1]], Repeated))  # after all others
    for number, place, rule, sql in texts:
        steps.append((rule.title, lambda n=number, p=place, s=sql: back.hits(n, p, s)))  # type: ignore[misc]
    total = len(steps) + 1
    for done, (title, step) in enumerate(steps):
        if progress:
            progress(done, total, title)
        step()
    if progress:
        progress(total - 1, total, "写出结果")
    counts.findings = {rule.id: 0 for _, rule in able} | publish(duck, out, rules)
    if progress:
        progress(total, total, "完成")
    return counts


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
        column.name if column.name in present else f"CAST(NULL AS {SQL_TYPES[column.kind]}) AS {column.name}" for column in table.columns
    )
    return f"SELECT {listed} FROM {source}" if present else f"SELECT {listed} FROM (SELECT 1 AS one) AS nothing WHERE one = 0"


def _open(duck: Duck, folder: Path, columns: dict[str, frozenset[str]]) -> None:
    for table in TABLES:
        source = f"read_parquet({quoted(str(folder / f'{table.name}.parquet'))})"
        duck.run(f"CREATE VIEW {table.name} AS {view_sql(table.name, columns.get(table.name, frozenset()), source)}")


def _guard(duck: Duck, counts: Counts) -> None:
    """Counts, and a loud word on dates outside the calendar and numbers that cannot be packed."""
    counts.cases = duck.run("SELECT count(*) FROM cases")[0][0]
    counts.events, top, first, last = duck.run("SELECT count(*), max(event_id), min(event_at), max(event_at) FROM events")[0]
    need(top is None or top < PACK, f"节点序号超过{PACK - 1}，请分批检查。")
    days = [first and first.date(), last and last.date()]
    for table, column in (("cases", "filed_on"), ("cases", "closed_on"), ("cases", "extension_until"), ("suspensions", "start_on"),
                          ("suspensions", "end_on"), ("petitions", "received_on"), ("events", "due_on")):  # fmt: skip
        days += duck.run(f"SELECT min({column}), max({column}) FROM {table}")[0]
    for day in days:
        need(day is None or FIRST <= day <= LAST, f"日期{day}超出日历范围（{FIRST}至{LAST}），请先更正数据。")


def _calendar(duck: Duck, calendar: Calendar, as_of: date) -> None:
    days = days_of(calendar)
    days.check(as_of)
    duck.run("CREATE TABLE cal (d DATE, rest BOOLEAN, cum INTEGER, next_wd DATE)")
    first, rests = days.rows()[0][0], [row[1] for row in days.rows()]
    bits = "".join("1" if rest else "0" for rest in rests)
    duck.run(f"""
INSERT INTO cal SELECT d, rest, CAST(sum(CASE WHEN rest THEN 0 ELSE 1 END) OVER (ORDER BY d) AS INTEGER),
  min(CASE WHEN rest THEN NULL ELSE d END) OVER (ORDER BY d ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
FROM (SELECT {quoted(first)} + CAST(i AS INTEGER) AS d, substr({quoted(bits)}, CAST(i + 1 AS BIGINT), 1) = '1' AS rest FROM range({len(bits)}) AS t(i))""")
    duck.run("CREATE TABLE workdays AS SELECT cum AS n, d FROM cal WHERE NOT rest")
