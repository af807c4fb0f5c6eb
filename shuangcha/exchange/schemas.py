"""What the interface answers: one subject, lists, the ledger, a whole matter."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from .schema_facts import (
    AssignmentFacts,
    ClueFacts,
    DutyFacts,
    ItemFacts,
    MatterFacts,
    MeetingFacts,
    OpinionFacts,
    RecordFacts,
    ReportFacts,
    RoundFacts,
)
from .schema_parts import Action, CourtOut, LimitOut, PersonOut, ProposalOut, SignatureOut


class Brief(Schema):
    """A line of a list."""

    kind: str
    uid: UUID
    title: str
    stage: str
    stage_label: str
    final: bool
    version: int
    created_at: dt.datetime


class Detail(Brief):
    actions: list[Action]
    limits: list[LimitOut]
    proposals: list[ProposalOut]


class ClueDetail(Detail):
    facts: ClueFacts


class MeetingDetail(Detail):
    facts: MeetingFacts


class ItemDetail(Detail):
    facts: ItemFacts


class MatterDetail(Detail):
    facts: MatterFacts


class AssignmentDetail(Detail):
    facts: AssignmentFacts


class RoundDetail(Detail):
    facts: RoundFacts


class RecordDetail(Detail):
    facts: RecordFacts


class ReportDetail(Detail):
    facts: ReportFacts


class OpinionDetail(Detail):
    facts: OpinionFacts


class DutyDetail(Detail):
    facts: DutyFacts


DETAILS: dict[str, type[Detail]] = {
    "clue": ClueDetail,
    "meeting": MeetingDetail,
    "item": ItemDetail,
    "matter": MatterDetail,
    "assignment": AssignmentDetail,
    "round": RoundDetail,
    "record": RecordDetail,
    "report": ReportDetail,
    "opinion": OpinionDetail,
    "duty": DutyDetail,
}


class Page(Schema):
    items: list[Brief]
    next: str = Field(description="下一页的 cursor；末页为空")


class BriefClue(Schema):
    """Of a clue in the other body's pool: number, court and title only."""

    number: str
    title: str
    court: CourtOut
    subject_court: CourtOut
    stage: str
    stage_label: str


class BriefClues(Schema):
    items: list[BriefClue]
    next: str


class TodoOut(Schema):
    kind: str
    uid: UUID | None
    move: str
    title: str
    court: CourtOut
    due: dt.date | None
    days_left: int | None
    urgent: bool
    signing: bool = Field(description="另一机构已提请，等待本机构签署")
    mine: bool = Field(description="等待本人（而不只是本机构）办理")


class Todos(Schema):
    items: list[TodoOut]
    next: str


class LimitStarted(Schema):
    kind: str
    label: str
    due: dt.date


class StepOut(Schema):
    """One executed act as it stands in the ledger."""

    uid: UUID
    seq: int
    subject_kind: str
    subject_label: str
    move: str
    title: str
    article: str
    from_stage: str
    to_stage: str
    actor: PersonOut
    post: str
    happened_on: dt.date
    recorded_at: dt.datetime
    backfilled: bool = Field(description="补录")
    content: dict[str, Any]
    content_sha: str
    sha: str
    started: list[LimitStarted]
    stopped: list[str]
    signatures: list[SignatureOut]


class Steps(Schema):
    items: list[StepOut]
    next: str


class Children(Schema):
    assignments: list[Brief]
    rounds: list[Brief]
    records: list[Brief]
    reports: list[Brief]
    opinions: list[Brief]
    duties: list[Brief]
    items: list[Brief]


class Child(Brief):
    """A child of a matter in its overview: its own facts stand at its own address."""

    actions: list[Action]
    limits: list[LimitOut]
    proposals: list[ProposalOut]


class Overview(Schema):
    """Everything of one matter in a constant number of statements."""

    matter: MatterDetail
    assignments: list[Child]
    rounds: list[Child]
    records: list[Child]
    reports: list[Child]
    opinions: list[Child]
    duties: list[Child]
    items: list[Brief]
