"""The meeting's screen by mouse and by keys, its projector, and an approval with the thumb at 390 px."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.shots import watching
from tests.shots.instance import ROOT, Instance

pytestmark = pytest.mark.browser
WALL = {"width": 1920, "height": 1080}
THUMB = 44
Window = Callable[..., Page]


@pytest.fixture(scope="module")
def scene(demo: Instance) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.agenda_scene"], env=demo.env, cwd=ROOT, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture
def window(demo: Instance, chromium_window: Browser) -> Iterator[Window]:
    """`window(login, size)`: somebody has signed in."""
    opened = []

    def open_window(login: str, size: dict[str, int] = watching.WIDE, *, javascript: bool = True) -> Page:
        context = watching.window(chromium_window, size, java_script_enabled=javascript)
        opened.append(context)
        page = context.new_page()
        watching.sign_in(page, demo.url, login, demo.password)
        return page

    yield open_window
    for context in opened:
        context.close()


def titles(page: Page, where: str) -> list[str]:
    return [
        found[0]
        for text in page.locator(f"{where} > li[data-uid]").all_inner_texts()
        if (found := re.findall("投屏会议之(.)", text))
    ]


def complaints(page: Page, ears: watching.Ears) -> list[str]:
    return [*watching.overflow(page), *watching.wording(page), *watching.grave(page), *ears.take()]


def drag(page: Page, card: str, onto: str, *, below: bool = False) -> None:
    """With the mouse, as hands do."""
    page.locator(card).hover(position={"x": 5, "y": 5})
    page.mouse.down()
    target = page.locator(onto).bounding_box()
    assert target is not None
    y = target["y"] + (target["height"] - 4 if below else 4)
    page.mouse.move(target["x"] + 40, y, steps=8)
    page.mouse.move(target["x"] + 42, y, steps=2)
    page.wait_for_selector(".board-mark")
    with page.expect_navigation():
        page.mouse.up()


def test_the_agenda_is_put_together_by_drag_and_by_keys(window: Window, demo: Instance, scene: dict[str, Any]) -> None:
    page = window(scene["heads"][0])
    ears = watching.Ears(page)
    url = f"{demo.url}/meetings/{scene['meeting']}/"
    page.goto(url)
    first, second, third = (f'[data-uid="{uid}"]' for uid in scene["items"])
    drag(page, f"[data-queue] {first}", "[data-agenda]")
    assert titles(page, "[data-agenda]") == ["甲"], page.inner_text("main")[:700]
    page.locator(f"[data-queue] {second}").focus()  # the queue by keys: Enter puts the card on the agenda
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert titles(page, "[data-agenda]") == ["甲", "乙"]
    drag(page, f"[data-queue] {third}", f"[data-agenda] {first}")  # dropped before the first
    assert titles(page, "[data-agenda]") == ["丙", "甲", "乙"]
    drag(page, f"[data-agenda] {third}", f"[data-agenda] {second}", below=True)
    assert titles(page, "[data-agenda]") == ["甲", "乙", "丙"]
    page.locator(f"[data-agenda] {third}").focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowUp")
    assert titles(page, "[data-agenda]") == ["甲", "丙", "乙"]
    assert page.evaluate("document.activeElement.textContent").startswith("↑"), "the same key moves it on"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert titles(page, "[data-agenda]") == ["丙", "甲", "乙"]
    assert not complaints(page, ears)
    page.set_viewport_size(watching.PHONE)  # type: ignore[arg-type]
    assert not complaints(page, ears)


def test_without_javascript_the_buttons_do_the_same(window: Window, demo: Instance, scene: dict[str, Any]) -> None:
    page = window(scene["heads"][0], javascript=False)
    page.goto(f"{demo.url}/meetings/{scene['meeting']}/")
    before = titles(page, "[data-agenda]")
    assert len(before) == 3, "after the test by drag"
    with page.expect_navigation():
        page.click("[data-agenda] > li:nth-child(1) button:has-text('下移')")
    assert titles(page, "[data-agenda]") == [before[1], before[0], before[2]]


def test_two_heads_sit_and_the_wall_follows(window: Window, demo: Instance, scene: dict[str, Any]) -> None:
    url = f"{demo.url}/meetings/{scene['meeting']}/"
    pages = [window(login) for login in scene["heads"]]
    first, second = pages
    ears = watching.Ears(first)
    first.goto(url)
    first.select_option("select[name=chair]", index=1)
    boxes = first.locator("input[name=attendees]")
    for label in ("局长）", "主任）"):
        first.locator("label.choice", has_text=re.compile(f"[^副]{label}")).first.locator("input").check()
    assert boxes.count() > 2
    with first.expect_navigation():
        first.click("button:has-text('开始会议')")
    for page in pages:
        page.goto(url)
        with page.expect_navigation():
            page.click("button:has-text('均声明无应当回避情形')")
    wall = window(scene["heads"][0], WALL)
    wall_ears = watching.Ears(wall)
    wall.goto(f"{url}?view=projector")
    assert not wall.locator("nav.sidebar").count() and "第 1 个，共 3 个" in wall.inner_text("footer")
    wall.keyboard.press("ArrowRight")
    wall.wait_for_url("**item=2")
    wall.keyboard.press("PageUp")
    wall.wait_for_url("**item=1")
    assert not complaints(wall, wall_ears)
    assert wall.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 28
    for page in pages:
        page.goto(url)
        row = page.locator(".sit-row").first
        row.locator("input[name=stance][value=agree]").check()
        row.locator("textarea[name=text]").fill("线索具体，同意启动")
        with page.expect_navigation():
            row.locator("button:has-text('提出本机构意见')").click()
    row = first.locator(".sit-row").first
    first.goto(url)
    row.locator("summary:has-text('决定不启动')").click()
    row.locator("form[id^=item-decline] textarea").fill("已由信访程序处理")
    with first.expect_navigation():
        row.locator("form[id^=item-decline] button.btn-outline-danger").click()
    assert not complaints(first, ears)
    second.goto(url)
    with second.expect_navigation():
        second.locator(".sit-row .sit-proposal button:has-text('代表本机构签署')").click()
    assert "决定：不启动。" in second.locator(".sit-row").first.inner_text()
    wall.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # what the timer does every ten seconds
    wall.wait_for_selector("text=决定：不启动。")
    # the minutes while they are typed
    first.goto(url)
    first.fill(".minutes textarea", "到会情况齐全\n\n议定一件不启动")
    first.wait_for_selector(".sheet-preview >> text=议定一件不启动")
    first.wait_for_selector("text=草稿已于")
    first.reload()
    assert first.input_value(".minutes textarea") == "到会情况齐全\n\n议定一件不启动"
    first.set_viewport_size(watching.PHONE)  # type: ignore[arg-type]
    assert not complaints(first, ears)


def test_an_approver_agrees_with_the_thumb(window: Window, demo: Instance, scene: dict[str, Any]) -> None:
    page = window(scene["approver"], watching.PHONE)
    ears = watching.Ears(page)
    page.goto(f"{demo.url}/opinions/{scene['opinion']}/")
    bar = page.locator(".act-bar a")
    assert bar.all_inner_texts() == ["同意", "修改后同意", "退回"]
    for n in range(3):
        box = bar.nth(n).bounding_box()
        assert box is not None and box["height"] >= THUMB and box["width"] >= THUMB
        assert box["y"] + box["height"] <= watching.PHONE["height"], "in reach without scrolling"
    assert page.locator("section[aria-label=摘要]").bounding_box()["y"] < watching.PHONE["height"]  # type: ignore[index]
    assert not complaints(page, ears)
    # change: both texts side by side afterwards
    bar.nth(1).tap() if page.evaluate("'ontouchstart' in window") else bar.nth(1).click()
    form = page.locator("#decide-change")
    texts = form.locator("textarea")
    assert form.evaluate("(one) => one.open") and texts.count() == 3
    texts.nth(0).fill(texts.nth(0).input_value() + "已逾期九个月。")
    texts.nth(2).fill("补充逾期天数")
    button = form.locator(".inline-foot button.btn-primary")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None and box["height"] >= THUMB
    with page.expect_navigation():
        button.click()
    assert "对照" in page.inner_text("main") and "已逾期九个月。" in page.locator("ins").first.inner_text()
    assert not page.locator(".act-bar").count()
    for size in (watching.PHONE, watching.WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not complaints(page, ears)
