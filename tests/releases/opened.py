"""A kept instance unpacked for one test, with its database, on the session's engine."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg

from tests.harness import engines

from . import kept
from .make import environment


@dataclass(frozen=True)
class Opened:
    url: str
    data: Path
    env: dict[str, str]

    def python(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        env = self.env | more
        return subprocess.run([sys.executable, *words], env=env, cwd=kept.ROOT, text=True, capture_output=True)

    def upgraded(self, *words: str, **more: str) -> dict[str, Any]:
        done = self.python("-m", "tests.releases.upgraded", *words, **more)
        assert done.returncode == 0, done.stderr[-6000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def database(self) -> engines.FreshDatabase:
        """As the helpers of the ledger's tests take one."""
        return engines.FreshDatabase(engines.engine_name(), self.url, self.data, self.env)


@contextlib.contextmanager
def opened(release: str, instance: str, folder: Path) -> Iterator[Opened]:
    engine = engines.engine_name()
    data = kept.unpack(release, engine, instance, folder)
    mode = kept.INSTANCES[instance]
    if engine == "sqlite":
        url = f"sqlite://{quote(str(data / 'shuangcha.sqlite3'))}"
        yield Opened(url, data, environment(url, data, mode))
        return
    server, name = os.environ["SHUANGCHA_TEST_URL"], f"release_{uuid.uuid4().hex[:12]}"
    with contextlib.closing(psycopg.connect(server, autocommit=True)) as bare:
        bare.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        try:
            kept.restore(url, folder / kept.DUMP)
            yield Opened(url, data, environment(url, data, mode))
        finally:
            bare.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
