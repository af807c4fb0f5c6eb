"""The text of the minutes while the meeting sits: a draft of the person who writes it, sealed, until 结束."""

from __future__ import annotations

import datetime as dt

from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.vault import crypto, keys

from .models import Draft

LONGEST = 20_000


def _place(meeting: cf.Meeting) -> str:
    return f"meeting.close|meeting|{meeting.uid}"


def _bound(viewer: Viewer, meeting: cf.Meeting) -> bytes:
    return crypto.place("desk_draft", f"{viewer.id}|{_place(meeting)}", "sealed")


def read(viewer: Viewer, meeting: cf.Meeting) -> str:
    """The draft, or nothing; one that no longer opens is nothing."""
    row = Draft.objects.filter(person_id=viewer.id, place=_place(meeting)).first()
    if row is None:
        return ""
    try:
        return crypto.decrypt(keys.current().vault, bytes(row.sealed), aad=_bound(viewer, meeting)).decode()
    except crypto.CryptoProblem:
        return ""


def keep(viewer: Viewer, meeting: cf.Meeting, text: str, now: dt.datetime) -> None:
    sealed = crypto.encrypt(keys.current().vault, text[:LONGEST].encode(), aad=_bound(viewer, meeting))
    Draft.objects.update_or_create(person_id=viewer.id, place=_place(meeting), defaults={"sealed": sealed, "saved_at": now})


def drop(viewer: Viewer, meeting: cf.Meeting) -> None:
    Draft.objects.filter(person_id=viewer.id, place=_place(meeting)).delete()
