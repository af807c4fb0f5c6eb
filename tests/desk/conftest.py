"""The world of the page tests: demo courts and a few matters left at different places, told once per session (tests.harness.baked)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

DAY = dt.date(2020, 6, 24)
World = dict[str, Any]


@pytest.fixture
def world(desk_places: World) -> World:
    """A story for each place of the main line."""
    return desk_places


@pytest.fixture
def pages(world: World, db: None, settings: Any) -> Iterator[World]:
    """The world on a fixed business day; what a test does is undone."""
    from shuangcha.clock import business

    business.move_to(DAY)
    yield world
    settings.SHUANGCHA_MODE = "training"
    business.move_to(None)


@pytest.fixture
def keeping(house: None, db: None, settings: Any) -> Iterator[Callable[[str], Client]]:
    """Clients by login on a fixed business day; what a test does is undone."""
    from shuangcha.clock import business
    from shuangcha.courts.models import Person

    def client(login: str) -> Client:
        found = Client()
        found.force_login(Person.objects.get(login=login))
        return found

    business.move_to(DAY)
    yield client
    settings.SHUANGCHA_MODE = "training"
    business.move_to(None)


@pytest.fixture
def signed_in(pages: World) -> Callable[[str], Client]:
    """A client of the person with this login."""
    from shuangcha.courts import calendar
    from shuangcha.courts.models import Person

    calendar.current()  # kept by a process for a minute: a page's count does not depend on when it was read

    def client(login: str) -> Client:
        found = Client()
        found.force_login(Person.objects.get(login=login))
        found.get("/flow/")  # a session's end is fixed by its first answer, as at a real sign-in
        return found

    return client
