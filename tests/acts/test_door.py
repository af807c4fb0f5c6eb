"""The door: one form one act, two signatures over one content, proposals that die, days that hold."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest

from shuangcha.access.refusals import Invalid, NotAllowed, NotFound, Stale
from shuangcha.acts import door
from shuangcha.acts.door import Outcome
from shuangcha.audit.models import Proposal, Signature, Step
from shuangcha.casefile import models as cf
from tests.plan import scenes
from tests.plan.scenes import Scene, scene
from tests.plan.worlds import POINTS, E, S, World, Worlds, give_post, login_of


def proposed(worlds: Worlds) -> tuple[Scene, Proposal]:
    """联合交办, laid before both bodies by the enforcement body, signed by its head."""
    made = scene(worlds, "assignment.hand_down")
    return made, Proposal.objects.get(uid=UUID(made.play().proposal))


def sign(w: World, proposal: Proposal, login: str, sha: str = "", key: str = "") -> Outcome:
    return door.sign(
        proposal.uid, w.player.viewer(login), seen_sha=sha or proposal.content_sha, now=w.player.now, request_key=key
    )


def keyed(made: Scene, key: str) -> Outcome:
    assert made.subject is not None
    made.subject.refresh_from_db(fields=["version", "stage"])
    return door.propose(
        made.move,
        (made.subject.KIND, made.subject.uid),
        made.world.player.viewer(made.login),
        made.content,
        seen_version=made.subject.version,
        now=made.world.player.now,
        request_key=key,
    )


# --- one form, one act ------------------------------------------------------------------------------------------------
def test_a_double_click_is_one_step_and_the_same_answer(worlds: Worlds) -> None:
    made = scene(worlds, "clue.put_forward")
    first = keyed(made, "form-1")
    steps = Step.objects.count()
    assert keyed(made, "form-1") == first
    assert Step.objects.count() == steps


def test_a_double_proposal_and_a_double_signature_are_one(worlds: Worlds) -> None:
    made = scene(worlds, "assignment.hand_down")
    first = keyed(made, "form-2")
    assert keyed(made, "form-2") == first
    proposal = Proposal.objects.get(uid=UUID(first.proposal))
    w = made.world
    done = sign(w, proposal, w.boss(S), key="form-3")
    steps = Step.objects.count()
    assert sign(w, proposal, w.boss(S), key="form-3") == done
    assert (Step.objects.count(), Signature.objects.filter(proposal=proposal).count()) == (steps, 2)


def test_the_key_of_one_person_is_not_that_of_another(worlds: Worlds) -> None:
    made = scene(worlds, "item.take_position")
    keyed(made, "same")
    made.login = made.world.boss(S)
    keyed(made, "same")
    assert cf.Position.rows.filter(item_id=made.world.ids["item"]).count() == 2


def test_a_refused_act_gives_its_key_back(worlds: Worlds) -> None:
    made = scene(worlds, "clue.set_aside")
    made.content = {**made.content, "basis": ""}
    with pytest.raises(Invalid):
        keyed(made, "form-4")
    made.content = {**made.content, "basis": "依据"}
    assert keyed(made, "form-4").status == "executed"


# --- what was seen ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seen", [None, 0, 99])
def test_an_old_page_is_refused(seen: int | None, worlds: Worlds) -> None:
    made = scene(worlds, "clue.put_forward")
    subject = made.subject
    assert subject is not None
    with pytest.raises(Stale) as refusal:
        door.propose(
            made.move,
            ("clue", subject.uid),
            made.world.player.viewer(made.login),
            made.content,
            seen_version=seen,
            now=made.world.player.now,
        )
    assert refusal.value.status == 409


def test_an_act_that_changes_nothing_that_is_signed_leaves_the_version(worlds: Worlds) -> None:
    """A record beside the report does not make its signers' page old."""
    w = worlds.at("drafted")
    seen = w.got("round").version
    report = w.got("report").version
    w.act(w.team[0], "record.other_way", "round", title="补记", held_on="2020-06-01", way="实地查看", text="情况")
    assert (w.got("round").version, w.got("report").version) == (seen, report)


def test_revising_what_is_being_signed_raises_it_and_kills_the_proposal(worlds: Worlds) -> None:
    made = scene(worlds, "report.sign")
    w = made.world
    proposal = Proposal.objects.get(uid=UUID(made.play().proposal))
    version = w.got("report").version
    w.act(w.team[0], "report.revise", "report", **scenes.PARTS | {"facts": "另查明"})
    proposal.refresh_from_db()
    assert (w.got("report").version, proposal.status) == (version + 1, Proposal.DEAD)
    with pytest.raises(Stale):
        sign(w, proposal, w.below(S))


def test_two_duties_of_one_matter_do_not_disturb_each_other(worlds: Worlds) -> None:
    made = scene(worlds, "duty.tell_unfounded")
    w = made.world
    other = w.duty("feedback_handling")
    seen = other.version
    made.play()
    assert w.duty("feedback_handling").version == seen
    outcome = door.propose(
        "duty.feed_back_handling",
        ("duty", other.uid),
        w.player.viewer(w.clerk(E)),
        scenes.TOLD,
        seen_version=seen,
        now=w.player.now,
    )
    assert outcome.status == "executed"


# --- two signatures ---------------------------------------------------------------------------------------------------
def test_both_sign_one_content_and_it_is_done(worlds: Worlds) -> None:
    made, proposal = proposed(worlds)
    w = made.world
    assert sign(w, proposal, w.boss(S)).status == "executed"
    step = Step.objects.get(proposal=proposal)
    assert (step.content, step.content_sha) == (proposal.content, proposal.content_sha)
    signatures = list(Signature.objects.filter(proposal=proposal).select_related("body"))
    assert {one.body.kind for one in signatures} == {E, S}
    assert {one.content_sha for one in signatures} == {proposal.content_sha}


def test_another_content_than_the_one_seen_is_not_signed(worlds: Worlds) -> None:
    made, proposal = proposed(worlds)
    with pytest.raises(Stale, match="不一致"):
        sign(made.world, proposal, made.world.boss(S), sha="0" * 64)
    assert Signature.objects.filter(proposal=proposal).count() == 1


def test_one_person_of_both_bodies_signs_once(worlds: Worlds) -> None:
    """The head of the enforcement body also holds a post as deputy head of the supervision body."""
    made, proposal = proposed(worlds)
    w = made.world
    give_post(w.boss(E), "豫03", S, "deputy")
    with pytest.raises(NotAllowed, match="您已签署"):
        sign(w, proposal, w.boss(E))
    assert w.got("assignment").stage == "pending"


def test_the_same_body_signs_once(worlds: Worlds) -> None:
    made, proposal = proposed(worlds)
    with pytest.raises(NotAllowed, match="本机构已经签署"):
        sign(made.world, proposal, login_of("豫03", E, "deputy"))


def test_a_clerk_proposes_and_the_heads_sign(worlds: Worlds) -> None:
    made = scene(worlds, "assignment.hand_down")
    w = made.world
    made.login = w.clerk(E)
    proposal = Proposal.objects.get(uid=UUID(made.play().proposal))
    assert not Signature.objects.filter(proposal=proposal).exists()
    with pytest.raises(NotAllowed, match="负责人"):
        sign(w, proposal, w.clerk(E))
    with pytest.raises(NotAllowed, match="负责人"):
        sign(w, proposal, w.clerk(S))
    assert sign(w, proposal, w.boss(S)).status == "proposed"
    assert sign(w, proposal, login_of("豫03", E, "deputy")).status == "executed"


def test_the_other_side_cannot_sign(worlds: Worlds) -> None:
    made = scene(worlds, "assignment.acknowledge")
    proposal = Proposal.objects.get(uid=UUID(made.play().proposal))
    with pytest.raises(NotAllowed, match="承办方"):
        sign(made.world, proposal, made.world.boss(S))


def test_there_is_one_open_proposal_of_one_act(worlds: Worlds) -> None:
    made, _ = proposed(worlds)
    made.login = made.world.boss(S)
    with pytest.raises(Stale, match="已有提请"):
        made.play()


def test_the_guards_are_asked_again_at_the_second_signature(worlds: Worlds) -> None:
    """Between two signatures the lower court's head turns out to be concerned."""
    made, proposal = proposed(worlds)
    w = made.world
    cf.Matter.rows.filter(pk=w.ids["matter"]).update(about_head=True)
    with pytest.raises(NotAllowed):
        sign(w, proposal, w.boss(S))
    assert w.got("assignment").stage == "pending"


def test_a_proposal_dies_when_its_subject_moves(worlds: Worlds) -> None:
    """启动并交办 and 不启动 are both laid before the bodies; one is signed, the other is gone."""
    w = worlds.at("positions")
    start = Scene(w, "item.start_and_assign", w.boss(E), w.got("item"), {**scenes.WHY, "points": POINTS})
    first = Proposal.objects.get(uid=UUID(start.play().proposal))
    second = Proposal.objects.get(uid=UUID(w.act(w.boss(S), "item.decline", "item", **scenes.WHY).proposal))
    assert sign(w, second, w.boss(E)).status == "executed"
    first.refresh_from_db()
    assert first.status == Proposal.DEAD
    with pytest.raises(Stale):
        sign(w, first, w.boss(S))


# --- 撤回 --------------------------------------------------------------------------------------------------------------
def take_back(w: World, proposal: Proposal, login: str) -> Outcome:
    return door.withdraw(proposal.uid, w.player.viewer(login), now=w.player.now)


def test_the_proposing_body_takes_back_and_may_propose_anew(worlds: Worlds) -> None:
    made, proposal = proposed(worlds)
    w = made.world
    assert take_back(w, proposal, w.boss(E)).status == "withdrawn"
    with pytest.raises(Stale):
        sign(w, proposal, w.boss(S))
    with pytest.raises(Stale):
        take_back(w, proposal, w.boss(E))
    assert made.play().status == "proposed"


def test_the_other_body_cannot_take_it_back(worlds: Worlds) -> None:
    made, proposal = proposed(worlds)
    with pytest.raises(NotAllowed, match="只有提请的机构"):
        take_back(made.world, proposal, made.world.boss(S))


def test_after_the_other_body_has_signed_nothing_is_taken_back(worlds: Worlds) -> None:
    made = scene(worlds, "assignment.hand_down")
    w = made.world
    made.login = w.clerk(E)
    proposal = Proposal.objects.get(uid=UUID(made.play().proposal))
    sign(w, proposal, w.boss(S))
    with pytest.raises(NotAllowed, match="另一机构已经签署"):
        take_back(w, proposal, w.boss(E))


def test_a_stranger_finds_no_proposal(worlds: Worlds) -> None:
    made, proposal = proposed(worlds)
    w = made.world
    stranger = w.player.viewer(login_of("豫0303", S))
    for uid in (proposal.uid, uuid4(), "no-uuid"):
        with pytest.raises(NotFound):
            door.sign(uid, stranger, seen_sha=proposal.content_sha, now=w.player.now)
        with pytest.raises(NotFound):
            door.withdraw(uid, stranger, now=w.player.now)


# --- days -------------------------------------------------------------------------------------------------------------
def on_day(made: Scene, day: str) -> Outcome:
    assert made.subject is not None
    made.subject.refresh_from_db(fields=["version", "stage"])
    return door.propose(
        made.move,
        (made.subject.KIND, made.subject.uid),
        made.world.player.viewer(made.login),
        made.content,
        seen_version=made.subject.version,
        now=made.world.player.now,
        happened_on=dt.date.fromisoformat(day),
    )


def test_an_act_of_tomorrow_is_refused(worlds: Worlds) -> None:
    made = scene(worlds, "clue.put_forward")
    with pytest.raises(Invalid) as refusal:
        on_day(made, (made.world.player.day + dt.timedelta(days=1)).isoformat())
    assert "happened_on" in refusal.value.errors


def test_an_act_before_the_last_one_is_refused(worlds: Worlds) -> None:
    made = scene(worlds, "clue.put_forward")
    made.world.player.on("2020-06-05")
    with pytest.raises(Invalid) as refusal:
        on_day(made, "2020-05-20")
    assert "happened_on" in refusal.value.errors


def test_a_backfilled_act_is_marked_and_its_limit_starts_on_its_own_day(worlds: Worlds) -> None:
    made = scene(worlds, "clue.put_forward")
    made.world.player.on("2020-06-05")
    outcome = on_day(made, "2020-05-25")
    step = Step.objects.get(uid=UUID(outcome.step))
    assert (step.happened_on, step.backfilled) == (dt.date(2020, 5, 25), True)
    limit = cf.Limit.rows.get(subject_kind="clue", subject_id=made.world.ids["clue"], kind="meeting_wait")
    assert limit.started_on == dt.date(2020, 5, 25)


def test_the_month_of_a_joint_act_starts_with_the_second_signature(worlds: Worlds) -> None:
    """方案四(五) and dossier §7.2: 交办 is complete when both have signed."""
    made, proposal = proposed(worlds)
    w = made.world
    w.player.on("2020-05-28")
    step = Step.objects.get(uid=UUID(sign(w, proposal, w.boss(S)).step))
    assert step.happened_on == dt.date(2020, 5, 28)
    limit = cf.Limit.rows.get(subject_kind="assignment", subject_id=w.ids["assignment"], kind="report")
    assert (limit.started_on, limit.due) == (dt.date(2020, 5, 28), dt.date(2020, 6, 28))


# --- what is not a move -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["clue.start", "matter.open", "register.paper", "no.such", ""])
def test_hidden_and_unknown_moves_are_not_found(key: str, worlds: Worlds) -> None:
    w = worlds.at("submitted")
    with pytest.raises(NotFound):
        door.propose(key, ("clue", w.got("clue").uid), w.player.viewer(w.clerk()), {}, seen_version=1, now=w.player.now)


def test_a_move_of_another_kind_of_subject_is_not_found(worlds: Worlds) -> None:
    w = worlds.at("received")
    for key, kind in (("clue.put_forward", "matter"), ("report.draft", "matter"), ("opinion.draft", "round")):
        with pytest.raises(NotFound):
            door.propose(key, (kind, w.got(kind).uid), w.player.viewer(w.boss(E)), {}, seen_version=1, now=w.player.now)
    for subject in (None, ("clue", "no-uuid"), ("nothing", str(uuid4()))):
        with pytest.raises(NotFound):
            door.propose("clue.put_forward", subject, w.player.viewer(w.boss(E)), {}, seen_version=1, now=w.player.now)


def test_an_extension_that_nobody_decided_does_not_lock_the_matter_for_ever(worlds: Worlds) -> None:
    """The lower court asks for more time and then reports in time after all: the file must still reach its end."""
    w = worlds.at("answered")
    w.act(w.below(E), "assignment.ask_extension", "assignment", **scenes.MORE_TIME)
    w.upto("reported")
    pending: Any = cf.Extension.rows.filter(assignment_id=w.ids["assignment"], decided_on__isnull=True)
    if not pending.exists():
        return
    outcome = w.both("assignment.refuse_extension", "assignment", reason="已按期报告")
    assert outcome.status == "executed" and not pending.exists()
