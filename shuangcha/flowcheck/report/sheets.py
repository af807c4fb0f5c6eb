"""The files of a run for office programs and other systems: findings and counts as XLSX, Parquet and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ..model import RuleSet, Summary
from ..read.kinds import quote
from .counts import COURT_COLUMNS, OFFICER_COLUMNS, OFFICERS_MARK, by_court, by_officer, has_handler, opened

MOST_ROWS = 50_000
"""Rows of findings in a workbook; all of them are in findings.parquet.
A million rows open in no office program with joy."""
FINDING_COLUMNS = {
    "case_number": "案号",
    "court": "法院",
    "family": "类别",
    "rule": "规则",
    "title": "风险信号",
    "severity": "程度",
    "happened_at": "时间",
    "nominal": "期限（未扣除顺延）",
    "due": "应于",
    "reason": "说明",
    "law": "依据",
    "law_version": "版本",
    "article": "条款",
}
SEVERITY = {"high": "高", "medium": "中", "low": "低"}
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CAUTION = "风险信号只提示需要核查，不是违法违纪的认定；已知的无害原因见规则说明。"


def write_reports(folder: Path, out: Path, rules: RuleSet, summary: Summary) -> list[str]:
    """Write the reports of a run beside its findings; returns their file names.

    courts.parquet, findings.xlsx (findings without officers, by court, about the run), findings.json (summary and
    counts by court); officers.parquet and officers.xlsx, marked OFFICERS_MARK. `folder`: the data set.
    """
    with opened(folder, out, rules) as db:
        officers = by_officer(has_handler(db))
        for name, statement in (("courts", by_court()), ("officers", officers)):
            db.execute(f"COPY ({statement}) TO {quote(str(out / f'{name}.parquet'))} (FORMAT parquet)")
        found = _board(db)
        _book(
            out / "findings.xlsx",
            [
                ("风险信号", FINDING_COLUMNS, found, CAUTION),
                ("各法院", COURT_COLUMNS, _fetch(db, by_court(), COURT_COLUMNS), CAUTION),
                ("本次检查", {"item": "事项", "value": "内容"}, _about(summary, rules, db), ""),
            ],
        )
        _book(
            out / "officers.xlsx",
            [("人员", OFFICER_COLUMNS, _fetch(db, officers, OFFICER_COLUMNS), f"{OFFICERS_MARK}。{CAUTION}")],
        )
        told = asdict(summary) | {
            "as_of": summary.as_of.isoformat(),
            "courts": [dict(zip(COURT_COLUMNS, row, strict=True)) for row in _fetch(db, by_court(), COURT_COLUMNS)],
        }
        (out / "findings.json").write_text(
            json.dumps(told, ensure_ascii=False, indent=1, default=_plain) + "\n", encoding="utf-8"
        )
    return ["courts.parquet", "findings.json", "findings.xlsx", "officers.parquet", "officers.xlsx"]


def _fetch(db: duckdb.DuckDBPyConnection, statement: str, columns: dict[str, str]) -> list[tuple[Any, ...]]:
    return db.execute(f"SELECT {', '.join(columns)} FROM ({statement}) LIMIT 1000000").fetchall()


def _board(db: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Findings for the board: without operators, and without the signs of officers as such; the gravest first."""
    return db.execute(f"""
SELECT {", ".join(FINDING_COLUMNS)} FROM board
ORDER BY CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END, finding LIMIT {MOST_ROWS}""").fetchall()


def _about(summary: Summary, rules: RuleSet, db: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    total = sum(summary.findings.values())
    rows: list[tuple[Any, ...]] = [
        ("基准日", summary.as_of),
        ("案件数", summary.cases),
        ("节点数", summary.events),
        ("信号数", total),
        ("规则版本", summary.rule_version),
        ("数据校验值", summary.data_hash),
    ]
    if total > MOST_ROWS:
        rows.append(("提示", f"工作表“风险信号”只列最严重的{MOST_ROWS}条，全部在findings.parquet中。"))
    rows += [(f"无法运行：{rule}", "缺少列 " + "、".join(columns)) for rule, columns in summary.unable.items()]
    return rows


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, Iterable) else str(value)


def fit(value: Any) -> Any:
    """A value fit for a cell: severities in words, no control characters, no longer than a cell holds."""
    if isinstance(value, str):
        return _UNFIT.sub("", SEVERITY.get(value, value))[:32_000]
    return value


def _book(path: Path, sheets: Sequence[tuple[str, dict[str, str], Sequence[tuple[Any, ...]], str]]) -> None:
    """A workbook written row by row. Texts are stored as texts: one that begins with = + - @ is never a formula."""
    book = Workbook(write_only=True)
    for title, columns, rows, caution in sheets:
        sheet = book.create_sheet(title)
        for place, (name, heading) in enumerate(columns.items(), 1):
            wide = {"reason": 60, "value": 60, "title": 28, "case_number": 24, "item": 24}.get(
                name, max(10, 2 * len(heading) + 2)
            )
            sheet.column_dimensions[get_column_letter(place)].width = wide
        head = 1
        if caution:
            sheet.append([_text(sheet, caution, bold=True)])
            head = 2
        sheet.freeze_panes = f"A{head + 1}"
        sheet.append([_text(sheet, heading, bold=True) for heading in columns.values()])
        for row in rows:
            sheet.append([_text(sheet, fit(value)) if isinstance(value, str) else value for value in row])
    book.save(path)


def _text(sheet: Any, value: str, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # openpyxl would take a leading = for a formula
    cell.quotePrefix = value[:1] in ("=", "+", "-", "@")
    if bold:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top")
    return cell
