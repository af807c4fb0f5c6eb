"""What several answers share. Rows are named by uid; no row id leaves the house."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field


class CourtOut(Schema):
    code: str = Field(description="法院代字")
    name: str


class PersonOut(Schema):
    uid: UUID
    name: str


class BodyOut(Schema):
    kind: str
    name: str = Field(description="本院名称")


class Ref(Schema):
    """A subject named elsewhere; `uid` is empty where the reader may not open it."""

    kind: str
    uid: UUID
    title: str


class Action(Schema):
    """What this person may do here now, or why not."""

    move: str
    title: str
    article: str
    verb: str = Field(description="propose 提请办理；sign 签署已有提请")
    enabled: bool
    reason: str = Field(description="不能办理的原因；可以办理时为空")
    proposal: UUID | None
    content_sha: str = Field(description="待签署内容的校验码，签署时原样送回")
    version: int = Field(description="办理时作为 seen_version 送回")
    subject_kind: str
    subject_uid: UUID


class WorkingStep(Schema):
    """One step of how a day was computed."""

    label: str = ""
    text: str = ""
    days: int | None = None
    source: str = ""
    mark: str = ""


class LimitOut(Schema):
    subject_kind: str
    kind: str
    label: str
    article: str
    court: CourtOut
    started_on: dt.date
    period: str
    due: dt.date
    stopped_on: dt.date | None
    days_left: int | None = Field(description="距届满的自然日，负数为已超期；已停止的为空")
    provisional: bool = Field(description="暂定：涉及尚未公布放假安排的年份")
    working: list[WorkingStep]
    source: str
    mark: str


class SignatureOut(Schema):
    person: PersonOut
    body: BodyOut
    signed_at: dt.datetime


class ProposalOut(Schema):
    uid: UUID
    move: str
    title: str
    content: dict[str, Any]
    content_sha: str
    proposer: PersonOut
    proposer_body: BodyOut
    opened_at: dt.datetime
    happened_on: dt.date
    signatures: list[SignatureOut]
    may_withdraw: bool = Field(description="现在可以由您撤回")


class MaterialOut(Schema):
    key: str = Field(description="下载用：GET /materials/{key}")
    name: str
    size: int
    media: str
    original: bool
    added_at: dt.datetime


class PaperOut(Schema):
    kind: str
    label: str
    article: str
    court: CourtOut
    owed_on: dt.date
    number: str
    issued_on: dt.date | None
