"""检查意见、层报、处理、反馈、澄清、结案 (方案四(九)–(十一))."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pydantic import Field, model_validator

from shuangcha.plan.dispositions import WAYS
from shuangcha.plan.words import FINDINGS

from .base import Content, Reasoned, choice, content_of, day, files, flag, line, long_text, optional_text, pick, rows


class ConclusionOn(Content):
    allegation: int = pick("反映事项", "allegation")
    finding: str = choice("结论", FINDINGS)
    text: str = long_text("认定理由", most=8000)
    misconduct: bool = flag("存在干警违规违纪违法")


class DispositionOn(Content):
    kind: str = choice("处理", {key: f"{way.no}. {way.label}" for key, way in WAYS.items()})
    allegation: int = pick("针对反映事项", "allegation")
    addressee: str = pick("收件法院", "addressee")
    demand: str = long_text("要求", most=4000)
    period: str = line("期限", most=12, example="30日")


@content_of("opinion.draft", "opinion.revise")
class DraftOpinion(Content):
    facts: str = long_text("认定事实")
    text: str = long_text("检查意见")
    conclusions: list[ConclusionOn] = rows("逐项结论", least=1, most=30)
    dispositions: list[DispositionOn] = rows("处理", most=30, help="不属实的反映事项不得附处理")

    @model_validator(mode="after")
    def _coherent(self) -> DraftOpinion:
        """不属实 admits no disposition; what is founded needs one (方案四(九)、四(十一))."""
        found = {one.allegation: one.finding for one in self.conclusions}
        if len(found) != len(self.conclusions):
            raise ValueError("同一反映事项只能有一个结论")
        for one in self.conclusions:
            if one.misconduct and one.finding in ("unfounded", "unproven"):
                raise ValueError(f"反映事项第{one.allegation}项不属实，不能认定违规违纪违法")
        for disposition in self.dispositions:
            if found.get(disposition.allegation) in (None, "unfounded", "unproven"):
                raise ValueError(f"反映事项第{disposition.allegation}项不属实或没有结论，不得附处理")
        disposed = {one.allegation for one in self.dispositions}
        for one in self.conclusions:
            if one.finding in ("founded", "partly") and one.allegation not in disposed:
                raise ValueError(f"反映事项第{one.allegation}项属实或部分属实，至少要有一种处理")
        return self


@content_of("opinion.sign")
class SignOpinion(Content):
    version: int = Field(title="签署的版本", ge=1, json_schema_extra={"widget": "current_version"})
    note: str = long_text("签署意见", most=2000, default="")


_LEVELS = ("office", "deputy", "head", "superior")


@content_of(*(f"opinion.{level}_approve" for level in _LEVELS))
class Approve(Content):
    text: str = long_text("审批意见", most=2000, default="")


@content_of(*(f"opinion.{level}_change" for level in _LEVELS))
class ApproveChanged(Content):
    """Changed in wording; whoever wants other conclusions or dispositions returns it with the reason."""

    facts: str = long_text("认定事实（修改后）")
    opinion: str = long_text("检查意见（修改后）")
    reason: str = long_text("修改理由", most=2000)


@content_of("opinion.withdraw", *(f"opinion.{level}_return" for level in _LEVELS))
class ReturnOpinion(Reasoned):
    pass


class Issue(Content):
    """What every issued disposition carries; addressee and limit come from the approved opinion and may be confirmed only."""

    text: str = long_text("文书正文", most=8000)
    period: str = optional_text("期限", most=12, help="不填按检查意见；不得短于一天")
    files: list[UUID] = files()


@content_of("duty.issue_correct_self")
class IssueSelfCorrection(Issue):
    error: str = long_text("案件办理的错误", most=4000)
    basis: str = long_text("法律依据", most=2000)


@content_of("duty.issue_correct_filing")
class IssueFiling(Issue):
    supervision_number: str = line("执行监督案号", most=80, example="（2020）豫03执监5号")
    error: str = long_text("案件办理的错误", most=4000)


@content_of("duty.issue_urge")
class IssueUrging(Issue):
    measures: str = long_text("应采取的执行措施", most=4000)


@content_of("duty.issue_improve")
class IssueImprovement(Issue):
    gap: str = long_text("管理问题或漏洞", most=4000)
    measures: str = long_text("改进要求", most=4000)


@content_of("duty.issue_refer_discipline")
class IssueReferral(Issue):
    organ: str = line("职能部门", most=80)
    ground: str = line("处分权限依据", most=200)
    evidence: str = long_text("移送的事实和证据目录", most=8000)


@content_of("duty.issue_refer_crime")
class IssueCrimeReferral(Issue):
    organ: str = line("接收机关", most=80)
    crime: str = long_text("涉嫌犯罪事实", most=8000)
    evidence: str = long_text("证据目录", most=8000)


@content_of("duty.issue_talk")
class IssueTalk(Issue):
    ground: str = choice("约谈事由", {"typical": "存在需要整改的典型问题", "weak": "对“一案双查”工作开展不力"})
    whom: str = line("被约谈人及职务", most=120)
    held_on: dt.date = day("约谈日期")
    place: str = line("地点", most=60)


@content_of("duty.issue_circular")
class IssueCircular(Issue):
    scope: str = line("通报范围", most=120, example="全市各基层法院")


@content_of("duty.issue_assess")
class IssueAssessment(Issue):
    year: int = Field(title="考评年度", ge=2019, le=2100, json_schema_extra={"widget": "number"})
    rule: str = line("考评办法及条款", most=200, help="扣分办法由当年平安建设考评规定确定")
    points: str = line("扣分", most=12, example="0.5")


@content_of("duty.relay")
class Relay(Content):
    text: str = long_text("转发督办意见", most=8000)
    period: str = line("转发期限", most=12, example="20日", help="到期日不得晚于上级法院指定的期限")


_GROUPS = ("correct", "urge", "refer", "notify")


@content_of(*(f"duty.{group}_reply" for group in _GROUPS))
class Reply(Content):
    text: str = long_text("回复内容", most=8000)
    result: str = optional_text("处理结果", help="移送处分的写处分或处理结果")
    files: list[UUID] = files()


@content_of(*(f"duty.{group}_prove" for group in _GROUPS))
class Prove(Content):
    proof: str = long_text("整改或办结的证明", most=8000, help="逐项写明已采取的措施和证明材料")
    files: list[UUID] = files("证明材料")


@content_of(*(f"duty.{group}_check" for group in _GROUPS))
class Check(Content):
    text: str = long_text("核验意见", most=4000)


@content_of(*(f"duty.{group}_close" for group in _GROUPS))
class Close(Content):
    text: str = long_text("销号意见", most=2000)


@content_of("duty.send_back")
class SendBack(Content):
    reason: str = long_text("核验不通过的理由", most=4000)
    period: str = line("新的期限", most=12, example="15日")


@content_of("duty.recall")
class RecallDuty(Reasoned):
    pass


WAYS_OF_FEEDBACK = {"letter": "书面答复", "talk": "当面反馈", "phone": "电话反馈", "visit": "上门走访"}


@content_of("duty.feed_back_handling", "duty.feed_back_conduct", "duty.tell_unfounded")
class FeedBack(Content):
    who: str = choice("反馈对象", {"complainant": "反映人", "party": "当事人", "transferor": "转交单位"})
    way: str = choice("反馈方式", WAYS_OF_FEEDBACK)
    on: dt.date = day("反馈日期")
    staff: str = line("反馈人员", most=80)
    helped: str = line("配合机构及人员", most=80)
    points: str = long_text("逐项反馈的内容", most=8000, help="不写反映人姓名")
    attitude: str = choice(
        "反馈对象意见", {"satisfied": "满意", "understands": "理解", "dissatisfied": "不满意", "none": "未表态"}
    )


@content_of("duty.appease")
class Appease(Content):
    on: dt.date = day("日期")
    way: str = choice("方式", WAYS_OF_FEEDBACK)
    text: str = long_text("息访疏导情况", most=4000)


@content_of("duty.clarify")
class Clarify(Content):
    scope: str = choice("澄清范围", {"person": "本人", "department": "所在部门", "court": "本院", "region": "辖区法院"})
    form: str = choice("澄清形式", {"face": "当面", "letter": "书面", "meeting": "会议", "circular": "通报"})
    consent: bool = flag("已征求被反映人意见", default=False)
    on: dt.date = day("澄清日期")
    text: str = long_text("澄清内容", most=4000, help="不写反映人姓名和线索内容以外的情况")

    @model_validator(mode="after")
    def _asked(self) -> Clarify:
        if not self.consent:
            raise ValueError("澄清范围和形式应先征求被反映人意见")
        return self


@content_of("matter.archive")
class Archive(Content):
    volumes: str = line("卷宗册数、页数", most=80, example="正卷1册86页，副卷1册20页")
    place: str = line("归档部门", most=80)
    summary: str = long_text("结案说明", most=4000)


@content_of("matter.recuse_self")
class RecuseSelf(Content):
    reason: str = long_text("应当回避的原因", most=1000)
    understood: bool = flag("已知悉：声明后立即看不到本案，且不可撤销", default=False)

    @model_validator(mode="after")
    def _understood(self) -> RecuseSelf:
        if not self.understood:
            raise ValueError("声明回避不可撤销，请先勾选知悉")
        return self


@content_of("matter.link_number")
class LinkNumber(Content):
    origin: str = pick("原执行案件", "enforcement_case")
    number: str = line(
        "衍生案号", most=80, example="（2020）豫0304执恢12号", help="执恢、执异、执监等由原案件产生的案号"
    )


@content_of("matter.disclose")
class Disclose(Content):
    subject: str = choice("公开事项", {"clue": "移交线索", "process": "调查程序", "result": "调查结果"})
    level: str = choice("公开范围", {"person": "本人", "court": "本院", "region": "辖区法院"}, default="court")
    text: str = long_text("公开内容", most=4000, help="向相关法院公开，不含反映人身份")
