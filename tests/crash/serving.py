"""A real server (`manage.py serve`) on a loopback port, and its violent end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.harness.engines import ROOT, FreshDatabase
from tests.harness.postgres import PR_SET_PDEATHSIG

START_SECONDS = 60
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""A proxy of the environment has no business with loopback."""


class Server:
    """One instance at a time on one port; `kill` leaves no process of it."""

    def __init__(self, database: FreshDatabase) -> None:
        self.database = database
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None
        self.log = database.data.parent / "server.log"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers. Raises RuntimeError with the log if it does not."""
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(self.port), "--bind", "127.0.0.1"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                env=self.database.env,
                cwd=ROOT,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError), DIRECT.open(f"{self.address}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"the server did not come up:\n{self.log.read_text(errors='replace')[-3000:]}")

    def kill(self) -> int:
        """kill -9 of every process of the instance at once; returns how many there were."""
        if self.process is None:
            return 0
        family = descendants(self.process.pid)
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(20)
        until = time.monotonic() + 10
        while time.monotonic() < until and any(_alive(pid) for pid in family):
            time.sleep(0.01)
        self.process = None
        return len(family)


def _die_with_parent() -> None:
    """A test that is itself killed leaves no server behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def descendants(pid: int) -> list[int]:
    """The process and all that came from it, found through /proc; only processes that this test started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one and child not in found]
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
