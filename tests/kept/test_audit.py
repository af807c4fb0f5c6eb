"""`deep audit` against a service of our own: a weakness is named, silence is no answer."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.deep import __main__ as deep
from tests.deep import audit

WEAK = {"id": "PYSEC-2026-1", "summary": "made up", "modified": "2026-01-01T00:00:00Z"}
MENDED = {
    "package": {"name": "weak", "ecosystem": "PyPI"},
    "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "1.1"}]}],
}


class Service(BaseHTTPRequestHandler):
    """Speaks OSV's query: `weak` has a weakness, nothing else has."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        weak = asked["package"]["name"] == "weak" and asked["version"] == "1.0"
        body = json.dumps({"vulns": [WEAK | {"affected": [MENDED]}]} if weak else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: the test's output stays its own."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


def pinned(folder: Path, *packages: str) -> None:
    lines = [f"{one} \\\n    --hash=sha256:{'0' * 64}\n" for one in packages]
    (folder / "pinned.txt").write_text("".join(lines), encoding="ascii")


def test_a_weakness_is_named_and_its_absence_is_told(
    service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pinned(tmp_path, "sound==2.0", "weak==1.0")
    assert audit.main(service, ("pinned.txt",), tmp_path) == 1
    said = capsys.readouterr().out
    assert "weak 1.0 有已知漏洞 PYSEC-2026-1；修复版本：1.1。" in said
    assert "核查 2 个组件，已知漏洞 1 项" in said
    pinned(tmp_path, "sound==2.0", "weak==1.1")
    assert audit.main(service, ("pinned.txt",), tmp_path) == 0
    assert "核查 2 个组件，已知漏洞 0 项" in capsys.readouterr().out


def test_a_service_that_does_not_answer_fails_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    pinned(tmp_path, "sound==2.0")
    assert audit.main(f"http://127.0.0.1:{port}/v1/query", ("pinned.txt",), tmp_path) == 1
    assert "未能核查" in capsys.readouterr().out


def test_what_was_left_out_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit._told("x", [{"name": "odd", "skip_reason": "no version"}]) == 1
    assert audit._told("x", []) == 1
    assert audit._told("x", [{"name": "sound", "version": "1", "vulns": []}]) == 0
    assert "odd 未能核查" in capsys.readouterr().out


def test_deep_knows_the_part() -> None:
    assert deep.PARTS["audit"] is deep.audit
