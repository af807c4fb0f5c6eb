"""Who may see what: the one visibility predicate. Membership opens, recusal shuts for good, nothing else decides.

A row is fetched by person: what the person may not see is not found, with the same answer as a random id.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from .refusals import NotFound

RELATED = {
    "clue": ("court", "received_by", "subject_court"),
    "meeting": ("court",),
    "item": (
        "court",
        "clue",
        "clue__court",
        "clue__subject_court",
        "matter",
        "matter__owner_court",
        "matter__target_court",
        "meeting",
    ),
    "matter": ("owner_court", "target_court"),
    "assignment": ("matter", "matter__owner_court", "matter__target_court", "from_court", "to_court"),
    "round": ("matter", "matter__owner_court", "matter__target_court", "assignment", "court"),
    "record": ("matter", "matter__owner_court", "matter__target_court", "round", "round__court", "round__assignment"),
    "report": ("matter", "matter__owner_court", "matter__target_court", "round", "round__court", "round__assignment"),
    "opinion": ("matter", "matter__owner_court", "matter__target_court"),
    "duty": ("matter", "matter__owner_court", "matter__target_court", "from_court", "to_court", "lead_body"),
}
UPPER_ONLY = frozenset({"opinion", "item", "meeting"})
"""Kinds that the lower court never sees: deliberation and draft opinions (dossier §11.3)."""
DELIBERATION = ("consulting", "consulted", "approving")
DELIBERATING_LIMITS = ("consultation", "opinion", "approval")
"""While the court above deliberates, the court below is told that, and no more: not who, not when, not by when."""
UPPER_MOVES = ("register.reveal", "register.export", "register.assign_todo", "report.accept")
"""Acts of the court above that its steps do not tell to the court below."""


def deliberating() -> Q:
    """For a query of steps: a matter's step into or out of the deliberation of the court above."""
    stages = Q(edge__from_stage__in=DELIBERATION) | Q(edge__to_stage__in=DELIBERATION)
    return Q(subject_kind="matter") & stages


def member(viewer: Viewer, field: str, ref: str = "pk", *, full: bool = False) -> Q:
    """Condition on a query whose `ref` is the id of a clue or matter (`field`): member, and not recused."""
    mine = Q(body_id__in=viewer.bodies()) | Q(person_id=viewer.id)
    grants = cf.Membership.rows.filter(mine, until__isnull=True, **{f"{field}_id": OuterRef(ref)})
    if full:
        grants = grants.filter(reach="full")
    shut = cf.Recusal.rows.filter(person_id=viewer.id, **{f"{field}_id": OuterRef(ref)})
    return Q(Exists(grants)) & ~Q(Exists(shut))


def last_reminded(kind: str) -> Subquery:
    """The day of the last 催办 about a row: read with the rows, so that many duties cost no more than one."""
    mine = cf.Reminder.rows.filter(subject_kind=kind, subject_id=OuterRef("pk"))
    return Subquery(mine.order_by("-id").values("on")[:1])


def visible(viewer: Viewer, kind: str) -> QuerySet[Any]:
    """The rows of one subject kind that this person may see in full."""
    rows = cf.SUBJECTS[kind].rows.select_related(*RELATED[kind])
    if kind in ("assignment", "duty"):
        rows = rows.annotate(last_reminded=last_reminded(kind))
    if kind in ("clue", "matter"):
        return rows.filter(member(viewer, kind, full=True))
    if kind == "meeting":
        return rows.filter(court_id__in=_joint_courts(viewer))
    if kind == "item":
        about_clue = Q(clue__isnull=False) & member(viewer, "clue", "clue_id", full=True)
        about_matter = Q(matter__isnull=False) & member(viewer, "matter", "matter_id", full=True)
        return rows.filter(court_id__in=_joint_courts(viewer)).filter(about_clue | about_matter)
    rows = rows.filter(member(viewer, "matter", "matter_id", full=True))
    if kind == "opinion":
        above = Q(matter__owner_court_id__in=viewer.courts()) | Q(matter__owner_court__superior_id__in=viewer.courts())
        return rows.filter(above)
    if kind == "duty":
        return rows.filter(
            Q(from_court_id__in=viewer.courts())
            | Q(to_court_id__in=viewer.courts()) & ~Q(stage__in=["", "pending"])
            | Q(matter__owner_court_id__in=viewer.courts())
        )
    return rows


def _joint_courts(viewer: Viewer) -> list[int]:
    """Courts whose joint meeting the person belongs to: members of either body, the group's office."""
    kinds = ("enforcement", "supervision", "group_office", "leading_group")
    return [post.court_id for post in viewer.posts if post.body_kind in kinds]


def find(viewer: Viewer, kind: str, uid: UUID | str) -> Any:
    """The subject, or NotFound: unknown, not theirs and recused give the same answer."""
    if kind not in cf.SUBJECTS:
        raise NotFound
    try:
        key = UUID(str(uid))
    except ValueError:
        raise NotFound from None
    found = visible(viewer, kind).filter(uid=key).first()
    if found is None:
        raise NotFound
    return found


def sees(viewer: Viewer, subject: cf.Subject) -> bool:
    return visible(viewer, subject.KIND).filter(pk=subject.pk).exists()


def todos(viewer: Viewer) -> QuerySet[cf.Todo]:
    """What waits for this person: of the offices held, or of the person; never of a file the person is shut out of."""
    from shuangcha.plan.words import OFFICES

    office = Q(pk__in=[])
    for post in viewer.posts:
        keys = [key for key, one in OFFICES.items() if one.body_kind == post.body_kind and post.role in one.roles]
        if keys:
            office |= Q(body_id=post.body_id, office__in=keys)
    shut = cf.Recusal.rows.filter(person_id=viewer.id)
    return (
        cf.Todo.rows.filter(office | Q(person_id=viewer.id))
        .exclude(Exists(shut.filter(clue_id=OuterRef("clue_id"))))
        .exclude(Exists(shut.filter(matter_id=OuterRef("matter_id"))))
    )


def brief_clues(viewer: Viewer) -> QuerySet[cf.Clue]:
    """Clues of which the person may see number, court and title only (the other body, before the joint meeting)."""
    rows: QuerySet[cf.Clue] = cf.Clue.rows.select_related("court", "subject_court", "received_by")
    return rows.filter(member(viewer, "clue"))


def may_open_identity(viewer: Viewer, clue: cf.Clue) -> str | None:
    """None if allowed; else the sentence why not. Until the joint meeting only the receiving body (dossier §11.3)."""
    if clue.identity is None:
        return "该线索没有登记反映人身份。"
    if clue.received_by_id in viewer.bodies():
        return None
    if clue.stage in ("registered", "forwarded", "submitted"):
        return "联席会议之前，只有收到该线索的机构可以查看反映人身份。"
    if viewer.has("enforcement", court_id=clue.court_id) or viewer.has("supervision", court_id=clue.court_id):
        return None
    return "只有本院执行机构、监察机构可以查看反映人身份。"


def today(now: dt.datetime) -> dt.date:
    from shuangcha.audit.chain import ZONE

    return now.astimezone(ZONE).date()
