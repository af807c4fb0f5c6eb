"""Kinds about the course of one case: order, completeness, acts too soon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from ..bulk.plan import Plan, at_of, day_of, id_of, ids
from ..days import Days
from ..nodes import BY_CODE
from ..select import Sel, at
from ..view import Picker, View
from .base import Hit, Judge, Kind, slots
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
