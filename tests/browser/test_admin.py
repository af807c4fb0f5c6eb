"""Administrators and auditors in a real browser: their pages at both sizes, and a table uploaded without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shots import watching
from tests.shots.instance import Instance
from tests.shots.walk import Place, kind_of

from .conftest import Desk
from .test_looks import complaints

pytestmark = pytest.mark.browser
PAGES = {
    "administrator": (
        "/",
        "/admin/courts/",
        "/admin/courts/豫0304/",
        "/admin/bodies/",
        "/admin/persons/",
        "/admin/posts/?state=now",
        "/admin/deputies/",
        "/admin/accounts/",
        "/admin/calendar/",
        "/admin/settings/",
        "/admin/settings/limit.screening/",
        "/admin/files/posts/",
        "/admin/posts/new/?court=豫0304",
    ),
    "auditor": ("/", "/admin/ledger/", "/admin/steps/", "/admin/signins/", "/admin/signins/?view=failed"),
}


@pytest.mark.parametrize("role", PAGES)
def test_their_pages_are_clean(desk: Desk, demo: Instance, role: str) -> None:
    page = desk(role)
    ears = watching.Ears(page)
    wrong = []
    for path in PAGES[role]:
        answer = page.goto(demo.url + path)
        assert answer is not None and answer.status == 200, path
        wrong += complaints(page, ears, Place(path, kind_of(path)), role)
    assert wrong == []


def test_a_table_is_checked_and_confirmed_without_scripts(desk: Desk, demo: Instance, tmp_path: Path) -> None:
    page = desk("administrator", javascript=False)
    table = tmp_path / "机构.csv"
    table.write_text(
        "法院代字,机构类别,本院名称\n豫0304,其他部门,督查督办室\n豫9999,其他部门,某室\n", encoding="gb18030"
    )
    page.goto(f"{demo.url}/admin/files/bodies/")
    page.set_input_files("#id_file", str(table))
    with page.expect_navigation():
        page.click("text=逐行检查")
    assert "不在法院表中" in page.inner_text("main") and page.locator("text=确认写入").count() == 0
    table.write_text("法院代字,机构类别,本院名称\n豫0304,其他部门,督查督办室\n", encoding="gb18030")
    page.set_input_files("#id_file", str(table))
    with page.expect_navigation():
        page.click("text=逐行检查")
    with page.expect_navigation():
        page.click("button:has-text('确认写入')")
    assert "新增1" in page.inner_text(".messages")
    page.goto(f"{demo.url}/admin/courts/豫0304/")
    assert "督查督办室" in page.inner_text("main")
