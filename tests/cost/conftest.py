"""The situations of `tests.plan.scenes`, one for every act that is offered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def all_worlds(django_db_setup: Any, django_db_blocker: Any, instance_keys: None) -> Iterator[Any]:
    from tests.plan import worlds as played  # not before Django is loaded

    yield from played.hold(django_db_blocker)


@pytest.fixture
def worlds(all_worlds: Any, db: None) -> Iterator[Any]:
    """What the test does is undone; the business day is moved back."""
    from shuangcha.clock import business

    yield all_worlds
    business.move_to(None)
