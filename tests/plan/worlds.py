"""Long on purpose: small played situations at each point of the procedure, reached through the real door.

`World.upto(level)` plays on from where it stands. A few base worlds are played once per session (tests.harness.baked); a
test copies one, plays the rest in a transaction of its own and leaves nothing behind.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shuangcha.acts import door
from shuangcha.acts.door import Outcome
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.conf.demo.player import Player
from shuangcha.courts.models import Body, Person, Post

CASE = "（2019）豫0304执1286号"
POINTS = [{"text": "查封后为何长期未处置", "allegation": 1}, {"text": "是否接受吃请", "allegation": 2}]
E, S = "enforcement", "supervision"


def load_demo() -> None:
    """The demo's courts and invented persons, without the loader's steps."""
    from shuangcha.acts.load import load_initial
    from shuangcha.courts import calendar, settings

    calendar.forget()
    settings.forget()
    for report in load_initial(now=dt.datetime(2020, 5, 20, 9, tzinfo=dt.UTC), demo=True):
        assert not report.errors, report.errors


def login_of(court: str, kind: str, role: str = "head", n: int = 0) -> str:
    """The n-th holder of this role in the court's body of this kind who is no head anywhere else in the group."""
    rows = Post.objects.filter(body__court__code=court, body__kind=kind, role=role, valid_to__isnull=True)
    return str(list(rows.order_by("id").values_list("person__login", flat=True))[n])


@dataclass
class World:
    """One file being played: `ids` name its subjects by kind, `owner` and `target` are court codes."""

    player: Player
    owner: str = "豫03"
    target: str = "豫0304"
    source: str = "petition"
    source_facts: dict[str, str] = field(default_factory=lambda: {"channel": "来信"})
    decision: str = "assign"
    ways: tuple[str, ...] = ("urge",)
    findings: tuple[str, str] = ("founded", "unfounded")
    more: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    level: str = ""

    def copied(self) -> World:
        other = copy.copy(self)
        other.player = Player(day=self.player.day, minute=self.player.minute)
        other.ids, other.more = dict(self.ids), dict(self.more)
        return other

    # --- who ---
    def boss(self, kind: str) -> str:
        """Head of the body in the assigning court."""
        return login_of(self.owner, kind)

    def below(self, kind: str, role: str = "head", n: int = 0) -> str:
        return login_of(self.receiver, kind, role, n)

    def clerk(self, kind: str = E) -> str:
        return login_of(self.owner, kind, "member")

    @property
    def receiver(self) -> str:
        """Code of the court next below on the way to the court complained of."""
        return self.more.get("receiver", self.target)

    @property
    def team_court(self) -> str:
        return self.owner if self.decision == "direct" else self.receiver

    @property
    def team(self) -> list[str]:
        """The members who investigate: one of each body."""
        return [login_of(self.team_court, E, "member", 1), login_of(self.team_court, S, "member", 1)]

    # --- what ---
    def got(self, kind: str) -> Any:
        return cf.SUBJECTS[kind].rows.get(pk=self.ids[kind])

    def duty(self, kind: str) -> Any:
        return cf.Duty.rows.filter(matter_id=self.ids["matter"], kind=kind).order_by("id").first()

    def newest(self, kind: str) -> Any:
        return cf.SUBJECTS[kind].rows.filter(matter_id=self.ids["matter"]).order_by("-id").first()

    def note(self, kind: str, subject: cf.Subject | None) -> Any:
        assert subject is not None, kind
        self.ids[kind] = subject.pk
        return subject

    # --- doing ---
    def act(self, login: str, move: str, kind: str | cf.Subject | None = None, **content: Any) -> Outcome:
        subject = self.got(kind) if isinstance(kind, str) else kind
        return self.player.act(login, move, subject, **content)

    def both(self, move: str, kind: str | cf.Subject, *, below: bool = False, **content: Any) -> Outcome:
        subject = self.got(kind) if isinstance(kind, str) else kind
        court = self.receiver if below else self.owner
        return self.player.both(login_of(court, E), login_of(court, S), move, subject, **content)

    def sign(self, outcome: Outcome, login: str) -> Outcome:
        proposal = Proposal.objects.get(uid=UUID(outcome.proposal))
        return door.sign(proposal.uid, self.player.viewer(login), seen_sha=proposal.content_sha, now=self.player.now)

    def upto(self, level: str) -> World:
        names = list(LEVELS)
        start = names.index(self.level) + 1 if self.level else 0
        for name in names[start : names.index(level) + 1]:
            LEVELS[name](self)
            self.level = name
        return self


LEVELS: dict[str, Callable[[World], None]] = {}


def level(function: Callable[[World], None]) -> Callable[[World], None]:
    LEVELS[function.__name__] = function
    return function


def clue_content(world: World, **other: Any) -> dict[str, Any]:
    return {
        "subject_court": world.target,
        "subjects": [{"name": "某执行员", "court": world.target, "title": "执行员"}],
        "source": world.source,
        "source_facts": world.source_facts,
        "received_on": world.player.day.isoformat(),
        "named": True,
        "complainant": {"name": "申请人甲", "phone": "13800000000"},
        "cases": [{"number": CASE, "filed_on": "2019-03-06", "officers": []}],
        "title": "反映长期不处置财产",
        "summary": "查封后九个月未启动评估拍卖",
        "allegations": [{"kind": "handling", "text": "查封后未处置"}, {"kind": "conduct", "text": "接受当事人吃请"}],
    } | other


@level
def registered(w: World) -> None:
    w.player.on("2020-05-21")
    who = w.more.get("registrar", w.clerk())
    outcome = w.act(who, "clue.register", None, **clue_content(w, **w.more.get("clue", {})))
    w.note("clue", w.player.got(outcome))


@level
def forwarded(w: World) -> None:
    body = w.got("clue").received_by.kind
    w.act(w.clerk(body), "clue.put_forward", "clue", reason="反映事项具体,附有案号")
    if w.source == "inspection" and not w.more.get("no_opinion"):
        team = w.more["registrar"]
        w.act(
            team,
            "clue.give_inspection_opinion",
            "clue",
            team="司法巡查组",
            leader="组长",
            proposal="assign",
            text="建议启动",
        )


@level
def submitted(w: World) -> None:
    w.act(w.clerk(w.got("clue").received_by.kind), "clue.submit", "clue")
    w.note("item", cf.Item.rows.filter(clue=w.ids["clue"]).order_by("-id").first())


@level
def convened(w: World) -> None:
    _convene(w, "2020-05-25")


@level
def listed(w: World) -> None:
    w.act(w.clerk(w.got("clue").received_by.kind), "item.list", "item", meeting=str(w.got("meeting").uid))


@level
def in_session(w: World) -> None:
    _open(w, "2020-05-25")


@level
def declared(w: World) -> None:
    for kind in (E, S):
        w.act(w.boss(kind), "item.declare", "item")


@level
def positions(w: World) -> None:
    for kind in (E, S):
        w.act(w.boss(kind), "item.take_position", "item", stance="agree", text="同意")


@level
def decided(w: World) -> None:
    if w.decision == "assign":
        w.both("item.start_and_assign", "item", reason="线索具体", points=POINTS)
    else:
        w.both("item.start_directly", "item", reason="情况重大", points=POINTS, period="1月")
    w.note("matter", cf.Matter.rows.get(clue_links__clue=w.ids["clue"]))
    if w.decision == "assign":
        w.note("assignment", w.newest("assignment"))
    else:
        w.note("round", w.newest("round"))


@level
def minuted(w: World) -> None:
    w.act(w.boss(S), "meeting.close", "meeting", minutes="会议议定启动一案双查")


@level
def assigned(w: World) -> None:
    if w.decision == "assign":
        w.both(
            "assignment.hand_down",
            "assignment",
            points=POINTS,
            demands="逐项答复",
            contact="内勤 0379-0000000",
            content="重新撰写",
        )


@level
def received(w: World) -> None:
    if w.decision == "assign":
        w.player.on("2020-05-26")
        w.both("assignment.acknowledge", "assignment", below=True)
        w.note("round", w.newest("round"))


@level
def investigating(w: World) -> None:
    w.player.on("2020-05-27")
    first, second = (w.player.uid_of(one) for one in w.team)
    members = [
        {"person": first, "leader": True, "statement": "无应当回避情形"},
        {"person": second, "statement": "无应当回避情形"},
    ]
    move = "round.form_own_team" if w.decision == "direct" else "round.form_team"
    w.both(move, "round", below=w.decision != "direct", members=members, scope="全案")


@level
def recorded(w: World) -> None:
    w.player.on("2020-06-01")
    review = {
        "number": CASE,
        "lawful": "yes",
        "timely": "no",
        "complete": "yes",
        "civil": "yes",
        "kind": "yes",
        "remarks": "卷一第35页",
    }
    outcome = w.act(
        w.team[0],
        "record.file_review",
        "round",
        title="调卷审查",
        held_on="2020-06-01",
        holder="档案室",
        called_on="2020-05-28",
        cases=[review],
    )
    w.note("record", w.player.got(outcome))


@level
def answered(w: World) -> None:
    for n, finding in enumerate(w.findings, 1):
        w.act(
            w.team[0],
            "round.answer_point",
            "round",
            point=n,
            finding=finding,
            text="查明",
            evidence=[{"record": 1, "page": "35"}],
        )


@level
def drafted(w: World) -> None:
    outcome = w.act(w.team[0], "report.draft", "round", process="经过", facts="事实", analysis="分析", proposal="意见")
    w.note("report", w.player.got(outcome))


@level
def report_signed(w: World) -> None:
    if w.decision == "assign":
        w.both("report.sign", "report", below=True, version=1)


@level
def reported(w: World) -> None:
    w.player.on("2020-06-10")
    if w.decision == "assign":
        w.act(w.below("presidency"), "report.issue", "report", version=1)
    else:
        w.both("report.sign_own", "report", version=1)


@level
def verified(w: World) -> None:
    w.act(w.clerk(), "report.verify", "report", text="事实清楚")


@level
def consulting(w: World) -> None:
    w.act(w.clerk(), "matter.submit_for_consultation", "matter")
    w.note("item", w.newest("item"))


@level
def consult_ready(w: World) -> None:
    _convene(w, "2020-06-12")
    w.act(w.clerk(), "item.list", "item", meeting=str(w.got("meeting").uid))
    _open(w, "2020-06-12")
    declared(w)
    positions(w)


@level
def consulted(w: World) -> None:
    w.both("item.consult", "item", text="采纳调查报告")
    w.act(w.boss(S), "meeting.close", "meeting", minutes="会商一致")


def opinion_content(w: World) -> dict[str, Any]:
    conclusions = [{"allegation": n, "finding": finding, "text": "理由"} for n, finding in enumerate(w.findings, 1)]
    from shuangcha.plan.dispositions import WAYS

    dispositions = [
        {
            "kind": way,
            "allegation": 1,
            "addressee": w.owner if WAYS[way].outside else w.receiver,
            "demand": "限期办理",
            "period": "30日",
        }
        for way in w.ways
    ]
    founded = any(one in ("founded", "partly") for one in w.findings)
    return {
        "facts": "认定事实",
        "text": "检查意见",
        "conclusions": conclusions,
        "dispositions": dispositions if founded else [],
    }


@level
def opinion_drafted(w: World) -> None:
    outcome = w.act(w.clerk(), "opinion.draft", "matter", **opinion_content(w))
    w.note("opinion", w.player.got(outcome))


@level
def at_office(w: World) -> None:
    w.both("opinion.sign", "opinion", version=1)


@level
def at_deputy(w: World) -> None:
    w.act(login_of(w.owner, "group_office"), "opinion.office_approve", "opinion")


@level
def at_head(w: World) -> None:
    w.act(deputy_free(w), "opinion.deputy_approve", "opinion")


@level
def disposing(w: World) -> None:
    w.player.on("2020-06-22")
    w.act(login_of(w.owner, "leading_group"), "opinion.head_approve", "opinion")


def deputy_free(w: World) -> str:
    """A deputy head of the group who is not the head of the enforcement body (方案二: that one signs for the body)."""
    holders = Post.objects.filter(body__court__code=w.owner, body__kind="leading_group", role="deputy").order_by("id")
    return next(str(one) for one in holders.values_list("person__login", flat=True) if one != w.boss(E))


def _convene(w: World, day: str) -> None:
    outcome = w.act(w.clerk(S), "meeting.convene", None, held_on=day, place="第一会议室")
    w.note("meeting", w.player.got(outcome))


def _open(w: World, day: str) -> None:
    w.player.on(day)
    uids = [w.player.uid_of(w.boss(kind)) for kind in (E, S)]
    w.act(w.boss(E), "meeting.open", "meeting", chair=uids[0], attendees=uids)


INSPECTORS = {
    "source": "inspection",
    "source_facts": {"check_kind": "司法巡查", "team": "司法巡查组", "on": "2020-05-18"},
}


def inspection_world(**more: Any) -> World:
    return World(Player(), **INSPECTORS, more={"registrar": login_of("豫03", "inspection", "head"), **more})


def three_levels() -> World:
    """The province's court hands down to the middle court what is complained of a basic court."""
    return World(Player(), owner="豫", more={"receiver": "豫03"})


ALL_WAYS = (
    "correct_self",
    "correct_filing",
    "urge",
    "improve",
    "refer_discipline",
    "refer_crime",
    "talk",
    "circular",
    "assess",
)
BASES = {
    "registered": lambda: World(Player()).upto("registered"),
    "positions": lambda: World(Player()).upto("positions"),
    "received": lambda: World(Player()).upto("received"),
    "drafted": lambda: World(Player()).upto("drafted"),
    "verified": lambda: World(Player()).upto("verified"),
    "consulted": lambda: World(Player()).upto("consulted"),
    "disposing": lambda: World(Player(), ways=ALL_WAYS).upto("disposing"),
}


class Worlds:
    """The base worlds and their courts."""

    def __init__(self, *wanted: str) -> None:
        load_demo()
        self.bases = {name: make() for name, make in BASES.items() if name in wanted or not wanted}

    def at(self, wanted: str) -> World:
        """A world at this level, played on from the nearest base below it."""
        names = list(LEVELS)
        nearest = max(
            (name for name in self.bases if names.index(name) <= names.index(wanted)), key=names.index, default=""
        )
        return (self.bases[nearest].copied() if nearest else World(Player())).upto(wanted)


def for_access() -> Worlds:
    """A clue, a matter under investigation and one that is being dealt with."""
    return Worlds("registered", "drafted", "disposing")


def for_search() -> Worlds:
    """One clue and nothing else that a list could find."""
    return Worlds("registered")


def give_post(login: str, court: str, kind: str, role: str = "member") -> Post:
    """A further post for an invented person, as the loader would register it."""
    body = Body.objects.get(court__code=court, kind=kind)
    return Post.objects.create(
        person=Person.objects.get(login=login), body=body, role=role, title="兼任", valid_from=dt.date(2020, 5, 20)
    )
