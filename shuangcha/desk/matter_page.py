"""The page of a matter: where it stands, whose turn it is, both bodies, 核查要点, what belongs to it, limits, papers, timeline."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import children, reading, scope
from shuangcha.access.actions import Action, actions_on
from shuangcha.access.facts import Facts
from shuangcha.audit.models import Proposal, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import MAIN_LINE, is_final, label
from shuangcha.plan.words import FINDINGS, ROUND_KINDS, SOURCES

from . import display, links
from .labelled import uids_in
from .shell import business_page, draw

CHAIN_PAGE = 100
SKIPPED_DIRECT = ("assigned", "received")
"""Stages that a direct investigation does not pass (方案四(六))."""
NEXT = {
    "opened": "下级法院两机构双签收", "assigned": "下级法院组成联合调查组", "received": "联合调查组开展调查",
    "investigating": "上报调查报告，由交办法院核查", "reported": "提交会商，或者责令补充调查", "verified": "联席会议会商",
    "consulting": "形成检查意见", "consulted": "层报领导小组审批", "approving": "处理、反馈和澄清", "disposing": "全部办结后归档",
}  # fmt: skip
"""What follows the act now awaited; a direct investigation goes from 启动 to the court's own team."""
DELIBERATION = ("consulting", "consulted", "approving")
"""While the court above deliberates, the court below is told that, and no more: not who, not when, not by when."""
UPPER_MOVES = ("register.reveal", "register.export", "register.assign_todo", "report.accept")
DELIBERATING_LIMITS = ("consultation", "opinion", "approval")
FINDING_CSS = {"founded": "pill-red", "partly": "pill-amber", "unfounded": "pill-green", "unproven": "pill-grey"}


def tabs(matter: cf.Matter, here: str) -> list[dict[str, Any]]:
    return [
        {"label": text, "url": reverse(name, args=[str(matter.uid)]), "active": name == here}
        for name, text in (("matter", "案件"), ("matter_files", "记录与附件"), ("matter_steps", "全部办理经过"))
    ] + [{"label": "在流程图中的位置", "url": f"{reverse('flow')}?{urlencode({'matter': str(matter.uid)})}", "active": False}]


def heading(matter: cf.Matter, here: str) -> dict[str, Any]:
    """What every page of a matter carries on top."""
    return {
        "matter": matter, "stage": display.stage(matter), "tabs": tabs(matter, here),
        "crumbs": [{"label": "双查案件", "url": reverse("matters")}, {"label": matter.number, "url": ""}],
    }  # fmt: skip


@business_page
def matter(request: Any, uid: str) -> HttpResponse:
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    facts = children.matter_facts(found, viewer)
    limits = children.limits_of(found)
    papers = children.papers_of(found)
    facts.limits, facts.owed_papers = limits, [one for one in papers if one.issued_on is None]
    proposals = reading.proposals_in(found)
    todos = reading.turns_of(found)
    stages, latest = reading.steps_in(found, viewer)
    clues = children.clues_in(found, viewer)
    reading.looked(viewer, found, "案件", request.now)
    above = reading.sits_above(viewer, found)
    if not above:
        limits = [one for one in limits if one.subject_kind not in scope.UPPER_ONLY]
        papers = [one for one in papers if one.subject_kind not in scope.UPPER_ONLY]
        limits = [one for one in limits if one.kind not in DELIBERATING_LIMITS]
        todos = [one for one in todos if one.court_id in viewer.courts() or found.stage not in (*DELIBERATION, "verified")]
        stages = [one for one in stages if one.edge.to_stage not in DELIBERATION]
    parts = _Parts(found, facts, proposals, viewer, request.on, limits)
    running = display.nearest(limits)
    uids = {(one.KIND, one.pk): str(one.uid) for one in parts.subjects}
    acts_at = {(one.KIND, one.pk): links.of(one) for one in parts.subjects[1:]}
    acts_at |= {("item", one.subject_id): f"{reverse('items')}?stage=open" for one in todos if one.subject_kind == "item"}
    return draw(request, "matter", {
        **heading(found, "matter"),
        "due": display.due(running.due, request.on) if running else None,
        "facts": _facts(found, clues), "steps": _step_line(found, stages, request.on),
        "turn": display.turn(todos, viewer, request.on, limits, _next(found) if above else "", acts_at) or _deliberating(found, above),
        "panels": parts.panels(), "last_joint": _last_joint(latest, parts.seen), "actions": parts.actions_of(found),
        "take_backs": parts.take_backs(), "points": points(facts),
        "assignments": parts.assignments(), "rounds": parts.rounds(), "reports": parts.reports(), "opinions": parts.opinions(),
        "duties": parts.duties(), "limits": display.limit_rows(limits, request.on),
        "papers": display.paper_rows(papers, viewer.courts(), uids),
        "timeline": [display.entry(one) for one in latest if parts.seen(one)],
        "above": above,
    })  # fmt: skip


class _Parts:
    """The subjects under a matter with their stages, due days and acts; all from lists already read."""

    def __init__(self, found: cf.Matter, facts: Facts, proposals: dict[tuple[str, int], list[Proposal]], viewer: Viewer,
                 on: dt.date, limits: list[cf.Limit]) -> None:  # fmt: skip
        self.matter, self.facts, self.viewer, self.on, self.limits = found, facts, viewer, on, limits
        lists: tuple[list[Any], ...] = (facts.assignments, facts.rounds, facts.reports, facts.opinions, facts.duties)
        self.subjects: list[Any] = [found, *(one for rows in lists for one in rows)]
        known = {(one.KIND, one.pk) for one in self.subjects}
        self.proposals = {key: rows for key, rows in proposals.items() if key in known}
        self.known = known
        self.acts: dict[tuple[str, int], list[Action]] = {}
        self.above = reading.sits_above(viewer, found)

    def acts_on(self, subject: cf.Subject) -> list[Action]:
        key = (subject.KIND, subject.pk)
        if key not in self.acts:
            # An opinion's guards read its text and its signers: its acts stand on its own page.
            silent = is_final(subject.KIND, subject.stage) or subject.KIND == "opinion"
            self.acts[key] = [] if silent else actions_on(
                subject, self.viewer, self.on, facts=self.facts, proposals=self.proposals.get(key, [])
            )  # fmt: skip
        return self.acts[key]

    def actions_of(self, subject: cf.Subject) -> list[dict[str, Any]]:
        return display.buttons(self.acts_on(subject))

    def seen(self, step: Step) -> bool:
        """Deliberation, opinions and duties not yet sent are not told to the court below; nor who opened an identity."""
        if step.subject_kind == "duty":
            return ("duty", step.subject_id) in self.known
        hidden = step.subject_kind in scope.UPPER_ONLY or step.edge.move in UPPER_MOVES
        if hidden or (step.subject_kind == "matter" and {step.edge.from_stage, step.edge.to_stage} & set(DELIBERATION)):
            return self.above
        return True

    def panels(self) -> list[dict[str, Any]]:
        """Both bodies over each open proposal, with its content."""
        named = {(one.KIND, one.pk): one for one in self.subjects}
        opened = [(named[key], one) for key, rows in self.proposals.items() for one in rows]
        uids = {uid for _, one in opened for uid in uids_in(one.move, json.loads(one.content))}
        names = reading.people_named(uids) if uids else {}
        return [display.bodies_panel(one, self.acts_on(subject), self.viewer, names) for subject, one in opened]

    def take_backs(self) -> list[dict[str, Any]]:
        return display.take_backs([one for rows in self.proposals.values() for one in rows], self.viewer)

    def _part(self, subject: Any, title: str, **more: Any) -> dict[str, Any]:
        return {"title": title, "url": links.of(subject), "stage": display.stage(subject),
                "due": display.nearest_due(self.limits, subject, self.on), "actions": self.actions_of(subject), **more}  # fmt: skip

    def assignments(self) -> list[dict[str, Any]]:
        return [
            self._part(one, f"交办{one.to_court.name}", note=f"{one.from_court.name}交办" + (
                f"，{display.date_cn(one.handed_on)}交办" if one.handed_on else ""),
                extension=next((x for x in self.facts.extensions if x.assignment_id == one.pk and x.decided_on is None), None))
            for one in self.facts.assignments
        ]  # fmt: skip

    def rounds(self) -> list[dict[str, Any]]:
        found = []
        for one in self.facts.rounds:
            team = [{"name": m.person.name, "body": m.body.local_name, "leader": m.leader} for m in self.facts.team_of(one)]
            found.append(self._part(one, f"第{one.n}轮 {ROUND_KINDS[one.kind].label}", team=team, court=one.court.name,
                                    note=one.gaps, started=display.date_cn(one.started_on)))  # fmt: skip
        return found

    def reports(self) -> list[dict[str, Any]]:
        return [
            self._part(one, f"调查报告（第{one.round.n}轮）", thin=one.thin,
                       note=f"第{one.version_no}稿" + (f"，{display.date_cn(one.submitted_on)}上报" if one.submitted_on else ""))
            for one in self.facts.reports
        ]  # fmt: skip

    def opinions(self) -> list[dict[str, Any]]:
        return [self._part(one, "检查意见", note=f"第{one.version_no}稿", open=not is_final("opinion", one.stage)) for one in self.facts.opinions]

    def duties(self) -> list[dict[str, Any]]:
        return [
            self._part(one, f"{one.n}. {DUTY_KINDS[one.kind]}", note=one.demand, court=one.to_court.name, body=one.lead_body.local_name)
            for one in self.facts.duties
        ]  # fmt: skip


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
    """The main line with the day on which each stage was last entered; a stage left again counts from the last entry."""
    entered: dict[str, Step] = {one.edge.to_stage: one for one in steps}
    line = [stage for stage in MAIN_LINE if not (found.mode == "direct" and stage in SKIPPED_DIRECT and stage not in entered)]
    at = line.index(found.stage) if found.stage in line else 0
    rows = []
    for n, stage in enumerate(line):
        final = is_final("matter", stage)
        state = "done" if n < at or (n == at and final) else "now" if n == at else "todo"
        step = entered.get(stage) if state != "todo" else None
        row = {"label": label("matter", stage), "state": state, "day": display.date_cn(step.happened_on) if step else ""}
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


def _last_joint(steps: list[Step], seen: Any) -> dict[str, Any] | None:
    """With nothing open, the last act that both bodies did together."""
    for step in steps:
        if step.edge.joint and step.cause is None and seen(step):
            return display.entry(step)
    return None


def points(facts: Facts) -> list[dict[str, Any]]:
    """核查要点 with the newest answer of each and its evidence."""
    newest: dict[int, Any] = {}
    for answer in facts.answers:
        known = newest.get(answer.point_id)
        if known is None or answer.round.n >= known.round.n:
            newest[answer.point_id] = answer
    return [_point(one, newest.get(one.pk)) for one in facts.points]


def _point(point: cf.Point, answer: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"n": point.n, "text": point.text, "allegation": point.allegation.n if point.allegation else 0}
    if answer is None:
        return row
    evidence = []
    for one in answer.shown_evidence:
        place = f"，{one['page']}" if one["page"] else ""
        if one["record"]:
            evidence.append({"label": f"第{one['n']}号记录《{one['title']}》{place}", "url": links.subject_url("record", one["record"])})
        elif one["material"]:
            evidence.append({"label": f"{one['name']}{place}", "url": links.material_url(one["material"])})
    return row | {"finding": FINDINGS[answer.finding].label, "css": FINDING_CSS[answer.finding], "answer": answer.text,
                  "round": answer.round.n, "evidence": evidence}  # fmt: skip


@business_page
def matter_files(request: Any, uid: str) -> HttpResponse:
    """Records of the six ways and the attachments."""
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    reading.looked(viewer, found, "记录与附件", request.now)
    return draw(request, "matter_files", {
        **heading(found, "matter_files"),
        "records": record_rows(children.records_in(found)), "files": file_rows(children.materials_of(found, viewer)),
        "papers": display.paper_rows(
            [one for one in children.papers_of(found) if one.subject_kind not in scope.UPPER_ONLY or reading.sits_above(viewer, found)],
            viewer.courts(), {}),
    })  # fmt: skip


def record_rows(records: list[cf.Record]) -> list[dict[str, Any]]:
    return [
        {"n": one.n, "title": one.title, "url": links.of(one), "method": MOVES[f"record.{one.method}"].title,
         "day": display.date_cn(one.held_on), "round": one.round.n}
        for one in records
    ]  # fmt: skip


def file_rows(materials: list[cf.Material]) -> list[dict[str, Any]]:
    return [
        {"label": one.name, "url": links.material_url(one.pk), "size": one.size, "who": one.added_by.name,
         "day": display.moment_cn(one.added_at)}
        for one in materials
    ]  # fmt: skip


@business_page
def matter_steps(request: Any, uid: str) -> HttpResponse:
    """The whole timeline with what was entered, a hundred at a time."""
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    facts = Facts(found)
    facts.duties = list(scope.visible(viewer, "duty").filter(matter=found))
    parts = _Parts(found, _only_duties(facts), {}, viewer, request.on, [])
    before = request.GET.get("before", "")
    chain = reading.whole_chain(found, int(before) if before.isdigit() and len(before) < 10 else None, CHAIN_PAGE)
    reading.looked(viewer, found, "办理经过", request.now)
    more, chain = len(chain) > CHAIN_PAGE, chain[:CHAIN_PAGE]
    seen = [one for one in chain if parts.seen(one)]
    wanted = {uid for one in seen if one.cause is None for uid in uids_in(one.edge.move, json.loads(one.content))}
    names = {**reading.people_named(wanted), **reading.courts_named(wanted)}
    return draw(request, "matter_steps", {
        **heading(found, "matter_steps"), "timeline": [display.entry(one, contents=True, names=names) for one in seen],
        "older_url": f"?{urlencode({'before': chain[-1].seq})}" if more else "", "newest_url": request.path if before else "",
    })  # fmt: skip


def _only_duties(facts: Facts) -> Facts:
    facts.assignments, facts.rounds, facts.reports, facts.opinions = [], [], [], []
    return facts
