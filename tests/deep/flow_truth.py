"""The truth of the generator at sizes that are too large for every change, with seeds of the day."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from shuangcha.flowcheck import check_folder, load_rules, reference_rules
from shuangcha.flowcheck.generate import AS_OF, generate
from shuangcha.flowcheck.generate.truth import differences

RUNS = ((10_000, 101, AS_OF), (10_000, 102, date(2026, 3, 2)), (10_000, 103, date(2024, 3, 29)), (100_000, 104, AS_OF))


def main() -> int:
    wrong = 0
    for cases, seed, as_of in RUNS:
        with tempfile.TemporaryDirectory(prefix="shuangcha-flow-") as folder:
            data = Path(folder, "data")
            generate(data, cases=cases, seed=seed, as_of=as_of)
            for name, rules in (("signs", load_rules()), ("reference", reference_rules())):
                out = Path(folder, name)
                summary = check_folder(data, out, rules=rules, as_of=as_of)
                differing = differences(data, out, rules)
                silent = [rule.id for rule in rules.rules if not summary.findings.get(rule.id)]
                wrong += len(differing) + len(silent) + len(summary.unable)
                print(
                    f"{cases} cases, seed {seed}, {as_of}, {name}: {sum(summary.findings.values())} found;"
                    f" differing {differing}, silent {silent}, unable {dict(summary.unable)}",
                    flush=True,
                )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
