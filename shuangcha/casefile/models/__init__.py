"""案卷: the facts. No procedure here: who may do what stands in `plan`, `access` and `acts`."""

from .base import Row, Subject
from .clue import (
    Allegation,
    CaseLink,
    CaseOfficer,
    Clue,
    ClueCase,
    ClueSubject,
    EnforcementCase,
    InspectionOpinion,
    Repeat,
    Screening,
)
from .inquiry import Answer, EvidenceLink, Material, Record, Report, ReportVersion
from .matter import Assignment, Disclosure, Extension, Matter, MatterClue, Point, Round, TeamMember
from .meeting import Attendance, Declaration, Item, Meeting, Position
from .outcome import Approval, Conclusion, Duty, DutyReply, Opinion, OpinionVersion, PlannedDisposition
from .running import Handling, Limit, Membership, Outbox, Paper, Recusal, Reminder, StagedUpload, Standing, Todo

SUBJECTS: dict[str, type[Subject]] = {
    model.KIND: model for model in (Clue, Meeting, Item, Matter, Assignment, Round, Record, Report, Opinion, Duty)
}

ALL: tuple[type[Row], ...] = (
    *(one for one in Row.__subclasses__() if one is not Subject),
    *Subject.__subclasses__(),
)
"""Every table of the case file (`Subject` itself is none)."""

__all__ = [
    "ALL",
    "SUBJECTS",
    "Allegation",
    "Answer",
    "Approval",
    "Assignment",
    "Attendance",
    "CaseLink",
    "CaseOfficer",
    "Clue",
    "ClueCase",
    "ClueSubject",
    "Conclusion",
    "Declaration",
    "Disclosure",
    "Duty",
    "DutyReply",
    "EnforcementCase",
    "EvidenceLink",
    "Extension",
    "Handling",
    "InspectionOpinion",
    "Item",
    "Limit",
    "Material",
    "Matter",
    "MatterClue",
    "Meeting",
    "Membership",
    "Opinion",
    "OpinionVersion",
    "Outbox",
    "Paper",
    "PlannedDisposition",
    "Point",
    "Position",
    "Record",
    "Recusal",
    "Reminder",
    "Repeat",
    "Report",
    "ReportVersion",
    "Round",
    "Row",
    "Screening",
    "StagedUpload",
    "Standing",
    "Subject",
    "TeamMember",
    "Todo",
]
