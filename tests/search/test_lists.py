"""What the door writes is found by the lists at once, by those who may see it and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.acts import rebuild, registering
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.search import index
from tests.plan.worlds import E, S, login_of


@pytest.fixture
def worlds(search_bases: Any, db: None) -> Iterator[Any]:
    from shuangcha.clock import business

    yield search_bases
    business.move_to(None)


class Reader:
    """A signed-in person, on the business day of the world."""

    def __init__(self, world: Any, login: str) -> None:
        from shuangcha.clock import business

        business.move_to(world.player.day)
        self.client = Client()
        self.client.force_login(Person.objects.get(login=login))
        self.client.get("/api/v1/me")

    def listed(self, kind: str, text: str) -> set[str]:
        answer = self.client.get(f"/api/v1/{kind}", {"q": text, "size": 100})
        assert answer.status_code == 200, answer.content
        return {one["uid"] for one in answer.json()["items"]}

    def page(self, path: str, text: str) -> str:
        with CaptureQueriesContext(connection) as seen:
            answer = self.client.get(path, {"q": text})
        assert answer.status_code == 200
        self.cost = len(seen)
        return str(answer.content.decode())


def correct(world: Any, kind: str, title: str) -> None:
    """更正 of the title."""
    content = {"field": "title", "value": title, "reason": "登记时写错"}
    subject = (kind, world.got(kind).uid)
    registering.register("correct", subject, world.player.viewer(world.boss(E)), content, now=world.player.now)


def parts(text: str) -> list[str]:
    return [text[n : n + 3] for n in range(len(text) - 2)]


def test_every_part_of_number_title_and_court_finds_it(worlds: Any) -> None:
    world = worlds.at("investigating")
    reader = Reader(world, world.boss(E))
    matter, clue = world.got("matter"), world.got("clue")
    for text in [*parts(matter.number), *parts(matter.title), "瀍", "执1286", "(2019)豫0304执"]:
        if text.strip() == text:
            assert str(matter.uid) in reader.listed("matter", text), text
            assert f"/matters/{matter.uid}/" in reader.page("/matters/", text), text
    for text in [*parts(clue.number), *parts(clue.title)]:
        assert str(clue.uid) in reader.listed("clue", text), text
        assert f"/clues/{clue.uid}/" in reader.page("/search/", text), text
    assert reader.listed("matter", "没有这样的案件") == set()


def test_children_are_found_by_their_matter(worlds: Any) -> None:
    world = worlds.at("investigating")
    reader = Reader(world, world.boss(E))
    number = world.got("matter").number
    for kind in ("assignment", "round"):
        assert reader.listed(kind, number) == {str(world.got(kind).uid)}
    assert str(world.got("item").uid) in reader.listed("item", number) | reader.listed("item", world.got("clue").title)


def test_what_a_person_may_not_see_is_not_found(worlds: Any) -> None:
    world = worlds.at("investigating")
    matter, clue = world.got("matter"), world.got("clue")
    stranger = login_of("豫0302", E)
    assert Reader(world, world.boss(E)).listed("matter", matter.title) == {str(matter.uid)}
    reader = Reader(world, stranger)
    for text in (matter.number, matter.title, "执", "一案双查", clue.title):
        assert reader.listed("matter", text) == reader.listed("clue", text) == set(), text
        for path in ("/matters/", "/clues/", "/search/"):
            page = reader.page(path, text)
            assert str(matter.uid) not in page and str(clue.uid) not in page, (path, text)
    cf.Recusal.rows.create(person=Person.objects.get(login=world.boss(S)), matter=matter, cause="declared")
    assert Reader(world, world.boss(S)).listed("matter", matter.title) == set()


def test_a_corrected_title_is_found_and_the_old_one_is_not(worlds: Any) -> None:
    world = worlds.at("registered")
    clue = world.got("clue")
    reader = Reader(world, world.clerk())
    assert str(clue.uid) in reader.listed("clue", "长期不处置")
    with CaptureQueriesContext(connection) as seen:
        correct(world, "clue", "反映拍卖程序违规")
    assert len([one for one in seen.captured_queries if "search_clue" in one["sql"]]) == 1
    assert str(clue.uid) not in reader.listed("clue", "长期不处置")
    assert reader.listed("clue", "拍卖程序违规") == reader.listed("clue", f"{clue.number} 反映拍卖") == {str(clue.uid)}
    assert str(clue.uid) in reader.listed("clue", "执1286")
    assert index.differences() == []


def test_a_corrected_matter_keeps_its_numbers(worlds: Any) -> None:
    world = worlds.at("investigating")
    matter = world.got("matter")
    correct(world, "matter", "瀍河法院消极执行“一案双查”")
    reader = Reader(world, world.boss(E))
    assert reader.listed("matter", matter.title) == set()
    for text in ("消极执行", f"{matter.number} 瀍河法院", "执1286"):
        assert str(matter.uid) in reader.listed("matter", text), text
    assert index.differences() == []


def test_a_number_born_on_the_way_is_found(worlds: Any) -> None:
    from tests.plan.worlds import CASE

    world = worlds.at("investigating")
    world.act(world.clerk(), "matter.link_number", "matter", origin=CASE, number="（2020）豫0304执恢12号")
    reader = Reader(world, world.boss(E))
    for text in ("执恢12", "（2020）豫0304执恢12号", "(2020) 豫0304 执恢 12号"):
        assert f"/matters/{world.got('matter').uid}/" in reader.page("/matters/", text), text
    assert index.differences() == []


def test_rebuild_check_reports_a_stale_index(worlds: Any) -> None:
    world = worlds.at("registered")
    clue = world.got("clue")
    before = rebuild.check(world.player.day)
    index.put("clue", clue.pk, "别的")
    told = [one for one in rebuild.check(world.player.day) if one not in before]
    assert [(one["place"], one["stands"]) for one in told] == [(f"线索 {clue.pk} 的检索", "索引内容陈旧")]


def test_a_search_keeps_the_budget_of_a_list(worlds: Any) -> None:
    world = worlds.at("investigating")
    reader = Reader(world, world.boss(E))
    for path in ("/matters/", "/clues/", "/items/", "/duties/", "/search/"):
        costs = set()
        for text in ("执", "一案双查", "没有这样的", "（2019）豫0304执1286号"):
            reader.page(path, text)
            costs.add(reader.cost)
        assert max(costs) <= 12, (path, costs)
