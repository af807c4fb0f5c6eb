"""kill -9 of the whole server while acts arrive over HTTP: every acknowledged act is there, none half, none twice."""

from __future__ import annotations

from tests.harness.engines import FreshDatabase, engine_name

from .killing import killed

SEED = 20


def test_no_acknowledged_act_is_lost_by_kill_9(fresh_database: FreshDatabase) -> None:
    moves, kills = (200, 4) if engine_name() == "sqlite" else (60, 2)
    found = killed(fresh_database, moves, kills, SEED)
    assert found["wrong"] == []
    assert found["acknowledged"] >= moves and found["kills"] >= kills
    assert found["unanswered"] > 0, "no kill met an act under way"
    assert found["lost"] == []
    assert found["half"] == []
    assert found["twice"] == [] and not found["gaps"]
    assert found["steps"] >= found["acknowledged"]
    assert found["problems"] == []
