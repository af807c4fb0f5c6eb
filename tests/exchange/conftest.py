"""The demo courts and one story, once per module; each test sees them as they were and is rolled back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

if TYPE_CHECKING:  # Django is set up only after this file is read
    from tests.exchange.world import World


@pytest.fixture(scope="module")
def told(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    """The story up to the open duties."""
    from shuangcha.acts.load import load_initial
    from shuangcha.clock import business
    from shuangcha.courts import calendar, settings
    from tests.exchange.world import World

    with django_db_blocker.unblock():
        calendar.forget()
        settings.forget()
        with transaction.atomic():
            loaded = load_initial(now=dt.datetime.now(dt.UTC), demo=True)
            assert not [one.errors for one in loaded if one.errors]
            world = World()
            world.begin()
            world.investigate()
            world.deliberate()
            yield world
            transaction.set_rollback(True)
        business.move_to(None)
        calendar.forget()
        settings.forget()


@pytest.fixture
def world(told: World, db: None) -> Iterator[World]:
    """The story, on its last day. What a test changes is rolled back."""
    told.on("2020-06-24")
    voices = dict(told.voices)
    yield told
    told.voices = voices
