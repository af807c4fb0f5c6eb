"""From a fetched subject to what the interface answers, field by field. Nothing here decides who may see what."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db.models import prefetch_related_objects

from shuangcha.access import chronicle
from shuangcha.access.actions import actions_on, proposals_on
from shuangcha.access.audience import Reach
from shuangcha.access.held import Held, held
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.words import (
    APPROVAL_LEVELS,
    APPROVAL_RESULTS,
    FINDINGS,
    ITEM_KINDS,
    METHODS,
    ROUND_KINDS,
    SOURCES,
    STANCES,
)

from . import reads
from .pieces import (
    Sheet,
    Shown,
    action,
    allegation,
    body,
    brief,
    court,
    fields,
    limit,
    materials,
    person,
    proposal,
    ref,
    rows_of,
)


def detail(sheet: Sheet, subject: Any) -> Shown:
    """A subject with its facts, what may be done, what runs, what waits for a signature."""
    open_ones = proposals_on([subject]).get((subject.KIND, subject.pk), [])
    shown = {**_around(sheet, subject, open_ones), "facts": FACTS[subject.KIND](sheet, subject)}
    sheet.names.fill()
    return shown


def overview(sheet: Sheet, matter: Any) -> Shown:
    """The matter and its children, one statement per kind whatever their number."""
    viewer = sheet.viewer
    found = {kind: list(reads.of_matter(viewer, kind, matter)) for kind in reads.CHILDREN}
    everything = [matter, *(one for kind, rows in found.items() if kind != "item" for one in rows)]
    open_ones = proposals_on(everything)

    def around(subject: Any) -> Shown:
        return _around(sheet, subject, open_ones.get((subject.KIND, subject.pk), []))

    shown: Shown = {"matter": {**around(matter), "facts": FACTS["matter"](sheet, matter)}}
    for kind, rows in found.items():
        shown[plural(kind)] = [brief(one) if kind == "item" else around(one) for one in rows]
    sheet.names.fill()
    return shown


def plural(kind: str) -> str:
    return "duties" if kind == "duty" else f"{kind}s"


def _around(sheet: Sheet, subject: Any, open_ones: list[Any]) -> Shown:
    acts = actions_on(subject, sheet.viewer, sheet.on, facts=sheet.facts, proposals=open_ones)
    return {
        **brief(subject),
        "actions": [action(one) for one in acts],
        "limits": [limit(sheet, one) for one in reads.running(sheet.facts, subject, sheet.viewer)],
        "proposals": [proposal(one) for one in open_ones],
    }


# --- each kind's own facts ---


def _clue(sheet: Sheet, clue: Any) -> Shown:
    own = held(sheet.viewer, clue)
    cases = clue.case_links.select_related("enforcement_case").order_by("id")
    inner, head = own.sees("clue", "inner"), own.sees("clue", "head")
    screenings = clue.screenings.select_related("body").order_by("id") if inner else ()
    told = own.sees("clue", "opinion")
    return {
        **fields(
            clue,
            "number",
            "title",
            "summary",
            "source",
            "received_on",
            "about_head",
            "named",
            "urgent",
            "edition",
        ),
        "mask": clue.mask if own.reach("clue", "identity") else "",
        "revisit_on": clue.revisit_on if head else None,
        "court": court(clue.court),
        "received_by": body(clue.received_by),
        "subject_court": court(clue.subject_court),
        "source_label": SOURCES[clue.source].label,
        "source_facts": json.loads(clue.source_facts),
        "subjects": [
            {"name": one.name, "court": court(one.court), "title": one.title}
            for one in {(row.name, row.court_id, row.title): row for row in sheet.facts.clue_subjects}.values()
        ],
        "cases": rows_of((one.enforcement_case for one in cases), "number", "is_standard", "filed_on"),
        "allegations": [allegation(one.n, one) for one in sheet.facts.allegations],
        "screenings": [
            {"body": body(one.body), **fields(one, "conclusion", "reason", "basis", "on")} for one in screenings
        ],
        "inspection_opinions": rows_of(
            sheet.facts.inspection_opinions if told else (), "team", "leader", "proposal", "text", "on"
        ),
        "items": [ref(one) for one in reads.scope.visible(sheet.viewer, "item").filter(clue=clue).order_by("id")],
        "matter": ref(reads.matter_from(sheet.viewer, clue)) if clue.stage == "started" else None,
        "materials": materials(sheet.viewer, clue),
    }


def _meeting(sheet: Sheet, meeting: Any) -> Shown:
    items = list(reads.scope.visible(sheet.viewer, "item").filter(meeting=meeting).order_by("order", "id"))
    # The text may speak of any item: whoever may not see one of them does not get the minutes (as for the paper).
    whole = len(items) == len(sheet.facts.meeting_items)
    return {
        **fields(meeting, "held_on", "place"),
        "minutes": meeting.minutes if whole else "",
        "court": court(meeting.court),
        "chair": sheet.names.person(meeting.chair_id),
        "attendances": [{"person": person(one.person), "body": body(one.body)} for one in sheet.facts.attendances],
        "items": [ref(one) for one in items],
    }


def _item(sheet: Sheet, item: Any) -> Shown:
    return {
        **fields(item, "kind", "order", "revisit_on"),
        "court": court(item.court),
        "kind_label": ITEM_KINDS[item.kind].label,
        "clue": ref(item.clue),
        "matter": ref(item.matter),
        "meeting": ref(item.meeting),
        "declarations": [
            {"person": person(one.person), "recused": one.recused, "reason": one.reason}
            for one in sheet.facts.declarations
        ],
        "positions": [
            {
                "body": body(one.body),
                "person": person(one.person),
                "stance": one.stance,
                "stance_label": STANCES[one.stance].label,
                "text": one.text,
            }
            for one in sheet.facts.positions
        ],
    }


def _matter(sheet: Sheet, matter: Any) -> Shown:
    clues, numbers = reads.clues_of(sheet.viewer, matter), sheet.numbered()
    open_clues = {one.pk for one in clues}
    owed = held(sheet.viewer, matter).papers(sheet.facts.owed_papers)
    return {
        **fields(matter, "number", "title", "mode", "urgent", "about_head", "started_on", "closed_on", "edition"),
        "owner_court": court(matter.owner_court),
        "target_court": court(matter.target_court),
        "points": [
            {"n": one.n, "text": one.text, "allegation": numbers.get(one.allegation_id or 0)}
            for one in sheet.facts.points
        ],
        "clues": [ref(one) for one in clues],
        "allegations": [
            allegation(n, one) for n, one in enumerate(sheet.facts.allegations, 1) if one.clue_id in open_clues
        ],
        "owed_papers": [
            {
                "kind": one.kind,
                "label": PAPERS[one.kind].label,
                "article": PAPERS[one.kind].article,
                "court": sheet.names.court(one.court_id),
                **fields(one, "owed_on", "number", "issued_on"),
            }
            for one in owed
        ],
        "materials": materials(sheet.viewer, matter),
    }


def _assignment(sheet: Sheet, one: Any) -> Shown:
    mine = [row for row in sheet.facts.extensions if row.assignment_id == one.pk]
    handed = chronicle.handed_down(one)
    return {
        "matter": ref(one.matter),
        "requirements": handed.get("content", ""),
        "demands": handed.get("demands", ""),
        "contact": handed.get("contact", ""),
        "materials": materials(sheet.viewer, one),
        "from_court": court(one.from_court),
        "to_court": court(one.to_court),
        **fields(one, "handed_on", "due"),
        "extensions": rows_of(mine, "asked_on", "until", "reason", "decided_on", "granted", "decision_reason"),
    }


def _round(sheet: Sheet, one: Any) -> Shown:
    own = held(sheet.viewer, one.matter)
    answers = [row for row in sheet.facts.answers if row.round_id == one.pk]
    prefetch_related_objects(answers, "evidence__record", "evidence__material")
    return {
        "matter": ref(one.matter),
        "court": court(one.court),
        "kind_label": ROUND_KINDS[one.kind].label,
        **fields(one, "n", "kind", "gaps", "started_on"),
        "team": [
            {"person": person(row.person), "body": body(row.body), "leader": row.leader}
            for row in sheet.facts.team_of(one)
        ],
        "answers": [
            {
                "point": row.point.n,
                "finding": row.finding,
                "finding_label": FINDINGS[row.finding].label,
                "text": row.text,
                "evidence": [
                    {
                        "record": link.record.n if link.record else None,
                        "material": link.material.sha256 if link.material else None,
                        "page": link.page,
                    }
                    for link in row.evidence.all()
                    if _evidence_seen(own, link)
                ],
            }
            for row in sorted(answers, key=lambda row: row.point.n)
        ],
    }


def _record(sheet: Sheet, one: Any) -> Shown:
    return {
        "matter": ref(one.matter),
        "round": ref(_with_matter(one.round, one.matter)),
        "method_label": METHODS[one.method].label,
        **fields(one, "method", "n", "title", "held_on"),
        "payload": json.loads(one.payload),
        "materials": materials(sheet.viewer, one),
    }


def _report(sheet: Sheet, one: Any) -> Shown:
    return {
        "matter": ref(one.matter),
        "round": ref(_with_matter(one.round, one.matter)),
        **fields(one, "version_no", "thin", "submitted_on"),
        "verification": chronicle.verified(one)
        if held(sheet.viewer, one.matter).sees("report", "verification", one.pk)
        else None,
        "issued_by": sheet.names.person(one.issued_by_id),
        "versions": [
            {
                **fields(row, "n", "process", "facts", "analysis", "proposal", "dissent", "on"),
                "drafter": sheet.names.person(row.drafter_id),
            }
            for row in one.versions.order_by("n")
        ],
    }


def _opinion(sheet: Sheet, one: Any) -> Shown:
    prefetch_related_objects([one], "versions__conclusions", "versions__dispositions", "approvals")
    numbers, names = sheet.numbered(), sheet.names
    return {
        "matter": ref(one.matter),
        **fields(one, "version_no", "approved_on"),
        "versions": [
            {
                **fields(row, "n", "facts", "text", "on"),
                "drafter": names.person(row.drafter_id),
                "changed_by": names.person(row.changed_by_id),
                "conclusions": [
                    {
                        "allegation": numbers.get(end.allegation_id, 0),
                        "finding_label": FINDINGS[end.finding].label,
                        **fields(end, "finding", "text", "misconduct"),
                    }
                    for end in sorted(row.conclusions.all(), key=lambda end: end.pk)
                ],
                "dispositions": [
                    {
                        "allegation": numbers.get(end.allegation_id, 0),
                        "kind_label": DUTY_KINDS[end.kind],
                        "addressee": names.court(end.addressee_id),
                        **fields(end, "n", "kind", "demand", "period"),
                    }
                    for end in sorted(row.dispositions.all(), key=lambda end: end.n)
                ],
            }
            for row in sorted(one.versions.all(), key=lambda row: row.n)
        ],
        "approvals": [
            {
                "level_label": APPROVAL_LEVELS[row.level].label,
                "result_label": APPROVAL_RESULTS[row.result].label,
                "person": names.person(row.person_id),
                **fields(row, "level", "result", "text", "on", "round_no"),
            }
            for row in sorted(one.approvals.all(), key=lambda row: row.pk)
        ],
    }


def _duty(sheet: Sheet, one: Any) -> Shown:
    own = held(sheet.viewer, one.matter)
    whole = own.sees("duty", "content", one.pk) and own.opens_referral(one)
    cleared = own.reach("duty", "content", one.pk) is Reach.PART
    details = json.loads(one.details) if whole else {}
    if cleared:
        details = {"clarification": json.loads(one.details).get("clarification", {})}
    replied = one.replies.order_by("n") if whole and own.sees("duty", "replies", one.pk) else ()
    return {
        "matter": ref(one.matter),
        "kind_label": DUTY_KINDS[one.kind],
        "from_court": court(one.from_court),
        "to_court": court(one.to_court),
        "lead_body": body(one.lead_body),
        "allegation": sheet.numbered().get(one.allegation_id) if one.allegation_id else None,
        **fields(one, "kind", "n", "period", "due"),
        "demand": one.demand if whole else "",
        "details": details,
        "replies": rows_of(replied, "n", "text", "proof", "on", "passed", "check_text"),
        "materials": materials(sheet.viewer, one),
    }


def _evidence_seen(own: Held, link: Any) -> bool:
    """What lies in a record is seen by who may see the record."""
    material = link.material
    record_id = link.record_id or (material.subject_id if material and material.subject_kind == "record" else None)
    return record_id is None or own.sees("record", "head", record_id)


def _with_matter(round_: Any, matter: Any) -> Any:
    """The round knows its matter without another statement."""
    round_.matter = matter
    return round_


FACTS: dict[str, Callable[[Sheet, Any], Shown]] = {
    "clue": _clue,
    "meeting": _meeting,
    "item": _item,
    "matter": _matter,
    "assignment": _assignment,
    "round": _round,
    "record": _record,
    "report": _report,
    "opinion": _opinion,
    "duty": _duty,
}
