"""Addresses: staff pages, staff interface, and two addresses for whoever watches over the server."""

from __future__ import annotations

import importlib.util

from django.urls import URLPattern, URLResolver, include, path

from shuangcha.conf import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
for prefix, room in (("api/v1/", "shuangcha.exchange"), ("", "shuangcha.desk")):
    if importlib.util.find_spec(room + ".urls"):
        urlpatterns.append(path(prefix, include(room + ".urls")))
