"""Sending files ahead of an act, and downloading what one may see."""

from __future__ import annotations

from typing import Any, cast

from django.http import FileResponse, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from shuangcha.access import attachments
from shuangcha.access.refusals import Invalid, NotFound
from shuangcha.acts import materials

from . import files
from .shell import business_page

SANDBOX = "default-src 'none'; sandbox"
SHOWN = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'"
"""A PDF viewer does not start under `sandbox`; it needs its own inline style and nothing of this site."""


@require_POST
@business_page
def upload(request: Any) -> HttpResponse:
    """Files sent ahead of the act: `file`, one or several. The uids go into the act's `files`;
    unused ones fall away in a day."""
    sent = [one for name in request.FILES for one in request.FILES.getlist(name)]
    try:
        if not sent:
            raise Invalid("没有收到文件，请选择文件后再上传。", field="file")
        kept, wrong = files.stage_all(request, sent)
        if wrong:
            raise Invalid(wrong, field="file")
    except Invalid as no:
        return JsonResponse({"sentence": no.sentence, "errors": no.errors}, status=no.status)
    return JsonResponse(
        {"files": [{"uid": str(one.uid), "name": one.name, "size": one.size} for one in kept]}, status=201
    )


@require_GET
@business_page
def download(request: Any, key: str) -> HttpResponse:
    """As an attachment, never shown by the browser under this site's name; each reading is logged."""
    return _sent(request, attachments.material(request.viewer, files.behind(key)), SANDBOX)


@require_GET
@business_page
def view(request: Any, key: str) -> HttpResponse:
    """Evidence opened where it is cited: a PDF in the browser's own viewer, a picture; logged like a download.

    Only kinds whose bytes were checked on arrival. No script runs in an answer with this policy, and Chromium shows a
    PDF in a process and an origin of its own.
    """
    row = attachments.material(request.viewer, files.behind(key))
    if not files.opens(row.name):
        raise NotFound
    return _sent(request, row, SHOWN if row.media == "application/pdf" else SANDBOX, opened=True)


def _sent(request: Any, row: Any, policy: str, *, opened: bool = False) -> HttpResponse:
    path = materials.path_of(row.sha256)
    if not path.is_file():
        raise NotFound
    attachments.downloaded(request.viewer, row, request.now)
    answer = FileResponse(path.open("rb"), as_attachment=not opened, filename=row.name, content_type=row.media)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = policy
    answer["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, answer)  # a page may stream; middleware and shell treat both alike
