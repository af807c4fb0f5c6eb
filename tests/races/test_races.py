"""Races of operating-system processes on a database of their own, on the session's engine (SQLite file or PostgreSQL).

Each race is played by `tests.races.scenarios` and judged here; after each one `rebuild --check` and `verify` must hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from tests.harness.engines import ROOT, FreshDatabase, fresh_database

Told = list[dict[str, Any]]


def played(name: str, rounds: str = "") -> dict[str, Any]:
    """Play one race on a fresh database; every process was told properly, and the ledger holds."""
    with fresh_database() as database:
        found = _played_on(database, name, rounds or os.environ.get("RACE_ROUNDS", "1"))
    assert found["problems"] == []
    return found


def _played_on(database: FreshDatabase, name: str, rounds: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.races.scenarios", name],
        env=database.env | {"RACE_ROUNDS": rounds},
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def all_proper(told: Told) -> None:
    """Nobody met a failure; whoever was refused was told why in a Chinese sentence, with 403 or 409."""
    assert [one for one in told if not one["proper"]] == []


def executed(told: Told) -> int:
    return sum(one["executed"] for one in told)


def test_thirty_two_sign_one_proposal_and_two_signatures_make_one_step() -> None:
    for one in played("thirty_two_signers")["rounds"]:
        all_proper(one["told"])
        assert len(one["told"]) == 32
        assert one["steps"] == executed(one["told"]) == 1
        assert one["proposal"] == "executed"
        assert one["bodies"] == ["enforcement", "supervision"] and one["people"] == 2
        assert sum(other["status"] == 200 for other in one["told"]) == 2


def test_two_heads_who_sign_at_once_always_execute() -> None:
    rounds = played("two_signers")["rounds"]
    for one in rounds:
        all_proper(one["told"])
        assert (one["steps"], executed(one["told"]), one["signatures"], one["proposal"]) == (1, 1, 2, "executed")
    assert len(rounds) >= 16


def test_approval_against_return_has_one_winner() -> None:
    for one in played("approve_against_return")["rounds"]:
        all_proper(one["told"])
        assert one["steps"] == executed(one["told"]) == 1
        assert [other["status"] for other in one["told"] if not other["executed"]] == [409]
        assert one["stage"] == ("at_head" if one["approved"] else "draft")


def test_one_form_sent_eight_times_is_one_act_with_one_answer() -> None:
    found = played("double_submit")
    assert found["counts"] == {"register": 1, "joint": 1, "sign": 1}
    for told in found["told"].values():
        all_proper(told)
        assert len(told) == 8
        assert [one["status"] for one in told] == [200] * 8
        assert all(one["outcome"] == told[0]["outcome"] for one in told)


def test_numbers_of_clues_registered_at_once_are_unbroken() -> None:
    found = played("registering")
    all_proper(found["told"])
    assert executed(found["told"]) == 8
    assert found["numbers"] == list(range(1, found["wanted"] + 1))


def test_a_text_changed_between_two_signatures_is_never_signed() -> None:
    found = played("text_changed_between")
    for name in ("revised", "corrected"):
        all_proper(found[name])
        assert [one["status"] for one in found[name]] == [409], name
        assert found[f"{name}_proposal"] == "dead"
    assert found["steps"] == 0


def test_a_text_changed_at_the_moment_of_the_second_signature_has_one_winner() -> None:
    for one in played("text_changed_at_once")["rounds"]:
        all_proper(one["told"])
        assert one["signed"] + one["revised"] == executed(one["told"]) == 1
        assert (one["stage"], one["proposal"], one["texts"]) == (
            ("signed", "executed", 0) if one["signed"] else ("draft", "dead", 1)
        )


def test_of_two_contradictory_decisions_one_is_executed_and_the_other_dies() -> None:
    for one in played("contradictory_decisions")["rounds"]:
        all_proper([*one["opened"], *one["told"]])
        assert [other["status"] for other in one["opened"]] == [200, 200]
        assert one["started"] + one["declined"] == executed(one["told"]) == 1
        assert one["proposals"] == ["dead", "executed"]
        assert one["item"] == "decided"
        assert (one["matters"], one["clue"]) == ((1, "started") if one["started"] else (0, "declined"))


def test_two_bodies_that_propose_the_same_have_one_proposal() -> None:
    for one in played("same_decision_twice")["rounds"]:
        all_proper(one["told"])
        assert sorted(other["status"] for other in one["told"]) == [200, 409]
        assert (one["open"], one["steps"]) == (1, 0)


def test_a_proposal_is_either_taken_back_or_signed() -> None:
    for one in played("withdrawn_against_signed")["rounds"]:
        all_proper(one["told"])
        assert sorted(other["status"] for other in one["told"]) in ([200, 403], [200, 409])
        assert (one["steps"], one["proposal"]) in ((1, "executed"), (0, "withdrawn"))


def test_two_bodies_on_different_duties_never_disturb_each_other() -> None:
    rounds = played("different_duties")["rounds"]
    assert len(rounds) >= 50
    assert [one for told in rounds for one in told if not one["executed"]] == []


def test_what_raises_no_version_is_all_kept() -> None:
    found = played("records_beside_each_other")
    for told in found["told"].values():
        all_proper(told)
        assert executed(told) == 8
    assert found["records"] == list(range(1, 9))
    assert found["steps"] == 8
    assert found["kept"] == [f"疏导{n}" for n in range(8)]


def test_the_last_two_duties_closed_at_once_conclude_the_matter_once() -> None:
    rounds = played("last_two_duties")["rounds"]
    assert len(rounds) >= 20
    for one in rounds:
        assert one["duties"] == 2
        assert executed(one["told"]) == 2, one["told"]
        assert (one["concluded"], one["stage"]) == (1, "concluded")
