"""Every word that people see for a code word, with the article it stands in."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Office


@dataclass(frozen=True, slots=True)
class Word:
    key: str
    label: str
    article: str = ""
    note: str = ""


def _index(*words: Word) -> dict[str, Word]:
    return {word.key: word for word in words}


@dataclass(frozen=True, slots=True)
class SourceField:
    """A field that one source must carry."""

    key: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    key: str
    no: int
    label: str
    short: str
    needs: tuple[SourceField, ...]

    @property
    def article(self) -> str:
        return f"方案四(一){self.no}"


_F = SourceField
# fmt: off
SOURCES: dict[str, Source] = {
    source.key: source
    for source in (
        Source("superior", 1, "上级人民法院交办信访案件", "上级交办",
               (_F("from_court", "交办法院"), _F("number", "交办文号"), _F("on", "交办日期", "date"))),
        Source("petition", 2, "人民群众来信来访", "来信来访",
               (_F("channel", "来信或来访", "choice", ("来信", "来访", "电话", "网络")),)),
        Source("deputies", 3, "人大代表、政协委员以及其他党政机关反映或转交的问题线索", "代表委员党政机关",
               (_F("who_kind", "反映或转交者类别", "choice", ("人大代表", "政协委员", "党政机关")),
                _F("who", "反映或转交者名称"), _F("on", "反映或转交日期", "date"))),
        Source("prosecutor", 4, "检察机关提出的检察建议", "检察建议",
               (_F("office", "检察机关名称"), _F("number", "检察建议文号"), _F("on", "提出日期", "date"))),
        Source("inspection", 5, "司法巡查、审务督察、执行工作检查中发现的问题", "巡查督察检查",
               (_F("check_kind", "检查类别", "choice", ("司法巡查", "审务督察", "执行工作检查")),
                _F("team", "检查组名称"), _F("on", "发现日期", "date"))),
        Source("leaders", 6, "院领导、执行机构和监察机构负责人等为依法履行监督管理职责重点督办事项", "领导督办",
               (_F("leader", "督办人姓名"), _F("post", "督办人职务"), _F("on", "督办日期", "date"))),
        Source("incident", 7, "涉执行突发事件、舆情", "突发事件舆情",
               (_F("event_kind", "突发事件或舆情", "choice", ("突发事件", "舆情")),
                _F("origin", "事件或舆情出处"), _F("on", "发生或发现时间", "date"))),
        Source("review", 8, "办理执行复议、协调、监督等案件中发现的问题", "复议协调监督",
               (_F("review_kind", "案件类别", "choice", ("执行复议", "执行协调", "执行监督", "其他")),
                _F("number", "所办案件案号"), _F("department", "发现部门"))),
        Source("command", 9, "执行指挥中心运行管理过程中发现的问题", "指挥中心",
               (_F("link", "发现环节或系统"), _F("on", "发现日期", "date"))),
        Source("other", 10, "其他途径发现的涉执行问题", "其他途径",
               (_F("way", "途径说明"), _F("on", "发现日期", "date"))),
    )
}
# fmt: on

ALLEGATION_KINDS = _index(
    Word("handling", "执行案件办理", "法〔2019〕232号第1条", "办案"),
    Word("management", "执行工作管理", "法〔2019〕232号第1条", "管理"),
    Word("conduct", "执行干警违规违纪违法", "法〔2019〕232号第1条", "人员"),
)
METHODS = _index(
    Word("file_review", "调卷审查", "方案四(七)1"),
    Word("system_check", "系统检查", "方案四(七)2"),
    Word("hearing_out", "听取当事人或信访人意见", "方案四(七)3"),
    Word("interview", "内部谈话", "方案四(七)4"),
    Word("hearing", "组织听证", "方案四(七)5"),
    Word("other_way", "其他方式", "方案四(七)6"),
)
REVIEW_ASPECTS = _index(
    Word("lawful", "合法"),
    Word("timely", "及时"),
    Word("complete", "全面"),
    Word("civil", "文明"),
    Word("kind", "善意"),
)
FINDINGS = _index(
    Word("founded", "属实"), Word("partly", "部分属实"), Word("unfounded", "不属实"), Word("unproven", "查无实据")
)
DECISIONS = _index(
    Word("assign", "启动并交办", "方案四(三)、四(五)"),
    Word("direct", "启动并直接调查", "方案四(三)、四(六)"),
    Word("decline", "不启动", "方案四(三)"),
    Word("defer", "暂缓", "方案四(三)"),
)
STANCES = _index(Word("agree", "同意"), Word("disagree", "不同意"), Word("reserve", "保留意见"))
REPORT_PARTS = _index(
    Word("process", "调查经过", "方案四(八)"),
    Word("facts", "查明事实", "方案四(八)"),
    Word("analysis", "问题分析", "方案四(八)"),
    Word("proposal", "处理意见", "方案四(八)"),
)
RECUSAL_CAUSES = _index(
    Word("subject", "被反映人"),
    Word("handler", "所涉执行案件的承办人、合议庭成员或书记员"),
    Word("declared", "本人声明回避"),
)
ROUND_KINDS = _index(Word("first", "首次调查"), Word("supplement", "补充调查"), Word("direct", "直接调查"))
ITEM_KINDS = _index(Word("start", "研究是否启动"), Word("consult", "会商调查报告"))
APPROVAL_RESULTS = _index(
    Word("approve", "同意"), Word("change", "修改后同意"), Word("return", "退回"), Word("skip", "依规跳过")
)
# fmt: off
APPROVAL_LEVELS = _index(
    Word("office", "领导小组办公室"), Word("deputy", "领导小组副组长"),
    Word("head", "领导小组组长"), Word("superior", "上级法院领导小组组长"),
)
# fmt: on
RELATIONS = _index(
    Word("receiver", "受理机构", "方案四(二)"),
    Word("registrar", "登记人"),
    Word("inspection", "巡查督察组", "方案四(四)"),
    Word("preparing", "筹备会议人员", "方案四(三)", "拟提交之后、提交之前，另一机构的负责人和内勤"),
    Word("joint", "会议双方", "方案四(三)", "提交之后，两机构的负责人和内勤"),
    Word("attendee", "参会人员", "方案四(三)"),
    Word("assigner", "交办方两机构", "方案四(五)"),
    Word("office", "领导小组办公室", "方案二"),
    Word("group", "领导小组", "方案二"),
    Word("approver", "上级审批人", "方案四(九)"),
    Word("assignee", "承办方两机构", "方案四(五)"),
    Word("signer", "承办方签署人", "方案四(八)", "承办方两机构负责人和院长"),
    Word("team", "调查组", "方案四(六)"),
    Word("recipient", "收件人", "方案四(九)"),
    Word("sender", "转发方", "方案四(九)2"),
    Word("disclosed", "公开对象", "方案三"),
    Word("discipline", "处分一侧", "方案四(九)3"),
    Word("addressed", "本人", "方案四(十一)"),
)
"""How a holder stands to a clue or a matter: computed from the file's facts (`access/relations.py`)."""
# fmt: off
SUBJECT_KINDS = _index(
    Word("clue", "线索"), Word("meeting", "联席会议"), Word("item", "会议议题"), Word("matter", "双查案件"),
    Word("assignment", "交办"), Word("round", "调查轮次"), Word("record", "调查记录"), Word("report", "调查报告"),
    Word("opinion", "检查意见"), Word("duty", "处理事项"), Word("register", "登记事项"),
)
# fmt: on
SIDES = _index(
    Word("assigner", "交办方"), Word("assignee", "承办方"), Word("either", "任一方"), Word("superior", "上级法院")
)
SIGN_OFFS = _index(Word("one", "任一机构办理"), Word("both", "两机构联合"), Word("chain", "逐级审批"))

OFFICES: dict[str, Office] = {
    office.key: office
    for office in (
        Office("enforcement", "执行机构", "enforcement"),
        Office("supervision", "监察机构", "supervision"),
        Office("inspection_team", "巡查督察组", "inspection"),
        Office("investigation_team", "联合调查组", ""),
        Office("president", "院长", "presidency", ("head",)),
        Office("group_office", "领导小组办公室", "group_office", ("head",)),
        Office("group_deputy", "领导小组副组长", "leading_group", ("deputy",)),
        Office("group_head", "领导小组组长", "leading_group", ("head",)),
        Office("group_staff", "领导小组办公室人员", "group_office"),
        Office("group_member", "领导小组成员", "leading_group"),
        Office("administrator", "系统管理员", "administration"),
    )
}
SIGNING_ROLES = ("head", "deputy")
"""A joint act is signed by a head or deputy head of each body; a clerk may prepare it (dossier §2.3, D)."""
