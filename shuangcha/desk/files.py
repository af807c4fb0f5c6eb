"""Attachments at the edge: their addresses, and storing what was sent ahead of an act or together with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from shuangcha.access.refusals import NotFound, Refused
from shuangcha.acts import materials
from shuangcha.casefile import models as cf
from shuangcha.courts import settings

SALT = "shuangcha.material"
ACCEPT = ",".join(sorted(materials.ALLOWED))
OPENED = (".pdf", ".jpg", ".jpeg", ".png")
"""Endings whose first bytes were checked when the file was stored (acts/materials.py)."""


def link(row: cf.Material) -> str:
    """Address of an attachment. The key says nothing and opens nothing by itself: the reader is asked for again."""
    return reverse("material", kwargs={"key": key_of(row.pk)})


def key_of(pk: int) -> str:
    return signing.dumps(pk, salt=SALT)


def opens(name: str) -> bool:
    """A browser shows it by itself: a scan or a photograph."""
    return name.lower().endswith(OPENED)


def behind(key: str) -> int:
    """The id of the attachment that an address names. NotFound for an address that this system has not made."""
    try:
        return int(signing.loads(key, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None


def listed(rows: list[cf.Material]) -> list[dict[str, Any]]:
    """Attachments for parts/files.html."""
    return [{"label": one.name, "url": link(one), "size": one.size, "sha": one.sha256[:12]} for one in rows]


def largest() -> int:
    """The most bytes of one file that is sent in one go; a larger one is sent in parts (upload_pages)."""
    return settings.get("upload_max_mb").number * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rules:
    """What one may send, told before anything is sent. Bytes."""

    at_once: int
    largest: int
    total: int
    most: int


def rules() -> Rules:
    """The limits in force. No statement of its own where the settings are warm."""
    mb = 1024 * 1024
    return Rules(
        at_once=largest(),
        largest=settings.get("upload_big_max_mb").number * mb,
        total=settings.get("upload_total_mb").number * mb,
        most=settings.get("upload_max_files").number,
    )


def stage_all(request: Any, uploads: list[UploadedFile]) -> tuple[list[cf.StagedUpload], str]:
    """Store what was sent; what was refused is told in one sentence, the others are kept."""
    kept: list[cf.StagedUpload] = []
    wrong: list[str] = []
    most = settings.get("upload_max_files").number
    for upload in uploads[:most]:
        try:
            kept.append(materials.stage(upload, request.viewer, request.now))
        except Refused as no:
            wrong.append(f"“{materials.clean_name(str(upload.name or ''))}”：{no.sentence}")
    if len(uploads) > most:
        wrong.append(f"一次最多上传{most}个文件。")
    return kept, "".join(wrong)
