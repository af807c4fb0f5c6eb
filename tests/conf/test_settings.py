"""Database addresses, keys, and the end of a session."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from shuangcha.conf.database import parse_database_url
from shuangcha.conf.keys import secret_key
from shuangcha.conf.middleware import AbsoluteSession

ROOT = Path(__file__).resolve().parents[2]


def test_a_sqlite_address_may_hold_spaces_and_hanzi_and_signs() -> None:
    assert parse_database_url("sqlite:////srv/双查 数据/a#b?.sqlite3")["NAME"] == "/srv/双查 数据/a#b?.sqlite3"
    assert parse_database_url("sqlite:///srv/%E5%8F%8C%E6%9F%A5.sqlite3")["NAME"] == "/srv/双查.sqlite3"


def test_sqlite_loses_nothing_at_a_power_cut_and_waits_for_its_turn() -> None:
    options = parse_database_url("sqlite:////srv/a.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]


def test_a_postgres_address_is_read_whole() -> None:
    asked = parse_database_url("postgresql://court:p%40ss%2Fword@db.example:6432/shuangcha?sslmode=require")
    assert (asked["USER"], asked["PASSWORD"], asked["HOST"], asked["PORT"], asked["NAME"]) == (
        *("court", "p@ss/word", "db.example", "6432", "shuangcha"),
    )
    assert asked["OPTIONS"] == {"sslmode": "require"}
    assert asked["CONN_MAX_AGE"] is None


def test_the_secret_key_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    data, keys = tmp_path / "data", tmp_path / "data.keys"
    assert secret_key(keys, data) != secret_key(keys, data), "no instance, no key that stays"
    assert not keys.exists()
    data.mkdir()
    first = secret_key(keys, data)
    assert secret_key(keys, data) == first
    assert len(first) >= 50
    assert stat.S_IMODE((keys / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert [path.name for path in keys.iterdir()] == ["secret.key"]


def test_processes_that_start_together_share_one_secret_key(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    code = (
        "import sys; from pathlib import Path; from shuangcha.conf.keys import secret_key;"
        "print(secret_key(Path(sys.argv[1], 'keys'), Path(sys.argv[1], 'data')))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    printed = {process.communicate(timeout=60)[0].strip() for process in started}
    assert len(printed) == 1
    assert len(printed.pop()) >= 50


def test_a_truncated_secret_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short\n")
    with pytest.raises(ValueError, match="不完整"):
        secret_key(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SHUANGCHA_MODE": "test"}, "SHUANGCHA_MODE"),
        ({"DATABASE_URL": "oracle://h/x"}, "DATABASE_URL"),
        ({"SHUANGCHA_KEYS": "DATA/keys"}, "密钥目录不得放在数据目录之内"),
    ],
)
def test_a_wrong_setting_is_one_sentence(variables: dict[str, str], said: str, tmp_path: Path) -> None:
    asked = {name: value.replace("DATA", str(tmp_path)) for name, value in variables.items()}
    env = os.environ | {"SHUANGCHA_DATA": str(tmp_path)} | asked
    command = [sys.executable, str(ROOT / "manage.py"), "check"]
    done = subprocess.run(command, env=env, text=True, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


@pytest.mark.django_db
def test_a_session_ends_eight_hours_after_sign_in_whatever_is_done() -> None:
    session = SessionStore()
    session[SESSION_KEY] = "1"
    request = RequestFactory().get("/")
    request.session = session
    middleware = AbsoluteSession(lambda _: HttpResponse())
    middleware(request)
    ends = session.get_expiry_date()
    assert abs(ends - timezone.now() - timedelta(hours=8)) < timedelta(minutes=1)
    session["anything"] = "later"
    session.save()
    middleware(request)
    assert session.get_expiry_date() == ends


@pytest.mark.parametrize(
    ("headers", "packed"),
    [
        ({"Content-Type": "text/html; charset=utf-8"}, True),
        ({"Content-Type": "text/css"}, True),
        ({"Content-Type": "application/pdf"}, False),
        ({"Content-Type": "text/html", "Content-Disposition": "attachment"}, False),
        ({"Content-Type": "text/css", "Content-Range": "bytes 0-10/100"}, False),
    ],
)
def test_pages_go_compressed_and_attachments_as_they_are(headers: dict[str, str], packed: bool) -> None:

    from shuangcha.conf.middleware import Compressed

    answer = Compressed(lambda _: HttpResponse("文" * 1000, headers=headers))(
        RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    )
    assert (answer.get("Content-Encoding") == "gzip") is packed
