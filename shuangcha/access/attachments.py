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
from .held import held
from .refusals import NotFound

HANDED_IN = frozenset({"registrar", "inspection"})
"""Relations of who handed an original in: he reads his own."""


def material(viewer: Viewer, pk: int) -> cf.Material:
    """The attachment, or NotFound as for everything that is of no concern to this person. At most three statements."""
    row: cf.Material | None = cf.Material.rows.select_related("clue", "matter").filter(pk=pk).first()
    if row is None:
        raise NotFound
    file = row.matter or row.clue
    if file is None:  # of a meeting
        if not scope.visible(viewer, row.subject_kind).filter(pk=row.subject_id).exists():
            raise NotFound
    elif not material_seen(viewer, file, row):
        raise NotFound
    return row


EVIDENCE = {"assignment": "content", "record": "content", "duty": "replies", "matter": "evidence"}
"""The group to which attachments of a kind of subject belong; of the others, to their head."""


def material_seen(viewer: Viewer, file: cf.Clue | cf.Matter, one: cf.Material) -> bool:
    """May the person read this attachment of the file? An original only the receiving body, and whoever handed it in."""
    own = held(viewer, file)
    if isinstance(file, cf.Clue):
        if not one.original:
            return own.sees("clue", "evidence")
        return own.sees("clue", "originals") or (bool(own.relations & HANDED_IN) and one.added_by_id == viewer.id)
    if one.original:
        return False
    return own.sees(one.subject_kind, EVIDENCE.get(one.subject_kind, "head"), one.subject_id)


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
