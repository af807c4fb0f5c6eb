"""Kinds that judge one row by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from ..bulk.plan import Plan
from ..days import Days
from ..select import Sel
from ..view import Picker, Row, View
from .base import Hit, Judge, Kind, slots
from .limit_sql import between

OF_ROW = {"at": "event_at", "operator": "operator", "ids": "[event_id]"}


def each(picker: Picker, test: Callable[[Row], Hit | None]) -> Judge:
    def judge(view: View) -> Iterable[Hit]:
        return [hit for row in picker.all(view) if (hit := test(row))]

    return judge


@dataclass(frozen=True)
class RowEarly(Kind):
    """An event that is said to have happened on a day after it was entered, or after the as-of day."""

    rows: Sel = field(default_factory=Sel)
    facts: ClassVar = {"n1": "days", "d1": "happened", "d2": "entered", "t1": "node"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.entered_at")

    def sql(self, plan: Plan) -> str:
        happened, entered = "CAST(event_at AS DATE)", "CAST(entered_at AS DATE)"
        return f"""
SELECT {slots('case_id', **OF_ROW, n1=between(entered, happened), d1=happened, d2=entered, t1='node')}
FROM live WHERE event_at > entered_at AND {happened} > {entered} AND {self.rows.sql()}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def test(row: Row) -> Hit | None:
            happened, entered = row["event_at"], row.get("entered_at")
            if entered is None or happened <= entered or happened.date() <= entered.date():
                return None
            return Hit(
                happened, row.get("operator"), (row["event_id"],), n1=(happened.date() - entered.date()).days,
                d1=happened.date(), d2=entered.date(), t1=row["node"],
            )  # fmt: skip

        return each(Picker(self.rows), test)
