"""The signs of a run one by one: narrowed, paged, and as each reader may have them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from shuangcha.access import flow
from shuangcha.access.refusals import NotFound
from shuangcha.flowcheck import FAMILIES
from shuangcha.flowruns import checking, folders, listing, officers
from shuangcha.flowruns.models import FlowRun

from . import flow_words
from .flow_runs import flow_page, within_of
from .paging import count_text
from .shell import draw
from .templatetags.desk_tags import date_cn, moment_cn

COUNTED = 1_000_000


@require_GET
@flow_page
def flow_signs(request: Any, uid: str) -> HttpResponse:
    """The signs one by one, narrowed by court, rule, family and severity; cases are ticked here for a clue."""
    run = flow.run(request.reach, uid)
    folder = folders.of_run(run)
    if not listing.has_list(run, folder):
        return redirect("flow_run", uid=run.uid)
    counts = listing.counts(folder)
    asked = {name: request.GET.get(name, "")[:80] for name in ("court", "rule", "family", "severity")}
    person = _officer(request, run)
    if person is not None:
        counts, asked["court"] = [{**one, "court": person["court"]} for one in person["rules"]], person["court"]
    within = within_of(request, **asked, **({"operator": person["operator"]} if person is not None else {}))
    rows, before, after = listing.page(
        folder, within, after=number_of(request, "after"), before=number_of(request, "before")
    )
    total = sum(row["signs"] for row in counts if within.shows(row))
    mine = [row for row in counts if within_of(request).shows(row)]
    return draw(
        request,
        "flow_signs",
        {
            "run": run,
            "rows": [_row(row, request.reach) for row in rows],
            "filters": _filters(mine, asked, request.reach),
            "reset_url": f"{request.path}?{urlencode({'officer': person['n']})}"
            if person is not None
            else request.path,
            "person": person["operator"] if person is not None else "",
            "keep": [{"name": "officer", "value": person["n"]}] if person is not None else [],
            "pager": _pager(request, rows, before, after, total),
            "clue_url": reverse("flow_clue", args=[run.uid]),
            "crumbs": [
                {"label": "系统检查", "url": reverse("flow_runs")},
                {"label": f"{moment_cn(run.asked_at)}的检查", "url": reverse("flow_run", args=[run.uid])},
                {"label": "风险信号", "url": ""},
            ],
            "empty": {
                "title": "没有符合条件的风险信号",
                "icon": "funnel",
                "text": "可以减少条件。",
                "url": request.path,
                "url_label": "清除全部条件",
            },
        },
    )


def _officer(request: Any, run: FlowRun) -> dict[str, Any] | None:
    """The officer whose signs are asked for, by the number in the run:
    for who may know the officers of that court, else NotFound."""
    if "officer" not in request.GET:
        return None
    found = officers.one(folders.of_run(run), flow.officer_courts(request.reach, run), number_of(request, "officer"))
    if found is None:
        raise NotFound
    return found


def number_of(request: Any, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _row(row: dict[str, Any], reach: flow.Reach) -> dict[str, Any]:
    row = shown(row, reach)
    label, css = flow_words.severity(row["severity"])
    return {
        "n": row["n"],
        "case": row["case_number"],
        "court": reach.names.get(row["court_code"], row["court"]),
        "title": row["title"],
        "family": row["family"],
        "label": label,
        "css": css,
        "reason": row["reason"],
        "operator": row["operator"],
        "at": date_cn(row["happened_at"]),
        "due": date_cn(row["due"]),
        "source": source(row),
    }


def source(row: dict[str, Any]) -> str:
    """The citation as it stood on the day of the act."""
    if not row["law"]:
        return ""
    return f"{row['law']}{'（' + row['law_version'] + '）' if row['law_version'] else ''}{row['article'] or ''}"


def shown(row: dict[str, Any], reach: flow.Reach) -> dict[str, Any]:
    """The row as this reader may have it: without the person behind it where that is not the reader's business."""
    if row["court_code"] in reach.officers.values():
        return row
    name = row["operator"] or ""
    return {**row, "operator": "", "reason": row["reason"].replace(name, checking.NOBODY) if name else row["reason"]}


def _filters(rows: list[dict[str, Any]], asked: dict[str, str], reach: flow.Reach) -> list[dict[str, Any]]:
    """Only what the reader's own rows hold can be chosen."""
    rules = folders.rules().by_id
    courts = sorted({row["court"] for row in rows})
    found = {
        "court": ("法院", [(code, reach.names.get(code, code)) for code in courts]),
        "family": ("类别", [(one, one) for one in FAMILIES if any(row["family"] == one for row in rows)]),
        "rule": ("风险信号", [(rule, rules[rule].title) for rule in rules if any(row["rule"] == rule for row in rows)]),
        "severity": ("程度", [(key, flow_words.SEVERITY[key][0]) for key in listing.SEVERITIES]),
    }
    return [
        {
            "id": f"id_{name}",
            "name": name,
            "label": label,
            "kind": "select",
            "options": [
                {"value": key, "label": text, "selected": key == asked[name]} for key, text in (("", "全部"), *options)
            ],
        }
        for name, (label, options) in found.items()
    ]


def _pager(request: Any, rows: list[dict[str, Any]], before: bool, after: bool, total: int) -> dict[str, str]:
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)

    def to(**marks: int) -> str:
        query = kept.copy()
        for name, value in marks.items():
            query[name] = str(value)
        return f"{request.path}?{query.urlencode()}" if query else request.path

    return {
        "count_text": count_text(total, COUNTED, "项"),
        "prev_url": to(before=rows[0]["n"]) if rows and before else "",
        "next_url": to(after=rows[-1]["n"]) if rows and after else "",
        "first_url": to() if before else "",
    }
