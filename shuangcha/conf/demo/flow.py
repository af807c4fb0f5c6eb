"""Flow data of the demo: invented cases of the city's courts in bulk,
and a few told by hand under the numbers of the stories."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable
from pathlib import Path

import duckdb

from shuangcha.acts import flow_data
from shuangcha.audit.chain import ZONE
from shuangcha.courts.models import Court
from shuangcha.flowcheck.generate import generate
from shuangcha.flowcheck.read import Publishing, load
from shuangcha.flowcheck.schema import TABLES
from shuangcha.flowruns import loading, running
from shuangcha.flowruns.models import FlowDataset

CASES, SEED = 1920, 7
INVENTED_AT = dt.datetime(2026, 8, 31, 8, 0, tzinfo=ZONE)
TOLD_AT = dt.datetime(2026, 9, 14, 9, 30, tzinfo=ZONE)
CASE_COLUMNS = (
    "案号",
    "法院",
    "案件类别",
    "立案日期",
    "申请执行标的",
    "承办人",
    "申请执行人类别",
    "结案方式",
    "结案日期",
    "到位金额",
)
EVENT_COLUMNS = ("案号", "节点", "发生时间", "录入时间", "经办人", "说明", "对象", "财产类别", "结果", "载明期限")
EARLY_END, IDLE_CAR = "（2025）豫0304执867号", "（2024）豫0327执930号"
HAND_CASES: tuple[tuple[str, ...], ...] = (
    (
        EARLY_END,
        "豫0304",
        "enforcement",
        "2025-03-11",
        "286000.00",
        "汝安禾",
        "person",
        "ended_this_time",
        "2025-05-28",
        "0",
    ),
    (IDLE_CAR, "豫0327", "enforcement", "2024-04-09", "158000.00", "闵远舟", "person", "", "", "0"),
    (
        "（2025）豫0305执1503号",
        "豫0305",
        "enforcement",
        "2025-06-03",
        "420000.00",
        "佘松声",
        "enterprise",
        "",
        "",
        "420000.00",
    ),
    (
        "（2026）豫0326执418号",
        "豫0326",
        "enforcement",
        "2026-02-25",
        "97000.00",
        "佟望野",
        "person",
        "",
        "",
        "97000.00",
    ),
)


def _rows(number: str, operator: str, *rows: str) -> list[tuple[str, ...]]:
    """`节点 | 发生 | 录入 | 说明 | 对象 | 财产类别 | 结果 | 载明期限`; what is not said is empty, an entry not said is that of the day."""
    found: list[tuple[str, ...]] = []
    for row in rows:
        node, at, *more = (part.strip() for part in row.split("|"))
        entered, reason, subject, kind, outcome, due = (*more, *[""] * 6)[:6]
        found.append(
            (number, node, at, entered or f"{at[:10]} 16:40:00", operator, reason, subject, kind, outcome, due)
        )
    return found


HAND_EVENTS: tuple[tuple[str, ...], ...] = (
    *_rows(
        EARLY_END,
        "汝安禾",
        "N01|2025-03-07",
        "N02|2025-03-11",
        "N04|2025-03-12",
        "N05|2025-03-12",
        "N15|2025-03-14",
        "N16|2025-03-17",
        "N06|2025-03-27|2025-05-27 23:10:05",
        "N07|2025-03-27|2025-05-27 23:10:05",
        "N18|2025-03-27|2025-05-27 23:10:05",
        "N10|2025-04-02|2025-05-27 23:10:06|无",
        "N17|2025-04-08|2025-05-27 23:10:06|已办理",
        "N36|2025-05-28|||||signed",
        "N39|2025-05-28",
    ),
    *_rows(
        IDLE_CAR,
        "闵远舟",
        "N01|2024-04-08",
        "N02|2024-04-09",
        "N04|2024-04-10",
        "N06|2024-04-12",
        "N07|2024-04-12",
        "N15|2024-04-12",
        "N16|2024-04-15",
        "N18|2024-04-16",
        "N21|2024-05-20|2024-06-18 09:12:00||豫C牌货车|movable|done|2026-05-19",
    ),
    *_rows(
        "（2025）豫0305执1503号",
        "佘松声",
        "N01|2025-06-02",
        "N02|2025-06-03",
        "N04|2025-06-04",
        "N06|2025-06-06",
        "N07|2025-06-06",
        "N15|2025-06-06",
        "N16|2025-06-10",
        "N18|2025-06-11",
        "N33|2025-11-20",
    ),
    *_rows(
        "（2026）豫0326执418号",
        "佟望野",
        "N01|2026-02-24",
        "N02|2026-02-25",
        "N04|2026-02-26",
        "N06|2026-02-27",
        "N07|2026-02-27",
        "N15|2026-02-27",
        "N16|2026-03-02",
        "N18|2026-03-03",
        "N33|2026-05-06",
    ),
)
HAND_MONEY: tuple[tuple[str, ...], ...] = (
    ("（2025）豫0305执1503号", "in", "2025-11-20", "420000.00", "1"),
    ("（2026）豫0326执418号", "in", "2026-05-06", "97000.00", "1"),
)
MONEY_COLUMNS = ("案号", "收支", "日期", "金额", "款项序号")
MAPPING = """\
source: 演示用的虚构数据
tables:
  cases:
    file: 案件.csv
    columns: {case_number: 案号, court: 法院, kind: 案件类别, filed_on: 立案日期, amount: {from: 申请执行标的, unit: 元}, handler: 承办人,
              applicant_kind: 申请执行人类别, closing: 结案方式, closed_on: 结案日期, paid_amount: {from: 到位金额, unit: 元}}
  events:
    file: 节点.csv
    columns: {case_number: 案号, node: 节点, event_at: 发生时间, entered_at: 录入时间, operator: 经办人, reason: 说明, subject: 对象,
              property_kind: 财产类别, outcome: 结果, due_on: 载明期限}
  money:
    file: 案款.csv
    columns: {case_number: 案号, direction: 收支, booked_on: 日期, amount: {from: 金额, unit: 元}, receipt: 款项序号}
"""


def seed_flow(now: dt.datetime) -> int:
    """Both data sets, and one run over the invented one; nothing where there is a data set already.
    Number of data sets."""
    if FlowDataset.objects.exists():
        return 0
    invented = _invented(now)
    _told(now)
    running.ask(invented, INVENTED_AT.date(), None, now, wake_up=False)
    running.work()
    return 2


def _invented(now: dt.datetime) -> FlowDataset:
    """Generated cases, given to the courts of Luoyang one after the other."""
    target = loading.new_folder(INVENTED_AT)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        made = Path(scratch) / "made"
        generate(made, cases=CASES, seed=SEED, as_of=INVENTED_AT.date())
        given_to_courts(made, target, INVENTED_AT.date())
    return loading.adopt(
        target,
        name="全市基层法院流程数据（虚构）",
        taken_at=INVENTED_AT,
        by=None,
        now=now,
        record=lambda made: flow_data.loaded(made, now=now),
    )


def given_to_courts(made: Path, target: Path, taken_on: dt.date) -> None:
    """Publish generated tables as `target`, their courts become the basic courts of Luoyang one after the other."""
    codes = list(
        Court.objects.filter(code__startswith="豫03")
        .exclude(code="豫03")
        .filter(valid_to__isnull=True)
        .order_by("code")
        .values_list("code", flat=True)
    )
    with duckdb.connect(config={"threads": 1, "memory_limit": "400MB"}) as db, Publishing(target) as out:
        db.execute("CREATE TABLE ours (theirs VARCHAR, code VARCHAR)")
        theirs = [
            one
            for (one,) in db.execute(
                "SELECT DISTINCT court FROM read_parquet(?) ORDER BY 1", [str(made / "cases.parquet")]
            ).fetchall()
        ]
        db.executemany("INSERT INTO ours VALUES (?, ?)", [[one, codes[n % len(codes)]] for n, one in enumerate(theirs)])
        for table in TABLES:
            path = made / f"{table.name}.parquet"
            if path.is_file():
                out.write(db, table.name, _renamed(table.name, str(path)))
        out.publish(
            source={"kind": "generated", "courts": "given to the courts of Luoyang"}, taken_at=taken_on.isoformat()
        )


def _renamed(table: str, path: str) -> str:
    """SELECT of a generated table with our courts in it, also inside the numbers."""
    source = f"read_parquet('{path}')"
    if table == "supervised":
        return f"SELECT t.* REPLACE (o.code AS court) FROM {source} t JOIN ours o ON o.theirs = t.court"  # noqa: S608
    if table != "cases":
        return f"SELECT * FROM {source}"  # noqa: S608
    number, origin = (f"replace(t.{name}, t.court, o.code)" for name in ("case_number", "origin_case"))
    return f"SELECT t.* REPLACE ({number} AS case_number, {origin} AS origin_case, o.code AS court) FROM {source} t JOIN ours o ON o.theirs = t.court ORDER BY case_id"  # noqa: S608


def _told(now: dt.datetime) -> FlowDataset:
    """The cases told by hand, read the way a court's own files are read."""
    target = loading.new_folder(TOLD_AT)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        place = Path(scratch)
        for name, columns, rows in (
            ("案件", CASE_COLUMNS, HAND_CASES),
            ("节点", EVENT_COLUMNS, HAND_EVENTS),
            ("案款", MONEY_COLUMNS, HAND_MONEY),
        ):
            _write(place / f"{name}.csv", columns, rows)
        mapping = place / "mapping.yaml"
        mapping.write_text(MAPPING, encoding="utf-8")
        load(place, target, taken_at=TOLD_AT.date(), mapping=mapping)
    return loading.adopt(
        target,
        name="双查案件所涉执行案件（虚构）",
        taken_at=TOLD_AT,
        by=None,
        now=now,
        record=lambda made: flow_data.loaded(made, now=now),
    )


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(rows)
