"""Hostile text of 50 kB is answered in under 100 ms by every reader and every pattern of the two rooms."""

import contextlib
import re
import time
from collections.abc import Callable

import pytest

from shuangcha.numbers import fold, number, parse, parse_or_raw, parse_serial, serial
from shuangcha.periods import Period, parse_day, period
from shuangcha.periods import calendar as rest_days
from shuangcha.periods.command import _stops

SIZE = 50_000
LIMIT = 0.1
HOSTILE = {
    "digits": "1" * SIZE,
    "wide digits": "１" * SIZE,
    "brackets": "（" * SIZE,
    "pairs": "（）" * (SIZE // 2),
    "years": "（2024）" * (SIZE // 6),
    "type": "（2024）豫0302" + "执" * SIZE,
    "type and digits": "（2024）豫0302" + "执1" * (SIZE // 2),
    "infix": "（2024）豫0302" + "字第" * (SIZE // 2),
    "serial": "（2024）豫0302执" + "1" * SIZE,
    "sub": "（2024）豫0302执1号" + "之一" * (SIZE // 2),
    "numerals": "一" * SIZE,
    "prefix": "洛" * SIZE,
    "spaces": " " * SIZE,
    "marks": "a" + "\u0301\u0327" * (SIZE // 2),
    "slashes": "2020-01-01/" * (SIZE // 11),
    "semicolons": ";" * SIZE,
    "zeros": "第" + "0" * SIZE + "号",
}


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    with contextlib.suppress(ValueError):
        action()
    return time.perf_counter() - began


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_readers(text: str) -> None:
    for read in (parse, parse_or_raw, parse_serial, fold, Period.parse, parse_day, _stops):
        # the shorter of two runs: a pause of the machine is no fault of the pattern
        assert min(timed(lambda read=read: read(text)) for _ in range(2)) < LIMIT, read


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_patterns_stand_alone(text: str) -> None:
    patterns = [
        value
        for module in (number, serial, period, rest_days)
        for value in vars(module).values()
        if isinstance(value, re.Pattern)
    ]
    assert len(patterns) >= 9
    for pattern in patterns:
        for use in (pattern.match, pattern.search, pattern.fullmatch):
            assert min(timed(lambda use=use: use(text)) for _ in range(2)) < LIMIT, pattern.pattern
