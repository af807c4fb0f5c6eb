"""Pages of an opinion and of a duty (方案四(九)–(十一))."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from shuangcha.access import children, scope
from shuangcha.access.facts import Facts
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.dispositions import DUTY_KINDS, WAYS
from shuangcha.plan.words import APPROVAL_LEVELS, APPROVAL_RESULTS, FINDINGS

from . import display, links
from .labelled import labelled
from .matter_page import file_rows
from .matter_parts import FINDING_CSS
from .shell import business_page, draw
from .subject_page import around
from .wording import spoken

CHAIN = (("at_office", "office"), ("at_deputy", "deputy"), ("at_head", "head"), ("at_superior", "superior"))
RESULT_CSS = {"approve": "pill-green", "change": "pill-amber", "return": "pill-red", "skip": "pill-grey"}
DETAILS = (("feedback", "duty.feed_back_handling", "反馈情况"), ("clarification", "duty.clarify", "澄清情况"))


@business_page
def opinion(request: Any, uid: str) -> HttpResponse:
    """Text, conclusions and dispositions of each version, and the approvers in their order, skipped ones by name."""
    found: cf.Opinion = scope.find(request.viewer, "opinion", uid)
    facts = Facts(found)
    context = around(request, found, "检查意见", facts)
    numbers = {one.pk: n for n, one in enumerate(facts.allegations, 1)}
    versions = [_version(one, numbers) for one in children.opinion_versions(found)]
    approvals = children.approvals(found)
    return draw(request, "opinion", {
        **context, "opinion": found, "matter": found.matter, "versions": versions, "steps": _chain(found, approvals),
        "approvals": [
            {"level": APPROVAL_LEVELS[one.level].label, "name": one.person.name, "result": APPROVAL_RESULTS[one.result].label,
             "css": RESULT_CSS[one.result], "text": one.text, "day": display.date_cn(one.on)} for one in approvals],
        "facts": [
            {"label": "案件", "value": f"{found.matter.number} {found.matter.title}", "url": links.of(found.matter), "wide": True},
            {"label": "现行稿", "value": f"第{found.version_no}稿"},
            {"label": "批准日期", "value": display.date_cn(found.approved_on)},
        ],
    })  # fmt: skip


def _version(one: cf.OpinionVersion, numbers: dict[int, int]) -> dict[str, Any]:
    return {
        "n": one.n, "text": one.text, "found": one.facts, "day": display.date_cn(one.on),
        "who": f"{one.changed_by.name}审批时修改" if one.changed_by else f"{one.drafter.name}起草",
        "conclusions": [
            {"n": numbers.get(each.allegation_id, 0), "allegation": each.allegation.text, "finding": FINDINGS[each.finding].label,
             "css": FINDING_CSS[each.finding], "text": each.text, "misconduct": each.misconduct}
            for each in sorted(one.conclusions.all(), key=lambda row: numbers.get(row.allegation_id, 0))],
        "dispositions": [
            {"n": each.n, "label": WAYS[each.kind].label, "article": WAYS[each.kind].article, "allegation": numbers.get(each.allegation_id, 0),
             "court": each.addressee.name, "demand": each.demand, "period": spoken(each.period)}
            for each in sorted(one.dispositions.all(), key=lambda row: row.n)],
    }  # fmt: skip


def _chain(found: cf.Opinion, approvals: list[cf.Approval]) -> list[dict[str, str]]:
    """办公室 → 副组长 → 组长 (→ 上级法院) as a step line; a level passed because nobody was free says who was skipped."""
    levels = [(stage, level) for stage, level in CHAIN if level != "superior" or found.stage == "at_superior"
              or any(one.level == "superior" for one in approvals)]  # fmt: skip
    stages = [stage for stage, _ in levels]
    at = stages.index(found.stage) if found.stage in stages else len(stages) if found.stage == "approved" else -1
    line = [{"label": "两机构签署", "state": "done" if at >= 0 else "now", "day": ""}]
    for n, (_, level) in enumerate(levels):
        state = "done" if n < at else "now" if n == at else "todo"
        done = [one for one in approvals if one.level == level and one.result in ("approve", "change")] if state == "done" else []
        skipped = [one.person.name for one in approvals if one.level == level and one.result == "skip"]
        line.append({
            "label": APPROVAL_LEVELS[level].label, "state": state, "who": done[-1].person.name if done else "",
            "day": display.date_cn(done[-1].on) if done else "",
            "note": f"依规跳过：{'、'.join(dict.fromkeys(skipped))}" if skipped and at >= 0 else "",
        })  # fmt: skip
    return line


@business_page
def duty(request: Any, uid: str) -> HttpResponse:
    """A disposition, feedback or clarification: demand, replies with proof and check, what was fed back."""
    viewer: Viewer = request.viewer
    found: cf.Duty = scope.find(viewer, "duty", uid)
    facts = Facts(found)
    context = around(request, found, f"{found.n}. {DUTY_KINDS[found.kind]}", facts)
    details = json.loads(found.details)
    near = children.relays(found, viewer)
    way = WAYS.get(found.kind)
    return draw(request, "duty", {
        **context, "duty": found, "matter": found.matter,
        "facts": [
            {"label": "案件", "value": f"{found.matter.number} {found.matter.title}", "url": links.of(found.matter), "wide": True},
            {"label": "事项", "value": DUTY_KINDS[found.kind], "note": way.article if way else "方案四(十)、四(十一)"},
            {"label": "发出法院", "value": found.from_court.name}, {"label": "收件法院", "value": found.to_court.name},
            {"label": "主办机构", "value": found.lead_body.local_name}, {"label": "指定期限", "value": spoken(found.period)},
            {"label": "要求", "value": found.demand, "wide": True},
        ],
        "issued": labelled(f"duty.issue_{found.kind}", details.get("issue", {}), {}) if way else [],
        "told": [{"title": title, "content": labelled(move, details[key], {})} for key, move, title in DETAILS if details.get(key)],
        "appeased": [labelled("duty.appease", one, {}) for one in details.get("appeasement", [])],
        "result": details.get("result", ""),
        "replies": [
            {"n": one.n, "text": one.text, "proof": one.proof, "day": display.date_cn(one.on), "check": one.check_text,
             "passed": "核验通过" if one.passed else "核验不通过" if one.passed is not None else ""}
            for one in children.replies(found)],
        "relays": [{"title": f"{one.from_court.name}致{one.to_court.name}：{DUTY_KINDS[one.kind]}", "url": links.of(one),
                    "stage": display.stage(one), "above": one.pk == found.parent_id} for one in near],
        "files": file_rows(children.materials_of(found, viewer)),
    })  # fmt: skip
