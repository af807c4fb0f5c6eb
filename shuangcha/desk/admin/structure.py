"""Courts and their bodies: lists, a page for each, forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import administered
from shuangcha.access.administered import RANK, Domain
from shuangcha.courts.models import Body, BodyKind, Court, Level, Post, PostRole
from shuangcha.courts.people import valid_on
from shuangcha.desk import tables

from . import words
from .shared import Col, Form, admin_page, asked, by, filled, handle, listing, search_field, select_field

MARK_OPTIONS = tuple((mark, f"{mark} {text}") for mark, text in words.MARKS.items())
STANDING = (
    BodyKind.ENFORCEMENT,
    BodyKind.SUPERVISION,
    BodyKind.LEADING_GROUP,
    BodyKind.GROUP_OFFICE,
    BodyKind.PRESIDENCY,
)
"""Bodies that must have a head: the plan's acts are signed or approved there."""
COURT = (
    Col("法院代字", "code", required=True, maxlength=12, help="案号中的法院代字，例如：豫0304。"),
    Col("名称", "name", required=True, maxlength=60),
    Col("层级", "level", "select", required=True, options=tuple((text, text) for text in Level.labels)),
    Col("上级代字", "superior", "select", label="上级法院", help="只能是上一级法院；最高人民法院不填。"),
    Col("发文代字", "short", maxlength=20, help="内部文号用字，例如：洛中法。"),
    Col("市", "city", maxlength=20),
    Col("省", "province", maxlength=20),
    Col("来源标记", "mark", "select", label="来源", options=MARK_OPTIONS, help="名称和代字的来源。"),
    Col("起", "valid_from", "date", label="设立之日", help="不清楚的可以不填。"),
    Col("止", "valid_to", "date", label="终止之日", help="撤销、合并的法院填最后一天。"),
    Col("承继法院代字", "successor", maxlength=12, help="终止后由哪个法院承继，填代字，例如：豫0311。"),
)
BODY = (
    Col("机构类别", "kind", "select", required=True, options=tuple((text, text) for text in BodyKind.labels)),
    Col(
        "本院名称", "local_name", required=True, maxlength=40, help="本院对该机构的称呼，例如：执行局、监察室、督察室。"
    ),
    Col("起", "valid_from", "date", label="设立之日"),
    Col("止", "valid_to", "date", label="终止之日", help="机构改名的，先终止旧名，再以新名另立。"),
)


# --- courts -----------------------------------------------------------------------------------------------------------
@admin_page
def courts(request: Any) -> HttpResponse:
    domain: Domain = request.domain
    want = asked(request, "q", "level", "state")
    rows = administered.courts(domain).select_related("superior", "successor")
    if want["q"]:
        rows = rows.filter(Q(name__icontains=want["q"]) | Q(code__istartswith=want["q"]))
    if want["level"] in Level.values:
        rows = rows.filter(level=want["level"])
    if want["state"] == "ended":
        rows = rows.filter(valid_to__lt=domain.on)
    elif want["state"] == "orphan":
        rows = rows.filter(valid_to__lt=domain.on, successor__isnull=True)
    elif want["state"] == "standing":
        rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=domain.on))
    states = [("standing", "现行"), ("ended", "已终止"), ("orphan", "已终止、无承继法院")]

    def cells(found: list[Court]) -> list[dict[str, Any]]:
        return [_court_row(court, domain) for court in found]

    return listing(
        request,
        rows,
        by("code"),
        cells,
        [("法院", ""), ("代字", "nowrap"), ("层级", "nowrap"), ("上级法院", ""), ("状态", "")],
        title="法院",
        unit="个",
        narrowed=any(want.values()),
        filters=[
            search_field("q", "名称或代字", want["q"], "例如：洛阳"),
            select_field("level", "层级", want["level"], Level.choices),
            select_field("state", "状态", want["state"], states),
        ],
        empty={
            "title": "还没有法院",
            "text": "请新增法院，或在“表格导入导出”中上传法院表。",
            "url": reverse("admin_file", args=["courts"]),
            "url_label": "上传法院表",
        },
        actions=[
            {"label": "新增法院", "url": reverse("admin_court_new"), "icon": "plus-lg", "primary": True},
            {"label": "表格导入导出", "url": reverse("admin_file", args=["courts"]), "icon": "upload"},
        ],
    )


def _court_row(court: Court, domain: Domain) -> dict[str, Any]:
    word, pill = words.state(court.valid_from, court.valid_to, domain.on)
    note = words.span(court.valid_from, court.valid_to) if court.valid_from or court.valid_to else ""
    if court.valid_to and court.valid_to < domain.on:
        note += f"；承继法院：{court.successor.name}" if court.successor else "；未登记承继法院"
    return {
        "cells": [
            {"text": court.name, "url": reverse("admin_court", args=[court.code]), "strong": True},
            {"text": court.code},
            {"text": court.get_level_display()},
            {"text": court.superior.name if court.superior else "—"},
            {"pill": word, "pill_css": pill, "note": note},
        ]
    }


def _court_cols(domain: Domain, cols: Iterable[Col], *, level: str = "") -> list[Col]:
    """The options of 上级法院: the courts of the domain that can stand above another, and those above the own one."""
    rows = Court.objects.exclude(level=Level.BASIC).filter(valid_to__isnull=True).order_by("code")
    if level:
        rows = rows.filter(level=Level.values[RANK[level] - 1]) if RANK[level] else rows.none()
    options = [("", "（无）"), *((court.code, f"{court.name}（{court.code}）") for court in rows)]
    return filled(cols, {"上级代字": options})


def _shown(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "")


@admin_page
def court_new(request: Any) -> HttpResponse:
    values = {"level": Level.BASIC.label, "superior": request.domain.post.court_code, "mark": "V"}
    form = Form(
        "新增法院",
        "courts",
        _court_cols(request.domain, COURT),
        values,
        after=reverse("admin_courts"),
        button="新增",
        lead="一次新增多个法院的，用表格导入更快。",
        crumbs=[{"label": "法院", "url": reverse("admin_courts")}, {"label": "新增法院"}],
        back=reverse("admin_courts"),
        fresh=True,
    )
    return handle(request, form)


@admin_page
def court(request: Any, code: str) -> HttpResponse:
    """The court with its bodies; the same page changes the court."""
    domain: Domain = request.domain
    found = administered.court(domain, code)
    values = {
        name: _shown(getattr(found, name))
        for name in ("name", "short", "city", "province", "mark", "valid_from", "valid_to")
    }
    values |= {
        "superior": found.superior.code if found.superior else "",
        "successor": found.successor.code if found.successor else "",
    }
    here = reverse("admin_court", args=[code])
    cols = _court_cols(domain, [col for col in COURT if col.name not in ("code", "level")], level=found.level)
    bodies = found.bodies.order_by("pk")
    heads = heads_on(domain, list(bodies))
    form = Form(
        found.name,
        "courts",
        cols,
        values,
        fixed={"法院代字": code, "层级": found.get_level_display()},
        after=here,
        back=reverse("admin_courts"),
        crumbs=[{"label": "法院", "url": reverse("admin_courts")}, {"label": found.name}],
        shown=[{"label": "法院代字", "value": found.code}, {"label": "层级", "value": found.get_level_display()}],
        more={
            "below": tables.table(
                "本院机构", BODY_COLUMNS, [_body_row(one, heads, domain, own=True) for one in bodies]
            ),
            "below_title": "本院机构",
            "below_url": reverse("admin_body_new", args=[code]),
            "below_label": "新增机构",
            "below_empty": {"title": "本院还没有机构", "text": "执行机构和监察机构各有负责人，双方才能签署。"},
        },
    )
    return handle(request, form)


# --- bodies -----------------------------------------------------------------------------------------------------------
BODY_COLUMNS = [("机构", ""), ("类别", "nowrap"), ("今日负责人", ""), ("状态", "")]


def headless(domain: Domain) -> Any:
    """Bodies standing today that must have a head and have none, own or in place of another: nobody decides there."""
    held = Post.objects.filter(valid_on(domain.on), body=OuterRef("pk"), role=PostRole.HEAD, person__is_active=True)
    rows = administered.bodies(domain).filter(valid_on(domain.on), valid_on(domain.on, "court__"), kind__in=STANDING)
    return rows.filter(~Exists(held))


def heads_on(domain: Domain, bodies: list[Body]) -> dict[int, list[str]]:
    """Names of today's heads by body; a deputy is named as one. One statement."""
    found: dict[int, list[str]] = {}
    posts = Post.objects.filter(valid_on(domain.on), body__in=[one.pk for one in bodies], role=PostRole.HEAD)
    for body, name, deputy in posts.order_by("pk").values_list("body_id", "person__name", "deputy_of_id"):
        found.setdefault(body, []).append(f"{name}（代理）" if deputy else name)
    return found


def _body_row(body: Body, heads: dict[int, list[str]], domain: Domain, *, own: bool = False) -> dict[str, Any]:
    word, pill = words.state(body.valid_from, body.valid_to, domain.on)
    names = heads.get(body.pk, [])
    lacking = not names and body.kind in STANDING and word == "现行"
    head = {"text": "、".join(names) or ("" if lacking else "—")}
    if lacking:
        head |= {"pill": "无负责人", "pill_css": "pill-red", "note": "今天无人可以负责人身份签署"}
    cells = [
        {"text": body.local_name, "url": reverse("admin_body", args=[body.pk]), "strong": True},
        *([] if own else [{"text": body.court.name}]),
        {"text": body.get_kind_display()},
        head,
        {
            "pill": word,
            "pill_css": pill,
            "note": words.span(body.valid_from, body.valid_to) if body.valid_from or body.valid_to else "",
        },
    ]
    return {"level": "late" if lacking else "", "cells": cells}


@admin_page
def bodies(request: Any) -> HttpResponse:
    domain: Domain = request.domain
    want = asked(request, "q", "kind", "state")
    rows = headless(domain) if want["state"] == "headless" else administered.bodies(domain)
    rows = rows.select_related("court")
    if want["q"]:
        rows = rows.filter(Q(local_name__icontains=want["q"]) | Q(court__name__icontains=want["q"]))
    if want["kind"] in BodyKind.values:
        rows = rows.filter(kind=want["kind"])
    if want["state"] == "standing":
        rows = rows.filter(valid_on(domain.on))
    elif want["state"] == "ended":
        rows = rows.filter(valid_to__lt=domain.on)
    states = [("standing", "现行"), ("headless", "今天无负责人"), ("ended", "已终止")]

    def cells(found: list[Body]) -> list[dict[str, Any]]:
        heads = heads_on(domain, found)
        return [_body_row(one, heads, domain) for one in found]

    return listing(
        request,
        rows,
        by("court__code"),
        cells,
        [BODY_COLUMNS[0], ("法院", ""), *BODY_COLUMNS[1:]],
        title="机构",
        unit="个",
        narrowed=any(want.values()),
        filters=[
            search_field("q", "机构或法院名称", want["q"], "例如：执行局"),
            select_field("kind", "类别", want["kind"], BodyKind.choices),
            select_field("state", "状态", want["state"], states),
        ],
        empty={
            "title": "还没有机构",
            "text": "请在法院页面新增机构，或上传机构表。",
            "url": reverse("admin_courts"),
            "url_label": "法院",
        },
        lead="新增机构：先在“法院”中打开该法院。",
        actions=[{"label": "表格导入导出", "url": reverse("admin_file", args=["bodies"]), "icon": "upload"}],
    )


@admin_page
def body_new(request: Any, code: str) -> HttpResponse:
    found = administered.court(request.domain, code)
    here = reverse("admin_court", args=[code])
    form = Form(
        f"{found.name}新增机构",
        "bodies",
        list(BODY),
        {"kind": BodyKind.ENFORCEMENT.label, "valid_from": request.on.isoformat()},
        fixed={"法院代字": code},
        after=here,
        back=here,
        button="新增",
        fresh=True,
        shown=[{"label": "法院", "value": found.name}],
        crumbs=[
            {"label": "法院", "url": reverse("admin_courts")},
            {"label": found.name, "url": here},
            {"label": "新增机构"},
        ],
    )
    return handle(request, form)


@admin_page
def body(request: Any, key: int) -> HttpResponse:
    """The body with its posts; the same page ends it."""
    domain: Domain = request.domain
    found = administered.body(domain, key)
    here = reverse("admin_body", args=[key])
    posts = found.posts.select_related("person", "deputy_of__person").order_by("-valid_from", "pk")
    from .posts import POST_COLUMNS, post_row  # both pages show the other's rows

    now = [post_row(one, domain, whose="person") for one in posts if not one.valid_to or one.valid_to >= domain.on]
    past = [post_row(one, domain, whose="person") for one in posts if one.valid_to and one.valid_to < domain.on]
    columns = [("人员", ""), *POST_COLUMNS]
    form = Form(
        f"{found.court.name}{found.local_name}",
        "bodies",
        [col for col in BODY if col.name in ("valid_from", "valid_to")],
        {"valid_from": _shown(found.valid_from), "valid_to": _shown(found.valid_to)},
        fixed={"法院代字": found.court.code, "机构类别": found.get_kind_display(), "本院名称": found.local_name},
        after=here,
        back=reverse("admin_court", args=[found.court.code]),
        shown=[
            {"label": "法院", "value": found.court.name, "url": reverse("admin_court", args=[found.court.code])},
            {"label": "机构类别", "value": found.get_kind_display()},
        ],
        crumbs=[{"label": "机构", "url": reverse("admin_bodies")}, {"label": found.local_name}],
        more={
            "below": tables.table("现任和将任", columns, now),
            "below_title": "现任和将任",
            "below_url": f"{reverse('admin_post_new')}?{urlencode({'body': key})}",
            "below_label": "登记任职",
            "below_empty": {"title": "本机构今天没有人任职", "text": "登记负责人后，本机构才能签署。"},
            "past": tables.table("已离任", columns, past[:100]),
        },
    )
    return handle(request, form)
