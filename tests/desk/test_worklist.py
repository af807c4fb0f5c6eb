"""工作台 by role: what stands there, that each number opens a list of as many rows, and that nothing hidden shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.courts import calendar
from shuangcha.courts.models import Person
from tests.desk.story import CLERK, DEPUTY, HEAD, LE, LS, OFFICE, PRESIDENT, E, S, Story
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]
STRANGER = "qu.ruohe"  # 洛龙区法院执行局局长
LATER = dt.date(2020, 7, 20)


@pytest.fixture
def later(pages: Any) -> Iterator[Any]:
    """A day on which the reports and receipts of the court below are overdue."""
    business.move_to(LATER)
    yield pages


def section(client: Client, title: str) -> str:
    """The HTML of the section under a heading, to the next heading of its rank."""
    body = client.get("/").content.decode()
    found = re.search(rf"(?s)<h2[^>]*>{title}.*?(?=<h2|</main>)", body)
    return found[0] if found else ""


def plain(html: str) -> str:
    return " ".join(re.sub(r"(?s)<[^>]*>", " ", html).split())


def cards(html: str) -> dict[str, tuple[str, str]]:
    """{label: (number, address)} of the cards that open a list."""
    found = re.findall(
        r'(?s)<a class="stat-card[^"]*" href="([^"]*)"><span class="stat-label">([^<]*)</span><b[^>]*>([^<]*)</b>', html
    )
    return {label: (number, unescape(url)) for url, label, number in found}


def listed(client: Client, url: str) -> str:
    """How many rows the list behind an address says it has; 0 where it is empty."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    found = re.search(r"共 (\d+\+?) [件项条]", text_of(answer))
    return found[1] if found else "0"


def test_a_clerk_registers_in_one_click_and_sees_the_most_urgent_first(signed_in: SignedIn) -> None:
    client = signed_in(CLERK)
    body = client.get("/").content.decode()
    assert re.search(r'btn-primary" href="/do/clue\.register/"', body)
    days = re.findall(r"due-date\">(\d+)年(\d+)月(\d+)日", section(client, "我的待办"))
    assert len(days) > 3
    assert [tuple(map(int, one)) for one in days] == sorted(tuple(map(int, one)) for one in days)
    assert "两机构联合办理" not in text_of(client.get("/")), "a clerk does not sign"


@pytest.mark.parametrize("login", [E, S, LE, CLERK, HEAD, DEPUTY, OFFICE, PRESIDENT])
def test_each_number_opens_a_list_of_as_many_rows(signed_in: SignedIn, later: Any, login: str) -> None:
    client = signed_in(login)
    found = cards(client.get("/").content.decode())
    assert {"已超期", "三日内到期"} <= set(found) or login in (E, S, LE, HEAD, DEPUTY, OFFICE)
    for label, (number, url) in found.items():
        if "stage=" in url or "measure=" in url or "due" in url or url == "/":
            assert listed(client, url) == number, (label, url)


def test_a_leading_groups_head_sees_which_court_to_ask(signed_in: SignedIn, later: Any) -> None:
    client = signed_in(HEAD)
    asks = section(client, "需要催问的法院")
    found = re.search(r'href="(/due/\?[^"]*)"[^>]*>洛阳市瀍河回族区人民法院</a>.*?(\d+\+?) 项', asks, re.DOTALL)
    assert found and int(found[2]) > 3
    assert "超期" in plain(asks)
    url = unescape(found[1])
    assert listed(client, url) == found[2]
    assert "余 " not in text_of(client.get(url)).split("报送给谁")[-1]
    # What the court below has reported is asked for no longer.
    reported = later["reported"].matter.number
    assert reported not in text_of(client.get(url))
    assert later["investigating"].matter.number in text_of(client.get(url))


def test_who_signs_sees_both_bodies_side_by_side(signed_in: SignedIn, pages: Any) -> None:
    """In one place the supervision body has signed 交办 and the enforcement body has not; in another 组成调查组 waits."""
    for login, here, there in ((E, "待本机构签署", "已签署"), (S, "已签署", "等待执行机构签署")):
        joint = section(signed_in(login), "两机构联合办理")
        row = next(one for one in re.findall(r"(?s)<tr role=\"row\".*?</tr>", joint) if "联合交办" in one)
        cells = dict(re.findall(r'(?s)data-label="([^"]*)">(.*?)</td>', row))
        assert here in plain(cells["本机构"]), login
        assert there in plain(cells["另一机构"]), login
        assert "蔺行蘅" in plain(cells["提请"])
        assert "2020年5月25日" in plain(cells["提请"])
        assert re.search(r'href="/sign/[0-9a-f-]{36}/"', cells["操作"])
    assert "等您签署 1 项" in plain(section(signed_in(E), "两机构联合办理"))
    assert "等您签署" not in plain(section(signed_in(S), "两机构联合办理"))
    below = plain(section(signed_in(LS), "两机构联合办理"))
    assert "组成联合调查组" in below and "等您签署 1 项" in below


def test_a_signed_act_is_gone_from_both_columns(signed_in: SignedIn, pages: Any) -> None:
    pages["handing"].sign(E)
    for login in (E, S):
        assert "联合交办" not in section(signed_in(login), "两机构联合办理")


def test_a_court_below_sees_what_it_owes_to_whom_by_when(signed_in: SignedIn, pages: Any) -> None:
    for login in (LE, PRESIDENT):
        owed = plain(section(signed_in(login), "本院应向上级法院报送、办理的"))
        assert "报告调查情况和处理意见" in owed
        assert "洛阳市中级人民法院执行机构、监察机构" in owed
        assert "余 4 天 2020年6月28日 星期日" in owed, (
            "06-26 is 端午节, 06-27 a Saturday off, and 06-28 a working Sunday"
        )
    story = pages["drafted"]
    client = signed_in(LE)
    before = listed(client, "/due/?way=up")
    story.player.both(LE, LS, "report.sign", story.report, version=story.report.version_no)
    story.player.act(PRESIDENT, "report.issue", story.report, version=story.report.version_no)
    assert int(listed(client, "/due/?way=up")) == int(before) - 1
    assert "本院应向上级法院报送、办理的" not in text_of(signed_in(CLERK).get("/")), (
        "nothing is owed to the court above"
    )


def test_what_others_did_since_the_last_working_day(signed_in: SignedIn, pages: Any) -> None:
    """2020-06-24 is a Wednesday: since the 23rd. 06-25 to 06-27 are 端午节, and 06-28 a working Sunday."""
    story = pages["verified"]
    business.move_to(dt.date(2020, 6, 28))
    story.player.on("2020-06-24").act(CLERK, "matter.submit_for_consultation", story.matter)
    changed = section(signed_in(S), "上一工作日以来的变化")
    assert "2020年6月24日 星期三以来" in plain(changed)
    assert "提交会商" in plain(changed) and story.matter.title in plain(changed)
    assert "提交会商" not in plain(section(signed_in(CLERK), "上一工作日以来的变化")), "what one did oneself is no news"
    assert "提交会商" not in plain(section(signed_in(LE), "上一工作日以来的变化")), (
        "the court below learns nothing of it"
    )
    business.move_to(dt.date(2020, 6, 29))
    assert "提交会商" not in plain(section(signed_in(S), "上一工作日以来的变化")), "older than the last working day"


def test_the_court_below_learns_no_limit_of_deliberation_nor_of_a_duty_not_sent(
    signed_in: SignedIn, pages: Any
) -> None:
    below, above = text_of(signed_in(LE).get("/due/")), text_of(signed_in(E).get("/due/"))
    for hidden in ("层报审批", "形成检查意见", "会商 方案", "发出处理文书"):
        assert hidden not in below, hidden
    assert "层报审批" in above and "发出处理文书" in above
    assert pages["investigating"].matter.number in below


def test_hidden_matters_show_nowhere(signed_in: SignedIn, later: Any) -> None:
    stranger = signed_in(STRANGER)
    for url in (
        "/",
        "/due/",
        "/due/?late=1",
        "/figures/?own=0",
        "/figures/list/?measure=started&quarter=2020-2&own=0",
        "/figures/list/?measure=due&quarter=2020-2&own=0",
    ):
        text = text_of(stranger.get(url))
        assert "洛中法双查" not in text and "XS2020" not in text, url
    story = later["investigating"]
    cf.Recusal.rows.create(matter=story.matter, person=Person.objects.get(login=HEAD), cause="declared")
    client = signed_in(HEAD)
    for url in (
        "/",
        "/due/?late=1",
        "/due/?late=1&way=down&court=豫0304",
        "/figures/list/?measure=started&quarter=2020-2",
    ):
        assert story.matter.number not in text_of(client.get(url)), url
    asks = re.search(r"(\d+) 项", plain(section(client, "需要催问的法院")))
    assert asks and asks[1] == listed(client, "/due/?late=1&way=down&court=豫0304")


def test_the_pages_cost_the_same_with_more_rows(signed_in: SignedIn, later: Any) -> None:
    urls = (
        "/",
        "/notices/",
        "/notices/?view=all",
        "/due/",
        "/due/?late=1&way=down",
        "/figures/",
        "/figures/list/?measure=due&quarter=2020-2",
        "/help/",
    )

    def costs() -> dict[tuple[str, str], int]:
        found = {}
        for login in (E, LE, HEAD):
            client = signed_in(login)
            for url in urls:
                calendar.current()  # kept for a minute: a slow run must not pay for it in one place and not in another
                with CaptureQueriesContext(connection) as seen:
                    assert client.get(url).status_code == 200
                found[login, url] = len(seen)
        return found

    before = costs()
    assert max(before.values()) <= 12
    for n in range(2):
        Story("received", serial=9300 + n)
        Story("handing", serial=9320 + n)
        Story("disposing", serial=9340 + n)
    after = costs()
    assert {place: n for place, n in after.items() if n > before[place]} == {}
