"""Sign-in, sign-out, reset by one-time code, and a person's own account.

An unknown name, a wrong password, a closed and a locked account are answered with the same sentence, the same status
and one password hash of work each, so that nobody learns here which names exist.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from shuangcha.acts import accounts
from shuangcha.clock import business
from shuangcha.courts.models import BodyKind, Person, Post, PostRole
from shuangcha.courts.people import Viewer, titled, valid_on, viewer_of

from .shell import shell

REFUSED = (
    "用户名或密码不正确，或该账号暂不能登录。连续输错5次的，请15分钟后再试；忘记密码请向本院系统管理员领取一次性码。"
)
LONGEST = 200  # characters of a name or password; longer ones are not hashed
DEMO_COURTS = ("豫03", "豫0305", "豫0304", "豫")
_WORKERS = (BodyKind.ENFORCEMENT, BodyKind.SUPERVISION)


def _field(name: str, label: str, kind: str = "password", **more: Any) -> dict[str, Any]:
    return {
        "id": f"id_{name}",
        "name": name,
        "label": label,
        "kind": kind,
        "required": True,
        "maxlength": LONGEST,
        **more,
    }


MODES = {"demo": "演示", "training": "培训"}
"""Instances with invented data: every page says so."""


def _banner() -> dict[str, Any]:
    if settings.SHUANGCHA_MODE not in MODES:
        return {}
    return {
        "banner": "数据均为虚构，请勿录入真实案件。",
        "mode": MODES[settings.SHUANGCHA_MODE],
        "training": business.training(),
    }


@sensitive_variables("password")
def _authenticated(request: HttpRequest, name: str, password: str) -> Person | None:
    """The person, or None; counted by axes. A locked name costs one hash too, as every other refusal does."""
    if not name or not password or len(name) > LONGEST or len(password) > LONGEST or "\0" in name + password:
        return None
    # By the name of the field: axes looks for the name under USERNAME_FIELD and would count `username` for nobody.
    person = authenticate(request, login=name, password=password)
    if getattr(request, "axes_locked_out", False):
        make_password(password)
        request.axes_locked_out = False  # type: ignore[attr-defined]  # else axes answers with a page of its own
    return person if isinstance(person, Person) else None


def _next(request: HttpRequest) -> str:
    """Where to go after sign-in: an address of this site, else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Name and password. A signed-in person goes straight on."""
    if request.user.is_authenticated and request.method == "GET":
        return HttpResponseRedirect(_next(request))
    context: dict[str, Any] = {"next": request.POST.get("next") or request.GET.get("next") or "", **_banner()}
    name = request.POST.get("username", "").strip().lower()
    if request.method == "POST":
        person = _authenticated(request, name, request.POST.get("password", ""))
        if person is not None:
            login(request, person)
            return HttpResponseRedirect(_next(request))
        context["form_error"] = REFUSED
    context["fields"] = [
        _field("username", "用户名", "text", value=name[:LONGEST], autocomplete="username"),
        _field("password", "密码", autocomplete="current-password"),
    ]
    if settings.SHUANGCHA_MODE in MODES:
        context |= {"demo_courts": demo_accounts(timezone.localdate()), "demo_password": accounts.DEMO_PASSWORD}
    return render(request, "desk/accounts/signin.html", context, status=422 if "form_error" in context else 200)


def demo_accounts(on: date) -> list[dict[str, Any]]:
    """Accounts by court and role for the sign-in page of a demo: one of each role, two handlers. One statement."""
    posts = (
        Post.objects.filter(valid_on(on), body__court__code__in=DEMO_COURTS, person__login__isnull=False)
        .filter(person__is_active=True)
        .select_related("person", "body__court")
        .order_by("id")
    )
    taken: dict[tuple[int, str], int] = {}
    courts: dict[str, dict[int, dict[str, Any]]] = {code: {} for code in DEMO_COURTS}
    names: dict[str, str] = {}
    for post in posts:
        place = (post.body_id, post.role)
        several = 2 if post.body.kind in _WORKERS and post.role == PostRole.MEMBER else 1
        people = courts[post.body.court.code]
        names[post.body.court.code] = post.body.court.name
        if post.person_id not in people:
            if taken.get(place, 0) >= several or post.body.kind == BodyKind.LEADING_GROUP:
                continue
            taken[place] = taken.get(place, 0) + 1
            people[post.person_id] = {"name": post.person.name, "login": post.person.login, "posts": []}
        people[post.person_id]["posts"].append(titled(post.body.local_name, post.title))
    return [{"court": names[code], "people": list(people.values())} for code, people in courts.items() if people]


@require_http_methods(["GET", "POST"])
def signout(request: HttpRequest) -> HttpResponse:
    """End the session and have the browser forget what it holds of this site. Typed as an address it ends nothing."""
    if request.method == "GET":
        return redirect("/")
    logout(request)
    response = redirect("signin")
    # Without "cache": no page is cached (no-store), and clearing the cache can hold a browser up for many seconds.
    response["Clear-Site-Data"] = '"cookies", "storage"'
    return response


@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Set a password with a one-time code: at the first sign-in and when the old one is forgotten."""
    name, errors, refused = request.POST.get("username", "").strip().lower(), {}, ""
    if request.method == "POST":
        code, password = request.POST.get("code", "").strip(), request.POST.get("password", "")
        if password != request.POST.get("again", ""):
            errors["again"] = "两次输入的密码不一致，请重新输入。"
        elif len(code) > LONGEST or len(name) > LONGEST or len(password) > LONGEST:
            refused = "输入过长，请核对。"
        else:
            try:
                accounts.reset_password(name, code, password, timezone.now())
            except accounts.CodeRefused as wrong:
                refused = str(wrong)
            except accounts.AccountError as wrong:
                errors["password"] = str(wrong)
            else:
                logout(request)
                messages.success(request, "密码已设置，请用新密码登录。")
                return redirect("signin")
    fields = [
        _field("username", "用户名", "text", value=name[:LONGEST], autocomplete="username"),
        _field("code", "一次性码", "text", autocomplete="one-time-code", placeholder="例如 7K2QD-M4XWA-9T0RB-HNE3C"),
        _field("password", "新密码", autocomplete="new-password", help="至少12个字符；可用一句只有自己知道的话。"),
        _field("again", "再输一次新密码", autocomplete="new-password"),
    ]
    for field in fields:
        field["error"] = errors.get(field["name"], "")
    context = {"fields": fields, "errors": _told(fields), "form_error": refused, **_banner()}
    if errors:  # what is secret is not sent back
        context["form_error"] = "请改正下列各处，并重新输入一次性码和密码。"
    return render(request, "desk/accounts/reset.html", context, status=422 if errors or refused else 200)


def _told(fields: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"field_id": f["id"], "label": f["label"], "text": f["error"]} for f in fields if f.get("error")]


@login_required(login_url="signin")
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own posts, password and tokens. Which form was sent stands in its button `do`."""
    person, now = request.user, timezone.now()
    assert isinstance(person, Person)  # login_required
    errors: dict[str, str] = {}
    shown = ""
    act = request.POST.get("do", "") if request.method == "POST" else ""
    if act == "password":
        errors = _change_password(request, person)
    elif act == "token":
        try:
            shown = accounts.create_token(person, request.POST.get("label", ""), now)
        except accounts.AccountError as wrong:
            errors["label"] = str(wrong)
    elif act == "revoke":
        number = request.POST.get("token", "")
        if (
            number.isascii()
            and number.isdigit()
            and len(number) < 19
            and accounts.revoke_token(person, int(number), now)
        ):
            messages.success(request, "令牌已停用，凭它的访问立即终止。")
        else:
            messages.error(request, "没有这个令牌，或它已经停用。")
    # A new token is drawn into this very answer: an address or a session must not carry it.
    if act and not errors and not shown:
        return redirect("account")
    password_fields = [
        _field("old", "现用密码", autocomplete="current-password"),
        _field("password", "新密码", autocomplete="new-password", help="至少12个字符；可用一句只有自己知道的话。"),
        _field("again", "再输一次新密码", autocomplete="new-password"),
    ]
    label = request.POST.get("label", "")[:LONGEST] if "label" in errors else ""
    token_field = _field("label", "用途", "text", value=label, placeholder="例如：对接执行指挥平台")
    for field in [*password_fields, token_field]:
        field["error"] = errors.get(field["name"], "")
    viewer = viewer_of(person.pk, business.today())
    posts = viewer.posts if viewer else ()
    context = {
        **_around(request, person, viewer),
        "login": person.login,
        "posts": posts,
        "password_fields": password_fields,
        "password_errors": _told(password_fields),
        "token_field": token_field,
        "tokens": accounts.tokens_of(person),
        "new_token": shown,
    }
    return render(request, "desk/accounts/account.html", context, status=422 if errors else 200)


def _around(request: Any, person: Person, viewer: Viewer | None) -> dict[str, Any]:
    """What stands around every staff page; of who has no post today the name and the way out alone."""
    if viewer is not None:
        request.viewer, request.now = viewer, business.now()
        request.on = request.now.date()
        return shell(request)
    return {
        "viewer": {"name": person.name, "court": "", "posts_label": "", "initials": person.name[:1]},
        "logout_url": reverse("signout"),
        "help_url": reverse("help"),
        "account_url": reverse("account"),
        **_banner(),
    }


@sensitive_variables("password")
def _change_password(request: HttpRequest, person: Person) -> dict[str, str]:
    """Errors by field; with none the password is changed and this session alone goes on."""
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        return {"again": "两次输入的密码不一致，请重新输入。"}
    # Through axes: a stolen session must not be a place to guess the password at leisure.
    if _authenticated(request, person.login or "", request.POST.get("old", "")) is None:
        return {"old": "现用密码不正确；连续输错5次的，请15分钟后再试。"}
    try:
        accounts.set_password(person, password)
    except accounts.AccountError as wrong:
        return {"password": str(wrong)}
    update_session_auth_hash(request, person)
    messages.success(request, "密码已修改；在其他地方的登录已全部退出。")
    return {}
