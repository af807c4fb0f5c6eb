"""One act per form: a double click, or a browser's retry, gets the answer of the first."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

from shuangcha.audit.chain import canonical
from shuangcha.audit.models import RequestKey
from shuangcha.courts.people import Viewer


def first_time(viewer: Viewer, key: str, now: dt.datetime) -> dict[str, Any] | None:
    """Take the key; the recorded answer when it was taken before (a rolled-back act gives its key back)."""
    if not key:
        return None
    row, new = RequestKey.objects.get_or_create(person_id=viewer.id, key=key[:64], defaults={"at": now})
    if new or not row.answer:
        return None
    found: dict[str, Any] = json.loads(row.answer)
    return found


def remember(viewer: Viewer, key: str, outcome: Any) -> None:
    if key:
        RequestKey.objects.filter(person_id=viewer.id, key=key[:64]).update(answer=canonical(asdict(outcome)))
