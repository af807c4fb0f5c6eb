"""体检表 of a court in one run: its signs against the median of all courts, by family, rule, node and month, with charts; prints on A4."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from shuangcha.access import flow
from shuangcha.access.refusals import Invalid, NotFound
from shuangcha.flowcheck import FlowError
from shuangcha.flowcheck.report.charts import bars, line
from shuangcha.flowcheck.report.checkup import Checkup, Measure, checkup
from shuangcha.flowruns import checking, folders, listing

from . import display, flow_words, sections
from .flow_runs import flow_page
from .shell import draw
from .templatetags.desk_tags import date_cn, day_cn, moment_cn


@require_GET
@flow_page
def flow_health(request: Any, uid: str, code: str) -> HttpResponse:
    """A court outside the reader's reach is not found, like a run that is none of the reader's business."""
    run = flow.run(request.reach, uid)
    written = [one for one, its in json.loads(run.dataset.told).get("courts", {}).items() if its == code]
    if code not in request.reach.names or not written or not listing.has_list(run, folders.of_run(run)):
        raise NotFound
    rules = folders.rules()
    try:
        found = checkup(folders.of(run.dataset), folders.of_run(run), written[0], rules)
    except FlowError as no:
        raise Invalid(str(no)) from None
    name, signs = request.reach.names[code], reverse("flow_signs", args=[run.uid])
    return draw(request, "flow_health", {
        "title": f"{name}执行流程体检表", "court": name, "facts": _facts(run, found), "cards": _cards(found, f"{signs}?{urlencode({'court': code})}"),
        "charts": _charts(found), "rules_table": _rules(found, code, signs), "nodes_table": _nodes(found),
        "crumbs": [{"label": "系统检查", "url": reverse("flow_runs")}, {"label": f"{moment_cn(run.asked_at)}的检查", "url": reverse("flow_run", args=[run.uid])},
                   {"label": "体检表", "url": ""}],
        "unable": [{"title": rules.by_id[rule].title, "columns": checking.column_titles(columns)} for rule, columns in found.unable.items() if rule in rules.by_id],
        "printed": date_cn(request.on),
    })  # fmt: skip


def _facts(run: Any, found: Checkup) -> list[dict[str, Any]]:
    return [
        {"label": "流程数据", "value": run.dataset.name}, {"label": "取数时间", "value": moment_cn(run.dataset.taken_at)},
        {"label": "检查截至", "value": date_cn(found.as_of)}, {"label": "案件", "value": f"{found.cases}件，其中未结{found.open_cases}件"},
        {"label": "数据校验值", "value": display.fingerprint(run.dataset.sha256)}, {"label": "规则版本", "value": display.fingerprint(run.rule_version)},
    ]  # fmt: skip


def _cards(found: Checkup, url: str) -> list[dict[str, Any]]:
    above = found.per_100 > found.median
    return [
        {"label": "风险信号", "value": found.hits, "url": url if found.hits else "", "level": "blue"},
        {"label": "涉及案件", "value": found.cases_hit, "note": f"共{found.cases}件"},
        {"label": "每百件案件涉及", "value": f"{found.per_100:g}", "note": f"各院中位数{found.median:g}", "level": "soon" if above else "ok"},
        {"label": "由高到低位次", "value": f"第{found.rank}", "note": f"共{found.courts}个法院"},
    ]  # fmt: skip


def _charts(found: Checkup) -> list[dict[str, Any]]:
    """Labels, numbers and titles are escaped where the charts are made."""
    families = bars("各类信号每百件案件涉及件数", [(one.title, one.per_100, one.median) for one in found.families])
    rules = bars("高出各院最多的信号", [(one.title, one.per_100, one.median) for one in found.worst_rules[:8]])
    months = line("各月的信号", [(f"{one.month[2:4]}年{int(one.month[5:])}月", one.hits) for one in found.months], "项")
    first, last = day_cn(f"{found.months[0].month}-01"), found.months[-1].month
    return [
        {"title": "各类信号", "note": "每百件案件涉及件数；短竖线为各院中位数", "svg": mark_safe(families)},  # noqa: S308
        *([{"title": "高出各院最多的信号", "note": "每百件案件涉及件数；短竖线为各院中位数", "svg": mark_safe(rules)}] if found.worst_rules else []),  # noqa: S308
        {"title": "各月的信号", "note": f"{first[: first.index('月') + 1]}至{int(last[:4])}年{int(last[5:])}月，按信号所指的日期", "svg": mark_safe(months)},  # noqa: S308
    ]


def _rules(found: Checkup, code: str, signs: str) -> dict[str, Any]:
    rows = [{"cells": [
        {"text": one.title, "strong": True, "url": f"{signs}?{urlencode({'court': code, 'rule': one.key})}"},
        {"pill": flow_words.severity(one.severity)[0], "pill_css": flow_words.severity(one.severity)[1]}, {"text": one.hits}, {"text": one.cases_hit},
        {"text": f"{one.per_100:g}"}, {"text": f"{one.median:g}"}, {"text": _place(one, found)},
    ]} for one in found.worst_rules]  # fmt: skip
    columns = [("风险信号", ""), ("程度", "nowrap"), ("信号", "num"), ("涉及案件", "num"), ("每百件涉及", "num"), ("各院中位数", "num"), ("位次", "nowrap")]
    return sections.table("高出各院最多的信号", columns, rows)


def _place(one: Measure, found: Checkup) -> str:
    return f"第{one.rank}，共{found.courts}个法院"


def _nodes(found: Checkup) -> dict[str, Any]:
    rows = [{"cells": [{"text": title, "strong": True}, {"text": count}]} for _, title, count in found.worst_nodes]
    return sections.table("信号最多的节点", [("节点", ""), ("信号", "num")], rows)
