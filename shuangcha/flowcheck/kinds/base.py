"""What every kind of rule offers: the columns it needs, one SELECT for the bulk engine, one function for one case.

Both give hits with the slots of `Hit`; `tests/flowcheck/test_differential.py` holds them equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ..days import Days
from ..select import Sel

if TYPE_CHECKING:
    from ..bulk.plan import Plan
    from ..view import View

Judge = Callable[["View"], "Iterable[Hit]"]


class Hit(NamedTuple):
    """One firing. n1, n2 whole numbers; d1, d2 days; t1, t2 texts: their names are in the kind's `facts`.

    `level`: severity where it differs from the rule's. In SQL `case_id` comes first and `court` last (NULL except for
    signs of an officer or a court).
    """

    at: datetime | None = None
    operator: str | None = None
    ids: tuple[int, ...] = ()
    nominal: date | None = None
    due: date | None = None
    level: str | None = None
    n1: int | None = None
    n2: int | None = None
    d1: date | None = None
    d2: date | None = None
    t1: str | None = None
    t2: str | None = None


SLOTS: dict[str, str] = {
    "happened_at": "TIMESTAMP",
    "operator": "VARCHAR",
    "ids": "BIGINT[]",
    "nominal": "DATE",
    "due": "DATE",
    "level": "VARCHAR",
    "n1": "BIGINT",
    "n2": "BIGINT",
    "d1": "DATE",
    "d2": "DATE",
    "t1": "VARCHAR",
    "t2": "VARCHAR",
    "court": "VARCHAR",
}


def slots(case_id: str, **given: str) -> str:
    """The column list of a hit: SQL expressions by slot, NULL of the right type for the others."""
    parts = [f"{case_id} AS case_id"]
    for name, kind in SLOTS.items():
        expression = given.pop("at" if name == "happened_at" else name, "NULL")
        parts.append(f"CAST({expression} AS {kind}) AS {name}")
    if given:
        raise TypeError(f"no such slot: {sorted(given)}")
    return ", ".join(parts)


@dataclass(frozen=True)
class Kind:
    """Base of the kinds. Parameters are the fields: texts, numbers, tuples, `Sel`."""

    scope: ClassVar[str] = "case"
    facts: ClassVar[Mapping[str, str]] = {}
    """slot → name of the fact it holds."""

    def needs(self) -> tuple[str, ...]:
        """table.column without which the rule is unable; by default those named in the selectors."""
        found: list[str] = []
        for value in self.parameters().values():
            if isinstance(value, Sel):
                found += value.needs()
            elif isinstance(value, tuple):
                found += [need for one in value if isinstance(one, Sel) for need in one.needs()]
        return tuple(dict.fromkeys(found))

    def parameters(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def sql(self, plan: Plan) -> str:
        """The SELECT of the hits. Called twice: first to tell the plan what it wants profiled, then for the text."""
        raise NotImplementedError

    def judge(self, days: Days, as_of: date) -> Judge:
        """The function that judges one case."""
        raise NotImplementedError


def tiers(value: str, levels: tuple[tuple[int, str], ...]) -> str:
    """SQL: the severity of the highest tier that `value` exceeds, NULL below all. Levels ascend."""
    whens = " ".join(f"WHEN {value} > {limit} THEN '{level}'" for limit, level in reversed(levels))
    return f"CASE {whens} END"


def tier(value: int, levels: tuple[tuple[int, str], ...]) -> str | None:
    found = None
    for limit, level in levels:
        if value > limit:
            found = level
    return found
