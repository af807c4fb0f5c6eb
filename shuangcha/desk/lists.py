"""Lists with filters that deep-link, paged by key, with what a person keeps of them;
and the search over what one may see."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import reading, scope
from shuangcha.acts import exporting
from shuangcha.courts.people import Viewer
from shuangcha.search import index

from . import display, links, list_bulk, list_filters, tables
from .list_columns import CLUES, DUTIES, ITEMS, LISTS, MATTERS, MEETINGS, Column, Listing, cells, level
from .list_export import MOST as EXPORTED_MOST
from .list_filters import LONGEST, encoded, wanted
from .list_kept import Kept, kept
from .list_rows import carrying, look_at, rows_of
from .paging import BY_NEWEST, count_text, cut
from .shell import business_page, draw
from .worklist import quick


def listing_page(request: Any, listing: Listing, extra: dict[str, Any] | None = None) -> HttpResponse:
    """The list as asked for in the address; a fixed number of statements. Opened without any address,
    with the first view."""
    viewer: Viewer = request.viewer
    mine = kept(viewer, listing.name)
    if not request.GET and mine.first is not None:
        return HttpResponseRedirect(f"{request.path}?{encoded(mine.first.values)}")
    asked = list_filters.read(request.GET, listing, viewer, request.on)
    columns = listing.chosen(viewer, mine.columns)
    source = rows_of(listing, asked, viewer)
    found, urls, total = source.page(request.GET)
    look = look_at(found, listing, columns, viewer, request.on)
    acts = list_bulk.offered(listing, viewer)
    rows = [
        {
            "level": level(one, request.on),
            "cells": cells(columns, one, look),
            **list_bulk.pick_of(listing, one, look, acts),
        }
        for one in found
    ]
    acts = acts if any("pick" in one for one in rows) else []
    table = tables.table(listing.title, [(one.label, one.css) for one in columns], rows, picks=bool(acts))
    shown, folded, unfolded = list_filters.drawn(listing, asked, request.on)
    context = {
        "title": listing.title,
        "listing": listing,
        "overdue": f"{display.OVERDUE}。这里按{listing.unit}计，一{listing.unit}有几项期限的，看最先届满的一项。",
        "table": table,
        "quick": quick(viewer),
        "narrowed": asked.narrowed,
        "filters": shown,
        "folded": folded,
        "unfolded": unfolded,
        "chips": list_filters.chips(asked, request.path),
        "reset_url": f"{request.path}?all=1",
        "query": encoded(asked.values),
        "keepable": bool(asked.words) and not asked.errors,
        "pager": {"count_text": count_text(total, source.most, listing.unit), **urls},
        "saved": _saved(listing, mine, asked.values),
        "choice": _choice(listing, columns, viewer),
        "acts": acts,
        "export": _export(listing, columns) if exporting.capacity(viewer) is not None and found else None,
        "empty": _empty(listing, asked, request.path),
        **(extra or {}),
    }
    return draw(request, f"list_{listing.kind}", context)


def _saved(listing: Listing, mine: Kept, values: dict[str, str]) -> list[dict[str, Any]]:
    path = reverse(listing.name)
    return [
        {"name": one.name, "first": one.first, "url": f"{path}?{encoded(one.values)}", "here": one.values == values}
        for one in mine.filters
    ]


def _choice(listing: Listing, columns: list[Column], viewer: Viewer) -> list[dict[str, Any]]:
    return [{"key": one.key, "label": one.label, "on": one in columns} for one in listing.seen_by(viewer)]


def _export(listing: Listing, columns: list[Column]) -> dict[str, Any]:
    return {
        "url": reverse("list-export", args=[listing.name]),
        "columns": [one.key for one in columns],
        "most": EXPORTED_MOST,
        "request_key": uuid.uuid4().hex,
    }


def _empty(listing: Listing, asked: list_filters.Asked, path: str) -> dict[str, str]:
    if asked.errors:
        return {
            "title": "请先修改标红的条件",
            "icon": "funnel",
            "text": "改好后再点“查询”；也可以清除全部条件重来。",
            "url": f"{path}?all=1",
            "url_label": "清除全部条件",
        }
    if asked.narrowed:
        return {
            "title": "没有符合条件的结果",
            "icon": "funnel",
            "url": f"{path}?all=1",
            "url_label": "清除全部条件",
            "text": "可以点上面的条件逐个去掉，或只输入案号、法院、标题中的几个字。",
        }
    return {"title": f"还没有您可以看到的{listing.title}", "text": listing.empty_text}


@business_page
def clues(request: Any) -> HttpResponse:
    """线索; with view=brief those of the other body of which number, court and title alone may be seen."""
    brief = request.GET.get("view") == "brief"
    tabs = [
        {"label": "本机构和已提交的线索", "url": request.path, "active": not brief},
        {"label": "另一机构尚未提交的", "url": f"{request.path}?view=brief", "active": brief},
    ]
    if not brief:
        return listing_page(request, CLUES, {"tabs": tabs})
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    rows = index.narrow(reading.brief_only(request.viewer, text), "clue", text)
    total = reading.capped(rows)
    found, urls = cut(rows, BY_NEWEST, request.GET)
    rows_shown = [
        {
            "cells": [
                {"text": one.number, "url": links.of(one), "strong": True},
                {"text": one.title},
                {"text": one.subject_court.name},
            ]
        }
        for one in found
    ]
    heads = [("登记号", ""), ("标题", ""), ("被反映法院", "")]
    table = tables.table("另一机构尚未提交的线索", heads, rows_shown)
    return draw(
        request,
        "list_clue",
        {
            "title": "线索",
            "table": table,
            "tabs": tabs,
            "keep": [{"name": "view", "value": "brief"}],
            "filters": [
                {
                    "id": "id_q",
                    "name": "q",
                    "label": "登记号、法院、标题",
                    "kind": "search",
                    "value": text,
                    "maxlength": LONGEST,
                }
            ],
            "reset_url": f"{request.path}?view=brief",
            "quick": quick(request.viewer),
            "pager": {"count_text": count_text(total, reading.COUNTED), **urls},
            "brief": True,
            "empty": {
                "title": "没有另一机构尚未提交的线索",
                "text": "另一机构筛选期间的线索，这里只列登记号、法院和标题；提交联席会议后即可看到全部内容。",
            },
        },
    )


@business_page
def matters(request: Any) -> HttpResponse:
    return listing_page(request, MATTERS)


def _meeting_tabs(here: str) -> list[dict[str, Any]]:
    return [
        {"label": text, "url": reverse(name), "active": name == here}
        for name, text in (("meetings", "会议"), ("items", "议题"))
    ]


@business_page
def meetings(request: Any) -> HttpResponse:
    return listing_page(request, MEETINGS, {"tabs": _meeting_tabs("meetings")})


@business_page
def items(request: Any) -> HttpResponse:
    return listing_page(request, ITEMS, {"tabs": _meeting_tabs("items")})


@business_page
def duties(request: Any) -> HttpResponse:
    return listing_page(request, DUTIES)


@business_page
def todos(request: Any) -> HttpResponse:
    """待办清单: what waits for the person, with the officer named by 分派."""
    return listing_page(request, LISTS["todos"])


@business_page
def search(request: Any) -> HttpResponse:
    """Any part of a number, a court or a title, over the matters and clues that the person may see;
    the newest of each."""
    text, numbers = wanted(request.GET.get("q", ""))
    groups = []
    if text:
        for listing in (MATTERS, CLUES):
            rows = reading.with_due(
                carrying(scope.visible(request.viewer, listing.kind), listing.kind, text, numbers), listing.kind
            )
            found, columns = list(rows.order_by("-pk")[:11]), listing.chosen(request.viewer)
            look = look_at(found, listing, columns, request.viewer, request.on)
            groups.append(
                {
                    "title": listing.title,
                    "count": len(found),
                    "more": len(found) > 10,
                    "url": f"{reverse(listing.name)}?{urlencode({'q': text})}",
                    "table": tables.table(
                        listing.title,
                        [(one.label, one.css) for one in columns],
                        [{"level": level(one, request.on), "cells": cells(columns, one, look)} for one in found[:10]],
                    ),
                }
            )
    return draw(
        request,
        "search",
        {
            "text": text,
            "numbers": [one for one in numbers if one != text],
            "groups": groups,
            "nothing": not any(one["count"] for one in groups),
            "empty": {
                "title": f"没有找到“{text}”" if text else "请输入要找的内容",
                "icon": "search",
                "text": "可以输入案号、法院或标题中的任意几个字；案号的括号、空格怎样写都可以。只查找您可以看到的线索和案件。",
            },
        },
    )
