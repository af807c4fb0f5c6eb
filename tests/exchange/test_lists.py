"""Pages by key and filters."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.world import World


@pytest.fixture
def more(world: World) -> World:
    for n in range(4):
        world["内勤"].move(
            "clue.register",
            **world.registration(
                title=f"又一件{n}",
                urgent=n == 2,
                source="command",
                source_facts={"link": "查控系统", "on": "2020-05-19"},
            ),
        ).ok()
    return world


def _titles(page: dict[str, Any]) -> list[str]:
    return [one["title"].split(" ", 1)[1] for one in page["items"]]


def test_pages_join_without_gap_or_repetition(more: World) -> None:
    first = more["内勤"].get("clue", size=2).ok()
    # What comes in between is not pushed into the pages that follow.
    more["内勤"].move("clue.register", **more.registration(title="途中登记")).ok()
    second = more["内勤"].get("clue", size=2, cursor=first["next"]).ok()
    third = more["内勤"].get("clue", size=2, cursor=second["next"]).ok()
    assert _titles(first) + _titles(second) + _titles(third) == [
        "又一件3",
        "又一件2",
        "又一件1",
        "又一件0",
        "反映长期不处置财产",
    ]
    assert third["next"] == ""


def test_a_cursor_serves_its_list_and_person_only(more: World) -> None:
    cursor = more["内勤"].get("clue", size=2).ok()["next"]
    assert cursor and not any(part.isdigit() and len(part) < 4 for part in cursor.split("-"))
    for name, path, query in (
        ("执行局甲", "clue", {}),
        ("内勤", "matter", {}),
        ("内勤", "clue", {"urgent": "true"}),
        ("内勤", "todos", {}),
    ):
        refused = more[name].get(path, cursor=cursor, **query)
        assert refused.status == 422 and list(refused.json["errors"]) == ["cursor"], (name, path)
    broken = cursor[:-2] + ("aa" if cursor[-2:] != "aa" else "bb")
    for wrong in (broken, "x", "汉字", "A" * 400):
        assert more["内勤"].get("clue", cursor=wrong).status == 422
    assert more["内勤"].get("clue", cursor="A" * 401).status == 422


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"source": "petition"}, 1),
        ({"source": "command"}, 4),
        ({"urgent": "true"}, 1),
        ({"urgent": "false"}, 4),
        ({"stage": "registered"}, 4),
        ({"stage": "started"}, 1),
        ({"court": "豫0304"}, 5),
        ({"court": "豫0305"}, 0),
        ({"q": "又一件1"}, 1),
        ({"q": "1286"}, 5),
        ({"q": "(2019)豫0304执1286号"}, 5),
        ({"q": "%"}, 0),
        ({"stage": "registered", "urgent": "true", "q": "又一"}, 1),
    ],
)
def test_filters(more: World, query: dict[str, str], count: int) -> None:
    assert len(more["内勤"].get("clue", **query).ok()["items"]) == count


def test_other_kinds_are_found_by_number_court_and_title(world: World) -> None:
    name = world["内勤"].get("me").ok()["courts"][0]["name"]
    for kind in ("matter", "assignment", "round", "record", "report", "opinion", "duty"):
        for query in ({"q": "1286"}, {"q": name[:4]}, {"court": "豫0304"}, {"source": "petition"}):
            assert world["内勤"].get(kind, **query).ok()["items"], (kind, query)
        assert not world["内勤"].get(kind, q="没有这样的字").ok()["items"]
    assert world["内勤"].get("meeting", q=name[:4]).ok()["items"] and world["内勤"].get("item", q="1286").ok()["items"]


@pytest.mark.parametrize(
    ("kind", "query", "field"),
    [
        ("clue", {"stage": "archived"}, "stage"),
        ("clue", {"source": "rumour"}, "source"),
        ("clue", {"size": "0"}, "size"),
        ("clue", {"size": "101"}, "size"),
        ("clue", {"size": "x"}, "size"),
        ("clue", {"urgent": "maybe"}, "urgent"),
        ("clue", {"q": "a\x00b"}, "q"),
        ("clue", {"q": "x" * 101}, "q"),
        ("meeting", {"urgent": "true"}, "urgent"),
        ("clue", {"sort": "id"}, "sort"),
    ],
)
def test_wrong_filters_are_refused_at_their_field(world: World, kind: str, query: dict[str, str], field: str) -> None:
    refused = world["内勤"].get(kind, **query)
    assert refused.status == 422 and list(refused.json["errors"]) == [field] and refused.json["sentence"]


def test_the_other_body_gets_the_brief_of_a_clue_only(more: World) -> None:
    theirs = more["监察内勤"].get("brief-clues").ok()["items"]
    assert [one["title"] for one in theirs][:2] == ["又一件3", "又一件2"]
    assert set(theirs[0]) == {"number", "title", "court", "subject_court", "stage", "stage_label"}
    assert _titles(more["监察内勤"].get("clue").ok()) == ["反映长期不处置财产"]
