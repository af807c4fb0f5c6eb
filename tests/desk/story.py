"""A matter told through the door, as far as a page test needs it. Persons are those of the demo courts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from shuangcha.acts.load import load_initial
from shuangcha.acts.registering import ledger
from shuangcha.casefile import models as cf
from shuangcha.conf.demo.player import Player
from shuangcha.courts.models import Post

E, S = "mi.yanwei", "lin.xingheng"  # heads of the two bodies of 洛阳中院
CLERK, OTHER_CLERK = "pu.muheng", "jin.xuzhou"  # of the body that received the clue, and of the group's office
LE, LS, PRESIDENT = "yuan.lanheng", "lou.shuye", "ge.zhaojun"  # 瀍河区法院
OFFICE, DEPUTY, HEAD = "jin.xuzhou", "kang.ruoji", "shao.yuting"
CLEAN = dict.fromkeys(("lawful", "timely", "complete", "civil", "kind"), "yes")
PLACES = (
    "registered",
    "submitted",
    "sitting",
    "opened",
    "handing",
    "received",
    "forming",
    "investigating",
    "drafted",
    "reported",
    "verified",
    "approving",
    "disposing",
    "concluded",
)


def member(kind: str) -> str:
    rows = Post.objects.filter(body__court__code="豫0304", body__kind=kind, role="member").order_by("id")
    return str(rows.select_related("person")[0].person.login)


class Story:
    """One clue and what becomes of it, left at one of PLACES. `grown` makes every list of the matter longer."""

    def __init__(self, until: str, serial: int = 1286, grown: bool = False) -> None:
        self.player = Player()
        self.serial, self.grown = serial, grown
        self.clue: Any = None
        self.matter: Any = None
        for place in PLACES[: PLACES.index(until) + 1]:
            getattr(self, f"to_{place}")()
        if self.matter is not None:
            self.matter.refresh_from_db()

    @property
    def number(self) -> str:
        return f"（2019）豫0304执{self.serial}号"

    def newest(self, kind: str) -> Any:
        return self.player.newest(kind, self.matter)

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [{"text": f"第{n}问", "allegation": 1 + n % 2} for n in range(6 if self.grown else 2)]

    def to_registered(self) -> None:
        p = self.player.on("2020-05-21")
        self.clue = p.got(
            p.act(
                CLERK,
                "clue.register",
                None,
                subject_court="豫0304",
                subjects=[{"name": "楚雨洲", "court": "豫0304", "title": "执行员"}],
                source="petition",
                source_facts={"channel": "来信"},
                received_on="2020-05-20",
                named=True,
                complainant={"name": "柏青禾", "phone": "13800000000"},
                cases=[{"number": self.number, "filed_on": "2019-03-06", "officers": []}],
                title="反映长期不处置查封财产",
                summary="查封后九个月未启动评估拍卖",
                allegations=[
                    {"kind": "handling", "text": "查封后未处置"},
                    {"kind": "conduct", "text": "承办人接受吃请"},
                ],
            )
        )

    def to_submitted(self) -> None:
        self.player.act(CLERK, "clue.put_forward", self.clue, reason="反映具体")
        self.player.act(CLERK, "clue.submit", self.clue)

    def to_sitting(self) -> None:
        self.item = self.player.item(self.clue)
        self.meeting = self.sit(self.item, "2020-05-25")

    def sit(self, item: Any, day: str) -> Any:
        """A joint meeting over one item, up to where the decision can be taken."""
        p = self.player
        meeting = p.got(p.act(E, "meeting.convene", None, held_on=day, place="第一会议室"))
        p.act(CLERK, "item.list", item, meeting=str(meeting.uid))
        p.on(day)
        p.act(E, "meeting.open", meeting, chair=p.uid_of(E), attendees=[p.uid_of(E), p.uid_of(S)])
        for who in (E, S):
            p.act(who, "item.declare", item)
        for who in (E, S):
            p.act(who, "item.take_position", item, stance="agree", text="事实具体，同意")
        return meeting

    def to_opened(self) -> None:
        p = self.player
        p.both(E, S, "item.start_and_assign", self.item, reason="线索具体", points=self.asked)
        p.act(S, "meeting.close", self.meeting, minutes="会议议定启动")
        self.matter = p.matter(self.clue)

    def to_handing(self) -> None:
        """The supervision body has signed 交办; the enforcement body has not yet."""
        self.player.act(
            S,
            "assignment.hand_down",
            self.newest("assignment"),
            points=self.asked,
            demands="按四部分报告",
            contact="内勤 0379",
            content="重写的线索内容",
        )

    def to_received(self) -> None:
        p = self.player
        self.sign(E)
        p.on("2020-05-26").both(LE, LS, "assignment.acknowledge", self.newest("assignment"))
        self.round = self.newest("round")

    def sign(self, who: str) -> None:
        from shuangcha.acts import door
        from shuangcha.audit.models import Proposal

        one = Proposal.objects.filter(status=Proposal.OPEN, stream_id=f"matter:{self.matter.pk}").latest("id")
        door.sign(one.uid, self.player.viewer(who), seen_sha=one.content_sha, now=self.player.now)

    def to_forming(self) -> None:
        p = self.player
        self.leader, self.second = member("enforcement"), member("supervision")
        p.act(
            LE,
            "round.form_team",
            self.round,
            scope="全案",
            members=[
                {"person": p.uid_of(self.leader), "leader": True, "statement": "无"},
                {"person": p.uid_of(self.second), "statement": "无"},
            ],
        )

    def to_investigating(self) -> None:
        self.sign(LS)

    def to_drafted(self) -> None:
        p = self.player.on("2020-06-01")
        for n in range(5 if self.grown else 1):
            p.act(
                self.leader,
                "record.file_review",
                self.round,
                title=f"调卷审查笔录之{n + 1}",
                held_on="2020-06-01",
                holder="执行局档案室",
                called_on="2020-05-28",
                cases=[{**CLEAN, "number": self.number, "timely": "no", "remarks": "第一册第35页"}],
            )
        for n in range(1, len(self.asked) + 1):
            p.act(
                self.leader,
                "round.answer_point",
                self.round,
                point=n,
                finding="founded" if n % 2 else "unfounded",
                text="查明如下",
                evidence=[{"record": 1, "page": f"第{k + 1}页"} for k in range(4 if self.grown else 1)],
            )
        self.report = p.got(
            p.act(
                self.leader,
                "report.draft",
                self.round,
                process="调查经过",
                facts="查明事实",
                analysis="问题分析",
                proposal="处理意见",
            )
        )
        for n in range(4 if self.grown else 0):
            p.act(
                self.leader,
                "report.revise",
                self.report,
                process=f"经过{n}",
                facts="事实",
                analysis="分析",
                proposal="意见",
            )
        self.report.refresh_from_db()

    def to_reported(self) -> None:
        p = self.player
        p.both(LE, LS, "report.sign", self.report, version=self.report.version_no)
        p.act(PRESIDENT, "report.issue", self.report, version=self.report.version_no)

    def to_verified(self) -> None:
        p = self.player.on("2020-06-20")
        p.act(CLERK, "report.verify", self.report, text="事实清楚")

    def to_approving(self) -> None:
        p = self.player
        p.act(CLERK, "matter.submit_for_consultation", self.matter)
        item = self.newest("item")
        meeting = self.sit(item, "2020-06-22")
        p.both(E, S, "item.consult", item, text="采纳")
        p.act(S, "meeting.close", meeting, minutes="会商一致")
        self.opinion = p.got(
            p.act(
                CLERK,
                "opinion.draft",
                self.matter,
                facts="认定事实",
                text="检查意见正文",
                conclusions=[
                    {"allegation": 1, "finding": "founded", "text": "属实"},
                    {"allegation": 2, "finding": "unfounded", "text": "不属实"},
                ],
                dispositions=[
                    {"kind": "urge", "allegation": 1, "addressee": "豫0304", "demand": "限期处置", "period": "30日"}
                ]
                + [
                    {"kind": "improve", "allegation": 1, "addressee": "豫0304", "demand": f"改进{n}", "period": "30日"}
                    for n in range(4 if self.grown else 0)
                ],
            )
        )
        p.both(E, S, "opinion.sign", self.opinion, version=1)

    def to_disposing(self) -> None:
        p = self.player
        p.act(OFFICE, "opinion.office_approve", self.opinion)
        p.act(DEPUTY, "opinion.deputy_approve", self.opinion)
        p.act(HEAD, "opinion.head_approve", self.opinion)

    def duties(self) -> list[Any]:
        return list(cf.Duty.rows.filter(matter=self.matter).select_related("to_court", "from_court").order_by("n"))

    def to_concluded(self) -> None:
        p = self.player.on("2020-06-24")
        told: dict[str, Any] = {
            "who": "complainant",
            "way": "phone",
            "on": "2020-06-24",
            "staff": "内勤",
            "helped": "另一机构",
            "points": "逐项反馈",
            "attitude": "understands",
        }
        for duty in self.duties():
            if duty.kind in ("urge", "improve"):
                extra = {"gap": "管理漏洞"} if duty.kind == "improve" else {}
                p.both(E, S, f"duty.issue_{duty.kind}", duty, text="督办", measures="启动评估", **extra)
                p.act(LE, "duty.urge_reply", duty, text="已启动")
                p.act(LE, "duty.urge_prove", duty, proof="裁定书")
                p.act(E, "duty.urge_check", duty, text="合格")
                p.act(E, "duty.urge_close", duty, text="销号")
            elif duty.kind == "feedback_handling":
                p.act(E, "duty.feed_back_handling", duty, **told)
            elif duty.kind == "tell_unfounded":
                p.act(S, "duty.tell_unfounded", duty, **told)
            else:
                p.both(
                    S,
                    E,
                    "duty.clarify",
                    duty,
                    scope="court",
                    form="meeting",
                    consent=True,
                    on="2020-06-24",
                    text="澄清",
                )


def places() -> dict[str, Story]:
    """The world of the page tests: a story for each place of the main line."""
    load_initial(now=timezone.now(), demo=True)
    return {place: Story(place, serial=100 + n) for n, place in enumerate(PLACES)}


def house() -> None:
    """The demo's courts, bodies, persons, posts, calendar and settings without any matter, with their steps."""
    now = timezone.now()
    load_initial(now=now, demo=True, record=lambda key, court, content: ledger(key, court, content, now=now))
