"""The shipped rest days, day by day against another calendar, and the traps of the notices."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from shuangcha.periods import Calendar, DayRow, PeriodError, due, earliest_after

CALENDAR = Calendar.bundled()


def test_every_day_from_2020_to_2026_agrees_with_chinesecalendar() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range((date(2026, 12, 31) - date(2020, 1, 1)).days + 1)]
    assert len(days) == 2557
    different = [day for day in days if CALENDAR.is_working(day) != chinese_calendar.is_workday(day)]
    assert different == []
    assert all(CALENDAR.is_rest(day) != CALENDAR.is_working(day) for day in days)


def test_new_years_eve_of_2024_is_a_working_day() -> None:
    assert CALENDAR.is_working(date(2024, 2, 9))


def test_the_notice_for_2023_covers_the_last_day_of_2022() -> None:
    row = CALENDAR.row(date(2022, 12, 31))
    assert row is not None
    assert (row.kind, row.source) == ("rest", "国务院办公厅关于2023年部分节假日安排的通知")


def test_the_extension_of_2020_names_its_own_notice() -> None:
    rows = [CALENDAR.row(date(2020, 1, 31) + timedelta(days=n)) for n in range(3)]
    assert {row.source for row in rows if row} == {"国务院办公厅关于延长2020年春节假期的通知"}
    assert CALENDAR.is_rest(date(2020, 2, 1))
    assert CALENDAR.is_working(date(2020, 2, 3))


def test_published_years_come_from_the_notices_and_2027_is_not_one() -> None:
    assert CALENDAR.published_years == set(range(2020, 2027))
    assert not CALENDAR.provisional(2026)
    assert CALENDAR.provisional(2027)
    assert CALENDAR.provisional(2019)
    assert CALENDAR.is_working(date(2027, 10, 1))  # a Friday: weekends are all that is known


def test_every_row_has_a_source_and_a_mark() -> None:
    assert len(CALENDAR.rows) == 254
    assert {row.mark for row in CALENDAR.rows} == {"V"}
    assert all(row.source.startswith("国务院办公厅关于") for row in CALENDAR.rows)
    assert all(row.day.weekday() >= 5 for row in CALENDAR.rows if row.kind == "work")


def test_a_year_without_notice_makes_the_result_provisional() -> None:
    result = due(date(2026, 12, 15), "1月", calendar=CALENDAR)
    assert (result.due, result.provisional) == (date(2027, 1, 15), True)
    assert result.steps[-1].label == "暂定"
    assert "2027年" in result.steps[-1].text
    # working days counted through such a year, though the period began in a published one
    assert due(date(2026, 12, 28), "10工作日", calendar=CALENDAR).provisional
    assert earliest_after(date(2026, 12, 28), "10工作日", calendar=CALENDAR).steps[-1].label == "暂定"
    # published years only, or a date that no calendar decides
    assert not due(date(2026, 11, 30), "1月", calendar=CALENDAR).provisional
    assert not due(date(2026, 12, 15), "1月", calendar=CALENDAR, roll=False).provisional
    assert not due(date(2019, 12, 20), "1月", calendar=CALENDAR).provisional
    assert due(date(2019, 12, 20), "10工作日", calendar=CALENDAR).provisional


def test_rows_of_an_unpublished_year_are_used_and_stay_provisional() -> None:
    rows = [*CALENDAR.rows, DayRow(date(2027, 1, 15), "rest", "本院预排", "D")]
    result = due(date(2026, 12, 15), "1月", calendar=Calendar(rows, CALENDAR.published_years))
    assert (result.due, result.provisional) == (date(2027, 1, 18), True)


def test_the_version_depends_on_the_content_only() -> None:
    same = Calendar(reversed(CALENDAR.rows), set(CALENDAR.published_years))
    assert same.version == CALENDAR.version
    assert same == CALENDAR and hash(same) == hash(CALENDAR)
    assert Calendar(CALENDAR.rows[1:], CALENDAR.published_years).version != CALENDAR.version
    assert Calendar(CALENDAR.rows, CALENDAR.published_years | {2027}).version != CALENDAR.version
    assert len(CALENDAR.version) == 12
    assert Calendar.bundled() is CALENDAR


def test_contradictory_and_unknown_rows_are_refused() -> None:
    day = date(2027, 1, 1)
    with pytest.raises(PeriodError, match="2027-01-01既列为休息又列为上班"):
        Calendar([(day, "rest", "甲"), (day, "work", "乙")], set())
    with pytest.raises(PeriodError, match="类别“holiday”无法识别"):
        Calendar([(day, "holiday", "甲")], set())
    assert Calendar([(day, "rest", "甲"), (day, "rest", "乙")], set()).is_rest(day)
