"""A filed record's signs, as the page and the printed sheet show them: from what the record itself keeps,
nothing is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import display, flow_words
from .labelled import Pair
from .templatetags.desk_tags import date_cn, moment_cn
from .wording import full


def pairs(flow: Mapping[str, Any]) -> dict[str, Pair]:
    """The fields `check` and `signs` of a 系统检查 record, filled from its frozen part."""
    taken = moment_cn(flow_words.moment(flow["taken_at"]))
    told = (
        f"{flow['case_number']}，{taken}取数（{flow['dataset']}），检查截至{date_cn(flow['as_of'])}\n"
        f"节点记录{flow['nodes']}条，系统提示风险信号{flow['found']}项，采纳{len(flow['signs'])}项\n"
        f"数据校验值 {display.fingerprint(flow['data_hash'])}　规则版本 {display.fingerprint(flow['rule_version'])}　"
        f"结果校验值 {display.fingerprint(flow['sha256'])}"
    )
    found: dict[str, Pair] = {"check": {"name": "check", "label": "流程数据检查", "value": told, "wide": True}}
    if flow["signs"]:
        found["signs"] = {"name": "signs", "label": "采纳的风险信号", "rows": [_sign(one) for one in flow["signs"]]}
    return found


def _sign(one: Mapping[str, Any]) -> list[Pair]:
    rows = [
        ("信号", f"第{one['n']}项 {one['title']}（{one['family']}，{flow_words.severity(one['severity'])[0]}）"),
        ("情况", full(one["reason"])),
        (
            "所涉节点",
            "\n".join(
                f"{node['title']}：{flow_words.at(node['at'])}，{flow_words.entered(node)['text']}"
                for node in one["nodes"]
            ),
        ),
        ("依据", one["source"]),
        ("届满日及算法", _worked(one)),
        ("可能的正当原因", "；".join(one["innocent"])),
        ("作为证据", f"第{one['point']}项核查要点" if one["point"] else ""),
        ("核查意见", one["view"]),
    ]
    return [{"name": "", "label": label, "rows": (), "value": value} for label, value in rows if value]


def _worked(one: Mapping[str, Any]) -> str:
    worked = flow_words.working(one["working"])
    if worked is None:
        return date_cn(one["due"])
    return "；".join(f"{step['label']}：{step['text']}" for step in worked["steps"])


def by_point(flow: Mapping[str, Any]) -> dict[int, list[int]]:
    """Number of the point → numbers of the signs taken over for it."""
    found: dict[int, list[int]] = {}
    for one in flow.get("signs", []):
        if one["point"]:
            found.setdefault(one["point"], []).append(one["n"])
    return found


def place(numbers: list[int]) -> str:
    """How an answer cites the signs of a record: the place in it."""
    return f"风险信号第{'、'.join(str(n) for n in numbers)}项"[:40]
