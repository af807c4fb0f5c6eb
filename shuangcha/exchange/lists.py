"""Worklist and lists. What a person may not see is in none of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from shuangcha.access import paging as walk
from shuangcha.access import scope
from shuangcha.access.refusals import Invalid
from shuangcha.courts.people import Viewer
from shuangcha.plan.stages import STAGES, label
from shuangcha.plan.words import SOURCES, SUBJECT_KINDS
from shuangcha.search import index

from . import pieces, reads
from .auth import caller
from .errors import answers
from .opaque import seal
from .paging import Paged, keyset, only_named, place
from .schemas import DETAILS, BriefClues, Page, Todos

router = Router()
FEW_COURTS = 200
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


class Filters(Paged):
    stage: str = Field("", max_length=24, pattern=PRINTABLE, description="环节，如 registered")
    court: str = Field("", max_length=12, pattern=PRINTABLE, description="法院代字，如 豫0304")
    source: str = Field("", max_length=24, pattern=PRINTABLE, description="线索来源，如 petition")
    urgent: bool | None = Field(None, description="加急")
    q: str = Field("", max_length=100, pattern=PRINTABLE, description="案号、法院或标题的任何一部分")


_MATTER = {"courts": ("owner_court", "target_court"), "text": ("pk",), "urgent": ("urgent",)}
_WITHIN = {name: tuple(f"matter__{one}" for one in paths) for name, paths in _MATTER.items()} | {"text": ("matter_id",)}
WHERE: dict[str, dict[str, tuple[str, ...]]] = {
    "clue": {"courts": ("court", "subject_court"), "text": ("pk",), "urgent": ("urgent",)},
    "meeting": {"courts": ("court",), "text": (), "urgent": ()},
    "item": {
        "courts": ("court", "clue__subject_court", "matter__target_court"),
        "text": ("clue_id", "matter_id"),
        "urgent": ("clue__urgent", "matter__urgent"),
    },
    "matter": _MATTER,
    **dict.fromkeys(("assignment", "round", "record", "report", "opinion", "duty"), _WITHIN),
}
"""Where each kind is looked for: its courts, the clue or matter whose text is searched, its mark of urgency."""


def _filtered(rows: QuerySet[Any], kind: str, viewer: Viewer, asked: Filters) -> QuerySet[Any]:
    where = WHERE[kind]
    if asked.stage:
        if (kind, asked.stage) not in STAGES:
            known = "、".join(key for of, key in STAGES if of == kind)
            raise Invalid(f"没有这个环节，可以是：{known}。", field="stage")
        rows = rows.filter(stage=asked.stage)
    if asked.court:
        rows = rows.filter(_any(where["courts"], "__code", asked.court))
    if asked.source:
        rows = rows.filter(_from_source(kind, viewer, asked.source))
    if asked.urgent is not None:
        if not where["urgent"]:
            raise Invalid("会议没有加急标记，不能按加急筛选。", field="urgent")
        urgent = _any(where["urgent"], "", True)
        rows = rows.filter(urgent) if asked.urgent else rows.exclude(urgent)
    text = asked.q.strip().translate({ord("("): "（", ord(")"): "）"})
    if text:
        rows = rows.filter(_carrying(kind, where, text))
    return rows


def _carrying(kind: str, where: dict[str, tuple[str, ...]], text: str) -> Q:
    """In number, title or court of the clue or matter, or in the name of a court of the row. Two statements, three for items.

    Where no court has such a name, nothing but the ids of the index is left to look for.
    """
    found = Q(pk__in=[])
    for ref in where["text"]:
        found |= index.condition(kind if ref == "pk" else ref.removesuffix("_id"), text, ref)
    named = reads.courts_called(text, FEW_COURTS)
    if len(named) > FEW_COURTS:
        return found | _any(where["courts"], "__name__icontains", text)
    return found | _any(where["courts"], "__in", named) if named else found


def _any(paths: tuple[str, ...], ending: str, value: Any) -> Q:
    found = Q(pk__in=[])
    for one in paths:
        found |= Q(**{one + ending: value})
    return found


def _from_source(kind: str, viewer: Viewer, source: str) -> Q:
    """By the source of a clue that the reader may see: a filter must not tell what the page does not."""
    if source not in SOURCES:
        raise Invalid(f"没有这个来源，可以是：{'、'.join(SOURCES)}。", field="source")
    if kind == "clue":
        return Q(source=source)
    if kind == "meeting":
        raise Invalid("会议没有线索来源，不能按来源筛选。", field="source")
    clues = scope.visible(viewer, "clue").select_related(None).filter(source=source).order_by()
    carried = clues.filter(matter_links__until_step__isnull=True).values("matter_links__matter")
    if kind == "matter":
        return Q(pk__in=carried)
    return Q(matter__in=carried) | Q(clue__in=clues.values("pk")) if kind == "item" else Q(matter__in=carried)


def _purpose(kind: str, viewer: Viewer, asked: Filters) -> str:
    narrowed = asked.model_dump(exclude={"cursor", "size"})
    return f"list:{kind}:{viewer.id}:{sorted(narrowed.items())}"


def _walked(kind: str, viewer: Viewer, asked: Filters) -> tuple[list[Any], str]:
    """Clues and matters along the index: a page costs the same however many there are."""
    _filtered(scope.visible(viewer, kind).none(), kind, viewer, asked)  # an unknown stage is refused in the same words
    purpose = _purpose(kind, viewer, asked)
    only = Q(urgent=asked.urgent) if asked.urgent is not None else None
    ids = walk.newest_ids(
        viewer,
        kind,
        before_id=place(asked, purpose),
        limit=asked.size + 1,
        stages=[asked.stage] if asked.stage else (),
        only=only,
    )
    following = seal(purpose, ids[asked.size - 1]) if len(ids) > asked.size else ""
    return walk.rows_in_order(kind, ids[: asked.size]), following


def _add(kind: str) -> None:
    title = SUBJECT_KINDS[kind].label

    def listed(request: HttpRequest, filters: Query[Filters]) -> Any:
        only_named(request, Filters)
        viewer = caller(request).viewer
        if kind in ("clue", "matter") and not (filters.court or filters.source or filters.q.strip()):
            found, following = _walked(kind, viewer, filters)
        else:
            rows = _filtered(scope.visible(viewer, kind), kind, viewer, filters)
            found, following = keyset(rows, filters, _purpose(kind, viewer, filters))
        return {"items": [pieces.brief(one) for one in found], "next": following}

    router.get(f"/{kind}", response=answers(Page), operation_id=f"list_{kind}", summary=f"{title}列表")(listed)


@router.get("/todos", response=answers(Todos), operation_id="list_todos", summary="待办：按到期日排列")
def todos(request: HttpRequest, paged: Query[Paged]) -> Any:
    """Whose due day is nearest comes first; those without one come last."""
    only_named(request, Paged)
    asked = caller(request)
    purpose = f"todos:{asked.viewer.id}"
    start = place(paged, purpose)
    after = None
    if start is not None:
        due, urgent, last = start
        after = (dt.date.fromisoformat(due) if due else None, bool(urgent), int(last))
    found = walk.todos_in_order(walk.nearest_todo_ids(asked.viewer, after=after, limit=paged.size + 1))
    following = ""
    if len(found) > paged.size:
        end = found[paged.size - 1]
        following = seal(purpose, [end.due.isoformat() if end.due else None, end.urgent, end.pk])
    found = found[: paged.size]
    uids = reads.uids(asked.viewer, {(one.subject_kind, one.subject_id) for one in found})
    return {
        "items": [
            {
                "kind": one.subject_kind,
                "uid": uids.get((one.subject_kind, one.subject_id)),
                "move": one.kind,
                "title": one.title,
                "court": pieces.court(one.court),
                "due": one.due,
                "days_left": (one.due - asked.on).days if one.due else None,
                "urgent": one.urgent,
                "signing": one.signing,
                "mine": one.person_id == asked.viewer.id,
            }
            for one in found
        ],
        "next": following,
    }


@router.get(
    "/brief-clues",
    response=answers(BriefClues),
    operation_id="list_brief_clues",
    summary="两机构线索简目：编号、法院、标题",
)
def brief_clues(request: HttpRequest, paged: Query[Paged]) -> Any:
    """Both pools of the court: of the other body's clues no more than number, court and title."""
    only_named(request, Paged)
    viewer = caller(request).viewer
    found, following = keyset(scope.brief_clues(viewer), paged, f"brief:{viewer.id}")
    return {
        "items": [
            {
                "number": one.number,
                "title": one.title,
                "court": pieces.court(one.court),
                "subject_court": pieces.court(one.subject_court),
                "stage": one.stage,
                "stage_label": label("clue", one.stage),
            }
            for one in found
        ],
        "next": following,
    }


for _kind in DETAILS:
    _add(_kind)
