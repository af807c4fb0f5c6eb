"""流程数据: an export of a court's case system is tried row by row, then read;
the administrator sees counts and faults, never signs."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from shuangcha.access import flow
from shuangcha.access.refusals import NotFound
from shuangcha.audit.chain import ZONE
from shuangcha.desk import tables
from shuangcha.desk.shell import draw
from shuangcha.desk.templatetags.desk_tags import moment_cn
from shuangcha.flowcheck import FlowError
from shuangcha.flowcheck.read import ReadError, Report
from shuangcha.flowcheck.schema import BY_NAME
from shuangcha.flowruns import incoming, running
from shuangcha.flowruns.models import FlowDataset

from .shared import admin_page

SETS_MOST = 30
PROBLEMS_MOST = 200
NAME_MOST = 60


@admin_page
def flow_sets(request: Any) -> HttpResponse:
    """The data sets read so far, and the form that begins a new one."""
    if request.method == "POST":
        return _send(request)
    return _drawn(request, {})


def _drawn(request: Any, errors: dict[str, str], status: int = 200) -> HttpResponse:
    fields = _fields(request.POST, errors)
    return draw(
        request,
        "admin/flow",
        {
            "title": "流程数据",
            "lead": "读入执行案件流程管理系统导出的数据，供两机构“系统检查”使用。先逐行检查，确认后才读入；当事人姓名换成不可还原的代号。",
            "table": _kept_table(list(flow.loaded(request.domain).order_by("-taken_at", "-id")[:SETS_MOST])),
            "sent": [
                {"name": one.told["name"], "url": reverse("admin_flow_try", args=[one.key]), "text": _sent(one)}
                for one in incoming.of(request.viewer.id)
            ],
            "fields": fields,
            "columns": _readable_tables(),
            "errors": [
                {"field_id": one["id"], "label": one["label"], "text": one["error"]} for one in fields if one["error"]
            ],
            "empty": {
                "title": "还没有读入流程数据",
                "icon": "upload",
                "text": "从执行案件流程管理系统导出案件和节点两张表，在下面上传检查。",
            },
        },
        status=status,
    )


def _kept_table(kept: list[FlowDataset]) -> dict[str, Any]:
    return tables.table(
        "已读入的流程数据",
        [
            ("数据", ""),
            ("取数时间", ""),
            ("案件", "num"),
            ("节点", "num"),
            ("未采用的行", "num"),
            ("读入", ""),
            ("操作", "act"),
        ],
        [_kept_row(one) for one in kept],
    )


def _kept_row(one: FlowDataset) -> dict[str, Any]:
    told = json.loads(one.told)
    unknown = told.get("unknown", {})
    note = f"未登记的法院：{'、'.join(list(unknown)[:5])}，其案件无人可以查看" if unknown else ""
    if one.withdrawn_at is not None:
        who = one.withdrawn_by.name if one.withdrawn_by else "系统"
        note = f"{moment_cn(one.withdrawn_at)}由{who}撤回：{one.withdrawn_why}"
    return {
        "cells": [
            {
                "text": one.name,
                "strong": True,
                "note": note,
                **({"pill": "已撤回"} if one.withdrawn_at else {}),
            },
            {"text": moment_cn(one.taken_at)},
            {"text": one.cases},
            {"text": one.events},
            {"text": told.get("rejected", 0)},
            {"text": one.loaded_by.name if one.loaded_by else "命令", "note": moment_cn(one.loaded_at)},
            {"text": "—"}
            if one.withdrawn_at
            else {"links": [{"label": "撤回", "url": reverse("admin_flow_withdraw", args=[one.uid])}]},
        ]
    }


def _readable_tables() -> dict[str, Any]:
    """Which tables can be read in, and with which columns."""
    rows = [
        {
            "cells": [
                {"text": table_.title, "strong": True},
                {"text": "必须有" if name in ("cases", "events") else "可以没有"},
                {
                    "text": "、".join(
                        column.title for column in table_.columns if column.name not in ("case_id", "event_id")
                    )
                },
            ]
        }
        for name, table_ in BY_NAME.items()
    ]
    return tables.table("可以读入的表", [("表", "nowrap"), ("要求", "nowrap"), ("列", "")], rows)


def _fields(posted: Any, errors: dict[str, str]) -> list[dict[str, Any]]:
    """The form that begins a new data set, with what was typed."""
    return [
        {
            "id": "id_name",
            "name": "name",
            "label": "数据名称",
            "kind": "text",
            "required": True,
            "maxlength": NAME_MOST,
            "value": posted.get("name", ""),
            "help": "例：全市法院2026年9月流程数据",
            "error": errors.get("name", ""),
        },
        {
            "id": "id_taken",
            "name": "taken_at",
            "label": "取数日期",
            "kind": "date",
            "required": True,
            "value": posted.get("taken_at", ""),
            "help": "从系统导出数据的那一天；逾期与否算到这一天",
            "error": errors.get("taken_at", ""),
        },
        {
            "id": "id_time",
            "name": "taken_time",
            "label": "取数时间",
            "kind": "time",
            "value": posted.get("taken_time", ""),
            "help": "例：09:30；不填为零时",
            "error": errors.get("taken_time", ""),
        },
        {
            "id": "id_data",
            "name": "data",
            "label": "数据文件",
            "kind": "file",
            "required": True,
            "max_bytes": incoming.MOST_BYTES,
            "accept": ",".join((*incoming.ENDINGS, ".zip")),
            "error": errors.get("data", ""),
            "wide": True,
            "help": "一个文件，或者把案件、节点、案款等几张表打成一个压缩包；编码为UTF-8或GB18030均可",
        },
        {
            "id": "id_mapping",
            "name": "mapping",
            "label": "映射文件",
            "kind": "file",
            "max_bytes": incoming.MAPPING_MOST,
            "accept": ",".join(incoming.MAPPINGS),
            "error": errors.get("mapping", ""),
            "wide": True,
            "help": "写明本院的表名、列名、节点名称与系统的对应；列名与系统相同的可以不传",
        },
    ]


def _send(request: Any) -> HttpResponse:
    """What was sent is put aside and tried; the page of the trial follows."""
    errors: dict[str, str] = {}
    name, taken_at = request.POST.get("name", "").replace("\0", "").strip()[:NAME_MOST], None
    if not name:
        errors["name"] = "请写一个便于辨认的名称。"
    try:
        clock = request.POST.get("taken_time", "").strip() or "00:00"
        taken_at = dt.datetime.fromisoformat(f"{request.POST.get('taken_at', '').strip()}T{clock}").replace(tzinfo=ZONE)
    except ValueError:
        errors["taken_at"] = "日期请写成 2026-09-14 的样子，时间请写成 09:30 的样子。"
    if taken_at is not None and taken_at > request.now:
        errors["taken_at"] = "取数日期不能晚于今天。"
    data, mapping = request.FILES.get("data"), request.FILES.get("mapping")
    if data is None:
        errors["data"] = "请选择要读入的数据文件。"
    elif data.size > incoming.MOST_BYTES:
        errors["data"] = (
            f"文件超过{incoming.MOST_BYTES // 1024 // 1024}兆，请打成压缩包，或者用命令读入（do flow-load）。"
        )
    if mapping is not None and mapping.size > incoming.MAPPING_MOST:
        errors["mapping"] = "映射文件过大，请核对是否选错了文件。"
    if not errors and taken_at is not None and data is not None:
        try:
            kept = incoming.keep(
                data,
                str(data.name or ""),
                (str(mapping.name or ""), mapping.read()) if mapping is not None else None,
                name=name,
                taken_at=taken_at,
                person_id=request.viewer.id,
            )
        except ReadError as no:
            errors["data"] = str(no)
        else:
            return redirect("admin_flow_try", key=kept.key)
    return _drawn(request, errors, status=422)


@admin_page
def flow_try(request: Any, key: str) -> HttpResponse:
    """What reading would give, row by row; confirmed here, or thrown away."""
    kept = incoming.find(key, request.viewer.id)
    if kept is None:
        messages.warning(request, "上传的数据已经读入、放弃或者超过二十四小时，请重新上传。")
        return redirect("admin_flow")
    if request.method == "POST" and request.POST.get("do") == "drop" and not kept.open:
        incoming.drop(kept)
        messages.info(request, "已放弃，没有读入任何数据。")
        return redirect("admin_flow")
    state = kept.state
    if state.get("state") == incoming.DONE:
        incoming.drop(kept)
        messages.success(request, f"“{state['name']}”已读入：案件{state['cases']}件，节点{state['events']}条。")
        return redirect("admin_flow")
    crumbs = [{"label": "流程数据", "url": reverse("admin_flow")}]
    if request.method == "POST" and not kept.open:
        incoming.ask(
            kept, allowed=None if request.domain.whole else request.domain.codes, post_id=request.domain.post.id
        )
        running.wake()
    if request.method == "POST":
        return redirect("admin_flow_try", key=kept.key)
    if kept.open:
        return draw(
            request,
            "admin/flow_reading",
            {
                "title": kept.told["name"],
                "crumbs": [*crumbs, {"label": "正在读入", "url": ""}],
                "taken": moment_cn(kept.taken_at),
                "file": kept.told["file"],
                "percent": state["percent"],
                "doing": state["doing"],
                "state_url": reverse("admin_flow_state", args=[kept.key]),
            },
        )
    sentence, report = str(state.get("why", "")), None
    try:
        report = incoming.tried(kept)
    except (ReadError, FlowError) as no:
        sentence = str(no)
    return draw(
        request,
        "admin/flow_try",
        {
            "title": kept.told["name"],
            "crumbs": [*crumbs, {"label": "检查结果", "url": ""}],
            "taken": moment_cn(kept.taken_at),
            "file": kept.told["file"],
            "sentence": sentence,
            **(_shown(report) if report is not None else {}),
        },
        status=422 if sentence else 200,
    )


@admin_page
def flow_reading_state(request: Any, key: str) -> HttpResponse:
    """The progress for flow.js: {state, percent, text, open}; what is not this person's is not found."""
    kept = incoming.find(key, request.viewer.id)
    if kept is None:
        raise NotFound
    state = kept.state
    return JsonResponse(
        {"state": "正在读入", "percent": state.get("percent", 0), "text": _sent(kept), "open": kept.open}
    )


def _sent(kept: incoming.Incoming) -> str:
    state = kept.state
    if kept.open:
        return f"{state['percent']}%，{state['doing']}" if state["state"] == incoming.READING else state["doing"]
    return {incoming.DONE: "已读入", incoming.FAILED: "没有读入"}.get(state.get("state", ""), "等待确认")


def _shown(report: Report) -> dict[str, Any]:
    """The report as cards and tables."""
    cards = [
        {
            "label": f"{BY_NAME[name].title}：采用",
            "value": report.kept.get(name, 0),
            "level": "blue",
            "note": f"读到{count}行"
            + (f"，未采用{report.rejected_rows.get(name, 0)}行" if report.rejected_rows.get(name) else ""),
        }
        for name, count in report.read.items()
    ]
    rows = [_problem(one, "未采用", "pill-red") for one in report.rejected] + [
        _problem(one, "请留意", "pill-amber") for one in report.warnings
    ]
    unknown = [
        {"cells": [{"text": name, "strong": True}, {"text": count}]}
        for name, count in list(report.activities.items())[:PROBLEMS_MOST]
    ]
    absent = [
        f"{BY_NAME[name].title}：{'、'.join(columns)}"
        for name, columns in report.absent.items()
        if columns and name in BY_NAME
    ]
    return {
        "report": report,
        "cards": cards,
        "left_out": max(0, len(rows) - PROBLEMS_MOST),
        "absent": absent,
        "notes": report.notes,
        "problems": tables.table(
            "逐行检查",
            [("结果", "nowrap"), ("文件", ""), ("列", "nowrap"), ("处数", "num"), ("首见", "nowrap"), ("说明", "")],
            rows[:PROBLEMS_MOST],
        ),
        "unknown": tables.table("不认识的节点名称", [("节点名称", ""), ("行数", "num")], unknown),
    }


def _problem(one: Any, label: str, css: str) -> dict[str, Any]:
    return {
        "level": "late" if css == "pill-red" else "",
        "cells": [
            {"pill": label, "pill_css": css},
            {"text": one.file, "note": BY_NAME[one.table].title},
            {"text": one.column},
            {"text": one.count},
            {"text": f"第{one.first_row}行", "note": f"“{one.example}”" if one.example else ""},
            {"text": f"{one.sentence}。"},
        ],
    }
