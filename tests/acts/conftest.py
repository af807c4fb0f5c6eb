"""Worlds for the tests of the door."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def worlds(plan_bases: Any, db: None) -> Any:
    """What the test does is undone."""
    return plan_bases
