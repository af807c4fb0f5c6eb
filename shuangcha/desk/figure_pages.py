"""统计: figures of a quarter by court, each with its definition and the list behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import reading
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.figures import quarter as q
from shuangcha.plan.words import SOURCES

from . import display, links, sections, tables
from .paging import BY_NEWEST, count_text, cut
from .shell import business_page, draw

SHOWN = 8
"""So many quarters back may be chosen."""
OUTCOMES = {"on_time": ("按期报告", "pill-green"), "late": ("逾期", "pill-red"), "running": ("未到期", "pill-blue")}


@business_page
def figures(request: Any) -> HttpResponse:
    """One row a court, the sum of all first; each number opens its list."""
    asked = _asked(request)
    quarter = asked.quarter
    found = q.table(asked)
    names = {pk: (code, name) for pk, code, name in q.courts(found)}
    total = {key: sum(one[key] for one in found.values()) for key in q.MEASURES}
    rows = [_row("合计", "", total, asked)] if found else []
    rows += [_row(name, code, found[pk], asked) for pk, (code, name) in names.items()]
    columns = [("法院", ""), *((one.label, "num") for one in q.MEASURES.values())]
    return draw(
        request,
        "figures",
        {
            "quarter": quarter.label,
            "until": display.day_cn(min(request.on, quarter.end)),
            "running": request.on <= quarter.end,
            "table": tables.table(f"{quarter.label}各法院统计", columns, rows),
            "definitions": _definitions(),
            "cards": [
                _card(key, total, asked) for key in ("received", "started", "due", "on_time", "late", "concluded")
            ],
            "filters": [_quarters(quarter, q.Quarter.of(request.on)), _ranges(asked)],
            "reset_url": request.path,
            "empty": {
                "title": "本季度还没有可以统计的线索和案件",
                "icon": "bar-chart",
                "text": "收到线索、启动案件、报告期限届满、结案归档后，这里按法院分列。只统计您可以看到的线索和案件。",
            },
        },
    )


def _asked(request: Any) -> q.Asked:
    """What the address asks; without `own` what suits the reader."""
    viewer: Viewer = request.viewer
    own = {"1": True, "0": False}.get(request.GET.get("own", ""), q.by_default(viewer))
    return q.Asked(viewer, q.Quarter.parse(request.GET.get("quarter", ""), request.on), request.on, own)


def list_url(key: str, quarter: q.Quarter, *, own: bool, code: str = "") -> str:
    """The list behind a number."""
    asked = {"measure": key, "quarter": quarter.key, "own": "1" if own else "0"} | ({"court": code} if code else {})
    return f"{reverse('figure_list')}?{urlencode(asked)}"


def _row(name: str, code: str, numbers: dict[str, int], asked: q.Asked) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [{"text": name, "strong": True}]
    for key in q.MEASURES:
        cells.append(
            {
                "text": numbers[key],
                "url": list_url(key, asked.quarter, own=asked.own, code=code) if numbers[key] else "",
            }
        )
    return {"level": "late" if code and numbers["late"] else "", "cells": cells}


def _card(key: str, total: dict[str, int], asked: q.Asked) -> dict[str, Any]:
    level = "late" if key == "late" and total[key] else ""
    note = ""
    if key == "on_time" and total["on_time"] + total["late"]:
        note = f"按期率 {100 * total['on_time'] / (total['on_time'] + total['late']):.0f}%（未到期的不计）"
    url = list_url(key, asked.quarter, own=asked.own) if total[key] else ""
    return {"label": q.MEASURES[key].label, "value": total[key], "url": url, "level": level, "note": note}


def _definitions() -> list[dict[str, str]]:
    return [{"label": one.label, "text": one.definition} for one in q.MEASURES.values()]


def _quarters(chosen: q.Quarter, now: q.Quarter) -> dict[str, Any]:
    found = [now]
    while len(found) < SHOWN:
        found.append(found[-1].before)
    if chosen not in found:
        found.append(chosen)
    return {
        "id": "id_quarter",
        "name": "quarter",
        "label": "季度",
        "kind": "select",
        "options": [{"value": one.key, "label": one.label, "selected": one == chosen} for one in found],
    }


def _ranges(asked: q.Asked) -> dict[str, Any]:
    options = (("1", "本院收到、启动的", asked.own), ("0", "我能看到的全部", not asked.own))
    return {
        "id": "id_own",
        "name": "own",
        "label": "范围",
        "kind": "select",
        "options": [{"value": key, "label": text, "selected": chosen} for key, text, chosen in options],
    }


@business_page
def figure_list(request: Any) -> HttpResponse:
    """The rows that a number counts, of those the person may open; what is only counted is said as a number."""
    viewer: Viewer = request.viewer
    measure = q.MEASURES.get(request.GET.get("measure", ""), q.MEASURES["received"])
    asked = _asked(request)
    quarter = asked.quarter
    code = request.GET.get("court", "").replace("\0", "").strip()[:20]
    court = reading.court_id_of(code) if code else None
    total = q.rows(measure, asked, court).count()
    rows = q.listed(measure, asked, court)
    shown = rows.count() if measure.kind == "clue" else total
    found, urls = cut(_joined(rows, measure.kind), BY_NEWEST, request.GET)
    subjects = sections.limit_subjects(found) if measure.kind == "limit" else []
    named = reading.named(viewer, subjects) if subjects else {}
    columns, cells = _COLUMNS[measure.kind]
    court_name = next((name for one, name in reading.courts_seen(viewer, "matter") if one == code), "") if code else ""
    return draw(
        request,
        "figure_list",
        {
            "title": f"{quarter.label}{court_name}{measure.label}",
            "definition": measure.definition,
            "crumbs": [
                {
                    "label": "统计",
                    "url": f"{reverse('figures')}?{urlencode({'quarter': quarter.key, 'own': str(int(asked.own))})}",
                },
                {"label": measure.label},
            ],
            "table": tables.table(measure.label, columns, [cells(one, request.on, named) for one in found]),
            "pager": {"count_text": count_text(shown, shown, "项" if measure.kind == "limit" else "件"), **urls},
            "counted_only": total - shown,
            "empty": {
                "title": "没有可以列出的事项",
                "text": "只列出您可以查看的线索和案件。",
                "icon": "bar-chart",
                "url": reverse("figures"),
                "url_label": "返回统计",
            },
        },
    )


def _joined(rows: Any, kind: str) -> Any:
    return rows.select_related(
        *{"clue": ("subject_court",), "matter": ("target_court",), "limit": ("court", "matter")}[kind]
    )


def _clue(one: cf.Clue, on: Any, named: sections.Named) -> dict[str, Any]:
    return {
        "cells": [
            {"text": one.number, "url": links.of(one), "strong": True},
            {"text": one.title},
            {"text": one.subject_court.name},
            {"text": SOURCES[one.source].short},
            {"text": display.day_cn(one.received_on)},
        ]
    }


def _matter(one: Any, on: Any, named: sections.Named) -> dict[str, Any]:
    stage = display.stage(one)
    return {
        "cells": [
            {"text": one.number, "url": links.of(one), "strong": True},
            {"text": one.title},
            {"text": one.target_court.name},
            {"text": display.day_cn(one.started_on)},
            {"text": display.day_cn(one.closed_on) or "—"},
            {"pill": stage["text"], "pill_css": stage["css"]},
        ]
    }


def _limit(one: Any, on: Any, named: sections.Named) -> dict[str, Any]:
    uid, _ = named.get((one.subject_kind, one.subject_id), ("", ""))
    text, css = OUTCOMES[one.outcome]
    return {
        "level": "late" if one.outcome == "late" else "",
        "cells": [
            {"text": one.matter.number, "url": links.subject_url(one.subject_kind, uid) if uid else "", "strong": True},
            {"text": one.matter.title},
            {"text": one.court.name},
            {"text": sections.LIMITS[one.kind].label},
            {"text": display.date_cn(one.due)},
            {"text": display.date_cn(one.reported) or "尚未上报"},
            {"pill": text, "pill_css": css},
        ],
    }


_COLUMNS: dict[str, tuple[list[tuple[str, str]], Any]] = {
    "clue": ([("登记号", "nowrap"), ("标题", ""), ("被反映法院", ""), ("来源", ""), ("收到日期", "nowrap")], _clue),
    "matter": (
        [
            ("案件编号", "nowrap"),
            ("案件", ""),
            ("被查法院", ""),
            ("启动日期", "nowrap"),
            ("归档日期", "nowrap"),
            ("办理环节", ""),
        ],
        _matter,
    ),
    "limit": (
        [
            ("案件编号", "nowrap"),
            ("案件", ""),
            ("承办法院", ""),
            ("期限", ""),
            ("届满日", "nowrap"),
            ("上报日", "nowrap"),
            ("情况", ""),
        ],
        _limit,
    ),
}
