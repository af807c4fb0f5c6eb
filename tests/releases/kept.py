"""The kept releases: where they lie, what their manifest says, how one is unpacked, and what stands in its tables."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from tests.harness.postgres import _programs

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INSTANCES = {"played": "demo", "training": "training"}
"""Instance and its mode: a demo and a training instance never share a data folder."""
DUMP = "dump.sql"
ONLY_SINCE_17 = ("SET transaction_timeout", r"\restrict", r"\unrestrict")
"""Lines of a dump that an older server or client does not know; nothing of the data hangs on them."""


def releases() -> list[str]:
    return sorted(path.parent.name for path in HERE.glob("*/manifest.json"))


def manifest(release: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / release / "manifest.json").read_text(encoding="utf-8"))
    return found


def archive(release: str, engine: str, instance: str) -> Path:
    return HERE / release / f"{instance}-{engine}.tar.xz"


def unpack(release: str, engine: str, instance: str, folder: Path) -> Path:
    """Unpack into `folder`; the data folder. Keys and seals lie beside it, as an instance has them."""
    with tarfile.open(archive(release, engine, instance)) as tar:
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
        tar.extractall(folder)
    (folder / "data.keys").chmod(0o700)
    (folder / "data").chmod(0o700)
    return folder / "data"


def pack(folder: Path, to: Path) -> None:
    """Names in order and no owner: who makes it does not show."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(to, "w:xz", preset=9) as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name, filter=plain)


def dump(url: str, to: Path) -> None:
    """The whole database as plain SQL that PostgreSQL 15 and later read."""
    words = [str(_programs() / "pg_dump"), "--no-owner", "--no-privileges", "--dbname", url]
    text = subprocess.run(words, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    lines = [line for line in text.split("\n") if not line.startswith(ONLY_SINCE_17)]
    to.write_text("\n".join(lines), encoding="utf-8")


def restore(url: str, dumped: Path) -> None:
    """Read a dump into an empty database; the first error stops it."""
    words = [str(_programs() / "psql"), "-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-1"]
    done = subprocess.run([*words, "-d", url, "-f", str(dumped)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the dump could not be restored: {done.stderr[-2000:]}")


def meaning(migration: Path) -> str:
    """SHA-256 of what a migration does: its code without comments and layout."""
    plain = ast.unparse(ast.parse(migration.read_text(encoding="utf-8")))
    return hashlib.sha256(plain.encode()).hexdigest()


def migration_files() -> dict[str, str]:
    """{path: meaning} of every migration of the program."""
    files = sorted((ROOT / "shuangcha").glob("*/migrations/[0-9]*.py"))
    return {str(path.relative_to(ROOT)): meaning(path) for path in files}


def rows() -> dict[str, int]:
    """{table: rows} of the connected database, of the tables that models have."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.django_table_names(only_existing=True, include_views=False)):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found
