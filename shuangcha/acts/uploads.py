"""Large files sent in parts: opened, continued from where it broke off, completed into a staged upload.

Parts lie in the data folder under `uploads/`, one folder for one file of one person. The folder's name is made of the
person and the file (name, size, day of change, first and last bytes), so whoever chooses the same file again, after a
lost network or a reload, goes on where the server stopped. What is not completed within a day falls away.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.utils.crypto import salted_hmac

from shuangcha.access.refusals import Invalid, NotFound, Stale
from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.courts.people import Viewer

from . import materials

CHUNK = 4 * 1024 * 1024
HOURS = 24
ID_LENGTH = 40


class OutOfStep(Stale):
    """The part does not begin where the file stands; `offset` is where it stands."""

    def __init__(self, offset: int) -> None:
        super().__init__("上传进度不一致，将从服务器已收到的位置继续。")
        self.offset = offset


def folder() -> Path:
    return Path(django_settings.DATA_DIR) / "uploads"


def open_upload(viewer: Viewer, name: str, size: int, mark: str, now: dt.datetime) -> tuple[str, int]:
    """(id, bytes already here). Opening the same file again answers the same id.
    Raises Invalid before a byte is sent."""
    name, _ = materials.accepted(name)
    most = largest()
    if not 0 < size <= most:
        raise Invalid(
            "文件是空的。" if size <= 0 else f"文件超过{most // 1024 // 1024}兆，请压缩或分成几个文件。", field="file"
        )
    key = salted_hmac("shuangcha.uploads", f"{viewer.id}|{size}|{name}|{mark}").hexdigest()[:ID_LENGTH]
    place = folder() / key
    if not (place / "told.json").is_file():
        materials.check_room(viewer, size + _open_bytes(viewer))
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(place, {"person": viewer.id, "name": name, "size": size, "opened": now.isoformat()})
    with _held(viewer, key) as (place, told):
        if "uid" in told and not cf.StagedUpload.rows.filter(uid=told["uid"]).exists():
            del told["uid"]  # an act has used it, or it was swept: the same file may be sent again
            _write(place, {**told, "opened": now.isoformat()})
        return key, _stands(place, told)


def add(viewer: Viewer, key: str, offset: int, data: bytes, sha256: str = "") -> int:
    """Append one part; returns the new offset. `sha256`, where given, is that of the part. Raises OutOfStep,
    Invalid, NotFound."""
    if sha256 and hashlib.sha256(data).hexdigest() != sha256.lower():
        raise Invalid("这一段在传送中受损，请重新传送。", field="file")
    with _held(viewer, key) as (place, told):
        stands = _stands(place, told)
        if offset != stands or not data:
            raise OutOfStep(stands)
        if len(data) > CHUNK or offset + len(data) > told["size"]:
            raise Invalid("收到的内容多于文件的大小，请重新上传。", field="file")
        with (place / "part").open("ab") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        return offset + len(data)


def complete(viewer: Viewer, key: str, now: dt.datetime) -> cf.StagedUpload:
    """The whole file becomes a staged upload; completing again answers the same one."""
    with _held(viewer, key) as (place, told):
        if "uid" in told:
            row: cf.StagedUpload | None = cf.StagedUpload.rows.filter(uid=told["uid"], person_id=viewer.id).first()
            if row is None:
                raise NotFound
            return row
        stands = _stands(place, told)
        if stands != told["size"]:
            raise OutOfStep(stands)
        try:
            row = materials.keep(place / "part", told["name"], viewer, now)
        except Invalid:
            shutil.rmtree(place)  # what is no such file stays none: it is begun anew
            raise
        _write(place, {**told, "uid": str(row.uid)})
        return row


def largest() -> int:
    """The most bytes of a file that is sent in parts."""
    return settings.get("upload_big_max_mb").number * 1024 * 1024


def sweep(now: dt.datetime) -> int:
    """Forget what was not completed, or was completed, a day ago; returns how many."""
    gone = 0
    for place in sorted(folder().glob("*/")) if folder().is_dir() else []:
        try:
            opened = dt.datetime.fromisoformat(_read(place)["opened"])
        except (OSError, ValueError, KeyError):
            opened = dt.datetime.min.replace(tzinfo=dt.UTC)  # broken off while it was made
        if opened < now - dt.timedelta(hours=HOURS):
            shutil.rmtree(place, ignore_errors=True)
            gone += 1
    return gone


@contextmanager
def _held(viewer: Viewer, key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """One request at a time for one file; NotFound for what this person has not opened."""
    place = folder() / key
    if len(key) != ID_LENGTH or not key.isalnum():
        raise NotFound
    try:
        lock = os.open(place / "part.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        raise NotFound from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            told = _read(place)
        except (OSError, ValueError):
            raise NotFound from None
        if told["person"] != viewer.id:
            raise NotFound
        yield place, told
    finally:
        os.close(lock)


def _stands(place: Path, told: dict[str, Any]) -> int:
    """Bytes that are here; all of them once the file is complete."""
    if "uid" in told:
        return int(told["size"])
    part = place / "part"
    return part.stat().st_size if part.is_file() else 0


def _open_bytes(viewer: Viewer) -> int:
    """Bytes that this person's other open files will still take."""
    total = 0
    for place in folder().glob("*/") if folder().is_dir() else []:
        try:
            told = _read(place)
        except (OSError, ValueError):
            continue
        total += told["size"] if told["person"] == viewer.id and "uid" not in told else 0
    return total


def _read(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "told.json").read_text(encoding="utf-8"))
    return found


def _write(place: Path, told: dict[str, Any]) -> None:
    scratch = place / "told.new"
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(told, out, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())
    os.replace(scratch, place / "told.json")
