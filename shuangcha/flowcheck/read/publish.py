"""A data set folder comes into being whole or not at all: written beside its place, synced, then renamed into it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from ..workplace import beside
from .errors import ReadError, disk_error

MANIFEST = "manifest.json"
FORMAT = "shuangcha-flow-1"
PARQUET = "COMPRESSION zstd, PARQUET_VERSION V2"
"""V2 packs numbers and moments as differences: the same size as V1, read in half the time."""


class Publishing:
    """`with Publishing(target) as out:` write files into `out.folder`, then `out.publish(…)`; otherwise nothing stays.

    Raises ReadError where the target holds anything already or cannot be written, and turns a full disk inside the
    block into one.
    """

    def __init__(self, target: Path) -> None:
        self.target = Path(os.path.abspath(target))
        self.folder = beside(self.target)
        self.counts: dict[str, int] = {}

    def __enter__(self) -> Publishing:
        if self.target.exists() and (not self.target.is_dir() or any(self.target.iterdir())):
            raise ReadError(f"“{self.target}”已有内容，为避免覆盖没有写入，请另指一个空目录。")
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(mode=0o700)
        except OSError as error:
            raise disk_error(error, self.target) or error from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if isinstance(error, OSError | duckdb.Error) and (said := disk_error(error, self.target)):
            raise said from error

    def write(self, db: duckdb.DuckDBPyConnection, table: str, statement: str) -> int:
        """Write the rows of `statement` as <table>.parquet; returns their number."""
        path = str(self.folder / f"{table}.parquet").replace("'", "''")
        found = db.execute(
            f"COPY ({statement}) TO '{path}' (FORMAT parquet, {PARQUET}, ROW_GROUP_SIZE 122880)"
        ).fetchone()
        self.counts[table] = int(found[0]) if found else 0
        return self.counts[table]

    def publish(self, *, source: dict[str, Any], taken_at: str, **more: Any) -> dict[str, Any]:
        """Hash and sync every file, write the manifest and put the folder in its place. Returns the manifest."""
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "taken_at": taken_at,
            "source": source,
            "tables": {
                name: {"rows": rows, "sha256": digest(self.folder / f"{name}.parquet")}
                for name, rows in self.counts.items()
            },
            **more,
        }
        (self.folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self.put()
        return manifest

    def put(self) -> None:
        """Sync everything and rename the folder into its place;
        for folders that are no data set and need no manifest."""
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path.is_dir():
                _sync_folder(path)
            else:
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        _sync_folder(self.folder)
        if self.target.exists():
            self.target.rmdir()
        self.folder.rename(self.target)
        _sync_folder(self.target.parent)


def digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a data set folder. ReadError where there is none."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReadError(f"“{folder}”不是数据集目录（缺少{MANIFEST}），请先用 flowcheck 读入原始文件。") from None
    except (OSError, ValueError):
        raise ReadError(f"“{folder / MANIFEST}”无法读取或已损坏，请重新读入数据。") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ReadError(f"“{folder / MANIFEST}”的格式不认识，请用本版本重新读入数据。")
    return found
