"""Kinds that need other cases. All are linear: count first, then look at the survivors;
never pair every case with every other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from ..bulk.plan import BUCKETS, Plan, at_of, day_of, id_of
from ..days import Days
from ..select import Sel, at, quoted
from ..view import View
from .base import Hit, Judge, Kind, slots
from .course import sorted_list
from .limit_sql import between


@dataclass(frozen=True)
class Crowd(Kind):
    """Rows of at least `cases` cases by one person (`who`) in one `unit` (second, minute) of `when`."""

    scope: ClassVar[str] = "cluster"
    cases: int = 5
    rows: int = 0
    who: str = "operator"
    when: str = "entered_at"
    unit: str = "second"
    facts: ClassVar = {"n1": "cases", "n2": "rows", "d1": "day", "t1": "moment", "t2": "person"}

    def needs(self) -> tuple[str, ...]:
        return (f"events.{self.who}", f"events.{self.when}")

    def sql(self, plan: Plan) -> str:
        survivors = plan.crowd(self.who, self.when, self.unit, max(self.cases, self.rows))
        return f"""
WITH groups AS (SELECT who, moment, count(DISTINCT case_id) AS cases, count(*) AS n FROM {survivors} GROUP BY who, moment
  HAVING count(*) >= {max(self.cases, self.rows)} AND count(DISTINCT case_id) >= {self.cases}),
listed AS (SELECT s.case_id, s.who, s.moment, g.cases, g.n, {sorted_list("s.event_id")} AS ids FROM {survivors} AS s
  JOIN groups AS g ON g.who = s.who AND g.moment = s.moment GROUP BY s.case_id, s.who, s.moment, g.cases, g.n)
SELECT {slots("case_id", at="moment", operator="who", ids="ids", n1="cases", n2="n", d1="CAST(moment AS DATE)", t1=moment_text("moment", self.unit), t2="who")} FROM listed"""


def moment_text(column: str, unit: str) -> str:
    """SQL: 2020-03-02 16:40:00 as text, to the unit."""
    return f"substr(CAST({column} AS VARCHAR), 1, {19 if unit == 'second' else 16})"


@dataclass(frozen=True)
class SameSecond(Kind):
    """At least `rows` rows of one case entered by one operator in one second;
    imports and rows without a time of day are not meant."""

    rows: int = 3
    facts: ClassVar = {"n2": "rows", "d1": "day", "t1": "moment", "t2": "person"}

    def needs(self) -> tuple[str, ...]:
        return ("events.operator", "events.entered_at")

    def sql(self, plan: Plan) -> str:
        survivors = plan.crowd("operator", "entered_at", "second", self.rows)
        return f"""
WITH groups AS (SELECT case_id, who, moment, count(*) AS n, {sorted_list("event_id")} AS ids FROM {survivors} GROUP BY case_id, who, moment HAVING count(*) >= {self.rows})
SELECT {slots("case_id", at="moment", operator="who", ids="ids", n2="n", d1="CAST(moment AS DATE)", t1=moment_text("moment", "second"), t2="who")} FROM groups"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def judge(view: View) -> Iterable[Hit]:
            events = view.events
            moments = [row.get("entered_at") for row in events]
            if len(set(moments)) > len(moments) - self.rows + 1:
                return ()
            groups: dict[tuple[str, datetime], list[int]] = {}
            for row, moment in zip(events, moments, strict=True):
                who = row.get("operator")
                if (
                    moment is None
                    or who is None
                    or row.get("import_job") is not None
                    or (moment.hour, moment.minute, moment.second) == (0, 0, 0)
                ):
                    continue
                groups.setdefault((who, moment), []).append(row["event_id"])
            return [
                Hit(moment, who, tuple(sorted(ids)), n2=len(ids), d1=moment.date(), t1=moment.isoformat(" "), t2=who)
                for (who, moment), ids in groups.items()
                if len(ids) >= self.rows
            ]

        return judge


@dataclass(frozen=True)
class SameValue(Kind):
    """The same value of `column` (with the same `beside` columns) in at least `cases` cases."""

    scope: ClassVar[str] = "cluster"
    column: str
    cases: int = 2
    rows: Sel = field(default_factory=Sel)
    beside: tuple[str, ...] = ()
    facts: ClassVar = {"n1": "cases", "d1": "happened", "t1": "node", "t2": "value"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), *(f"events.{name}" for name in (self.column, *self.beside)))

    def sql(self, plan: Plan) -> str:
        keys = (self.column, *self.beside)
        where = " AND ".join([*(f"{key} IS NOT NULL" for key in keys), self.rows.sql()])
        bucket = f"hash({', '.join(keys)}) % {BUCKETS // 4}"
        listed = ", ".join(keys)
        same = " AND ".join(f"g.{key} = s.{key}" for key in keys)
        return f"""
WITH busy AS (SELECT {bucket} AS bucket FROM live WHERE {where} GROUP BY {bucket} HAVING count(*) >= {self.cases}),
close AS (SELECT l.* FROM (SELECT case_id, event_id, event_at, node AS shown_node, {listed}, {bucket} AS bucket FROM live WHERE {where}) AS l JOIN busy AS b ON b.bucket = l.bucket),
groups AS (SELECT {listed}, count(DISTINCT case_id) AS cases FROM close GROUP BY {listed} HAVING count(DISTINCT case_id) >= {self.cases}),
own AS (SELECT s.case_id, g.cases, {", ".join(f"s.{key}" for key in keys)}, min(s.event_at) AS first_at, min(s.shown_node) AS shown_node, {sorted_list("s.event_id")} AS ids
  FROM close AS s JOIN groups AS g ON {same} GROUP BY s.case_id, g.cases, {", ".join(f"s.{key}" for key in keys)})
SELECT {slots("case_id", at="first_at", ids="ids", n1="cases", d1="CAST(first_at AS DATE)", t1="shown_node", t2=f"substr({self.column}, 1, 16)")} FROM own"""


@dataclass(frozen=True)
class AfterOrigin(Kind):
    """A restored case begun (`what` filed_on) or ended so (closed_on, as `closing`) soon after the 终本 of its origin.

    Counted from the last `ruling` of the origin on or before the restoration; from its closing day only where the
    origin has no such node at all and was closed by 终本.
    """

    scope: ClassVar[str] = "cluster"
    within: tuple[tuple[int, str], ...]
    what: str = "filed_on"
    closing: str = ""
    ruling: Sel = field(default_factory=lambda: at("N36"))
    facts: ClassVar = {"n1": "days", "d1": "start", "d2": "done", "t1": "origin_number"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "cases.origin_case", "cases.closing", "cases.closed_on")

    def sql(self, plan: Plan) -> str:
        whens = " ".join(f"WHEN n <= {limit} THEN '{level}'" for limit, level in self.within)
        only = f" AND c.closing = {quoted(self.closing)}" if self.closing else ""
        return f"""
WITH restored AS (SELECT c.case_id, c.origin_case, c.filed_on, c.{self.what} AS done, o.case_id AS origin,
    CASE WHEN o.closing = 'ended_this_time' THEN o.closed_on END AS closed_on
  FROM cases AS c JOIN cases AS o ON o.case_number = c.origin_case WHERE c.kind = 'restored' AND c.{self.what} IS NOT NULL{only}),
rulings AS (SELECT case_id, {day_of("k")} AS d FROM packed WHERE {self.ruling.sql()}),
ended AS (SELECT r.case_id, r.origin_case, r.done,
    CASE WHEN count(u.d) > 0 THEN max(CASE WHEN u.d <= r.filed_on THEN u.d END) ELSE max(r.closed_on) END AS ended_on
  FROM restored AS r LEFT JOIN rulings AS u ON u.case_id = r.origin GROUP BY r.case_id, r.origin_case, r.done),
counted AS (SELECT *, {between("ended_on", "done")} AS n FROM ended WHERE ended_on IS NOT NULL)
SELECT {slots("case_id", at="CAST(done AS TIMESTAMP)", level=f"CASE {whens} END", n1="n", d1="ended_on", d2="done", t1="origin_case")}
FROM counted WHERE n >= 0 AND n <= {self.within[-1][0]}"""


@dataclass(frozen=True)
class OutOfTurn(Kind):
    """A payment while a claim that controls the same property longer was still waiting for its money.

    A claim is a case with the cases that restored it. It ranks from the first day of its present spell of `control`: a
    spell ends with `released` of that property, or with the day that its papers name last; controlled again, the claim
    ranks anew. It waits until its payments reach the claim (less than `residue` 分 lacking; where an amount is not
    recorded any payment will do) or a case of it is closed otherwise than by 终本. Same day is no rank;
    a party with priority excuses.
    """

    scope: ClassVar[str] = "cluster"
    control: Sel
    released: Sel
    paid: Sel
    residue: int = 10000
    facts: ClassVar = {"d1": "controlled", "d2": "paid", "t1": "subject", "t2": "earlier_number"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.subject", "parties.priority")

    def sql(self, plan: Plan) -> str:
        far = "DATE '2100-01-01'"
        claim = "CASE WHEN kind = 'restored' THEN coalesce(origin_case, case_number) ELSE case_number END"
        so_far = "ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        return f"""
WITH touched AS (SELECT case_id, subject, k, {day_of("k")} AS d, CASE WHEN {self.released.sql()} THEN NULL ELSE coalesce(due_on, {far}) END AS reach
  FROM packed WHERE subject IS NOT NULL AND (({self.released.sql()}) OR ({self.control.sql()}))),
contested AS (SELECT subject FROM touched WHERE reach IS NOT NULL GROUP BY subject HAVING min(case_id) < max(case_id)),
claims AS (SELECT case_id, {claim} AS claim, amount, closing, closed_on FROM cases),
marks AS (SELECT t.subject, c.claim, t.k, t.d, t.reach FROM touched AS t JOIN contested AS s ON s.subject = t.subject JOIN claims AS c ON c.case_id = t.case_id
  WHERE t.reach IS NULL OR t.reach >= t.d),
turns AS (SELECT *, coalesce(sum(CASE WHEN reach IS NULL THEN 1 ELSE 0 END) OVER (PARTITION BY subject, claim {so_far}), 0) AS turn FROM marks),
reached AS (SELECT *, max(reach) OVER (PARTITION BY subject, claim, turn {so_far}) AS before,
    min(CASE WHEN reach IS NULL THEN d END) OVER (PARTITION BY subject, claim, turn) AS given_up FROM turns),
parts AS (SELECT *, sum(CASE WHEN before >= d THEN 0 ELSE 1 END) OVER (PARTITION BY subject, claim, turn ORDER BY k ROWS UNBOUNDED PRECEDING) AS part
  FROM reached WHERE reach IS NOT NULL),
spells AS (SELECT subject, claim, min(k) AS k, min(d) AS d, least(coalesce(min(given_up), {far}), max(reach) + 1) AS held FROM parts GROUP BY subject, claim, turn, part),
own AS (SELECT c.* FROM claims AS c JOIN (SELECT DISTINCT claim FROM spells) AS s ON s.claim = c.claim),
worth AS (SELECT claim, max(amount) AS amount, min(CASE WHEN closing IS NULL OR closing <> 'ended_this_time' THEN closed_on END) AS over_on FROM own GROUP BY claim),
payments AS (SELECT o.claim, o.case_id, p.k, {day_of("p.k")} AS d, p.amount, sum(p.amount) OVER (PARTITION BY o.claim ORDER BY p.k ROWS UNBOUNDED PRECEDING) AS got
  FROM (SELECT case_id, k, amount FROM packed WHERE {self.paid.sql()}) AS p JOIN own AS o ON o.case_id = p.case_id),
satisfied AS (SELECT p.claim, min(p.d) AS d FROM payments AS p JOIN worth AS w ON w.claim = p.claim
  WHERE p.amount IS NULL OR w.amount IS NULL OR p.got + {self.residue} > w.amount GROUP BY p.claim),
queue AS (SELECT s.subject, s.claim, s.k, s.d, {between("DATE '1990-01-01'", "s.d")} AS n,
    least(s.held, coalesce(f.d, {far}), coalesce(w.over_on, {far})) AS waits
  FROM spells AS s JOIN worth AS w ON w.claim = s.claim LEFT JOIN satisfied AS f ON f.claim = s.claim),
ahead AS (SELECT *, lead(d) OVER (PARTITION BY subject, claim ORDER BY k) AS next_d,
    max(concat(CAST(waits AS VARCHAR), ' ', claim)) OVER (PARTITION BY subject ORDER BY n RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS longest FROM queue),
favoured AS (SELECT DISTINCT o.claim FROM parties AS p JOIN own AS o ON o.case_id = p.case_id WHERE p.priority),
broken AS (SELECT p.case_id, a.subject, a.k, p.k AS kp, substr(a.longest, 12) AS earlier, row_number() OVER (PARTITION BY p.case_id, a.subject ORDER BY p.k) AS place
  FROM payments AS p JOIN ahead AS a ON a.claim = p.claim LEFT JOIN favoured AS f ON f.claim = p.claim
  WHERE a.d <= p.d AND (a.next_d IS NULL OR a.next_d > p.d) AND CAST(substr(a.longest, 1, 10) AS DATE) > p.d AND f.claim IS NULL)
SELECT {slots("case_id", at=at_of("kp"), ids=f"[{id_of('k')}, {id_of('kp')}]", d1=day_of("k"), d2=day_of("kp"), t1="subject", t2="earlier")}
FROM broken WHERE place = 1"""


@dataclass(frozen=True)
class LeftIdle(Kind):
    """A case without any payment, open or ended by 终本, while its debtor paid (or fulfilled) a case filed later.
    Restored cases do not count."""

    scope: ClassVar[str] = "cluster"
    paid: Sel
    kinds: tuple[str, ...] = ("enforcement", "restored")
    facts: ClassVar = {"d1": "filed", "d2": "later_filed", "t1": "debtor"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "cases.debtor", "cases.closing")

    def sql(self, plan: Plan) -> str:
        kinds = ", ".join(map(quoted, self.kinds))
        first = f"p.{plan.first(self.paid)}"
        return f"""
WITH later AS (SELECT c.debtor, max(c.filed_on) AS filed_on FROM cases AS c LEFT JOIN profile AS p ON p.case_id = c.case_id
  WHERE (c.closing = 'fulfilled' OR {first} IS NOT NULL) AND c.debtor IS NOT NULL AND c.kind IN ({kinds}) GROUP BY c.debtor),
restored AS (SELECT DISTINCT origin_case FROM cases WHERE kind = 'restored' AND origin_case IS NOT NULL)
SELECT {slots("c.case_id", at="CAST(l.filed_on AS TIMESTAMP)", d1="c.filed_on", d2="l.filed_on", t1="c.debtor")}
FROM cases AS c JOIN later AS l ON l.debtor = c.debtor AND l.filed_on > c.filed_on LEFT JOIN profile AS p ON p.case_id = c.case_id
LEFT JOIN restored AS r ON r.origin_case = c.case_number
WHERE c.kind IN ({kinds}) AND (c.closed_on IS NULL OR c.closing = 'ended_this_time') AND coalesce(c.paid_amount, 0) = 0 AND {first} IS NULL AND r.origin_case IS NULL"""


@dataclass(frozen=True)
class Repeated(Kind):
    """A finding of a rule for which the court, or this officer, was supervised before. Judged after all other rules.

    A sign of an officer or a court as a whole repeats as such (case 0); its day is the last that it rests on.
    """

    scope: ClassVar[str] = "cluster"
    facts: ClassVar = {"n1": "count", "d1": "supervised", "d2": "again", "t1": "rule_title"}

    def needs(self) -> tuple[str, ...]:
        return ("supervised.rule", "supervised.supervised_on")

    def sql(self, plan: Plan) -> str:
        named = (
            ", ".join(f"({number}, {quoted(code)}, {quoted(title)})" for number, code, title in plan.rules)
            or "(-1, '', '')"
        )
        return f"""
WITH named AS (SELECT * FROM (VALUES {named}) AS v(rule_no, rule, rule_title)),
told AS (SELECT h.case_id, n.rule, n.rule_title, coalesce(c.court, h.court) AS court, coalesce(h.operator, c.handler) AS who, h.happened_at,
    CASE WHEN h.case_id = 0 THEN coalesce(h.operator, '') END AS alone
  FROM hits AS h JOIN named AS n ON n.rule_no = h.rule_no LEFT JOIN cases AS c ON c.case_id = h.case_id WHERE h.happened_at IS NOT NULL),
again AS (SELECT t.case_id, t.court, t.rule_title, min(s.supervised_on) AS told_on, min(t.happened_at) AS happened_at, min(t.who) AS who, count(DISTINCT t.happened_at) AS n
  FROM told AS t JOIN supervised AS s ON s.rule = t.rule AND s.court = t.court AND (s.operator IS NULL OR s.operator = t.who)
  WHERE CAST(t.happened_at AS DATE) > s.supervised_on GROUP BY t.case_id, t.court, t.alone, t.rule_title)
SELECT {slots("case_id", at="happened_at", operator="who", n1="n", d1="told_on", d2="CAST(happened_at AS DATE)", t1="rule_title", court="court")} FROM again"""
