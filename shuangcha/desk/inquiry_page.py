"""Pages of an assignment, a round, a record and a report (方案四(五)–(八))."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import children, scope
from shuangcha.access.actions import Action, actions_on, may
from shuangcha.access.facts import Facts
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.words import METHODS, REPORT_PARTS, ROUND_KINDS

from . import display, flow_record, links
from .coverage import coverage
from .matter_page import file_rows, record_rows
from .matter_parts import points
from .record_form import sections_of, ways_of
from .shell import business_page, draw
from .subject_page import around


@business_page
def assignment(request: Any, uid: str) -> HttpResponse:
    found: cf.Assignment = scope.find(request.viewer, "assignment", uid)
    facts = Facts(found)
    context = around(request, found, f"{found.from_court.name}交办{found.to_court.name}", facts)
    return draw(
        request,
        "assignment",
        {
            **context,
            "matter": found.matter,
            "facts": [
                {
                    "label": "案件",
                    "value": f"{found.matter.number} {found.matter.title}",
                    "url": links.of(found.matter),
                    "wide": True,
                },
                {"label": "交办法院", "value": found.from_court.name},
                {"label": "承办法院", "value": found.to_court.name},
                {"label": "交办日期", "value": display.date_cn(found.handed_on)},
                {"label": "应报告日期", "value": "", "due": display.due(found.due, request.on)},
            ],
            "extensions": [
                {
                    "asked": display.date_cn(one.asked_on),
                    "until": display.date_cn(one.until),
                    "reason": one.reason,
                    "decided": display.date_cn(one.decided_on) if one.decided_on else "",
                    "granted": "准予延期" if one.granted else "不准延期" if one.decided_on else "等待决定",
                    "why": one.decision_reason,
                }
                for one in facts.extensions
                if one.assignment_id == found.pk
            ],
            "points": [{"n": one.n, "text": one.text} for one in facts.points],
            "rounds": [
                {
                    "title": f"第{one.n}轮 {ROUND_KINDS[one.kind].label}",
                    "url": links.of(one),
                    "stage": display.stage(one),
                }
                for one in facts.rounds
                if one.assignment_id == found.pk
            ],
        },
    )


@business_page
def round_(request: Any, uid: str) -> HttpResponse:
    viewer: Viewer = request.viewer
    found: cf.Round = scope.find(viewer, "round", uid)
    facts = Facts(found)
    facts.rounds, facts.team = children.rounds_with_team(found.matter)
    facts.points, facts.answers = children.points_with_answers(found.matter, facts.rounds)
    acts = actions_on(found, viewer, request.on, facts=facts)
    context = around(request, found, f"第{found.n}轮 {ROUND_KINDS[found.kind].label}", facts)
    context["actions"] = [one for one in context["actions"] if not one["key"].startswith("record.")]
    report = facts.report_of(found)
    mine = [one for one in facts.answers if one.round_id == found.pk]
    return draw(
        request,
        "round",
        {
            **context,
            "round": found,
            "matter": found.matter,
            "facts": [
                {
                    "label": "案件",
                    "value": f"{found.matter.number} {found.matter.title}",
                    "url": links.of(found.matter),
                    "wide": True,
                },
                {"label": "调查法院", "value": found.court.name},
                {"label": "开始日期", "value": display.date_cn(found.started_on)},
                {"label": "核查要点", "value": f"共 {len(facts.points)} 项，本轮已答复 {len(mine)} 项"},
            ],
            "team": [
                {"name": one.person.name, "body": one.body.local_name, "leader": one.leader}
                for one in facts.team_of(found)
            ],
            "points": _answerable(points(facts), found, acts),
            "ways": ways_of(acts, found),
            "may_record": any(one.move.subject == "record" and one.enabled for one in acts),
            "records": record_rows(children.records_in(found.matter, found)),
            "report": {"url": links.of(report), "stage": display.stage(report)} if report is not None else None,
        },
    )


def _answerable(rows: list[dict[str, Any]], found: cf.Round, acts: list[Action]) -> list[dict[str, Any]]:
    """Each point with the address of its answer, for who may answer now."""
    if any(one.move.key == "round.answer_point" and one.enabled for one in acts):
        for one in rows:
            one["answer_url"] = f"{links.move_url('round.answer_point', 'round', found.uid)}&point={one['n']}"
    return rows


@business_page
def record(request: Any, uid: str) -> HttpResponse:
    """One record under the labels of its way's own content model, with the names as they were on the day."""
    viewer: Viewer = request.viewer
    found: cf.Record = scope.find(viewer, "record", uid)
    context = around(request, found, found.title)
    payload = json.loads(found.payload)
    return draw(
        request,
        "record",
        {
            **context,
            "record": found,
            "matter": found.matter,
            "facts": [
                {
                    "label": "案件",
                    "value": f"{found.matter.number} {found.matter.title}",
                    "url": links.of(found.matter),
                    "wide": True,
                },
                {"label": "调查方式", "value": METHODS[found.method].label, "note": METHODS[found.method].article},
                {"label": "编号", "value": f"第{found.n}号记录"},
                {"label": "日期", "value": display.date_cn(found.held_on)},
            ],
            "sections": sections_of(found.method, payload, payload.get("names", {}), empty=False),
            "print_url": reverse("record_sheet", args=[str(found.uid)]),
            "answer_url": links.move_url("round.answer_point", "round", found.round.uid)
            if may("round.answer_point", found.round, viewer, request.on)
            else "",
            "files": file_rows(children.materials_of(found, viewer)),
            "cites": _cites(request, found, payload.get("flow", {})),
        },
    )


def _cites(request: Any, found: cf.Record, flow: dict[str, Any]) -> list[dict[str, str]]:
    """Where the signs taken over are cited: the answer of each point named, for who may answer now."""
    by_point = flow_record.by_point(flow)
    if not by_point:
        return []
    if not may("round.answer_point", found.round, request.viewer, request.on):
        return []
    form = links.move_url("round.answer_point", "round", found.round.uid)
    return [
        {
            "label": f"用作第{point}项核查要点的证据（{flow_record.place(signs)}）",
            "url": form
            + "&"
            + urlencode({"point": str(point), "evidence": f"record:{found.n}", "page": flow_record.place(signs)}),
        }
        for point, signs in sorted(by_point.items())
    ]


@business_page
def report(request: Any, uid: str) -> HttpResponse:
    """The four parts as they stand, which points are answered, every earlier version."""
    found: cf.Report = scope.find(request.viewer, "report", uid)
    facts = Facts(found)
    facts.rounds, facts.team = children.rounds_with_team(found.matter)
    facts.points, facts.answers = children.points_with_answers(found.matter, facts.rounds)
    context = around(request, found, f"第{found.round.n}轮调查报告", facts)
    versions = children.report_versions(found)
    texts = {key: getattr(versions[0], key) for key in REPORT_PARTS} if versions else {}
    covered = [
        {**row, "missing": not row["answered"], "unmentioned": row["open"]}
        for row in coverage(facts, found.round, texts)
    ]
    return draw(
        request,
        "report",
        {
            **context,
            "report": found,
            "matter": found.matter,
            "points": covered,
            "compare_url": reverse("matter_compare", args=[str(found.matter.uid)]) if len(versions) > 1 else "",
            "versions": [
                {
                    "n": one.n,
                    "drafter": one.drafter.name,
                    "day": display.date_cn(one.on),
                    "dissent": one.dissent,
                    "parts": [{"label": word.label, "text": getattr(one, key)} for key, word in REPORT_PARTS.items()],
                }
                for one in versions
            ],
            "facts": [
                {
                    "label": "案件",
                    "value": f"{found.matter.number} {found.matter.title}",
                    "url": links.of(found.matter),
                    "wide": True,
                },
                {
                    "label": "调查轮次",
                    "value": f"第{found.round.n}轮 {ROUND_KINDS[found.round.kind].label}",
                    "url": links.of(found.round),
                },
                {"label": "调查法院", "value": found.round.court.name},
                {"label": "上报日期", "value": display.date_cn(found.submitted_on)},
            ],
        },
    )
