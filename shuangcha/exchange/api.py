"""The staff HTTP interface: one NinjaAPI, its routers, its description and the page that shows it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from . import account, acting, files, lists, reading
from .auth import ANYONE_SIGNED_IN, Caller, NotSignedIn
from .errors import StrictParser, install, refusal

DESCRIPTION = """
法院工作人员接口。页面能办的事项，接口都能办，理由和限制完全一致。

- **身份**：`POST /session` 登录后使用会话（修改类请求另需在请求头 `X-CSRFToken` 提供登录时返回的 `csrf_token`），
  或在请求头 `Authorization: Bearer 令牌` 中提供本人的令牌。
- **办理**：先读事项的 `actions`（可办什么、为什么不能办），再 `POST /moves/{move_key}`；联合事项由另一机构
  `POST /proposals/{uid}/sign` 签署同一内容。`seen_version` 是所看到的版本，情况有变时返回 409。
- **拒绝**：一律为 `{"sentence": 一句话, "errors": {栏目: 说明}}`。看不到的、应当回避的和不存在的，返回同样的 404。
- **翻页**：把上一页的 `next` 作为 `cursor` 传回；没有 `next` 即到末页。
""".strip()


class ReadableJSON(BaseRenderer):
    """Chinese as it is read, not as escapes."""

    media_type = "application/json"
    charset = "utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False)


api = NinjaAPI(
    title="双查接口",
    version="1.0.0",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="exchange",
    auth=ANYONE_SIGNED_IN,
    renderer=ReadableJSON(),
    parser=StrictParser(),
)
install(api)
for _router, _tag in (
    (account.router, "账号"),
    (acting.router, "办理"),
    (files.router, "附件"),
    (lists.router, "列表"),
    (reading.router, "查看"),
):
    api.add_router("", _router, tags=[_tag])


def _signed_in(request: HttpRequest) -> Caller | None:
    try:
        return next((found for found in (way(request) for way in ANYONE_SIGNED_IN) if found), None)
    except NotSignedIn:
        return None


@require_safe
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI 3.1 document; for signed-in persons only."""
    if _signed_in(request) is None:
        return refusal(NotSignedIn().sentence, 401)
    return HttpResponse(json.dumps(api.get_openapi_schema(), ensure_ascii=False), content_type="application/json")


@require_safe
@ensure_csrf_cookie
def docs(request: HttpRequest) -> HttpResponseBase:
    """The browsable page. Its scripts and styles are this server's own files, so the strict content policy holds."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return render(request, "exchange/docs.html", {"title": api.title})
