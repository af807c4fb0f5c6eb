"""流程数据 taken back: what withdrawing does, and its reason."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from shuangcha.access import flow
from shuangcha.access.refusals import Invalid
from shuangcha.acts import flow_data
from shuangcha.desk.shell import draw
from shuangcha.desk.templatetags.desk_tags import moment_cn

from .shared import admin_page


@admin_page
def flow_withdraw(request: Any, uid: str) -> HttpResponse:
    """What withdrawing does, and the form for its reason. POST takes the data set back."""
    dataset = flow.kept(request.domain, uid)
    if dataset.withdrawn_at is not None and request.method != "POST":
        messages.info(request, f"“{dataset.name}”已经撤回了。")
        return redirect("admin_flow")
    mine = flow.may_withdraw(request.domain, dataset)
    reason, error = request.POST.get("reason", "")[: flow_data.MOST * 2], ""
    if request.method == "POST":
        try:
            done = flow_data.withdraw(
                request.domain, uid, reason, now=request.now, request_key=request.POST.get("request_key", "")
            )
        except Invalid as no:
            error = no.errors.get("reason", no.sentence)
        else:
            messages.success(request, f"“{done.name}”已撤回，已记入留痕链。")
            return redirect("admin_flow")
    told = json.loads(dataset.told)
    return draw(
        request,
        "admin/flow_withdraw",
        {
            "title": f"撤回“{dataset.name}”",
            "mine": mine,
            "foreign": flow_data.FOREIGN,
            "request_key": request.POST.get("request_key") or secrets.token_urlsafe(18),
            "crumbs": [{"label": "流程数据", "url": reverse("admin_flow")}, {"label": "撤回", "url": ""}],
            "facts": [
                {"label": "取数时间", "value": moment_cn(dataset.taken_at)},
                {"label": "案件", "value": dataset.cases},
                {"label": "法院", "value": f"{len(told.get('courts', {}))}个"},
                {
                    "label": "读入",
                    "value": f"{moment_cn(dataset.loaded_at)} {dataset.loaded_by.name if dataset.loaded_by else '命令'}",
                },
            ],
            "errors": [{"field_id": "id_reason", "label": "撤回理由", "text": error}] if error else [],
            "field": {
                "id": "id_reason",
                "name": "reason",
                "label": "撤回理由",
                "kind": "textarea",
                "rows": 3,
                "required": True,
                "value": reason,
                "error": error,
                "maxlength": flow_data.MOST,
                "help": "例：导出时漏选了2026年的案件，将重新读入。理由记入留痕链，引用过这份数据的联合调查组也能看到。",
            },
        },
        status=422 if error else 200,
    )
