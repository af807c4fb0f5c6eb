"""帮助 and the first day of a training: a page for each role, ticks from what was really done, the mark on every page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.clock import business, practice
from shuangcha.desk.help_pages import ROLES
from shuangcha.desk.training import CLERK as CLERK_TASKS
from shuangcha.desk.training import HEAD as HEAD_TASKS
from tests.desk.story import CLERK, HEAD, LE, PRESIDENT, E, member
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]
ADMIN, AUDITOR = "xiang.zhaoting", "xin.zhaoting"


@pytest.mark.parametrize("login", [E, CLERK, HEAD, LE, PRESIDENT, ADMIN, AUDITOR])
def test_help_is_reached_from_every_page_and_has_a_page_for_each_role(signed_in: SignedIn, login: str) -> None:
    client = signed_in(login)
    for url in ("/", "/account", "/no-such-page/"):
        assert '<a class="top-help" href="/help/">' in client.get(url).content.decode(), url
    assert set(re.findall(r'href="/help/([a-z]+)/"', client.get("/help/").content.decode())) == set(ROLES)
    for role in ROLES:
        answer = client.get(f"/help/{role}/")
        text = text_of(answer).split("跳到正文")[-1]
        assert answer.status_code == 200 and f"{ROLES[role].label}怎样用" in text
        assert not set(re.findall(r"[A-Za-z_]{2,}", text)) - {"XS"}, role
    assert client.get("/help/nobody/").status_code == 404
    assert Client().get("/help/").status_code == 302


def own_roles(client: Client) -> set[str]:
    return set(re.findall(r'role-own" href="/help/([a-z]+)/"', client.get("/help/").content.decode()))


def test_ones_own_role_comes_first(signed_in: SignedIn, pages: Any) -> None:
    wanted = {
        CLERK: {"clerk"},
        HEAD: {"group", "president"},
        E: {"head", "group"},
        ADMIN: {"admin"},
        AUDITOR: {"auditor"},
        member("enforcement"): {"clerk", "investigator"},
    }
    assert {login: own_roles(signed_in(login)) for login in wanted} == wanted


def test_help_shows_the_names_that_stand_on_the_screen(signed_in: SignedIn) -> None:
    """Each act quoted in the help of the desk's roles is an act of the plan."""
    from shuangcha.plan.moves import MOVES

    titles = {one.title for one in MOVES.values()} | {one.title.split("：")[-1] for one in MOVES.values()}
    client = signed_in(E)
    acts = {
        "head": ("联合交办", "双签收", "专项督导检查", "接手直接调查", "责令补充调查", "申请延期报告", "开始联席会议"),
        "clerk": ("登记线索", "提交联席会议", "核查调查报告", "提交会商", "起草检查意见", "登记文书", "更正"),
        "investigator": ("自行申明回避", "答复核查要点", "起草调查报告", "调卷审查", "组织听证"),
        "president": ("院长签发上报调查报告", "撤回调查报告"),
    }
    for role, quoted in acts.items():
        text = text_of(client.get(f"/help/{role}/"))
        for one in quoted:
            assert one in titles, one
            assert one in text, (role, one)


def ticks(client: Client) -> list[bool]:
    body = client.get("/help/first-day/").content.decode()
    return [" task-done" in one for one in re.findall(r'<li class="(task[^"]*)">', body)]


def test_a_task_is_ticked_by_what_the_person_did(signed_in: SignedIn, pages: Any) -> None:
    """The worlds of these tests are a training instance: the clerk registered, screened, submitted, listed,
    verified, drafted."""
    clerk = signed_in(CLERK)
    assert len(CLERK_TASKS) == 8 and len(HEAD_TASKS) == 5
    assert ticks(clerk) == [True] * 7 + [False]
    assert "已完成 7 项，共 8 项" in text_of(clerk.get("/help/first-day/"))
    assert ticks(signed_in(E)) == [True, True, True, True, False], "S closed the meetings, and E did not"
    other = signed_in("xu.heting")  # a clerk of the other body, who did nothing
    assert ticks(other) == [False] * 8
    assert ticks(signed_in(HEAD)) == []
    pages["sitting"].player.both(E, "lin.xingheng", "item.decline", pages["sitting"].item, reason="反映不实")
    pages["sitting"].player.act(E, "meeting.close", pages["sitting"].meeting, minutes="议定不启动")
    assert ticks(signed_in(E)) == [True] * 5


def test_what_stood_there_before_practice_ticks_nothing(
    signed_in: SignedIn, pages: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(practice, "_file", lambda: tmp_path / "practice.json")
    practice.begin()
    clerk = signed_in(CLERK)
    assert ticks(clerk) == [False] * 8 and ticks(signed_in(E)) == [False] * 5
    pages["handing"].player.on("2020-06-24")
    pages["handing"].sign(E)
    practice.begin()  # the next start of the instance marks nothing anew
    assert ticks(signed_in(E)) == [False, False, False, True, False]
    pages["verified"].player.on("2020-06-24").act(CLERK, "matter.submit_for_consultation", pages["verified"].matter)
    assert ticks(clerk) == [False] * 5 + [True] + [False] * 2


def test_each_task_leads_to_a_page(signed_in: SignedIn) -> None:
    for login in (CLERK, E):
        client = signed_in(login)
        urls = re.findall(r'<a class="btn btn-sm[^"]*" href="([^"]*)"', client.get("/help/first-day/").content.decode())
        assert len(urls) in (5, 8)
        assert [client.get(url.replace("&amp;", "&")).status_code for url in urls] == [200] * len(urls)


def test_the_first_day_is_of_a_training_instance_only(signed_in: SignedIn, settings: Any) -> None:
    client = signed_in(CLERK)
    assert client.get("/help/first-day/").status_code == 200
    assert "第一天" in text_of(client.get("/help/"))
    with CaptureQueriesContext(connection) as seen:
        client.get("/help/first-day/")
    assert len(seen) <= 12
    assert signed_in(ADMIN).get("/help/first-day/").status_code == 404
    for mode in ("demo", "production"):
        settings.SHUANGCHA_MODE = mode
        assert client.get("/help/first-day/").status_code == 404
        assert "第一天" not in text_of(client.get("/help/"))


def test_the_mark_of_a_training_stands_on_every_page_and_paper(signed_in: SignedIn, pages: Any, settings: Any) -> None:
    client = signed_in(E)
    matter = pages["received"].matter
    urls = [
        "/",
        "/matters/",
        f"/matters/{matter.uid}/",
        "/help/",
        "/notices/",
        "/figures/",
        "/no-such-page/",
        "/do/clue.register/",
        f"/papers/hand_down_notice/assignment/{pages['received'].newest('assignment').uid}/",
    ]
    for url in urls:
        body = client.get(url).content.decode()
        assert 'class="watermark" aria-hidden="true"' in body and "培训" in body, url
    assert "培训文书，不具效力" in client.get(urls[-1]).content.decode()
    assert "watermark" in Client().get("/signin").content.decode()
    settings.SHUANGCHA_MODE = "demo"
    for url in urls:
        assert "watermark" not in client.get(url).content.decode(), url
    settings.SHUANGCHA_MODE = "production"
    for url in (*urls, "/account"):
        body = client.get(url).content.decode()
        assert "watermark" not in body and "数据均为虚构" not in body and "不具效力" not in body, url


def test_the_business_date_is_moved_from_the_first_day(signed_in: SignedIn) -> None:
    client = signed_in(CLERK)
    assert 'action="/demo/date/"' in client.get("/help/first-day/").content.decode()
    answer = client.post("/demo/date/", {"day": "2020-07-01", "next": "/help/first-day/"})
    assert answer["Location"] == "/help/first-day/"
    assert business.today() == dt.date(2020, 7, 1)


@pytest.mark.parametrize(("role", "login"), [("admin", ADMIN), ("auditor", AUDITOR)])
def test_help_of_the_keepers_names_each_page_of_their_menu(signed_in: SignedIn, role: str, login: str) -> None:
    client = signed_in(login)
    menu = re.findall(
        r'href="/(?:admin|audit)/[^"]*"[^>]*>(?:<svg.*?</svg>)?<span>([^<]+)</span>',
        client.get("/").content.decode(),
        re.S,
    )
    text = text_of(client.get(f"/help/{role}/"))
    assert len(set(menu)) >= 3, menu
    assert not [one for one in menu if one not in text]
