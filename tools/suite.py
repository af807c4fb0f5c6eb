"""The test suite on both engines: what runs where, on how many cores, and what it cost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tools.environment import say
from tools.processes import ROOT, call

ENGINES = ("sqlite", "postgres")
NO_TESTS = 5
"""pytest's exit status when nothing of what was asked for runs on this engine."""
Result = tuple[str, int, float]
"""What ran, its exit status, its seconds."""


def both_engines(command: list[str], env: dict[str, str], postgres: str, folder: Path) -> list[Result]:
    """The suite on SQLite beside PostgreSQL, half of the cores each; on one core one after the other.

    Side by side and not file by file over all cores: every worker imports and collects 4,000 tests anew.
    PostgreSQL's output follows when SQLite's has ended.
    """
    began, spent = time.monotonic(), _processor_seconds()
    cores = os.cpu_count() or 1
    spread = ["-n", str(cores // 2), "--dist", "loadgroup"] if cores >= 4 else []
    at = command.index("pytest") + 1
    words = command[at:]
    calls = {name: [*command[:at], *spread, *_left_to_the_other(name), *words] for name in ENGINES}
    times = {name: folder / f"{name}.json" for name in ENGINES}
    envs = {name: env | {"SHUANGCHA_TEST_ENGINE": name, "SHUANGCHA_TEST_TIMES": str(times[name])} for name in ENGINES}
    if postgres:
        envs["postgres"]["DATABASE_URL"] = postgres
    if cores == 1:
        ended = {}
        for name in ENGINES:
            say(f"\n=== pytest on {name} ===")
            ended[name] = (call(calls[name], envs[name]), time.monotonic() - began)
    else:
        ended = _beside(calls, envs, folder / "postgres.txt")
    results = [(f"pytest on {name}", *one) for name, one in ended.items()]
    if words:
        results = _asked_of_one(results)
    told = {name: json.loads(file.read_text("utf-8")) for name, file in times.items() if file.exists()}
    over = costs(told, _processor_seconds() - spent, time.monotonic() - began)
    if not words:
        results.append(("budgets of the tests", 1 if over else 0, 0.0))
    return results


def _asked_of_one(results: list[Result]) -> list[Result]:
    """What was asked for runs on one engine only: that the other found no test of it is no failure."""
    if {status for _, status, _ in results} == {NO_TESTS}:
        return results
    return [(title, 0 if status == NO_TESTS else status, seconds) for title, status, seconds in results]


def _left_to_the_other(engine: str) -> list[str]:
    from tests.budget import ONE_ENGINE

    left = [path for path, (chosen, _) in ONE_ENGINE.items() if chosen != engine]
    return [f"--deselect={path}" if "::" in path else f"--ignore={path}" for path in left]


def _beside(calls: dict[str, list[str]], envs: dict[str, dict[str, str]], told: Path) -> dict[str, tuple[int, float]]:
    began = time.monotonic()
    with told.open("wb") as out:
        beside = subprocess.Popen(
            calls["postgres"], env=envs["postgres"], cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            say("\n=== pytest on sqlite (pytest on postgres runs beside it) ===")
            ended = {"sqlite": (call(calls["sqlite"], envs["sqlite"]), time.monotonic() - began)}
            other = beside.wait()
        except BaseException:
            beside.terminate()
            beside.wait()
            raise
    ended["postgres"] = (other if other >= 0 else 128 - other, time.monotonic() - began)
    say("\n=== pytest on postgres ===")
    sys.stdout.flush()
    sys.stdout.buffer.write(told.read_bytes())
    sys.stdout.flush()
    return ended


def costs(told: dict[str, Any], spent: float, seconds: float) -> list[str]:
    """Say what the tests cost; returns the folders over their budget.

    A folder is judged by processor seconds, not by the clock, and by how fast the machine did a fixed piece of work
    while the tests ran: a slow or busy machine does not fail by itself.
    """
    from tests.budget import BUDGETS, LOOP, MARGIN, OTHERS

    loops = [one for session in told.values() for one in session["loops"]]
    slower = sum(loops) / len(loops) / LOOP if loops else 1.0
    files: dict[str, float] = {}
    say("\n=== what the tests cost ===")
    for name, session in told.items():
        tests, own = (sum(row[n] for row in session["files"].values()) for n in (1, 0))
        say(f"{name}: {tests:.0f} tests, {own:.0f} processor seconds")
        for file, row in session["files"].items():
            files[file] = files.get(file, 0.0) + row[0]
    say(
        f"all: {spent:.0f} processor seconds (start, collection and the database server included), {seconds:.0f} s;"
        f" the machine took {slower:.2f} times as long as the one of the budgets"
    )
    say("slowest files, processor seconds on both engines:")
    for file, own in sorted(files.items(), key=lambda row: -row[1])[:10]:
        say(f"  {own:7.1f}  {file}")
    folders: dict[str, float] = {}
    for file, own in files.items():
        folder = file.split("/")[1]
        folders[folder] = folders.get(folder, 0.0) + own
    over = []
    for folder, own in sorted(folders.items()):
        allowed = BUDGETS.get(folder, OTHERS) * MARGIN
        if own / slower > allowed:
            over.append(folder)
            say(f"!!! tests/{folder}: {own / slower:.0f} processor seconds, {allowed:.0f} allowed (tests/budget.py)")
    return over


def _processor_seconds() -> float:
    """Of all child processes that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
