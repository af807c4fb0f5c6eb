"""The page of a clue; for the other body, before the joint meeting, its number, court and title alone."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from shuangcha.access import children, reading, scope
from shuangcha.access.facts import Facts
from shuangcha.access.refusals import NotFound
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.words import ALLEGATION_KINDS, SOURCES

from . import display, links
from .matter_page import file_rows
from .shell import business_page, draw
from .subject_page import around

SCREENED = {
    "put_forward": "拟提交联席会议",
    "set_aside": "搁置存查",
    "refer_out": "转其他机关",
    "pass_on": "转另一机构",
}
PROPOSED = {"assign": "建议启动并交办", "direct": "建议启动并直接调查", "decline": "建议不启动"}


@business_page
def clue(request: Any, uid: str) -> HttpResponse:
    viewer: Viewer = request.viewer
    try:
        found: cf.Clue = scope.find(viewer, "clue", uid)
    except NotFound:
        return _brief(request, uid)
    facts = Facts(found)
    carried = children.clue_children(found)
    matters = children.matters_of(found, viewer)
    sees_items = _sees_items(viewer, found)
    acts_at = {("item", one.pk): links.of(one) for one in facts.clue_items} if sees_items else {}
    context = around(request, found, f"{found.number} {found.title}", facts, acts_at)
    shut = scope.may_open_identity(viewer, found)
    return draw(
        request,
        "clue",
        {
            **context,
            "clue": found,
            "facts": _facts(found, matters),
            "cases": _cases(carried),
            "officers": _officers(facts.clue_subjects),
            "allegations": [
                {"n": one.n, "kind": ALLEGATION_KINDS[one.kind].label, "text": one.text} for one in facts.allegations
            ],
            "screenings": [
                {
                    "body": one.body.local_name,
                    "conclusion": SCREENED.get(one.conclusion, ""),
                    "reason": one.reason,
                    "basis": one.basis,
                    "day": display.date_cn(one.on),
                }
                for one in carried["screenings"]
            ],
            "opinions": [
                {
                    "team": one.team,
                    "leader": one.leader,
                    "proposal": PROPOSED.get(one.proposal, ""),
                    "text": one.text,
                    "day": display.date_cn(one.on),
                }
                for one in facts.inspection_opinions
            ],
            "items": [{"url": links.of(one), "stage": display.stage(one)} for one in facts.clue_items]
            if sees_items
            else [],
            "files": file_rows(children.materials_of(found, viewer)),
            "identity": {
                "mask": found.mask or "已登记",
                "url": "" if shut else links.move_url("register.reveal", "clue", found.uid),
                "reason": display.full(shut or ""),
            }
            if found.identity
            else None,
        },
    )


def _brief(request: Any, uid: str) -> HttpResponse:
    """Number, court and title, or NotFound as for everybody else."""
    try:
        key = UUID(uid)
    except ValueError:
        raise NotFound from None
    found = scope.brief_clues(request.viewer).filter(uid=key).first()
    if found is None:
        raise NotFound
    reading.looked(request.viewer, found, "线索概要", request.now)
    return draw(
        request,
        "clue_brief",
        {"clue": found, "crumbs": [{"label": "线索", "url": reverse("clues")}, {"label": found.number, "url": ""}]},
    )


def _facts(found: cf.Clue, matters: list[cf.Matter]) -> list[dict[str, Any]]:
    source = SOURCES[found.source]
    given = json.loads(found.source_facts)
    pairs: list[dict[str, Any]] = [
        {"label": "登记号", "value": found.number},
        {"label": "来源", "value": source.label, "note": source.article},
        {"label": "收到日期", "value": display.date_cn(found.received_on)},
        {"label": "收到机构", "value": f"{found.court.name}{found.received_by.local_name}"},
        {"label": "被反映法院", "value": found.subject_court.name},
        {"label": "是否实名", "value": "实名" if found.named else "匿名或不明"},
    ]
    for one in source.needs:
        value = given.get(one.key, "")
        pairs.append({"label": one.label, "value": display.date_cn(value) if one.kind == "date" else value})
    if found.about_head:
        pairs.append({"label": "提示", "value": "反映法院负责人，不得交该院办理", "note": "方案四(六)"})
    if found.revisit_on:
        pairs.append({"label": "再议日期", "value": display.date_cn(found.revisit_on)})
    pairs += [{"label": "双查案件", "value": one.number, "url": links.of(one)} for one in matters]
    return pairs


def _cases(carried: dict[str, list[Any]]) -> list[dict[str, Any]]:
    officers: dict[int, dict[tuple[str, str], None]] = {}
    for one in carried["officers"]:
        officers.setdefault(one.enforcement_case_id, {})[one.role, one.name] = None
    return [
        {
            "number": link.enforcement_case.number,
            "court": link.enforcement_case.court.name if link.enforcement_case.court else "",
            "filed": display.date_cn(link.enforcement_case.filed_on),
            "officers": "、".join(f"{role}{name}" for role, name in officers.get(link.enforcement_case_id, {})),
        }
        for link in carried["cases"]
    ]


def _officers(rows: list[cf.ClueSubject]) -> list[dict[str, str]]:
    """被反映人, once each: one name may stand for several persons known by it."""
    found = {(one.name, one.title, one.court.name): None for one in rows}
    return [{"name": name, "title": title, "court": court} for name, title, court in found]


def _sees_items(viewer: Viewer, found: cf.Clue) -> bool:
    return any(
        viewer.has(kind, court_id=found.court_id)
        for kind in ("enforcement", "supervision", "group_office", "leading_group")
    )
