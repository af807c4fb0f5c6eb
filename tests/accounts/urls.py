"""The account pages alone, with a start page to come home to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user))


urlpatterns = [path("", home), path("help/", home, name="help"), path("", include("shuangcha.desk.account_urls"))]
