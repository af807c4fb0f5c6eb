"""A move's form on the page of its subject: the same content model, the same door, and the answer on the same page.

What was typed stays through every refusal. Where the act is no longer offered when the answer is drawn (somebody was
quicker), what was typed is shown once more, to be copied.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages

from shuangcha.access.actions import Action
from shuangcha.access.refusals import NotFound, Refused
from shuangcha.acts import door
from shuangcha.acts.contents.base import CONTENTS
from shuangcha.acts.options import Offer
from shuangcha.acts.prefill import prefill
from shuangcha.casefile import models as cf
from shuangcha.plan.moves import MOVES

from . import display, links
from .forms import Form
from .typed import Typed, is_edit, pruned, raw_of, typed_from, typed_of
from .wording import full

KEY_LENGTH = 64


@dataclass
class Sent:
    """A form of this page that has not been carried out: refused, or sent only to add a row.
    `place` tells which one."""

    place: str
    title: str
    typed: Typed
    errors: dict[str, str] = field(default_factory=dict)
    sentence: str = ""
    status: int = 200
    request_key: str = ""
    drawn: bool = False


def place_of(move_key: str, uid: object) -> str:
    """Which form of a page: a move on a subject."""
    return f"{move_key}|{uid}"


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def send(request: Any, move_key: str, subject: cf.Subject) -> door.Outcome | Sent:
    """Do what the form asks. Raises NotFound for an act that no content model knows, or on a subject no longer seen."""
    row, model = MOVES.get(move_key), CONTENTS.get(move_key)
    if row is None or model is None or row.hidden:
        raise NotFound
    typed = typed_of(model, request.POST)
    sent = Sent(
        place_of(move_key, subject.uid),
        display.title(row),
        typed,
        request_key=request.POST.get("request_key", "")[:KEY_LENGTH],
    )
    if is_edit(request.POST):
        return sent
    sent.typed = pruned(model, typed)
    try:
        outcome = door.propose(
            move_key,
            (subject.KIND, subject.uid),
            request.viewer,
            raw_of(model, sent.typed),
            seen_version=number(request.POST.get("seen_version", "")),
            now=request.now,
            request_key=sent.request_key,
        )
    except NotFound:
        raise
    except Refused as no:
        sent.errors, sent.status = no.errors, no.status
        sent.sentence = "" if no.errors else full(no.sentence)
        return sent
    said = f"“{full(row.title)}”"
    if outcome.status == "proposed":
        messages.info(request, f"{said}已提请，等待{outcome.awaits}签署。")
    else:
        messages.success(request, f"{said}已办理。")
    return outcome


def sign(request: Any, proposal_uid: object, subject_title: str = "") -> str:
    """Sign what was on the page; the sentence why not, or nothing."""
    try:
        done = door.sign(
            str(proposal_uid),
            request.viewer,
            seen_sha=request.POST.get("content_sha", ""),
            now=request.now,
            request_key=request.POST.get("request_key", "")[:KEY_LENGTH],
        )
    except NotFound:
        raise
    except Refused as no:
        return full(no.sentence)
    title = full(MOVES[done.move].title)
    messages.success(
        request,
        f"“{title}”已签署{'并办理' if done.status == 'executed' else f'，等待{done.awaits}签署'}。{subject_title}",
    )
    return ""


def withdraw(request: Any, proposal_uid: object) -> str:
    """Take back one's own proposal; the sentence why not, or nothing."""
    try:
        done = door.withdraw(str(proposal_uid), request.viewer, now=request.now)
    except NotFound:
        raise
    except Refused as no:
        return full(no.sentence)
    messages.success(request, f"“{full(MOVES[done.move].title)}”的提请已撤回。")
    return ""


def drawn(
    action: Action, subject: cf.Subject, offer: Offer, address: str, sent: Sent | None, *, typed: Typed | None = None
) -> dict[str, Any]:
    """One form for parts/inline_form.html. `offer` has the facts that its choices need."""
    row = action.move
    model = CONTENTS[row.key]
    mine = sent is not None and sent.place == place_of(row.key, subject.uid)
    if mine and sent is not None:
        sent.drawn = True
        typed, errors, sentence, key = sent.typed, dict(sent.errors), sent.sentence, sent.request_key
    else:
        typed = typed if typed is not None else typed_from(model, prefill(row.key, subject, offer.facts))
        errors, sentence, key = {}, "", ""
    mark = f"{row.key.replace('.', '-')}-{str(subject.uid)[:8]}"
    form = Form(model, typed, offer.of, errors=errors, marked=mark)
    fields = form.drawn()
    whole = [full(text) for path, text in form.errors.items() if path not in form.placed]
    return {
        "mark": mark,
        "key": row.key,
        "title": display.title(row),
        "article": display.article(row.article),
        "fields": fields,
        "joint": row.joint,
        "address": address,
        "errors": form.summary,
        "form_error": " ".join(filter(None, (sentence, *whole))),
        "request_key": key or uuid.uuid4().hex,
        "seen_version": subject.version,
        "open": mine,
        "stale": mine and sent is not None and sent.status == 409,
        "draft": None,
        "danger": any(mark in row.key for mark in display.DANGER),
        "full_url": links.move_url(row.key, subject.KIND, subject.uid),
    }


def left_over(sent: Sent | None) -> dict[str, Any] | None:
    """What was typed into a form that the page does not offer any more: a sentence and the texts, to be copied."""
    if sent is None or sent.drawn or not (sent.sentence or sent.errors):
        return None
    texts = [text for text in _texts(sent.typed) if len(text) > 1]
    return {
        "title": sent.title,
        "sentence": sent.sentence or "；".join(map(full, sent.errors.values())),
        "texts": texts,
    }


def _texts(typed: Any) -> list[str]:
    """Whatever was written by hand, in order; single words that were chosen are not worth copying."""
    if isinstance(typed, str):
        return [typed] if typed.strip() and not typed.isascii() else []
    parts = typed.values() if isinstance(typed, dict) else typed if isinstance(typed, list) else ()
    return [text for part in parts for text in _texts(part)]
