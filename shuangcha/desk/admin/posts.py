"""Posts and deputies (代理): lists, rows for the pages of persons and bodies, forms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.access.refusals import NotFound
from shuangcha.courts.models import Body, Court, Person, Post, PostRole
from shuangcha.courts.people import valid_on
from shuangcha.desk.templatetags.desk_tags import date_cn

from . import words
from .shared import (
    Col,
    Form,
    Typed,
    admin_page,
    asked,
    by,
    filled,
    handle,
    listing,
    row_of,
    search_field,
    select_field,
)

ENDING_DAYS = 30
POST_COLUMNS = [("职务", ""), ("任职期间", ""), ("状态", "nowrap"), ("办理", "act")]
POST = (
    Col("人员", "person", required=True, maxlength=40, help="填用户名；姓名没有重名的也可以填姓名。"),
    Col("职务", "role", "select", required=True, options=tuple((text, text) for text in PostRole.labels)),
    Col("职务名称", "title", maxlength=40, help="例如：局长、副局长、内勤。"),
    Col("任职起", "valid_from", "date", required=True),
    Col("任职止", "valid_to", "date", help="现任不填；到这一天为止仍可办理。"),
)
BODY_COL = Col("机构名称", "body", "select", label="机构", required=True)
END_COL = Col("", "end_head", "checkbox", label="同时结束现任负责人的任职（到新任前一天为止）")
DEPUTY = (
    Col("人员", "person", label="代理人", required=True, maxlength=40, help="填用户名；姓名没有重名的也可以填姓名。"),
    Col("任职起", "valid_from", "date", label="代理起", required=True, help="从这一天起，代理人有该职务的权限。"),
    Col(
        "任职止", "valid_to", "date", label="代理止", required=True, help="到这一天为止；第二天起自动失去该职务的权限。"
    ),
    Col("职务名称", "title", maxlength=40, help="显示在文书和页面上的职务，例如：局长。"),
)


def post_row(post: Post, domain: Domain, *, whose: str) -> dict[str, Any]:
    """A row of posts: of a body with the persons, of a person with the bodies, or (`both`) of the list."""
    word, pill = words.state(post.valid_from, post.valid_to, domain.on)
    soon = post.valid_to is not None and word != "已终止" and (post.valid_to - domain.on).days <= ENDING_DAYS
    links = []
    if post.person_id != domain.viewer.id and word != "已终止":
        links = [{"label": "变更", "url": reverse("admin_post", args=[post.pk])}]
        if not post.deputy_of_id:
            links.append({"label": "设代理", "url": reverse("admin_deputy_new", args=[post.pk])})
    who = (
        {"text": post.person.name, "url": reverse("admin_person", args=[post.person.uid]), "strong": True}
        if whose != "body"
        else {}
    )
    where = (
        {"text": post.body.local_name, "url": reverse("admin_body", args=[post.body_id]), "note": post.body.court.name}
        if whose != "person"
        else {}
    )
    role = post.get_role_display()
    stands = f"代理{post.deputy_of.person.name}的职务" if post.deputy_of else ""
    return {
        "level": "soon" if soon else "",
        "cells": [
            *([who] if who else []),
            *([where] if where else []),
            {
                "text": post.title or role,
                "note": "；".join(filter(None, (role if post.title and post.title != role else "", stands))),
            },
            {
                "text": words.span(post.valid_from, post.valid_to),
                "note": "三十日内届满，到期后不能再办理" if soon else "",
            },
            {"pill": "代理" if post.deputy_of_id and word == "现行" else word, "pill_css": pill},
            {"links": links},
        ],
    }


def ending(domain: Domain) -> Q:
    """Condition: the post is held today and ends within thirty days."""
    return valid_on(domain.on) & Q(valid_to__lte=domain.on + dt.timedelta(days=ENDING_DAYS))


def _post_list(
    request: Any, rows: Any, title: str, more_filters: list[dict[str, Any]], narrowed: bool, **more: Any
) -> HttpResponse:
    domain: Domain = request.domain
    rows = rows.select_related("person", "body__court", "deputy_of__person")

    def cells(found: list[Post]) -> list[dict[str, Any]]:
        return [post_row(one, domain, whose="both") for one in found]

    return listing(
        request,
        rows,
        by("valid_from", down=True),
        cells,
        [("人员", "nowrap"), ("机构", ""), *POST_COLUMNS],
        title=title,
        unit="条",
        narrowed=narrowed,
        filters=more_filters,
        **more,
    )


@admin_page
def posts(request: Any) -> HttpResponse:
    domain: Domain = request.domain
    want = asked(request, "q", "role", "state")
    rows = _found(administered.posts(domain), want["q"])
    if want["role"] in PostRole.values:
        rows = rows.filter(role=want["role"])
    conditions = {
        "now": valid_on(domain.on),
        "ending": ending(domain),
        "coming": Q(valid_from__gt=domain.on),
        "past": Q(valid_to__lt=domain.on),
    }
    if want["state"] in conditions:
        rows = rows.filter(conditions[want["state"]])
    states_ = [("now", "现任"), ("ending", "三十日内届满"), ("coming", "未开始"), ("past", "已离任")]
    return _post_list(
        request,
        rows,
        "任职",
        [
            search_field("q", "姓名、机构或法院", want["q"], "例如：监察室"),
            select_field("role", "职务", want["role"], PostRole.choices),
            select_field("state", "状态", want["state"], states_),
        ],
        any(want.values()),
        empty={
            "title": "还没有任职",
            "text": "请登记任职，或上传任职表。",
            "url": reverse("admin_post_new"),
            "url_label": "登记任职",
        },
        actions=[
            {"label": "登记任职", "url": reverse("admin_post_new"), "icon": "plus-lg", "primary": True},
            {"label": "表格导入导出", "url": reverse("admin_file", args=["posts"]), "icon": "upload"},
        ],
    )


@admin_page
def deputies(request: Any) -> HttpResponse:
    """代理: who stands for whom, from a day to a day."""
    domain: Domain = request.domain
    want = asked(request, "q", "state")
    rows = _found(administered.posts(domain).filter(deputy_of__isnull=False), want["q"])
    conditions = {
        "now": valid_on(domain.on),
        "ending": ending(domain),
        "coming": Q(valid_from__gt=domain.on),
        "past": Q(valid_to__lt=domain.on),
    }
    if want["state"] in conditions:
        rows = rows.filter(conditions[want["state"]])
    heads = f"{reverse('admin_posts')}?{urlencode({'state': 'now', 'role': 'head'})}"
    states_ = [("now", "代理中"), ("ending", "三十日内届满"), ("coming", "未开始"), ("past", "已结束")]
    return _post_list(
        request,
        rows,
        "代理",
        [search_field("q", "姓名、机构或法院", want["q"]), select_field("state", "状态", want["state"], states_)],
        any(want.values()),
        empty={
            "title": "现在没有代理",
            "text": "负责人外出、请假时，点“设代理”，在现任负责人中选定被代理的人，写明从哪天到哪天。",
            "url": heads,
            "url_label": "设代理",
        },
        actions=[{"label": "设代理", "url": heads, "icon": "plus-lg", "primary": True}],
        lead="代理人从起日到止日有被代理职务的权限，次日自动失去；本人原有任职不受影响。",
    )


def _found(rows: Any, text: str) -> Any:
    if not text:
        return rows
    found = Q(person__name__icontains=text) | Q(person__login__istartswith=text.lower())
    return rows.filter(found | Q(body__local_name__icontains=text) | Q(body__court__name__icontains=text))


def resolved(domain: Domain, text: str, errors: Typed, name: str = "person") -> str:
    """The person's uid for a user name, or for a name that only one person has; else the text,
    with the error at its field."""
    rows = administered.persons(domain).filter(Q(login=text.lower()) | Q(name=text)) if text else Person.objects.none()
    found = list(rows.order_by("pk")[:6])
    exact = [one for one in found if one.login == text.lower()] or found
    if len(exact) == 1:
        return str(exact[0].uid)
    if exact:
        errors[name] = f"有{len(exact)}人同名，请改填用户名：{'、'.join(one.login or '无账号' for one in exact)}。"
    elif text:
        errors[name] = f"没有找到“{text}”，请核对用户名，或先在“人员”中新增。"
    return text


@admin_page
def post_new(request: Any) -> HttpResponse:
    """A new post: of a person, in a body; either may be given in the address, the rest is chosen here."""
    domain: Domain = request.domain
    who = administered.person(domain, request.GET["person"]) if request.GET.get("person") else None
    body = administered.body(domain, int(request.GET["body"])) if request.GET.get("body", "").isdecimal() else None
    court = body.court if body else None
    crumbs = [{"label": "任职", "url": reverse("admin_posts")}, {"label": "登记任职"}]
    if court is None and request.GET.get("court"):
        court = administered.court(domain, request.GET["court"])
    if court is None:  # first the court, then one of its bodies
        return _choose_court(request, who, crumbs)
    cols = [*([] if who else [POST[0]]), *([] if body else [BODY_COL]), *POST[1:], END_COL]
    bodies = Body.objects.filter(valid_on(domain.on), court=court).order_by("pk")
    cols = filled(cols, {"机构名称": [("", "请选择"), *((one.local_name, one.local_name) for one in bodies)]})
    fixed = (
        {"法院代字": court.code}
        | ({"人员": str(who.uid)} if who else {})
        | ({"机构名称": body.local_name} if body else {})
    )
    back = (
        reverse("admin_person", args=[who.uid])
        if who
        else reverse("admin_body", args=[body.pk])
        if body
        else reverse("admin_posts")
    )
    shown = [{"label": "人员", "value": who.name}] if who else []
    shown += [{"label": "法院", "value": court.name}, *([{"label": "机构", "value": body.local_name}] if body else [])]
    form = Form(
        "登记任职",
        "posts",
        cols,
        {"role": PostRole.MEMBER.label, "valid_from": request.on.isoformat()},
        fixed=fixed,
        after=back,
        back=back,
        button="登记",
        fresh=True,
        shown=shown,
        crumbs=crumbs,
        lead="同一人在同一机构的旧任职，未写明止日的，自新任职前一天自动结束。",
    )

    def rows(typed: Typed, errors: Typed) -> list[dict[str, str]]:
        row = row_of(form, typed)
        if not who:
            row["人员"] = resolved(domain, typed["person"], errors)
        return [row, *_ended_head(row, typed, court)]

    form.rows = rows
    return handle(request, form)


def _choose_court(request: Any, who: Person | None, crumbs: list[dict[str, str]]) -> HttpResponse:
    from shuangcha.desk.shell import draw

    domain: Domain = request.domain
    courts = administered.courts(domain).filter(valid_on(domain.on)).order_by("code")
    options = [
        {"value": one.code, "label": f"{one.name}（{one.code}）", "selected": one.code == domain.post.court_code}
        for one in courts
    ]
    return draw(
        request,
        "admin/choose_court",
        {
            "title": "登记任职",
            "crumbs": crumbs,
            "person": who,
            "fields": [
                {"id": "id_court", "name": "court", "label": "在哪个法院任职", "kind": "select", "options": options}
            ],
        },
    )


def _ended_head(row: dict[str, str], typed: Typed, court: Court) -> list[dict[str, str]]:
    """The row that ends today's head the day before the new one begins, where that was ticked."""
    if not typed.get("end_head") or row["职务"] != PostRole.HEAD.label:
        return []
    try:
        first = dt.date.fromisoformat(row["任职起"])
    except ValueError:
        return []  # told by the row itself
    heads = Post.objects.filter(
        body__court=court,
        body__local_name=row["机构名称"],
        role=PostRole.HEAD,
        deputy_of__isnull=True,
        valid_from__lt=first,
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
    return [
        {
            "人员": str(one.person.uid),
            "法院代字": court.code,
            "机构名称": row["机构名称"],
            "职务": PostRole.HEAD.label,
            "任职起": one.valid_from.isoformat(),
            "任职止": (first - dt.timedelta(days=1)).isoformat(),
        }
        for one in heads.select_related("person")
        if str(one.person.uid) != row["人员"]
    ]


def _post_facts(post: Post) -> list[dict[str, Any]]:
    return [
        {"label": "人员", "value": post.person.name, "url": reverse("admin_person", args=[post.person.uid])},
        {
            "label": "法院和机构",
            "value": f"{post.body.court.name}{post.body.local_name}",
            "url": reverse("admin_body", args=[post.body_id]),
        },
        {"label": "职务", "value": post.title or post.get_role_display()},
        {"label": "任职起", "value": date_cn(post.valid_from)},
        *([{"label": "代理", "value": f"代理{post.deputy_of.person.name}"}] if post.deputy_of else []),
    ]


def _fixed(post: Post) -> dict[str, str]:
    return {"法院代字": post.body.court.code, "机构名称": post.body.local_name, "职务": post.get_role_display()}


@admin_page
def post(request: Any, key: int) -> HttpResponse:
    """Change the title or the last day of a post. Role, body, person and first day are not rewritten."""
    found = administered.post(request.domain, key)
    if found.person_id == request.domain.viewer.id:
        raise NotFound  # the own posts are another's to change
    back = reverse("admin_body", args=[found.body_id])
    form = Form(
        "变更任职",
        "posts",
        [POST[2], POST[4]],
        {"title": found.title, "valid_to": found.valid_to.isoformat() if found.valid_to else ""},
        fixed={"人员": str(found.person.uid), "任职起": found.valid_from.isoformat(), **_fixed(found)},
        after=back,
        back=back,
        shown=_post_facts(found),
        crumbs=[{"label": "任职", "url": reverse("admin_posts")}, {"label": found.person.name}],
        lead="职务、机构有变化的，写明本任职的止日，再登记新的任职。",
    )
    return handle(request, form)


@admin_page
def deputy_new(request: Any, key: int) -> HttpResponse:
    """Somebody who stands for the holder of this post from a day to a day."""
    domain: Domain = request.domain
    found = administered.post(domain, key)
    if found.deputy_of_id:
        raise NotFound
    back = reverse("admin_body", args=[found.body_id])
    form = Form(
        f"设代理：{found.person.name}",
        "posts",
        list(DEPUTY),
        {"title": found.title, "valid_from": request.on.isoformat()},
        fixed={**_fixed(found), "代理": str(found.person.uid)},
        after=reverse("admin_deputies"),
        back=back,
        button="设为代理",
        fresh=True,
        shown=_post_facts(found),
        crumbs=[{"label": "代理", "url": reverse("admin_deputies")}, {"label": "设代理"}],
        lead="代理人自己的任职照旧；代理期间，凡以该职务办理的，记为代理。",
    )

    def rows(typed: Typed, errors: Typed) -> list[dict[str, str]]:
        return [row_of(form, typed) | {"人员": resolved(domain, typed["person"], errors)}]

    form.rows = rows
    return handle(request, form)
