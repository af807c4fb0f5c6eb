"""The two worlds of the demo: as it opens, and every story told to its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shuangcha.acts.load import load_initial
from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.conf.demo.playing import tell
from shuangcha.conf.demo.seed import seed
from shuangcha.conf.demo.stories import STORIES

Told = dict[str, Any]


def seeded() -> Told:
    """What stands in a demo at its first opening."""
    _courts()
    found: Told = {"first": seed(dt.date(2026, 11, 20)), "today": business.today()}
    found["second"] = seed(business.today())
    found["stages"] = set(cf.Matter.rows.values_list("stage", flat=True))
    found["todos"] = set(cf.Todo.rows.values_list("court__code", "office"))
    found["latest"] = max(one.date() for one in cf.Clue.rows.values_list("created_at", flat=True))
    return found


def told() -> dict[str, Told]:
    """What each story's telling recorded, by the story's key."""
    _courts()
    return {story.key: tell(story)[0] for story in STORIES}


def _courts() -> None:
    """Courts, calendar and the invented persons."""
    reports = load_initial(now=dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC), demo=True)
    assert [error for report in reports for error in report.errors] == []
