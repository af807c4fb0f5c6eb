"""Twenty random walks over all roles through the HTTP interface on the session's engine; two hundred in `deep walk`."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.harness.engines import ROOT, FreshDatabase

WALKS, ACTS, SEED = 20, 15, 7


def walked(database: FreshDatabase, walks: int, acts: int, seed: int, timeout: float = 900) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.walker.run", str(walks), str(acts), str(seed)],
        env=database.env,
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_random_walks_find_no_dead_end(fresh_database: FreshDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    found = walked(fresh_database, WALKS, ACTS, SEED)
    with capsys.disabled():
        print(
            f"\n[walker seed {SEED}: {found['acts']} acts in {found['seconds']} s, {found['reached']} of {found['offered']} moves"
            f" reached, matters {found['matters']}]"
        )
    assert found["wrong"] == []
    assert found["orphans"] == []
    assert found["dead"] == []
    assert found["limit_elsewhere"] == []
    assert found["problems"] == []
    assert found["acts"] >= WALKS * ACTS * 0.8, "the walks found nothing to do"
    assert found["reached"] >= 30, found["never"]
