"""Addresses: staff pages, staff interface, and two addresses for whoever watches over the server."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from shuangcha.conf import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", include("shuangcha.exchange.urls")),
    path("", include("shuangcha.desk.urls")),
]
handler404 = "shuangcha.desk.shell.unknown"
handler500 = "shuangcha.desk.shell.broken"
