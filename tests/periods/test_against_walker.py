"""20,000 random cases against a second calculator that only ever steps one day and asks another calendar."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random

import chinese_calendar

from shuangcha.periods import Calendar, Period, Unit, due, due_day

CASES = 20_000
LAST_PUBLISHED = 2026
TOMORROW = timedelta(days=1)


@cache
def workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day)) if day.year <= LAST_PUBLISHED else day.isoweekday() < 6


@dataclass
class Walker:
    """Steps through the days after `start`; remembers whether a rest-day question fell in an unpublished year."""

    day: date
    stops: list[tuple[date, date]]
    provisional: bool = False
    passed: set[str] = field(default_factory=set)

    def step(self) -> None:
        self.day += TOMORROW

    def ask(self) -> bool:
        self.provisional |= self.day.year > LAST_PUBLISHED
        return workday(self.day)

    def stopped(self) -> bool:
        hit = any(begin <= self.day < resume for begin, resume in self.stops)
        if hit:
            self.passed.add("stopped")
        return hit

    def run_days(self, count: int) -> None:
        while count:
            self.step()
            count -= not self.stopped()

    def run_working(self, count: int) -> None:
        while count:
            self.step()
            if self.ask() and not self.stopped():
                count -= 1

    def roll(self) -> None:
        while not self.ask():
            self.step()
            self.passed.add("rolled")


def months_on(day: date, months: int) -> date:
    """The corresponding day, found by walking: the first day of each month is a milestone."""
    wanted = day.day
    while months:
        day += TOMORROW
        months -= day.day == 1
    while day.day != wanted and (day + TOMORROW).day != 1:
        day += TOMORROW
    return day


def natural_length(start: date, pieces: list[Period]) -> int:
    """Natural days that months, years and days take together, without stops."""
    end = start
    for piece in pieces:
        if piece.unit is Unit.DAY:
            end += timedelta(days=piece.count)
        else:
            end = months_on(end, piece.count * (12 if piece.unit is Unit.YEAR else 1))
    return (end - start).days


def walk(start: date, pieces: list[Period], stops: list[tuple[date, date]], roll: bool) -> Walker:
    walker = Walker(start, stops)
    if any(piece.working for piece in pieces):
        for piece in pieces:
            if piece.working:
                walker.run_working(piece.count)
            else:
                walker.run_days(natural_length(walker.day, [piece]))
    else:
        walker.run_days(natural_length(start, pieces))
    if roll:
        walker.roll()
    return walker


def random_period(random: Random) -> Period:
    unit = random.choice([Unit.DAY, Unit.DAY, Unit.WORKING_DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.MONTH, Unit.YEAR])
    longest = {Unit.DAY: 90, Unit.WORKING_DAY: 45, Unit.MONTH: 13, Unit.YEAR: 2}[unit]
    return Period(random.randint(1, longest), unit)


def random_stop(random: Random, start: date) -> tuple[date, date]:
    begin = start + timedelta(days=random.randint(-20, 80))
    return begin, begin + timedelta(days=random.choice([0, 1, 1, 2, 3, 7, 15, 30, 60]))


def test_random_cases_equal_the_walker() -> None:
    calendar = Calendar.bundled()
    random = Random(20200520)
    days = (date(2026, 12, 31) - date(2020, 1, 1)).days
    seen: Counter[str] = Counter()
    for number in range(CASES):
        start = date(2020, 1, 1) + timedelta(days=random.randint(0, days))
        if random.random() < 0.25:  # month ends are where clipping lives
            start = start.replace(day=28) + timedelta(days=random.randint(0, 3))
        period = random_period(random)
        stops = [random_stop(random, start) for _ in range(random.choice([0, 0, 1, 2, 4]))]
        extension = random_period(random) if random.random() < 0.3 else None
        if period.working and extension and extension.unit in (Unit.MONTH, Unit.YEAR):
            extension = None  # refused: see test_period_text
        roll = random.random() < 0.9
        expected = walk(start, [period, *([extension] if extension else [])], stops, roll)
        result = due(start, period, calendar=calendar, stops=stops, extension=extension, roll=roll)
        case = f"case {number}: {start} {period} {stops} +{extension} roll={roll}"
        assert (result.due, result.provisional) == (expected.day, expected.provisional), case
        bare = due_day(start, period, calendar=calendar, stops=iter(stops), extension=extension, roll=roll)
        assert bare == (result.due, result.provisional), case
        moved = sum(step.days for step in result.steps if step.label in ("届满日", "延期", "扣除", "顺延"))
        assert moved == (result.due - start).days, case
        seen.update(expected.passed | {period.unit.value})
        seen["extended"] += extension is not None
        seen["mixed"] += extension is not None and extension.working != period.working
        seen["provisional"] += result.provisional
    # the draw must reach every kind of case, or the comparison above proves little
    common = ("日", "工作日", "月", "年", "stopped", "rolled", "extended", "mixed")
    assert min(seen[kind] for kind in common) > 1000, seen
    assert seen["provisional"] > 500, seen
