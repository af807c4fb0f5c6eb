"""Counts by court and officer, the workbooks, the 体检表 and its charts — on a run small enough to count by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import openpyxl
import pytest

from shuangcha.flowcheck import FlowError, RuleSet, Summary, builtin
from shuangcha.flowcheck.report import OFFICERS_MARK, bars, checkup, courts_of, line, write_reports
from shuangcha.flowcheck.report.sheets import fit

RULES = builtin()
SUMMARY = Summary(
    10, 40, {"P01": 3, "C01": 1}, {"F05": ("events.entered_at",)}, "v1", "abc", date(2025, 6, 30), "duckdb", 0.5
)


def finding(
    number: int, case_id: int, court: str, rule: str, operator: str | None, at: datetime, reason: str = "超期"
) -> tuple[Any, ...]:
    declared = RULES.by_id[rule]
    return (
        number,
        case_id,
        f"（2024）{court}执{case_id}号",
        court,
        rule,
        declared.title,
        declared.family,
        declared.severity,
        at,
        operator,
        [number],
        None,
        date(2025, 1, 2),
        "{}",
        reason,
        "民诉法解释",
        "2022年修正",
        "第480条",
        "V",
    )


FOUND = [
    finding(1, 1, "豫0302", "P01", "甲", datetime(2025, 1, 5)),
    finding(2, 1, "豫0302", "P01", "甲", datetime(2025, 2, 5), '=HYPERLINK("http://x")'),
    finding(3, 2, "豫0302", "C01", "乙", datetime(2025, 2, 6), "+1"),
    finding(4, 9, "豫0303", "P01", "丙", datetime(2025, 3, 5), "@x"),
]


@pytest.fixture
def run(tmp_path: Path) -> tuple[Path, Path]:
    """Ten cases: 1–4 at 豫0302, 5–8 at 豫0304, 9–10 at 豫0303; four findings."""
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    out.mkdir()
    duckdb.execute(f"""COPY (SELECT id AS case_id, CASE WHEN id <= 4 THEN '豫0302' WHEN id <= 8 THEN '豫0304' ELSE '豫0303' END AS court,
        CASE WHEN id <= 2 THEN '甲' ELSE '丙' END AS handler, DATE '2025-01-01' AS filed_on, CASE WHEN id = 1 THEN NULL ELSE DATE '2025-05-01' END AS closed_on
        FROM range(1, 11) t(id)) TO '{data}/cases.parquet'""")
    marks = "(" + ", ".join("?" * 19) + ")"
    with duckdb.connect() as db:
        db.execute("""CREATE TABLE f (finding BIGINT, case_id BIGINT, case_number VARCHAR, court VARCHAR, rule VARCHAR, title VARCHAR, family VARCHAR, severity VARCHAR,
            happened_at TIMESTAMP, operator VARCHAR, event_ids BIGINT[], nominal DATE, due DATE, facts VARCHAR, reason VARCHAR, law VARCHAR, law_version VARCHAR, article VARCHAR, mark VARCHAR)""")
        for row in FOUND:
            db.execute(f"INSERT INTO f VALUES {marks}", list(row))
        db.execute(f"COPY f TO '{out}/findings.parquet'")
        db.execute(
            f"COPY (SELECT finding, rule, case_id, finding AS event_id, CASE rule WHEN 'C01' THEN 'N36' ELSE 'N06' END AS node FROM f) TO '{out}/evidence.parquet'"
        )
    (out / "summary.json").write_text(
        json.dumps(
            {"as_of": "2025-06-30", "rule_version": "v1", "data_hash": "abc", "unable": {"F05": ["events.entered_at"]}}
        )
    )
    return data, out


def table(path: Path) -> list[dict[str, Any]]:
    found = duckdb.execute("SELECT * FROM read_parquet($1)", [str(path)])
    names = [one[0] for one in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_courts_are_counted_by_case_and_by_sign(run: tuple[Path, Path]) -> None:
    write_reports(*run, RULES, SUMMARY)
    rows = {(one["court"], one["rule"]): one for one in table(run[1] / "courts.parquet")}
    assert set(rows) == {("豫0302", "P01"), ("豫0302", "C01"), ("豫0303", "P01")}
    first = rows["豫0302", "P01"]
    assert (first["cases"], first["hits"], first["cases_hit"], first["per_100"]) == (4, 2, 1, 25.0)
    assert "operator" not in first


def test_officers_stand_in_files_of_their_own_with_the_mark(run: tuple[Path, Path]) -> None:
    write_reports(*run, RULES, SUMMARY)
    rows = {(one["operator"], one["rule"]): one for one in table(run[1] / "officers.parquet")}
    assert (rows["甲", "P01"]["cases"], rows["甲", "P01"]["cases_hit"], rows["甲", "P01"]["per_100"]) == (2, 1, 50.0)
    book = openpyxl.load_workbook(run[1] / "officers.xlsx")
    assert OFFICERS_MARK in book.active["A1"].value
    board = openpyxl.load_workbook(run[1] / "findings.xlsx")
    told = {str(cell.value) for sheet in board for row in sheet.iter_rows() for cell in row}
    assert not told & {"甲", "乙", "丙"}
    assert not any(one in (run[1] / "findings.json").read_text(encoding="utf-8") for one in "甲乙丙")


def test_a_repeated_sign_of_an_officer_as_a_whole_stays_off_the_board(run: tuple[Path, Path]) -> None:
    """M02 tells of cases, courts and officers: with no case and a person it is a sign about that person."""
    before = checkup(*run, "豫0302", RULES).hits
    for number, operator in ((5, "甲"), (6, None)):
        row = finding(number, 0, "豫0302", "M02", operator, datetime(2025, 2, 7), "再次出现")
        with duckdb.connect() as db:
            db.execute(f"CREATE TABLE f AS SELECT * FROM read_parquet('{run[1]}/findings.parquet')")
            db.execute(f"INSERT INTO f VALUES ({', '.join('?' * len(row))})", list(row))
            db.execute(f"COPY f TO '{run[1]}/findings.parquet'")
        told = number - 5
        write_reports(*run, RULES, SUMMARY)
        assert [one["hits"] for one in table(run[1] / "courts.parquet") if one["rule"] == "M02"] == [1] * told
        board = [
            row[3].value for row in openpyxl.load_workbook(run[1] / "findings.xlsx")["风险信号"].iter_rows(min_row=3)
        ]
        assert board.count("M02") == told and checkup(*run, "豫0302", RULES).hits == before + told
        assert [one["operator"] for one in table(run[1] / "officers.parquet") if one["rule"] == "M02"] == ["甲"]


def test_no_cell_is_a_formula(run: tuple[Path, Path]) -> None:
    write_reports(*run, RULES, SUMMARY)
    book = openpyxl.load_workbook(run[1] / "findings.xlsx")
    reasons = [cell for row in book["风险信号"].iter_rows() for cell in row if str(cell.value)[:1] in "=+@"]
    assert len(reasons) == 3
    assert all(cell.data_type in ("s", "inlineStr") for cell in reasons)
    import zipfile

    with zipfile.ZipFile(run[1] / "findings.xlsx") as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in packed.read(name)


def test_the_gravest_come_first_and_the_run_is_described(run: tuple[Path, Path]) -> None:
    write_reports(*run, RULES, SUMMARY)
    book = openpyxl.load_workbook(run[1] / "findings.xlsx")
    assert [row[3].value for row in book["风险信号"].iter_rows(min_row=3)] == ["C01", "P01", "P01", "P01"]
    about = {row[0].value: row[1].value for row in book["本次检查"].iter_rows(min_row=2)}
    assert about["规则版本"] == "v1" and about["数据校验值"] == "abc" and "events.entered_at" in about["无法运行：F05"]


@pytest.mark.parametrize(
    "value,fitted", [("high", "高"), ("a\x00b\x0bc", "abc"), ("长" * 40_000, "长" * 32_000), (3, 3), (None, None)]
)
def test_cells_hold_what_cells_can_hold(value: Any, fitted: Any) -> None:
    assert fit(value) == fitted


def test_a_checkup_sets_the_court_against_all_courts(run: tuple[Path, Path]) -> None:
    found = checkup(*run, "豫0302", RULES)
    assert (found.cases, found.open_cases, found.hits, found.cases_hit) == (4, 1, 3, 2)
    assert (found.per_100, found.median, found.rank, found.courts) == (50.0, 50.0, 1, 3)
    passive = next(one for one in found.families if one.key == "消极执行")
    assert (passive.hits, passive.cases_hit, passive.per_100, passive.median, passive.rank) == (2, 1, 25.0, 25.0, 2)
    assert len(found.families) == 6
    assert [one.key for one in found.worst_rules] == ["C01", "P01"], "worst: farthest above the median"
    assert found.worst_nodes == (("N06", "发出执行通知书", 2), ("N36", "终本裁定", 1))
    months: Mapping[str, tuple[int, int]] = {one.month: (one.hits, one.filed) for one in found.months}
    assert len(months) == 24 and next(iter(months)) == "2023-07" and list(months)[-1] == "2025-06"
    assert (months["2025-01"], months["2025-02"], months["2025-03"]) == ((1, 4), (2, 0), (0, 0))
    assert found.severities == {"high": 1, "medium": 2} and found.unable == {"F05": ("events.entered_at",)}


def test_a_court_without_signs_has_a_checkup_and_an_unknown_one_has_none(run: tuple[Path, Path]) -> None:
    found = checkup(*run, "豫0304", RULES)
    assert (found.hits, found.per_100, found.rank) == (0, 0.0, 3) and not found.worst_rules
    with pytest.raises(FlowError, match="豫9999"):
        checkup(*run, "豫9999", RULES)
    assert courts_of(*run, RULES) == [("豫0302", 4, 2), ("豫0303", 2, 1), ("豫0304", 4, 0)]


def test_a_folder_that_is_no_run_is_one_sentence(run: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(FlowError, match="重新运行"):
        checkup(run[0], tmp_path, "豫0302", RULES)
    (run[1] / "findings.parquet").unlink()
    with pytest.raises(FlowError, match="重新运行"):
        checkup(*run, "豫0302", RULES)
    with pytest.raises(FlowError, match="重新运行"):
        write_reports(*run, RuleSet(()), SUMMARY)


@pytest.mark.parametrize(
    "drawn",
    [
        bars("各类", [("消极<执行>", 3.5, 2.0), ("乱执行", 0.0, None)], "件"),
        bars("空", []),
        bars("零", [("甲", 0.0, 0.0)]),
        line("逐月", [("2025-01", 3.0), ("2025-02", 0.0)]),
        line("一点", [("2025-01", 3.0)]),
        line("空", []),
    ],
)
def test_charts_are_wellformed_carry_no_style_and_tell_their_numbers(drawn: str) -> None:
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img" and root.get("aria-labelledby")
    for element in root.iter():
        assert not {"style", "onclick", "onload"} & set(element.keys())
        assert element.tag.rpartition("}")[2] in (
            "svg",
            "title",
            "desc",
            "text",
            "rect",
            "line",
            "polyline",
            "polygon",
            "circle",
        )
        for key in ("x", "y", "width", "height", "cx", "cy"):
            assert re.fullmatch(r"-?\d+(\.\d+)?", element.get(key, "0"))
            assert float(element.get(key, "0")) >= 0


def test_bars_are_as_long_as_their_numbers() -> None:
    root = ElementTree.fromstring(bars("各类", [("甲", 4.0, None), ("乙", 1.0, 2.0)]))
    widths = [float(one.get("width", "")) for one in root.iter() if one.tag.endswith("rect")]
    assert widths[0] == pytest.approx(4 * widths[1], abs=0.05)
    assert "甲4" in "".join(root.itertext()) and "中位数2" in "".join(root.itertext())
