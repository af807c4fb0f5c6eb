"""系统检查 in a real browser: a check taken over into a record, a run that is watched, a clue from its signs;
nothing a reader stumbles over."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.shots import watching
from tests.shots.instance import Instance

from .conftest import Desk
from .test_inquiry import go

pytestmark = pytest.mark.browser


def looked_over(page: Page, ears: watching.Ears) -> None:
    """At both sizes: nothing sticks out, nothing serious for axe, no code word,
    no complaint of the browser or the content policy."""
    found = []
    for size in watching.SIZES.values():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += watching.overflow(page) + watching.grave(page) + watching.wording(page)
    page.set_viewport_size(watching.WIDE)  # type: ignore[arg-type]
    assert found + ears.take() == [], page.url


def test_a_check_is_taken_over_into_the_record(desk: Desk, demo: Instance) -> None:
    page = desk("team_leader")
    ears = watching.Ears(page)
    go(page, demo, "/do/record.system_check/")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("流程数据检查本案|已作的流程数据检查")).click()
    looked_over(page, ears)
    with page.expect_navigation():
        page.get_by_role("button", name="按最新的流程数据检查").first.click()
    expect(page.locator(".sign-card").first).to_be_visible()
    looked_over(page, ears)
    page.locator("input[name=sign]").nth(0).check()
    page.locator("select[name^=point]").nth(0).select_option(index=1)
    with page.expect_navigation():
        page.get_by_role("button", name="采纳所选信号").click()
    assert page.locator(".sheet-part .sign-card").count() == 1 and "系统提示风险信号" in page.input_value(
        "[name=conclusion]"
    )
    looked_over(page, ears)


def test_the_same_without_javascript(desk: Desk, demo: Instance) -> None:
    page = desk("team_leader", javascript=False)
    go(page, demo, "/do/record.system_check/")
    page.click("text=流程数据检查本案" if page.locator("text=流程数据检查本案").count() else "text=已作的流程数据检查")
    page.locator("text=按最新的流程数据检查").first.click()
    page.locator("input[name=sign]").nth(1).check()
    page.click("text=采纳所选信号")
    page.click("text=不采纳这一项")
    assert "没有采纳风险信号" in page.inner_text("main")


def started(page: Page, demo: Instance) -> None:
    page.goto(f"{demo.url}/system-check/")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("开始检查")).first.click()


def test_a_run_is_watched_to_its_end_and_its_signs_become_a_clue(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_clerk")
    ears = watching.Ears(page)
    started(page, demo)
    expect(page.locator("[data-run-state]")).to_have_text(
        "已完成", timeout=60_000
    )  # asked for by flow.js, without a touch
    for name in ("逐项查看信号", "系统检查"):
        expect(page.get_by_role("link", name=name).first).to_be_visible()
    looked_over(page, ears)
    page.goto(f"{demo.url}/system-check/")
    looked_over(page, ears)
    done: Any = page.locator("table a.strong").last  # the run over all courts that the demo comes with
    with page.expect_navigation():
        done.click()
    with page.expect_navigation():
        page.get_by_role("link", name="体检表").first.click()
    expect(page.locator("svg.chart").first).to_be_visible()
    looked_over(page, ears)
    page.go_back()
    with page.expect_navigation():
        page.get_by_role("link", name="逐项查看信号").click()
    page.locator("input[name=case]").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="所选案件登记线索").click()
    assert page.locator("input[name=source][value=command]").is_checked() and page.input_value(
        "[name='cases.0.number']"
    )
    looked_over(page, ears)


def test_signs_by_officer_for_the_supervision_side(desk: Desk, demo: Instance) -> None:
    page = desk("supervision_head")
    ears = watching.Ears(page)
    page.goto(f"{demo.url}/system-check/")
    with page.expect_navigation():
        page.locator("table a.strong").last.click()
    looked_over(page, ears)
    with page.expect_navigation():
        page.get_by_role("link", name="按人员").click()
    page.locator("details.officer-rules summary").first.click()
    page.get_by_text("导出为表格").click()
    looked_over(page, ears)
    number = page.locator("td.num a").first
    told = number.inner_text()
    with page.expect_navigation():
        number.click()
    expect(page.locator(".pager-count")).to_have_text(f"共 {told} 项")
    looked_over(page, ears)


UPLOAD = {
    "cases.csv": "case_number,court,kind,filed_on\n（2026）豫0304执9001号,豫0304,enforcement,2026-03-02\n",
    "events.csv": "case_number,node,event_at\n（2026）豫0304执9001号,N02,2026-03-02\n",
}


def test_data_are_sent_read_in_the_background_and_withdrawn(desk: Desk, demo: Instance, tmp_path: Path) -> None:
    archive = tmp_path / "流程数据.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for name, text in UPLOAD.items():
            zipped.writestr(name, text)
    page = desk("administrator")
    ears = watching.Ears(page)
    page.goto(f"{demo.url}/admin/flow/")
    page.fill("[name=name]", "试读数据")
    page.fill("[name=taken_at]", "2026-09-10")
    page.set_input_files("[name=data]", str(archive))
    with page.expect_navigation():
        page.get_by_role("button", name="逐行检查").click()
    with page.expect_navigation():
        page.get_by_role("button", name="确认读入").click()
    expect(page.get_by_text("“试读数据”已读入：案件1件，节点1条。")).to_be_visible(
        timeout=60_000
    )  # flow.js waits, without a touch
    row = page.locator("tr", has_text="试读数据")
    with page.expect_navigation():
        row.get_by_role("link", name="撤回").click()
    looked_over(page, ears)
    with page.expect_navigation():
        page.get_by_role("button", name="撤回这份数据").click()
    expect(page.locator(".error-summary")).to_contain_text("请写明撤回理由")
    page.fill("[name=reason]", "试读完毕，撤回")
    with page.expect_navigation():
        page.get_by_role("button", name="撤回这份数据").click()
    expect(page.locator("tr", has_text="试读数据")).to_contain_text("已撤回")
    looked_over(page, ears)


def test_an_administrators_page_of_flow_data(desk: Desk, demo: Instance) -> None:
    page = desk("administrator")
    ears = watching.Ears(page)
    page.goto(f"{demo.url}/admin/flow/")
    looked_over(page, ears)
