"""Sections of the worklist, from rows already read to what the parts draw. No queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access.desk_reads import BODIES, COUNTED, Joint
from shuangcha.access.owing import ASKED
from shuangcha.audit.models import Step
from shuangcha.courts.people import Viewer
from shuangcha.figures.quarter import Quarter
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import MAIN_LINE, label
from shuangcha.plan.words import OFFICES, SIGNING_ROLES

from . import display, links, parts
from .faces import PART
from .tables import table

Named = dict[tuple[str, int], tuple[str, str]]


def figure(n: int, most: int = COUNTED) -> str:
    return f"{most}+" if n > most else str(n)


# --- both bodies side by side ---------------------------------------------------------------------------------------
def joint(acts: list[Joint], named: Named, viewer: Viewer) -> dict[str, Any]:
    """For who signs for a body: each open joint act with what this body and the other one did; mine to sign first."""
    own = {post.body_kind for post in viewer.posts if post.body_kind in BODIES and post.role in SIGNING_ROLES}
    rows = []
    for one in reversed(acts):
        uid, name = named.get((one.subject_kind, one.subject_id), ("", ""))
        if not uid:
            continue
        move = MOVES[one.move]
        by_kind = {signed.body_kind: signed for signed in one.signatures}
        offices = [OFFICES[key] for key in move.offices[:2]]
        mine = [office for office in offices if office.body_kind in own][:1] or offices[:1]
        other = [office for office in offices if office not in mine]
        awaits_me = any(office.body_kind not in by_kind for office in mine) and not any(
            signed.person_id == viewer.id for signed in one.signatures
        )
        missing = "、".join(office.label for office in offices if office.body_kind not in by_kind)
        rows.append(
            {
                "level": "soon" if awaits_me else "",
                "mine": awaits_me,
                "cells": [
                    {
                        "text": display.title(move),
                        "url": links.sign_url(one.uid),
                        "strong": True,
                        "note": display.article(move.article),
                    },
                    {"text": name, "url": links.subject_url(one.subject_kind, uid)},
                    _side(mine[0], by_kind, "待本机构签署"),
                    _side(other[0], by_kind, f"等待{missing}签署") if other else {"text": "—"},
                    {"text": f"{one.proposer}（{one.proposer_body}）", "note": display.moment_cn(one.opened_at)},
                    {"links": [{"label": "核对并签署" if awaits_me else "查看", "url": links.sign_url(one.uid)}]},
                ],
            }
        )
    rows.sort(key=lambda row: not row["mine"])
    columns = [
        ("联合办理事项", ""),
        ("线索、案件或会议", ""),
        ("本机构", ""),
        ("另一机构", ""),
        ("提请", ""),
        ("操作", "act"),
    ]
    return {**table("等待两机构签署的事项", columns, rows), "waiting": sum(row["mine"] for row in rows)}


def _side(office: Any, by_kind: dict[str, Any], waiting: str) -> dict[str, Any]:
    signed = by_kind.get(office.body_kind)
    if signed is None:
        return {"pill": waiting, "pill_css": "pill-amber", "note": office.label}
    return {
        "pill": "已签署",
        "pill_css": "pill-green",
        "text": signed.person,
        "note": f"{signed.body} {display.moment_cn(signed.at)}",
    }


def waiting(acts: list[Joint], named: Named, viewer: Viewer) -> dict[str, Any]:
    """What this person proposed and somebody has not signed."""
    rows = []
    for one in acts:
        uid, name = named.get((one.subject_kind, one.subject_id), ("", ""))
        if not uid or one.proposer_id != viewer.id:
            continue
        move = MOVES[one.move]
        signed = {signature.body_kind for signature in one.signatures}
        missing = [OFFICES[key].label for key in move.offices[:2] if OFFICES[key].body_kind not in signed]
        rows.append(
            {
                "cells": [
                    {
                        "text": display.title(move),
                        "url": links.sign_url(one.uid),
                        "strong": True,
                        "note": display.article(move.article),
                    },
                    {"text": name, "url": links.subject_url(one.subject_kind, uid)},
                    {"text": f"等待{'、'.join(missing)}签署"},
                    {"text": display.moment_cn(one.opened_at)},
                ]
            }
        )
    return table(
        "我提请、等待另一机构签署的", [("已提请", ""), ("事项", ""), ("情况", ""), ("提请时间", "nowrap")], rows
    )


# --- what changed ---------------------------------------------------------------------------------------------------
def changed(steps: list[Step], named: Named, most: int) -> dict[str, Any]:
    """What others did since the last working day, of what the person may see; newest first."""
    rows = []
    for one in steps:
        uid, name = named.get((one.subject_kind, one.subject_id), ("", ""))
        if not uid or one.edge.move not in MOVES:
            continue
        told = display.entry(one)
        rows.append(
            {
                "cells": [
                    {
                        "text": display.moment_cn(one.recorded_at),
                        "pill": "补录" if one.backfilled else "",
                        "pill_css": "pill-grey",
                    },
                    {"text": told["title"], "url": links.subject_url(one.subject_kind, uid), "strong": True},
                    {"text": f"联席会议（{name}）" if one.subject_kind == "meeting" else name},
                    {"text": told["who"]},
                ]
            }
        )
    columns = [("时间", "nowrap"), ("办理", ""), ("线索、案件或会议", ""), ("由谁办理", "")]
    return {**table("上一工作日以来的变化", columns, rows[:most]), "more": len(rows) > most}


# --- what is half written ------------------------------------------------------------------------------------------
def begun(drafts: list[tuple[str, dt.datetime]]) -> list[dict[str, str]]:
    """Forms that the person has begun, each under its act alone:
    the form itself asks again whether the file may be seen."""
    found = []
    for place, saved in drafts:
        key, kind, uid = (*place.split("|"), "", "")[:3]
        if key not in MOVES:
            continue
        uid, _, part = uid.partition(PART)
        on_page = key.startswith(("opinion.", "meeting."))
        url = links.subject_url(kind, uid) if on_page and kind else links.move_url(key, kind, uid)
        part = f"&point={part}" if key == "round.answer_point" and part.isascii() and part.isdigit() else ""
        found.append({"label": display.title(MOVES[key]), "url": url + part, "saved": display.moment_cn(saved)})
    return found


# --- what a court owes ----------------------------------------------------------------------------------------------
def what(limit: Any) -> str:
    """What must be done within a limit; for a duty, which."""
    text = LIMITS[limit.kind].label
    return f"{DUTY_KINDS[limit.duty_kind]}：{text}" if limit.duty_kind else text


def to_whom(limit: Any) -> str:
    if not limit.to_court:
        return limit.matter.owner_court.name if limit.court_id != limit.matter.owner_court_id else "本院自办"
    return f"{limit.to_court}{limit.to_body or '执行机构、监察机构'}"


def limit_rows(
    limits: list[Any], named: Named, on: dt.date, *, court: bool, remind: dict[tuple[str, int], str] | None = None
) -> list[dict[str, Any]]:
    """Rows of running limits: what, of which matter, to whom, by when; with `court` by whom, and where one may 催办."""
    rows = []
    for one in limits:
        uid, _ = named.get((one.subject_kind, one.subject_id), ("", ""))
        matter_uid, _ = named.get(("matter", one.matter_id), ("", ""))
        if not uid:
            continue
        due = display.due(one.due, on)
        cells: list[dict[str, Any]] = [
            {"due": due, "note": f"{display.day_cn(one.reminded)}催办过" if one.reminded else ""},
            {
                "text": what(one),
                "url": links.subject_url(one.subject_kind, uid),
                "strong": True,
                "note": display.article(LIMITS[one.kind].article),
            },
            {
                "text": f"{one.matter.number} {one.matter.title}",
                "url": links.subject_url("matter", matter_uid) if matter_uid else "",
            },
            {"text": to_whom(one)},
        ]
        if court:
            cells.insert(3, {"text": one.court.name})
            url = (remind or {}).get((one.subject_kind, one.subject_id), "")
            cells.append({"text": "催办", "url": url} if url else {"text": ""})
        rows.append({"level": due["level"] if due and due["level"] in ("late", "soon") else "", "cells": cells})
    return rows


def limit_subjects(limits: list[Any]) -> list[tuple[str, int]]:
    return [(one.subject_kind, one.subject_id) for one in limits] + [
        ("matter", one.matter_id) for one in limits if one.matter_id
    ]


def owed(limits: list[Any], named: Named, on: dt.date, most: int) -> dict[str, Any]:
    columns = [("期限", "nowrap"), ("应报送、办理的事", ""), ("案件", ""), ("报送给谁", "")]
    return {
        **table("本院应向上级法院报送、办理的", columns, limit_rows(limits[:most], named, on, court=False)),
        "more": len(limits) > most,
    }


# --- a leading group ------------------------------------------------------------------------------------------------
def overview(counts: dict[str, int], quarter: Quarter) -> dict[str, Any]:
    """Where the matters of the own court stand: four figures, and a card for each stage; each opens its list."""
    matters = f"{reverse('matters')}?own=1&stage="
    total = sum(min(counts[f"stage:{stage}"], COUNTED) for stage in MAIN_LINE if f"stage:{stage}" in counts)
    capped = any(counts[f"stage:{stage}"] > COUNTED for stage in MAIN_LINE if f"stage:{stage}" in counts)
    started = f"{reverse('figure_list')}?{urlencode({'measure': 'started', 'quarter': quarter.key, 'own': '1'})}"
    cards: list[dict[str, Any]] = [
        {"label": "在办案件", "value": f"{total}+" if capped else total, "url": f"{matters}open", "level": "blue"},
        {"label": "本季度启动", "value": figure(counts["started"]), "note": quarter.label, "url": started},
        {
            "label": "已超期",
            "value": figure(counts["late"]),
            "note": "本院和下级法院的期限",
            "level": "late" if counts["late"] else "",
            "url": f"{reverse('due')}?{urlencode({'late': '1'})}",
        },
        {
            "label": "待我审批",
            "value": figure(counts["approvals"]),
            "note": "检查意见",
            "level": "soon" if counts["approvals"] else "",
            "url": f"{reverse('home')}?{urlencode({'due': 'approval'})}",
        },
    ]
    stages = [
        {"label": label("matter", stage), "value": figure(counts[f"stage:{stage}"]), "url": f"{matters}{stage}"}
        for stage in MAIN_LINE
        if counts.get(f"stage:{stage}")
    ]
    return {
        "cards": parts.cards(cards),
        "stages": parts.cards(stages),
        "figures_url": reverse("figures"),
        "quarter": quarter.label,
    }


def asks(courts: list[tuple[str, str, int, dt.date]], on: dt.date) -> dict[str, Any]:
    """Which court needs asking: how much is overdue there, and since when."""
    rows = [
        {
            "level": "late",
            "cells": [
                {
                    "text": name,
                    "strong": True,
                    "url": f"{reverse('due')}?{urlencode({'court': code, 'late': '1', 'way': 'down'})}",
                },
                {"text": f"{figure(n, ASKED)} 项"},
                {"due": display.due(oldest, on)},
            ],
        }
        for code, name, n, oldest in courts
    ]
    return table("需要催问的法院", [("法院", ""), ("超期的期限", "nowrap"), ("最早一项", "nowrap")], rows)
