"""Addresses under /api/v1/. Whatever is not named here is answered in JSON too."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from .api import api, docs, openapi
from .errors import in_json, unknown

_patterns, _app, _namespace = api.urls
for _one in _patterns:
    if isinstance(_one, URLPattern):
        _one.callback = in_json(_one.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", in_json(openapi), name="api-description"),
    path("docs", in_json(docs), name="api-docs"),
    path("", include((_patterns, _app), namespace=_namespace)),
    re_path(r"^.*$", unknown),
]
