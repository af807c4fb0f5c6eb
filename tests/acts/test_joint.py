"""Joint acts between two signatures: who is told that his signature is awaited, and who may take the proposal back."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction

from shuangcha.access import take_back
from shuangcha.access.refusals import NotFound, Refused
from shuangcha.acts import door, rebuild
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.desk import display
from shuangcha.exchange import pieces
from shuangcha.plan.moves import MOVES, ROWS
from shuangcha.plan.words import OFFICES
from tests.access.test_scope import people
from tests.plan.scenes import scene
from tests.plan.worlds import E, S, World, Worlds

pytestmark = pytest.mark.django_db
JOINT = [row.key for row in ROWS if row.joint and not row.hidden]


def proposed(worlds: Worlds, move: str) -> tuple[World, Proposal]:
    made = scene(worlds, move)
    outcome = made.play()
    return made.world, Proposal.objects.prefetch_related("signatures__body").get(uid=UUID(outcome.proposal))


@pytest.mark.parametrize("move", JOINT)
def test_whoever_still_must_sign_is_told_whatever_the_act(worlds: Worlds, move: str) -> None:
    """One todo for each body that has not signed, by data and not by a word in its title; none for the one that has."""
    w, proposal = proposed(worlds, move)
    signed = {one.body.kind for one in proposal.signatures.all()}
    assert len(signed) == 1
    wanted = {OFFICES[key].body_kind for key in MOVES[move].offices[:2]} - signed
    waiting = cf.Todo.rows.filter(
        subject_kind=proposal.subject_kind, subject_id=proposal.subject_id, kind=move, signing=True
    )
    assert sorted(one.body.kind for one in waiting.select_related("body")) == sorted(wanted)
    assert all(not one.title.startswith("签署：") for one in waiting)
    assert rebuild.check(w.player.day) == []


def test_what_is_taken_back_or_signed_is_awaited_no_more(worlds: Worlds) -> None:
    w, proposal = proposed(worlds, "assignment.recall")
    own = {"subject_kind": proposal.subject_kind, "subject_id": proposal.subject_id, "signing": True}
    assert cf.Todo.rows.filter(**own).exists()
    with transaction.atomic():
        door.withdraw(proposal.uid, w.player.viewer(w.boss(E)), now=w.player.now)
        assert not cf.Todo.rows.filter(**own).exists()
        transaction.set_rollback(True)
    other = S if proposal.proposer_body.kind == E else E
    door.sign(proposal.uid, w.player.viewer(w.boss(other)), seen_sha=proposal.content_sha, now=w.player.now)
    assert not cf.Todo.rows.filter(**own).exists()


@pytest.mark.parametrize("state", ["laid by a clerk", "signed by its own head", "signed by the other body"])
def test_taking_back_is_offered_exactly_where_it_is_accepted(worlds: Worlds, state: str) -> None:
    """By the page, by the interface and by the door, to everybody."""
    made = scene(worlds, "assignment.hand_down")
    w = made.world
    made.login = w.clerk(E) if state != "signed by its own head" else w.boss(E)
    uid = UUID(made.play().proposal)
    proposal = Proposal.objects.get(uid=uid)
    if state == "signed by the other body":
        door.sign(uid, w.player.viewer(w.boss(S)), seen_sha=proposal.content_sha, now=w.player.now)
    proposal = Proposal.objects.prefetch_related("signatures__body", "signatures__person").get(uid=uid)
    accepted, offered, told = set(), set(), set()
    for name, login in people(w).items():
        viewer = w.player.viewer(login)
        try:
            with transaction.atomic():
                door.withdraw(uid, viewer, now=w.player.now)
                accepted.add(name)
                transaction.set_rollback(True)
        except NotFound:
            continue  # who does not see it opens no page on which it could be offered
        except Refused:
            pass
        offered |= {name} if display.take_backs([proposal], viewer) else set()
        told |= {name} if pieces.proposal(viewer, proposal)["may_withdraw"] else set()
        assert bool(take_back.why_not(proposal, viewer)) == (name not in accepted)
    assert accepted == offered == told
    assert bool(accepted) == (state != "signed by the other body")
    assert "upper supervision" not in accepted and "lower enforcement" not in accepted
