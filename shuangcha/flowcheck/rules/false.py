"""数据造假: the record does not match the event (dossier §6.3, F01 to F15)."""

from __future__ import annotations

from ..kinds.across import Crowd, SameSecond, SameValue
from ..kinds.course import BeforeFiling, Order
from ..kinds.gaps import BurstBeforeClosing
from ..kinds.ledger import PaidDiffers
from ..kinds.persons import OddShare
from ..kinds.rows import Filler, RowEarly, RowLate, RowWithout, ServedAtOnce
from ..kinds.texts import NearText
from ..kinds.within import Within
from ..model import FALSE, Rule
from ..nodes import NODES
from ..select import at, not_

SCHEDULED = ("N29", "N30")
"""Nodes whose day may be a planned one."""
BEFORE = ("N01", "N42", "N43", "N44")
"""Nodes that may lie before the filing of the case: the application itself, objections, 保全 before the suit."""
PAIRS = tuple((earlier, node.code) for node in NODES for earlier in node.after if node.code not in ("N01", "N38"))
"""(before, after) by the table of nodes; N06a (immediate execution) has no predecessor there."""

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule(
        "F01", "事后补录", FALSE, "medium",
        (RowLate(((3, "medium"), (15, "high")), at(excused=True)),), "plan_flow",
        "{node}载明{happened}发生，{entered}才录入，迟了{days}日，没有记明原因。",
        marks={"levels": "D", "rows": "D"}, innocent=("外出执行、系统故障（记明原因或者由系统导入的已排除）",),
    ),
    Rule(
        "F02", "同一秒批量录入", FALSE, "medium",
        (SameSecond(3), Crowd(5)), "plan_flow",
        "同一人在{moment}这一秒录入{rows}个节点，人工难以做到。",
        marks={"rows": "D", "cases": "D"}, innocent=("系统批量导入（有导入批次的已排除）",),
    ),
    Rule(
        "F03", "结案前集中补录", FALSE, "medium",
        (BurstBeforeClosing(60, 24, 5, 10),), "plan_flow",
        "全案{all_rows}个节点中有{count}个在结案（{closed}）前的最后一段时间内集中录入。",
        marks={"percent": "D", "hours": "D", "least": "D", "short_days": "D"}, innocent=("立案后很快一次履行完毕的短案（降为低风险）",),
    ),
    Rule(
        "F04", "节点早于立案", FALSE, "medium",
        (BeforeFiling(at(but=BEFORE)),), "plan_flow",
        "本案{filed}立案，却有{count}个节点早于立案，最早的{node}为{first}。",
        marks={"rows": "D"}, innocent=("诉前、诉讼保全（保全、异议、收到申请节点已排除）",),
    ),
    Rule(
        "F05", "发生时间晚于录入时间", FALSE, "high",
        (RowEarly(at(but=SCHEDULED), future=True),), "plan_flow",
        "{node}载明{happened}发生，却已于{entered}录入，早了{early}。",
        "{node}载明{happened}发生，检查时尚未到来，还差{early}。",
        marks={"rows": "D", "future": "D"}, innocent=("拍卖日期等预定日期字段（已排除拍卖节点）",),
    ),
    Rule(
        "F06", "节点先后颠倒", FALSE, "medium",
        (Order(PAIRS, (("N06", "N06a"),)),), "working_rules",
        "{node}载明{later_on}，早于应在其前的{before_title}（{earlier_on}），颠倒{days}日。",
        marks={"pairs": "D", "instead": "D"}, innocent=("立即执行的，执行通知可以后发（节点另列，已排除）",),
    ),
    Rule(
        "F07", "非工作时间办案比例异常", FALSE, "low",
        (OddShare(20, 50),), "plan_flow",
        "该人员{all_rows}个节点中有{odd}个的发生或者录入在22时至6时或者法定休假日。",
        marks={"percent": "D", "least": "D", "first": "D", "last": "D"}, innocent=("夜间、节假日集中执行行动，须核对行动方案",),
    ),
    Rule(
        "F08", "笔录文字雷同", FALSE, "high",
        (NearText(200, 95, rows=at("N10", "N35")),), "plan_flow",
        "{node}的正文除格式文字外，与{other_number}的一份同类笔录有{percent}%的文字相同。",
        marks={"least": "D", "percent": "D", "template": "D", "rows": "D"},
        innocent=("格式模板（出现500次以上的文字已排除，其余须满200字；本院自用的格式使用较少的，须人工核对）",),
    ),
    Rule(
        "F09", "不同案件附件相同", FALSE, "high",
        (SameValue("body_hash", 2, at(attachment_kind=not_("stamp"))),), "plan_flow",
        "{node}所附文件与其他案件的附件完全相同，共涉及{cases}件案件。",
        marks={"cases": "D"}, innocent=("印章图片（附件类别为印章的已排除）", "同一份材料合法用于关联案件"),
    ),
    Rule(
        "F10", "必填内容敷衍", FALSE, "low",
        (Filler(),), "plan_flow",
        "{node}（{happened}）的正文只有“{text}”或者反复书写，没有实际内容。",
        marks={"least": "L", "words": "L"}, innocent=(),
    ),
    Rule(
        "F11", "节点提交后被删除或重录", FALSE, "medium",
        (RowWithout(at(change=("deleted", "re-entered"), reason=None), removed=True),), "plan_flow",
        "{node}（{happened}）提交后被删除或者重新录入，没有记明原因。",
        marks={"rows": "D"}, innocent=("更正笔误（记明原因的已排除）",),
    ),
    Rule(
        "F12", "邮寄、公告送达当日即送达", FALSE, "medium",
        (ServedAtOnce(("post", "notice")),), "plan_flow",
        "{node}以邮寄或者公告方式送达，送达日期与作出日期同为{happened}。",
        marks={"ways": "D"}, innocent=("电子送达、直接送达（已排除）",),
    ),
    Rule(
        "F13", "到位金额与案款不符", FALSE, "high",
        (PaidDiffers(0),), "plan_flow",
        "录入到位金额{entered_amount}，恰等于申请标的，案款账上只收到{booked_amount}。",
        marks={"tolerance": "D"}, innocent=("当事人在法院之外履行，须有凭证（账上没有收款的降为低风险）",),
    ),
    Rule(
        "F14", "网络查控没有反馈却显示完成", FALSE, "medium",
        (Within("3日", at("N16"), at("N15", outcome="done"), when_done=False),), "plan_flow",
        "{start}发起网络查控并显示完成，{done}才有反馈。",
        "{start}发起网络查控并显示完成，至今没有反馈记录，已过{due}。",
        marks={"limit": "D"}, innocent=("查控接口延迟（3日内不计）",),
    ),
    Rule(
        "F15", "一分钟内审批过多", FALSE, "medium",
        (Crowd(1, 11, "approver", "approved_at", "minute"),), "plan_flow",
        "同一审批人在{moment}这一分钟内审批{rows}项，难以逐件审查。",
        marks={"rows": "D", "unit": "D"}, innocent=("批量审批同类程序事项，须核对审批内容",),
    ),
)
# fmt: on
