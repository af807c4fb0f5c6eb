"""体检表 of a court in one run: its signs against the median of all courts, by family, rule, node and month,
with charts; as a page and as a PDF.

What it says is decided in flowcheck/report/shown.py, for both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from shuangcha.access import flow
from shuangcha.access.refusals import Invalid, NotFound
from shuangcha.flowcheck import FlowError, RuleSet
from shuangcha.flowcheck.report import shown
from shuangcha.flowcheck.report.checkup import Checkup, Officers, checkup, officers_of
from shuangcha.flowcheck.report.counts import OFFICERS_MARK
from shuangcha.flowcheck.report.pdf import Origin, checkup_pdf
from shuangcha.flowruns import folders, listing
from shuangcha.flowruns.models import FlowRun

from . import flow_words, tables
from .flow_runs import flow_page
from .shell import draw
from .templatetags.desk_tags import date_cn, moment_cn

NUMBERS = {
    "信号": "num",
    "涉及案件": "num",
    "每百件涉及": "num",
    "各院中位数": "num",
    "程度": "nowrap",
    "位次": "nowrap",
    "承办案件": "num",
}


@dataclass(frozen=True, slots=True)
class Health:
    """What page and PDF are drawn from. `officers`: None for who may not see officers of this court."""

    run: FlowRun
    court: str
    rules: RuleSet
    found: Checkup
    officers: Officers | None

    @property
    def taken(self) -> str:
        return moment_cn(self.run.dataset.taken_at)


def _health(request: Any, uid: str, code: str) -> Health:
    """A court outside the reader's reach is not found, like a run that is none of the reader's business."""
    reach: flow.Reach = request.reach
    run = flow.run(reach, uid)
    written = [one for one, its in json.loads(run.dataset.told).get("courts", {}).items() if its == code]
    if code not in reach.names or not written or not listing.has_list(run, folders.of_run(run)):
        raise NotFound
    rules = folders.rules()
    place = (folders.of(run.dataset), folders.of_run(run), written[0], rules)
    try:
        return Health(
            run,
            reach.names[code],
            rules,
            checkup(*place),
            officers_of(*place) if code in reach.officers.values() else None,
        )
    except FlowError as no:
        raise Invalid(str(no)) from None


@require_GET
@flow_page
def flow_health(request: Any, uid: str, code: str) -> HttpResponse:
    it = _health(request, uid, code)
    found, run, signs = it.found, it.run, reverse("flow_signs", args=[it.run.uid])
    return draw(
        request,
        "flow_health",
        {
            "title": shown.title(it.court),
            "court": it.court,
            "caution": shown.CAUTION,
            "pdf_url": reverse("flow_health_pdf", args=[run.uid, code]),
            "facts": [
                {"label": label, "value": value} for label, value in shown.facts(found, run.dataset.name, it.taken)
            ],
            "cards": _cards(found, f"{signs}?{urlencode({'court': code})}"),
            "charts": _charts(found),
            "rules_table": _rules(found, code, signs),
            "nodes_table": _table("信号最多的节点", shown.NODE_COLUMNS, shown.node_cells(found)),
            "persons": OFFICERS_MARK if it.officers is not None else "",
            "officers_table": _table("人员的信号", shown.OFFICER_COLUMNS, shown.officer_cells(it.officers))
            if it.officers is not None
            else None,
            "officers_note": shown.OFFICERS_NOTE,
            "officers_more": it.officers.more if it.officers is not None else 0,
            "crumbs": [
                {"label": "系统检查", "url": reverse("flow_runs")},
                {"label": f"{moment_cn(run.asked_at)}的检查", "url": reverse("flow_run", args=[run.uid])},
                {"label": "体检表", "url": ""},
            ],
            "unable": [{"title": title, "columns": columns} for title, columns in shown.unable(found, it.rules)],
            "printed": date_cn(request.on),
        },
    )


@require_GET
@flow_page
def flow_health_pdf(request: Any, uid: str, code: str) -> HttpResponse:
    """The same figures to the same readers, as a file named by court and day."""
    it = _health(request, uid, code)
    try:
        data = checkup_pdf(it.found, it.rules, Origin(it.court, it.run.dataset.name, it.taken), it.officers)
    except FlowError as no:
        raise Invalid(str(no)) from None
    answer = HttpResponse(data, content_type="application/pdf")
    name = f"{shown.title(it.court)}（截至{it.found.as_of:%Y%m%d}）.pdf"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _cards(found: Checkup, url: str) -> list[dict[str, Any]]:
    """The first opens the signs of this court."""
    return [
        {
            "label": one.label,
            "value": one.value,
            "note": one.note,
            "level": one.level,
            "url": url if n == 0 and found.hits else "",
        }
        for n, one in enumerate(shown.cards(found))
    ]


def _charts(found: Checkup) -> list[dict[str, Any]]:
    """Labels, numbers and titles are escaped where the charts are made."""
    drawn = (shown.families_chart(found), shown.rules_chart(found), shown.months_chart(found))
    return [{"title": one.title, "note": one.note, "svg": mark_safe(one.svg)} for one in drawn if one]  # noqa: S308


def _rules(found: Checkup, code: str, signs: str) -> dict[str, Any]:
    rows = [_cells(shown.rule_cells(one, found)) for one in found.worst_rules]
    for one, cells in zip(found.worst_rules, rows, strict=True):
        cells[0]["url"] = f"{signs}?{urlencode({'court': code, 'rule': one.key})}"
        cells[1] = {"pill": shown.severity(one.severity), "pill_css": flow_words.severity(one.severity)[1]}
    return _drawn("高出各院最多的信号", shown.RULE_COLUMNS, rows)


def _table(caption: str, columns: tuple[str, ...], rows: list[Any]) -> dict[str, Any]:
    return _drawn(caption, columns, [_cells(row) for row in rows])


def _cells(texts: Any) -> list[dict[str, Any]]:
    return [{"text": text, "strong": n == 0} for n, text in enumerate(texts)]


def _drawn(caption: str, columns: tuple[str, ...], rows: list[list[dict[str, Any]]]) -> dict[str, Any]:
    return tables.table(caption, [(one, NUMBERS.get(one, "")) for one in columns], [{"cells": row} for row in rows])
