"""Tables by CSV: the rows of today as a file, and a file checked row by row before anything of it is written."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.access.refusals import NotFound
from shuangcha.acts import administering
from shuangcha.acts.administering import RowsRefused
from shuangcha.acts.load import MAX_BYTES, TABLES, LoadReport
from shuangcha.acts.load_tables import FORMULA, Table
from shuangcha.courts.models import Person, RestDay, Setting
from shuangcha.courts.settings import NAMES
from shuangcha.desk import tables
from shuangcha.desk.shell import draw

from . import words
from .shared import admin_page

MOST_SHOWN = 300
BY_NAME = {table.name: table for table in TABLES}
HINTS = {
    "courts": "法院代字相同的为同一法院：已有的变更，没有的新增。上级法院可以在同一张表中。",
    "bodies": "同一法院、同一本院名称为同一机构。机构终止的写止日，不删除。",
    "persons": "用户名相同的为同一人。改用户名时须填人员标识。表中没有密码，账号凭一次性码开通。",
    "posts": "同一人、同一机构、同一任职起日为同一条。代理一列填被代理人的用户名，并写明任职止。",
    "calendar": "一天一行。来源写明当年放假通知的，该年即为已公布。",
    "settings": "法院代字空着的各院共用。参数填“参数”页上的名称。",
}
MARK_HELP = "；".join(f"{mark} {text}" for mark, text in words.MARKS.items())
COLUMN_HELP = {
    "来源标记": MARK_HELP,
    "层级": "最高人民法院、高级人民法院、中级人民法院、基层人民法院",
    "职务": "负责人、副职、工作人员",
    "可登录": "是、否",
    "代理": "被代理人的用户名或人员标识",
    "人员": "用户名或人员标识",
    "人员标识": "系统给出，新人员留空",
    "起": "如 2026-01-01",
    "止": "最后一天；现行的留空",
    "任职起": "如 2026-01-01",
    "任职止": "最后一天；现任的留空",
    "日期": "如 2026-10-01",
}


# --- out --------------------------------------------------------------------------------------------------------------
def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _courts(domain: Domain) -> Iterator[list[str]]:
    for one in administered.courts(domain).select_related("superior", "successor").order_by("code"):
        yield [
            one.code,
            one.name,
            one.get_level_display(),
            one.short,
            one.superior.code if one.superior else "",
            one.city,
            one.province,
            _day(one.valid_from),
            _day(one.valid_to),
            one.successor.code if one.successor else "",
            one.mark,
        ]


def _bodies(domain: Domain) -> Iterator[list[str]]:
    for one in administered.bodies(domain).select_related("court").order_by("court__code", "pk"):
        yield [one.court.code, one.get_kind_display(), one.local_name, _day(one.valid_from), _day(one.valid_to)]


def _persons(domain: Domain) -> Iterator[list[str]]:
    for one in administered.persons(domain).order_by("pk"):
        yield [one.name, one.login or "", str(one.uid), "是" if one.is_active else "否"]


def _who(person: Person) -> str:
    return person.login or str(person.uid)


def _posts(domain: Domain) -> Iterator[list[str]]:
    rows = administered.posts(domain).select_related("person", "body__court", "deputy_of__person")
    for one in rows.order_by("body__court__code", "body", "valid_from", "pk"):
        yield [
            _who(one.person),
            one.body.court.code,
            one.body.local_name,
            one.get_role_display(),
            _day(one.valid_from),
            one.title,
            _day(one.valid_to),
            _who(one.deputy_of.person) if one.deputy_of else "",
        ]


def _calendar(domain: Domain) -> Iterator[list[str]]:
    for one in RestDay.objects.order_by("day"):
        yield [_day(one.day), one.get_kind_display(), one.source, one.mark]


def _settings(domain: Domain) -> Iterator[list[str]]:
    rows = Setting.objects.filter(Q(court__isnull=True) | Q(court__in=domain.ids)).select_related("court")
    for one in rows.order_by("key", "court__code", "valid_from"):
        yield [
            NAMES.get(one.key, one.key),
            one.value,
            one.source,
            one.mark,
            one.court.code if one.court else "",
            _day(one.valid_from),
        ]


ROWS: dict[str, Callable[[Domain], Iterable[list[str]]]] = {
    "courts": _courts,
    "bodies": _bodies,
    "persons": _persons,
    "posts": _posts,
    "calendar": _calendar,
    "settings": _settings,
}


def _inert(cell: str) -> str:
    """A spreadsheet runs what begins like a formula; the loader refuses such text, older rows may hold it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


@admin_page
def download(request: Any, kind: str) -> HttpResponse:
    """The rows of today as CSV, UTF-8 with BOM so that a spreadsheet opens it; the same columns can be uploaded."""
    table = _table(kind)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_inert(cell) for cell in row] for row in ROWS[kind](request.domain))
    answer = HttpResponse(b"\xef\xbb\xbf" + out.getvalue().encode(), content_type="text/csv; charset=utf-8")
    name = f"{words.KINDS[kind]}-{request.on.isoformat()}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _table(kind: str) -> type[Table]:
    if kind not in BY_NAME:
        raise NotFound
    return BY_NAME[kind]


# --- in ---------------------------------------------------------------------------------------------------------------
@admin_page
def files(request: Any) -> HttpResponse:
    """Which tables there are."""
    rows = [
        {
            "cells": [
                {"text": words.KINDS[table.name], "url": reverse("admin_file", args=[table.name]), "strong": True},
                {"text": "、".join(table.columns)},
                {
                    "links": [
                        {"label": "下载现行的表", "url": reverse("admin_download", args=[table.name])},
                        {"label": "上传", "url": reverse("admin_file", args=[table.name])},
                    ]
                },
            ]
        }
        for table in TABLES
    ]
    return draw(
        request,
        "admin/list",
        {
            "title": "表格导入导出",
            "table": tables.table("表格", [("表", "nowrap"), ("列", ""), ("办理", "act")], rows),
            "pager": None,
            "lead": "先下载现行的表，用表格软件修改后上传；上传后先逐行检查，确认后才写入，有一行不对就全部不写入。",
        },
    )


@admin_page
def file(request: Any, kind: str) -> HttpResponse:
    """Upload → what would happen row by row → confirm. Between the two nothing is kept on the server."""
    table = _table(kind)
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        data, name, wrong = _sent(request)
        if wrong:
            context, status = {"file_error": wrong}, 422
        elif request.POST.get("do") == "confirm":
            answer = _confirmed(request, kind, data, name)
            if isinstance(answer, HttpResponse):
                return answer
            context, status = answer, 422
        else:
            context = _shown(request, kind, data, name)
            status = 422 if context["report"].errors else 200
    columns = [
        {
            "cells": [
                {"text": column, "strong": must},
                {"text": "必填" if must else "可以没有"},
                {"text": COLUMN_HELP.get(column, "")},
            ]
        }
        for column, must in table.columns.items()
    ]
    label = words.KINDS[kind]
    field = {
        "id": "id_file",
        "name": "file",
        "label": "文件",
        "kind": "file",
        "accept": ".csv,text/csv",
        "max_bytes": MAX_BYTES,
        "required": True,
        "error": context.get("file_error", ""),
        "wide": True,
        "help": "表格软件中选“另存为”，类型选CSV（逗号分隔）；编码为UTF-8或GB18030均可。",
    }
    return draw(
        request,
        "admin/file",
        {
            "title": f"{label}表",
            "kind": kind,
            "label": label,
            "hint": HINTS[kind],
            "file_field": field,
            "columns": tables.table("列", [("列名", "nowrap"), ("是否必填", "nowrap"), ("写法", "")], columns),
            "crumbs": [{"label": "表格导入导出", "url": reverse("admin_files")}, {"label": f"{label}表"}],
            **context,
        },
        status=status,
    )


def _sent(request: Any) -> tuple[bytes, str, str]:
    """(bytes, name, what is wrong): the file itself, or on confirming what the page carried along."""
    if request.POST.get("do") == "confirm":
        try:
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(base64.b64decode(request.POST.get("packed", ""), validate=True), MAX_BYTES + 1)
        except (ValueError, zlib.error):
            return b"", "", "页面内容不完整，请重新选择文件上传。"
        return data, request.POST.get("name", "")[:80], ""
    sent = request.FILES.get("file")
    if sent is None:
        return b"", "", "请选择要上传的CSV文件。"
    if sent.size > MAX_BYTES:
        return b"", "", f"文件超过{MAX_BYTES // 1024 // 1024}兆字节，请拆成几个文件。"
    return sent.read(), str(sent.name or "")[:80], ""


def _shown(request: Any, kind: str, data: bytes, name: str) -> dict[str, Any]:
    """The dry run as a table, errors first, and what the confirming form carries."""
    report = administering.tried(request.domain, kind, data, now=request.now, name=name)
    names = _names(report)
    rows = [_error_row(error) for error in report.errors[:MOST_SHOWN]]
    rows += [_change_row(kind, change, names) for change in report.changes[: max(MOST_SHOWN - len(rows), 0)]]
    left = len(report.errors) + len(report.changes) - len(rows)
    return {
        "report": report,
        "file_name": name,
        "left_out": left,
        "packed": base64.b64encode(zlib.compress(data, 9)).decode(),
        "mark": _fingerprint(report),
        "request_key": secrets.token_urlsafe(18),
        "result": tables.table(
            "检查结果", [("行", "num"), ("结果", "nowrap"), ("对象", ""), ("列", "nowrap"), ("说明", "")], rows
        ),
        "nothing": not report.errors and not report.changes,
        "cards": [
            {"label": "将新增", "value": report.created, "level": "blue" if report.created else ""},
            {"label": "将变更", "value": report.changed, "level": "blue" if report.changed else ""},
            {"label": "没有变化", "value": report.unchanged},
            {"label": "有误", "value": len(report.errors), "level": "late" if report.errors else "ok"},
        ],
    }


def _confirmed(request: Any, kind: str, data: bytes, name: str) -> Any:
    """Write exactly what was shown; where the rows have moved on since, show again."""
    context = _shown(request, kind, data, name)
    key = request.POST.get("request_key", "")
    if context["mark"] != request.POST.get("mark", "") and not context["nothing"]:
        return context | {"form_error": "上次检查以后登记的内容有了变化，请按下面的新结果再确认一次。"}
    try:
        saved = administering.write(request.domain, kind, data, now=request.now, name=name, request_key=key)
    except RowsRefused:
        return context | {"form_error": "有错误，没有写入；请改正文件后重新上传。"}
    messages.success(request, f"{words.KINDS[kind]}表已写入：新增{saved.created}，变更{saved.changed}，已记入留痕链。")
    return redirect(reverse("admin_file", args=[kind]))


def _fingerprint(report: LoadReport) -> str:
    told = [(change.row, change.text, change.before, change.after) for change in report.changes]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, default=str).encode()).hexdigest()


def _names(report: LoadReport) -> dict[str, str]:
    """Names of the persons that the changes speak of. One statement."""
    uids = {str(change.told[0]) for change in report.changes if change.told}
    uids |= {
        one
        for change in report.changes
        for side in (change.before, change.after)
        if side and (one := side.get("deputy_of"))
    }
    if report.kind == "persons":
        return {str(change.target.uid): change.target.name for change in report.changes if change.target is not None}
    return {
        str(uid): name
        for uid, name in Person.objects.filter(uid__in=list(uids)[:MOST_SHOWN]).values_list("uid", "name")
    }


def _error_row(error: Any) -> dict[str, Any]:
    return {
        "level": "late",
        "cells": [
            {"text": str(error.row) if error.row else "整个文件"},
            {"pill": "有误", "pill_css": "pill-red"},
            {"text": ""},
            {"text": error.column or "—"},
            {"text": error.text},
        ],
    }


def _change_row(kind: str, change: Any, names: dict[str, str]) -> dict[str, Any]:
    new = change.before is None
    told = words.changes(kind, change.before, change.after, names)
    text = "；".join(
        f"{one['label']}：{one['new']}" if new else f"{one['label']}：{one['old']} → {one['new']}" for one in told
    )
    return {
        "cells": [
            {"text": str(change.row) if change.row else "随之"},
            {"pill": "新增" if new else "变更", "pill_css": "pill-blue" if new else "pill-amber"},
            {"text": words.key(kind, change.text, names, change.after), "strong": True},
            {"text": "—" if new else "、".join(one["label"] for one in told)},
            {"text": text},
        ]
    }
