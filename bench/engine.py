"""Scratch databases of both engines: never an instance's own, always below a temporary folder, gone at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
DAY = "2021-11-30"
"""The business day of every scratch instance: after all that was played, before two districts were merged."""
ROOM = ("max_wal_size = '8GB'", "checkpoint_timeout = '15min'")
"""So that the embedded PostgreSQL does not write its pages out again and again while it is filled."""


@contextlib.contextmanager
def servers(engines: list[str]) -> Iterator[dict[str, str]]:
    """{engine: base address}: a folder for SQLite; for PostgreSQL the server of DATABASE_URL or an embedded one."""
    with tempfile.TemporaryDirectory(prefix="shuangcha-bench-") as folder:
        found = {"sqlite": f"sqlite://{quote(folder)}"}
        server = None
        if "postgres" in engines:
            outside = os.environ.get("DATABASE_URL", "")
            if outside.startswith(("postgres://", "postgresql://")):
                found["postgres"] = outside
            else:
                from tests.harness.postgres import EmbeddedPostgres

                server = EmbeddedPostgres(Path(folder) / "postgres")
                found["postgres"] = server.start()
                for one in ROOM:
                    _admin(found["postgres"], f"ALTER SYSTEM SET {one}")
                _admin(found["postgres"], "SELECT pg_reload_conf()")
        try:
            yield {name: found[name] for name in engines} | {"folder": folder}
        finally:
            if server is not None:
                server.stop()


@contextlib.contextmanager
def scratch(base: str, folder: Path, name: str, *, of: str = "") -> Iterator[dict[str, str]]:
    """The environment of a scratch instance: empty, or a copy of the one named `of`, at which nobody works."""
    home = folder / name
    data = home / "data"
    is_pg = not base.startswith("sqlite")
    database = f"bench_{os.getpid()}_{name}"
    if of:
        shutil.copytree(folder / of, home)
    else:
        data.mkdir(parents=True)
        (data / "business_date").write_text(DAY, encoding="ascii")
    if is_pg:
        template = f' TEMPLATE "bench_{os.getpid()}_{of}"' if of else ""
        _admin(base, f'CREATE DATABASE "{database}"{template}')
        url = urlsplit(base)._replace(path=f"/{database}").geturl()
    else:
        url = f"sqlite://{quote(str(data / 'shuangcha.sqlite3'))}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SHUANGCHA_")}
    try:
        yield kept | {
            "DATABASE_URL": url,
            "SHUANGCHA_DATA": str(data),
            "SHUANGCHA_MODE": "training",
            "DJANGO_SETTINGS_MODULE": "shuangcha.conf.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }
    finally:
        if is_pg:
            _admin(base, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        shutil.rmtree(home, ignore_errors=True)


def _admin(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as bare:
        bare.execute(statement)


def run(
    env: dict[str, str], *words: str, timeout: float = 3600, root: Path = ROOT, python: str = sys.executable
) -> str:
    """Run `python -m WORDS` of a checkout in a scratch instance; what it printed. Raises RuntimeError."""
    done = subprocess.run(
        [python, "-m", *words],
        env=env | {"PYTHONPATH": str(root)},
        cwd=root,
        text=True,
        capture_output=True,
        timeout=timeout,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout
