"""Signs counted by officer: of a run for the supervision side, of a round's own cases for its joint team;
nobody else is told of them.

The counts are signs (风险信号), never a judgement of a person; each number opens the signs that it counts. Numbers of rows
stand in addresses, names never do.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST
from openpyxl import Workbook

from shuangcha.access import flow, reading, scope
from shuangcha.access.refusals import Invalid, NotFound
from shuangcha.acts import exporting
from shuangcha.casefile import models as cf
from shuangcha.flowcheck.report import OFFICERS_MARK
from shuangcha.flowcheck.report.sheets import CAUTION
from shuangcha.flowruns import checking, folders, listing, officers
from shuangcha.flowruns.models import FlowCheck, FlowRun

from . import display, flow_words
from .flow_check_page import crumbs
from .flow_runs import flow_page
from .flow_signs import number_of
from .list_export import MOST
from .paging import count_text
from .sheets import LEAST_REASON, cell, handed_out, printed, saved, watermark
from .shell import business_page, draw
from .templatetags.desk_tags import date_cn, moment_cn

COUNTED = 1_000_000
COLUMNS = (
    ("法院", 30),
    ("人员", 14),
    ("承办案件", 10),
    ("涉及案件", 10),
    ("重点核查", 10),
    ("应当核查", 10),
    ("提示留意", 10),
    ("合计", 8),
    ("风险信号", 30),
    ("类别", 12),
    ("程度", 10),
    ("信号", 8),
)


def _found(request: Any, uid: str) -> tuple[FlowRun, frozenset[str]]:
    """The run, and the codes of its courts whose officers this reader may know;
    NotFound where there is none of them."""
    run = flow.run(request.reach, uid)
    codes = flow.officer_courts(request.reach, run)
    if not listing.has_list(run, folders.of_run(run)):
        raise NotFound
    return run, codes


@require_GET
@flow_page
def flow_officers(request: Any, uid: str) -> HttpResponse:
    """The officers of the courts within reach, the gravest first; narrowed by court, paged by key."""
    run, codes = _found(request, uid)
    folder = folders.of_run(run)
    by_court = officers.courts_of(folder, codes)
    court = request.GET.get("court", "")
    asked = {court} & codes if court else codes
    rows, before, after = (
        officers.page(folder, asked, after=number_of(request, "after"), before=number_of(request, "before"))
        if by_court
        else ([], False, False)
    )
    here = reverse("flow_officers", args=[run.uid])
    kept = {"court": court} if court else {}

    def to(**marks: int) -> str:
        query = urlencode({**kept, **marks})
        return f"{here}?{query}" if query else here

    may_export = exporting.capacity(request.viewer) is not None
    return draw(
        request,
        "flow_officers",
        {
            "title": "按人员的风险信号",
            "run": run,
            "mark": OFFICERS_MARK,
            "rows": [_row(one, request.reach, run) for one in rows],
            "reset_url": here,
            "filters": [_court_filter([code for code, _ in by_court], court, request.reach)],
            "pager": {
                "count_text": count_text(sum(n for code, n in by_court if code in asked), COUNTED, "人"),
                "prev_url": to(before=rows[0]["n"]) if rows and before else "",
                "next_url": to(after=rows[-1]["n"]) if rows and after else "",
                "first_url": to() if before else "",
            },
            "crumbs": [*_crumbs(run), {"label": "按人员", "url": ""}],
            "export": _export(run, court, "", "") if may_export and rows else None,
            "most": MOST,
            "empty": {
                "title": "没有可以按人员统计的风险信号",
                "icon": "people",
                "text": "数据里没有写明经办人，或者所选法院没有信号。" if by_court or not rows else "",
                "url": here if court else "",
                "url_label": "查看全部法院",
            },
        },
    )


def _court_filter(codes: list[str], court: str, reach: flow.Reach) -> dict[str, Any]:
    offered = [("", "全部"), *((code, reach.names.get(code, code)) for code in codes)]
    return {
        "id": "id_court",
        "name": "court",
        "label": "法院",
        "kind": "select",
        "options": [{"value": code, "label": name, "selected": code == court} for code, name in offered],
    }


def _crumbs(run: FlowRun) -> list[dict[str, str]]:
    return [
        {"label": "系统检查", "url": reverse("flow_runs")},
        {"label": f"{moment_cn(run.asked_at)}的检查", "url": reverse("flow_run", args=[run.uid])},
    ]


def _export(run: FlowRun, court: str, reason: str, error: str) -> dict[str, Any]:
    return {
        "url": reverse("flow_officers_export", args=[run.uid]),
        "court": court,
        "request_key": uuid.uuid4().hex,
        "open": bool(error),
        "field": {
            "id": "id_reason",
            "name": "reason",
            "label": "导出理由",
            "kind": "text",
            "required": True,
            "value": reason,
            "error": error,
            "maxlength": 400,
            "help": "例：联席会议研究一案双查线索用。理由、范围和行数记入留痕链。",
        },
    }


def _row(one: dict[str, Any], reach: flow.Reach, run: FlowRun) -> dict[str, Any]:
    url = reverse("flow_signs", args=[run.uid])

    def number(n: int, **asked: str) -> dict[str, Any]:
        return {"text": n, "url": f"{url}?{urlencode({'officer': one['n'], **asked})}" if n else ""}

    return {
        "name": one["operator"],
        "court": reach.names.get(one["court"], one["court"]),
        "handled": one["handled"] or "",
        "cases": one["cases"],
        "numbers": [
            {"label": flow_words.SEVERITY[key][0], "level": key if one[key] else "", **number(one[key], severity=key)}
            for key in listing.SEVERITIES
        ],
        "signs": number(one["signs"]),
        "rules": [
            {
                "title": rule["title"],
                "css": flow_words.severity(rule["severity"])[1],
                "label": flow_words.severity(rule["severity"])[0],
                **number(rule["signs"], rule=rule["rule"], severity=rule["severity"]),
            }
            for rule in one["rules"]
        ],
    }


# --- as a table for an office program ---------------------------------------------------------------------------------
@require_POST
@flow_page
def flow_officers_export(request: Any, uid: str) -> HttpResponse:
    """POST `court`, `reason`, `request_key`: the file, recorded before it is handed out as every list that leaves the
    system."""
    run, codes = _found(request, uid)
    court = request.POST.get("court", "")
    if court and court not in codes:
        raise NotFound
    folder, reason = folders.of_run(run), request.POST.get("reason", "")
    rows, _, more = (
        officers.page(folder, {court} if court else codes, most=MOST)
        if officers.courts_of(folder, codes)
        else ([], False, False)
    )
    whose = request.reach.names.get(court, court) if court else f"{len(codes)}个法院"
    raw = {
        "scope": f"系统检查按人员的风险信号：{run.dataset.name}，{whose}",
        "columns": [title for title, _ in COLUMNS],
        "reason": reason,
    }
    try:
        return handed_out(
            request,
            raw,
            lambda moment: written(run, rows, more, request.reach, request.viewer, moment),
            "按人员的风险信号",
            "这张表单已经导出过一次。请回到列表重新导出。",
        )
    except Invalid as no:
        said = (
            f"请写明导出理由，至少{LEAST_REASON}个字，例如：联席会议研究线索用。"
            if len(reason.strip()) < LEAST_REASON
            else no.errors.get("reason", no.sentence)
        )
        return draw(
            request,
            "flow_officers",
            {
                "title": "按人员的风险信号",
                "run": run,
                "mark": OFFICERS_MARK,
                "rows": [],
                "only_export": True,
                "most": MOST,
                "export": _export(run, court, reason[:400], said),
                "crumbs": [*_crumbs(run), {"label": "按人员", "url": reverse("flow_officers", args=[run.uid])}],
            },
            status=422,
        )


def written(
    run: FlowRun, rows: list[dict[str, Any]], more: bool, reach: flow.Reach, viewer: Any, moment: dt.datetime
) -> tuple[int, bytes]:
    """(number of officers, the file): one line for each officer and rule.
    The same rows at the same moment give the same bytes."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("人员")
    mark = watermark(OFFICERS_MARK, viewer, moment)
    printed(sheet, [width for _, width in COLUMNS], 4, mark)

    def line(values: list[Any], bold: bool = False, wrap: bool = False) -> None:
        sheet.append(
            [cell(sheet, value, bold=bold, fill="", wrap=wrap) if isinstance(value, str) else value for value in values]
        )

    line([f"{mark}　请妥善保管，不得外传"], bold=True)
    line(
        [
            f"流程数据：{run.dataset.name}，{moment_cn(run.dataset.taken_at)}取数，"
            f"检查截至{date_cn(run.as_of)}　规则版本 {display.fingerprint(run.rule_version)}"
        ]
    )
    line([f"{CAUTION}{f'人员超过{MOST}人，本表只列最前面的{MOST}人，请选择一个法院分次导出。' if more else ''}"])
    line([title for title, _ in COLUMNS], bold=True, wrap=True)
    for one in rows:
        head = [
            reach.names.get(one["court"], one["court"]),
            one["operator"],
            one["handled"] or None,
            one["cases"],
            *(one[key] for key in listing.SEVERITIES),
            one["signs"],
        ]
        for n, rule in enumerate(one["rules"]):
            line(
                [
                    *(head if n == 0 else [*head[:2], *[None] * 6]),
                    rule["title"],
                    rule["family"],
                    flow_words.severity(rule["severity"])[0],
                    rule["signs"],
                ]
            )
    return len(rows), saved(book, moment)


# --- of a round -------------------------------------------------------------------------------------------------------
@require_GET
@business_page
def round_officers(request: Any, uid: str) -> HttpResponse:
    """Signs by officer in the cases of the matter, from the last frozen check of each;
    for who may know the persons of the round."""
    round_: cf.Round = scope.find(request.viewer, "round", uid)
    if not flow.knows_officers(request.viewer, round_):
        raise NotFound
    latest: dict[str, FlowCheck] = {}
    for one in flow.checks_of(round_):  # the newest first
        latest.setdefault(one.case_number, one)
    reading.looked(request.viewer, round_, "流程数据检查", request.now)
    by_name: dict[str, list[tuple[FlowCheck, dict[str, Any]]]] = {}
    nameless = 0
    for check in latest.values():
        for sign in checking.read(check)["signs"]:
            if sign["operator"]:
                by_name.setdefault(sign["operator"], []).append((check, sign))
            else:
                nameless += 1
    rows = [_round_row(name, signs) for name, signs in by_name.items()]
    rows.sort(key=lambda row: ([-number["text"] for number in row["numbers"]], row["name"]))
    return draw(
        request,
        "round_officers",
        {
            "title": "本案执行案件按人员的风险信号",
            "mark": OFFICERS_MARK,
            "rows": rows,
            "nameless": nameless,
            "checks": len(latest),
            "crumbs": crumbs(
                round_,
                {"label": "流程数据检查", "url": reverse("round_flow", args=[str(round_.uid)])},
                {"label": "按人员", "url": ""},
            ),
            "empty": {
                "title": "没有可以按人员统计的风险信号",
                "icon": "people",
                "text": "先在“流程数据检查”页检查本案所涉的执行案件。",
                "url": reverse("round_flow", args=[str(round_.uid)]),
                "url_label": "流程数据检查",
            },
        },
    )


def _round_row(name: str, signs: list[tuple[FlowCheck, dict[str, Any]]]) -> dict[str, Any]:
    """One officer: how many signs of each severity, then the signs case by case."""
    return {
        "name": name,
        "cases": len({check.pk for check, _ in signs}),
        "numbers": [
            {
                "label": flow_words.SEVERITY[key][0],
                "level": key if (n := sum(sign["severity"] == key for _, sign in signs)) else "",
                "text": n,
            }
            for key in listing.SEVERITIES
        ],
        "total": len(signs),
        "cases_signs": [
            {
                "number": number,
                "signs": [
                    {
                        "title": sign["title"],
                        "css": flow_words.severity(sign["severity"])[1],
                        "label": flow_words.severity(sign["severity"])[0],
                        "url": f"{reverse('flow_check', args=[check.uid])}#sign-{sign['n']}",
                    }
                    for check, sign in signs
                    if check.case_number == number
                ],
            }
            for number in sorted({check.case_number for check, _ in signs})
        ],
    }
