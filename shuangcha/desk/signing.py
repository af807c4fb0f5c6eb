"""The page of signing: the very content that the first body signed, the signature of the second,
and taking a proposal back."""

from __future__ import annotations

import json
import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from shuangcha.access import attachments, reading, scope, take_back
from shuangcha.access.actions import fits, why_not_office, why_not_sign
from shuangcha.access.facts import Facts
from shuangcha.access.guards import why_not
from shuangcha.access.places import clue_of, matter_of
from shuangcha.access.refusals import NotFound, Refused
from shuangcha.access.situation import Situation
from shuangcha.acts import door
from shuangcha.acts.contents.base import CONTENTS
from shuangcha.acts.foresee import foresee
from shuangcha.acts.options import Offer
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.people import titled
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import OFFICES

from . import display, links, parts, tray
from .entered import shown
from .move_form import crumbs_of, limits_shown, subject_of
from .moves import done
from .shell import business_page, draw
from .templatetags.desk_tags import date_cn, moment_cn
from .typed import specs
from .wording import full

CLOSED = {Proposal.EXECUTED: "已经办结", Proposal.WITHDRAWN: "已经撤回", Proposal.DEAD: "已因情况变化而失效"}


@require_http_methods(["GET", "POST"])
@business_page
def sign(request: Any, uid: UUID) -> HttpResponse:
    """The very content that the first body signed, and the signature of the second."""
    proposal, target = door.find_proposal(request.viewer, uid)
    if request.method == "POST":
        sha, key = request.POST.get("content_sha", ""), request.POST.get("request_key", "")[:64]
        try:
            outcome = door.sign(uid, request.viewer, seen_sha=sha, now=request.now, request_key=key)
        except NotFound:
            raise
        except Refused as no:
            proposal.refresh_from_db()
            return _draw_sign(request, proposal, target, sentence=full(no.sentence), status=no.status)
        return done(request, MOVES[proposal.move], outcome)
    reading.looked(request.viewer, target, f"签署 {proposal.move}"[:40], request.now)
    return _draw_sign(request, proposal, target)


def _draw_sign(
    request: Any, proposal: Proposal, target: cf.Subject, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    row, content = MOVES[proposal.move], json.loads(proposal.content)
    facts = Facts(target)
    situation = Situation(request.viewer, row, target, request.on, facts)
    rows = proposal.signatures.select_related("body", "person", "post").order_by("id")
    signatures = list(rows)
    proposal._prefetched_objects_cache = {"signatures": rows}  # type: ignore[attr-defined]
    offer = Offer(target, request.viewer, request.on, facts)
    uids = [str(uid) for one in specs(CONTENTS[row.key]) if one.widget == "files" for uid in content.get(one.name, [])]
    reason = _why_not_now(proposal, situation, target)
    context = {
        **subject_of(target),
        "crumbs": crumbs_of(target, f"签署：{full(row.title)}"),
        "title": full(row.title),
        "article": display.article(row.article),
        "proposal": proposal,
        "sha": proposal.content_sha,
        "fingerprint": display.fingerprint(proposal.content_sha),
        "request_key": uuid.uuid4().hex,
        "form_error": sentence,
        "reason": full(reason),
        "fields": shown(CONTENTS[row.key], content, offer, attachments.staged(proposal.proposer_id, uids)),
        "about": _courts(target),
        "opened": moment_cn(proposal.opened_at),
        "sides": _sides(row, signatures, reason),
        "backdated": date_cn(proposal.happened_on) if proposal.happened_on < scope.today(proposal.opened_at) else "",
        "limits": limits_shown(foresee(row, target, request.viewer, facts, request.on, str(content.get("period", "")))),
        "open": proposal.status == Proposal.OPEN,
        "may_withdraw": not take_back.why_not(proposal, request.viewer),
        "last": len(signatures) >= 1,
    }
    return draw(request, "sign", context, status=status)


def _courts(target: cf.Subject) -> str:
    """Which court the signature is about: the content does not say it again."""
    if isinstance(target, (cf.Assignment, cf.Duty)):
        return (
            f"由{target.from_court.name}交{target.to_court.name}办理"
            if target.from_court_id != target.to_court_id
            else f"由{target.to_court.name}办理"
        )
    matter, clue = matter_of(target), clue_of(target)
    return (
        f"被查法院：{matter.target_court.name}"
        if matter is not None
        else f"被反映法院：{clue.subject_court.name}"
        if clue is not None
        else ""
    )


def _why_not_now(proposal: Proposal, situation: Situation, target: cf.Subject) -> str:
    """Why this person cannot sign now; empty if he can."""
    if proposal.status != Proposal.OPEN:
        return f"该提请{CLOSED[proposal.status]}。"
    if proposal.base_version != target.version or not fits(situation.move, target):
        return "情况已有变化，该提请不能再签署，请查看最新情况后重新提请。"
    if not situation.signing:
        return why_not_office(situation.move, target)
    return why_not(situation, situation.move) or why_not_sign(situation, proposal)


def _sides(row: Move, signatures: list[Any], reason: str) -> list[dict[str, Any]]:
    """Both bodies for parts/bodies_panel.html."""
    found = []
    for key in row.offices[:2]:
        office = OFFICES[key]
        one = next((each for each in signatures if each.body.kind == office.body_kind), None)
        side: dict[str, Any] = parts.SIDE | {"title": office.label, "state": "waiting", "text": "尚未签署。"}
        if one is not None:
            side |= {
                "state": "signed",
                "signer": f"{one.person.name}（{titled(one.body.local_name, one.post.title if one.post else '')}）",
                "day": moment_cn(one.signed_at),
                "text": "已签署下列内容。",
            }
        found.append(side)
    return found


@require_POST
@business_page
def withdraw(request: Any, uid: UUID) -> HttpResponse:
    """撤回 one's own proposal before the other body has signed."""
    proposal, target = door.find_proposal(request.viewer, uid)
    try:
        door.withdraw(uid, request.viewer, now=request.now)
    except NotFound:
        raise
    except Refused as no:
        proposal.refresh_from_db()
        return _draw_sign(request, proposal, target, sentence=full(no.sentence), status=no.status)
    if proposal.proposer_id == request.viewer.id:  # what one did oneself is no news
        tray.mark_named(request.viewer, [tray.of_proposal(proposal.pk)], request.now)
    messages.success(request, f"“{full(MOVES[proposal.move].title)}”的提请已撤回。")
    return HttpResponseRedirect(links.of(target), status=303)
