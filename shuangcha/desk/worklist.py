"""工作台: one page of sections chosen by a person's offices.

What waits by due day stands there for everybody; who signs for a body sees both bodies side by side; a leader of the
group sees where matters stand and which court to ask; a court below sees what it owes, to whom, by when.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import desk_reads, owing, paging, reading
from shuangcha.audit.chain import ZONE
from shuangcha.courts import calendar
from shuangcha.courts.people import Viewer
from shuangcha.figures.quarter import Quarter
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import OFFICES, SUBJECT_KINDS

from . import display, drafts, links, sections, tables, tray
from .admin import home as admin
from .paging import count_text, cut_todos
from .shell import draw, page

QUICK = (("clue.register", "登记线索", "plus-lg"), ("meeting.convene", "召集会议", "people"))
JOINT_SHOWN, OWED_SHOWN, CHANGES_SHOWN, CHANGES_READ, BEGUN_SHOWN = 20, 8, 8, 40, 5
APPROVING = ("group_office", "group_deputy", "group_head")


@page
def home(request: Any) -> HttpResponse:
    """The start page. Administrators and auditors have no business here and are told where to go."""
    viewer: Viewer = request.viewer
    if not reading.handles_files(viewer):
        return admin.desk(request) or draw(request, "worklist", {"without_files": True})
    on: dt.date = request.on
    quarter, led = Quarter.of(on), desk_reads.leads(viewer)
    conditions = narrowings(on)
    narrowed = request.GET.get("due", "")
    asked = desk_reads.todo_walks(viewer, {f"due:{key}": one for key, one in conditions.items()}, reading.FIGURES + 1)
    if led:
        asked |= desk_reads.group_walks(viewer, led, on, quarter.start)
    counts = request.counts = tray.counts(viewer, request.now, asked)
    if led:
        counts["due:approval"] = counts["approvals"]
        conditions["approval"] = Q(office__in=APPROVING)

    def walk(after: paging.Mark | None, limit: int) -> list[int]:
        return paging.nearest_todo_ids(viewer, after=after, limit=limit, only=conditions.get(narrowed) or None)

    todos, urls = cut_todos(walk, paging.todos_in_order, request.GET)
    acts = desk_reads.joint_acts(viewer, JOINT_SHOWN)
    since = last_working_day(on)
    steps = desk_reads.changes(viewer, dt.datetime.combine(since, dt.time(), ZONE), CHANGES_READ)
    owed = owing.owed(viewer, OWED_SHOWN + 1) if answers_above(viewer) else []
    pointed = [(one.subject_kind, one.subject_id) for one in (*todos, *acts, *steps)]
    named = reading.named(viewer, [*pointed, *sections.limit_subjects(owed)])
    signs = bool(desk_reads.signing_courts(viewer))
    total = counts.get(f"due:{narrowed}", counts["due:"])
    table = _table(todos, named, on)
    return draw(
        request,
        "worklist",
        {
            "foremost": _foremost(table) if led or owed else None,
            "cards": _cards(counts, narrowed),
            "table": table,
            "pager": {"count_text": count_text(total, reading.FIGURES), **urls},
            "quick": quick(viewer),
            "empty": _empty(viewer, narrowed),
            "begun": sections.begun(drafts.begun(viewer.id, BEGUN_SHOWN)),
            "narrowed": narrowed,
            "overdue": f"{display.OVERDUE}。“我的待办”按轮到您的事计；"
            + ("“本院在办案件”按期限计，本院和下级法院的每项期限各算一项；" if led else "")
            + "案件列表按件计，看最先届满的一项。",
            "signs": signs,
            "joint": sections.joint(acts, named, viewer) if signs else tables.NONE,
            "waiting": tables.NONE if signs else sections.waiting(acts, named, viewer),
            "changed": sections.changed(steps, named, CHANGES_SHOWN),
            "since": display.date_cn(since),
            "owed": sections.owed(owed, named, on, OWED_SHOWN),
            "owes": answers_above(viewer, basic=True),
            "overview": sections.overview(counts, quarter) if led else None,
            "asks": sections.asks(owing.courts_to_ask(viewer, led, on), on) if led else None,
        },
    )


def narrowings(on: dt.date) -> dict[str, Q]:
    """What the todos may be narrowed by, and is counted."""
    return {
        "": Q(),
        "late": Q(due__lt=on),
        "soon": Q(due__gte=on, due__lte=on + dt.timedelta(days=3)),
        "urgent": Q(urgent=True),
    }


def answers_above(viewer: Viewer, *, basic: bool = False) -> bool:
    """Some court of the person has a court above it (`basic`: and none below)."""
    return any(post.superior_id is not None and (not basic or post.level == "basic") for post in viewer.posts)


def last_working_day(on: dt.date) -> dt.date:
    """The working day before this one: what happened since then is new to who comes in today."""
    days, day = calendar.current(), on - dt.timedelta(days=1)
    while not days.is_working(day):
        day -= dt.timedelta(days=1)
    return day


def quick(viewer: Viewer) -> list[dict[str, str]]:
    """Acts without a parent that the person's offices allow."""
    return [
        {"label": text, "url": links.move_url(key), "icon": icon}
        for key, text, icon in QUICK
        if any(viewer.has(OFFICES[office].body_kind, OFFICES[office].roles) for office in MOVES[key].offices)
    ]


def _cards(counts: dict[str, int], narrowed: str) -> list[dict[str, Any]]:
    here = reverse("home")
    cards = [
        ("", "全部待办", "", "blue"),
        ("late", "已超期", "待办，请先办", "late"),
        ("soon", "三日内到期", "含今天到期", "soon"),
        ("urgent", "加急", "同日的排在前面", ""),
    ]
    if narrowed == "approval" and "due:approval" in counts:
        cards.append(("approval", "待我审批", "检查意见", "blue"))
    return [
        {
            "label": f"{text}（正在显示）" if narrowed == key else text,
            "value": sections.figure(counts[f"due:{key}"]),
            "note": note,
            "level": level if counts[f"due:{key}"] else "",
            "url": f"{here}?{urlencode({'due': key})}" if key else here,
        }
        for key, text, note, level in cards
    ]


def _table(todos: list[Any], named: sections.Named, on: dt.date) -> dict[str, Any]:
    columns = [("期限", "nowrap"), ("要办的事", ""), ("线索、案件或会议", ""), ("办理机构", ""), ("操作", "act")]
    rows = []
    for todo in todos:
        move = MOVES[todo.kind]
        uid, _ = named.get((todo.subject_kind, todo.subject_id), ("", ""))
        due = display.due(todo.due, on)
        url = links.subject_url(todo.subject_kind, uid) if uid else ""
        rows.append(
            {
                "level": due["level"] if due and due["level"] in ("late", "soon") else "",
                "cells": [
                    {"due": due, "text": "" if due else "未定期限"},
                    {
                        "text": display.title(move, signing=todo.signing),
                        "url": url,
                        "strong": True,
                        "note": display.article(move.article),
                        "pill": "加急" if todo.urgent else "",
                        "pill_css": "pill-red",
                    },
                    {"text": display.about(todo), "note": SUBJECT_KINDS[todo.subject_kind].label},
                    {
                        "text": todo.body.local_name if todo.body else OFFICES[todo.office].label,
                        "note": todo.court.name,
                    },
                    {"links": [{"label": "办理", "url": url}] if uid else []},
                ],
            }
        )
    return tables.table("我的待办", columns, rows)


def _foremost(table: dict[str, Any]) -> dict[str, Any] | None:
    """The todo that ends first, for a desk on which other panels stand above the todos."""
    if not table["rows"]:
        return None
    due, act, subject = table["rows"][0]["cells"][:3]
    return {"text": act["text"], "url": act["url"], "about": subject["text"], "due": due["due"]} if act["url"] else None


def _empty(viewer: Viewer, narrowed: str) -> dict[str, str]:
    if narrowed:
        return {
            "title": "没有这一类待办",
            "text": "换一个条件，或查看全部待办。",
            "url": reverse("home"),
            "url_label": "全部待办",
            "icon": "check-circle",
        }
    offered = quick(viewer)
    empty = {
        "title": "现在没有轮到您办理的事项",
        "icon": "check-circle",
        "text": "轮到您所在机构或您本人时，事项会按到期日出现在这里。",
    }
    if offered:
        return empty | {"url": offered[0]["url"], "url_label": offered[0]["label"]}
    return empty | {"url": reverse("matters"), "url_label": "查看双查案件"}
