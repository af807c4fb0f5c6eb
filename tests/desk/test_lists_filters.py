"""By what lists are narrowed: each filter finds what it says, is shown as a chip,
and tells at its field what cannot be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.desk import list_filters
from tests.desk.conftest import DAY
from tests.desk.story import E
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]


def numbers(client: Client, query: str) -> set[str]:
    return set(re.findall(r"洛中法双查〔2020〕\d+号", text_of(client.get(f"/matters/?{query}"))))


def nearest(matter: Any) -> dt.date | None:
    return min(cf.Limit.rows.filter(matter=matter, stopped_on__isnull=True).values_list("due", flat=True), default=None)


@pytest.mark.parametrize("which", ["late", "soon", "month"])
def test_due_finds_by_the_nearest_running_limit(signed_in: SignedIn, pages: Any, which: str) -> None:
    matters = [one.matter for one in pages.values() if one.matter is not None]
    days = {one.number: nearest(one) for one in matters}
    one = next(number for number, day in days.items() if day is not None)
    moved = cf.Limit.rows.filter(matter__number=one, stopped_on__isnull=True)
    moved.update(due=DAY + dt.timedelta(days=2))
    days[one] = DAY + dt.timedelta(days=2)
    ends = {
        "late": (dt.date.min, DAY - dt.timedelta(days=1)),
        "soon": (DAY, DAY + dt.timedelta(days=3)),
        "month": (DAY, dt.date(2020, 6, 30)),
    }
    first, last = ends[which]
    wanted = {number for number, day in days.items() if day is not None and first <= day <= last}
    assert wanted and wanted != set(days)
    assert numbers(signed_in(E), f"due={which}") == wanted


def test_days_quarter_mode_and_urgent(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    everything = numbers(client, "all=1")
    matter = pages["opened"].matter
    cf.Matter.rows.filter(pk=matter.pk).update(started_on=dt.date(2020, 3, 31), urgent=True, mode="direct")
    others = everything - {matter.number}
    for query, found in {
        "quarter=2020-1": {matter.number},
        "quarter=2020-2": others,
        "until=2020-03-31": {matter.number},
        "since=2020-04-01": others,
        "since=2020-03-31&until=2020-03-31": {matter.number},
        "urgent=1": {matter.number},
        "urgent=0": others,
        "mode=direct": {matter.number},
        "mode=assign": others,
        "quarter=2019-1": set(),
        "stage=opened&mode=direct&urgent=1&source=petition": {matter.number},
        "source=review": set(),
    }.items():
        assert numbers(client, query) == found, query
    text = text_of(client.get("/matters/?quarter=2020-1&urgent=1"))
    assert "2020年第一季度启动" in text and "共 1 件" in text


def test_chips_take_one_filter_away_each(signed_in: SignedIn, pages: Any) -> None:
    body = signed_in(E).get("/matters/?stage=open&court=瀍河&urgent=0&page=spoilt").content.decode()
    chips = re.findall(r'<a class="chip" href="([^"]*)"><span>([^<]*)</span>', body)
    assert {text: unquote(url.replace("&amp;", "&")) for url, text in chips} == {
        "办理环节：未办结": "/matters/?court=洛阳市瀍河回族区人民法院&urgent=0",
        "法院：洛阳市瀍河回族区人民法院": "/matters/?stage=open&urgent=0",
        "加急：不加急": "/matters/?stage=open&court=洛阳市瀍河回族区人民法院",
    }
    lone = signed_in(E).get("/matters/?stage=open").content.decode()
    assert 'class="chip" href="/matters/?all=1"' in lone, "the last one leads to the whole list, not to the first view"


def test_what_cannot_be_is_told_at_its_field_and_finds_nothing(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    for query, sentence in {
        "court=火星": "没有名称含“火星”的法院",
        "since=昨天": "日期请写成 2026-11-24 的样子",
        "since=2020-06-02&until=2020-06-01": "不能早于前一栏",
        "court=x": "没有名称含“x”的法院",
    }.items():
        answer = client.get(f"/matters/?{query}")
        text = text_of(answer)
        assert answer.status_code == 200 and sentence in text and "请先修改标红的条件" in text, query
        assert not re.search(r"洛中法双查〔2020〕\d+号", text)
        assert "存为常用条件" not in text
    for query in ("stage=nonsense&due=x&urgent=7&mode=y&quarter=2020-9&kind=z", "quarter=0000-1&quarter=٢٠٢٠-1"):
        assert client.get(f"/matters/?{query}").status_code == 200
        assert numbers(client, query) == numbers(client, "all=1"), "what is no choice falls away"


def test_by_code_by_name_and_by_two_characters(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    everything = numbers(client, "all=1")
    for typed in ("豫0304", "洛阳市瀍河回族区人民法院", "瀍河", "洛阳"):
        assert numbers(client, f"court={typed}") == everything, typed
    assert numbers(client, "court=豫0305") == set()
    for name in ("clues", "meetings", "duties"):
        assert client.get(f"/{name}/?court=洛阳&stage=open&due=month").status_code == 200


def test_five_hundred_courts_are_chosen_by_typing(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)

    def measured(url: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as statements:
            size = len(client.get(url).content)
        return len(statements), size

    before = measured("/matters/?court=瀍河")
    own = Court.objects.get(code="豫03")
    Court.objects.bulk_create(
        Court(
            code=f"豫9{n:03d}",
            name=f"测试第{n:03d}区人民法院",
            level="basic",
            superior=own,
            city="洛阳",
            province="河南",
        )
        for n in range(500)
    )
    cost, size = measured("/matters/?court=瀍河")
    assert cost == before[0] and abs(size - before[1]) < 200, "the page does not grow with the courts"
    assert "测试第" not in text_of(client.get("/matters/?all=1"))
    found = client.get("/courts/suggest/", {"q": "测试第04"}).json()["items"]
    assert 0 < len(found) <= 10 and all("测试第04" in one["value"] for one in found)
    assert client.get("/courts/suggest/", {"q": "测"}).json()["items"] == []
    assert "太多，请多写几个字" in text_of(client.get("/matters/?court=测试"))
    assert "法院：名称含“测试第04”的10个" in text_of(client.get("/matters/?court=测试第04"))
    assert "法院：测试第042区人民法院" in text_of(client.get("/matters/?court=测试第042"))


def test_quarters_run_back_over_the_years() -> None:
    found = list_filters.quarters(dt.date(2020, 2, 29))
    assert list(found)[:6] == ["2020-1", "2019-4", "2019-3", "2019-2", "2019-1", "2018-4"]
    assert found["2019-4"] == "2019年第四季度"
    assert list_filters.quarter_days("2019-4") == (dt.date(2019, 10, 1), dt.date(2019, 12, 31))
    assert list_filters.quarter_days("2020-1") == (dt.date(2020, 1, 1), dt.date(2020, 3, 31))
    for text in ("", "2020", "2020-5", "20-1", "2020-1-1", "x-1", "1800-1"):
        assert list_filters.quarter_days(text) is None


def test_an_empty_list_teaches(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in("qu.ruohe")
    for name, taught in {
        "matters": "联席会议决定启动后",
        "clues": "收到来信来访",
        "duties": "检查意见批准后",
        "items": "等待编入议程",
        "meetings": "召集联席会议",
        "todos": "按到期日出现在这里",
    }.items():
        text = text_of(client.get(f"/{name}/?all=1"))
        assert "还没有您可以看到的" in text and taught in text, name
        assert "导出表格" not in text
