"""What the tests of the ledger share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.audit import world
from tests.audit.bare import Bare
from tests.harness import engines


def act(database: engines.FreshDatabase, command: str, folder: Path) -> str:
    """Run `tests.audit.world` on a database of its own, in a process of its own."""
    words = [sys.executable, "-m", "tests.audit.world", command, str(folder)]
    done = subprocess.run(words, env=database.env, cwd=engines.ROOT, text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def filled() -> Iterator[engines.FreshDatabase]:
    """A database with a small ledger; tests undo what they do to it."""
    with engines.fresh_database() as database:
        act(database, "sample", database.data.parent)
        yield database


@pytest.fixture
def bare(filled: engines.FreshDatabase) -> Iterator[Bare]:
    with filled.connect() as connection:
        yield Bare(filled, connection)


@pytest.fixture
def court(db: None, monkeypatch: pytest.MonkeyPatch) -> world.World:
    """A small ledger in the session's database, undone after the test."""
    monkeypatch.setattr("shuangcha.audit.edges.from_plan", lambda: (world.ROWS, world.EDITION))
    made = world.sample()
    connection.check_constraints()  # PostgreSQL alters no table while such checks are pending
    return made
