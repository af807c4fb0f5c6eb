"""The report's editor (方案四(八)): four parts, beside them the points that must be covered,
and what changed since the last version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from shuangcha.access import children
from shuangcha.acts.inquiry import thin_parts
from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.plan.words import REPORT_PARTS

from . import differing, links
from .coverage import coverage
from .faces import Face, Fields
from .rounds_page import PARTS
from .templatetags.desk_tags import date_cn
from .typed import Typed

if TYPE_CHECKING:
    from .move_form import Asked

HINTS = {
    "process": "何时交办、何时组成调查组、用了哪几种方式、查阅和谈话多少。",
    "facts": "逐项写明查明的事实，写到“第几项核查要点”，并指明证据。",
    "analysis": "问题的性质、原因和责任；不属实的写明为什么不属实。",
    "proposal": "对案件、管理、人员分别提出处理意见。",
    "dissent": "调查组成员有不同意见的如实写明；没有的留空。",
}


class ReportEditor(Face):
    template = "report_editor"

    def about(self, asked: Asked, typed: Typed, fields: Fields) -> dict[str, Any]:
        report: cf.Report | None = asked.target if isinstance(asked.target, cf.Report) else None
        round_: cf.Round = report.round if report is not None else asked.target
        facts, texts = asked.facts, {key: str(typed.get(key) or "") for key in PARTS}
        facts.rounds, facts.team = children.rounds_with_team(round_.matter)
        facts.points, facts.answers = children.points_with_answers(round_.matter, facts.rounds)
        by_name = {one["name"]: one for one in fields}
        thin = thin_parts({key: texts[key] for key in REPORT_PARTS})
        points = coverage(facts, round_, texts)
        before = _before(report)
        return {
            "parts": [
                {
                    "f": {**by_name[key], "rows": 5 if key == "dissent" else 12, "help": HINTS[key]},
                    "key": key,
                    "count": len(texts[key].strip()),
                    "thin": key in thin,
                    "counts": key in REPORT_PARTS,
                }
                for key in PARTS
            ],
            "least": settings.get("thin_report_chars").number,
            "points": points,
            "open_points": [one["n"] for one in points if one["open"]],
            "round_url": links.of(round_),
            "before": before and {"n": before.n, "who": before.drafter.name, "day": date_cn(before.on)},
            "changes": _changes(before, texts)
            if before is not None and asked.request.POST.get("refresh") == "compare"
            else None,
            "compare_url": reverse("matter_compare", args=[str(round_.matter.uid)])
            if before is not None and before.n > 1
            else "",
            "gaps": round_.gaps,
        }


def _before(report: cf.Report | None) -> cf.ReportVersion | None:
    """The version that stands, or none for the first draft."""
    if report is None:
        return None
    return next(iter(children.report_versions(report)), None)


def _changes(before: cf.ReportVersion, texts: dict[str, str]) -> list[dict[str, Any]]:
    """What is typed against the version that stands, part by part."""
    return [
        {"label": label, **differing.side_by_side(getattr(before, key), texts[key].replace("\r\n", "\n"))}
        for key, label in PARTS.items()
    ]
