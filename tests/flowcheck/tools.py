"""Cases made by hand or by chance, and the way into a folder of Parquet tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from shuangcha.flowcheck import CaseData, Finding
from shuangcha.flowcheck.schema import BY_NAME, SQL_TYPES
from shuangcha.flowcheck.select import quoted

AS_OF = date(2021, 6, 30)
PARTS = ("suspensions", "money", "parties", "alerts", "petitions")


def full(table: str, **given: Any) -> dict[str, Any]:
    """A row with every column of the schema, empty where not given."""
    row: dict[str, Any] = {column.name: None for column in BY_NAME[table].columns}
    unknown = set(given) - set(row)
    assert not unknown, unknown
    return row | given


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    return date.fromisoformat(text)


_numbers = count(1)


def make_case(events: Sequence[tuple[str, str] | tuple[str, str, dict[str, Any]]] = (), **case: Any) -> CaseData:
    """A case filed on 2020-03-02 unless told otherwise; events as (node, moment, columns); parts by their names."""
    parts = {name: [full(name, **row) for row in case.pop(name, ())] for name in PARTS}
    number = case.pop("case_id", 1)
    row = full(
        "cases",
        **(
            {
                "case_id": number,
                "case_number": f"（2020）豫0302执{number}号",
                "court": "豫0302",
                "kind": "enforcement",
                "filed_on": date(2020, 3, 2),
                "handler": "Z1",
            }
            | case
        ),
    )
    rows = []
    for place, one in enumerate(events, 1):
        node, when, *more = one
        at = moment(when)
        rows.append(
            full(
                "events",
                **(
                    {
                        "event_id": place,
                        "case_id": number,
                        "node": node,
                        "event_at": at,
                        "entered_at": at,
                        "operator": "Z1",
                    }
                    | (more[0] if more else {})
                ),
            )
        )
    return CaseData(row, rows, **parts)


def numbered(cases: Iterable[CaseData]) -> list[CaseData]:
    """The same cases with numbers of their own, cases and events dense from 1."""
    event = count(1)
    found = []
    for number, one in enumerate(cases, 1):
        own = {"case_id": number}
        parts = {name: [dict(row) | own for row in getattr(one, name)] for name in PARTS}
        found.append(
            replace(
                one,
                case=dict(one.case) | own | {"case_number": f"（2020）豫0302执{number}号"},
                events=[dict(row) | own | {"event_id": next(event)} for row in one.events],
                **parts,
            )
        )
    return found


def store(
    folder: Path, cases: Sequence[CaseData], supervised: Sequence[Mapping[str, Any]] = (), without: Iterable[str] = ()
) -> Path:
    """Write the tables as the reader would; `without`: table.column or table to leave out."""
    folder.mkdir(parents=True, exist_ok=True)
    left_out = set(without)
    rows: dict[str, list[Mapping[str, Any]]] = {"cases": [], "events": [], "supervised": list(supervised)} | {
        name: [] for name in PARTS
    }
    for one in cases:
        rows["cases"].append(one.case)
        rows["events"] += one.events
        for name in PARTS:
            rows[name] += getattr(one, name)
    with duckdb.connect() as con:
        for name, found in rows.items():
            if name in left_out:
                continue
            columns = [column for column in BY_NAME[name].columns if f"{name}.{column.name}" not in left_out]
            con.execute(
                f"CREATE TABLE {name} ({', '.join(f'{column.name} {SQL_TYPES[column.kind]}' for column in columns)})"
            )
            for start in range(0, len(found), 500):
                values = ", ".join(
                    "("
                    + ", ".join(
                        "NULL" if row.get(column.name) is None else quoted(row[column.name]) for column in columns
                    )
                    + ")"
                    for row in found[start : start + 500]
                )
                con.execute(f"INSERT INTO {name} VALUES {values}")
            con.execute(f"COPY (SELECT * FROM {name}) TO '{folder / (name + '.parquet')}' (FORMAT PARQUET)")
    return folder


def plain(findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    """Findings as comparable tuples."""
    return sorted(
        (
            one.case_id,
            one.case_number,
            one.court,
            one.rule,
            one.title,
            one.severity,
            str(one.at),
            str(one.operator),
            one.event_ids,
            str(one.nominal),
            str(one.due),
            tuple(sorted((key, str(value)) for key, value in one.facts.items())),
            one.reason,
            str(one.source),
        )
        for one in findings
    )


# --- by chance ------------------------------------------------------------------------------------------------------

NODES = (
    "N01",
    "N02",
    "N03",
    "N04",
    "N06",
    "N06a",
    "N07",
    "N08",
    "N10",
    "N12",
    "N15",
    "N16",
    "N18",
    "N21",
    "N23",
    "N24",
    "N25",
    "N28",
    "N29",
    "N30",
    "N31",
    "N33",
    "N33a",
    "N34",
    "N35",
    "N36",
    "N37",
    "N38",
    "N39",
    "N42",
    "N44",
    "N46",
    "查阅卷宗",
)
OUTCOMES = (
    None,
    None,
    "done",
    "found",
    "none_found",
    "failed_sale",
    "sold",
    "released",
    "not_disposable_legal",
    "rejected",
    "signed",
    "received",
    "filed",
    "ruled",
)
HOLIDAYS = (date(2020, 1, 23), date(2020, 9, 30), date(2020, 4, 30), date(2021, 2, 10), date(2020, 6, 24))
TEXTS = (
    None,
    "无",
    "已办理",
    "经核查被执行人名下无可供执行的财产，已告知申请执行人查控结果",
    "    ",
    "。。。。。。",
    "1111111",
    "好",
)


def chance_case(rnd: Random) -> CaseData:
    """A nasty case: repeated nodes, the same day, empty columns, holidays, overlapping and impossible suspensions."""
    filed = (
        rnd.choice(HOLIDAYS) - timedelta(rnd.choice((0, 3, 10, 15, 180)))
        if rnd.random() < 0.5
        else date(2020, 1, 1) + timedelta(rnd.randrange(500))
    )
    closed = (
        filed + timedelta(rnd.choice((0, 5, 89, 90, 91, 92, 93, 180, 185, 200, 300))) if rnd.random() < 0.6 else None
    )
    if rnd.random() < 0.02:
        filed = date(2019, 12, 31)
    spread = rnd.choice((3, 20, 120, 400))

    def some_day() -> date:
        return filed + timedelta(rnd.randrange(-5, spread))

    events = [_chance_event(rnd, some_day) for _ in range(rnd.randrange(0, 26))]
    stops = [_chance_stop(rnd, filed) for _ in range(rnd.choice((0, 0, 1, 2, 3)))]
    money = [_chance_money(rnd, some_day) for _ in range(rnd.choice((0, 0, 1, 2, 3)))]
    parties = [
        full(
            "parties",
            case_id=1,
            party=party,
            role=role,
            named=rnd.choice((None, True, False)),
            added_by_ruling=rnd.choice((None, True, False)),
            priority=rnd.random() < 0.1,
        )
        for party, role in (("P1", "applicant"), ("D1", "debtor"), ("O1", "outsider"))
        if rnd.random() < 0.7
    ]
    alerts = [
        full("alerts", case_id=1, raised_on=some_day(), handled_on=rnd.choice((None, None, some_day())))
        for _ in range(rnd.choice((0, 0, 2, 3, 4)))
    ]
    petitions = [
        full(
            "petitions",
            case_id=1,
            received_on=some_day(),
            entered_on=rnd.choice((None, some_day())),
            about_withdrawal=rnd.choice((None, True, False)),
        )
        for _ in range(rnd.choice((0, 0, 0, 1, 2)))
    ]
    case = _chance_row(rnd, filed, closed)
    return CaseData(case, events, stops, money, parties, alerts, petitions)


def _chance_event(rnd: Random, some_day: Callable[[], date]) -> dict[str, Any]:
    at = datetime.combine(some_day(), datetime.min.time())
    if rnd.random() < 0.7:
        at += timedelta(seconds=rnd.choice((0, 32400, 36000, 50000, 79200, 85000, rnd.randrange(86400))))
    entered = (
        None
        if rnd.random() < 0.1
        else at
        + rnd.choice(
            (
                timedelta(0),
                timedelta(days=-1),
                timedelta(hours=1),
                timedelta(days=3),
                timedelta(days=4),
                timedelta(days=16),
                timedelta(days=40),
            )
        )
    )
    text = rnd.choice(TEXTS) if rnd.random() < 0.5 else None
    return full(
        "events",
        event_id=1,
        case_id=1,
        node=rnd.choice(NODES),
        event_at=at,
        entered_at=entered,
        changed_at=entered if rnd.random() < 0.1 else None,
        change=rnd.choice(("edited", "deleted", "re-entered")) if rnd.random() < 0.12 else None,
        reason="出差在外" if rnd.random() < 0.1 else None,
        import_job="J1" if rnd.random() < 0.08 else None,
        operator=rnd.choice((None, "Z1", "Z2", "Z3")),
        approver=rnd.choice((None, "Y1", "Y2")),
        approved_at=at.replace(minute=0, second=rnd.randrange(60)) if rnd.random() < 0.4 else None,
        subject=rnd.choice((None, "W1", "W2", "K1")),
        property_kind=rnd.choice((None, "deposit", "movable", "immovable")),
        outcome=rnd.choice(OUTCOMES),
        amount=rnd.choice((None, 0, 100, 5_000_00, 100_000_00)),
        due_on=some_day() if rnd.random() < 0.3 else None,
        served_by=rnd.choice((None, "direct", "post", "notice", "electronic")),
        served_on=rnd.choice((None, at.date(), at.date() + timedelta(3))),
        party=rnd.choice((None, "P1", "D1", "O1")),
        account=rnd.choice((None, "A1", "A2")),
        body_hash=rnd.choice((None, "aa", "bb", "cc")),
        attachment_kind=rnd.choice((None, "signature", "stamp", "document")),
        text=text,
    )


def _chance_stop(rnd: Random, filed: date) -> dict[str, Any]:
    start = filed + timedelta(rnd.randrange(-3, 250))
    return full(
        "suspensions",
        case_id=1,
        kind=rnd.choice(("stay", "deferral", "auction", "appraisal", "coffee")),
        start_on=start,
        end_on=None if rnd.random() < 0.2 else start + timedelta(rnd.choice((-2, 0, 1, 30, 60))),
    )


def _chance_money(rnd: Random, some_day: Callable[[], date]) -> dict[str, Any]:
    return full(
        "money",
        case_id=1,
        direction=rnd.choice(("in", "out")),
        booked_on=some_day(),
        amount=rnd.choice((0, 50_00, 100_00, 5_000_00, 100_000_00)),
        receipt=rnd.choice((None, "K1")),
        account=rnd.choice((None, "A1", "A2")),
        delay_reason=rnd.choice((None, None, None, "", "分配异议")),
    )


def _chance_row(rnd: Random, filed: date, closed: date | None) -> dict[str, Any]:
    return full(
        "cases",
        case_id=1,
        case_number="x",
        court=rnd.choice(("豫0302", "豫0303")),
        kind=rnd.choice(
            ("enforcement", "enforcement", "enforcement", "unlitigated", "restored", "objection", "preservation")
        ),
        filed_on=filed,
        amount=rnd.choice((None, 0, 5_000_00, 100_000_00)),
        paid_amount=rnd.choice((None, 0, 5_000_00, 100_000_00)),
        handler=rnd.choice((None, "Z1", "Z2", "Z3")),
        applicant_kind=rnd.choice((None, "bank", "person")),
        debtor=rnd.choice((None, "D1", "D2")),
        trust_account=rnd.choice((None, "A1")),
        closing=rnd.choice(("fulfilled", "ended_this_time", "ended", "withdrawn", "cancelled", "refused"))
        if closed
        else None,
        closed_on=closed,
        origin_case=f"（2020）豫0302执{rnd.randrange(1, 60)}号" if rnd.random() < 0.3 else None,
        extension_until=filed + timedelta(rnd.choice((200, 240, 270))) if rnd.random() < 0.15 else None,
    )
