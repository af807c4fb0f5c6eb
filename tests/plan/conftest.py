"""Worlds for the tests of the plan: played once per module; each test's own transaction stands inside theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def all_worlds(request: Any, django_db_setup: Any, django_db_blocker: Any, instance_keys: None) -> Iterator[Any]:
    """A module that names BASES_WANTED has only those bases played."""
    from tests.plan import worlds as played  # not before Django is loaded

    yield from played.hold(django_db_blocker, *getattr(request.module, "BASES_WANTED", ()))


@pytest.fixture
def worlds(all_worlds: Any, db: None) -> Any:
    """What the test does is undone: `db` is a savepoint in the worlds' transaction."""
    return all_worlds
