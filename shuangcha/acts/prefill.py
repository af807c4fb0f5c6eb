"""What a form starts from: the version before it, the points of the matter, the team as it is. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shuangcha.access.facts import Facts
from shuangcha.casefile import models as cf
from shuangcha.plan.dispositions import WAYS

Content = dict[str, Any]


def prefill(move_key: str, subject: cf.Subject | None, facts: Facts) -> Content:
    """Content, as plain data, that the move's form opens with. At most three statements."""
    found = STARTS.get(move_key)
    return found(subject, facts) if found is not None and subject is not None else {}


def _numbers(facts: Facts) -> dict[int, int]:
    return {one.pk: n for n, one in enumerate(facts.allegations, 1)}


def _points(subject: cf.Subject, facts: Facts) -> Content:
    number = _numbers(facts)
    return {"points": [{"text": one.text, "allegation": number.get(one.allegation_id or 0)} for one in facts.points]}


def _report_text(subject: cf.Subject, facts: Facts) -> Content:
    last = cf.ReportVersion.rows.filter(report=subject).order_by("-n").first()
    parts = ("process", "facts", "analysis", "proposal", "dissent")
    return {part: getattr(last, part) for part in parts} if last is not None else {}


def _version(subject: cf.Subject, facts: Facts) -> Content:
    return {"version": getattr(subject, "version_no", None)}


def _opinion_draft(subject: cf.Subject, facts: Facts) -> Content:
    """Every 反映事项 needs its conclusion: one row for each stands there."""
    return {"conclusions": [{"allegation": n} for n in range(1, len(facts.allegations) + 1)]}


def _opinion_text(subject: cf.Subject, facts: Facts) -> Content:
    last = facts.version_of(subject) if isinstance(subject, cf.Opinion) else None
    if last is None:
        return {}
    number = _numbers(facts)
    planned = cf.PlannedDisposition.rows.filter(version=last).select_related("addressee").order_by("n")
    return {
        "facts": last.facts,
        "text": last.text,
        "conclusions": [
            {
                "allegation": number.get(one.allegation_id),
                "finding": one.finding,
                "text": one.text,
                "misconduct": one.misconduct,
            }
            for one in last.conclusions.all()
        ],
        "dispositions": [
            {
                "kind": one.kind,
                "allegation": number.get(one.allegation_id),
                "addressee": one.addressee.code,
                "demand": one.demand,
                "period": one.period,
            }
            for one in planned
        ],
    }


def _opinion_wording(subject: cf.Subject, facts: Facts) -> Content:
    last = facts.version_of(subject) if isinstance(subject, cf.Opinion) else None
    return {"facts": last.facts, "opinion": last.text} if last is not None else {}


def _cases(subject: cf.Subject, facts: Facts) -> Content:
    """调卷 answers for each enforcement case: one row for each stands there."""
    rows = (
        cf.EnforcementCase.rows.filter(clue_links__clue__matter_links__matter=facts.matter)
        .distinct()
        .order_by("number")
    )
    return {"cases": [{"number": one.number} for one in rows]}


def _team(subject: cf.Subject, facts: Facts) -> Content:
    said = dict(cf.Declaration.rows.filter(round=subject).values_list("person_id", "reason"))
    team = facts.team_of(subject) if isinstance(subject, cf.Round) else []
    return {
        "members": [
            {"person": str(one.person.uid), "leader": one.leader, "statement": said.get(one.person_id, "")}
            for one in team
        ]
    }


def _duty_period(subject: cf.Subject, facts: Facts) -> Content:
    return {"period": getattr(subject, "period", "")}


STARTS: dict[str, Callable[[cf.Subject, Facts], Content]] = {
    "assignment.hand_down": _points,
    "report.revise": _report_text,
    "report.sign": _version,
    "report.sign_own": _version,
    "report.issue": _version,
    "opinion.draft": _opinion_draft,
    "opinion.revise": _opinion_text,
    "opinion.sign": _version,
    **{f"opinion.{level}_change": _opinion_wording for level in ("office", "deputy", "head", "superior")},
    "record.file_review": _cases,
    "round.change_team": _team,
    **{f"duty.issue_{way}": _duty_period for way in WAYS},
}
