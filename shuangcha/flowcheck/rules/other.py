"""选择性执行, 乱执行 and 管理问题 (dossier §6.3: S01 to S03, D01 to D03, M01, M02), and faults of the data themselves (X01)."""

from __future__ import annotations

from ..kinds.across import LeftIdle, OutOfTurn, Repeated
from ..kinds.ledger import BadStops, IgnoredAlerts, OtherAccount, Outsider
from ..kinds.persons import RateGap
from ..kinds.property import OverControl
from ..model import DISORDERLY, MANAGEMENT, SELECTIVE, Rule
from ..select import at, not_
from .passive import CONTROL

HELD = not_("released", "none_found", "not_disposable_legal", "sold")

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule(
        "S01", "案款发放与查封顺位不符", SELECTIVE, "high",
        (OutOfTurn(at("N21", "N23", outcome=CONTROL), at(outcome="released"), at("N34", "N34a")),), "compensation",
        "本案自{controlled}起控制该财产，晚于{earlier_number}，却于{paid}先行领款，在先的案件当时控制未解除、未到期，也没有足额受偿。",
        marks={"control": "D", "residue": "D"}, innocent=(
            "有优先受偿权（当事人记为优先权的已排除）", "各债权人另有分配协议，或者依法参与分配", "所领的是其他财产的价款，或者在先的案件已就该财产的价款受偿",
        ),
    ),
    Rule(
        "S02", "同一被执行人先立之案搁置、后立之案受偿", SELECTIVE, "medium",
        (LeftIdle(at("N34", "N34a")),), "compensation",
        "本案{filed}立案至今没有受偿，同一被执行人{later_filed}才立案的另案已经受偿。",
        marks={"paid": "D"}, innocent=("两案财产不同，或者后案债权有担保物权",),
    ),
    Rule(
        "S03", "对不同申请人采取措施的比例悬殊", SELECTIVE, "low",
        (RateGap(at("N21"), "bank", "person", 3, 5),), "plan_flow",
        "该人员对银行申请的案件采取控制措施的占{favoured_percent}%，对个人申请的占{other_percent}%，差别超出偶然范围。",
        marks={"sigmas": "D", "least": "D"}, innocent=("案件类型不同，如银行多有抵押",),
    ),
    Rule(
        "D01", "明显超标的控制财产", DISORDERLY, "high",
        (OverControl(130, at("N21", outcome=HELD, excused=True), at(outcome=("released", "sold"))),), "over_control",
        "{happened}同时控制的财产达{controlled_amount}，申请执行标的为{claim_amount}。",
        marks={"percent": "D"}, innocent=("财产不可分割（记明原因的已排除）", "同一财产重复记载、续封（只计一次）", "加倍利息、执行费用尚未计入标的"),
    ),
    Rule(
        "D02", "对执行依据之外的人采取措施", DISORDERLY, "high",
        (Outsider(at("N18", "N19", "N21")),), "compensation",
        "{happened}对{party}采取{node}，此人未列于执行依据，也没有追加的裁定。",
        marks={"acts": "D"}, innocent=("已裁定追加（有记录的排除）", "对单位被执行人的法定代表人依法限制消费"),
    ),
    Rule(
        "D03", "案款未走一案一账号", DISORDERLY, "high",
        (OtherAccount(at("N33", "N34", "N34a")),), "account",
        "{happened}的{node}经由{account}，不是本案专用账号。",
        marks={"moves": "M"}, innocent=(),
    ),
    Rule(
        "M01", "预警多次无人处理", MANAGEMENT, "medium",
        (IgnoredAlerts(3),), "plan_flow",
        "{first}至{last}有{count}次预警没有处理。",
        marks={"least": "D"}, innocent=(),
    ),
    Rule(
        "M02", "督办之后重复发生", MANAGEMENT, "high",
        (Repeated(),), "plan_repeat",
        "“{rule_title}”于{supervised}已被督办，{again}再次出现，共{count}次。",
        marks={}, innocent=(),
    ),
    Rule(
        "X01", "扣除期间不合法", MANAGEMENT, "low",
        (BadStops(),), "stops",
        "{start}起的扣除期间{fault}，不予扣除，须更正。",
        marks={}, innocent=("恢复执行后忘记录入止日，须核对裁定",),
    ),
)
# fmt: on
