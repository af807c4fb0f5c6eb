"""What must be true of every file after every act: nothing lies about without an owner and a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shuangcha.access.places import clue_of, matter_of, round_of
from shuangcha.acts import rebuild, tick
from shuangcha.casefile import models as cf
from shuangcha.plan.stages import is_final

CONTAINERS = frozenset({"assignment", "round", "matter", "clue", "meeting"})
"""Of these the limit of a part in hand is the limit: of a matter whose report is verified, that of the verification."""


def abandoned(touched: tuple[str, str]) -> tuple[list[str], list[str]]:
    """Open subjects of the file to which this one belongs that nobody must act on, or for which no limit runs.

    Second: those that have neither a limit of their own nor one of what they belong to (round, assignment, matter,
    clue, meeting), and contain nothing that has one.
    """
    kind, uid = touched
    one: Any = cf.SUBJECTS[kind].rows.get(uid=uid)
    subjects = _file_of(one)
    keys = {(other.KIND, other.pk) for other in subjects}
    todos = _rows(cf.Todo.rows.all(), subjects)
    limits = _rows(cf.Limit.rows.filter(stopped_on__isnull=True), subjects)
    owned = {(row.subject_kind, row.subject_id) for row in todos} & keys
    wrong, elsewhere = [], []
    for other in subjects:
        name = f"{other.KIND} {other.pk} “{other.stage}”"
        if not other.stage:
            wrong.append(f"{name} has no stage")
        if not owned:
            wrong.append(f"{name}: nobody's turn, on it or on anything open of its file")
        if not limits:
            wrong.append(f"{name}: no limit runs, its own or of its file")
        elif other.KIND not in CONTAINERS and not any(
            (row.subject_kind, row.subject_id) in _above(other) for row in limits
        ):
            elsewhere.append(f"{other.KIND}:{other.stage}")
    return wrong, elsewhere


def dead_ends(voices: list[Any]) -> list[str]:
    """Files of which something is awaited from somebody here,
    and nobody here is offered anything in them that can be done.

    Asked when a walk finds nothing to do: a todo alone does not show that it can be met.
    """
    alive: set[tuple[str, str]] = set()
    told: dict[tuple[str, str], str] = {}
    for voice in voices:
        todos = voice.get("todos", size=50)[1]["items"]
        listed = voice.get("item", size=50)[1]["items"] if any(one["kind"] == "meeting" for one in todos) else []
        for kind, uid, move in {(one["kind"], one["uid"], one["move"]) for one in todos} | {
            ("item", one["uid"], "") for one in listed
        }:
            if move:
                told[kind, uid] = f"{voice.name} is awaited for {move}"
            acts = voice.get(f"{kind}/{uid}")[1].get("actions", [])
            if any(
                act["enabled"] or "请先召集" in act["reason"] for act in acts
            ):  # to call a meeting is nobody's turn on the item
                alive.add((kind, uid))
    found = []
    for kind, uid in sorted(told):
        file = _file_of(cf.SUBJECTS[kind].rows.get(uid=uid))
        if not {(one.KIND, str(one.uid)) for one in file} & alive:
            found.append(f"{kind} {uid}: {told[kind, uid]}, and nobody can do anything in its file")
    return found


def _above(one: Any) -> set[tuple[str, int]]:
    """The subject itself and all that it belongs to."""
    found = {(one.KIND, one.pk)}
    round_ = round_of(one)
    for part in (
        round_,
        getattr(round_, "assignment", None),
        matter_of(one),
        clue_of(one),
        getattr(one, "meeting", None),
    ):
        if part is not None:
            found.add((part.KIND, part.pk))
    if (
        isinstance(one, cf.Report) and one.stage == "verified"
    ):  # its day is that of the item that deliberates on it (方案四(九))
        found |= {("item", pk) for pk in cf.Item.rows.filter(matter_id=one.matter_id).values_list("pk", flat=True)}
    return found


def _file_of(one: Any) -> list[Any]:
    """Everything open of the matter; before there is one, of the clue; of a meeting the meeting and its items."""
    if isinstance(one, cf.Item) and one.meeting_id and one.stage == "listed":
        return [*_open(cf.Meeting.rows.filter(pk=one.meeting_id)), *_file_of_matter(one)]
    if isinstance(one, cf.Meeting):
        return [*_open([one]), *(item for item in cf.Item.rows.filter(meeting=one) if not is_final("item", item.stage))]
    return _file_of_matter(one)


def _file_of_matter(one: Any) -> list[Any]:
    matter, clue = matter_of(one), clue_of(one)
    if matter is None and clue is not None:
        link = cf.MatterClue.rows.filter(clue=clue, until_step__isnull=True).select_related("matter").first()
        matter = link.matter if link else None
    if matter is not None:
        found = _open([cf.Matter.rows.get(pk=matter.pk)])
        for kind, model in cf.SUBJECTS.items():
            if kind not in ("clue", "meeting", "matter"):
                found += _open(model.rows.filter(matter=matter))
        listed = [one.meeting_id for one in found if isinstance(one, cf.Item) and one.stage == "listed"]
        return [*found, *_open(cf.Meeting.rows.filter(pk__in=listed))]  # where declarations are awaited
    assert clue is not None, one
    items = _open(cf.Item.rows.filter(clue=clue))
    sitting = cf.Meeting.rows.filter(pk__in=[item.meeting_id for item in items if item.stage == "listed"])
    return [*_open([cf.Clue.rows.get(pk=clue.pk)]), *items, *_open(sitting)]


def _open(rows: Any) -> list[Any]:
    return [row for row in rows if not is_final(row.KIND, row.stage)]


def _rows(rows: Any, subjects: list[Any]) -> list[Any]:
    """Rows that stand on one of these subjects."""
    wanted: dict[str, list[int]] = {}
    for one in subjects:
        wanted.setdefault(one.KIND, []).append(one.pk)
        if isinstance(one, cf.Item) and one.clue_id:
            wanted.setdefault("clue", []).append(one.clue_id)
    kinds = [row for kind, pks in wanted.items() for row in rows.filter(subject_kind=kind, subject_id__in=pks)]
    return kinds


def ledger_problems(today: dt.date) -> list[str]:
    """`rebuild --check` and `verify` over everything, sealed first."""
    from django.conf import settings

    from shuangcha.audit.seal import load_public
    from shuangcha.audit.verify import verify

    found = [str(one) for one in rebuild.check(today)]
    while tick.seal(dt.datetime.now(dt.UTC)):
        pass
    report = verify(folder=settings.SEALS_DIR, public_key=load_public(settings.SEALS_DIR))
    return found + [f"{one.place}: {one.what}" for one in report.findings]
