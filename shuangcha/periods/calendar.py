"""Rest days and working days of the People's Republic, year by year, as published by the State Council."""

import csv
import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Set
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .period import PeriodError, parse_day

BUNDLED = Path(__file__).with_name("rest_days.csv")
REST, WORK = "rest", "work"
_NOTICE_YEAR = re.compile(r"关于([0-9]{4})年部分节假日安排")


class DayRow(NamedTuple):
    """One day that differs from the plain week, or confirms it: `kind` is rest or work, `source` names the notice."""

    day: date
    kind: str
    source: str
    mark: str = "V"


class Calendar:
    """Which days are rest days (法定休假日). An immutable value: equal rows and years give an equal `version`.

    `rows` are DayRow or (day, kind, source[, mark]); plain weekends need no row. `published_years` are the years
    whose State Council notice exists. In any other year weekends (and rows given for it) are all that is known, and
    results that touch it are provisional (暂定). Raises PeriodError where a day stands twice with different kinds.
    """

    def __init__(self, rows: Iterable[tuple[date, str, str] | DayRow], published_years: Set[int]) -> None:
        self.rows = tuple(sorted(DayRow(*row) for row in rows))
        self.published_years = frozenset(published_years)
        self._by_ordinal: dict[int, DayRow] = {}
        for row in self.rows:
            if row.kind not in (REST, WORK):
                raise PeriodError(f"休息日表中{row.day}的类别“{row.kind}”无法识别，只能是rest（休息）或work（上班）。")
            other = self._by_ordinal.setdefault(row.day.toordinal(), row)
            if other.kind != row.kind:
                raise PeriodError(f"休息日表中{row.day}既列为休息又列为上班，请核对后只留一行。")
        text = "\n".join(",".join((str(row.day), *row[1:])) for row in self.rows)
        text += "\n" + ",".join(str(year) for year in sorted(self.published_years))
        self.version = hashlib.sha256(text.encode()).hexdigest()[:12]
        self._working: dict[int, list[int]] = {}  # working days of a year as ordinals, built when first asked

    @classmethod
    def load(cls, path: Path) -> "Calendar":
        """Read a file `day,kind,source,mark`; a year counts as published when a row cites its yearly notice.

        2022-12-31 belongs to the notice for 2023: the notice, not the day, says which year is published.
        """
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [
                DayRow(parse_day(row["day"]), row["kind"], row["source"], row["mark"]) for row in csv.DictReader(file)
            ]
        years = {int(found[1]) for row in rows if (found := _NOTICE_YEAR.search(row.source))}
        return cls(rows, years)

    @staticmethod
    @cache
    def bundled() -> "Calendar":
        """The calendar shipped with the program: 2020 to 2026 from the State Council notices."""
        return Calendar.load(BUNDLED)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        return f"Calendar({len(self.rows)} rows, version {self.version})"

    def row(self, day: date) -> DayRow | None:
        """The notice row for this day; None where the plain week applies."""
        return self._by_ordinal.get(day.toordinal())

    def is_rest(self, day: date) -> bool:
        """True on a 法定休假日: a published rest day, or a weekend day that is not an adjusted working day."""
        return self.rest_at(day.toordinal())

    def is_working(self, day: date) -> bool:
        """True on a working day, adjusted ones (调休上班) included."""
        return not self.is_rest(day)

    def is_adjusted(self, day: date) -> bool:
        """True on a Saturday or Sunday that the notice turned into a working day (调休上班)."""
        return day.weekday() >= 5 and self.is_working(day)

    def provisional(self, year: int) -> bool:
        """True while no State Council notice for this year is in the calendar (暂定)."""
        return year not in self.published_years

    def rest_at(self, ordinal: int) -> bool:
        """`is_rest` for a proleptic ordinal (`date.toordinal`); ordinal 1 was a Monday."""
        row = self._by_ordinal.get(ordinal)
        return (ordinal + 6) % 7 >= 5 if row is None else row.kind == REST

    def _year(self, year: int) -> list[int]:
        days = self._working.get(year)
        if days is None:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            days = self._working[year] = [day for day in range(first, last + 1) if not self.rest_at(day)]
        return days

    def working_after(self, ordinal: int, count: int) -> int:
        """Ordinal of the `count`-th working day after `ordinal` (count 1 or more). ValueError past the year 9999."""
        year = date.fromordinal(ordinal).year
        days = self._year(year)
        index = bisect_right(days, ordinal)
        while index + count > len(days):
            count -= len(days) - index
            year, index = year + 1, 0
            days = self._year(year)
        return days[index + count - 1]

    def working_between(self, after: int, until: int) -> int:
        """Number of working days in (after, until], both ordinals; 0 where the interval is empty."""
        if until <= after:
            return 0
        first, last = date.fromordinal(after).year, date.fromordinal(until).year
        whole = sum(len(self._year(year)) for year in range(first, last))
        return whole + bisect_right(self._year(last), until) - bisect_right(self._year(first), after)
