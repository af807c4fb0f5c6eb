"""A form while it is typed: kept by itself, through a lost network, a closed window,
a second window and an ended session."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.shots import watching
from tests.shots.instance import Instance

from .conftest import Desk

pytestmark = pytest.mark.browser
SAVED = re.compile(r"已保存 \d\d:\d\d")
STATE = "[data-draft-state]"
FORM = "/do/clue.register/"


def fresh(page: Page, demo: Instance) -> None:
    """The form without a draft of an earlier test."""
    page.goto(demo.url + FORM)
    drop = page.locator("[data-draft-drop]")
    if drop.count():
        page.once("dialog", lambda one: one.accept())
        with page.expect_navigation():
            drop.click()
    assert not drop.count()


def test_what_is_typed_is_kept_and_found_again(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_head")
    ears = watching.Ears(page)
    fresh(page, demo)
    page.fill("#id_title", "第三会议室 瀍璟珺喆")
    expect(page.locator(STATE)).to_have_text(SAVED)
    page.goto(demo.url + "/")  # no question is asked: everything is on the server
    page.goto(demo.url + FORM)
    assert page.input_value("#id_title") == "第三会议室 瀍璟珺喆"
    assert re.search(r"已恢复\d+月\d+日 \d\d:\d\d的草稿", page.inner_text("main"))
    for size in (watching.WIDE, watching.PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not watching.overflow(page) + watching.wording(page) + watching.grave(page)
    assert not ears.take()
    fresh(page, demo)
    assert page.input_value("#id_title") == ""


def test_without_network_nothing_is_lost_and_it_is_saved_when_it_is_back(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_head")
    fresh(page, demo)
    page.fill("#id_title", "断网前")
    expect(page.locator(STATE)).to_have_text(SAVED)
    page.context.set_offline(True)
    page.fill("#id_title", "断网后填写的地点")
    expect(page.locator(STATE)).to_contain_text("网络不通，内容仍在本页")
    page.click("main form[data-draft] .form-foot .btn-primary")  # sent in the middle of it
    expect(page.locator(STATE)).to_contain_text("尚未提交")
    assert page.url.startswith(demo.url + FORM) and page.input_value("#id_title") == "断网后填写的地点"
    assert not watching.overflow(page)
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_have_text(SAVED)
    page.reload()
    assert page.input_value("#id_title") == "断网后填写的地点"
    with page.expect_navigation():
        page.click("main form[data-draft] .form-foot .btn-primary")
    assert page.input_value("#id_title") == "断网后填写的地点"  # refused: a day is missing; nothing typed is gone
    fresh(page, demo)


def test_a_window_closed_at_once_has_still_saved(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_head")
    fresh(page, demo)
    page.fill("#id_title", "刚写完就走")
    page.on("dialog", lambda one: one.accept())
    page.goto(demo.url + "/clues/")
    for _ in range(20):  # the save outlives its page and arrives beside the next one
        page.goto(demo.url + FORM)
        if page.input_value("#id_title") == "刚写完就走":
            break
        page.wait_for_timeout(200)
    assert page.input_value("#id_title") == "刚写完就走"
    fresh(page, demo)


def test_the_second_of_two_windows_is_told_and_may_insist(desk: Desk, demo: Instance) -> None:
    first = desk("enforcement_head")
    fresh(first, demo)
    second = first.context.new_page()
    second.goto(demo.url + FORM)
    first.fill("#id_title", "第一个窗口")
    expect(first.locator(STATE)).to_have_text(SAVED)
    second.fill("#id_title", "第二个窗口")
    expect(second.locator(STATE)).to_contain_text("另一个窗口")
    second.click("text=以本页内容为准")
    expect(second.locator(STATE)).to_have_text(SAVED)
    first.reload()
    assert first.input_value("#id_title") == "第二个窗口"
    fresh(first, demo)


def test_after_an_ended_session_the_open_window_saves_again(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_head")
    fresh(page, demo)
    page.context.clear_cookies()
    page.fill("#id_title", "登录过期之后")
    expect(page.locator(STATE)).to_contain_text(re.compile("登录已过期|未能保存|不能保存"))
    other = page.context.new_page()
    watching.sign_in(other, demo.url, demo.accounts["enforcement_head"]["login"], demo.password)
    page.click("[data-draft-save]")
    expect(page.locator(STATE)).to_have_text(SAVED)
    other.goto(demo.url + FORM)
    assert other.input_value("#id_title") == "登录过期之后"
    fresh(page, demo)


def test_without_javascript_the_button_keeps_it(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_head", javascript=False)
    page.goto(demo.url + FORM)
    page.fill("#id_title", "没有脚本")
    with page.expect_navigation():
        page.click("main form[data-draft] button[value=save]")
    assert re.search(r"草稿已于\d\d:\d\d保存", page.inner_text("main"))
    page.goto(demo.url + FORM)
    assert page.input_value("#id_title") == "没有脚本"
    with page.expect_navigation():
        page.click("main form[data-draft] button[value=drop]")
    assert page.input_value("#id_title") == ""
