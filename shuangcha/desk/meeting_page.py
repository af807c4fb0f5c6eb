"""The screen of a joint meeting — agenda, sitting, minutes, projector — and the page of an item (方案四(三)、四(九))."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from shuangcha.access import reading, scope
from shuangcha.access.actions import Action
from shuangcha.access.facts import Facts
from shuangcha.access.places import clue_of, matter_of, title_of
from shuangcha.acts.options import Offer
from shuangcha.casefile import models as cf
from shuangcha.papers.document import Document
from shuangcha.papers.kinds import minutes as paper
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import ITEM_KINDS

from . import display, inline, links, minutes_draft
from .inline import Sent
from .shell import business_page, draw
from .sitting import BODIES, Sitting, ordered, side
from .subject_page import around

INLINE = ("meeting.open", "meeting.circulate", "meeting.close")
"""Acts on the meeting itself whose forms stand on the page; the rest are buttons."""


@business_page
def meeting(request: Any, uid: str) -> HttpResponse:
    found: cf.Meeting = scope.find(request.viewer, "meeting", uid)
    if request.GET.get("view") == "projector":
        return projector(request, found)
    return page(request, found)


def page(request: Any, found: cf.Meeting, sent: Sent | None = None, typed_minutes: str | None = None) -> HttpResponse:
    """The screen; `sent` is a form of it that was not carried out."""
    sitting = Sitting(request, found, sent)
    context = around(request, found, f"{display.date_cn(found.held_on)}联席会议", sitting.facts)
    rows = sitting.rows()
    if sitting.may_order():
        ordered(rows)
    if not sitting.whole:  # the minutes are whole or not at all
        for row in context["papers"]:
            row["print_url"] = ""
        if context["turn"]:  # and nobody who has not heard all of it closes the meeting
            context["turn"] |= {"mine": False, "not_yet": "", "url": ""}
    actions: list[Action] = [one for one in context.pop("acts") if sitting.whole or one.move.key != "meeting.close"]
    text = minutes_text(request, found, sent, typed_minutes)
    offer = Offer(found, request.viewer, request.on, sitting.facts)
    forms = {
        one.move.key: _form(found, one, sitting, offer, text)
        for one in actions
        if one.move.key in INLINE and one.enabled
    }
    mend_url = context.pop("correct_url")
    return draw(
        request,
        "meeting",
        {
            **context,
            "mend_url": mend_url,
            "meeting": found,
            "rows": rows,
            "convened": found.stage == "convened",
            "in_session": found.stage == "in_session",
            "may_order": sitting.may_order(),
            "queued": sitting.queue() if found.stage == "convened" else [],
            "early": display.date_cn(found.held_on) if found.held_on > request.on else "",
            "opening_label": f"提前开始会议（原定{display.day_cn(found.held_on)}）"
            if found.held_on > request.on
            else "开始会议",
            "opening": forms.get("meeting.open"),
            "circulating": forms.get("meeting.circulate"),
            "confirmations": sitting.confirmations() if found.circulated else [],
            "closing": forms.get("meeting.close"),
            "actions": display.buttons(one for one in actions if one.move.key not in forms),
            "to_declare": sitting.to_declare(rows),
            **_addresses(found, sitting),
            "pulse": pulse_of(sitting),
            "paper": preview(found, text) if sitting.whole and found.stage in ("in_session", "closed") else None,
            "may_draft": found.stage == "in_session" and any(one.move.key == "meeting.close" for one in actions),
            "minutes_text": text,
            "closing_label": "结束传签并形成纪要" if found.circulated else "结束会议并形成纪要",
            "request_key": uuid.uuid4().hex,
            "left_over": inline.left_over(sent),
            "attendances": [
                {"name": one.person.name, "body": one.body.local_name, "chair": one.person_id == found.chair_id}
                for one in sitting.facts.attendances
            ],
            "facts": _facts(found),
        },
        status=sent.status if sent else 200,
    )


def _addresses(found: cf.Meeting, sitting: Sitting) -> dict[str, str]:
    uid = str(found.uid)
    return {
        "declare_url": reverse("meeting_declare", args=[uid]),
        "order_url": reverse("meeting_order", args=[uid]),
        "list_url": reverse("meeting_list_item", args=[uid]),
        "minutes_url": reverse("meeting_minutes", args=[uid]),
        "pulse_url": reverse("meeting_pulse", args=[uid]) if sitting.live else "",
        "projector_url": f"{links.of(found)}?view=projector",
        "meeting_url": links.of(found),
    }


def _facts(found: cf.Meeting) -> list[dict[str, Any]]:
    return [
        {"label": "会议日期", "value": display.date_cn(found.held_on)},
        {"label": "方式", "value": "传签（两机构书面研究）"}
        if found.circulated
        else {"label": "地点", "value": found.place},
        {"label": "法院", "value": found.court.name},
    ]


def _form(found: cf.Meeting, action: Action, sitting: Sitting, offer: Offer, text: str) -> dict[str, Any]:
    typed = {"minutes": text} if action.move.key == "meeting.close" else None
    address = reverse("meeting_act", args=[str(found.uid), action.move.key])
    return inline.drawn(action, found, offer, address, sitting.sent, typed=typed)


def minutes_text(request: Any, found: cf.Meeting, sent: Sent | None = None, typed: str | None = None) -> str:
    """议定事项 as it would read now: what has just been typed, the reader's own draft,
    or the minutes of the closed meeting."""
    if found.stage != "in_session":
        return found.minutes
    if typed is not None:
        return typed
    if sent is not None and sent.place.startswith("meeting.close|"):
        return str(sent.typed.get("minutes", ""))
    return minutes_draft.read(request.viewer, found)


def preview(found: cf.Meeting, text: str) -> Document:
    """The minutes exactly as the paper would read with this text; built by the paper's own builder,
    nothing is written."""
    found.minutes = text
    return paper.build(found)


# --- projector ------------------------------------------------------------------------------------------------------
def projector(request: Any, found: cf.Meeting) -> HttpResponse:
    """One item at a time in large type; nothing else of the desk. Who complained stands nowhere here."""
    sitting = Sitting(request, found)
    rows = sitting.rows()
    wanted = request.GET.get("item", "")
    first = next((one["n"] for one in rows if one["open"]), 1)
    n = min(max(inline.number(wanted) or first, 1), max(len(rows), 1))
    here = f"{links.of(found)}?view=projector"
    reading.looked(request.viewer, found, "projector", request.now)
    return draw(
        request,
        "meeting_projector",
        {
            "meeting": found,
            "held_on": display.date_cn(found.held_on),
            "stage": display.stage(found),
            "row": rows[n - 1] if rows else None,
            "n": n,
            "total": len(rows),
            "previous": f"{here}&item={n - 1}" if n > 1 else "",
            "next": f"{here}&item={n + 1}" if n < len(rows) else "",
            "leave": links.of(found),
            "pulse": pulse_of(sitting),
            "pulse_url": reverse("meeting_pulse", args=[str(found.uid)]) if sitting.live else "",
            "attendances": [f"{one.person.name}（{one.body.local_name}）" for one in sitting.facts.attendances],
        },
    )


def pulse_of(sitting: Sitting) -> str:
    """Changes when anything that this reader sees of the meeting changes; says nothing of what."""
    seen: list[Any] = [sitting.meeting.version, len(sitting.facts.attendances)]
    for one in sitting.items:
        signed = [(each.pk, len(each.signatures.all())) for each in sitting.proposals.get(one.pk, [])]
        seen.append(
            (
                one.pk,
                one.version,
                len(sitting.declarations.get(one.pk, [])),
                len(sitting.positions.get(one.pk, [])),
                signed,
            )
        )
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


@require_GET
@business_page
def pulse(request: Any, uid: str) -> HttpResponse:
    """Has anything changed since the page was drawn? No content, hence no row of the read log."""
    found: cf.Meeting = scope.find(request.viewer, "meeting", uid)
    answer = JsonResponse({"pulse": pulse_of(Sitting(request, found))})
    answer["Cache-Control"] = "no-store"
    return answer


# --- one item -------------------------------------------------------------------------------------------------------
@business_page
def item(request: Any, uid: str) -> HttpResponse:
    found: cf.Item = scope.find(request.viewer, "item", uid)
    facts = Facts(found)
    context = around(request, found, f"{ITEM_KINDS[found.kind].label}：{title_of(found)}", facts)
    if any(one.move.key == "item.declare" and one.enabled for one in context["acts"]):  # everything else waits for it
        context["actions"] = [{**one, "primary": one["key"] == "item.declare"} for one in context["actions"]]
        context["actions"].sort(key=lambda one: not one["primary"])
        if context["turn"] and context["turn"]["what"] != display.title(MOVES["item.declare"]):
            context["turn"]["not_yet"] = "您还没有对本议题作回避声明，请先点下面的“议题回避声明”。"
    container = matter_of(found) or clue_of(found)
    pairs: list[dict[str, Any]] = [
        {"label": "类别", "value": ITEM_KINDS[found.kind].label},
        {
            "label": "会议",
            "value": display.date_cn(found.meeting.held_on) if found.meeting else "尚未编入议程",
            "url": links.of(found.meeting) if found.meeting else "",
        },
        {
            "label": "线索" if isinstance(container, cf.Clue) else "案件",
            "value": title_of(found),
            "url": links.of(container) if container is not None else "",
        },
    ]
    if found.revisit_on:
        pairs.append({"label": "再议日期", "value": display.date_cn(found.revisit_on)})
    said = {one.body.kind: (one.body.local_name, one.text, one.person.name, one.stance) for one in facts.positions}
    declared = {one.person_id for one in facts.declarations}
    return draw(
        request,
        "item",
        {
            **context,
            "facts": pairs,
            "item": {
                "sides": [side(kind, said.get(kind)) for kind in BODIES],
                "declared": [
                    {"name": one.person.name, "text": f"声明回避：{one.reason}" if one.recused else "无应当回避情形"}
                    for one in facts.declarations
                ],
                "waiting": [one.person.name for one in facts.attendances if one.person_id not in declared],
            },
            "allegations": [{"n": n, "text": one.text} for n, one in enumerate(facts.allegations, 1)],
        },
    )
