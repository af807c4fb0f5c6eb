"""From rules to stages of SQL: what is profiled once for all rules, and the helpers by which the kinds write SQL.

Stages: calendar, stops (merged), profile (one GROUP BY case_id), subjects (one GROUP BY case_id, subject), then one
SELECT per check. An event is packed into one BIGINT, seconds since 1990 times 2^32 plus its number, so that the first
of several is a plain min() that carries the event's number: first by time, then by number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ..days import FIRST
from ..model import FlowError
from ..select import Sel, quoted

PACK = 1 << 32
BUCKETS = 1 << 24
"""Buckets of the filter before a count of (person, moment): about as many as there are rows in a province's year."""
DAY_PACK = 86400 * PACK
EPOCH = f"DATE '{FIRST.isoformat()}'"
PACKED = f"CAST(epoch(event_at) - epoch(TIMESTAMP '{FIRST.isoformat()} 00:00:00') AS BIGINT) * {PACK} + event_id"


def day_of(packed: str) -> str:
    """SQL: the day of a packed event."""
    return f"({EPOCH} + CAST({packed} // {DAY_PACK} AS INTEGER))"


def dawn(day: str) -> str:
    """SQL: the first moment of a day, packed as an event without a number."""
    return f"(date_diff('day', {EPOCH}, {day}) * {DAY_PACK})"


def at_of(packed: str) -> str:
    """SQL: the moment of a packed event."""
    return f"(TIMESTAMP '{FIRST.isoformat()} 00:00:00' + to_seconds({packed} // {PACK}))"


def id_of(packed: str) -> str:
    """SQL: the number of a packed event."""
    return f"({packed} % {PACK})"


def moment(day: str) -> str:
    """SQL: midnight of a day."""
    return f"CAST({day} AS TIMESTAMP)"


def ids(*packed: str) -> str:
    """SQL: the list of numbers of these packed events, without the missing ones (only the last may be missing)."""
    if len(packed) == 1:
        return f"[{id_of(packed[0])}]"
    *head, last = packed
    full = ", ".join(map(id_of, packed))
    less = ", ".join(map(id_of, head))
    return f"CASE WHEN {last} IS NULL THEN [{less}] ELSE [{full}] END"


@dataclass
class Plan:
    """Collects what the rules want profiled; hands out names. `columns`: table → columns that the data has."""

    as_of: date
    columns: dict[str, frozenset[str]]
    profile: dict[str, str] = field(default_factory=dict)
    """aggregate → column of the profile"""
    stop_lists: dict[tuple[str, ...], str] = field(default_factory=dict)
    nodes_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """column of the profile → nodes that it looks at (none: all)"""
    subjects: dict[str, str] = field(default_factory=dict)
    """aggregate → column of the profile by subject"""
    subject_rows: set[str] = field(default_factory=set)
    """the rows that the profile by subject is made of"""
    stages: dict[str, str] = field(default_factory=dict)
    """further stages, made after the profile in this order"""
    rules: list[tuple[int, str, str]] = field(default_factory=list)
    """(number, id, title) of the rules that run"""
    restored: str = ""
    """column of the profile: the first restoration, where a rule looks at later spells of a case"""
    crowds: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def today(self) -> str:
        return quoted(self.as_of)

    def _want(self, aggregate: str, nodes: tuple[str, ...] = (), subject: bool = False) -> str:
        columns = self.subjects if subject else self.profile
        name = columns.setdefault(aggregate, f"{'s' if subject else 'p'}{len(columns)}")
        if not subject:
            self.nodes_of[name] = nodes
        return name

    def first(self, sel: Sel) -> str:
        """Profile column: the first such event, packed (NULL: none)."""
        return self._want(f"min(CASE WHEN {sel.sql()} THEN k END)", sel.nodes)

    def last(self, sel: Sel) -> str:
        """Profile column: the last such event, packed."""
        return self._want(f"max(CASE WHEN {sel.sql()} THEN k END)", sel.nodes)

    def count(self, sel: Sel) -> str:
        """Profile column: how many such events."""
        return self._want(f"count(CASE WHEN {sel.sql()} THEN 1 END)", sel.nodes)

    def last_entry(self, sel: Sel) -> str:
        """Profile column: the last entry time of such events."""
        return self._want(f"max(CASE WHEN {sel.sql()} THEN entered_at END)", sel.nodes)

    def total(self, sel: Sel, column: str) -> str:
        """Profile column: the sum of a column over such events."""
        return self._want(f"sum(CASE WHEN {sel.sql()} THEN {column} END)", sel.nodes)

    def begin(self, sel: Sel, subject: bool) -> str:
        """Column of the first such event, of the case (`profile`) or of one subject of it (`subjects`)."""
        if subject:
            self.subject_rows.add(sel.sql())
        return self._want(f"min(CASE WHEN {sel.sql()} THEN k END)", sel.nodes, subject)

    def ends(self, sel: Sel, subject: bool) -> tuple[str, str]:
        """Columns of the first and last such event."""
        return self.begin(sel, subject), self._want(f"max(CASE WHEN {sel.sql()} THEN k END)", sel.nodes, subject)

    def sparse(self, sel: Sel, least: int) -> str:
        """A condition on `p` and `c` that every case with a gap of more than `least` days meets; cheap, not exact.

        Time is cut into buckets of half that length. Where no bucket between the first and the last event is empty and
        both ends are near, there can be no such gap.
        """
        bucket = f"(k // {DAY_PACK * (least // 2)})"
        mask = self._want(f"bit_or(CASE WHEN {sel.sql()} THEN CAST(1 AS BIGINT) << CAST({bucket} % 60 AS INTEGER) END)")
        first, last = self.first(sel), self.last(sel)
        span = f"(p.{last} // {DAY_PACK * (least // 2)} - p.{first} // {DAY_PACK * (least // 2)} + 1)"
        near = f"{day_of(f'p.{first}')} <= c.filed_on + {least} AND {day_of(f'p.{last}')} >= least(coalesce(c.closed_on, {self.today}), {self.today}) - {least}"
        return f"NOT coalesce({span} <= 60 AND bit_count(p.{mask}) = {span} AND {near}, FALSE)"

    def reopens(self) -> str:
        """Profile column: the first restoration of the case. From there on stops count again,
        although it was closed."""
        self.restored = self.first(Sel(("N38",)))
        return self.restored

    def stops(self, kinds: tuple[str, ...]) -> str:
        """The table (case_id, a, b) of merged stops of these kinds."""
        return self.stop_lists.setdefault(kinds, f"stops{len(self.stop_lists)}")

    def stage(self, name: str, sql: str) -> str:
        """A table that several SELECTs read; equal text is made once."""
        for known, text in self.stages.items():
            if text == sql:
                return known
        while name in self.stages:
            name += "_"
        self.stages[name] = sql
        return name

    def crowd(self, who: str, when: str, unit: str, least: int) -> str:
        """The table (case_id, event_id, who, moment) of rows that share a bucket of (who,
        moment) with `least` rows or more."""
        key = (who, when, unit)
        self.crowds[key] = min(least, self.crowds.get(key, least))
        return f"crowd_{who}_{when}_{unit}"

    def crowd_sql(self, key: tuple[str, str, str]) -> str:
        who, when, unit = key
        moment = when if unit == "second" else f"date_trunc('{unit}', {when})"
        rows = f"""SELECT case_id, event_id, {who} AS who, {moment} AS moment, hash({who}, {moment}) % {BUCKETS} AS bucket FROM live
  WHERE {who} IS NOT NULL AND {when} IS NOT NULL AND import_job IS NULL AND {when} <> CAST(CAST({when} AS DATE) AS TIMESTAMP)"""
        return f"""
WITH marked AS ({rows}), busy AS (SELECT bucket FROM marked GROUP BY bucket HAVING count(*) >= {self.crowds[key]})
SELECT m.case_id, m.event_id, m.who, m.moment FROM marked AS m JOIN busy AS b ON b.bucket = m.bucket"""

    def profile_sql(self, rare: frozenset[str] = frozenset()) -> str:
        """One GROUP BY case_id. Columns that look at `rare` nodes only are counted over those rows alone.

        Where no column looks at every node, a case without any of theirs has no row: join it from the left.
        """
        often: list[tuple[str, str]] = []
        seldom: list[tuple[str, str]] = []
        for aggregate, name in self.profile.items():
            seen = self.nodes_of[name]
            (seldom if seen and rare.issuperset(seen) else often).append((aggregate, name))

        def within(columns: list[tuple[str, str]]) -> str:
            """The condition on rows that these columns look at; none where one looks at all."""
            seen = [self.nodes_of[name] for _, name in columns]
            nodes = sorted({node for part in seen for node in part})
            return f" WHERE node IN ({', '.join(map(quoted, nodes))})" if nodes and all(seen) else ""

        listed = ", ".join(f"{aggregate} AS {name}" for aggregate, name in often) or "count(*) AS p_rows"
        sql = f"SELECT case_id, {listed} FROM packed{within(often + seldom)} GROUP BY case_id"
        if not seldom:
            return sql
        listed = ", ".join(f"{aggregate} AS {name}" for aggregate, name in seldom)
        shown = ", ".join(
            f"coalesce(r.{name}, 0) AS {name}" if aggregate.startswith("count") else f"r.{name}"
            for aggregate, name in seldom
        )
        return f"""
SELECT o.*, {shown} FROM ({sql}) AS o
LEFT JOIN (SELECT case_id, {listed} FROM packed{within(seldom)} GROUP BY case_id) AS r ON r.case_id = o.case_id"""

    def subjects_sql(self) -> str:
        """One GROUP BY case_id and subject over the rows that some rule looks at."""
        listed = ", ".join(f"{aggregate} AS {name}" for aggregate, name in self.subjects.items())
        rows = " OR ".join(f"({sql})" for sql in sorted(self.subject_rows))
        return f"SELECT case_id, coalesce(subject, '') AS key, {listed} FROM packed WHERE {rows} GROUP BY case_id, coalesce(subject, '')"

    def stops_sql(self, kinds: tuple[str, ...]) -> str:
        """Valid stops of these kinds, merged: the same as `days.merged`."""
        listed = ", ".join(map(quoted, kinds))
        restored = f"OR {day_of(f'p.{self.restored}')} <= s.start_on" if self.restored else ""
        profile = "LEFT JOIN profile AS p ON p.case_id = s.case_id" if self.restored else ""
        return f"""
WITH valid AS (
  SELECT s.case_id, s.start_on AS a, coalesce(s.end_on, CASE WHEN c.closed_on >= s.start_on THEN c.closed_on END, {self.today} + 1) AS b
  FROM suspensions s JOIN cases c ON c.case_id = s.case_id {profile}
  WHERE s.kind IN ({listed}) AND s.start_on IS NOT NULL AND (c.filed_on IS NULL OR s.start_on >= c.filed_on)
    AND (c.closed_on IS NULL OR s.start_on <= c.closed_on {restored})),
ordered AS (
  SELECT case_id, a, b, max(b) OVER (PARTITION BY case_id ORDER BY a, b ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
  FROM valid WHERE b > a),
marked AS (
  SELECT case_id, a, b, sum(CASE WHEN reached >= a THEN 0 ELSE 1 END) OVER (PARTITION BY case_id ORDER BY a, b ROWS UNBOUNDED PRECEDING) AS island
  FROM ordered)
SELECT case_id, min(a) AS a, max(b) AS b FROM marked GROUP BY case_id, island"""


def need(condition: bool, sentence: str) -> None:
    """Raise FlowError with the sentence unless the condition holds."""
    if not condition:
        raise FlowError(sentence)
