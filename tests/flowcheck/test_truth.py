"""The truth of the generator, met by the engine for every rule: every planted fault found, no hit on anything else.

1e3 cases here; 1e4 to 1e6 in `bench flow` and in the deep part `flow_truth`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from shuangcha.flowcheck import RuleSet, check_folder, load_rules, reference_rules
from shuangcha.flowcheck.generate import AS_OF, generate
from shuangcha.flowcheck.generate.truth import differences


@pytest.mark.parametrize("seed,as_of", [(1, AS_OF), (11, date(2024, 3, 29)), (5, date(2026, 3, 2))])
def test_every_rule_says_the_truth(tmp_path: Path, seed: int, as_of: date) -> None:
    data = tmp_path / "data"
    generate(data, cases=1008, seed=seed, as_of=as_of)
    for name, rules in (("signs", load_rules()), ("reference", reference_rules())):
        out = tmp_path / name
        summary = check_folder(data, out, rules=rules, as_of=as_of)
        assert not summary.unable
        assert differences(data, out, rules) == {}
        assert all(summary.findings[rule.id] > 0 for rule in rules.rules), "every rule has a planted fault to find"
        planted = {
            row[0]
            for row in duckdb.execute(
                "SELECT DISTINCT rule FROM read_parquet($1)", [str(data / "truth.parquet")]
            ).fetchall()
        }
        assert {rule.id for rule in rules.rules} <= planted


def test_a_missed_and_a_false_sign_are_both_told(tmp_path: Path) -> None:
    """The comparison itself can fail: a finding taken away and one put where none belongs."""
    data, out = tmp_path / "data", tmp_path / "out"
    generate(data, cases=600, seed=1)
    rules: RuleSet = load_rules().subset(["P01"])
    check_folder(data, out, rules=rules, as_of=AS_OF)
    assert differences(data, out, rules) == {}
    path = out / "findings.parquet"
    first = duckdb.execute("SELECT min(case_id) FROM read_parquet($1)", [str(path)]).fetchall()[0][0]
    duckdb.execute(
        f"COPY (SELECT * REPLACE (CASE WHEN case_id = {first} THEN 2 ELSE case_id END AS case_id) FROM read_parquet('{path}')) TO '{path}.new' (FORMAT parquet)"
    )
    Path(f"{path}.new").rename(path)
    assert differences(data, out, rules) == {"P01": ([str(first)], ["2"])}
