"""The account pages alone, with a start page to come home to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user))


ELSEWHERE = ("help", "demo_date", "search", "notices")
"""Pages that the shell around the account page links to."""
urlpatterns = [
    path("", home, name="home"),
    *(path(f"{name}/", home, name=name) for name in ELSEWHERE),
    path("", include("shuangcha.desk.account_urls")),
]
