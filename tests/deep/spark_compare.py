"""Run in an environment that has PySpark: the rules on 1e4 invented cases by DuckDB and by Spark;
exit 0 where all findings are equal."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from shuangcha.flowcheck import RuleSet, builtin, check_folder, extra, read_findings, reference_rules


def main(place: Path, as_of: date) -> int:
    """`place` holds the cases in `data` (made by `flow_spark`: their maker needs more than this environment has)."""
    data = place / "data"
    rules = RuleSet((*builtin().rules, *extra().rules, *reference_rules().rules))
    counts = {}
    for engine in ("duckdb", "spark"):
        summary = check_folder(data, place / engine, rules=rules, as_of=as_of, engine=engine)
        counts[engine] = dict(summary.findings)
        print(engine, sum(summary.findings.values()), "findings", summary.seconds, "s", flush=True)
    silent = [rule.id for rule in rules.rules if rule.id != "X01" and not counts["duckdb"].get(rule.id)]
    if silent:
        print("rules that said nothing on either engine prove nothing:", silent)
        return 1
    differ = {
        rule: (count, counts["spark"].get(rule))
        for rule, count in counts["duckdb"].items()
        if count != counts["spark"].get(rule)
    }
    equal = read_findings(place / "duckdb") == read_findings(place / "spark")
    print("equal" if equal else f"NOT equal: {differ}")
    return 0 if equal and not differ else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))
