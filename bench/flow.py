"""`python3 go.py bench flow [CASES] [--rounds N] [--pm4py] [--keep DIR]`:
系统检查 over invented cases against the scan limit.

CASES: 100000 where not given (1000000 = 1.9e7 events, about 20 minutes on two busy cores, 3 GB below TMPDIR). A tenth
of them is measured too, for the growth exponent. The scan limit is one DuckDB query that sums every column of the
events. CPU is of the process that did it, in one run, the plans taking turns; ratios are what to read. The truth is
compared at the end, and the pages of one case are asked for through Django (`bench/flow_page.py`): exit 1 where a rule
says anything else. `--pm4py` makes an environment of its own below bench/out (pm4py is AGPL and never part of the
program) and compares R01–R05 as near as pm4py can state them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from bench import flow_page

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "bench" / "out"
AS_OF = date(2025, 6, 30)
LIMITS = {"R01–R05": 2.5, "R01–R14": 13.0, "case rules": 20.0}
CONFORMANCE_MOST = 100_000
"""pm4py's functions that judge each case take minutes beyond."""
FIVE = [f"R{number:02d}" for number in range(1, 6)]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="go.py bench flow")
    parser.add_argument("cases", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pm4py", action="store_true")
    parser.add_argument("--keep", type=Path, help="keep the data sets here, and use those that are there")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="shuangcha-flow-") as scratch:
        base = asked.keep or Path(scratch)
        base.mkdir(parents=True, exist_ok=True)
        found: dict[str, Any] = {"cases": asked.cases}
        for size in (asked.cases // 10, asked.cases):
            found[str(size)] = measure(base / f"g{size}", Path(scratch), size, asked.rounds)
        found["one case"] = child("one", base / f"g{asked.cases // 10}", Path(scratch) / "one")
        found["pages"] = flow_page.run_in_scratch(base / f"g{asked.cases}", Path(scratch) / "pages")
        if asked.pm4py:
            found["pm4py"] = {}
            for way, size in (
                ("filters", asked.cases),
                ("conformance", min(asked.cases, max(asked.cases // 10, CONFORMANCE_MOST))),
            ):
                found["pm4py"][way] = compare(way, base / f"g{size}", found[str(size)]["R01–R05"]["cpu"]) | {
                    "cases": size
                }
    text, wrong = table(found, asked.cases)
    print(text)
    OUT.mkdir(exist_ok=True)
    (OUT / f"flow-{asked.cases}-{time.strftime('%Y%m%dT%H%M%S')}.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    for one in wrong:
        print(f"!!! {one}", file=sys.stderr)
    return 1 if wrong else 0


def measure(data: Path, scratch: Path, size: int, rounds: int) -> dict[str, Any]:
    """Generate, run every plan `rounds` times in turn (medians), the cross-case rules one by one,
    and hold the truth."""
    found: dict[str, Any] = {}
    if not (data / "manifest.json").exists():
        found["generate"] = child("generate", data, scratch / "none", str(size))
    plans = ("scan", "R01–R05", "R01–R14", "case rules", "all rules")
    runs: dict[str, list[dict[str, float]]] = {plan: [] for plan in plans}
    for _ in range(rounds):
        for plan in plans:
            runs[plan].append(child(plan, data, scratch / "out"))
            note(f"{size} {plan}: {runs[plan][-1]['cpu']:.2f} CPU s")
    for plan, several in runs.items():
        found[plan] = {key: statistics.median(one[key] for one in several) for key in ("cpu", "wall", "rss")}
    found["across"] = {}
    for rule in child("list", data, scratch / "out")["rules"]:
        found["across"][rule] = child(f"only {rule}", data, scratch / "out")
        note(f"{size} {rule}: {found['across'][rule].get('cpu', 0):.2f} CPU s")
    found["truth"] = child("truth", data, scratch / "truth")["differences"]
    return found


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def child(word: str, data: Path, out: Path, *more: str) -> dict[str, Any]:
    """One measurement in a process of its own, so that its peak memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.flow", "--child", word, str(data), str(out), *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    shutil.rmtree(out, ignore_errors=True)
    if done.returncode:
        raise SystemExit(f"{word}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def table(found: dict[str, Any], cases: int) -> tuple[str, list[str]]:
    """(the printed table, what does not hold)."""
    small, large = found[str(cases // 10)], found[str(cases)]
    lines, wrong = [], []
    lines.append(
        f"\n系统检查, {cases} cases; CPU seconds of the process, medians of the rounds;"
        f" scan limit {large['scan']['cpu']:.2f} s"
    )
    if "generate" in large:
        lines.append(f"generated in {large['generate']['cpu']:.1f} CPU s, peak {large['generate']['rss']:.0f} MB")
    lines.append(
        f"{'plan':14}{'CPU s':>8}{'wall s':>8}{'x scan':>8}{'limit':>7}{'peak MB':>9}{'CPU s at 1/10':>15}{'10^k':>7}"
    )
    for plan in ("scan", "R01–R05", "R01–R14", "case rules", "all rules"):
        one, before = large[plan], small[plan]
        ratio = one["cpu"] / large["scan"]["cpu"]
        growth = math.log10(max(1e-9, one["cpu"]) / max(1e-9, before["cpu"]))
        over = (
            " *"
            if ratio > LIMITS.get(plan, math.inf) or one["rss"] > 2048 or (cases >= 1_000_000 and growth > 1.15)
            else ""
        )
        lines.append(
            f"{plan:14}{one['cpu']:>8.2f}{one['wall']:>8.2f}{ratio:>8.1f}{LIMITS.get(plan, ''):>7}{one['rss']:>9.0f}"
            f"{before['cpu']:>15.2f}{growth:>7.2f}{over}"
        )
    lines.append("* misses a target: the limit on the ratio, 2048 MB, or a growth exponent of 1.15 at 1e6")
    lines.append(
        "cross-case rules, each alone (with the reading of the data): "
        + ", ".join(
            f"{rule} {one['cpu'] / large['scan']['cpu']:.1f}x" if "cpu" in one else f"{rule} {one['error'][:60]}"
            for rule, one in large["across"].items()
        )
    )
    one = found["one case"]
    lines.append(
        f"one case, all its own rules: in memory p50 {one['memory'][0]:.3f} p95 {one['memory'][1]:.3f} ms (target 0.2);"
        f" with its fetch from the index p50 {one['fetch'][0]:.2f} p95 {one['fetch'][1]:.2f} ms (target 2)"
    )
    lines += flow_page.table(found["pages"])
    if "pm4py" in found:
        ways = "; ".join(
            f"{way} {one['cpu']:.1f} CPU s at {one['cases']} cases = {one['ratio']:.0f}x"
            for way, one in found["pm4py"].items()
        )
        lines.append(f"pm4py on R01–R05, as near as it can state them (target 15x): {ways}")
    for size in (cases // 10, cases):
        differing = found[str(size)]["truth"]
        lines.append(f"truth at {size}: {differing or 'met for every rule, no false hit'}")
        wrong += [
            f"{size} cases, {rule}: missed {missed}, false {false}" for rule, (missed, false) in differing.items()
        ]
    return "\n".join(lines), wrong


# --- what runs in the child ---


def run_child(word: str, data: Path, out: Path, more: list[str]) -> dict[str, Any]:
    from shuangcha.flowcheck import FlowError, check_folder, load_rules, reference_rules

    signs = load_rules()
    if word == "list":
        return {"rules": [rule.id for rule in signs.rules if rule.scope != "case"]}
    if word == "truth":
        return {"differences": truth(data, out)}
    if word == "one":
        return one_case(data)
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    if word == "generate":
        from shuangcha.flowcheck.generate import generate

        generate(data, cases=int(more[0]), seed=1)
    elif word == "scan":
        scan(data)
    else:
        reference = reference_rules()
        rules = {
            "R01–R05": reference.subset(FIVE),
            "R01–R14": reference,
            "case rules": signs.scoped("case"),
            "all rules": signs,
        }.get(word)
        try:
            check_folder(data, out, rules=rules or signs.subset([word.removeprefix("only ")]), as_of=AS_OF)
        except FlowError as error:
            return {"error": str(error)}
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "wall": time.monotonic() - began, "rss": after.ru_maxrss / 1024}


def scan(data: Path) -> None:
    """Every value of every column of the events is looked at once."""
    import duckdb

    with duckdb.connect(config={"threads": 2}) as db:
        path = str(data / "events.parquet").replace("'", "''")
        columns = db.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
        sums = [
            f"sum(strlen({name}))"
            if kind == "VARCHAR"
            else f"sum(epoch_us({name})::HUGEINT)"
            if kind in ("TIMESTAMP", "DATE")
            else f"sum({name}::HUGEINT)"
            for name, kind, *_ in columns
        ]
        db.execute(f"SELECT {', '.join(sums)} FROM read_parquet('{path}')").fetchall()


def truth(data: Path, out: Path) -> dict[str, Any]:
    from shuangcha.flowcheck import check_folder, load_rules, reference_rules
    from shuangcha.flowcheck.generate.truth import differences

    found: dict[str, Any] = {}
    for rules in (load_rules(), reference_rules()):
        shutil.rmtree(out, ignore_errors=True)
        check_folder(data, out, rules=rules, as_of=AS_OF)
        found |= differences(data, out, rules)
    return found


def percentiles(seconds: Iterable[float]) -> tuple[float, float]:
    ordered = sorted(one * 1000 for one in seconds)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


def one_case(data: Path) -> dict[str, Any]:
    import duckdb

    from shuangcha.flowcheck import check_case, load_rules
    from shuangcha.flowcheck.read import Store, build_store

    rules = load_rules().scoped("case")
    numbers = [
        row[0]
        for row in duckdb.execute(
            "SELECT case_number FROM read_parquet($1) WHERE case_id % 37 = 5 LIMIT 300", [str(data / "cases.parquet")]
        ).fetchall()
    ]
    loaded, fetched, judged = [], [], []
    build_store(data)
    store = Store(data)
    for number in numbers:
        began = time.perf_counter()
        case = store.case(number)
        assert case is not None
        check_case(case, rules, AS_OF)
        fetched.append(time.perf_counter() - began)
        loaded.append(case)
    for _ in range(5):
        for case in loaded:
            began = time.perf_counter()
            check_case(case, rules, AS_OF)
            judged.append(time.perf_counter() - began)
    return {"memory": percentiles(judged), "fetch": percentiles(fetched), "rules": len(rules.rules)}


# --- pm4py, apart ---


def compare(way: str, data: Path, cpu: float) -> dict[str, Any]:
    """CPU of pm4py on the five rules, in an environment of its own; `ratio` is over our `cpu`."""
    home = OUT / "pm4py"
    python = home / "bin" / "python"
    if not python.exists():
        note("making bench/out/pm4py …")
        venv.create(home, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "pm4py", "pyarrow"], check=True)
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(python), str(ROOT / "bench" / "flow_pm4py.py"), way, str(data / "events.parquet")],
        capture_output=True,
        text=True,
        env=env,
    )
    if done.returncode:
        raise SystemExit(f"pm4py: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"ratio": found["cpu"] / cpu}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(
            json.dumps(run_child(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5:]), ensure_ascii=False)
        )
    else:
        sys.exit(main(sys.argv[1:]))
