"""Worlds that many tests start from, told once per session and engine, and copied.

A world is a database (a copy of the migrated template in which a maker has told something), the files that the telling
left in the data folder, and a small Python description of it, pickled. The first who asks has it told; every worker
works in a copy of its own, every test in a transaction of that copy that is rolled back.

A test names its world by using the fixture of that name, itself or through others; without one it runs on the empty
database. Before each test the connection is pointed to the database of that test's world, so the order of tests does
not matter.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.harness import engines

WORLDS = {
    "house": "tests.desk.story:house",
    "desk_places": "tests.desk.story:places",
    "plan_bases": "tests.plan.worlds:Worlds",
    "access_bases": "tests.plan.worlds:for_access",
    "search_bases": "tests.plan.worlds:for_search",
    "interface_story": "tests.exchange.world:told",
    "papers_story": "tests.papers.story:told",
    "demo_seed": "tests.stories.worlds:seeded",
    "demo_told": "tests.stories.worlds:told",
}
"""Fixture → who makes it: a function without arguments, called on an empty database; what it returns is the description."""

EMPTY = ""
_copies: dict[str, str] = {}
"""This worker's own databases by the name of their world."""


def fixture(name: str) -> Any:
    """The module-scoped fixture of this world: its description, unpickled anew for each module."""

    @pytest.fixture(scope="module", name=name)
    def world(django_db_setup: None, django_db_blocker: Any, instance_keys: None) -> Any:
        with django_db_blocker.unblock():
            _leave()
            if name not in _copies:
                _copies[name] = _copy(name)
            point_to(name)
            return pickle.loads(_description(name).read_bytes())

    return world


def wanted(item: pytest.Item) -> str:
    """The world that this test names: by a fixture, or by a parameter that is a world's name."""
    params = item.callspec.params.values() if hasattr(item, "callspec") else ()
    names = {one for one in (*getattr(item, "fixturenames", ()), *params) if isinstance(one, str) and one in WORLDS}
    if len(names) > 1:
        raise pytest.UsageError(f"{item.nodeid} names several worlds: {sorted(names)}")
    return names.pop() if names else EMPTY


def point_to(name: str) -> None:
    """Django's connection speaks to this worker's copy of the world; where there is none yet, its fixture will see to it."""
    from django.db import connection

    where = _copies.get(name)
    if where is None or connection.settings_dict["NAME"] == where:
        return
    _leave()
    connection.settings_dict["NAME"] = where


def _leave() -> None:
    from django.db import connection

    if connection.in_atomic_block:
        raise RuntimeError("a transaction is open; a world is named before it, not inside")
    connection.close()


def empty(django_db_blocker: Any) -> Iterator[None]:
    """For pytest-django's fixture `django_db_setup`: the session stands on a copy of the template."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    _copies[EMPTY] = engines.copied(engines.empty_database(), f"{engines.worker()}_empty")
    connection.settings_dict["NAME"] = _copies[EMPTY]
    yield
    with django_db_blocker.unblock():
        connection.close()
    connection.settings_dict["NAME"] = before
    for name in _copies.values():
        engines.removed(name)
    _copies.clear()


def _folder(name: str) -> Path:
    return engines.scratch_folder() / "worlds" / name


def _description(name: str) -> Path:
    return _folder(name) / "description"


def _copy(name: str) -> str:
    """This worker's copy of a world, with the files that belong to it; told now if nobody has told it."""
    from django.conf import settings

    with engines.alone(f"world-{name}"):
        told = _folder(name) / "told"
        if not told.exists():
            database = _tell(name)
            told.write_text(database, encoding="utf-8")
    shutil.copytree(_folder(name) / "data", settings.DATA_DIR, dirs_exist_ok=True)
    return engines.copied(told.read_text(encoding="utf-8"), f"{engines.worker()}_{name}")


def _tell(name: str) -> str:
    """Have the world told in a database of its own; returns that database's name."""
    from django.conf import settings
    from django.db import connection, transaction
    from django.test import override_settings

    data = _folder(name) / "data"
    shutil.rmtree(_folder(name), ignore_errors=True)
    data.mkdir(parents=True)
    shutil.copy(settings.DATA_DIR / "vault.check", data)
    database = engines.copied(engines.empty_database(), f"world_{name}")
    stood = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    forget()
    try:
        with override_settings(DATA_DIR=data), transaction.atomic():
            description = pickle.dumps(_maker(name)())
    finally:
        connection.close()
        connection.settings_dict["NAME"] = stood
        forget()
    engines.settled(database)
    (data / "business_date").unlink(missing_ok=True)  # the day of the telling; each test names its own
    _description(name).write_bytes(description)
    return database


def _maker(name: str) -> Callable[[], Any]:
    module, function = WORLDS[name].split(":")
    made: Callable[[], Any] = getattr(import_module(module), function)
    return made


def forget() -> None:
    """What a process keeps for half a minute is of another database."""
    from shuangcha.courts import calendar, people, settings

    for kept in (calendar, people, settings):
        kept.forget()
