"""The suite's own rules: what runs on one engine, what it may cost, and that no test sees another's rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tests import budget
from tests.harness import baked, engines, times
from tools import suite


# --- what runs where ---
def test_what_runs_on_one_engine_is_there_and_says_why() -> None:
    for path, (engine, reason) in budget.ONE_ENGINE.items():
        file, _, test = path.partition("::")
        assert (engines.ROOT / file).exists(), path
        assert not test or f"def {test}(" in (engines.ROOT / file).read_text(encoding="utf-8"), path
        assert engine in suite.ENGINES
        assert len(reason) > 10, path


def test_nothing_is_left_out_on_both_engines() -> None:
    left = [set(suite._left_to_the_other(name)) for name in suite.ENGINES]
    assert not left[0] & left[1]
    assert len(left[0] | left[1]) == len(budget.ONE_ENGINE)


def test_an_engine_without_a_test_of_those_asked_for_is_no_failure_but_both_are() -> None:
    def ended(*statuses: int) -> list[int]:
        rows = [(name, status, 1.0) for name, status in zip(suite.ENGINES, statuses, strict=True)]
        return [status for _, status, _ in suite._asked_of_one(rows)]

    assert ended(0, suite.NO_TESTS) == [0, 0]
    assert ended(1, suite.NO_TESTS) == [1, 0]
    assert ended(suite.NO_TESTS, suite.NO_TESTS) == [suite.NO_TESTS, suite.NO_TESTS]


# --- what it may cost ---
def told(seconds: float, loop: float = budget.LOOP, folder: str = "nowhere") -> dict[str, Any]:
    """Two sessions with one file each, which took half of these seconds each."""
    session = {"files": {f"tests/{folder}/test_it.py": [seconds / 2, 3]}, "loops": [loop, loop]}
    return dict.fromkeys(suite.ENGINES, session)


def test_a_folder_over_its_budget_is_named_with_its_figure(capsys: pytest.CaptureFixture[str]) -> None:
    allowed = budget.OTHERS * budget.MARGIN
    assert suite.costs(told(allowed - 1), 100, 50) == []
    assert "!!!" not in capsys.readouterr().err
    assert suite.costs(told(allowed + 1), 100, 50) == ["nowhere"]
    said = capsys.readouterr().err
    assert f"!!! tests/nowhere: {allowed + 1:.0f} processor seconds, {allowed:.0f} allowed" in said
    assert "sqlite: 3 tests" in said and "tests/nowhere/test_it.py" in said


def test_a_budget_of_its_own_goes_before_that_of_others() -> None:
    folder, most = max(budget.BUDGETS.items(), key=lambda row: row[1])
    assert most > budget.OTHERS
    assert suite.costs(told(most, folder=folder), 100, 50) == []
    assert suite.costs(told(most * budget.MARGIN + 1, folder=folder), 100, 50) == [folder]


def test_a_slow_machine_does_not_fail_by_itself() -> None:
    over = budget.OTHERS * budget.MARGIN * 2
    assert suite.costs(told(over, loop=budget.LOOP * 3), 100, 50) == []
    assert suite.costs(told(over, loop=budget.LOOP), 100, 50) == ["nowhere"]


def test_budgets_are_of_folders_that_exist() -> None:
    for folder in budget.BUDGETS:
        assert (engines.ROOT / "tests" / folder).is_dir(), folder


def test_the_piece_of_work_takes_processor_time() -> None:
    assert times.loop() > 0


# --- worlds ---
@pytest.mark.parametrize("name", baked.WORLDS)
def test_every_world_has_its_maker(name: str) -> None:
    assert callable(baked._maker(name))


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_no_other_sees(house: None, db: None, turn: int) -> None:
    from shuangcha.courts.models import Court

    assert Court.objects.filter(code="豫03").exists()
    assert not Court.objects.filter(code="某院").exists()
    Court.objects.create(code="某院", name="某院", level="basic")


@pytest.mark.django_db
def test_without_a_world_a_test_stands_on_the_empty_database(request: pytest.FixtureRequest) -> None:
    from shuangcha.courts.models import Court

    assert baked.wanted(request.node) == baked.EMPTY
    assert not Court.objects.exists()


def test_a_test_of_two_worlds_is_refused() -> None:
    class Item:
        nodeid, fixturenames = "one", ("house", "db", "desk_places")

    with pytest.raises(pytest.UsageError, match=r"desk_places.*house"):
        baked.wanted(Item())  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_world_is_not_entered_inside_a_transaction() -> None:
    name = connection.settings_dict["NAME"]
    with pytest.raises(RuntimeError, match="transaction is open"):
        baked._leave()
    assert connection.settings_dict["NAME"] == name
