"""Attachments: staged before the act that uses them, and handed out as downloads only."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from shuangcha.access.refusals import NotFound
from shuangcha.acts import materials

from . import reads
from .auth import caller
from .errors import answers

router = Router()
HASH = re.compile(r"[0-9a-f]{64}")


class Uploaded(Schema):
    uid: UUID = Field(description="24小时内填入内容的 files 栏")
    sha256: str
    size: int
    name: str


@router.post("/uploads", response=answers(Uploaded, 201), operation_id="upload", summary="上传附件")
def upload(request: HttpRequest, file: UploadedFile = File(...)) -> Any:  # noqa: B008  # how the framework is told
    asked = caller(request)
    row = materials.stage(file, asked.viewer, asked.now)
    return Status(201, {"uid": row.uid, "sha256": row.sha256, "size": row.size, "name": row.name})


@router.get(
    "/materials/{key}",
    response=answers(None),
    operation_id="download",
    summary="下载附件",
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def download(request: HttpRequest, key: str) -> Any:
    """Always a download, never a page: fixed type, no sniffing, and a sandbox should a browser open it all the same."""
    asked = caller(request)
    if not HASH.fullmatch(key):
        raise NotFound
    one, container = reads.material(asked.viewer, key)
    reads.log_read(asked.viewer, container, asked.now, what="file")
    response = FileResponse(
        materials.path_of(one.sha256).open("rb"), as_attachment=True, filename=one.name, content_type=one.media
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
