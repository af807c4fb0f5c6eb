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


@require_POST
@business_page
def upload(request: Any) -> HttpResponse:
    """Files sent ahead of the act: `file`, one or several. The uids go into the act's `files`; unused ones fall away in a day."""
    sent = [one for name in request.FILES for one in request.FILES.getlist(name)]
    try:
        if not sent:
            raise Invalid("没有收到文件，请选择文件后再上传。", field="file")
        kept, wrong = files.stage_all(request, sent)
        if wrong:
            raise Invalid(wrong, field="file")
    except Invalid as no:
        return JsonResponse({"sentence": no.sentence, "errors": no.errors}, status=no.status)
    return JsonResponse({"files": [{"uid": str(one.uid), "name": one.name, "size": one.size} for one in kept]}, status=201)


@require_GET
@business_page
def download(request: Any, key: str) -> HttpResponse:
    """Always as an attachment, never shown by the browser under this site's name; each reading is logged."""
    row = attachments.material(request.viewer, files.behind(key))
    path = materials.path_of(row.sha256)
    if not path.is_file():
        raise NotFound
    attachments.downloaded(request.viewer, row, request.now)
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=row.name, content_type=row.media)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, answer)  # a page may stream; middleware and shell treat both alike
