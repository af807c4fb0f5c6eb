"""The engine against the third implementation (`plain/`), written from the texts alone by somebody who had not seen it.

Generated data; the same with days moved about the limits and fields disturbed; small cases by hand. Where the engine
and the texts are known to differ stands in EXPECTED_DIFFERENCES, which is held to exactly: whoever mends the engine
strikes the entry, and the case stays. Readings: docs/decisions/0011-readings-of-the-signs.md.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import copyfile

import duckdb
import pytest

from shuangcha.flowcheck import CaseData, RuleSet, check_case, check_folder, load_rules, read_findings, reference_rules
from shuangcha.flowcheck.command import main as command
from shuangcha.flowcheck.generate import generate
from shuangcha.periods import Calendar, due_day

from . import tools
from .plain import REFERENCE, SIGNS, Data, judge, load
from .plain.by_hand import CASES, write
from .plain.shaken import shake
from .tools import chance_case, numbered

AS_OF = date(2025, 6, 30)
BUILT_IN = tuple(rule for rule in SIGNS if rule != "X01")
SEEDS = (1, 7)
Found = dict[str, set[tuple[int, str, date | None]]]

EXPECTED_DIFFERENCES = frozenset(
    {
        "F06: the second property",
    }
)


def engine(folder: Path, out: Path, rules: RuleSet) -> Found:
    check_folder(folder, out, rules=rules, as_of=AS_OF)
    found: Found = defaultdict(set)
    for one in read_findings(out):
        found[one.rule].add((one.case_id, "" if one.case_id else one.operator or one.court, one.due))
    return found


def plainly(data: Data, rules: tuple[str, ...]) -> Found:
    found: Found = defaultdict(set)
    for hit in judge(data, rules):
        found[hit.rule].add((hit.case_id, hit.who, hit.due))
    return found


def differing(ours: Found, theirs: Found, rules: tuple[str, ...]) -> set[str]:
    """Rules whose hits, or (where the plain function names them) last days, are not the same."""
    different = set()
    for rule in rules:
        has_days = any(due for _, _, due in ours[rule])
        mine, other = (
            {(case, who, due if has_days else None) for case, who, due in found[rule]} for found in (ours, theirs)
        )
        if mine != other:
            different.add(rule)
    return different


@pytest.fixture(scope="module", params=SEEDS)
def generated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    folder = tmp_path_factory.mktemp("plain") / "data"
    generate(folder, cases=3000, seed=request.param)
    return request.param, folder


def test_generated_data_shows_the_same_signs_and_last_days(generated: tuple[int, Path], tmp_path: Path) -> None:
    _, folder = generated
    data = load(folder, AS_OF)
    ours = plainly(data, BUILT_IN)
    assert all(ours[rule] for rule in BUILT_IN), "every sign must occur, or nothing is compared"
    assert differing(ours, engine(folder, tmp_path / "out", load_rules()), BUILT_IN) == set()
    ours = plainly(data, REFERENCE)
    assert all(ours[rule] for rule in REFERENCE)
    assert differing(ours, engine(folder, tmp_path / "reference", reference_rules()), REFERENCE) == set()


def test_disturbed_data_shows_the_same_signs_and_last_days(generated: tuple[int, Path], tmp_path: Path) -> None:
    seed, folder = generated
    disturbance = 11 if seed == 7 else 22
    shake(folder, tmp_path / "data", disturbance)
    data = load(tmp_path / "data", AS_OF)
    ours = plainly(data, BUILT_IN)
    assert sum(len(found) for found in ours.values()) > 1000
    assert differing(ours, engine(tmp_path / "data", tmp_path / "out", load_rules()), BUILT_IN) == set()
    ours = plainly(data, REFERENCE)
    assert differing(ours, engine(tmp_path / "data", tmp_path / "reference", reference_rules()), REFERENCE) == set()


def test_cases_by_hand_differ_exactly_where_listed(tmp_path: Path) -> None:
    ids = write(tmp_path / "data")
    ours = plainly(load(tmp_path / "data", AS_OF), BUILT_IN)
    theirs = engine(tmp_path / "data", tmp_path / "out", load_rules())
    different = set()
    for name, cases in ids.items():
        rule, case_id = name[:3], cases[0]
        demanded = CASES[name][0] if name in CASES else False
        assert demanded == any(one[0] == case_id for one in ours[rule]), f"plain function, {name}"
        if demanded != any(one[0] == case_id for one in theirs[rule]):
            different.add(name)
    assert different == EXPECTED_DIFFERENCES


OF_SEVERAL = ("S01", "S02", "C01", "C03", "C05", "C06", "D01", "D03")


def quarrels(seed: int) -> list[CaseData]:
    """Cases by chance, three about the same two things and the same debtor, some of them restored from one another."""
    rnd = Random(seed)
    cases = numbered(chance_case(rnd) for _ in range(240))
    for place, one in enumerate(cases):
        group, case = place // 3, dict(one.case)
        again = rnd.random() < 0.4
        case["kind"], case["debtor"] = "restored" if again else "enforcement", f"D{group}"
        origin = cases[group * 3 + rnd.randrange(3)]
        case["origin_case"] = origin.case["case_number"] if again and rnd.random() < 0.8 else None
        if rnd.random() < 0.5:
            case["closed_on"], case["closing"] = None, None
        elif again:
            ended = [row["event_at"].date() for row in origin.events if row["node"] == "N36"] or [case["filed_on"]]
            case["filed_on"] = rnd.choice(ended) + timedelta(rnd.randrange(60))
            case["closed_on"], case["closing"] = case["filed_on"] + timedelta(rnd.randrange(40)), "fulfilled"
        events = []
        for row in map(dict, one.events):
            row["subject"] = row["subject"] and f"{row['subject']}-{group}"
            if row["node"] in ("N03", "N06", "N07", "N12"):
                row["node"] = rnd.choice(("N21", "N21", "N34"))
                if row["node"] == "N21" and rnd.random() < 0.6:
                    row |= {"outcome": "done", "subject": f"W{rnd.randrange(2)}-{group}"}
            if row["node"] != "N38":  # of the same day as the ruling, one of them without a time: not the matter here
                events.append(row)
        parties = [row for row in one.parties if not row["priority"] or rnd.random() < 0.2]
        cases[place] = replace(one, case=case, events=events, parties=parties)
    return cases


@pytest.mark.parametrize("seed", (0, 1, 2, 4))
def test_cases_about_the_same_things_show_the_same_signs(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.AS_OF", tools.AS_OF)
    folder = tools.store(tmp_path / "data", quarrels(seed))
    ours = plainly(load(folder, tools.AS_OF), OF_SEVERAL)
    assert all(ours[rule] for rule in OF_SEVERAL)
    assert differing(ours, engine(folder, tmp_path / "out", load_rules().subset(OF_SEVERAL)), OF_SEVERAL) == set()


@pytest.mark.parametrize("later", [("F07", "C09"), ("S03", "C10")])
def test_signs_of_an_officer_or_a_court_as_a_whole_are_repeated_too(
    later: tuple[str, ...], generated: tuple[int, Path], tmp_path: Path
) -> None:
    """Supervised the day before the last day that the sign rests on, or (`later`) on that very day."""
    _, folder = generated
    (tmp_path / "data").mkdir()
    for path in folder.glob("*.parquet"):
        copyfile(path, tmp_path / "data" / path.name)
    alone = ("F07", "S03", "C09", "C10")
    rows = []
    for hit in judge(load(folder, AS_OF), alone):
        assert hit.day is not None
        rows.append(
            (
                hit.court,
                None if hit.who == hit.court else hit.who,
                hit.rule,
                hit.day - timedelta(days=hit.rule not in later),
            )
        )
    with duckdb.connect() as con:
        con.execute("CREATE TABLE supervised (court VARCHAR, operator VARCHAR, rule VARCHAR, supervised_on DATE)")
        con.executemany("INSERT INTO supervised VALUES (?, ?, ?, ?)", rows)
        con.execute(f"COPY supervised TO '{tmp_path / 'data' / 'supervised.parquet'}' (FORMAT parquet)")
    ours = plainly(load(tmp_path / "data", AS_OF), (*alone, "M02"))
    assert 0 < len(ours["M02"]) < len(rows)
    assert (
        differing(
            ours, engine(tmp_path / "data", tmp_path / "out", load_rules().subset((*alone, "M02"))), (*alone, "M02")
        )
        == set()
    )


WORKING_DAYS = """
add:
  - {id: L01, title: 查控超5个工作日, family: 消极执行, severity: low, kind: Within, mark: L,
     with: {limit: 5工作日, target: {nodes: [N15]}, stops: A}, reason: "{start}立案，应于{due}前发起查控，{done}才发起。"}
"""


def test_a_stop_over_a_weekend_does_not_move_a_limit_in_working_days(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(WORKING_DAYS)
    filed, stop = date(2024, 3, 4), (date(2024, 3, 9), date(2024, 3, 11))
    case = {
        "case_id": 1,
        "case_number": "1",
        "court": "某院",
        "kind": "enforcement",
        "filed_on": filed,
        "closed_on": None,
    }
    events = [{"event_id": 1, "node": "N15", "event_at": datetime(2024, 4, 20)}]
    stops = [{"case_id": 1, "kind": "stay", "start_on": stop[0], "end_on": stop[1]}]
    found = check_case(CaseData(case, events, stops), load_rules(tmp_path / "rules.yaml"), AS_OF)
    due = due_day(filed, "5工作日", calendar=Calendar.bundled(), stops=[stop])[0]
    assert [one.due for one in found if one.rule == "L01"] == [due] == [date(2024, 3, 11)]


def test_the_list_of_rules_shows_every_limit(capsys: pytest.CaptureFixture[str]) -> None:
    command(["flowcheck-rules", "--json"])
    listed = capsys.readouterr().out
    assert "15日" in listed, "P10: the ruling on an objection"
    assert "3月" in listed.split('"P09"')[1].split('"P10"')[0], "P09: 非诉"
