"""The printable papers, each on a page of its own: fetched as its subject is,
so that who may not see it finds nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shuangcha.access import reading, scope
from shuangcha.access.refusals import NotFound
from shuangcha.clock import business
from shuangcha.courts.people import Viewer
from shuangcha.papers.kinds import KINDS, Kind

from . import links
from .shell import business_page


@require_GET
@business_page
def paper(request: Any, kind: str, subject_kind: str, uid: UUID) -> HttpResponse:
    """One paper for reading and printing. Its reading is logged under the kind of paper."""
    known = KINDS.get(kind)
    if known is None or known.subject != subject_kind:
        raise NotFound
    subject = scope.find(request.viewer, known.subject, uid)
    _whole(request.viewer, known, subject)
    document = known.build(subject)
    reading.looked(request.viewer, subject, f"paper:{kind}", request.now)
    context = {
        "paper": document,
        "back_url": links.of(subject),
        "banner": business.movable(),
        "training": business.training(),
    }
    return render(request, f"desk/papers/{kind}.html", context)


def _whole(viewer: Viewer, known: Kind, subject: Any) -> None:
    """A paper about several subjects is for who may see all of them:
    one line left out would tell that it is missing."""
    covered: dict[str, set[int]] = {}
    for one in known.covers(subject) if known.covers else ():
        covered.setdefault(one.KIND, set()).add(one.pk)
    for subject_kind, ids in covered.items():
        if scope.visible(viewer, subject_kind).filter(pk__in=ids).count() != len(ids):
            raise NotFound
