"""调查组、六种调查记录、核查要点答复、调查报告 (方案四(六)–(八);dossier §9.3)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, model_validator

from shuangcha.plan.words import FINDINGS

from .base import Content, Reasoned, choice, content_of, day, files, flag, line, long_text, optional_text, pick, rows


class Member(Content):
    person: str = pick("成员", "team_candidate")
    leader: bool = flag("组长")
    recused: bool = flag("声明应当回避", help="声明应当回避的人员不能参加")
    statement: str = optional_text("回避声明", help="无应当回避情形的写“无应当回避情形”")


@content_of("round.form_team", "round.form_own_team")
class FormTeam(Content):
    members: list[Member] = rows("联合调查组成员", least=2, most=20, help="两机构各至少一人，组长一人")
    scope: str = long_text("调查范围和分工", most=4000)

    @model_validator(mode="after")
    def _one_leader(self) -> FormTeam:
        if sum(one.leader for one in self.members) != 1:
            raise ValueError("组长应当是一人")
        for n, one in enumerate(self.members, 1):
            if not one.statement:
                raise ValueError(f"第{n}名成员没有作回避声明")
            if one.recused:
                raise ValueError(f"第{n}名成员声明应当回避，不能参加调查组")
        if len({one.person for one in self.members}) != len(self.members):
            raise ValueError("成员重复")
        return self


@content_of("round.change_team")
class ChangeTeam(FormTeam):
    reason: str = long_text("调整理由", most=2000)


class RecordContent(Content):
    """What every record carries."""

    METHOD: ClassVar[str]

    title: str = line("记录名称", most=120, example="与执行局负责人谈话笔录")
    held_on: dt.date = day("日期")
    files: list[UUID] = files()


ASPECT = {"yes": "是", "partly": "部分", "no": "否"}


class CaseReview(Content):
    """调卷 answers the five words of 方案四(七)1 for each enforcement case."""

    number: str = pick("执行案件", "enforcement_case")
    volumes: str = optional_text("卷宗册数、页数", most=80, help="例：两册，共186页")
    lawful: str = choice("合法", ASPECT)
    timely: str = choice("及时", ASPECT)
    complete: str = choice("全面", ASPECT)
    civil: str = choice("文明", ASPECT)
    kind: str = choice("善意", ASPECT)
    remarks: str = long_text("说明", most=4000, help="每一个“部分”或“否”都要写明在哪一册哪一页")

    @model_validator(mode="after")
    def _explained(self) -> CaseReview:
        if "no" in (self.lawful, self.timely, self.complete, self.civil, self.kind) and len(self.remarks) < 5:
            raise ValueError("答“否”的必须说明在哪一册哪一页")
        return self


@content_of("record.file_review")
class FileReview(RecordContent):
    METHOD: ClassVar[str] = "file_review"

    holder: str = line("调卷单位", most=60, example="执行局档案室")
    called_on: dt.date = day("调卷日期")
    returned_on: dt.date | None = day("还卷日期", default=None)
    cases: list[CaseReview] = rows("逐案审查", least=1)


class NodeFinding(Content):
    node: str = line("节点", most=60, example="财产查控")
    complete: str = choice("节点是否完整", {"yes": "完整", "no": "缺失"})
    overdue: str = choice("是否超期", {"no": "未超期", "yes": "超期"})
    falsified: str = choice("是否存在数据造假", {"no": "未发现", "suspect": "有疑点"})
    remarks: str = optional_text("说明", most=400)


class TakenSign(Content):
    """A sign of the check that the team takes over; what it says is frozen with the check and is not typed."""

    sign: int = Field(
        title="风险信号", description="检查结果中的序号", ge=1, le=9999, json_schema_extra={"widget": "number"}
    )
    point: int | None = pick("作为哪一项核查要点的证据", "point", default=None)
    view: str = optional_text(
        "核查意见", most=400, help="核实的情况、当事人或承办人的说明；例：承办人称系统故障补录，未见故障登记"
    )


@content_of("record.system_check")
class SystemCheck(RecordContent):
    METHOD: ClassVar[str] = "system_check"

    system: str = line("所查系统", most=60, example="执行案件流程信息管理系统")
    snapshot_at: str = line("取数时间", most=40, example="2020-06-10 09:30")
    checkers: list[str] = pick("检查人", "team_member", help="两人以上")
    check: str = pick("流程数据检查", "flow_check", default="", help="没有流程数据的不选，人工查看后填写下面的节点检查")
    signs: list[TakenSign] = rows("采纳的风险信号", most=60)
    nodes: list[NodeFinding] = rows("节点检查", least=1, most=100)
    conclusion: str = long_text("检查结论", most=4000)


@content_of("record.hearing_out")
class HearingOut(RecordContent):
    """The person heard stands here by role; an identity stays in the vault."""

    METHOD: ClassVar[str] = "hearing_out"

    form: str = choice("方式", {"phone": "电话约谈", "visit": "走访面谈", "on_site": "现场查验"})
    who: str = line("被听取意见人（身份）", most=60, example="申请执行人委托代理人", help="写身份，不写反映人姓名")
    identity_checked: bool = flag("已核对身份", default=False)
    rights_told: bool = flag("已告知权利义务", default=False)
    staff: list[str] = pick("参加人员", "team_member", help="两人以上")
    transcript: str = long_text("谈话或查验内容")
    signed_pages: str = choice("签名情况", {"signed": "逐页签名", "refused": "拒绝签名", "recorded": "电话录音"})

    @model_validator(mode="after")
    def _two(self) -> HearingOut:
        if len(set(self.staff)) < 2:
            raise ValueError("听取意见应有两名以上调查人员参加")
        return self


@content_of("record.interview")
class Interview(RecordContent):
    METHOD: ClassVar[str] = "interview"

    interviewers: list[str] = pick("谈话人", "team_member", help="两人以上，两机构各一人为宜")
    who: str = line("被谈话人", most=40)
    post: str = line("被谈话人职务", most=60, example="执行局副局长")
    relation: str = choice(
        "与案件关系",
        {"head": "执行机构负责人", "handler": "案件承办人", "panel": "合议庭成员", "other": "其他相关人员"},
    )
    place: str = line("地点", most=60, example="第二谈话室")
    began: dt.time = Field(title="开始时间", json_schema_extra={"widget": "time"})
    ended: dt.time = Field(title="结束时间", json_schema_extra={"widget": "time"})
    duty_told: bool = flag("已告知如实陈述义务和申请回避权利", default=False)
    transcript: str = long_text("谈话内容")
    signed_pages: str = choice("签名情况", {"signed": "逐页签名", "refused": "拒绝签名并已注明"})
    refusal: str = optional_text("拒绝签名的说明")

    @model_validator(mode="after")
    def _two(self) -> Interview:
        if len(set(self.interviewers)) < 2:
            raise ValueError("内部谈话的谈话人不得少于二人")
        if self.ended <= self.began:
            raise ValueError("结束时间应晚于开始时间")
        if not self.duty_told:
            raise ValueError("谈话前应告知如实陈述义务和申请回避权利")
        if self.signed_pages == "refused" and not self.refusal:
            raise ValueError("拒绝签名的应写明情况")
        return self


@content_of("record.hearing")
class Hearing(RecordContent):
    METHOD: ClassVar[str] = "hearing"

    subject: str = line("听证事项", most=200, example="查封车辆去向及保管责任")
    presider: str = pick("主持人", "team_member")
    recorder: str = pick("记录人", "team_member")
    notified: str = line("通知情况", most=200, example="9月1日书面通知申请执行人、被执行人")
    parties: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        title="参加各方（身份）", min_length=2, max_length=20, json_schema_extra={"widget": "lines"}
    )
    statements: str = long_text("各方陈述")
    evidence: str = long_text("出示的证据", most=4000, default="")


@content_of("record.other_way")
class OtherWay(RecordContent):
    METHOD: ClassVar[str] = "other_way"

    way: str = line("方式名称", most=60, example="实地查看扣押物保管情况")
    text: str = long_text("内容")


class Evidence(Content):
    record: int | None = pick("调查记录", "record", default=None)
    material: str = pick("附件", "material", default="", help="填附件的校验码前八位，或从列表选择")
    page: str = optional_text("页码或位置", most=40)


@content_of("round.answer_point")
class AnswerPoint(Content):
    point: int = pick("核查要点", "point")
    finding: str = choice("结论", FINDINGS)
    text: str = long_text("答复", most=8000)
    evidence: list[Evidence] = rows("证据", least=1, most=30, help="每一项结论都要有证据，包括查无实据")


class Parts(Content):
    process: str = long_text("调查经过", default="")
    facts: str = long_text("查明事实", default="")
    analysis: str = long_text("问题分析", default="")
    proposal: str = long_text("处理意见", default="")
    dissent: str = long_text("不同意见", most=4000, default="")


@content_of("report.draft", "report.revise")
class DraftReport(Parts):
    pass


@content_of("report.sign", "report.sign_own")
class SignReport(Content):
    version: int = Field(title="签署的版本", ge=1, json_schema_extra={"widget": "current_version"})
    note: str = long_text("签署意见", most=2000, default="")


@content_of("report.issue")
class IssueReport(Content):
    version: int = Field(title="签发的版本", ge=1, json_schema_extra={"widget": "current_version"})
    note: str = long_text("签发意见", most=2000, default="")


@content_of("report.withdraw")
class WithdrawReport(Reasoned):
    pass


@content_of("report.verify")
class VerifyReport(Content):
    text: str = long_text("核查意见", most=8000)
    sound: bool = flag("事实清楚、证据充分", default=True)


@content_of("round.order_supplement")
class OrderSupplement(Content):
    gaps: str = long_text("缺漏之处", most=4000, help="逐条写明哪些要点没有查清")
    directions: str = long_text("补充调查的要求", most=4000)
    period: str = line("限期", most=12, example="15日")


@content_of("matter.submit_for_consultation")
class SubmitForConsultation(Content):
    note: str = long_text("提请说明", most=2000, default="")
