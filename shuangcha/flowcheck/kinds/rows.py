"""Kinds that judge one row by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import ClassVar

from ..bulk.plan import Plan, moment
from ..days import BASE, Days
from ..select import Sel, quoted
from ..view import Picker, Row, View
from .base import Hit, Judge, Kind, slots, tier, tiers
from .limit_sql import between

OF_ROW = {"at": "event_at", "operator": "operator", "ids": "[event_id]"}


def each(picker: Picker, test: Callable[[Row], Hit | None]) -> Judge:
    def judge(view: View) -> Iterable[Hit]:
        return [hit for row in picker.all(view) if (hit := test(row))]

    return judge


@dataclass(frozen=True)
class RowEarly(Kind):
    """An event that is said to have happened after it was entered; by days where the entry has no time (midnight).

    `future`: an event on a day after the as-of day is meant too, entered or not.
    """

    rows: Sel = field(default_factory=Sel)
    future: bool = False
    facts: ClassVar = {"n1": "days", "d1": "happened", "d2": "entered", "t1": "node", "t2": "early"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.entered_at")

    def sql(self, plan: Plan) -> str:
        to_come = f"CAST(event_at AS DATE) > {plan.today}" if self.future else "FALSE"
        seconds = "CAST(epoch(event_at) - epoch(entered_at) AS BIGINT)"
        days = f"CASE WHEN early THEN {between('entered', 'happened')} ELSE {between(plan.today, 'happened')} END"
        told = """CASE WHEN days > 0 THEN concat(CAST(days AS VARCHAR), '日') WHEN seconds >= 3600 THEN concat(CAST(seconds // 3600 AS VARCHAR), '小时')
  WHEN seconds >= 60 THEN concat(CAST(seconds // 60 AS VARCHAR), '分钟') ELSE '不足1分钟' END"""
        return f"""
SELECT {slots("case_id", **OF_ROW, n1="days", d1="happened", d2="CASE WHEN early THEN entered END", t1="node", t2=told)}
FROM (SELECT *, {days} AS days FROM (SELECT case_id, event_at, operator, event_id, node, CAST(event_at AS DATE) AS happened, CAST(entered_at AS DATE) AS entered,
    {seconds} AS seconds, {to_come} AS to_come,
    coalesce(event_at > entered_at AND (entered_at <> {moment("CAST(entered_at AS DATE)")} OR CAST(event_at AS DATE) > CAST(entered_at AS DATE)), FALSE) AS early
  FROM live WHERE (event_at > entered_at OR {to_come}) AND {self.rows.sql()}) AS t WHERE early OR to_come) AS d"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def test(row: Row) -> Hit | None:
            happened, entered = row["event_at"], row.get("entered_at")
            day = happened.date()
            if entered is not None and happened > entered and (entered.time() != time() or day > entered.date()):
                since, shown = entered.date(), entered.date()
            elif self.future and day > as_of:
                since, shown = as_of, None
            else:
                return None
            count = (day - since).days
            told = f"{count}日" if count else _shorter(int((happened - entered).total_seconds()))
            return Hit(
                happened, row.get("operator"), (row["event_id"],), n1=count, d1=day, d2=shown, t1=row["node"], t2=told
            )

        return each(Picker(self.rows), test)


def _shorter(seconds: int) -> str:
    """A stretch below a day in words."""
    if seconds >= 3600:
        return f"{seconds // 3600}小时"
    return f"{seconds // 60}分钟" if seconds >= 60 else "不足1分钟"


@dataclass(frozen=True)
class RowLate(Kind):
    """An event entered later than it happened: by more than (days, severity) tiers, in natural or working days."""

    levels: tuple[tuple[int, str], ...]
    rows: Sel = field(default_factory=Sel)
    working: bool = False
    facts: ClassVar = {"n1": "days", "d1": "happened", "d2": "entered", "t1": "node"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.entered_at")

    def sql(self, plan: Plan) -> str:
        happened, entered = "CAST(event_at AS DATE)", "CAST(entered_at AS DATE)"
        least = self.levels[0][0]
        source = f"""
SELECT case_id, event_at, operator, event_id, node, {happened} AS happened, {entered} AS entered
FROM live WHERE {entered} > {happened} + {least} AND {self.rows.sql()}"""
        if self.working:
            counted = f"SELECT s.*, c2.cum - c1.cum AS days FROM ({source}) AS s JOIN cal AS c1 ON c1.d = s.happened JOIN cal AS c2 ON c2.d = s.entered"
        else:
            counted = f"SELECT s.*, {between('happened', 'entered')} AS days FROM ({source}) AS s"
        columns = slots(
            "case_id", **OF_ROW, level=tiers("days", self.levels), n1="days", d1="happened", d2="entered", t1="node"
        )
        return f"SELECT {columns} FROM ({counted}) AS x WHERE days > {least}"

    def judge(self, days: Days, as_of: date) -> Judge:
        least, working, levels = self.levels[0][0], self.working, self.levels

        def test(row: Row) -> Hit | None:
            happened, entered = row["event_at"], row.get("entered_at")
            if entered is None or entered <= happened or entered.toordinal() - happened.toordinal() <= least:
                return None
            if working:
                count = days.cumulative(days.check(entered.date())) - days.cumulative(happened.toordinal())
            else:
                count = entered.toordinal() - happened.toordinal()
            if count <= least:
                return None
            return Hit(
                happened,
                row.get("operator"),
                (row["event_id"],),
                level=tier(count, levels),
                n1=count,
                d1=happened.date(),
                d2=entered.date(),
                t1=row["node"],
            )

        return each(Picker(self.rows), test)


@dataclass(frozen=True)
class RowOddTime(Kind):
    """An event said to have happened outside `first`…`last` o'clock or on a rest day;
    midnight means the hour is unknown."""

    rows: Sel
    first: int = 6
    last: int = 22
    facts: ClassVar = {"d1": "happened", "t1": "node"}

    def sql(self, plan: Plan) -> str:
        return f"""
SELECT {slots("case_id", **OF_ROW, d1="CAST(event_at AS DATE)", t1="node")}
FROM live AS l JOIN cal AS c ON c.d = CAST(l.event_at AS DATE) WHERE {self.rows.sql()} AND (c.rest OR {night("event_at", self.first, self.last)})"""

    def judge(self, days: Days, as_of: date) -> Judge:
        def test(row: Row) -> Hit | None:
            at = row["event_at"]
            if not days.rest[at.toordinal() - BASE] and not is_night(at, self.first, self.last):
                return None
            return Hit(at, row.get("operator"), (row["event_id"],), d1=at.date(), t1=row["node"])

        return each(Picker(self.rows), test)


def night(column: str, first: int, last: int) -> str:
    """SQL: by night; exactly midnight is a day without an hour."""
    return f"((hour({column}) < {first} OR hour({column}) >= {last}) AND {column} <> CAST(CAST({column} AS DATE) AS TIMESTAMP))"


def is_night(at: datetime, first: int, last: int) -> bool:
    return (at.hour < first or at.hour >= last) and (at.hour, at.minute, at.second) != (0, 0, 0)


@dataclass(frozen=True)
class RowWithout(Kind):
    """A row that meets its conditions where the case has no `unless` event. `removed`:
    rows deleted afterwards are meant too."""

    rows: Sel
    unless: Sel | None = None
    removed: bool = False
    facts: ClassVar = {"d1": "happened", "t1": "node"}

    def sql(self, plan: Plan) -> str:
        columns = slots(
            "e.case_id",
            at="e.event_at",
            operator="e.operator",
            ids="[e.event_id]",
            d1="CAST(e.event_at AS DATE)",
            t1="e.node",
        )
        source = "events" if self.removed else "live"
        found = f"SELECT case_id, event_at, operator, event_id, node FROM {source} WHERE {self.rows.sql()} AND event_at IS NOT NULL AND node IS NOT NULL"
        if self.unless is None:
            return f"SELECT {columns} FROM ({found}) AS e"
        return f"SELECT {columns} FROM ({found}) AS e LEFT JOIN profile AS p ON p.case_id = e.case_id WHERE p.{plan.first(self.unless)} IS NULL"

    def judge(self, days: Days, as_of: date) -> Judge:
        picker = Picker(self.rows)
        unless = Picker(self.unless) if self.unless else None
        wanted, test = frozenset(self.rows.nodes), self.rows.test()

        def judge(view: View) -> Iterable[Hit]:
            if self.removed:
                rows = [row for row in view.all_events if (not wanted or row["node"] in wanted) and test(row)]
            else:
                rows = list(picker.all(view))
            if not rows or (unless and unless.first(view)):
                return ()
            return [
                Hit(row["event_at"], row.get("operator"), (row["event_id"],), d1=row["event_at"].date(), t1=row["node"])
                for row in rows
            ]

        return judge


@dataclass(frozen=True)
class ServedAtOnce(Kind):
    """Served on the very day of the act by a way that takes days (`ways`)."""

    ways: tuple[str, ...] = ("post", "notice")
    rows: Sel = field(default_factory=Sel)
    facts: ClassVar = {"d1": "happened", "t1": "node", "t2": "way"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.served_by", "events.served_on")

    def sql(self, plan: Plan) -> str:
        ways = ", ".join(map(quoted, self.ways))
        return f"""
SELECT {slots("case_id", **OF_ROW, d1="served_on", t1="node", t2="served_by")}
FROM live WHERE served_by IN ({ways}) AND served_on = CAST(event_at AS DATE) AND {self.rows.sql()}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        ways = frozenset(self.ways)

        def test(row: Row) -> Hit | None:
            if row.get("served_by") not in ways or row.get("served_on") != row["event_at"].date():
                return None
            return Hit(
                row["event_at"],
                row.get("operator"),
                (row["event_id"],),
                d1=row["served_on"],
                t1=row["node"],
                t2=row["served_by"],
            )

        return each(Picker(self.rows), test)


LONG, HEAD = 40, 8
NOTHING = " \t\r\n　，。；：！？、,.;:!?…—-"
"""Blanks and punctuation."""
_NOTHING = str.maketrans("", "", NOTHING)
BARE = f"translate(text, {quoted(NOTHING)}, '')"


def repeats_sql(text: str) -> str:
    """SQL: is the text one piece, twice or more? Only such a text stands within itself doubled, but for both ends."""
    return f"(length({text}) >= 2 AND strpos(substr({text} || {text}, 2, 2 * length({text}) - 2), {text}) > 0)"


_AGAIN = f"strpos(substr(text, 2), substr(text, 1, {HEAD}))"
LONG_REPEATS = f"({_AGAIN} > 0 AND 2 * {_AGAIN} <= length(text) AND substr(text, {_AGAIN} + 1, length(text) - {_AGAIN} - 1) = substr(text, 1, length(text) - {_AGAIN} - 1))"
"""SQL: is a text of LONG characters or more one piece over and over? Its beginning stands again, and from there on the
text is itself again, but for the last character. It is read as it stands:
to strip long texts would cost more than all else."""
SHORT_TEXT = f"CASE WHEN length(text) < {LONG} THEN text WHEN {LONG_REPEATS} THEN text END"
"""What the bulk engine keeps beside the rows: the texts that can be filler (`Filler`), however long."""


def long_repeats(text: str) -> bool:
    """As LONG_REPEATS."""
    again = text.find(text[:HEAD], 1)
    return 0 < again <= len(text) // 2 and text[again:-1] == text[: len(text) - again - 1]


@dataclass(frozen=True)
class Filler(Kind):
    """A text that says nothing: shorter than `least` characters, one piece over and over, or one of `words`.

    Blanks and punctuation do not count.
    """

    least: int = 5
    words: tuple[str, ...] = ("无", "已办理", "同上", "略", "不详", "已完成", "见附件", "按规定办理")
    rows: Sel = field(default_factory=Sel)
    facts: ClassVar = {"d1": "happened", "t1": "node", "t2": "text"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.text")

    def sql(self, plan: Plan) -> str:
        words = ", ".join(map(quoted, self.words))
        return f"""
SELECT {slots("case_id", **OF_ROW, d1="CAST(event_at AS DATE)", t1="node", t2="substr(bare, 1, 20)")}
FROM (SELECT case_id, event_at, operator, event_id, node, CASE WHEN length(text) < {LONG} THEN {BARE} ELSE text END AS bare, length(text) >= {LONG} AS long
  FROM live WHERE (length(text) < {LONG} OR {LONG_REPEATS}) AND {self.rows.sql()}) AS t
WHERE long OR length(bare) < {self.least} OR bare IN ({words}) OR {repeats_sql("bare")}"""

    def judge(self, days: Days, as_of: date) -> Judge:
        words, least = frozenset(self.words), self.least

        def test(row: Row) -> Hit | None:
            text = row.get("text")
            if text is None:
                return None
            if len(text) >= LONG:
                bare, idle = text, long_repeats(text)
            else:
                bare = text.translate(_NOTHING)
                idle = len(bare) < least or bare in words or bare in (bare + bare)[1:-1]
            if not idle:
                return None
            return Hit(
                row["event_at"],
                row.get("operator"),
                (row["event_id"],),
                d1=row["event_at"].date(),
                t1=row["node"],
                t2=bare[:20],
            )

        return each(Picker(self.rows), test)
