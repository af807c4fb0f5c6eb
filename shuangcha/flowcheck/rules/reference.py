"""The 14 rules by which speed is compared (`--reference`); their figures are in the documentation of the bench."""

from __future__ import annotations

from functools import cache

from ..kinds.across import Crowd, SameValue
from ..kinds.course import Order, Requires, TooSoon
from ..kinds.rows import RowEarly, RowLate, RowOddTime
from ..kinds.within import NotBefore, Within
from ..model import FALSE, PASSIVE, SHAM, Rule, RuleSet
from ..nodes import LIST_A
from ..select import at

LATE = "{start}起算，应于{due}前完成，{done}才完成，超期{days}日。"


@cache
def reference_rules() -> RuleSet:
    """R01 to R14 in the order of the design note. What was never done is no finding here:
    it was not in the comparison."""
    # fmt: off
    return RuleSet((
        Rule("R01", "缺少必备节点", PASSIVE, "high", (Requires(("N02", "N06", "N07", "N15", "N39")),), "plan_flow", "结案时没有{missing}的记录。"),
        Rule("R02", "评估未完成即拍卖", FALSE, "high", (Order((("N25", "N29"),)),), "plan_flow", "{node}载明{later_on}，早于{before_title}（{earlier_on}）。"),
        Rule("R03", "执行通知超10日", PASSIVE, "medium", (Within("10日", at("N06"), when_open=False),), "notice", LATE),
        Rule("R04", "首次查控超5个工作日", PASSIVE, "medium", (Within("5工作日", at("N15"), when_open=False),), "local_survey", LATE),
        Rule("R05", "结案超6个月", PASSIVE, "high", (Within("6月", to_day="closed_on", stops=LIST_A, when_open=False),), "closing_term", LATE),
        Rule("R06", "事后补录超5个工作日", FALSE, "medium", (RowLate(((5, "medium"),), working=True),), "plan_flow", "{node}迟录{days}个工作日。"),
        Rule("R07", "同一秒批量录入", FALSE, "medium", (Crowd(10),), "plan_flow", "同一人在{moment}录入{cases}件案件的{rows}个节点。"),
        Rule("R08", "笔录文字雷同", FALSE, "high", (SameValue("text", 5, at(), ("operator", "node")),), "plan_flow", "{node}的文字在{cases}件案件中相同。"),
        Rule("R09", "节点发生于非工作时间", FALSE, "low", (RowOddTime(at("N15", "N21", "N35")),), "plan_flow", "{node}载明{happened}发生，在非工作时间。"),
        Rule("R10", "录入早于发生", FALSE, "high", (RowEarly(),), "plan_flow", "{node}载明{happened}发生，{entered}已录入。"),
        Rule("R11", "终本前置节点缺失", SHAM, "high", (Requires(("N06", "N07", "N15*2", "N35"), at("N36")),), "ending", "终本前没有{missing}的记录。"),
        Rule("R12", "结案后30日内恢复", SHAM, "medium", (TooSoon(at("N39"), at("N38"), ((30, "medium"),)),), "restoring", "{start}结案，{done}恢复，仅隔{days}日。"),
        Rule("R13", "立案未满3个月终本", SHAM, "high", (NotBefore("3月", at("N36")),), "ending", "{start}立案，{done}终本，最早应为{due}。"),
        Rule("R14", "到账后30日内未发放", PASSIVE, "high", (Within("30日", at("N34"), at("N33"), lapses=False),), "payment", LATE, "{start}到账，应于{due}前发放，没有发放的记录。"),
    ))
    # fmt: on
