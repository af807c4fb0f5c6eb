"""One case made ready for the rules: events by node in order of (time, number), stops merged on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from .days import Days, Stop, merged
from .model import CaseData
from .select import Sel

Row = Mapping[str, Any]


class View:
    """What the functions of the kinds read. Rows without a time are not events; rows deleted afterwards are apart."""

    __slots__ = ("_data", "_stops", "all_events", "as_of", "by_node", "case", "closed", "days", "events", "filed")

    def __init__(self, data: CaseData, days: Days, as_of: date) -> None:
        self._data = data
        self.case = data.case
        self.days = days
        self.as_of = as_of
        self.filed: date | None = data.case.get("filed_on")
        self.closed: date | None = data.case.get("closed_on")
        rows = [row for row in data.events if row.get("event_at") is not None and row.get("node") is not None]
        rows.sort(key=_order)
        for day in (self.filed, self.closed):
            if day is not None:
                days.check(day)
        if rows:
            days.check(rows[0]["event_at"].date())
            days.check(rows[-1]["event_at"].date())
        self.all_events = rows
        self.events: Sequence[Row] = [row for row in rows if row.get("change") != "deleted"]
        by_node: dict[str, list[Row]] = {}
        for row in self.events:
            by_node.setdefault(row["node"], []).append(row)
        self.by_node = by_node
        self._stops: dict[tuple[str, ...], list[Stop]] = {}

    def stops(self, kinds: tuple[str, ...]) -> list[Stop]:
        """The merged stops of these kinds, in ordinals."""
        if not kinds or not self._data.suspensions:
            return []
        found = self._stops.get(kinds)
        if found is None:
            found = self._stops[kinds] = merged(
                self._data.suspensions, kinds, self.filed, self.closed, self.as_of, self.reopened
            )
        return found

    @property
    def reopened(self) -> date | None:
        """The day of the first restoration (N38)."""
        rows = self.by_node.get("N38")
        return rows[0]["event_at"].date() if rows else None

    @property
    def suspensions(self) -> Sequence[Row]:
        return self._data.suspensions

    @property
    def money(self) -> Sequence[Row]:
        return self._data.money

    @property
    def parties(self) -> Sequence[Row]:
        return self._data.parties

    @property
    def alerts(self) -> Sequence[Row]:
        return self._data.alerts

    @property
    def petitions(self) -> Sequence[Row]:
        return self._data.petitions


def _order(row: Row) -> tuple[datetime, int]:
    return row["event_at"], row.get("event_id") or 0


class Picker:
    """A selector made fast: `all(view)` and `first(view)` in order of time."""

    __slots__ = ("_but", "_node", "_nodes", "_plain", "_test")

    def __init__(self, sel: Sel) -> None:
        self._nodes = sel.nodes
        self._node = sel.nodes[0] if len(sel.nodes) == 1 else None
        self._but = frozenset(sel.but)
        self._test = sel.test()
        self._plain = not sel.where

    def all(self, view: View) -> Sequence[Row]:
        if self._node is not None:
            rows: Sequence[Row] = view.by_node.get(self._node, ())
        elif self._nodes:
            found = [view.by_node[node] for node in self._nodes if node in view.by_node]
            rows = found[0] if len(found) == 1 else sorted((row for part in found for row in part), key=_order)
        else:
            rows = view.events
        if self._but:
            rows = [row for row in rows if row["node"] not in self._but]
        if self._plain or not rows:
            return rows
        test = self._test
        return [row for row in rows if test(row)]

    def first(self, view: View) -> Row | None:
        rows = self.all(view)
        return rows[0] if rows else None
