"""The two database engines of the tests: SQLite as files, and a real PostgreSQL.

`prepare()` is called once per session by tests/conftest.py before Django is loaded. The session migrates one template;
every database of the tests is a copy of it: a copied SQLite file or a clone of a PostgreSQL TEMPLATE. Race, kill and
tamper tests take a whole database of their own from `fresh_database()`. The usual flush between such tests is
impossible: the ledger's guards refuse DELETE, and there is no switch to turn them off. With xdist the workers share the
scratch folder, and in it the template, the keys and the told worlds (`baked`).
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from tests.harness.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ("sqlite", "postgres")
_ENGINE, _URL, _SCRATCH = "SHUANGCHA_TEST_ENGINE", "SHUANGCHA_TEST_URL", "SHUANGCHA_TEST_SCRATCH"

BIRTH = """
import django; django.setup()
from django.core.management import call_command
from tests.harness.engines import make_keys
call_command("migrate", verbosity=0)
make_keys()
"""
"""How a template comes into being: tables with their guards, and the keys of a new instance; no rows."""


@dataclass(frozen=True)
class FreshDatabase:
    """A migrated database for one test. `env` is the whole environment for subprocesses (server, commands)."""

    engine: str
    url: str
    data: Path
    env: dict[str, str]

    def manage(self, *words: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run `manage.py WORDS` on this database and return what came out."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        return subprocess.run(command, env=self.env, cwd=ROOT, text=True, capture_output=True, timeout=timeout)

    def connect(self) -> contextlib.AbstractContextManager[Any]:
        """A bare connection of the driver with the driver's own defaults, as someone with the file would open it."""
        if self.engine == "sqlite":
            return contextlib.closing(sqlite3.connect(sqlite_path(self.url), isolation_level=None))
        import psycopg

        return contextlib.closing(psycopg.connect(self.url, autocommit=True))


def engine_name() -> str:
    name = os.environ.get(_ENGINE, "sqlite")
    if name not in ENGINES:
        raise SystemExit(f"{_ENGINE} must be one of {ENGINES}, not {name!r}")
    return name


def prepare() -> None:
    """Choose the engine, start PostgreSQL if needed, and set the environment that the settings read.

    Workers of xdist inherit the environment of the session that started them and start nothing of their own.
    """
    engine = engine_name()
    if _SCRATCH not in os.environ:
        # Under the system's temporary folder: a socket or a clone must not depend on the length of the clone's path.
        scratch = Path(tempfile.mkdtemp(prefix="shuangcha-test-"))
        os.environ[_SCRATCH] = str(scratch)
        atexit.register(_forget, scratch, os.getpid())
        if engine == "postgres":
            outside = os.environ.get("DATABASE_URL", "")
            if outside.startswith(("postgres://", "postgresql://")):
                os.environ[_URL] = outside
            else:
                server = EmbeddedPostgres(scratch / "postgres")
                atexit.register(server.stop)
                os.environ[_URL] = server.start()
    _settings_environment(engine, scratch_folder())


def scratch_folder() -> Path:
    """The session's scratch folder, removed at its end."""
    return Path(os.environ[_SCRATCH])


def _settings_environment(engine: str, scratch: Path) -> None:
    data = scratch / f"session-{worker()}" / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.startswith("SHUANGCHA_") and "_TEST_" not in name]:
        del os.environ[name]
    os.environ["SHUANGCHA_DATA"] = str(data)
    os.environ["SHUANGCHA_KEYS"] = str(scratch / "session.keys")  # of all workers: they read the same told worlds
    os.environ["SHUANGCHA_MODE"] = "training"  # the business date can be moved
    os.environ["DJANGO_SETTINGS_MODULE"] = "shuangcha.conf.settings"
    if engine == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite://{quote(str(data / 'shuangcha.sqlite3'))}"
    else:
        os.environ["DATABASE_URL"] = os.environ[_URL]


def worker() -> str:
    """The name of this process among the workers of xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@contextlib.contextmanager
def alone(what: str) -> Iterator[None]:
    """One worker of the session at a time; for what is made once and read by all."""
    folder = scratch_folder() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / what).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed, also by a killed process
        yield


def copied(source: str, name: str) -> str:
    """A copy of a database of this session that nobody is connected to; an earlier one of that name is gone.

    Databases are named as Django's settings name them: a file on SQLite, a name on PostgreSQL.
    """
    if engine_name() == "sqlite":
        target = scratch_folder() / "databases" / f"{name}.sqlite3"
        target.parent.mkdir(exist_ok=True)
        removed(str(target))
        shutil.copyfile(source, target)
        return str(target)
    target_name = f"{_own_names()}{name}"
    removed(target_name)
    _admin(f'CREATE DATABASE "{target_name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    return target_name


def removed(name: str) -> None:
    """Away with a database of this session, if it is there."""
    if engine_name() == "postgres":
        _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        return
    for end in ("", "-wal", "-shm"):
        Path(name + end).unlink(missing_ok=True)


def settled(name: str) -> None:
    """A SQLite database that nobody has open becomes one file."""
    if engine_name() == "sqlite":
        with contextlib.closing(sqlite3.connect(name)) as bare:
            bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def empty_database() -> str:
    """The migrated template, to be copied."""
    template = _template(engine_name())
    return str(template / "data" / "shuangcha.sqlite3") if engine_name() == "sqlite" else _template_name()


@contextlib.contextmanager
def fresh_database(engine: str | None = None) -> Iterator[FreshDatabase]:
    """A freshly migrated database of the session's engine, gone at the end of the block.

    The first call migrates a template (a few seconds), every later one copies it. The data, keys and seals folders are
    copied with it, so that the vault's key fits the rows.
    """
    engine = engine or engine_name()
    if engine != engine_name():
        raise ValueError(f"this session runs on {engine_name()}; a database of {engine} is not to be had in it")
    template = _template(engine)
    folder = Path(tempfile.mkdtemp(prefix="fresh-", dir=scratch_folder()))
    shutil.copytree(template, folder, dirs_exist_ok=True)
    data = folder / "data"
    name = f"{_own_names()}fresh_{uuid.uuid4().hex[:12]}"
    if engine == "sqlite":
        url = f"sqlite://{quote(str(data / 'shuangcha.sqlite3'))}"
    else:
        _admin(f'CREATE DATABASE "{name}" TEMPLATE "{_template_name()}" STRATEGY FILE_COPY')
        url = _with_name(name)
    try:
        yield FreshDatabase(engine, url, data, _child_environment(url, data))
    finally:
        if engine == "postgres":
            removed(name)
        shutil.rmtree(folder, ignore_errors=True)


def make_keys() -> None:
    """The keys of a new instance for the folders that the loaded settings name."""
    from django.conf import settings

    from shuangcha.vault import keys

    keys.prepare(settings.KEYS_DIR, data=settings.DATA_DIR, seals=settings.SEALS_DIR, data_is_new=True)


def sqlite_path(url: str) -> Path:
    """The file that a sqlite:/// address names."""
    return Path(unquote(url[len("sqlite://") :]))


def _template(engine: str) -> Path:
    """The folder holding the migrated template of this session; made by the first who asks."""
    folder = scratch_folder() / "template"
    with alone("template"):
        if (folder / "complete").exists():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        data = folder / "data"
        data.mkdir(parents=True)
        if engine == "sqlite":
            url = f"sqlite://{quote(str(data / 'shuangcha.sqlite3'))}"
        else:
            removed(_template_name())
            _admin(f'CREATE DATABASE "{_template_name()}"')
            url = _with_name(_template_name())
        command = [sys.executable, "-c", BIRTH]
        done = subprocess.run(command, env=_child_environment(url, data), cwd=ROOT, text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"the template database could not be migrated:\n{done.stdout}\n{done.stderr}")
        settled(str(data / "shuangcha.sqlite3"))
        (folder / "complete").touch()
    return folder


def _template_name() -> str:
    return f"{_own_names()}template"


def _own_names() -> str:
    """With what the databases of this session begin: two sessions on one running server leave each other alone."""
    return f"test_{scratch_folder().name[-8:].lower()}_"


def _child_environment(url: str, data: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SHUANGCHA_", "COV_", "PYTEST"))}
    return env | {
        "DATABASE_URL": url,
        "SHUANGCHA_DATA": str(data),
        "SHUANGCHA_MODE": "training",
        "DJANGO_SETTINGS_MODULE": "shuangcha.conf.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }


def _with_name(name: str) -> str:
    return urlsplit(os.environ[_URL])._replace(path=f"/{name}").geturl()


def _admin(statement: str) -> None:
    import psycopg

    with contextlib.closing(psycopg.connect(os.environ[_URL], autocommit=True)) as bare:
        bare.execute(statement)


def _forget(scratch: Path, owner: int) -> None:
    if os.getpid() != owner:  # a forked child leaves the session's folder alone
        return
    if engine_name() == "postgres" and _URL in os.environ and not (scratch / "postgres").exists():
        with contextlib.suppress(Exception):  # a server of someone else's: take what is ours away
            import psycopg

            with contextlib.closing(psycopg.connect(os.environ[_URL], autocommit=True)) as bare:
                like = _own_names().replace("_", r"\_") + "%"
                for (name,) in bare.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like]).fetchall():
                    bare.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(scratch, ignore_errors=True)
