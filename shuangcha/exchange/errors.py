"""Every refusal in one shape: a Chinese sentence, and the fields to mend. Nothing that a client sends ends in a 5xx."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from pydantic import Field

from shuangcha.access.refusals import NotFound, Refused
from shuangcha.acts.contents.base import MESSAGES
from shuangcha.courts import settings as court_settings

from .auth import NotSignedIn

log = logging.getLogger("shuangcha.exchange")
Answer = Callable[..., HttpResponseBase]
BAD_JSON = "请求内容不是有效的 JSON，请核对后重新提交。"
TOO_BIG = "提交的内容过大。"


class Refusal(Schema):
    """How the interface says no."""

    sentence: str = Field(description="一句话说明为什么不能办理，以及怎么办")
    errors: dict[str, str] = Field(description="需要修改的栏目（点号路径，如 points.0.text）及说明")


REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 422, 429), Refusal)


def answers(model: Any, status: int = 200) -> dict[int, Any]:
    """The answers that an operation declares: its own, and every refusal."""
    return {status: model, **REFUSALS}


class Malformed(Refused):
    status = 400


class TooBig(Refused):
    status = 413


class StrictParser(Parser):
    """JSON only, and only when it says so: a form of another site cannot send that type without asking first."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise ValueError("application/json is wanted")
        try:
            data = json.loads(request.body.decode(), parse_constant=_no_constant)
        except RecursionError as wrong:
            raise ValueError("nested too deeply") from wrong
        # A lone surrogate passes as JSON and can be neither stored nor sent.
        json.dumps(data, ensure_ascii=False).encode()
        return data


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def refusal(sentence: str, status: int, errors: dict[str, str] | None = None) -> JsonResponse:
    body = {"sentence": sentence, "errors": errors or {}}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _refused(request: HttpRequest, wrong: Refused) -> HttpResponse:
    response = refusal(wrong.sentence, wrong.status, wrong.errors)
    if wrong.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="shuangcha"'
    if hasattr(wrong, "retry_after"):
        response["Retry-After"] = str(wrong.retry_after)
    return response


def _invalid(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    """Wrong types and missing fields of the request itself; the content of a move is judged by its own model."""
    errors: dict[str, str] = {}
    for one in wrong.errors:
        place = [str(part) for part in one["loc"]][1:]
        if one["loc"][0] in ("body", "form", "file") and len(place) > 1:
            place = place[1:]  # the name of the function's argument
        sentence = MESSAGES.get(one["type"], "填写有误，请核对")
        try:
            sentence = sentence.format(**one.get("ctx", {}))
        except (KeyError, IndexError):
            sentence = "填写有误，请核对"
        errors.setdefault(".".join(place) or "body", f"{sentence}。")
    return refusal("有栏目需要修改，见各栏说明。", 422, errors)


def _http_error(request: HttpRequest, wrong: HttpError) -> HttpResponse:
    """What the framework itself refuses: a body that cannot be parsed."""
    return refusal(BAD_JSON if wrong.status_code == 400 else "请求有误，请核对。", wrong.status_code)


def _unforeseen(request: HttpRequest, wrong: Exception) -> HttpResponse:
    """A mistake of the program: logged with its place, never with the request's body."""
    log.error("unforeseen in the interface", exc_info=wrong)
    return refusal("系统出现意外，已记录，请稍后再试；如仍不能办理，请联系系统管理员。", 500)


def install(api: NinjaAPI) -> None:
    """All handlers of the interface."""
    handlers: list[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = [
        (Refused, _refused),
        (ValidationError, _invalid),
        (AuthenticationError, lambda request, wrong: _refused(request, NotSignedIn())),
        (HttpError, _http_error),
        (Http404, lambda request, wrong: _refused(request, NotFound())),
        (RequestDataTooBig, lambda request, wrong: refusal(TOO_BIG, 413)),
        (SuspiciousOperation, lambda request, wrong: refusal("请求有误，请核对。", 400)),
        (MultiPartParserError, lambda request, wrong: refusal("上传内容不完整，请重新上传。", 400)),
        (UnreadablePostError, lambda request, wrong: refusal("上传中断，请重新上传。", 400)),
        (OperationalError, lambda request, wrong: refusal("系统繁忙，请稍后再试。", 503)),
        (Exception, _unforeseen),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def in_json(view: Answer) -> Answer:
    """Around every address: too much is refused before it is read, and what is refused above the operations is JSON too."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return refusal("请求有误，请核对。", 400)
        if length > (court_settings.get("upload_max_mb").number + 1) * 1024 * 1024:
            return refusal(TOO_BIG, 413)
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return _refused(request, NotFound())
        if isinstance(response, HttpResponseNotAllowed):
            told = refusal("这个地址不接受该请求方法。", 405)
            told["Allow"] = response["Allow"]
            return told
        return response

    return wrapped


def unknown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Any other address under the interface: the same 404 as for what is not there or not theirs."""
    return _refused(request, NotFound())


unknown.csrf_exempt = True  # type: ignore[attr-defined]
