"""How the commands of 系统检查 are read and told: words, days and numbers as typed, tables as lines."""

from __future__ import annotations

import argparse
import re
from datetime import date
from typing import NoReturn

from ..periods import PeriodError, parse_day
from .model import FlowError, RuleSet, Summary

SEVERITY = {"high": "高", "medium": "中", "low": "低"}


_SAID = (
    ("the following arguments are required: (.*)", r"缺少\1"),
    ("unrecognized arguments: (.*)", r"不认识\1"),
    ("argument (.*): expected one argument", r"\1后面缺少内容"),
    ("ambiguous option: (.*) could match .*", r"\1不明确"),
)


class Parser(argparse.ArgumentParser):
    """Complaints in one Chinese sentence, exit 1."""

    def error(self, message: str) -> NoReturn:
        for told, said in _SAID:
            message = re.sub(told, said, message)
        raise FlowError(
            f"命令写法不对：{message.replace(', ', '、')}；用法：{' '.join(self.format_usage().split()[1:])}。加 -h 看说明。"
        )


def day(text: str) -> date:
    try:
        return parse_day(text)
    except PeriodError as error:
        raise FlowError(str(error)) from None


def number(text: str, what: str) -> int:
    plain = text.replace("_", "")
    if not plain.isascii() or not plain.isdigit():
        raise FlowError(f"{what}“{text[:30]}”不是整数，例如：1000。")
    return int(plain)


def wide(text: str, width: int) -> str:
    """The text filled up to so many columns, a 汉字 counting two."""
    return text + " " * max(1, width - sum(2 if ord(one) > 0x2E80 else 1 for one in text))


def table(summary: Summary, rules: RuleSet) -> list[str]:
    """The summary of a run as lines: one per rule that fired or could not run."""
    total = sum(summary.findings.values())
    lines = [
        f"基准日{summary.as_of}：{summary.cases}件案件、{summary.events}个节点，"
        f"{len(rules.rules) - len(summary.unable)}条规则发现风险信号{total}个，用时{summary.seconds:.1f}秒。"
    ]
    lines.append(wide("规则", 8) + wide("程度", 6) + wide("类别", 14) + wide("风险信号", 44) + "个数")
    for rule in rules.rules:
        if found := summary.findings.get(rule.id, 0):
            lines.append(
                wide(rule.id, 8)
                + wide(SEVERITY.get(rule.severity, ""), 6)
                + wide(rule.family, 14)
                + wide(rule.title, 44)
                + str(found)
            )
    silent = [rule.id for rule in rules.rules if not summary.findings.get(rule.id) and rule.id not in summary.unable]
    if silent:
        lines.append(f"没有发现信号的规则：{'、'.join(silent)}")
    lines += [
        f"无法运行：{rule} {rules.by_id[rule].title}，数据缺少 {'、'.join(columns)}"
        for rule, columns in summary.unable.items()
        if rule in rules.by_id
    ]
    lines.append(
        f"规则版本 {summary.rule_version}，数据校验值 {summary.data_hash[:16]}…。风险信号只提示需要核查，不是认定。"
    )
    return lines
