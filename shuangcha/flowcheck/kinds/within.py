"""Within: something must be done within a period; NotBefore: something must not be done before a period has passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from ...periods import Period
from ..bulk.plan import Plan, at_of, day_of, ids, moment
from ..days import Days, stretch
from ..select import Sel, quoted
from ..view import Picker, Row, View
from .base import Hit, Judge, Kind, slots
from .limit_sql import between, late_sql, least_days, pairs_sql


def case_filter(kinds: tuple[str, ...], closings: tuple[str, ...] = ()) -> str:
    parts = [f"c.kind IN ({', '.join(map(quoted, kinds))})"] if kinds else []
    if closings:
        parts.append(f"c.closing IN ({', '.join(map(quoted, closings))})")
    return " AND ".join(parts) or "TRUE"


Lateness = Callable[[View, int, int | None, int | None], tuple[int, int, int, int] | None]
"""(case, start, done, ended) → (nominal, due, last, lost) of a broken limit."""
UNDELAYED = """(SELECT j.* FROM judged AS j LEFT JOIN (SELECT DISTINCT case_id, coalesce(receipt, '') AS receipt FROM money WHERE delay_reason <> '') AS y
  ON y.case_id = j.case_id AND (y.receipt = j.key OR y.receipt = '' OR j.key = '') WHERE y.case_id IS NULL) AS u"""
"""Only the receipts without a reason for delay in the money table."""


@dataclass(frozen=True)
class Within(Kind):
    """`target` within `limit` of `anchor` (events; None: of the case column `from_day`).

    `by_subject`: anchors and targets are of one subject; where one of them names none, of one case. `until`: an event
    that ends the duty. `undone`: what takes back an earlier target, which otherwise serves every anchor after it.
    `to_day`: the target is a column of the case. `stops`: kinds of suspensions deducted. `lapses`: the duty ends with
    the case. `when_open`: what was never done counts when the as-of day is past the limit. `extended`: the case's
    approved extension counts. `delayed`: not where the money table has a reason for delay (`delay_reason`) of this
    receipt.
    """

    limit: str
    target: Sel | None = None
    anchor: Sel | None = None
    until: Sel | None = None
    undone: Sel | None = None
    from_day: str = "filed_on"
    to_day: str = ""
    by_subject: bool = False
    stops: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    lapses: bool = True
    when_open: bool = True
    when_done: bool = True
    extended: bool = False
    delayed: bool = False
    facts: ClassVar = {"n1": "days", "n2": "deducted", "d1": "start", "d2": "done", "t1": "subject"}

    def needs(self) -> tuple[str, ...]:
        found = list(super().needs())
        if self.by_subject:
            found.append("events.subject")
        if self.to_day:
            found.append(f"cases.{self.to_day}")
        return tuple(dict.fromkeys(found))

    def _from_day_sql(self, plan: Plan, ended: str, ext: str, where: str) -> str:
        if self.to_day:
            kt, done = "CAST(NULL AS BIGINT)", f"c.{self.to_day}"
        else:
            assert self.target is not None
            kt = f"p.{plan.first(self.target)}"
            done = day_of(kt)
        return f"""
SELECT c.case_id, '' AS key, c.{self.from_day} AS start_on, CAST(NULL AS BIGINT) AS ks, {kt} AS kt, coalesce({done}, {ended}) AS last,
  {ext} AS ext, {done} AS done FROM cases AS c LEFT JOIN profile AS p ON p.case_id = c.case_id WHERE {where} AND c.{self.from_day} IS NOT NULL"""

    def _from_events_sql(self, plan: Plan, period: Period, ended: str, ext: str, where: str) -> str:
        assert self.anchor is not None and self.target is not None
        if self.stops:
            plan.reopens()
        inner = pairs_sql(
            plan,
            self.anchor,
            self.target,
            self.until,
            self.undone,
            self.by_subject,
            least_days(period),
            self.when_done,
        )
        first = f"CASE WHEN x.ku < x.kt OR x.kt IS NULL THEN {day_of('x.ku')} ELSE {day_of('x.kt')} END"
        return f"""
SELECT x.case_id, x.key, x.start_on, x.ks, CASE WHEN x.ku < x.kt THEN NULL ELSE x.kt END AS kt, coalesce({first}, {ended}) AS last, {ext} AS ext,
  CASE WHEN x.ku < x.kt THEN NULL ELSE {day_of("x.kt")} END AS done
FROM ({inner}) AS x JOIN cases AS c ON c.case_id = x.case_id WHERE {where}"""

    def sql(self, plan: Plan) -> str:
        period = Period.parse(self.limit)
        ended = f"least(coalesce(c.closed_on, {plan.today}), {plan.today})" if self.lapses else plan.today
        ext = "c.extension_until" if self.extended else "CAST(NULL AS DATE)"
        where = case_filter(self.kinds)
        if self.anchor is None:
            pairs = self._from_day_sql(plan, ended, ext, where)
        else:
            pairs = self._from_events_sql(plan, period, ended, ext, where)
        if not self.when_open:
            pairs = f"SELECT * FROM ({pairs}) AS o WHERE done IS NOT NULL"
        if not self.when_done:
            pairs = f"SELECT * FROM ({pairs}) AS o WHERE done IS NULL"
        listed = (
            ids("ks", "kt")
            if self.anchor is not None
            else (
                "CAST([] AS BIGINT[])"
                if self.to_day
                else f"CASE WHEN kt IS NULL THEN CAST([] AS BIGINT[]) ELSE {ids('kt')} END"
            )
        )
        start_at = at_of("ks") if self.anchor is not None else moment("start_on")
        shown = moment("done") if self.to_day else at_of("kt")
        return (
            late_sql(plan, pairs, period, self.stops)
            + "\nSELECT "
            + slots(
                "case_id",
                at=f"coalesce({shown}, {start_at})",
                ids=listed,
                nominal="nominal",
                due="due",
                n1=between("due", "last"),
                n2="lost",
                d1="start_on",
                d2="done",
                t1="CASE WHEN key = '' THEN NULL ELSE key END",
            )
            + f" FROM {UNDELAYED if self.delayed else 'judged'}"
        )

    def judge(self, days: Days, as_of: date) -> Judge:
        late = self._lateness(days, as_of)
        return self._judge_day(days, late) if self.anchor is None else self._judge_events(late)

    def _lateness(self, days: Days, as_of: date) -> Lateness:
        period = Period.parse(self.limit)
        nominal_of, roll = days.nominal(period), days.roll
        today = as_of.toordinal()
        working = days if period.working else None
        stop_kinds, extended = self.stops, self.extended

        def late(view: View, start: int, done: int | None, ended: int | None) -> tuple[int, int, int, int] | None:
            """(nominal, due, last, lost) of a broken limit."""
            if done is None:
                if not self.when_open:
                    return None
                last = ended
                if last is None:
                    last = min(view.closed.toordinal(), today) if self.lapses and view.closed else today
            else:
                if not self.when_done:
                    return None
                last = done
            nominal = nominal_of(start)
            if last <= nominal:
                return None
            end, lost = stretch(start, nominal, view.stops(stop_kinds), working) if stop_kinds else (nominal, 0)
            due = roll(end)
            if extended and (until_day := view.case.get("extension_until")):
                due = max(due, roll(days.check(until_day)))
            return (nominal, due, last, lost) if last > due else None

        return late

    def _judge_day(self, days: Days, late: Lateness) -> Judge:
        target = Picker(self.target) if self.target else None
        kinds = frozenset(self.kinds)

        def from_case(view: View) -> Iterable[Hit]:
            case = view.case
            begin = case.get(self.from_day)
            if begin is None or (kinds and case.get("kind") not in kinds):
                return ()
            row: Row | None = None
            if target is None:
                end_day = case.get(self.to_day)
                done = end_day.toordinal() if end_day else None
            else:
                row = target.first(view)
                done = row["event_at"].toordinal() if row else None
            found = late(view, days.check(begin), done, None)
            if found is None:
                return ()
            shown = row["event_at"] if row else datetime.combine(date.fromordinal(done) if done else begin, time())
            return (_hit(found, begin.toordinal(), done, shown, (row["event_id"],) if row else (), None),)

        return from_case

    def _judge_events(self, late: Lateness) -> Judge:
        assert self.anchor is not None and self.target is not None
        anchor, target = Picker(self.anchor), Picker(self.target)
        until = Picker(self.until) if self.until else None
        undone = Picker(self.undone) if self.undone else None
        by_subject, delayed, kinds = self.by_subject, self.delayed, frozenset(self.kinds)

        def from_events(view: View) -> Iterable[Hit]:
            anchors = anchor.all(view)
            if not anchors or (kinds and view.case.get("kind") not in kinds):
                return ()
            ends = until.all(view) if until else ()
            targets = target.all(view)
            lifted = undone.all(view) if undone else None
            delays = [row.get("receipt") or "" for row in view.money if row.get("delay_reason")] if delayed else ()
            hits: list[Hit] = []
            seen: dict[str, int] = {}
            for row in anchors:
                key = (row.get("subject") or "") if by_subject else ""
                start = row["event_at"].toordinal()
                first = key not in seen
                if not first and seen[key] == start:
                    continue
                seen[key] = start
                if any(not receipt or not key or receipt == key for receipt in delays):
                    continue
                answer = _answer(targets, key, start, by_subject, first, lifted)
                stop = _answer(ends, key, start, by_subject) if ends else None
                if answer and stop and _place(stop) < _place(answer):
                    answer = None
                done = answer["event_at"].toordinal() if answer else None
                found = late(view, start, done, stop["event_at"].toordinal() if stop and not answer else None)
                if found:
                    event_ids = (row["event_id"], answer["event_id"]) if answer else (row["event_id"],)
                    hits.append(_hit(found, start, done, (answer or row)["event_at"], event_ids, key or None))
            return hits

        return from_events


def _place(row: Row) -> tuple[datetime, int]:
    return row["event_at"], row["event_id"]


def _answer(
    rows: Iterable[Row],
    key: str,
    start: int,
    by_subject: bool,
    first: bool = False,
    lifted: Sequence[Row] | None = None,
) -> Row | None:
    """The first row that belongs to the anchor: see `pairs_sql`."""
    for row in rows:
        subject = (row.get("subject") or "") if by_subject else ""
        if subject != key and subject and key:
            continue
        if row["event_at"].toordinal() >= start:
            return row
        if subject == key and (
            first if lifted is None else not any(_between(row, one, start, key, by_subject) for one in lifted)
        ):
            return row
    return None


def _between(target: Row, lifted: Row, start: int, key: str, by_subject: bool) -> bool:
    """Was this target taken back before the day of the anchor?"""
    own = not by_subject or (lifted.get("subject") or "") == key
    return own and _place(target) < _place(lifted) and lifted["event_at"].toordinal() < start


def _hit(
    found: tuple[int, int, int, int],
    start: int,
    done: int | None,
    shown: datetime,
    event_ids: tuple[int, ...],
    key: str | None,
) -> Hit:
    nominal, due, last, lost = found
    return Hit(
        shown,
        None,
        event_ids,
        date.fromordinal(nominal),
        date.fromordinal(due),
        None,
        last - due,
        lost,
        date.fromordinal(start),
        date.fromordinal(done) if done else None,
        key,
    )


@dataclass(frozen=True)
class NotBefore(Kind):
    """`target` must not come before `limit` has passed since the case was opened:
    the earliest lawful day is the day after.

    Opened: the last `reopening` event on or before the target's day (several spells of one case), at the earliest
    `from_day`. With `anchor`, since each anchor event: the first target on or after it,
    and `levels` gives (days, severity) tiers.
    """

    limit: str
    target: Sel
    reopening: Sel | None = None
    from_day: str = "filed_on"
    kinds: tuple[str, ...] = ()
    facts: ClassVar = {"n1": "days", "d1": "start", "d2": "done"}

    def sql(self, plan: Plan) -> str:
        period = Period.parse(self.limit)
        first = f"p.{plan.first(self.target)}"
        again = f"p.{plan.first(self.reopening)}" if self.reopening else "CAST(NULL AS BIGINT)"
        months = (
            f"CAST(start_on + INTERVAL {period.count} MONTH AS DATE)"
            if period.unit == "月"
            else f"(start_on + {period.count})"
        )
        where = case_filter(self.kinds)
        spells = (
            f"""
SELECT t.case_id, t.k, greatest(coalesce(max({day_of("r.k")}), c.{self.from_day}), c.{self.from_day}) AS start_on
FROM (SELECT l.case_id, l.k FROM packed AS l JOIN (SELECT case_id FROM profile AS p WHERE {again} IS NOT NULL AND {first} IS NOT NULL) AS m
      ON m.case_id = l.case_id WHERE {self.target.sql()}) AS t
JOIN cases AS c ON c.case_id = t.case_id
LEFT JOIN (SELECT case_id, k FROM packed WHERE {self.reopening.sql()}) AS r ON r.case_id = t.case_id AND {day_of("r.k")} <= {day_of("t.k")}
WHERE {where} GROUP BY t.case_id, t.k, c.{self.from_day} UNION ALL"""
            if self.reopening
            else ""
        )
        return f"""
WITH opened AS ({spells}
SELECT c.case_id, {first} AS k, c.{self.from_day} AS start_on FROM cases AS c JOIN profile AS p ON p.case_id = c.case_id
WHERE {where} AND {first} IS NOT NULL AND {again} IS NULL),
early AS (SELECT case_id, k, start_on, {months} AS nominal, {day_of("k")} AS done,
    row_number() OVER (PARTITION BY case_id, start_on ORDER BY k) AS place FROM opened WHERE start_on IS NOT NULL)
SELECT {slots("case_id", at=at_of("k"), ids=ids("k"), nominal="nominal", due="nominal + 1", n1=between("start_on", "done"), d1="start_on", d2="done")}
FROM early WHERE done <= nominal AND place = 1"""

    def judge(self, days: Days, as_of: date) -> Judge:
        nominal_of = days.nominal(Period.parse(self.limit))
        target = Picker(self.target)
        reopening = Picker(self.reopening) if self.reopening else None
        kinds = frozenset(self.kinds)

        def judge(view: View) -> Iterable[Hit]:
            rows = target.all(view)
            if not rows or (kinds and view.case.get("kind") not in kinds):
                return ()
            opened = view.case.get(self.from_day)
            begin = days.check(opened) if opened is not None else None
            starts = [row["event_at"].toordinal() for row in reopening.all(view)] if reopening else []
            hits: list[Hit] = []
            seen: set[int] = set()
            for row in rows:
                done = row["event_at"].toordinal()
                start = max((one for one in starts if one <= done), default=None)
                if start is None or (begin is not None and start < begin):
                    start = begin
                if start is None or start in seen:
                    continue
                seen.add(start)
                nominal = nominal_of(start)
                if done <= nominal:
                    hits.append(
                        Hit(
                            row["event_at"],
                            None,
                            (row["event_id"],),
                            date.fromordinal(nominal),
                            date.fromordinal(nominal + 1),
                            None,
                            done - start,
                            None,
                            date.fromordinal(start),
                            date.fromordinal(done),
                        )
                    )
            return hits

        return judge
