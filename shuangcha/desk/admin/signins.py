"""Who signed in, and who typed a wrong password: the auditor's page."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.desk.paging import BY_NEWEST
from shuangcha.desk.templatetags.desk_tags import moment_cn

from .accounts import locked_logins
from .shared import asked, audit_page, listing, search_field


@audit_page
def signins(request: Any) -> HttpResponse:
    """Sign-ins newest first, or wrong passwords; only of persons of the domain, others without their names."""
    domain: Domain = request.domain
    want = asked(request, "view", "q")
    known = dict(administered.persons(domain).filter(login__isnull=False).values_list("login", "name"))
    here = reverse("audit_signins")
    failed = want["view"] == "failed"
    tabs = [
        {"label": "登录", "url": here, "active": not failed},
        {"label": "输错密码和锁定", "url": f"{here}?{urlencode({'view': 'failed'})}", "active": failed},
    ]
    wanted = [
        login
        for login, name in known.items()
        if login and (not want["q"] or want["q"] in name or login.startswith(want["q"].lower()))
    ]
    more: dict[str, Any] = {
        "tabs": tabs,
        "title": "登录情况",
        "unit": "次",
        "narrowed": bool(want["q"]),
        "filters": [search_field("q", "姓名或用户名", want["q"])],
    }
    if failed:
        locked = locked_logins()
        rows: Any = AccessAttempt.objects.all()
        if want["q"] or not domain.whole:
            rows = rows.filter(username__in=wanted)
        return listing(
            request,
            rows,
            BY_NEWEST,
            lambda found: [_failure(one, known, locked) for one in found],
            [("最近一次", "nowrap"), ("人员", ""), ("地址", "nowrap"), ("输错次数", "num"), ("状态", "nowrap")],
            keep=[{"name": "view", "value": "failed"}],
            empty={"title": "没有输错密码的记录", "text": "登录成功后，该人员输错的次数自动清零。"},
            lead="输错后又登录成功的不在其中；没有登记的用户名不显示原文，其中可能误输了密码。",
            **more,
        )

    return listing(
        request,
        AccessLog.objects.filter(username__in=wanted),
        BY_NEWEST,
        lambda found: [_entry(one, known) for one in found],
        [("登录时间", "nowrap"), ("人员", ""), ("地址", "nowrap"), ("退出", "nowrap")],
        empty={"title": "还没有登录记录", "text": "有人登录后，时间和地址出现在这里。"},
        **more,
    )


def _failure(one: AccessAttempt, known: dict[str | None, str], locked: set[str]) -> dict[str, Any]:
    """A row of wrong passwords; a name that is nobody's is not shown, it may be a password."""
    return {
        "level": "late" if one.username in locked else "",
        "cells": [
            {"text": moment_cn(one.attempt_time)},
            {"text": known.get(one.username or "", "没有登记的用户名")},
            {"code": one.ip_address or ""},
            {"text": str(one.failures_since_start)},
            {
                "pill": "已锁定" if one.username in locked else "未锁定",
                "pill_css": "pill-red" if one.username in locked else "pill-grey",
            },
        ],
    }


def _entry(one: AccessLog, known: dict[str | None, str]) -> dict[str, Any]:
    return {
        "cells": [
            {"text": moment_cn(one.attempt_time)},
            {"text": known.get(one.username or "", ""), "strong": True},
            {"code": one.ip_address or ""},
            {"text": moment_cn(one.logout_time) or "没有点退出"},
        ]
    }
