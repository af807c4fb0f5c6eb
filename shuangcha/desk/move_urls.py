"""Addresses of acting: the form of a move, the page of signing, attachments, and the courts that a picker offers."""

from __future__ import annotations

from django.urls import path

from . import draft_pages, file_pages, moves, signing, upload_pages

urlpatterns = [
    path("do/<str:move_key>/", moves.move, name="move"),
    path("sign/<uuid:uid>/", signing.sign, name="sign"),
    path("withdraw/<uuid:uid>/", signing.withdraw, name="withdraw"),
    path("drafts/", draft_pages.save, name="drafts"),
    path("uploads/", file_pages.upload, name="upload"),
    path("uploads/open/", upload_pages.begin, name="upload-open"),
    path("uploads/<str:key>/complete/", upload_pages.complete, name="upload-complete"),
    path("uploads/<str:key>/<int:offset>/", upload_pages.part, name="upload-part"),
    path("materials/<str:key>/", file_pages.download, name="material"),
    path("materials/<str:key>/view/", file_pages.view, name="material_view"),
    path("courts/suggest/", moves.court_suggest, name="court-suggest"),
]
