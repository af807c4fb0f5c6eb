"""帮助: a page for each role, one screen long, with the names that stand on the screen; open to everybody signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from shuangcha.access.refusals import NotFound
from shuangcha.clock import business
from shuangcha.courts.people import Viewer

from .shell import draw, page


@dataclass(frozen=True, slots=True)
class Role:
    """`held` are the posts by which a reader is of this role: kinds of bodies, and roles in them (empty: any)."""

    key: str
    label: str
    about: str
    icon: str
    held: tuple[tuple[str, tuple[str, ...]], ...]


ROLES: dict[str, Role] = {
    one.key: one
    for one in (
        Role(
            "clerk",
            "内勤",
            "登记线索、办理待办、登记文书",
            "pencil-square",
            (("enforcement", ("member",)), ("supervision", ("member",)), ("inspection", ())),
        ),
        Role(
            "head",
            "机构负责人",
            "执行机构、监察机构负责人：签署、召集会议、交办",
            "pen",
            (("enforcement", ("head", "deputy")), ("supervision", ("head", "deputy"))),
        ),
        Role(
            "group",
            "领导小组",
            "组长、副组长、办公室：看全局、催问、审批",
            "flag",
            (("leading_group", ("head", "deputy")), ("group_office", ("head", "deputy"))),
        ),
        Role(
            "investigator",
            "基层调查员",
            "联合调查组成员：调查、答复要点、起草报告",
            "search",
            (("department", ()), ("enforcement", ("member",)), ("supervision", ("member",))),
        ),
        Role("president", "院长", "承办法院院长：签发上报调查报告", "bank", (("presidency", ()),)),
        Role("admin", "系统管理员", "法院、机构、任职、账号、日历和设定", "gear", (("administration", ()),)),
        Role("auditor", "审计员", "核对留痕，查看谁看过什么", "shield-check", (("audit", ()),)),
    )
}


def own_roles(viewer: Viewer) -> list[str]:
    """Roles whose help concerns this reader; an investigator is of a basic court."""
    found = [key for key, one in ROLES.items() if any(viewer.has(kind, roles or None) for kind, roles in one.held)]
    if not any(post.level == "basic" for post in viewer.posts) and "investigator" in found:
        found.remove("investigator")
    return found


@require_GET
@page
def help_start(request: Any) -> HttpResponse:
    """All roles, the reader's own first."""
    own = own_roles(request.viewer)
    cards = [
        {
            "label": one.label,
            "about": one.about,
            "icon": one.icon,
            "own": key in own,
            "url": reverse("help_role", args=[key]),
        }
        for key, one in ROLES.items()
    ]
    cards.sort(key=lambda card: not card["own"])
    return draw(
        request, "help/start", {"roles": cards, "first_day": reverse("first_day") if business.training() else ""}
    )


@require_GET
@page
def help_role(request: Any, role: str) -> HttpResponse:
    """The page of one role."""
    found = ROLES.get(role)
    if found is None:
        raise NotFound
    tabs = [
        {"label": one.label, "url": reverse("help_role", args=[key]), "active": key == role}
        for key, one in ROLES.items()
    ]
    return draw(
        request,
        f"help/{role}",
        {
            "role": found,
            "tabs": tabs,
            "crumbs": [{"label": "帮助", "url": reverse("help")}, {"label": found.label}],
            "first_day": reverse("first_day") if business.training() else "",
        },
    )
