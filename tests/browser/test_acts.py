"""What hands do: register a clue with keyboard and mouse, sign with a double click, and both without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.shots import watching
from tests.shots.instance import Instance
from tests.shots.walk import links

from .conftest import Desk

pytestmark = pytest.mark.browser
SUBMIT = "main form[data-once] .form-foot button.btn-primary"


SIGN = "main form button:has-text('签署')"


def open_form(page: Page, demo: Instance, list_path: str, start: str) -> None:
    """From a list over the pages of its rows to the first form whose address begins with `start` and that can be sent:
    what both bodies have signed is shown there too, for reading."""
    page.goto(demo.url + list_path)
    for path in [path for path in links(page, demo.url) if path.startswith(list_path) and path.count("/") == 3]:
        page.goto(demo.url + path)
        found = [one for one in links(page, demo.url) if one.startswith(start)]
        for one in found:
            page.goto(demo.url + one)
            if start != "/sign/" or page.locator(SIGN).count():
                return
    raise AssertionError(f"no page under {list_path} offers {start}")


def send(page: Page) -> None:
    with page.expect_navigation():
        page.click(SUBMIT)


def type_by_label(page: Page, label: str, text: str, nth: int = 0) -> None:
    """Click on the label as a person does, then type into what has the focus."""
    page.locator("main form label.field-label", has_text=re.compile(f"^{label}")).nth(nth).click()
    page.keyboard.type(text)


def test_the_clerk_registers_a_letter_and_finds_it_in_the_list(desk: Desk, demo: Instance) -> None:
    page = desk("supervision_clerk")
    ears = watching.Ears(page)
    with page.expect_navigation():
        page.click("text=登记线索")
    type_by_label(page, "被反映法院", "瀍河")
    page.wait_for_selector(".picker-list [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("main form input[role=combobox] >> nth=0") == "洛阳市瀍河回族区人民法院"
    page.check("input[name=source][value=petition]")
    for choice in page.locator("fieldset[data-source]:not([hidden]) select").all():
        choice.select_option(index=1)
    page.fill("#id_received_on", "2026-09-15")
    type_by_label(page, "标题", "来信反映拍卖款迟迟不发放")
    type_by_label(page, "内容摘要", "拍卖款到账七个月未发放，多次询问没有答复。")
    page.locator("fieldset#id_allegations select").first.select_option(index=1)
    page.locator("fieldset#id_allegations textarea").first.click()
    page.keyboard.type("拍卖款到账七个月未发放")
    send(page)
    assert re.search(r"/clues/[0-9a-f-]{36}/$", page.url), page.inner_text("main")[:600]
    page.goto(f"{demo.url}/clues/")
    row = page.locator("main tbody tr", has_text="来信反映拍卖款迟迟不发放")
    assert row.count() == 1 and "洛阳市瀍河回族区人民法院" in row.inner_text()
    assert not ears.take()


def test_a_double_click_on_signing_is_one_step(desk: Desk, demo: Instance) -> None:
    first = desk("basic_enforcement_head")
    open_form(first, demo, "/matters/", "/do/assignment.acknowledge/")
    send(first)
    assert "已提请" in first.inner_text("main")
    second = desk("basic_supervision_head")
    ears = watching.Ears(second)
    open_form(second, demo, "/matters/", "/sign/")
    for size in (watching.WIDE, watching.PHONE):
        second.set_viewport_size(size)  # type: ignore[arg-type]
        assert not watching.overflow(second) + watching.grave(second) + watching.wording(second)
    second.set_viewport_size(watching.WIDE)  # type: ignore[arg-type]
    posts: list[str] = []
    second.on("request", lambda one: posts.append(one.url) if one.method == "POST" else None)
    with second.expect_navigation():
        second.dblclick("main form[data-once] button:has-text('签署')")
    second.wait_for_load_state()
    assert "已办理" in second.inner_text("main") and len(posts) == 1
    second.reload()
    matter = next(path for path in links(second, demo.url) if re.match(r"/matters/[0-9a-f-]{36}/", path))
    second.goto(f"{demo.url}{matter.split('?')[0]}steps/")
    assert second.locator("main .timeline li, main tbody tr", has_text="双签收").count() >= 1
    assert len(re.findall(r"(?m)^双签收", second.inner_text("main"))) == 1
    assert not ears.take()


def test_without_javascript_one_registers_and_signs(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_head", javascript=False)
    page.goto(f"{demo.url}/do/clue.register/")
    page.fill("#id_subject_court", "洛阳市瀍河回族区人民法院")
    page.check("input[name=source][value=petition]")
    with page.expect_navigation():
        page.click(".source-choose button")
    shown = page.locator("fieldset[data-source]:visible select")
    for choice in shown.all():
        choice.select_option(index=1)
    page.fill("#id_received_on", "2026-09-15")
    page.fill("#id_title", "来信反映长期不评估")
    page.fill("#id_summary", "查封房产后九个月未启动评估拍卖。")
    page.locator("fieldset#id_allegations select").first.select_option(index=1)
    page.locator("fieldset#id_allegations textarea").first.fill("九个月未启动评估")
    with page.expect_navigation():
        page.click(SUBMIT)
    assert re.search(r"/clues/[0-9a-f-]{36}/$", page.url), page.inner_text("main")[:600]

    open_form(page, demo, "/matters/", "/do/matter.supervise_on_site/")
    people = page.locator("main form input[name=supervisors]")
    for box in people.all():
        box.check()
    page.fill("#id_visited_on", "2026-09-15")
    page.fill("#id_text", "现场查看评估拍卖进度，责令十日内书面报告。")
    with page.expect_navigation():
        page.click(SUBMIT)
    assert "已提请" in page.inner_text("main"), page.inner_text("main")[:600]
    other = desk("supervision_head", javascript=False)
    open_form(other, demo, "/matters/", "/sign/")
    with other.expect_navigation():
        other.click("main form button:has-text('签署')")
    assert "已办理" in other.inner_text("main"), other.inner_text("main")[:600]
