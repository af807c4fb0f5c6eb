"""The door for what is registered beside the procedure: a step without a stage,
in the chain of the file or of the court."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction

import shuangcha.acts.registry  # noqa: F401  fills the registries of handlers and contents
from shuangcha.access import scope
from shuangcha.access.actions import why_not_office
from shuangcha.access.facts import Facts
from shuangcha.access.guards import why_not
from shuangcha.access.places import clue_of, stream_key
from shuangcha.access.refusals import Invalid, NotAllowed, NotFound, Refused
from shuangcha.access.situation import Situation
from shuangcha.audit import chain
from shuangcha.audit.models import Step
from shuangcha.courts.models import Court, Person
from shuangcha.courts.people import Viewer
from shuangcha.plan.moves import MOVES
from shuangcha.vault.identities import IdentityErased, open_identity
from shuangcha.vault.models import Identity

from .act import CHECKS, HANDLERS, Act, Batch
from .contents.base import Content, plain, read
from .execute import flush
from .requests import once

SYSTEM = "系统初始化"
OF_NO_FILE = frozenset({"export"})
"""Registered about a list, not about a file: never through the form of a subject (see exporting.py)."""


def register(
    key: str,
    subject: tuple[str, UUID | str],
    viewer: Viewer,
    raw: dict[str, Any],
    *,
    now: dt.datetime,
    happened_on: dt.date | None = None,
    request_key: str = "",
) -> Any:
    """Execute a `register.*` move about a subject. Returns the door's Outcome with status `registered`."""
    from .door import Outcome, fresh

    def work() -> Any:
        move = MOVES.get(f"register.{key}")
        if move is None or "administrator" in move.offices or key in OF_NO_FILE:
            raise NotFound
        target = scope.find(viewer, *subject)
        today = scope.today(now)
        day = happened_on or today
        if day > today:
            raise Invalid("办理日期不能晚于今天。", field="happened_on")
        stream = chain.lock_stream(stream_key(target))
        fresh(target)
        situation = Situation(viewer, move, target, day, Facts(target))
        if not situation.acting:
            raise NotAllowed(why_not_office(move, target))
        refusal = why_not(situation, move)
        if refusal:
            raise NotAllowed(refusal)
        content = read(move.key, raw)
        batch = Batch(now=now, streams={stream.key: stream})
        act = Act(move, target, viewer, situation.acting[0], day, batch, parent=target, _facts=situation.facts)
        if move.key in CHECKS:
            CHECKS[move.key](act, content)
        if move.key in HANDLERS:
            HANDLERS[move.key](act, content)
        step = _append(act, content)
        batch.touch(target)
        flush(batch, today)
        return Outcome(
            "registered", move.key, target.KIND, str(target.uid), target.stage, target.version, str(step.uid)
        )

    return once(viewer, request_key, now, work, Outcome)


def _append(act: Act, content: Content) -> Step:
    target = act.subject
    assert target is not None and act.acting is not None
    text = chain.canonical({**plain(content), "subject": {"kind": target.KIND, "uid": str(target.uid)}})
    return chain.append(
        act.batch.streams[stream_key(target)],
        edge=f"{act.move.key}:>",
        subject_kind="register",
        subject_id=target.pk,
        subject_version=0,
        raised=False,
        actor_id=act.viewer.id,
        post_id=act.acting.post_id,
        happened_on=act.on,
        recorded_at=act.now,
        content=text,
        salt=chain.new_salt(),
        facts=act.recorded,
    )


def reveal(viewer: Viewer, clue_uid: UUID | str, raw: dict[str, Any], *, now: dt.datetime) -> dict[str, str]:
    """查看反映人身份: the step with the reason is committed before the identity is opened (dossier §11.3)."""
    register("reveal", ("clue", clue_uid), viewer, raw, now=now)
    clue = clue_of(scope.find(viewer, "clue", clue_uid))
    assert clue is not None
    identity = Identity.objects.filter(handle=clue.identity).first() if clue.identity else None
    if identity is None:
        raise NotFound
    try:
        return open_identity(identity)
    except IdentityErased as gone:
        raise Refused(str(gone)) from None


def ledger(
    key: str,
    court: Court | None,
    content: dict[str, Any],
    *,
    now: dt.datetime,
    by: Person | None = None,
    post_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> Step:
    """A step in a court's chain for what belongs to no file: posts, courts, settings, calendar that are loaded;
    a list exported.

    `court` None: what belongs to all courts stands in the chain `court:0`. Without a person the system itself is the
    actor; `post_id` is the post by which an administrator acts.
    """
    with transaction.atomic():
        stream = chain.lock_stream(f"court:{court.pk if court else 0}")
        actor = by or system_person()
        step = chain.append(
            stream,
            edge=f"{key}:>",
            subject_kind="register",
            subject_id=court.pk if court else 0,
            subject_version=0,
            raised=False,
            actor_id=actor.pk,
            post_id=post_id,
            happened_on=scope.today(now),
            recorded_at=now,
            content=chain.canonical(content),
            salt=chain.new_salt(),
            facts=facts or {},
        )
        return step


def system_person() -> Person:
    """The actor of the first loads, before there is any person; it can never sign in."""
    found = Person.objects.filter(name=SYSTEM, login__isnull=True).first()
    if found is None:
        found = Person(name=SYSTEM, login=None, is_active=False)
        found.set_unusable_password()
        found.save()
    return found
