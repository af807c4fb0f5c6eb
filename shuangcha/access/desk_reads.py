"""Reads of the worklist and the notices: a fixed number of statements, each bounded in rows.

The counts of a page are scalar subqueries of one statement, each walk cut at its most; what is shown of a file has gone
through the one predicate of `scope`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, CharField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Substr

from shuangcha.audit.models import Proposal, Signature, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body
from shuangcha.courts.people import Viewer
from shuangcha.plan.stages import STAGES
from shuangcha.plan.words import OFFICES, SIGNING_ROLES

from . import paging, scope
from .owing import OWED, late
from .paging import Probe, granted, offices_held, written

BODIES = ("enforcement", "supervision")
LEADERS = (("leading_group", ("head", "deputy")), ("group_office", ("head",)))
"""Whose worklist shows the whole of the own court: 领导小组组长、副组长, 办公室主任 (方案二)."""
LOOKED_AT = 300
"""Todos of a body, by due day, among which those awaiting a signature are sought."""
LOOKED_BACK = 1500
"""Steps of the whole instance among which the changes of the last days are sought."""
MINE = 100
COUNTED = 200
OPEN_STAGES = [key for (kind, key), one in STAGES.items() if kind == "matter" and not one.final]


def _turns(viewer: Viewer) -> list[Q]:
    """Whose turns are the person's: the offices held, body by body, and the person."""
    return [Q(body_id=body, office__in=keys) for body, keys in offices_held(viewer)] + [Q(person_id=viewer.id)]


# --- counts ---------------------------------------------------------------------------------------------------------
def todo_version() -> Subquery:
    """For a query of todos: the version of what the todo is about, by its latest step."""
    steps = Step.objects.filter(subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id"))
    return Subquery(steps.order_by("-id").values("subject_version")[:1])


class _Glued(Func):
    """Texts one behind the other, flat: the nested pairs of Concat are more than SQLite's parser takes."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = CharField()


def todo_notice() -> Func:
    """For a query of todos: the name of its notice, `todo|KIND|ID|MOVE|DAY|VERSION`; changes when the file moves."""
    none = Value("")
    return _Glued(
        Value("todo|"),
        F("subject_kind"),
        Value("|"),
        Cast("subject_id", CharField()),
        Value("|"),
        F("kind"),
        Value("|"),
        Coalesce(Cast("due", CharField()), none),
        Value("|"),
        Coalesce(Cast(todo_version(), CharField()), none),
    )


def _open_todos(viewer: Viewer) -> QuerySet[Any]:
    """What the person is not shut out of, each with the name of its notice."""
    shut = cf.Recusal.rows.filter(person_id=viewer.id)
    rows = cf.Todo.rows.filter(
        ~Probe(shut.filter(clue_id=OuterRef("clue_id"))), ~Probe(shut.filter(matter_id=OuterRef("matter_id")))
    )
    return rows.annotate(notice=todo_notice())


class Counted(NamedTuple):
    """Walks written down as SQL: to write them costs more than to run them; a person asks the same on every page."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    given: tuple[Any, ...]


def counted(walks: Mapping[str, tuple[Iterable[QuerySet[Any]], int]]) -> Counted:
    """How many rows the walks of each name find together, each cut at its most, for `scalars`."""
    texts: list[str] = []
    given: list[Any] = []
    for queries, most in walks.values():
        parts, values = written(queries)
        union = " UNION ".join(f"SELECT * FROM ({one}) AS walk{n}" for n, one in enumerate(parts))  # noqa: S608 - compiled by Django
        texts.append(f"(SELECT count(*) FROM (SELECT * FROM ({union}) AS joined LIMIT {most:d}) AS counted)")  # noqa: S608
        given += values
    return Counted(tuple(walks), tuple(texts), tuple(given))


def scalars(*asked: Counted) -> dict[str, int]:
    """The numbers, by name. One statement for all; none for nothing."""
    names, texts, given = ([value for one in asked for value in one[n]] for n in range(3))
    if not texts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", given)
        return dict(zip(names, cursor.fetchone(), strict=True))


Walks = dict[str, tuple[list[QuerySet[Any]], int]]


def todo_walks(viewer: Viewer, asked: Mapping[str, Q], most: int) -> Walks:
    """Walks along the person's todos under each condition, for `scalars`."""
    rows = _open_todos(viewer)
    return {
        name: ([rows.filter(turn, one).order_by("due").values_list("pk")[:most] for turn in _turns(viewer)], most)
        for name, one in asked.items()
    }


def noticed_ids(viewer: Viewer, *, after: paging.Mark | None, limit: int, only: Q | None) -> list[int]:
    """As `paging.nearest_todo_ids`, where `only` may ask for the todo's `notice`."""
    if only is not None:
        rows = cf.Todo.rows.annotate(notice=todo_notice()).filter(only, pk=OuterRef("pk"))
        only = Q(Probe(rows))
    return paging.nearest_todo_ids(viewer, after=after, limit=limit, only=only)


def noticed(ids: list[int], read: Any) -> list[Any]:
    """The todos that `noticed_ids` named, in its order, with court and body, `notice` and `read`; one statement."""
    if not ids:
        return []
    rows = (
        cf.Todo.rows.select_related("court", "body")
        .filter(pk__in=ids)
        .annotate(notice=todo_notice())
        .annotate(read=read)
    )
    found = {one.pk: one for one in rows}
    return [found[pk] for pk in ids if pk in found]


def unread_names(viewer: Viewer, unread: Q, most: int) -> list[str]:
    """Names of the notices of the person's todos under a condition. One statement."""
    rows = _open_todos(viewer).filter(unread)
    walks = [rows.filter(turn).order_by("due").values_list("notice")[:most] for turn in _turns(viewer)]
    parts, given = written(walks)
    union = " UNION ".join(f"SELECT * FROM ({one}) AS walk{n}" for n, one in enumerate(parts))  # noqa: S608 - compiled by Django
    with connection.cursor() as cursor:
        cursor.execute(union, given)
        return [name for (name,) in cursor.fetchall()]


def leads(viewer: Viewer) -> list[int]:
    """Courts whose matters the person oversees as a leader of the leading group or the head of its office."""
    return sorted(
        {
            post.court_id
            for post in viewer.posts
            if any(post.body_kind == kind and post.role in roles for kind, roles in LEADERS)
        }
    )


def group_walks(viewer: Viewer, courts: list[int], on: dt.date, began: dt.date) -> Walks:
    """For a leading group: open matters by stage, matters started since `began`,
    limits overdue in its matters, approvals.

    A serial rises with the day of 启动: the newest of the year suffice.
    """
    shut = cf.Recusal.rows.filter(person_id=viewer.id, matter_id=OuterRef("pk"))
    most = COUNTED + 1
    own = cf.Matter.rows.filter(~Probe(shut), owner_court_id__in=courts)
    found: Walks = {
        f"stage:{stage}": (
            [own.filter(stage=stage).order_by("owner_court_id", "stage", "id").values_list("pk")[:most]],
            most,
        )
        for stage in OPEN_STAGES
    }
    newest = [
        cf.Matter.rows.filter(owner_court_id=court, year=began.year).order_by("-serial").values("pk")[:most]
        for court in courts
    ]
    found["started"] = (
        [own.filter(pk__in=one, started_on__gte=began, started_on__lte=on).values_list("pk") for one in newest],
        most,
    )
    found["late"] = ([late(viewer, on).values_list("pk")[:most]], most)
    todos = _open_todos(viewer)
    found["approvals"] = (
        [todos.filter(turn).order_by("due").values_list("pk")[:most] for turn in _approving(viewer)],
        most,
    )
    return found


def _approving(viewer: Viewer) -> list[Q]:
    """Todos of the offices of the approver chain that the person holds; nothing else waits for these bodies."""
    return [
        Q(
            body_id=post.body_id,
            office__in=[
                key for key, one in OFFICES.items() if one.body_kind == post.body_kind and post.role in one.roles
            ],
        )
        for post in viewer.posts
        if any(post.body_kind == kind and post.role in roles for kind, roles in LEADERS)
    ]


# --- joint acts -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Signed:
    """One signature, or a place for one."""

    body_id: int
    body_kind: str
    body: str
    person_id: int
    person: str
    at: dt.datetime


@dataclass(slots=True)
class Joint:
    """An open proposal with who drafted it and who has signed."""

    pk: int
    uid: Any
    move: str
    subject_kind: str
    subject_id: int
    opened_at: dt.datetime
    proposer_id: int
    proposer: str
    proposer_body: str
    signatures: list[Signed] = field(default_factory=list)


def signing_courts(viewer: Viewer) -> list[int]:
    """Courts in which the person signs for one of the two bodies."""
    return sorted({post.court_id for post in viewer.posts if post.body_kind in BODIES and post.role in SIGNING_ROLES})


def joint_acts(viewer: Viewer, most: int) -> list[Joint]:
    """Open proposals that the person made, and for who signs those that wait for a body of the own court.
    One statement.

    What waits for a signature is known by the todos of both bodies: those that end first are looked at.
    """
    mine = Proposal.objects.filter(proposer_id=viewer.id, status=Proposal.OPEN).order_by("-id").values("pk")[:most]
    wanted = Q(pk__in=mine)
    courts = signing_courts(viewer)
    if courts:
        walks = []
        for court in courts:
            for kind in BODIES:
                near = (
                    cf.Todo.rows.filter(body_id=Subquery(_body(court, kind))).order_by("due").values("pk")[:LOOKED_AT]
                )
                walks.append(
                    cf.Todo.rows.filter(pk__in=near, signing=True).values_list("subject_kind", "subject_id", "kind")
                )
        parts, given = written(walks)
        union = " UNION ".join(f"SELECT * FROM ({one}) AS walk{n}" for n, one in enumerate(parts))  # noqa: S608 - compiled by Django
        text = (
            f"WITH waits(about, row_id, act) AS ({union}) SELECT p.id FROM waits JOIN {Proposal._meta.db_table} p"  # noqa: S608
            " ON p.subject_kind = waits.about AND p.subject_id = waits.row_id AND p.move = waits.act AND p.status = 'open'"
        )
        wanted |= Q(pk__in=RawSQL(text, given))  # noqa: S611 - compiled by Django
    columns = {
        "signer_id": F("signatures__person_id"),
        "signer": F("signatures__person__name"),
        "signed_at": F("signatures__signed_at"),
        "for_id": F("signatures__body_id"),
        "for_kind": F("signatures__body__kind"),
        "for_name": F("signatures__body__local_name"),
        "drafter": F("proposer__name"),
        "drafter_body": F("proposer_body__local_name"),
    }
    own = ("pk", "uid", "move", "subject_kind", "subject_id", "opened_at", "proposer_id")
    rows: Any = (
        Proposal.objects.filter(wanted, status=Proposal.OPEN).order_by("-id", "signatures__id").values(*own, **columns)
    )
    found: dict[int, Joint] = {}
    for row in rows[: 2 * most]:
        one = found.setdefault(row["pk"], Joint(*[row[name] for name in (*own, "drafter", "drafter_body")]))
        if row["signer_id"] is not None:
            one.signatures.append(
                Signed(
                    row["for_id"], row["for_kind"], row["for_name"], row["signer_id"], row["signer"], row["signed_at"]
                )
            )
    return list(found.values())[:most]


def _body(court: int, kind: str) -> QuerySet[Any]:
    return Body.objects.filter(court_id=court, kind=kind, valid_to__isnull=True).values("pk")[:1]


# --- what happened lately -------------------------------------------------------------------------------------------
def changes(viewer: Viewer, since: dt.datetime, most: int) -> list[Step]:
    """Steps of others since a moment in files that the person may see in full, and at meetings of the own court;
    newest first.

    One statement; looks back over LOOKED_BACK steps at most. Name the subjects by `reading.named`, which knows the
    kinds that only the court above may see, and leave out what it does not name.
    """
    newest = Step.objects.order_by("-pk").values("pk")[:LOOKED_BACK]
    own = list(viewer.courts())
    rows: Any = Step.objects.filter(pk__in=newest, recorded_at__gte=since, cause__isnull=True)
    rows = rows.exclude(actor_id=viewer.id).filter(subject_kind__in=list(cf.SUBJECTS)).annotate(file_id=_file_id())
    above = cf.Matter.rows.filter(
        Q(owner_court_id__in=own) | Q(owner_court__superior_id__in=own), pk=OuterRef("file_id")
    )
    quiet = scope.deliberating() | Q(edge__move__in=scope.UPPER_MOVES)
    at_meeting = Q(subject_kind__in=["meeting", "item"], stream_id__in=[f"court:{one}" for one in sorted(own)])
    rows = rows.filter(at_meeting | _in_files(viewer)).filter(
        ~quiet | ~Q(stream__key__startswith="matter:") | Q(Exists(above))
    )
    return list(rows.select_related("edge", "actor", "post__body__court").order_by("-pk")[:most])


def _in_files(viewer: Viewer) -> Q:
    """For a query of steps or proposals with their `file_id`: on a clue, or in the chain of a matter, seen in full."""
    on_clue = Q(subject_kind="clue") & granted(viewer, "clue", "subject_id")
    return on_clue | (Q(stream__key__startswith="matter:") & granted(viewer, "matter", "file_id"))


def _file_id() -> Any:
    """The number in `matter:12`; PostgreSQL would refuse to cast the colon of `court:12`,
    so what stands before it is cut."""
    if connection.vendor == "sqlite":
        return Cast(Substr("stream_id", 8), BigIntegerField())
    return RawSQL("split_part(stream_id, ':', 2)::bigint", [])


def settled(viewer: Viewer, since: dt.datetime, moves: Collection[str]) -> QuerySet[Proposal]:
    """Joint proposals of the person's own that somebody closed since a moment: signed by the other body,
    dead, withdrawn."""
    newest = Proposal.objects.filter(proposer_id=viewer.id).order_by("-id").values("pk")[:MINE]
    closed = [Proposal.EXECUTED, Proposal.DEAD, Proposal.WITHDRAWN]
    rows: Any = Proposal.objects.filter(pk__in=newest, closed_at__gte=since, status__in=closed, move__in=list(moves))
    at_meeting = Q(subject_kind="item") & Q(
        Exists(scope.visible(viewer, "item").select_related(None).filter(pk=OuterRef("subject_id")))
    )
    return rows.annotate(file_id=_file_id()).filter(at_meeting | _in_files(viewer))


def reminders(viewer: Viewer) -> QuerySet[Any]:
    """催办 of what the person's courts still owe, the last of each; with the limit that ends first as `kind` and `due`.

    What is no longer owed has no running limit: its reminder is gone from here.
    """
    newest = cf.Reminder.rows.filter(court_id__in=viewer.courts()).order_by("-id").values("pk")[:MINE]
    again = cf.Reminder.rows.filter(
        subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id"), pk__gt=OuterRef("pk")
    )
    owing = cf.Limit.rows.filter(
        subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"),
        stopped_on__isnull=True,
        kind__in=OWED,
        court_id=OuterRef("court_id"),
    ).order_by("due")
    rows = cf.Reminder.rows.filter(scope.member(viewer, "matter", "matter_id", full=True), ~Probe(again), pk__in=newest)
    rows = rows.annotate(kind=Subquery(owing.values("kind")[:1]), due=Subquery(owing.values("due")[:1])).filter(
        due__isnull=False
    )
    return rows.select_related("body__court", "matter")


def acted(viewer: Viewer, moves: Collection[str], after: tuple[int, int] = (0, 0)) -> set[str]:
    """Which of these moves the person has carried out or signed, behind a step and a signature (ids). One statement."""
    keys = list(moves)
    steps = (
        Step.objects.filter(actor_id=viewer.id, edge__move__in=keys, pk__gt=after[0])
        .order_by()
        .values_list("edge__move")
    )
    signed = (
        Signature.objects.filter(person_id=viewer.id, proposal__move__in=keys, pk__gt=after[1])
        .order_by()
        .values_list("proposal__move")
    )
    return {key for (key,) in steps.union(signed)}
