"""The supervisor on a real instance: up, ready, and gone without a trace."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from tests.harness.engines import ROOT, FreshDatabase


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int, path: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


@contextmanager
def served(database: FreshDatabase) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
    server = subprocess.Popen(
        command, env=database.env, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        line = next((line for line in server.stdout if "已启动" in line), None)
        assert line is not None, server.communicate(timeout=30)[1]
        assert str(port) in line
        yield server, port
    finally:
        if server.poll() is None:
            server.kill()
        server.communicate(timeout=30)


def all_gone(family: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(family, timeout=25)
    return not alive


def test_ctrl_c_leaves_no_process_and_a_free_port(fresh_database: FreshDatabase) -> None:
    with served(fresh_database) as (server, port):
        assert ask(port, "/healthz") == (200, {"ok": True})
        assert ask(port, "/readyz")[0] == 200
        family = psutil.Process(server.pid).children(recursive=True)
        assert len(family) >= 4, "web with its workers, jobs with theirs"
        server.send_signal(signal.SIGINT)
        assert server.wait(40) == 0
        assert all_gone(family)
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_one_dead_half_ends_the_whole_and_says_so(fresh_database: FreshDatabase) -> None:
    with served(fresh_database) as (server, _):
        halves = psutil.Process(server.pid).children()
        family = psutil.Process(server.pid).children(recursive=True)
        jobs = next(half for half in halves if "qcluster" in half.cmdline())
        jobs.kill()
        assert server.wait(40) == 1
        assert server.stderr is not None
        assert "后台任务意外停止，已停止整个实例" in server.stderr.read()
        assert all_gone(family)


def test_no_half_outlives_a_killed_supervisor(fresh_database: FreshDatabase) -> None:
    with served(fresh_database) as (server, _):
        family = psutil.Process(server.pid).children(recursive=True)
        server.kill()
        assert all_gone(family)


def test_a_missing_guard_refuses_to_start_and_to_be_ready(fresh_database: FreshDatabase) -> None:
    with served(fresh_database) as (server, port):
        drop_one_guard(fresh_database)
        status, body = ask(port, "/readyz")
        assert status == 503
        assert "保护触发器不完整" in body["reason"]
        server.send_signal(signal.SIGTERM)
        assert server.wait(40) == 0
    refused = fresh_database.manage("serve", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "保护触发器不完整" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def drop_one_guard(database: FreshDatabase) -> None:
    with database.connect() as bare:
        run = bare.execute
        if database.engine == "sqlite":
            name = run("SELECT name FROM sqlite_master WHERE type='trigger' ORDER BY name").fetchone()[0]
            run(f'DROP TRIGGER "{name}"')
        else:
            find = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
            name, table = run(find).fetchone()
            run(f'DROP TRIGGER "{name}" ON {table}')


def test_a_database_of_another_version_is_refused(fresh_database: FreshDatabase) -> None:
    with fresh_database.connect() as bare:
        bare.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    refused = fresh_database.manage("serve", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "数据库的版本与程序不符" in refused.stderr


def test_a_job_that_waits_too_long_makes_the_instance_unready(fresh_database: FreshDatabase) -> None:
    code = (
        "import django; django.setup()\n"
        "from datetime import timedelta\n"
        "from django.utils import timezone\n"
        "from django_q.models import OrmQ\n"
        "from shuangcha.conf import health\n"
        "assert health.problem() == (None, 0), health.problem()\n"
        "OrmQ.objects.create(key='shuangcha', payload='', lock=timezone.now() - timedelta(hours=1))\n"
        "print(health.problem()[0])\n"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], env=fresh_database.env, cwd=ROOT, text=True, capture_output=True, timeout=60
    )
    assert "后台任务已积压 60 分钟" in done.stdout, done.stderr
    assert time.monotonic() - began < 60


@pytest.mark.django_db
def test_every_answer_carries_the_strict_headers(client: Any) -> None:
    headers = client.get("/healthz").headers
    policy = headers["Content-Security-Policy"]
    for part in (
        "default-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert part in policy.split("; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
