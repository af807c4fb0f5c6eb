"""A PostgreSQL that may be killed and started again on the same data, or one of other programs than the tests' own."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.crash.serving import descendants
from tests.harness.postgres import EmbeddedPostgres, _free_port, _programs


class Cluster:
    """Context manager. `url` is its address, the same after every start."""

    def __init__(self, folder: Path, *, fsync: bool = False, programs: Path | None = None) -> None:
        self.folder, self.fsync = folder, fsync
        self.programs = programs or _programs()
        self.own = programs is None
        self.password, self.port = secrets.token_hex(16), _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://shuangcha:{self.password}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Cluster:
        self.folder.mkdir(parents=True)
        self.user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            if self.own:
                self.programs = EmbeddedPostgres(self.folder / "programs" / "x")._reachable(self.programs)
            self.folder.parent.chmod(0o711)
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)
        init = [
            self.programs / "initdb",
            "-D",
            self.folder / "data",
            "-U",
            "shuangcha",
            "--pwfile",
            secret,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        ]
        subprocess.run([*map(str, init)], check=True, capture_output=True, cwd=self.folder, **self.user)
        self.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start and wait until it takes connections; after a kill it replays its log first."""
        import psycopg

        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 120,
            "fsync": "on" if self.fsync else "off",
        }
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data")]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, cwd=self.folder, start_new_session=True, **self.user
            )
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def setting(self, name: str) -> str:
        """What the server says of a setting to somebody who has said nothing."""
        import psycopg

        with psycopg.connect(self.url) as bare:
            row = bare.execute("SELECT current_setting(%s)", [name]).fetchone()
        assert row is not None
        return str(row[0])

    def kill(self) -> None:
        """kill -9 of the postmaster and every backend."""
        if self.process is None or self.process.poll() is not None:
            return
        for pid in descendants(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(20)

    def kill_and_start(self) -> None:
        self.kill()
        self.start()
