"""Rows of a data set as plain dictionaries, and the few questions that many signs ask."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from shuangcha.periods import Calendar, due_day

CALENDAR = Calendar.bundled()
Row = dict[str, Any]

# §5.2, code A: what is not counted in the time for closing a case; and the pauses alone (暂缓、中止).
LIST_A = (
    "stay",
    "settlement",
    "deferral",
    "audit",
    "appraisal",
    "auction",
    "notice",
    "jurisdiction",
    "coordination",
    "instruction",
)
PAUSES = ("stay", "settlement", "deferral")
NOT_A_CONTROL = ("released", "none_found", "not_disposable_legal")
SETTLED = ("released", "sold", "not_disposable_legal")


class Hit(NamedTuple):
    """A sign: of a case (or, with case 0, of `who`: an officer or a court), with the last day of the limit if any.

    `court`, `day`: of a sign of an officer or a court, where, and the last day that it rests on."""

    case_id: int
    rule: str
    due: date | None = None
    who: str = ""
    court: str = ""
    day: date | None = None


@dataclass
class Case:
    """One case with all its rows; `events` are those that still stand (not deleted), in order of time."""

    row: Row
    as_of: date
    events: list[Row] = field(default_factory=list)
    deleted: list[Row] = field(default_factory=list)
    suspensions: list[Row] = field(default_factory=list)
    money: list[Row] = field(default_factory=list)
    parties: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)
    petitions: list[Row] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.row["case_id"]

    @property
    def filed(self) -> date:
        return self.row["filed_on"]

    @property
    def closed(self) -> date | None:
        return self.row["closed_on"]

    def of(self, *nodes: str) -> list[Row]:
        return [event for event in self.events if event["node"] in nodes]

    def days(self, *nodes: str) -> list[date]:
        return [day(event) for event in self.of(*nodes)]

    def stops(self, kinds: tuple[str, ...]) -> list[tuple[date, date]]:
        """What is deducted: a period that began before filing or after closing is an error (§5.2), so is one that ends
        before it began; an open one has stopped everything until now, or until the closing. After the closing it is
        none unless the case was restored by then."""
        found = []
        for row in self.suspensions:
            start, closed = row["start_on"], self.closed
            if closed and start > closed:
                if not any(restored <= start for restored in self.days("N38")):
                    continue
                closed = None
            end = row["end_on"] or closed or self.as_of + timedelta(days=1)
            if row["kind"] not in kinds or start < self.filed or end < start:
                continue
            found.append((start, end))
        return found

    def due(self, start: date, period: str, stops: tuple[str, ...] = (), roll: bool = True) -> date:
        return due_day(start, period, calendar=CALENDAR, stops=self.stops(stops), roll=roll)[0]


@dataclass
class Data:
    """A whole data set on its day."""

    cases: list[Case]
    supervised: list[Row]
    as_of: date

    def by_number(self) -> dict[str, Case]:
        return {case.row["case_number"]: case for case in self.cases}


def day(event: Row) -> date:
    return event["event_at"].date()


def told(event: Row) -> bool:
    """A reason was recorded, or a system imported the row and nobody typed it."""
    return bool(event["reason"]) or bool(event["import_job"])


def missed(case: Case, due: date, answers: list[date], excuses: list[date] | None = None, lapses: bool = True) -> bool:
    """Was nothing done by the last day? The last day itself is in time, also when it is the day of the check. A duty
    that was not yet due ends with the case, unless it outlives the case; what was done late all the same was owed."""
    done = [*answers, *(excuses or ())]
    if any(when <= due for when in done) or case.as_of <= due:
        return False
    return bool(done) or not (lapses and case.closed and case.closed <= due)


def same_thing(anchor: Row, events: list[Row]) -> list[Row]:
    """Rows about the same property, request or payment; a row that names none goes with those that name none."""
    return [event for event in events if event["subject"] == anchor["subject"]]


def load(folder: Path, as_of: date) -> Data:
    """All tables of a folder; a table that is not there is empty."""
    con = duckdb.connect()

    def rows(table: str) -> list[Row]:
        path = folder / f"{table}.parquet"
        if not path.exists():
            return []
        found = con.execute(f"SELECT * FROM read_parquet('{path}')")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    cases = {row["case_id"]: Case(row, as_of) for row in rows("cases")}
    for event in sorted(rows("events"), key=lambda event: (event["event_at"], event["event_id"])):
        case = cases[event["case_id"]]
        (case.deleted if event["change"] == "deleted" else case.events).append(event)
    for table in ("suspensions", "money", "parties", "alerts", "petitions"):
        for row in rows(table):
            getattr(cases[row["case_id"]], table).append(row)
    return Data(list(cases.values()), rows("supervised"), as_of)
