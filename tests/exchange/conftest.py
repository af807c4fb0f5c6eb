"""One story told through the interface; each test sees it as it was and is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # Django is set up only after this file is read
    from tests.exchange.world import World


@pytest.fixture
def world(interface_story: World, db: None) -> Iterator[World]:
    """The story, on its last day. What a test changes is rolled back."""
    from shuangcha.clock import business

    interface_story.on("2020-06-24")
    voices = dict(interface_story.voices)
    yield interface_story
    interface_story.voices = voices
    business.move_to(None)
