"""Who may read an attachment: whoever may see the subject that it hangs on;
originals stay in the court that received them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from shuangcha.audit.models import ReadLog
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from . import scope
from .refusals import NotFound

RECEIVERS = ("enforcement", "supervision", "inspection")


def material(viewer: Viewer, pk: int) -> cf.Material:
    """The attachment, or NotFound as for everything that is of no concern to this person. At most three statements."""
    row: cf.Material | None = cf.Material.rows.select_related("clue").filter(pk=pk).first()
    if row is None or not scope.visible(viewer, row.subject_kind).filter(pk=row.subject_id).exists():
        raise NotFound
    if row.original:
        court_id = row.clue.court_id if row.clue is not None else None
        if court_id is None or not receives(viewer, court_id):
            raise NotFound
    return row


def receives(viewer: Viewer, court_id: int) -> bool:
    """The person is of a body that receives petitions in this court: to these an original is shown, also by its name."""
    return any(viewer.has(kind, court_id=court_id) for kind in RECEIVERS)


def staged(person_id: int, uids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Name and size of uploads that this person has sent ahead and no act has used yet, by uid. One statement."""
    keys: list[UUID] = []
    for uid in uids:
        try:
            keys.append(UUID(str(uid)))
        except ValueError:
            continue
    if not keys:
        return {}
    rows = cf.StagedUpload.rows.filter(uid__in=keys, person_id=person_id)
    return {str(one.uid): {"name": one.name, "size": one.size} for one in rows}


def downloaded(viewer: Viewer, row: cf.Material, now: dt.datetime) -> None:
    """One row of the read log for a download, under the subject that the attachment hangs on."""
    ReadLog.objects.create(
        person_id=viewer.id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        what=f"附件 {row.sha256[:12]}",
        at=now,
    )
