"""Working days as arrays: the arithmetic of `periods` made fast for one case, and the same table for the bulk engine.

Days are ordinals (`date.toordinal`). Everything here, and the SQL of `kinds/limit_sql`, equals `periods.due_day` for
every unit with every stop; tests hold both to that. A day outside FIRST…LAST raises FlowError:
it must never vanish in a join.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from ..periods import Calendar, Period, Unit
from ..periods.period import add_months
from .model import FlowError

FIRST, LAST = date(1990, 1, 1), date(2056, 12, 31)
"""Days that data may name. Limits reach beyond: the table ends REACH days later."""
REACH = 20 * 366
BASE = FIRST.toordinal()
Stop = tuple[int, int]


class Days:
    """Arrays over FIRST … LAST+REACH: rest days, working days up to a day, the next working day."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.end = LAST.toordinal() + REACH
        self.working = [day for day in range(BASE, self.end + 40) if not calendar.rest_at(day)]
        self.next_working: list[int] = []
        self.rest: list[bool] = []
        at = 0
        for day in range(BASE, self.end + 1):
            while self.working[at] < day:
                at += 1
            self.next_working.append(self.working[at])
            self.rest.append(self.working[at] != day)
        self._due: dict[tuple[str, int], Callable[[int], int]] = {}

    def check(self, day: date) -> int:
        """The ordinal of a day that data names. FlowError outside FIRST … LAST."""
        if not FIRST <= day <= LAST:
            raise FlowError(f"日期{day}超出日历范围（{FIRST}至{LAST}），请先更正数据。")
        return day.toordinal()

    def roll(self, day: int) -> int:
        """The day itself, or the first working day after it."""
        return self.next_working[day - BASE]

    def cumulative(self, day: int) -> int:
        """Working days from FIRST up to and with the day."""
        return bisect_right(self.working, day)

    def later(self, day: int, count: int) -> int:
        """The `count`-th working day after the day."""
        return self.working[bisect_right(self.working, day) + count - 1]

    def nominal(self, period: Period) -> Callable[[int], int]:
        """The function start → nominal end of this period."""
        count = period.count
        if period.unit is Unit.DAY:
            return lambda start: start + count
        if period.unit is Unit.WORKING_DAY:
            return lambda start: self.later(start, count)
        months = count * (12 if period.unit is Unit.YEAR else 1)
        return lru_cache(maxsize=65536)(lambda start: add_months(date.fromordinal(start), months).toordinal())


@lru_cache(maxsize=8)
def days_of(calendar: Calendar) -> Days:
    """The arrays of a calendar, built once."""
    return Days(calendar)


def stretch(start: int, end: int, stops: Sequence[Stop], working: Days | None = None) -> tuple[int, int]:
    """(running end, days deducted): every stop begun by then is passed over whole, from the day after `start`.

    With `working` (a limit in working days) only the working days of a stop are made up, by as many working days.
    """
    deducted = 0
    for begin, resume in stops:
        begin = max(begin, start + 1)
        if begin > end:
            break
        if working is not None:
            lost = max(0, working.cumulative(resume - 1) - working.cumulative(begin - 1))
            end = working.later(end, lost) if lost else end
        else:
            lost = max(0, resume - begin)
            end += lost
        deducted += lost
    return end, deducted


def merged(
    rows: Iterable[Mapping[str, Any]],
    kinds: Sequence[str],
    filed: date | None,
    closed: date | None,
    as_of: date,
    reopened: date | None = None,
) -> list[Stop]:
    """The stops that count: of these kinds, begun not before filing and not after closing, not reversed, merged.

    An open one reaches to the closing day, or over the as-of date. One begun after closing counts where the case was
    `reopened` (N38) by then. The others are errors (rule X01), not deductions.
    """
    found: list[Stop] = []
    for row in rows:
        begin, end = row.get("start_on"), row.get("end_on")
        if row.get("kind") not in kinds or begin is None or (filed and begin < filed):
            continue
        until = closed
        if closed and begin > closed:
            if reopened is None or begin < reopened:
                continue
            until = None
        resume = end.toordinal() if end else (until.toordinal() if until else as_of.toordinal() + 1)
        if resume > begin.toordinal():
            found.append((begin.toordinal(), resume))
    found.sort()
    joined: list[Stop] = []
    for begin_at, resume in found:
        if joined and begin_at <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], resume))
        else:
            joined.append((begin_at, resume))
    return joined
