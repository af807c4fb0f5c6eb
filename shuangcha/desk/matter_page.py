"""The page of a matter: where it stands, whose turn it is, both bodies, 核查要点, what belongs to it, limits,
papers, timeline."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from shuangcha.access import children, chronicle, reading, scope
from shuangcha.access.actions import may
from shuangcha.access.held import held
from shuangcha.access.scope import DELIBERATION
from shuangcha.audit.models import Proposal, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import MAIN_LINE, is_final, label
from shuangcha.plan.words import SOURCES

from . import display, links
from .joint_page import before_of, names_in, panel, text_changes
from .matter_parts import Parts, points
from .matter_tabs import heading
from .shell import business_page, draw
from .steps_page import KINDS as STEP_KINDS

SKIPPED_DIRECT = ("assigned", "received")
"""Stages that a direct investigation does not pass (方案四(六))."""
NEXT = {
    "opened": "下级法院两机构双签收",
    "assigned": "下级法院组成联合调查组",
    "received": "联合调查组开展调查",
    "investigating": "上报调查报告，由交办法院核查",
    "reported": "提交会商，或者责令补充调查",
    "verified": "联席会议会商",
    "consulting": "形成检查意见",
    "consulted": "层报领导小组审批",
    "approving": "处理、反馈和澄清",
    "disposing": "全部办结后归档",
}
"""What follows the act now awaited; a direct investigation goes from 启动 to the court's own team."""
SHOWN_STEPS = 12
"""The newest acts stand unfolded; all of them, to be narrowed, under 办理经过."""


@business_page
def matter(request: Any, uid: str) -> HttpResponse:
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    facts = children.matter_facts(found, viewer)
    limits = children.limits_of(found)
    papers = children.papers_of(found)
    facts.limits, facts.owed_papers = limits, [one for one in papers if one.issued_on is None]
    proposals = chronicle.joint_acts(found, viewer)
    todos = reading.turns_of(found)
    stages, latest = chronicle.steps_in(found, viewer)
    clues = children.clues_in(found, viewer)
    reading.looked(viewer, found, "案件", request.now)
    own = held(viewer, found)
    above = own.above
    limits, papers, todos = own.limits(limits), own.papers(papers), own.turns(todos)
    if not above and found.stage in (*DELIBERATION, "verified"):
        todos = [one for one in todos if one.court_id in viewer.courts()]
    parts = Parts(found, facts, proposals, viewer, request.on, limits, todos)
    running = display.nearest(limits)
    acts_at = _acts_at(parts.subjects[1:], todos)
    asked, acts = points(facts), parts.foremost()
    turn = display.turn(todos, viewer, request.on, limits, _next(found) if above else "", acts_at) or _deliberating(
        found, above
    )
    if turn and any(one["enabled"] and one["primary"] for one in acts):
        turn["url"] = ""  # the button itself stands below
    told = [display.entry(one) for one in latest]
    running_limits, stopped = _halves(display.limit_rows(limits, request.on))
    return draw(
        request,
        "matter",
        {
            **heading(found, "matter"),
            "due": display.due(running.due, request.on) if running else None,
            "facts": _facts(found, clues),
            "steps": _step_line(found, stages, request.on),
            "turn": turn,
            **_joint(parts, proposals, viewer),
            "actions": acts,
            "take_backs": parts.take_backs(),
            "points": asked,
            "open_points": [one["n"] for one in asked if "finding" not in one],
            "assignments": parts.assignments(),
            "rounds": parts.rounds(),
            "reports": parts.reports(),
            "opinions": parts.opinions(),
            "duties": parts.duties(),
            "limits": running_limits,
            "stopped_limits": stopped,
            "papers": display.paper_rows(
                papers, viewer, parts.named, lambda one: may("register.paper", one, viewer, request.on, facts)
            ),
            "timeline": told[:SHOWN_STEPS],
            "more_timeline": told[SHOWN_STEPS:],
            "step_kinds": _step_kinds(found),
            "above": above,
        },
    )


def _acts_at(subjects: list[cf.Subject], todos: list[cf.Todo]) -> dict[tuple[str, int], str]:
    """Where what is awaited is done: the subject's page, for items the list of them."""
    found = {(one.KIND, one.pk): links.of(one) for one in subjects}
    items = f"{reverse('items')}?stage=open"
    return found | {("item", one.subject_id): items for one in todos if one.subject_kind == "item"}


def _step_kinds(found: cf.Matter) -> list[dict[str, str]]:
    """The kinds by which 办理经过 can be narrowed."""
    url = reverse("matter_steps", args=[str(found.uid)])
    return [{"label": label, "url": f"{url}?kind={key}"} for key, (label, _) in STEP_KINDS.items()]


def _joint(parts: Parts, proposals: list[Proposal], viewer: Viewer) -> dict[str, Any]:
    """Both bodies over each open content; with nothing open, over the last that both signed."""
    before = before_of(proposals)
    known = [one for one in proposals if (one.subject_kind, one.subject_id) in parts.named]
    waiting = [one for one in reversed(known) if one.status == Proposal.OPEN]
    done = [one for one in known if one.status == Proposal.EXECUTED][:1]
    shown = waiting or done
    names = names_in([*shown, *(before[one.pk] for one in shown if one.pk in before)])
    panels = []
    for one in shown:
        subject = parts.named[one.subject_kind, one.subject_id]
        acts = parts.acts_on(subject) if one.status == Proposal.OPEN else []
        panels.append(
            {
                **panel(one, before.get(one.pk), acts, viewer, names),
                "about": parts.name(subject),
                "text_changes": text_changes(one, parts.facts.reports),
            }
        )
    return {"panels": panels, "nothing_waits": not waiting, "joint_count": len(known)}


def _halves(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return [one for one in rows if one["running"]], [one for one in rows if not one["running"]]


def _facts(found: cf.Matter, clues: list[cf.Clue]) -> list[dict[str, Any]]:
    pairs: list[dict[str, Any]] = [
        {"label": "案件编号", "value": found.number},
        {"label": "交办法院", "value": found.owner_court.name},
        {"label": "被查法院", "value": found.target_court.name},
        {"label": "启动日期", "value": display.date_cn(found.started_on)},
        {"label": "办理方式", "value": "直接调查" if found.mode == "direct" else "交办下级法院"},
        {"label": "办理依据", "value": f"方案（{display.day_cn(found.edition)}起施行）"},
    ]
    for one in clues:
        pairs += [
            {"label": "线索", "value": f"{one.number} {one.title}", "url": links.of(one)},
            {"label": "线索来源", "value": SOURCES[one.source].label, "note": SOURCES[one.source].article},
            {"label": "收到日期", "value": display.date_cn(one.received_on)},
        ]
    return pairs


def _step_line(found: cf.Matter, steps: list[Step], on: dt.date) -> list[dict[str, Any]]:
    """The main line with the day on which each stage was last entered;
    a stage left again counts from the last entry."""
    entered: dict[str, Step] = {one.edge.to_stage: one for one in steps}
    line = [
        stage
        for stage in MAIN_LINE
        if not (found.mode == "direct" and stage in SKIPPED_DIRECT and stage not in entered)
    ]
    at = line.index(found.stage) if found.stage in line else 0
    rows = []
    for n, stage in enumerate(line):
        final = is_final("matter", stage)
        state = "done" if n < at or (n == at and final) else "now" if n == at else "todo"
        step = entered.get(stage) if state != "todo" else None
        row = {
            "label": label("matter", stage),
            "state": state,
            "day": display.date_cn(step.happened_on) if step else "",
        }
        if state == "now" and step is not None:
            row["note"] = f"第 {max((on - step.happened_on).days, 0) + 1} 天"
        rows.append(row)
    return rows


def _next(found: cf.Matter) -> str:
    if found.stage == "opened" and found.mode == "direct":
        return "本院调查组开展调查"
    return NEXT.get(found.stage, "")


def _deliberating(found: cf.Matter, above: bool) -> dict[str, Any] | None:
    """What the court below reads while the court above deliberates."""
    if above or found.stage not in (*DELIBERATION, "verified"):
        return None
    return {"who": found.owner_court.name, "what": "研究调查报告", "article": "方案四(九)", "mine": False}


@business_page
def matter_files(request: Any, uid: str) -> HttpResponse:
    """Records of the six ways and the attachments."""
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    reading.looked(viewer, found, "记录与附件", request.now)
    return draw(
        request,
        "matter_files",
        {
            **heading(found, "matter_files"),
            "records": record_rows(held(viewer, found).seen("record", children.records_in(found))),
            "files": file_rows(children.materials_of(found, viewer)),
            "papers": display.paper_rows(
                held(viewer, found).papers(children.papers_of(found)),
                viewer,
                {},
                lambda _: False,
            ),
        },
    )


def record_rows(records: list[cf.Record]) -> list[dict[str, Any]]:
    return [
        {
            "n": one.n,
            "title": one.title,
            "url": links.of(one),
            "method": MOVES[f"record.{one.method}"].title,
            "day": display.date_cn(one.held_on),
            "round": one.round.n,
        }
        for one in records
    ]


def file_rows(materials: list[cf.Material]) -> list[dict[str, Any]]:
    return [
        {
            "label": one.name,
            "url": links.material_url(one.pk),
            "size": one.size,
            "who": one.added_by.name,
            "day": display.moment_cn(one.added_at),
        }
        for one in materials
    ]
