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
    used: set[str] = field(default_factory=set)
    """columns of events that the profile reads"""
    stages: dict[str, str] = field(default_factory=dict)
    """further stages, made after the profile in this order"""
    rules: list[tuple[int, str, str]] = field(default_factory=list)
    """(number, id, title) of the rules that run"""
    crowds: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def today(self) -> str:
        return quoted(self.as_of)

    def _want(self, aggregate: str, columns: tuple[str, ...]) -> str:
        self.used.update(columns)
        return self.profile.setdefault(aggregate, f"p{len(self.profile)}")

    def first(self, sel: Sel) -> str:
        """Profile column: the first such event, packed (NULL: none)."""
        return self._want(f"min(k) FILTER ({sel.sql()})", ("node", *sel.columns()))

    def last(self, sel: Sel) -> str:
        return self._want(f"max(k) FILTER ({sel.sql()})", ("node", *sel.columns()))

    def count(self, sel: Sel) -> str:
        """Profile column: how many such events."""
        return self._want(f"count(*) FILTER ({sel.sql()})", ("node", *sel.columns()))

    def last_entry(self, sel: Sel) -> str:
        """Profile column: the last entry time of such events."""
        return self._want(f"max(entered_at) FILTER ({sel.sql()})", ("node", "entered_at", *sel.columns()))

    def total(self, sel: Sel, column: str) -> str:
        """Profile column: the sum of a column over such events."""
        return self._want(f"sum({column}) FILTER ({sel.sql()})", ("node", column, *sel.columns()))

    def sparse(self, sel: Sel, least: int) -> str:
        """A condition on `span` that every case with a gap of more than `least` days meets; cheap, not exact."""
        return "TRUE"

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
        """The table (case_id, event_id, who, moment) of rows that share a bucket of (who, moment) with `least` rows or more."""
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

    def profile_sql(self) -> str:
        wanted = ", ".join(f"{aggregate} AS {name}" for aggregate, name in self.profile.items()) or "count(*) AS p0"
        return f"SELECT case_id, {wanted} FROM packed GROUP BY case_id"

    def stops_sql(self, kinds: tuple[str, ...]) -> str:
        """Valid stops of these kinds, merged: the same as `days.merged`."""
        listed = ", ".join(map(quoted, kinds))
        return f"""
WITH valid AS (
  SELECT s.case_id, s.start_on AS a, coalesce(s.end_on, c.closed_on, {self.today} + 1) AS b
  FROM suspensions s JOIN cases c ON c.case_id = s.case_id
  WHERE s.kind IN ({listed}) AND s.start_on IS NOT NULL AND (c.filed_on IS NULL OR s.start_on >= c.filed_on)
    AND (c.closed_on IS NULL OR s.start_on <= c.closed_on)),
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
