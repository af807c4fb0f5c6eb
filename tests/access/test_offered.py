"""What is offered and to whom: offices, capacities, sides of a subject, and the sentences with which the system says no."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shuangcha.access import places, refusals, scope
from shuangcha.access.actions import actions_on, fits, may, offered_on, why_not_office, why_not_sign, why_not_stage
from shuangcha.access.facts import Facts
from shuangcha.access.situation import Situation
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.courts.people import Viewer
from shuangcha.plan.moves import MOVES, ROWS
from shuangcha.plan.stages import label
from shuangcha.plan.words import OFFICES
from tests.access.test_scope import DAY, people, seen_by
from tests.plan.worlds import POINTS, E, S, World, Worlds, give_post

pytestmark = pytest.mark.django_db


def fetched(w: World, kind: str) -> Any:
    """As a page has it: fetched by a person who sees it, with what the guards ask for."""
    return scope.visible(seen_by(w.boss(E)), kind).get(pk=w.ids[kind])


def offered(w: World, kind: str, who: str) -> dict[str, tuple[str, str]]:
    """Move → (verb, why not) of what this relation is offered on the subject."""
    subject = fetched(w, kind)
    acts = actions_on(subject, seen_by(people(w)[who]), w.player.day)
    assert all(one.subject_kind == kind and one.version == subject.version for one in acts)
    return {one.move.key: (one.verb, one.reason) for one in acts}


# --- offers --------------------------------------------------------------------------------------------------------
def test_every_row_is_offered_on_its_own_subject_or_on_the_parent_that_bears_it() -> None:
    for kind in cf.SUBJECTS:
        for row in offered_on(kind):
            assert not row.hidden and (row.parent == kind if row.creates else row.subject == kind), row.key
    everywhere = {row.key for kind in cf.SUBJECTS for row in offered_on(kind)}
    own = {row.key for row in ROWS if not row.hidden and row.subject != "register"}
    assert {key for key in own if not MOVES[key].creates} <= everywhere
    assert own - everywhere == {key for key in own if MOVES[key].creates and not MOVES[key].parent}


def test_the_receiving_body_is_offered_the_screening_and_the_other_body_is_not(worlds: Worlds) -> None:
    w = worlds.at("registered")
    mine = offered(w, "clue", "upper clerk")
    assert mine["clue.put_forward"] == ("propose", "") and mine["clue.set_aside"][1] == ""
    other = offered(w, "clue", "upper supervision")
    assert {key: why for key, (_, why) in other.items() if not why} == {}, "the other body has nothing to press"
    for who in ("lower enforcement", "administrator", "auditor", "province", "upper department"):
        assert offered(w, "clue", who) == {}, who


def test_each_side_is_offered_its_own_acts(worlds: Worlds) -> None:
    w = worlds.at("received")
    assert "assignment.ask_extension" in offered(w, "assignment", "lower enforcement")
    assert "assignment.ask_extension" not in offered(w, "assignment", "upper enforcement")
    for key in ("assignment.remind", "assignment.refuse_extension"):
        assert key in offered(w, "assignment", "upper enforcement")
        assert key not in offered(w, "assignment", "lower enforcement")
    for who in ("other lower court", "province", "administrator", "auditor", "lower department"):
        assert offered(w, "assignment", who) == {}, who


def test_the_team_and_not_its_bodies_is_offered_the_inquiry(worlds: Worlds) -> None:
    w = worlds.at("investigating")
    assert "record.file_review" in offered(w, "round", "team")
    for who in ("lower president", "upper enforcement", "other lower court"):
        assert "record.file_review" not in offered(w, "round", who), who


def test_what_is_offered_enabled_is_what_may_be_done(worlds: Worlds) -> None:
    """`may` and the list give one answer, for every relation and every subject of the file."""
    w = worlds.at("drafted")
    for kind in ("matter", "assignment", "round", "record", "report"):
        subject = fetched(w, kind)
        for who, login in people(w).items():
            viewer = seen_by(login)
            acts = {one.move.key: one for one in actions_on(subject, viewer, w.player.day)}
            for row in offered_on(kind):
                listed = row.key in acts and acts[row.key].enabled
                assert may(row.key, subject, viewer, w.player.day) == listed, (kind, who, row.key)


def test_in_another_stage_nothing_of_it_is_offered(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    fitting = {
        row.key for kind in ("clue", "assignment", "round") for row in offered_on(kind) if fits(row, w.got(kind))
    }
    assert {"assignment.ask_extension", "record.file_review", "round.answer_point"} <= fitting
    past = {"clue.put_forward", "clue.submit", "assignment.hand_down", "assignment.acknowledge", "round.form_team"}
    assert past & fitting == set() and past <= {row.key for kind in cf.SUBJECTS for row in offered_on(kind)}
    assert "clue.put_forward" not in offered(w, "clue", "upper clerk")


# --- two signatures ------------------------------------------------------------------------------------------------
def handed(w: World) -> Proposal:
    w.act(
        w.boss(S), "assignment.hand_down", "assignment", points=POINTS, demands="逐项", contact="内勤", content="重写"
    )
    return Proposal.objects.get(move="assignment.hand_down", status=Proposal.OPEN, subject_id=w.ids["assignment"])


def test_the_other_body_is_offered_the_signature_and_the_signer_is_told_to_wait(worlds: Worlds) -> None:
    w = worlds.at("minuted")
    handed(w)
    assert offered(w, "assignment", "upper enforcement")["assignment.hand_down"] == ("sign", "")
    assert offered(w, "assignment", "upper supervision")["assignment.hand_down"] == (
        "sign",
        f"您已签署，等待{OFFICES['enforcement'].label}签署。",
    )
    acts = actions_on(w.got("assignment"), seen_by(w.boss(E)), w.player.day)
    assert next(one for one in acts if one.verb == "sign").title == "签署：" + MOVES["assignment.hand_down"].title
    assert "assignment.hand_down" not in offered(w, "assignment", "upper clerk"), "a member signs for no body"
    assert "assignment.hand_down" not in offered(w, "assignment", "lower enforcement")


def test_a_second_head_of_the_body_that_signed_is_told_so(worlds: Worlds) -> None:
    w = worlds.at("minuted")
    proposal = handed(w)
    deputy = w.clerk(S) if w.clerk(S) != w.boss(S) else w.clerk(E)
    give_post(deputy, w.owner, S, "deputy")
    situation = Situation(seen_by(deputy), MOVES["assignment.hand_down"], w.got("assignment"), w.player.day)
    assert why_not_sign(situation, proposal) == "本机构已经签署，等待另一机构签署。"
    give_post(deputy, w.owner, E, "deputy")
    situation = Situation(seen_by(deputy), MOVES["assignment.hand_down"], w.got("assignment"), w.player.day)
    assert why_not_sign(situation, proposal) == "", "of both bodies: may sign for the one that has not"


# --- capacities ----------------------------------------------------------------------------------------------------
def capacities(w: World, key: str, kind: str, login: str) -> list[tuple[str, str]]:
    viewer: Viewer = seen_by(login)
    found = Situation(viewer, MOVES[key], w.got(kind), w.player.day, Facts(w.got(kind))).acting
    return [(one.office, one.post.court_code if one.post else "") for one in found]


def test_a_capacity_is_an_office_on_the_side_of_the_act(worlds: Worlds) -> None:
    w = worlds.at("received")
    assert capacities(w, "assignment.recall", "assignment", w.boss(E)) == [(E, "豫03")]
    assert capacities(w, "assignment.recall", "assignment", w.below(E)) == []
    assert capacities(w, "assignment.ask_extension", "assignment", w.below(E)) == [(E, "豫0304")]
    give_post(w.below(E), "豫03", E, "head")
    assert capacities(w, "assignment.recall", "assignment", w.below(E)) == [(E, "豫03")]


def test_the_team_acts_in_its_round_only(worlds: Worlds) -> None:
    w = worlds.at("investigating")
    assert capacities(w, "record.file_review", "round", w.team[0]) == [("investigation_team", "豫0304")]
    cf.TeamMember.rows.filter(person__login=w.team[0]).delete()
    assert capacities(w, "record.file_review", "round", w.team[0]) == []


def test_only_heads_and_deputies_sign_for_a_body(worlds: Worlds) -> None:
    w = worlds.at("minuted")
    row = MOVES["assignment.hand_down"]
    head = Situation(seen_by(w.boss(E)), row, w.got("assignment"), w.player.day)
    clerk = Situation(seen_by(w.clerk(E)), row, w.got("assignment"), w.player.day)
    assert [one.office for one in head.signing] == [E] and clerk.signing == []


# --- places --------------------------------------------------------------------------------------------------------
def codes(side: str, subject: cf.Subject) -> tuple[str, ...]:
    return tuple(Court.objects.get(pk=pk).code for pk in places.court_on(side, subject))


def test_the_courts_on_each_side(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    for kind in ("matter", "assignment", "round", "record", "report"):
        subject = w.got(kind)
        assert codes("assigner", subject) == ("豫03",) and codes("assignee", subject) == ("豫0304",), kind
        assert codes("superior", subject) == ("豫",) and codes("either", subject) == ("豫03", "豫0304"), kind
        assert places.stream_key(subject) == f"matter:{w.ids['matter']}" and places.matter_of(subject) is not None
    clue = w.got("clue")
    for side in ("assigner", "assignee", "superior", "either"):
        assert codes(side, clue) == ("豫03",)
    assert places.stream_key(clue) == f"court:{clue.court_id}"
    assert places.clue_of(clue) == clue and places.matter_of(clue) is None and places.round_of(clue) is None
    assert places.round_of(w.got("report")) == w.got("round") == places.round_of(w.got("round"))


def test_a_duty_lies_between_its_own_two_courts(worlds: Worlds) -> None:
    w = worlds.at("disposing")
    duty = w.duty("urge")
    assert codes("assigner", duty) == ("豫03",) and codes("assignee", duty) == ("豫0304",)
    assert places.sub_kind(duty) == "urge" and places.sub_kind(w.got("report")) == w.got("round").kind
    matter = w.got("matter")
    matter.owner_court.superior = None
    assert places.court_on("superior", matter) == (), "above the highest there is nobody"


def test_a_title_names_the_file_and_no_person(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    matter, clue = w.got("matter"), w.got("clue")
    assert places.title_of(clue) == f"{clue.number} {clue.title}"
    for kind in ("matter", "assignment", "round", "record", "report"):
        assert places.title_of(w.got(kind)) == f"{matter.number} {matter.title}"
    assert places.title_of(w.got("meeting")) == f"{w.got('meeting').held_on:%Y-%m-%d} 联席会议"


# --- sentences -----------------------------------------------------------------------------------------------------
def test_each_refusal_has_its_status_and_its_field() -> None:
    statuses = {
        one.__name__: one.status for one in (refusals.Refused, refusals.NotAllowed, refusals.Stale, refusals.Invalid)
    }
    assert statuses == {"Refused": 403, "NotAllowed": 403, "Stale": 409, "Invalid": 422}
    assert refusals.NotFound().status == 404 and refusals.NotFound().errors == {}
    wrong = refusals.Invalid("请填写理由。", field="points.0.text")
    assert (wrong.sentence, wrong.errors) == ("请填写理由。", {"points.0.text": "请填写理由。"})
    assert refusals.Invalid("两处有误。", errors={"a": "甲。"}).errors == {"a": "甲。"}
    assert refusals.Refused("不行。").errors == {}


def test_who_lacks_the_office_and_who_comes_at_the_wrong_stage_is_told_which(worlds: Worlds) -> None:
    w = worlds.at("received")
    said = why_not_office(MOVES["assignment.hand_down"], w.got("assignment"))
    assert said.startswith("“" + MOVES["assignment.hand_down"].title + "”由交办方") and "负责人办理，方案四(五)" in said
    assert all(OFFICES[key].label in said for key in MOVES["assignment.hand_down"].offices)
    below = why_not_office(MOVES["assignment.acknowledge"], w.got("assignment"))
    assert "由承办方" in below
    stage = why_not_stage(MOVES["assignment.hand_down"], w.got("assignment"))
    assert (
        f"“{label('assignment', w.got('assignment').stage)}”" in stage and MOVES["assignment.hand_down"].title in stage
    )
    for row in ROWS:
        sentence = why_not_office(row, None)
        assert sentence.endswith("。") and row.title in sentence, row.key


def test_a_business_day_is_the_day_in_shanghai() -> None:
    from shuangcha.access.scope import today

    assert today(dt.datetime(2020, 6, 21, 16, 0, tzinfo=dt.UTC)) == DAY
    assert today(dt.datetime(2020, 6, 21, 15, 59, tzinfo=dt.UTC)) == dt.date(2020, 6, 21)
