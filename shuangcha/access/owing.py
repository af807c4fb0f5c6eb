"""Reads of running limits: what is owed, by whom, to whom, by when; the list of limits and the courts that need asking."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.courts.people import Viewer
from shuangcha.plan.limits import LIMITS

from . import scope
from .paging import MOST_WALKS, Probe, granted, has_few, written
from .relations import holders_of

OWED = ("report", "supplement", "receipt", "team", "disposal")
"""Limits that the court below keeps for the court above."""
NOT_OWED = tuple(sorted(set(LIMITS) - set(OWED)))
"""To exclude: asked for by name, PostgreSQL would read an index of all limits by kind."""
NEAREST = 200
"""The court's limits that end first, among which those owed to a court above are sought."""
ASKED = 50
"""Overdue limits of one court are counted up to this."""


def _below(viewer: Viewer) -> QuerySet[Court]:
    """The person's own courts and those one and two levels below."""
    own = list(viewer.courts())
    return Court.objects.filter(Q(pk__in=own) | Q(superior__in=own) | Q(superior__superior__in=own))


def running(viewer: Viewer) -> QuerySet[cf.Limit]:
    """Limits running in matters that the person may see in full; none of deliberation above, none of a duty not yet sent.

    What is asked of another row is a look-up and no join, so that a court's limits are walked by due day and left as soon as
    there are enough.
    """
    own = list(viewer.courts())
    above = _of_matter(Q(owner_court_id__in=own) | Q(owner_court__superior_id__in=own))
    quiet = Q(kind__in=scope.DELIBERATING_LIMITS) | Q(subject_kind__in=scope.UPPER_ONLY)
    sent = (
        Q(from_court_id__in=own)
        | (Q(to_court_id__in=own) & ~Q(stage__in=["", "pending"]))
        | Q(matter__owner_court_id__in=own)
    )
    duty = ~Q(subject_kind="duty") | Q(Probe(cf.Duty.rows.filter(sent, pk=OuterRef("subject_id"))))
    rows = cf.Limit.rows.filter(granted(viewer, "matter", "matter_id"), stopped_on__isnull=True)
    # Never of a clue; said besides, so that the walk need not pass over those.
    rows = rows.filter(matter_id__isnull=False)
    return rows.filter(~quiet | above, duty)


def _of_matter(asked: Q) -> Q:
    """For a query of limits: something asked of the limit's matter."""
    return Q(Probe(cf.Matter.rows.filter(asked, pk=OuterRef("matter_id"))))


def late(viewer: Viewer, on: dt.date) -> QuerySet[cf.Limit]:
    return (
        running(viewer).filter(due__lt=on, court_id__in=_below(viewer).values("pk")).order_by("court_id", "due")
    )  # by the index


@dataclass(frozen=True, slots=True)
class LimitsAsked:
    """A list of running limits: `late` ones only; of one court (法院代字); `way` up (owed by the own courts to a court above)
    or down (owed by courts below to the own)."""

    on: dt.date
    late: bool = False
    court: str = ""
    way: str = ""


def limit_ids(viewer: Viewer, asked: LimitsAsked, *, after: tuple[dt.date, int] | None, limit: int) -> list[int]:
    """Ids of the limits asked for, by due day, behind a place. Three statements: the courts, how many files, the walk.

    Each court is one short walk along its limits; who was let into few files is served from these files.
    """
    own = viewer.courts()
    courts = _below(viewer).filter(code=asked.court) if asked.court else _below(viewer)
    ids = [pk for pk in courts.values_list("pk", flat=True) if asked.way == "" or (pk in own) == (asked.way == "up")]
    rows = running(viewer)
    if asked.late:
        rows = rows.filter(due__lt=asked.on)
    if asked.way == "up":
        rows = rows.filter(~_of_matter(Q(owner_court_id__in=own)), kind__in=OWED)
    elif asked.way == "down":
        rows = rows.filter(_of_matter(Q(owner_court_id__in=own)), kind__in=OWED)
    if after is not None:
        rows = rows.filter(Q(due__gt=after[0]) | Q(due=after[0], pk__gt=after[1]), due__gte=after[0])
    if not ids:
        return []
    if has_few(viewer, "matter") or len(ids) > MOST_WALKS:
        grants = cf.Membership.rows.filter(reach__in=scope.OPENED, matter__isnull=False)
        files = grants.filter(holder__in=holders_of(viewer)).values("matter_id")
        walks = [rows.filter(matter_id__in=files, court_id__in=ids)]
    else:
        walks = [rows.filter(court_id=one) for one in ids]
    text, given = _merged([one.values_list("pk", "due") for one in walks], limit)
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return [row[0] for row in cursor.fetchall()]


def _merged(walks: list[QuerySet[Any, Any]], limit: int) -> tuple[str, list[Any]]:
    """One statement of all walks, by due day and id. No limit is in two of them.

    SQLite merges walks in the order of the index and reads each as far as the page needs it, unless they are cut before.
    PostgreSQL reads and sorts whole walks, unless each is cut.
    """
    if connection.vendor == "postgresql":
        parts, given = written(one.order_by("due", "pk")[:limit] for one in walks)
        parts = [f"({one})" for one in parts]
    else:
        parts, given = written(one.order_by() for one in walks)
    return f"{' UNION ALL '.join(parts)} ORDER BY 2, 1 LIMIT %s", [*given, limit]


def limits_in_order(ids: list[int]) -> list[Any]:
    """The limits that `limit_ids` named, in its order, each with to whom it is owed; one statement."""
    found = (
        {one.pk: one for one in _addressed(cf.Limit.rows.filter(pk__in=ids)).select_related("court", "matter")}
        if ids
        else {}
    )
    return [found[pk] for pk in ids if pk in found]


def _addressed(rows: QuerySet[cf.Limit]) -> QuerySet[cf.Limit]:
    """With `to_court` and `to_body`, to whom it is owed, and the kind of the duty, as texts."""
    assignment = cf.Assignment.rows.filter(pk=OuterRef("subject_id"))
    round_ = cf.Round.rows.filter(pk=OuterRef("subject_id"))
    duty = cf.Duty.rows.filter(pk=OuterRef("subject_id"))

    def of(kind: str, query: QuerySet[Any], column: str) -> Subquery:
        return Subquery(query.annotate(of=Value(kind)).filter(of=OuterRef("subject_kind")).values(column)[:1])

    return rows.annotate(
        to_court=Coalesce(
            of("assignment", assignment, "from_court__name"),
            of("duty", duty, "from_court__name"),
            of("round", round_, "assignment__from_court__name"),
            Value(""),
            output_field=CharField(),
        ),
        to_body=Coalesce(of("duty", duty, "lead_body__local_name"), Value(""), output_field=CharField()),
        duty_kind=Coalesce(of("duty", duty, "kind"), Value(""), output_field=CharField()),
        reminded=Subquery(
            cf.Reminder.rows.filter(subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id"))
            .order_by("-on")
            .values("on")[:1]
        ),
    )


def owed(viewer: Viewer, most: int) -> list[cf.Limit]:
    """What the person's courts owe a court above, nearest first, of the limits that end first. One statement."""
    nearest = (
        cf.Limit.rows.filter(court_id__in=viewer.courts(), stopped_on__isnull=True)
        .order_by("due")
        .values("pk")[:NEAREST]
    )
    rows = cf.Limit.rows.filter(scope.member(viewer, "matter", "matter_id", full=True), pk__in=nearest, kind__in=OWED)
    rows = _addressed(rows.exclude(matter__owner_court_id__in=viewer.courts())).select_related("court", "matter")
    return list(rows.order_by("due", "pk")[:most])


class _Counted(Subquery):
    """How many rows a sliced subquery has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = BigIntegerField()


def courts_to_ask(viewer: Viewer, courts: list[int], on: dt.date) -> list[tuple[str, str, int, dt.date]]:
    """(code, name, overdue limits up to ASKED + 1, oldest due day) of the courts below that are late, worst first. One statement."""
    courts = [post.court_id for post in viewer.posts if post.court_id in courts and post.level != "basic"]
    if not courts:
        return []
    # Each looked up row by row, so that a court's limits are walked by due day and left as soon as there are enough.
    seen = granted(viewer, "matter", "matter_id") & Q(
        Probe(cf.Matter.rows.filter(pk=OuterRef("matter_id"), owner_court_id__in=courts))
    )
    late = (
        cf.Limit.rows.filter(seen, court_id=OuterRef("pk"), stopped_on__isnull=True, due__lt=on)
        .exclude(kind__in=NOT_OWED)
        .order_by("due")
    )
    below = Court.objects.filter(Q(superior__in=courts) | Q(superior__superior__in=courts)).exclude(
        pk__in=viewer.courts()
    )
    rows = below.annotate(n=_Counted(late.values("pk")[: ASKED + 1]), oldest=Subquery(late.values("due")[:1])).filter(
        oldest__isnull=False
    )
    return list(rows.order_by("oldest", "code").values_list("code", "name", "n", "oldest"))
