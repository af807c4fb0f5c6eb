"""Kinds about the time between acts: gaps while a case is open, bursts of entries before its closing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from ..bulk.plan import Plan, dawn, day_of, id_of, moment
from ..days import Days
from ..select import Sel, at
from ..view import Picker, View
from .base import Hit, Judge, Kind, slots, tier, tiers
from .limit_sql import between
from .within import case_filter

CLOSED = at("N39")


@dataclass(frozen=True)
class BurstBeforeClosing(Kind):
    """At least `percent` of the rows entered by the closing were entered in the last `hours` before it.

    The closing is the moment of the first N39 on the closing day that has a time, else the end of that day.
    `short_days`: a case fulfilled within so many days of filing is shown at low severity (paid at once).
    """

    percent: int = 60
    hours: int = 24
    least: int = 5
    short_days: int = 10
    facts: ClassVar = {"n1": "count", "n2": "all_rows", "d1": "closed"}

    def needs(self) -> tuple[str, ...]:
        return ("events.entered_at", "cases.closed_on")

    def sql(self, plan: Plan) -> str:
        n, late = plan.count(ENTERED), plan.last_entry(ENTERED)
        short = f"CASE WHEN c.closing = 'fulfilled' AND {between('c.filed_on', 'c.closed_on')} <= {self.short_days} THEN 'low' END"
        end = f"({moment('c.closed_on')} + INTERVAL 1 DAY)"
        begin = f"({moment('c.closed_on')} - INTERVAL {self.hours} HOUR)"
        # `maybe` takes the widest window that any moment of the closing day allows: of so many rows none is missed.
        return f"""
WITH shut AS (SELECT c.case_id, {begin} AS begins, {end} AS ends, c.closed_on, {short} AS level
  FROM cases AS c JOIN profile AS p ON p.case_id = c.case_id WHERE c.closed_on IS NOT NULL AND p.{n} >= {self.least} AND p.{late} >= {begin}),
loose AS (SELECT s.case_id, s.closed_on, s.ends, s.level, count(*) AS n, count(CASE WHEN e.entered_at >= s.begins THEN 1 END) AS late
  FROM live AS e JOIN shut AS s ON s.case_id = e.case_id WHERE e.entered_at < s.ends AND e.import_job IS NULL GROUP BY s.case_id, s.closed_on, s.ends, s.level),
maybe AS (SELECT * FROM loose WHERE n >= {self.least} AND late * 100 >= n * {self.percent}),
moments AS (SELECT e.case_id, min(e.event_at) AS closing FROM live AS e JOIN maybe AS m ON m.case_id = e.case_id
  WHERE {CLOSED.sql()} AND CAST(e.event_at AS DATE) = m.closed_on AND e.event_at <> {moment("m.closed_on")} GROUP BY e.case_id),
bound AS (SELECT m.case_id, m.closed_on, m.level, m.ends, o.closing, coalesce(o.closing, m.ends) - INTERVAL {self.hours} HOUR AS begins
  FROM maybe AS m LEFT JOIN moments AS o ON o.case_id = m.case_id),
counted AS (SELECT b.case_id, b.closed_on, b.level, count(*) AS n, count(CASE WHEN e.entered_at >= b.begins THEN 1 END) AS late,
    list_sort(list(e.event_id) FILTER (e.entered_at >= b.begins)) AS ids
  FROM live AS e JOIN bound AS b ON b.case_id = e.case_id
  WHERE e.entered_at < b.ends AND (b.closing IS NULL OR e.entered_at <= b.closing) AND e.import_job IS NULL GROUP BY b.case_id, b.closed_on, b.level)
SELECT {slots("case_id", at=moment("closed_on"), ids="ids", level="level", n1="late", n2="n", d1="closed_on")}
FROM counted WHERE n >= {self.least} AND late * 100 >= n * {self.percent}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        closings = Picker(CLOSED)

        def judge(view: View) -> Iterable[Hit]:
            closed = view.closed
            if closed is None or len(view.events) < self.least:
                return ()
            midnight = datetime.combine(closed, time())
            last = midnight + timedelta(days=1, microseconds=-1)
            moments = (row["event_at"] for row in closings.all(view))
            closing = next((one for one in moments if one.date() == closed and one != midnight), None)
            begin = (closing or midnight + timedelta(days=1)) - timedelta(hours=self.hours)
            total, late = 0, []
            for row in view.events:
                entered = row.get("entered_at")
                if entered is not None and entered <= (closing or last) and row.get("import_job") is None:
                    total += 1
                    if entered >= begin:
                        late.append(row["event_id"])
            if total < self.least or len(late) * 100 < total * self.percent:
                return ()
            case = view.case
            short = (
                case.get("closing") == "fulfilled"
                and view.filed is not None
                and (closed - view.filed).days <= self.short_days
            )
            return (
                Hit(
                    midnight,
                    None,
                    tuple(sorted(late)),
                    level="low" if short else None,
                    n1=len(late),
                    n2=total,
                    d1=closed,
                ),
            )

        return judge


ENTERED = at(entered_at=..., import_job=None)


REOPENS, SHUTS = at("N38"), at("N36", "N39")
AFTERWARDS = ("N37", "N46")
"""Acts after a closing: without them a case is not taken for one with a gap because of the months before them."""


@dataclass(frozen=True)
class Gap(Kind):
    """No act for longer than the tiers (days, severity) while the case is open; days of a suspension are not counted.

    Open from filing to closing (or the as-of day); where the case was restored (N38), in spells: it rests from each
    ruling or closing (N36, N39, `closed_on`) until the next restoration, and is open again until the next closing.
    """

    levels: tuple[tuple[int, str], ...]
    stops: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    rows: Sel = field(default_factory=Sel)
    facts: ClassVar = {"n1": "days", "n2": "deducted", "d1": "start", "d2": "until"}

    def sql(self, plan: Plan) -> str:
        least = self.levels[0][0]
        again = f"p.{plan.reopens()}"
        closed = f"CASE WHEN c.closed_on <= {plan.today} THEN c.closed_on END"
        ended = f"CASE WHEN {again} IS NULL THEN least(coalesce(c.closed_on, {plan.today}), {plan.today}) ELSE {plan.today} END"
        table = plan.stops(self.stops)
        before = replace(self.rows, but=(*self.rows.but, *AFTERWARDS))
        candidates = f"({plan.sparse(before, least)} OR {again} IS NOT NULL) AND (c.closed_on IS NULL OR c.closed_on >= c.filed_on)"
        turn = f"CASE WHEN NOT s.again THEN 0 WHEN {REOPENS.sql()} THEN 1 WHEN {SHUTS.sql()} THEN 2 ELSE 0 END"
        # `turn`: 1 the case is restored, 2 it is ruled upon or closed; only the few restored cases have any.
        return f"""
WITH span AS (SELECT c.case_id, c.filed_on, {closed} AS closed, {again} IS NOT NULL AS again, {ended} AS ended
  FROM cases AS c LEFT JOIN profile AS p ON p.case_id = c.case_id WHERE c.filed_on + {least} < {ended} AND {
            case_filter(self.kinds)
        } AND {candidates}),
points AS (
  SELECT case_id, filed_on AS d, CAST(NULL AS BIGINT) AS k, 0 AS place, 0 AS turn FROM span
  UNION ALL SELECT case_id, closed, NULL, 1, 2 FROM span WHERE again AND closed IS NOT NULL
  UNION ALL SELECT case_id, ended, NULL, 3, 0 FROM span
  UNION ALL SELECT s.case_id, {day_of("e.k")}, e.k, 2, {turn} FROM packed AS e JOIN span AS s ON s.case_id = e.case_id
    WHERE {day_of("e.k")} >= s.filed_on AND {day_of("e.k")} <= s.ended AND (({self.rows.sql()}) OR (s.again AND ({
            REOPENS.sql()
        } OR {SHUTS.sql()})))),
gaps AS (SELECT case_id, lag(d) OVER w AS a, d AS b, lag(k) OVER w AS ka, k AS kb FROM points WINDOW w AS (PARTITION BY case_id ORDER BY d, place, k)),
wide AS (SELECT * FROM gaps WHERE {between("a", "b")} > {least}),
turns AS (SELECT case_id, d, turn, coalesce(k, {dawn("d")}) AS k FROM points WHERE turn > 0),
rests AS (SELECT g.case_id, g.a FROM wide AS g JOIN turns AS t ON t.case_id = g.case_id AND t.d <= g.a GROUP BY g.case_id, g.a
  HAVING max(CASE WHEN t.turn = 2 THEN t.k END) > coalesce(max(CASE WHEN t.turn = 1 THEN t.k END), 0)),
long AS (SELECT g.* FROM wide AS g LEFT JOIN rests AS r ON r.case_id = g.case_id AND r.a = g.a WHERE r.case_id IS NULL),
cut AS (SELECT g.case_id, g.a, sum({between("greatest(s.a, g.a + 1)", "least(s.b, g.b + 1)")}) AS n
  FROM long AS g JOIN {table} AS s ON s.case_id = g.case_id WHERE s.a <= g.b AND s.b > g.a + 1 GROUP BY g.case_id, g.a),
netto AS (SELECT g.*, CAST(coalesce(x.n, 0) AS INTEGER) AS cut, {
            between("g.a", "g.b")
        } - CAST(coalesce(x.n, 0) AS INTEGER) AS n
  FROM long AS g LEFT JOIN cut AS x ON x.case_id = g.case_id AND x.a = g.a)
SELECT {
            slots(
                "case_id",
                at="CAST(a AS TIMESTAMP)",
                ids=f"list_filter([{id_of('ka')}, {id_of('kb')}], lambda x: x IS NOT NULL)",
                level=tiers("n", self.levels),
                n1="n",
                n2="cut",
                d1="a",
                d2="b",
            )
        }
FROM netto WHERE n > {least}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        least, kinds, stops = self.levels[0][0], frozenset(self.kinds), self.stops
        reopens = Picker(REOPENS)
        points = self._points(as_of)

        def judge(view: View) -> Iterable[Hit]:
            filed, closed = view.filed, view.closed
            if filed is None or (kinds and view.case.get("kind") not in kinds) or (closed and closed < filed):
                return ()
            last = (as_of if not closed or reopens.first(view) else min(closed, as_of)).toordinal()
            before, before_id, is_open = filed.toordinal(), None, True
            if before + least >= last:
                return ()
            hits = []
            for at_day, number, turn in (*points(view), (last + 1, None, None)):
                if at_day < before:
                    continue
                if at_day > last:
                    at_day, number = last, None
                if is_open and at_day - before > least:
                    cut = sum(
                        min(b, at_day + 1) - max(a, before + 1)
                        for a, b in view.stops(stops)
                        if a <= at_day and b > before + 1
                    )
                    count = at_day - before - cut
                    if count > least:
                        begin = date.fromordinal(before)
                        hits.append(
                            Hit(
                                datetime.combine(begin, time()),
                                None,
                                tuple(one for one in (before_id, number) if one is not None),
                                level=tier(count, self.levels),
                                n1=count,
                                n2=cut,
                                d1=begin,
                                d2=date.fromordinal(at_day),
                            )
                        )
                if at_day == last:
                    break
                before, before_id, is_open = at_day, number, is_open if turn is None else turn
            return hits

        return judge

    def _points(self, as_of: date) -> Callable[[View], list[tuple[int, int | None, bool | None]]]:
        picker, reopens, shuts = Picker(self.rows), Picker(REOPENS), Picker(SHUTS)

        def points(view: View) -> list[tuple[int, int | None, bool | None]]:
            """(day, event, does it open or shut the case) in order;
            the closing day itself only where the case was restored."""
            acts = {row["event_id"]: row for row in picker.all(view)}
            opening = {row["event_id"] for row in reopens.all(view)}
            if not opening:
                return [(row["event_at"].toordinal(), number, None) for number, row in acts.items()]
            shutting = {row["event_id"] for row in shuts.all(view)}
            acts |= {row["event_id"]: row for row in (*reopens.all(view), *shuts.all(view))}
            found: list[tuple[int, int | None, bool | None]] = []
            if view.closed and view.closed <= as_of:
                found.append((view.closed.toordinal(), None, False))
            for number, row in sorted(acts.items(), key=lambda one: (one[1]["event_at"], one[0])):
                found.append(
                    (
                        row["event_at"].toordinal(),
                        number,
                        True if number in opening else False if number in shutting else None,
                    )
                )
            return sorted(found, key=lambda one: (one[0], one[1] is not None))

        return points
