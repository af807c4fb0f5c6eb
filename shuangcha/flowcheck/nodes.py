"""The nodes of an enforcement case with their limits and sources (dossier §5.1),
and the periods that stop a limit (§5.2).

A reconstruction from the law: the national list of 37 nodes was not found. `mark` tells how sure the limit is. N33a is
a code of our own; the limit of N34a is told and judged by no sign, since no source of it was found.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """One node: what it must come after, its limit (empty: none), what the limit is counted from, source and mark."""

    code: str
    title: str
    after: tuple[str, ...] = ()
    limit: str = ""
    counted_from: str = ""
    source: str = ""
    stops: str = ""
    mark: str = "V"


def _node(code: str, title: str, after: str, limit: str, counted_from: str, source: str, stops: str, mark: str) -> Node:
    return Node(code, title, tuple(after.split()), limit, counted_from, source, stops, mark)


NODES: tuple[Node, ...] = (
    _node("N01", "收到执行申请、移送", "", "", "", "执行工作规定第16至18条", "", "V"),
    _node("N02", "立案", "N01", "7日", "N01", "执行工作规定第16条；审限规定第6条", "", "V"),
    _node("N03", "案卷移交执行机构", "N02", "3日", "N02", "审限规定第7条（参照）", "", "D"),
    _node("N04", "确定承办人", "N02", "7日", "N02", "法发〔2006〕35号第2条", "", "V"),
    _node("N05", "受理通知书送申请执行人", "N02", "3日", "N02", "立案结案意见第2条；地方规定", "", "L"),
    _node("N06", "发出执行通知书", "N02", "10日", "N01", "民诉法解释第480条；执行工作规定第22条", "", "V"),
    _node("N06a", "立即执行后补发通知", "", "3日", "N21", "执行程序解释第22条", "", "V"),
    _node("N07", "发出报告财产令", "N02", "", "N06", "财产调查规定第3条", "", "V"),
    _node("N08", "被执行人提交财产报告", "N07", "", "N07", "财产调查规定第4、5条", "x", "V"),
    _node("N09", "补充报告财产", "N08", "10日", "变动日", "财产调查规定第7条", "", "V"),
    _node("N10", "财产报告核查", "N08", "", "N08", "财产调查规定第8条", "", "V"),
    _node("N11", "拒报、虚报处罚", "N07", "", "", "财产调查规定第9、10条", "", "V"),
    _node("N12", "通知申请执行人提供线索", "N04", "3日", "N04", "法发〔2006〕35号第5条", "", "V"),
    _node("N13", "核实申请执行人线索", "", "7日", "收到线索", "财产调查规定第2条", "", "V"),
    _node("N14", "依申请启动调查", "", "10日", "申请", "法发〔2006〕35号第6条第2款", "", "V"),
    _node("N15", "发起网络查控", "N02", "5工作日", "N02", "本系统建议（所见地方规定为3日、2个工作日）", "", "D"),
    _node("N16", "网络查控反馈并核实", "N15", "10日", "N15", "本系统建议", "", "D"),
    _node("N17", "传统查控完成", "N04", "1月", "N04", "法发〔2006〕35号第7条", "A", "L"),
    _node("N18", "限制消费令", "N06", "", "", "限消规定；终本规定第1条", "", "V"),
    _node("N19", "纳入失信名单", "", "15日", "申请", "失信规定第5至7条", "", "M"),
    _node("N20", "失信屏蔽、删除", "N19", "3工作日", "情形出现", "失信规定第10条", "", "M"),
    _node("N21", "查封、扣押、冻结", "", "7日", "发现财产", "财产调查规定第2条；日数为系统约定", "", "D"),
    _node("N22", "控制期限", "N21", "", "N21", "民诉法解释第485条", "", "V"),
    _node("N23", "续封、续冻", "N21", "", "控制届满", "民诉法解释第485条", "", "V"),
    _node("N24", "启动确定参考价", "N21", "30日", "N21", "参考价规定", "A", "V"),
    _node("N25", "确定参考价", "N24", "30日", "委托", "参考价规定第11、19条", "x", "V"),
    _node("N26", "评估报告发送当事人", "N25", "3日", "N25", "参考价规定第21条", "", "V"),
    _node("N27", "评估报告异议", "N26", "5日", "N26", "参考价规定第22、23条", "", "V"),
    _node("N28", "启动变价", "N25", "10日", "N25", "参考价规定第30条", "", "V"),
    _node("N29", "拍卖（一拍）", "N28", "", "公告日", "网拍规定第12条", "", "V"),
    _node("N30", "二次拍卖", "N29", "30日", "流拍", "网拍规定第26条", "x", "V"),
    _node("N31", "成交、抵债裁定送达", "N29", "10日", "价款付清", "拍卖变卖规定第20条", "", "V"),
    _node("N32", "移交拍卖物", "N31", "15日", "N31", "拍卖变卖规定第27条", "", "V"),
    _node("N33", "案款到账认领", "", "3日", "到账", "地方规定", "", "L"),
    _node("N33a", "批准延缓发放", "N33", "", "", "法发〔2017〕6号", "", "M"),
    _node("N34", "案款发放", "N33", "30日", "N33", "法发〔2017〕6号第10条", "x", "M"),
    _node("N34a", "案款发放（15个工作日的口径）", "N33", "15工作日", "N33", "未查到依据", "", "D"),
    _node("N35", "终本前告知、约谈", "", "", "", "终本规定第5条", "", "M"),
    _node("N36", "终本裁定", "N06 N07 N10 N15 N16 N17 N18 N35", "3月", "N02", "终本规定第1条", "", "V"),
    _node("N37", "终本后查询", "N36", "6月", "N36", "终本规定第9条", "", "V"),
    _node("N38", "恢复执行立案", "N36", "7日", "核查属实", "终本规定第9条", "", "D"),
    _node("N39", "结案", "N02", "6月", "N02", "审限规定第5条；执行工作规定第63条", "A", "V"),
    _node("N40", "非诉案件结案", "N02", "3月", "N02", "审限规定第5条", "A", "V"),
    _node("N41", "申请延长执行期限", "N02", "", "", "法发〔2006〕35号第1条", "", "V"),
    _node("N42", "执行异议", "", "15日", "收到异议", "民诉法（2023年修正）第236条；异议复议规定第2条", "", "V"),
    _node("N43", "执行复议", "N42", "30日", "收到", "执行程序解释第7、8条", "", "V"),
    _node("N44", "保全", "", "5日", "申请", "财产保全规定第4条", "", "V"),
    _node("N45", "中止、恢复执行", "", "", "", "民诉法（2023年修正）第267条", "", "V"),
    _node("N46", "归档", "N39", "60日", "N39", "地方规定", "", "L"),
)
BY_CODE: dict[str, Node] = {node.code: node for node in NODES}


@dataclass(frozen=True, slots=True)
class StopKind:
    """A period that is not counted: its key in `suspensions.kind`, title, source,
    and whether the six-month test knows it."""

    key: str
    title: str
    source: str
    six_months: bool
    mark: str = "V"


STOP_KINDS: tuple[StopKind, ...] = (
    StopKind("stay", "中止执行", "审限规定第9条第9项；执行工作规定第63条", True),
    StopKind("settlement", "和解、担保后决定暂缓", "审限规定第9条第10项", True),
    StopKind("deferral", "上级通知暂缓", "审限规定第9条第11项", True),
    StopKind("audit", "审计、资产清理", "审限规定第9条第8项", False),
    StopKind("appraisal", "评估、鉴定", "审限规定第9条第6、8项", True),
    StopKind("auction", "拍卖、变卖", "审限规定第9条第12项", False),
    StopKind("notice", "公告", "审限规定第9条第6项", True),
    StopKind("jurisdiction", "管辖争议", "审限规定第9条第7项", True),
    StopKind("coordination", "执行争议协调", "执行程序解释第13条", True),
    StopKind("instruction", "向上级请示", "法发〔2006〕35号第14条", False, "M"),
)
LIST_A: tuple[str, ...] = tuple(kind.key for kind in STOP_KINDS)
"""Deducted from the time for closing a case (dossier §5.2, code A)."""
LIST_SIX_MONTHS: tuple[str, ...] = tuple(kind.key for kind in STOP_KINDS if kind.six_months)
"""Deducted in the test of 民诉法第237条 (2023) only (执行程序解释第13条): auctions are not."""
LIST_PAUSE: tuple[str, ...] = ("stay", "settlement", "deferral")
"""暂缓、中止: what stops a limit that has a rule of its own."""
