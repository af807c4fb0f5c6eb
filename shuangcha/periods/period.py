"""A period as people write it (1月, 30日, 5工作日, 2年) and its plain arithmetic (民诉法第85条, 民法典第202条)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache


class PeriodError(ValueError):
    """A date, a period or a stop that cannot be used; the message is one Chinese sentence fit for the screen."""


class Unit(StrEnum):
    """Units of a period (民诉法第85条 日、月、年; 工作日 by usage). 时 is not offered: the plan has none."""

    DAY = "日"
    WORKING_DAY = "工作日"
    MONTH = "月"
    YEAR = "年"


# Longest accepted count per unit (about a century): beyond it the text is a slip of the keyboard, not a limit.
LONGEST = {Unit.DAY: 36500, Unit.WORKING_DAY: 36500, Unit.MONTH: 1200, Unit.YEAR: 100}

_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_PERIOD = re.compile(r"([0-9]{1,6}|[一二两三四五六七八九十]{1,3}) ?个? ?(工作日|日|天|月|年)")
_CHINESE = {c: n for n, c in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")


def shown(text: str) -> str:
    """What was typed, fit to stand in a sentence: one line, at most 30 characters."""
    line = " ".join(text[:60].split())
    return line if len(line) <= 30 else line[:30] + "…"


def _count(text: str) -> int:
    """Whole number from ASCII digits or from Chinese numerals up to 九十九; 0 where the numerals make no number."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 0
    if not ten:
        return _CHINESE[tens]
    return 10 * _CHINESE.get(tens, 1) + _CHINESE.get(ones, 0)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: `count` (1 or more) of `unit`. `str()` gives the Chinese form that `parse` reads back."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.count <= LONGEST[self.unit]:
            raise PeriodError(
                f"期间“{self.count}{self.unit}”的数目须为1至{LONGEST[self.unit]}的整数，例如：1月、30日、5工作日。"
            )

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def working(self) -> bool:
        """True where only working days count (工作日)."""
        return self.unit is Unit.WORKING_DAY

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(text: str) -> "Period":
        """Read `1月`, `1个月`, `一个月`, `30日`, `30天`, `5工作日`, `2年` (half or full width digits).

        Raises PeriodError with an example where the text is anything else.
        """
        found = _PERIOD.fullmatch(text.strip().translate(_WIDTH)) if len(text) <= 40 else None
        if not found:
            raise PeriodError(f"期间“{shown(text)}”无法识别，请写数目加日、工作日、月或年，例如：1月、30日、5工作日。")
        unit = Unit.DAY if found[2] == "天" else Unit(found[2])
        return Period(_count(found[1]), unit)


def as_period(value: "Period | str | int") -> Period:
    """A Period from a Period, from its text, or from a whole number of natural days."""
    if isinstance(value, Period):
        return value
    return Period.parse(value) if isinstance(value, str) else Period(value, Unit.DAY)


def parse_day(text: str) -> date:
    """Read `2020-05-20` or `2020年5月20日`. Raises PeriodError with an example."""
    found = _DAY.fullmatch(text.strip().translate(_WIDTH)) if len(text) <= 40 else None
    if found:
        try:
            return date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
        except ValueError:
            raise PeriodError(f"日期“{shown(text)}”不存在，请核对年月日，例如：2020-05-20。") from None
    raise PeriodError(f"日期“{shown(text)}”无法识别，请写成年-月-日，例如：2020-05-20。")


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later; where that month has none, its last day (民法典第202条).

    Raises ValueError past the year 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if day.day <= 28:
        return date(year, month, day.day)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
