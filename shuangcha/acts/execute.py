"""Executing an act: handler → step → stage by compare-and-set → `then` rows → limits, papers, members, whose turn it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q

from shuangcha.access.places import clue_of, matter_of, round_of, stream_key
from shuangcha.access.refusals import Stale
from shuangcha.audit import chain
from shuangcha.audit.models import Proposal, Step
from shuangcha.audit.verify import signature_facts
from shuangcha.casefile import models as cf
from shuangcha.clock.running import computed, todos_of
from shuangcha.plan.moves import MOVES

from .act import HANDLERS, Act, Batch, StartedLimit

RUNS_FOR_ASSIGNEE = frozenset({"report", "supplement", "receipt", "team", "disposal"})


def execute(act: Act, content: Any, text: str, salt: str) -> Step:
    """Carry out one act whose signatures are complete, and its `then` rows. The caller holds the lock of the chain."""
    handler = HANDLERS.get(act.move.key)
    if handler is not None:
        handler(act, content)
    subject = act.subject
    assert subject is not None, act.move.key
    before, version = subject.stage, subject.version
    after = act.move.lands(before)
    started, stopped = _limits(act, subject)
    facts = {**act.recorded}
    if act.proposal is not None:
        facts["signatures"] = signature_facts(act.proposal.pk)
    if started:
        facts["started"] = started
    if stopped:
        facts["stopped"] = stopped
    step = _append(act, subject, before, after, text, salt, facts)
    if act.move.raises:
        moved = type(subject).rows.filter(pk=subject.pk, stage=before, version=version).update(
            stage=after, version=F("version") + 1
        )  # fmt: skip
        if moved != 1:
            raise Stale("另一人刚刚办理了同一事项,请刷新后查看最新情况。")
        subject.stage, subject.version = after, version + 1
        _close_proposals(act, subject, step)
    act.batch.touch(subject)
    act.batch.steps.append(step)
    act.batch.papers += [
        cf.Paper(subject_kind=subject.KIND, subject_id=subject.pk, clue=clue_of(subject) if not matter_of(subject) else None,
                 matter=matter_of(subject), court_id=_acting_court(act, subject), kind=kind, owed_on=act.on)
        for kind in act.move.papers
    ]  # fmt: skip
    for key, other, data in act.followups:
        _follow(act, key, other, data, step)
    return step


def _follow(cause: Act, key: str, subject: cf.Subject | None, data: dict[str, Any], step: Step) -> None:
    act = Act(MOVES[key], subject, cause.viewer, cause.acting, cause.on, cause.batch, parent=cause.subject, cause=step)
    shown = {
        name: value
        for name, value in data.items()
        if isinstance(value, (str, int, bool, list, dict, dt.date, type(None)))
    }
    execute(act, data, chain.canonical(shown), chain.new_salt())


def _append(
    act: Act, subject: cf.Subject, before: str, after: str, text: str, salt: str, facts: dict[str, Any]
) -> Step:
    key = stream_key(subject)
    stream = act.batch.streams.get(key)
    if stream is None:
        stream = act.batch.streams[key] = chain.lock_stream(key)
    return chain.append(
        stream,
        edge=f"{act.move.key}:{before}>{after}",
        subject_kind=subject.KIND,
        subject_id=subject.pk,
        subject_version=subject.version + 1 if act.move.raises else subject.version,
        raised=act.move.raises,
        actor_id=act.viewer.id,
        post_id=act.acting.post_id if act.acting else None,
        happened_on=act.on,
        recorded_at=act.now,
        content=text,
        salt=salt,
        facts=facts,
        proposal=act.proposal,
        cause=act.cause,
    )


def _close_proposals(act: Act, subject: cf.Subject, step: Step) -> None:
    """Executed is what was signed; every other proposal on the old version dies with it."""
    if act.move.creates:
        return
    if act.proposal is not None:
        Proposal.objects.filter(pk=act.proposal.pk).update(status=Proposal.EXECUTED, closed_at=act.now)
    Proposal.objects.filter(subject_kind=subject.KIND, subject_id=subject.pk, status=Proposal.OPEN).update(
        status=Proposal.DEAD, closed_at=act.now
    )


def _limits(act: Act, subject: cf.Subject) -> tuple[list[dict[str, Any]], list[str]]:
    """Stop and start what the row says; the working is computed once and stored with the day."""
    stopped: list[str] = []
    if act.move.stops and not act.move.creates:
        own = cf.Limit.rows.filter(subject_kind=subject.KIND, subject_id=subject.pk, stopped_on__isnull=True)
        stopped = sorted(own.filter(kind__in=act.move.stops).values_list("kind", flat=True))
        if stopped:
            own.filter(kind__in=stopped).update(stopped_on=act.on)
    started: list[dict[str, Any]] = []
    for kind in act.move.starts:
        wanted = act.periods.get(kind, StartedLimit(kind, act.on))
        if wanted is None:
            continue
        court = _keeping_court(kind, act, subject)
        row, fact = computed(kind, wanted.start, wanted.period, wanted.extension, court, act.on)
        row.subject_kind, row.subject_id = subject.KIND, subject.pk
        row.matter, row.clue = matter_of(subject), clue_of(subject) if not matter_of(subject) else None
        row.court_id = court
        act.batch.limits.append(row)
        if kind in ("report", "supplement", "disposal") and isinstance(subject, (cf.Assignment, cf.Duty)):
            subject.due = row.due
            subject.save(update_fields=["due"])
        started.append(fact)
    return started, stopped


def _keeping_court(kind: str, act: Act, subject: cf.Subject) -> int:
    """The court that must keep a limit."""
    if kind in RUNS_FOR_ASSIGNEE:
        if isinstance(subject, (cf.Assignment, cf.Duty)):
            return subject.to_court_id
        round_ = round_of(subject)
        if round_ is not None:
            return round_.court_id
    if isinstance(subject, cf.Duty):
        return subject.from_court_id
    matter = matter_of(subject)
    return matter.owner_court_id if matter else subject.court_id  # type: ignore[attr-defined]


def _acting_court(act: Act, subject: cf.Subject) -> int:
    """The court that owes a paper: that of the acting body."""
    if act.acting is not None and act.acting.post is not None:
        return act.acting.post.court_id
    matter = matter_of(subject)
    return matter.owner_court_id if matter else subject.court_id  # type: ignore[attr-defined]


def flush(batch: Batch, today: dt.date) -> None:
    """Write what the whole transaction gathered, each kind of row in one statement."""
    for stream in batch.streams.values():
        if stream.seq:
            chain.save_head(stream)
    cf.Limit.rows.bulk_create(batch.limits)
    cf.Paper.rows.bulk_create(batch.papers)
    _admit(batch)
    _turns(batch, today)
    batch.limits, batch.papers, batch.members = [], [], []


def _admit(batch: Batch) -> None:
    if not batch.members:
        return
    cf.Membership.rows.bulk_create(batch.members, ignore_conflicts=True)
    widened = Q(pk__in=[])
    for one in batch.members:
        if one.reach == "full" and one.body_id:
            widened |= Q(body_id=one.body_id, clue_id=one.clue_id, matter_id=one.matter_id)
    cf.Membership.rows.filter(widened, reach="brief").update(reach="full")


def _turns(batch: Batch, today: dt.date) -> None:
    """Replace the todos of every touched subject by what is now awaited there."""
    if not batch.subjects:
        return
    old = Q(pk__in=[])
    for kind, pk in batch.subjects:
        old |= Q(subject_kind=kind, subject_id=pk)
    cf.Todo.rows.filter(old).delete()
    cf.Todo.rows.bulk_create(todos_of(list(batch.subjects.values()), today, batch.body))
