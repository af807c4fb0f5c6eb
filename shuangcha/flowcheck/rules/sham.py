"""虚假结案: the conditions of closing are not met (dossier §6.3, C01 to C10)."""

from __future__ import annotations

from ..kinds.across import AfterOrigin
from ..kinds.course import Requires, TooSoon
from ..kinds.ledger import Denied, Residue
from ..kinds.persons import RateOutlier, Spike
from ..kinds.property import OpenControl
from ..kinds.rows import RowWithout
from ..kinds.within import NotBefore
from ..model import SHAM, Rule
from ..select import at, not_

ALIVE = not_("released", "none_found", "not_disposable_legal")
SETTLED = ("released", "sold", "not_disposable_legal")
SOON = ((30, "high"), (90, "medium"))

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule(
        "C01", "立案未满三个月终本", SHAM, "high",
        (NotBefore("3月", at("N36"), reopening=at("N38")),), "ending",
        "{start}立案，{done}裁定终本，仅{days}日，未超过三个月，最早应为{due}。",
        marks={"limit": "V"}, innocent=(),
    ),
    Rule(
        "C02", "终本前置节点缺失", SHAM, "high",
        (Requires(("N06|N06a", "N07", "N15", "N18", "N35"), at("N36")),), "ending_steps",
        "{due_by}裁定终本，此前没有{missing}的记录。",
        marks={"nodes": "V"}, innocent=("旧案纸质材料未录入，补附扫描件",),
    ),
    Rule(
        "C03", "有已控制财产未处置而终本", SHAM, "high",
        (OpenControl(at("N36"), at("N21", outcome=ALIVE), at(outcome=SETTLED)),), "ending",
        "{closed}裁定终本时，尚有{count}项财产在控制之中（最早于{controlled}控制）没有处置，也没有记明法定的不能处置情形。",
        marks={"closing": "V"}, innocent=("轮候查封车辆未实际扣押、二次流拍后申请人拒绝抵债等法定不能处置情形（已记明的排除）",),
    ),
    Rule(
        "C04", "终本未经审批也无申请人签字", SHAM, "high",
        (RowWithout(at("N36", approver=None, outcome=not_("signed")), at("N35", outcome="signed")),), "ending_approval",
        "{happened}裁定终本，既无合议、院长审批记录，也无申请执行人签字确认。",
        marks={"rows": "V"}, innocent=(),
    ),
    Rule(
        "C05", "终本后很快恢复执行", SHAM, "medium",
        (TooSoon(at("N36"), at("N38"), SOON), AfterOrigin(SOON)), "restoring",
        "{start}裁定终本，{done}即恢复执行，仅隔{days}日。",
        marks={"within": "D"}, innocent=("终本后新出现财产，如继承、新开账户",),
    ),
    Rule(
        "C06", "恢复执行后很快全部履行", SHAM, "medium",
        (AfterOrigin(((60, "medium"),), "closed_on", "fulfilled"),), "restoring",
        "原案{start}裁定终本，恢复后{done}即执行完毕，距终本仅{days}日。",
        marks={"within": "D"}, innocent=("终本后新出现财产或者达成和解一次履行",),
    ),
    Rule(
        "C07", "以撤回申请结案而申请人否认", SHAM, "high",
        (Denied(("withdrawn",)),), "closing_opinion",
        "本案于{closed}以撤回申请结案，申请人于{complained}信访否认撤回。",
        marks={"closing": "D"}, innocent=(),
    ),
    Rule(
        "C08", "执行完毕而案款未付清", SHAM, "high",
        (Residue(10000, ("fulfilled",)),), "payment",
        "本案以执行完毕结案，已收案款{booked_amount}中尚有{left_amount}没有发放。",
        marks={"least": "D"}, innocent=("执行费等零头（100元以下不计）",),
    ),
    Rule(
        "C09", "年底突击结案", SHAM, "low",
        (Spike(5, 60, 3, 10),), "plan_flow",
        "该院{start}至{until}的5个工作日结案{count}件，此前60个工作日共结案{before_count}件。",
        marks={"days": "D", "before": "D", "times": "D", "least": "D"}, innocent=("集中执行行动的案件在年底办结",),
    ),
    Rule(
        "C10", "销案、不予执行比例异常", SHAM, "medium",
        (RateOutlier(("cancelled", "refused"), 3, 10),), "closing_opinion",
        "该人员结案{all_closings}件中以销案、不予执行结案{count}件，全部数据的平常比例为{usual}。",
        marks={"sigmas": "D", "least": "D"}, innocent=("专办某一类案件",),
    ),
)
# fmt: on
