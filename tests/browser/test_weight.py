"""What a page weighs on the wire: at the first visit with everything that it brings, and when it is opened again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.shots import watching
from tests.shots.instance import Instance
from tests.shots.walk import kind_of, links

pytestmark = pytest.mark.browser
COLD, WARM = 250_000, 40_000
PAGES = (
    "home-enforcement_head",
    "clues-list",
    "matters-list",
    "meetings-list",
    "duties-list",
    "due",
    "figures",
    "flow",
    "notices",
    "help",
    "do",
    "matters-page",
    "meetings-page",
    "items-page",
    "reports-page",
    "opinions-page",
    "rounds-page",
    "clues-page",
)
"""Kinds of pages that must be among those weighed: `home` by role, the rest as walk.kind_of calls them."""
ROLES = ("enforcement_head", "team_leader", "basic_president", "administrator")


def weight(page: Page, url: str) -> tuple[int, int]:
    """Bytes received, headers included, when the page is opened with an empty cache and when it is opened again."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    found = []
    for _ in range(2):
        received.clear()
        answer = page.goto(url, wait_until="load")
        assert answer is not None and answer.status == 200, url
        found.append(int(sum(received)))
    session.detach()
    return found[0], found[1]


def to_weigh(page: Page, demo: Instance) -> dict[str, str]:
    """One address of each kind of page that this role reaches in two steps."""
    page.goto(demo.url)
    first = links(page, demo.url)
    second: list[str] = []
    for path in first:
        if path.endswith("s/") and path.count("/") == 2:  # the lists
            page.goto(demo.url + path)
            second += links(page, demo.url)
    found: dict[str, str] = {}
    for path in ["/", *first, *second, "/help/", "/notices/"]:
        found.setdefault(kind_of(path), path)
    return found


@pytest.fixture(scope="module")
def weighed(demo: Instance, chromium_window: Browser) -> dict[str, tuple[int, int]]:
    table: dict[str, tuple[int, int]] = {}
    for role in ROLES:
        context = watching.window(chromium_window)
        page: Any = context.new_page()
        watching.sign_in(page, demo.url, demo.accounts[role]["login"], demo.password)
        for kind, path in to_weigh(page, demo).items():
            name = f"home-{role}" if kind == "home" else kind
            if name not in table and not urlsplit(path).path.startswith("/papers/"):
                answer = page.request.get(demo.url + path, max_redirects=0)
                if answer.status == 200:
                    table[name] = weight(page, demo.url + path)
        context.close()
    return table


def test_no_page_is_heavy_on_the_wire(weighed: dict[str, tuple[int, int]]) -> None:
    for kind, (cold, warm) in sorted(weighed.items(), key=lambda one: -one[1][0]):
        print(f"{kind:28} {cold:8} {warm:7}")
    assert not set(PAGES) - set(weighed)
    heavy = {kind: both for kind, both in weighed.items() if both[0] > COLD or both[1] > WARM}
    assert not heavy
    assert all(warm < cold / 3 for cold, warm in weighed.values()), "styles and scripts are asked for again"
