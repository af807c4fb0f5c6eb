"""From a fetched subject to what the interface answers, field by field. Nothing here decides who may see what."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects

from shuangcha.access.actions import actions_on, proposals_on
from shuangcha.access.facts import Facts
from shuangcha.access.places import title_of
from shuangcha.courts.people import Viewer
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.moves import MOVES
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.stages import is_final, label
from shuangcha.plan.words import (
    ALLEGATION_KINDS,
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

Shown = dict[str, Any]


@dataclass
class Sheet:
    """What one answer shares: the reader, the day, the facts of the file, the names to be filled in at the end."""

    viewer: Viewer
    on: dt.date
    facts: Facts
    names: reads.Names = field(default_factory=reads.Names)

    def __post_init__(self) -> None:
        if self.facts.matter is not None:
            self.names.know(self.facts.matter.owner_court)
            self.names.know(self.facts.matter.target_court)

    def numbered(self) -> dict[int, int]:
        """反映事项 by id → running number in the file, as contents name it."""
        return {one.pk: n for n, one in enumerate(self.facts.allegations, 1)}


# --- the frame around every kind ---


def name_of(subject: Any) -> str:
    """What lists call a subject; never a name of a person."""
    own = {
        "assignment": lambda: f"交办{subject.to_court.name}",
        "round": lambda: f"第{subject.n}轮{ROUND_KINDS[subject.kind].label}",
        "record": lambda: f"调查记录{subject.n}：{subject.title}",
        "report": lambda: f"第{subject.round.n}轮调查报告",
        "opinion": lambda: "检查意见",
        "duty": lambda: f"处理事项{subject.n}：{DUTY_KINDS[subject.kind]}",
        "item": lambda: f"{title_of(subject)}（{ITEM_KINDS[subject.kind].label}）",
    }.get(subject.KIND)
    if own is None:
        return title_of(subject)
    return own() if subject.KIND == "item" else f"{subject.matter.number} {own()}"


def ref(subject: Any) -> Shown | None:
    return {"kind": subject.KIND, "uid": subject.uid, "title": name_of(subject)} if subject is not None else None


def brief(subject: Any) -> Shown:
    return {
        "kind": subject.KIND,
        "uid": subject.uid,
        "title": name_of(subject),
        "stage": subject.stage,
        "stage_label": label(subject.KIND, subject.stage),
        "final": is_final(subject.KIND, subject.stage),
        "version": subject.version,
        "created_at": subject.created_at,
    }


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
        "limits": [_limit(sheet, one) for one in reads.running(sheet.facts, subject, sheet.viewer)],
        "proposals": [_proposal(one) for one in open_ones],
    }


def action(one: Any) -> Shown:
    return {
        "move": one.move.key,
        "title": one.title,
        "article": one.move.article,
        "verb": one.verb,
        "enabled": one.enabled,
        "reason": one.reason,
        "proposal": one.proposal.uid if one.proposal else None,
        "content_sha": one.proposal.content_sha if one.proposal else "",
        "version": one.version,
        "subject_kind": one.subject_kind,
        "subject_uid": one.subject_uid,
    }


def _limit(sheet: Sheet, one: Any) -> Shown:
    working = json.loads(one.working)
    return {
        "subject_kind": one.subject_kind,
        "kind": one.kind,
        "label": LIMITS[one.kind].label,
        "article": LIMITS[one.kind].article,
        "court": sheet.names.court(one.court_id),
        "started_on": one.started_on,
        "period": one.period,
        "due": one.due,
        "stopped_on": one.stopped_on,
        "days_left": None if one.stopped_on else (one.due - sheet.on).days,
        "provisional": bool(working.get("provisional")),
        "working": working.get("steps", []),
        "source": one.source,
        "mark": one.mark,
    }


def signature(one: Any) -> Shown:
    return {"person": _person(one.person), "body": _body(one.body), "signed_at": one.signed_at}


def _proposal(one: Any) -> Shown:
    return {
        "uid": one.uid,
        "move": one.move,
        "title": MOVES[one.move].title,
        "content": json.loads(one.content),
        "content_sha": one.content_sha,
        "proposer": _person(one.proposer),
        "proposer_body": _body(one.proposer_body),
        "opened_at": one.opened_at,
        "happened_on": one.happened_on,
        "signatures": [signature(mark) for mark in one.signatures.all()],
    }


def step(one: Any) -> Shown:
    """A step of the ledger. What a follow-up row was given is not shown: it stands in the step that caused it."""
    move = MOVES[one.edge.move]
    facts, content = json.loads(one.facts), {} if move.hidden else json.loads(one.content)
    started = [
        {"kind": limit["kind"], "label": LIMITS[limit["kind"]].label, "due": limit["due"]}
        for limit in facts.get("started", [])
    ]
    return {
        "uid": one.uid,
        "seq": one.seq,
        "subject_kind": one.subject_kind,
        "subject_label": one.subject_kind,
        "move": move.key,
        "title": move.title,
        "article": move.article,
        "from_stage": one.edge.from_stage,
        "to_stage": one.edge.to_stage,
        "actor": _person(one.actor),
        "post": f"{one.post.body.local_name}{one.post.title}" if one.post else "",
        "happened_on": one.happened_on,
        "recorded_at": one.recorded_at,
        "backfilled": one.backfilled,
        "content": content,
        "content_sha": one.content_sha,
        "sha": one.sha,
        "started": started,
        "stopped": [LIMITS[kind].label for kind in facts.get("stopped", [])],
        "signatures": [signature(mark) for mark in one.proposal.signatures.all()] if one.proposal else [],
    }


def court(one: Any) -> Shown:
    return {"code": one.code, "name": one.name}


def _person(one: Any) -> Shown:
    return {"uid": one.uid, "name": one.name}


def _body(one: Any) -> Shown:
    return {"kind": one.kind, "name": one.local_name}


def _fields(one: Any, *names: str) -> Shown:
    return {name: getattr(one, name) for name in names}


def _rows(rows: Iterable[Any], *names: str) -> list[Shown]:
    return [_fields(one, *names) for one in rows]


def _materials(subject: Any, *, originals: bool = False) -> list[Shown]:
    return [
        {"key": one.sha256, **_fields(one, "name", "size", "media", "original", "added_at")}
        for one in reads.materials_on(subject)
        if originals or not one.original
    ]


def _allegation(n: int, one: Any) -> Shown:
    return {"n": n, "kind": one.kind, "kind_label": ALLEGATION_KINDS[one.kind].label, "text": one.text}


# --- each kind's own facts ---


def _clue(sheet: Sheet, clue: Any) -> Shown:
    cases = clue.case_links.select_related("enforcement_case").order_by("id")
    screenings = clue.screenings.select_related("body").order_by("id")
    return {
        **_fields(
            clue,
            "number",
            "title",
            "summary",
            "source",
            "received_on",
            "about_head",
            "named",
            "mask",
            "urgent",
            "revisit_on",
            "edition",
        ),
        "court": court(clue.court),
        "received_by": _body(clue.received_by),
        "subject_court": court(clue.subject_court),
        "source_label": SOURCES[clue.source].label,
        "source_facts": json.loads(clue.source_facts),
        "subjects": [
            {"name": one.name, "court": court(one.court), "title": one.title}
            for one in {(row.name, row.court_id, row.title): row for row in sheet.facts.clue_subjects}.values()
        ],
        "cases": _rows((one.enforcement_case for one in cases), "number", "is_standard", "filed_on"),
        "allegations": [_allegation(one.n, one) for one in sheet.facts.allegations],
        "screenings": [
            {"body": _body(one.body), **_fields(one, "conclusion", "reason", "basis", "on")} for one in screenings
        ],
        "inspection_opinions": _rows(sheet.facts.inspection_opinions, "team", "leader", "proposal", "text", "on"),
        "items": [ref(one) for one in reads.scope.visible(sheet.viewer, "item").filter(clue=clue).order_by("id")],
        "matter": ref(reads.matter_from(sheet.viewer, clue)) if clue.stage == "started" else None,
        "materials": _materials(clue, originals=reads.may_open(sheet.viewer, clue)),
    }


def _meeting(sheet: Sheet, meeting: Any) -> Shown:
    items = list(reads.scope.visible(sheet.viewer, "item").filter(meeting=meeting).order_by("order", "id"))
    # The text may speak of any item: whoever may not see one of them does not get the minutes (as for the paper).
    whole = len(items) == len(sheet.facts.meeting_items)
    return {
        **_fields(meeting, "held_on", "place"),
        "minutes": meeting.minutes if whole else "",
        "court": court(meeting.court),
        "chair": sheet.names.person(meeting.chair_id),
        "attendances": [{"person": _person(one.person), "body": _body(one.body)} for one in sheet.facts.attendances],
        "items": [ref(one) for one in items],
    }


def _item(sheet: Sheet, item: Any) -> Shown:
    return {
        **_fields(item, "kind", "order", "revisit_on"),
        "court": court(item.court),
        "kind_label": ITEM_KINDS[item.kind].label,
        "clue": ref(item.clue),
        "matter": ref(item.matter),
        "meeting": ref(item.meeting),
        "declarations": [
            {"person": _person(one.person), "recused": one.recused, "reason": one.reason}
            for one in sheet.facts.declarations
        ],
        "positions": [
            {
                "body": _body(one.body),
                "person": _person(one.person),
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
    above = reads.above(sheet.viewer, matter)
    owed = [one for one in sheet.facts.owed_papers if above or one.court_id in sheet.viewer.courts()]
    return {
        **_fields(matter, "number", "title", "mode", "urgent", "about_head", "started_on", "closed_on", "edition"),
        "owner_court": court(matter.owner_court),
        "target_court": court(matter.target_court),
        "points": [
            {"n": one.n, "text": one.text, "allegation": numbers.get(one.allegation_id or 0)}
            for one in sheet.facts.points
        ],
        "clues": [ref(one) for one in clues],
        "allegations": [
            _allegation(n, one) for n, one in enumerate(sheet.facts.allegations, 1) if one.clue_id in open_clues
        ],
        "owed_papers": [
            {
                "kind": one.kind,
                "label": PAPERS[one.kind].label,
                "article": PAPERS[one.kind].article,
                "court": sheet.names.court(one.court_id),
                **_fields(one, "owed_on", "number", "issued_on"),
            }
            for one in owed
        ],
        "materials": _materials(matter),
    }


def _assignment(sheet: Sheet, one: Any) -> Shown:
    mine = [row for row in sheet.facts.extensions if row.assignment_id == one.pk]
    return {
        "matter": ref(one.matter),
        "from_court": court(one.from_court),
        "to_court": court(one.to_court),
        **_fields(one, "handed_on", "due"),
        "extensions": _rows(mine, "asked_on", "until", "reason", "decided_on", "granted", "decision_reason"),
    }


def _round(sheet: Sheet, one: Any) -> Shown:
    answers = [row for row in sheet.facts.answers if row.round_id == one.pk]
    prefetch_related_objects(answers, "evidence__record", "evidence__material")
    return {
        "matter": ref(one.matter),
        "court": court(one.court),
        "kind_label": ROUND_KINDS[one.kind].label,
        **_fields(one, "n", "kind", "gaps", "started_on"),
        "team": [
            {"person": _person(row.person), "body": _body(row.body), "leader": row.leader}
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
        **_fields(one, "method", "n", "title", "held_on"),
        "payload": json.loads(one.payload),
        "materials": _materials(one),
    }


def _report(sheet: Sheet, one: Any) -> Shown:
    return {
        "matter": ref(one.matter),
        "round": ref(_with_matter(one.round, one.matter)),
        **_fields(one, "version_no", "thin", "submitted_on"),
        "issued_by": sheet.names.person(one.issued_by_id),
        "versions": [
            {
                **_fields(row, "n", "process", "facts", "analysis", "proposal", "dissent", "on"),
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
        **_fields(one, "version_no", "approved_on"),
        "versions": [
            {
                **_fields(row, "n", "facts", "text", "on"),
                "drafter": names.person(row.drafter_id),
                "changed_by": names.person(row.changed_by_id),
                "conclusions": [
                    {
                        "allegation": numbers.get(end.allegation_id, 0),
                        "finding_label": FINDINGS[end.finding].label,
                        **_fields(end, "finding", "text", "misconduct"),
                    }
                    for end in sorted(row.conclusions.all(), key=lambda end: end.pk)
                ],
                "dispositions": [
                    {
                        "allegation": numbers.get(end.allegation_id, 0),
                        "kind_label": DUTY_KINDS[end.kind],
                        "addressee": names.court(end.addressee_id),
                        **_fields(end, "n", "kind", "demand", "period"),
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
                **_fields(row, "level", "result", "text", "on", "round_no"),
            }
            for row in sorted(one.approvals.all(), key=lambda row: row.pk)
        ],
    }


def _duty(sheet: Sheet, one: Any) -> Shown:
    return {
        "matter": ref(one.matter),
        "kind_label": DUTY_KINDS[one.kind],
        "from_court": court(one.from_court),
        "to_court": court(one.to_court),
        "lead_body": _body(one.lead_body),
        "allegation": sheet.numbered().get(one.allegation_id) if one.allegation_id else None,
        **_fields(one, "kind", "n", "demand", "period", "due"),
        "details": json.loads(one.details),
        "replies": _rows(one.replies.order_by("n"), "n", "text", "proof", "on", "passed", "check_text"),
        "materials": _materials(one),
    }


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
