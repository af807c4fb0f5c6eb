"""Acting: one form for every move, the page on which the second body signs, taking back what is not signed yet.

The form is a face of the door: what is possible, who may and what is wrong is said there, and shown here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from shuangcha.access import reading, scope
from shuangcha.access.actions import fits, proposals_on, why_not_office, why_not_stage
from shuangcha.access.facts import Facts
from shuangcha.access.guards import why_not
from shuangcha.access.refusals import Invalid, NotAllowed, NotFound, Refused, Stale
from shuangcha.access.situation import Situation
from shuangcha.acts import door, registering
from shuangcha.acts.contents.base import CONTENTS, read
from shuangcha.acts.contents.clue import Complainant
from shuangcha.acts.options import suggest
from shuangcha.acts.prefill import prefill
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES

from . import drafts, faces, files, links
from .move_form import Asked, crumbs_of, day_typed, drawn, subject_of
from .shell import business_page, draw
from .templatetags.desk_tags import moment_cn
from .typed import Typed, is_edit, pruned, raw_of, specs, typed_from, typed_of
from .wording import full


def may_open(request: Any, move_key: str, kind: str, uid: str) -> None:
    """Raises what the form itself would answer this person now: NotFound, or why not."""
    refused = _refusal(_asked(request, move_key, kind, uid.partition(faces.PART)[0]))
    if refused is not None:
        raise refused


def _asked(request: Any, move_key: str, kind: str, uid: str) -> Asked:
    """The move and its subject, or NotFound: no such move, not on such a subject, or no concern of this person."""
    row, model = MOVES.get(move_key), CONTENTS.get(move_key)
    if row is None or model is None or row.hidden or move_key.removeprefix("register.") in registering.OF_NO_FILE:
        raise NotFound
    target = None
    wanted = kind if row.subject == "register" else row.parent if row.creates else row.subject
    if wanted:
        if kind != wanted:
            raise NotFound
        target = scope.find(request.viewer, kind, uid)
    elif row.subject == "register":
        raise NotFound
    facts = Facts(target)
    return Asked(request, row, model, target, facts, Situation(request.viewer, row, target, request.on, facts))


def _refusal(asked: Asked) -> Refused | None:
    """Why this person cannot do this now; the same questions in the same order as at the door."""
    if asked.target is not None and not asked.registers and not fits(asked.row, asked.target):
        return Stale(why_not_stage(asked.row, asked.target))
    if not asked.situation.acting:
        return NotAllowed(why_not_office(asked.row, asked.target))
    sentence = why_not(asked.situation, asked.row)
    return NotAllowed(sentence) if sentence else None


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@business_page
def move(request: Any, move_key: str) -> HttpResponse:
    """The form of a move, and the move itself: `/do/<move_key>/?kind=&uid=`."""
    asked = _asked(request, move_key, request.GET.get("kind", ""), request.GET.get("uid", ""))
    return _send(asked) if request.method == "POST" else _open(asked)


def _open(asked: Asked) -> HttpResponse:
    refused = _refusal(asked)
    if refused is not None:
        raise refused
    if asked.row.joint:
        waiting = proposals_on([asked.target]).get((asked.target.KIND, asked.target.pk), [])
        for proposal in waiting:
            if proposal.move == asked.row.key:
                return HttpResponseRedirect(reverse("sign", kwargs={"uid": proposal.uid}))
    if asked.target is not None:
        reading.looked(asked.request.viewer, asked.target, asked.row.key[:40], asked.request.now)
    typed = typed_from(asked.model, prefill(asked.row.key, asked.target, asked.facts))
    for one in specs(asked.model):
        given = asked.request.GET.get(one.name, "")[:200]
        if (
            given
            and one.name not in ("kind", "uid")
            and one.widget in ("text", "pick", "choice", "date")
            and not one.many
        ):
            typed[one.name] = given
    face = faces.of(asked.row.key)
    if face is not None:
        face.prepare(asked, typed)
    kept = drafts.load(asked.request.viewer.id, asked.place) if asked.place else None
    if kept is not None:
        fresh = {one.name: typed[one.name] for one in specs(asked.model) if one.widget == "current_version"}
        typed = {**typed_of(asked.model, kept.typed), **fresh}
    if face is not None:
        face.brought(asked, typed)
    return drawn(asked, typed, kept=kept)


def _send(asked: Asked) -> HttpResponse:
    request, row, model = asked.request, asked.row, asked.model
    if asked.place and request.POST.get("draft") == "drop":
        drafts.drop(request.viewer.id, asked.place)
        messages.info(request, "草稿已放弃。")
        return HttpResponseRedirect(asked.address, status=303)
    typed = typed_of(model, request.POST)
    errors = _take_uploads(asked, typed)
    if asked.place and request.POST.get("draft") == "save":
        return _kept_aside(asked, typed, errors)
    face = faces.of(row.key)
    if face is not None:
        face.settle(asked, typed)
    if face is not None and request.POST.get("refresh") == "print":
        return face.preview(asked, typed)
    if is_edit(request.POST):
        return drawn(asked, typed, errors)
    typed = pruned(model, typed)
    day, wrong = day_typed(request.POST.get("happened_on", ""))
    errors |= wrong
    if face is not None:
        errors |= face.wrong(asked, typed)
    raw = raw_of(model, typed)
    if errors:
        try:
            read(row.key, raw)
        except Invalid as no:  # told at once, not after the attachment is mended
            errors = {**no.errors, **errors}
        return drawn(asked, typed, errors, status=422)
    try:
        if row.key == "register.reveal":
            return _revealed(asked, raw)
        outcome = _at_the_door(asked, raw, day)
    except NotFound:
        raise
    except Refused as no:
        return drawn(asked, typed, no.errors, status=no.status, sentence="" if no.errors else full(no.sentence))
    if asked.place:
        drafts.drop(request.viewer.id, asked.place)
    if face is not None:
        face.after(asked, outcome)
    return done(request, row, outcome, shuts_out=_may_shut_out(row.key, raw))


def _at_the_door(asked: Asked, raw: dict[str, Any], day: dt.date | None) -> door.Outcome:
    request, row = asked.request, asked.row
    key = request.POST.get("request_key", "")[:64]
    subject = (asked.target.KIND, asked.target.uid) if asked.target is not None else None
    if asked.registers:
        assert subject is not None
        return registering.register(
            row.key.removeprefix("register."),
            subject,
            request.viewer,
            raw,
            now=request.now,
            happened_on=day,
            request_key=key,
        )
    return door.propose(
        row.key,
        subject,
        request.viewer,
        raw,
        seen_version=_number(request.POST.get("seen_version", "")),
        now=request.now,
        happened_on=day,
        request_key=key,
    )


def _kept_aside(asked: Asked, typed: Typed, errors: dict[str, str]) -> HttpResponse:
    """保存草稿, pressed where no script saves by itself; files that came along are staged and named in the draft."""
    request = asked.request
    may_open(
        request, asked.row.key, *((asked.target.KIND, str(asked.target.uid)) if asked.target is not None else ("", ""))
    )
    staged = [(one.name, uid) for one in specs(asked.model) if one.widget == "files" for uid in typed[one.name]]
    pairs = [pair for pair in drafts.pairs_of(request.POST) if pair not in staged] + staged
    known = drafts.version_of(request.POST.get("draft_version", ""))
    drafts.check_owner(request.viewer.id, request.POST.get("draft_owner", ""))
    try:
        version = drafts.keep(request.viewer.id, asked.place, pairs, version=known, now=request.now)
    except drafts.Overtaken as no:  # the next press is meant: this window's text is the one to keep
        draft = drafts.of(request.viewer.id, asked.place, None, request.now, version=no.version, note=no.sentence)
        return drawn(
            asked,
            typed,
            errors,
            status=no.status,
            sentence=f"{no.sentence}要以本页内容为准，请再按一次“保存草稿”。",
            draft=draft,
        )
    except Invalid as no:
        return drawn(asked, typed, errors, status=no.status, sentence=no.sentence)
    note = f"草稿已于{moment_cn(request.now)[-5:]}保存，可以稍后再来填写。"
    return drawn(
        asked,
        typed,
        errors,
        draft=drafts.of(request.viewer.id, asked.place, None, request.now, version=version, note=note),
    )


def _take_uploads(asked: Asked, typed: Typed) -> dict[str, str]:
    """Files that came with the form itself (without JavaScript they always do) are staged and named in it from now
    on."""
    errors: dict[str, str] = {}
    for one in specs(asked.model):
        if one.widget == "files":
            kept, wrong = files.stage_all(asked.request, asked.request.FILES.getlist(f"{one.name}-upload"))
            typed[one.name] = [*typed[one.name], *(str(each.uid) for each in kept)]
            if wrong:
                errors[one.name] = wrong
    return errors


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _may_shut_out(key: str, raw: dict[str, Any]) -> bool:
    """After this act its maker may be a stranger to the file: recused by declaration or by a name that was entered."""
    if key == "clue.register":
        return bool(raw["subjects"]) or any(one.get("officers") for one in raw["cases"])
    return key == "matter.recuse_self" or bool(raw.get("recused"))


def done(request: Any, row: Move, outcome: door.Outcome, *, shuts_out: bool = False) -> HttpResponse:
    """303 to the subject's page; who has just shut himself out goes to his worklist."""
    if outcome.status == "proposed":
        messages.info(request, f"“{full(row.title)}”已提请，等待{outcome.awaits}签署。")
    else:
        messages.success(request, f"“{full(row.title)}”{'已登记' if outcome.status == 'registered' else '已办理'}。")
    if shuts_out:
        try:
            scope.find(request.viewer, outcome.subject_kind, outcome.subject_uid)
        except NotFound:
            return HttpResponseRedirect(reverse("home"), status=303)
    return HttpResponseRedirect(links.subject_url(outcome.subject_kind, outcome.subject_uid), status=303)


def _revealed(asked: Asked, raw: dict[str, Any]) -> HttpResponse:
    """Shown once, on the answer itself: not kept by the browser, and not to be had again without a further reason."""
    identity = registering.reveal(asked.request.viewer, asked.target.uid, raw, now=asked.request.now)
    labels = {one.name: one.title for one in specs(Complainant)}
    rows = [{"label": labels.get(key, key), "value": value} for key, value in identity.items() if value]
    context = {
        **subject_of(asked.target),
        "facts": rows,
        "title": asked.row.title,
        "crumbs": crumbs_of(asked.target, asked.row.title),
    }
    answer = draw(asked.request, "reveal", context)
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_GET
@business_page
def court_suggest(request: Any) -> HttpResponse:
    """Courts for two typed characters of name or code."""
    return JsonResponse({"items": suggest(request.GET.get("q", "")[:40], request.on)})
