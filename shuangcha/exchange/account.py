"""Signing in and out, the person's own posts, tokens, and a new password by one-time code."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from shuangcha.access import scope
from shuangcha.access.refusals import Invalid, NotAllowed, NotFound, Refused
from shuangcha.access.situation import Situation
from shuangcha.acts import accounts
from shuangcha.clock import business
from shuangcha.courts.models import Person
from shuangcha.courts.people import Viewer, viewer_of
from shuangcha.plan.model import Move
from shuangcha.plan.moves import ROWS

from .auth import ONLY_SESSION, NotSignedIn, caller
from .errors import answers
from .opaque import seal, unseal
from .schema_parts import BodyOut, CourtOut, PersonOut

router = Router()
LONGEST = 200
REFUSED = (
    "用户名或密码不正确，或该账号暂不能登录。连续输错5次的，请15分钟后再试；忘记密码请向本院系统管理员领取一次性码。"
)
NO_TOKEN = "没有这个令牌，或它已经停用。"  # noqa: S105  # a sentence


class Locked(Refused):
    """429: too many wrong passwords for this name from this address; known and unknown names alike."""

    status = 429
    retry_after = int(settings.AXES_COOLOFF_TIME.total_seconds())


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class SignIn(Strict):
    login: str = Field(max_length=LONGEST)
    password: str = Field(max_length=LONGEST)


class Reset(Strict):
    login: str = Field(max_length=LONGEST)
    code: str = Field(max_length=LONGEST, description="一次性码")
    new_password: str = Field(max_length=LONGEST)


class NewToken(Strict):
    label: str = Field(max_length=LONGEST, description="用途")


class PostOut(Schema):
    body: BodyOut
    court: CourtOut
    role: str
    title: str
    acting: bool = Field(description="代理")


class OpenMove(Schema):
    """A move that needs no subject: POST /moves/{move} with `subject` null."""

    move: str
    title: str
    article: str


class Me(Schema):
    person: PersonOut
    posts: list[PostOut]
    courts: list[CourtOut]
    today: dt.date = Field(description="业务日期")
    todo_count: int
    actions: list[OpenMove]
    csrf_token: str = Field(description="会话中修改类请求放入 X-CSRFToken；凭令牌访问时为空")


class TokenOut(Schema):
    key: str
    label: str
    created_at: dt.datetime


class NewTokenOut(Schema):
    token: str = Field(description="只显示这一次")


class Said(Schema):
    sentence: str


def openings(viewer: Viewer, on: dt.date) -> list[Move]:
    """Moves that begin something new and for which this person holds the office."""
    rows = [row for row in ROWS if row.creates and not row.parent and not row.hidden and row.subject != "register"]
    return [row for row in rows if Situation(viewer, row, None, on).acting]


def _me(viewer: Viewer, on: dt.date, csrf_token: str) -> dict[str, Any]:
    courts = {post.court_code: {"code": post.court_code, "name": post.court_name} for post in viewer.posts}
    return {
        "person": {"uid": viewer.uid, "name": viewer.name},
        "posts": [
            {
                "body": {"kind": post.body_kind, "name": post.body_name},
                "court": courts[post.court_code],
                "role": post.role,
                "title": post.title,
                "acting": post.deputy_of_id is not None,
            }
            for post in viewer.posts
        ],
        "courts": list(courts.values()),
        "today": on,
        "todo_count": scope.todos(viewer).count(),
        "actions": [{"move": row.key, "title": row.title, "article": row.article} for row in openings(viewer, on)],
        "csrf_token": csrf_token,
    }


@router.post("/session", auth=None, response=answers(Me), operation_id="sign_in", summary="登录")
def sign_in(request: HttpRequest, given: SignIn) -> Any:
    """Unknown name, wrong password and closed account get one answer; a locked name its own, whether it exists or not."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowed("不接受来自其他网站的登录请求。")
    name, password = given.login.strip().lower(), given.password
    person = None
    if name and password and "\0" not in name + password:
        # By the name of the field: axes looks for the name under USERNAME_FIELD.
        person = authenticate(request, login=name, password=password)
        if getattr(request, "axes_locked_out", False):
            make_password(password)
            request.axes_locked_out = False  # type: ignore[attr-defined]  # else axes answers with a page of its own
            raise Locked(REFUSED)
    if not isinstance(person, Person):
        raise NotSignedIn(REFUSED)
    login(request, person)
    on = scope.today(business.now())
    viewer = viewer_of(person.pk, on)
    if viewer is None:
        raise NotSignedIn(REFUSED)
    return _me(viewer, on, get_token(request))


@router.delete("/session", auth=ONLY_SESSION, response=answers(Said), operation_id="sign_out", summary="退出登录")
def sign_out(request: HttpRequest, response: HttpResponse) -> Any:
    logout(request)
    response["Clear-Site-Data"] = '"cookies", "storage"'
    return {"sentence": "已退出登录。"}


@router.get("/me", response=answers(Me), operation_id="me", summary="本人、任职、待办数、可以新办的事项")
def me(request: HttpRequest) -> Any:
    asked = caller(request)
    return _me(asked.viewer, asked.on, get_token(request) if asked.way == "session" else "")


@router.get(
    "/tokens", auth=ONLY_SESSION, response=answers(list[TokenOut]), operation_id="list_tokens", summary="本人的令牌"
)
def tokens(request: HttpRequest) -> Any:
    person = caller(request).person
    return [
        {"key": seal(f"token:{person.pk}", one.pk), "label": one.label, "created_at": one.created_at}
        for one in accounts.tokens_of(person)
    ]


@router.post(
    "/tokens", auth=ONLY_SESSION, response=answers(NewTokenOut, 201), operation_id="create_token", summary="创建令牌"
)
def create_token(request: HttpRequest, given: NewToken) -> Any:
    """Only in a session: a token that was stolen cannot make itself others."""
    try:
        text = accounts.create_token(caller(request).person, given.label, timezone.now())
    except accounts.AccountError as wrong:
        raise Invalid(str(wrong), field="label") from None
    return Status(201, {"token": text})


@router.delete(
    "/tokens/{key}", auth=ONLY_SESSION, response=answers(Said), operation_id="revoke_token", summary="停用令牌"
)
def revoke_token(request: HttpRequest, key: str) -> Any:
    person = caller(request).person
    try:
        row = unseal(f"token:{person.pk}", key, field="key", sentence=NO_TOKEN)
    except Invalid:
        raise NotFound from None
    if not accounts.revoke_token(person, row, timezone.now()):
        raise NotFound
    return {"sentence": "令牌已停用，凭它的访问立即终止。"}


@router.post(
    "/password-reset", auth=None, response=answers(Said), operation_id="reset_password", summary="凭一次性码设置密码"
)
def reset_password(request: HttpRequest, given: Reset) -> Any:
    try:
        accounts.reset_password(given.login, given.code, given.new_password, timezone.now())
    except accounts.CodeRefused as wrong:
        raise Invalid(str(wrong), field="code") from None
    except accounts.AccountError as wrong:
        raise Invalid(str(wrong), field="new_password") from None
    return {"sentence": "密码已设置，请用新密码登录。"}
