"""Reads for pages: functions that take a viewer or a subject already fetched, each with a fixed number of statements.

Children are joined to their parents in one statement where a page would otherwise pay one for each list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from shuangcha.audit.models import Proposal, ReadLog, Signature
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Court, Person
from shuangcha.courts.people import Viewer
from shuangcha.plan.stages import STAGES

from . import paging, scope
from .held import held

COUNTED = 10_000
"""A list says how many rows it has exactly up to here, then "10000+". Measured with 1e5 matters, in time of the
processor: counting ten thousand takes 4 to 20 ms on SQLite and 5 to 36 ms on PostgreSQL, whatever the list is narrowed
by; a hundred thousand 250 to 600."""
FIGURES = 500
"""The worklist shows four figures at once, a leading group's up to fifteen: each exact up to here. 3 ms on SQLite, 5 on
PostgreSQL, which at a thousand no longer stops on the way but reads all todos of the office: 14 to 22 ms."""
WAITING_MOST = 100
COURTS_SHOWN = 300
WITHOUT_FILES = frozenset({"administration", "audit"})
"""Bodies that keep the system or look over it, and have no part in any matter."""
FINAL = {kind: [key for (of, key), one in STAGES.items() if of == kind and one.final] for kind in cf.SUBJECTS}


# --- who is looking -------------------------------------------------------------------------------------------------
def handles_files(viewer: Viewer) -> bool:
    """False for administrators, auditors and persons without a post: they have no business pages."""
    return any(post.body_kind not in WITHOUT_FILES for post in viewer.posts)


def looked(viewer: Viewer, subject: cf.Subject, what: str, now: dt.datetime) -> None:
    """One row of the read log; never part of a chain."""
    ReadLog.objects.create(person_id=viewer.id, subject_kind=subject.KIND, subject_id=subject.pk, what=what, at=now)


# --- lists ----------------------------------------------------------------------------------------------------------
def capped(rows: QuerySet[Any]) -> int:
    """The exact number of rows up to COUNTED; COUNTED + 1 stands for more."""
    return rows.order_by()[: COUNTED + 1].count()


def with_due(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Each row with the nearest running limit of its file (matter, clue) or of its own, as `due_day`."""
    limits = cf.Limit.rows.filter(stopped_on__isnull=True)
    if kind in ("matter", "clue"):
        limits = limits.filter(**{kind: OuterRef("pk")})
    else:
        limits = limits.filter(subject_kind=kind, subject_id=OuterRef("pk"))
    return rows.annotate(due_day=Subquery(limits.order_by("due").values("due")[:1]))


def ordered(kind: str, ids: list[int]) -> list[Any]:
    """Rows that `paging.newest_ids` named, each with its nearest running limit, in that order. One statement."""
    if not ids:
        return []
    rows = with_due(cf.SUBJECTS[kind].rows.select_related(*scope.RELATED[kind]), kind).filter(pk__in=ids)
    found = {one.pk: one for one in rows}
    return [found[pk] for pk in ids if pk in found]


def court_id_of(code: str) -> int:
    """Id of the court with this 法院代字; 0 where there is none. One statement."""
    return Court.objects.filter(code=code).values_list("pk", flat=True).first() or 0


def brief_only(viewer: Viewer, text: str = "") -> QuerySet[cf.Clue]:
    """Clues of which the person may see number, court and title and nothing else; sought by these three only."""
    rows = scope.brief_clues(viewer).filter(~scope.member(viewer, "clue", full=True))
    if text:
        rows = rows.filter(
            Q(number__icontains=text) | Q(title__icontains=text) | Q(subject_court__name__icontains=text)
        )
    return rows


def linked_numbers(number: str) -> list[str]:
    """The number and those born from it or before it (执恢, 执监 …): any finds the others. One statement."""
    rows = cf.EnforcementCase.rows.filter(
        Q(number=number) | Q(links_in__origin__number=number) | Q(links_out__born__number=number)
    )
    return sorted({number, *rows.values_list("number", flat=True)})


def courts_seen(viewer: Viewer, kind: str) -> list[tuple[str, str]]:
    """(code, name) of the person's courts and of those one and two levels below, for the filter. One statement.

    Not of the courts that stand in rows: an option would tell that a row is there.
    """
    del kind
    own = list(viewer.courts())
    near = Q(pk__in=own) | Q(superior__in=own) | Q(superior__superior__in=own)
    return list(Court.objects.filter(near).order_by("code").values_list("code", "name")[:COURTS_SHOWN])


def todo_figures(viewer: Viewer, on: dt.date) -> dict[str, int]:
    """How many todos wait, are late, are due within three days, are urgent: up to FIGURES. One statement."""
    return paging.todo_figures(viewer, on, FIGURES)


# --- naming what a row points at ------------------------------------------------------------------------------------
def named(viewer: Viewer, subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """(uid, name) of subjects by kind and id, of those only that the person may see. One statement for all kinds."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in subjects:
        if kind in cf.SUBJECTS:
            wanted.setdefault(kind, set()).add(pk)
    queries = [_named_rows(viewer, kind, ids) for kind, ids in wanted.items()]
    if not queries:
        return {}
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    return {(kind, pk): (str(uid), name or "") for kind, pk, uid, name in rows}


def _named_rows(viewer: Viewer, kind: str, ids: set[int]) -> QuerySet[Any]:
    name: Any = F("matter__title")
    if kind in ("clue", "matter"):
        name = F("title")
    elif kind == "meeting":
        name = F("place")
    elif kind == "item":
        name = Coalesce("clue__title", "matter__title")
    rows = scope.visible(viewer, kind).select_related(None).filter(pk__in=ids).order_by()
    return rows.annotate(of=Value(kind, CharField()), called=Cast(name, CharField())).values_list(
        "of", "pk", "uid", "called"
    )


def people_named(uids: Iterable[str]) -> dict[str, str]:
    """Names of persons by uid; no statement for none."""
    keys = [uid for uid in uids if len(uid) == 36]
    return (
        {str(uid): name for uid, name in Person.objects.filter(uid__in=keys).values_list("uid", "name")} if keys else {}
    )


def courts_named(codes: Iterable[str]) -> dict[str, str]:
    """Names of courts by code; no statement for none."""
    keys = list(codes)
    return dict(Court.objects.filter(code__in=keys).values_list("code", "name")) if keys else {}


# --- proposals and steps --------------------------------------------------------------------------------------------
def open_proposals(condition: Q) -> list[Proposal]:
    """Open proposals with signatures, bodies and persons, in one statement;
    also one that a clerk laid before both heads."""
    return with_signatures(Proposal.objects.filter(condition, status=Proposal.OPEN).order_by("id", "signatures__id"))


def with_signatures(rows: QuerySet[Proposal]) -> list[Proposal]:
    """Proposals in their order with proposer, bodies and signatures; one that nobody has signed yet is among them.
    One statement."""
    paths = {
        "s_id": "id",
        "s_sha": "content_sha",
        "s_at": "signed_at",
        "s_person": "person_id",
        "s_name": "person__name",
        "s_body": "body_id",
        "s_kind": "body__kind",
        "s_local": "body__local_name",
        "s_court": "body__court_id",
    }
    joined = rows.select_related("proposer", "proposer_body__court")
    proposals: dict[int, Proposal] = {}
    signed: dict[int, list[Signature]] = {}
    for row in joined.annotate(**{name: F(f"signatures__{path}") for name, path in paths.items()}):
        one: Any = proposals.setdefault(row.pk, row)
        if row.s_id is not None:  # type: ignore[attr-defined]
            signed.setdefault(one.pk, []).append(_signature(one, row))
    for one in proposals.values():
        done = one.signatures.all()
        done._result_cache = signed.get(one.pk, [])
        one._prefetched_objects_cache = {"signatures": done}
    return list(proposals.values())


def _signature(proposal: Proposal, row: Any) -> Signature:
    body = Body(pk=row.s_body, kind=row.s_kind, local_name=row.s_local, court_id=row.s_court)
    return Signature(
        pk=row.s_id,
        proposal=proposal,
        content_sha=row.s_sha,
        signed_at=row.s_at,
        body=body,
        person=Person(pk=row.s_person, name=row.s_name),
    )


def proposals_of(subject: cf.Subject) -> list[Proposal]:
    """Open proposals on one subject."""
    return open_proposals(Q(subject_kind=subject.KIND, subject_id=subject.pk))


def signatures_on(subject: cf.Subject, move: str) -> list[Signature]:
    """Every signature given to a joint act on the subject, of proposals executed or still open, oldest first.
    One statement."""
    rows = Signature.objects.filter(
        proposal__subject_kind=subject.KIND,
        proposal__subject_id=subject.pk,
        proposal__move=move,
        proposal__status__in=(Proposal.EXECUTED, Proposal.OPEN),
    )
    return list(rows.select_related("proposal", "person", "body", "post").order_by("id"))


def sits_above(viewer: Viewer, matter: cf.Matter) -> bool:
    """The person stands on the assigning side of the whole matter: deliberation is shown to these only."""
    return held(viewer, matter).above


def turns_of(subject: cf.Subject) -> list[cf.Todo]:
    """Whose turn it is in this file (or on this meeting), nearest first."""
    if isinstance(subject, (cf.Matter, cf.Clue)):
        own = Q(**{subject.KIND: subject})
    else:
        own = Q(subject_kind=subject.KIND, subject_id=subject.pk)
    rows = cf.Todo.rows.filter(own).select_related("body", "court", "person")
    return list(rows.order_by(F("due").asc(nulls_last=True), "id")[:30])
