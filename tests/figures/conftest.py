"""Two worlds of invented matters: the demo as it opens, and every story told to its end."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module", params=["demo_seed", "demo_told"])
def matters(request: Any) -> str:
    """Which world stands in the database."""
    request.getfixturevalue(request.param)
    return str(request.param)
