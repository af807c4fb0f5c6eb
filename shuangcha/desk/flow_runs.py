"""批量检查: the data sets within reach, runs in the background with their progress, and what a run found."""

from __future__ import annotations

import json
from collections.abc import Callable
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
from shuangcha.flowruns import checking, folders, listing, running
from shuangcha.flowruns.models import FlowDataset, FlowRun, RunState

from . import display, flow_words, tables
from .shell import business_page, draw
from .templatetags.desk_tags import date_cn, moment_cn

RUNS_MOST = 20
SETS_MOST = 12
PILLS = {
    "queued": "pill-grey",
    "running": "pill-blue",
    "done": "pill-green",
    "failed": "pill-red",
    "cancelled": "pill-grey",
}


def flow_page(view: Any) -> Any:
    """A page for the officers of both bodies; everybody else is told what a stranger is told.
    The view finds `request.reach`."""

    def seen(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not flow.may(request.viewer):
            raise NotFound
        request.reach = flow.Reach(request.viewer)
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return business_page(seen)


# --- the data and the runs --------------------------------------------------------------------------------------------
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
            "table": tables.table(
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


# --- one run ----------------------------------------------------------------------------------------------------------
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

    labels = [(key, flow_words.SEVERITY[key][0]) for key in listing.SEVERITIES]
    totals = {key: sum(row["signs"] for row in rows if row["severity"] == key) for key in listing.SEVERITIES}
    columns = [*((label, "num") for _, label in labels), ("合计", "num")]
    court_rows = [
        {
            "cells": [
                {"text": request.reach.names.get(code, code), "strong": True},
                *(number(one[key], court=code, severity=key) for key, _ in labels),
                number(sum(one.values()), court=code),
                {"links": [{"label": "体检表", "url": reverse("flow_health", args=[run.uid, code])}]},
            ]
        }
        for code, one in sorted(_tallied(rows, "court").items())
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
        "by_rule": tables.table("按规则", [("风险信号", ""), *columns], _rule_rows(rows, number)),
        "by_court": tables.table("按法院", [("法院", ""), *columns, ("体检表", "act")], court_rows),
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


def _tallied(rows: list[dict[str, Any]], name: str) -> dict[str, dict[str, int]]:
    """Signs by the column `name` and by severity."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        one = found.setdefault(row[name], dict.fromkeys(listing.SEVERITIES, 0))
        one[row["severity"]] = one.get(row["severity"], 0) + row["signs"]
    return found


def _rule_rows(rows: list[dict[str, Any]], number: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each rule, family by family in the order of the rules; `number` draws a figure that opens its list."""
    rules = folders.rules().by_id
    families = {row["rule"]: row["family"] for row in rows}
    order = {family: n for n, family in enumerate(FAMILIES)}
    place = {rule: n for n, rule in enumerate(rules)}
    found = sorted(
        _tallied(rows, "rule").items(), key=lambda item: (order.get(families[item[0]], 9), place.get(item[0], 99))
    )
    return [
        {
            "cells": [
                {"text": rules[rule].title if rule in rules else rule, "note": families[rule]},
                *(
                    number(one[key], rule=rule, severity=key) if one[key] else {"text": ""}
                    for key in listing.SEVERITIES
                ),
                number(sum(one.values()), rule=rule),
            ]
        }
        for rule, one in found
    ]


def _knows_officers(request: Any, rows: list[dict[str, Any]]) -> bool:
    """Whether signs by officer are shown to the reader; the page itself asks again."""
    return any(row["court"] in request.reach.officers.values() for row in rows)
