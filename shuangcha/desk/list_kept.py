"""What a person keeps of a list: filters under names, one of them the first view, and the columns.
Of nobody's concern but his."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from shuangcha.access.refusals import NotFound
from shuangcha.courts.people import Viewer

from . import list_filters
from .list_columns import LISTS, Listing
from .list_filters import encoded, values_of
from .models import Preference
from .shell import business_page, draw

MOST = 20
LONGEST_NAME = 60
EXAMPLE = "例如“瀍河三日内到期”"


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter under a name; `first`: the list opens with it when nothing else is asked for."""

    name: str
    values: dict[str, str]
    first: bool = False


@dataclass
class Kept:
    filters: list[Filter] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    @property
    def first(self) -> Filter | None:
        return next((one for one in self.filters if one.first), None)

    def named(self, name: str) -> Filter | None:
        return next((one for one in self.filters if one.name == name), None)


def kept(viewer: Viewer, name: str) -> Kept:
    """What this person keeps of this list. One statement."""
    found = Kept()
    rows = Preference.objects.filter(person_id=viewer.id, key__in=[f"filter|{name}", f"columns|{name}"]).order_by("id")
    for row in rows:
        value = json.loads(row.value)
        if row.key == f"columns|{name}":
            found.columns = [str(one) for one in value]
        else:
            found.filters.append(Filter(row.name, values_of(value["values"]), bool(value.get("first"))))
    return found


def listing_of(name: str) -> Listing:
    if name not in LISTS:
        raise NotFound
    return LISTS[name]


def back(listing: Listing, query: str = "") -> HttpResponseRedirect:
    """To the list as it was asked for; never through the first view."""
    return HttpResponseRedirect(f"{reverse(listing.name)}?{query or 'all=1'}", status=303)


def _query_of(text: str) -> dict[str, str]:
    """The filters in the tail of an address that a form carries along."""
    from django.http import QueryDict

    return values_of(QueryDict(text[:4000]))


def name_error(text: str) -> str:
    """What is wrong with a name, and how to mend it; empty if nothing."""
    if not text:
        return f"请给这组条件起个名称，{EXAMPLE}。"
    if len(text) > LONGEST_NAME:
        return f"名称最多{LONGEST_NAME}个字，现在有{len(text)}个，请缩短，{EXAMPLE}。"
    if any(not one.isprintable() for one in text):
        return f"名称里有不可见的字符，请重新输入，{EXAMPLE}。"
    return ""


def _write(viewer: Viewer, listing: Listing, one: Filter, now: Any) -> None:
    """Save a filter; the first view is one or none."""
    key, value = f"filter|{listing.name}", json.dumps({"values": one.values, "first": one.first}, ensure_ascii=False)
    with transaction.atomic():
        if one.first:
            _unset_first(viewer, listing, now)
        Preference.objects.update_or_create(
            person_id=viewer.id, key=key, name=one.name, defaults={"value": value, "saved_at": now}
        )


def _unset_first(viewer: Viewer, listing: Listing, now: Any) -> None:
    for one in kept(viewer, listing.name).filters:
        if one.first:
            value = json.dumps({"values": one.values, "first": False}, ensure_ascii=False)
            Preference.objects.filter(person_id=viewer.id, key=f"filter|{listing.name}", name=one.name).update(
                value=value, saved_at=now
            )


# --- pages ------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@business_page
def filters(request: Any, name: str) -> HttpResponse:
    """The saved filters of a list: rename, delete, make one the first view;
    POST `do=save` comes from the list itself."""
    listing = listing_of(name)
    if request.method == "GET":
        return _manage(request, listing)
    do = request.POST.get("do", "")
    if do == "save":
        return _save(request, listing)
    old = request.POST.get("old", "")
    one = kept(request.viewer, name).named(old)
    if one is None:
        messages.warning(request, "这组条件已经删除或改名，下面是现有的。")
    elif do == "delete":
        Preference.objects.filter(person_id=request.viewer.id, key=f"filter|{name}", name=old).delete()
        messages.success(request, f"已删除条件“{old}”。")
    elif do == "rename":
        return _rename(request, listing, one)
    elif do == "first":
        _write(request.viewer, listing, Filter(one.name, one.values, True), request.now)
        messages.success(request, f"以后打开“{listing.title}”先按“{old}”显示。")
    elif do == "plain":
        _unset_first(request.viewer, listing, request.now)
        messages.success(request, f"以后打开“{listing.title}”先显示全部。")
    return HttpResponseRedirect(reverse("list-filters", args=[name]), status=303)


def _save(request: Any, listing: Listing) -> HttpResponse:
    """Keep the present filter under a name; under a name that is there already it takes that one's place."""
    values = _query_of(request.POST.get("query", ""))
    text = " ".join(request.POST.get("name", "").split())
    have = kept(request.viewer, listing.name)
    error = name_error(text)
    if not values:
        error = "现在没有筛选条件。请先选好条件并查询，再保存。"
    elif not error and have.named(text) is None and len(have.filters) >= MOST:
        error = f"每个列表最多保存{MOST}组条件，请先删除不用的。"
    if error:
        return _manage(request, listing, {"text": text, "query": encoded(values), "error": error}, status=422)
    old = have.named(text)
    _write(
        request.viewer,
        listing,
        Filter(text, values, bool(request.POST.get("first")) or bool(old and old.first)),
        request.now,
    )
    messages.success(request, f"条件已{'更新' if old else '保存'}为“{text}”。")
    return back(listing, encoded(values))


def _rename(request: Any, listing: Listing, one: Filter) -> HttpResponse:
    text = " ".join(request.POST.get("name", "").split())
    error = name_error(text)
    if not error and text != one.name and kept(request.viewer, listing.name).named(text) is not None:
        error = f"已有名为“{text}”的条件，请换一个名称。"
    if error:
        return _manage(request, listing, {"old": one.name, "text": text, "error": error}, status=422)
    Preference.objects.filter(person_id=request.viewer.id, key=f"filter|{listing.name}", name=one.name).update(
        name=text
    )
    messages.success(request, f"“{one.name}”已改名为“{text}”。")
    return HttpResponseRedirect(reverse("list-filters", args=[listing.name]), status=303)


def _name_field(id_: str, label: str, value: str, error: str) -> dict[str, Any]:
    return {
        "id": id_,
        "name": "name",
        "label": label,
        "kind": "text",
        "maxlength": LONGEST_NAME * 2,
        "value": value,
        "error": error,
        "required": True,
    }


def _manage(request: Any, listing: Listing, wrong: Mapping[str, str] | None = None, status: int = 200) -> HttpResponse:
    wrong = wrong or {}
    rows = []
    for n, one in enumerate(kept(request.viewer, listing.name).filters):
        mine = wrong.get("old") == one.name
        rows.append(
            {
                "name": one.name,
                "first": one.first,
                "url": f"{reverse(listing.name)}?{encoded(one.values)}",
                "spoken": list_filters.read(one.values, listing, request.viewer, request.on).spoken,
                "field": _name_field(
                    f"id_name_{n}",
                    f"“{one.name}”的名称",
                    wrong["text"] if mine else one.name,
                    wrong["error"] if mine else "",
                ),
            }
        )
    save = None
    if "query" in wrong:
        save = {
            "query": wrong["query"],
            "field": _name_field("id_save_name", "条件名称", wrong["text"], wrong["error"]),
        }
    return draw(
        request,
        "list_filters",
        {
            "title": f"常用条件：{listing.title}",
            "rows": rows,
            "save": save,
            "most": MOST,
            "list_url": f"{reverse(listing.name)}?all=1",
            "crumbs": [
                {"label": listing.title, "url": f"{reverse(listing.name)}?all=1"},
                {"label": "常用条件", "url": ""},
            ],
            "empty": {
                "title": "还没有保存的条件",
                "icon": "funnel",
                "url": f"{reverse(listing.name)}?all=1",
                "url_label": f"去{listing.title}列表",
                "text": "在列表里选好条件并查询，再点“存为常用条件”，下次一点就到。",
            },
        },
        status=status,
    )


@require_POST
@business_page
def columns(request: Any, name: str) -> HttpResponse:
    """Which columns of a list this person sees; `do=reset` forgets the choice."""
    listing = listing_of(name)
    query = encoded(_query_of(request.POST.get("query", "")))
    key = f"columns|{name}"
    if request.POST.get("do") == "reset":
        Preference.objects.filter(person_id=request.viewer.id, key=key).delete()
        messages.success(request, "已恢复原来的列。")
        return back(listing, query)
    asked = set(request.POST.getlist("column"))
    chosen = [one.key for one in listing.seen_by(request.viewer) if one.key in asked]
    if not chosen:
        messages.error(request, "至少要显示一列。请勾选后再保存，例如“办理环节”。")
        return back(listing, query)
    Preference.objects.update_or_create(
        person_id=request.viewer.id, key=key, name="", defaults={"value": json.dumps(chosen), "saved_at": request.now}
    )
    messages.success(request, f"“{listing.title}”现在显示{len(chosen)}列。")
    return back(listing, query)
