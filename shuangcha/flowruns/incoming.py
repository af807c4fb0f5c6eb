"""Files that an administrator has sent for reading: tried first, read when confirmed, forgotten after a day (house §6, staged uploads)."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import shutil
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.utils import timezone

from shuangcha.flowcheck.read import ReadError, Report, load

from . import folders, loading
from .models import FlowDataset

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".xes", ".gz")
MAPPINGS = (".yaml", ".yml")
MOST_BYTES = 200 * 1024 * 1024
"""Of one upload; what is larger is read by the command (do flow-load)."""
UNPACKED_MOST = 2 * 1024 * 1024 * 1024
MEMBERS_MOST = 200
MAPPING_MOST = 256 * 1024
HOURS = 24
KEY_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was sent. `told`: name, taken_at, person, file, mapping (name of the file, or empty), at."""

    key: str
    place: Path
    told: dict[str, Any]

    @property
    def taken_at(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.told["taken_at"])

    @property
    def mapping(self) -> Path | None:
        name = self.told.get("mapping", "")
        return self.place / name if name else None


def _root() -> Path:
    found = folders.root() / "incoming"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def keep(file: BinaryIO, file_name: str, mapping: tuple[str, bytes] | None = None, *, name: str, taken_at: dt.datetime, person_id: int) -> Incoming:
    """Put what was sent aside. ReadError with the repair for a file that is not taken."""
    ending = Path(file_name).suffix.lower()
    if ending not in (*ENDINGS, ".zip"):
        raise ReadError(f"不接受“{ending or '没有后缀'}”文件，可以上传：{'、'.join((*ENDINGS, '.zip'))}。")
    key = secrets.token_hex(KEY_LENGTH // 2)
    place = _root() / key
    data = place / "data"
    data.mkdir(mode=0o700, parents=True)
    try:
        target = data / f"{_plain(Path(file_name).stem)}{ending}"
        with target.open("wb") as out:
            shutil.copyfileobj(file, out, 1 << 20)
        if ending == ".zip":
            _unpack(target, data)
            target.unlink()
        mapped = ""
        if mapping is not None:
            mapped = f"{_plain(Path(mapping[0]).stem)}.yaml"
            (place / mapped).write_bytes(mapping[1])
        told = {"name": name, "mapping": mapped, "taken_at": taken_at.isoformat(), "person": person_id, "file": file_name[:120], "at": timezone.now().isoformat()}
        (place / "told.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return Incoming(key, place, told)


def _plain(stem: str) -> str:
    return "".join(ch for ch in stem if ch.isprintable() and ch not in '<>:"|?*/\\').strip(". ")[:80] or "data"


def _unpack(archive: Path, target: Path) -> None:
    """The tables of a zip by their bare names; nothing leaves the folder, nothing unpacks to more than is allowed."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = [one for one in zipped.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX")]
            wanted = [one for one in members if PurePosixPath(one.filename).suffix.lower() in ENDINGS]
            if not wanted or len(members) > MEMBERS_MOST:
                raise ReadError(f"压缩包中没有可读的表格，或者文件超过{MEMBERS_MOST}个。")
            left = UNPACKED_MOST
            for one in wanted:
                path = PurePosixPath(one.filename)
                with zipped.open(one) as source, (target / f"{_plain(path.stem)}{path.suffix.lower()}").open("xb") as out:
                    while part := source.read(1 << 20):
                        left -= len(part)
                        if left < 0:
                            raise ReadError("压缩包解开后过大，请分开上传，或者由系统管理员用命令读入。")
                        out.write(part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as wrong:
        raise ReadError("压缩包已损坏或者加了密，请重新打包上传。") from wrong
    except FileExistsError:
        raise ReadError("压缩包中有同名的表格，请改名后重新打包。") from None


def find(key: str, person_id: int) -> Incoming | None:
    """What this person has sent, or None."""
    if len(key) != KEY_LENGTH or not key.isalnum():
        return None
    place = _root() / key
    try:
        told = json.loads((place / "told.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Incoming(key, place, told) if told.get("person") == person_id else None


def tried(one: Incoming) -> Report:
    """What reading would give; nothing is written. ReadError where the whole cannot be used."""
    return load(one.place / "data", one.place / "nowhere", taken_at=one.taken_at.date(), mapping=one.mapping, dry_run=True)


def read(one: Incoming, *, allowed: Collection[str] | None, now: dt.datetime) -> FlowDataset:
    """Read, check that the courts are the person's to load, and register. `allowed`: 法院代字; None for all courts."""
    target = loading.new_folder(one.taken_at)
    report = load(one.place / "data", target, taken_at=one.taken_at.date(), mapping=one.mapping)
    if allowed is not None:
        written = [court for court, _ in loading.courts_in(target)]
        foreign = sorted({court.name for court in loading.resolve(written).values() if court.code not in allowed})
        if foreign:
            shutil.rmtree(target, ignore_errors=True)
            raise ReadError(f"数据中有不归您管理的法院：{'、'.join(foreign[:5])}。请只导出本院和下级法院的案件。")
    told = {"rejected": sum(report.rejected_rows.values()), "kept": report.kept}
    dataset = loading.adopt(target, name=one.told["name"], taken_at=one.taken_at, by=one.told["person"], now=now, told=told)
    drop(one)
    return dataset


def drop(one: Incoming) -> None:
    shutil.rmtree(one.place, ignore_errors=True)


def sweep(now: dt.datetime) -> int:
    """Forget what was sent a day ago and not confirmed; returns how many."""
    gone = 0
    for place in sorted(_root().glob("*/")):
        try:
            at = dt.datetime.fromisoformat(json.loads((place / "told.json").read_text(encoding="utf-8"))["at"])
        except (OSError, ValueError, KeyError):
            at = dt.datetime.fromtimestamp(place.stat().st_mtime, dt.UTC)
        if at < now - dt.timedelta(hours=HOURS):
            shutil.rmtree(place, ignore_errors=True)
            gone += 1
    return gone
