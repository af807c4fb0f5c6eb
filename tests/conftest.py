"""Session set-up: the engine named by SHUANGCHA_TEST_ENGINE (sqlite or postgres) is up before Django is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.harness import baked, chromium, engines, times  # noqa: E402

engines.prepare()

from django.conf import settings  # noqa: E402

settings.DATABASES  # noqa: B018  # read now: pytest-django takes part only where the settings are there


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(times.Times(), "times")


def pytest_report_header(config: pytest.Config) -> list[str]:
    where = "outside server" if "@127.0.0.1" not in os.environ["DATABASE_URL"] else "embedded"
    engine = engines.engine_name()
    return [f"engine: {engine}" + (f" ({where})" if engine == "postgres" else " (files)")]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests are left out where there is no Chromium; the last line of the run says how many."""
    if getattr(
        config.option, "loadgroup", False
    ):  # a worker of xdist: a file stays together, unless its folder says otherwise
        for item in items:
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))
    if chromium.executable() is not None:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.stash[LEFT_OUT] = len(left_out)
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    count = config.stash.get(LEFT_OUT, 0)
    if count:
        terminalreporter.write_line(
            f"!!! 未找到 Chromium，未运行的浏览器测试 / browser tests left out: {count}", red=True
        )
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.write_line(f"!!! {skipped} 个测试被跳过，按失败计 / skipped tests count as failed", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A skipped test proves nothing: it counts as failed."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == 0 and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """With xdist only the workers know what they left out."""
    node.config.stash[LEFT_OUT] = node.workeroutput.get("left_out", 0)


LEFT_OUT: pytest.StashKey[int] = pytest.StashKey()


@pytest.fixture
def fresh_database() -> Iterator[engines.FreshDatabase]:
    """A whole migrated database of this test's own, for races, kills and tampering."""
    with engines.fresh_database() as database:
        yield database


# The told worlds, for every folder.
globals().update({name: baked.fixture(name) for name in baked.WORLDS})


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each test begins on the database of the world that it names."""
    baked.point_to(baked.wanted(item))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any, instance_keys: None) -> Iterator[None]:
    """Instead of pytest-django's own: no migrations here, a copy of the session's template."""
    yield from baked.empty(django_db_blocker)


@pytest.fixture(autouse=True, scope="session")
def instance_keys() -> None:
    """The session's own instance has its keys, as a real one has after its first start."""
    engines.make_keys()


@pytest.fixture(autouse=True)
def quick_password_hashes(settings: Any) -> None:
    """Argon2 takes a tenth of a second on purpose; only the tests of sign-in itself want it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_kept_between_tests() -> None:
    """What a process keeps for half a minute belongs to the database of the test before."""
    baked.forget()
