"""The business day. A demo or training instance has one that can be moved; production has not.

`now()` is called once at the edge (a view, a command, a job) and passed on as an argument.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from django.conf import settings

from shuangcha.audit.chain import ZONE


class NotMovable(ValueError):
    """Production has no movable day; the message is a Chinese sentence."""


def _file() -> Path:
    return Path(settings.DATA_DIR) / "business_date"


def movable() -> bool:
    return settings.SHUANGCHA_MODE in ("demo", "training")


def training() -> bool:
    return bool(settings.SHUANGCHA_MODE == "training")


def now() -> dt.datetime:
    """The moment as the business sees it: the server's, with the day moved in a demo or training instance."""
    real = dt.datetime.now(ZONE)
    if not movable():
        return real
    try:
        day = dt.date.fromisoformat(_file().read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return real
    return dt.datetime.combine(day, real.timetz())


def today() -> dt.date:
    return now().date()


def move_to(day: dt.date | None) -> None:
    """Move the business day of a demo or training instance; None: back to the server's day."""
    if not movable():
        raise NotMovable("正式系统的日期不能移动。")
    if day is None:
        _file().unlink(missing_ok=True)
        return
    scratch = _file().with_suffix(".new")
    scratch.write_text(day.isoformat(), encoding="ascii")
    os.replace(scratch, _file())
