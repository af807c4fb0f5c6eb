"""Addresses of the printable papers."""

from __future__ import annotations

from django.urls import path

from . import papers

urlpatterns = [path("papers/<slug:kind>/<slug:subject_kind>/<uuid:uid>/", papers.paper, name="paper")]
