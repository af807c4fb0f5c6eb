"""A court's own export in two tables, its mapping, and what reading makes of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from shuangcha.flowcheck.read import Report, load

DAY = date(2025, 6, 30)
CASES = '案号,法院,立案日期,类别,标的\n（2024）豫0302执1号,豫0302,2024-05-20,首执,100.50\n(2024)豫0302执2号,豫0302,2024/5/21,首执,"1,200"\n'
EVENTS = "案号,节点,时间,录入,经办\n（2024）豫0302执1号,发执行通知,2024-05-22,2024-05-22 10:00:00,甲\n（2024）豫0302执2号,发执行通知,2024年5月23日,2024-05-23 10:00,乙\n（2024）豫0302执2号,与债权人谈心,20240524,2024-05-24T10:00:01.5,乙\n"
MAPPING = """
source: 某院导出
tables:
  cases:
    file: 案件.csv
    columns:
      case_number: 案号
      court: 法院
      filed_on: 立案日期
      kind: {from: 类别, values: {首执: enforcement, 恢执: restored}}
      amount: 标的
  events:
    file: 节点.csv
    columns: {case_number: 案号, node: 节点, event_at: 时间, entered_at: 录入, operator: 经办}
    nodes:
      发执行通知: N06
      一拍流拍: {node: N29, outcome: failed_sale}
"""


def raw(folder: Path, cases: str | bytes = CASES, events: str | bytes = EVENTS, mapping: str = MAPPING) -> Path:
    source = folder / "raw"
    source.mkdir(exist_ok=True)
    for name, text in (("案件.csv", cases), ("节点.csv", events)):
        (source / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return source


def read(folder: Path, source: Path | None = None, **more: Any) -> tuple[Report, Path]:
    target = folder / "data"
    more.setdefault("mapping", folder / "mapping.yaml")
    return load(source or folder / "raw", target, taken_at=DAY, **more), target


def rows(target: Path, table: str) -> list[dict[str, Any]]:
    found = duckdb.execute("SELECT * FROM read_parquet($1)", [str(target / f"{table}.parquet")])
    names = [one[0] for one in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def told(report: Report) -> list[tuple[str, str, int, int]]:
    return [(one.column, one.code, one.count, one.first_row) for one in report.rejected]
