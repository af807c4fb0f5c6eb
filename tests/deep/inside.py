"""One part of `deep` on the engine of this process. Run by `tests.deep`; exit 0 when it holds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.harness import engines

from .__main__ import ACTS, DEBIAN_15, KILL_MOVES, KILLS, ROOT, SEEDS, WALKS, shown
from .cluster import Cluster

JUDGED = ("wrong", "lost", "half", "twice", "problems", "orphans", "dead")


def walk() -> int:
    from tests.walker.test_walks import walked

    bad, reached, never = 0, Counter[str](), None
    for seed in SEEDS:
        with engines.fresh_database() as database:
            found = walked(database, WALKS, ACTS, seed, timeout=7200)
        print(
            engines.engine_name(), shown(found, "seed", "acts", "seconds", "reached", "matters", "refused"), flush=True
        )
        bad += objections(found)
        reached.update(found["moves"])
        never = set(found["never"]) if never is None else never & set(found["never"])
    print(f"never reached over all seeds: {sorted(never or ())}")
    return bad


def kill() -> int:
    from tests.crash.killing import killed

    with engines.fresh_database() as database:
        found = killed(database, KILL_MOVES, KILLS, seed=1)
    print(engines.engine_name(), shown(found, "acknowledged", "kills", "processes", "unanswered", "seconds"))
    return objections(found)


def kill_postgres() -> int:
    """kill -9 of the whole database server, its write-ahead log flushed as in production."""
    from tests.crash.killing import killed

    with Cluster(engines.scratch_folder() / "killed", fsync=True) as cluster:
        os.environ["SHUANGCHA_TEST_URL"] = cluster.url
        with engines.fresh_database() as database:
            found = killed(database, KILL_MOVES // 4, KILLS // 4, seed=2, between=cluster.kill_and_start)
    print("postgres killed", shown(found, "acknowledged", "kills", "unanswered", "seconds"))
    return objections(found)


def suite15(*words: str) -> int:
    """All tests, or those that `words` name to pytest."""
    return on_debian("pytest", "-q", *words)


def bench15() -> int:
    return on_debian("bench", "--engine", "postgres")


def on_debian(*words: str) -> int:
    """`python -m WORDS` on a PostgreSQL 15 with Debian's defaults; only where it listens, how many it takes and that it need
    not survive a power cut differ."""
    with Cluster(engines.scratch_folder() / "debian", programs=DEBIAN_15) as cluster:
        if (jit := cluster.setting("jit")) != "on":
            print(f"jit = {jit}: not Debian's default")
            return 1
        env = os.environ | {"DATABASE_URL": cluster.url}
        for name in [name for name in env if name.startswith("SHUANGCHA_") and name != "SHUANGCHA_TEST_ENGINE"]:
            del env[name]
        return subprocess.run([sys.executable, "-m", *words], env=env, cwd=ROOT).returncode


def objections(found: dict[str, Any]) -> int:
    """Print what speaks against it; how many objections there are."""
    against = [f"{name}: {one}" for name in JUDGED for one in found.get(name, ())]
    if found.get("gaps"):
        against.append("numbers with gaps")
    for one in against[:20]:
        print("!!!", one)
    return len(against)


if __name__ == "__main__":
    engines.prepare()
    parts: dict[str, Callable[..., int]] = {
        "walk": walk,
        "kill": kill,
        "kill_postgres": kill_postgres,
        "suite15": suite15,
        "bench15": bench15,
    }
    sys.exit(1 if parts[sys.argv[1]](*sys.argv[2:]) else 0)
