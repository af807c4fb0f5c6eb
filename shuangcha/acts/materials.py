"""Attachments: bytes stored by hash in the data folder, staged before the act that uses them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings as django_settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum

from shuangcha.access.places import clue_of, matter_of
from shuangcha.access.refusals import Invalid
from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.courts.people import Viewer

from . import pictures
from .act import Act

ALLOWED = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".txt": "text/plain",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ofd": "application/octet-stream",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".wps": "application/octet-stream",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".tif": "image/tiff",
    ".webp": "image/jpeg",
}
MISNAMED = "文件内容与后缀不符，请核对后重新上传。"
STARTS = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG",
    ".docx": b"PK",
    ".xlsx": b"PK",
    ".zip": b"PK",
    ".ofd": b"PK",
    ".webp": b"RIFF",
}


def folder() -> Path:
    return Path(django_settings.DATA_DIR) / "materials"


def path_of(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256[2:4] / sha256


def stage(upload: UploadedFile, viewer: Viewer, now: dt.datetime) -> cf.StagedUpload:
    """Store an upload while it streams: size and type are checked on the way, the name never reaches the disk."""
    name, ending = accepted(str(upload.name or ""))
    most = settings.get("upload_max_mb").number * 1024 * 1024
    check_room(viewer, upload.size or 0)
    scratch = _scratch()
    try:
        size = 0
        with scratch.open("wb") as out:
            for chunk in upload.chunks():
                if size == 0 and chunk and not chunk.startswith(STARTS.get(ending, b"")):
                    raise Invalid(MISNAMED, field="file")
                size += len(chunk)
                if size > most:
                    raise Invalid(f"文件超过{most // 1024 // 1024}兆，请压缩或分开上传。", field="file")
                out.write(chunk)
        return keep(scratch, name, viewer, now)
    finally:
        scratch.unlink(missing_ok=True)


def keep(scratch: Path, name: str, viewer: Viewer, now: dt.datetime) -> cf.StagedUpload:
    """Make a whole file in the data folder a staged upload. The file is moved away; a picture is written anew first."""
    name, ending = accepted(name)
    with scratch.open("rb") as opened:
        start = opened.read(16)
    if not start:
        raise Invalid("文件是空的。", field="file")
    if not start.startswith(STARTS.get(ending, b"")):
        raise Invalid(MISNAMED, field="file")
    made = scratch
    try:
        if pictures.is_picture(ending):
            made, name = _scratch(), pictures.name_of(name)
            with made.open("wb") as out:
                pictures.rewrite(scratch, ending, out)
            scratch.unlink()
        digest = hashlib.sha256()
        with made.open("rb") as opened:
            while part := opened.read(1 << 20):
                digest.update(part)
            os.fsync(opened.fileno())
            size = opened.tell()
        sha = digest.hexdigest()
        target = path_of(sha)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(made, target)
        _sync(target.parent)
    finally:
        if made != scratch:
            made.unlink(missing_ok=True)
    row = cf.StagedUpload(sha256=sha, size=size, name=name, media=ALLOWED[ending], person_id=viewer.id, at=now)
    row.save(force_insert=True)
    return row


def accepted(name: str) -> tuple[str, str]:
    """The clean name and its ending; Invalid for a kind of file that is not taken."""
    name = clean_name(name)
    ending = Path(name).suffix.lower()
    if ending in (".heic", ".heif"):
        raise Invalid(
            "不接受这种手机照片格式，请在手机的相机设置中把照片格式改为“兼容性最佳”，或用本页的“拍照”按钮直接拍摄。",
            field="file",
        )
    if ending not in ALLOWED:
        raise Invalid(f"不接受“{ending or '没有后缀'}”文件，可以上传：{'、'.join(sorted(ALLOWED))}。", field="file")
    return name, ending


def check_room(viewer: Viewer, size: int) -> None:
    """Invalid where what this person has sent ahead and not used would grow over the limit. One statement."""
    most = settings.get("upload_total_mb").number * 1024 * 1024
    held = cf.StagedUpload.rows.filter(person_id=viewer.id).aggregate(total=Sum("size"))["total"] or 0
    if held + size > most:
        raise Invalid(
            f"已上传而未提交的附件合计不能超过{most // 1024 // 1024}兆，请先提交一部分，再上传其余的。", field="file"
        )


def _scratch() -> Path:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, path = tempfile.mkstemp(dir=folder())
    os.close(handle)
    return Path(path)


def clean_name(name: str) -> str:
    """A display name without path, control or direction characters; at most 120 characters, the ending kept."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(ch for ch in base if ch.isprintable() and ch not in '<>:"|?*').strip(". ") or "文件"
    stem, ending = os.path.splitext(base)
    return stem[: 120 - len(ending)] + ending[:20]


def attach(act: Act, uids: Iterable[UUID | str], *, original: bool = False) -> list[cf.Material]:
    """Make staged uploads of this person materials of the act's subject; their hashes go into the step."""
    keys = [UUID(str(uid)) for uid in uids]
    if not keys:
        return []
    assert act.subject is not None
    owner = act.proposal.proposer_id if act.proposal is not None else act.viewer.id  # the second signer executes
    staged = {one.uid: one for one in cf.StagedUpload.rows.filter(uid__in=keys, person_id=owner)}
    if len(staged) != len(set(keys)):
        raise Invalid("附件已经失效，请重新上传。", field="files")
    matter = matter_of(act.subject)
    rows = cf.Material.rows.bulk_create(
        [
            cf.Material(
                sha256=one.sha256,
                size=one.size,
                name=one.name,
                media=one.media,
                matter=matter,
                clue=None if matter else clue_of(act.subject),
                subject_kind=act.subject.KIND,
                subject_id=act.subject.pk,
                original=original,
                added_by_id=owner,
                added_at=act.now,
            )
            for one in (staged[key] for key in keys)
        ]
    )
    cf.StagedUpload.rows.filter(uid__in=keys).delete()
    act.recorded["materials"] = [{"sha256": one.sha256, "size": one.size} for one in rows]
    return list(rows)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
