"""`python3 go.py bench [PART] [--engine sqlite|postgres]`: seeds scratch databases, measures,
prints one table with ratios.

    (none)   1e3 and 1e5 matters on both engines; 20 minutes on two cores that are busy otherwise, 8 GB below TMPDIR
    quick    1e3 and 1e4 matters; about 3 minutes
    deep     1e3 and 1e6 matters; an hour and more, 40 GB below the temporary folder (TMPDIR)
    flow     系统检查 over invented cases, without any database (`bench/flow.py`: flow [CASES] [--pm4py])

Exit 1 where a list read in `access.paging` grows with the database, or a seeded sample does not verify. Times are for
reading, never for judging: they differ from machine to machine. A run that was kept is in `docs/bench.md`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.engine import run, scratch, servers
from bench.reads import too_much

OUT = Path(__file__).resolve().parent / "out"
SIZES = {"": (1_000, 100_000), "quick": (1_000, 10_000), "deep": (1_000, 1_000_000)}
SECONDS = {"": 2.0, "quick": 0.5, "deep": 3.0}
BYTES_A_MATTER = 40_000
VENDOR = {"sqlite": "sqlite", "postgres": "postgresql"}
GROWTH, SERVED = 1.5, 200
"""Targets that are marked where they are missed, and not judged: times flicker. A page's growth, and its p95 in
milliseconds when four clients ask at once."""


def main(words: list[str]) -> int:
    if words[:1] == ["flow"]:
        from bench.flow import main as flow

        return flow(words[1:])
    parser = argparse.ArgumentParser(prog="go.py bench")
    parser.add_argument("part", nargs="?", default="", choices=[*SIZES])
    parser.add_argument("--engine", choices=["sqlite", "postgres"])
    asked = parser.parse_args(words)
    sizes, engines = SIZES[asked.part], [asked.engine] if asked.engine else ["sqlite", "postgres"]
    free, wanted = shutil.disk_usage(tempfile.gettempdir()).free, sizes[-1] * BYTES_A_MATTER * 2
    if free < wanted:
        print(
            f"临时目录 {tempfile.gettempdir()} 只剩 {free >> 30} GB，需要 {wanted >> 30} GB；可用环境变量 TMPDIR 另指一处。",
            file=sys.stderr,
        )
        return 1
    found: dict[str, dict[str, Any]] = {}
    start = time.monotonic()
    with servers(engines) as bases:
        for engine in engines:
            for n in sizes:
                began = time.monotonic()
                with scratch(bases[engine], Path(bases["folder"]), f"{engine}_{n}") as env:
                    seeded = json.loads(run(env, "bench.seed", str(n)).splitlines()[-1])
                    measured = json.loads(
                        run(env, "bench.pages", str(SECONDS[asked.part]), seeded["few"]).splitlines()[-1]
                    )
                found[f"{engine} {n}"] = {"seed": seeded, **measured}
                print(f"{engine} {n}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    text, wrong = table(found, engines, sizes)
    print(text)
    print(f"\nall of it: {(time.monotonic() - start) / 60:.1f} min")
    OUT.mkdir(exist_ok=True)
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    (OUT / f"{stamp}-{asked.part or 'all'}.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    for one in wrong:
        print(f"!!! {one}", file=sys.stderr)
    return 1 if wrong else 0


def table(found: dict[str, dict[str, Any]], engines: list[str], sizes: tuple[int, ...]) -> tuple[str, list[str]]:
    """(the printed table, what does not hold)."""
    lines: list[str] = []
    wrong: list[str] = []
    small, large = sizes
    for engine in engines:
        a, b = found[f"{engine} {small}"], found[f"{engine} {large}"]
        seeded = b["seed"]
        lines.append(
            f"\n{engine}: {seeded['matters']} matters, {seeded['steps']} steps ({seeded['steps_per_matter']} a matter),"
            f" {seeded['rows_copied']} rows, {seeded['bytes'] >> 20} MB,"
            f" seeded in {seeded['seconds_played'] + seeded['seconds_copied']:.0f} s (played {seeded['seconds_played']:.0f},"
            f" copied {seeded['seconds_copied']:.0f})"
        )
        lines.append(
            f"{'page':22}{'SQL':>4}{'raw ms':>9}{'page ms':>9}{'p95':>8}{'page/raw':>9}"
            f"{'x ' + str(small):>9}{'served/s':>10}{'p95':>8}"
        )
        for name, one in b["pages"].items():
            growth = one["page"]["p50"] / max(0.01, a["pages"][name]["page"]["p50"]) if name in a["pages"] else 0
            lines.append(
                f"{name:22}{one['statements']:>4}{one['raw']['p50']:>9}{one['page']['p50']:>9}{one['page']['p95']:>8}"
                f"{one['page']['p50'] / max(0.01, one['raw']['p50']):>9.1f}{growth:>9.2f}{one['served']['per_second']:>10}{one['served']['p95']:>8}"
                f"{'  *' if growth > GROWTH or one['served']['p95'] > SERVED else ''}"
            )
        lines.append(f"* misses a target: growth up to {GROWTH}, p95 served to four clients up to {SERVED} ms")
        lines.append(f"{'act':34}{'p50 ms':>9}{'p95':>8}{'a second':>10}{'x ' + str(small):>9}")
        for name, act in b["acts"].items():
            growth = act["p50"] / a["acts"][name]["p50"] if name in a["acts"] else 0
            lines.append(f"{name:34}{act['p50']:>9}{act['p95']:>8}{act['per_second']:>10}{growth:>9.2f}")
        unit = "steps of the machine" if engine == "sqlite" else "rows read"
        lines.append(f"{'read (' + unit + ')':40}{small:>10}{large:>10}{'by condition':>14}{large:>10}")
        for name, after in b["touched"].items():
            before = a["touched"][name]
            plain = [str(one["conditions"].get(name, "")) for one in (a, b)]
            lines.append(f"{name:40}{before:>10}{after:>10}{plain[0]:>14}{plain[1]:>10}")
        for name, (before, after) in too_much(a["touched"], b["touched"], VENDOR[engine]).items():
            wrong.append(f"{engine}: {name} touches {before} at {small} and {after} at {large}, more than a page may")
        for n in sizes:
            one = found[f"{engine} {n}"]
            if not one["seed"]["verify"]["ok"] or not one["verify after"]["ok"]:
                wrong.append(f"{engine} {n}: the sample does not verify")
    return "\n".join(lines), wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
