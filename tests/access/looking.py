"""Who looks, and what one gets to see: by the interface and by the pages, as an outsider would."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from shuangcha.access import relations
from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.courts.models import Person, Post
from shuangcha.courts.people import Viewer, viewer_of
from tests.exchange.world import PEOPLE, World

Pair = tuple[str, str]


def person(name: str) -> Person:
    return Person.objects.get(login=PEOPLE.get(name, name))


def viewer(name: str) -> Viewer:
    """The person with the posts of the business day."""
    found = viewer_of(person(name).pk, business.today())
    assert found is not None
    return found


def browser(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


def page(name: str, address: str) -> str:
    """The words of a page, without its marks and its empty space; empty where there is none for this person."""
    answer = browser(name).get(address)
    if answer.status_code != 200:
        assert answer.status_code == 404, (name, address, answer.status_code)
        return ""
    return " ".join(
        unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)).split()
    )


def row(pair: Pair) -> Any:
    kind, uid = pair
    return cf.SUBJECTS[kind].rows.get(uid=uid)


def letter(world: World) -> cf.Material:
    """The original of the petition, as it stands in the clue."""
    return cf.Material.rows.get(sha256=world.original["sha256"])


def let_in(name: str, **where: Any) -> None:
    """A membership of the person's own, in full: what the one predicate of visibility goes by."""
    who = person(name)
    body_id = Post.objects.filter(person=who).order_by("id").values_list("body_id", flat=True).first()
    holder = relations.person(who.pk, body_id)
    cf.Membership.rows.create(holder=holder, reach="full", **where)
    cf.Standing.rows.create(holder=holder, relation="receiver" if "clue" in where else "assigner", **where)


def shut_out(name: str, **where: Any) -> None:
    cf.Recusal.rows.create(person=person(name), cause="declared", **where)
