"""Who may see what of 系统检查: data sets, bulk runs, their signs, and checks frozen for a round (dossier §11.3).

Signs of a case go to the officers of both bodies, for their own courts and all courts below. Who entered a row and
signs of an officer as a whole go to the supervision side and, within a round, to its joint team; nobody else is told
that there are any. Everybody else, and a person shut out of the matter, finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.courts.people import Viewer
from shuangcha.flowruns.models import FlowCheck, FlowCourt, FlowDataset, FlowRun

from . import scope
from .administered import Domain
from .refusals import NotFound

BODIES = ("enforcement", "supervision")
OFFICERS = ("supervision",)
"""Bodies that are told who entered what."""


class Reach:
    """The courts whose signs a person may see: `courts` of any kind, `officers` with the persons behind them.
    By id → code."""

    def __init__(self, viewer: Viewer) -> None:
        """One statement; none for who belongs to neither body."""
        self.courts: dict[int, str] = {}
        self.officers: dict[int, str] = {}
        self.names: dict[str, str] = {}
        own = {kind: {post.court_id for post in viewer.posts if post.body_kind == kind} for kind in BODIES}
        if not any(own.values()):
            return
        rows = list(Court.objects.values_list("pk", "code", "name", "superior_id").order_by("code"))
        below: dict[int | None, list[int]] = {}
        for pk, _, _, superior in rows:
            below.setdefault(superior, []).append(pk)
        codes = {pk: code for pk, code, _, _ in rows}
        every = _downwards({one for kind in BODIES for one in own[kind]}, below)
        persons = _downwards({one for kind in OFFICERS for one in own[kind]}, below)
        self.courts = {pk: code for pk, code in codes.items() if pk in every}
        self.officers = {pk: code for pk, code in codes.items() if pk in persons}
        self.names = {code: name for pk, code, name, _ in rows if pk in every}


def _downwards(start: Iterable[int], below: dict[int | None, list[int]]) -> set[int]:
    """These courts and all courts under them."""
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += below.get(one, [])
    return found


def may(viewer: Viewer) -> bool:
    """Whether 系统检查 is any of this person's business."""
    return any(viewer.has(kind) for kind in BODIES)


def _covering(reach: Reach, ref: str) -> Exists:
    return Exists(FlowCourt.objects.filter(dataset=OuterRef(ref), court_id__in=list(reach.courts)))


def datasets(reach: Reach) -> QuerySet[FlowDataset]:
    """Data sets that cover a court within reach and were not withdrawn."""
    return FlowDataset.objects.filter(_covering(reach, "pk"), withdrawn_at=None)


def dataset(reach: Reach, uid: UUID | str) -> FlowDataset:
    found = datasets(reach).filter(uid=_key(uid)).first()
    if found is None:
        raise NotFound
    return found


def runs(reach: Reach) -> QuerySet[FlowRun]:
    """Runs over data that cover a court within reach and were not withdrawn."""
    return FlowRun.objects.filter(_covering(reach, "dataset_id"), dataset__withdrawn_at=None).select_related(
        "dataset", "asked_by"
    )


def run(reach: Reach, uid: UUID | str) -> FlowRun:
    found = runs(reach).filter(uid=_key(uid)).first()
    if found is None:
        raise NotFound
    return found


def officer_courts(reach: Reach, found: FlowRun) -> frozenset[str]:
    """法院代字 of the courts of a run whose officers the reader may know; NotFound where there is none.
    One statement at most."""
    covered = (
        FlowCourt.objects.filter(dataset=found.dataset_id, court_id__in=list(reach.officers))
        if reach.officers
        else FlowCourt.objects.none()
    )
    codes = frozenset(reach.officers[pk] for pk in covered.values_list("court_id", flat=True))
    if not codes:
        raise NotFound
    return codes


def _key(uid: UUID | str) -> UUID:
    try:
        return uid if isinstance(uid, UUID) else UUID(uid)
    except ValueError:
        raise NotFound from None


# --- checks of a round ------------------------------------------------------------------------------------------------
def check(viewer: Viewer, uid: UUID | str) -> FlowCheck:
    """The check, or NotFound for who may not see its round in full. Two statements."""
    rows = FlowCheck.objects.select_related("dataset", "made_by")
    found = rows.filter(uid=_key(uid)).first()
    if found is None:
        raise NotFound
    round_ = scope.visible(viewer, "round").filter(pk=found.round_id).first()
    if round_ is None:
        raise NotFound
    found.round = round_
    return found


def checks_of(round_: cf.Round) -> QuerySet[FlowCheck]:
    """Checks made for a round that the reader has found."""
    return FlowCheck.objects.filter(round=round_).select_related("dataset", "made_by").order_by("-id")


def knows_officers(viewer: Viewer, round_: cf.Round) -> bool:
    """Whether a check of this round names persons to the reader: the supervision side, the team of the round.
    One statement at most."""
    if any(viewer.has(kind) for kind in OFFICERS):
        return True
    return cf.TeamMember.rows.filter(round=round_, person_id=viewer.id).exists()


def cases_of(matter: cf.Matter) -> list[Any]:
    """The enforcement cases that a matter found by the reader is about. One statement."""
    rows = cf.EnforcementCase.rows.filter(clue_links__clue__matter_links__matter=matter).select_related("court")
    return list(rows.distinct().order_by("number"))


# --- who loads --------------------------------------------------------------------------------------------------------
def loaded(domain: Domain) -> QuerySet[FlowDataset]:
    """Data sets that an administrator keeps: of the courts administered, and of no court for who keeps the whole.
    Never their rows."""
    mine = Exists(FlowCourt.objects.filter(dataset=OuterRef("pk"), court_id__in=domain.ids))
    rows = FlowDataset.objects.select_related("loaded_by", "withdrawn_by")
    return rows if domain.whole else rows.filter(mine)


def kept(domain: Domain, uid: UUID | str) -> FlowDataset:
    """One of these data sets, or NotFound."""
    found = loaded(domain).filter(uid=_key(uid)).first()
    if found is None:
        raise NotFound
    return found


def may_withdraw(domain: Domain, found: FlowDataset) -> bool:
    """Whether every court of the data is the administrator's:
    who keeps one of them only may not take them from the others."""
    return domain.whole or not FlowCourt.objects.filter(dataset=found).exclude(court_id__in=domain.ids).exists()
