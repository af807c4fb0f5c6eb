"""What the process keeps of calendar and settings is forgotten between tests: each test's rows are rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    from shuangcha.courts import calendar, settings

    calendar.forget()
    settings.forget()
    yield
    calendar.forget()
    settings.forget()
