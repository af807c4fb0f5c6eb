"""A matter's ledger as one person may read it: its steps, and the joint acts with every content that was laid before
both bodies.

While the court above deliberates, the court below is told that, and no more; a duty is told to whom it is sent, when it
is sent; what one court's bodies proposed and did not carry through is that court's own affair.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Case, F, Q, QuerySet, When

from shuangcha.audit.models import Proposal, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from . import scope
from .audience import Reach
from .held import Held, held
from .places import clue_of, matter_of
from .reading import with_signatures

LATEST = 50
"""Steps that a matter's page looks back over."""
NEWEST = 40
"""Joint acts that a page shows at once, beside those still open."""


def steps_told(matter: cf.Matter, viewer: Viewer) -> QuerySet[Step]:
    """The steps of a matter that this person is told, with who acted; unordered."""
    rows = Step.objects.filter(_told(matter, viewer), stream_id=f"matter:{matter.pk}")
    return rows.select_related("edge", "actor", "post__body__court")


def steps_on(subject: cf.Subject, viewer: Viewer) -> QuerySet[Step]:
    """The steps of one subject that this person is told, with who acted; of a matter its own only; unordered."""
    rows = Step.objects.filter(subject_kind=subject.KIND, subject_id=subject.pk)
    matter = matter_of(subject)
    clue = clue_of(subject) if matter is None else None
    if matter is not None:
        rows = rows.filter(_told(matter, viewer))
    elif clue is not None and not held(viewer, clue).sees(subject.KIND, "course", subject.pk):
        rows = rows.none()  # who handed a clue in is told nothing that follows
    return rows.select_related("edge", "actor", "post__body__court")


def steps_in(matter: cf.Matter, viewer: Viewer) -> tuple[list[Step], list[Step]]:
    """(the matter's own stage changes oldest first, the latest steps that the person is told newest first).

    The line of stages is told to everybody, but not which day the court above began to deliberate. One statement, whose
    size does not grow with the chain.
    """
    above = held(viewer, matter).above
    own = Q(subject_kind="matter", raised=True)
    late = Q(seq__gt=F("stream__seq") - LATEST)
    told = Case(When(late & _told(matter, viewer), then=True), default=False, output_field=BooleanField())
    rows = Step.objects.filter(own | late, stream_id=f"matter:{matter.pk}").annotate(told=told)
    steps: list[Any] = list(rows.select_related("edge", "actor", "post__body__court").order_by("-seq"))
    stages = [one for one in reversed(steps) if one.subject_kind == "matter" and one.raised]
    if not above:
        stages = [one for one in stages if one.edge.to_stage not in scope.DELIBERATION]
    return stages, drawn((one for one in steps if one.told), held(viewer, matter))


def _told(matter: cf.Matter, viewer: Viewer) -> Q:
    """Condition on the steps of a matter: of what the person may see, and never the deliberation of the court above."""
    own = held(viewer, matter)
    if own.above:
        return _parts_told(own)
    by_own_court = Q(post__body__court_id__in=viewer.courts())
    quiet = Q(edge__move__in=scope.UPPER_MOVES) | scope.deliberating()
    return ~quiet & (~Q(subject_kind="register") | by_own_court) & _parts_told(own)


def drawn(rows: Iterable[Step], own: Held) -> list[Step]:
    """The steps as the person reads them: of a referral to those who punish, only that it was made."""
    found = list(rows)
    for one in found:
        if one.subject_kind == "duty" and not own.opens_referral_of(one.subject_id):
            one.content = "{}"
    return found


def handed_down(assignment: cf.Assignment) -> dict[str, Any]:
    """What was laid down with the 交办 in force: content, demands, contact. Empty while it has not been handed down. One statement."""
    return _last_content("assignment.hand_down", assignment) if assignment.handed_on else {}


def verified(report: cf.Report) -> str | None:
    """核查意见 of the court above on this report; None while there is none. One statement."""
    return _last_content("report.verify", report).get("text")


def _last_content(move: str, subject: cf.Subject) -> dict[str, Any]:
    rows = Step.objects.filter(subject_kind=subject.KIND, subject_id=subject.pk, edge__move=move)
    text = rows.order_by("-id").values_list("content", flat=True).first()
    return json.loads(text) if text else {}


def narrowed(
    rows: QuerySet[Step],
    moves: Iterable[str] | None,
    office: tuple[str, str] | None,
    days: tuple[dt.date, dt.date] | None,
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
    held_here = held(viewer, matter)
    whole = Proposal.objects.filter(stream_id=f"matter:{matter.pk}").filter(_parts_told(held_here))
    own = Q(proposer_body__court_id__in=viewer.courts())
    if held_here.above:
        whole = whole.filter(own | Q(status__in=[Proposal.OPEN, Proposal.EXECUTED]))
    else:
        whole = whole.filter(own | Q(status=Proposal.EXECUTED))
    newest = whole.order_by("-id").values("pk")[:most]
    return with_signatures(whole.filter(Q(status=Proposal.OPEN) | Q(pk__in=newest)).order_by("-id", "signatures__id"))


def _parts_told(own: Held) -> Q:
    """Condition on steps or proposals of a matter: about the matter, its register, or a part that the person may see."""
    condition = Q(subject_kind__in=["matter", "register"])
    seen: dict[str, list[int]] = {}
    for kind, pk in own.parts:
        if kind in cf.SUBJECTS and own.reach(kind, "course", pk) >= Reach.PART:
            seen.setdefault(kind, []).append(pk)
    for kind, ids in seen.items():
        condition |= Q(subject_kind=kind, subject_id__in=sorted(ids))
    return condition
