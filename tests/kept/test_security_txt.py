"""/.well-known/security.txt as RFC 9116 wants it: for anybody, no session, no question to the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shuangcha.conf import environment, security

ADDRESS = "/.well-known/security.txt"


def fields(client: Client, **more: Any) -> dict[str, str]:
    answer = client.get(ADDRESS, **more)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert not answer.cookies
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")
    lines = answer.content.decode("ascii").splitlines()
    found = dict(line.split(": ", 1) for line in lines)
    assert len(found) == len(lines), "each field once"
    return found


def given(settings: Any, monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.ENVIRONMENT = environment.read()


def test_anybody_reads_it_and_no_session_begins() -> None:
    # No mark of the database: a question to it would raise.
    found = fields(Client())
    assert found.keys() == {"Contact", "Expires", "Preferred-Languages"}
    assert found["Contact"] == "mailto:security@localhost"
    assert fields(Client(), headers={"cookie": "shuangcha=stranger"}) == found


def test_it_never_expires_before_it_is_read_nor_after_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    for now in (datetime(2026, 12, 1, 15, 59, tzinfo=UTC), datetime(2031, 2, 28, 23, 59, 59, tzinfo=UTC)):
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        expires = datetime.fromisoformat(fields(Client())["Expires"])
        assert now + timedelta(days=30) < expires < now + timedelta(days=365)
        assert fields(Client())["Expires"] == (now + security.VALID).strftime("%Y-%m-%dT00:00:00Z")


def test_the_contact_is_the_one_set(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given(settings, monkeypatch, SHUANGCHA_HOSTS="*,10.0.0.7,.sc.court.cn,b.cn")
    assert fields(Client())["Contact"] == "mailto:security@sc.court.cn"
    given(settings, monkeypatch, SHUANGCHA_SECURITY_CONTACT="https://court.cn/report")
    assert fields(Client())["Contact"] == "https://court.cn/report"


def test_behind_tls_it_names_its_own_address(settings: Any) -> None:
    settings.HTTPS = True
    settings.ALLOWED_HOSTS = ["sc.court.cn"]
    found = fields(Client(headers={"host": "sc.court.cn"}))
    assert found["Canonical"] == f"https://sc.court.cn{ADDRESS}"
    assert Client(headers={"host": "evil.example"}).get(ADDRESS).status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_is_only_read(method: str) -> None:
    assert getattr(Client(), method)(ADDRESS).status_code == 405
