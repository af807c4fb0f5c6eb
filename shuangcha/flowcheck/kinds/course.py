"""Kinds about the course of one case: order, completeness, gaps, bursts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from ..bulk.plan import Plan, at_of, dawn, day_of, id_of, ids, moment
from ..days import Days
from ..nodes import BY_CODE
from ..select import Sel, at
from ..view import Picker, View
from .base import Hit, Judge, Kind, slots, tier, tiers
from .limit_sql import between
from .within import case_filter


def sorted_list(expression: str) -> str:
    return f"list_sort(list({expression}))"


@dataclass(frozen=True)
class Order(Kind):
    """(earlier, later) nodes: the first `later` must not lie on a day before the first `earlier`.

    `instead`: (earlier, other) where the other excuses what lies before the earlier one (N06a: the notice may follow).
    """

    pairs: tuple[tuple[str, str], ...]
    instead: tuple[tuple[str, str], ...] = ()
    facts: ClassVar = {"n1": "days", "d1": "earlier_on", "d2": "later_on", "t1": "node", "t2": "before_title"}

    def sql(self, plan: Plan) -> str:
        parts = []
        for earlier, later in self.pairs:
            a, b = plan.first(at(earlier)), plan.first(at(later))
            title = BY_CODE[earlier].title if earlier in BY_CODE else earlier
            excused = "".join(f" AND {plan.first(at(other))} IS NULL" for one, other in self.instead if one == earlier)
            parts.append(
                f"SELECT case_id, {a} AS a, {b} AS b, '{later}' AS node, '{title}' AS title FROM profile WHERE {b} < {a} AND {day_of(b)} < {day_of(a)}{excused}"
            )
        columns = slots(
            "case_id",
            at=at_of("b"),
            ids=f"[{id_of('b')}, {id_of('a')}]",
            n1=between(day_of("b"), day_of("a")),
            d1=day_of("a"),
            d2=day_of("b"),
            t1="node",
            t2="title",
        )
        return f"SELECT {columns} FROM ({' UNION ALL '.join(parts)}) AS o"

    def judge(self, days: Days, as_of: date) -> Judge:
        pairs = [
            (earlier, later, BY_CODE[earlier].title if earlier in BY_CODE else earlier) for earlier, later in self.pairs
        ]

        def judge(view: View) -> Iterable[Hit]:
            by_node, hits = view.by_node, []
            for earlier, later, title in pairs:
                if (
                    earlier in by_node
                    and later in by_node
                    and not any(one == earlier and other in by_node for one, other in self.instead)
                ):
                    a, b = by_node[earlier][0], by_node[later][0]
                    first, second = a["event_at"], b["event_at"]
                    if second < first and second.date() < first.date():
                        hits.append(
                            Hit(
                                second,
                                None,
                                (b["event_id"], a["event_id"]),
                                n1=first.toordinal() - second.toordinal(),
                                d1=first.date(),
                                d2=second.date(),
                                t1=later,
                                t2=title,
                            )
                        )
            return hits

        return judge


_NEED = re.compile(r"(\w+(?:\|\w+)*)(?:\*(\d+))?")


@dataclass(frozen=True)
class Requires(Kind):
    """`nodes` must be there, on or before the day of the first `trigger` (none: by the closing of a closed case).

    A node may be written "N06|N06a" (either) or "N15*2" (twice in all).
    """

    nodes: tuple[str, ...]
    trigger: Sel | None = None
    kinds: tuple[str, ...] = ()
    facts: ClassVar = {"n1": "count", "d1": "due_by", "t1": "missing"}

    def _wanted(self) -> list[tuple[tuple[str, ...], int, str]]:
        found = []
        for text in self.nodes:
            match = _NEED.fullmatch(text)
            assert match is not None, text
            codes = tuple(match[1].split("|"))
            times = int(match[2] or 1)
            title = BY_CODE[codes[0]].title if codes[0] in BY_CODE else codes[0]
            found.append((codes, times, title + (f"（{times}次）" if times > 1 else "")))
        return found

    def sql(self, plan: Plan) -> str:
        trigger = f"p.{plan.first(self.trigger)}" if self.trigger else "CAST(NULL AS BIGINT)"
        by = day_of(trigger) if self.trigger else "c.closed_on"
        tests, columns = [], []
        for place, (codes, times, title) in enumerate(self._wanted()):
            first = f"p.{plan.first(at(*codes))}"
            lacking = f"{first} IS NULL OR {day_of(first)} > {by}"
            if times > 1:
                lacking += f" OR p.{plan.count(at(*codes))} < {times}"
            columns.append(f"CASE WHEN {lacking} THEN '、{title}' ELSE '' END AS m{place}")
            tests.append(f"m{place}")
        joined = f"concat({', '.join(tests)}, '')"
        counted = " + ".join(f"(CASE WHEN {test} = '' THEN 0 ELSE 1 END)" for test in tests)
        return f"""
WITH lacking AS (SELECT c.case_id, {trigger} AS k, {by} AS by_day, {", ".join(columns)}
  FROM cases AS c LEFT JOIN profile AS p ON p.case_id = c.case_id WHERE {by} IS NOT NULL AND {case_filter(self.kinds)})
SELECT {
            slots(
                "case_id",
                at="coalesce(" + at_of("k") + ", CAST(by_day AS TIMESTAMP))",
                ids=f"CASE WHEN k IS NULL THEN CAST([] AS BIGINT[]) ELSE {ids('k')} END",
                n1=counted,
                d1="by_day",
                t1=f"substr({joined}, 2, 500)",
            )
        }
FROM lacking WHERE {joined} <> ''"""

    def judge(self, days: Days, as_of: date) -> Judge:
        trigger = Picker(self.trigger) if self.trigger else None
        wanted = [(Picker(at(*codes)), times, title) for codes, times, title in self._wanted()]
        kinds = frozenset(self.kinds)

        def judge(view: View) -> Iterable[Hit]:
            if kinds and view.case.get("kind") not in kinds:
                return ()
            row = trigger.first(view) if trigger else None
            by = row["event_at"].date() if row else (None if trigger else view.closed)
            if by is None:
                return ()
            missing = []
            for picker, times, title in wanted:
                rows = picker.all(view)
                if len(rows) < times or rows[0]["event_at"].date() > by:
                    missing.append(title)
            if not missing:
                return ()
            shown = row["event_at"] if row else datetime.combine(by, time())
            return (Hit(shown, None, (row["event_id"],) if row else (), n1=len(missing), d1=by, t1="、".join(missing)),)

        return judge


@dataclass(frozen=True)
class BeforeFiling(Kind):
    """Events that lie on days before the case was filed."""

    rows: Sel
    kinds: tuple[str, ...] = ()
    facts: ClassVar = {"n1": "count", "d1": "filed", "d2": "first", "t1": "node"}

    def sql(self, plan: Plan) -> str:
        first = f"p.{plan.first(self.rows)}"
        return f"""
WITH early AS (SELECT c.case_id, c.filed_on, {first} AS k FROM cases AS c JOIN profile AS p ON p.case_id = c.case_id
  WHERE {day_of(first)} < c.filed_on AND {case_filter(self.kinds)}),
listed AS (SELECT e.case_id, {sorted_list("e.event_id")} AS ids, count(*) AS n, min(CASE WHEN e.k = y.k THEN e.node END) AS node
  FROM packed AS e JOIN early AS y ON y.case_id = e.case_id WHERE CAST(e.event_at AS DATE) < y.filed_on AND {self.rows.sql()} GROUP BY e.case_id)
SELECT {slots("y.case_id", at=at_of("y.k"), ids="l.ids", n1="l.n", d1="y.filed_on", d2=day_of("y.k"), t1="l.node")}
FROM early AS y JOIN listed AS l ON l.case_id = y.case_id"""

    def judge(self, days: Days, as_of: date) -> Judge:
        picker = Picker(self.rows)
        kinds = frozenset(self.kinds)

        def judge(view: View) -> Iterable[Hit]:
            filed = view.filed
            if (
                filed is None
                or (kinds and view.case.get("kind") not in kinds)
                or not view.events
                or view.events[0]["event_at"].date() >= filed
            ):
                return ()
            rows = [row for row in picker.all(view) if row["event_at"].date() < filed]
            if not rows:
                return ()
            first = rows[0]
            return (
                Hit(
                    first["event_at"],
                    None,
                    tuple(sorted(row["event_id"] for row in rows)),
                    n1=len(rows),
                    d1=filed,
                    d2=first["event_at"].date(),
                    t1=first["node"],
                ),
            )

        return judge


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
        picker, reopens, shuts = Picker(self.rows), Picker(REOPENS), Picker(SHUTS)

        def points(view: View) -> list[tuple[int, int | None, bool | None]]:
            """(day, event, does it open or shut the case) in order; the closing day itself only where the case was restored."""
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


@dataclass(frozen=True)
class TooSoon(Kind):
    """`target` so soon after the last `anchor` before it: within (days, severity) tiers, the narrowest first."""

    anchor: Sel
    target: Sel
    within: tuple[tuple[int, str], ...]
    facts: ClassVar = {"n1": "days", "d1": "start", "d2": "done"}

    def sql(self, plan: Plan) -> str:
        whens = " ".join(f"WHEN n <= {limit} THEN '{level}'" for limit, level in self.within)
        anchor, target = plan.first(self.anchor), plan.last(self.target)
        return f"""
WITH cases_with AS (SELECT case_id FROM profile WHERE {target} > {anchor}),
rows_of AS (SELECT e.case_id, e.k, CASE WHEN {self.target.sql()} THEN 1 ELSE 0 END AS is_target FROM packed AS e JOIN cases_with AS w ON w.case_id = e.case_id
  WHERE ({self.anchor.sql()}) OR ({self.target.sql()})),
paired AS (SELECT t.case_id, t.k, max(a.k) AS ka FROM rows_of AS t JOIN rows_of AS a ON a.case_id = t.case_id AND a.k < t.k
  WHERE t.is_target = 1 AND a.is_target = 0 GROUP BY t.case_id, t.k),
counted AS (SELECT *, {between(day_of("ka"), day_of("k"))} AS n FROM paired)
SELECT {slots("case_id", at=at_of("k"), ids=f"[{id_of('ka')}, {id_of('k')}]", level=f"CASE {whens} END", n1="n", d1=day_of("ka"), d2=day_of("k"))}
FROM counted WHERE n <= {self.within[-1][0]}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        anchor, target = Picker(self.anchor), Picker(self.target)

        def judge(view: View) -> Iterable[Hit]:
            rows = target.all(view)
            if not rows:
                return ()
            anchors = anchor.all(view)
            hits = []
            for row in rows:
                place = (row["event_at"], row["event_id"])
                before = [one for one in anchors if (one["event_at"], one["event_id"]) < place]
                if not before:
                    continue
                start = before[-1]
                count = row["event_at"].toordinal() - start["event_at"].toordinal()
                level = next((level for limit, level in self.within if count <= limit), None)
                if level:
                    hits.append(
                        Hit(
                            row["event_at"],
                            None,
                            (start["event_id"], row["event_id"]),
                            level=level,
                            n1=count,
                            d1=start["event_at"].date(),
                            d2=row["event_at"].date(),
                        )
                    )
            return hits

        return judge
