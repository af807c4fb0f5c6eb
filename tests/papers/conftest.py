"""The story is told once for all tests of papers, in a transaction that is taken back at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

if TYPE_CHECKING:
    from .story import Told


@pytest.fixture(scope="module")
def whole_story(django_db_setup: None, django_db_blocker: Any, instance_keys: None) -> Iterator[Told]:
    from shuangcha.acts.load import load_initial
    from shuangcha.courts import calendar, settings

    from .story import tell

    with django_db_blocker.unblock(), transaction.atomic():
        calendar.forget()
        settings.forget()
        load_initial(now=dt.datetime(2020, 5, 20, 1, tzinfo=dt.UTC), demo=True)
        yield tell()
        transaction.set_rollback(True)
    calendar.forget()
    settings.forget()


@pytest.fixture
def told(whole_story: Told, db: None) -> Told:
    """What a test does is undone: `db` is a savepoint in the story's transaction."""
    return whole_story


@pytest.fixture(autouse=True)
def of_a_real_instance(settings: Any) -> None:
    """The golden texts are those that a court issues: without the mark of a training or demo instance."""
    settings.SHUANGCHA_MODE = "production"
