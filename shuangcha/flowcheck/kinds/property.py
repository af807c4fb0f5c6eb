"""Kinds about controlled property: expiry, closing with property unsold, controls beyond the claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar

from ..bulk.plan import PACK, Plan, at_of, day_of, id_of
from ..days import Days
from ..select import Sel
from ..view import Picker, Row, View
from .base import Hit, Judge, Kind, slots
from .course import sorted_list
from .limit_sql import between


@dataclass(frozen=True)
class Expiry(Kind):
    """A control whose day of expiry (`due_on`) passed with none of these of the same subject after it, on or before
    that day: `settled` (released, disposed of, a legal impediment), `passed_on` (成交、抵债裁定),
    a `renewal` that reaches further.

    Where one of the two rows names no subject, they belong together. A case closed otherwise than by 终本 on or before
    that day ends the duty.
    """

    control: Sel
    renewal: Sel
    settled: Sel
    passed_on: Sel
    facts: ClassVar = {"n1": "days", "d1": "start", "d2": "answered", "t1": "subject"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.due_on", "events.subject")

    def sql(self, plan: Plan) -> str:
        ended = f"CASE WHEN c.closed_on <= {plan.today} AND (c.closing IS NULL OR c.closing <> 'ended_this_time') THEN c.closed_on ELSE {plan.today} END"
        final = f"({self.settled.sql()}) OR ({self.passed_on.sql()})"
        return f"""
WITH controls AS (SELECT e.case_id, coalesce(e.subject, '') AS key, e.k, e.due_on, {ended} AS ended
  FROM packed AS e JOIN cases AS c ON c.case_id = e.case_id WHERE e.due_on < {
            plan.today
        } AND e.due_on >= CAST(e.event_at AS DATE) AND {self.control.sql()}),
expired AS (SELECT * FROM controls WHERE due_on < ended),
answers AS (SELECT e.case_id, coalesce(e.subject, '') AS key, e.k, CASE WHEN {
            final
        } THEN NULL ELSE e.due_on END AS until FROM packed AS e
  JOIN (SELECT DISTINCT case_id FROM expired) AS x ON x.case_id = e.case_id WHERE {final} OR ({self.renewal.sql()})),
answered AS (SELECT x.case_id, x.key, x.k, x.due_on, x.ended, min(a.k) AS ka FROM expired AS x
  LEFT JOIN answers AS a ON a.case_id = x.case_id AND (a.key = x.key OR a.key = '' OR x.key = '') AND a.k > x.k AND (a.until IS NULL OR a.until > x.due_on)
  GROUP BY x.case_id, x.key, x.k, x.due_on, x.ended),
late AS (SELECT *, coalesce({day_of("ka")}, ended) AS last FROM answered)
SELECT {
            slots(
                "case_id",
                at=at_of("k"),
                ids=f"CASE WHEN ka IS NULL THEN [{id_of('k')}] ELSE [{id_of('k')}, {id_of('ka')}] END",
                nominal="due_on",
                due="due_on",
                n1=between("due_on", "least(last, ended)"),
                d1=day_of("k"),
                d2=day_of("ka"),
                t1="CASE WHEN key = '' THEN NULL ELSE key END",
            )
        }
FROM late WHERE last > due_on"""

    def judge(self, days: Days, as_of: date) -> Judge:
        control, renewal, settled, passed_on = (
            Picker(self.control),
            Picker(self.renewal),
            Picker(self.settled),
            Picker(self.passed_on),
        )

        def judge(view: View) -> Iterable[Hit]:
            ended = as_of
            if view.closed and view.closed <= as_of and view.case.get("closing") != "ended_this_time":
                ended = view.closed
            hits = []
            for row in control.all(view):
                expiry = row.get("due_on")
                if expiry is None or expiry >= ended or expiry < row["event_at"].date():
                    continue
                renewed = [one for one in renewal.all(view) if one.get("due_on") is None or one["due_on"] > expiry]
                later = min(
                    (one for one in (*settled.all(view), *passed_on.all(view), *renewed) if _answers(row, one)),
                    key=_place,
                    default=None,
                )
                last = later["event_at"].date() if later else ended
                if last <= expiry:
                    continue
                numbers = (row["event_id"], later["event_id"]) if later else (row["event_id"],)
                hits.append(
                    Hit(
                        row["event_at"],
                        None,
                        numbers,
                        expiry,
                        expiry,
                        n1=(min(last, ended) - expiry).days,
                        d1=row["event_at"].date(),
                        d2=later["event_at"].date() if later else None,
                        t1=row.get("subject") or None,
                    )
                )
            return hits

        return judge


def _place(row: Row) -> tuple[datetime, int]:
    return row["event_at"], row["event_id"]


def _answers(control: Row, other: Row) -> bool:
    """After the control, and of its subject or of none."""
    one, two = control.get("subject") or "", other.get("subject") or ""
    return (one == two or not one or not two) and _place(other) > _place(control)


@dataclass(frozen=True)
class OpenControl(Kind):
    """On the day of a `closing` event a control is alive: no `settled` event of its subject since,
    up to and with that day.

    Asked at each day of a `closing`; what was settled and then controlled again is alive. Of one moment,
    the settling counts.
    """

    closing: Sel
    control: Sel
    settled: Sel
    facts: ClassVar = {"n1": "count", "d1": "controlled", "d2": "closed"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.subject")

    def sql(self, plan: Plan) -> str:
        shut, first = plan.first(self.closing), plan.first(self.control)
        return f"""
WITH asked AS (SELECT case_id FROM profile WHERE {shut} IS NOT NULL AND {first} IS NOT NULL),
shut AS (SELECT b.case_id, {day_of("e.k")} AS d, min(e.k) AS shut FROM asked AS b JOIN (SELECT case_id, k FROM packed WHERE {self.closing.sql()}) AS e
  ON e.case_id = b.case_id GROUP BY b.case_id, {day_of("e.k")}),
seen AS (SELECT e.case_id, coalesce(e.subject, '') AS key, e.k, CASE WHEN {self.control.sql()} THEN e.k END AS held,
    CASE WHEN {self.settled.sql()} THEN e.k // {PACK} END AS done
  FROM packed AS e JOIN asked AS b ON b.case_id = e.case_id WHERE ({self.control.sql()}) OR ({self.settled.sql()})),
by_then AS (SELECT s.case_id, s.shut, e.held, max(e.done) OVER (PARTITION BY s.case_id, s.shut, e.key) AS done, e.key
  FROM shut AS s JOIN seen AS e ON e.case_id = s.case_id AND {day_of("e.k")} <= s.d),
alive AS (SELECT case_id, shut, key, min(held) AS k FROM by_then WHERE held IS NOT NULL AND (done IS NULL OR held // {PACK} > done) GROUP BY case_id, shut, key),
listed AS (SELECT case_id, shut, min(k) AS k, count(*) AS n, {sorted_list(id_of("k"))} AS ids FROM alive GROUP BY case_id, shut)
SELECT {slots("case_id", at=at_of("shut"), ids=f"list_concat([{id_of('shut')}], ids)", n1="n", d1=day_of("k"), d2=day_of("shut"))} FROM listed"""

    def judge(self, days: Days, as_of: date) -> Judge:
        closing, control, settled = Picker(self.closing), Picker(self.control), Picker(self.settled)

        def judge(view: View) -> Iterable[Hit]:
            closings = closing.all(view)
            controls = control.all(view) if closings else ()
            if not controls:
                return ()
            ends = settled.all(view)
            hits = []
            shut_on: dict[date, Row] = {}
            for row in closings:
                shut_on.setdefault(row["event_at"].date(), row)
            for by, shut in shut_on.items():
                done: dict[str, datetime] = {}
                for row in ends:  # in order of time: the last one stays
                    if row["event_at"].date() <= by:
                        done[row.get("subject") or ""] = row["event_at"]
                alive: dict[str, Row] = {}
                for row in controls:
                    key = row.get("subject") or ""
                    if row["event_at"].date() <= by and (key not in done or row["event_at"] > done[key]):
                        alive.setdefault(key, row)
                if alive:
                    earliest = min(row["event_at"] for row in alive.values())
                    numbers = (shut["event_id"], *sorted(row["event_id"] for row in alive.values()))
                    hits.append(Hit(shut["event_at"], None, numbers, n1=len(alive), d1=earliest.date(), d2=by))
            return hits

        return judge


@dataclass(frozen=True)
class OverControl(Kind):
    """The value under control at one time exceeds `percent` of the claim.
    Controls lifted by a `released` event fall away.

    One subject counts once, at the highest value noted since it was last lifted: a node entered twice or a renewed
    control adds nothing. A control without a subject is a thing of its own.
    """

    percent: int
    control: Sel
    released: Sel
    facts: ClassVar = {"n1": "controlled_amount", "n2": "claim_amount", "d1": "happened"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.amount", "cases.amount")

    def sql(self, plan: Plan) -> str:
        total = plan.total(self.control, "amount")
        over = f"* 100 > b.claim * {self.percent}"
        return f"""
WITH big AS (SELECT c.case_id, c.amount AS claim FROM cases AS c JOIN profile AS p ON p.case_id = c.case_id
  WHERE c.amount > 0 AND p.{total} * 100 > c.amount * {self.percent}),
controls AS (SELECT e.case_id, e.k, e.subject, e.amount, b.claim FROM packed AS e JOIN big AS b ON b.case_id = e.case_id WHERE e.amount IS NOT NULL AND {self.control.sql()}),
lifted AS (SELECT e.case_id, e.k, e.subject FROM packed AS e JOIN big AS b ON b.case_id = e.case_id WHERE e.subject IS NOT NULL AND {self.released.sql()}),
held AS (SELECT DISTINCT n.case_id, n.k AS now, h.k, h.subject, h.amount FROM controls AS n JOIN controls AS h ON h.case_id = n.case_id AND h.k <= n.k
  LEFT JOIN lifted AS r ON r.case_id = h.case_id AND r.subject = h.subject AND r.k > h.k AND r.k < n.k WHERE r.case_id IS NULL),
valued AS (SELECT *, max(amount) OVER (PARTITION BY case_id, now, subject) AS most, row_number() OVER (PARTITION BY case_id, now, subject ORDER BY k) AS place FROM held),
sums AS (SELECT case_id, now, sum(CASE WHEN subject IS NULL THEN amount WHEN place = 1 THEN most ELSE 0 END) AS total, {sorted_list(id_of("k"))} AS ids
  FROM valued GROUP BY case_id, now),
over AS (SELECT s.case_id, s.now, s.total, s.ids, b.claim, row_number() OVER (PARTITION BY s.case_id ORDER BY s.now) AS place
  FROM sums AS s JOIN big AS b ON b.case_id = s.case_id WHERE s.total {over})
SELECT {slots("case_id", at=at_of("now"), ids="ids", n1="total", n2="claim", d1=day_of("now"))} FROM over WHERE place = 1"""

    def judge(self, days: Days, as_of: date) -> Judge:
        control, released = Picker(self.control), Picker(self.released)

        def judge(view: View) -> Iterable[Hit]:
            claim = view.case.get("amount")
            if claim is None or claim <= 0:
                return ()
            rows = [row for row in control.all(view) if row.get("amount") is not None]
            if sum(row["amount"] for row in rows) * 100 <= claim * self.percent:
                return ()
            lifted = [
                ((row["event_at"], row["event_id"]), row.get("subject"))
                for row in released.all(view)
                if row.get("subject") is not None
            ]
            for now in rows:
                place = (now["event_at"], now["event_id"])
                held = [
                    row
                    for row in rows
                    if (mine := (row["event_at"], row["event_id"])) <= place
                    and not any(subject == row.get("subject") and mine < when < place for when, subject in lifted)
                ]
                worth: dict[Any, int] = {}
                for row in held:
                    thing = row["event_id"] if row.get("subject") is None else row["subject"]
                    worth[thing] = max(row["amount"], worth.get(thing, 0))
                total = sum(worth.values())
                if total * 100 > claim * self.percent:
                    return (
                        Hit(
                            now["event_at"],
                            None,
                            tuple(sorted(row["event_id"] for row in held)),
                            n1=total,
                            n2=claim,
                            d1=now["event_at"].date(),
                        ),
                    )
            return ()

        return judge


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())
