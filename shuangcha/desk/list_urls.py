"""Addresses of what is done with a list: kept filters, columns, a file of it, an act on the rows picked."""

from __future__ import annotations

from django.urls import path

from . import list_bulk, list_export, list_kept, lists

urlpatterns = [
    path("todos/", lists.todos, name="todos"),
    path("lists/<str:name>/filters/", list_kept.filters, name="list-filters"),
    path("lists/<str:name>/columns/", list_kept.columns, name="list-columns"),
    path("lists/<str:name>/export/", list_export.export, name="list-export"),
    path("lists/<str:name>/do/", list_bulk.do, name="list-do"),
]
