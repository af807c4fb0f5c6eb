"""The notice of enforcement (执行通知书): counted from the receipt of the application;
with or just after an immediate measure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from ...periods import Period
from ..bulk.plan import Plan, at_of, day_of, id_of, moment
from ..days import Days
from ..select import Sel, quoted
from ..view import Picker, Row, View
from .base import Hit, Judge, Kind, slots
from .limit_sql import between, late_sql, nominal_sql
from .within import case_filter

RECEIVED, FILED, MEASURED = "收到申请", "立案（没有收到申请的记录）", "采取执行措施"


@dataclass(frozen=True)
class Notice(Kind):
    """`notice` within `limit` of the first `received` event, of the filing where none is recorded (民诉法解释第480条).

    Where a `measure` was taken in that time, and either the notice was recorded as `immediate` (N06a) or none was sent
    yet, it may also go out with the measure or within `limit_measure` of it (执行程序解释第22条): the later day counts.
    The fact `since` says from what the limit shown was counted.
    """

    limit: str
    limit_measure: str
    notice: Sel
    received: Sel
    measure: Sel
    immediate: Sel
    kinds: tuple[str, ...] = ()
    facts: ClassVar = {"n1": "days", "d1": "start", "d2": "done", "t1": "since"}

    def needs(self) -> tuple[str, ...]:
        """Where the data tell no outcomes every control counts as a measure:
        the limit of ten days can still be judged."""
        return tuple(name for name in super().needs() if name != "events.outcome")

    def sql(self, plan: Plan) -> str:
        period, after = Period.parse(self.limit), Period.parse(self.limit_measure)
        got, sent, taken, at_once = (
            f"p.{plan.first(sel)}" for sel in (self.received, self.notice, self.measure, self.immediate)
        )
        start = f"coalesce({day_of(got)}, c.filed_on)"
        pairs = f"""
SELECT c.case_id, '' AS key, {start} AS start_on, {got} AS ks, {sent} AS kt, {day_of(sent)} AS done, CAST(NULL AS DATE) AS ext,
  coalesce({day_of(sent)}, least(coalesce(c.closed_on, {plan.today}), {plan.today})) AS last,
  CASE WHEN {at_once} IS NOT NULL OR {sent} IS NULL THEN {taken} END AS km
FROM cases AS c LEFT JOIN profile AS p ON p.case_id = c.case_id WHERE {case_filter(self.kinds)} AND {start} IS NOT NULL"""
        joins, nominal = nominal_sql(after, day_of("j.km"))
        since = f"CASE WHEN measured THEN {quoted(MEASURED)} WHEN ks IS NULL THEN {quoted(FILED)} ELSE {quoted(RECEIVED)} END"
        base = "CASE WHEN measured THEN km ELSE ks END"
        return (
            late_sql(plan, pairs, period, ())
            + f""",
measures AS (SELECT j.case_id, {nominal} AS m_nominal FROM judged AS j {joins} WHERE {day_of("j.km")} <= j.due),
later AS (SELECT j.*, m.m_nominal, c.next_wd AS m_due, coalesce(c.next_wd > j.due, FALSE) AS measured
  FROM judged AS j LEFT JOIN measures AS m ON m.case_id = j.case_id LEFT JOIN cal AS c ON c.d = m.m_nominal),
told AS (SELECT *, {base} AS kb, {since} AS since FROM later WHERE NOT measured OR last > m_due)
SELECT {
                slots(
                    "case_id",
                    at=f"coalesce({at_of('kt')}, {at_of('kb')}, {moment('start_on')})",
                    ids=f"list_filter([{id_of('kb')}, {id_of('kt')}], lambda x: x IS NOT NULL)",
                    nominal="CASE WHEN measured THEN m_nominal ELSE nominal END",
                    due="CASE WHEN measured THEN m_due ELSE due END",
                    n1=between("CASE WHEN measured THEN m_due ELSE due END", "last"),
                    d1=f"CASE WHEN measured THEN {day_of('km')} ELSE start_on END",
                    d2="done",
                    t1="since",
                )
            } FROM told"""
        )

    def judge(self, days: Days, as_of: date) -> Judge:
        nominal_of, after = days.nominal(Period.parse(self.limit)), days.nominal(Period.parse(self.limit_measure))
        received, notice, measure, immediate = (
            Picker(sel) for sel in (self.received, self.notice, self.measure, self.immediate)
        )
        kinds, today = frozenset(self.kinds), as_of.toordinal()

        def judge(view: View) -> Iterable[Hit]:
            if kinds and view.case.get("kind") not in kinds:
                return ()
            base, since = received.first(view), RECEIVED
            if base is None and view.filed is None:
                return ()
            start = _day(base) if base else days.check(view.filed)  # type: ignore[arg-type]
            if base is None:
                since = FILED
            sent = notice.first(view)
            last = _day(sent) if sent else min(view.closed.toordinal(), today) if view.closed else today
            nominal = nominal_of(start)
            due = days.roll(nominal)
            if last <= due:
                return ()
            taken = measure.first(view) if sent is None or immediate.first(view) else None
            if taken and _day(taken) <= due and (later := days.roll(after(_day(taken)))) > due:
                if last <= later:
                    return ()
                base, since, start, nominal, due = taken, MEASURED, _day(taken), after(_day(taken)), later
            rows = [row for row in (base, sent) if row]
            shown = rows[-1]["event_at"] if rows else datetime.combine(date.fromordinal(start), time())
            return (
                Hit(
                    shown,
                    None,
                    tuple(row["event_id"] for row in rows),
                    date.fromordinal(nominal),
                    date.fromordinal(due),
                    None,
                    last - due,
                    None,
                    date.fromordinal(start),
                    sent["event_at"].date() if sent else None,
                    since,
                ),
            )

        return judge


def _day(row: Row) -> int:
    return int(row["event_at"].toordinal())
