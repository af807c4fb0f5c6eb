"""导出: a list leaves the system as a file. The step stands in the court's chain before the file is handed out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from shuangcha.access.actions import why_not_office
from shuangcha.access.refusals import NotAllowed
from shuangcha.courts.models import Court, Person
from shuangcha.courts.people import PostView, Viewer
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import OFFICES

from .contents.base import plain, read
from .registering import ledger
from .requests import once

KEY = "register.export"


@dataclass(frozen=True, slots=True)
class Exported:
    """The step of an export: `at` is the moment that stands on the file, `sha256` the hash of its bytes."""

    step: str
    at: str
    rows: int
    sha256: str


def capacity(viewer: Viewer) -> PostView | None:
    """The post in which this person may export; None for who may not."""
    move = MOVES[KEY]
    for key in move.offices:
        office = OFFICES[key]
        for post in viewer.posts:
            if post.body_kind == office.body_kind and post.role in office.roles:
                return post
    return None


def export(
    viewer: Viewer, raw: dict[str, Any], *, rows: int, sha256: str, now: dt.datetime, request_key: str = ""
) -> Exported:
    """Record that a list was exported: scope, columns and reason as entered, number of rows and hash as facts.

    Raises NotAllowed for who has no such office, Invalid for a missing reason. A form sent twice gets the first answer:
    the caller makes the file of that moment and compares its hash.
    """
    post = capacity(viewer)
    if post is None:
        raise NotAllowed(why_not_office(MOVES[KEY], None))
    content = read(KEY, raw)

    def work() -> Exported:
        step = ledger(
            KEY,
            Court(pk=post.court_id),
            plain(content),
            now=now,
            by=Person(pk=viewer.id),
            post_id=post.id,
            facts={"rows": rows, "sha256": sha256},
        )
        return Exported(str(step.uid), now.isoformat(), rows, sha256)

    exported: Exported = once(viewer, request_key, now, work, Exported)
    return exported
