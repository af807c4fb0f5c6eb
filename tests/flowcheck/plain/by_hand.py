"""Small cases made by hand where, by the texts, a sign must stand or must not, and where the engine was seen to differ.

`CASES` maps a name "sign: what it is about" to (does the text demand the sign?, rows). `write` puts them all into one
folder; every name has case numbers of its own, so that one run judges them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb

from shuangcha.flowcheck.schema import SQL_TYPES, TABLES

Row = dict[str, Any]


def on(month: int, day: int, year: int = 2024) -> date:
    return date(year, month, day)


def at(node: str, day: date, hour: int = 10, **columns: Any) -> Row:
    """An event entered ten minutes after it happened."""
    moment = datetime.combine(day, time(hour))
    return {"node": node, "event_at": moment, "entered_at": moment + timedelta(minutes=10), **columns}


@dataclass
class Made:
    """One case: its columns and rows. The first case of a sign is the one that is judged."""

    filed: date
    events: list[Row] = field(default_factory=list)
    closed: date | None = None
    closing: str | None = None
    money: list[Row] = field(default_factory=list)
    columns: Row = field(default_factory=dict)


def talk(*pieces: str) -> Row:
    return at("N35", on(5, 10), text="，".join(pieces) + "。")


PIECES = [
    f"第{n}项{word}经核对属实并由申请执行人确认无误"
    for n, word in enumerate(
        ("存款", "车辆", "房产", "股权", "保险", "公积金", "债权", "养老金", "地租", "工资", "奖金")
    )
]
OTHER = [f"关于{word}的说明与前次所述并无出入记录在卷备查" for word in "甲乙丙丁戊己庚辛壬癸"]
FORM = [f"本页第{n}条系统一格式文字供当事人阅读后签名确认并存入案卷" for n in range(30)]

SEIZED = {"subject": "W", "outcome": "done", "property_kind": "immovable"}

# fmt: off
CASES: dict[str, tuple[bool, list[Made]]] = {
    "P01: received a week before filing, notice 14 days after receipt": (True, [
        Made(on(3, 8), [at("N01", on(3, 1)), at("N02", on(3, 8)), at("N06", on(3, 15))])]),
    "P01: measure on the last day, notice two days after it": (False, [
        Made(on(3, 1), [at("N01", on(3, 1)), at("N21", on(3, 11), **SEIZED), at("N06a", on(3, 13))])]),
    "P02: control lifted in January, found again in March": (True, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N21", on(1, 25), subject="W", outcome="released"),
                        at("N16", on(3, 1), subject="W", outcome="found")])]),
    "P06: delay approved in the ledger": (False, [
        Made(on(3, 1), [at("N33", on(3, 11), subject="K", outcome="done")],
             money=[{"direction": "in", "booked_on": on(3, 11), "amount": 100, "receipt": "K", "delay_reason": "分配异议"}])]),
    "P07: an auction announced is no renewal": (True, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED, due_on=on(5, 6)), at("N29", on(4, 1), subject="W", outcome="done")])]),
    "P07: renewal recorded without an outcome": (False, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED, due_on=on(5, 6)), at("N23", on(4, 1), subject="W", due_on=on(5, 6, 2027))])]),
    "P07: a legal impediment recorded with the inquiry": (False, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED, due_on=on(5, 6)), at("N17", on(4, 1), subject="W", outcome="not_disposable_legal")])]),
    "P08: ninety idle days after the restoration": (True, [
        Made(on(1, 2), [at("N02", on(1, 2)), at("N36", on(2, 20)), at("N39", on(2, 20)), at("N38", on(6, 3)), at("N39", on(9, 2))],
             on(2, 20), "ended_this_time")]),
    "D01: one property controlled twice": (False, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED, amount=900), at("N21", on(2, 5), **SEIZED, amount=900)], columns={"amount": 1000})]),
    "D01: the renewed control is worth more": (True, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED, amount=900), at("N21", on(2, 5), **SEIZED, amount=1400)], columns={"amount": 1000})]),
    "D03: nodes and ledger name the case's own": (False, [
        Made(on(1, 2), [at("N33", on(3, 1), account="A")], money=[{"direction": "in", "booked_on": on(3, 1), "amount": 100, "account": "A"}],
             columns={"trust_account": "A"})]),
    "D03: a node names another account": (True, [Made(on(1, 2), [at("N33", on(3, 1), account="B")], columns={"trust_account": "A"})]),
    "D03: the ledger names another account": (True, [
        Made(on(1, 2), money=[{"direction": "in", "booked_on": on(3, 1), "amount": 100, "account": "B"}], columns={"trust_account": "A"})]),
    "F03: all entered in the afternoon before": (True, [
        Made(on(1, 2), [*(at(node, on(3, 1 + n), entered_at=datetime(2024, 5, 9, 15, n)) for n, node in enumerate(("N06", "N07", "N15", "N16", "N18", "N08"))),
                        at("N39", on(5, 10), 9)], on(5, 10), "ended")]),
    "F05: happened hours after it was entered": (True, [
        Made(on(1, 2), [at("N15", on(1, 5), 17, entered_at=datetime(2024, 1, 5, 9))])]),
    "F05: has yet to happen": (True, [Made(on(1, 2), [at("N15", on(8, 5, 2025), entered_at=None)])]),
    "F06: 限消 before the notice": (True, [Made(on(1, 2), [at("N18", on(1, 4)), at("N06", on(1, 8))])]),
    "F06: 终本 before the check of the report": (True, [Made(on(1, 2), [at("N36", on(6, 4)), at("N10", on(6, 11))])]),
    "F06: the second property": (True, [
        Made(on(1, 2), [at("N21", on(1, 5), subject="W"), at("N24", on(1, 9), subject="W"), at("N24", on(2, 5), subject="V"), at("N21", on(2, 9), subject="V")])]),
    "F08: one character of every piece changed": (True, [
        Made(on(1, 2), [talk(*PIECES)]), Made(on(1, 3), [talk(*(piece[:-1] + "错" for piece in PIECES))])]),
    "F08: nine parts in ten alike": (False, [
        Made(on(1, 2), [talk("壹", *OTHER[:9], "张三当日在外地务工未能到庭由其妻代为说明")]),
        Made(on(1, 3), [talk("贰", *OTHER[:9], "李四称银行流水均系往来货款请求另行审计")])]),
    "F08: rulings are worded alike": (False, [
        Made(on(n, 2), [at("N36", on(8, 5), text="，".join(OTHER) + "，裁定如下：终结本次执行程序。")]) for n in (1, 2)]),
    "F10: a filler word with a full stop": (True, [Made(on(1, 2), [at("N10", on(3, 1), text="按规定办理。")])]),
    "F10: a phrase over and over": (True, [Made(on(1, 2), [at("N10", on(3, 1), text="已办理已办理已办理")])]),
    "F10: fifty full stops": (True, [Made(on(1, 2), [at("N10", on(3, 1), text="。" * 50)])]),
    "C01: restoration dated before filing": (True, [Made(on(3, 10), [at("N38", on(3, 5)), at("N36", on(6, 8))])]),
    "C03: released and seized again": (True, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N21", on(2, 5), subject="W", outcome="released"),
                        at("N21", on(3, 5), **SEIZED), at("N36", on(6, 4))])]),
    "C03: released for good": (False, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N21", on(3, 5), **SEIZED), at("N21", on(4, 5), subject="W", outcome="released"), at("N36", on(6, 4))])]),
    "C03: a second 终本": (True, [
        Made(on(1, 2), [at("N36", on(5, 6)), at("N38", on(7, 1)), at("N21", on(7, 5), **SEIZED), at("N36", on(11, 4))])]),
    "C03: a second 终本, sold before it": (False, [
        Made(on(1, 2), [at("N36", on(5, 6)), at("N38", on(7, 1)), at("N21", on(7, 5), **SEIZED), at("N30", on(10, 8), subject="W", outcome="sold"), at("N36", on(11, 4))])]),
    "C05: no ruling on record": (True, [
        Made(on(6, 10), columns={"kind": "restored", "origin_case": "own:1"}), Made(on(1, 2, 2023), [], on(3, 20), "ended_this_time")]),
    "C05: restored after the second ruling": (True, [
        Made(on(12, 10), columns={"kind": "restored", "origin_case": "own:1"}),
        Made(on(1, 2, 2023), [at("N36", on(3, 1)), at("N38", on(8, 1)), at("N36", on(11, 4))], on(3, 1), "ended_this_time")]),
    "C05: ruling and closing apart": (False, [
        Made(on(6, 10), columns={"kind": "restored", "origin_case": "own:1"}),
        Made(on(1, 2, 2023), [at("N36", on(3, 1))], on(3, 20), "ended_this_time")]),
    "C06: ruling and closing apart": (False, [
        Made(on(4, 1), [], on(5, 10), "fulfilled", columns={"kind": "restored", "origin_case": "own:1"}),
        Made(on(1, 2, 2023), [at("N36", on(3, 1))], on(3, 20), "ended_this_time")]),
    "S01: the earlier control's case is 终本": (True, [
        Made(on(2, 1), [at("N21", on(2, 5), **SEIZED), at("N34", on(8, 5), outcome="done")]),
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N36", on(6, 4))], on(6, 4), "ended_this_time")]),
    "S01: the earlier control was given up": (False, [
        Made(on(2, 1), [at("N21", on(2, 5), **SEIZED), at("N34", on(8, 5), outcome="done")]),
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N21", on(3, 5), subject="W", outcome="released")])]),
    "S01: the earlier claim was paid in part": (True, [
        Made(on(2, 1), [at("N21", on(2, 5), **SEIZED), at("N34", on(8, 5), outcome="done")]),
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N34", on(6, 4), amount=50000)], columns={"amount": 100000})]),
    "S01: the earlier claim was paid but for the odd yuan": (False, [
        Made(on(2, 1), [at("N21", on(2, 5), **SEIZED), at("N34", on(8, 5), outcome="done")]),
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N34", on(6, 4), amount=50000), at("N34", on(8, 5), amount=40001)], columns={"amount": 100000})]),
    "S01: the earlier control had expired": (False, [
        Made(on(2, 1), [at("N21", on(2, 5), **SEIZED), at("N34", on(8, 5), outcome="done")]),
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED, due_on=on(8, 4))])]),
    "S01: the earlier control was renewed in time": (True, [
        Made(on(2, 1), [at("N21", on(2, 5), **SEIZED), at("N34", on(8, 5), outcome="done")]),
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED, due_on=on(8, 4)), at("N23", on(8, 4), subject="W", due_on=on(8, 4, 2025))])]),
    "S01: the earlier control was renewed too late": (False, [
        Made(on(2, 1), [at("N21", on(2, 5), **SEIZED), at("N34", on(8, 5), outcome="done")]),
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED, due_on=on(5, 4)), at("N23", on(5, 6), subject="W", due_on=on(5, 6, 2025))])]),
    "S01: given up and controlled anew behind the other": (True, [
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N21", on(2, 1), subject="W", outcome="released"), at("N21", on(3, 1), **SEIZED), at("N34", on(8, 5))]),
        Made(on(1, 2), [at("N21", on(2, 5), **SEIZED)])]),
    "S01: the restored case of the same creditor": (False, [
        Made(on(7, 1), [at("N21", on(7, 5), **SEIZED), at("N34", on(8, 5), outcome="done")], columns={"kind": "restored", "origin_case": "own:1"}),
        Made(on(1, 2), [at("N21", on(1, 5), **SEIZED), at("N36", on(6, 4))], on(6, 4), "ended_this_time")]),
    "S02: the later case was paid and is still open": (True, [
        Made(on(1, 2), [], columns={"debtor": "D"}), Made(on(3, 1), [at("N34", on(6, 3), outcome="done")], columns={"debtor": "D"})]),
}
# fmt: on
FORMS = "F08: a long form and nothing else alike"
"""Needs more than 500 cases: thirty standard pieces, one piece that two of the cases share, one of each case's own."""


def all_cases() -> Iterator[tuple[str, list[Made]]]:
    for name, (_, cases) in CASES.items():
        yield name, cases
    alike = "申请执行人希望尽快处置其名下车位"
    forms = [
        Made(
            on(1, 2),
            [
                talk(
                    *FORM,
                    f"档案第{n}号另附{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 11 * n)}笔录一份{n:07}",
                    *([alike] if n < 2 else []),
                )
            ],
        )
        for n in range(520)
    ]
    yield FORMS, forms


def write(folder: Path) -> dict[str, tuple[int, ...]]:
    """Write all cases into a new folder; gives the case ids of every name, the judged one first."""
    folder.mkdir()
    rows: dict[str, list[Row]] = {table.name: [] for table in TABLES}
    ids: dict[str, tuple[int, ...]] = {}
    for group, (name, cases) in enumerate(all_cases(), start=1):
        first = len(rows["cases"]) + 1
        ids[name] = tuple(range(first, first + len(cases)))
        for place, made in enumerate(cases):
            number = first + place
            origin = made.columns.get("origin_case", "").replace("own:1", f"{group}:1") or None
            # fmt: off
            rows["cases"].append({
                "kind": "enforcement", "court": "某院", "closed_on": made.closed, "closing": made.closing, **made.columns,
                "case_id": number, "case_number": f"{group}:{place}", "filed_on": made.filed, "origin_case": origin,
            })
            # fmt: on
            if debtor := made.columns.get("debtor"):
                rows["cases"][-1]["debtor"] = f"{debtor}{group}"
            for event in made.events:
                subject = f"{event['subject']}{group}" if event.get("subject") else None
                rows["events"].append(
                    {
                        **event,
                        "event_id": len(rows["events"]) + 1,
                        "case_id": number,
                        "subject": subject,
                        "text": event.get("text"),
                    }
                )
            for row in made.money:
                receipt = f"{row['receipt']}{group}" if row.get("receipt") else None
                rows["money"].append({**row, "case_id": number, "receipt": receipt})
    con = duckdb.connect()
    for table in TABLES:
        con.execute(
            f"CREATE TABLE {table.name} ({', '.join(f'{one.name} {SQL_TYPES[one.kind]}' for one in table.columns)})"
        )
        names = [one.name for one in table.columns]
        if values := [[row.get(name) for name in names] for row in rows[table.name]]:
            con.executemany(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(names))})", values)
        con.execute(f"COPY {table.name} TO '{folder / table.name}.parquet' (FORMAT parquet)")
    return ids
