"""The world of the desk's tests, with a data folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.conftest import keeping, pages, signed_in, world  # noqa: F401  fixtures

RULES = ("P01", "F05", "C01")
"""The rules in force here, by a court's own file of rules: the engine's tests judge the others."""


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Flow data of one test lie in its own folder, with its own rules."""
    from shuangcha import flowcheck
    from shuangcha.flowruns import folders  # not before Django is loaded

    place = tmp_path / "flow"
    place.mkdir()
    off = [rule.id for rule in flowcheck.builtin().rules if rule.id not in RULES]
    (place / folders.RULES).write_text(f"off: [{', '.join(off)}]\n", encoding="utf-8")
    monkeypatch.setattr(folders, "root", lambda: place)
    return tmp_path
