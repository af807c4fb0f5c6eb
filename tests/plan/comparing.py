"""Compares the table of the plan with what its text demands: expected.csv by way of mapping.csv.

`differences` names each difference by a short token. mapping.csv accepts some, each with its reason; everything else,
and an accepted one that is no longer there, fails. The table is an argument, so that a mutated copy can be compared.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shuangcha.acts import registry
from shuangcha.acts.contents.base import CONTENTS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import Move
from shuangcha.plan.papers import PAPERS

HERE = Path(__file__).parent
LIMIT_NAMES = {
    "筛选": "screening",
    "上会": "meeting_wait",
    "交办": "handing_down",
    "签收": "receipt",
    "组成调查组": "team",
    "报告": "report",
    "补充调查": "supplement",
    "直接调查": "direct",
    "核查": "verification",
    "处理": "disposal",
    "反馈": "feedback",
}
NAMED = "指定"
Table = Mapping[str, Move]


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pairs(text: str, split: str = "|") -> dict[str, str]:
    """`左=右|左=右` as a dict."""
    return dict(part.split("=", 1) for part in text.split(split) if part)


def listed(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


@dataclass(frozen=True)
class Mapped:
    """One row of expected.csv with its row of mapping.csv."""

    expected: dict[str, str]
    moves: tuple[str, ...]
    needs_by: dict[str, str]
    then_by: dict[str, str]
    accepts: dict[str, str]
    realised_by: str

    @property
    def id(self) -> str:
        return self.expected["id"]


def mapped() -> list[Mapped]:
    rows = {row["id"]: row for row in read("mapping.csv")}
    found = []
    for expected in read("expected.csv"):
        row = rows.pop(expected["id"])
        found.append(
            Mapped(
                expected,
                tuple(listed(row["moves"])),
                pairs(row["needs_by"]),
                pairs(row["then_by"]),
                pairs(row["accepts"]),
                row["realised_by"],
            )
        )
    assert not rows, f"mapping.csv names ids that are not expected: {sorted(rows)}"
    return found


def closure(move: Move, table: Table) -> list[Move]:
    """The row and the rows of other subjects that it executes with it."""
    found, queue = [], [move]
    while queue:
        one = queue.pop(0)
        if one not in found:
            found.append(one)
            queue += [table[key] for key in one.then]
    return found


def effects(moves: Iterable[Move], table: Table) -> tuple[set[str], set[str]]:
    """Kinds of limits that the rows start and stop, with their `then` rows."""
    rows = [row for move in moves for row in closure(move, table)]
    return {kind for row in rows for kind in row.starts}, {kind for row in rows for kind in row.stops}


def differences(one: Mapped, table: Table) -> set[str]:
    """Tokens of everything in which the table says other than the row expected."""
    moves = [table[key] for key in one.moves]
    want, found = one.expected, set()
    for move in moves:
        for article in listed(want["article"]):
            if article not in listed(move.article) and article.removesuffix("+D") not in listed(move.article):
                found.add(f"article-{article}")
        if move.subject != want["subject"]:
            found.add(f"subject:{move.subject}")
        if move.side != want["side"]:
            found.add(f"side:{move.side}")
        if set(move.offices) != set(listed(want["offices"])):
            found.add(f"offices:{'+'.join(move.offices)}")
        if move.sign_off != want["sign_off"]:
            found.add(f"sign_off:{move.sign_off}")
        if move.hidden:
            found.add("hidden")
    found |= _needs(one, moves, table)
    found |= _limits(one, moves, table)
    found |= _papers(want, moves)
    return found | _then(one, moves)


def _needs(one: Mapped, moves: list[Move], table: Table) -> set[str]:
    found = set()
    needs = listed(one.expected["needs"])
    named: set[str] = set()
    for need in needs:
        by = one.needs_by.get(need)
        if by is None:
            found.add(f"need-{need}")
            continue
        for way in by.split("&"):
            kind, name = way.split(":", 1)
            name, _, elsewhere = name.partition("@")
            there = [table[elsewhere]] if elsewhere else moves
            if kind == "guard":
                named.add(name)
            if not any(realised(kind, name, move) for move in there):
                found.add(f"need-{need}")
    for need in set(one.needs_by) - set(needs):
        found.add(f"need?{need}")
    for move in moves:
        found |= {f"guard+{name}" for name in move.guards if name not in named}
    return found


def realised(kind: str, name: str, move: Move) -> bool:
    """Does the row, its content model or its handler really do what the mapping says?"""
    if kind == "guard":
        return name in move.guards
    if kind == "stage":
        return set(move.froms) == set(name.split(","))
    if kind == "content":
        return name in CONTENTS[move.key].model_fields
    if kind == "check":
        functions = [register[move.key] for register in (registry.CHECKS, registry.HANDLERS) if move.key in register]
        return any(name == function.__name__ or name in function.__globals__ for function in functions)
    if kind == "row":
        attribute, _, value = name.partition("~")
        actual = getattr(move, attribute)
        return (",".join(actual) if isinstance(actual, tuple) else str(actual)) == value
    from shuangcha.access import scope
    from shuangcha.acts import door

    return callable(getattr({"door": door, "scope": scope}[kind], name))


def _limits(one: Mapped, moves: list[Move], table: Table) -> set[str]:
    found = set()
    starts, stops = effects(moves, table)
    tokens = listed(one.expected["limit_starts"])
    wanted = {LIMIT_NAMES[row["name"]] for row in read("expected_limits.csv") if one.id in listed(row["started_by"])}
    found |= {f"starts+{kind}" for kind in starts - wanted} | {f"starts-{kind}" for kind in wanted - starts}
    wanted_stops = {LIMIT_NAMES[name] for name in listed(one.expected["limit_stops"])}
    found |= {f"stops+{kind}" for kind in stops - wanted_stops} | {f"stops-{kind}" for kind in wanted_stops - stops}
    named = NAMED in tokens
    if named and not any("period" in CONTENTS[move.key].model_fields for move in moves):
        found.add("period-named")
    for kind in wanted:
        own = f"{LIMITS[kind].period}[{LIMITS[kind].mark}]"
        if own not in tokens and not named:
            found.add(f"period:{kind}:{own}")
    for token in tokens:
        if token != NAMED and token not in {f"{LIMITS[kind].period}[{LIMITS[kind].mark}]" for kind in starts}:
            found.add(f"period-{token}")
    return found


def _papers(want: dict[str, str], moves: list[Move]) -> set[str]:
    labels = {key: PAPERS[key].label for move in moves for key in move.papers}
    wanted = listed(want["papers"])
    missing = {f"paper-{name}" for name in wanted if not any(name in label for label in labels.values())}
    return missing | {f"paper+{key}" for key, label in labels.items() if not any(name in label for name in wanted)}


def _then(one: Mapped, moves: list[Move]) -> set[str]:
    declared = {key for move in moves for key in move.then}
    found, named = set(), set()
    wanted = listed(one.expected["then"])
    for phrase in wanted:
        by = one.then_by.get(phrase, "")
        kind, _, name = by.partition(":")
        if kind == "then":
            named.add(name)
            if name not in declared:
                found.add(f"then-{phrase}")
        elif not by or not any(realised(kind, name, move) for move in moves):
            found.add(f"then-{phrase}")
    found |= {f"then?{phrase}" for phrase in set(one.then_by) - set(wanted)}
    return found | {f"then+{key}" for key in declared - named}
