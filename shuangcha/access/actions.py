"""What a person may do now on a subject, and why not: the list that draws the buttons and opens the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES, ROWS
from shuangcha.plan.stages import label
from shuangcha.plan.words import OFFICES, SUBJECT_KINDS

from .facts import Facts
from .guards import why_not
from .places import stream_key, sub_kind
from .situation import Situation


@dataclass(frozen=True, slots=True)
class Action:
    """One offered act. `verb` is propose or sign; `reason` says why it is grey, empty when it is not."""

    move: Move
    subject_kind: str
    subject_uid: str
    version: int
    verb: str
    reason: str
    proposal: Proposal | None = None

    @property
    def enabled(self) -> bool:
        return not self.reason

    @property
    def title(self) -> str:
        return f"签署：{self.move.title}" if self.verb == "sign" else self.move.title


def offered_on(kind: str) -> list[Move]:
    """Rows that a subject of this kind offers: its own, and the creating rows whose parent it is."""
    return [
        row
        for row in ROWS
        if not row.hidden and ((row.subject == kind and not row.creates) or (row.creates and row.parent == kind))
    ]


def fits(move: Move, subject: cf.Subject) -> bool:
    """The row is possible in the subject's stage and for its kind, whoever asks."""
    if move.of and sub_kind(subject) not in move.of:
        return False
    if move.creates:
        return not move.parent_at or subject.stage in move.parent_at
    return subject.stage in move.froms


def proposals_on(subjects: Iterable[cf.Subject]) -> dict[tuple[str, int], list[Proposal]]:
    """Open proposals with their signatures, by subject: two statements for any number of subjects."""
    wanted = {(one.KIND, one.pk): stream_key(one) for one in subjects}
    found: dict[tuple[str, int], list[Proposal]] = {}
    if not wanted:
        return found
    rows = open_on(wanted).select_related("proposer", "proposer_body")
    for row in rows.prefetch_related("signatures__body", "signatures__person").order_by("id"):
        if (row.subject_kind, row.subject_id) in wanted:
            found.setdefault((row.subject_kind, row.subject_id), []).append(row)
    return found


def open_on(chains: dict[tuple[str, int], str]) -> QuerySet[Proposal]:
    """Open proposals on these subjects, {(kind, id): chain}, and perhaps on others of their chains and kinds.

    By the chains: of the pairs themselves, joined by OR, SQLite would look at every proposal ever made.
    """
    kinds, ids = {kind for kind, _ in chains}, {pk for _, pk in chains}
    own = {"subject_kind__in": sorted(kinds), "subject_id__in": sorted(ids)}
    return Proposal.objects.filter(stream_id__in=sorted(set(chains.values())), status=Proposal.OPEN, **own)


def actions_on(
    subject: cf.Subject,
    viewer: Viewer,
    on: dt.date,
    *,
    facts: Facts | None = None,
    proposals: list[Proposal] | None = None,
) -> list[Action]:
    """Acts whose office this person holds here, enabled or with the sentence why not."""
    facts = facts or Facts(subject)
    if proposals is None:
        proposals = proposals_on([subject]).get((subject.KIND, subject.pk), [])
    found: list[Action] = []
    for move in offered_on(subject.KIND):
        if not fits(move, subject):
            continue
        situation = Situation(viewer, move, subject, on, facts)
        open_one = next((one for one in proposals if one.move == move.key), None)
        capacities = situation.signing if open_one else situation.acting
        if not capacities:
            continue
        reason = why_not(situation, move) or ""
        if open_one is not None and not reason:
            reason = why_not_sign(situation, open_one)
        verb = "sign" if open_one is not None else "propose"
        found.append(Action(move, subject.KIND, str(subject.uid), subject.version, verb, reason, open_one))
    return found


def may(key: str, subject: cf.Subject, viewer: Viewer, on: dt.date, facts: Facts | None = None) -> bool:
    """Would the door of this row open on the subject (for a creating row, its parent)? What it would refuse is not offered."""
    move = MOVES[key]
    if move.subject != "register" and not fits(move, subject):
        return False
    situation = Situation(viewer, move, subject, on, facts or Facts(subject))
    return bool(situation.acting) and why_not(situation, move) is None


def why_not_sign(situation: Situation, proposal: Proposal) -> str:
    """Two signatures are of two persons of two bodies over the same content (方案四(五) 联合)."""
    signatures = list(proposal.signatures.all())
    if any(one.person_id == situation.viewer.id for one in signatures):
        missing = [
            OFFICES[key].label
            for key in situation.move.offices[:2]
            if OFFICES[key].body_kind not in {one.body.kind for one in signatures}
        ]
        return f"您已签署，等待{'、'.join(missing)}签署。"
    signed = {one.body_id for one in signatures}
    if all(one.body_id in signed for one in situation.signing):
        return "本机构已经签署，等待另一机构签署。"
    return ""


def why_not_office(move: Move, subject: cf.Subject | None) -> str:
    """The sentence for a person who sees the subject but does not hold the office."""
    names = "、".join(OFFICES[key].label for key in move.offices)
    side = {"assigner": "交办方", "assignee": "承办方", "superior": "上级法院", "either": ""}[move.side]
    rank = "负责人" if move.joint else ""
    article = move.article.split(";")[0].removesuffix("+D")
    cited = f"，{article}" if article.startswith("方案") else ""
    return f"“{move.title}”由{side}{names}{rank}办理{cited}。"


def why_not_stage(move: Move, subject: cf.Subject) -> str:
    kind = SUBJECT_KINDS[subject.KIND].label
    return f"{kind}现处于“{label(subject.KIND, subject.stage)}”，不能办理“{move.title}”，请刷新页面查看最新情况。"
