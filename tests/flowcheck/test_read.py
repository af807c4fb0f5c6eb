"""Reading: every format, the mapping, and what comes out as the tables of the schema."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from shuangcha.flowcheck.generate import generate
from shuangcha.flowcheck.read import ReadError, load, read_manifest
from shuangcha.flowcheck.schema import TABLES
from tests.flowcheck.reading import CASES, DAY, EVENTS, MAPPING, raw, read, rows, told


def test_a_courts_own_tables_become_ours(tmp_path: Path) -> None:
    raw(tmp_path)
    report, target = read(tmp_path)
    assert not report.rejected and report.kept == {"cases": 2, "events": 3}
    assert rows(target, "cases") == [
        {
            "case_id": 1,
            "case_number": "（2024）豫0302执1号",
            "court": "豫0302",
            "kind": "enforcement",
            "filed_on": date(2024, 5, 20),
            "amount": 10050,
        },
        {
            "case_id": 2,
            "case_number": "（2024）豫0302执2号",
            "court": "豫0302",
            "kind": "enforcement",
            "filed_on": date(2024, 5, 21),
            "amount": 120000,
        },
    ]
    events = rows(target, "events")
    assert [one["event_id"] for one in events] == [1, 2, 3]
    assert [one["node"] for one in events] == ["N06", "N06", "与债权人谈心"]
    assert events[2] == {
        "event_id": 3,
        "case_id": 2,
        "node": "与债权人谈心",
        "event_at": datetime(2024, 5, 24),
        "entered_at": datetime(2024, 5, 24, 10, 0, 1),
        "operator": "乙",
        "outcome": None,
    }
    assert report.activities == {"与债权人谈心": 1}
    assert "结案日期" in report.absent["cases"]


def test_the_manifest_names_snapshot_source_mapping_and_hashes(tmp_path: Path) -> None:
    raw(tmp_path)
    _, target = read(tmp_path)
    manifest = read_manifest(target)
    assert (
        manifest["taken_at"] == "2025-06-30"
        and manifest["source"]["description"] == "某院导出"
        and len(manifest["mapping"]) == 64
    )
    import hashlib

    for table, told_ in manifest["tables"].items():
        assert hashlib.sha256((target / f"{table}.parquet").read_bytes()).hexdigest() == told_["sha256"]
    assert {table: one["rows"] for table, one in manifest["tables"].items()} == {"cases": 2, "events": 3}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mapping.yaml", "raw"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    raw(tmp_path, CASES.encode(encoding), EVENTS.encode(encoding))
    report, target = read(tmp_path)
    assert not report.rejected and rows(target, "events")[2]["node"] == "与债权人谈心"


def test_broken_bytes_cost_only_their_row(tmp_path: Path) -> None:
    lines = EVENTS.encode().splitlines(keepends=True)
    lines[2] = lines[2].replace("乙".encode(), b"\xff\xfe\xe4")
    raw(tmp_path, events=b"".join(lines))
    report, target = read(tmp_path)
    assert told(report) == [("（整行）", "garbled", 1, 3)] and len(rows(target, "events")) == 2


def test_a_workbook_with_serial_dates_and_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "案件"
    first.append(["案号", "法院", "立案日期", "类别", "标的"])
    first.append(["（2024）豫0302执1号", "豫0302", 45432, "首执", 100.5])
    first.append(["（2024）豫0302执2号", "豫0302", datetime(2024, 5, 21), "首执", 7])
    second = book.create_sheet("节点")
    second.append(["案号", "节点", "时间", "录入", "经办"])
    second.append(["（2024）豫0302执1号", "发执行通知", 45434.375, "2024-05-22 10:00:00", "甲"])
    (tmp_path / "raw").mkdir()
    book.save(tmp_path / "raw" / "台账.xlsx")
    (tmp_path / "mapping.yaml").write_text(
        MAPPING.replace("file: 案件.csv", "file: 台账.xlsx\n    sheet: 案件").replace(
            "file: 节点.csv", "file: 台账.xlsx\n    sheet: 节点"
        ),
        encoding="utf-8",
    )
    report, target = read(tmp_path)
    assert not report.rejected
    assert [row["filed_on"] for row in rows(target, "cases")] == [date(2024, 5, 20), date(2024, 5, 21)]
    assert rows(target, "events")[0]["event_at"] == datetime(2024, 5, 22, 9, 0)


def test_serial_dates_in_a_text_file(tmp_path: Path) -> None:
    raw(tmp_path, CASES.replace("2024-05-20", "45432"), EVENTS.replace("2024-05-22,", "45434.5,"))
    report, target = read(tmp_path)
    assert not report.rejected
    assert rows(target, "cases")[0]["filed_on"] == date(2024, 5, 20) and rows(target, "events")[0][
        "event_at"
    ] == datetime(2024, 5, 22, 12)


WIDE = """
tables:
  cases:
    file: 台账.csv
    columns: {case_number: 案号, court: {constant: 豫0302}, filed_on: 立案日, kind: {constant: enforcement}}
  events:
    file: 台账.csv
    key: {case_number: 案号}
    wide:
      N06: {event_at: 通知日, operator: 经办人}
      N15: {event_at: 查控日}
"""


def test_a_wide_table_has_one_column_a_node(tmp_path: Path) -> None:
    source = tmp_path / "raw"
    source.mkdir()
    (source / "台账.csv").write_text(
        "案号,立案日,通知日,查控日,经办人\n（2024）豫0302执1号,2024-05-20,2024-05-22,,甲\n（2024）豫0302执2号,2024-05-21,,不详,乙\n（2024）豫0302执3号,2024-05-21,2024-05-30,2024-05-23,乙\n",
        encoding="utf-8",
    )
    (tmp_path / "mapping.yaml").write_text(WIDE, encoding="utf-8")
    report, target = read(tmp_path)
    assert [
        (row["case_id"], row["node"], row["event_at"].date().isoformat(), row["operator"])
        for row in rows(target, "events")
    ] == [
        (1, "N06", "2024-05-22", "甲"),
        (3, "N15", "2024-05-23", None),
        (3, "N06", "2024-05-30", "乙"),
    ]
    assert told(report) == [("发生时间", "instant", 1, 3)]
    assert report.rejected[0].example == "不详" and "2024-05-20" in report.rejected[0].sentence


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
 <string key="concept:name" value="a log"/>
 <trace><string key="concept:name" value="（2024）豫0302执1号"/><string key="院" value="豫0302"/>
  <event><string key="concept:name" value="N02"/><date key="time:timestamp" value="2024-05-20T09:00:00.000+08:00"/><string key="org:resource" value="甲"/></event>
  <event><string key="concept:name" value="Send notice"/><date key="time:timestamp" value="2024-05-22T01:30:00.250Z"/></event>
 </trace>
 <trace><string key="concept:name" value="A-17"/>
  <event><string key="concept:name" value="N02"/><date key="time:timestamp" value="2024-05-21T09:00:00"/></event>
 </trace>
</log>"""


@pytest.mark.parametrize("zipped", [False, True])
def test_an_event_log_needs_no_mapping(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / ("log.xes.gz" if zipped else "log.xes")
    path.write_bytes(gzip.compress(XES.encode()) if zipped else XES.encode())
    report, target = read(tmp_path, path, mapping=None)
    assert [(one["case_number"], one["filed_on"]) for one in rows(target, "cases")] == [
        ("（2024）豫0302执1号", date(2024, 5, 20)),
        ("A-17", date(2024, 5, 21)),
    ]
    events = rows(target, "events")
    assert events[1]["event_at"] == datetime(2024, 5, 22, 9, 30), "UTC is turned to Beijing time"
    assert report.activities == {"Send notice": 1} and "院" in report.unused["log.xes" + (".gz" if zipped else "")]
    assert [(one.code, one.count) for one in report.warnings] == [("free_number", 1)]
    assert report.notes and "录入时间" in report.notes[0]


def test_an_event_log_with_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(XES, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(
        """
tables:
  cases:
    file: log.xes
    columns: {case_number: "concept:name", court: {from: 院, default: 未注明}, kind: {constant: enforcement}, filed_on: {derive: first_event}}
  events:
    file: log.xes
    columns: {case_number: "case:concept:name", node: "concept:name", event_at: "time:timestamp"}
    nodes: {Send notice: N06}
""",
        encoding="utf-8",
    )
    report, target = read(tmp_path, tmp_path / "log.xes")
    assert [one["court"] for one in rows(target, "cases")] == ["豫0302", "未注明"]
    assert [one["node"] for one in rows(target, "events")] == ["N02", "N06", "N02"] and not report.activities


@pytest.mark.parametrize(
    "text", ["<html/>", XES[:-40], "not xml", '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><log>&b;</log>']
)
def test_a_bad_event_log_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "log.xes").write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match="XES"):
        read(tmp_path, tmp_path / "log.xes", mapping=None)
    assert [path.name for path in tmp_path.iterdir()] == ["log.xes"]


def test_a_log_as_csv_collapses_its_cases(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "case:concept:name,concept:name,time:timestamp\n17,Notify,2024-05-20 10:00:00+02:00\n17,Close,2024-06-20 10:00:00\n18,Notify,2024-05-21\n",
        encoding="utf-8",
    )
    report, target = read(tmp_path, tmp_path / "log.csv", mapping=None)
    assert not report.rejected and [one["filed_on"] for one in rows(target, "cases")] == [
        date(2024, 5, 20),
        date(2024, 5, 21),
    ]
    assert rows(target, "events")[0]["event_at"] == datetime(2024, 5, 20, 16)
    assert report.read["cases"] == 2


def test_a_generated_set_goes_through_every_format_unchanged(tmp_path: Path) -> None:
    generate(tmp_path / "made", cases=120, seed=5)
    for kind in ("csv", "parquet"):
        source, target = tmp_path / kind, tmp_path / f"out-{kind}"
        source.mkdir()
        for table in TABLES:
            duckdb.execute(
                f"COPY (SELECT * FROM read_parquet('{tmp_path}/made/{table.name}.parquet')) TO '{source}/{table.name}.{kind}' (FORMAT {kind})"
            )
        report = load(source, target, taken_at=DAY, digests=False)
        assert not report.rejected and not report.warnings, report.lines()
        for table in TABLES:
            before = rows(tmp_path / "made", table.name)
            after = rows(target, table.name)
            if table.name == "events":  # ordered by time within a case, numbered anew
                order = lambda one: (one["case_id"], one["event_at"], one["entered_at"], one["node"])  # noqa: E731
                strip = lambda one: {key: value for key, value in one.items() if key != "event_id"}  # noqa: E731
                assert [strip(one) for one in sorted(before, key=order)] == [
                    strip(one) for one in sorted(after, key=order)
                ]
            else:
                assert before == after, table.name
