"""An instance with keys of its own in a scratch folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def instance(tmp_path: Path, settings: Any) -> Any:
    """Settings that point to new keys, data and seals folders."""
    from shuangcha.vault import keys

    settings.DATA_DIR, settings.KEYS_DIR, settings.SEALS_DIR = (tmp_path / name for name in ("data", "keys", "seals"))
    keys.prepare(settings.KEYS_DIR, data=settings.DATA_DIR, seals=settings.SEALS_DIR, data_is_new=True)
    return settings
