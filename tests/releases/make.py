"""`python -m tests.releases.make` (or `python3 go.py deep release`): the filled databases of the present version, once.

Makes both instances on both engines with the code that stands here and keeps them under tests/releases/<version>/. A
version that is kept already is never made again: an archive is what courts have, not what the code would make today.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from shuangcha import __version__
from tests.harness.postgres import EmbeddedPostgres

from . import kept

ENGINES = ("sqlite", "postgres")
TOLD = """
import json, django; django.setup()
from shuangcha.conf import versions
from tests.releases import kept
print(json.dumps({"version": versions.told(), "rows": kept.rows()}, ensure_ascii=False))
"""


def main() -> int:
    target = kept.HERE / __version__
    if (target / "manifest.json").exists():
        print(f"tests/releases/{__version__} 已经保存，不得重做；新版本请先改 shuangcha/__init__.py 中的版本号。")
        return 1
    target.mkdir(exist_ok=True)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="shuangcha-release-") as scratch:
        for engine in ENGINES:
            for instance in kept.INSTANCES:
                began = time.monotonic()
                with made(engine, instance, Path(scratch, engine, instance)) as (folder, told):
                    kept.pack(folder, kept.archive(__version__, engine, instance))
                found.setdefault(instance, {})[engine] = told["rows"]
                version = told["version"]
                size = kept.archive(__version__, engine, instance).stat().st_size
                print(f"{instance} {engine}: {size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s", flush=True)
    manifest = {
        "version": __version__,
        "editions": version["editions"],
        "header": version["header"],
        "leaves": version["schema"]["leaves"],
        "migrations": kept.migration_files(),
        "rows": found,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (target / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return 0


@contextlib.contextmanager
def made(engine: str, instance: str, folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A filled instance in `folder`, its database included, and what it says of itself."""
    data = folder / "data"
    data.mkdir(parents=True)
    (data / "mode").write_text(kept.INSTANCES[instance] + "\n")
    # Straight below the scratch folder, which the server's user then may pass through.
    server = EmbeddedPostgres(folder.parents[1] / f"{instance}-server") if engine == "postgres" else None
    try:
        url = server.start() if server else f"sqlite://{quote(str(data / 'shuangcha.sqlite3'))}"
        env = environment(url, data, kept.INSTANCES[instance])
        run([sys.executable, "-m", "tests.releases.filling", instance], env)
        told = json.loads(run([sys.executable, "-c", TOLD], env))
        if server:
            kept.dump(url, folder / kept.DUMP)
        else:
            with contextlib.closing(sqlite3.connect(data / "shuangcha.sqlite3")) as bare:
                bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # one file then holds everything
        yield folder, told
    finally:
        if server:
            server.stop()


def environment(url: str, data: Path, mode: str) -> dict[str, str]:
    """The whole environment of a process that works on this instance."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SHUANGCHA_", "COV_", "PYTEST"))}
    return env | {
        "DATABASE_URL": url,
        "SHUANGCHA_DATA": str(data),
        "SHUANGCHA_MODE": mode,
        "DJANGO_SETTINGS_MODULE": "shuangcha.conf.settings",
        "PYTHONPATH": str(kept.ROOT),
        "PYTHONUTF8": "1",
    }


def run(command: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(command, env=env, cwd=kept.ROOT, text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{command[1:]}:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
