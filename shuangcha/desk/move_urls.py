"""Addresses of acting: the form of a move, the page of signing, attachments, and the courts that a picker offers."""

from __future__ import annotations

from django.urls import path

from . import draft_pages, file_pages, moves

urlpatterns = [
    path("do/<str:move_key>/", moves.move, name="move"),
    path("sign/<uuid:uid>/", moves.sign, name="sign"),
    path("withdraw/<uuid:uid>/", moves.withdraw, name="withdraw"),
    path("drafts/", draft_pages.save, name="drafts"),
    path("uploads/", file_pages.upload, name="upload"),
    path("materials/<str:key>/", file_pages.download, name="material"),
    path("courts/suggest/", moves.court_suggest, name="court-suggest"),
]
