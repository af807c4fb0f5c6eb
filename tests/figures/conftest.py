"""Two worlds of invented matters, each in a transaction that is rolled back: the demo as it opens, and every story told to its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction


@pytest.fixture(scope="module", params=["seed", "told"])
def matters(request: Any, django_db_setup: None, django_db_blocker: Any, instance_keys: None) -> Iterator[str]:
    """Which world stands in the database."""
    from shuangcha.acts.load import load_initial
    from shuangcha.clock import business
    from shuangcha.conf.demo.playing import tell
    from shuangcha.conf.demo.seed import seed
    from shuangcha.conf.demo.stories import STORIES
    from shuangcha.courts import calendar, people, settings

    def forget() -> None:
        """What a process keeps for a minute is of another world."""
        for kept in (calendar, people, settings):
            kept.forget()

    forget()
    with django_db_blocker.unblock(), transaction.atomic():
        reports = load_initial(now=dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC), demo=True)
        assert [error for report in reports for error in report.errors] == []
        if request.param == "seed":
            seed(dt.date(2026, 11, 20))
        else:
            for story in STORIES:
                assert tell(story)[0]["arrived"], story.key
        yield request.param
        transaction.set_rollback(True)
    business.move_to(None)
    forget()
