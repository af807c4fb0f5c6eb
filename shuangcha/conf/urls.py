"""Addresses: staff pages, staff interface, two addresses for who watches the server, one for who finds it weak."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from shuangcha.conf import health, security

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(".well-known/security.txt", security.security_txt, name="security-txt"),
    path("api/v1/", include("shuangcha.exchange.urls")),
    path("", include("shuangcha.desk.urls")),
]
handler404 = "shuangcha.desk.shell.unknown"
handler500 = "shuangcha.desk.shell.broken"
