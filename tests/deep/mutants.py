"""`python3 go.py deep mutants [--only NAME]… [--keep-going] [--at REV]`: faults put into the program, each of which must turn a test red.

Each mutant is one edit of one line: a guard that lets pass, a constraint that is gone, a day counted wrongly, a door left
open. It is made in a scratch copy, never in the checkout. The tests named for it run first without it (they must pass) and
then with it (one must fail). `--at REV`: the same faults in the program of that revision, asked of the tests that it has.

Exit 1 where one survives, where a text does not stand in its file exactly once, or where the tests fail without a fault.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.deep.mutant_list import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 1800
"""Seconds for one run: a fault that makes a test hang is found too, but not waited for longer."""


@dataclass(frozen=True)
class Ran:
    status: int
    failed: str
    seconds: float
    tail: str


def main(words: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="deep mutants", description="faults that must turn a test red")
    asked.add_argument("--only", action="append", default=[], metavar="NAME", help="this mutant only; may be repeated")
    asked.add_argument("--keep-going", action="store_true", help="go on after one that survives")
    asked.add_argument("--at", default="", metavar="REV", help="put the faults into this revision, with its own tests")
    given = asked.parse_args(words)
    unknown = sorted(set(given.only) - {one.name for one in MUTANTS})
    if unknown:
        print(f"没有“{unknown[0]}”这个变体；可用：{'、'.join(one.name for one in MUTANTS)}。", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the running tests end and the copy goes
    chosen = [one for one in MUTANTS if not given.only or one.name in given.only]
    with scratch(given.at) as copy:
        wrong = [(one.name, said) for one in chosen if (said := mismatch(copy, one))]
        for name, said in wrong:
            print(f"{name}: {said}", file=sys.stderr)
        return 1 if wrong else _all(copy, chosen, given.keep_going)


def _all(copy: Path, chosen: list[Mutant], keep_going: bool) -> int:
    clean: dict[tuple[str, tuple[str, ...], bool], bool] = {}
    rows: list[tuple[str, str, str, float]] = []
    for n, one in enumerate(chosen, 1):
        key = (one.engine, tests_of(copy, one), keeps_tables(one))
        if key not in clean:
            ran = pytest(copy, *key)
            clean[key] = ran.status == 0
            if not clean[key]:
                print(f"{one.name}: its tests fail without any fault\n{ran.tail}", file=sys.stderr)
        if not clean[key]:
            rows.append((one.name, "TESTS FAIL", "", 0.0))
        else:
            with changed(copy, one, n):
                ran = pytest(copy, *key)
            dies = ran.status == 1 and bool(ran.failed)
            rows.append((one.name, "dies" if dies else f"SURVIVES ({ran.status})", ran.failed, ran.seconds))
        print(_row(*rows[-1]), flush=True)
        if rows[-1][1] != "dies" and not keep_going:
            break
    dead = sum(verdict == "dies" for _, verdict, _, _ in rows)
    print(f"\n{len(chosen)} mutants, {dead} die, {len(rows) - dead} do not, {len(chosen) - len(rows)} not tried")
    return 0 if dead == len(chosen) else 1


def _row(name: str, verdict: str, failed: str, seconds: float) -> str:
    return f"{name:<34} {verdict:<14} {seconds:7.1f} s  {failed}"


# --- the copy ------------------------------------------------------------------------------------------------------
@contextmanager
def scratch(rev: str) -> Iterator[Path]:
    """The working tree (or a revision) in a folder of its own, with the environment of this process."""
    with TemporaryDirectory(prefix="shuangcha-mutants-") as name:
        place = Path(name) / "main"
        place.mkdir()
        if rev:
            packed = subprocess.run(["git", "archive", rev], cwd=ROOT, capture_output=True, check=True).stdout
            with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
                archive.extractall(place, filter="data")
        else:
            listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
            found = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
            for one in filter(None, found.split("\0")):
                if (ROOT / one).is_file():
                    (place / one).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(ROOT / one, place / one)
        yield place


def mismatch(copy: Path, one: Mutant) -> str:
    """Why the edit cannot be made; empty where it can."""
    path = copy / one.file
    if not path.is_file():
        return f"{one.file} is not there"
    times = path.read_text(encoding="utf-8").count(one.find)
    if "\n" in one.find + one.put:
        return "more than one line"
    return "" if times == 1 else f"stands {times} times in {one.file}: {one.find}"


@contextmanager
def changed(copy: Path, one: Mutant, n: int) -> Iterator[None]:
    """The fault is in; taken out again at the end. The file's time moves with each edit, so that no old bytecode is taken."""
    path = copy / one.file
    before, then = path.read_text(encoding="utf-8"), path.stat().st_mtime
    path.write_text(before.replace(one.find, one.put), encoding="utf-8")
    os.utime(path, (then + 10 * n, then + 10 * n))
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")
        os.utime(path, (then, then))


def tests_of(copy: Path, one: Mutant) -> tuple[str, ...]:
    """The tests named; a revision that has not all of them is asked with those that it had."""
    there = all((copy / test.partition("::")[0]).exists() for test in one.tests)
    return one.tests if there else one.formerly


def keeps_tables(one: Mutant) -> bool:
    """The fault changes no table and no trigger: the tests may take the migrated files of the run before."""
    return one.engine == "sqlite" and "/migrations/" not in one.file and one.file != "shuangcha/audit/guards.py"


def pytest(copy: Path, engine: str, tests: tuple[str, ...], kept: bool) -> Ran:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SHUANGCHA_", "PYTEST"))}
    env |= {"SHUANGCHA_TEST_ENGINE": engine, "PYTHONPATH": str(copy)}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider", *tests]
    if kept:
        place = copy.parent / "kept"
        place.mkdir(exist_ok=True)
        env["SHUANGCHA_TEST_SCRATCH"] = str(place)
        command.append("--reuse-db")
    began = time.monotonic()
    try:
        done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Ran(1, "(hangs)", time.monotonic() - began, "")
    failed = re.search(r"^(?:FAILED|ERROR) (.*?)(?: - .*)?$", done.stdout, re.MULTILINE)
    return Ran(
        done.returncode,
        failed[1] if failed else "",
        time.monotonic() - began,
        done.stdout[-2000:] + done.stderr[-2000:],
    )
