"""Worked examples E01 to E36: each date was computed by hand from the holiday notices."""

from datetime import date

import pytest

from shuangcha.periods import Calendar, due, due_day, earliest_after

CALENDAR = Calendar.bundled()

# number, start, period, nominal end (None: working days), due
EXAMPLES = """
E01 2020-05-20 1月 2020-06-20 2020-06-22
E02 2020-05-25 1月 2020-06-25 2020-06-28
E03 2020-01-31 1月 2020-02-29 2020-03-02
E04 2020-09-01 1月 2020-10-01 2020-10-09
E05 2020-12-31 2月 2021-02-28 2021-03-01
E06 2021-01-14 1月 2021-02-14 2021-02-18
E07 2021-08-31 1月 2021-09-30 2021-09-30
E08 2022-09-08 1月 2022-10-08 2022-10-08
E09 2022-09-09 1月 2022-10-09 2022-10-09
E10 2023-03-29 1月 2023-04-29 2023-05-04
E11 2023-08-31 1月 2023-09-30 2023-10-07
E12 2024-01-10 1月 2024-02-10 2024-02-18
E13 2024-01-31 1月 2024-02-29 2024-02-29
E14 2024-08-14 1月 2024-09-14 2024-09-14
E15 2025-01-04 1月 2025-02-04 2025-02-05
E16 2025-02-28 1月 2025-03-28 2025-03-28
E17 2025-11-30 3月 2026-02-28 2026-02-28
E18 2026-01-14 1月 2026-02-14 2026-02-14
E19 2025-12-04 1月 2026-01-04 2026-01-04
E20 2020-06-15 10日 2020-06-25 2020-06-28
E21 2020-01-16 10日 2020-01-26 2020-02-03
E22 2021-09-22 15日 2021-10-07 2021-10-08
E23 2024-02-05 7日 2024-02-12 2024-02-18
E24 2026-02-10 5日 2026-02-15 2026-02-24
E25 2020-09-11 30日 2020-10-11 2020-10-12
E25 2020-09-11 1月 2020-10-11 2020-10-12
E26 2020-12-01 30日 2020-12-31 2020-12-31
E26 2020-12-01 1月 2021-01-01 2021-01-04
E27 2020-09-24 5工作日 - 2020-09-30
E28 2022-01-26 5工作日 - 2022-02-07
E29 2023-09-27 5工作日 - 2023-10-10
E30 2024-09-27 30工作日 - 2024-11-13
E31 2026-02-11 15工作日 - 2026-03-10
"""
ROWS = [line.split() for line in EXAMPLES.strip().splitlines()]


@pytest.mark.parametrize(("number", "start", "period", "nominal", "expected"), ROWS, ids=[r[0] + r[2] for r in ROWS])
def test_due(number: str, start: str, period: str, nominal: str, expected: str) -> None:
    result = due(date.fromisoformat(start), period, calendar=CALENDAR)
    assert result.due.isoformat() == expected
    assert not result.provisional
    if nominal != "-":
        unrolled = due(date.fromisoformat(start), period, calendar=CALENDAR, roll=False)
        assert unrolled.due.isoformat() == nominal


# number, start, period, stops, end after the deduction, due
STOPPED = [
    ("E32", "2020-07-08", "6月", [("2020-09-01", "2020-10-01")], "2021-02-07", "2021-02-07"),
    ("E33", "2022-03-01", "6月", [("2022-04-10", "2022-06-09"), ("2022-07-01", "2022-07-31")], "2022-11-30", None),
    ("E34", "2024-06-20", "3月", [("2024-07-01", "2024-07-16")], "2024-10-05", "2024-10-08"),
]


@pytest.mark.parametrize(("number", "start", "period", "stops", "end", "expected"), STOPPED, ids=["E32", "E33", "E34"])
def test_stopped(
    number: str, start: str, period: str, stops: list[tuple[str, str]], end: str, expected: str | None
) -> None:
    pairs = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in stops]
    begin = date.fromisoformat(start)
    assert due(begin, period, calendar=CALENDAR, stops=pairs, roll=False).due.isoformat() == end
    assert due(begin, period, calendar=CALENDAR, stops=pairs).due.isoformat() == (expected or end)


@pytest.mark.parametrize(
    ("start", "expected"), [("2020-05-20", "2020-08-21"), ("2020-11-30", "2021-03-01")], ids=["E35", "E36"]
)
def test_earliest(start: str, expected: str) -> None:
    result = earliest_after(date.fromisoformat(start), "3月")
    assert result.due.isoformat() == expected
    assert not result.provisional
    assert result.steps[-1].label == "结果"


def _day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "period", "stops", "extension", "expected"),
    [
        # T13: the extension starts at the nominal end (Saturday 06-20), not at the rolled one (Monday 06-22).
        ("2020-05-20", "1月", [], "10日", "2020-06-30"),
        ("2020-05-20", "1月", [], 10, "2020-06-30"),
        ("2020-05-20", "1月", [], "1月", "2020-07-20"),
        ("2020-01-31", "1月", [], "1月", "2020-03-30"),  # clip to 02-29, then 03-29, a Sunday: not 03-31
        ("2020-09-24", "5工作日", [], "3工作日", "2020-10-12"),
        ("2020-05-20", "1月", [], "5工作日", "2020-06-29"),  # from Saturday 06-20: 22, 23, 24, 28 (调休), 29
        # a stop begun before the start counts from the day after the start
        ("2024-03-01", "10日", [("2024-02-01", "2024-03-04")], None, "2024-03-13"),
        ("2024-03-01", "10日", [("2024-02-01", "2024-03-02")], None, "2024-03-11"),
        # on the last day it still counts; a day later it does not, though the due day lies behind it
        ("2024-03-01", "7日", [("2024-03-08", "2024-03-11")], None, "2024-03-11"),
        ("2024-03-01", "8日", [("2024-03-10", "2024-03-20")], None, "2024-03-11"),
        # the second stop is reached only because of the first
        ("2024-03-01", "10日", [("2024-03-05", "2024-03-08"), ("2024-03-13", "2024-03-15")], None, "2024-03-18"),
        # overlapping, touching, empty and repeated stops are one
        (
            "2024-03-04",
            "10日",
            [("2024-03-05", "2024-03-08"), ("2024-03-06", "2024-03-09"), ("2024-03-05", "2024-03-08")],
            None,
            "2024-03-18",
        ),
        ("2024-03-04", "10日", [("2024-03-06", "2024-03-06")], None, "2024-03-14"),
        # working days: the weekend inside the stop costs nothing
        ("2024-03-05", "5工作日", [("2024-03-08", "2024-03-12")], None, "2024-03-14"),
        ("2024-03-05", "5工作日", [("2024-03-09", "2024-03-11")], None, "2024-03-12"),
    ],
)
def test_stops_and_extension(
    start: str, period: str, stops: list[tuple[str, str]], extension: str | int | None, expected: str
) -> None:
    pairs = [(_day(a), _day(b)) for a, b in stops]
    result = due(_day(start), period, calendar=CALENDAR, stops=pairs, extension=extension)
    assert result.due.isoformat() == expected
    assert due_day(_day(start), period, calendar=CALENDAR, stops=pairs, extension=extension)[0] == result.due
