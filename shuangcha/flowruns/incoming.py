"""Files that an administrator has sent for reading: tried first, read when confirmed,
forgotten after a day (house §6, staged uploads).

Reading and indexing take minutes for a large court, so a confirmed upload is read in the background, by the process
that also carries out runs (`running`). What is sent lies in a folder of its own with `told.json` (who, what) and, once
it is confirmed, `state.json` (how far it is). A confirmed one that nobody reads any more is told so.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.utils import timezone

from shuangcha.flowcheck import FlowError
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
ASKED, READING, FAILED, DONE = "asked", "reading", "failed", "done"
READ_UP_TO = 60
"""Percent of the bar that reading may fill; the index fills the rest."""
STALE = "读入程序中途停止，没有读入任何数据。可以再次确认读入。"
BROKEN = "读入时程序出错，已记入运行日志，没有读入任何数据。请联系运维人员；可以再次确认读入。"
logger = logging.getLogger(__name__)


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

    @property
    def state(self) -> dict[str, Any]:
        """{state, percent, doing, why, allowed, post, name} of a confirmed one; empty before."""
        try:
            found: dict[str, Any] = json.loads((self.place / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    @property
    def open(self) -> bool:
        return self.state.get("state") in (ASKED, READING)

    def keep_state(self, **more: Any) -> None:
        part = self.place / f".state.{os.getpid()}"
        part.write_text(json.dumps({**self.state, **more}, ensure_ascii=False), encoding="utf-8")
        part.rename(self.place / "state.json")


def _root() -> Path:
    found = folders.root() / "incoming"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def keep(
    file: BinaryIO,
    file_name: str,
    mapping: tuple[str, bytes] | None = None,
    *,
    name: str,
    taken_at: dt.datetime,
    person_id: int,
) -> Incoming:
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
        told = {
            "name": name,
            "mapping": mapped,
            "taken_at": taken_at.isoformat(),
            "person": person_id,
            "file": file_name[:120],
            "at": timezone.now().isoformat(),
        }
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
                with (
                    zipped.open(one) as source,
                    (target / f"{_plain(path.stem)}{path.suffix.lower()}").open("xb") as out,
                ):
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
    return load(
        one.place / "data", one.place / "nowhere", taken_at=one.taken_at.date(), mapping=one.mapping, dry_run=True
    )


# --- confirmed --------------------------------------------------------------------------------------------------------
def ask(one: Incoming, *, allowed: Collection[str] | None, post_id: int) -> None:
    """Have it read in the background; a second click changes nothing. `allowed`: 法院代字 that the person may load;
    None for all."""
    if not one.open:
        one.keep_state(
            state=ASKED,
            percent=0,
            doing="排队等候",
            why="",
            allowed=None if allowed is None else sorted(allowed),
            post=post_id,
        )


def _every() -> list[Incoming]:
    found = []
    for place in _root().glob("*/"):
        try:
            found.append(Incoming(place.name, place, json.loads((place / "told.json").read_text(encoding="utf-8"))))
        except (OSError, ValueError):
            continue
    return sorted(found, key=lambda one: str(one.told.get("at", "")))


def waiting() -> list[Incoming]:
    """Confirmed and not yet read, the first sent first."""
    return [one for one in _every() if one.state.get("state") == ASKED]


def of(person_id: int) -> list[Incoming]:
    """What this person has sent and neither finished nor thrown away, the last first."""
    return [one for one in reversed(_every()) if one.told.get("person") == person_id]


def mend() -> int:
    """Under the lock of the process: whatever says that it is being read is not."""
    stale = [one for one in _every() if one.state.get("state") == READING]
    for one in stale:
        one.keep_state(state=FAILED, why=STALE)
    return len(stale)


def carry_out(one: Incoming, *, now: dt.datetime, record: loading.Record | None = None) -> FlowDataset | None:
    """Read what was confirmed; how it went stands in its state, and why where it did not.
    Only its own process does this."""
    one.keep_state(state=READING, doing="读取文件")
    steps = 0

    def reading(what: str) -> None:
        nonlocal steps
        steps += 1
        one.keep_state(percent=min(READ_UP_TO, 4 * steps), doing=what)

    def indexing(done: int, total: int) -> None:
        one.keep_state(
            percent=min(99, READ_UP_TO + (99 - READ_UP_TO) * done // max(1, total)),
            doing=f"建立单案索引，{done}/{total}件",
        )

    allowed = one.state.get("allowed")
    try:
        made = read(
            one,
            allowed=None if allowed is None else set(allowed),
            now=now,
            reading=reading,
            indexing=indexing,
            record=record,
        )
    except FlowError as no:
        one.keep_state(state=FAILED, why=str(no))
        return None
    except BaseException as wrong:
        one.keep_state(state=FAILED, why=BROKEN if isinstance(wrong, Exception) else STALE)
        if not isinstance(wrong, Exception):
            raise
        logger.error("flow data could not be read", exc_info=wrong)
        return None
    shutil.rmtree(one.place / "data", ignore_errors=True)
    one.keep_state(state=DONE, percent=100, doing="", name=made.name, cases=made.cases, events=made.events)
    return made


def read(
    one: Incoming,
    *,
    allowed: Collection[str] | None,
    now: dt.datetime,
    reading: Callable[[str], None] | None = None,
    indexing: Callable[[int, int], None] | None = None,
    record: loading.Record | None = None,
) -> FlowDataset:
    """Read, check that the courts are the person's to load, index and register. `allowed`: 法院代字;
    None for all courts."""
    target = loading.new_folder(one.taken_at)
    report = load(one.place / "data", target, taken_at=one.taken_at.date(), mapping=one.mapping, progress=reading)
    if allowed is not None:
        written = [court for court, _ in loading.courts_in(target)]
        foreign = sorted({court.name for court in loading.resolve(written).values() if court.code not in allowed})
        if foreign:
            shutil.rmtree(target, ignore_errors=True)
            raise ReadError(f"数据中有不归您管理的法院：{'、'.join(foreign[:5])}。请只导出本院和下级法院的案件。")
    told = {"rejected": sum(report.rejected_rows.values()), "kept": report.kept}
    return loading.adopt(
        target,
        name=one.told["name"],
        taken_at=one.taken_at,
        by=one.told["person"],
        now=now,
        told=told,
        progress=indexing,
        record=record,
    )


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
        if at < now - dt.timedelta(hours=HOURS) and not Incoming(place.name, place, {}).open:
            shutil.rmtree(place, ignore_errors=True)
            gone += 1
    return gone
