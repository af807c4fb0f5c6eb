"""登记线索 with hands: keyboard only, hints while typing, files dragged in, in parts through a lost network,
and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.shots import watching
from tests.shots.instance import Instance

from .conftest import Desk

pytestmark = pytest.mark.browser
FORM = "/do/clue.register/"
SUBMIT = "main form[data-once] .form-foot button.btn-primary"
DROP = """([names, size]) => {
  const data = new DataTransfer();
  names.forEach((name) => data.items.add(new File(['%PDF-1.7 ' + name + 'x'.repeat(size)], name, { type: 'application/pdf' })));
  const target = document.querySelector('[data-drop]');
  for (const kind of ['dragover', 'drop']) target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


def fresh(page: Page, demo: Instance) -> None:
    page.goto(demo.url + FORM)
    drop = page.locator("[data-draft-drop]")
    if drop.count():
        page.once("dialog", lambda one: one.accept())
        with page.expect_navigation():
            drop.click()


def test_a_phone_call_with_the_keyboard_alone(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_clerk")
    ears = watching.Ears(page)
    fresh(page, demo)
    assert page.evaluate("document.activeElement.name") == "cases.0.number"  # ready to type
    page.keyboard.type("(2024)豫0304执4711号")
    page.keyboard.press("Tab")
    expect(page.locator("#id_subject_court")).to_have_value("洛阳市瀍河回族区人民法院")
    assert page.input_value("[name='cases.0.number']") == "（2024）豫0304执4711号"
    assert "已填为被反映法院" in page.inner_text("[data-number-told]")
    page.focus("input[name=source] >> nth=0")
    page.keyboard.press("ArrowDown")
    assert (
        page.locator("fieldset[data-source=petition]").is_visible()
        and not page.locator("fieldset[data-source=superior]").is_visible()
    )
    page.locator("fieldset[data-source=petition] select").select_option(label="电话")
    page.fill("[name='subjects.0.name']", "某执行员")
    page.keyboard.press("Tab")
    expect(page.locator("[name='subjects.0.court']")).to_have_value("洛阳市瀍河回族区人民法院")
    page.select_option("[name='allegations.0.kind']", index=1)
    page.fill("[name='allegations.0.text']", "来电称拍卖款没有发放")
    page.fill("#id_title", "来电反映四七一一号案拍卖款")
    page.fill("#id_summary", "电话记录：七个月没有发放。")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert re.search(r"/clues/[0-9a-f-]{36}/$", page.url), page.inner_text("main")[:500]
    assert not ears.take()
    page.goto(demo.url + FORM)
    assert "已恢复" not in page.inner_text("main")  # its draft is gone

    # The next caller speaks of the same case: told while the clerk is typing, and settled with a reason.
    page.fill("[name='cases.0.number']", "（2024）豫0304执4711号")
    page.keyboard.press("Tab")
    hint = page.locator("[data-hints-list] > li", has_text="来电反映四七一一号案拍卖款")
    expect(hint).to_contain_text("同一执行案件：（2024）豫0304执4711号")
    for size in (watching.WIDE, watching.PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not watching.overflow(page) + watching.wording(page) + watching.grave(page)
    page.set_viewport_size(watching.WIDE)  # type: ignore[arg-type]
    hint.locator("text=不是同一事").click()
    hint.locator(".hint-reason").fill("另一笔拍卖款")
    assert page.is_checked("[name=repeats_checked]")  # something was said of each
    page.check("input[name=source][value=petition]")
    page.locator("fieldset[data-source=petition] select").select_option(label="电话")
    page.select_option("[name='allegations.0.kind']", index=1)
    page.fill("[name='allegations.0.text']", "另一笔")
    page.fill("#id_title", "另一人来电")
    page.fill("#id_summary", "问另一套房屋。")
    with page.expect_navigation():
        page.click(SUBMIT)
    assert re.search(r"/clues/[0-9a-f-]{36}/$", page.url), page.inner_text("main")[:500]
    assert "没有办成" not in page.inner_text("main")
    assert not ears.take()


def test_files_dragged_in_go_with_their_progress_and_stay(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_clerk")
    ears = watching.Ears(page)
    fresh(page, demo)
    page.evaluate(DROP, [["一.pdf", "二.pdf", "坏.exe"], 2000])
    expect(page.locator("[data-sent] input.tick")).to_have_count(2)
    assert "不接受" in page.inner_text("[data-sent] .bad")
    for size in (watching.WIDE, watching.PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not watching.overflow(page) + watching.grave(page)
    page.set_viewport_size(watching.WIDE)  # type: ignore[arg-type]
    expect(page.locator("[data-draft-state]")).to_have_text(re.compile("已保存"))
    page.reload()
    assert page.locator("[data-sent] input.tick:checked").count() == 2  # the draft names them
    assert not [one for one in ears.take() if "422" not in one]
    fresh(page, demo)


def test_a_large_file_goes_on_after_the_network_was_lost_and_after_a_reload(
    desk: Desk, demo: Instance, tmp_path: Path
) -> None:
    page = desk("enforcement_clerk")
    fresh(page, demo)
    large = tmp_path / "录像.mp4"
    large.write_bytes(b"0" * (26 * 1024 * 1024))
    parts: list[str] = []
    page.on("request", lambda one: parts.append(one.url) if re.search(r"/uploads/\w+/\d+/$", one.url) else None)

    def cut(route: object, request: object) -> None:
        page.context.set_offline(True)
        route.abort()  # type: ignore[attr-defined]

    page.route(re.compile(r"/uploads/\w{40}/8388608/$"), cut, times=1)
    page.set_input_files("#id_files", str(large))
    expect(page.locator("[data-sent] .upload-word")).to_contain_text("网络不通")
    before = len(parts)
    page.context.set_offline(False)
    expect(page.locator("[data-sent] input.tick")).to_have_count(1, timeout=60_000)
    offsets = [int(url.rstrip("/").rsplit("/", 1)[-1]) for url in parts]
    assert before >= 3 and offsets.count(0) == 1, offsets  # what had arrived was not sent again
    assert "录像.mp4" in page.inner_text("[data-sent]")
    expect(page.locator("[data-draft-state]")).to_have_text(re.compile("已保存"))
    fresh(page, demo)

    other = tmp_path / "第二段录像.mp4"
    other.write_bytes(b"1" * (26 * 1024 * 1024))
    third = re.compile(r"/uploads/\w{40}/8388608/$")
    page.route(third, lambda route: route.abort())
    page.set_input_files("#id_files", str(other))
    expect(page.locator("[data-sent] .upload-word")).to_contain_text("网络不通")
    page.once("dialog", lambda one: one.accept())
    page.reload()
    assert page.locator("[data-sent] input.tick").count() == 0
    page.unroute(third)
    parts.clear()
    page.set_input_files("#id_files", str(other))  # chosen again after the reload
    expect(page.locator("[data-sent] input.tick")).to_have_count(1, timeout=60_000)
    expect(page.locator("[data-draft-state]")).to_have_text(re.compile("已保存"))
    assert min(int(url.rstrip("/").rsplit("/", 1)[-1]) for url in parts) == 8388608
    fresh(page, demo)


def test_sending_waits_for_files_under_way(desk: Desk, demo: Instance, tmp_path: Path) -> None:
    page = desk("enforcement_clerk")
    fresh(page, demo)
    page.fill("#id_title", "附件还在上传")
    held: list[object] = []
    page.route(re.compile(r"/uploads/$"), lambda route: held.append(route), times=1)
    small = tmp_path / "信.pdf"
    small.write_bytes(b"%PDF-1.7 letter")
    page.set_input_files("#id_files", str(small))
    page.wait_for_timeout(300)
    page.click(SUBMIT)
    expect(page.locator("[data-upload-state]")).to_contain_text("传完后自动提交")
    with page.expect_navigation():
        held[0].continue_()  # type: ignore[attr-defined]
    assert "信.pdf" in page.inner_text("[data-sent]")  # sent back for what is missing, the file with it
    fresh(page, demo)


def test_two_hundred_files_dropped_at_once(desk: Desk, demo: Instance) -> None:
    page = desk("enforcement_clerk")
    fresh(page, demo)
    page.evaluate(DROP, [[f"第{n}页.pdf" for n in range(1, 202)], 10])
    expect(page.locator("[data-upload-state]")).to_have_text("已上传 200 个", timeout=120_000)
    assert page.locator("[data-sent] input.tick").count() == 200
    assert "超过200个" in page.inner_text("[data-sent] .bad")
    assert not watching.overflow(page)
    expect(page.locator("[data-draft-state]")).to_have_text(re.compile("已保存"))
    fresh(page, demo)


def test_without_javascript_number_source_and_file_by_plain_submits(desk: Desk, demo: Instance, tmp_path: Path) -> None:
    page = desk("enforcement_head", javascript=False)
    page.goto(demo.url + FORM)
    page.fill("[name='cases.0.number']", "(2024)豫0304执4712号")
    with page.expect_navigation():
        page.click("button[name=refresh][value=number]")
    assert page.input_value("#id_subject_court") == "洛阳市瀍河回族区人民法院"
    page.check("input[name=source][value=petition]")
    with page.expect_navigation():
        page.click(".source-choose button")
    page.locator("fieldset[data-source=petition] select").select_option(label="来信")
    letter = tmp_path / "来信.pdf"
    letter.write_bytes(b"%PDF-1.7 letter")
    page.set_input_files("#id_files", str(letter))
    page.select_option("[name='allegations.0.kind']", index=1)
    page.fill("[name='allegations.0.text']", "没有发放")
    page.fill("#id_title", "没有脚本也能登记")
    page.fill("#id_summary", "拍卖款没有发放。")
    with page.expect_navigation():
        page.click(SUBMIT)
    if "逐件核对" in page.inner_text("main"):
        page.check("[name=repeats_checked]")
        with page.expect_navigation():
            page.click(SUBMIT)
    assert re.search(r"/clues/[0-9a-f-]{36}/$", page.url), page.inner_text("main")[:500]
    assert "来信.pdf" in page.inner_text("main")
