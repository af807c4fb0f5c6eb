"""What pages cost: a bounded number of statements that does not grow with the rows (session and read log included)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.courts import calendar
from tests.desk.story import HEAD, LE, PLACES, PRESIDENT, E, S, Story

SignedIn = Callable[[str], Client]


def cost(client: Client, url: str) -> int:
    calendar.current()  # kept by a process for a minute
    with CaptureQueriesContext(connection) as statements:
        assert client.get(url).status_code in (200, 404), url
    return len(statements)


@pytest.mark.parametrize("login", [E, S, LE, PRESIDENT, HEAD, "kang.ruoji", "jin.xuzhou"])
def test_worklist_and_matter_page_stay_in_their_budget(signed_in: SignedIn, pages: Any, login: str) -> None:
    client = signed_in(login)
    assert cost(client, "/") <= 12
    for place in PLACES[PLACES.index("opened") :]:
        assert cost(client, f"/matters/{pages[place].matter.uid}/") <= 18, place


def test_the_investigators_own_view_stays_in_its_budget(signed_in: SignedIn, pages: Any) -> None:
    for place in ("investigating", "drafted", "reported"):
        story = pages[place]
        assert cost(signed_in(story.leader), f"/matters/{story.matter.uid}/") <= 18, place


@pytest.mark.parametrize("place", ["drafted", "approving", "disposing", "concluded"])
def test_a_grown_matter_costs_what_a_small_one_costs(signed_in: SignedIn, pages: Any, place: str) -> None:
    small, grown = pages[place], Story(place, serial=9000, grown=True)
    assert len(grown.asked) > len(small.asked)
    for login in (E, LE, HEAD):
        client = signed_in(login)
        for tail in ("", "files/", "steps/"):
            one, other = (cost(client, f"/matters/{story.matter.uid}/{tail}") for story in (small, grown))
            assert one == other, (login, tail)
        for kind in ("round", "report"):
            one, other = (cost(client, f"/{kind}s/{story.newest(kind).uid}/") for story in (small, grown))
            assert one == other, (login, kind)


@pytest.mark.parametrize("url", ["/", "/matters/", "/clues/", "/meetings/", "/items/", "/duties/", "/search/?q=豫"])
def test_lists_cost_the_same_with_more_rows(signed_in: SignedIn, pages: Any, url: str) -> None:
    client = signed_in(E)
    before = cost(client, url)
    for n in range(2):
        Story("disposing", serial=9100 + n)
    assert cost(client, url) == before <= 12
