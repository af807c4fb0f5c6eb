"""批量检查: the data sets within reach, runs in the background with their progress, and what a run found."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from shuangcha.access import flow
from shuangcha.access.refusals import Invalid, NotFound
from shuangcha.audit.chain import ZONE
from shuangcha.flowcheck import FAMILIES, FlowError
from shuangcha.flowruns import checking, folders, listing, officers, running
from shuangcha.flowruns.models import FlowDataset, FlowRun, RunState

from . import display, flow_words, sections
from .paging import count_text
from .shell import business_page, draw
from .templatetags.desk_tags import date_cn, moment_cn

RUNS_MOST = 20
SETS_MOST = 12
COUNTED = 1_000_000
PILLS = {
    "queued": "pill-grey",
    "running": "pill-blue",
    "done": "pill-green",
    "failed": "pill-red",
    "cancelled": "pill-grey",
}


def flow_page(view: Any) -> Any:
    """A page for the officers of both bodies; everybody else is told what a stranger is told. The view finds `request.reach`."""

    def seen(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not flow.may(request.viewer):
            raise NotFound
        request.reach = flow.Reach(request.viewer)
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return business_page(seen)


# --- the data and the runs ---------------------------------------------------------------------------------------------
@require_GET
@flow_page
def flow_runs(request: Any) -> HttpResponse:
    """What data there are, a button to check them, and the latest runs."""
    sets = list(flow.datasets(request.reach).prefetch_related("courts").order_by("-taken_at", "-id")[:SETS_MOST])
    runs = list(flow.runs(request.reach).order_by("-id")[:RUNS_MOST])
    rows = [
        {
            "cells": [
                {
                    "text": moment_cn(run.asked_at),
                    "url": reverse("flow_run", args=[run.uid]),
                    "strong": True,
                    "note": run.dataset.name,
                },
                {"text": date_cn(run.as_of)},
                {"pill": run.get_state_display(), "pill_css": PILLS[run.state], "note": run.why or _progress(run)},
                {"text": _signs(run, request) if run.state == RunState.DONE else "—"},
                {"text": run.asked_by.name if run.asked_by else "系统"},
            ]
        }
        for run in runs
    ]
    return draw(
        request,
        "flow_runs",
        {
            "sets": [_set(one, request.reach) for one in sets],
            "moving": any(run.open for run in runs),
            "table": sections.table(
                "检查运行",
                [("提出时间", ""), ("检查截至", "nowrap"), ("状态", ""), ("风险信号", "num"), ("提出人", "nowrap")],
                rows,
            ),
            "empty_sets": {
                "title": "还没有本院和下级法院的流程数据",
                "icon": "upload",
                "text": "请系统管理员从执行案件流程管理系统导出数据，在“流程数据”页读入；读入后在这里检查。",
            },
            "empty": {
                "title": "还没有检查过",
                "icon": "search",
                "text": "选择一份流程数据，按“开始检查”。检查在后台运行，可以离开本页。",
            },
        },
    )


def _set(one: FlowDataset, reach: flow.Reach) -> dict[str, Any]:
    mine = [cover for cover in one.courts.all() if cover.court_id in reach.courts]
    return {
        "uid": str(one.uid),
        "name": one.name,
        "taken": moment_cn(one.taken_at),
        "courts": len(mine),
        "cases": sum(cover.cases for cover in mine),
    }


def _progress(run: FlowRun) -> str:
    if run.state == RunState.RUNNING:
        return f"{run.percent}%，{run.doing}" if run.doing else f"{run.percent}%"
    return "排队等候，同时只运行一项" if run.state == RunState.QUEUED else ""


def _signs(run: FlowRun, request: Any) -> int:
    within = within_of(request)
    return sum(row["signs"] for row in listing.counts(folders.of_run(run)) if within.shows(row))


@require_POST
@flow_page
def start(request: Any) -> HttpResponse:
    """Ask for a run over a data set; who presses twice gets the one that is under way."""
    dataset = flow.dataset(request.reach, request.POST.get("dataset", ""))
    try:
        run = running.ask(dataset, dataset.taken_at.astimezone(ZONE).date(), request.viewer.id, request.now)
    except FlowError as no:
        raise Invalid(str(no)) from None
    return redirect("flow_run", uid=run.uid)


@require_POST
@flow_page
def cancel(request: Any, uid: str) -> HttpResponse:
    """Who asked for the run may call it off, and the head of either body of a court that it covers."""
    run = flow.run(request.reach, uid)
    if not _may_cancel(request, run):
        raise Invalid("只有提出检查的人和两机构负责人可以取消。")
    if run.open:
        running.call_off(run, request.now)
        messages.info(request, "已要求取消，结果不会留下。")
    return redirect("flow_run", uid=run.uid)


def _may_cancel(request: Any, run: FlowRun) -> bool:
    heads = ("head", "deputy")
    return run.asked_by_id == request.viewer.id or any(request.viewer.has(kind, heads) for kind in flow.BODIES)


@require_GET
@flow_page
def state(request: Any, uid: str) -> HttpResponse:
    """For the progress bar: {state, percent, text, open}."""
    run = flow.run(request.reach, uid)
    return JsonResponse(
        {"state": run.get_state_display(), "percent": run.percent, "text": _progress(run), "open": run.open}
    )


# --- one run -----------------------------------------------------------------------------------------------------------
def within_of(request: Any, **asked: str) -> listing.Within:
    reach: flow.Reach = request.reach
    return listing.Within(frozenset(reach.courts.values()), frozenset(reach.officers.values()), **asked)


@require_GET
@flow_page
def flow_run(request: Any, uid: str) -> HttpResponse:
    """Progress while it runs; afterwards what was found, by severity, rule and court, each number opening its list."""
    run = flow.run(request.reach, uid)
    context: dict[str, Any] = {
        "run": run,
        "pill": PILLS[run.state],
        "progress": _progress(run),
        "may_cancel": run.open and not run.cancel and _may_cancel(request, run),
        "crumbs": [
            {"label": "系统检查", "url": reverse("flow_runs")},
            {"label": f"{moment_cn(run.asked_at)}的检查", "url": ""},
        ],
        "state_url": reverse("flow_run_state", args=[run.uid]),
        "facts": _facts(run),
        "title": f"{run.dataset.name}的检查",
        "again": run.state in (RunState.FAILED, RunState.CANCELLED),
        "dataset": str(run.dataset.uid),
    }
    if run.state == RunState.DONE:
        context |= _found(request, run)
    return draw(request, "flow_run", context)


def _facts(run: FlowRun) -> list[dict[str, Any]]:
    told = json.loads(run.summary)
    found = [
        {"label": "流程数据", "value": run.dataset.name},
        {"label": "取数时间", "value": moment_cn(run.dataset.taken_at)},
        {"label": "检查截至", "value": date_cn(run.as_of)},
    ]
    if told.get("cases") is not None:
        found.append(
            {
                "label": "运行",
                "value": f"用时{max(1, round(told['seconds']))}秒，案件{told['cases']}件，节点{told['events']}条",
            }
        )
        found.append({"label": "数据校验值", "value": display.fingerprint(run.dataset.sha256)})
        found.append({"label": "规则版本", "value": display.fingerprint(run.rule_version)})
    return found


def _found(request: Any, run: FlowRun) -> dict[str, Any]:
    within = within_of(request)
    rows = [row for row in listing.counts(folders.of_run(run)) if within.shows(row)]
    rules = folders.rules().by_id
    unable = json.loads(run.summary).get("unable", {})
    url = reverse("flow_signs", args=[run.uid])

    def number(n: int, **asked: str) -> dict[str, Any]:
        return {"text": n, "url": f"{url}?{urlencode(asked)}" if n else ""}

    by_rule: dict[str, dict[str, int]] = {}
    by_court: dict[str, dict[str, int]] = {}
    for row in rows:
        for table, key in ((by_rule, row["rule"]), (by_court, row["court"])):
            one = table.setdefault(key, dict.fromkeys(listing.SEVERITIES, 0))
            one[row["severity"]] = one.get(row["severity"], 0) + row["signs"]
    labels = [(key, flow_words.SEVERITY[key][0]) for key in listing.SEVERITIES]
    totals = {key: sum(row["signs"] for row in rows if row["severity"] == key) for key in listing.SEVERITIES}
    families = {row["rule"]: row["family"] for row in rows}
    order = {family: n for n, family in enumerate(FAMILIES)}
    place = {rule: n for n, rule in enumerate(rules)}
    columns = [*((label, "num") for _, label in labels), ("合计", "num")]
    rule_rows = [
        {
            "cells": [
                {"text": rules[rule].title if rule in rules else rule, "note": families[rule]},
                *(number(one[key], rule=rule, severity=key) if one[key] else {"text": ""} for key, _ in labels),
                number(sum(one.values()), rule=rule),
            ]
        }
        for rule, one in sorted(
            by_rule.items(), key=lambda item: (order.get(families[item[0]], 9), place.get(item[0], 99))
        )
    ]
    court_rows = [
        {
            "cells": [
                {"text": request.reach.names.get(code, code), "strong": True},
                *(number(one[key], court=code, severity=key) for key, _ in labels),
                number(sum(one.values()), court=code),
                {"links": [{"label": "体检表", "url": reverse("flow_health", args=[run.uid, code])}]},
            ]
        }
        for code, one in sorted(by_court.items())
    ]
    return {
        "cards": [
            {"label": "风险信号", "value": sum(totals.values()), "url": url, "level": "blue"},
            *(
                {
                    "label": label,
                    "value": totals[key],
                    "url": f"{url}?{urlencode({'severity': key})}" if totals[key] else "",
                    "level": {"high": "late", "medium": "soon"}.get(key, "") if totals[key] else "",
                }
                for key, label in labels
            ),
        ],
        "by_rule": sections.table("按规则", [("风险信号", ""), *columns], rule_rows),
        "by_court": sections.table("按法院", [("法院", ""), *columns, ("体检表", "act")], court_rows),
        "list_url": url,
        "officers_url": reverse("flow_officers", args=[run.uid]) if _knows_officers(request, rows) else "",
        "unable": [
            {"title": rules[rule].title, "columns": checking.column_titles(columns)}
            for rule, columns in unable.items()
            if rule in rules
        ],
        "empty_found": {
            "title": "没有发现风险信号",
            "icon": "check-circle",
            "text": "您可以查看的各法院没有提示。没有信号不等于没有问题。",
        },
    }


def _knows_officers(request: Any, rows: list[dict[str, Any]]) -> bool:
    """Whether signs by officer are shown to the reader; the page itself asks again."""
    return any(row["court"] in request.reach.officers.values() for row in rows)


# --- its signs -----------------------------------------------------------------------------------------------------------
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
    """The officer whose signs are asked for, by the number in the run: for who may know the officers of that court, else NotFound."""
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
