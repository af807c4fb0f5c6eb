"""What a page offers, the door behind it opens: every link to a form, a signature or a paper, for every office."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuangcha.access import scope
from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.courts.models import Person
from shuangcha.courts.people import viewer_of
from shuangcha.desk import links
from tests.desk.story import CLERK, DEPUTY, HEAD, LE, LS, OFFICE, PRESIDENT, E, S

UPPER_PRESIDENT = "shao.yuting"
SignedIn = Callable[[str], Client]
OFFICERS = (E, S, CLERK, OFFICE, DEPUTY, HEAD, LE, LS, PRESIDENT)
OFFERS = re.compile(r'href="(/(?:do|sign|papers)/[^"#]+)"')


def offered(client: Client, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return [one.replace("&amp;", "&") for one in dict.fromkeys(OFFERS.findall(answer.content.decode()))]


def subjects_of(login: str) -> list[Any]:
    """One subject of each kind and stage that this person may open."""
    viewer = viewer_of(Person.objects.get(login=login).pk, business.today())
    assert viewer is not None
    rows = [one for kind in cf.SUBJECTS for one in scope.visible(viewer, kind)]
    return list({(one.KIND, one.stage): one for one in rows}.values())


@pytest.mark.parametrize("login", OFFICERS)
def test_no_offer_is_refused(signed_in: SignedIn, pages: Any, login: str) -> None:
    client = signed_in(login)
    on_page: dict[tuple[str, str], tuple[str, str]] = {}
    for one in subjects_of(login):
        for link in offered(client, links.of(one)):
            on_page.setdefault(
                (one.KIND, link.split("?")[0] if link.startswith("/do/") else link), (link, links.of(one))
            )
    assert on_page
    refused = {
        link: (status, page)
        for link, page in on_page.values()
        if (status := client.get(link).status_code) not in (200, 302)
    }
    assert not refused


def test_a_president_is_not_offered_the_register_of_papers(signed_in: SignedIn, pages: Any) -> None:
    """登记文书 is of the two bodies; what is owed is shown to the president all the same."""
    owed = cf.Paper.rows.filter(issued_on__isnull=True, court__code="豫0304", subject_kind="round").first()
    assert owed is not None
    page = links.of(cf.Round.rows.get(pk=owed.subject_id))
    assert any("/do/register.paper/" in one for one in offered(signed_in(LE), page))
    client = signed_in(PRESIDENT)
    assert "应出未登记" in client.get(page).content.decode()
    assert not any("/do/register.paper/" in one for one in offered(client, page))
