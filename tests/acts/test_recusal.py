"""回避 from facts is final: whoever is shut out is answered as a stranger is, everywhere, from the next request on."""

from __future__ import annotations

from typing import Any

import pytest

from shuangcha.access import scope
from shuangcha.access.refusals import Invalid, NotFound
from shuangcha.acts import door, options
from shuangcha.acts.inquiry import candidates
from shuangcha.casefile import models as cf
from shuangcha.conf.demo.player import Player
from shuangcha.courts.models import Person
from tests.plan import scenes
from tests.plan.worlds import CASE, E, S, World, Worlds, clue_content, login_of

KINDS = ("clue", "matter", "assignment", "round", "record", "report", "duty")
UPPER_KINDS = (*KINDS, "meeting", "item", "opinion")


def name_of(login: str) -> str:
    return Person.objects.get(login=login).name


def named(login: str, court: str = "豫0304", title: str = "执行员") -> dict[str, str]:
    return {"name": name_of(login), "court": court, "title": title}


def case_of(login: str, role: str = "承办人") -> dict[str, Any]:
    return {"number": CASE, "filed_on": "2019-03-06", "officers": [{"name": name_of(login), "role": role}]}


def shut_out_of(w: World, login: str) -> None:
    """404 for every kind, no todo, no list, no brief, as for a random id."""
    viewer = w.player.viewer(login)
    for kind in UPPER_KINDS:
        if kind == "meeting" or kind not in w.ids:
            continue  # a meeting is about many files; its items on this one are hidden
        with pytest.raises(NotFound):
            scope.find(viewer, kind, w.got(kind).uid)
    matter, clue = w.ids.get("matter"), w.ids["clue"]
    assert not scope.visible(viewer, "clue").filter(pk=clue).exists()
    assert not scope.brief_clues(viewer).filter(pk=clue).exists()
    assert not scope.todos(viewer).filter(clue_id=clue).exists()
    for duty in cf.Duty.rows.filter(matter_id=matter):
        with pytest.raises(NotFound):
            scope.find(viewer, "duty", duty.uid)
    if matter:
        assert not scope.todos(viewer).filter(matter_id=matter).exists()
        for kind in KINDS[1:]:
            field = "pk" if kind == "matter" else "matter_id"
            assert not scope.visible(viewer, kind).filter(**{field: matter}).exists()


def counted(w: World, login: str) -> dict[str, int]:
    viewer = w.player.viewer(login)
    return {kind: scope.visible(viewer, kind).count() for kind in UPPER_KINDS} | {"todo": scope.todos(viewer).count()}


def test_the_named_subject_never_sees_it_from_clue_to_duty(worlds: Worlds) -> None:
    """A member of the receiving court's enforcement body is complained of: his colleagues see the matter,
    he never does."""
    login = login_of("豫0304", E, "member", 2)
    w = World(Player(), ways=("urge",), more={"clue": {"subjects": [named(login)]}})
    for level in ("registered", "submitted", "decided", "received", "recorded", "reported", "disposing"):
        w.upto(level)
        shut_out_of(w, login)
    colleague = w.player.viewer(login_of("豫0304", E, "member", 0))
    assert scope.find(colleague, "matter", w.got("matter").uid)
    assert cf.Recusal.rows.get(matter_id=w.ids["matter"], person__login=login).cause == "subject"


@pytest.mark.parametrize("role", ["承办人", "合议庭", "书记员"])
def test_handler_and_panel_of_the_enforcement_case_are_shut_out(role: str, worlds: Worlds) -> None:
    login = login_of("豫0304", E, "member", 2)
    w = World(Player(), more={"clue": {"cases": [case_of(login, role)]}}).upto("received")
    shut_out_of(w, login)
    assert cf.Recusal.rows.get(matter_id=w.ids["matter"], person__login=login).cause == "handler"


def test_who_registers_a_clue_about_himself_loses_it_with_the_act(worlds: Worlds) -> None:
    w = worlds.at("registered")
    login = w.clerk()
    content = clue_content(w, subject_court="豫03", subjects=[named(login, "豫03", "内勤")], cases=[])
    outcome = w.act(login, "clue.register", None, **content)
    with pytest.raises(NotFound):
        scope.find(w.player.viewer(login), "clue", outcome.subject_uid)
    assert scope.find(w.player.viewer(w.boss(E)), "clue", outcome.subject_uid)


def test_a_declaration_at_the_item_shuts_out_of_clue_item_and_matter(worlds: Worlds) -> None:
    """A deputy head attends, declares, and is out; the recusal goes over to the matter."""
    w = World(Player()).upto("listed")
    deputy = login_of("豫03", S, "deputy")
    uids = [w.player.uid_of(one) for one in (w.boss(E), w.boss(S), deputy)]
    w.player.on("2020-05-25")
    w.act(w.boss(E), "meeting.open", "meeting", chair=uids[0], attendees=uids)
    w.level = "in_session"
    w.act(deputy, "item.declare", "item", recused=True, reason="与被反映人系亲属")
    shut_out_of(w, deputy)
    w.upto("decided")
    shut_out_of(w, deputy)
    assert cf.Recusal.rows.get(matter_id=w.ids["matter"], person__login=deputy).cause == "declared"


def test_an_own_declaration_on_the_matter_is_final(worlds: Worlds) -> None:
    w = worlds.at("disposing")
    login = w.clerk()
    others = counted(w, w.clerk(S))
    before = counted(w, login)
    w.act(login, "matter.recuse_self", "matter", reason="与当事人有亲属关系", understood=True)
    shut_out_of(w, login)
    after = counted(w, login)
    assert all(after[kind] < before[kind] for kind in ("matter", "clue", "report", "duty", "opinion"))
    assert counted(w, w.clerk(S)) == others
    with pytest.raises(NotFound):
        w.act(login, "matter.disclose", "matter", subject="process", text="进展")
    with pytest.raises(NotFound):
        w.act(login, "matter.recuse_self", "matter", reason="再次声明", understood=True)


def test_a_team_member_who_declares_loses_the_records_at_once(worlds: Worlds) -> None:
    """The personal membership of the team opens nothing any more."""
    w = World(Player()).upto("recorded")
    login = w.team[0]
    w.act(login, "matter.recuse_self", "matter", reason="发现系同学", understood=True)
    shut_out_of(w, login)
    with pytest.raises(NotFound):
        w.act(login, "round.answer_point", "round", **scenes.ANSWER)


def test_an_open_proposal_is_not_found_either(worlds: Worlds) -> None:
    made = scenes.scene(worlds, "assignment.hand_down")
    outcome = made.play()
    w = made.world
    w.act(w.boss(S), "matter.recuse_self", "matter", reason="亲属关系", understood=True)
    viewer = w.player.viewer(w.boss(S))
    with pytest.raises(NotFound):
        door.sign(outcome.proposal, viewer, seen_sha="", now=w.player.now)
    with pytest.raises(NotFound):
        door.withdraw(outcome.proposal, viewer, now=w.player.now)


def test_a_recused_person_is_refused_as_a_member_of_the_team(worlds: Worlds) -> None:
    """He is offered among the court's staff by name only until the team is formed: the check refuses him in one
    sentence that does not say why."""
    login = login_of("豫0304", E, "member", 1)
    w = World(Player(), more={"clue": {"cases": [case_of(login)]}}).upto("received")
    content = scenes.team_content(w)
    assert content["members"][0]["person"] == w.player.uid_of(login)
    with pytest.raises(Invalid) as refusal:
        w.act(w.below(E), "round.form_team", "round", **content)
    assert list(refusal.value.errors) == ["members.0.person"]
    assert name_of(login) not in refusal.value.sentence


def test_recused_names_are_not_offered(worlds: Worlds) -> None:
    login = login_of("豫0304", E, "member", 1)
    w = World(Player(), more={"clue": {"cases": [case_of(login)]}}).upto("received")
    uid = w.player.uid_of(login)
    assert any(
        one.person_id == w.player.people[login][0] for one in candidates(w.got("round").court_id, w.player.day).values()
    )
    offered = options.options(  # what the form lists
        "team_candidate", w.got("round"), w.player.viewer(w.below(E)), w.player.day
    )
    assert offered and uid not in {key for key, _ in offered}


@pytest.mark.parametrize(("kind", "title"), [("presidency", "院长"), (E, "执行局局长"), (S, "监察室主任")])
def test_a_clue_about_a_head_never_enters_that_court(kind: str, title: str, worlds: Worlds) -> None:
    """方案 and dossier: not handed down, and nobody of that court sees any of it;
    a direct investigation takes its place."""
    head = login_of("豫0304", kind)
    w = World(
        Player(),
        decision="direct",
        ways=("refer_discipline",),
        more={"clue": {"subjects": [named(head, "豫0304", title)]}},
    )
    w.upto("reported")
    for role, n in (("head", 0), ("member", 0), ("member", 1)):
        for body in (E, S):
            shut_out_of(w, login_of("豫0304", body, role, n))
    shut_out_of(w, head)
    shut_out_of(w, login_of("豫0304", "presidency"))


def test_a_clue_registered_by_its_own_court_about_its_head_goes_up(worlds: Worlds) -> None:
    """The clerk of the court below registers it; from the first moment it stands in the superior court's space."""
    head = login_of("豫0304", E)
    w = worlds.at("registered")
    clerk = login_of("豫0304", S, "member")
    content = clue_content(w, subjects=[named(head, "豫0304", "执行局局长")])
    outcome = w.act(clerk, "clue.register", None, **content)
    clue = cf.Clue.rows.get(uid=outcome.subject_uid)
    assert (clue.court.code, clue.received_by.court.code, clue.about_head) == ("豫03", "豫03", True)
    for login in (clerk, head, login_of("豫0304", "presidency"), login_of("豫0304", S)):
        viewer = w.player.viewer(login)
        with pytest.raises(NotFound):
            scope.find(viewer, "clue", clue.uid)
        assert not scope.brief_clues(viewer).filter(pk=clue.pk).exists()
        assert not scope.todos(viewer).filter(clue=clue).exists()
    assert scope.find(w.player.viewer(w.clerk(S)), "clue", clue.uid)
