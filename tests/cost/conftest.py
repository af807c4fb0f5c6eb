"""The situations of `tests.plan.scenes`, one for every act that is offered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def worlds(plan_bases: Any, db: None) -> Iterator[Any]:
    """What the test does is undone; the business day is moved back."""
    from shuangcha.clock import business

    yield plan_bases
    business.move_to(None)
