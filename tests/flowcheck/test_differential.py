"""The two back ends say the same of the same cases, evidence rows and computed limits included."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuangcha.flowcheck import (
    RuleSet,
    builtin,
    check_case,
    check_folder,
    extra,
    read_case,
    read_findings,
    reference_rules,
)
from shuangcha.flowcheck.kinds.within import Within
from shuangcha.flowcheck.model import Rule
from shuangcha.flowcheck.nodes import LIST_A
from shuangcha.flowcheck.select import at
from shuangcha.periods import Calendar

from . import test_signs_false, test_signs_passive
from .tools import AS_OF, CaseData, chance_case, numbered, plain, store

CALENDAR = Calendar.bundled()
TOLD = "{start}起算，应于{due}前完成，扣除{deducted}日，{done}才完成，超期{days}日。"
LOCAL = (
    Rule(
        "T01",
        "工作日、扣除、撤回，按对象",
        "消极执行",
        "low",
        (Within("5工作日", at("N21"), at("N16"), undone=at("N23"), by_subject=True, stops=LIST_A),),
        "",
        TOLD,
    ),
    Rule(
        "T02",
        "工作日、扣除、撤回，按案件",
        "消极执行",
        "low",
        (Within("15工作日", at("N34"), at("N33"), undone=at("N23"), lapses=False, stops=LIST_A),),
        "",
        TOLD,
    ),
)
"""What no built-in rule asks, but a file of local rules may."""
RULES = RuleSet((*builtin().rules, *extra().rules, *reference_rules().rules, *LOCAL)).scoped("case")


def compare(cases: list[CaseData], rules: RuleSet) -> int:
    """Both ways over these cases; the number of findings."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = store(Path(place) / "data", cases), Path(place) / "out"
        check_folder(folder, out, rules=rules, as_of=AS_OF)
        bulk = plain(read_findings(out))
        assert read_case(folder, cases[0].case["case_number"]) is not None
    one_by_one = plain(finding for case in cases for finding in check_case(case, rules, AS_OF, CALENDAR))
    ours, theirs = set(one_by_one), set(bulk)
    assert not ours - theirs, f"only the interpreter: {sorted(ours - theirs)[:3]}"
    assert not theirs - ours, f"only SQL: {sorted(theirs - ours)[:3]}"
    assert one_by_one == bulk
    return len(bulk)


@pytest.mark.parametrize("seed", range(3))
def test_nasty_cases(seed: int) -> None:
    rnd = Random(seed)
    cases = numbered(chance_case(rnd) for _ in range(300))
    assert compare(cases, RULES) > 100


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.randoms(use_true_random=False).map(chance_case), min_size=1, max_size=25))
def test_cases_by_hypothesis(cases: list[CaseData]) -> None:
    compare(numbered(cases), RULES)


def test_the_hand_made_cases() -> None:
    """Those on the day and the day after, over a holiday, with a stop."""
    cases = [case for _, *both in (*test_signs_passive.PAIRS, *test_signs_false.PAIRS) for case in both]
    compare(numbered(cases), RULES)
