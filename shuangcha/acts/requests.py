"""One act per form: a double click, or a browser's retry, gets the answer of the first."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction

from shuangcha.access.refusals import Refused, Stale
from shuangcha.audit.chain import canonical
from shuangcha.audit.models import RequestKey
from shuangcha.courts.people import Viewer

KEY_LENGTH = 64
GUARD = "双查:"
"""How the sentences of the ledger's triggers begin (`audit/guards.py`)."""


def once(viewer: Viewer, key: str, now: dt.datetime, work: Callable[[], Any], answer: Callable[..., Any]) -> Any:
    """Do `work` in one transaction and keep its outcome under the key; the second with the same key gets that outcome.

    The key is written with the outcome, so an act that was rolled back leaves its key free. Two who collide on a unique
    key of the ledger: one wins, the other is told. Nobody asks for the key beforehand: a repeated form runs into its
    own traces (the version has moved, or the key exists), is taken back whole and told the first answer.
    """
    try:
        with transaction.atomic():
            outcome = work()
            if key:
                RequestKey(person_id=viewer.id, key=key[:KEY_LENGTH], answer=canonical(asdict(outcome)), at=now).save(
                    force_insert=True
                )
            return outcome
    except (IntegrityError, Refused) as wrong:
        if GUARD in str(wrong):  # a trigger of the ledger refused: a fault of ours, not another person's act
            raise
        told = _told(viewer, key)  # the same form may have been answered while this one waited for the lock
        if told is not None:
            return answer(**told)
        if isinstance(wrong, Refused):
            raise
        raise Stale("另一人刚刚办理了同一事项，请刷新后查看最新情况。") from None


def _told(viewer: Viewer, key: str) -> dict[str, Any] | None:
    if not key:
        return None
    row = RequestKey.objects.filter(person_id=viewer.id, key=key[:KEY_LENGTH]).first()
    found: dict[str, Any] | None = json.loads(row.answer) if row else None
    return found
