"""Long on purpose: for every act that is offered, a situation in which somebody may do it, with accepted content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shuangcha.acts import door
from shuangcha.acts.door import Outcome
from shuangcha.casefile import models as cf
from shuangcha.conf.demo.player import Player
from shuangcha.plan.dispositions import WAYS
from shuangcha.plan.moves import MOVES
from tests.plan import worlds as played
from tests.plan.worlds import POINTS, E, S, World, Worlds, login_of


@dataclass
class Scene:
    """`login` may do `move` on `subject` (None: a new clue or meeting) with `content`."""

    world: World
    move: str
    login: str
    subject: cf.Subject | None
    content: dict[str, Any]

    def play(self, login: str = "", **other: Any) -> Outcome:
        """Through the door as `login`, with the subject's present version."""
        if self.subject is not None:
            self.subject.refresh_from_db(fields=["version", "stage"])
        return door.propose(
            self.move,
            (self.subject.KIND, self.subject.uid) if self.subject is not None else None,
            self.world.player.viewer(login or self.login),
            self.content | other,
            seen_version=self.subject.version if self.subject is not None else None,
            now=self.world.player.now,
        )


Maker = Callable[[Worlds], tuple[World, str, cf.Subject | None, dict[str, Any]]]
MAKERS: dict[str, Maker] = {}


def scene(worlds: Worlds, move: str) -> Scene:
    world, login, subject, content = MAKERS[move](worlds)
    return Scene(world, move, login, subject, content)


def _at(move: str, level: str, who: Callable[[World], str], kind: str, content: Any) -> None:
    """The common case: a world at this level, its subject of this kind."""

    def make(worlds: Worlds) -> tuple[World, str, cf.Subject | None, dict[str, Any]]:
        world = worlds.at(level)
        return (
            world,
            who(world),
            world.got(kind) if kind else None,
            content(world) if callable(content) else dict(content),
        )

    assert move in MOVES, move
    MAKERS[move] = make


def _made(move: str) -> Callable[[Maker], Maker]:
    def register(function: Maker) -> Maker:
        MAKERS[move] = function
        return function

    return register


def clerk(w: World) -> str:
    return w.clerk()


def boss(w: World) -> str:
    return w.boss(E)


def boss_below(w: World) -> str:
    return w.below(E)


def member(w: World) -> str:
    return w.team[0]


def president_below(w: World) -> str:
    return w.below("presidency")


WHY = {"reason": "理由如卷"}

# --- 线索、会议 ---
_at("clue.register", "registered", clerk, "", lambda w: played.clue_content(w))
_at("clue.put_forward", "registered", clerk, "clue", WHY)
_at("clue.set_aside", "registered", clerk, "clue", {**WHY, "basis": "依据"})
_at("clue.pass_on", "registered", clerk, "clue", WHY)
_at("clue.refer_out", "registered", clerk, "clue", {**WHY, "basis": "依据", "organ": "信访部门"})
_at("clue.submit", "forwarded", clerk, "clue", {"note": "提请研究"})
_at("clue.withdraw_submission", "submitted", clerk, "clue", WHY)
_at("meeting.convene", "registered", clerk, "", lambda w: {"held_on": w.player.day.isoformat(), "place": "第一会议室"})
_at("meeting.cancel", "listed", boss, "meeting", WHY)
_at("meeting.close", "decided", boss, "meeting", {"minutes": "会议议定"})
_at(
    "meeting.circulate",
    "listed",
    boss,
    "meeting",
    lambda w: {
        "chair": w.player.uid_of(w.boss("enforcement")),
        "reason": "议题单一",
        "attendees": [w.player.uid_of(w.boss(kind)) for kind in ("enforcement", "supervision")],
    },
)
_at("item.list", "convened", clerk, "item", lambda w: {"meeting": str(w.got("meeting").uid)})
_at("item.take_off", "in_session", clerk, "item", WHY)
_at("item.declare", "in_session", boss, "item", {"recused": False, "reason": ""})
_at("item.take_position", "declared", boss, "item", {"stance": "agree", "text": "同意"})
_at("item.start_and_assign", "positions", boss, "item", {**WHY, "points": POINTS})
_at("item.start_directly", "positions", boss, "item", {**WHY, "points": POINTS, "period": "1月"})
_at("item.decline", "positions", boss, "item", WHY)
_at("item.defer", "positions", boss, "item", {**WHY, "revisit_on": "2020-06-20"})
_at("item.consult", "consult_ready", boss, "item", {"text": "采纳", "accepted": True, "changes": ""})


def inspection(**more: Any) -> World:
    return played.inspection_world(**more)


@_made("clue.give_inspection_opinion")
def _opinion_of_team(worlds: Worlds) -> Any:
    w = inspection(no_opinion=True).upto("registered")
    content = {"team": "司法巡查组", "leader": "组长", "proposal": "assign", "text": "建议启动"}
    return w, w.more["registrar"], w.got("clue"), content


def second_clue(w: World, **more: Any) -> cf.Clue:
    """Another clue about the same enforcement case, received by the same body unless `login` says otherwise."""
    login = more.pop("login", w.clerk())
    content = played.clue_content(w, title="再次反映长期不处置财产", **more)
    found = w.player.got(w.player.act(login, "clue.register", None, **content))
    assert isinstance(found, cf.Clue)
    return found


def doubtful(w: World, **more: Any) -> tuple[cf.Clue, cf.Clue]:
    """(newer, older): the newer one is taken for a repeat of the older, and nobody has settled it yet."""
    newer, older = second_clue(w, **more), w.got("clue")
    cf.Repeat.rows.filter(clue=newer).delete()  # the other worlds of the module tell of the same case
    cf.Repeat.rows.create(clue=newer, other=older, on=w.player.day)
    return newer, older


@_made("clue.merge")
def _merge(worlds: Worlds) -> Any:
    w = worlds.at("registered")
    newer, older = doubtful(w)
    return w, w.clerk(), newer, {**WHY, "into": str(older.uid)}


@_made("clue.unmerge")
def _unmerge(worlds: Worlds) -> Any:
    w = worlds.at("registered")
    newer, older = doubtful(w)
    w.act(w.clerk(), "clue.merge", newer, **WHY, into=str(older.uid))
    return w, w.clerk(), newer, WHY


@_made("clue.not_repeat")
def _not_repeat(worlds: Worlds) -> Any:
    w = worlds.at("registered")
    newer, older = doubtful(w)
    return w, w.clerk(), newer, {**WHY, "other": str(older.uid)}


@_made("clue.take_up_again")
def _again(worlds: Worlds) -> Any:
    w = worlds.at("registered")
    w.act(w.clerk(), "clue.set_aside", "clue", **WHY, basis="依据")
    return w, w.clerk(), w.got("clue"), WHY


@_made("clue.reopen")
def _reopen(worlds: Worlds) -> Any:
    w = worlds.at("positions")
    w.both("item.decline", "item", **WHY)
    return w, w.clerk(), w.got("clue"), {**WHY, "new_fact": "新查明的事实"}


@_made("meeting.open")
def _open(worlds: Worlds) -> Any:
    w = worlds.at("listed")
    uids = [w.player.uid_of(w.boss(kind)) for kind in (E, S)]
    return w, w.boss(E), w.got("meeting"), {"chair": uids[0], "attendees": uids}


# --- 交办、调查 ---
HAND_DOWN = {"points": POINTS, "demands": "逐项答复", "contact": "内勤 0379-0000000", "content": "重新撰写"}
MORE_TIME = {"period": "15日", "reason": "调查对象外出"}
_at("assignment.hand_down", "minuted", boss, "assignment", HAND_DOWN)
_at("assignment.remind", "assigned", clerk, "assignment", {"text": "请尽快签收"})
_at("assignment.acknowledge", "assigned", boss_below, "assignment", {"remarks": "已收"})
_at("assignment.recall", "assigned", boss, "assignment", WHY)
_at("assignment.ask_extension", "investigating", boss_below, "assignment", MORE_TIME)


def asked(worlds: Worlds) -> World:
    w = worlds.at("investigating")
    w.act(w.below(E), "assignment.ask_extension", "assignment", **MORE_TIME)
    return w


@_made("assignment.grant_extension")
def _grant(worlds: Worlds) -> Any:
    w = asked(worlds)
    return w, w.boss(E), w.got("assignment"), MORE_TIME


@_made("assignment.refuse_extension")
def _refuse(worlds: Worlds) -> Any:
    w = asked(worlds)
    return w, w.boss(E), w.got("assignment"), WHY


def team_content(w: World, **more: Any) -> dict[str, Any]:
    first, second = (w.player.uid_of(one) for one in w.team)
    members = [
        {"person": first, "leader": True, "recused": False, "statement": "无应当回避情形"},
        {"person": second, "leader": False, "recused": False, "statement": "无应当回避情形"},
    ]
    return {"members": members, "scope": "全案", **more}


def direct(level: str) -> World:
    return World(Player(), decision="direct").upto(level)


_at("round.form_team", "received", boss_below, "round", team_content)
_at("round.change_team", "investigating", boss_below, "round", lambda w: team_content(w, reason="人员调整"))


@_made("round.form_own_team")
def _own_team(worlds: Worlds) -> Any:
    w = direct("received")
    return w, w.boss(E), w.got("round"), team_content(w)


def _record(w: World, **more: Any) -> dict[str, Any]:
    return {"title": "记录", "held_on": w.player.day.isoformat(), **more}


def _two(w: World) -> list[str]:
    return [w.player.uid_of(one) for one in w.team]


REVIEW = {
    "number": played.CASE,
    "volumes": "两册",
    "lawful": "yes",
    "timely": "no",
    "complete": "yes",
    "civil": "yes",
    "kind": "yes",
    "remarks": "卷一第35页",
}
NODE = {"node": "财产查控", "complete": "yes", "overdue": "no", "falsified": "no", "remarks": ""}
_at(
    "record.file_review",
    "investigating",
    member,
    "round",
    lambda w: _record(w, holder="档案室", called_on=w.player.day.isoformat(), cases=[REVIEW]),
)
_at(
    "record.system_check",
    "investigating",
    member,
    "round",
    lambda w: _record(
        w, system="流程系统", snapshot_at="当日九时", checkers=_two(w), nodes=[NODE], conclusion="节点完整"
    ),
)
_at(
    "record.hearing_out",
    "investigating",
    member,
    "round",
    lambda w: _record(w, form="phone", who="代理人", staff=_two(w), transcript="谈话内容", signed_pages="recorded"),
)
_at(
    "record.interview",
    "investigating",
    member,
    "round",
    lambda w: _record(
        w,
        interviewers=_two(w),
        who="某法官",
        post="执行员",
        relation="handler",
        place="谈话室",
        began="09:00",
        ended="10:00",
        duty_told=True,
        transcript="谈话内容",
        signed_pages="signed",
    ),
)
_at(
    "record.hearing",
    "investigating",
    member,
    "round",
    lambda w: _record(
        w,
        subject="处置争议",
        presider=_two(w)[0],
        recorder=_two(w)[1],
        notified="书面通知",
        parties=["申请执行人", "被执行人"],
        statements="各方陈述",
    ),
)
_at("record.other_way", "investigating", member, "round", lambda w: _record(w, way="实地查看", text="查看情况"))
ANSWER = {
    "point": 1,
    "finding": "founded",
    "text": "查明属实",
    "evidence": [{"record": 1, "material": "", "page": "35"}],
}
PARTS = {"process": "经过", "facts": "事实", "analysis": "分析", "proposal": "意见", "dissent": ""}
_at("round.answer_point", "recorded", member, "round", ANSWER)
_at("report.draft", "answered", member, "round", PARTS)
_at("report.revise", "drafted", member, "report", PARTS)
_at("report.sign", "drafted", boss_below, "report", {"version": 1, "note": ""})
_at("report.issue", "report_signed", president_below, "report", {"version": 1, "note": ""})
_at("report.withdraw", "reported", president_below, "report", WHY)
_at("report.verify", "reported", clerk, "report", {"text": "事实清楚", "sound": True})
_at(
    "round.order_supplement",
    "verified",
    boss,
    "round",
    {"gaps": "要点二未查清", "directions": "调取流水", "period": "15日"},
)


@_made("report.sign_own")
def _sign_own(worlds: Worlds) -> Any:
    w = direct("drafted")
    return w, w.boss(E), w.got("report"), {"version": 1, "note": ""}


# --- 案件 ---
TAKE = {"reason": "需直接调查", "period": "30日"}
_at(
    "matter.supervise_on_site",
    "investigating",
    boss,
    "matter",
    lambda w: {
        "supervisors": [w.player.uid_of(w.boss(E)), w.player.uid_of(w.boss(S))],
        "visited_on": w.player.day.isoformat(),
        "text": "现场督导",
    },
)
_at("matter.take_over", "investigating", boss, "matter", TAKE)
_at("matter.investigate_directly", "verified", boss, "matter", TAKE)
_at("matter.submit_for_consultation", "verified", clerk, "matter", {"note": ""})
_at("matter.recuse_self", "investigating", clerk, "matter", {"reason": "与当事人有亲属关系", "understood": True})
_at("matter.link_number", "investigating", clerk, "matter", {"origin": played.CASE, "number": "（2020）豫0304执恢12号"})
_at("matter.disclose", "investigating", clerk, "matter", {"subject": "process", "text": "调查进展"})


def concluded(worlds: Worlds) -> World:
    """All duties closed; the papers are still owed."""
    w = worlds.at("disposing")
    for duty in cf.Duty.rows.filter(matter_id=w.ids["matter"]).order_by("n"):
        finish(w, duty)
    return w


def finish(w: World, duty: cf.Duty) -> None:
    if duty.kind in WAYS:
        issue(w, duty.kind)
        group = group_of(duty.kind)
        for verb, content in (
            ("reply", {"text": "已办"}),
            ("prove", {"proof": "证明"}),
            ("check", {"text": "合格"}),
            ("close", {"text": "销号"}),
        ):
            key = f"duty.{group}_{verb}"
            w.act(acting(w, key, duty), key, duty, **content)
    elif duty.kind == "clarify":
        w.both("duty.clarify", duty, **CLARIFIED)
    else:
        key = {"feedback_handling": "duty.feed_back_handling", "feedback_conduct": "duty.feed_back_conduct"}.get(
            duty.kind, "duty.tell_unfounded"
        )
        w.act(w.clerk(duty.lead_body.kind), key, duty, **TOLD)


def group_of(way: str) -> str:
    return next(
        row.key.split(".")[1].removesuffix("_reply")
        for row in MOVES.values()
        if row.key.endswith("_reply") and way in row.of
    )


def acting(w: World, key: str, duty: cf.Duty) -> str:
    """A clerk of the court and body that follow this duty up."""
    row = MOVES[key]
    outside = duty.to_court.code == w.owner
    own = row.side == "assigner" or outside
    return login_of(w.owner if own else w.receiver, row.offices[0], "member")


@_made("matter.archive")
def _archive(worlds: Worlds) -> Any:
    w = concluded(worlds)
    cf.Paper.rows.filter(matter_id=w.ids["matter"]).update(issued_on=w.player.day)
    return w, w.clerk(), w.got("matter"), {"volumes": "正卷1册", "place": "档案室", "summary": "办结"}


# --- 检查意见 ---
_at("opinion.draft", "consulted", clerk, "matter", played.opinion_content)
_at("opinion.revise", "opinion_drafted", clerk, "opinion", played.opinion_content)
_at("opinion.sign", "opinion_drafted", boss, "opinion", {"version": 1, "note": ""})
_at("opinion.withdraw", "at_office", boss, "opinion", WHY)
CHANGED = {"facts": "认定事实改", "opinion": "检查意见改", "reason": "文字修改"}
for _level, _who in (
    ("office", lambda w: login_of(w.owner, "group_office")),
    ("deputy", played.deputy_free),
    ("head", lambda w: login_of(w.owner, "leading_group")),
):
    for _verb, _content in (("approve", {"text": "同意"}), ("change", CHANGED), ("return", WHY)):
        _at(f"opinion.{_level}_{_verb}", f"at_{_level}", _who, "opinion", _content)


def at_superior(worlds: Worlds) -> World:
    """The head of the group has recused himself: nobody at home may decide."""
    w = worlds.at("consulted")
    w.act(login_of(w.owner, "leading_group"), "matter.recuse_self", "matter", reason="亲属关系", understood=True)
    w.upto("at_head")
    assert w.got("opinion").stage == "at_superior"
    return w


def _superior(verb: str, content: dict[str, Any]) -> Maker:
    def make(worlds: Worlds) -> Any:
        w = at_superior(worlds)
        return w, login_of("豫", "leading_group"), w.got("opinion"), content

    return make


for _verb, _content in (("approve", {"text": "同意"}), ("change", CHANGED), ("return", WHY)):
    MAKERS[f"opinion.superior_{_verb}"] = _superior(_verb, _content)


# --- 处理、反馈、澄清 ---
ISSUE: dict[str, dict[str, Any]] = {
    "correct_self": {"error": "错误", "basis": "依据"},
    "correct_filing": {"supervision_number": "（2020）豫03执监5号", "error": "错误"},
    "urge": {"measures": "启动评估"},
    "improve": {"gap": "漏洞", "measures": "改进"},
    "refer_discipline": {"organ": "机关纪委", "ground": "管理权限", "evidence": "目录"},
    "refer_crime": {"organ": "监察机关", "crime": "事实", "evidence": "目录"},
    "talk": {"ground": "typical", "whom": "执行局局长", "held_on": "2020-06-30", "place": "谈话室"},
    "circular": {"scope": "全市各基层法院"},
    "assess": {"year": 2020, "rule": "当年考评办法第三条", "points": "0.5"},
}
TOLD = {
    "who": "complainant",
    "way": "phone",
    "on": "2020-06-22",
    "staff": "内勤",
    "helped": "配合机构",
    "points": "逐项反馈",
    "attitude": "understands",
}
CLARIFIED = {"scope": "court", "form": "meeting", "consent": True, "on": "2020-06-22", "text": "澄清"}


def issue(w: World, way: str) -> cf.Duty:
    """Issue one disposition; 纳入考评 needs a talk or a circular before it."""
    duty: cf.Duty = w.duty(way)
    if duty.stage != "pending":
        return duty
    if way == "assess":
        issue(w, "talk")
        w.act(w.boss(S), "duty.issue_assess", duty, text="登记扣分", period="30日", **ISSUE[way])
    else:
        w.both(f"duty.issue_{way}", duty, text="文书正文", period="30日", **ISSUE[way])
    return duty


def _issuing(way: str) -> Maker:
    def make(worlds: Worlds) -> Any:
        w = worlds.at("disposing")
        if way == "assess":
            issue(w, "talk")
        return w, w.boss(E), w.duty(way), {"text": "文书正文", "period": "30日", **ISSUE[way]}

    return make


def _following(group: str, verb: str, content: dict[str, Any]) -> Maker:
    def make(worlds: Worlds) -> Any:
        w = worlds.at("disposing")
        key = f"duty.{group}_{verb}"
        duty = issue(w, MOVES[key].of[0])
        for earlier, said in FOLLOW.items():
            if earlier == verb:
                break
            before = f"duty.{group}_{earlier}"
            w.act(acting(w, before, duty), before, duty, **said)
        return w, acting(w, key, duty), duty, content

    return make


FOLLOW: dict[str, dict[str, Any]] = {
    "reply": {"text": "已办"},
    "prove": {"proof": "证明材料"},
    "check": {"text": "合格"},
    "close": {"text": "销号"},
}
for _way in WAYS:
    MAKERS[f"duty.issue_{_way}"] = _issuing(_way)
for _group in ("correct", "urge", "refer", "notify"):
    for _verb, _content in FOLLOW.items():
        MAKERS[f"duty.{_group}_{_verb}"] = _following(_group, _verb, _content)


@_made("duty.send_back")
def _send_back(worlds: Worlds) -> Any:
    w, _, duty, _ = _following("urge", "check", {})(worlds)
    return w, w.clerk(), duty, {**WHY, "period": "15日"}


@_made("duty.recall")
def _recall(worlds: Worlds) -> Any:
    w = worlds.at("disposing")
    return w, w.boss(E), issue(w, "urge"), WHY


def urged_through_the_middle() -> World:
    """省 → 中院 → 基层: the middle court has received an urging about a basic court."""
    w = played.three_levels().upto("disposing")
    issue(w, "urge")
    return w


@_made("duty.remind")
def _remind_duty(worlds: Worlds) -> Any:
    w = worlds.at("disposing")
    return w, w.clerk(), issue(w, "urge"), {"text": "请按期回复"}


@_made("duty.relay")
def _relay(worlds: Worlds) -> Any:
    w = urged_through_the_middle()
    return w, w.below(E), w.duty("urge"), {"text": "转发", "period": "10日"}


def _answering(kind: str, content: dict[str, Any]) -> Maker:
    def make(worlds: Worlds) -> Any:
        w = worlds.at("disposing")
        duty = w.duty(kind)
        return w, w.clerk(duty.lead_body.kind), duty, content

    return make


MAKERS["duty.feed_back_handling"] = _answering("feedback_handling", TOLD)
MAKERS["duty.tell_unfounded"] = _answering("tell_unfounded", TOLD)
MAKERS["duty.appease"] = _answering("feedback_handling", {"on": "2020-06-22", "way": "talk", "text": "已疏导"})


@_made("duty.clarify")
def _clarify(worlds: Worlds) -> Any:
    w = worlds.at("disposing")
    return w, w.boss(S), w.duty("clarify"), CLARIFIED


@_made("duty.feed_back_conduct")
def _conduct(worlds: Worlds) -> Any:
    w = worlds.at("consulted")
    content = played.opinion_content(w)
    content["conclusions"][1]["finding"] = "founded"
    content["dispositions"] += [{**content["dispositions"][0], "allegation": 2}]
    w.note("opinion", w.player.got(w.act(w.clerk(), "opinion.draft", "matter", **content)))
    w.level = "opinion_drafted"
    w.upto("disposing")
    duty = w.duty("feedback_conduct")
    return w, w.clerk(S), duty, TOLD


OFFERED = [row.key for row in MOVES.values() if not row.hidden and row.subject != "register"]
