"""线索的登记与筛选 (方案四(一)–(四))."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from shuangcha.numbers import NumberError, parse_or_raw
from shuangcha.plan.words import ALLEGATION_KINDS, SOURCES

from .base import Content, Reasoned, choice, content_of, day, files, flag, line, long_text, optional_text, pick, rows


class SubjectOfficer(Content):
    """被反映人: asked before the content, because whoever is named must never see it."""

    name: str = line("姓名", most=40, example="赵某某")
    court: str = pick("所在法院", "court", help="填法院代字或名称，如 豫0304")
    title: str = optional_text("职务", most=40)


class Complaint(Content):
    kind: str = choice("类别", {key: word.note for key, word in ALLEGATION_KINDS.items()})
    text: str = long_text("反映事项", most=2000, example="查封房产后九个月未启动评估拍卖")


class OfficerOfCase(Content):
    name: str = line("姓名", most=40)
    role: str = choice("身份", {"承办人": "承办人", "合议庭": "合议庭成员", "书记员": "书记员"})


class CaseOfClue(Content):
    number: str = line("执行案号", most=80, example="（2025）豫0304执1286号")
    filed_on: dt.date | None = day("立案日期", default=None)
    officers: list[OfficerOfCase] = rows("承办人、合议庭成员", most=10)

    @field_validator("number")
    @classmethod
    def _a_number(cls, value: str) -> str:
        """A number of 2016 and later is checked; one of before is kept as written (案号规定)."""
        try:
            number = parse_or_raw(value)
        except NumberError as wrong:
            raise ValueError(str(wrong).rstrip("。")) from None
        return str(number) if number.is_standard else value


class SourceFacts(Content):
    """What one source must carry; the field names come from `plan.words.SOURCES`."""

    from_court: str = optional_text("交办法院")
    number: str = optional_text("文号或案号", most=80)
    on: dt.date | None = day("日期", default=None)
    channel: str = optional_text("来信或来访")
    who_kind: str = optional_text("反映或转交者类别")
    who: str = optional_text("反映或转交者名称")
    office: str = optional_text("检察机关名称")
    check_kind: str = optional_text("检查类别")
    team: str = optional_text("检查组名称")
    leader: str = optional_text("督办人姓名")
    post: str = optional_text("督办人职务")
    event_kind: str = optional_text("突发事件或舆情")
    origin: str = optional_text("事件或舆情出处")
    review_kind: str = optional_text("案件类别")
    department: str = optional_text("发现部门")
    link: str = optional_text("发现环节或系统")
    way: str = optional_text("途径说明")


class Complainant(Content):
    """反映人: goes to the vault and nowhere else."""

    name: str = optional_text("姓名", most=40)
    phone: str = optional_text("电话", most=40)
    id_number: str = optional_text("证件号码", most=40)
    address: str = optional_text("住址", most=200)
    unit: str = optional_text("单位", most=100)
    other: str = optional_text("其他联系方式", most=200)


@content_of("clue.register")
class RegisterClue(Content):
    subject_court: str = pick("被反映法院", "court", help="可按执行案号自动填写")
    subjects: list[SubjectOfficer] = rows("被反映人", help="先填被反映人：其本人不得看到本线索", most=20)
    source: str = choice("线索来源", {key: one.label for key, one in SOURCES.items()})
    source_facts: SourceFacts = Field(
        default_factory=SourceFacts, title="来源信息", json_schema_extra={"widget": "source_facts"}
    )
    received_on: dt.date = day("收到日期")
    named: bool = flag("实名反映")
    complainant: Complainant | None = Field(
        None,
        title="反映人",
        description="加密保管，只有收到线索的机构可以查看",
        json_schema_extra={"widget": "group", "sealed": True},
    )
    cases: list[CaseOfClue] = rows("所涉执行案件", help="可以没有，也可以有多件", most=50)
    title: str = line("标题", most=120, help="不写反映人姓名，最多120字", example="反映某公司执行案长期不处置财产")
    summary: str = long_text("内容摘要")
    allegations: list[Complaint] = rows("反映事项", least=1, most=30)
    urgent: bool = flag("加急")
    repeats_checked: bool = flag("已核对是否重复反映", default=True)
    files: list[UUID] = files("附件（原件不随交办下发）", help="", most=200)

    @model_validator(mode="after")
    def _source_fields(self) -> RegisterClue:
        """方案四(一): every source carries what it needs."""
        for one in SOURCES[self.source].needs:
            value: Any = getattr(self.source_facts, one.key)
            if not value:
                raise ValueError(f"“{SOURCES[self.source].short}”线索必须填写{one.label}")
            if one.choices and value not in one.choices:
                raise ValueError(f"{one.label}只能是{'、'.join(one.choices)}之一")
        if self.named and (self.complainant is None or not self.complainant.name):
            raise ValueError("实名反映必须填写反映人姓名")
        name = self.complainant.name if self.complainant else ""
        if len(name) > 1 and (
            name in self.title or name in self.summary or any(name in one.text for one in self.allegations)
        ):
            raise ValueError("标题、摘要和反映事项中不得出现反映人姓名")
        return self


@content_of("clue.give_inspection_opinion")
class GiveInspectionOpinion(Content):
    team: str = line("检查组名称", most=60, example="市中院第二司法巡查组")
    leader: str = line("组长", most=40)
    proposal: str = choice(
        "建议", {"assign": "建议启动并交办", "direct": "建议启动并直接调查", "decline": "建议不启动"}
    )
    text: str = long_text("意见及理由", most=4000)


@content_of("clue.put_forward")
class PutForward(Content):
    reason: str = long_text("筛选意见", most=4000, example="反映事项具体，附有案号，拟提交联席会议研究")


@content_of("clue.set_aside")
class SetAside(Content):
    reason: str = long_text("理由", most=4000)
    basis: str = long_text("依据", most=1000)


@content_of("clue.pass_on")
class PassOn(Content):
    reason: str = long_text("转出理由", most=4000)


@content_of("clue.refer_out")
class ReferOut(Content):
    organ: str = line("接收机关", most=100)
    reason: str = long_text("理由", most=4000)
    basis: str = long_text("依据", most=1000)


@content_of("clue.take_up_again", "clue.withdraw_submission")
class ClueReason(Reasoned):
    pass


@content_of("clue.merge")
class Merge(Content):
    into: str = pick("并入哪条线索", "merge_target", help="只列出您可以查看的线索；并入后由该线索一并办理，可以撤销")
    reason: str = long_text("认定为同一事的理由", most=2000, example="同一执行案件、同一承办人，反映事项相同")


@content_of("clue.unmerge")
class Unmerge(Reasoned):
    pass


@content_of("clue.not_repeat")
class NotRepeat(Content):
    other: str = pick("与哪条线索不是同一事", "repeat_hint")
    reason: str = long_text("认定不是同一事的理由", most=2000, example="虽系同一案件，但反映的是另一次查封")


@content_of("clue.submit")
class SubmitClue(Content):
    note: str = long_text("提请说明", most=2000, default="")


@content_of("clue.reopen")
class Reopen(Content):
    new_fact: str = long_text("新的事实", most=4000)
    reason: str = long_text("重新提起的理由", most=4000)
