"""Persons: their list, the page of one with its posts and account, forms."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.access.refusals import NotFound
from shuangcha.courts.models import Person, Post
from shuangcha.courts.people import titled, valid_on
from shuangcha.desk import tables

from .accounts import ACCOUNT_PILLS, account_panel, states
from .posts import POST_COLUMNS, post_row
from .shared import (
    Col,
    Form,
    Typed,
    admin_page,
    asked,
    by,
    handle,
    listing,
    row_of,
    search_field,
    select_field,
)

PERSON = (
    Col("姓名", "name", required=True, maxlength=40),
    Col(
        "用户名",
        "login",
        required=True,
        maxlength=40,
        help="登录用：小写字母开头，可以有数字、点和横线。不设密码：本人凭一次性码自己设置。",
    ),
)


@admin_page
def persons(request: Any) -> HttpResponse:
    domain: Domain = request.domain
    want = asked(request, "q", "held")
    rows = administered.persons(domain)
    if want["q"]:
        rows = rows.filter(Q(name__icontains=want["q"]) | Q(login__istartswith=want["q"].lower()))
    today = Post.objects.filter(valid_on(domain.on), body__court__in=domain.ids).values("person")
    if want["held"]:
        rows = rows.filter(pk__in=today) if want["held"] == "yes" else rows.exclude(pk__in=today)

    def cells(found: list[Person]) -> list[dict[str, Any]]:
        held = posts_on(domain, found)
        known = states(found)
        return [
            {
                "cells": [
                    {"text": one.name, "url": reverse("admin_person", args=[one.uid]), "strong": True},
                    {"code": one.login or "", "text": "" if one.login else "没有账号"},
                    {"text": "；".join(held.get(one.pk, [])) or "今天没有任职"},
                    {"pill": known[one.pk], "pill_css": ACCOUNT_PILLS[known[one.pk]]},
                ]
            }
            for one in found
        ]

    return listing(
        request,
        rows,
        by("name"),
        cells,
        [("姓名", "nowrap"), ("用户名", "nowrap"), ("今日任职", ""), ("账号", "nowrap")],
        title="人员",
        unit="人",
        narrowed=any(want.values()),
        filters=[
            search_field("q", "姓名或用户名", want["q"], "例如：温"),
            select_field("held", "今日任职", want["held"], [("yes", "有任职"), ("no", "没有任职")]),
        ],
        empty={
            "title": "还没有人员",
            "text": "请新增人员，或上传人员表。",
            "url": reverse("admin_person_new"),
            "url_label": "新增人员",
        },
        actions=[
            {"label": "新增人员", "url": reverse("admin_person_new"), "icon": "plus-lg", "primary": True},
            {"label": "表格导入导出", "url": reverse("admin_file", args=["persons"]), "icon": "upload"},
        ],
    )


def posts_on(domain: Domain, found: list[Person]) -> dict[int, list[str]]:
    """Today's posts in the domain by person, in words. One statement."""
    held: dict[int, list[str]] = {}
    rows = Post.objects.filter(valid_on(domain.on), person__in=[one.pk for one in found], body__court__in=domain.ids)
    for one in rows.select_related("body__court").order_by("pk"):
        held.setdefault(one.person_id, []).append(f"{one.body.court.name}{post_name(one)}")
    return held


def post_name(post: Post) -> str:
    title = post.title or post.get_role_display()
    named = titled(post.body.local_name, title)
    return f"{named}（代理）" if post.deputy_of_id else named


@admin_page
def person_new(request: Any) -> HttpResponse:
    form = Form(
        "新增人员",
        "persons",
        list(PERSON),
        {},
        after=reverse("admin_persons"),
        back=reverse("admin_persons"),
        button="新增",
        fresh=True,
        lead="新增后，在该人员页面登记任职并发放一次性码。",
        crumbs=[{"label": "人员", "url": reverse("admin_persons")}, {"label": "新增人员"}],
    )

    def rows(typed: Typed, errors: Typed) -> list[dict[str, str]]:
        if typed["login"] and Person.objects.filter(login=typed["login"]).exists():
            errors["login"] = f"用户名“{typed['login']}”已有人使用，请另选，例如在后面加数字。"
        return [row_of(form, typed)]

    form.rows = rows
    return handle(request, form)


@admin_page
def person(request: Any, uid: str) -> HttpResponse:
    """A person: name, account, posts. The own name and account are another administrator's to change."""
    domain: Domain = request.domain
    found = administered.person(domain, uid)
    here = reverse("admin_person", args=[found.uid])
    posts = (
        found.posts.filter(body__court__in=domain.ids)
        .select_related("body__court", "deputy_of__person")
        .order_by("-valid_from", "pk")
    )
    own = found.pk == domain.viewer.id
    kept = found.pk in administered.may_keep(domain, [found.pk])
    lead = "这是您本人：任职、账号和权限须由另一名系统管理员变更。" if own else ""
    if not own and not kept:
        lead = "该人员在您管理范围以外的法院任职，姓名和账号由该院或其上级法院的系统管理员维护。"
    form = Form(
        found.name,
        "persons",
        list(PERSON) if kept else [],
        {"name": found.name, "login": found.login or ""},
        fixed={"人员标识": str(found.uid)},
        after=here,
        back=reverse("admin_persons"),
        lead=lead,
        crumbs=[{"label": "人员", "url": reverse("admin_persons")}, {"label": found.name}],
        more={
            "account": account_panel(request, found, kept),
            "below": tables.table(
                "任职", [("法院和机构", ""), *POST_COLUMNS], [post_row(one, domain, whose="body") for one in posts]
            ),
            "below_title": "任职",
            "below_url": "" if own else f"{reverse('admin_post_new')}?{urlencode({'person': str(found.uid)})}",
            "below_label": "登记任职",
            "below_empty": {"title": "没有任职", "text": "没有任职的人登录后看不到任何线索和案件。"},
        },
    )
    if request.method == "POST" and not kept:
        raise NotFound
    return handle(request, form, "admin/person")
