"""Every role on its pages at both sizes: nothing that a browser complains of, nothing wider than the window,
nothing grave for axe.

The pages are those of `python3 go.py shots`, without pictures, and fewer of a kind: the whole nav of each role, and the
kinds of pages that the role's work leads to. A page is loaded once and the window then made small.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.shots import watching
from tests.shots.instance import Instance
from tests.shots.walk import FIXED, Place, places

from .conftest import Desk

pytestmark = pytest.mark.browser
NAV = frozenset(
    {
        "home",
        "account",
        "clues-list",
        "matters-list",
        "meetings-list",
        "items-list",
        "duties-list",
        "due",
        "figures",
        "flow",
        "todos",
    }
)
DETAILS: dict[str, tuple[str, ...]] = {
    "enforcement_head": ("matters-page", "matters-page-joint", "meetings-page", "items-page", "sign", "notices"),
    "supervision_head": ("matters-page", "clues-page", "do", "papers"),
    "president": ("matters-page", "opinions-page", "plan"),
    "enforcement_clerk": ("do", "meetings-page", "assignments-page", "help"),
    "supervision_clerk": ("clues-page", "duties-page", "search"),
    "office_head": ("matters-page", "matters-page-steps", "opinions-page"),
    "deputy_leader": ("opinions-page", "duties-page"),
    "inspection_head": ("clues-page", "help"),
    "basic_enforcement_head": ("assignments-page", "rounds-page", "matters-page"),
    "basic_supervision_head": ("matters-page", "matters-page-rounds", "rounds-page"),
    "basic_president": ("matters-page", "matters-page-files", "reports-page"),
    "team_leader": ("rounds-page", "records-page", "records-page-print", "do", "reports-page"),
    "administrator": (
        "admin-courts-list",
        "admin-bodies-list",
        "admin-posts-list",
        "admin-persons-list",
        "admin-accounts-list",
        "admin-deputies-list",
        "admin-calendar-list",
        "admin-settings-list",
        "admin-files-list",
        "admin-courts-page",
        "admin-persons-page",
        "help",
    ),
    "auditor": ("admin-steps-list", "admin-steps-page", "admin-ledger-list", "admin-signins-list", "help"),
    "stranger": ("help",),
}
"""Role → the kinds of pages it must come to, besides its nav."""
MORE = ("/notices/", "/help/", "/search/?q=执")
LOOKED_AT: set[str] = set()
"""Axe looks at each kind of page once at each size, whoever reads it; at the start page of every role besides."""


def complaints(page: Page, ears: watching.Ears, place: Place, role: str) -> list[str]:
    found = watching.wording(page)
    kind = f"home of {role}" if place.kind == "home" else place.kind
    look = kind not in LOOKED_AT
    LOOKED_AT.add(kind)
    for size, view in watching.SIZES.items():
        page.set_viewport_size(view)  # type: ignore[arg-type]
        found += watching.overflow(page)
        if look:
            found += [f"{size} {one}" for one in watching.grave(page)]
    page.set_viewport_size(watching.WIDE)  # type: ignore[arg-type]
    return [f"{place.path} {one}" for one in [*found, *ears.take()]]


@pytest.mark.parametrize("role", DETAILS)
def test_pages_of_a_role_are_clean_at_both_sizes(desk: Desk, demo: Instance, role: str) -> None:
    page = desk(role)
    ears = watching.Ears(page)
    wrong: list[str] = []
    ears.take()

    def show(place: Place) -> bool:
        answer = page.goto(demo.url + place.path)
        status = answer.status if answer is not None else 0
        if status != (404 if place.path == "/no-such-page/" else 200):
            wrong.append(f"{place.path} status {status}")
        wrong.extend(complaints(page, ears, place, role))
        return status == 200

    wanted = NAV | set(DETAILS[role])
    shown = {one.kind for one in places(page, demo.url, show, start=(*FIXED, *MORE), only=wanted | {"no-such-page"})}
    assert not wrong, "\n".join(wrong)
    assert not set(DETAILS[role]) - shown


def test_signed_out_pages_are_clean(desk: Desk, demo: Instance) -> None:
    page = desk("stranger")
    page.context.clear_cookies()
    ears = watching.Ears(page)
    for path in ("/signin", "/reset"):
        answer = page.goto(demo.url + path)
        assert answer is not None and answer.status == 200
        assert not complaints(page, ears, Place(path, path), "")


def test_a_page_that_is_not_there_says_so_in_the_shell(desk: Desk, demo: Instance) -> None:
    page = desk("stranger")
    answer = page.goto(f"{demo.url}/matters/00000000-0000-4000-8000-000000000000/")
    assert answer is not None and answer.status == 404
    assert page.locator("nav.sidebar").is_visible()
