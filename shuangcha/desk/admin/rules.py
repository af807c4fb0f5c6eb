"""The rest-day calendar by year, and the parameters that the plan leaves open, each with where it comes from."""

from __future__ import annotations

import calendar as months
import datetime as dt
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.access.refusals import NotFound
from shuangcha.courts import settings as parameters
from shuangcha.courts.calendar import current
from shuangcha.courts.models import PublishedYear, RestDay, Setting
from shuangcha.desk import tables
from shuangcha.desk.templatetags.desk_tags import date_cn

from . import words
from .shared import Col, Form, Typed, admin_page, handle, row_of
from .structure import MARK_OPTIONS

FIRST_YEAR, LAST_YEAR = 2016, 2099
MOST_DAYS = 31
NOTICE = "国务院办公厅关于{}年部分节假日安排的通知"
DAY = (
    Col("日期", "day", "date", label="日期（起）", required=True),
    Col("", "until", "date", label="至", help="连续几天的填最后一天；只有一天的不填。"),
    Col("类别", "kind", "select", required=True, options=(("休息", "休息"), ("上班", "上班（调休）"))),
    Col(
        "来源", "source", required=True, maxlength=120, wide=True, help="放假通知的名称；填当年通知的，该年即为已公布。"
    ),
)
SETTING = (
    Col("法院代字", "court", "select", label="适用法院"),
    Col("值", "value", required=True, maxlength=200),
    Col("来源", "source", required=True, maxlength=200, wide=True, help="依据的文件、条款，或本院的决定。"),
    Col("来源标记", "mark", "select", label="来源的性质", required=True, options=MARK_OPTIONS),
    Col(
        "起", "start", "date", label="自哪一天起", required=True, help="自这一天起开始计算的期限适用新值，以前的不变。"
    ),
)


# --- calendar ---------------------------------------------------------------------------------------------------------
@admin_page
def calendar(request: Any) -> HttpResponse:
    """A year's rest days and working weekends, with whether it is published; below, the form for days."""
    domain: Domain = request.domain
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else domain.on.year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    notices = dict(PublishedYear.objects.values_list("year", "source"))
    in_force = current()
    special = {row.day: row for row in RestDay.objects.filter(day__year=year).order_by("day")}
    years = sorted({*in_force.published_years, domain.on.year, domain.on.year + 1, year})
    here = f"{reverse('admin_calendar')}?{urlencode({'year': year})}"
    rows = [
        {
            "cells": [
                {"text": date_cn(day), "strong": True},
                {"pill": row.get_kind_display(), "pill_css": "pill-green" if row.kind == "rest" else "pill-amber"},
                {"text": row.source},
                {"text": words.MARKS.get(row.mark, "")},
            ]
        }
        for day, row in special.items()
    ]
    form = Form(
        "登记休息日或上班日",
        "calendar",
        list(DAY) if domain.whole else [],
        {"kind": "休息", "source": NOTICE.format(year)},
        fixed={"来源标记": "V"},
        after=here,
        button="登记",
        lead="" if domain.whole else "工作日历各院共用，由最高一级法院的系统管理员维护；您可以查看。",
        crumbs=[{"label": "工作日历", "url": reverse("admin_calendar")}, {"label": f"{year}年"}],
        rows=_days_of,
    )
    form.more = {
        "year": year,
        "published": year in in_force.published_years,
        "notice": notices.get(year, ""),
        "grid": _grid(year, special),
        "tabs": [
            {
                "label": f"{one}年" + ("" if one in in_force.published_years else "（暂定）"),
                "url": f"?year={one}",
                "active": one == year,
            }
            for one in years
        ],
        "days": tables.table(
            f"{year}年与平常不同的日子",
            [("日期", "nowrap"), ("类别", "nowrap"), ("来源", ""), ("来源的性质", "nowrap")],
            rows,
        ),
    }
    if request.method == "POST" and not domain.whole:
        raise NotFound
    return handle(request, form, "admin/calendar")


def _days_of(typed: Typed, errors: Typed) -> list[dict[str, str]]:
    """One row for each day from the first to the last."""
    row = {"日期": typed["day"], "类别": typed["kind"], "来源": typed["source"], "来源标记": "V"}
    if not typed["until"]:
        return [row]
    try:
        first, last = dt.date.fromisoformat(typed["day"]), dt.date.fromisoformat(typed["until"])
    except ValueError:
        errors["until"] = "日期请写成 2026-10-01 的样子。"
        return [row]
    if last < first:
        errors["until"] = f"“至”{last}早于起日{first}，请对调或改正。"
    elif (last - first).days >= MOST_DAYS:
        errors["until"] = f"一次最多登记{MOST_DAYS}天，请分几次。"
    else:
        return [row | {"日期": (first + dt.timedelta(days=n)).isoformat()} for n in range((last - first).days + 1)]
    return [row]


def _grid(year: int, special: dict[dt.date, RestDay]) -> list[dict[str, Any]]:
    """Twelve months of weeks from Monday; each day with the word of what is special about it."""
    found = []
    for month in range(1, 13):
        weeks = [
            [_cell(day, month, special) for day in week] for week in months.Calendar().monthdatescalendar(year, month)
        ]
        found.append({"label": f"{month}月", "weeks": weeks})
    return found


def _cell(day: dt.date, month: int, special: dict[dt.date, RestDay]) -> dict[str, str]:
    if day.month != month:
        return {"text": "", "word": "", "css": "out"}
    row = special.get(day)
    weekend = day.weekday() >= 5
    if row is None:
        return {"text": str(day.day), "word": "", "css": "weekend" if weekend else ""}
    rest = row.kind == "rest"
    return {"text": str(day.day), "word": "休" if rest else "班", "css": "rest" if rest else "work"}


# --- parameters -------------------------------------------------------------------------------------------------------
@admin_page
def settings(request: Any) -> HttpResponse:
    """Every parameter with the value in force today for all courts, and what single courts have set otherwise."""
    domain: Domain = request.domain
    found: dict[tuple[str, str], Setting] = {}
    coming: set[str] = set()
    stored = (
        Setting.objects.filter(Q(court__isnull=True) | Q(court__in=domain.ids))
        .select_related("court")
        .order_by("valid_from")
    )
    for row in stored:
        if row.valid_from > domain.on:
            coming.add(row.key)
        else:
            found[row.key, row.court.code if row.court else ""] = row
    rows = []
    for key, name in parameters.NAMES.items():
        common = found.get((key, ""))
        given = common or parameters.DEFAULTS[key]
        rows.append(_setting_row(key, name, given, "各院共用", common.valid_from if common else None, key in coming))
        others = [row for (of, code), row in found.items() if of == key and code]
        rows += [
            _setting_row(key, "", row, row.court.name if row.court else "", row.valid_from, False) for row in others
        ]
    columns = [("参数", ""), ("现行值", "nowrap"), ("适用", "nowrap"), ("来源", ""), ("自", "nowrap"), ("办理", "act")]
    from shuangcha.desk.shell import draw

    return draw(
        request,
        "admin/list",
        {
            "title": "参数",
            "table": tables.table("参数", columns, rows),
            "pager": None,
            "lead": "方案没有写明的期限和数量。来源不是方案原文或已核对法规的，是参数，不是规定，可以按本院决定调整。",
            "actions": [{"label": "表格导入导出", "url": reverse("admin_file", args=["settings"]), "icon": "upload"}],
        },
    )


def _setting_row(key: str, name: str, given: Any, whose: str, start: dt.date | None, coming: bool) -> dict[str, Any]:
    notes = {"note": "已登记将来的变更"} if coming else {}
    mark = words.MARKS.get(given.mark, "")
    return {
        "cells": [
            {"text": name, "strong": True, **notes},
            {"text": words.setting(key, given.value)},
            {"text": whose},
            {"text": given.source, "note": f"性质：{mark}"},
            {"text": date_cn(start) if start else "程序默认"},
            {"links": [{"label": "查看和修改", "url": reverse("admin_setting", args=[key])}] if name else []},
        ]
    }


def _setting_cols(key: str, whose: list[tuple[str, str]]) -> list[Col]:
    """The fields of a parameter: its value in the shape that it has, and for which of the courts `whose`."""
    unit = parameters.UNITS.get(key, "")
    cols = []
    for col in SETTING:
        if col.name == "court":
            col = replace(col, options=tuple(whose))
        elif col.name == "value" and key in parameters.CHOICES:
            col = replace(col, kind="select", options=tuple((one, one) for one in parameters.CHOICES[key]))
        elif col.name == "value":
            hint = "例如：10工作日、15日、1月。" if key.startswith(parameters.LIMIT) else f"整数，单位：{unit}。"
            col = replace(col, help=hint)
        cols.append(col)
    return cols


@admin_page
def setting(request: Any, key: str) -> HttpResponse:
    """One parameter: its values since when, and the form for a new one. An old value is never rewritten away."""
    domain: Domain = request.domain
    if key not in parameters.NAMES:
        raise NotFound
    name = parameters.NAMES[key]
    now = parameters.get(key, None, domain.on)
    courts = [(one.code, one.name) for one in administered.courts(domain).order_by("code")]
    whose = ([("", "各院共用")] if domain.whole else []) + courts
    here = reverse("admin_setting", args=[key])
    values = {
        "value": now.value,
        "source": now.source,
        "mark": now.mark,
        "start": domain.on.isoformat(),
        "court": "" if domain.whole else domain.post.court_code,
    }
    history = Setting.objects.filter(Q(court__isnull=True) | Q(court__in=domain.ids), key=key).select_related("court")
    rows = [
        {
            "cells": [
                {"text": date_cn(one.valid_from), "strong": True},
                {"text": one.court.name if one.court else "各院共用"},
                {"text": words.setting(key, one.value)},
                {"text": one.source, "note": f"性质：{words.MARKS.get(one.mark, '')}"},
            ]
        }
        for one in history.order_by("-valid_from", "pk")
    ]
    form = Form(
        name,
        "settings",
        _setting_cols(key, whose),
        values,
        fixed={"参数": key},
        after=here,
        back=reverse("admin_settings"),
        button="登记新值",
        shown=[
            {"label": "现行值", "value": words.setting(key, now.value)},
            {"label": "来源", "value": now.source},
            {"label": "来源的性质", "value": words.MARKS.get(now.mark, "")},
        ],
        crumbs=[{"label": "参数", "url": reverse("admin_settings")}, {"label": name}],
        more={
            "below": tables.table("历次的值", [("自", "nowrap"), ("适用", ""), ("值", "nowrap"), ("来源", "")], rows),
            "below_title": "历次的值",
            "below_empty": {"title": "没有登记过", "text": "现用程序默认值。"},
        },
        rows=lambda typed, errors: [row_of(form, typed)],
    )
    return handle(request, form)
