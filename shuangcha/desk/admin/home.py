"""The desks of administrators and auditors: what needs them today, each figure opening its list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.courts.calendar import current
from shuangcha.desk.shell import draw

from . import looking
from .accounts import LIVE, UNSET, in_state, locked_logins
from .posts import ending
from .structure import headless

NEXT_YEAR_FROM = (11, 1)
"""From this day on the next year's calendar is asked for: its notice is usually out, and limits already run into it."""
SHOWN = 10
Task = dict[str, Any]


def _to(name: str, **query: str) -> str:
    return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)


def desk(request: Any) -> HttpResponse | None:
    """The start page of who administers or audits; None for everybody else."""
    viewer = request.viewer
    keeps = administered.domain_of(viewer, request.on, "administration") if viewer.has("administration") else None
    looks = administered.domain_of(viewer, request.on, "audit") if viewer.has("audit") else None
    if keeps is None and looks is None:
        return None
    return draw(
        request,
        "admin/home",
        {
            "keeping": _keeping(keeps) if keeps else None,
            "looking": looking.overview(looks, request.now) if looks else None,
        },
    )


def _keeping(domain: Domain) -> dict[str, Any]:
    """Everything that waits for the administrator. Nine statements."""
    persons = administered.persons(domain)
    locked = locked_logins()
    counted = persons.aggregate(
        locked=Count("pk", filter=LIVE & Q(login__in=locked)),
        unset=Count("pk", filter=LIVE & UNSET),
        all=Count("pk", filter=LIVE),
    )
    waiting = in_state(persons, "waiting").count() if counted["unset"] else 0
    tasks = [
        _headless_task(domain),
        *_account_tasks(counted["locked"], waiting),
        *_post_tasks(domain),
        *_court_tasks(domain),
    ]
    return {
        "scope": f"您管理{domain.post.court_name}"
        + ("和全部没有自设管理员的法院" if domain.whole else "及其下级法院")
        + f"，共{len(domain.codes)}个。",
        "tasks": [one for one in tasks if one],
        "cards": [
            {"label": "法院", "value": len(domain.codes), "url": reverse("admin_courts")},
            {"label": "机构", "value": administered.bodies(domain).count(), "url": reverse("admin_bodies")},
            {"label": "可用账号", "value": counted["all"], "url": reverse("admin_accounts")},
            {
                "label": "现任职务",
                "value": administered.posts(domain)
                .filter(Q(valid_from__lte=domain.on), Q(valid_to__isnull=True) | Q(valid_to__gte=domain.on))
                .count(),
                "url": _to("admin_posts", state="now"),
            },
        ],
    }


def _headless_task(domain: Domain) -> Task | None:
    lacking = headless(domain)
    names = [
        f"{court}{name}"
        for court, name in lacking.order_by("court__code", "pk").values_list("court__name", "local_name")
    ]
    return _task(
        len(names),
        "机构今天没有负责人",
        "无人可以负责人身份签署：" + "、".join(names[:SHOWN]) + ("等" if len(names) > SHOWN else ""),
        _to("admin_bodies", state="headless"),
        "late",
    )


def _account_tasks(locked: int, waiting: int) -> list[Task | None]:
    return [
        _task(
            locked,
            "账号被锁定",
            "连续输错密码，十五分钟后自动解除；核实是本人的可以立即解除。",
            _to("admin_accounts", state="locked"),
            "late",
        ),
        _task(
            waiting,
            "账号等待发放一次性码",
            "没有设置密码，也没有可用的一次性码，不能登录。",
            _to("admin_accounts", state="waiting"),
            "soon",
        ),
    ]


def _post_tasks(domain: Domain) -> list[Task | None]:
    """What ends within thirty days."""
    posts = administered.posts(domain).filter(ending(domain))
    ends = posts.aggregate(
        own=Count("pk", filter=Q(deputy_of__isnull=True)), deputies=Count("pk", filter=Q(deputy_of__isnull=False))
    )
    return [
        _task(
            ends["deputies"],
            "代理三十日内届满",
            "届满次日起代理人失去该职务的权限。",
            _to("admin_deputies", state="ending"),
            "soon",
        ),
        _task(
            ends["own"],
            "任职三十日内届满",
            "届满次日起不能再办理，需要的请登记接任。",
            _to("admin_posts", state="ending"),
            "soon",
        ),
    ]


def _court_tasks(domain: Domain) -> list[Task | None]:
    """Courts without a successor, years without a calendar."""
    orphans = administered.courts(domain).filter(valid_to__lt=domain.on, successor__isnull=True).count()
    return [
        _task(
            orphans,
            "法院已终止而没有承继法院",
            "原法院的案号找不到现在负责的法院。",
            _to("admin_courts", state="orphan"),
            "soon",
        ),
        *[
            _task(
                1,
                f"{year}年工作日历尚未公布",
                "涉及该年的期限都是暂定；放假通知公布后请登记。"
                if domain.whole
                else "涉及该年的期限都是暂定；由最高一级法院的系统管理员登记。",
                _to("admin_calendar", year=str(year)),
                "late" if year <= domain.on.year else "soon",
            )
            for year in _years_missing(domain.on)
        ],
    ]


def _task(count: int, title: str, text: str, url: str, level: str) -> Task | None:
    return {"count": count, "title": title, "text": text, "url": url, "level": level} if count else None


def _years_missing(on: dt.date) -> list[int]:
    years = [on.year, *([on.year + 1] if (on.month, on.day) >= NEXT_YEAR_FROM else [])]
    published = current().published_years
    return [year for year in years if year not in published]
