"""Where the browser is. Playwright's own download is never used."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str | None:
    """Path of an installed Chromium (SHUANGCHA_TEST_CHROMIUM goes first), or None."""
    named = os.environ.get("SHUANGCHA_TEST_CHROMIUM")
    if named is not None:
        return named if named and os.access(named, os.X_OK) else None
    return next((path for path in map(shutil.which, NAMES) if path), None)
