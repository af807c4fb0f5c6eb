"""The told story of the interface, and a few played worlds of the plan."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.conftest import world  # noqa: F401  fixture


@pytest.fixture
def worlds(access_bases: Any, db: None) -> Any:
    """What the test does is undone."""
    return access_bases
