"""Which events a rule means: nodes and plain conditions on columns, as SQL text and as Python from one declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]
Value = str | int | bool


def quoted(value: Value | date) -> str:
    """A literal for SQL."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True)
class Cond:
    """`column op values`. is: one of the values; is_not: none of them (NULL passes); empty / present: NULL or not."""

    column: str
    op: str
    values: tuple[Value, ...] = ()

    def sql(self) -> str:
        listed = ", ".join(map(quoted, self.values))
        match self.op:
            case "is":
                return f"{self.column} IN ({listed})"
            case "is_not":
                return f"({self.column} IS NULL OR {self.column} NOT IN ({listed}))"
            case "empty":
                return f"{self.column} IS NULL"
        return f"{self.column} IS NOT NULL"

    def test(self) -> Callable[[Row], bool]:
        column, values = self.column, frozenset(self.values)
        match self.op:
            case "is":
                return lambda row: row.get(column) in values
            case "is_not":
                return lambda row: row.get(column) not in values
            case "empty":
                return lambda row: row.get(column) is None
        return lambda row: row.get(column) is not None


@dataclass(frozen=True)
class Sel:
    """Events of these nodes (none named: of all) that meet all conditions. Rows deleted afterwards are never meant.

    `named`: the columns among the conditions without which the rule cannot run; the others only excuse.
    """

    nodes: tuple[str, ...] = ()
    where: tuple[Cond, ...] = ()
    named: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def sql(self) -> str:
        parts = [cond.sql() for cond in self.where]
        if self.nodes:
            parts.insert(
                0,
                f"node = {quoted(self.nodes[0])}"
                if len(self.nodes) == 1
                else f"node IN ({', '.join(map(quoted, self.nodes))})",
            )
        if self.but:
            parts.append(f"node NOT IN ({', '.join(map(quoted, self.but))})")
        return " AND ".join(parts) or "TRUE"

    def test(self) -> Callable[[Row], bool]:
        """Conditions only; the nodes are looked up by the caller."""
        tests = [cond.test() for cond in self.where]
        if not tests:
            return lambda row: True
        if len(tests) == 1:
            return tests[0]
        return lambda row: all(test(row) for test in tests)

    def columns(self) -> tuple[str, ...]:
        """Every column that the conditions read."""
        return tuple(cond.column for cond in self.where)

    def needs(self) -> tuple[str, ...]:
        return tuple(f"events.{name}" for name in self.named)


EXCUSED = (Cond("reason", "empty"), Cond("import_job", "empty"))
"""No reason was recorded, and a person typed the row."""


def at(*nodes: str, but: Sequence[str] = (), excused: bool = False, **where: Any) -> Sel:
    """`at("N21", property_kind=not_("deposit"), reason=None)`: a value or a tuple must match, None: empty,
    ...: present.

    `excused=True`: an event with a recorded reason or an import is not meant.
    """
    conds, named = [], []
    for column, value in where.items():
        named.append(column)
        if isinstance(value, Cond):
            conds.append(Cond(column, value.op, value.values))
        elif value is None:
            conds.append(Cond(column, "empty"))
        elif value is ...:
            conds.append(Cond(column, "present"))
        else:
            conds.append(Cond(column, "is", value if isinstance(value, tuple) else (value,)))
    if excused:
        conds += EXCUSED
    return Sel(nodes, tuple(conds), tuple(named), tuple(but))


def not_(*values: Value) -> Cond:
    """None of the values; an empty column passes."""
    return Cond("", "is_not", values)
