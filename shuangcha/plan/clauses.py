"""The plan's own text, clause by clause, so that every article that is cited can be read where it is cited.

The text lives once, in clauses.md beside this file. A citation is written 方案四(五), 方案四(九)2, 方案三; a further one of the
same sentence may leave 方案 out: 方案四(三)、四(六).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("clauses.md")
NUMERALS = "一二三四五六七八九十"
CITED = re.compile(rf"(?:方案)?[{NUMERALS}]\([{NUMERALS}]+\)\d*|方案[{NUMERALS}](?![\u4e00-\u9fff(])")
"""A citation inside a longer text."""
_PART = re.compile(rf"## ([{NUMERALS}])、(.+)")
_CLAUSE = re.compile(rf"（([{NUMERALS}]+)）(.+)")
_ITEM = re.compile(r"(\d+)\. (.+)")


@dataclass(frozen=True, slots=True)
class Clause:
    """One part (一), clause (四(五)) or item (四(九)2) with its own words; `label` is how it is numbered on paper."""

    key: str
    label: str
    level: int
    text: str

    @property
    def anchor(self) -> str:
        """The name of its place on a page: 四-九-2."""
        return re.sub(r"[()]+", "-", self.key).strip("-")


@cache
def title() -> str:
    return _lines()[0].removeprefix("# ")


@cache
def clauses() -> tuple[Clause, ...]:
    """Every part, clause and item in the order of the plan;
    text that belongs to no number goes with the last one before it."""
    return tuple(_read())


@cache
def _by_key() -> dict[str, Clause]:
    return {one.key: one for one in clauses() if one.key}


def clause(citation: str) -> Clause | None:
    """The clause that a citation names; None for one that the plan does not have."""
    return _by_key().get(citation.removeprefix("方案"))


def _lines() -> list[str]:
    whole = re.sub(r"(?s)<!--.*?-->", "", SOURCE.read_text(encoding="utf-8"))
    return [line.strip() for line in whole.splitlines() if line.strip()]


def _read() -> Iterator[Clause]:
    part = inner = ""
    for line in _lines()[1:]:
        if found := _PART.fullmatch(line):
            part, inner = found[1], ""
            yield Clause(part, f"{part}、{found[2]}", 1, "")
        elif found := _CLAUSE.fullmatch(line):
            inner = f"{part}({found[1]})"
            yield Clause(inner, f"（{found[1]}）", 2, found[2])
        elif (found := _ITEM.fullmatch(line)) and inner:
            yield Clause(f"{inner}{found[1]}", f"{found[1]}.", 3, found[2])
        else:
            yield Clause("", "", 2 if part else 1, line)
