"""A demo instance of its own on SQLite files, served on a free loopback port: whatever engine the session tests,
pages are the same."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Instance:
    """A running demo. `accounts`: role key → {key, label, login, name, court}."""

    url: str
    password: str
    accounts: dict[str, dict[str, str]]
    env: dict[str, str]


@contextlib.contextmanager
def served() -> Iterator[Instance]:
    """Prepare, serve, and take everything away at the end. Raises RuntimeError with the log if it does not come up."""
    folder = Path(tempfile.mkdtemp(prefix="shuangcha-shots-"))
    data = folder / "data"
    data.mkdir(mode=0o700)
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHUANGCHA_", "DATABASE_", "COV_", "PYTEST"))
    }
    env |= {
        "SHUANGCHA_DATA": str(data),
        "SHUANGCHA_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "shuangcha.conf.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }
    try:
        _python(["manage.py", "prepare"], env)
        accounts = json.loads(_python(["-m", "tests.shots.roles"], env))
        password = _python(
            ["-c", "from shuangcha.acts.accounts import DEMO_PASSWORD as word; print(word)"], env, django=True
        )
        port = free_port()
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)],
                env=env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                url = f"http://127.0.0.1:{port}"
                _await(url, server, folder / "log")
                yield Instance(url, password.strip(), {one["key"]: one for one in accounts}, env)
            finally:
                _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _python(words: list[str], env: dict[str, str], *, django: bool = False) -> str:
    if django:
        words = ["-c", f"import django; django.setup(); {words[1]}"]
    done = subprocess.run([sys.executable, *words], env=env, cwd=ROOT, text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), opener.open(f"{url}/healthz", timeout=2) as answer:
            if answer.status == 200:
                return
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the demo did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
