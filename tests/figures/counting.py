"""The figures worked out a second time, in plain Python: report limits from the steps of the ledger,
not from the limits kept."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

from shuangcha.access.relations import holders_of
from shuangcha.audit.models import Step
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

OVERSEERS = {
    ("leading_group", "head"),
    ("leading_group", "deputy"),
    ("group_office", "head"),
    ("enforcement", "head"),
    ("enforcement", "deputy"),
    ("supervision", "head"),
    ("supervision", "deputy"),
}
Numbers = dict[int, Counter[str]]


def sees(viewer: Viewer, kind: str, pk: int, reaches: tuple[str, ...]) -> bool:
    """A grant to one of the person's bodies or to the person, and no recusal: row by row."""
    grants = [
        one
        for one in cf.Membership.rows.filter(**{f"{kind}_id": pk})
        if one.reach in reaches and one.holder in holders_of(viewer)
    ]
    return bool(grants) and not shut(viewer, kind, pk)


def shut(viewer: Viewer, kind: str, pk: int) -> bool:
    return any(one.person_id == viewer.id for one in cf.Recusal.rows.filter(**{f"{kind}_id": pk}))


def expected(viewer: Viewer, start: dt.date, end: dt.date, on: dt.date, *, own: bool) -> Numbers:
    """{court: {measure: number}} of the days from start to end."""
    found: Numbers = {}

    def count(court: int, *measures: str) -> None:
        found.setdefault(court, Counter()).update(measures)

    courts = viewer.courts()
    wide = {post.court_id for post in viewer.posts if (post.body_kind, post.role) in OVERSEERS}
    for clue in cf.Clue.rows.all():
        known = (clue.court_id in wide and not shut(viewer, "clue", clue.pk)) or sees(
            viewer, "clue", clue.pk, ("full", "brief")
        )
        if known and start <= clue.received_on <= end and (not own or clue.court_id in courts):
            count(clue.subject_court_id, "received")
    for matter in cf.Matter.rows.all():
        if not sees(viewer, "matter", matter.pk, ("full", "own")) or (own and matter.owner_court_id not in courts):
            continue
        if start <= matter.started_on <= end:
            count(matter.target_court_id, "started")
        if matter.closed_on is not None and start <= matter.closed_on <= end:
            above = matter.owner_court_id in courts or matter.owner_court.superior_id in courts
            count(matter.target_court_id, "concluded", *([result(matter)] if above else []))
        for assignment in cf.Assignment.rows.filter(matter=matter):
            for due, reported, void in owed(assignment):
                if start <= due <= end and not (reported is None and void is not None and void <= due):
                    late = reported > due if reported is not None else due < on
                    outcome = "late" if late else "on_time" if reported is not None else "running"
                    count(assignment.to_court_id, "due", outcome)
    return found


def owed(assignment: cf.Assignment) -> list[tuple[dt.date, dt.date | None, dt.date | None]]:
    """(due day, day of the report, day of the take-over) of every report that a 交办 asked for,
    from its steps in their order."""
    found: list[list[Any]] = []
    for step in (
        Step.objects.filter(subject_kind="assignment", subject_id=assignment.pk).select_related("edge").order_by("id")
    ):
        move = step.edge.move
        begun = [one for one in json.loads(step.facts).get("started", []) if one["kind"] in ("report", "supplement")]
        for one in begun:
            due = dt.date.fromisoformat(one["due"])
            if move in ("assignment.grant_extension", "assignment.report_withdrawn"):
                found[-1][:2] = [due, None]
            else:
                found.append([due, None, None])
        if move == "assignment.recall":
            found.pop()
        elif move == "assignment.reported":
            found[-1][1] = step.happened_on
        elif move == "assignment.taken_over" and found and found[-1][1] is None:
            found[-1][2] = step.happened_on
    return [(due, reported, void) for due, reported, void in found]


def result(matter: cf.Matter) -> str:
    approved = [one for one in cf.Opinion.rows.filter(matter=matter) if one.stage == "approved"]
    findings = {
        one.finding
        for opinion in approved
        for one in cf.Conclusion.rows.filter(version__opinion=opinion, version__n=opinion.version_no)
    }
    if not findings:
        return "none"
    if findings == {"founded"}:
        return "founded"
    if findings & {"founded", "partly"}:
        return "partly"
    return "unproven" if "unproven" in findings else "unfounded"
