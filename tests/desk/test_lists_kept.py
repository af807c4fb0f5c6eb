"""What a person keeps of a list: filters under names and columns, of that person alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.desk.list_columns import LISTS
from shuangcha.desk.models import Preference
from tests.desk.story import LE, E, S
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]


def save(client: Client, name: str, query: str = "stage=open&due=late", **more: str) -> Any:
    return client.post("/lists/matters/filters/", {"do": "save", "name": name, "query": query, **more})


def test_a_filter_is_kept_under_a_name_for_that_person_alone(signed_in: SignedIn, pages: Any) -> None:
    mine, other = signed_in(E), signed_in(S)
    answer = save(mine, "  瀍河　超期 喆😀 ")
    assert (answer.status_code, answer["Location"]) == (303, "/matters/?stage=open&due=late")
    body = mine.get("/matters/?all=1").content.decode()
    assert re.search(r'<a class="kept" href="/matters/\?stage=open&amp;due=late">瀍河 超期 喆😀</a>', body)
    here = mine.get("/matters/?stage=open&due=late").content.decode()
    assert "kept-here" in here
    assert "瀍河 超期" not in text_of(mine.get("/clues/?all=1"))
    assert "瀍河 超期" not in text_of(other.get("/matters/?all=1"))
    assert "瀍河 超期" not in text_of(other.get("/lists/matters/filters/"))
    for do in ("delete", "rename", "first"):
        other.post("/lists/matters/filters/", {"do": do, "old": "瀍河 超期 喆😀", "name": "别人的"})
    assert list(Preference.objects.values_list("name", flat=True)) == ["瀍河 超期 喆😀"]


def test_names_are_checked_and_what_was_typed_stays(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    for name, sentence in (
        ("", "请给这组条件起个名称"),
        ("字" * 61, "最多60个字，现在有61个"),
        ("a\u202eb", "不可见的字符"),
    ):
        answer = save(client, name)
        assert answer.status_code == 422
        assert sentence in text_of(answer) and 'value="stage=open&amp;due=late"' in answer.content.decode()
    assert "现在没有筛选条件" in text_of(save(client, "空", query="page=x&nonsense=1"))
    assert not Preference.objects.exists()
    assert save(client, "字" * 60).status_code == 303
    for n in range(19):
        assert save(client, f"第{n}组").status_code == 303
    answer = save(client, "第二十一组")
    assert answer.status_code == 422 and "最多保存20组" in text_of(answer)
    assert save(client, "第3组", query="stage=open").status_code == 303, "a name that is there already is filled anew"
    assert Preference.objects.count() == 20


def test_rename_delete_and_the_first_view(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    save(client, "甲")
    save(client, "乙", query="stage=open", first="1")
    assert client.get("/matters/")["Location"] == "/matters/?stage=open"
    assert client.get("/matters/?stage=disposing").status_code == 200, "a deep link stays what it is"
    assert "办理环节：未办结" not in text_of(client.get("/matters/?all=1"))
    post = {"old": "甲", "do": "first"}
    assert client.post("/lists/matters/filters/", post).status_code == 303
    assert client.get("/matters/")["Location"] == "/matters/?stage=open&due=late", "one at most is the first view"
    taken = client.post("/lists/matters/filters/", {"do": "rename", "old": "甲", "name": "乙"})
    assert taken.status_code == 422 and "已有名为“乙”的条件" in text_of(taken)
    client.post("/lists/matters/filters/", {"do": "rename", "old": "甲", "name": "丙"})
    client.post("/lists/matters/filters/", {"do": "delete", "old": "乙"})
    assert list(Preference.objects.values_list("name", flat=True)) == ["丙"]
    assert "期限：已超期" in text_of(client.get("/lists/matters/filters/"))
    client.post("/lists/matters/filters/", {"do": "plain", "old": "丙"})
    assert client.get("/matters/").status_code == 200
    client.post("/lists/matters/filters/", {"do": "delete", "old": "丙"})
    assert "还没有保存的条件" in text_of(client.get("/lists/matters/filters/"))
    assert "已经删除或改名" in text_of(
        client.post("/lists/matters/filters/", {"do": "delete", "old": "丙"}, follow=True)
    )


def heads(client: Client, url: str = "/matters/?all=1") -> list[str]:
    return re.findall(
        r'<th role="columnheader" scope="col" class="(?!pick-cell)[^"]*">([^<]*)</th>', client.get(url).content.decode()
    )


def test_columns_are_chosen_per_person_in_a_fixed_order(signed_in: SignedIn, pages: Any) -> None:
    mine, other = signed_in(E), signed_in(S)
    before = heads(mine)
    post = {"column": ["stage", "mode", "number", "nonsense"], "query": "stage=open"}
    answer = mine.post("/lists/matters/columns/", post)
    assert (answer.status_code, answer["Location"]) == (303, "/matters/?stage=open")
    assert heads(mine) == ["案件编号", "办理方式", "办理环节"]
    assert heads(other) == before
    refused = mine.post("/lists/matters/columns/", {"query": "stage=open"}, follow=True)
    assert "至少要显示一列" in text_of(refused)
    assert heads(mine) == ["案件编号", "办理方式", "办理环节"]
    mine.post("/lists/matters/columns/", {"do": "reset"})
    assert heads(mine) == before


def test_a_column_that_is_not_for_ones_office_never_appears(
    signed_in: SignedIn, pages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """线索来源 of a matter: for the bodies of the court that started it; others have neither the column nor its content."""
    from shuangcha.access import narrowing

    client, number = signed_in(E), pages["investigating"].matter.number
    client.post("/lists/matters/columns/", {"column": ["number", "source"]})
    row = re.search(rf"{number} (\S+)", text_of(client.get("/matters/?all=1")))
    assert row and row[1] == "来信来访"
    below = signed_in(LE)
    below.post("/lists/matters/columns/", {"column": ["number", "source"]})
    text = text_of(below.get("/matters/?all=1"))
    assert number in text
    assert "来信来访" not in text.split("登录")[-1].split(number)[1][:12], (
        "the court below is not told where the clue came from"
    )
    column = next(one for one in LISTS["matters"].columns if one.key == "source")
    assert column.sees is narrowing.knows_sources
    from shuangcha.courts.models import Person
    from shuangcha.courts.people import Viewer, viewer_of

    team = next(
        seen
        for one in Person.objects.filter(posts__body__kind="inspection", login__isnull=False)
        if isinstance(seen := viewer_of(one.pk, pages["opened"].player.day), Viewer)
        and not narrowing.knows_sources(seen)
    )
    assert "source" not in {one.key for one in LISTS["matters"].chosen(team, ["number", "source"])}


@pytest.mark.parametrize("name", list(LISTS))
def test_every_list_with_every_column_costs_the_same_with_more_rows(signed_in: SignedIn, pages: Any, name: str) -> None:
    from tests.desk.story import Story

    client = signed_in(E)
    client.post(f"/lists/{name}/columns/", {"column": [one.key for one in LISTS[name].columns]})

    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            assert client.get(f"/{name}/?all=1").status_code == 200
        return len(statements)

    client.get(f"/{name}/?all=1")  # takes the message that the columns were kept out of the session
    before = cost()
    for n in range(2):
        Story("disposing", serial=9300 + n)
    assert cost() == before <= 12
