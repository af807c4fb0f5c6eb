"""Connections are kept from request to request, and what a new one got for nothing still holds: a data file that is
replaced while it is served, a schema that another process changes, a fork, a log that can be written back."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import connection
from django.db.utils import InterfaceError, OperationalError

from shuangcha.conf.database import sqlite_settings
from shuangcha.conf.sqlite import base
from tests.conf.test_serve import ask, served
from tests.harness.engines import ROOT, FreshDatabase, engine_name, sqlite_path


def open_by(server: subprocess.Popen[str], name: str) -> set[int]:
    """Processes of the instance that hold a file whose path ends like this ('…(deleted)' once it has no name)."""
    found = set()
    for one in psutil.Process(server.pid).children(recursive=True):
        with contextlib.suppress(OSError, psutil.Error):
            links = [os.readlink(link) for link in Path(f"/proc/{one.pid}/fd").iterdir()]
            found |= {one.pid for link in links if link.endswith(name)}
    return found


def copy_of(path: Path, to: Path) -> Path:
    """A whole and consistent copy, without log."""
    with contextlib.closing(sqlite3.connect(path)) as live, contextlib.closing(sqlite3.connect(to)) as copy:
        live.backup(copy)
    return to


def written(path: Path) -> bytes:
    return path.read_bytes()


def page(port: int, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", path)
    return line.getresponse().status


@pytest.fixture
def kept(tmp_path: Path, django_db_blocker: Any) -> Any:
    """A wrapper of its own over a file of its own, asked as a request would ask."""
    path = tmp_path / "one.sqlite3"
    settings = connection.settings_dict | sqlite_settings(path)  # on either engine: the file is the test's own
    wrapper = base.DatabaseWrapper(settings, "default")
    with django_db_blocker.unblock():
        yield wrapper, path
        wrapper.close()


def said(wrapper: Any, statement: str) -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def fill(path: Path, word: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as bare:
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("CREATE TABLE word AS SELECT ? AS word", [word])


def test_the_next_request_opens_anew_and_the_log_of_the_old_file_is_not_replayed(kept: Any, tmp_path: Path) -> None:
    wrapper, path = kept
    fill(path, "old")
    assert said(wrapper, "SELECT word FROM word") == [("old",)]
    said(wrapper, "UPDATE word SET word = 'in the log'")
    first = wrapper.connection
    wrapper.close_if_unusable_or_obsolete()
    assert said(wrapper, "SELECT word FROM word") == [("in the log",)]
    assert wrapper.connection is first, "kept"
    fill(tmp_path / "new.sqlite3", "new")
    os.link(path, tmp_path / "old.sqlite3")
    os.replace(tmp_path / "new.sqlite3", path)
    before = written(tmp_path / "old.sqlite3")
    wrapper.close_if_unusable_or_obsolete()  # what Django does where a request begins
    assert said(wrapper, "SELECT word FROM word") == [("new",)]
    said(wrapper, "UPDATE word SET word = 'newer'")
    wrapper.close()
    with contextlib.closing(sqlite3.connect(path)) as bare:
        assert bare.execute("SELECT word FROM word").fetchall() == [("newer",)]
    assert written(tmp_path / "old.sqlite3") == before


def test_another_thread_that_opens_first_does_not_replay_it_either(kept: Any, tmp_path: Path) -> None:
    wrapper, path = kept
    fill(path, "old")
    said(wrapper, "UPDATE word SET word = 'in the log'")
    fill(tmp_path / "new.sqlite3", "new")
    os.replace(tmp_path / "new.sqlite3", path)
    other = base.DatabaseWrapper(wrapper.settings_dict, "default")
    try:
        assert said(other, "SELECT word FROM word") == [("new",)]
    finally:
        other.close()


def test_a_log_that_came_with_the_new_file_is_kept(kept: Any, tmp_path: Path) -> None:
    wrapper, path = kept
    fill(path, "old")
    assert said(wrapper, "SELECT word FROM word") == [("old",)]
    new = tmp_path / "new" / path.name
    new.parent.mkdir()
    with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as bare:
        fill(new, "new")
        bare.execute("UPDATE word SET word = 'in the new log'")
        for ending in (base.INDEX, base.LOG, ""):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{path}{ending}")
            shutil.copy(f"{new}{ending}", f"{path}{ending}")
    wrapper.close_if_unusable_or_obsolete()
    assert said(wrapper, "SELECT word FROM word") == [("in the new log",)]


def test_a_file_that_is_gone_is_an_error_and_no_empty_database(kept: Any, tmp_path: Path) -> None:
    wrapper, path = kept
    fill(path, "old")
    assert said(wrapper, "SELECT word FROM word") == [("old",)]
    path.rename(tmp_path / "aside.sqlite3")
    wrapper.close_if_unusable_or_obsolete()
    with pytest.raises(OperationalError, match="不见了"):
        said(wrapper, "SELECT 1")
    assert not path.exists()
    (tmp_path / "aside.sqlite3").rename(path)
    assert said(wrapper, "SELECT word FROM word") == [("old",)]


def test_a_kept_connection_sees_what_a_migration_elsewhere_has_made(kept: Any) -> None:
    """Tables remade, triggers taken down and built again: by another connection, while this one is held."""
    wrapper, path = kept
    fill(path, "old")
    assert said(wrapper, "SELECT * FROM word") == [("old",)]
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as bare:
        bare.executescript(
            "BEGIN IMMEDIATE; CREATE TABLE remade (word TEXT, more TEXT DEFAULT 'more');"
            "INSERT INTO remade (word) SELECT word FROM word; DROP TABLE word; ALTER TABLE remade RENAME TO word;"
            "CREATE TRIGGER no_delete BEFORE DELETE ON word BEGIN SELECT RAISE(ABORT, 'guarded'); END; COMMIT;"
        )
    assert said(wrapper, "SELECT * FROM word") == [("old", "more")]
    with pytest.raises(Exception, match="guarded"):
        said(wrapper, "DELETE FROM word")


FORK = """
import os, sys, threading
import django; django.setup()
from django.db import connection, transaction
from django.db.utils import InterfaceError

def count():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        return cursor.fetchone()[0]

def forked():
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        os._exit(0 if count() else 1)
    except InterfaceError:
        os._exit(7)
    except BaseException:
        os._exit(8)

count()
print("idle", forked(), connection.connection is None, count() > 0)
with transaction.atomic():
    count()
    print("in a transaction", forked(), count() > 0)
held, leave = threading.Event(), threading.Event()
def other():
    count(); held.set(); leave.wait()
thread = threading.Thread(target=other); thread.start(); held.wait()
print("of another thread", forked(), count() > 0)
leave.set(); thread.join()
"""


def test_a_connection_of_another_process_is_refused_wherever_it_is_used(
    kept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any hook: by the number of the process, at every use."""
    wrapper, path = kept
    fill(path, "old")
    assert said(wrapper, "SELECT word FROM word") == [("old",)]
    with monkeypatch.context() as patched:
        patched.setattr(base.os, "getpid", lambda: -1)
        with pytest.raises(InterfaceError, match="分叉"):
            wrapper.cursor()
    assert said(wrapper, "SELECT 1") == [(1,)]


if engine_name() == "sqlite":

    def test_a_file_replaced_while_it_is_served_is_the_one_that_is_read(
        fresh_database: FreshDatabase, tmp_path: Path
    ) -> None:
        """The old file, kept by a second name, gets no write; the new one is read, whole, by the next request."""
        path = sqlite_path(fresh_database.url)
        broken = copy_of(path, path.with_name("other.sqlite3"))
        with contextlib.closing(sqlite3.connect(broken)) as bare:
            bare.execute("PRAGMA journal_mode = WAL")
            trigger = bare.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchone()[0]
            bare.execute(f'DROP TRIGGER "{trigger}"')  # by which the answer tells the new file from the old
            bare.execute(
                "CREATE TABLE filler AS SELECT randomblob(400000) AS x"
            )  # and it has other pages at other places
        old = path.with_name("old.sqlite3")
        with served(fresh_database) as (server, port):
            for _ in range(12):  # every thread of both workers may have taken one
                assert ask(port, "/readyz")[0] == 200
            assert open_by(server, path.name), "connections are kept"
            with fresh_database.connect() as bare:  # left in the log, which stands beside the new file afterwards
                bare.execute("CREATE TABLE only_in_the_old_log (x)")
            os.link(path, old)
            os.replace(broken, path)
            # What the old file is when it has lost its name; from here on nobody may write it.
            before = written(old)
            told = [ask(port, "/readyz") for _ in range(12)]
            assert {status for status, _ in told} == {503}
            assert {body["reason"] for _, body in told} == {told[0][1]["reason"]}
            assert "保护触发器不完整" in told[0][1]["reason"]
            page(port, "/signin/")  # writes nothing, reads a session
            with contextlib.closing(sqlite3.connect(path)) as bare:
                assert bare.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert bare.execute(
                    "SELECT count(*) FROM sqlite_master WHERE name = 'only_in_the_old_log'"
                ).fetchone() == (0,)
            assert written(old) == before
        with contextlib.closing(sqlite3.connect(path)) as bare:
            assert bare.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert bare.execute("SELECT count(*) FROM filler").fetchone() == (1,)

    def test_a_connection_never_crosses_a_fork(fresh_database: FreshDatabase) -> None:
        """Of the forking thread it is closed before; with one that could not be closed the child is refused.
        The parent goes on."""
        done = subprocess.run(
            [sys.executable, "-c", FORK], env=fresh_database.env, cwd=ROOT, text=True, capture_output=True, timeout=60
        )
        assert done.stdout.splitlines() == [
            "idle 0 True True",
            "in a transaction 7 True",
            "of another thread 7 True",
        ], done.stderr

    def test_kept_connections_leave_the_log_free_to_be_written_back(fresh_database: FreshDatabase) -> None:
        """No request leaves a reading transaction open: else the log could only grow."""
        with served(fresh_database) as (_, port):
            for path in ("/readyz", "/signin/", "/", "/api/v1/me"):
                for _ in range(6):
                    page(port, path)
            with fresh_database.connect() as bare:
                bare.execute("PRAGMA busy_timeout = 10000")
                bare.execute("CREATE TABLE written (x)")
                busy, _, _ = bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                assert busy == 0
            assert os.path.getsize(f"{sqlite_path(fresh_database.url)}{base.LOG}") < 1_000_000

else:

    @pytest.mark.django_db
    def test_statements_are_not_compiled_by_postgresql() -> None:
        """Debian's PostgreSQL compiles by default; whoever runs the tests there finds it off in every connection."""
        assert said(connection, "SHOW jit") == [("off",)]

    def test_an_operators_own_options_reach_postgresql(fresh_database: FreshDatabase) -> None:
        """PGOPTIONS is libpq's; nothing of ours stands in its place."""
        code = (
            "import django; django.setup()\nfrom django.db import connection\n"
            "with connection.cursor() as c:\n"
            "    c.execute(\"SELECT current_setting('work_mem'), current_setting('jit')\"); print(*c.fetchone())"
        )
        env = fresh_database.env | {"PGOPTIONS": "-c work_mem=7MB -c jit=on"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, cwd=ROOT, text=True, capture_output=True, timeout=60
        )
        assert done.stdout.split() == ["7MB", "off"], done.stderr
