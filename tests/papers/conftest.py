"""The story of the papers, told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .story import Told


@pytest.fixture
def told(papers_story: Told, db: None) -> Told:
    """What a test does is undone."""
    return papers_story


@pytest.fixture(autouse=True)
def of_a_real_instance(settings: Any) -> None:
    """The golden texts are those that a court issues: without the mark of a training or demo instance."""
    settings.SHUANGCHA_MODE = "production"
