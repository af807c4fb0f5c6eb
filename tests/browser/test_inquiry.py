"""What hands do in an investigation: evidence dragged or ticked, an answer put into the report,
a record printed before it is filed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.shots import watching
from tests.shots.instance import Instance
from tests.shots.walk import links

from .conftest import Desk

pytestmark = pytest.mark.browser


def go(page: Any, demo: Instance, start: str) -> None:
    """From the round that this person investigates to the form whose address begins with `start`."""
    page.goto(demo.url + "/matters/")
    for matter in [path for path in links(page, demo.url) if path.startswith("/matters/") and path.count("/") == 3]:
        page.goto(demo.url + matter)
        for round_ in [path for path in links(page, demo.url) if path.startswith("/rounds/")]:
            page.goto(demo.url + round_.split("#")[0])
            found = [one for one in links(page, demo.url) if one.startswith(start)]
            if found:
                page.goto(demo.url + found[0])
                return
    raise AssertionError(f"nothing offers {start}")


def test_evidence_by_mouse_and_by_keyboard(desk: Desk, demo: Instance) -> None:
    page = desk("team_leader")
    ears = watching.Ears(page)
    go(page, demo, "/do/round.answer_point/")
    cited = page.locator("[data-evidence-chosen] [data-evidence-entry]")
    offered = page.locator("[data-evidence-candidates] [data-evidence-entry]")
    before, stock = cited.count(), offered.count()
    assert stock >= 1
    offered.first.drag_to(page.locator("[data-evidence-chosen]"))
    assert cited.count() == before + 1 and cited.last.locator("input[type=checkbox]").is_checked()
    assert "已作为证据" in page.inner_text("[data-evidence-told]")
    cited.last.locator("input[type=text]").fill("第3页")
    cited.last.locator("input[type=checkbox]").focus()
    page.keyboard.press("Space")
    assert cited.count() == before and offered.count() == stock
    assert offered.last.locator("input[type=text]").input_value() == ""
    offered.first.locator("input[type=checkbox]").focus()
    page.keyboard.press("Space")
    page.keyboard.type("第5页")  # the page of what was just cited has the focus
    assert cited.last.locator("input[type=text]").input_value() == "第5页"
    for size in (watching.WIDE, watching.PHONE):
        page.set_viewport_size(size)
        assert not watching.overflow(page) + watching.grave(page) + watching.wording(page)
    assert not ears.take()


def test_the_report_editor_counts_covers_and_inserts(desk: Desk, demo: Instance) -> None:
    page = desk("team_leader")
    ears = watching.Ears(page)
    go(page, demo, "/do/report.draft/")
    area = page.locator("textarea[name=facts]")
    assert page.locator("[data-count]").nth(1).inner_text() == "0 字"
    page.locator("[data-insert]").first.click()
    assert "第1项核查要点" in area.input_value()
    expect(page.locator("[data-count]").nth(1)).not_to_have_text("0 字")
    assert not page.locator("[data-point] [data-open]").first.is_visible()
    for size in (watching.WIDE, watching.PHONE):
        page.set_viewport_size(size)
        assert not watching.overflow(page) + watching.grave(page) + watching.wording(page)
    assert not ears.take()


def test_a_record_is_printed_in_a_window_of_its_own_and_the_form_stays_usable(desk: Desk, demo: Instance) -> None:
    page = desk("team_leader")
    ears = watching.Ears(page)
    go(page, demo, "/do/record.interview/")
    page.fill("[name=transcript]", "问：为何迟延？")
    with page.context.expect_page() as opened:
        page.click("button[name=refresh][value=print]")
    sheet = opened.value
    sheet.wait_for_load_state()
    assert "问：为何迟延？" in sheet.inner_text("main") and "被谈话人（签名）" in sheet.inner_text("main")
    sheet.close()
    assert page.locator("main .form-foot button.btn-primary").is_enabled() and page.locator(".sending").count() == 0
    assert page.input_value("[name=transcript]") == "问：为何迟延？"
    assert not ears.take()
