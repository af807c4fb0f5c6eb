"""One demo instance for all tests of this folder, on SQLite files whatever engine the session runs on, and one browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.shots import watching
from tests.shots.instance import Instance, served

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def demo() -> Iterator[Instance]:
    with served() as instance:
        yield instance


@pytest.fixture(scope="package")
def chromium_window() -> Iterator[Browser]:
    with watching.chromium_browser() as browser:
        yield browser


Desk = Callable[..., Page]


@pytest.fixture
def desk(demo: Instance, chromium_window: Browser) -> Iterator[Desk]:
    """`desk("supervision_clerk")` → a window in which that role has signed in; `javascript=False` for one without scripts."""
    opened = []

    def open_desk(role: str, *, javascript: bool = True) -> Page:
        context = watching.window(chromium_window, java_script_enabled=javascript)
        opened.append(context)
        page = context.new_page()
        watching.sign_in(page, demo.url, demo.accounts[role]["login"], demo.password)
        return page

    yield open_desk
    for context in opened:
        context.close()
