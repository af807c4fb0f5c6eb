"""The text of the minutes while the meeting sits: a draft of the person who writes it, sealed, until 结束."""

from __future__ import annotations

import datetime as dt

from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from . import drafts

LONGEST = 20_000


def _place(meeting: cf.Meeting) -> str:
    """The same as that of the general form of the act: what was begun on one page is found on the other."""
    return drafts.place_of("meeting.close", "meeting", meeting.uid)


def read(viewer: Viewer, meeting: cf.Meeting) -> str:
    """The draft, or nothing."""
    kept = drafts.load(viewer.id, _place(meeting))
    return str(kept.typed.get("minutes", "")).replace("\r\n", "\n") if kept is not None else ""


def keep(viewer: Viewer, meeting: cf.Meeting, text: str, now: dt.datetime) -> None:
    """The last window that types is the one that counts: the preview beside it shows what is kept."""
    kept = drafts.load(viewer.id, _place(meeting))
    drafts.keep(
        viewer.id,
        _place(meeting),
        [("minutes", text[:LONGEST])],
        version=kept.version if kept is not None else 0,
        now=now,
    )


def drop(viewer: Viewer, meeting: cf.Meeting) -> None:
    drafts.drop(viewer.id, _place(meeting))
