"""Lists in the browser: tick boxes, tools that fold out, and the same without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from tests.shots import watching
from tests.shots.instance import Instance

from .conftest import Desk

pytestmark = pytest.mark.browser


def complaints(page: Page, ears: watching.Ears, *, axe: bool = True) -> list[str]:
    found = []
    for size in (watching.PHONE, watching.WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += watching.overflow(page)
        if axe:
            found += watching.grave(page)
    return [f"{page.url} {one}" for one in [*found, *watching.wording(page), *ears.take()]]


def test_lists_and_what_folds_out_are_clean(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_head")
    ears = watching.Ears(page)
    wrong: list[str] = []
    for path in (
        "/matters/?all=1",
        "/matters/?stage=open&court=瀍河&quarter=2020-2&since=x",
        "/todos/",
        "/lists/matters/filters/",
    ):
        page.goto(demo.url + path)
        wrong += complaints(page, ears)
    page.goto(f"{demo.url}/matters/?stage=open")
    for name in ("选择列", "存为常用条件", "导出表格"):
        page.click(f"summary:has-text('{name}')")
        # Another that folds out closes the one before; the browser tells of it a moment later.
        for _ in range(20):
            if page.locator("details.list-tool[open]").count() == 1:
                break
            page.wait_for_timeout(100)
        assert page.locator("details.list-tool[open]").count() == 1
        wrong += complaints(page, ears)
    page.keyboard.press("Escape")
    assert page.locator("details.list-tool[open]").count() == 0
    page.click("summary:has-text('选择列')")
    for box in page.locator("input[type=checkbox][name=column]").all():
        box.check()
    with page.expect_navigation():
        page.click("form[action*='columns'] button:has-text('保存')")
    wrong += complaints(page, ears, axe=False)
    page.click("summary:has-text('选择列')")
    with page.expect_navigation():
        page.click("button:has-text('恢复原样')")
    assert not wrong, "\n".join(wrong)


def test_ticks_are_counted_and_the_act_asks_first(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_head")
    ears = watching.Ears(page)
    page.goto(f"{demo.url}/todos/")
    act = page.locator("button[name=act]")
    assert act.is_disabled()
    page.check("[data-pick-all]")
    boxes = page.locator("input[name=pick]")
    assert page.locator("[data-pick-count]").inner_text() == f"对所选 {boxes.count()} 项："
    boxes.first.uncheck()
    assert page.evaluate("document.querySelector('[data-pick-all]').indeterminate") is True
    act.click()
    page.wait_for_selector("h1:has-text('批量分派')")
    wrong = complaints(page, ears)
    with page.expect_navigation():
        page.click("button[name=send]")
    page.wait_for_selector(".error-summary")
    page.select_option("select[name=person]", index=1)
    with page.expect_navigation():
        page.click("button[name=send]")
    page.wait_for_selector("h1:has-text('批量分派的结果')")
    wrong += complaints(page, ears)
    assert page.locator(".result-done").count() >= 1
    assert not wrong, "\n".join(wrong)


def test_everything_works_without_scripts(desk: Desk, demo: Instance, tmp_path: Path) -> None:
    page = desk("supervision_head", javascript=False)
    page.goto(f"{demo.url}/matters/")
    page.fill("input[name=court]", "瀍河")
    with page.expect_navigation():
        page.click("form.list-filters button[type=submit]")
    assert "法院：洛阳市瀍河回族区人民法院" in page.locator(".chips").inner_text()
    page.click("summary:has-text('存为常用条件')")
    page.fill("#id_filter_name", "瀍河")
    with page.expect_navigation():
        page.click("form[action*='filters'] button[type=submit]")
    assert page.locator(".kept-here").inner_text() == "瀍河"
    page.click("summary:has-text('导出表格')")
    page.fill("#id_export_reason", "向院领导汇报办理情况")
    with page.expect_download() as sent:
        page.click("form[action*='export'] button")
    sent.value.save_as(tmp_path / "a.xlsx")
    shown = page.locator("tbody tr").count()
    assert shown and load_workbook(tmp_path / "a.xlsx").active.max_row == 3 + shown
    page.goto(f"{demo.url}/todos/")
    page.locator("input[name=pick]").first.check()
    with page.expect_navigation():
        page.click("button[name=act]")
    page.select_option("select[name=person]", index=1)
    with page.expect_navigation():
        page.click("button[name=send]")
    assert "已办理 1 项。" in page.locator("main").inner_text()
