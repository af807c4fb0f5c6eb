"""Every story is played once in one transaction of the package, rolled back at its end; each test works in a savepoint of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

Told = dict[str, Any]


@pytest.fixture(scope="package")
def instance(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Courts, calendar and the invented persons, in the package's transaction."""
    from shuangcha.acts.load import load_initial
    from shuangcha.courts import calendar, settings

    with django_db_blocker.unblock(), transaction.atomic():
        calendar.forget()
        settings.forget()
        reports = load_initial(now=dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC), demo=True)
        assert [error for report in reports for error in report.errors] == []
        yield
        transaction.set_rollback(True)
    calendar.forget()
    settings.forget()


@pytest.fixture(scope="package")
def seeded(instance: None) -> Told:
    """What stands in a demo at its first opening; the rows are gone again."""
    from shuangcha.casefile import models as cf
    from shuangcha.clock import business
    from shuangcha.conf.demo.seed import seed

    with transaction.atomic():
        found: Told = {"first": seed(dt.date(2026, 11, 20)), "today": business.today()}
        found["second"] = seed(business.today())
        found["stages"] = set(cf.Matter.rows.values_list("stage", flat=True))
        found["todos"] = set(cf.Todo.rows.values_list("court__code", "office"))
        found["latest"] = max(one.date() for one in cf.Clue.rows.values_list("created_at", flat=True))
        transaction.set_rollback(True)
    business.move_to(None)
    return found


@pytest.fixture(scope="package", autouse=True)
def told(instance: None, seeded: Told) -> dict[str, Told]:
    """What each story's telling recorded, by the story's key; the rows stand in the database."""
    from shuangcha.conf.demo.playing import tell
    from shuangcha.conf.demo.stories import STORIES

    found = {}
    for story in STORIES:
        with transaction.atomic():
            found[story.key] = tell(story)[0]
    return found


@pytest.fixture
def play_until() -> Callable[..., Any]:
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
