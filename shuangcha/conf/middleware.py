"""Headers on every answer, and a session that ends eight hours after sign-in whatever is done in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone

COMPRESSED = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})
Answer = Callable[[HttpRequest], HttpResponseBase]


class ResponseHeaders:
    """No page of a matter is kept by a browser or a proxy, and no page may use the camera or be embedded elsewhere."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), usb=()")
        return response


class Compressed(GZipMiddleware):
    """Pages, styles and scripts go compressed: a page opened for the first time is a third as heavy.

    Attachments and sheets do not: they are compressed in themselves, and asked for in parts. GZipMiddleware pads each
    answer by a random length against guessing a page's secrets from its size; cookies are SameSite besides.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind not in COMPRESSED or response.has_header("Content-Range") or response.has_header("Content-Disposition"):
            return response
        return super().process_response(request, response)


class AbsoluteSession:
    """Fixes the end of a signed-in session once; Django alone would push it on with every change of the session."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session and "_session_expiry" not in session:
            session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
        return response
