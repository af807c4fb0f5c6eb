"""Kinds about the side tables of one case: money, parties, alerts, petitions, suspensions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from ...periods import Period
from ..bulk.plan import Plan
from ..days import Days
from ..select import Sel, quoted
from ..view import Picker, View
from .base import Hit, Judge, Kind, slots
from .limit_sql import between, least_days, nominal_sql

MIDNIGHT = time()
BOOKED = {"in": "案款收入（台账）", "out": "案款支出（台账）"}
SUMS = """SELECT case_id, sum(CASE WHEN direction = 'in' THEN amount ELSE 0 END) AS got,
  sum(CASE WHEN direction = 'out' THEN amount ELSE 0 END) AS paid FROM money GROUP BY case_id"""


def _sums(view: View) -> tuple[int, int]:
    got = sum(row["amount"] or 0 for row in view.money if row.get("direction") == "in")
    paid = sum(row["amount"] or 0 for row in view.money if row.get("direction") == "out")
    return got, paid


def _shut(view: View) -> datetime | None:
    return datetime.combine(view.closed, MIDNIGHT) if view.closed else None


@dataclass(frozen=True)
class PaidDiffers(Kind):
    """The paid amount entered equals the claim to the 分 while the receipts booked come to something else.

    Without any receipt (paid outside the court, to be proven) the sign is low.
    """

    tolerance: int = 0
    facts: ClassVar = {"n1": "entered_amount", "n2": "booked_amount"}

    def needs(self) -> tuple[str, ...]:
        return ("cases.amount", "cases.paid_amount", "money.amount")

    def sql(self, plan: Plan) -> str:
        return f"""
WITH sums AS ({SUMS})
SELECT {slots("c.case_id", at="CAST(c.closed_on AS TIMESTAMP)", level="CASE WHEN coalesce(s.got, 0) = 0 THEN 'low' END", n1="c.paid_amount", n2="coalesce(s.got, 0)")}
FROM cases AS c LEFT JOIN sums AS s ON s.case_id = c.case_id
WHERE c.amount > 0 AND c.paid_amount = c.amount AND abs(c.amount - coalesce(s.got, 0)) > {self.tolerance}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def judge(view: View) -> Iterable[Hit]:
            claim, entered = view.case.get("amount"), view.case.get("paid_amount")
            if claim is None or claim <= 0 or entered != claim:
                return ()
            got, _ = _sums(view)
            if abs(claim - got) <= self.tolerance:
                return ()
            return (Hit(_shut(view), level=None if got else "low", n1=entered, n2=got),)

        return judge


@dataclass(frozen=True)
class Residue(Kind):
    """Closed as `closing` while at least `least` 分 received are not paid out."""

    least: int = 10000
    closing: tuple[str, ...] = ("fulfilled",)
    facts: ClassVar = {"n1": "left_amount", "n2": "booked_amount"}

    def needs(self) -> tuple[str, ...]:
        return ("cases.closing", "money.amount")

    def sql(self, plan: Plan) -> str:
        return f"""
WITH sums AS ({SUMS})
SELECT {slots("c.case_id", at="CAST(c.closed_on AS TIMESTAMP)", n1="s.got - s.paid", n2="s.got")}
FROM cases AS c JOIN sums AS s ON s.case_id = c.case_id WHERE c.closing IN ({", ".join(map(quoted, self.closing))}) AND s.got - s.paid >= {self.least}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def judge(view: View) -> Iterable[Hit]:
            if not view.money or view.case.get("closing") not in self.closing:
                return ()
            got, paid = _sums(view)
            return (Hit(_shut(view), n1=got - paid, n2=got),) if got - paid >= self.least else ()

        return judge


@dataclass(frozen=True)
class Outsider(Kind):
    """An act on a person who is neither named in the 执行依据 nor added by a ruling;
    only where the parties are recorded."""

    acts: Sel
    facts: ClassVar = {"d1": "happened", "t1": "node", "t2": "party"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.party", "parties.named", "parties.added_by_ruling")

    def sql(self, plan: Plan) -> str:
        return f"""
WITH acted AS (SELECT case_id, event_id, event_at, operator, node, party FROM live WHERE party IS NOT NULL AND {self.acts.sql()}),
bound AS (SELECT DISTINCT case_id, party FROM parties WHERE named OR added_by_ruling),
known AS (SELECT DISTINCT case_id FROM parties WHERE named)
SELECT {slots("a.case_id", at="a.event_at", operator="a.operator", ids="[a.event_id]", d1="CAST(a.event_at AS DATE)", t1="a.node", t2="a.party")}
FROM acted AS a JOIN known AS k ON k.case_id = a.case_id LEFT JOIN bound AS b ON b.case_id = a.case_id AND b.party = a.party WHERE b.case_id IS NULL"""

    def judge(self, days: Days, as_of: date) -> Judge:
        picker = Picker(self.acts)

        def judge(view: View) -> Iterable[Hit]:
            if not view.parties:
                return ()
            bound = {row["party"] for row in view.parties if row.get("named") or row.get("added_by_ruling")}
            if not any(row.get("named") for row in view.parties):
                return ()
            return [
                Hit(
                    row["event_at"],
                    row.get("operator"),
                    (row["event_id"],),
                    d1=row["event_at"].date(),
                    t1=row["node"],
                    t2=row["party"],
                )
                for row in picker.all(view)
                if row.get("party") is not None and row["party"] not in bound
            ]

        return judge


@dataclass(frozen=True)
class OtherAccount(Kind):
    """Money of the case moved through an account that is not its own (一案一账号), as nodes (`moves`) or the ledger say.

    A row of the ledger is left out where a node has already told of that account. Nodes or ledger: either one will do.
    """

    moves: Sel
    facts: ClassVar = {"d1": "happened", "n1": "moved_amount", "t1": "node", "t2": "account"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.account|money.account", "cases.trust_account")

    def sql(self, plan: Plan) -> str:
        return f"""
WITH moved AS (SELECT m.* FROM (SELECT case_id, event_id, event_at, operator, node, account, amount FROM live WHERE account IS NOT NULL AND {
            self.moves.sql()
        }) AS m
  JOIN cases AS c ON c.case_id = m.case_id WHERE c.trust_account <> m.account),
booked AS (SELECT b.* FROM money AS b JOIN cases AS c ON c.case_id = b.case_id WHERE c.trust_account <> b.account),
untold AS (SELECT b.* FROM booked AS b LEFT JOIN (SELECT DISTINCT case_id, account FROM moved) AS m ON m.case_id = b.case_id AND m.account = b.account WHERE m.case_id IS NULL)
SELECT {
            slots(
                "case_id",
                at="event_at",
                operator="operator",
                ids="[event_id]",
                n1="amount",
                d1="CAST(event_at AS DATE)",
                t1="node",
                t2="account",
            )
        } FROM moved
UNION ALL SELECT {
            slots(
                "case_id",
                at="CAST(booked_on AS TIMESTAMP)",
                ids="CAST([] AS BIGINT[])",
                n1="amount",
                d1="booked_on",
                t2="account",
                t1=f"CASE WHEN direction = 'in' THEN {quoted(BOOKED['in'])} ELSE {quoted(BOOKED['out'])} END",
            )
        } FROM untold"""

    def judge(self, days: Days, as_of: date) -> Judge:
        picker = Picker(self.moves)

        def judge(view: View) -> Iterable[Hit]:
            own = view.case.get("trust_account")
            if own is None:
                return ()
            hits = [
                Hit(
                    row["event_at"],
                    row.get("operator"),
                    (row["event_id"],),
                    n1=row.get("amount"),
                    d1=row["event_at"].date(),
                    t1=row["node"],
                    t2=row["account"],
                )
                for row in picker.all(view)
                if row.get("account") is not None and row["account"] != own
            ]
            known = {own, None, *(hit.t2 for hit in hits)}
            for row in view.money:
                if row.get("account") not in known:
                    day = row.get("booked_on")
                    way = BOOKED["in" if row.get("direction") == "in" else "out"]
                    hits.append(
                        Hit(
                            datetime.combine(day, MIDNIGHT) if day else None,
                            n1=row.get("amount"),
                            d1=day,
                            t1=way,
                            t2=row["account"],
                        )
                    )
            return hits

        return judge


@dataclass(frozen=True)
class IgnoredAlerts(Kind):
    """At least `least` alerts on the case were never handled."""

    least: int = 3
    facts: ClassVar = {"n1": "count", "d1": "first", "d2": "last"}

    def needs(self) -> tuple[str, ...]:
        return ("alerts.raised_on", "alerts.handled_on")

    def sql(self, plan: Plan) -> str:
        return f"""
WITH open AS (SELECT case_id, count(*) AS n, min(raised_on) AS a, max(raised_on) AS b FROM alerts
  WHERE handled_on IS NULL AND raised_on <= {plan.today} GROUP BY case_id)
SELECT {slots("case_id", at="CAST(b AS TIMESTAMP)", n1="n", d1="a", d2="b")} FROM open WHERE n >= {self.least}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def judge(view: View) -> Iterable[Hit]:
            if len(view.alerts) < self.least:
                return ()
            raised = sorted(
                row["raised_on"]
                for row in view.alerts
                if row.get("handled_on") is None and row.get("raised_on") and row["raised_on"] <= as_of
            )
            if len(raised) < self.least:
                return ()
            return (Hit(datetime.combine(raised[-1], MIDNIGHT), n1=len(raised), d1=raised[0], d2=raised[-1]),)

        return judge


@dataclass(frozen=True)
class Denied(Kind):
    """Closed as `closing`, and the applicant denies in a petition having withdrawn."""

    closing: tuple[str, ...] = ("withdrawn",)
    facts: ClassVar = {"d1": "closed", "d2": "complained"}

    def needs(self) -> tuple[str, ...]:
        return ("cases.closing", "petitions.about_withdrawal")

    def sql(self, plan: Plan) -> str:
        return f"""
WITH denied AS (SELECT case_id, min(received_on) AS d FROM petitions WHERE about_withdrawal GROUP BY case_id)
SELECT {slots("c.case_id", at="CAST(p.d AS TIMESTAMP)", d1="c.closed_on", d2="p.d")}
FROM cases AS c JOIN denied AS p ON p.case_id = c.case_id WHERE c.closing IN ({", ".join(map(quoted, self.closing))})"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def judge(view: View) -> Iterable[Hit]:
            if not view.petitions or view.case.get("closing") not in self.closing:
                return ()
            received = [row["received_on"] for row in view.petitions if row.get("about_withdrawal")]
            if not received:
                return ()
            first = min((one for one in received if one is not None), default=None)
            return (Hit(datetime.combine(first, MIDNIGHT) if first else None, d1=view.closed, d2=first),)

        return judge


@dataclass(frozen=True)
class PetitionLate(Kind):
    """A petition entered later than `limit` after it came, or not entered although the as-of day is past it."""

    limit: str = "5工作日"
    facts: ClassVar = {"n1": "days", "d1": "start", "d2": "done"}

    def needs(self) -> tuple[str, ...]:
        return ("petitions.received_on", "petitions.entered_on")

    def sql(self, plan: Plan) -> str:
        period = Period.parse(self.limit)
        joins, nominal = nominal_sql(period, "p.received_on")
        last = f"coalesce(p.entered_on, {plan.today})"
        return f"""
WITH measured AS (SELECT p.case_id, p.received_on, p.entered_on, {last} AS last, {nominal} AS nominal FROM petitions AS p {joins}
  WHERE p.received_on IS NOT NULL AND {last} > p.received_on + {least_days(period)}),
rolled AS (SELECT m.*, c.next_wd AS due FROM measured AS m JOIN cal AS c ON c.d = m.nominal)
SELECT {slots("case_id", at="CAST(coalesce(entered_on, received_on) AS TIMESTAMP)", nominal="nominal", due="due", n1=between("due", "last"), d1="received_on", d2="entered_on")}
FROM rolled WHERE last > due"""

    def judge(self, days: Days, as_of: date) -> Judge:
        nominal_of = days.nominal(Period.parse(self.limit))

        def judge(view: View) -> Iterable[Hit]:
            hits = []
            for row in view.petitions:
                start, done = row.get("received_on"), row.get("entered_on")
                if start is None:
                    continue
                nominal = nominal_of(days.check(start))
                due = days.roll(nominal)
                last = (done or as_of).toordinal()
                if last > due:
                    hits.append(
                        Hit(
                            datetime.combine(done or start, MIDNIGHT),
                            nominal=date.fromordinal(nominal),
                            due=date.fromordinal(due),
                            n1=last - due,
                            d1=start,
                            d2=done,
                        )
                    )
            return hits

        return judge


@dataclass(frozen=True)
class BadStops(Kind):
    """Suspensions that cannot be: begun before filing or after closing, ending before they begin,
    open in a closed case.

    They are reported here and (but for the open one) deducted nowhere.
    """

    facts: ClassVar = {"d1": "start", "d2": "end", "t1": "fault"}

    def needs(self) -> tuple[str, ...]:
        return ("suspensions.start_on", "suspensions.end_on")

    def sql(self, plan: Plan) -> str:
        return f"""
WITH judged AS (SELECT s.case_id, s.start_on, s.end_on, CASE WHEN s.start_on < c.filed_on THEN '早于立案' WHEN s.start_on > c.closed_on THEN '晚于结案'
  WHEN s.end_on < s.start_on THEN '止日早于起日' WHEN s.end_on IS NULL AND c.closed_on IS NOT NULL THEN '结案时仍未恢复' END AS fault
  FROM suspensions AS s JOIN cases AS c ON c.case_id = s.case_id WHERE s.start_on IS NOT NULL)
SELECT {slots("case_id", at="CAST(start_on AS TIMESTAMP)", d1="start_on", d2="end_on", t1="fault")} FROM judged WHERE fault IS NOT NULL"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def judge(view: View) -> Iterable[Hit]:
            hits = []
            for row in view.suspensions:
                start, end = row.get("start_on"), row.get("end_on")
                if start is None:
                    continue
                if view.filed and start < view.filed:
                    fault = "早于立案"
                elif view.closed and start > view.closed:
                    fault = "晚于结案"
                elif end is not None and end < start:
                    fault = "止日早于起日"
                elif end is None and view.closed:
                    fault = "结案时仍未恢复"
                else:
                    continue
                hits.append(Hit(datetime.combine(start, MIDNIGHT), d1=start, d2=end, t1=fault))
            return hits

        return judge
