"""Who may not, and when not: every act from every other stage (409), for a stranger (404), for one who sees but has no
office (403); and every joint act by one person alone, refused by the door and by the database."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from shuangcha.access import scope
from shuangcha.access.actions import fits
from shuangcha.access.facts import Facts
from shuangcha.access.refusals import NotAllowed, NotFound, Stale
from shuangcha.access.situation import Situation
from shuangcha.acts import door
from shuangcha.audit import guards
from shuangcha.audit.models import Edge, Proposal, Signature, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Post
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import STAGES
from tests.plan.scenes import OFFERED, Scene, scene
from tests.plan.worlds import E, S, World, Worlds, login_of

Staged = Callable[[Worlds], tuple[World, Any]]


def _level(name: str, kind: str) -> Staged:
    def make(worlds: Worlds) -> tuple[World, Any]:
        w = worlds.at(name)
        return w, w.got(kind)

    return make


def _scene(key: str, kind: str, *, done: bool = False) -> Staged:
    """The subject of a scene, or of its file; `done`: after the scene has been played to its end."""

    def make(worlds: Worlds) -> tuple[World, Any]:
        made = scene(worlds, key)
        if done:
            outcome = made.play()
            if outcome.proposal:
                made.world.sign(outcome, made.world.boss(S if made.login == made.world.boss(E) else E))
        w = made.world
        if made.subject is not None and kind == made.subject.KIND:
            return w, cf.SUBJECTS[kind].rows.get(pk=made.subject.pk)
        return w, w.got(kind)

    return make


STAGED: dict[tuple[str, str], Staged] = {
    ("clue", "registered"): _level("registered", "clue"),
    ("clue", "forwarded"): _level("forwarded", "clue"),
    ("clue", "submitted"): _level("submitted", "clue"),
    ("clue", "started"): _level("decided", "clue"),
    ("clue", "merged"): _scene("clue.unmerge", "clue"),
    ("clue", "set_aside"): _scene("clue.take_up_again", "clue"),
    ("clue", "referred_out"): _scene("clue.refer_out", "clue", done=True),
    ("clue", "declined"): _scene("clue.reopen", "clue"),
    ("meeting", "convened"): _level("convened", "meeting"),
    ("meeting", "in_session"): _level("in_session", "meeting"),
    ("meeting", "closed"): _level("minuted", "meeting"),
    ("meeting", "cancelled"): _scene("meeting.cancel", "meeting", done=True),
    ("item", "queued"): _level("submitted", "item"),
    ("item", "listed"): _level("listed", "item"),
    ("item", "decided"): _level("decided", "item"),
    ("item", "consulted"): _level("consulted", "item"),
    ("item", "withdrawn"): _scene("clue.withdraw_submission", "item", done=True),
    ("matter", "opened"): _level("decided", "matter"),
    ("matter", "assigned"): _level("assigned", "matter"),
    ("matter", "received"): _level("received", "matter"),
    ("matter", "investigating"): _level("investigating", "matter"),
    ("matter", "reported"): _level("reported", "matter"),
    ("matter", "verified"): _level("verified", "matter"),
    ("matter", "consulting"): _level("consulting", "matter"),
    ("matter", "consulted"): _level("consulted", "matter"),
    ("matter", "approving"): _level("at_office", "matter"),
    ("matter", "disposing"): _level("disposing", "matter"),
    ("matter", "concluded"): _scene("matter.archive", "matter"),
    ("matter", "archived"): _scene("matter.archive", "matter", done=True),
    ("assignment", "pending"): _level("decided", "assignment"),
    ("assignment", "assigned"): _level("assigned", "assignment"),
    ("assignment", "received"): _level("received", "assignment"),
    ("assignment", "reported"): _level("reported", "assignment"),
    ("assignment", "taken_over"): _scene("matter.take_over", "assignment", done=True),
    ("assignment", "closed"): _scene("matter.archive", "assignment", done=True),
    ("round", "forming"): _level("received", "round"),
    ("round", "investigating"): _level("investigating", "round"),
    ("round", "reported"): _level("reported", "round"),
    ("round", "closed"): _scene("matter.archive", "round", done=True),
    ("round", "ended"): _scene("matter.take_over", "round", done=True),
    ("record", "filed"): _level("recorded", "record"),
    ("report", "draft"): _level("drafted", "report"),
    ("report", "signed"): _level("report_signed", "report"),
    ("report", "submitted"): _level("reported", "report"),
    ("report", "verified"): _level("verified", "report"),
    ("report", "returned"): _scene("round.order_supplement", "report", done=True),
    ("report", "accepted"): _level("consulted", "report"),
    ("report", "superseded"): _scene("matter.investigate_directly", "report", done=True),
    ("opinion", "draft"): _level("opinion_drafted", "opinion"),
    ("opinion", "at_office"): _level("at_office", "opinion"),
    ("opinion", "at_deputy"): _level("at_deputy", "opinion"),
    ("opinion", "at_head"): _level("at_head", "opinion"),
    ("opinion", "at_superior"): _scene("opinion.superior_approve", "opinion"),
    ("opinion", "approved"): _level("disposing", "opinion"),
    ("duty", "pending"): _scene("duty.issue_urge", "duty"),
    ("duty", "due"): _scene("duty.clarify", "duty"),
    ("duty", "issued"): _scene("duty.urge_reply", "duty"),
    ("duty", "replied"): _scene("duty.urge_prove", "duty"),
    ("duty", "proven"): _scene("duty.urge_check", "duty"),
    ("duty", "checked"): _scene("duty.urge_close", "duty"),
    ("duty", "closed"): _scene("duty.urge_close", "duty", done=True),
    ("duty", "done"): _scene("duty.tell_unfounded", "duty", done=True),
}


def test_every_stage_is_played() -> None:
    assert set(STAGED) == set(STAGES)


@pytest.mark.parametrize("staged", list(STAGED), ids="-".join)
def test_an_act_is_refused_from_every_other_stage(staged: tuple[str, str], worlds: Worlds) -> None:
    kind, stage = staged
    w, subject = STAGED[staged](worlds)
    assert subject.stage == stage
    viewer = w.player.viewer(w.boss(E))
    steps = Step.objects.count()
    moves = [row for row in map(MOVES.__getitem__, OFFERED) if (row.parent if row.creates else row.subject) == kind]
    refused = [move for move in moves if not fits(move, subject)]
    assert refused or kind == "record"
    for move in refused:
        with pytest.raises(Stale, match=move.title) as refusal:
            door.propose(move.key, (kind, subject.uid), viewer, {}, seen_version=subject.version, now=w.player.now)
        assert refusal.value.status == 409
    for move in (one for one in MOVES.values() if one.hidden and one.subject == kind):
        with pytest.raises(NotFound):
            door.propose(move.key, (kind, subject.uid), viewer, {}, seen_version=subject.version, now=w.player.now)
    assert Step.objects.count() == steps


# --- strangers, those without an office, one person alone -------------------------------------------------------------
STRANGER = "豫0303"
WITHOUT_SUBJECT = ("clue.register", "meeting.convene")
SEEN_BY_OFFICES_ONLY = {
    "clue.give_inspection_opinion",
    "clue.put_forward",
    "clue.set_aside",
    "clue.pass_on",
    "clue.refer_out",
    "clue.submit",
    "clue.take_up_again",
    "clue.withdraw_submission",
    "clue.merge",
    "clue.unmerge",
    "clue.not_repeat",
    "clue.reopen",
    "item.list",
    "item.take_off",
    "item.declare",
    "item.take_position",
    "item.start_and_assign",
    "item.start_directly",
    "item.decline",
    "item.defer",
}
"""Before 启动 a clue is seen by the bodies only (before it is on an agenda, by the receiving one),
and all of them may act."""


@pytest.mark.parametrize("key", OFFERED)
def test_who_may_not(key: str, worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    """One situation, in which the act is possible, and everyone for whom it is not."""
    made = scene(worlds, key)
    steps = Step.objects.count()
    if key not in WITHOUT_SUBJECT:
        strangers_are_answered_as_for_a_random_id(made)
    onlookers_are_told_whose_it_is(made)
    assert Step.objects.count() == steps
    if MOVES[key].joint:
        the_database_refuses_one_person(made, monkeypatch)
        one_signature_only_proposes(made)
        assert Step.objects.count() == steps
        with_one_signature_everywhere_one_person_would_do(made, monkeypatch)


def strangers_are_answered_as_for_a_random_id(made: Scene) -> None:
    subject = made.subject
    assert subject is not None
    with pytest.raises(NotFound) as random_id:
        door.propose(
            made.move,
            (subject.KIND, uuid4()),
            made.world.player.viewer(made.login),
            made.content,
            seen_version=1,
            now=made.world.player.now,
        )
    for login in (login_of(STRANGER, E), login_of(STRANGER, S), login_of(STRANGER, "presidency")):
        with pytest.raises(NotFound) as refusal:
            made.play(login)
        assert vars(refusal.value) == vars(random_id.value)


def onlookers_are_told_whose_it_is(made: Scene) -> None:
    onlookers = onlookers_of(made)
    assert onlookers or made.move in SEEN_BY_OFFICES_ONLY
    for login in onlookers[:2]:
        with pytest.raises(NotAllowed) as refusal:
            made.play(login)
        assert refusal.value.status == 403
        assert MOVES[made.move].title in refusal.value.sentence
        assert re.fullmatch(r"[^A-Za-z]+。", refusal.value.sentence), refusal.value.sentence


def onlookers_of(made: Scene) -> list[str]:
    """People of the courts concerned who see the subject and have no capacity for the act."""
    w, move = made.world, MOVES[made.move]
    courts = {w.owner, w.receiver, w.target}
    kinds = ["presidency", "leading_group", "group_office", "inspection", E, S]
    posts = Post.objects.filter(body__court__code__in=courts, body__kind__in=kinds).order_by("-id")
    found: list[str] = []
    for login in dict.fromkeys(posts.values_list("person__login", flat=True)):
        viewer = w.player.viewer(str(login))
        if made.subject is not None and not scope.sees(viewer, made.subject):
            continue
        if not Situation(viewer, move, made.subject, w.player.day, Facts(made.subject)).acting:
            found.append(str(login))
        if len(found) == 2:
            break
    return found


def the_database_refuses_one_person(made: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row in the code says one signature; the edge in the database still wants two."""
    row = MOVES[made.move]
    monkeypatch.setitem(MOVES, made.move, dataclasses.replace(row, sign_off="one"))
    with pytest.raises(IntegrityError, match="签名"):
        made.play()
    monkeypatch.setitem(MOVES, made.move, row)


def one_signature_only_proposes(made: Scene) -> None:
    outcome = made.play()
    assert outcome.status == "proposed"
    proposal = Proposal.objects.get(uid=outcome.proposal)
    assert Signature.objects.filter(proposal=proposal).count() == 1
    viewer = made.world.player.viewer(made.login)
    with pytest.raises(NotAllowed, match="您已签署"):
        door.sign(proposal.uid, viewer, seen_sha=proposal.content_sha, now=made.world.player.now)


def with_one_signature_everywhere_one_person_would_do(made: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code and database both changed: what was asserted before can turn red."""
    key = made.move
    monkeypatch.setitem(MOVES, key, dataclasses.replace(MOVES[key], sign_off="one"))
    guards.drop(connection)
    Edge.objects.filter(move=key).update(joint=False)
    guards.install(connection)
    assert made.play().status == "executed"
