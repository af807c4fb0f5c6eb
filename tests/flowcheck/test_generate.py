"""The generator: shape, determinism, and its truth held against plain reckonings over the rows, rule by rule."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shuangcha.flowcheck.generate import AS_OF, generate
from shuangcha.flowcheck.generate.plan import BLOCK, FULL_SET, PLANTS, SPECIALS
from shuangcha.flowcheck.generate.write import GenerateError
from shuangcha.flowcheck.read.errors import ReadError
from shuangcha.flowcheck.schema import BY_NAME, SQL_TYPES, TABLES
from shuangcha.numbers import normalise
from shuangcha.periods import Calendar, due_day

Rows = dict[int, dict[str, Any]]
CALENDAR = Calendar.bundled()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flow") / "data"
    generate(folder, cases=1000, seed=1)
    return folder


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found = duckdb.execute("SELECT * FROM read_parquet($1)", [str(folder / f"{table}.parquet")])
    names = [one[0] for one in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def world(made: Path) -> dict[str, list[dict[str, Any]]]:
    return {table.name: rows(made, table.name) for table in TABLES} | {"truth": rows(made, "truth")}


@pytest.fixture(scope="module")
def truth(world: dict[str, list[dict[str, Any]]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for row in world["truth"]:
        found[row["rule"]].add(row["case_id"])
    return found


def test_tables_have_the_columns_and_types_of_the_schema(made: Path) -> None:
    for table in TABLES:
        described = duckdb.execute(
            "DESCRIBE SELECT * FROM read_parquet($1)", [str(made / f"{table.name}.parquet")]
        ).fetchall()
        assert [(row[0], row[1]) for row in described] == [(one.name, SQL_TYPES[one.kind]) for one in table.columns]


def test_ids_are_dense_and_rows_lie_in_the_order_of_cases(world: dict[str, list[dict[str, Any]]]) -> None:
    assert [row["case_id"] for row in world["cases"]] == list(range(1, 1001))
    assert [row["event_id"] for row in world["events"]] == list(range(1, len(world["events"]) + 1))
    for name in BY_NAME:
        ids = [row["case_id"] for row in world[name] if "case_id" in row]
        assert ids == sorted(ids), name
    assert 18 <= len(world["events"]) / 1000 <= 22


def test_case_numbers_are_written_as_the_court_writes_them_and_stand_once(
    world: dict[str, list[dict[str, Any]]],
) -> None:
    numbers = [row["case_number"] for row in world["cases"]]
    assert [normalise(one) for one in numbers] == numbers
    assert len(set(numbers)) == len(numbers)
    origins = {row["origin_case"] for row in world["cases"]} - {None}
    assert origins and origins <= set(numbers)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(made: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    generate(again, cases=1000, seed=1)
    generate(other, cases=1000, seed=2)

    def bytes_of(folder: Path, name: str) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()

    assert all(bytes_of(made, f"{one.name}.parquet") == bytes_of(again, f"{one.name}.parquet") for one in TABLES)
    assert bytes_of(made, "events.parquet") != bytes_of(other, "events.parquet")


def test_every_fault_is_there_and_most_cases_are_clean(made: Path, tmp_path: Path, truth: dict[str, set[int]]) -> None:
    planted = {rule for rule in (*(one for rules in PLANTS.values() for one in rules), *SPECIALS) if rule[0] != "R"}
    assert FULL_SET <= 1000
    assert {rule for rule in truth if rule[0] != "R"} == planted
    assert {rule for rule in truth if rule[0] == "R"} == {f"R{number:02d}" for number in range(1, 15)}
    assert len(planted - {"X01"}) == 44, "the signs of the dossier"
    generate(tmp_path / "large", cases=20_000, seed=3)
    faulty = {row["case_id"] for row in rows(tmp_path / "large", "truth") if row["rule"][0] != "R"}
    assert 0.05 < len(faulty) / 20_000 < 0.2


def by_node(world: dict[str, list[dict[str, Any]]]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    found: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for event in world["events"]:
        found[event["case_id"]][event["node"]].append(event)
    return found


def test_notices_beyond_ten_days_are_the_planted_ones(
    world: dict[str, list[dict[str, Any]]], truth: dict[str, set[int]]
) -> None:
    late = {
        case
        for case, nodes in by_node(world).items()
        if "N06" in nodes
        and nodes["N06"][0]["event_at"].date()
        > due_day(nodes["N01"][0]["event_at"].date(), "10日", calendar=CALENDAR)[0]
    }
    assert late == truth["P01"]


def test_cases_beyond_their_months_are_the_planted_ones(
    world: dict[str, list[dict[str, Any]]], truth: dict[str, set[int]]
) -> None:
    stops = defaultdict(list)
    for row in world["suspensions"]:
        stops[row["case_id"]].append((row["start_on"], row["end_on"] or AS_OF))
    late = set()
    for case in world["cases"]:
        if case["kind"] in ("objection", "preservation"):
            continue
        last = due_day(
            case["filed_on"],
            "3月" if case["kind"] == "unlitigated" else "6月",
            calendar=CALENDAR,
            stops=stops[case["case_id"]],
        )[0]
        if (case["closed_on"] or AS_OF) > last:
            late.add(case["case_id"])
    assert late == truth["P09"]
    assert any(row["closed_on"] and (row["closed_on"] - row["filed_on"]).days > 190 for row in world["cases"]), (
        "one that only its stop saves"
    )


def test_entries_and_order_are_faultless_in_clean_cases(
    world: dict[str, list[dict[str, Any]]], truth: dict[str, set[int]]
) -> None:
    faulty = set().union(*(cases for rule, cases in truth.items() if rule != "R01"))
    seconds: dict[tuple[int, Any], int] = defaultdict(int)
    for event in world["events"]:
        at, entered = event["event_at"], event["entered_at"]
        seconds[event["case_id"], entered] += 1
        if event["case_id"] in faulty:
            continue
        assert at < entered < at + timedelta(hours=1)
        assert CALENDAR.is_working(at.date()) and 9 <= at.hour <= 18 and entered.hour < 20
        assert entered.date() <= AS_OF
    assert {case for (case, _), count in seconds.items() if count >= 3} == {
        case for case in truth["F02"] if not 1 <= (case - 1) // BLOCK % 200 <= len(SPECIALS)
    }
    assert {event["case_id"] for event in world["events"] if event["entered_at"] < event["event_at"]} == truth["F05"]
    assert {
        event["case_id"] for event in world["events"] if (event["entered_at"] - event["event_at"]).days > 3
    } == truth["F01"]


def test_no_case_sleeps_sixty_days_unless_planted_or_stayed(
    world: dict[str, list[dict[str, Any]]], truth: dict[str, set[int]]
) -> None:
    stayed = {row["case_id"] for row in world["suspensions"]}
    sleeping = set()
    for case in world["cases"]:
        end: date = case["closed_on"] or AS_OF
        days = sorted(
            {
                row["event_at"].date()
                for nodes in (by_node_cached(world)[case["case_id"]],)
                for rows_ in nodes.values()
                for row in rows_
                if row["event_at"].date() <= end
            }
            | {case["filed_on"], end}
        )
        if any((later - earlier).days > 60 for earlier, later in pairwise(days)):
            sleeping.add(case["case_id"])
    assert sleeping - stayed == truth["P08"]


_CACHE: dict[int, Any] = {}


def by_node_cached(world: dict[str, list[dict[str, Any]]]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    if id(world) not in _CACHE:
        _CACHE[id(world)] = by_node(world)
    return _CACHE[id(world)]  # type: ignore[no-any-return]


def test_money_matches_but_for_the_planted(world: dict[str, list[dict[str, Any]]], truth: dict[str, set[int]]) -> None:
    received: dict[int, int] = defaultdict(int)
    balance: dict[int, int] = defaultdict(int)
    for row in world["money"]:
        received[row["case_id"]] += row["amount"] if row["direction"] == "in" else 0
        balance[row["case_id"]] += row["amount"] if row["direction"] == "in" else -row["amount"]
    kept = {case["case_id"]: case for case in world["cases"]}
    assert {case for case, left in balance.items() if left >= 10_000} == truth["C08"]
    assert {
        case for case, got in received.items() if kept[case]["paid_amount"] == kept[case]["amount"] != got
    } == truth["F13"]
    assert {
        row["case_id"] for row in world["money"] if row["account"] != kept[row["case_id"]]["trust_account"]
    } == truth["D03"]


def test_early_endings_are_the_planted_ones(world: dict[str, list[dict[str, Any]]], truth: dict[str, set[int]]) -> None:
    early = set()
    for case in world["cases"]:
        if case["closing"] == "ended_this_time":
            third = due_day(case["filed_on"], "3月", calendar=CALENDAR, roll=False)[0]
            if case["closed_on"] <= third:
                early.add(case["case_id"])
    assert early == truth["C01"]


def test_restored_soon_are_the_planted_ones(world: dict[str, list[dict[str, Any]]], truth: dict[str, set[int]]) -> None:
    closed = {case["case_number"]: case["closed_on"] for case in world["cases"]}
    soon, paid = set(), set()
    for case in world["cases"]:
        if case["kind"] == "restored":
            gap = (case["filed_on"] - closed[case["origin_case"]]).days
            assert gap > 0
            soon |= {case["case_id"]} if gap <= 90 else set()
            paid |= {case["case_id"]} if (case["closed_on"] - closed[case["origin_case"]]).days <= 60 else set()
    assert soon == truth["C05"] - truth["R12"] and paid == truth["C06"]


def test_a_block_is_one_officer(world: dict[str, list[dict[str, Any]]]) -> None:
    officers = defaultdict(set)
    for case in world["cases"]:
        officers[case["handler"]].add((case["case_id"] - 1) // BLOCK)
    assert all(len(blocks) == 1 for blocks in officers.values())


@pytest.mark.parametrize("cases,as_of", [(0, AS_OF), (-1, AS_OF), (10, date(2031, 1, 1))])
def test_impossible_wishes_are_one_sentence(tmp_path: Path, cases: int, as_of: date) -> None:
    with pytest.raises(GenerateError, match="须"):
        generate(tmp_path / "x", cases=cases, as_of=as_of)
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(ReadError, match="已有内容"):
        generate(tmp_path, cases=24)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_the_untidy_things_of_life_are_in_it(
    world: dict[str, list[dict[str, Any]]], truth: dict[str, set[int]]
) -> None:
    """Open and overlapping stops, several spells of one case, nodes that stand twice — all of them in clean cases."""
    faulty = set().union(*(cases for rule, cases in truth.items() if rule != "R01"))
    spans: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for row in world["suspensions"]:
        if row["case_id"] not in faulty:
            spans[row["case_id"]].append((row["start_on"], row["end_on"]))
    assert any(end is None for parts in spans.values() for _, end in parts)
    assert any(len(parts) == 2 and parts[0][1] and parts[0][1] > parts[1][0] for parts in spans.values())
    nodes = by_node_cached(world)
    assert any("N38" in found and len(found["N39"]) == 2 for case, found in nodes.items() if case not in faulty)
    assert any(len(found["N15"]) == 2 for case, found in nodes.items() if "N15" in found and case not in faulty)
