"""Limits of 系统检查 are those of `periods`, for every unit and every stop: in the interpreter's arrays and in SQL."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import duckdb
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shuangcha.flowcheck.bulk.engine import _calendar
from shuangcha.flowcheck.bulk.plan import Plan
from shuangcha.flowcheck.days import days_of, stretch
from shuangcha.flowcheck.kinds.limit_sql import late_sql
from shuangcha.periods import Calendar, Period, due_day
from shuangcha.periods.due import merge

CALENDAR = Calendar.bundled()
DAYS = days_of(CALENDAR)
UNITS = ["1日", "3日", "10日", "30日", "1月", "3月", "6月", "1年", "1工作日", "5工作日", "15工作日", "60工作日"]
starts = st.dates(date(2019, 6, 1), date(2026, 6, 1))
stops = st.lists(st.tuples(st.integers(-20, 300), st.integers(0, 90)), max_size=4)
edges = st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 12)), max_size=2)
"""Stops about the end of the limit, where one day decides whether they count."""
Raw = list[tuple[int, int]]


def days(start: date, raw: Raw, edge: Raw, period: Period) -> list[tuple[date, date]]:
    end = date.fromordinal(DAYS.nominal(period)(start.toordinal()))
    return [
        (since + timedelta(a), since + timedelta(a + n)) for since, some in ((start, raw), (end, edge)) for a, n in some
    ]


@settings(max_examples=600, deadline=None)
@given(starts, st.sampled_from(UNITS), stops, edges)
def test_the_arrays_are_periods(start: date, text: str, raw: Raw, edge: Raw) -> None:
    period = Period.parse(text)
    pairs = days(start, raw, edge, period)
    nominal = DAYS.nominal(period)(start.toordinal())
    end, deducted = stretch(start.toordinal(), nominal, merge(pairs), DAYS if period.working else None)
    assert date.fromordinal(DAYS.roll(end)) == due_day(start, period, calendar=CALENDAR, stops=pairs)[0]
    moved = DAYS.cumulative(end) - DAYS.cumulative(nominal) if period.working else end - nominal
    assert deducted == moved


class Sheet:
    """A connection with the engine's calendar, asked as the engine asks it."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        _calendar(self, CALENDAR, date(2026, 6, 30))  # type: ignore[arg-type]

    def run(self, sql: str) -> list[Any]:
        return self.con.execute(sql).fetchall()


@lru_cache(maxsize=1)
def sheet() -> Sheet:
    return Sheet()


rows = st.lists(st.tuples(starts, stops, edges), min_size=30, max_size=60)


@settings(
    max_examples=60, deadline=None, phases=(Phase.reuse, Phase.generate)
)  # each look costs a query: do not shrink
@given(rows, st.sampled_from(UNITS))
def test_the_sql_is_periods(cases: list[tuple[date, Raw, Raw]], text: str) -> None:
    """Every case long overdue: nothing is filtered away, and the due day and the days deducted are all told."""
    period, plan = Period.parse(text), Plan(date(2040, 1, 1), {})
    values = ", ".join(f"({number}, DATE '{start}')" for number, (start, *_) in enumerate(cases))
    pairs = f"""SELECT number AS case_id, '' AS key, start_on, CAST(NULL AS BIGINT) AS ks, CAST(NULL AS BIGINT) AS kt, DATE '2040-01-01' AS last,
      CAST(NULL AS DATE) AS ext, CAST(NULL AS DATE) AS done FROM (VALUES {values}) AS t(number, start_on)"""
    sql = late_sql(plan, pairs, period, ("stay",))
    pairs_of = [days(*case, period) for case in cases]
    merged = [(number, a, b) for number, some in enumerate(pairs_of) for a, b in merge(some)]
    table = plan.stops(("stay",))
    sheet().run(f"CREATE OR REPLACE TABLE {table} (case_id BIGINT, a DATE, b DATE)")
    if merged:
        listed = ", ".join(
            f"({number}, DATE '{date.fromordinal(a)}', DATE '{date.fromordinal(b)}')" for number, a, b in merged
        )
        sheet().run(f"INSERT INTO {table} VALUES {listed}")
    told = {number: (due, lost) for number, due, lost in sheet().run(f"{sql} SELECT case_id, due, lost FROM judged")}
    for number, (start, *_) in enumerate(cases):
        nominal = DAYS.nominal(period)(start.toordinal())
        lost = stretch(start.toordinal(), nominal, merge(pairs_of[number]), DAYS if period.working else None)[1]
        assert told[number] == (due_day(start, period, calendar=CALENDAR, stops=pairs_of[number])[0], lost)
