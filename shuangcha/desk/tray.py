"""What the tray of notices holds: derived from open todos, reminders and one's own settled proposals, never stored.

A todo that ended is gone from here of itself; only that a person has read a notice is kept (`ReadMark`). The name of a
notice carries the version of its file, so that what comes back after a change is new again.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from shuangcha.access import desk_reads, reading
from shuangcha.audit.chain import ZONE
from shuangcha.courts.people import Viewer
from shuangcha.plan.moves import MOVES

from .models import ReadMark

SALT = "desk.notice"
KEPT_DAYS = 30
"""So long a settled proposal stays in the tray."""
FORGOTTEN_DAYS = 400
MOST = 100
"""Unread notices are counted up to this."""
JOINT = tuple(key for key, move in MOVES.items() if move.joint)


def _marks(viewer: Viewer) -> QuerySet[ReadMark]:
    return ReadMark.objects.filter(person_id=viewer.id, notice=OuterRef("notice"))


def unread(viewer: Viewer) -> Q:
    """Condition on todos with their `notice`: this person has not read it."""
    return Q(~Exists(_marks(viewer)))


def has_read(viewer: Viewer) -> Exists:
    """For a query of todos with their `notice`: whether this person has read it."""
    return Exists(_marks(viewer))


def settled(viewer: Viewer, now: dt.datetime) -> QuerySet[Any]:
    """The person's own joint proposals that were closed of late, each with its `notice` and whether it was `read`."""
    since = dt.datetime.combine(now.astimezone(ZONE).date() - dt.timedelta(days=KEPT_DAYS), dt.time(), ZONE)
    rows: QuerySet[Any] = desk_reads.settled(viewer, since, JOINT)
    rows = rows.annotate(notice=Concat(Value("proposal|"), Cast("pk", CharField()), output_field=CharField()))
    return rows.annotate(read=Exists(_marks(viewer)))


def of_proposal(pk: int) -> str:
    """The name of the notice about a proposal."""
    return f"proposal|{pk}"


def reminders(viewer: Viewer) -> QuerySet[Any]:
    """催办 of what is still owed, each with its `notice` and whether it was `read`."""
    rows: QuerySet[Any] = desk_reads.reminders(viewer)
    rows = rows.annotate(notice=Concat(Value("reminder|"), Cast("pk", CharField()), output_field=CharField()))
    return rows.annotate(read=Exists(_marks(viewer)))


def unread_names(viewer: Viewer, now: dt.datetime) -> list[str]:
    """Names of all unread notices, up to MOST todos. Three statements."""
    found = desk_reads.unread_names(viewer, unread(viewer), MOST)
    for rows in (settled(viewer, now), reminders(viewer)):
        found += rows.filter(read=False).values_list("notice", flat=True)
    return found


@lru_cache(maxsize=1000)
def _asked(viewer: Viewer, on: dt.date, vendor: str) -> desk_reads.Counted:
    """How many todos are open and notices unread. Nothing but the person with the posts held and the day decides the
    text."""
    now = dt.datetime.combine(on, dt.time(12), ZONE)
    found = desk_reads.todo_walks(viewer, {"all": Q()}, reading.WAITING_MOST)
    found |= desk_reads.todo_walks(viewer, {"unread": unread(viewer)}, MOST)
    found["unread_settled"] = ([settled(viewer, now).filter(read=False).values_list("pk")], MOST)
    found["unread_reminders"] = ([reminders(viewer).select_related(None).filter(read=False).values_list("pk")], MOST)
    return desk_reads.counted(found)


def counts(viewer: Viewer, now: dt.datetime, more: desk_reads.Walks | None = None) -> dict[str, int]:
    """{all: open todos, unread: notices} and what `more` asks; one statement,
    none for who has no part in any matter."""
    if not reading.handles_files(viewer):
        return {"all": 0, "unread": 0}
    asked = _asked(viewer, now.astimezone(ZONE).date(), connection.vendor)
    found = desk_reads.scalars(asked, *([desk_reads.counted(more)] if more else []))
    found["unread"] = min(found["unread"] + found.pop("unread_settled") + found.pop("unread_reminders"), MOST)
    return found


def token(notice: str) -> str:
    """How a page names a notice: signed, so that nobody marks what is no notice of theirs."""
    return signing.dumps(notice, salt=SALT)


def mark(viewer: Viewer, tokens: list[str], now: dt.datetime) -> int:
    """Mark as read; a spoilt token is passed over. Old marks of things long gone are dropped on the way."""
    names = []
    for one in tokens:
        try:
            names.append(str(signing.loads(one, salt=SALT)))
        except signing.BadSignature:
            continue
    return mark_named(viewer, names, now)


def mark_named(viewer: Viewer, names: list[str], now: dt.datetime) -> int:
    """Mark these notices as read: two statements for any number."""
    rows: list[Any] = [ReadMark(person_id=viewer.id, notice=name[:120], read_at=now) for name in dict.fromkeys(names)]
    if rows:
        ReadMark.objects.filter(person_id=viewer.id, read_at__lt=now - dt.timedelta(days=FORGOTTEN_DAYS)).delete()
        ReadMark.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
