"""All stories, one after the other, in a scratch instance that this process owns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Protocol

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from shuangcha.access.refusals import Refused
from shuangcha.acts.load import load_initial
from shuangcha.acts.registering import ledger
from shuangcha.audit.chain import ZONE
from shuangcha.audit.seal import seal
from shuangcha.clock import business
from shuangcha.plan import stages
from shuangcha.plan.words import SOURCES
from shuangcha.vault import keys

from .scenes import Teller
from .stories import STORIES
from .story import Story


class Listener(Protocol):
    """Who is told while the stories are played."""

    def story(self, title: str) -> None: ...
    def line(self, line: dict[str, Any]) -> None: ...
    def story_end(self, one: dict[str, Any]) -> None: ...


def prepare_scratch() -> None:
    """Tables with their guards, keys, courts and the invented persons, in the empty data folder of the settings."""
    call_command("migrate", verbosity=0)
    keys.prepare(settings.KEYS_DIR, data=settings.DATA_DIR, seals=settings.SEALS_DIR, data_is_new=True)
    now = timezone.now()
    reports = load_initial(now=now, demo=True, record=lambda key, court, content: ledger(key, court, content, now=now))
    errors = [error.text for report in reports for error in report.errors]
    if errors:
        raise RuntimeError("; ".join(errors))


def found() -> str:
    """Where the data file lies."""
    return str(settings.DATABASES["default"]["NAME"])


def tell_all(listener: Listener | None, only: Collection[str] = ()) -> list[dict[str, Any]]:
    """Play every story (or those with these keys), seal what was written; one record per matter."""
    told, last = [], dt.date.min
    for story in STORIES:
        if only and story.key not in only:
            continue
        if listener is not None:
            listener.story(story.title)
        one, day = tell(story, listener)
        told.append(one)
        last = max(last, day)
        if listener is not None:
            listener.story_end(one)
    business.move_to(last)
    seal(dt.datetime.combine(last, dt.time(18), ZONE), folder=settings.SEALS_DIR, key=keys.current().seal)
    return told


def tell(story: Story, listener: Listener | None = None) -> tuple[dict[str, Any], dt.date]:
    """Play one story; its record, and the last day of its telling."""
    lines: list[dict[str, Any]] = []

    def report(line: dict[str, Any]) -> None:
        lines.append(line)
        if listener is not None:
            listener.line(line)

    teller, error = Teller(report=report), ""
    try:
        story.play(teller)
    except Refused as wrong:
        error = f"{teller.day} {wrong.sentence}" + "；".join(["", *wrong.errors.values()])
    except Exception as wrong:
        # A broken act is a story that has not arrived: the others are still told, and the command ends with 1.
        error = f"{teller.day} {type(wrong).__name__}: {wrong}"
    end = teller.file if teller.file is not None else teller.clue
    if end is not None:
        end.refresh_from_db()
    kind, stage = (end.KIND, end.stage) if end is not None else ("clue", "")
    one = {
        "number": end.number if end is not None else "",
        "title": story.title,
        "key": story.key,
        "source": SOURCES[teller.clue.source].label if teller.clue is not None else "",
        "steps": lines,
        "stage": stage,
        "label": stages.label(kind, stage),
        "expected": story.ends,
        "expected_label": stages.label(kind, story.ends) if (kind, story.ends) in stages.STAGES else story.ends,
        "arrived": not error and stage == story.ends,
        "error": error,
    }
    return one, teller.day
