"""数据造假: the record does not match the event (dossier §6.3, F01 to F15)."""

from __future__ import annotations

from ..kinds.rows import RowEarly
from ..model import FALSE, Rule
from ..select import at

SCHEDULED = ("N29", "N30")
"""Nodes whose day may be a planned one."""

RULES: tuple[Rule, ...] = (
    Rule(
        "F05", "发生时间晚于录入时间", FALSE, "high",
        (RowEarly(at(but=SCHEDULED)),), "plan_flow",
        "{node}载明{happened}发生，却已于{entered}录入，早了{days}日。",
        marks={"rows": "D"}, innocent=("拍卖日期等预定日期字段（已排除拍卖节点）",),
    ),
)  # fmt: skip
