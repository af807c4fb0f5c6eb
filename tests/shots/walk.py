"""From the start page of a role along its nav, its todos and the links of each page: one page of each kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page

MOST = {"do": 2, "sign": 2, "papers": 3, "matters": 2, "duties": 2, "reports": 1}
"""Pages of one kind that are shown; 1 where nothing is said. Lists come as `clues/` and so on, once each."""
FIXED = ("/", "/account", "/flow/", "/no-such-page/")
SUBJECTS = frozenset(
    {"clues", "matters", "meetings", "items", "duties", "assignments", "rounds", "records", "reports", "opinions"}
)
FILES = ("/download/", "/account/")
"""How addresses end that are no pages to show."""
LEFT_OUT = ("/signout", "/materials/", "/withdraw/", "/uploads/", "/demo/", "/api/", "/static/")


@dataclass(frozen=True, slots=True)
class Place:
    """One page to show. `kind` groups pages that look alike."""

    path: str
    kind: str


def kind_of(path: str) -> str:
    """`matters/UID/` → matter page; `matters/` → the list; `matters/UID/files/` → its tab; a move form by its key."""
    parts = [part for part in urlsplit(path).path.split("/") if part]
    if not parts:
        return "home"
    if parts[0] == "admin":
        return "-".join([*parts[:2], *(["page"] if len(parts) > 2 else ["list"]), *parts[3:]])
    if parts[0] in SUBJECTS:
        return "-".join([parts[0], *(["page"] if len(parts) > 1 else ["list"]), *parts[2:]])
    if parts[0] in ("do", "sign", "papers"):
        return parts[0]
    return parts[0]


def places(
    page: Page,
    url: str,
    show: Callable[[Place], bool],
    *,
    start: Sequence[str] = FIXED,
    only: Collection[str] | None = None,
) -> Iterator[Place]:
    """Show page by page with `show` (which answers whether the page came up) and yield what was shown.

    The move forms come in the order of the todos: what waits for this very person first. `only`:
    no other kinds of pages.
    """
    waiting = [Place(path, kind_of(path)) for path in start]
    seen: set[str] = set()
    counted: dict[str, int] = {}
    while waiting:
        place = waiting.pop(0)
        if place.path in seen or (only is not None and place.kind not in only):
            continue
        group = place.kind.split("-")[0] if place.kind.split("-")[0] in ("do", "sign", "papers") else place.kind
        most = MOST.get(group.removesuffix("-page"), MOST.get(group.split("-")[0], 1) if group.endswith("-page") else 1)
        if counted.get(group, 0) >= most:
            continue
        seen.add(place.path)
        counted[group] = counted.get(group, 0) + 1
        if not show(place):
            continue
        yield place
        waiting += [Place(path, kind_of(path)) for path in links(page, url) if path not in seen]


def links(page: Page, url: str) -> list[str]:
    """Addresses of this site on the page shown, without filters and pages of lists, in reading order."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('main a[href], nav a[href]')].map((one) => one.href)"
    )
    paths = []
    for one in dict.fromkeys(found):
        if not one.startswith(url + "/"):
            continue
        path = one.removeprefix(url).split("#")[0]
        query = urlsplit(path).query
        if (
            any(path.startswith(word) for word in LEFT_OUT)
            or path.endswith(FILES)
            or (query and not path.startswith("/do/"))
        ):
            continue
        paths.append(path)
    return paths
