"""Addresses of acting: the form of a move, the page of signing, attachments, and the courts that a picker offers."""

from __future__ import annotations

from django.urls import path

from . import file_pages, moves

urlpatterns = [
    path("do/<str:move_key>/", moves.move, name="move"),
    path("sign/<uuid:uid>/", moves.sign, name="sign"),
    path("withdraw/<uuid:uid>/", moves.withdraw, name="withdraw"),
    path("uploads/", file_pages.upload, name="upload"),
    path("materials/<str:key>/", file_pages.download, name="material"),
    path("materials/<str:key>/view/", file_pages.view, name="material_view"),
    path("courts/suggest/", moves.court_suggest, name="court-suggest"),
]
