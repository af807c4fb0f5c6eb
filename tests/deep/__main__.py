"""`python -m tests.deep [PART]…`: the proofs that take too long for every change. Each part prints its minutes.

Parts: walk, crawl, kill, races, bench, bench_against, suite15, bench15, mutants, flow_truth, flow_foreign, flow_broken,
flow_spark, audit (needs the network); without a part all of them. Exit 0 only when all hold. `mutants` takes words of its
own (tests/deep/mutants.py). `release` is no proof and only done when asked for: it makes the filled databases of a new
release (docs/migrations.md).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ("sqlite", "postgres")
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
WALKS, ACTS, SEEDS = 20, 60, range(100, 110)
"""Ten worlds of twenty walks each: two hundred walks per engine."""
KILL_MOVES, KILLS = 2000, 60
RACE_ROUNDS = "5"


def inside(word: str, engine: str, **more: str) -> int:
    """Do one part on one engine in a process of its own: the settings are read once a process."""
    env = os.environ | {"SHUANGCHA_TEST_ENGINE": engine, **more}
    return subprocess.run([sys.executable, "-m", "tests.deep.inside", word], env=env, cwd=ROOT).returncode


def walk() -> int:
    return max(inside("walk", engine) for engine in ENGINES)


def crawl() -> int:
    """Every subject's pages, opened by every role; `test` opens one of each kind, sort and stage."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/desk/test_pages.py", "-k", "test_no_page_breaks"]
    env = os.environ | {"SHUANGCHA_TEST_CRAWL": "all"}
    return max(
        subprocess.run(command, env=env | {"SHUANGCHA_TEST_ENGINE": engine}, cwd=ROOT).returncode for engine in ENGINES
    )


def kill() -> int:
    """The server killed on both engines; then PostgreSQL itself, with its fsync on."""
    return max(inside("kill", "sqlite"), inside("kill", "postgres"), inside("kill_postgres", "postgres"))


def races() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "tests/races"]
    more = {"RACE_ROUNDS": RACE_ROUNDS}
    return max(
        subprocess.run(command, env=os.environ | more | {"SHUANGCHA_TEST_ENGINE": engine}, cwd=ROOT).returncode
        for engine in ENGINES
    )


def bench() -> int:
    if find_spec("bench") is None:
        print("本版本没有 bench 这一部分。")
        return 1
    return subprocess.run([sys.executable, "-m", "bench", "deep"], cwd=ROOT).returncode


def bench_against() -> int:
    """The bench compares this checkout with its last commit, at a size that says nothing: it must run on both engines."""
    command = [sys.executable, "-m", "bench", "tiny", "--against", "HEAD"]
    return subprocess.run(command, cwd=ROOT).returncode


def suite15() -> int:
    """The whole suite on Debian's PostgreSQL 15, the oldest that a court is likely to run."""
    return on_debian("suite15")


def bench15() -> int:
    """The bench there, at 1e3 and 1e5 matters: its compiler is on and its planner older than the embedded one's."""
    return on_debian("bench15")


def on_debian(word: str) -> int:
    if not (DEBIAN_15 / "postgres").exists():
        print(f"没有 {DEBIAN_15}/postgres；请先安装 Debian 的 postgresql-15。")
        return 1
    return inside(word, "postgres")


def mutants(words: tuple[str, ...] = ("--keep-going",)) -> int:
    """Faults put into a copy of the program, each of which must turn a test red."""
    from tests.deep import mutants as faults

    return faults.main(list(words))


def flow_truth() -> int:
    """系统检查 at 1e4 and 1e5 invented cases: every planted fault found by its rule and nothing else,
    signs and reference rules."""
    return inside_plain("tests.deep.flow_truth")


def flow_foreign() -> int:
    """系统检查 reads event logs that are not ours through mapping files."""
    return inside_plain("tests.deep.flow_foreign")


def flow_broken() -> int:
    """系统检查 reads 1e6 rows of which one in a hundred is broken."""
    return inside_plain("tests.deep.flow_broken")


def audit() -> int:
    """Known weaknesses in the pinned packages, asked of a service in the network; fails where it does not answer."""
    return inside_plain("tests.deep.audit")


def inside_plain(module: str) -> int:
    return subprocess.run([sys.executable, "-m", module], cwd=ROOT).returncode


def release() -> int:
    return inside_plain("tests.releases.make")


PYSPARK = "4.0.5"
"""The version the stages of 系统检查 were executed on; it needs Java 17 and is no dependency of the program."""


def flow_spark() -> int:
    """系统检查 on PySpark, in an environment made for it: findings equal to DuckDB's on 1e4 cases."""
    from shuangcha.flowcheck.generate import AS_OF, generate

    with TemporaryDirectory(prefix="flow-spark-") as place:
        generate(Path(place) / "data", cases=10_000)
        python = Path(place) / "env" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True)
        same = [f"{name}=={version(name)}" for name in ("duckdb", "sqlglot", "PyYAML")]
        subprocess.run([str(python), "-m", "pip", "install", "-q", f"pyspark=={PYSPARK}", *same], check=True)
        command = [str(python), "-m", "tests.deep.spark_compare", place, AS_OF.isoformat()]
        return subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}).returncode


PARTS: dict[str, Callable[[], int]] = {
    "walk": walk,
    "crawl": crawl,
    "kill": kill,
    "races": races,
    "bench": bench,
    "bench_against": bench_against,
    "suite15": suite15,
    "mutants": mutants,
    "bench15": bench15,
    "flow_truth": flow_truth,
    "flow_foreign": flow_foreign,
    "flow_broken": flow_broken,
    "flow_spark": flow_spark,
    "audit": audit,
}
ASKED_FOR: dict[str, Callable[[], int]] = {"release": release}
"""Only when named: what makes something, and proves nothing."""


def main(asked: list[str]) -> int:
    if asked[:1] == ["mutants"] and len(asked) > 1:
        return mutants(tuple(asked[1:]))
    known = PARTS | ASKED_FOR
    unknown = [one for one in asked if one not in known]
    if unknown:
        print(f"没有“{unknown[0]}”这一部分；可用：{'、'.join(known)}。", file=sys.stderr)
        return 2
    results: list[tuple[str, int, float]] = []
    for name in asked or PARTS:
        print(f"\n=== deep {name} ===", flush=True)
        began = time.monotonic()
        results.append((name, known[name](), (time.monotonic() - began) / 60))
    print()
    for name, status, minutes in results:
        print(f"{'ok    ' if status == 0 else 'FAILED'}  {name}  ({minutes:.1f} min)")
    return 1 if any(status for _, status, _ in results) else 0


def shown(found: dict[str, Any], *names: str) -> str:
    return json.dumps({name: found[name] for name in names}, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
