"""Lists with filters that deep-link, counted exactly up to a thousand, paged by key; and the search over what one may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import paging as walk
from shuangcha.access import reading, scope
from shuangcha.access.places import title_of
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.numbers import NumberError, parse
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.stages import STAGES
from shuangcha.plan.words import ITEM_KINDS, SOURCES
from shuangcha.search import index

from . import display, links
from .paging import BY_NEWEST, count_text, cut, cut_ids
from .shell import business_page, draw
from .worklist import quick

LONGEST = 100
Cells = Callable[[Any, Any], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: what stands in its columns, by what it is narrowed, what it says when it is empty."""

    kind: str
    title: str
    columns: tuple[tuple[str, str], ...]
    cells: Cells
    empty_text: str
    court: str = ""
    more: tuple[str, ...] = ()
    unit: str = "件"


def wanted(text: str) -> tuple[str, list[str]]:
    """(text to find, case numbers to find): a number typed in any form is written in one, with those linked to it."""
    text = text.replace("\0", "").strip()[:LONGEST]
    try:
        number = str(parse(text)) if text else ""
    except NumberError:
        return text, []
    return text, reading.linked_numbers(number) if number else []


def carrying(rows: QuerySet[Any], kind: str, text: str, numbers: list[str]) -> QuerySet[Any]:
    """Rows that carry the text, or any of the linked case numbers, in number, title or court. One statement, two for items."""
    texts = numbers or [text]
    if not text:
        return rows
    if kind in ("clue", "matter"):
        return index.narrow(rows, kind, texts)
    if kind == "item":
        return rows.filter(index.condition("clue", texts, "clue_id") | index.condition("matter", texts, "matter_id"))
    found = index.condition("matter", texts, "matter_id") if kind == "duty" else Q()
    for path in ("demand", "to_court__name") if kind == "duty" else ("place", "court__name"):
        for one in texts:
            found |= Q(**{f"{path}__icontains": one})
    return rows.filter(found)


def _field(name: str, label: str, value: str, options: list[tuple[str, str]] | None = None, placeholder: str = "") -> dict[str, Any]:
    field: dict[str, Any] = {"id": f"id_{name}", "name": name, "label": label, "kind": "search", "value": value,
                             "placeholder": placeholder, "maxlength": LONGEST}  # fmt: skip
    if options is not None:
        shown_options = [("", "全部"), *options]
        field |= {"kind": "select", "options": [{"value": key, "label": text, "selected": key == value} for key, text in shown_options]}
    return field


def listing_page(request: Any, listing: Listing, extra: dict[str, Any] | None = None) -> HttpResponse:
    """The list as asked for in the address; a fixed number of statements."""
    viewer: Viewer = request.viewer
    asked = {name: request.GET.get(name, "").strip()[:LONGEST] for name in ("q", "stage", "court", "source", "kind", "urgent", "own")}
    text, numbers = wanted(asked["q"])
    if listing.kind in ("clue", "matter") and not text and not (asked["source"] and listing.kind == "matter"):
        found, urls, total = _walked(request, listing, asked)
    else:
        rows = carrying(scope.visible(viewer, listing.kind), listing.kind, text, numbers)
        rows = _narrow(rows, listing, asked, viewer)
        total = reading.capped(rows)
        found, urls = cut(reading.with_due(rows, listing.kind), BY_NEWEST, request.GET)
    table = {
        "caption": listing.title,
        "columns": [{"label": label, "css": css} for label, css in listing.columns],
        "rows": [_row(one, listing.cells(one, request.on), request.on) for one in found],
    }
    narrowed = any(asked.values())
    context = {
        "title": listing.title, "table": table, "filters": _filters(viewer, listing, asked), "reset_url": request.path,
        "pager": {"count_text": count_text(total, reading.COUNTED, listing.unit), **urls}, "narrowed": narrowed,
        "quick": quick(viewer),
        "empty": {"title": "没有符合条件的结果", "text": "可以减少条件，或只输入案号、法院、标题中的几个字。", "url": request.path,
                  "url_label": "清除全部条件", "icon": "funnel"} if narrowed else
                 {"title": f"还没有您可以看到的{listing.title}", "text": listing.empty_text},
        **(extra or {}),
    }  # fmt: skip
    return draw(request, f"list_{listing.kind}", context)


def _walked(request: Any, listing: Listing, asked: dict[str, str]) -> tuple[list[Any], dict[str, str], int]:
    """Clues and matters without a text: walked along the index, so that a page costs the same however many there are."""
    viewer: Viewer = request.viewer
    final = reading.FINAL[listing.kind]
    stages: list[str] = []
    only = Q()
    if asked["stage"] == "open":
        only &= ~Q(stage__in=final)
    elif asked["stage"]:
        stages = [asked["stage"]]
    if asked["source"] and "source" in listing.more:
        only &= Q(source=asked["source"])
    if asked["urgent"] and "urgent" in listing.more:
        only &= Q(urgent=asked["urgent"] == "1")
    if asked["own"] and listing.kind == "matter":
        only &= Q(owner_court_id__in=viewer.courts())
    court = reading.court_id_of(asked["court"]) if asked["court"] and listing.court else None

    def fetch(before: int | None, after: int | None, limit: int) -> list[int]:
        return walk.newest_ids(
            viewer, listing.kind, before_id=before, after_id=after, limit=limit, stages=stages, court_id=court, only=only or None
        )

    ids, urls = cut_ids(fetch, request.GET)
    total = len(fetch(None, None, reading.COUNTED + 1))
    return reading.ordered(listing.kind, ids), urls, total


def _narrow(rows: QuerySet[Any], listing: Listing, asked: dict[str, str], viewer: Viewer) -> QuerySet[Any]:
    final = reading.FINAL[listing.kind]
    if asked["stage"] == "open":
        rows = rows.exclude(stage__in=final)
    elif asked["stage"]:
        rows = rows.filter(stage=asked["stage"])
    if asked["court"] and listing.court:
        rows = rows.filter(**{f"{listing.court}__code": asked["court"]})
    if asked["source"] and "source" in listing.more:
        by_source = listing.kind == "clue"
        rows = rows.filter(source=asked["source"]) if by_source else reading.from_source(rows, viewer, asked["source"])
    if asked["kind"] and "kind" in listing.more:
        rows = rows.filter(kind=asked["kind"])
    if asked["urgent"] and "urgent" in listing.more:
        rows = rows.filter(urgent=asked["urgent"] == "1")
    if asked["own"] and listing.kind == "matter":
        rows = rows.filter(owner_court_id__in=viewer.courts())
    return rows


def _filters(viewer: Viewer, listing: Listing, asked: dict[str, str]) -> list[dict[str, Any]]:
    stages = [("open", "未办结"), *((key, one.label) for (kind, key), one in STAGES.items() if kind == listing.kind)]
    fields = [_field("q", "案号、法院、标题", asked["q"], placeholder="任意几个字"), _field("stage", "办理环节", asked["stage"], stages)]
    if listing.court:
        fields.append(_field("court", "法院", asked["court"], reading.courts_seen(viewer, listing.kind)))
    if "source" in listing.more:
        fields.append(_field("source", "线索来源", asked["source"], [(key, one.short) for key, one in SOURCES.items()]))
    if "kind" in listing.more:
        kinds = [(key, word.label) for key, word in ITEM_KINDS.items()] if listing.kind == "item" else list(DUTY_KINDS.items())
        fields.append(_field("kind", "类别", asked["kind"], kinds))
    if "urgent" in listing.more:
        fields.append(_field("urgent", "加急", asked["urgent"], [("1", "加急"), ("0", "不加急")]))
    if listing.kind == "matter":
        fields.append(_field("own", "启动法院", asked["own"], [("1", "本院启动")]))
    return fields


def _row(subject: cf.Subject, cells: list[dict[str, Any]], on: Any) -> dict[str, Any]:
    due = display.due(getattr(subject, "due_day", None), on)
    return {"level": due["level"] if due and due["level"] in ("late", "soon") else "", "cells": cells}


def _stage(subject: Any) -> dict[str, Any]:
    stage = display.stage(subject)
    return {"pill": stage["text"], "pill_css": stage["css"]}


def _due(subject: Any, on: Any) -> dict[str, Any]:
    due = display.due(subject.due_day, on)
    return {"due": due, "text": "" if due else "—"}


def _urgent(subject: Any) -> dict[str, str]:
    return {"pill": "加急", "pill_css": "pill-red"} if getattr(subject, "urgent", False) else {}


def _clue(one: cf.Clue, on: Any) -> list[dict[str, Any]]:
    return [{"text": one.number, "url": links.of(one), "strong": True}, {"text": one.title, **_urgent(one)},
            {"text": one.subject_court.name}, {"text": SOURCES[one.source].short}, {"text": display.day_cn(one.received_on)},
            _stage(one), _due(one, on)]  # fmt: skip


def _matter(one: cf.Matter, on: Any) -> list[dict[str, Any]]:
    return [{"text": one.number, "url": links.of(one), "strong": True}, {"text": one.title, **_urgent(one)},
            {"text": one.target_court.name}, {"text": display.day_cn(one.started_on)}, _stage(one), _due(one, on)]  # fmt: skip


def _meeting(one: cf.Meeting, on: Any) -> list[dict[str, Any]]:
    return [{"text": display.date_cn(one.held_on), "url": links.of(one), "strong": True}, {"text": one.place},
            {"text": one.court.name}, _stage(one), _due(one, on)]  # fmt: skip


def _item(one: cf.Item, on: Any) -> list[dict[str, Any]]:
    return [{"text": title_of(one), "url": links.of(one), "strong": True}, {"text": ITEM_KINDS[one.kind].label},
            {"text": display.date_cn(one.meeting.held_on) if one.meeting else "尚未编入议程",
             "url": links.of(one.meeting) if one.meeting else ""}, _stage(one), _due(one, on)]  # fmt: skip


def _duty(one: cf.Duty, on: Any) -> list[dict[str, Any]]:
    return [{"text": DUTY_KINDS[one.kind], "url": links.of(one), "strong": True}, {"text": title_of(one)},
            {"text": one.to_court.name}, {"text": one.lead_body.local_name}, _stage(one), _due(one, on)]  # fmt: skip


_DUE = ("期限", "nowrap")
CLUES = Listing("clue", "线索", (("登记号", "nowrap"), ("标题", ""), ("被反映法院", ""), ("来源", ""), ("收到日期", "nowrap"),
                ("办理环节", ""), _DUE), _clue, "收到来信来访、上级交办等线索后，由收到的机构登记，方案四(一)、四(二)。",
                court="subject_court", more=("source", "urgent"))  # fmt: skip
MATTERS = Listing("matter", "双查案件", (("案件编号", "nowrap"), ("案件", ""), ("被查法院", ""), ("启动日期", "nowrap"), ("办理环节", ""), _DUE),
                  _matter, "联席会议决定启动后，双查案件自动立号并出现在这里，方案四(三)。", court="target_court", more=("source", "urgent"))  # fmt: skip
MEETINGS = Listing("meeting", "联席会议", (("会议日期", "nowrap"), ("地点", ""), ("法院", ""), ("办理环节", ""), _DUE), _meeting,
                   "执行机构或监察机构都可以召集联席会议，再把待议的议题编入议程，方案四(三)。", unit="次")  # fmt: skip
ITEMS = Listing("item", "会议议题", (("议题", ""), ("类别", ""), ("会议", ""), ("办理环节", ""), _DUE), _item,
                "线索提交联席会议、案件提交会商后，议题会出现在这里等待编入议程。", more=("kind",), unit="个")  # fmt: skip
DUTIES = Listing("duty", "处理与反馈", (("事项", ""), ("案件", ""), ("收件法院", ""), ("主办机构", ""), ("办理环节", ""), _DUE), _duty,
                 "检查意见批准后，处理、反馈和澄清事项自动生成，方案四(九)至四(十一)。", court="to_court", more=("kind",), unit="项")  # fmt: skip


@business_page
def clues(request: Any) -> HttpResponse:
    """线索; with view=brief those of the other body of which number, court and title alone may be seen."""
    brief = request.GET.get("view") == "brief"
    tabs = [{"label": "本机构和已提交的线索", "url": request.path, "active": not brief},
            {"label": "另一机构尚未提交的", "url": f"{request.path}?view=brief", "active": brief}]  # fmt: skip
    if not brief:
        return listing_page(request, CLUES, {"tabs": tabs})
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    rows = index.narrow(reading.brief_only(request.viewer, text), "clue", text)
    total = reading.capped(rows)
    found, urls = cut(rows, BY_NEWEST, request.GET)
    table = {"caption": "另一机构尚未提交的线索", "columns": [{"label": one, "css": ""} for one in ("登记号", "标题", "被反映法院")],
             "rows": [{"cells": [{"text": one.number, "url": links.of(one), "strong": True}, {"text": one.title},
                                 {"text": one.subject_court.name}]} for one in found]}  # fmt: skip
    return draw(request, "list_clue", {
        "title": "线索", "table": table, "tabs": tabs, "filters": [_field("q", "登记号、法院、标题", text)],
        "keep": [{"name": "view", "value": "brief"}], "reset_url": f"{request.path}?view=brief", "quick": quick(request.viewer),
        "pager": {"count_text": count_text(total, reading.COUNTED), **urls}, "brief": True,
        "empty": {"title": "没有另一机构尚未提交的线索", "text": "另一机构筛选期间的线索，这里只列登记号、法院和标题；提交联席会议后即可看到全部内容。"},
    })  # fmt: skip


@business_page
def matters(request: Any) -> HttpResponse:
    return listing_page(request, MATTERS)


def _meeting_tabs(here: str) -> list[dict[str, Any]]:
    return [{"label": text, "url": reverse(name), "active": name == here} for name, text in (("meetings", "会议"), ("items", "议题"))]


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
def search(request: Any) -> HttpResponse:
    """Any part of a number, a court or a title, over the matters and clues that the person may see; the newest of each."""
    text, numbers = wanted(request.GET.get("q", ""))
    groups = []
    if text:
        for listing in (MATTERS, CLUES):
            rows = reading.with_due(
                carrying(scope.visible(request.viewer, listing.kind), listing.kind, text, numbers), listing.kind
            )
            found = list(rows.order_by("-pk")[:11])
            groups.append({
                "title": listing.title, "count": len(found), "more": len(found) > 10,
                "url": f"{reverse(listing.kind + 's')}?{urlencode({'q': text})}",
                "table": {"caption": listing.title, "columns": [{"label": label, "css": css} for label, css in listing.columns],
                          "rows": [_row(one, listing.cells(one, request.on), request.on) for one in found[:10]]},
            })  # fmt: skip
    return draw(request, "search", {
        "text": text, "numbers": [one for one in numbers if one != text], "groups": groups, "nothing": not any(one["count"] for one in groups),
        "empty": {"title": f"没有找到“{text}”" if text else "请输入要找的内容", "icon": "search",
                  "text": "可以输入案号、法院或标题中的任意几个字；案号的括号、空格怎样写都可以。只查找您可以看到的线索和案件。"},
    })  # fmt: skip
