"""Long on purpose: one case for each guard, seen at work.

The act is refused with that guard's sentence, and without the guard it goes through (or on to a later refusal, which is
named).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from shuangcha.access.facts import Facts
from shuangcha.access.guards import GUARDS
from shuangcha.access.refusals import NotAllowed, Refused
from shuangcha.access.situation import Situation
from shuangcha.acts import inquiry, registering
from shuangcha.casefile import models as cf
from shuangcha.conf.demo.player import Player
from shuangcha.conf.management.commands.plan import sentences
from shuangcha.courts.models import Body, Court, Person, Post
from shuangcha.plan.moves import MOVES
from tests.plan import scenes
from tests.plan import worlds as played
from tests.plan.scenes import Scene, scene
from tests.plan.worlds import POINTS, E, S, World, Worlds, login_of

Patch = pytest.MonkeyPatch
WHY = scenes.WHY


@dataclass(frozen=True)
class Case:
    """`make` plays to where `guard` of the act says no. `later`: what refuses once the guard is gone; empty:
    nothing does."""

    guard: str
    move: str
    make: Callable[[Worlds, Patch], Scene]
    later: str = ""


CASES: list[Case] = []


def case(guard: str, move: str, later: str = "") -> Callable[[Callable[[Worlds, Patch], Scene]], Any]:
    def register(make: Callable[[Worlds, Patch], Scene]) -> Any:
        CASES.append(Case(guard, move, make, later))
        return make

    return register


def on(w: World, move: str, login: str, kind: str | cf.Subject, content: dict[str, Any]) -> Scene:
    return Scene(w, move, login, w.got(kind) if isinstance(kind, str) else kind, content)


# --- 线索 ---------------------------------------------------------------------------------------------------------------
@case("receiving_body", "clue.put_forward")
def _passed_on(worlds: Worlds, patch: Patch) -> Scene:
    """The enforcement body has passed its clue on: it still sees it, but screens it no more."""
    w = worlds.at("registered")
    w.act(w.clerk(), "clue.pass_on", "clue", **WHY)
    return on(w, "clue.put_forward", w.clerk(), "clue", WHY)


@case("inspection_clue", "clue.give_inspection_opinion")
def _no_inspection(worlds: Worlds, patch: Patch) -> Scene:
    w = World(Player(), more={"registrar": login_of("豫03", "inspection")}).upto("registered")
    content = {"team": "司法巡查组", "leader": "组长", "proposal": "assign", "text": "建议启动"}
    return on(w, "clue.give_inspection_opinion", w.more["registrar"], "clue", content)


@case("team_of_the_clue", "clue.give_inspection_opinion")
def _another_team(worlds: Worlds, patch: Patch) -> Scene:
    """A clerk of the receiving body, who also belongs to another team, sees the clue but cannot speak for its team."""
    made = scene(worlds, "clue.give_inspection_opinion")
    w = made.world
    clue = w.got("clue")
    other = Body.objects.filter(court__code="豫03", kind="inspection").exclude(pk=clue.inspection_body_id).first()
    assert other is not None
    login = w.clerk(clue.received_by.kind)
    person = Person.objects.get(login=login)
    Post.objects.create(person=person, body=other, role="member", title="组员", valid_from=w.player.day)
    made.login = login
    return made


@case("inspection_opinion_given", "clue.submit")
def _no_opinion_yet(worlds: Worlds, patch: Patch) -> Scene:
    w = scenes.inspection(no_opinion=True).upto("forwarded")
    return on(w, "clue.submit", w.clerk(w.got("clue").received_by.kind), "clue", {"note": ""})


@case("item_inspection_opinion_given", "item.start_and_assign")
def _item_without_opinion(worlds: Worlds, patch: Patch) -> Scene:
    """Submitting asks for the opinion too, so it is let through here to see that the decision asks again (方案四(四))."""
    patch.setitem(MOVES, "clue.submit", dataclasses.replace(MOVES["clue.submit"], guards=()))
    w = scenes.inspection(no_opinion=True).upto("positions")
    return on(w, "item.start_and_assign", w.boss(E), "item", {**WHY, "points": POINTS})


@case("item_not_listed", "clue.withdraw_submission", later="Invalid")
def _listed_already(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("listed")
    return on(w, "clue.withdraw_submission", w.clerk(), "clue", WHY)


@case("repeat_to_settle", "clue.not_repeat", later="Invalid")
def _nothing_to_settle(worlds: Worlds, patch: Patch) -> Scene:
    """The other clue lies in the other body's pool: the doubt is there, but not for who sees only one of the two."""
    w = worlds.at("registered")
    newer, older = scenes.doubtful(w, login=w.clerk(S))
    return on(w, "clue.not_repeat", w.clerk(S), newer, {**WHY, "other": str(older.uid)})


# --- 联席会议 -----------------------------------------------------------------------------------------------------------
@case("agenda_not_empty", "meeting.open")
def _empty_agenda(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("convened")
    uids = [w.player.uid_of(w.boss(kind)) for kind in (E, S)]
    return on(w, "meeting.open", w.boss(E), "meeting", {"chair": uids[0], "attendees": uids})


@case("meeting_convened", "item.list", later="Invalid")
def _nobody_convened(worlds: Worlds, patch: Patch) -> Scene:
    """Without the guard the form finds no such meeting."""
    w = worlds.at("submitted")
    return on(
        w,
        "item.list",
        w.clerk(w.got("clue").received_by.kind),
        "item",
        {"meeting": "00000000-0000-4000-8000-000000000000"},
    )


@case("meeting_in_session", "item.declare", later="attends_meeting")
def _not_begun(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("listed")
    return on(w, "item.declare", w.boss(E), "item", {"recused": False, "reason": ""})


@case("all_items_decided", "meeting.close")
def _undecided(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("positions")
    return on(w, "meeting.close", w.boss(E), "meeting", {"minutes": "会议"})


@case("both_bodies_attend", "item.decline", later="both_positions")
def _one_body_only(worlds: Worlds, patch: Patch) -> Scene:
    """Opening asks for both bodies too; who attended for the other body is taken out by hand."""
    w = worlds.at("in_session")
    cf.Attendance.rows.filter(meeting_id=w.ids["meeting"], body__kind=S).delete()
    w.act(w.boss(E), "item.declare", "item")
    for kind in (E, S):
        w.act(w.boss(kind), "item.take_position", "item", stance="agree", text="同意")
    return on(w, "item.decline", w.boss(E), "item", WHY)


@case("attends_meeting", "item.declare")
def _not_there(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("in_session")
    return on(w, "item.declare", w.clerk(), "item", {"recused": False, "reason": ""})


@case("not_yet_declared", "item.declare", later="Stale")
def _declared_twice(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("declared")
    return on(w, "item.declare", w.boss(E), "item", {"recused": False, "reason": ""})


@case("declarations_complete", "item.take_position")
def _nobody_declared(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("in_session")
    return on(w, "item.take_position", w.boss(E), "item", {"stance": "agree", "text": "同意"})


@case("no_position_yet", "item.take_position", later="Invalid")
def _spoken_already(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("positions")
    return on(w, "item.take_position", w.boss(E), "item", {"stance": "agree", "text": "同意"})


@case("both_positions", "item.decline")
def _nobody_spoke(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("declared")
    return on(w, "item.decline", w.boss(E), "item", WHY)


@case("court_below_to_assign", "item.start_and_assign")
def _about_this_court(worlds: Worlds, patch: Patch) -> Scene:
    w = World(Player(), target="豫03", more={"clue": {"cases": [], "subjects": []}}).upto("positions")
    return on(w, "item.start_and_assign", w.boss(E), "item", {**WHY, "points": POINTS})


@case("not_about_its_head", "item.start_and_assign")
def _about_the_head(worlds: Worlds, patch: Patch) -> Scene:
    president = Person.objects.get(login=login_of("豫0304", "presidency"))
    named = [{"name": president.name, "court": "豫0304", "title": "院长"}]
    w = World(Player(), more={"clue": {"subjects": named}}).upto("positions")
    return on(w, "item.start_and_assign", w.boss(E), "item", {**WHY, "points": POINTS})


# --- 交办 ---------------------------------------------------------------------------------------------------------------
@case("next_court_below", "assignment.hand_down")
def _court_aside(worlds: Worlds, patch: Patch) -> Scene:
    """The handler never makes such a hop; the row is turned aside by hand."""
    made = scene(worlds, "assignment.hand_down")
    cf.Assignment.rows.filter(pk=made.world.ids["assignment"]).update(to_court=Court.objects.get(code="豫7102"))
    made.subject = made.world.got("assignment")
    return made


@case("head_not_concerned", "assignment.hand_down")
def _head_concerned(worlds: Worlds, patch: Patch) -> Scene:
    made = scene(worlds, "assignment.hand_down")
    cf.Matter.rows.filter(pk=made.world.ids["matter"]).update(about_head=True)
    return made


@case("nobody_acknowledged", "assignment.recall")
def _one_body_acknowledged(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("assigned")
    w.act(w.below(S), "assignment.acknowledge", "assignment")
    return on(w, "assignment.recall", w.boss(E), "assignment", WHY)


@case("report_not_overdue", "assignment.ask_extension")
def _too_late(worlds: Worlds, patch: Patch) -> Scene:
    made = scene(worlds, "assignment.ask_extension")
    made.world.player.on("2020-07-20")
    return made


@case("not_extended_before", "assignment.ask_extension", later="Stale")
def _asked_already(worlds: Worlds, patch: Patch) -> Scene:
    w = scenes.asked(worlds)
    return on(w, "assignment.ask_extension", w.below(S), "assignment", scenes.MORE_TIME)


@case("extension_pending", "assignment.grant_extension")
def _nothing_asked(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("investigating")
    return on(w, "assignment.grant_extension", w.boss(E), "assignment", scenes.MORE_TIME)


@case("handed_down", "matter.take_over")
def _never_handed_down(worlds: Worlds, patch: Patch) -> Scene:
    w = scenes.direct("investigating")
    return on(w, "matter.take_over", w.boss(E), "matter", scenes.TAKE)


# --- 调查与报告 ---------------------------------------------------------------------------------------------------------
@case("round_investigating", "record.other_way")
def _reported_already(worlds: Worlds, patch: Patch) -> Scene:
    """The row is not offered there at all; without that condition the guard asks again."""
    patch.setitem(MOVES, "record.other_way", dataclasses.replace(MOVES["record.other_way"], parent_at=()))
    w = worlds.at("reported")
    content = {"title": "记录", "held_on": "2020-06-10", "way": "实地查看", "text": "情况"}
    return on(w, "record.other_way", w.team[0], "round", content)


@case("report_not_signed", "round.answer_point")
def _signed_already(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("report_signed")
    return on(w, "round.answer_point", w.team[0], "round", scenes.ANSWER)


@case("no_open_report", "report.draft")
def _two_reports(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("drafted")
    return on(w, "report.draft", w.team[0], "round", scenes.PARTS)


@case("report_parts_filled", "report.sign")
def _empty_part(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("answered")
    w.note("report", w.player.got(w.act(w.team[0], "report.draft", "round", **scenes.PARTS | {"analysis": ""})))
    return on(w, "report.sign", w.below(E), "report", {"version": 1, "note": ""})


@case("all_points_answered", "report.sign")
def _open_points(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("recorded")
    w.act(w.team[0], "round.answer_point", "round", **scenes.ANSWER)
    w.note("report", w.player.got(w.act(w.team[0], "report.draft", "round", **scenes.PARTS)))
    return on(w, "report.sign", w.below(E), "report", {"version": 1, "note": ""})


@case("report_verified", "item.consult")
def _nothing_verified(worlds: Worlds, patch: Patch) -> Scene:
    """No way through the table leads here; the file is read as if its report were not verified."""
    made = scene(worlds, "item.consult")
    patch.setattr(Facts, "reports", property(lambda self: []))
    return made


@case("round_report_verified", "round.order_supplement")
def _supplement_too_early(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("reported")
    return on(w, "round.order_supplement", w.boss(E), "round", {"gaps": "缺漏", "directions": "要求", "period": "15日"})


@case("no_open_round", "matter.submit_for_consultation")
def _a_round_is_open(worlds: Worlds, patch: Patch) -> Scene:
    """No way through the table leads here; the file is read as if a further round were open."""
    made = scene(worlds, "matter.submit_for_consultation")
    patch.setattr(Facts, "rounds", property(lambda self: [cf.Round(n=2, stage="investigating")]))
    return made


@case("report_by_court_below", "matter.investigate_directly")
def _direct_already(worlds: Worlds, patch: Patch) -> Scene:
    w = scenes.direct("verified")
    return on(w, "matter.investigate_directly", w.boss(E), "matter", scenes.TAKE)


# --- 检查意见 -----------------------------------------------------------------------------------------------------------
@case("matter_consulted", "opinion.draft")
def _not_consulted(worlds: Worlds, patch: Patch) -> Scene:
    """As above: the parent's stage forestalls the guard."""
    patch.setitem(MOVES, "opinion.draft", dataclasses.replace(MOVES["opinion.draft"], parent_at=()))
    w = worlds.at("verified")
    return on(w, "opinion.draft", w.clerk(), "matter", played.opinion_content(w))


@case("no_open_opinion", "opinion.draft")
def _two_opinions(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("opinion_drafted")
    return on(w, "opinion.draft", w.clerk(), "matter", played.opinion_content(w))


@case("opinion_complete", "opinion.sign")
def _a_conclusion_is_missing(worlds: Worlds, patch: Patch) -> Scene:
    """Drafting refuses it too; the conclusion is taken out by hand."""
    made = scene(worlds, "opinion.sign")
    cf.Conclusion.rows.filter(version__opinion_id=made.world.ids["opinion"], allegation__n=2).delete()
    return made


@case("approver_free", "opinion.deputy_approve")
def _signed_himself(worlds: Worlds, patch: Patch) -> Scene:
    """方案二: the head of the enforcement body is a deputy head of the group, and has signed."""
    w = worlds.at("at_deputy")
    return on(w, "opinion.deputy_approve", w.boss(E), "opinion", {"text": ""})


# --- 处理、反馈、结案 ---------------------------------------------------------------------------------------------------
@case("duty_court_below", "duty.issue_urge")
def _not_the_next_court(worlds: Worlds, patch: Patch) -> Scene:
    """Drafting refuses it too; the row is turned aside by hand."""
    made = scene(worlds, "duty.issue_urge")
    assert made.subject is not None
    cf.Duty.rows.filter(pk=made.subject.pk).update(to_court=Court.objects.get(code="豫7102"))
    made.subject = made.world.duty("urge")
    return made


@case("talked_or_circulated", "duty.issue_assess")
def _not_talked_to(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("disposing")
    content = {"text": "登记扣分", "period": "30日", **scenes.ISSUE["assess"]}
    return on(w, "duty.issue_assess", w.boss(S), w.duty("assess"), content)


@case("addressee_answers", "duty.correct_reply")
def _not_the_addressee(worlds: Worlds, patch: Patch) -> Scene:
    made = scene(worlds, "duty.correct_reply")
    made.login = made.world.clerk()
    return made


@case("relays_closed", "duty.urge_reply")
def _relay_open(worlds: Worlds, patch: Patch) -> Scene:
    w = relayed()
    return on(w, "duty.urge_reply", login_of("豫03", E, "member"), w.duty("urge"), {"text": "回复"})


@case("not_relayed", "duty.recall")
def _relayed_already(worlds: Worlds, patch: Patch) -> Scene:
    w = relayed()
    return on(w, "duty.recall", w.boss(E), w.duty("urge"), WHY)


def relayed() -> World:
    w = scenes.urged_through_the_middle()
    w.both("duty.relay", w.duty("urge"), below=True, text="转发", period="10日")
    return w


@case("has_enforcement_case", "record.file_review")
def _nothing_to_call(worlds: Worlds, patch: Patch) -> Scene:
    """Only conduct is complained of and no case is named."""
    w = World(Player(), more={"clue": {"cases": []}}).upto("investigating")
    made = scene(worlds, "record.file_review")
    patch.setattr(
        inquiry, "_check_cases", lambda act, content: None
    )  # the case of another matter stands in the content
    return on(w, "record.file_review", w.team[0], w.got("round"), made.content)


@case("owed_by_another_court", "duty.remind")
def _own_duty(worlds: Worlds, patch: Patch) -> Scene:
    made = scene(worlds, "duty.remind")
    duty = made.world.duty("urge")
    cf.Duty.rows.filter(pk=duty.pk).update(to_court=duty.from_court_id)
    made.subject = made.world.duty("urge")
    return made


@case("not_reminded_today", "assignment.remind")
def _reminded_already(worlds: Worlds, patch: Patch) -> Scene:
    made = scene(worlds, "assignment.remind")
    made.world.act(made.login, "assignment.remind", "assignment", text="请签收")
    return made


@case("may_relay", "duty.relay")
def _nowhere_to_relay(worlds: Worlds, patch: Patch) -> Scene:
    w = worlds.at("disposing")
    return on(w, "duty.relay", w.below(E), scenes.issue(w, "urge"), {"text": "转发", "period": "10日"})


@case("leads_by_nature", "duty.tell_unfounded")
def _the_other_body_leads(worlds: Worlds, patch: Patch) -> Scene:
    made = scene(worlds, "duty.tell_unfounded")
    made.login = made.world.clerk(E)
    return made


@case("duties_closed", "matter.archive")
def _a_duty_is_open(worlds: Worlds, patch: Patch) -> Scene:
    """The last duty closes the matter; a further one is laid beside it by hand."""
    made = scene(worlds, "matter.archive")
    matter = made.world.got("matter")
    done = cf.Duty.rows.filter(matter=matter).order_by("-n")[0]
    # fmt: off
    cf.Duty(
        matter=matter, kind="urge", n=done.n + 1, from_court=done.from_court, to_court=done.to_court, lead_body=done.lead_body,
        demand="要求", created_at=made.world.player.now,
    ).save(force_insert=True)
    # fmt: on
    return made


@case("papers_registered", "matter.archive")
def _papers_owed(worlds: Worlds, patch: Patch) -> Scene:
    made = scene(worlds, "matter.archive")
    one = cf.Paper.rows.filter(matter_id=made.world.ids["matter"]).order_by("id")[0]
    cf.Paper.rows.filter(pk=one.pk).update(issued_on=None)
    return made


@case("no_pending_extension", "matter.archive")
def _extension_undecided(worlds: Worlds, patch: Patch) -> Scene:
    made = scene(worlds, "matter.archive")
    cf.Extension.rows.create(
        assignment_id=made.world.ids["assignment"],
        asked_on=made.world.player.day,
        until=made.world.player.day,
        reason="15日：理由",
    )
    return made


# --- the tests --------------------------------------------------------------------------------------------------------
BEFORE_THE_GUARD = {"team_member": "record.other_way", "report_team_member": "report.revise"}
"""Guards that the office of the row forestalls: whoever is not of the team does not hold the office 联合调查组 there."""
ELSEWHERE = {"identity_open_to", "agenda_still_open"}
WANTED = set(GUARDS) - set(BEFORE_THE_GUARD) - ELSEWHERE


def test_every_guard_has_its_case() -> None:
    assert {one.guard for one in CASES} == WANTED
    assert all(one.guard in MOVES[one.move].guards for one in CASES)


def says(guard: str, sentence: str) -> bool:
    """Is this one of the sentences with which the guard says no?"""
    patterns = [".+".join(re.escape(part) for part in re.split("…+", one)) for one in sentences(guard)]
    return any(re.fullmatch(pattern, sentence) for pattern in patterns)


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.guard)
def test_the_guard_refuses_and_only_the_guard(one: Case, worlds: Worlds, monkeypatch: Patch) -> None:
    made = one.make(worlds, monkeypatch)
    with pytest.raises(NotAllowed) as refusal:
        made.play()
    assert says(one.guard, refusal.value.sentence), refusal.value.sentence
    row = MOVES[one.move]
    left = tuple(name for name in row.guards if name != one.guard)
    monkeypatch.setitem(MOVES, one.move, dataclasses.replace(row, guards=left))
    if not one.later:
        assert made.play().status == ("proposed" if row.joint else "executed")
        return
    with pytest.raises(Refused) as later:
        made.play()
    kind = type(later.value).__name__
    assert kind == one.later or says(one.later, later.value.sentence), (kind, later.value.sentence)


@pytest.mark.parametrize(("guard", "move"), BEFORE_THE_GUARD.items())
def test_who_is_not_of_the_team_does_not_hold_its_office(
    guard: str, move: str, worlds: Worlds, monkeypatch: Patch
) -> None:
    """The office refuses first, with or without the guard; asked by itself the guard says no with its own sentence."""
    made = scene(worlds, move)
    outsider = made.world.below(E, "member", 2)
    viewer = made.world.player.viewer(outsider)
    situation = Situation(viewer, MOVES[move], made.subject, made.world.player.day, Facts(made.subject))
    assert says(guard, GUARDS[guard](situation) or "")
    for guards in (MOVES[move].guards, ()):
        monkeypatch.setitem(MOVES, move, dataclasses.replace(MOVES[move], guards=guards))
        with pytest.raises(NotAllowed, match="联合调查组"):
            made.play(outsider)


def test_identity_is_not_open_to_the_other_body_before_the_meeting(worlds: Worlds, monkeypatch: Patch) -> None:
    w = worlds.at("registered")
    w.act(w.clerk(), "clue.pass_on", "clue", **WHY)  # the body that passed it on still sees the clue
    uid, raw = w.got("clue").uid, {"purpose": "contact", "reason": "联系反映人核实"}

    def ask(login: str) -> Any:
        return registering.register("reveal", ("clue", uid), w.player.viewer(login), raw, now=w.player.now)

    with pytest.raises(NotAllowed) as refusal:
        ask(w.clerk(E))
    assert says("identity_open_to", refusal.value.sentence)
    assert ask(w.clerk(S)).status == "registered"
    row = MOVES["register.reveal"]
    monkeypatch.setitem(MOVES, "register.reveal", dataclasses.replace(row, guards=()))
    assert ask(w.clerk(E)).status == "registered"


def test_the_agenda_of_a_closed_meeting_keeps_its_order(worlds: Worlds, monkeypatch: Patch) -> None:
    w = worlds.at("decided")
    w.act(w.boss(S), "meeting.close", "meeting", minutes="议定启动")
    raw = {"item": str(w.got("item").uid)}

    def ask() -> Any:
        return registering.register(
            "order_agenda", ("meeting", w.got("meeting").uid), w.player.viewer(w.boss(E)), raw, now=w.player.now
        )

    with pytest.raises(NotAllowed) as refusal:
        ask()
    assert says("agenda_still_open", refusal.value.sentence)
    row = MOVES["register.order_agenda"]
    monkeypatch.setitem(MOVES, "register.order_agenda", dataclasses.replace(row, guards=()))
    with pytest.raises(Refused, match="已经决定"):
        ask()
