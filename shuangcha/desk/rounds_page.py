"""各轮调查和报告 side by side, and any two versions of the reports compared part by part (方案四(八))."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import children, reading, scope
from shuangcha.access.facts import Facts
from shuangcha.access.held import held
from shuangcha.access.refusals import NotFound
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.words import METHODS, REPORT_PARTS, ROUND_KINDS

from . import differing, display, links
from .matter_parts import point_row
from .matter_tabs import heading
from .shell import business_page, draw

PARTS = {**{key: word.label for key, word in REPORT_PARTS.items()}, "dissent": "不同意见"}
KEY = re.compile(r"([0-9]{1,4})-([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Text:
    """One version of one report. `key`: the report's place in the matter and the version, 1-3."""

    key: str
    report: cf.Report
    version: cf.ReportVersion

    @property
    def label(self) -> str:
        return f"第{self.report.round.n}轮 第{self.version.n}稿"


def _inquiry(found: cf.Matter, viewer: Viewer) -> tuple[Facts, list[Text]]:
    """Rounds, teams, points, answers, reports and all their versions, as this reader may see them; five statements."""
    facts = children.inquiry_facts(found, viewer)
    place = {report.pk: n for n, report in enumerate(facts.reports, 1)}
    rows = [one for one in children.versions_in(found) if one.report_id in place]
    by_id = {one.pk: one for one in facts.reports}
    return facts, [Text(f"{place[one.report_id]}-{one.n}", by_id[one.report_id], one) for one in rows]


@business_page
def rounds(request: Any, uid: str) -> HttpResponse:
    """A column for each round: team, ways used, answers, the report and its versions."""
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    facts, texts = _inquiry(found, viewer)
    records = held(viewer, found).seen("record", children.records_in(found))
    reading.looked(viewer, found, "各轮调查和报告", request.now)
    return draw(
        request,
        "matter_rounds",
        {
            **heading(found, "matter_rounds"),
            "rounds": [_round(one, facts, texts, records) for one in facts.rounds],
            "points": [_across(point, facts) for point in facts.points],
            "chooser": _chooser(found, texts, *_last_two(texts)),
        },
    )


def _round(one: cf.Round, facts: Facts, texts: list[Text], records: list[cf.Record]) -> dict[str, Any]:
    own = [record for record in records if record.round_id == one.pk]
    ways = [(word.label, sum(record.method == key for record in own)) for key, word in METHODS.items()]
    reports = [report for report in facts.reports if report.round_id == one.pk]
    return {
        "title": f"第{one.n}轮 {ROUND_KINDS[one.kind].label}",
        "url": links.of(one),
        "stage": display.stage(one),
        "court": one.court.name,
        "started": display.date_cn(one.started_on),
        "gaps": one.gaps,
        "team": [{"name": m.person.name, "body": m.body.local_name, "leader": m.leader} for m in facts.team_of(one)],
        "ways": [{"label": label, "count": count} for label, count in ways if count],
        "records": len(own),
        "answered": sum(answer.round_id == one.pk for answer in facts.answers),
        "asked": len(facts.points),
        "reports": [_report(report, texts) for report in reports],
    }


def _report(report: cf.Report, texts: list[Text]) -> dict[str, Any]:
    own = [one for one in texts if one.report.pk == report.pk]
    versions = []
    for n, one in enumerate(own):
        before = own[n - 1].key if n else ""
        versions.append(
            {
                "label": f"第{one.version.n}稿",
                "who": one.version.drafter.name,
                "day": display.date_cn(one.version.on),
                "length": sum(len(getattr(one.version, part)) for part in PARTS),
                "compare_url": f"{_compare_url(report.matter)}?{urlencode({'left': before, 'right': one.key})}"
                if before
                else "",
            }
        )
    return {
        "url": links.of(report),
        "stage": display.stage(report),
        "thin": report.thin,
        "versions": list(reversed(versions)),
        "submitted": display.date_cn(report.submitted_on),
    }


def _across(point: cf.Point, facts: Facts) -> dict[str, Any]:
    """One point with its answer in every round."""
    by_round = {one.round_id: one for one in facts.answers if one.point_id == point.pk}
    cells = [point_row(point, by_round.get(one.pk)) for one in facts.rounds]
    return {
        "n": point.n,
        "text": point.text,
        "cells": [{**cell, "title": f"第{one.n}轮"} for cell, one in zip(cells, facts.rounds, strict=True)],
    }


# --- comparing ------------------------------------------------------------------------------------------------------
@business_page
def compare(request: Any, uid: str) -> HttpResponse:
    """Two versions next to each other, part by part: `?left=1-2&right=2-1`; without them the last two."""
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    _, texts = _inquiry(found, viewer)
    known = {one.key: one for one in texts}
    first, second = _last_two(texts)
    left, right = (
        known.get(_key(request.GET.get(name, ""), fallback)) for name, fallback in (("left", first), ("right", second))
    )
    if (left is None or right is None) and texts:
        raise NotFound
    reading.looked(viewer, found, "报告版本比较", request.now)
    parts = []
    if left is not None and right is not None:
        parts = [
            {"label": label, **differing.side_by_side(getattr(left.version, key), getattr(right.version, key))}
            for key, label in PARTS.items()
            if getattr(left.version, key) or getattr(right.version, key)
        ]
    return draw(
        request,
        "matter_compare",
        {
            **heading(found, "matter_rounds", "比较报告版本"),
            "parts": parts,
            "left": _about(left),
            "right": _about(right),
            "chooser": _chooser(found, texts, left.key if left else "", right.key if right else ""),
        },
    )


def _key(text: str, fallback: str) -> str:
    return text if KEY.fullmatch(text) else fallback


def _last_two(texts: list[Text]) -> tuple[str, str]:
    """The newest version and the one before it."""
    keys = [one.key for one in texts]
    return (keys[-2] if len(keys) > 1 else keys[-1], keys[-1]) if keys else ("", "")


def _about(one: Text | None) -> dict[str, Any] | None:
    if one is None:
        return None
    version = one.version
    return {
        "label": one.label,
        "who": version.drafter.name,
        "day": display.date_cn(version.on),
        "url": links.of(one.report),
        "stage": display.stage(one.report),
        "current": version.n == one.report.version_no,
    }


def _compare_url(found: cf.Matter) -> str:
    return reverse("matter_compare", args=[str(found.uid)])


def _chooser(found: cf.Matter, texts: list[Text], left: str, right: str) -> dict[str, Any] | None:
    """Two lists to choose from; nothing where there are not two versions."""
    if len(texts) < 2:
        return None
    fields = []
    for name, label, chosen in (("left", "左边", left), ("right", "右边", right)):
        options = [
            {
                "value": one.key,
                "label": f"{one.label}（{display.day_cn(one.version.on)}，{one.version.drafter.name}）",
                "selected": one.key == chosen,
            }
            for one in texts
        ]
        fields.append({"id": f"id_{name}", "name": name, "label": label, "kind": "select", "options": options})
    return {"url": _compare_url(found), "fields": fields}
