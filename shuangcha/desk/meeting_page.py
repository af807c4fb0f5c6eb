"""The page of a joint meeting, with its agenda, and that of an item (方案四(三)、四(九))."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from shuangcha.access import children, scope
from shuangcha.access.actions import actions_on
from shuangcha.access.facts import Facts
from shuangcha.access.places import clue_of, matter_of, title_of
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.words import ITEM_KINDS, OFFICES, STANCES

from . import display, links
from .shell import business_page, draw
from .subject_page import around

STANCE_STATE = {"agree": "signed", "disagree": "returned", "reserve": "waiting"}
BODIES = ("enforcement", "supervision")


@business_page
def meeting(request: Any, uid: str) -> HttpResponse:
    viewer: Viewer = request.viewer
    found: cf.Meeting = scope.find(viewer, "meeting", uid)
    facts = Facts(found)
    context = around(request, found, f"{display.date_cn(found.held_on)}联席会议", facts)
    items = children.meeting_items(found, viewer)
    positions, declarations = children.said_on(items)
    attendances = facts.attendances
    agenda = [
        {**_item(one, positions.get(one.pk, []), declarations.get(one.pk, []), attendances),
         "actions": display.buttons(_acts(request, found, one, facts, positions, declarations)) if one.stage == "listed" else []}
        for one in items
    ]  # fmt: skip
    queued = children.queued_items(found.court_id, viewer) if found.stage == "convened" else []
    hidden = len(facts.meeting_items) - len(items)
    if hidden:  # the minutes are whole or not at all
        for row in context["papers"]:
            row["print_url"] = ""
    return draw(request, "meeting", {
        **context, "meeting": found, "agenda": agenda,
        "queued": [{"title": title_of(one), "kind": ITEM_KINDS[one.kind].label, "url": links.of(one),
                    "list_url": f"{links.move_url('item.list', 'item', one.uid)}&meeting={found.uid}"} for one in queued],
        "attendances": [{"name": one.person.name, "body": one.body.local_name, "chair": one.person_id == found.chair_id}
                        for one in attendances],
        "facts": [{"label": "会议日期", "value": display.date_cn(found.held_on)}, {"label": "地点", "value": found.place},
                  {"label": "法院", "value": found.court.name}],
    })  # fmt: skip


def _acts(
    request: Any, found: cf.Meeting, item: cf.Item, facts: Facts,
    positions: dict[int, list[cf.Position]], declarations: dict[int, list[cf.Declaration]],
) -> Any:  # fmt: skip
    """The acts on one item of the agenda, from lists read once for all of them."""
    item.meeting = found
    own = Facts(item)
    own.attendances, own.meeting_items = facts.attendances, facts.meeting_items
    own.positions, own.declarations = positions.get(item.pk, []), declarations.get(item.pk, [])
    return actions_on(item, request.viewer, request.on, facts=own)


def _item(
    one: cf.Item, positions: list[cf.Position], declarations: list[cf.Declaration], attendances: list[cf.Attendance]
) -> dict[str, Any]:
    """One item: what it is about, both positions side by side, who has declared."""
    container = matter_of(one) or clue_of(one)
    waiting = [a.person.name for a in attendances if a.person_id not in {d.person_id for d in declarations}]
    return {
        "title": title_of(one), "kind": ITEM_KINDS[one.kind].label, "url": links.of(one), "stage": display.stage(one),
        "about_url": links.of(container) if container is not None else "", "sides": sides(positions),
        "declared": [{"name": d.person.name, "text": f"声明回避：{d.reason}" if d.recused else "无应当回避情形"} for d in declarations],
        "waiting": waiting, "urgent": bool(getattr(container, "urgent", False)),
    }  # fmt: skip


def sides(positions: list[cf.Position]) -> list[dict[str, Any]]:
    """Both bodies' positions for parts/bodies_panel.html."""
    by_kind = {one.body.kind: one for one in positions}
    found = []
    for kind in BODIES:
        one = by_kind.get(kind)
        side: dict[str, Any] = {"title": f"{OFFICES[kind].label}意见", "state": "waiting", "state_label": "待提出"}
        if one is not None:
            side = {"title": f"{OFFICES[kind].label}意见", "role_note": one.body.local_name, "text": one.text,
                    "signer": one.person.name, "state": STANCE_STATE.get(one.stance, "signed"),
                    "state_label": STANCES[one.stance].label}  # fmt: skip
        found.append(side)
    return found


@business_page
def item(request: Any, uid: str) -> HttpResponse:
    viewer: Viewer = request.viewer
    found: cf.Item = scope.find(viewer, "item", uid)
    facts = Facts(found)
    context = around(request, found, f"{ITEM_KINDS[found.kind].label}：{title_of(found)}", facts)
    container = matter_of(found) or clue_of(found)
    pairs: list[dict[str, Any]] = [
        {"label": "类别", "value": ITEM_KINDS[found.kind].label},
        {"label": "会议", "value": display.date_cn(found.meeting.held_on) if found.meeting else "尚未编入议程",
         "url": links.of(found.meeting) if found.meeting else ""},
        {"label": "线索" if isinstance(container, cf.Clue) else "案件", "value": title_of(found),
         "url": links.of(container) if container is not None else ""},
    ]  # fmt: skip
    if found.revisit_on:
        pairs.append({"label": "再议日期", "value": display.date_cn(found.revisit_on)})
    return draw(request, "item", {
        **context, "item": _item(found, facts.positions, facts.declarations, facts.attendances), "facts": pairs,
        "allegations": [{"n": n, "text": one.text} for n, one in enumerate(facts.allegations, 1)],
    })  # fmt: skip
