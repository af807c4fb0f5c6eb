"""A matter's ledger as one person may read it: its steps, and the joint acts with every content that was laid before both bodies.

While the court above deliberates, the court below is told that, and no more; a duty is told to whom it is sent, when it is sent;
what one court's bodies proposed and did not carry through is that court's own affair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from shuangcha.audit.models import Proposal, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from . import scope
from .reading import sits_above, with_signatures

NEWEST = 40
"""Joint acts that a page shows at once, beside those still open."""


def steps_told(matter: cf.Matter, viewer: Viewer) -> QuerySet[Step]:
    """The steps of a matter that this person is told, with who acted; unordered."""
    rows = Step.objects.filter(stream_id=f"matter:{matter.pk}").filter(_duties_told(matter, viewer))
    if not sits_above(viewer, matter):
        rows = rows.exclude(Q(subject_kind__in=scope.UPPER_ONLY) | Q(edge__move__in=scope.UPPER_MOVES))
        rows = rows.exclude(scope.deliberating())
    return rows.select_related("edge", "actor", "post__body__court")


def narrowed(
    rows: QuerySet[Step], moves: Iterable[str] | None, office: tuple[str, str] | None, days: tuple[dt.date, dt.date] | None
) -> QuerySet[Step]:
    """Of these acts, by this body (code of the court, kind of body), on a day from `days[0]` to before `days[1]`."""
    if moves is not None:
        rows = rows.filter(edge__move__in=list(moves))
    if office is not None:
        rows = rows.filter(post__body__court__code=office[0], post__body__kind=office[1])
    if days is not None:
        rows = rows.filter(happened_on__gte=days[0], happened_on__lt=days[1])
    return rows


def joint_acts(matter: cf.Matter, viewer: Viewer, most: int = NEWEST) -> list[Proposal]:
    """Joint acts, newest first, each with its signatures; every open one, and the newest of the others. One statement."""
    whole = Proposal.objects.filter(stream_id=f"matter:{matter.pk}").filter(_duties_told(matter, viewer))
    own = Q(proposer_body__court_id__in=viewer.courts())
    if sits_above(viewer, matter):
        whole = whole.filter(own | Q(status__in=[Proposal.OPEN, Proposal.EXECUTED]))
    else:
        whole = whole.exclude(subject_kind__in=scope.UPPER_ONLY).filter(own | Q(status=Proposal.EXECUTED))
    newest = whole.order_by("-id").values("pk")[:most]
    return with_signatures(whole.filter(Q(status=Proposal.OPEN) | Q(pk__in=newest)).order_by("-id", "signatures__id"))


def _duties_told(matter: cf.Matter, viewer: Viewer) -> Q:
    told = scope.visible(viewer, "duty").filter(matter=matter).select_related(None).order_by().values("pk")
    return ~Q(subject_kind="duty") | Q(subject_id__in=told)
