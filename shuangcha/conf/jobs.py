"""The minute's job of the worker: what `acts` does by itself, old drafts forgotten,
and a run of 系统检查 that waits is started."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from shuangcha.acts.tick import tick as act
from shuangcha.clock import business
from shuangcha.desk import drafts
from shuangcha.flowruns import incoming, running


def run() -> None:
    tick(business.now())


def tick(now: dt.datetime) -> dict[str, Any]:
    """Everything that is due by itself; safe to repeat. Returns what was done, for `do tick --json`."""
    return {
        **act(now),
        "drafts": drafts.purge(now),
        "flow": {**running.start(), "swept": incoming.sweep(timezone.now())},
    }
