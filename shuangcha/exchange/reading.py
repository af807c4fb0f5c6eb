"""One subject: its facts, its ledger, its children; and a matter as a whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from shuangcha.access import scope
from shuangcha.access.facts import Facts
from shuangcha.plan.words import SUBJECT_KINDS

from . import pieces, reads, shown
from .auth import Caller, caller
from .errors import answers
from .paging import Paged, keyset, only_named
from .schemas import DETAILS, Children, Overview, Steps

router = Router()
LOGGED = ("clue", "matter")


def _fetched(asked: Caller, kind: str, uid: str) -> Any:
    """The subject, or the one 404; a look at a clue or a matter leaves a line in the read log."""
    subject = scope.find(asked.viewer, kind, uid)
    if kind in LOGGED:
        reads.log_read(asked.viewer, subject, asked.now)
    return subject


def _add(kind: str) -> None:
    title = SUBJECT_KINDS[kind].label

    def detail(request: HttpRequest, uid: str) -> Any:
        asked = caller(request)
        subject = _fetched(asked, kind, uid)
        return shown.detail(pieces.Sheet(asked.viewer, asked.on, Facts(subject)), subject)

    def steps(request: HttpRequest, uid: str, paged: Query[Paged]) -> Any:
        only_named(request, Paged)
        asked = caller(request)
        subject = _fetched(asked, kind, uid)
        purpose = f"steps:{kind}:{subject.uid}:{asked.viewer.id}"
        rows, following = keyset(reads.steps_of(asked.viewer, subject), paged, purpose, newest_first=False)
        found = [pieces.step(one) for one in reads.drawn(asked.viewer, subject, rows)]
        for one in found:
            one["subject_label"] = SUBJECT_KINDS[one["subject_kind"]].label
        return {"items": found, "next": following}

    # The annotation is resolved by the framework in this module's names, so the functions only need names of their own.
    router.get(
        f"/{kind}/{{uid}}", response=answers(DETAILS[kind]), operation_id=f"read_{kind}", summary=f"查看{title}"
    )(detail)
    router.get(
        f"/{kind}/{{uid}}/steps", response=answers(Steps), operation_id=f"steps_of_{kind}", summary=f"{title}的办理步骤"
    )(steps)


@router.get("/matter/{uid}/overview", response=answers(Overview), operation_id="overview_of_matter", summary="全案概览")
def overview(request: HttpRequest, uid: str) -> Any:
    asked = caller(request)
    matter = _fetched(asked, "matter", uid)
    return shown.overview(pieces.Sheet(asked.viewer, asked.on, Facts(matter)), matter)


@router.get(
    "/matter/{uid}/children",
    response=answers(Children),
    operation_id="children_of_matter",
    summary="双查案件之下的事项",
)
def children(request: HttpRequest, uid: str) -> Any:
    asked = caller(request)
    matter = _fetched(asked, "matter", uid)
    return {
        shown.plural(kind): [pieces.brief(one) for one in reads.of_matter(asked.viewer, kind, matter)]
        for kind in reads.CHILDREN
    }


for _kind in DETAILS:
    _add(_kind)
