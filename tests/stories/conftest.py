"""Every story is played once (tests.stories.worlds); each test works on them and is rolled back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

Told = dict[str, Any]


@pytest.fixture
def seeded(demo_seed: Told) -> Told:
    """What stood in a demo at its first opening."""
    return demo_seed


@pytest.fixture
def told(demo_told: dict[str, Told]) -> dict[str, Told]:
    """What each story's telling recorded, by the story's key; the rows stand in the database."""
    return demo_told


@pytest.fixture
def play_until(demo_told: dict[str, Told]) -> Callable[..., Any]:
    """Play a story anew, up to an act (the key of a move) or to the end of a day; gives its teller."""

    def play(key: str, move: str = "", last_day: str = "") -> Any:
        from shuangcha.conf.demo.player import Paused
        from shuangcha.conf.demo.scenes import Teller
        from shuangcha.conf.demo.stories import STORIES

        story = next(one for one in STORIES if one.key == key)
        teller = Teller(until=move, last_day=dt.date.fromisoformat(last_day) if last_day else None)
        with pytest.raises(Paused):
            story.play(teller)
        teller.until, teller.last_day = "", None
        if teller.file is None and teller.clue is not None:
            from shuangcha.casefile import models as cf

            teller.file = cf.Matter.rows.filter(clue_links__clue=teller.clue).first()
        return teller

    return play


@pytest.fixture
def matter(told: dict[str, Told]) -> Callable[[str], Any]:
    """The matter of a told story."""

    def of(key: str) -> Any:
        from shuangcha.casefile import models as cf

        return cf.Matter.rows.get(number=told[key]["number"])

    return of
