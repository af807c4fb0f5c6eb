"""The world of the desk's tests, with a data folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.conftest import house, keeping, pages, signed_in, world  # noqa: F401  fixtures


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Flow data of one test lie in its own folder."""
    from shuangcha.flowruns import folders  # not before Django is loaded

    place = tmp_path / "flow"
    place.mkdir()
    monkeypatch.setattr(folders, "root", lambda: place)
    return tmp_path
