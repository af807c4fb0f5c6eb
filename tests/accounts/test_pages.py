"""Sign-in, sign-out, reset and the account page as a browser meets them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shuangcha.acts import accounts
from shuangcha.acts.load import load_initial
from shuangcha.courts.models import Person, Token

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]
GOOD = "七月的雨落在伊河桥上很久"
OTHER = "八月的风吹过洛浦秋声很久"


@pytest.fixture
def person() -> Person:
    person = Person.objects.create(login="wen.ruochuan", name="温若川")
    accounts.set_password(person, GOOD)
    return person


def try_in(client: Client, login: str, password: str, **more: str) -> Any:
    return client.post("/signin", {"username": login, "password": password, **more})


def plain(response: Any) -> str:
    """The page without what differs by nature: the form token and what was typed as the name."""
    text = response.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|name="username" value="[^"]*"', "", text)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_in_and_out(client: Client, person: Person) -> None:
    assert client.get("/signin").status_code == 200
    before = client.session.session_key
    answer = try_in(client, " WEN.ruochuan ", GOOD)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)
    assert client.session.session_key != before
    assert client.get("/signin")["Location"] == "/"
    assert client.get("/signout")["Location"] == "/"
    assert signed_in(client), "an address that is typed or linked to ends no session"
    left = client.post("/signout")
    assert (left.status_code, left["Location"]) == (302, "/signin")
    assert '"cookies"' in left["Clear-Site-Data"]
    assert not signed_in(client)


def test_unknown_wrong_closed_and_locked_are_answered_alike(client: Client, person: Person) -> None:
    closed = Person.objects.create(login="zhu.wangzhou", name="祝望舟")
    accounts.set_password(closed, GOOD)
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    answers = [
        try_in(client, "nobody", GOOD),
        try_in(client, "wen.ruochuan", "wrong"),
        try_in(client, "zhu.wangzhou", GOOD),
        try_in(client, "", ""),
        try_in(client, "wen\0ruochuan", GOOD),
        try_in(client, "w" * 5000, GOOD),
    ]
    for _ in range(6):
        answers.append(try_in(client, "wen.ruochuan", "wrong"))
    answers.append(try_in(client, "wen.ruochuan", GOOD))  # right, but locked now
    assert {answer.status_code for answer in answers} == {422}
    assert len({plain(answer) for answer in answers}) == 1
    assert not signed_in(client)


@pytest.mark.parametrize("login", ["wen.ruochuan", "nobody", "zhu.wangzhou"])
def test_every_refusal_costs_a_hash(
    client: Client, person: Person, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that exists, one that does not, and a closed one: the same work while free and while locked."""
    closed = Person.objects.create(login="zhu.wangzhou", name="祝望舟")
    accounts.set_password(closed, GOOD)
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    from django.contrib.auth.hashers import MD5PasswordHasher

    done: list[int] = []
    real = MD5PasswordHasher.encode

    def counted(self: Any, *args: Any) -> str:
        done.append(1)
        return real(self, *args)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    costs = []
    for _ in range(7):
        done.clear()
        try_in(client, login, "wrong")
        costs.append(len(done))
    assert costs == [1, 1, 1, 1, 2, 1, 1]  # the fifth failure closes the lock: the same for every name


def test_the_lock_is_of_name_and_address(client: Client, person: Person) -> None:
    for _ in range(5):
        try_in(client, "wen.ruochuan", "wrong")
    assert try_in(client, "wen.ruochuan", GOOD).status_code == 422
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert try_in(elsewhere, "wen.ruochuan", GOOD).status_code == 302


def test_a_reset_opens_the_lock(client: Client, person: Person) -> None:
    for _ in range(6):
        try_in(client, "wen.ruochuan", "wrong")
    code = accounts.issue_code(person, timezone.now())
    form = {"username": "wen.ruochuan", "code": code, "password": OTHER, "again": OTHER}
    assert client.post("/reset", form)["Location"] == "/signin"
    assert "密码已设置" in client.get("/signin").content.decode()
    assert try_in(client, "wen.ruochuan", OTHER).status_code == 302


def test_reset_refuses_with_a_sentence_and_repeats_no_secret(client: Client, person: Person) -> None:
    code = accounts.issue_code(person, timezone.now())
    form = {"username": "wen.ruochuan", "code": code, "password": OTHER, "again": OTHER}
    for change, said in (
        ({"again": GOOD}, "两次输入的密码不一致"),
        ({"code": "AAAAA"}, "用户名或一次性码不正确"),
        ({"username": "nobody"}, "用户名或一次性码不正确"),
        ({"password": "short", "again": "short"}, "12"),
    ):
        answer = client.post("/reset", form | change)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert said in text
        assert code not in text
        assert OTHER not in text
    assert client.post("/reset", form).status_code == 302
    assert client.post("/reset", form).status_code == 422


@pytest.mark.parametrize(
    "address", ["https://example.org/x", "//example.org", "javascript:alert(1)", "\\\\example.org"]
)
def test_sign_in_leads_to_this_site_only(client: Client, person: Person, address: str) -> None:
    assert try_in(client, "wen.ruochuan", GOOD, next=address)["Location"] == "/"


def test_sign_in_leads_on(client: Client, person: Person) -> None:
    assert client.get("/account")["Location"] == "/signin?next=/account"
    assert try_in(client, "wen.ruochuan", GOOD, next="/account")["Location"] == "/account"


def test_forms_need_their_token(person: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in ("/signin", "/reset", "/signout"):
        assert strict.post(address, {"username": "wen.ruochuan", "password": GOOD}).status_code == 403
    strict.force_login(person)
    assert strict.post("/account", {"do": "token", "label": "对接"}).status_code == 403
    assert not Token.objects.exists()


def test_changing_the_password_ends_other_sessions(client: Client, person: Person) -> None:
    other = Client()
    for one in (client, other):
        try_in(one, "wen.ruochuan", GOOD)
    form = {"do": "password", "old": GOOD, "password": OTHER, "again": OTHER}
    assert client.post("/account", form | {"old": "wrong"}).status_code == 422
    assert client.post("/account", form | {"again": "x"}).status_code == 422
    assert client.post("/account", form | {"password": "short", "again": "short"}).status_code == 422
    assert other.get("/account").status_code == 200
    assert client.post("/account", form).status_code == 302
    assert "密码已修改" in client.get("/account").content.decode()
    assert other.get("/account").status_code == 302


def test_a_stolen_session_cannot_guess_the_password(client: Client, person: Person) -> None:
    client.force_login(person)
    form = {"do": "password", "password": OTHER, "again": OTHER}
    for _ in range(5):
        client.post("/account", form | {"old": "wrong"})
    assert client.post("/account", form | {"old": GOOD}).status_code == 422


def test_a_closed_account_is_out_at_once(client: Client, person: Person) -> None:
    try_in(client, "wen.ruochuan", GOOD)
    accounts.disable(person, timezone.now())
    assert client.get("/account").status_code == 302
    accounts.enable(person)
    assert client.get("/account").status_code == 302


def test_tokens_are_made_shown_once_and_revoked(client: Client, person: Person) -> None:
    client.force_login(person)
    text = client.post("/account", {"do": "token", "label": "对接<b>"}).content.decode()
    found = re.search(r"sc_[\w-]{43}", text)
    assert found
    assert accounts.person_for_token(found[0]) == person
    again = client.get("/account").content.decode()
    assert found[0] not in again
    assert "对接&lt;b&gt;" in again
    for wrong in ("", "x", "0", "٣", "9" * 30):
        client.post("/account", {"do": "revoke", "token": wrong})
    assert accounts.person_for_token(found[0]) == person
    client.post("/account", {"do": "revoke", "token": str(Token.objects.get().pk)})
    assert accounts.person_for_token(found[0]) is None
    assert client.post("/account", {"do": "token", "label": ""}).status_code == 422


def test_another_persons_token_is_not_revoked(client: Client, person: Person) -> None:
    other = Person.objects.create(login="zhu.wangzhou", name="祝望舟")
    accounts.create_token(other, "对接", timezone.now())
    client.force_login(person)
    client.post("/account", {"do": "revoke", "token": str(Token.objects.get().pk)})
    assert Token.objects.get().revoked_at is None


def test_demo_accounts_stand_on_the_page_of_a_demo_only(client: Client, settings: Any) -> None:
    load_initial(now=timezone.now(), demo=True)
    settings.SHUANGCHA_MODE = "production"
    assert "演示账号" not in client.get("/signin").content.decode()
    assert accounts.DEMO_PASSWORD not in client.get("/signin").content.decode()
    settings.SHUANGCHA_MODE = "demo"
    accounts.set_demo_passwords()
    text = client.get("/signin").content.decode()
    for role in ("党组书记、院长", "执行局局长", "监察室主任", "系统管理员", "审计员", "司法巡查组组长"):
        assert role in text, role
    login = re.search(r'name="username" value="([a-z.]+)"', text)
    assert login
    assert try_in(client, login[1], accounts.DEMO_PASSWORD).status_code == 302
