"""By what lists are narrowed: conditions on rows already limited to what the person may see,
and what their columns need.

A condition is looked at row by row on the way along the index (`paging.newest_ids(only=…)`): no list is read whole for
it. Nothing here opens a row: a query comes from `scope` or `paging` and is only narrowed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F, OuterRef, Q

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.courts.people import Viewer

from .paging import Probe

MEANT_MOST = 60
"""Courts that a typed part of a name may stand for; a wider text is refused with the advice to type more."""


# --- courts -----------------------------------------------------------------------------------------------------------
def courts_meant(text: str) -> list[tuple[int, str]]:
    """(id, name) of the courts meant by a 法院代字, a whole name or a part of it; more than MEANT_MOST stand for a text too
    wide. Only the best kind of hit counts. One statement.

    Of all courts, not of those that stand in rows: the answer tells nothing of what is there.
    """
    rows = Court.objects.filter(Q(code=text) | Q(name=text) | Q(name__contains=text)).order_by("code")
    found = list(rows.values_list("pk", "code", "name")[: MEANT_MOST + 1])
    for hit in ([one for one in found if one[1] == text], [one for one in found if one[2] == text]):
        if hit:
            return [(pk, name) for pk, _, name in hit]
    return [(pk, name) for pk, _, name in found]


# --- limits -----------------------------------------------------------------------------------------------------------
def month_end(on: dt.date) -> dt.date:
    return (on.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def span(which: str, on: dt.date, soon: int = 3) -> tuple[dt.date | None, dt.date]:
    """(from, to) of the days on which something falls due: late (before today), soon (within three days),
    month (this month)."""
    if which == "late":
        return None, on - dt.timedelta(days=1)
    return on, on + dt.timedelta(days=soon) if which == "soon" else month_end(on)


def due_within(kind: str, which: str, on: dt.date) -> Q:
    """The day that `reading.with_due` shows, the nearest running limit, falls into the span."""
    start, end = span(which, on)
    limits = cf.Limit.rows.filter(stopped_on__isnull=True)
    if kind in ("matter", "clue"):
        limits = limits.filter(**{kind: OuterRef("pk")})
    else:
        limits = limits.filter(subject_kind=kind, subject_id=OuterRef("pk"))
    if start is None:
        return Q(Probe(limits.filter(due__lte=end)))
    return Q(Probe(limits.filter(due__gte=start, due__lte=end))) & ~Q(Probe(limits.filter(due__lt=start)))


def todos_within(which: str, on: dt.date) -> Q:
    start, end = span(which, on)
    return Q(due__lte=end) if start is None else Q(due__gte=start, due__lte=end)


# --- sources ----------------------------------------------------------------------------------------------------------
def carries_source(viewer: Viewer, source: str) -> Q:
    """Matters that carry a clue of this source; only among those whose court the person belongs to, who may know it."""
    carried = cf.MatterClue.rows.filter(matter=OuterRef("pk"), until_step__isnull=True, clue__source=source)
    return Q(owner_court_id__in=viewer.courts()) & Q(Probe(carried))


def knows_sources(viewer: Viewer) -> bool:
    """Whether the source of a matter's clues may concern this person at all:
    the two bodies and those above them in their court."""
    kinds = ("enforcement", "supervision", "presidency", "group_office", "leading_group")
    return any(viewer.has(kind) for kind in kinds)


def sources_of(viewer: Viewer, matters: Iterable[cf.Matter]) -> dict[int, list[str]]:
    """Sources of the clues that each matter carries, for matters of the person's own courts only. One statement."""
    mine = [one.pk for one in matters if one.owner_court_id in viewer.courts()]
    found: dict[int, list[str]] = {}
    if mine and knows_sources(viewer):
        rows = cf.MatterClue.rows.filter(matter_id__in=mine, until_step__isnull=True).order_by("id")
        for pk, source in rows.values_list("matter_id", "clue__source"):
            found.setdefault(pk, []).append(source)
    return found


# --- 承办人 -----------------------------------------------------------------------------------------------------------
def _handled() -> Any:
    return cf.Handling.rows.filter(
        subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"),
        move=OuterRef("kind"),
        body_id=OuterRef("body_id"),
    )


def todos_of_officer(viewer: Viewer) -> Q:
    """Todos handed to this person, or of the person alone."""
    return Q(person_id=viewer.id) | Q(Probe(_handled().filter(person_id=viewer.id)))


def todos_unassigned() -> Q:
    """Todos of a body that nobody was named for."""
    return Q(body_id__isnull=False) & ~Q(Probe(_handled().filter(_stands())))


def _stands() -> Q:
    """The officer named is not shut out of the file since."""
    shut = cf.Recusal.rows.filter(person_id=OuterRef("person_id"))
    return ~Q(Probe(shut.filter(clue_id=OuterRef("clue_id")))) & ~Q(Probe(shut.filter(matter_id=OuterRef("matter_id"))))


def officers_of(todos: Collection[cf.Todo]) -> dict[int, str]:
    """Names of the officers to whom these todos were handed, by the todo's id; who is recused since is not named.
    One statement."""
    wanted = {(one.subject_kind, one.subject_id, one.kind, one.body_id): one.pk for one in todos if one.body_id}
    if not wanted:
        return {}
    kinds: dict[str, set[int]] = {}
    for kind, pk, _, _ in wanted:
        kinds.setdefault(kind, set()).add(pk)
    near = Q(pk__in=[])
    for kind, ids in kinds.items():
        near |= Q(subject_kind=kind, subject_id__in=ids)
    rows = cf.Handling.rows.filter(near).filter(_stands()).annotate(who=F("person__name"))
    named = rows.values_list("subject_kind", "subject_id", "move", "body_id", "who")
    return {wanted[key]: who for *parts, who in named if (key := (parts[0], parts[1], parts[2], parts[3])) in wanted}
