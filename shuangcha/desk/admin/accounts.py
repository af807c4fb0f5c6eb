"""Accounts of persons: who may sign in, one-time codes, locks. No page ever holds a password."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.access.refusals import NotFound
from shuangcha.acts import administering
from shuangcha.acts.accounts import AccountError
from shuangcha.courts.models import OneTimeCode, Person
from shuangcha.desk.shell import draw
from shuangcha.desk.templatetags.desk_tags import moment_cn

from .shared import admin_page, asked, by, listing, search_field, select_field

ACCOUNT_PILLS = {
    "可以登录": "pill-green",
    "待发一次性码": "pill-amber",
    "已发一次性码": "pill-blue",
    "已锁定": "pill-red",
    "已停用": "pill-grey",
    "没有账号": "pill-grey",
}
STATES = (
    ("waiting", "待发一次性码"),
    ("coded", "已发一次性码，尚未设置密码"),
    ("locked", "因输错密码被锁定"),
    ("closed", "已停用"),
    ("open", "可以登录"),
)


def locked_logins() -> set[str]:
    """User names that wrong passwords have locked at this moment, at any address. One statement."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(attempt_time__gte=since).order_by().values("username", "ip_address")
    counted = rows.annotate(times=Sum("failures_since_start")).filter(times__gte=settings.AXES_FAILURE_LIMIT)
    return {one["username"] for one in counted if one["username"]}


def _valid_code() -> Any:
    return Exists(
        OneTimeCode.objects.filter(person=OuterRef("pk"), used_at__isnull=True, expires_at__gt=timezone.now())
    )


UNSET = Q(password__startswith="!") | Q(password="")  # noqa: S106  # the mark of an account without a password
LIVE = Q(login__isnull=False, is_active=True)


def in_state(rows: Any, state: str) -> Any:
    """Persons whose account is in this state."""
    if state == "waiting":
        return rows.filter(LIVE & UNSET).filter(~_valid_code())
    if state == "coded":
        return rows.filter(LIVE & UNSET).filter(_valid_code())
    if state == "locked":
        return rows.filter(LIVE, login__in=locked_logins())
    if state == "closed":
        return rows.filter(login__isnull=False, is_active=False)
    return rows.filter(LIVE).exclude(UNSET).exclude(login__in=locked_logins()) if state == "open" else rows


def states(found: list[Person]) -> dict[int, str]:
    """The state of each account in words. Two statements."""
    locked = locked_logins()
    codes = OneTimeCode.objects.filter(
        person__in=[one.pk for one in found], used_at__isnull=True, expires_at__gt=timezone.now()
    )
    coded = set(codes.values_list("person_id", flat=True))
    return {one.pk: _state(one, locked, coded) for one in found}


def _state(person: Person, locked: set[str], coded: set[int]) -> str:
    if not person.login:
        return "没有账号"
    if not person.is_active:
        return "已停用"
    if person.login in locked:
        return "已锁定"
    if not person.password or not person.has_usable_password():
        return "已发一次性码" if person.pk in coded else "待发一次性码"
    return "可以登录"


@admin_page
def accounts(request: Any) -> HttpResponse:
    domain: Domain = request.domain
    want = asked(request, "q", "state")
    rows = in_state(administered.persons(domain).filter(login__isnull=False), want["state"])
    if want["q"]:
        rows = rows.filter(Q(name__icontains=want["q"]) | Q(login__istartswith=want["q"].lower()))

    def cells(found: list[Person]) -> list[dict[str, Any]]:
        from .people import posts_on

        known, held = states(found), posts_on(domain, found)
        return [
            {
                "level": "late" if known[one.pk] == "已锁定" else "",
                "cells": [
                    {
                        "text": one.name,
                        "url": reverse("admin_person", args=[one.uid]),
                        "strong": True,
                        "note": "；".join(held.get(one.pk, [])),
                    },
                    {"code": one.login},
                    {"pill": known[one.pk], "pill_css": ACCOUNT_PILLS[known[one.pk]]},
                    {"text": moment_cn(one.last_login) or "从未登录"},
                    {"links": [{"label": "账号办理", "url": f"{reverse('admin_person', args=[one.uid])}#account"}]},
                ],
            }
            for one in found
        ]

    return listing(
        request,
        rows,
        by("name"),
        cells,
        [("姓名和任职", ""), ("用户名", "nowrap"), ("账号", "nowrap"), ("上次登录", "nowrap"), ("办理", "act")],
        title="登录账号",
        unit="个",
        narrowed=any(want.values()),
        filters=[search_field("q", "姓名或用户名", want["q"]), select_field("state", "状态", want["state"], STATES)],
        empty={
            "title": "还没有账号",
            "text": "新增人员时填写用户名，即有账号。",
            "url": reverse("admin_person_new"),
            "url_label": "新增人员",
        },
        lead="密码由本人凭一次性码设置，系统管理员不知道也不能代设。",
    )


def account_panel(request: Any, person: Person, kept: bool) -> dict[str, Any]:
    """What can be done with the account now, each with the sentence why."""
    state = states([person])[person.pk]
    acts: list[dict[str, str]] = []
    if kept and person.login:
        if state == "已停用":
            acts = [{"do": "reopen", "label": "恢复账号", "css": "btn-outline-primary"}]
        else:
            label = "发放一次性码" if state == "待发一次性码" else "重新发放一次性码"
            acts = [
                {
                    "do": "code",
                    "label": label,
                    "css": "btn-primary" if state == "待发一次性码" else "btn-outline-primary",
                }
            ]
            acts += [{"do": "unlock", "label": "解除锁定", "css": "btn-primary"}] if state == "已锁定" else []
            acts += [{"do": "close", "label": "停用账号", "css": "btn-outline-danger"}]
    return {
        "state": state,
        "pill": ACCOUNT_PILLS[state],
        "acts": acts,
        "login": person.login,
        "last": moment_cn(person.last_login) or "从未登录",
        "url": reverse("admin_account", args=[person.uid]),
    }


@require_POST
@admin_page
def account(request: Any, uid: str) -> HttpResponse:
    """One act about an account. A one-time code is drawn into this very answer:
    an address or a session must not carry it."""
    domain: Domain = request.domain
    person = administered.person(domain, uid)
    back = reverse("admin_person", args=[person.uid])
    act = request.POST.get("do", "")
    if act == "code":
        try:
            code = administering.issue_code(domain, person, now=request.now)
        except AccountError as wrong:
            messages.error(request, str(wrong))
            return redirect(back)
        return draw(
            request,
            "admin/code",
            {
                "title": "一次性码",
                "person": person,
                "code": code,
                "back": back,
                "reset_url": request.build_absolute_uri(reverse("reset")),
                "crumbs": [
                    {"label": "人员", "url": reverse("admin_persons")},
                    {"label": person.name, "url": back},
                    {"label": "一次性码"},
                ],
            },
        )
    if act == "unlock":
        freed = administering.unlock(domain, person, now=request.now)
        messages.success(request, "已解除锁定，现在可以重新登录。" if freed else "该账号没有被锁定。")
    elif act == "close":
        administering.close(domain, person, now=request.now)
        messages.success(request, f"{person.name}的账号已停用，在各处的登录立即终止。")
    elif act == "reopen":
        administering.reopen(domain, person, now=request.now)
        messages.success(request, f"{person.name}的账号已恢复，请发放一次性码。")
    else:
        raise NotFound
    return redirect(back)
