"""SQLite connections that are kept: opening one parses the whole schema, some milliseconds of every request.

Three things that a connection opened anew each time got for nothing are looked after here.

* **The file is replaced under the process** (a restore by rename). A kept connection would go on writing into the file that no
  longer has a name. Each request compares the name's device and inode with those at opening (`CONN_HEALTH_CHECKS`) and opens
  anew. The write-ahead log and its index that stand beside the new file are then still those of the old one: SQLite would
  replay them into the new file. They are taken away first, if they are the very files this process holds open.
* **The file is gone**: an error, never an empty database in its place.
* **A fork.** SQLite's locks do not pass to a child, which would believe that it holds them; so the connection of the forking
  thread is closed before, and a child that was forked in spite of an open one (of another thread, or in a transaction) is
  refused the database.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.sqlite3 import base
from django.db.utils import InterfaceError, OperationalError

LOG, INDEX = "-wal", "-shm"
TRIES = 5
Mark = tuple[int, int] | None
"""Device and inode; None where there is no such file."""


class Files(NamedTuple):
    """What the names beside a database meant when it was opened."""

    main: Mark
    log: Mark
    shared: Mark


class Held(sqlite3.Connection):
    """An open connection that knows its files and the process that opened it."""

    path: str
    files: Files
    owner: int

    def close(self) -> None:
        with _lock:
            _held.discard(self)
        if self.owner == os.getpid():  # never a connection of the parent
            super().close()


_held: weakref.WeakSet[Held] = weakref.WeakSet()
_lock = threading.RLock()
_crossing: list[Held] = []
"""While this process forks, and for ever in the child: connections that were open then."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, save for how a connection is opened and when it is still good."""

    connection: Held | None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Held:
        _refuse_child()
        path = str(conn_params["database"])
        with _lock:
            for one in [one for one in _held if one.path == path]:
                _still_there(one)
            for _ in range(TRIES):
                before = _mark(path)
                found: Held = super().get_new_connection(conn_params | {"factory": Held})
                found.path, found.owner = path, os.getpid()
                found.execute("PRAGMA schema_version").fetchone()  # a read: the log and its index exist from here
                found.files = Files(_mark(path), _mark(path + LOG), _mark(path + INDEX))
                if before in (None, found.files.main):
                    _held.add(found)
                    return found
                found.close()  # replaced in this very moment
        raise OperationalError(f"数据文件“{path}”正在被替换，请稍后再试。")

    def is_usable(self) -> bool:
        """Asked once a request, before the first statement."""
        return self.connection is not None and self.connection.owner == os.getpid() and _still_there(self.connection)

    def _cursor(self, name: str | None = None) -> Any:
        if self.connection is not None and self.connection.owner != os.getpid():
            _refuse_child(certainly=True)
        return super()._cursor(name)  # type: ignore[misc]  # not in the stubs


def _mark(path: str) -> Mark:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _still_there(one: Held) -> bool:
    """The name still means the file that is open. If not, what the old file has left beside the new one is taken away.

    To be asked while `one` is open: its log cannot have lost its inode to another file then.
    """
    now = _mark(one.path)
    if now == one.files.main:
        return True
    if now is None:
        raise OperationalError(f"数据文件“{one.path}”不见了；为免在原处生成空库，系统拒绝继续。")
    with _alone(Path(one.path).parent):
        for name, mark in ((one.path + LOG, one.files.log), (one.path + INDEX, one.files.shared)):
            if mark is not None and _mark(name) == mark:
                os.unlink(name)
    return False


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process of this program takes away files here meanwhile. Not a lock on the data file:
    closing it would drop SQLite's own locks."""
    place = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


# --- forks ----------------------------------------------------------------------------------------------------------
def _refuse_child(*, certainly: bool = False) -> None:
    if certainly or any(one.owner != os.getpid() for one in _crossing):
        raise InterfaceError("本进程由持有 SQLite 连接的进程分叉而来，不得使用数据库；请另起进程。")


def _before_fork() -> None:
    for one in connections.all(initialized_only=True):
        if isinstance(one, DatabaseWrapper) and one.connection is not None and not one.in_atomic_block:
            one.close()
    _lock.acquire()
    _crossing.extend(_held)


def _after_in_parent() -> None:
    _crossing[:] = [one for one in _crossing if one.owner != os.getpid()]
    _lock.release()


os.register_at_fork(before=_before_fork, after_in_parent=_after_in_parent, after_in_child=_lock.release)
