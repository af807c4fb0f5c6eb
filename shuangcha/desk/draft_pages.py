"""Where static/app/drafts.js sends what is being typed. Only for a form that this person could open now."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from shuangcha.access.refusals import Invalid, NotFound, Refused

from . import drafts, moves
from .shell import business_page

OPENERS: dict[str, Callable[..., None]] = {}
"""For a form that is no move: its name (first part of the place) and a function (request, kind=,
uid=) that raises what the form would answer."""


@sensitive_post_parameters()
@sensitive_variables()
@require_POST
@business_page
def save(request: Any) -> HttpResponse:
    """`{place, owner, version, fields: [[name, text], …]}` or the form itself with draft_place;
    answers version and time, or one sentence."""
    try:
        place, owner, version, pairs = _sent(request)
        key, kind, uid = place.split("|")
        OPENERS.get(key, partial(moves.may_open, move_key=key))(request, kind=kind, uid=uid)
        drafts.check_owner(request.viewer.id, owner)
        kept = drafts.keep(request.viewer.id, place, pairs, version=version, now=request.now)
    except drafts.Overtaken as no:
        return JsonResponse({"sentence": no.sentence, "version": no.version}, status=no.status)
    except NotFound:
        raise
    except Refused as no:
        return JsonResponse({"sentence": no.sentence}, status=no.status)
    return JsonResponse({"version": kept, "saved": f"{timezone.localtime(request.now):%H:%M}"})


def _sent(request: Any) -> tuple[str, str, int, drafts.Pairs]:
    """Place, owner, version and pairs; a body that is neither shape is of no form, hence not found."""
    if request.content_type == "application/json":
        if len(request.body) > 2 * drafts.MOST_BYTES:
            raise Invalid("草稿太长，未能保存，内容仍在本页。")
        try:
            sent = json.loads(request.body)
            place, owner, version = str(sent["place"]), str(sent["owner"]), int(sent["version"])
            pairs = [(str(name), str(text)) for name, text in sent["fields"]]
        except (ValueError, KeyError, TypeError):
            raise NotFound from None
    else:
        place, owner = request.POST.get("draft_place", ""), request.POST.get("draft_owner", "")
        version = drafts.version_of(request.POST.get("draft_version", ""))
        pairs = drafts.pairs_of(request.POST)
    if place.count("|") != 2 or len(place) > drafts.PLACE_LENGTH:
        raise NotFound
    return place, owner, version, pairs
