"""One invented matter told through the door up to the approved opinion, and a second clue that the meeting put off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shuangcha.acts import door
from shuangcha.acts.load import load_initial
from shuangcha.audit.models import Proposal
from shuangcha.conf.demo.player import Player
from shuangcha.courts.models import Post
from shuangcha.papers.document import Document
from shuangcha.papers.kinds import KINDS

NUMBER = "（2019）豫0304执1286号"
SECRETS = {
    "name": "申屠望舒",
    "phone": "13900001234",
    "id_number": "41030019800101001X",
    "address": "九都路末号院三单元",
    "unit": "望舒建材行",
    "other": "vxwangshu77",
}
E, S, CLERK, DEPUTY = "mi.yanwei", "lin.xingheng", "pu.muheng", "jin.xuzhou"
LE, LS, PRESIDENT = "yuan.lanheng", "lou.shuye", "ge.zhaojun"
POINTS = [
    {"text": "查封房产后为何九个月未启动评估拍卖", "allegation": 1},
    {"text": "承办人是否接受被执行人的吃请 & 礼品", "allegation": 2},
]


@dataclass
class Told:
    """The subjects of the five papers, by kind of paper, and who may read them."""

    subjects: dict[str, Any]
    drafts: dict[str, Document] = field(default_factory=dict)
    """The papers as they read on the way, by a name of the moment."""
    stranger: str = "lu.muzhou"
    recused: str = DEPUTY
    upper: str = CLERK
    lower: str = LE


def told() -> Told:
    """The story in the demo's courts."""
    load_initial(now=dt.datetime(2020, 5, 20, 1, tzinfo=dt.UTC), demo=True)
    return tell()


def tell() -> Told:
    """Everything happens in 2020 by fixed days, so that the papers read the same on every run."""
    p, told = Player(), Told({})
    clue, put_off = _clues(p)
    meeting = _meeting(p, clue, put_off, told)
    matter = p.matter(clue)
    assignment = p.newest("assignment", matter)
    _hand_down(p, assignment, told)
    report = _inquiry(p, matter, assignment, told)
    opinion = _opinion(p, matter, told)
    told.subjects.update(clue_form=clue, minutes=meeting, hand_down_notice=assignment, report=report, opinion=opinion)
    for one in told.subjects.values():
        one.refresh_from_db()
    return told


def _hand_down(p: Player, assignment: Any, told: Told) -> None:
    told.drafts["nothing proposed"] = KINDS["hand_down_notice"].build(assignment)
    outcome = p.act(
        S,
        "assignment.hand_down",
        assignment,
        points=POINTS,
        contact="蒲牧衡，0379-00000000",
        demands="报告请附每次执行措施的日期。\n书证请注明卷宗页码。",
        content="反映你院办理的一件执行案件查封房产后长期不处置，\n并反映承办人接受吃请。",
    )
    told.drafts["signed by one"] = KINDS["hand_down_notice"].build(assignment)
    proposal = Proposal.objects.get(uid=UUID(outcome.proposal))
    door.sign(proposal.uid, p.viewer(E), seen_sha=proposal.content_sha, now=p.now)


def _clues(p: Player) -> tuple[Any, Any]:
    p.on("2020-05-21")
    clue = p.got(
        p.act(
            CLERK,
            "clue.register",
            None,
            subject_court="豫0304",
            source="deputies",
            source_facts={"who_kind": "人大代表", "who": "某区人大代表", "on": "2020-05-09"},
            received_on="2020-05-20",
            named=True,
            complainant=SECRETS,
            subjects=[{"name": "楚雨洲某", "court": "豫0304", "title": "执行员"}],
            cases=[{"number": NUMBER, "filed_on": "2019-03-06", "officers": []}],
            title="反映长期不处置查封房产",
            urgent=True,
            summary="查封后九个月未启动评估拍卖。\n执行标的额未执行到位。",
            allegations=[{"kind": "handling", "text": "查封后未处置"}, {"kind": "conduct", "text": "承办人接受吃请"}],
        )
    )
    other = p.got(
        p.act(
            CLERK,
            "clue.register",
            None,
            subject_court="豫0305",
            source="command",
            subjects=[],
            source_facts={"link": "终本案件抽查", "on": "2020-05-19"},
            received_on="2020-05-20",
            title="终本案件抽查发现查控不及时",
            summary="抽查中发现。",
            allegations=[{"kind": "management", "text": "查控措施登记不及时"}],
        )
    )
    for one in (clue, other):
        p.act(CLERK, "clue.put_forward", one, reason="反映事项具体")
        p.act(CLERK, "clue.submit", one)
    return clue, other


def _meeting(p: Player, clue: Any, put_off: Any, told: Told) -> Any:
    meeting = p.got(p.act(DEPUTY, "meeting.convene", None, held_on="2020-05-25", place="第一会议室"))
    items = [p.item(clue), p.item(put_off)]
    for item in items:
        p.act(CLERK, "item.list", item, meeting=str(meeting.uid))
    told.drafts["convened"] = KINDS["minutes"].build(meeting)
    p.on("2020-05-25")
    present = [E, DEPUTY, S]
    p.act(E, "meeting.open", meeting, chair=p.uid_of(E), attendees=[p.uid_of(one) for one in present])
    for item in items:
        p.act(E, "item.declare", item)
        p.act(S, "item.declare", item)
    p.act(DEPUTY, "item.declare", items[0])
    p.act(DEPUTY, "item.declare", items[1], recused=True, reason="与该院执行局负责人有亲属关系")
    for item, words in ((items[0], "线索具体，有案号可查"), (items[1], "情况尚不完整")):
        p.act(E, "item.take_position", item, stance="agree", text=words)
        p.act(S, "item.take_position", item, stance="reserve", text="建议一并核实管理责任")
    p.both(E, S, "item.start_and_assign", items[0], reason="线索具体，应予查清", points=POINTS)
    p.both(E, S, "item.defer", items[1], reason="先由指挥中心补充数据", revisit_on="2020-06-15")
    p.act(S, "meeting.close", meeting, minutes="会议听取了线索情况汇报。\n会议要求逐项核查，按期报告。")
    return meeting


def _of_court(kind: str, role: str = "member") -> str:
    post = Post.objects.filter(body__court__code="豫0304", body__kind=kind, role=role).order_by("id").first()
    assert post is not None and post.person.login is not None
    return post.person.login


def _inquiry(p: Player, matter: Any, assignment: Any, told: Told) -> Any:
    """Long on purpose: the investigation is told in order, from the acknowledgement to the report."""
    enforcer, supervisor = _of_court("enforcement"), _of_court("supervision")
    p.on("2020-05-26")
    p.both(LE, LS, "assignment.acknowledge", assignment)
    round_ = p.newest("round", matter)
    members = [
        {"person": p.uid_of(supervisor), "statement": "无应当回避情形"},
        {"person": p.uid_of(enforcer), "leader": True, "statement": "无应当回避情形"},
    ]
    p.both(LE, LS, "round.form_team", round_, members=members, scope="全案")
    p.on("2020-06-01")
    review = {
        "number": NUMBER,
        "lawful": "yes",
        "timely": "no",
        "complete": "yes",
        "civil": "yes",
        "kind": "yes",
        "remarks": "执行卷一第35页",
    }
    p.act(
        enforcer,
        "record.file_review",
        round_,
        title="调取执行卷宗",
        held_on="2020-06-01",
        holder="档案室",
        called_on="2020-05-28",
        cases=[review],
    )
    p.act(
        enforcer,
        "record.other_way",
        round_,
        title="查看查封房产现状",
        held_on="2020-06-01",
        way="现场查看",
        text="房产由被执行人占用。",
    )
    p.act(
        enforcer,
        "round.answer_point",
        round_,
        point=1,
        finding="founded",
        text="查封后确未启动评估",
        evidence=[{"record": 2, "page": "现场照片"}, {"record": 1, "page": "35"}],
    )
    p.act(
        enforcer,
        "round.answer_point",
        round_,
        point=2,
        finding="unproven",
        text="没有证据证明",
        evidence=[{"record": 1, "page": "40"}],
    )
    report = p.got(
        p.act(
            enforcer,
            "report.draft",
            round_,
            process="调查组调阅卷宗。\n并到现场查看。",
            facts="2019年8月查封房产，至今未评估。",
            analysis="承办人对财产处置重视不够，a < b & c。",
            proposal="责令限期处置。",
            dissent="一名成员认为应同时通报。",
        )
    )
    told.drafts["report drafted"] = KINDS["report"].build(report)
    p.both(LE, LS, "report.sign", report, version=1)
    p.act(PRESIDENT, "report.issue", report, version=1)
    return report


def _opinion(p: Player, matter: Any, told: Told) -> Any:
    report = p.newest("report", matter)
    p.on("2020-06-20")
    p.act(CLERK, "report.verify", report, text="事实清楚")
    p.act(CLERK, "matter.submit_for_consultation", matter)
    second = p.got(p.act("xu.heting", "meeting.convene", None, held_on="2020-06-22", place="第二会议室"))
    item = p.newest("item", matter)
    p.act(CLERK, "item.list", item, meeting=str(second.uid))
    p.on("2020-06-22")
    p.act(E, "meeting.open", second, chair=p.uid_of(E), attendees=[p.uid_of(E), p.uid_of(S)])
    for who in (E, S):
        p.act(who, "item.declare", item)
    for who in (E, S):
        p.act(who, "item.take_position", item, stance="agree", text="事实清楚")
    p.both(E, S, "item.consult", item, text="采纳报告")
    p.act(S, "meeting.close", second, minutes="会商一致。")
    opinion = p.got(
        p.act(
            CLERK,
            "opinion.draft",
            matter,
            facts="查封房产后九个月未启动评估拍卖。",
            text="责令限期处置，并告知反映人结果。",
            conclusions=[
                {"allegation": 1, "finding": "founded", "text": "有卷宗为证"},
                {"allegation": 2, "finding": "unproven", "text": "没有证据"},
            ],
            dispositions=[
                {"kind": "urge", "allegation": 1, "addressee": "豫0304", "demand": "三十日内启动评估", "period": "1月"}
            ],
        )
    )
    told.drafts["opinion drafted"] = KINDS["opinion"].build(opinion)
    p.both(E, S, "opinion.sign", opinion, version=1)
    p.act(DEPUTY, "opinion.office_approve", opinion, text="拟同意")
    p.on("2020-06-23")
    p.act(
        "kang.ruoji",
        "opinion.deputy_change",
        opinion,
        facts="查封房产后九个月未启动评估拍卖，事实清楚。",
        opinion="责令限期处置，并逐项告知反映人结果。",
        reason="表述不够明确",
    )
    p.act("shao.yuting", "opinion.head_approve", opinion, text="同意")
    return opinion
