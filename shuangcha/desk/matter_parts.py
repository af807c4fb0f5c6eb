"""The subjects under a matter for its pages: stage, due day, acts, whose turn. Everything from lists already read,
no statement of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from shuangcha.access import reading
from shuangcha.access.actions import Action, actions_on
from shuangcha.access.facts import Facts
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.dispositions import DUTY_KINDS, WAYS
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import is_final
from shuangcha.plan.words import FINDINGS, ROUND_KINDS

from . import display, links

FINDING_CSS = {"founded": "pill-red", "partly": "pill-amber", "unfounded": "pill-green", "unproven": "pill-grey"}
ANSWER_ARTICLE = {
    "feedback_handling": "方案四(十)",
    "feedback_conduct": "方案四(十)",
    "tell_unfounded": "方案四(十一)",
    "clarify": "方案四(十一)",
}


class Parts:
    """The matter and what hangs on it, as this reader sees it."""

    def __init__(
        self,
        found: cf.Matter,
        facts: Facts,
        proposals: Iterable[Proposal],
        viewer: Viewer,
        on: dt.date,
        limits: list[cf.Limit],
        todos: list[cf.Todo],
    ) -> None:
        self.matter, self.facts, self.viewer, self.on, self.limits, self.todos = found, facts, viewer, on, limits, todos
        lists: tuple[list[Any], ...] = (facts.assignments, facts.rounds, facts.reports, facts.opinions, facts.duties)
        self.subjects: list[Any] = [found, *(one for rows in lists for one in rows)]
        self.named: dict[tuple[str, int], Any] = {(one.KIND, one.pk): one for one in self.subjects}
        self.open: dict[tuple[str, int], list[Proposal]] = {}
        for one in proposals:
            if one.status == Proposal.OPEN and (one.subject_kind, one.subject_id) in self.named:
                self.open.setdefault((one.subject_kind, one.subject_id), []).append(one)
        self._acts: dict[tuple[str, int], list[Action]] = {}
        self.above = reading.sits_above(viewer, found)

    def acts_on(self, subject: cf.Subject) -> list[Action]:
        key = (subject.KIND, subject.pk)
        if key not in self._acts:
            # An opinion's guards read its text and its signers: its acts stand on its own page.
            silent = is_final(subject.KIND, subject.stage) or subject.KIND == "opinion"
            self._acts[key] = (
                []
                if silent
                else actions_on(subject, self.viewer, self.on, facts=self.facts, proposals=self.open.get(key, []))
            )
        return self._acts[key]

    def name(self, subject: Any) -> str:
        """What a reader calls one part."""
        if isinstance(subject, cf.Assignment):
            return f"交办{subject.to_court.name}"
        if isinstance(subject, cf.Round):
            return f"第{subject.n}轮 {ROUND_KINDS[subject.kind].label}"
        if isinstance(subject, cf.Report):
            return f"调查报告（第{subject.round.n}轮）"
        if isinstance(subject, cf.Duty):
            return f"{subject.n}. {DUTY_KINDS[subject.kind]}"
        return "检查意见" if isinstance(subject, cf.Opinion) else "本案"

    # --- acts ---
    def foremost(self) -> list[dict[str, Any]]:
        """Acts that bring the matter on, wherever they stand (an opinion's stand on its own page): the top of the page.

        Of a duty only what can be done now: its card says the rest.
        """
        found: list[dict[str, Any]] = []
        for subject in self.subjects:
            acts = [one for one in self.acts_on(subject) if subject is self.matter or _leads(one)]
            if isinstance(subject, cf.Duty):
                acts = [one for one in acts if one.enabled]
            found += [
                {**display.button(one), "about": "" if subject is self.matter else self.name(subject)} for one in acts
            ]
        return sorted(found, key=lambda one: (not one["enabled"], not one["primary"], one["danger"]))

    def rest_of(self, subject: cf.Subject) -> list[dict[str, Any]]:
        """The other acts on a part; records are registered on the round's own page."""
        return display.buttons(one for one in self.acts_on(subject) if not _leads(one) and one.move.subject != "record")

    def take_backs(self) -> list[dict[str, Any]]:
        return display.take_backs([one for rows in self.open.values() for one in rows], self.viewer)

    # --- parts ---
    def _part(self, subject: Any, **more: Any) -> dict[str, Any]:
        return {
            "title": self.name(subject),
            "url": links.of(subject),
            "stage": display.stage(subject),
            "due": display.nearest_due(self.limits, subject, self.on),
            "actions": self.rest_of(subject),
            **more,
        }

    def assignments(self) -> list[dict[str, Any]]:
        return [
            self._part(
                one,
                note=f"{one.from_court.name}交办"
                + (f"，{display.date_cn(one.handed_on)}交办" if one.handed_on else ""),
                extension=next(
                    (x for x in self.facts.extensions if x.assignment_id == one.pk and x.decided_on is None), None
                ),
            )
            for one in self.facts.assignments
        ]

    def rounds(self) -> list[dict[str, Any]]:
        found = []
        for one in self.facts.rounds:
            team = [
                {"name": m.person.name, "body": m.body.local_name, "leader": m.leader} for m in self.facts.team_of(one)
            ]
            records = any(act.move.subject == "record" and act.enabled for act in self.acts_on(one))
            found.append(
                self._part(
                    one,
                    team=team,
                    court=one.court.name,
                    note=one.gaps,
                    started=display.date_cn(one.started_on),
                    records_url=f"{links.of(one)}#records" if records else "",
                )
            )
        return found

    def reports(self) -> list[dict[str, Any]]:
        return [
            self._part(
                one,
                thin=one.thin,
                note=f"第{one.version_no}稿"
                + (f"，{display.date_cn(one.submitted_on)}上报" if one.submitted_on else ""),
            )
            for one in self.facts.reports
        ]

    def opinions(self) -> list[dict[str, Any]]:
        return [
            self._part(one, note=f"第{one.version_no}稿", open=not is_final("opinion", one.stage))
            for one in self.facts.opinions
        ]

    def duties(self) -> list[dict[str, Any]]:
        """Each 处理、反馈、澄清 with its own limit and what comes next."""
        return [self._duty(one) for one in self.facts.duties]

    def _duty(self, one: cf.Duty) -> dict[str, Any]:
        limit = display.nearest(self.limits, "duty", one.pk)
        waiting = [todo for todo in self.todos if (todo.subject_kind, todo.subject_id) == ("duty", one.pk)]
        acts = [display.button(act) for act in self.acts_on(one)]
        allegation = one.allegation
        return {
            "title": self.name(one),
            "url": links.of(one),
            "stage": display.stage(one),
            "demand": one.demand,
            "article": WAYS[one.kind].article if one.kind in WAYS else ANSWER_ARTICLE.get(one.kind, ""),
            "court": one.to_court.name,
            "body": one.lead_body.local_name,
            "allegation": allegation.n if allegation and self.above else 0,
            "due": display.due(limit.due, self.on) if limit else None,
            "working": display.working(limit) if limit else None,
            "next": [{"who": display.holder(todo), "what": display.title(MOVES[todo.kind])} for todo in waiting],
            "final": is_final("duty", one.stage),
            "actions": sorted(acts, key=lambda act: (not act["enabled"], not act["primary"])),
        }


def _leads(action: Action) -> bool:
    return action.move.turn or action.verb == "sign"


def points(facts: Facts) -> list[dict[str, Any]]:
    """核查要点 with the newest answer of each and its evidence."""
    newest: dict[int, Any] = {}
    for answer in facts.answers:
        known = newest.get(answer.point_id)
        if known is None or answer.round.n >= known.round.n:
            newest[answer.point_id] = answer
    return [point_row(one, newest.get(one.pk)) for one in facts.points]


def point_row(point: cf.Point, answer: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "n": point.n,
        "text": point.text,
        "allegation": point.allegation.n if point.allegation else 0,
    }
    if answer is None:
        return row
    return row | {
        "finding": FINDINGS[answer.finding].label,
        "css": FINDING_CSS[answer.finding],
        "answer": answer.text,
        "round": answer.round.n,
        "evidence": [found for one in answer.shown_evidence if (found := evidence(one))],
    }


def evidence(one: dict[str, Any]) -> dict[str, str] | None:
    """One piece of evidence: a record's page, or the attachment opened at the page that is named."""
    place = f"，{one['page']}" if one["page"] else ""
    if one["record"]:
        return {
            "label": f"第{one['n']}号记录《{one['title']}》{place}",
            "url": links.subject_url("record", one["record"]),
        }
    if one["material"]:
        return {"label": f"{one['name']}{place}", "url": links.evidence_url(one["material"], one["name"], one["page"])}
    return None
