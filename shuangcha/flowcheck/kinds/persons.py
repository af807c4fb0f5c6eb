"""Kinds about an officer or a court as a whole: shares, rates, spikes. Their findings have case_id 0;
`at` is the last day they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ..bulk.plan import Plan
from ..select import Sel, quoted
from .base import Kind, slots
from .rows import night

SHOWN = 200
"""So many rows of evidence at most for a sign of an officer."""


@dataclass(frozen=True)
class OddShare(Kind):
    """More than `percent` of an officer's rows (at least `least`) happened or were entered by night or on a rest
    day."""

    scope: ClassVar[str] = "officer"
    percent: int = 20
    least: int = 50
    first: int = 6
    last: int = 22
    rows: Sel = field(default_factory=Sel)
    facts: ClassVar = {"n1": "odd", "n2": "all_rows"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.operator", "events.entered_at")

    def sql(self, plan: Plan) -> str:
        odd = f"(a.rest OR b.rest OR {night('l.event_at', self.first, self.last)} OR coalesce({night('l.entered_at', self.first, self.last)}, FALSE))"
        return f"""
WITH judged AS (SELECT l.case_id, l.operator, l.event_id, l.event_at, CASE WHEN {odd} THEN 1 ELSE 0 END AS odd FROM live AS l
  JOIN cal AS a ON a.d = CAST(l.event_at AS DATE) LEFT JOIN cal AS b ON b.d = CAST(l.entered_at AS DATE)
  WHERE l.operator IS NOT NULL AND l.import_job IS NULL AND {self.rows.sql()}),
sums AS (SELECT c.court, j.operator, count(*) AS n, sum(j.odd) AS odd FROM judged AS j JOIN cases AS c ON c.case_id = j.case_id
  GROUP BY c.court, j.operator HAVING count(*) >= {self.least} AND sum(j.odd) * 100 > count(*) * {self.percent}),
listed AS (SELECT s.court, s.operator, s.n, s.odd, max(j.event_at) AS last_at, list_sort(list(j.event_id)) AS ids FROM judged AS j JOIN cases AS c ON c.case_id = j.case_id
  JOIN sums AS s ON s.court = c.court AND s.operator = j.operator WHERE j.odd = 1 GROUP BY s.court, s.operator, s.n, s.odd)
SELECT {slots("0", at="last_at", operator="operator", ids=f"list_slice(ids, 1, {SHOWN})", n1="odd", n2="n", court="court")} FROM listed"""


@dataclass(frozen=True)
class RateOutlier(Kind):
    """The share of an officer's closings that are `closings` lies `sigmas` above that of all (binomial);
    at least `least` closings."""

    scope: ClassVar[str] = "officer"
    closings: tuple[str, ...] = ("cancelled", "refused")
    sigmas: int = 3
    least: int = 10
    facts: ClassVar = {"n1": "count", "n2": "all_closings", "t1": "usual"}

    def needs(self) -> tuple[str, ...]:
        return ("cases.handler", "cases.closing")

    def sql(self, plan: Plan) -> str:
        listed = ", ".join(map(quoted, self.closings))
        usual = "concat(CAST(round(CAST(t.x AS DOUBLE) * 1000 / t.n) AS BIGINT) // 10, '.', CAST(round(CAST(t.x AS DOUBLE) * 1000 / t.n) AS BIGINT) % 10, '%')"
        more = "(CAST(o.x AS DOUBLE) * t.n - CAST(o.n AS DOUBLE) * t.x)"
        return f"""
WITH closed AS (SELECT court, handler, closed_on, CASE WHEN closing IN ({listed}) THEN 1 ELSE 0 END AS x FROM cases WHERE closing IS NOT NULL AND handler IS NOT NULL),
officers AS (SELECT court, handler, count(*) AS n, sum(x) AS x, max(CASE WHEN x = 1 THEN closed_on END) AS last_on FROM closed GROUP BY court, handler),
total AS (SELECT count(*) AS n, sum(x) AS x FROM closed)
SELECT {slots("0", at="CAST(o.last_on AS TIMESTAMP)", operator="o.handler", n1="o.x", n2="o.n", t1=usual, court="o.court")} FROM officers AS o CROSS JOIN total AS t
WHERE o.n >= {self.least} AND {more} > 0 AND {more} * {more} >= {self.sigmas * self.sigmas}.0 * o.n * t.x * (t.n - t.x)"""


@dataclass(frozen=True)
class RateGap(Kind):
    """An officer takes `act` at rates that differ by `sigmas` between two kinds of applicants;
    at least `least` cases of each."""

    scope: ClassVar[str] = "officer"
    act: Sel
    favoured: str = "bank"
    other: str = "person"
    sigmas: int = 3
    least: int = 5
    kinds: tuple[str, ...] = ("enforcement",)
    facts: ClassVar = {"n1": "favoured_percent", "n2": "other_percent"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "cases.handler", "cases.applicant_kind")

    def sql(self, plan: Plan) -> str:
        first = f"p.{plan.first(self.act)}"
        kinds = ", ".join(map(quoted, self.kinds))
        gap = "(CAST(x1 AS DOUBLE) * n2 - CAST(x2 AS DOUBLE) * n1)"
        return f"""
WITH acted AS (SELECT c.court, c.handler, c.applicant_kind, c.filed_on, CASE WHEN {first} IS NULL THEN 0 ELSE 1 END AS x FROM cases AS c LEFT JOIN profile AS p ON p.case_id = c.case_id
  WHERE c.handler IS NOT NULL AND c.kind IN ({kinds}) AND c.applicant_kind IN ({quoted(self.favoured)}, {quoted(self.other)})),
sums AS (SELECT court, handler, max(filed_on) AS last_on, sum(CASE WHEN applicant_kind = {quoted(self.favoured)} THEN 1 ELSE 0 END) AS n1, sum(CASE WHEN applicant_kind = {quoted(self.favoured)} THEN x ELSE 0 END) AS x1,
    sum(CASE WHEN applicant_kind = {quoted(self.other)} THEN 1 ELSE 0 END) AS n2, sum(CASE WHEN applicant_kind = {quoted(self.other)} THEN x ELSE 0 END) AS x2
  FROM acted GROUP BY court, handler)
SELECT {slots("0", at="CAST(last_on AS TIMESTAMP)", operator="handler", n1="x1 * 100 // n1", n2="x2 * 100 // n2", court="court")} FROM sums
WHERE n1 >= {self.least} AND n2 >= {self.least} AND x1 + x2 > 0
  AND {gap} * {gap} * (n1 + n2) >= {self.sigmas * self.sigmas}.0 * n1 * n2 * (x1 + x2) * (n1 + n2 - x1 - x2) AND {gap} <> 0"""


@dataclass(frozen=True)
class Spike(Kind):
    """A court closes in the last `days` working days of a year at `times` the rate of the `before` working days ahead
    of them."""

    scope: ClassVar[str] = "court"
    days: int = 5
    before: int = 60
    times: int = 3
    least: int = 10
    facts: ClassVar = {"n1": "count", "n2": "before_count", "d1": "start", "d2": "until"}

    def needs(self) -> tuple[str, ...]:
        return ("cases.closed_on",)

    def sql(self, plan: Plan) -> str:
        return f"""
WITH ends AS (SELECT d AS until_day, cum FROM cal WHERE month(d) = 12 AND day(d) = 31 AND d <= {plan.today}),
shut AS (SELECT c.court, w.cum AS n FROM cases AS c JOIN cal AS w ON w.d = c.closed_on WHERE c.court IS NOT NULL),
counted AS (SELECT s.court, e.until_day, e.cum, sum(CASE WHEN s.n > e.cum - {self.days} THEN 1 ELSE 0 END) AS late,
    sum(CASE WHEN s.n <= e.cum - {self.days} THEN 1 ELSE 0 END) AS earlier
  FROM shut AS s JOIN ends AS e ON s.n <= e.cum AND s.n > e.cum - {self.days + self.before} GROUP BY s.court, e.until_day, e.cum)
SELECT {slots("0", at="CAST(x.until_day AS TIMESTAMP)", n1="x.late", n2="x.earlier", d1="w.d", d2="x.until_day", court="x.court")}
FROM counted AS x JOIN workdays AS w ON w.n = x.cum - {self.days - 1} WHERE x.late >= {self.least} AND x.late * {self.before} >= x.earlier * {self.times * self.days}"""
