"""Reading: every format, the mapping, the report per row, and each kind of bad input that the issue names."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from shuangcha.flowcheck.generate import generate
from shuangcha.flowcheck.read import ReadError, Report, load, read_manifest
from shuangcha.flowcheck.schema import TABLES
from tests.flowcheck.broken import read_many

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


# --- rows that are wrong ---


@pytest.mark.parametrize(
    "wrong,expected",
    [
        ("（2024）豫0302执9号,豫0302,2031-05-20,首执,1", ("立案日期", "beyond", 1, 4)),
        ("（2024）豫0302执9号,豫0302,2024-13-20,首执,1", ("立案日期", "day", 1, 4)),
        ("（2024）豫0302执9号,豫0302,,首执,1", ("立案日期", "empty", 1, 4)),
        ("（2024）豫0302执9号,豫0302,1024-05-20,首执,1", ("立案日期", "range", 1, 4)),
        ("（2024）豫0302执9号,豫0302,2024-05-20,首执,-1", ("申请执行标的", "negative", 1, 4)),
        ("（2024）豫0302执9号,豫0302,2024-05-20,首执,一百", ("申请执行标的", "money", 1, 4)),
        ("（2024）豫0302执9号,豫0302,2024-05-20,首执,1.005", ("申请执行标的", "money", 1, 4)),
        ("（2024）豫0302执9号,豫0302,2024-05-20,杂案,1", ("案件类别", "word", 1, 4)),
        (",豫0302,2024-05-20,首执,1", ("案号", "empty", 1, 4)),
        ("（2024）豫0302执1号,豫0302,2024-05-20,首执,1", ("案号", "duplicate", 1, 4)),
        ("[2024]豫0302执 1 号,豫0302,2024-05-20,首执,1", ("案号", "duplicate", 1, 4)),
        ("（2024）豫0302执9号,豫0302,2024-05-20,首执,1,2,3", ("（整行）", "width", 1, 4)),
        ('（2024）豫0302执9号,"豫0302,2024-05-20,首执,1', ("（整行）", "quotes", 1, 4)),
    ],
)
def test_one_bad_row_is_told_and_the_good_ones_stay(
    tmp_path: Path, wrong: str, expected: tuple[str, str, int, int]
) -> None:
    raw(tmp_path, CASES + wrong + "\n")
    report, target = read(tmp_path)
    assert told(report) == [expected]
    assert len(rows(target, "cases")) == 2 and report.rejected_rows["cases"] == 1
    with (target / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        head, row = csv.reader(file)
    assert head == ["文件", "行", "表", "列", "内容", "原因"]
    assert row[:2] == ["案件.csv", "4"] and row[3] == expected[0] and len(row[5]) > 5
    assert (expected[1] == "beyond") == any(line.startswith("  ！") for line in report.lines())


def test_a_node_of_2031_is_told_loudly_but_a_control_until_2031_is_not(tmp_path: Path) -> None:
    events = (
        EVENTS.replace("录入,经办\n", "录入,经办,到期\n").replace("甲\n", "甲,2031-05-20\n")
        + "（2024）豫0302执1号,发执行通知,2031-05-20,2024-05-22,甲,\n"
    )
    raw(tmp_path, events=events, mapping=MAPPING.replace("operator: 经办", "operator: 经办, due_on: 到期"))
    report, target = read(tmp_path)
    assert told(report) == [("发生时间", "beyond", 1, 5)] and report.beyond == 1
    assert any(line.strip().startswith("！") for line in report.lines())
    assert rows(target, "events")[0]["due_on"] == date(2031, 5, 20)


def test_orphans_and_backward_suspensions(tmp_path: Path) -> None:
    raw(
        tmp_path,
        events=EVENTS + "（2024）豫0302执77号,发执行通知,2024-05-22,,甲\n",
        mapping=MAPPING
        + "  suspensions:\n    file: 扣除.csv\n    columns: {case_number: 案号, kind: 事由, start_on: 起, end_on: 止}\n",
    )
    (tmp_path / "raw" / "扣除.csv").write_text(
        "案号,事由,起,止\n（2024）豫0302执1号,stay,2024-06-01,2024-05-01\n（2024）豫0302执1号,stay,2024-06-01,\n",
        encoding="utf-8",
    )
    report, target = read(tmp_path)
    assert set(told(report)) == {("止", "order", 1, 2), ("案号", "orphan", 1, 5)}
    assert rows(target, "suspensions") == [{"case_id": 1, "kind": "stay", "start_on": date(2024, 6, 1), "end_on": None}]


def test_tables_joined_by_an_inner_number(tmp_path: Path) -> None:
    cases = "内部号,案号,法院,立案日期,类别,标的\n77,（2024）豫0302执1号,豫0302,2024-05-20,首执,1\n"
    events = "内部号,节点,时间,录入,经办\n77,发执行通知,2024-05-22,,甲\n78,发执行通知,2024-05-22,,甲\n"
    raw(
        tmp_path,
        cases,
        events,
        MAPPING.replace("case_number: 案号\n", "case_number: 案号\n      case_id: 内部号\n").replace(
            "{case_number: 案号, node", "{case_id: 内部号, node"
        ),
    )
    report, target = read(tmp_path)
    assert [one["case_id"] for one in rows(target, "events")] == [1] and told(report) == [("内部编号", "orphan", 1, 3)]


def test_persons_become_keyed_digests_unless_told_otherwise(tmp_path: Path) -> None:
    cases = (
        CASES.replace("标的\n", "标的,被执行人\n")
        .replace("100.50\n", "100.50,某甲\n")
        .replace('"1,200"\n', '"1,200",某甲\n')
    )
    raw(tmp_path, cases, mapping=MAPPING.replace("      amount: 标的", "      amount: 标的\n      debtor: 被执行人"))
    found = {}
    for name, more in (
        ("a", {"salt": "盐"}),
        ("b", {"salt": "盐"}),
        ("c", {"salt": "others"}),
        ("d", {}),
        ("plain", {"digests": False}),
    ):
        load(tmp_path / "raw", tmp_path / name, taken_at=DAY, mapping=tmp_path / "mapping.yaml", **more)
        found[name] = [one["debtor"] for one in rows(tmp_path / name, "cases")]
    assert found["a"] == found["b"] and found["a"][0] == found["a"][1] and len(found["a"][0]) == 24
    assert len({values[0] for values in found.values()}) == 4 and found["plain"] == ["某甲", "某甲"]
    for name in "abcd":
        assert all("某甲".encode() not in path.read_bytes() for path in (tmp_path / name).iterdir())
    assert "盐" not in (tmp_path / "a" / "manifest.json").read_text(encoding="utf-8")


def test_rejected_values_are_no_formulas(tmp_path: Path) -> None:
    raw(tmp_path, CASES + '（2024）豫0302执9号,豫0302,"=HYPERLINK(""x"")",首执,1\n')
    _, target = read(tmp_path)
    with (target / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][4].startswith("'=")


# --- wishes that cannot be met ---


@pytest.mark.parametrize(
    "change,line,words",
    [
        (("      amount: 标的", "      amont: 标的"), 11, "是否为“amount”"),
        (("      amount: 标的", "      amount: 标的额"), 11, "是否为“标的”"),
        (("发执行通知: N06", "发执行通知: N99"), 16, "节点代码“N99”不存在"),
        (("    columns:\n      case_number: 案号\n", "    colums:\n      case_number: 案号\n"), 6, "是否为“columns”"),
        (("      filed_on: 立案日期\n", ""), 5, "filed_on（立案日期）"),
        (("file: 节点.csv", "file: 没有.csv"), 13, "没有与“没有.csv”相符的文件"),
        (("amount: 标的", "amount: {from: 标的, unit: 美元}"), 11, "金额单位"),
        (("amount: 标的", "amount: {unit: 元}"), 11, "三者之一"),
        (("  events:", "  evnts:"), 12, "是否为“events”"),
        (("      amount: 标的", "      court: 标的"), 11, "写了两次"),
        (("      amount: 标的", "   amount: [标的"), 11, "YAML"),
    ],
)
def test_a_mapping_to_nowhere_names_its_line(tmp_path: Path, change: tuple[str, str], line: int, words: str) -> None:
    assert change[0] in MAPPING
    raw(tmp_path, mapping=MAPPING.replace(*change, 1))
    with pytest.raises(ReadError) as caught:
        read(tmp_path)
    text = str(caught.value)
    assert words in text, text
    assert f"第{line}行" in text, text
    assert not (tmp_path / "data").exists() and not list(tmp_path.glob(".data*"))


@pytest.mark.parametrize(
    "text", ["", "tables: {}", "[1, 2]", "tables: {cases: &a {file: x}, events: *a}", "a: " + "[" * 1100]
)
def test_a_mapping_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    raw(tmp_path, mapping=text)
    with pytest.raises(ReadError, match="映射文件"):
        read(tmp_path)


def test_files_that_say_nothing_ask_for_a_mapping(tmp_path: Path) -> None:
    raw(tmp_path)
    (tmp_path / "raw" / "节点.csv").rename(tmp_path / "raw" / "x.csv")
    with pytest.raises(ReadError, match="--mapping"):
        read(tmp_path, mapping=None)


@pytest.mark.parametrize(
    "name,content", [("节点.csv", b""), ("节点.xlsx", b"not a workbook"), ("节点.parquet", b"PAR1")]
)
def test_empty_and_broken_files_are_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    source = raw(tmp_path, mapping=MAPPING.replace("file: 节点.csv", f"file: {name}"))
    (source / name).write_bytes(content)
    with pytest.raises(ReadError, match=name):
        read(tmp_path)
    assert not (tmp_path / "data").exists()


def test_nothing_usable_is_refused_with_the_reasons(tmp_path: Path) -> None:
    raw(tmp_path, events="案号,节点,时间,录入,经办\n（2024）豫0302执1号,发执行通知,某日,,甲\n")
    with pytest.raises(ReadError, match=r"没有一件案件或一个节点可用.*不是时间"):
        read(tmp_path)
    assert not (tmp_path / "data").exists()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    raw(tmp_path, CASES + "（2024）豫0302执9号,豫0302,某日,首执,1\n")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    report, target = read(tmp_path, dry_run=True)
    assert told(report) == [("立案日期", "day", 1, 4)] and report.kept["cases"] == 2
    assert not target.exists() and sorted(path.name for path in tmp_path.rglob("*")) == before
    assert "没有写出任何数据" in report.lines()[0]
    json.dumps(report.as_dict())


def test_a_full_target_is_left_alone(tmp_path: Path) -> None:
    raw(tmp_path)
    read(tmp_path)
    with pytest.raises(ReadError, match="已有内容"):
        read(tmp_path)


SMALL_DISK = """
import resource, signal, sys
from datetime import date
from pathlib import Path
from shuangcha.flowcheck.read import ReadError, load
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    load(Path(sys.argv[1]), Path(sys.argv[2]), taken_at=date(2025, 6, 30))
except ReadError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("room", [20_000, 300_000, 1_500_000])
def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path: Path, room: int) -> None:
    generate(tmp_path / "made", cases=1200, seed=5)
    source = tmp_path / "raw"
    source.mkdir()
    for table in ("cases", "events"):
        duckdb.execute(
            f"COPY (SELECT * FROM read_parquet('{tmp_path}/made/{table}.parquet')) TO '{source}/{table}.csv'"
        )
    done = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, str(source), str(tmp_path / "data"), str(room)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1 and "磁盘空间不足" in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "raw"]


def test_many_rows_one_in_a_hundred_broken_in_bounded_memory(tmp_path: Path) -> None:
    """1e5 rows here; `deep flow_broken` reads 1e6."""
    read_many(tmp_path, 100_000, memory_mb=300, most_mb=600)
