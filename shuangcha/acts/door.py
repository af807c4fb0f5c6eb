"""The door: the only way by which anything in the procedure changes.

propose → sign → executed, or withdrawn. A move of one signature is proposed, signed and executed at once; a joint move
waits for the second signature over the same content. A proposal is bound to its subject's version and its content's
hash. The chain's head is locked before guards are asked, so that two acts on one file are judged one after the other.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Subquery

import shuangcha.acts.registry  # noqa: F401  fills the registries of handlers and contents
from shuangcha.access import scope, take_back
from shuangcha.access.actions import fits, why_not_office, why_not_sign, why_not_stage
from shuangcha.access.facts import Facts
from shuangcha.access.guards import why_not
from shuangcha.access.places import stream_key
from shuangcha.access.refusals import Invalid, NotAllowed, NotFound, Stale
from shuangcha.access.situation import Acting, Situation
from shuangcha.audit import chain
from shuangcha.audit.models import Proposal, Signature, Stream
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import OFFICES

from .act import CHECKS, Act, Batch
from .contents.base import plain, read
from .execute import execute, flush
from .requests import once


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: `status` is executed or proposed; `subject_*` is the subject moved, or born."""

    status: str
    move: str
    subject_kind: str
    subject_uid: str
    stage: str
    version: int
    step: str = ""
    proposal: str = ""
    awaits: str = ""


def propose(
    move_key: str,
    subject: tuple[str, UUID | str] | None,
    viewer: Viewer,
    raw: dict[str, Any],
    *,
    seen_version: int | None,
    now: dt.datetime,
    happened_on: dt.date | None = None,
    request_key: str = "",
) -> Outcome:
    """Propose a move on a subject (for a creating move on its parent; None for a new clue or meeting)."""

    def work() -> Outcome:
        move = MOVES.get(move_key)
        if move is None or move.hidden or move.subject == "register":
            raise NotFound
        target = scope.find(viewer, *subject) if subject else None
        if (target.KIND if target else "") != (move.parent if move.creates else move.subject):
            raise NotFound
        situation, stream = _enter(move, target, viewer, scope.today(now))
        if target is not None and not move.creates and seen_version != target.version:
            raise Stale("页面打开之后情况已有变化，请刷新后再办理。")
        content = read(move_key, raw)
        day = _day(happened_on, now, target)
        batch = Batch(now=now, streams={stream.key: stream} if stream else {})
        own = None if move.creates else target
        act = Act(
            move, own, viewer, situation.acting[0], day, batch, parent=target, _facts=situation.facts if own else None
        )
        if move_key in CHECKS:
            CHECKS[move_key](act, content)
        if not move.joint:
            return _execute(act, content, chain.canonical(plain(content)), chain.new_salt())
        assert stream is not None and target is not None
        return _open(act, content, situation, target, stream)

    outcome: Outcome = once(viewer, request_key, now, work, Outcome)
    return outcome


def sign(
    proposal_uid: UUID | str, viewer: Viewer, *, seen_sha: str, now: dt.datetime, request_key: str = ""
) -> Outcome:
    """Sign for one's body what the other body proposed; `seen_sha` is the hash of the content that was on the page."""

    def work() -> Outcome:
        proposal, target, stream = _locked_proposal(viewer, proposal_uid)
        move = MOVES[proposal.move]
        if proposal.status != Proposal.OPEN or proposal.base_version != target.version:
            raise Stale("该提请已经办结、撤回或失效，请刷新后查看最新情况。")
        if proposal.content_sha != seen_sha:
            raise Stale("您看到的内容与待签署的内容不一致，请刷新后重新核对再签署。")
        situation = _judged(move, target, viewer, scope.today(now), signing=True)
        refusal = why_not_sign(situation, proposal)
        if refusal:
            raise NotAllowed(refusal)
        return _sign(proposal, situation, target, stream, now)

    outcome: Outcome = once(viewer, request_key, now, work, Outcome)
    return outcome


def withdraw(proposal_uid: UUID | str, viewer: Viewer, *, now: dt.datetime) -> Outcome:
    """撤回: the body that proposed takes it back before the other has signed."""
    with transaction.atomic():
        proposal, target, _ = _locked_proposal(viewer, proposal_uid)
        refusal = take_back.why_not(proposal, viewer)
        if refusal:
            raise (Stale if proposal.status != Proposal.OPEN else NotAllowed)(refusal)
        Proposal.objects.filter(pk=proposal.pk).update(status=Proposal.WITHDRAWN, closed_at=now)
        batch = Batch(now=now)
        batch.touch(target)
        flush(batch, scope.today(now))
        return _outcome("withdrawn", proposal.move, target)


def find_proposal(viewer: Viewer, uid: UUID | str) -> tuple[Proposal, cf.Subject]:
    """The proposal and its subject, if the person may see the subject; else NotFound."""
    try:
        key = UUID(str(uid))
    except ValueError:
        raise NotFound from None
    proposal = Proposal.objects.filter(uid=key).first()
    if proposal is None:
        raise NotFound
    return proposal, _subject_of(proposal, viewer)


def _subject_of(proposal: Proposal, viewer: Viewer) -> cf.Subject:
    target = scope.visible(viewer, proposal.subject_kind).filter(pk=proposal.subject_id).first()
    if target is None:
        raise NotFound
    found: cf.Subject = target
    return found


def _locked_proposal(viewer: Viewer, uid: UUID | str) -> tuple[Proposal, cf.Subject, Stream]:
    """As `find_proposal`, with its signatures, all read after the chain was locked: before,
    it would be somebody's past.

    Who may not see the subject is told nothing and keeps no lock: the transaction ends with the refusal.
    """
    try:
        key = UUID(str(uid))
    except ValueError:
        raise NotFound from None
    chain_of = Proposal.objects.filter(uid=key).values("stream_id")
    stream = Stream.objects.select_for_update().filter(pk=Subquery(chain_of)).first()
    if stream is None:
        raise NotFound
    signed = Signature.objects.filter(proposal__uid=key).select_related("proposal", "body", "person").order_by("id")
    proposal = signed[0].proposal if len(signed) else Proposal.objects.get(uid=key)
    proposal._prefetched_objects_cache = {"signatures": signed}  # type: ignore[attr-defined]
    return proposal, _subject_of(proposal, viewer), stream


def _enter(move: Move, target: cf.Subject | None, viewer: Viewer, on: dt.date) -> tuple[Situation, Stream | None]:
    """Lock the chain, then judge."""
    stream = chain.lock_stream(stream_key(target)) if target is not None else None
    if target is not None and (move.creates or not move.raises or isinstance(target, cf.Duty)):
        # An act that raises the version is held by its compare-and-set; a duty's details are rewritten whole.
        fresh(target)
    return _judged(move, target, viewer, on), stream


def _judged(move: Move, target: cf.Subject | None, viewer: Viewer, on: dt.date, *, signing: bool = False) -> Situation:
    """Is this the stage, is this the office, does any guard object? Raises the refusal."""
    situation = Situation(viewer, move, target, on, Facts(target))
    if target is not None and not fits(move, target):
        raise Stale(why_not_stage(move, target))
    if not (situation.signing if signing else situation.acting):
        raise NotAllowed(why_not_office(move, target))
    refusal = why_not(situation, move)
    if refusal:
        raise NotAllowed(refusal)
    return situation


def fresh(target: cf.Subject) -> None:
    """Read the row's own columns again after the lock. SQLite's transaction is IMMEDIATE: nobody can have written since
    it began; PostgreSQL shows what was committed while this one waited."""
    if connection.vendor != "sqlite":
        target.refresh_from_db(fields=[one.name for one in target._meta.concrete_fields if not one.is_relation])


def _day(happened_on: dt.date | None, now: dt.datetime, target: cf.Subject | None) -> dt.date:
    """The business day: today, or an earlier one (补录), never before the subject's last step and never in the future."""
    today = scope.today(now)
    if happened_on is None or happened_on == today:
        return today
    if happened_on > today:
        raise Invalid("办理日期不能晚于今天。", field="happened_on")
    if target is not None:
        from shuangcha.audit.models import Step

        last = Step.objects.filter(subject_kind=target.KIND, subject_id=target.pk).order_by("-id").first()
        if last is not None and happened_on < last.happened_on:
            raise Invalid(f"办理日期不能早于上一步的日期{last.happened_on:%Y-%m-%d}。", field="happened_on")
    return happened_on


def _open(act: Act, content: Any, situation: Situation, target: cf.Subject, stream: Stream) -> Outcome:
    """Lay a joint act before both bodies; who may sign for a body signs with it."""
    text, salt = chain.canonical(plain(content)), chain.new_salt()
    proposal = Proposal(
        move=act.move.key,
        subject_kind=target.KIND,
        subject_id=target.pk,
        base_version=target.version,
        stream=stream,
        content=text,
        salt=salt,
        content_sha=chain.commitment(salt, text),
        happened_on=act.on,
        proposer_id=act.viewer.id,
        proposer_body_id=situation.acting[0].body_id,
        opened_at=act.now,
    )
    mine = Proposal.objects.filter(
        subject_kind=target.KIND, subject_id=target.pk, move=act.move.key, status=Proposal.OPEN
    )
    if mine.exists():
        raise Stale(f"“{act.move.title}”已有提请在等待签署，请刷新后签署，或由提请机构撤回后重新提请。")
    proposal.save(force_insert=True)
    if situation.signing:
        return _sign(proposal, situation, target, stream, act.now)
    act.batch.touch(target)
    flush(act.batch, scope.today(act.now))
    return _outcome("proposed", act.move.key, target, proposal=proposal, awaits="两机构负责人")


def _sign(proposal: Proposal, situation: Situation, target: cf.Subject, stream: Stream, now: dt.datetime) -> Outcome:
    move = situation.move
    earlier = list(proposal.signatures.all())
    taken = {one.body_id for one in earlier}
    mine: Acting = next(one for one in situation.signing if one.body_id not in taken)
    signature = Signature(
        proposal=proposal,
        body_id=mine.body_id,
        person_id=situation.viewer.id,
        post_id=mine.post_id,
        content_sha=proposal.content_sha,
        signed_at=now,
    )
    signature.save(force_insert=True)
    signed = {one.body.kind for one in earlier} | {OFFICES[mine.office].body_kind}
    missing = [OFFICES[key].label for key in move.offices[:2] if OFFICES[key].body_kind not in signed]
    batch = Batch(now=now, streams={stream.key: stream})
    if missing:
        batch.touch(target)
        flush(batch, scope.today(now))
        return _outcome("proposed", move.key, target, proposal=proposal, awaits="、".join(missing))
    opened = scope.today(proposal.opened_at)
    day = proposal.happened_on if proposal.happened_on < opened else scope.today(now)
    content = read(move.key, json.loads(proposal.content))
    act = Act(
        move, target, situation.viewer, mine, day, batch, parent=target, proposal=proposal, _facts=situation.facts
    )
    act.recorded["signatures"] = sorted(
        [one.body_id, one.person_id, one.post_id, one.content_sha] for one in (*earlier, signature)
    )
    if move.key in CHECKS:
        CHECKS[move.key](act, content)
    return _execute(act, content, proposal.content, proposal.salt)


def _execute(act: Act, content: Any, text: str, salt: str) -> Outcome:
    step = execute(act, content, text, salt)
    flush(act.batch, scope.today(act.now))
    assert act.subject is not None
    return _outcome("executed", act.move.key, act.subject, step=str(step.uid))


def _outcome(
    status: str, move: str, subject: cf.Subject, *, step: str = "", proposal: Proposal | None = None, awaits: str = ""
) -> Outcome:
    return Outcome(
        status,
        move,
        subject.KIND,
        str(subject.uid),
        subject.stage,
        subject.version,
        step,
        str(proposal.uid) if proposal else "",
        awaits,
    )
