"""What happens by itself: seals, notices of limits that near or pass, sweeping of unused uploads. Safe to repeat."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from shuangcha.access.scope import today as day_of
from shuangcha.audit import seal as sealing
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.courts.people import bodies_of
from shuangcha.vault import keys

WARNINGS = (7, 3, 1)
"""Days before the due day on which a notice is given (dossier §4 P4)."""
UPLOAD_HOURS = 24


def run() -> None:
    """The minute's job."""
    tick(business.now())


def tick(now: dt.datetime) -> dict[str, Any]:
    """Give every notice that is due once, seal, sweep. Returns what was done, for `do tick --json`."""
    today = day_of(now)
    noticed = notices(now)
    swept = sweep(now)
    sealed = seal(now)
    late = cf.Limit.rows.filter(stopped_on__isnull=True, due__lt=today).count()
    return {"now": now.isoformat(), "notices": noticed, "overdue": late, "swept": swept, "sealed": sealed}


def seal(now: dt.datetime) -> int | None:
    """Seal what has been written since the last seal; None when there is nothing new."""
    row = sealing.seal(now, folder=django_settings.SEALS_DIR, key=keys.current().seal)
    return row.seq if row else None


def notices(now: dt.datetime) -> int:
    """One notice per limit, threshold and body. A passed limit is also told to the court above:
    no limit passes in silence."""
    today = day_of(now)
    rows = cf.Limit.rows.filter(stopped_on__isnull=True, due__lte=today + dt.timedelta(days=max(WARNINGS)))
    made: list[cf.Outbox] = []
    bodies = _bodies(rows)
    for limit in rows:
        left = (limit.due - today).days
        if left < 0:
            made += _notice(limit, "overdue", bodies, now, late=True)
            made += _upward(limit, now)
        else:
            nearest = min((days for days in WARNINGS if left <= days), default=None)
            if nearest is not None:
                made += _notice(limit, f"due{nearest}", bodies, now)
    with transaction.atomic():
        known = set(cf.Outbox.rows.filter(key__in=[one.key for one in made]).values_list("key", flat=True))
        fresh = [one for one in made if one.key not in known]
        cf.Outbox.rows.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _bodies(rows: Any) -> dict[tuple[str, int], set[int]]:
    """Bodies whose turn it is, by subject and by file."""
    found: dict[tuple[str, int], set[int]] = {}
    live = cf.Limit.rows.filter(pk__in=rows.values("pk"))
    near = cf.Todo.rows.filter(
        Exists(live.filter(matter_id=OuterRef("matter_id")))
        | Exists(live.filter(clue_id=OuterRef("clue_id")))
        | Exists(live.filter(subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id")))
    )
    for kind, pk, matter, clue, body in near.values_list(
        "subject_kind", "subject_id", "matter_id", "clue_id", "body_id"
    ):
        if body:
            for key in ((kind, pk), ("matter", matter or 0), ("clue", clue or 0)):
                found.setdefault(key, set()).add(body)
    return found


def _notice(
    limit: cf.Limit, threshold: str, bodies: dict[tuple[str, int], set[int]], now: dt.datetime, *, late: bool = False
) -> list[cf.Outbox]:
    keys_ = ((limit.subject_kind, limit.subject_id), ("matter", limit.matter_id or 0), ("clue", limit.clue_id or 0))
    to = next((bodies[key] for key in keys_ if key in bodies), set())
    return [
        cf.Outbox(
            key=f"limit:{limit.pk}:{threshold}:{body}",
            kind="limit",
            clue_id=limit.clue_id,
            matter_id=limit.matter_id,
            body_id=body,
            limit=limit,
            at=now,
            late=late,
        )
        for body in sorted(to)
    ]


def _upward(limit: cf.Limit, now: dt.datetime) -> list[cf.Outbox]:
    """To both bodies of the matter's own court, where another court is late."""
    matter = limit.matter
    if matter is None or limit.court_id == matter.owner_court_id:
        return []
    bodies = bodies_of(matter.owner_court_id, day_of(now), ["enforcement", "supervision"])
    above = [one.pk for one in bodies]
    return [
        cf.Outbox(
            key=f"limit:{limit.pk}:up:{body}", kind="limit", matter=matter, body_id=body, limit=limit, at=now, late=True
        )
        for body in above
    ]


def sweep(now: dt.datetime) -> int:
    """Forget uploads that no act has used for 24 hours, and their bytes where nothing else refers to them."""
    from . import uploads
    from .materials import path_of

    uploads.sweep(now)
    waiting = "\n".join(
        Proposal.objects.filter(status=Proposal.OPEN, content__contains='"files":["').values_list("content", flat=True)
    )
    aged = cf.StagedUpload.rows.filter(at__lt=now - dt.timedelta(hours=UPLOAD_HOURS))
    # What waits in an open proposal for its second signature is in use.
    old = cf.StagedUpload.rows.filter(pk__in=[one.pk for one in aged if str(one.uid) not in waiting])
    hashes = set(old.values_list("sha256", flat=True))
    count, _ = old.delete()
    used = set(cf.Material.rows.filter(sha256__in=hashes).values_list("sha256", flat=True))
    used |= set(cf.StagedUpload.rows.filter(sha256__in=hashes).values_list("sha256", flat=True))
    for sha in hashes - used:
        path_of(sha).unlink(missing_ok=True)
    return count
