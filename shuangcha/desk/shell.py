"""What stands around every staff page: who looks at it, the day, the way about, and how the system says no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from shuangcha.access import flow as access_flow
from shuangcha.access import reading
from shuangcha.access.refusals import Invalid, NotFound, Refused
from shuangcha.clock import business
from shuangcha.courts.models import Person
from shuangcha.courts.people import Viewer, titled, viewer_of

from . import parts, tray
from .admin.nav import entries
from .templatetags.desk_tags import date_cn
from .wording import full

View = Callable[..., HttpResponse]
NAV = (
    ("home", "工作台", "house-door", ("home", "todos")),
    ("clues", "线索", "inbox", ("clues", "clue")),
    (
        "matters",
        "双查案件",
        "briefcase",
        (
            "matters",
            "matter",
            "matter_files",
            "matter_steps",
            "matter_joint",
            "matter_rounds",
            "matter_compare",
            "assignment",
            "round",
            "record",
            "report",
            "opinion",
            "opinion_act",
        ),
    ),
    ("meetings", "联席会议", "people", ("meetings", "meeting", "meeting_act", "meeting_item_act", "items", "item")),
    ("duties", "处理与反馈", "clipboard-check", ("duties", "duty")),
    (
        "flow_runs",
        "系统检查",
        "shield-check",
        (
            "flow_runs",
            "flow_run",
            "flow_signs",
            "flow_officers",
            "flow_health",
            "flow_check",
            "round_flow",
            "round_officers",
        ),
    ),
    ("due", "期限清单", "hourglass-split", ("due",)),
    ("figures", "统计", "bar-chart", ("figures", "figure_list")),
    ("flow", "流程图", "diagram-3", ("flow", "plan")),
    ("account", "账号", "person-circle", ("account",)),
)
WITHOUT_FILES = frozenset({"home", "account"})


class Asked(HttpRequest):
    """What `page` adds to a request; for annotations only."""

    viewer: Viewer
    now: dt.datetime
    on: dt.date
    counts: dict[str, int]


def page(view: View) -> View:
    """A staff page: only for who is signed in. The view finds `request.viewer`, `request.now` and `request.on`.

    The viewer costs one statement, which also tells whether the password is still the one signed in with; the numbers
    of the title bar cost another, when a page is drawn. `request.user` is never loaded.
    A refusal becomes a page with its status.
    """

    @wraps(view)
    def seen(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        request.now = business.now()
        request.on = request.now.date()
        if not _signed_in(request):
            return redirect(f"{reverse('signin')}?{urlencode({'next': _here(request)})}")
        try:
            return view(request, *args, **kwargs)
        except Refused as no:
            return refusal(request, no)

    return seen


def business_page(view: View) -> View:
    """A page of the procedure: administrators and auditors have none, and are told what a stranger is told."""

    @wraps(view)
    def seen(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not reading.handles_files(request.viewer):
            raise NotFound
        return view(request, *args, **kwargs)

    return page(seen)


def _signed_in(request: Any) -> bool:
    """Resolve the viewer from the session. A session opened with an older password, or by a closed account, ends."""
    try:
        person_id = int(request.session[SESSION_KEY])
    except (KeyError, ValueError):
        return False
    viewer = viewer_of(person_id, request.on)
    if viewer is None:
        request.session.flush()
        return False
    signed_in_with = Person(pk=viewer.id, password=viewer.secret).get_session_auth_hash()
    if not constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), signed_in_with):
        request.session.flush()
        return False
    request.viewer = viewer
    return True


def _here(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else "/"


def shell(request: Any) -> dict[str, Any]:
    """Context of base.html: viewer, nav, day, search, numbers of todos and unread notices (one statement,
    unless the view has them)."""
    viewer: Viewer = request.viewer
    files = reading.handles_files(viewer)
    counts: dict[str, int] = getattr(request, "counts", None) or tray.counts(viewer, request.now)
    here = request.resolver_match.url_name if request.resolver_match else ""
    nav = [
        {
            "label": label,
            "url": reverse(name),
            "icon": icon,
            "active": here in names,
            "count": counts["all"] if name == "home" else 0,
        }
        for name, label, icon, names in (*NAV[:-1], *entries(viewer), NAV[-1])
        if (files or name in WITHOUT_FILES or name.startswith(("admin_", "audit_")))
        and (name != "flow_runs" or access_flow.may(viewer))
    ]
    courts = list(dict.fromkeys(post.court_name for post in viewer.posts))
    context = {
        "viewer": {
            "name": viewer.name,
            "court": "、".join(courts),
            "posts_label": posts_label(viewer),
            "initials": viewer.name[:1],
        },
        "nav": nav,
        "business_date": date_cn(request.on),
        "account_url": reverse("account"),
        "logout_url": reverse("signout"),
        "help_url": reverse("help"),
        "on": request.on,
    }
    if files:
        context |= {
            "search_url": reverse("search"),
            "search_text": request.GET.get("q", "")[:100] if here == "search" else "",
            "notices_url": reverse("notices"),
            "unread": counts["unread"],
            "unread_most": tray.MOST,
        }
    if business.movable():
        moved = {"day": request.on.isoformat(), "next": _here(request), "shown": date_cn(request.on)}
        context["banner"] = render_to_string("desk/parts/demo_date.html", moved, request)
        context["mode"] = "培训" if settings.SHUANGCHA_MODE == "training" else "演示"
        context["training"] = settings.SHUANGCHA_MODE == "training"
    return context


def posts_label(viewer: Viewer) -> str:
    """The person's posts in words: 执行局局长、领导小组副组长."""
    named = [titled(post.body_name, post.title) for post in viewer.posts]
    return "、".join(dict.fromkeys(named)) or "今天没有任职"


def draw(request: Any, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of the desk inside the shell."""
    told = parts.completed({**shell(request), **context})
    return render(request, f"desk/{template}.html", told, status=status)


def refusal(request: Any, no: Refused) -> HttpResponse:
    """404 is one and the same page for a stranger, for who is recused and for what never was."""
    if no.status == 404:
        return draw(request, "not_found", {}, status=404)
    title = {409: "情况已有变化", 422: "不能这样办理"}.get(no.status, "不能办理")
    return draw(request, "refused", {"refusal_title": title, "sentence": full(no.sentence)}, status=no.status)


@page
def unknown(request: Any, exception: Exception | None = None) -> HttpResponse:
    """For an address that is no page (handler404): the same answer as for a row that is no concern of the reader."""
    raise NotFound


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: the page needs nothing that may itself be broken."""
    return HttpResponse(render_to_string("desk/error.html"), status=500)


@require_POST
@page
def move_demo_date(request: Any) -> HttpResponse:
    """Move the business day of a demo or training instance; production answers that there is no such page."""
    if not business.movable():
        raise NotFound
    text = request.POST.get("day", "").strip()
    try:
        day = dt.date.fromisoformat(text) if text and request.POST.get("do") != "today" else None
    except ValueError:
        raise Invalid("日期请写成 2026-11-24 的样子。") from None
    if day is not None and not 2016 <= day.year <= 2099:
        raise Invalid("业务日期请在2016年至2099年之间选择。")
    business.move_to(day)
    messages.success(request, f"业务日期现为{date_cn(business.today())}。")
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "home")
