"""Who is asking: a signed-in session (unsafe methods need the CSRF token) or a person's token (needs none).

The person and the posts of the day are read once a request; the moment is read once, here at the edge.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from ninja.security import HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from shuangcha.access.refusals import NotAllowed, Refused
from shuangcha.access.scope import today
from shuangcha.acts import accounts
from shuangcha.clock import business
from shuangcha.courts.models import Person
from shuangcha.courts.people import Viewer, viewer_of


class NotSignedIn(Refused):
    """401: no session and no token, or one that no longer works."""

    status = 401

    def __init__(self, sentence: str = "请先登录，或在请求头 Authorization 中提供有效的令牌。") -> None:
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who asks, with the posts of the business day, and the moment of asking."""

    viewer: Viewer
    now: dt.datetime
    on: dt.date
    way: Literal["session", "token"]

    @property
    def person(self) -> Person:
        """The account itself, for what is done to it; one statement."""
        return Person.objects.get(pk=self.viewer.id)


def caller(request: HttpRequest) -> Caller:
    """The caller of an operation behind `auth`."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, Caller)  # set by the authentication of the operation
    return found


def _caller(person_id: int, way: Literal["session", "token"]) -> Caller:
    now = business.now()
    viewer = viewer_of(person_id, today(now))
    if viewer is None:
        raise NotSignedIn
    return Caller(viewer, now, today(now), way)


class BearerToken(HttpBearer):
    """A person's own token. One that does not work is refused at once; a session beside it does not count."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        person = accounts.person_for_token(token.strip())
        if person is None:
            raise NotSignedIn("令牌无效或已停用，请在“我的账号”中重新创建。")
        return _caller(person.pk, "token")


class Session(AuthBase):
    """The session cookie; whoever changes something sends the CSRF token of POST /session in X-CSRFToken."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "shuangcha"

    def __call__(self, request: HttpRequest) -> Any:
        return self.authenticate(request)

    def authenticate(self, request: HttpRequest) -> Any:
        try:
            person_id = int(request.session[SESSION_KEY])
        except (KeyError, ValueError):
            return None
        if check_csrf(request) is not None:
            raise NotAllowed("请求缺少有效的防伪标记，请在请求头 X-CSRFToken 中提供登录时返回的 csrf_token。")
        found = _caller(person_id, "session")
        account = Person(pk=person_id, password=found.viewer.secret)
        if not constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash()):
            request.session.flush()  # opened with an older password
            raise NotSignedIn
        return found


ANYONE_SIGNED_IN = [BearerToken(), Session()]
ONLY_SESSION = [Session()]
