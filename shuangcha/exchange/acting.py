"""Acts: the same door as the pages, the same content models, the same refusals."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from shuangcha.access import scope
from shuangcha.access.refusals import NotFound
from shuangcha.acts import door, registering
from shuangcha.acts.contents.base import CONTENTS
from shuangcha.acts.options import Offer
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES, ROWS
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.stages import label
from shuangcha.plan.words import OFFICES, SIDES, SIGN_OFFS, SUBJECT_KINDS

from .auth import caller
from .errors import answers
from .paging import only_named

router = Router()
REQUEST_KEY = Field(
    "", max_length=64, pattern=r"^[\x21-\x7e]*$", description="同一请求重发时不变：重发得到第一次的结果"
)
REGISTERED = ("register.correct", "register.paper", "register.order_agenda")
"""What is registered beside the procedure through the interface; an identity is revealed on the page only."""


class Subject(Schema):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=12)
    uid: UUID


class MoveIn(Schema):
    model_config = ConfigDict(extra="forbid")

    subject: Subject | None = Field(
        None, description="所办的事项；新办下级事项时为其所属事项；登记线索、召集会议时为空"
    )
    seen_version: int | None = Field(None, description="所看到的版本，取自 actions 的 version")
    content: dict[str, Any] = Field(default_factory=dict, description="内容，栏目见 GET /moves/{key}/schema")
    happened_on: dt.date | None = Field(None, description="补录时的办理日期")
    request_key: str = REQUEST_KEY


class SignIn(Schema):
    model_config = ConfigDict(extra="forbid")

    content_sha: str = Field(max_length=64, description="所看到的内容的校验码")
    request_key: str = REQUEST_KEY


class OutcomeOut(Schema):
    status: str = Field(description="executed 已办结；proposed 已提请，待签署；withdrawn 已撤回；registered 已登记")
    move: str
    subject_kind: str
    subject_uid: UUID
    stage: str
    version: int
    step: str
    proposal: str
    awaits: str


class Word(Schema):
    key: str
    label: str


class MoveOut(Schema):
    """One row of 方案四 as a table."""

    key: str
    title: str
    article: str
    subject: str
    subject_label: str
    froms: list[Word]
    to: str = Field(description="到达的环节；= 表示环节不变")
    to_label: str
    side: str
    side_label: str
    offices: list[Word]
    sign_off: str
    sign_off_label: str
    guards: list[str]
    starts: list[Word]
    stops: list[Word]
    papers: list[Word]
    then: list[str]
    of: list[str]
    parent: str
    turn: bool
    touches: bool
    hidden: bool
    mark: str


class Moves(Schema):
    moves: list[MoveOut]


class MoveSchema(Schema):
    move: str
    title: str
    article: str
    content: dict[str, Any] = Field(description="JSON Schema；title 为栏目名称，options 为可选项 [值, 名称]")


class About(Schema):
    model_config = ConfigDict(extra="forbid")

    subject_kind: str = Field("", max_length=12)
    subject_uid: UUID | None = None


def _row(row: Move) -> dict[str, Any]:
    return {
        **{
            name: getattr(row, name)
            for name in (
                "key",
                "title",
                "article",
                "subject",
                "to",
                "side",
                "sign_off",
                "parent",
                "turn",
                "touches",
                "hidden",
                "mark",
            )
        },
        **{name: list(getattr(row, name)) for name in ("guards", "then", "of")},
        "subject_label": SUBJECT_KINDS[row.subject].label,
        "froms": [{"key": one, "label": label(row.subject, one)} for one in row.froms],
        "to_label": "环节不变" if row.to == "=" else label(row.subject, row.to),
        "side_label": SIDES[row.side].label,
        "sign_off_label": SIGN_OFFS[row.sign_off].label,
        "offices": [{"key": one, "label": OFFICES[one].label} for one in row.offices],
        "starts": [{"key": one, "label": LIMITS[one].label} for one in row.starts],
        "stops": [{"key": one, "label": LIMITS[one].label} for one in row.stops],
        "papers": [{"key": one, "label": PAPERS[one].label} for one in row.papers],
    }


@router.get("/moves", response=answers(Moves), operation_id="list_moves", summary="办理动作表")
def moves(request: HttpRequest) -> Any:
    return {"moves": [_row(row) for row in ROWS]}


def offered(key: str) -> Move | None:
    """The row of a move that can be done by this interface."""
    row = MOVES.get(key)
    if row is None or row.hidden or key not in CONTENTS or (row.subject == "register" and key not in REGISTERED):
        return None
    return row


def _offered(key: str) -> Move:
    row = offered(key)
    if row is None:
        raise NotFound
    return row


@router.get(
    "/moves/{key}/schema", response=answers(MoveSchema), operation_id="schema_of_move", summary="动作的内容栏目"
)
def schema(request: HttpRequest, key: str, about: Query[About]) -> Any:
    """With a subject named, the fields to be picked from a list carry the list as it stands there for this person."""
    only_named(request, About)
    asked, row = caller(request), _offered(key)
    subject = scope.find(asked.viewer, about.subject_kind, about.subject_uid) if about.subject_uid else None
    content = CONTENTS[key].model_json_schema()
    offered_on = row.parent if row.creates else row.subject
    if row.subject != "register" and (subject.KIND if subject is not None else offered_on) != offered_on:
        raise NotFound
    if subject is not None or not offered_on:
        offer = Offer(subject, asked.viewer, asked.on)
        for part in (content, *content.get("$defs", {}).values()):
            for one in part.get("properties", {}).values():
                if one.get("widget") == "pick":
                    one["options"] = [list(choice) for choice in offer.of(one["source"])]
    return {"move": row.key, "title": row.title, "article": row.article, "content": content}


@router.post(
    "/moves/{key}", response=answers(OutcomeOut), operation_id="act", summary="办理：提请；一方即可办结的随即办结"
)
def act(request: HttpRequest, key: str, given: MoveIn) -> Any:
    asked, row = caller(request), _offered(key)
    subject = (given.subject.kind, given.subject.uid) if given.subject else None
    if row.subject == "register":
        if subject is None:
            raise NotFound
        found = registering.register(
            key.removeprefix("register."),
            subject,
            asked.viewer,
            given.content,
            now=asked.now,
            happened_on=given.happened_on,
            request_key=given.request_key,
        )
        return asdict(found)
    outcome = door.propose(
        key,
        subject,
        asked.viewer,
        given.content,
        seen_version=given.seen_version,
        now=asked.now,
        happened_on=given.happened_on,
        request_key=given.request_key,
    )
    return asdict(outcome)


@router.post(
    "/proposals/{uid}/sign", response=answers(OutcomeOut), operation_id="sign_proposal", summary="签署另一机构的提请"
)
def sign(request: HttpRequest, uid: str, given: SignIn) -> Any:
    asked = caller(request)
    outcome = door.sign(uid, asked.viewer, seen_sha=given.content_sha, now=asked.now, request_key=given.request_key)
    return asdict(outcome)


@router.post(
    "/proposals/{uid}/withdraw",
    response=answers(OutcomeOut),
    operation_id="withdraw_proposal",
    summary="撤回本机构的提请",
)
def withdraw(request: HttpRequest, uid: str) -> Any:
    asked = caller(request)
    return asdict(door.withdraw(uid, asked.viewer, now=asked.now))
