"""The pieces that answers are made of: a subject in brief, an act, a limit, a proposal, a step, who and where."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shuangcha.access.facts import Facts
from shuangcha.access.places import title_of
from shuangcha.courts.people import Viewer
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import is_final, label
from shuangcha.plan.words import (
    ALLEGATION_KINDS,
    ITEM_KINDS,
    ROUND_KINDS,
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


def limit(sheet: Sheet, one: Any) -> Shown:
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
    return {"person": person(one.person), "body": body(one.body), "signed_at": one.signed_at}


def proposal(one: Any) -> Shown:
    return {
        "uid": one.uid,
        "move": one.move,
        "title": MOVES[one.move].title,
        "content": json.loads(one.content),
        "content_sha": one.content_sha,
        "proposer": person(one.proposer),
        "proposer_body": body(one.proposer_body),
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
        "actor": person(one.actor),
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


def person(one: Any) -> Shown:
    return {"uid": one.uid, "name": one.name}


def body(one: Any) -> Shown:
    return {"kind": one.kind, "name": one.local_name}


def fields(one: Any, *names: str) -> Shown:
    return {name: getattr(one, name) for name in names}


def rows_of(rows: Iterable[Any], *names: str) -> list[Shown]:
    return [fields(one, *names) for one in rows]


def materials(viewer: Viewer, subject: Any) -> list[Shown]:
    return [
        {"key": one.sha256, **fields(one, "name", "size", "media", "original", "added_at")}
        for one in reads.materials_on(viewer, subject)
    ]


def allegation(n: int, one: Any) -> Shown:
    return {"n": n, "kind": one.kind, "kind_label": ALLEGATION_KINDS[one.kind].label, "text": one.text}
