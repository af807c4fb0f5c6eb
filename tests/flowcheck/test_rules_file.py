"""A file of local rules: what it may change, and what it says of a slip, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from shuangcha.flowcheck import RulesError, builtin, check_case, load_rules
from shuangcha.flowcheck.rules.listing import written
from shuangcha.flowcheck.select import Sel

from .tools import AS_OF, make_case

GOOD = """
off: [F07, C09]
use: [X02]
change:
  P06: {limit: 10日, mark: L}
  F01:
    levels: [[5, low], [20, high]]
    severity: low
add:
  - id: L01
    title: 移交案卷超3日
    family: 消极执行
    severity: low
    law: plan_flow
    kind: Within
    with: {limit: 3日, target: {nodes: [N03]}}
    reason: "{start}立案，{done}才移交，超期{days}日。"
    reason_open: "{start}立案，没有移交。"
  - id: L02
    title: 评估时没有记明对象
    family: 管理问题
    severity: low
    kind: RowWithout
    with:
      rows: {nodes: [N24], where: {subject: null, outcome: {not: [rejected]}}}
    reason: "{node}没有记明对象。"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "本地.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file(tmp_path: Path) -> None:
    rules = load_rules(write(tmp_path, GOOD))
    assert "F07" not in rules.by_id and "C09" not in rules.by_id and "X02" in rules.by_id
    assert rules.by_id["P06"].parameters()["limit"] == "10日" and rules.by_id["P06"].marks["limit"] == "L"
    assert rules.by_id["F01"].severity == "low" and rules.version != builtin().version
    late = make_case([("N03", "2020-03-09T09:00"), ("N24", "2020-03-09T09:00")])
    reasons = {one.rule: one.reason for one in check_case(late, rules, AS_OF)}
    assert (
        reasons["L01"] == "2020年3月2日立案，2020年3月9日才移交，超期4日。"
        and reasons["L02"] == "启动确定参考价没有记明对象。"
    )
    in_time = make_case([("N03", "2020-03-05T09:00"), ("N24", "2020-03-09T09:00", {"subject": "W1"})])
    assert not {"L01", "L02"} & {one.rule for one in check_case(in_time, rules, AS_OF)}


def test_no_file_and_an_empty_one_are_the_built_in_rules(tmp_path: Path) -> None:
    assert load_rules() == builtin() == load_rules(write(tmp_path, "# nothing\n"))


def test_every_parameter_of_every_check_can_be_written_back(tmp_path: Path) -> None:
    """What the list of rules shows is what a file may say; what is empty there cannot be taken away."""
    for rule in builtin().rules:
        names = rule.parameters()
        assert set(rule.marks) <= set(names), rule.id
        told = {name: written(value) for name, value in names.items() if value not in (None, "", (), Sel())}
        if not told:
            continue
        file = write(tmp_path, yaml.safe_dump({"change": {rule.id: told}}, allow_unicode=True, sort_keys=False))
        changed = load_rules(file).by_id[rule.id]
        assert changed.checks == rule.checks, rule.id
        assert {name for name in names if changed.mark_of(name) == "L"} >= set(told)


def test_the_second_check_of_a_rule_is_changed_by_its_own_name(tmp_path: Path) -> None:
    rules = load_rules(write(tmp_path, "change:\n  P10: {limit_2: 10日, mark: L}\n"))
    rule = rules.by_id["P10"]
    assert (rule.parameters()["limit"], rule.parameters()["limit_2"]) == ("3日", "10日")
    assert (rule.mark_of("limit"), rule.mark_of("limit_2"), rule.mark_of("target_2")) == ("V", "L", "D")
    ruled = [
        ("N42", "2020-04-07T09:00", {"outcome": "received"}),
        ("N42", "2020-04-08T09:00", {"outcome": "filed"}),
        ("N42", "2020-04-20T09:00", {"outcome": "ruled"}),
    ]
    (one,) = (one for one in check_case(make_case(ruled), rules, AS_OF) if one.rule == "P10")
    assert str(one.due) == "2020-04-17" and one.event_ids == (1, 3)
    first = load_rules(write(tmp_path, "change:\n  P10: {limit: 5日, mark: L}\n")).by_id["P10"]
    assert (first.mark_of("limit"), first.mark_of("limit_2")) == ("L", "V")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("of: [F07]\n", 1, "“of”无法识别，是否为“off”"),
        ("off: [F07,\n\nuse", 3, "YAML"),
        ("off:\n  - F99\n", 2, "“F99”不存在"),
        ("use: [X99]\n", 1, "X99"),
        ("change:\n  P06:\n    limt: 10日\n", 3, "是否为“limit”"),
        ("change:\n  P06:\n    limit: 十几天\n", 3, "无法识别"),
        ("change:\n  P06:\n    limit: 99年\n", 3, "过长"),
        ("change:\n  F01:\n    levels: [[15, high], [3, medium]]\n", 3, "由小到大"),
        ("change:\n  P10:\n    limit: 5日\n    limit_2: 两周\n", 4, "无法识别"),
        ("change:\n  P01:\n    limit: 10日\n    limit_measure: 三天吧\n", 4, "无法识别"),
        ("change:\n  P10:\n    limit_3: 5日\n", 3, "是否为“limit_2”"),
        ("change:\n  P06:\n    limit_2: 5日\n", 3, "是否为“limit”"),
        ("change:\n  F03:\n    percent: 六十\n", 3, "整数"),
        ("change:\n  P01: {limit: 3日}\n  P01: {limit: 5日}\n", 3, "重复"),
        ("change:\n  P09:\n    stops: [coffee]\n", 3, "coffee"),
        ("change:\n  P01:\n    severity: 严重\n", 3, "程度"),
        (
            "add:\n  - id: l1\n    title: 甲\n    family: 消极执行\n    severity: low\n    kind: Within\n    reason: 乙\n",
            2,
            "格式",
        ),
        (
            "add:\n  - id: L1\n    title: 甲\n    family: 消极\n    severity: low\n    kind: Within\n    reason: 乙\n",
            4,
            "类别",
        ),
        (
            "add:\n  - id: L1\n    title: 甲\n    family: 消极执行\n    severity: low\n    kind: Whithin\n    reason: 乙\n",
            6,
            "是否为“Within”",
        ),
        (
            "add:\n  - id: L1\n    title: 甲\n    family: 消极执行\n    severity: low\n    kind: Within\n    with: {limit: 3日}\n    reason: 乙\n",
            7,
            "target",
        ),
        (
            "add:\n  - id: L1\n    title: 甲\n    family: 消极执行\n    severity: low\n    kind: Within\n    with: {target: {nodes: [N03]}}\n    reason: 乙\n",
            7,
            "缺少参数“limit”",
        ),
        (
            "add:\n  - id: L1\n    title: 甲\n    family: 消极执行\n    severity: low\n    kind: RowWithout\n    with:\n      rows: {where: {colour: red}}\n    reason: 乙\n",
            8,
            "colour",
        ),
        (
            "add:\n  - id: L1\n    title: 甲\n    family: 消极执行\n    severity: low\n    kind: RowWithout\n    with: {rows: {nodes: [N24]}}\n    reason: '{wer}'\n",
            8,
            "{wer}",
        ),
        (
            "add:\n  - id: P01\n    title: 甲\n    family: 消极执行\n    severity: low\n    kind: RowWithout\n    reason: 乙\n",
            2,
            "已被使用",
        ),
        ("- off\n", 1, "名称: 值"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(RulesError) as caught:
        load_rules(write(tmp_path, text))
    assert str(caught.value).startswith(f"规则文件本地.yaml第{line}行：") and says in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="无法读取"):
        load_rules(tmp_path / "没有.yaml")
    (tmp_path / "旧.yaml").write_bytes("off: [甲]".encode("gb18030"))
    with pytest.raises(RulesError, match="UTF-8"):
        load_rules(tmp_path / "旧.yaml")
