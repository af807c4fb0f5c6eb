"""The facts of each kind of subject, field by field."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Schema
from pydantic import Field

from .schema_parts import BodyOut, CourtOut, MaterialOut, PaperOut, PersonOut, Ref


class AllegationOut(Schema):
    n: int
    kind: str
    kind_label: str
    text: str


class ClueSubjectOut(Schema):
    name: str
    court: CourtOut
    title: str


class EnforcementCaseOut(Schema):
    number: str
    is_standard: bool
    filed_on: dt.date | None


class ScreeningOut(Schema):
    body: BodyOut
    conclusion: str
    reason: str
    basis: str
    on: dt.date


class InspectionOpinionOut(Schema):
    team: str
    leader: str
    proposal: str
    text: str
    on: dt.date


class ClueFacts(Schema):
    number: str
    title: str
    summary: str
    court: CourtOut
    received_by: BodyOut
    source: str
    source_label: str
    source_facts: dict[str, Any]
    received_on: dt.date
    subject_court: CourtOut
    about_head: bool
    named: bool
    mask: str = Field(description="反映人的遮蔽称呼；身份只在保管库中")
    urgent: bool
    revisit_on: dt.date | None
    edition: str
    subjects: list[ClueSubjectOut]
    cases: list[EnforcementCaseOut]
    allegations: list[AllegationOut]
    screenings: list[ScreeningOut]
    inspection_opinions: list[InspectionOpinionOut]
    items: list[Ref]
    matter: Ref | None
    materials: list[MaterialOut]


class AttendanceOut(Schema):
    person: PersonOut
    body: BodyOut


class MeetingFacts(Schema):
    court: CourtOut
    held_on: dt.date
    place: str
    chair: PersonOut | None
    minutes: str
    attendances: list[AttendanceOut]
    items: list[Ref]


class DeclarationOut(Schema):
    person: PersonOut
    recused: bool
    reason: str


class PositionOut(Schema):
    body: BodyOut
    person: PersonOut
    stance: str
    stance_label: str
    text: str


class ItemFacts(Schema):
    court: CourtOut
    kind: str
    kind_label: str
    order: int
    revisit_on: dt.date | None
    clue: Ref | None
    matter: Ref | None
    meeting: Ref | None
    declarations: list[DeclarationOut]
    positions: list[PositionOut]


class PointOut(Schema):
    n: int
    text: str
    allegation: int | None = Field(description="对应的反映事项序号")


class MatterFacts(Schema):
    number: str
    title: str
    mode: str
    owner_court: CourtOut
    target_court: CourtOut
    urgent: bool
    about_head: bool
    started_on: dt.date
    closed_on: dt.date | None
    edition: str
    points: list[PointOut]
    clues: list[Ref] = Field(description="有权查看的线索")
    allegations: list[AllegationOut] = Field(description="有权查看的线索的反映事项")
    owed_papers: list[PaperOut]
    materials: list[MaterialOut]


class ExtensionOut(Schema):
    asked_on: dt.date
    until: dt.date
    reason: str
    decided_on: dt.date | None
    granted: bool | None
    decision_reason: str


class AssignmentFacts(Schema):
    matter: Ref
    from_court: CourtOut
    to_court: CourtOut
    handed_on: dt.date | None
    due: dt.date | None
    requirements: str = Field(description="交办内容（重新撰写，不含反映人身份）")
    demands: str = Field(description="报告要求")
    contact: str = Field(description="联系人及电话")
    materials: list[MaterialOut]
    extensions: list[ExtensionOut]


class TeamMemberOut(Schema):
    person: PersonOut
    body: BodyOut
    leader: bool


class EvidenceOut(Schema):
    record: int | None = Field(description="调查记录序号")
    material: str | None = Field(description="附件的下载键")
    page: str


class AnswerOut(Schema):
    point: int
    finding: str
    finding_label: str
    text: str
    evidence: list[EvidenceOut]


class RoundFacts(Schema):
    matter: Ref
    court: CourtOut
    n: int
    kind: str
    kind_label: str
    gaps: str
    started_on: dt.date
    team: list[TeamMemberOut]
    answers: list[AnswerOut]


class RecordFacts(Schema):
    matter: Ref
    round: Ref
    method: str
    method_label: str
    n: int
    title: str
    held_on: dt.date
    payload: dict[str, Any] = Field(description="该种记录自己的栏目，见 GET /moves/record.{method}/schema")
    materials: list[MaterialOut]


class ReportVersionOut(Schema):
    n: int
    process: str
    facts: str
    analysis: str
    proposal: str
    dissent: str
    drafter: PersonOut
    on: dt.date


class ReportFacts(Schema):
    matter: Ref
    round: Ref
    version_no: int
    thin: bool = Field(description="内容单薄，仍按时")
    issued_by: PersonOut | None
    submitted_on: dt.date | None
    verification: str | None = Field(description="交办方的核查意见；承办方看不到")
    versions: list[ReportVersionOut]


class ConclusionOut(Schema):
    allegation: int
    finding: str
    finding_label: str
    text: str
    misconduct: bool


class DispositionOut(Schema):
    n: int
    kind: str
    kind_label: str
    allegation: int
    addressee: CourtOut
    demand: str
    period: str


class OpinionVersionOut(Schema):
    n: int
    facts: str
    text: str
    drafter: PersonOut
    changed_by: PersonOut | None
    on: dt.date
    conclusions: list[ConclusionOut]
    dispositions: list[DispositionOut]


class ApprovalOut(Schema):
    level: str
    level_label: str
    person: PersonOut
    result: str
    result_label: str
    text: str
    on: dt.date
    round_no: int


class OpinionFacts(Schema):
    matter: Ref
    version_no: int
    approved_on: dt.date | None
    versions: list[OpinionVersionOut]
    approvals: list[ApprovalOut]


class DutyReplyOut(Schema):
    n: int
    text: str
    proof: str
    on: dt.date
    passed: bool | None
    check_text: str


class DutyFacts(Schema):
    matter: Ref
    kind: str
    kind_label: str
    n: int
    from_court: CourtOut
    to_court: CourtOut
    lead_body: BodyOut
    allegation: int | None
    demand: str
    period: str
    due: dt.date | None
    details: dict[str, Any]
    replies: list[DutyReplyOut]
    materials: list[MaterialOut]
