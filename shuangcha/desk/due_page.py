"""期限清单: the limits that run in the matters a person may see, by the day they end;
what a number of the worklist opens."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from shuangcha.access import owing, reading, scope
from shuangcha.access.actions import may
from shuangcha.courts.people import Viewer

from . import display, links, sections, tables
from .paging import count_text, cut_limits
from .shell import business_page, draw

LONGEST = 20


@business_page
def due(request: Any) -> HttpResponse:
    """Filters: late=1, court=法院代字, way=up (owed by the own court to one above), way=down (owed to the own court)."""
    viewer: Viewer = request.viewer
    late, way = request.GET.get("late") == "1", {"up": "up", "down": "down"}.get(request.GET.get("way", ""), "")
    court = request.GET.get("court", "").replace("\0", "").strip()[:LONGEST]
    asked = owing.LimitsAsked(request.on, late, court, way)

    whole = owing.limit_ids(viewer, asked, after=None, limit=reading.FIGURES + 1)

    def walk(after: tuple[Any, int] | None, limit: int) -> list[int]:
        return whole[:limit] if after is None else owing.limit_ids(viewer, asked, after=after, limit=limit)

    found, urls = cut_limits(walk, owing.limits_in_order, request.GET)
    total = len(whole)
    named = reading.named(viewer, sections.limit_subjects(found))
    columns = [
        ("期限", "nowrap"),
        ("应报送、办理的事", ""),
        ("案件", ""),
        ("由哪个法院办理", ""),
        ("报送给谁", ""),
        ("操作", "act"),
    ]
    return draw(
        request,
        "due_list",
        {
            "title": "期限清单",
            "table": tables.table(
                "期限清单",
                columns,
                sections.limit_rows(found, named, request.on, court=True, remind=_remind(found, viewer, request.on)),
            ),
            "overdue": f"{display.OVERDUE}。这里按期限计，一件案件有几项期限的，各列一行。",
            "quick": [
                {
                    "label": "到案件列表勾选催办、导出表格",
                    "url": f"{reverse('matters')}?{'due=late' if late else 'all=1'}",
                    "icon": "box-arrow-right",
                }
            ],
            "filters": _filters(viewer, late, court, way),
            "reset_url": request.path,
            "pager": {"count_text": count_text(total, reading.FIGURES, "项"), **urls},
            "empty": {
                "title": "没有符合条件的期限",
                "text": "可以减少条件，查看全部正在计算的期限。",
                "url": request.path,
                "url_label": "清除全部条件",
                "icon": "check-circle",
            }
            if late or court or way
            else {
                "title": "没有正在计算的期限",
                "text": "案件启动、交办、报告后，各环节的期限会按到期日列在这里。",
                "icon": "check-circle",
            },
        },
    )


def _remind(limits: list[Any], viewer: Viewer, on: Any) -> dict[tuple[str, int], str]:
    """Where this person may 催办 what the limit stands on. A statement for assignments and one for duties."""
    found: dict[tuple[str, int], str] = {}
    for kind in ("assignment", "duty"):
        ids = {one.subject_id for one in limits if one.subject_kind == kind}
        for row in scope.visible(viewer, kind).filter(pk__in=ids) if ids else ():
            if may(f"{kind}.remind", row, viewer, on):
                found[kind, row.pk] = links.move_url(f"{kind}.remind", kind, row.uid)
    return found


def _filters(viewer: Viewer, late: bool, court: str, way: str) -> list[dict[str, Any]]:
    def choice(name: str, label: str, value: str, options: list[tuple[str, str]]) -> dict[str, Any]:
        return {
            "id": f"id_{name}",
            "name": name,
            "label": label,
            "kind": "select",
            "options": [
                {"value": key, "label": text, "selected": key == value} for key, text in [("", "全部"), *options]
            ],
        }

    return [
        choice("late", "是否超期", "1" if late else "", [("1", "已超期")]),
        choice("court", "办理法院", court, reading.courts_seen(viewer, "matter")),
        choice("way", "报送方向", way, [("up", "本院应向上级法院报送的"), ("down", "下级法院应向本院报送的")]),
    ]
