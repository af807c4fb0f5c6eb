"""`python3 go.py bench [PART] [--engine sqlite|postgres] [--against REV]`: seeds scratch databases and measures them.

    (none)   1e3 and 1e5 matters on both engines; 25 minutes on two cores that are busy otherwise, 8 GB below TMPDIR
    quick    1e3 and 1e4 matters; about 5 minutes
    deep     1e3 and 1e6 matters; an hour and more, 80 GB below the temporary folder (TMPDIR)
    tiny     48 and 64 matters: figures that say nothing; shows that the bench itself works
    flow     系统检查 over invented cases, without any database (`bench/flow.py`: flow [CASES] [--pm4py])

The two sizes are measured by turns, so growth is a ratio of one moment. With `--against REV` another commit stands
beside: its own code seeds, this one gets a copy of its rows, migrated; old and new are measured by turns at both sizes.

PostgreSQL is the server of DATABASE_URL if that names one (its user may create databases; none but the bench's own are
touched), else an embedded one. Exit 1 where a list read in `access.paging` grows with the database, a page or an act of
this checkout is refused, or a sample does not verify. Times are for reading, never for judging: `docs/bench.md`.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import datetime as dt
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import sides, table
from bench.against import NoSuchRevision, checked_out, commit_of, python_for
from bench.engine import ROOT, run, scratch, servers
from bench.reads import too_much
from bench.sides import Side

OUT = Path(__file__).resolve().parent / "out"
SIZES = {"": (1_000, 100_000), "quick": (1_000, 10_000), "deep": (1_000, 1_000_000), "tiny": (48, 64)}
SECONDS = {"": 2.0, "quick": 1.0, "deep": 3.0, "tiny": 0.1}
"""What a page is given on each side, in its own process and again over HTTP."""
BYTES_A_MATTER = 40_000
VENDOR = {"sqlite": "sqlite", "postgres": "postgresql"}


def main(words: list[str]) -> int:
    if words[:1] == ["flow"]:
        from bench.flow import main as flow

        return flow(words[1:])
    parser = argparse.ArgumentParser(prog="go.py bench")
    parser.add_argument("part", nargs="?", default="", choices=[*SIZES])
    parser.add_argument("--engine", choices=["sqlite", "postgres"])
    parser.add_argument("--against", metavar="REV", default="", help="another commit, measured beside this checkout")
    asked = parser.parse_args(words)
    engines = [asked.engine] if asked.engine else ["sqlite", "postgres"]
    free = shutil.disk_usage(tempfile.gettempdir()).free
    wanted = SIZES[asked.part][-1] * BYTES_A_MATTER * (4 if asked.against else 2)
    if free < wanted:
        print(
            f"临时目录 {tempfile.gettempdir()} 只剩 {free >> 30} GB，需要 {wanted >> 30} GB；"
            "可用环境变量 TMPDIR 另指一处。",
            file=sys.stderr,
        )
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped, what was written is removed
    try:
        wrong = _all(asked.part, engines, asked.against)
    except NoSuchRevision as no:
        print(no, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("已停止 / stopped.", file=sys.stderr)
        return 130
    for one in wrong:
        print(f"!!! {one}", file=sys.stderr)
    return 1 if wrong else 0


def _all(part: str, engines: list[str], revision: str) -> list[str]:
    """Measure and print, engine by engine; what does not hold."""
    start, wrong = time.monotonic(), []
    found: dict[str, Any] = {}
    with contextlib.ExitStack() as stack:
        other = None
        if revision:
            place = stack.enter_context(checked_out(commit_of(revision)))
            other = (revision, place, python_for(place))
        bases = stack.enter_context(servers(engines))
        for engine in engines:
            began = time.monotonic()
            lines, bad, found[engine] = _engine(engine, bases, part, other)
            print("\n".join(lines), flush=True)
            print(f"{engine}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            wrong += bad
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\nall of it: {(time.monotonic() - start) / 60:.1f} min; load of this machine at the end {load}")
    OUT.mkdir(exist_ok=True)
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    (OUT / f"{stamp}-{part or 'all'}.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return wrong


Other = tuple[str, Path, str]
"""Another revision: its name as asked, its files, the Python that runs it."""


def _engine(
    engine: str, bases: dict[str, str], part: str, other: Other | None
) -> tuple[list[str], list[str], dict[str, Any]]:
    """One engine: (the printed table, what does not hold, what is kept as JSON)."""
    sizes, seconds = SIZES[part], SECONDS[part]
    with contextlib.ExitStack() as stack:
        new, old, seeded = [], [], []
        for n in sizes:
            here, before, done = stack.enter_context(_seeded(engine, bases, n, other))
            new.append(here)
            old += [before] if before else []
            seeded.append(done)
        touched = [] if other else [_told(run(one.env, "bench.pages", "reads", seeded[-1]["few"])) for one in new]
        every = [one for pair in zip(old, new, strict=True) for one in pair] if old else new
        with contextlib.ExitStack() as living:
            for side in every:
                living.enter_context(side.alive())
            for title, work in (
                ("acts", lambda: sides.acts(every)),
                ("pages", lambda: sides.pages(every, seconds, raw=not other)),
                ("pages over HTTP", lambda: sides.served(every, seconds)),
            ):
                began = time.monotonic()
                work()
                print(f"{engine}: {title}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        verified = [_told(run(one.env, "bench.pages", "verify")) for one in new]
    lines = [_headline(engine, seeded[-1])]
    wrong = [bad for one in new for bad in table.refused(one)]
    wrong += [f"{one.name}: the sample does not verify" for one, ok in zip(new, verified, strict=True) if not ok["ok"]]
    if other:
        for a, b, n in zip(new, old, sizes, strict=True):
            lines += [f"\n{engine}, {n} matters: this checkout against {other[0]}", *table.against(a, b, other[0])]
    else:
        small, large = new
        lines += [*table.pages(large, small), *table.acts(large, small)]
        unit = "steps of the machine" if engine == "sqlite" else "rows read"
        lines += table.touched(touched[0], touched[1], sizes, unit)
        wrong += [
            f"{engine}: {name} touches {a} at {sizes[0]} and {b} at {sizes[1]}, more than a page may"
            for name, (a, b) in too_much(touched[0]["touched"], touched[1]["touched"], VENDOR[engine]).items()
        ]
    lines += table.growth(new[0], new[1], sizes)
    kept = {
        "seeded": seeded,
        "touched": touched,
        "sides": {
            one.name: {
                part: {name: dataclasses.asdict(taken) for name, taken in getattr(one, part).items()}
                for part in ("pages", "acts")
            }
            for one in every
        },
    }
    return lines, wrong, kept


@contextlib.contextmanager
def _seeded(
    engine: str, bases: dict[str, str], n: int, other: Other | None
) -> Iterator[tuple[Side, Side | None, dict[str, Any]]]:
    """(this checkout's side, the other's, what was seeded) at one size. The older one seeds where there are two."""
    folder, name = Path(bases["folder"]), f"{engine}_{n}"
    with contextlib.ExitStack() as stack:
        env = stack.enter_context(scratch(bases[engine], folder, name))
        began = time.monotonic()
        if other is None:
            done = _told(run(env, "bench.seed", str(n)))
            plan = _told(run(env, "bench.pages", "plan"))
        else:
            revision, place, python = other
            done = _told(run(env, "bench.seed", str(n), root=place, python=python))
            copied = stack.enter_context(scratch(bases[engine], folder, f"{name}_new", of=name))
            run(copied, "django", "migrate", "--verbosity", "0")
            plan = _told(run(copied, "bench.pages", "plan"))
        print(f"{engine} {n}: seeded, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        if other is None:
            yield Side(f"{engine} {n}", env, sys.executable, ROOT, plan, folder / f"{name}.log"), None, done
        else:
            here = Side(f"{engine} {n} new", copied, sys.executable, ROOT, plan, folder / f"{name}_new.log")
            yield here, Side(f"{engine} {n} {revision}", env, python, place, plan, folder / f"{name}.log"), done


def _told(text: str) -> dict[str, Any]:
    """The JSON of the last line."""
    found: dict[str, Any] = json.loads(text.splitlines()[-1])
    return found


def _headline(engine: str, seeded: dict[str, Any]) -> str:
    return (
        f"\n{engine}: {seeded['matters']} matters, {seeded['steps']} steps ({seeded['steps_per_matter']} a matter),"
        f" {seeded['rows_copied']} rows, {seeded['bytes'] >> 20} MB,"
        f" played in {seeded['seconds_played']:.0f} s, copied in {seeded['seconds_copied']:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
