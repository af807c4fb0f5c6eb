"""Signs that need other cases: one world in which all of them fire and one in which each just does not;
and plain oracles by chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from shuangcha.flowcheck import CaseData, Finding, builtin, check_case, check_folder, read_findings, reference_rules

from .tools import AS_OF, chance_case, day, make_case, numbered, plain, store

CROSS = builtin().scoped("cluster", "officer", "court")
LONG = "，".join("".join(chr(0x5B50 + 23 * piece + one) for one in range(23)) for piece in range(12))
"""A record of which no stretch stands twice."""


_second = count(1)


def of(*events: Any, **case: Any) -> CaseData:
    """As `make_case`; no two rows are entered in one second unless told so."""
    told = []
    for node, when, *more in events:
        entered = {"entered_at": day_at(when) + timedelta(seconds=next(_second) % 300)}
        told.append((node, when, entered | (more[0] if more else {})))
    return make_case(told, **case)


def world(fires: bool) -> list[CaseData]:
    """Long on purpose: cases in blocks, one block a sign; `fires` says on which side of the threshold."""
    cases: list[CaseData] = []
    # F02: five cases in one second, or four
    cases += [
        of(("N12", "2020-03-09T09:00", {"entered_at": day_at("2020-03-09T16:40:01"), "operator": "F02"}))
        for _ in range(5 if fires else 4)
    ]
    # F07: 11 or 10 of 50 rows at night
    cases += [
        of(
            *(
                (
                    "N16",
                    f"2020-03-09T{'23' if one < (11 if fires else 10) else '10'}:{one % 60:02}:{number}0",
                    {"operator": "F07"},
                )
                for one in range(number * 10, number * 10 + 10)
            ),
            handler="F07",
        )
        for number in range(5)
    ]
    # F08: a copied record of 276 characters with 13 changed (4.7 %), or with 14 (5.1 %)
    changed = LONG[:30] + "甲乙丙丁戊己庚辛壬癸子丑寅卯"[: 13 if fires else 14] + LONG[43 if fires else 44 :]
    cases += [of(("N35", "2020-03-09T09:00", {"text": LONG})), of(("N35", "2020-03-10T09:00", {"text": changed}))]
    # F09: the same attachment in two cases; or a stamp
    cases += [
        of(("N08", "2020-03-09T09:00", {"body_hash": "ab" * 32, "attachment_kind": "signature" if fires else "stamp"}))
        for _ in range(2)
    ]
    # F15: eleven approvals in a minute, or ten
    cases += [
        of(("N36", "2020-08-03T09:00", {"approver": "F15", "approved_at": day_at(f"2020-08-03T09:00:{one:02}")}))
        for one in range(11 if fires else 10)
    ]
    # C05, C06: restored on the 90th or the 91st day, paid on the 60th or 61st
    soon = day("2020-07-01")
    for kind, days in (("C05", 90 if fires else 91), ("C06", 60 if fires else 61)):
        origin = f"原{kind}"
        cases.append(of(case_number=origin, closing="ended_this_time", closed_on=soon))
        if kind == "C05":
            cases.append(of(kind="restored", origin_case=origin, filed_on=soon + timedelta(days)))
        else:
            cases.append(
                of(
                    kind="restored",
                    origin_case=origin,
                    filed_on=soon + timedelta(10),
                    closing="fulfilled",
                    closed_on=soon + timedelta(days),
                )
            )
    # C09: ten closings in the last five working days of 2020, or on the day before them
    cases += [
        of(court="C09", closed_on=day("2020-12-25" if fires else "2020-12-24"), closing="ended") for _ in range(10)
    ]
    # C10: the officer cancels all ten cases; or half the usual
    cases += [
        of(handler="C10", closed_on=day("2020-06-01"), closing="cancelled" if fires else "ended") for _ in range(10)
    ]
    # S01: controlled later, paid first; or paid after
    control = {"subject": "S01"}
    cases += [
        of(("N21", "2020-04-01T09:00", control), ("N34", "2020-06-10T09:00")),
        of(("N21", "2020-04-02T09:00", control), ("N34", "2020-06-09T09:00" if fires else "2020-06-10T09:00")),
    ]
    # S02: the earlier case idle, the later fulfilled; or filed the same day
    cases += [
        of(debtor="S02", closing="ended_this_time", closed_on=day("2020-07-01")),
        of(
            debtor="S02",
            closing="fulfilled",
            closed_on=day("2020-07-01"),
            filed_on=day("2020-03-03" if fires else "2020-03-02"),
        ),
    ]
    # S03: 6 of 6 banks, 0 of 6 persons; or 4 of 6 persons
    for one in range(6):
        cases.append(of(("N21", "2020-04-01T09:00"), handler="S03", applicant_kind="bank"))
        cases.append(
            of(
                *((("N21", "2020-04-01T09:00"),) if not fires and one < 4 else ()),
                handler="S03",
                applicant_kind="person",
            )
        )
    # M02: supervised before the act, or on its day; of an officer or a court as a whole before or on the last day of
    # the sign (C09, C10)
    cases.append(of(("N06", "2020-03-13T09:00"), handler="M02" if fires else "M02b"))
    return [
        replace(
            case,
            case=dict(case.case)
            | {"case_number": case.case["case_number"] if "原" in case.case["case_number"] else ""},
        )
        for case in cases
    ]


def day_at(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


SUPERVISED = [
    {"court": "豫0302", "operator": "M02", "rule": "P01", "supervised_on": day("2020-03-12")},
    {"court": "豫0302", "operator": "M02b", "rule": "P01", "supervised_on": day("2020-03-13")},
    {"court": "豫0302", "operator": "C10", "rule": "C10", "supervised_on": day("2020-05-31")},
    {"court": "豫0302", "operator": "F07", "rule": "F07", "supervised_on": day("2020-03-09")},
    {"court": "C09", "operator": None, "rule": "C09", "supervised_on": day("2020-12-30")},
]


def run(folder: Path, cases: list[CaseData], rules: Any) -> list[Finding]:
    named = numbered(cases)
    named = [
        replace(new, case=dict(new.case) | {"case_number": old.case["case_number"] or new.case["case_number"]})
        for new, old in zip(named, cases, strict=True)
    ]
    check_folder(store(folder / "data", named, SUPERVISED), folder / "out", rules=rules, as_of=AS_OF)
    return read_findings(folder / "out")


def test_every_sign_across_cases_fires_and_just_does_not(tmp_path: Path) -> None:
    rules = builtin().subset([*(rule.id for rule in CROSS.rules), "P01"])
    said = defaultdict(list)
    for one in run(tmp_path / "a", world(True), rules):
        said[one.rule].append(one)
    assert {rule.id for rule in CROSS.rules} <= set(said)
    assert len(said["F02"]) == 5 and len(said["F08"]) == 2 and len(said["F09"]) == 2 and len(said["F15"]) == 11
    assert [(one.case_id, one.court, one.operator, one.facts) for one in said["C09"]] == [
        (0, "C09", None, {"count": 10, "before_count": 0, "start": "2020-12-25", "until": "2020-12-31"})
    ]
    assert [(one.operator, one.facts["odd"], len(one.event_ids)) for one in said["F07"]] == [("F07", 11, 11)]
    assert said["C10"][0].operator == "C10" and said["S03"][0].facts == {"favoured_percent": 100, "other_percent": 0}
    assert [(one.case_id > 0, one.court, one.operator, one.facts["rule_title"]) for one in said["M02"]] == [
        (False, "豫0302", "C10", "销案、不予执行比例异常"),
        (False, "C09", None, "年底突击结案"),
        (True, "豫0302", "M02", "发出执行通知超过10日"),
    ]
    silent = run(tmp_path / "b", world(False), rules)
    assert {one.rule for one in silent} == {"P01", "C05"}
    assert [one.facts["days"] for one in silent if one.rule == "C05"] == [
        10
    ]  # the case of C06; the one of day 91 is silent


W = {"subject": "W"}
RULED = ("N36", "2020-06-01T09:00")


def pair(
    earlier: list[Any], later: list[Any] | None = None, closed: tuple[str, str] | None = None, **columns: Any
) -> list[CaseData]:
    """Two cases that control one thing, on 1 and 2 April 2020; the second is paid on 10 June. `closed`:
    of the first."""
    ended = {"closing": closed[0], "closed_on": day(closed[1])} if closed else {}
    first = of(("N21", "2020-04-01T09:00", W), *earlier, **ended, amount=1000_00)
    second = of(("N21", "2020-04-02T09:00", W), *(later or []), ("N34", "2020-06-10T09:00"), **columns)
    return [first, second]


ENDED = ("ended_this_time", "2020-06-01")
# sign, cases that show it at the last of them, cases that just do not
# fmt: off
WORLDS: list[tuple[str, list[CaseData], list[CaseData]]] = [
    ("S01", pair([RULED], closed=ENDED), pair([], closed=("ended", "2020-06-10"))),
    ("S01", pair([("N34", "2020-06-10T08:00", {"amount": 900_00})]), pair([("N34", "2020-06-10T18:00", {"amount": 900_01})])),
    ("S01", pair([("N34", "2020-06-11T08:00", {"amount": 1000_00})]), pair([("N34", "2020-06-09T08:00"), ("N34", "2020-06-12T08:00", {"amount": 1})])),
    ("S01", pair([("N17", "2020-06-11T09:00", W | {"outcome": "released"})]), pair([("N17", "2020-06-10T18:00", W | {"outcome": "released"})])),
    ("S01", pair([("N21", "2020-04-03T09:00", {"subject": "V", "outcome": "released"})]), pair([("N21", "2020-04-03T09:00", W | {"outcome": "released"}), ("N21", "2020-04-04T09:00", W)])),
    ("S01", pair([("N23", "2020-05-01T09:00", W | {"due_on": day("2020-06-10")})]), pair([], parties=[{"party": "P", "role": "applicant", "priority": True}])),
    ("S01", pair([], [("N21", "2020-05-01T09:00", W)]), pair([], [("N21", "2020-03-31T09:00", W)])),
    ("S02", [of(debtor="D"), of(("N34", "2020-05-06T09:00"), debtor="D", filed_on=day("2020-03-03"))][::-1],
            [of(("N34a", "2020-06-06T09:00"), debtor="D"), of(("N34", "2020-05-06T09:00"), debtor="D", filed_on=day("2020-03-03"))][::-1]),
    # 90 or 91 days from the ruling, which is not the day of the closing
    *(("C05", *([of(RULED, case_number="原", closing="ended_this_time", closed_on=day(closed)), of(kind="restored", origin_case="原", filed_on=day("2020-06-01") + timedelta(days))]
                for days in (90, 91))) for closed in ("2020-05-11", "2020-06-21")),
    *(("C06", *([of(RULED, case_number="原", closing="ended_this_time", closed_on=day(closed)),
                 of(kind="restored", origin_case="原", filed_on=day("2020-07-01"), closing="fulfilled", closed_on=day("2020-06-01") + timedelta(days))]
                for days in (60, 61))) for closed in ("2020-05-11", "2020-06-21")),
]
# fmt: on


def test_expiry_ends_a_rank(tmp_path: Path) -> None:
    """Controlled until the day of the payment it still ranks; until the day before it does not,
    unless renewed in time."""
    told = []
    for until, renewed in (
        ("2020-06-10", None),
        ("2020-06-09", None),
        ("2020-06-09", "2020-06-09"),
        ("2020-05-09", "2020-05-10"),
    ):
        cases = pair([("N23", f"{renewed}T09:00", W)] if renewed else [])
        cases[0].events[0]["due_on"] = day(until)  # type: ignore[index]
        told.append(
            len(
                run(
                    tmp_path / f"{until}{renewed}",
                    [replace(one, case=dict(one.case) | {"case_number": ""}) for one in cases],
                    builtin().subset(["S01"]),
                )
            )
        )
    assert told == [1, 0, 1, 0]


@pytest.mark.parametrize(
    "place", range(len(WORLDS)), ids=[f"{rule}-{place}" for place, (rule, *_) in enumerate(WORLDS)]
)
def test_one_sign_fires_and_just_does_not(place: int, tmp_path: Path) -> None:
    rule, *both = WORLDS[place]
    for fires, cases in zip((True, False), both, strict=True):
        named = [
            replace(one, case=dict(one.case) | {"case_number": "原" if one.case["case_number"] == "原" else ""})
            for one in cases
        ]
        assert [one.case_id for one in run(tmp_path / str(fires), named, builtin().subset([rule]))] == [2] * fires


def crowds(
    cases: list[CaseData], who: str, when: str, unit: int, least_cases: int, least_rows: int
) -> set[tuple[Any, ...]]:
    groups: dict[tuple[Any, Any], list[tuple[int, int]]] = defaultdict(list)
    for case in cases:
        for row in case.events:
            moment = row[when]
            if (
                row["change"] == "deleted"
                or row["import_job"]
                or moment is None
                or row[who] is None
                or (moment.hour, moment.minute, moment.second) == (0, 0, 0)
            ):
                continue
            groups[row[who], str(moment)[:unit]].append((case.case["case_id"], row["event_id"]))
    found = set()
    for (_, moment), rows in groups.items():
        several = {case for case, _ in rows}
        if len(several) >= least_cases and len(rows) >= least_rows:
            found |= {(case, moment, tuple(sorted(event for own, event in rows if own == case))) for case in several}
    return found


def values(cases: list[CaseData], least: int, key: Callable[[Any], Any]) -> set[tuple[Any, ...]]:
    groups: dict[Any, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        for row in case.events:
            if row["change"] != "deleted" and key(row) is not None:
                groups[key(row)][case.case["case_id"]].append(row["event_id"])
    return {
        (case, tuple(sorted(events)))
        for group in groups.values()
        if len(group) >= least
        for case, events in group.items()
    }


@pytest.mark.parametrize("seed", [5, 6])
def test_clusters_equal_a_plain_count(tmp_path: Path, seed: int) -> None:
    rnd = Random(seed)
    cases = numbered(chance_case(rnd) for _ in range(150))
    for case in cases:  # make crowds likely
        for row in case.events:
            if rnd.random() < 0.3 and row["entered_at"]:
                row["entered_at"] = day_at(f"2020-05-06T10:00:{rnd.randrange(6):02}")  # type: ignore[index]
    rules = reference_rules().subset(["R07", "R08"])
    check_folder(
        store(tmp_path / "data", cases),
        tmp_path / "out",
        rules=type(rules)((*rules.rules, *builtin().subset(["F02", "F09", "F15"]).rules)),
        as_of=AS_OF,
    )
    found = defaultdict(list)
    for one in read_findings(tmp_path / "out"):
        found[one.rule].append(one)
    assert {(one.case_id, one.facts["moment"], one.event_ids) for one in found["R07"]} == crowds(
        cases, "operator", "entered_at", 19, 10, 10
    )
    assert {
        (one.case_id, one.facts["moment"], one.event_ids) for one in found["F02"] if "cases" in one.facts
    } == crowds(cases, "operator", "entered_at", 19, 5, 5)
    assert {(one.case_id, one.facts["moment"], one.event_ids) for one in found["F15"]} == crowds(
        cases, "approver", "approved_at", 16, 1, 11
    )
    assert {(one.case_id, one.event_ids) for one in found["F09"]} == values(
        cases, 2, lambda row: row["body_hash"] if row["attachment_kind"] != "stamp" else None
    )
    assert {(one.case_id, one.event_ids) for one in found["R08"]} == values(
        cases, 5, lambda row: (row["text"], row["operator"], row["node"]) if row["text"] and row["operator"] else None
    )
    alone = plain(one for case in cases for one in check_case(case, builtin().subset(["F02"]), AS_OF))
    assert alone == plain(one for one in found["F02"] if "cases" not in one.facts)
    # one case sees its clusters through the last run, and no sign twice
    some = next(one for one in found["F09"])
    clusters = read_findings(tmp_path / "out", some.case_id)
    both = check_case(cases[some.case_id - 1], builtin().subset(["F02", "F09", "F15"]), AS_OF, clusters=clusters)
    assert plain(both) == plain(one for one in clusters if one.rule in ("F02", "F09", "F15"))
