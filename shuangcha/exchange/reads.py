"""Reads that the interface needs beside `access`. Every one begins with what the viewer may see."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import CharField, QuerySet, Value

from shuangcha.access import chronicle, scope
from shuangcha.access.attachments import material_seen
from shuangcha.access.facts import Facts
from shuangcha.access.held import held
from shuangcha.access.places import clue_of, matter_of
from shuangcha.access.refusals import NotFound
from shuangcha.audit.models import ReadLog, Step
from shuangcha.courts.models import Court, Person
from shuangcha.courts.people import Viewer

CHILDREN = ("assignment", "round", "record", "report", "opinion", "duty", "item")


def courts_called(text: str, most: int) -> list[int]:
    """Ids of courts with the text in their name, up to one more than `most`."""
    return list(Court.objects.filter(name__icontains=text).order_by().values_list("pk", flat=True)[: most + 1])


def log_read(viewer: Viewer, subject: Any, now: dt.datetime, what: str = "api") -> None:
    """One line of the read log: who looked at which file. The only thing that a GET writes."""
    ReadLog.objects.create(person_id=viewer.id, subject_kind=subject.KIND, subject_id=subject.pk, what=what, at=now)


def above(viewer: Viewer, matter: Any) -> bool:
    """Does the viewer stand on the assigning side of the whole matter?"""
    return held(viewer, matter).above


def of_matter(viewer: Viewer, kind: str, matter: Any) -> QuerySet[Any]:
    return scope.visible(viewer, kind).filter(matter=matter).order_by("id")


def clues_of(viewer: Viewer, matter: Any) -> list[Any]:
    """The clues that a matter carries, as far as the viewer may see them; the lower court never does (方案四(五))."""
    carried = scope.visible(viewer, "clue").filter(matter_links__matter=matter, matter_links__until_step__isnull=True)
    return list(carried.order_by("id"))


def matter_from(viewer: Viewer, clue: Any) -> Any:
    """The matter that carries a clue, if the viewer may see it."""
    return scope.visible(viewer, "matter").filter(clue_links__clue=clue, clue_links__until_step__isnull=True).first()


def uids(viewer: Viewer, keys: set[tuple[str, int]]) -> dict[tuple[str, int], UUID]:
    """Uids of subjects that the viewer may see, for any number of kinds: one statement."""
    kinds: dict[str, list[int]] = {}
    for kind, pk in keys:
        kinds.setdefault(kind, []).append(pk)
    parts = [
        scope.visible(viewer, kind)
        .select_related(None)
        .order_by()
        .filter(pk__in=pks)
        .annotate(of=Value(kind, output_field=CharField()))
        .values_list("of", "pk", "uid")
        for kind, pks in sorted(kinds.items())
    ]
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return {(kind, pk): uid for kind, pk, uid in rows}


def steps_of(viewer: Viewer, subject: Any) -> QuerySet[Step]:
    """The ledger of a subject; of a matter, that of everything in it that the viewer is told."""
    whole = subject.KIND == "matter"
    rows = chronicle.steps_told(subject, viewer) if whole else chronicle.steps_on(subject, viewer)
    return rows.select_related("stream").prefetch_related("proposal__signatures__person", "proposal__signatures__body")


def drawn(viewer: Viewer, subject: Any, rows: list[Step]) -> list[Step]:
    """The steps as the viewer reads them."""
    matter = matter_of(subject)
    return chronicle.drawn(rows, held(viewer, matter)) if matter is not None else rows


def materials_on(viewer: Viewer, subject: Any) -> list[Any]:
    """Attachments of one subject, out of its clue or matter, as far as the viewer may read them."""
    container = matter_of(subject) or clue_of(subject)
    if container is None:
        return []
    rows = container.materials.filter(subject_kind=subject.KIND, subject_id=subject.pk).order_by("id")
    return [one for one in rows if material_seen(viewer, container, one)]


def material(viewer: Viewer, sha256: str) -> tuple[Any, Any]:
    """An attachment by the hash of its bytes, with its clue or matter. Raises NotFound unless some place of it is visible."""
    for kind in ("matter", "clue"):
        for container in scope.visible(viewer, kind).filter(materials__sha256=sha256).distinct().order_by("id")[:20]:
            for one in container.materials.filter(sha256=sha256).order_by("id")[:20]:
                if material_seen(viewer, container, one):
                    return one, container
    raise NotFound


def running(facts: Facts, subject: Any, viewer: Viewer) -> list[Any]:
    """Limits of a subject; of a matter, all those in it that concern this side."""
    if subject.KIND == "meeting":
        return []
    file = facts.matter or facts.clue
    rows = held(viewer, file).limits(facts.limits) if file is not None else []
    if subject.KIND == "matter":
        return rows
    return [one for one in rows if (one.subject_kind, one.subject_id) == (subject.KIND, subject.pk)]


class Names:
    """Persons and courts by id: handed out as empty dictionaries, filled by one statement each."""

    def __init__(self) -> None:
        self.persons: dict[int, dict[str, Any]] = {}
        self.courts: dict[int, dict[str, Any]] = {}

    def person(self, pk: int | None) -> dict[str, Any] | None:
        return self.persons.setdefault(pk, {}) if pk is not None else None

    def court(self, pk: int) -> dict[str, Any]:
        return self.courts.setdefault(pk, {})

    def know(self, court: Any) -> None:
        """A court that was fetched with its subject needs no statement."""
        self.court(court.pk).update(code=court.code, name=court.name)

    def fill(self) -> None:
        if wanted := [pk for pk, row in self.persons.items() if not row]:
            for pk, uid, name in Person.objects.filter(pk__in=wanted).values_list("pk", "uid", "name"):
                self.persons[pk].update(uid=uid, name=name)
        if wanted := [pk for pk, row in self.courts.items() if not row]:
            for pk, code, name in Court.objects.filter(pk__in=wanted).values_list("pk", "code", "name"):
                self.courts[pk].update(code=code, name=name)
