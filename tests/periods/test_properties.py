"""What must hold of every period, whatever the days."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shuangcha.periods import (
    Calendar,
    Period,
    Unit,
    days_left,
    due,
    due_day,
    earliest_after,
    working_days_left,
)

CALENDAR = Calendar.bundled()
DAYS = st.dates(date(2020, 1, 1), date(2026, 6, 30))
SHORT = st.builds(Period, st.integers(1, 60), st.sampled_from([Unit.DAY, Unit.WORKING_DAY])) | st.builds(
    Period, st.integers(1, 12), st.just(Unit.MONTH)
)
OFFSETS = st.tuples(st.integers(-30, 120), st.integers(0, 60))


def stops_at(start: date, offsets: list[tuple[int, int]]) -> list[tuple[date, date]]:
    return [(start + timedelta(days=a), start + timedelta(days=a + n)) for a, n in offsets]


def extension_for(period: Period, extension: Period | None) -> Period | None:
    return None if extension and period.working and extension.unit is Unit.MONTH else extension


@settings(max_examples=500)
@given(DAYS, SHORT, st.none() | SHORT, st.lists(OFFSETS, max_size=4), OFFSETS)
def test_a_further_stop_never_makes_the_due_day_earlier(
    start: date, period: Period, extension: Period | None, offsets: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    extension = extension_for(period, extension)
    before, _ = due_day(start, period, calendar=CALENDAR, stops=stops_at(start, offsets), extension=extension)
    after, _ = due_day(start, period, calendar=CALENDAR, stops=stops_at(start, [*offsets, more]), extension=extension)
    assert after >= before


@settings(max_examples=500)
@given(DAYS, SHORT, st.none() | SHORT, st.lists(OFFSETS, max_size=3))
def test_a_rolled_due_day_is_a_working_day(
    start: date, period: Period, extension: Period | None, offsets: list[tuple[int, int]]
) -> None:
    stops = stops_at(start, offsets)
    result = due(start, period, calendar=CALENDAR, stops=stops, extension=extension_for(period, extension))
    assert CALENDAR.is_working(result.due)
    assert result.due > start
    assert result.provisional == (result.due.year > 2026) == (result.steps[-1].label == "暂定")


@given(DAYS)
def test_one_month_is_at_least_28_days_and_ends_on_a_working_day(start: date) -> None:
    day, _ = due_day(start, "1月", calendar=CALENDAR)
    assert day >= start + timedelta(days=28)
    assert CALENDAR.is_working(day)


@given(DAYS, SHORT, st.lists(OFFSETS, max_size=4))
def test_the_order_of_stops_and_cutting_one_in_two_change_nothing(
    start: date, period: Period, offsets: list[tuple[int, int]]
) -> None:
    stops = stops_at(start, offsets)
    halves = [part for a, b in stops for middle in [a + (b - a) // 2] for part in ((a, middle), (middle, b))]
    halves.reverse()
    assert due_day(start, period, calendar=CALENDAR, stops=stops) == due_day(
        start, period, calendar=CALENDAR, stops=halves
    )


@given(DAYS, SHORT)
def test_a_later_start_is_never_due_earlier_and_longer_is_never_shorter(start: date, period: Period) -> None:
    day, _ = due_day(start, period, calendar=CALENDAR)
    assert due_day(start + timedelta(days=1), period, calendar=CALENDAR)[0] >= day
    assert due_day(start, Period(period.count + 1, period.unit), calendar=CALENDAR)[0] >= day
    assert due_day(start, period, calendar=CALENDAR, extension="1日")[0] >= day


@given(DAYS, SHORT)
def test_earliest_is_the_day_after_the_unrolled_end(start: date, period: Period) -> None:
    end, _ = due_day(start, period, calendar=CALENDAR, roll=False)
    assert earliest_after(start, period, calendar=CALENDAR).due == end + timedelta(days=1)


@given(DAYS, DAYS)
def test_days_left_agree_with_counting(one: date, other: date) -> None:
    assert days_left(one, other) == -days_left(other, one)
    assert working_days_left(one, other, calendar=CALENDAR) == -working_days_left(other, one, calendar=CALENDAR)
    if 0 <= days_left(one, other) <= 60:
        walked = [other + timedelta(days=n) for n in range(1, days_left(one, other) + 1)]
        counted = sum(CALENDAR.is_working(day) for day in walked)
        assert working_days_left(one, other, calendar=CALENDAR) == counted


@given(DAYS, st.integers(1, 60))
def test_the_last_working_day_has_none_left(start: date, count: int) -> None:
    end, _ = due_day(start, Period(count, Unit.WORKING_DAY), calendar=CALENDAR)
    assert working_days_left(end, start, calendar=CALENDAR) == count
    assert working_days_left(end, end, calendar=CALENDAR) == 0
