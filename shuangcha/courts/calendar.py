"""The rest-day calendar of this instance as a `periods.Calendar`, from the rows of RestDay and PublishedYear.

Kept in the process for a minute and whenever the rows are the same for good: two statements a minute, none otherwise.
A process that loads rows calls `forget()`; other processes see the new rows within that minute.
"""

from __future__ import annotations

import threading
import time

from django.db import connection

from shuangcha.courts.models import PublishedYear, RestDay
from shuangcha.periods import Calendar, DayRow

KEPT_SECONDS = 60.0

_lock = threading.Lock()
_kept: tuple[str, float, Calendar] | None = None  # database, when read (monotonic seconds), calendar


def current() -> Calendar:
    """The calendar in force. A database without any row uses the calendar shipped with the program (2020 to 2026)."""
    global _kept
    database = str(connection.settings_dict["NAME"])
    kept = _kept
    if kept and kept[0] == database and time.monotonic() - kept[1] < KEPT_SECONDS:
        return kept[2]
    rows = [DayRow(*row) for row in RestDay.objects.order_by("day").values_list("day", "kind", "source", "mark")]
    years = frozenset(PublishedYear.objects.values_list("year", flat=True))
    calendar = Calendar(rows, years) if rows or years else Calendar.bundled()
    with _lock:
        if kept and kept[0] == database and kept[2] == calendar:
            calendar = kept[2]  # the same object: what it has worked out for its years stays
        _kept = (database, time.monotonic(), calendar)
    return calendar


def forget() -> None:
    """Read the rows again at the next use; called after they were changed."""
    global _kept
    with _lock:
        _kept = None
