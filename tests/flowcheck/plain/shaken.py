"""A generated data set with its days moved about the limits and its fields disturbed: cases that nobody designed."""

import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from .base import Row

# (from, to, days): the day of the second is put about that many days after the first.
ABOUT = (
    ("N01", "N06", 10),
    ("N02", "N06", 10),
    ("N02", "N15", 7),
    ("N16", "N21", 7),
    ("N21", "N24", 30),
    ("N25", "N28", 10),
    ("N29", "N30", 30),
    ("N33", "N34", 30),
    ("N42", "N42", 3),
    ("N42", "N42", 15),
    ("N15", "N16", 3),
    ("N02", "N36", 91),
    ("N36", "N38", 30),
    ("N36", "N38", 90),
    ("N39", "N38", 30),
    ("N02", "N10", 60),
    ("N10", "N17", 61),
    ("N02", "N07", 0),
    ("N36", "N35", 0),
    ("N36", "N18", 0),
    ("N25", "N29", 0),
    ("N21", "N31", 0),
    ("N21", "N21", 20),
)
OUTCOMES = ("done", "found", "none_found", "released", "sold", "failed_sale", "not_disposable_legal", "signed", None)
STOPS = ("stay", "settlement", "deferral", "audit", "appraisal", "auction", "notice", "jurisdiction", "other")


def shake(source: Path, target: Path, seed: int, keep: int = 900) -> None:
    """Write `keep` cases of `source` to `target`, disturbed; no manifest. Roughly a third of the cases stay as made."""
    chance = Random(seed)
    con = duckdb.connect()
    tables: dict[str, list[Row]] = {}
    types: dict[str, dict[str, str]] = {}
    for path in sorted(source.glob("*.parquet")):
        if path.stem == "truth":
            continue
        found = con.execute(f"SELECT * FROM read_parquet('{path}')")
        names = [column[0] for column in found.description]
        types[path.stem] = {column[0]: str(column[1]) for column in found.description}
        tables[path.stem] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    chosen = {row["case_id"] for row in chance.sample(tables["cases"], keep)}
    for name, rows in tables.items():
        if name != "supervised":
            tables[name] = [row for row in rows if row["case_id"] in chosen]
    events: dict[int, list[Row]] = {case_id: [] for case_id in chosen}
    for row in tables["events"]:
        events[row["case_id"]].append(row)
    for row in tables["cases"]:
        if chance.random() < 0.67:
            _shake_case(chance, row, events[row["case_id"]], tables)
    _shake_more(Random(seed + 1), events, tables)
    for table, column in (("petitions", "entered_on"), ("petitions", "received_on"), ("alerts", "handled_on")):
        for row in tables[table]:
            if chance.random() < 0.5:
                row[column] = _moved(chance, row[column], 5)
    target.mkdir()
    for name, rows in tables.items():
        lines = target / f"{name}.json"
        lines.write_text("\n".join(json.dumps(row, default=str) for row in rows))
        columns = "{" + ", ".join(f"'{key}': '{kind}'" for key, kind in types[name].items()) + "}"
        order = "case_id" if name != "supervised" else "court"
        con.execute(
            f"COPY (SELECT * FROM read_json('{lines}', format='newline_delimited', columns={columns}) ORDER BY {order}) "
            f"TO '{target / name}.parquet' (FORMAT parquet)"
        )
        lines.unlink()


def _moved(chance: Random, value: Any, most: int = 3) -> Any:
    return None if value is None else value + timedelta(days=chance.randint(-most, most))


def _put(event: Row, to: date) -> None:
    by = timedelta(days=(to - event["event_at"].date()).days)
    event["event_at"] += by
    if event["entered_at"]:
        event["entered_at"] += by


def _shake_case(chance: Random, case: Row, events: list[Row], tables: dict[str, list[Row]]) -> None:
    by_node: dict[str, list[Row]] = {}
    for event in events:
        by_node.setdefault(event["node"], []).append(event)
    for first, second, days in chance.sample(ABOUT, 8):
        if first in by_node and second in by_node:
            start = chance.choice(by_node[first])["event_at"].date()
            _put(chance.choice(by_node[second]), start + timedelta(days=days + chance.randint(-3, 3)))
    filed, claim = case["filed_on"], case["amount"]
    for event in chance.sample(events, min(3, len(events))):
        what = chance.randrange(10)
        if what == 0:
            event["event_at"] = _moved(chance, event["event_at"])
        elif what == 1:
            event["entered_at"] = _moved(chance, event["event_at"], 5)
        elif what == 2:
            event["outcome"] = chance.choice(OUTCOMES)
        elif what == 3:
            event["reason"] = "记明的原因"
        elif what == 4:
            event["change"] = chance.choice(("deleted", "re-entered", "edited"))
        elif what == 5:
            event["subject"] = chance.choice((None, chance.choice(events)["subject"]))
        elif what == 6:
            event["node"] = chance.choice(
                ("N06a", "N23", "N33a", "N38", "N20", "N11", "N45", chance.choice(events)["node"])
            )
        elif what == 7:
            event["due_on"] = event["event_at"].date() + timedelta(days=chance.choice((0, 20, 60, 365)))
        elif what == 8:
            event["amount"] = chance.choice(
                (None, 0, *((claim, claim * 13 // 10, claim * 13 // 10 + 1) if claim else ()))
            )
        else:
            event["import_job"] = "批次"
    what = chance.randrange(8)
    if what == 0:
        case["closed_on"] = None if chance.random() < 0.3 else _moved(chance, case["closed_on"])
    elif what == 1 and case["closed_on"]:
        case["closed_on"] = filed + timedelta(days=chance.choice((8, 92, 183, 184)) + chance.randint(-4, 4))
    elif what == 2:
        case["extension_until"] = filed + timedelta(days=chance.choice((150, 200, 270, 2600)))
    elif what == 3:
        case["filed_on"] = _moved(chance, filed)
    elif what == 4:
        case["closing"] = chance.choice(("fulfilled", "withdrawn", "ended", "ended_this_time"))
    elif what == 5:
        case["paid_amount"] = chance.choice((None, 0, case["amount"]))
    for _ in range(chance.choice((0, 0, 1, 2))):
        start = chance.choice(events)["event_at"].date() + timedelta(days=chance.randint(-3, 3))
        end = None if chance.random() < 0.15 else start + timedelta(days=chance.choice((-1, 0, 1, 5, 20, 60)))
        tables["suspensions"].append(
            {"case_id": case["case_id"], "kind": chance.choice(STOPS), "start_on": start, "end_on": end}
        )


def _shake_more(chance: Random, events: dict[int, list[Row]], tables: dict[str, list[Row]]) -> None:
    """Rows that name no subject, delays told in the ledger, pauses after a restoration,
    property found again after release."""
    for row in tables["money"]:
        if chance.random() < 0.1:
            row["delay_reason"], row["receipt"] = "分配异议", chance.choice((None, row["receipt"]))
    for case_id, rows in events.items():
        if chance.random() < 0.15:
            chance.choice(rows)["subject"] = None
        for restored in (row for row in rows if row["node"] == "N38" and chance.random() < 0.5):
            start = restored["event_at"].date() + timedelta(days=chance.randint(-2, 9))
            end = chance.choice((None, start + timedelta(days=chance.choice((5, 30, 70)))))
            tables["suspensions"].append({"case_id": case_id, "kind": "stay", "start_on": start, "end_on": end})
        controls = [row for row in rows if row["node"] == "N21" and row["outcome"] == "done"]
        if controls and chance.random() < 0.1:
            for days, changed in (
                (3, {"outcome": "released"}),
                (chance.choice((0, 3, 4, 9)), {"node": "N16", "outcome": "found"}),
            ):
                moved = {
                    "event_at": controls[0]["event_at"] + timedelta(days=days),
                    "event_id": len(tables["events"]) + 10**6,
                }
                tables["events"].append({**controls[0], "entered_at": None, "due_on": None, **moved, **changed})
