"""Reading what is wrong: a bad row costs only itself, a wish that cannot be met is one sentence and leaves nothing."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from shuangcha.flowcheck.generate import generate
from shuangcha.flowcheck.read import ReadError, load
from tests.flowcheck.broken import read_many
from tests.flowcheck.reading import CASES, DAY, EVENTS, MAPPING, raw, read, rows, told

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
