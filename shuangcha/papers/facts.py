"""What papers read beside the rows of their subject: the registered 文号, the ledger, who signed,
what a matter is called."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from shuangcha.audit.models import Proposal, Signature, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Court

from .document import day_cn

BODIES = ("enforcement", "supervision")


@dataclass(frozen=True, slots=True)
class Registered:
    """文号 and day of issue as registered; while nothing is registered, blanks and no day."""

    number: str
    issued_on: str
    unnumbered: bool
    owed_on: str


def registered(
    subject: cf.Subject, kind: str, court: Court, year: int, *, since: dt.date | None = None, settled: bool = True
) -> Registered:
    """The newest registered paper of this kind on this subject.

    `since` is the day on which the present text came about, and not `settled` says that it may still change: the number
    of a text that was taken back does not stand on the next.
    """
    papers = list(cf.Paper.rows.filter(subject_kind=subject.KIND, subject_id=subject.pk, kind=kind).order_by("id"))
    owed_on = day_cn(papers[0].owed_on) if papers else ""
    for paper in reversed(papers if settled else []):
        if paper.issued_on is not None and (since is None or paper.issued_on >= since):
            return Registered(paper.number, day_cn(paper.issued_on), False, owed_on)
    return Registered(f"{court.short or court.name}〔{year}〕　　号", "", True, owed_on)


def last_step(subject: cf.Subject, move: str) -> Step | None:
    steps = Step.objects.filter(subject_kind=subject.KIND, subject_id=subject.pk, edge__move=move)
    return steps.order_by("-id").first()


def open_proposal(subject: cf.Subject, move: str) -> Proposal | None:
    """What one body has proposed and the other has still to sign."""
    found = Proposal.objects.filter(subject_kind=subject.KIND, subject_id=subject.pk, move=move, status=Proposal.OPEN)
    return found.order_by("-id").first()


def content_of(source: Step | Proposal | None) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(source.content) if source is not None else {}
    return content


def signatures_of(step: Step | None) -> list[Signature]:
    """The signatures of both bodies over one joint act, the enforcement body's first."""
    if step is None or step.proposal_id is None:
        return []
    rows = Signature.objects.filter(proposal_id=step.proposal_id).select_related("person", "body")
    return sorted(rows, key=lambda one: (one.body.kind != BODIES[0], one.pk))


def two_bodies(court: Court) -> list[Body]:
    """The enforcement body, then the supervision body, by the names that the court gives them (dossier §1.4)."""
    rows = Body.objects.filter(court=court, kind__in=BODIES, valid_to__isnull=True)
    return sorted(rows, key=lambda body: (body.kind != BODIES[0], body.pk))


def joint_names(court: Court, bodies: list[Body]) -> tuple[str, ...]:
    """Full names for head and signatures: a body of a court never stands without its court."""
    return tuple(f"{court.name}{body.local_name}" for body in bodies) or (court.name,)


def joint_address(court: Court, bodies: list[Body]) -> str:
    """主送 of both bodies: 洛阳市中级人民法院执行局、监察室."""
    return court.name + "、".join(body.local_name for body in bodies)


def case_numbers(matter: cf.Matter) -> list[str]:
    rows = cf.EnforcementCase.rows.filter(clue_links__clue__matter_links__matter=matter)
    return list(rows.order_by("id").values_list("number", flat=True).distinct())


def about(matter: cf.Matter) -> str:
    """What the title calls the matter: its first enforcement case, or the court's enforcement work."""
    cases = case_numbers(matter)
    if not cases:
        return f"{matter.target_court.name}执行工作"
    return f"{cases[0]}{'等' if len(cases) > 1 else ''}案件"
