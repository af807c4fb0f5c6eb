"""Five roles at both sizes: nothing that a browser complains of, nothing wider than the window, nothing serious for axe."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.shots import watching
from tests.shots.instance import Instance
from tests.shots.walk import kind_of, links

from .conftest import Desk

pytestmark = pytest.mark.browser
ROLES = {
    "enforcement_clerk": ("/do/clue.register/",),
    "supervision_head": ("/items/",),
    "president": ("/duties/",),
    "team_leader": ("/rounds/",),
    "basic_president": ("/reports/",),
}
LOOKED_AT: set[str] = set()


def complaints(page: Page, ears: watching.Ears) -> list[str]:
    """Axe looks at each kind of page once: its rules do not depend on who looks, and each look takes a second."""
    found = []
    kind = kind_of(urlsplit(page.url).path)
    for size in (watching.WIDE, watching.PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += watching.overflow(page)
        if size is watching.WIDE:
            found += watching.wording(page)
            if kind not in LOOKED_AT:
                LOOKED_AT.add(kind)
                found += watching.grave(page)
    page.set_viewport_size(watching.WIDE)  # type: ignore[arg-type]
    return [f"{urlsplit(page.url).path} {one}" for one in [*found, *ears.take()]]


@pytest.mark.parametrize("role", ROLES)
def test_worklist_matter_and_form_are_clean(desk: Desk, demo: Instance, role: str) -> None:
    page = desk(role)
    ears = watching.Ears(page)
    wrong = complaints(page, ears)
    page.goto(f"{demo.url}/matters/")
    matter = next(path for path in links(page, demo.url) if path.startswith("/matters/") and path.count("/") == 3)
    page.goto(demo.url + matter)
    wrong += complaints(page, ears)
    for start in ROLES[role]:
        page.goto(f"{demo.url}/")
        found = [path for path in links(page, demo.url) if path.startswith(start)]
        if not found:  # a form that opens from the subject of the first todo
            with page.expect_navigation():
                page.click("main td.act a")
            found = [path for path in links(page, demo.url) if path.startswith(start)]
        page.goto(demo.url + (found[0] if found else start))
        assert start in page.url
        wrong += complaints(page, ears)
    assert not wrong, "\n".join(wrong)


def test_a_page_that_is_not_there_says_so_in_the_shell(desk: Desk, demo: Instance) -> None:
    page = desk("stranger")
    ears = watching.Ears(page)
    answer = page.goto(f"{demo.url}/matters/00000000-0000-4000-8000-000000000000/")
    assert answer is not None and answer.status == 404
    assert page.locator("nav.sidebar").is_visible()
    assert not complaints(page, ears)
