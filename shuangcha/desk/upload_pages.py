"""Large files in parts, for static/app/uploads.js: opened, continued, completed.
Without JavaScript a form sends its files itself.

POST /uploads/open/ {name, size, mark} → {id, offset, chunk} · POST /uploads/ID/OFFSET/ with the bytes → {offset} · POST
/uploads/ID/complete/ → {files: [{uid, name, size}]}. `mark` tells two files of one name and size apart. A part that
does not begin where the file stands is answered 409 with the offset; whoever asks again goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from shuangcha.access.refusals import Invalid, Refused
from shuangcha.acts import uploads

from .shell import business_page

MARK_LENGTH = 8000


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A refusal in JSON: one sentence, and where the file stands."""

    @wraps(view)
    def seen(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except uploads.OutOfStep as no:
            return JsonResponse({"sentence": no.sentence, "offset": no.offset}, status=no.status)
        except Refused as no:
            return JsonResponse({"sentence": no.sentence}, status=no.status)

    return require_POST(business_page(seen))


@answered
def begin(request: Any) -> HttpResponse:
    """The id under which the parts are sent, and how much is here already."""
    try:
        sent = json.loads(request.body)
        name, size, mark = str(sent["name"]), int(sent["size"]), str(sent["mark"])[:MARK_LENGTH]
    except (ValueError, KeyError, TypeError):
        raise Invalid("没有收到文件的名称和大小，请重新选择文件。") from None
    key, offset = uploads.open_upload(request.viewer, name, size, mark, request.now)
    return JsonResponse({"id": key, "offset": offset, "chunk": uploads.CHUNK})


@answered
def part(request: Any, key: str, offset: int) -> HttpResponse:
    """One part: the body is the bytes; the header X-Content-SHA256 may carry their hash."""
    return JsonResponse(
        {"offset": uploads.add(request.viewer, key, offset, request.body, request.headers.get("X-Content-SHA256", ""))}
    )


@answered
def complete(request: Any, key: str) -> HttpResponse:
    row = uploads.complete(request.viewer, key, request.now)
    return JsonResponse({"files": [{"uid": str(row.uid), "name": row.name, "size": row.size}]}, status=201)
