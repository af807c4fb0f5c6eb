"""The told matters in the running demo: finished ones whole, those of this autumn as far as they have come.

The demo opens on a day of its own; what the stories tell of that day and later has not happened yet, so that every role
finds something to do.
"""

from __future__ import annotations

import contextlib
import datetime as dt

from django.db import transaction

from shuangcha.casefile import models as cf
from shuangcha.clock import business

from .player import Paused
from .scenes import Teller
from .stories import STORIES

OPENING = dt.date(2026, 9, 16)
LEFT_AT: dict[str, str] = {}
"""Stories left at an act (the key of a move) before the opening day has come."""
LEFT_IN_TRAINING = {"wages": "report.sign_own", "returned_opinion": "item.consult"}
"""In a training a report waits to be verified and an opinion to be drafted: the tasks of the first day."""
NOT_SEEDED = ("on_paper", "slow_freeze", "ended_court", "old_number", "about_president")
"""Finished matters that only `demo --play` tells: each costs the first start more than a second."""


def seed(today: dt.date, *, training: bool = False) -> int:
    """Play the stories into an empty demo instance and move its business day to the opening;
    the number of stories played.

    `today` is the business day before. Does nothing where there is a clue already.
    """
    if cf.Clue.rows.exists():
        return 0
    left = LEFT_IN_TRAINING if training else LEFT_AT
    told = [story for story in STORIES if story.key not in NOT_SEEDED]
    with transaction.atomic():
        for story in told:
            teller = Teller(last_day=OPENING - dt.timedelta(days=1), until=left.get(story.key, ""))
            with contextlib.suppress(Paused):
                story.play(teller)
    if today != OPENING:
        business.move_to(OPENING)
    return len(told)
