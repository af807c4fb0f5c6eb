"""Session with CSRF, tokens without, lock-out, one-time codes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shuangcha.acts import accounts
from tests.exchange.world import PEOPLE, V1, Voice, World

PASSWORD = "一句只有自己知道的话 2020"


@pytest.fixture
def officer(world: World) -> Voice:
    voice = Voice(PEOPLE["内勤"])
    voice.client = Client(enforce_csrf_checks=True)
    voice.person.set_password(PASSWORD)
    voice.person.save()
    return voice


def _sign_in(voice: Voice, password: str = PASSWORD, login: str = "", **more: Any) -> Any:
    return voice.post("session", {"login": login or voice.login, "password": password}, **more)


def test_a_session_changes_nothing_without_its_csrf_token(officer: Voice) -> None:
    signed_in = _sign_in(officer).ok()
    assert signed_in["person"]["name"] == officer.person.name and signed_in["csrf_token"]
    assert officer.get("me").ok()["person"]["uid"] == str(officer.person.uid)
    refused = officer.post("tokens", {"label": "对接"})
    assert refused.status == 403 and "X-CSRFToken" in refused.json["sentence"]
    assert officer.post("tokens", {"label": "对接"}, **{"X-CSRFToken": "x" * 64}).status == 403
    assert officer.post("moves/clue.register", {}).status == 403
    token = officer.get("me").ok()["csrf_token"]
    assert officer.post("tokens", {"label": "对接"}, **{"X-CSRFToken": token}).status == 201
    assert officer.delete("session").status == 403
    out = officer.delete("session", **{"X-CSRFToken": token})
    assert out.status == 200 and out.response["Clear-Site-Data"]
    assert officer.get("me").status == 401


def test_a_foreign_site_signs_nobody_in(officer: Voice) -> None:
    assert _sign_in(officer, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    form = officer.client.post(V1 + "session", '{"login": "x", "password": "y"}', content_type="text/plain")
    assert form.status_code == 400


def test_tokens_work_without_csrf_and_end_when_revoked(officer: Voice) -> None:
    csrf = {"X-CSRFToken": _sign_in(officer).ok()["csrf_token"]}
    made = officer.post("tokens", {"label": "对接平台"}, **csrf).ok()["token"]
    listed = officer.get("tokens").ok()
    assert listed[0]["label"] == "对接平台" and set(listed[0]) == {"key", "label", "created_at"}
    bearer = Voice(officer.login)
    bearer.client = Client(enforce_csrf_checks=True)
    bearer.headers = {"Authorization": f"Bearer {made}"}
    assert bearer.get("me").ok()["csrf_token"] == ""
    assert bearer.post("moves/meeting.convene", {"content": {"held_on": "2020-06-30", "place": "一室"}}).ok()
    # A token cannot make itself others, nor list or end them.
    assert bearer.get("tokens").status == bearer.post("tokens", {"label": "x"}).status == 401
    assert officer.delete(f"tokens/{listed[0]['key']}x", **csrf).status == 404
    assert officer.delete(f"tokens/{listed[0]['key']}", **csrf).status == 200
    assert officer.delete(f"tokens/{listed[0]['key']}", **csrf).status == 404
    assert bearer.get("me").status == 401


def test_a_wrong_token_is_refused_even_beside_a_session(officer: Voice) -> None:
    _sign_in(officer).ok()
    for wrong in ("Bearer sc_x", "Bearer ", "bearer x y", "Bearer " + "x" * 300):
        officer.headers = {"Authorization": wrong}
        refused = officer.get("me")
        assert refused.status == 401 and refused.response["WWW-Authenticate"].startswith("Bearer"), wrong


def test_a_token_of_another_person_is_not_theirs_to_end(world: World, officer: Voice) -> None:
    csrf = {"X-CSRFToken": _sign_in(officer).ok()["csrf_token"]}
    other = Voice(PEOPLE["监察室乙"])
    other.client.force_login(other.person)
    accounts.create_token(other.person, "他人的", timezone.now())
    assert officer.delete(f"tokens/{other.get('tokens').ok()[0]['key']}", **csrf).status == 404
    assert any(one["label"] == "他人的" for one in other.get("tokens").ok())


def test_wrong_unknown_and_closed_are_one_answer_and_the_sixth_is_locked(officer: Voice) -> None:
    closed = Voice(PEOPLE["监察室乙"]).person
    accounts.disable(closed, timezone.now())
    bodies = {_sign_in(officer, login=name, password="wrong").raw for name in (officer.login, "nobody", closed.login)}
    bodies |= {_sign_in(officer, login="a\x00b").raw}
    assert len(bodies) == 1
    for name in (officer.login, "nobody"):
        statuses = [_sign_in(officer, login=name, password="wrong").status for _ in range(5)]
        assert statuses[:3] == [401] * 3 and statuses[-1] == 429, name
    locked = _sign_in(officer)
    assert locked.status == 429 and locked.json["sentence"] and int(locked.response["Retry-After"]) == 15 * 60
    assert officer.get("me").status == 401


def test_a_password_is_set_by_a_one_time_code_once(officer: Voice) -> None:
    code = accounts.issue_code(officer.person, timezone.now())
    body = {"login": officer.login, "code": code, "new_password": "另一句只有自己知道的话 7"}
    short = officer.post("password-reset", {**body, "new_password": "短"})
    assert short.status == 422 and "12个字符" in short.json["errors"]["new_password"]
    assert list(officer.post("password-reset", {**body, "code": "AAAAA"}).json["errors"]) == ["code"]
    assert officer.post("password-reset", body).status == 200
    assert officer.post("password-reset", body).status == 422
    assert _sign_in(officer).status == 401
    assert _sign_in(officer, "另一句只有自己知道的话 7").status == 200


def test_a_closed_account_ends_at_once(world: World, officer: Voice) -> None:
    _sign_in(officer).ok()
    token = Voice(officer.login).with_token()
    accounts.disable(officer.person, timezone.now())
    assert officer.get("me").status == token.get("me").status == 401
