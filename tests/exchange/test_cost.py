"""Statements per request, read log included; the same whatever the number of rows. Budgets: issue §7.

Counted over the whole story, in every stage that it passes, by token; a session costs one statement more.
"""

from __future__ import annotations

from typing import Any

from tests.exchange.world import V1, Voice, World

DETAIL, MOVE, WORKLIST = 18, 28, 12
# The first act of the story also reads what a process keeps for half a minute (bodies, calendar) and begins the court's
# chain.
COLD = 5
FIRST = {"moves/clue.register": MOVE - 1 + COLD}
STARTING = 28
KINDS = ("clue", "matter", "meeting", "item", "assignment", "round", "record", "report", "opinion", "duty")


def _costs(world: World) -> list[tuple[str, str, int]]:
    return [one for voice in world.voices.values() for one in voice.costs]


def test_every_act_of_the_story_keeps_the_budget(world: World) -> None:
    acts = [(path, n) for method, path, n in _costs(world) if method == "post" and path.startswith("moves/")]
    assert len({path for path, _ in acts}) > 20
    over = {path: n for path, n in acts if n > FIRST.get(path, MOVE - 1)}
    assert not over
    signed = [n for method, path, n in _costs(world) if method == "post" and path.endswith("/sign")]
    assert sorted(signed)[-1] <= STARTING and sorted(signed)[-2] < MOVE


def test_every_subject_read_in_the_story_keeps_the_budget(world: World) -> None:
    reads = [(path, n) for method, path, n in _costs(world) if method == "get" and path.split("/")[0] in KINDS]
    assert {path.split("/")[0] for path, _ in reads if "/" in path} >= {"clue", "matter", "opinion", "round", "report"}
    assert not {path: n for path, n in reads if n + 1 > DETAIL}


def test_by_session_every_kind_keeps_the_budget(world: World) -> None:
    voice = Voice(world["内勤"].login)
    voice.client.force_login(voice.person)
    voice.get("me").ok()
    for kind in KINDS:
        uid = voice.get(kind).ok()["items"][0]["uid"]
        assert len(voice.get(f"{kind}/{uid}").statements) <= DETAIL, kind
        assert len(voice.get(f"{kind}/{uid}/steps").statements) <= DETAIL, kind
    assert len(voice.get("todos").statements) <= WORKLIST


def test_the_whole_matter_costs_the_same_with_more_in_it(world: World) -> None:
    path = "/".join(world.matter) + "/overview"
    before = world["内勤"].get(path)
    urge = next(one for one in before.json["duties"] if "督办" in one["title"])
    duty = ("duty", urge["uid"])
    world.both("执行局甲", "监察室乙", "duty.issue_urge", duty, text="督办", measures="启动评估")
    _second_clue(world)
    after = world["内勤"].get(path)
    assert sum(map(len, (after.json["duties"], after.json["records"]))) == sum(
        map(len, (before.json["duties"], before.json["records"]))
    )
    assert len(after.statements) <= len(before.statements) + 3  # signatures and steps of no matter
    assert len(before.statements) <= 26


def test_a_list_costs_the_same_with_more_rows(world: World) -> None:
    one_row = len(world["内勤"].get("clue").statements)
    for _ in range(3):
        _second_clue(world)
    listed = world["内勤"].get("clue")
    assert len(listed.json["items"]) == 4 and len(listed.statements) <= one_row


def _second_clue(world: World) -> Any:
    return world["内勤"].move("clue.register", **world.registration()).ok()


def test_nothing_but_the_read_log_is_written_by_reading(world: World) -> None:
    voice = world["内勤"]
    paths = [*KINDS, "todos", "me", "brief-clues", "moves"]
    paths += [f"{kind}/{voice.get(kind).ok()['items'][0]['uid']}" for kind in KINDS]
    paths += ["/".join(world.matter) + ending for ending in ("/steps", "/overview", "/children")]
    for path in paths:
        said = voice.get(path).statements
        written = [one for one in said if not one.startswith("SELECT") and not one.startswith("(SELECT")]
        logged = path.split("/")[0] in ("clue", "matter") and "/" in path
        assert len(written) == (1 if logged else 0), (path, written)
        assert all('INSERT INTO "audit_readlog"' in one for one in written)
    assert V1 == "/api/v1/"
