"""消极执行: conditions exist, the act is not taken or not in time (dossier §6.3, P01 to P11)."""

from __future__ import annotations

from ..kinds.gaps import Gap
from ..kinds.ledger import PetitionLate
from ..kinds.notice import Notice
from ..kinds.property import Expiry
from ..kinds.within import Within
from ..model import PASSIVE, Rule
from ..nodes import LIST_A, LIST_PAUSE, LIST_SIX_MONTHS
from ..select import at, not_

ENFORCING = ("enforcement", "unlitigated")
ALL = ("enforcement", "unlitigated", "restored")
PERSONAL = ("N11", "N18", "N19", "N20")
"""Measures against a person: their end settles no property."""
SETTLED = at(but=PERSONAL, outcome=("released", "sold", "not_disposable_legal"))
CONTROL = not_("released", "none_found", "not_disposable_legal")

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule(
        "P01", "发出执行通知超过10日", PASSIVE, "medium",
        (Notice("10日", "3日", at("N06", "N06a"), at("N01"), at("N21", outcome=not_("released")), at("N06a"), ENFORCING),), "notice",
        "{start}{since}，应于{due}前发出执行通知书，{done}才发出，超期{days}日。",
        "{start}{since}，应于{due}前发出执行通知书，没有发出的记录，超期{days}日。",
        marks={"limit": "V", "limit_measure": "V"}, innocent=("立即执行的案件，通知可与措施同时或者自采取措施之日起三日内发出（记为N06a的已计入）",),
    ),
    Rule(
        "P02", "查到财产未及时控制", PASSIVE, "medium",
        (Within("7日", at("N21", outcome=not_("released")), at("N08", "N13", "N16", "N17", outcome="found", amount=not_(0), excused=True), SETTLED, at(outcome="released"), by_subject=True),), "survey",
        "{start}查到财产，应于{due}前控制，{done}才控制，超期{days}日。",
        "{start}查到财产，应于{due}前控制，没有有效控制的记录，超期{days}日。",
        marks={"limit": "D"}, innocent=("财产没有价值（金额为零的已排除）", "记明不予控制原因（已排除）"),
    ),
    Rule(
        "P03", "查封后超过30日未启动评估", PASSIVE, "medium",
        (Within("30日", at("N24"), at("N21", outcome=CONTROL, property_kind=not_("deposit"), excused=True), SETTLED, by_subject=True, stops=LIST_A),), "price_start",
        "{start}查封，应于{due}前启动确定参考价，{done}才启动，超期{days}日。",
        "{start}查封，应于{due}前启动确定参考价，没有启动的记录，超期{days}日。",
        marks={"limit": "V", "stops": "V"}, innocent=("当事人正在协商（记明原因的已排除）", "存款不须评估（已排除）"),
    ),
    Rule(
        "P04", "参考价确定后10日内未启动变价", PASSIVE, "medium",
        (Within("10日", at("N28", "N29"), at("N25", excused=True), SETTLED, by_subject=True, stops=LIST_PAUSE),), "sale_start",
        "{start}确定参考价，应于{due}前启动变价，{done}才启动，超期{days}日。",
        "{start}确定参考价，应于{due}前启动变价，没有启动的记录，超期{days}日。",
        marks={"limit": "V", "stops": "D"}, innocent=("暂缓、中止（已扣除）", "记明原因（已排除）"),
    ),
    Rule(
        "P05", "流拍后30日内未二次拍卖", PASSIVE, "medium",
        (Within("30日", at("N30"), at("N29", outcome="failed_sale", excused=True), SETTLED, by_subject=True, stops=LIST_PAUSE),), "second_sale",
        "{start}流拍，应于{due}前再次拍卖，{done}才拍卖，超期{days}日。",
        "{start}流拍，应于{due}前再次拍卖，没有拍卖的记录，超期{days}日。",
        marks={"limit": "V", "stops": "V"}, innocent=("暂缓、中止（已扣除）",),
    ),
    Rule(
        "P06", "案款超过30日未发放", PASSIVE, "high",
        (Within("30日", at("N34", "N34a"), at("N33", excused=True), at("N33a"), by_subject=True, lapses=False, delayed=True),), "payment",
        "案款{start}到账，应于{due}前发放，{done}才发放，超期{days}日。",
        "案款{start}到账，应于{due}前发放，没有这笔款项发放的记录，超期{days}日。",
        marks={"limit": "M"}, innocent=("经批准延缓发放（有批准节点、记明原因或者案款表记有延缓事由的已排除）",),
    ),
    Rule(
        "P07", "查封冻结到期未续", PASSIVE, "high",
        (Expiry(at("N21", "N23", outcome=CONTROL), at("N21", "N23", outcome=not_("none_found")), SETTLED, at("N31")),), "control_term",
        "{start}采取的控制措施{due}到期，{answered}才续行控制或者处置，中断{days}日。",
        "{start}采取的控制措施{due}到期，没有续行控制、解除或者处置的记录，已过{days}日。",
        marks={"control": "V"}, innocent=("已解除或者已处置（有记录的排除）", "案件已执行完毕"),
    ),
    Rule(
        "P08", "长期没有执行行为", PASSIVE, "medium",
        (Gap(((60, "medium"), (90, "high")), LIST_A, ALL),), "plan_flow",
        "{start}至{until}没有任何节点记录，扣除法定期间后达{days}日。",
        marks={"levels": "D", "stops": "V"}, innocent=("中止、暂缓等期间（已扣除）",),
    ),
    Rule(
        "P09", "超过法定执行期限", PASSIVE, "high",
        (
            Within("6月", to_day="closed_on", kinds=("enforcement", "restored"), stops=LIST_A, extended=True),
            Within("3月", to_day="closed_on", kinds=("unlitigated",), stops=LIST_A, extended=True),
        ), "closing_term",
        "{start}立案，扣除{deducted}日后应于{due}前结案，{done}才结案，超期{days}日。",
        "{start}立案，扣除{deducted}日后应于{due}前结案，至今未结也无批准延期，超期{days}日。",
        marks={"limit": "V", "stops": "V"}, innocent=("法定扣除期间（已扣除）", "经批准延长（已计入）"),
    ),
    Rule(
        "P10", "执行异议未依时限立案、审查", PASSIVE, "medium",
        (
            Within("3日", at("N42", outcome="filed"), at("N42", outcome="received"), at("N42", outcome="rejected"), by_subject=True),
            Within("15日", at("N42", outcome=("ruled", "rejected")), at("N42", outcome="received"), by_subject=True),
        ), "objection_filing",
        "{start}收到异议，应于{due}前办理，{done}才办理，超期{days}日。",
        "{start}收到异议，应于{due}前办理，没有办理的记录，超期{days}日。",
        marks={"limit": "V"}, innocent=(), laws=("objection_filing", "objection"),
    ),
    Rule(
        "P11", "信访超过5个工作日未录入", PASSIVE, "low",
        (PetitionLate("5工作日"),), "petition",
        "{start}收到信访，应于{due}前录入，{done}才录入，超期{days}日。",
        "{start}收到信访，应于{due}前录入，至今没有录入，超期{days}日。",
        marks={"limit": "V"}, innocent=(),
    ),
)
# fmt: on

# fmt: off
EXTRA: tuple[Rule, ...] = (
    Rule(
        "X02", "立案满六个月未执行（提级执行的条件）", PASSIVE, "low",
        (Within("6月", to_day="closed_on", kinds=("enforcement", "restored"), stops=LIST_SIX_MONTHS),), "six_months",
        "{start}立案，扣除{deducted}日后{due}满六个月，{done}才结案，申请人可以请求上一级法院执行。",
        "{start}立案，扣除{deducted}日后{due}已满六个月仍未结，申请人可以请求上一级法院执行。",
        marks={"limit": "V", "stops": "V"}, innocent=("拍卖期间不在此项扣除之列（执行程序解释第13条）",),
    ),
)
# fmt: on
"""Rules that run only where a file of local rules asks for them (`use`)."""
