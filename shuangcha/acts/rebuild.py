"""What follows from the steps, worked out anew and compared: stages, limits, owed papers, whose turn it is.

`check()` only reads. A difference means that somebody wrote past the door, or that a projection is wrong.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max

from shuangcha.access.scope import RELATED
from shuangcha.access.standings import memberships, of_clues, of_matters
from shuangcha.audit.models import Edge, Proposal, Step, Stream
from shuangcha.casefile import models as cf
from shuangcha.clock.running import todos_of
from shuangcha.courts import calendar
from shuangcha.courts.models import Body
from shuangcha.courts.people import bodies_of
from shuangcha.periods import Period, due_day
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import is_final, label
from shuangcha.plan.words import RELATIONS, SUBJECT_KINDS

from . import finding, handing

CHUNK = 500
Difference = dict[str, str]


def check(today: dt.date) -> list[Difference]:
    """Every difference between what the steps say and what stands in the tables; empty when all holds."""
    found: list[Difference] = []
    lives, limits, papers = _replay()
    found += _stages(lives)
    found += _limits(limits)
    found += _papers(papers)
    found += _todos(today)
    found += _standings()
    found += _sums()
    found += finding.differences()
    found += handing.differences()
    return found


def write_todos(today: dt.date) -> int:
    """Write the projection anew: the only part that may be rewritten. Returns the number of rows."""
    from django.db import transaction

    with transaction.atomic():
        rows = list(_awaited(today))
        cf.Todo.rows.all().delete()
        cf.Todo.rows.bulk_create(rows, batch_size=CHUNK)
    return len(rows)


def _say(place: str, told: Any, stands: Any) -> Difference:
    return {"place": place, "steps": str(told), "stands": str(stands)}


def _replay() -> tuple[
    dict[tuple[str, int], tuple[str, int]], dict[tuple[str, int], list[dict[str, Any]]], Counter[Any]
]:
    """Walk all steps in the order of their chains: last stage and version, limits, owed papers of every subject."""
    ends = dict(Edge.objects.values_list("key", "to_stage"))
    lives: dict[tuple[str, int], tuple[str, int]] = {}
    limits: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    papers: Counter[Any] = Counter()
    columns = ("subject_kind", "subject_id", "edge_id", "subject_version", "raised", "happened_on", "facts")
    for kind, pk, edge, version, raised, day, text in (
        Step.objects.order_by("stream_id", "seq").values_list(*columns).iterator(CHUNK)
    ):
        key, move = (kind, pk), edge.split(":")[0]
        if raised:
            lives[key] = (ends[edge], version)
        facts = json.loads(text)
        for stopped in facts.get("stopped", ()):
            for one in limits[key]:
                if one["kind"] == stopped and one["stopped"] is None:
                    one["stopped"] = day
        for started in facts.get("started", ()):
            limits[key].append({**started, "stopped": None})
        for paper in MOVES[move].papers if move in MOVES else ():
            papers[kind, pk, paper] += 1
    return lives, limits, papers


def _stages(lives: dict[tuple[str, int], tuple[str, int]]) -> Iterator[Difference]:
    for kind, model in cf.SUBJECTS.items():
        seen: set[int] = set()
        for pk, stage, version in model.rows.values_list("pk", "stage", "version").iterator(CHUNK):
            seen.add(pk)
            told = lives.get((kind, pk), ("", 0))
            if told != (stage, version):
                yield _say(f"{SUBJECT_KINDS[kind].label} {pk} 的环节", f"{told[0]}/{told[1]}", f"{stage}/{version}")
        for (other, pk), _ in lives.items():
            if other == kind and pk not in seen:
                yield _say(f"{SUBJECT_KINDS[kind].label} {pk}", "有步骤", "没有记录")


def _limits(told: dict[tuple[str, int], list[dict[str, Any]]]) -> Iterator[Difference]:
    """Each limit's day is computed again with the calendar in force where that is the one it was computed with."""
    stands: dict[tuple[str, int], list[cf.Limit]] = defaultdict(list)
    for row in cf.Limit.rows.order_by("id").iterator(CHUNK):
        stands[row.subject_kind, row.subject_id].append(row)
    in_force = calendar.current()
    for key in {*told, *stands}:
        expected = sorted(_row_of(one) for one in told.get(key, ()))
        actual = sorted(
            (
                row.kind,
                row.started_on.isoformat(),
                row.period,
                row.due.isoformat(),
                row.court_id,
                row.stopped_on.isoformat() if row.stopped_on else "",
            )
            for row in stands.get(key, ())
        )
        if expected != actual:
            yield _say(f"{SUBJECT_KINDS[key[0]].label} {key[1]} 的期限", expected, actual)
        for one in told.get(key, ()):
            version = next((row.calendar_version for row in stands.get(key, ()) if row.kind == one["kind"]), "")
            if version != str(in_force.version)[:20]:
                continue
            day, _ = due_day(
                dt.date.fromisoformat(one["start"]),
                Period.parse(one["period"]),
                calendar=in_force,
                extension=Period.parse(one["extension"]) if one["extension"] else None,
            )
            if day.isoformat() != one["due"]:
                yield _say(f"{SUBJECT_KINDS[key[0]].label} {key[1]} 的{one['kind']}期限", one["due"], day.isoformat())


def _row_of(one: dict[str, Any]) -> tuple[str, str, str, str, int, str]:
    stopped = one["stopped"].isoformat() if one["stopped"] else ""
    return (one["kind"], one["start"], one["period"], one["due"], one["court"], stopped)


def _papers(told: Counter[Any]) -> Iterator[Difference]:
    stands = Counter(cf.Paper.rows.values_list("subject_kind", "subject_id", "kind"))
    for key in {*told, *stands}:
        if told[key] != stands[key]:
            yield _say(f"{SUBJECT_KINDS[key[0]].label} {key[1]} 的应出文书 {key[2]}", told[key], stands[key])


def _todos(today: dt.date) -> Iterator[Difference]:
    def shape(row: cf.Todo) -> tuple[Any, ...]:
        return (
            row.subject_kind,
            row.subject_id,
            row.office,
            row.body_id,
            row.person_id,
            row.kind,
            row.due,
            row.court_id,
        )

    told = Counter(shape(row) for row in _awaited(today))
    stands = Counter(shape(row) for row in cf.Todo.rows.iterator(CHUNK))
    for key in {*told, *stands}:
        if told[key] != stands[key]:
            yield _say(
                f"{SUBJECT_KINDS[key[0]].label} {key[1]} 的待办 {key[5]}",
                f"{told[key]} 项 {key[6]}",
                f"{stands[key]} 项",
            )


def _standings() -> Iterator[Difference]:
    """Who stands how to each file, and what its lists show, computed from the facts."""
    for file, find in (("clue", of_clues), ("matter", of_matters)):
        ids = list(cf.SUBJECTS[file].rows.order_by("id").values_list("pk", flat=True))
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            shown: dict[int, dict[str, str]] = defaultdict(dict)
            rows = cf.Membership.rows.filter(**{f"{file}_id__in": chunk})
            for pk, holder, reach in rows.values_list(f"{file}_id", "holder", "reach"):
                shown[pk][holder] = reach
            for pk, one in find(chunk).items():
                place = f"{SUBJECT_KINDS[file].label} {pk}"
                for told, stands in (
                    (one.missing, "没有"),
                    ([row for row in one.present if row not in one.wanted], "有"),
                ):
                    for row in told:
                        name = f"{place} 的关系 {RELATIONS[row.relation].label} {row.holder} {row.part_kind}{row.part_id or ''}"
                        yield _say(name, "有" if stands == "没有" else "没有", stands)
                wanted = memberships(file, one.wanted)
                if wanted != shown[pk]:
                    yield _say(f"{place} 列在谁的清单上", sorted(wanted.items()), sorted(shown[pk].items()))


def _awaited(today: dt.date) -> Iterator[cf.Todo]:
    limits = list(cf.Limit.rows.filter(stopped_on__isnull=True))
    for chunk in _live_chunks():
        yield from todos_of(chunk, today, _body_finder(), limits=limits)


def _live_chunks() -> Iterator[list[cf.Subject]]:
    for kind, model in cf.SUBJECTS.items():
        rows: Iterable[cf.Subject] = model.rows.select_related(*RELATED[kind]).order_by("id").iterator(CHUNK)
        chunk: list[cf.Subject] = []
        for row in rows:
            if row.stage and not is_final(kind, row.stage):
                chunk.append(row)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk


def _body_finder() -> Any:
    kept: dict[int, list[Body]] = {}

    def find(court_id: int, kind: str, on: dt.date) -> Body | None:
        if court_id not in kept:
            kept[court_id] = bodies_of(court_id, on)
        return next((one for one in kept[court_id] if one.kind == kind), None)

    return find


def _sums() -> Iterator[Difference]:
    """Each chain's head counts its steps; each executed proposal has its step."""
    counted = {row["stream_id"]: row["last"] for row in Step.objects.values("stream_id").annotate(last=Max("seq"))}
    for key, seq in Stream.objects.values_list("key", "seq"):
        if counted.get(key, 0) != seq:
            yield _say(f"留痕链 {key} 的步数", counted.get(key, 0), seq)
    executed = Proposal.objects.filter(status=Proposal.EXECUTED, steps__isnull=True).count()
    if executed:
        yield _say("已办结的提请", "每项都有步骤", f"{executed}项没有步骤")


def where(subject: cf.Subject, today: dt.date) -> dict[str, Any]:
    """Where a subject stands: stage, who must act, limits, open proposals, and the live subjects below it."""
    todos = cf.Todo.rows.filter(subject_kind=subject.KIND, subject_id=subject.pk).select_related(
        "body", "court", "person"
    )
    limits = cf.Limit.rows.filter(subject_kind=subject.KIND, subject_id=subject.pk, stopped_on__isnull=True)
    proposals = Proposal.objects.filter(subject_kind=subject.KIND, subject_id=subject.pk, status=Proposal.OPEN)
    found: dict[str, Any] = {
        "kind": subject.KIND,
        "uid": str(subject.uid),
        "stage": subject.stage,
        "stage_label": label(subject.KIND, subject.stage),
        "final": is_final(subject.KIND, subject.stage),
        "version": subject.version,
        "owner": [
            {
                "court": one.court.name,
                "body": one.body.local_name if one.body else "",
                "office": one.office,
                "person": bool(one.person_id),
                "awaits": one.kind,
                "due": one.due,
            }
            for one in todos
        ],
        "limits": [
            {
                "kind": one.kind,
                "period": one.period,
                "started_on": one.started_on,
                "due": one.due,
                "source": one.source,
                "mark": one.mark,
                "overdue": one.due < today,
            }
            for one in limits.order_by("due")
        ],
        "proposals": [
            {
                "move": one.move,
                "signed": sorted(one.signatures.values_list("body__local_name", flat=True)),
                "opened_on": one.opened_at.date(),
            }
            for one in proposals.order_by("id")
        ],
    }
    if isinstance(subject, cf.Matter):
        found["number"] = subject.number
        found["children"] = [
            where(child, today)
            for kind in ("assignment", "round", "report", "opinion", "duty")
            for child in cf.SUBJECTS[kind].rows.filter(matter=subject).order_by("id")
        ]
    return found
