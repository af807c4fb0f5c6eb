"""工作台: what waits for this person by due day, what the person waits for, and for a leading group's head where matters stand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import paging, reading
from shuangcha.audit.models import Proposal
from shuangcha.courts.people import Viewer
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import MAIN_LINE, label
from shuangcha.plan.words import OFFICES, SUBJECT_KINDS

from . import display, links
from .admin import home as admin
from .paging import count_text, cut_todos
from .shell import draw, page

QUICK = (("clue.register", "登记线索", "plus-lg"), ("meeting.convene", "召集会议", "people"))
WAITING_MOST = 20


@page
def home(request: Any) -> HttpResponse:
    """The start page. Administrators and auditors have no business here and are told where to go."""
    viewer: Viewer = request.viewer
    if not reading.handles_files(viewer):
        return admin.desk(request) or draw(request, "worklist", {"without_files": True})
    figures = reading.todo_figures(viewer, request.on)
    narrowed = request.GET.get("due", "")
    only = {
        "late": Q(due__lt=request.on),
        "soon": Q(due__gte=request.on, due__lte=request.on + dt.timedelta(days=3)),
        "urgent": Q(urgent=True),
    }.get(narrowed)

    def walk(after: paging.Mark | None, limit: int) -> list[int]:
        return paging.nearest_todo_ids(viewer, after=after, limit=limit, only=only)

    todos, urls = cut_todos(walk, paging.todos_in_order, request.GET)
    proposals = reading.my_proposals(viewer)
    named = reading.named(
        viewer,
        [(one.subject_kind, one.subject_id) for one in todos] + [(one.subject_kind, one.subject_id) for one in proposals],
    )
    total = {"late": figures["late"], "soon": figures["soon"], "urgent": figures["urgent"]}.get(narrowed, figures["all"])
    return draw(request, "worklist", {
        "cards": _cards(figures, narrowed), "table": _table(todos, named, request.on),
        "pager": {"count_text": count_text(total, reading.COUNTED), **urls},
        "waiting": _waiting(proposals, named), "quick": quick(viewer), "empty": _empty(viewer, narrowed),
        "overview": _overview(viewer), "narrowed": narrowed,
    })  # fmt: skip


def quick(viewer: Viewer) -> list[dict[str, str]]:
    """Acts without a parent that the person's offices allow."""
    return [
        {"label": text, "url": links.move_url(key), "icon": icon}
        for key, text, icon in QUICK
        if any(viewer.has(OFFICES[office].body_kind, OFFICES[office].roles) for office in MOVES[key].offices)
    ]


def _cards(figures: dict[str, int], narrowed: str) -> list[dict[str, Any]]:
    here = reverse("home")
    cards = [
        ("", "全部待办", figures["all"], "", "blue"),
        ("late", "已超期", figures["late"], "请先办", "late"),
        ("soon", "三日内到期", figures["soon"], "含今天到期", "soon"),
        ("urgent", "加急", figures["urgent"], "同日的排在前面", ""),
    ]
    return [
        {"label": f"{text}（正在显示）" if narrowed == key else text, "value": value, "note": note,
         "level": level if value else "", "url": f"{here}?{urlencode({'due': key})}" if key else here}
        for key, text, value, note, level in cards
    ]  # fmt: skip


def _table(todos: list[Any], named: dict[tuple[str, int], tuple[str, str]], on: dt.date) -> dict[str, Any]:
    columns = [("期限", "nowrap"), ("要办的事", ""), ("线索、案件或会议", ""), ("办理机构", ""), ("操作", "act")]
    rows = []
    for todo in todos:
        move = MOVES[todo.kind]
        uid, _ = named.get((todo.subject_kind, todo.subject_id), ("", ""))
        due = display.due(todo.due, on)
        signing = todo.title.startswith("签署")
        url = links.subject_url(todo.subject_kind, uid) if uid else ""
        rows.append({"level": due["level"] if due and due["level"] in ("late", "soon") else "", "cells": [
            {"due": due, "text": "" if due else "未定期限"},
            {"text": display.title(move, signing=signing), "url": url, "strong": True, "note": display.article(move.article),
             "pill": "加急" if todo.urgent else "", "pill_css": "pill-red"},
            {"text": _about(todo), "note": SUBJECT_KINDS[todo.subject_kind].label},
            {"text": todo.body.local_name if todo.body else OFFICES[todo.office].label, "note": todo.court.name},
            {"links": [{"label": "办理", "url": url}] if uid else []},
        ]})  # fmt: skip
    return {"caption": "我的待办", "columns": [{"label": text, "css": css} for text, css in columns], "rows": rows}


def _about(todo: Any) -> str:
    """What the todo is about; a meeting is named by its day with the weekday."""
    text = todo.title.split(" · ", 1)[-1]
    if todo.subject_kind == "meeting":
        return f"{display.date_cn(text[:10])}联席会议"
    return str(text)


def _waiting(proposals: list[Proposal], named: dict[tuple[str, int], tuple[str, str]]) -> dict[str, Any]:
    """What this person proposed and the other body has not signed."""
    rows = []
    for one in proposals:
        uid, name = named.get((one.subject_kind, one.subject_id), ("", ""))
        if not uid:
            continue
        move = MOVES[one.move]
        signed = {signature.body.kind for signature in one.signatures.all()}
        missing = [OFFICES[key].label for key in move.offices[:2] if OFFICES[key].body_kind not in signed]
        rows.append({"cells": [
            {"text": display.title(move), "url": links.sign_url(one.uid), "strong": True, "note": display.article(move.article)},
            {"text": name, "url": links.subject_url(one.subject_kind, uid)},
            {"text": f"等待{'、'.join(missing)}签署"},
            {"text": display.moment_cn(one.opened_at)},
        ]})  # fmt: skip
    columns = [("已提请", ""), ("事项", ""), ("情况", ""), ("提请时间", "nowrap")]
    return {"caption": "我提请、等待另一机构签署的", "columns": [{"label": text, "css": css} for text, css in columns],
            "rows": rows[:WAITING_MOST]}  # fmt: skip


def _overview(viewer: Viewer) -> list[dict[str, Any]]:
    """For the head and deputies of a leading group: open matters of the own court by stage, each opening its list."""
    courts = [post.court_id for post in viewer.posts if post.body_kind == "leading_group"]
    if not courts:
        return []
    counted = reading.open_by_stage(courts, viewer)
    here = reverse("matters")
    cards: list[dict[str, Any]] = [
        {"label": label("matter", stage), "value": counted[stage], "url": f"{here}?{urlencode({'stage': stage})}"}
        for stage in MAIN_LINE
        if counted.get(stage)
    ]
    total = {"label": "在办案件", "value": sum(counted.values()), "url": f"{here}?{urlencode({'stage': 'open'})}", "level": "blue"}
    return [total, *cards]


def _empty(viewer: Viewer, narrowed: str) -> dict[str, str]:
    if narrowed:
        return {"title": "没有这一类待办", "text": "换一个条件，或查看全部待办。", "url": reverse("home"), "url_label": "全部待办",
                "icon": "check-circle"}  # fmt: skip
    offered = quick(viewer)
    empty = {"title": "现在没有轮到您办理的事项", "icon": "check-circle",
             "text": "轮到您所在机构或您本人时，事项会按到期日出现在这里。"}  # fmt: skip
    if offered:
        return empty | {"url": offered[0]["url"], "url_label": offered[0]["label"]}
    return empty | {"url": reverse("matters"), "url_label": "查看双查案件"}


