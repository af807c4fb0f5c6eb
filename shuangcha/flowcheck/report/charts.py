"""Small charts as SVG text: classes only, no style and no script, so that a strict content policy lets them be.

Classes to style: chart, chart-bar, chart-mark, chart-label, chart-value, chart-axis, chart-line, chart-dot, chart-area.
Every chart carries its title and its numbers as text for readers who do not see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import count

WIDTH, ROW, LABEL, VALUE, RIGHT = 640, 28, 190, 76, 40
_IDS = count(1)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _width(text: str) -> float:
    """How many 汉字 wide a text is."""
    return sum(1.0 if ord(one) > 0x2E80 else 0.55 for one in text)


def _fitting(text: str, room: float) -> str:
    """The text, cut with … to so many 汉字."""
    if _width(text) <= room:
        return text
    while text and _width(text) > room - 1:
        text = text[:-1]
    return text + "…"


def _opened(title: str, told: str, width: int, height: float) -> list[str]:
    number = next(_IDS)
    return [
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_number(height)}" role="img" aria-labelledby="chart-{number}-title chart-{number}-desc">',
        f'<title id="chart-{number}-title">{escape(title)}</title><desc id="chart-{number}-desc">{escape(told)}</desc>',
    ]


def bars(title: str, rows: Sequence[tuple[str, float, float | None]], unit: str = "") -> str:
    """Horizontal bars: (label, value, mark or None); the mark is a short line, e.g. the median of all courts."""
    most = max([1e-9, *(value for _, value, _ in rows), *(mark for _, _, mark in rows if mark is not None)])
    told = "；".join(
        f"{label}{_number(value)}{unit}" + (f"（中位数{_number(mark)}）" if mark is not None else "")
        for label, value, mark in rows
    )
    parts = _opened(title, told, WIDTH, ROW * len(rows) + 8)
    room = WIDTH - LABEL - VALUE
    for place, (label, value, mark) in enumerate(rows):
        top = 4 + place * ROW
        parts.append(
            f'<text class="chart-label" x="{LABEL - 8}" y="{top + 19}" text-anchor="end">{escape(_fitting(label, 12))}</text>'
        )
        parts.append(
            f'<rect class="chart-bar" x="{LABEL}" y="{top + 5}" width="{_number(max(0.0, value) / most * room)}" height="{ROW - 10}"/>'
        )
        if mark is not None:
            x = _number(LABEL + mark / most * room)
            parts.append(f'<line class="chart-mark" x1="{x}" x2="{x}" y1="{top + 1}" y2="{top + ROW - 1}"/>')
        parts.append(
            f'<text class="chart-value" x="{_number(LABEL + max(value, mark or 0.0) / most * room + 8)}" y="{top + 19}">{_number(value)}{escape(unit)}</text>'
        )
    return "".join([*parts, "</svg>"])


def line(title: str, points: Sequence[tuple[str, float]], unit: str = "") -> str:
    """A line over equal steps: (label, value); every fourth label is written, and the last."""
    width, height, left, bottom = WIDTH, 200, 44, 30
    most = 2 * math.ceil(max([1.0, *(value for _, value in points)]) / 2)
    told = "；".join(f"{label} {_number(value)}{unit}" for label, value in points)
    parts = _opened(title, told, width, height)
    floor, room = height - bottom, width - left - RIGHT
    step = room / max(1, len(points) - 1)
    places = [(left + index * step, floor - value / most * (floor - 16)) for index, (_, value) in enumerate(points)]
    for share in (0.0, 0.5, 1.0):
        y = floor - share * (floor - 16)
        parts.append(f'<line class="chart-axis" x1="{left}" x2="{width - RIGHT}" y1="{_number(y)}" y2="{_number(y)}"/>')
        parts.append(
            f'<text class="chart-value" x="{left - 6}" y="{_number(y + 5)}" text-anchor="end">{_number(most * share)}</text>'
        )
    if places:
        drawn = " ".join(f"{_number(x)},{_number(y)}" for x, y in places)
        parts.append(
            f'<polygon class="chart-area" points="{_number(places[0][0])},{floor} {drawn} {_number(places[-1][0])},{floor}"/>'
        )
        parts.append(f'<polyline class="chart-line" points="{drawn}"/>')
    for index, ((x, y), (label, _)) in enumerate(zip(places, points, strict=True)):
        parts.append(f'<circle class="chart-dot" cx="{_number(x)}" cy="{_number(y)}" r="3"/>')
        if (len(points) - 1 - index) % 4 == 0:
            parts.append(
                f'<text class="chart-label" x="{_number(x)}" y="{height - 8}" text-anchor="middle">{escape(label)}</text>'
            )
    return "".join([*parts, "</svg>"])
