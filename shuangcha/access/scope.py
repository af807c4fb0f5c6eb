"""Who may see what: the one visibility predicate. Standings open (`relations`, `audience`), recusal shuts, nothing else decides.

A row is fetched by person: what the person may not see is not found, with the same answer as a random id.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from .audience import Reach, by
from .refusals import NotFound
from .relations import holders_of

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
OPENED = ("full", "own")
"""Reach of a membership by which a file can be opened; `own` opens what the person or the body handed in."""
UPPER_ONLY = frozenset({"opinion", "item", "meeting"})
"""Kinds that the lower court never sees: deliberation and draft opinions (dossier §11.3)."""
DELIBERATION = ("consulting", "consulted", "approving")
DELIBERATING_LIMITS = ("consultation", "opinion", "approval")
"""While the court above deliberates, the court below is told that, and no more: not who, not when, not by when."""
UPPER_MOVES = ("register.reveal", "register.export", "register.assign_todo", "report.accept", "report.verify")
"""Acts of the court above that its steps do not tell to the court below."""


def deliberating() -> Q:
    """For a query of steps: a matter's step into or out of the deliberation of the court above."""
    stages = Q(edge__from_stage__in=DELIBERATION) | Q(edge__to_stage__in=DELIBERATION)
    return Q(subject_kind="matter") & stages


def member(viewer: Viewer, field: str, ref: str = "pk", *, full: bool = False) -> Q:
    """Condition on a query whose `ref` is the id of a clue or matter (`field`): it stands in a list of the person's, and the
    person is not recused."""
    grants = cf.Membership.rows.filter(holder__in=holders_of(viewer), **{f"{field}_id": OuterRef(ref)})
    if full:
        grants = grants.filter(reach__in=OPENED)
    return Q(Exists(grants)) & ~Q(Exists(_recusals(viewer, field, ref)))


def _recusals(viewer: Viewer, field: str, ref: str) -> QuerySet[cf.Recusal]:
    return cf.Recusal.rows.filter(person_id=viewer.id, **{f"{field}_id": OuterRef(ref)})


COVERED: dict[str, dict[str, str]] = {
    "assignment": {"assignment": "pk"},
    "round": {"round": "pk", "assignment": "assignment_id"},
    "record": {"round": "round_id", "assignment": "round__assignment_id"},
    "report": {"round": "round_id", "assignment": "round__assignment_id"},
    "opinion": {},
    "duty": {"duty": "pk"},
}
"""By which parts a standing covers a row of the kind: part → column of the row that names it."""


def part_seen(viewer: Viewer, kind: str, group: str = "head") -> Q:
    """Condition on rows of a part of a matter: some standing of the person's covers the row and sees the group whole."""
    holders = holders_of(viewer)
    mine = cf.Standing.rows.filter(holder__in=holders, ended=False, matter_id=OuterRef("matter_id"))
    covered = Q(part_kind="")
    for part, column in COVERED[kind].items():
        covered |= Q(part_kind=part, part_id=OuterRef(column))
    if kind == "assignment":  # a team belongs to the assignment under which it investigates
        rounds = cf.Round.rows.filter(pk=OuterRef("part_id"), assignment_id=OuterRef(OuterRef("pk")))
        covered |= Q(part_kind="round") & Q(Exists(rounds))
    seen = Q(Exists(mine.filter(covered, relation__in=by(kind, group))))
    partly = sorted(by(kind, group, Reach.PART) - by(kind, group))
    if kind == "record" and partly:  # only what the report rests on
        cited = cf.EvidenceLink.rows.filter(record_id=OuterRef("pk"))
        seen |= Q(Exists(mine.filter(covered, relation__in=partly))) & Q(Exists(cited))
    seen &= ~Q(Exists(_recusals(viewer, "matter", "matter_id")))
    if kind == "duty" and "addressed" in partly:  # addressed to the person by an act: a recusal does not take that back
        seen |= Q(Exists(mine.filter(relation="addressed", part_kind="duty", part_id=OuterRef("pk"))))
    return seen


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
        return rows.filter(_item_seen(viewer, "clue") | _item_seen(viewer, "matter"))
    return rows.filter(part_seen(viewer, kind))


def _item_seen(viewer: Viewer, file: str) -> Q:
    """Condition on items: about a file to which the person stands so that its items are seen."""
    mine = cf.Standing.rows.filter(
        holder__in=holders_of(viewer),
        ended=False,
        relation__in=by("item", "head"),
        **{f"{file}_id": OuterRef(f"{file}_id")},
    ).filter(Q(part_kind="") | Q(part_kind="item", part_id=OuterRef("pk")))
    about = Q(**{f"{file}__isnull": False})
    return about & Q(Exists(mine)) & ~Q(Exists(_recusals(viewer, file, f"{file}_id")))


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
