"""Every sign of 消极执行 and 乱执行: a case that fires and one that just does not (on the day, the day after, a holiday,
a stop)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shuangcha.flowcheck import CaseData, Finding, builtin, check_case, extra, working
from shuangcha.flowcheck.model import RuleSet

from .tools import AS_OF, day, make_case

RULES = RuleSet((*builtin().rules, *extra().rules))


def found(rule: str, data: CaseData, as_of: date = AS_OF) -> list[Finding]:
    return check_case(data, RULES.subset([rule]), as_of)


def of(*events: Any, **case: Any) -> CaseData:
    return make_case(events, **case)


W1 = {"subject": "W1"}
FOUND, RELEASED = W1 | {"outcome": "found"}, W1 | {"outcome": "released"}
UNTIL = W1 | {"due_on": day("2021-03-31")}
BOOKED = {"direction": "in", "booked_on": day("2020-04-01"), "amount": 100_00}
DELAY = {"direction": "in", "booked_on": day("2020-04-01"), "amount": 100_00, "delay_reason": "分配异议"}
STAY = {"kind": "stay", "start_on": day("2020-04-01"), "end_on": day("2020-05-01")}
ENDED = (("N36", "2020-03-20T09:00"), ("N39", "2020-03-20T10:00"))

# rule, fires, just does not
# fmt: off
PAIRS: list[tuple[str, CaseData, CaseData]] = [
    # filed 2020-03-02: ten days end on 03-12
    ("P01", of(("N06", "2020-03-13T09:00")), of(("N06", "2020-03-12T17:00"))),
    # never done: the as-of day decides
    ("P01", of(), of(closed_on=day("2020-03-12"), closing="withdrawn")),
    ("P01", of(("N06", "2020-03-20T09:00")), of(("N06a", "2020-03-05T09:00"), ("N06", "2020-03-20T09:00"))),
    # 2020-09-24 + 10 days = 10-04, in the eight-day holiday: the next working day is 10-09
    ("P01", of(("N06", "2020-10-10T09:00"), filed_on=day("2020-09-24")), of(("N06", "2020-10-09T09:00"), filed_on=day("2020-09-24"))),
    # received a week before: ten days from 02-24 end on 03-05
    ("P01", of(("N01", "2020-02-24T09:00"), ("N06", "2020-03-06T09:00")), of(("N01", "2020-02-24T09:00"), ("N06", "2020-03-05T09:00"))),
    # a measure on the last day, the notice (N06a) within three days of it: 03-15 is a Sunday, so 03-16
    ("P01", of(("N21", "2020-03-12T09:00", W1), ("N06a", "2020-03-17T09:00")), of(("N21", "2020-03-12T09:00", W1), ("N06a", "2020-03-16T09:00"))),
    ("P01", of(("N21", "2020-03-13T09:00", W1), ("N06a", "2020-03-16T09:00")), of(("N21", "2020-03-06T09:00", W1), ("N06a", "2020-03-12T09:00"))),
    ("P01", of(("N21", "2020-03-12T09:00", W1 | {"outcome": "released"}), ("N06a", "2020-03-13T09:00")), of(("N21", "2020-03-12T09:00", W1), ("N06a", "2020-03-13T09:00"))),
    # an ordinary notice is not excused by the measure
    ("P01", of(("N21", "2020-03-12T09:00", W1), ("N06", "2020-03-13T09:00")), of(("N21", "2020-03-12T09:00", W1), ("N06", "2020-03-12T09:00"))),
    # lifted before it was found again
    ("P02", of(("N21", "2020-03-03T09:00", W1), ("N21", "2020-03-08T09:00", RELEASED), ("N16", "2020-03-09T09:00", FOUND)),
            of(("N21", "2020-03-03T09:00", W1), ("N21", "2020-03-08T09:00", RELEASED), ("N16", "2020-03-09T09:00", FOUND), ("N21", "2020-03-16T09:00", W1))),
    # lifted on the day it was found: the duty is settled; lifted the day before: it is not
    ("P02", of(("N21", "2020-03-03T09:00", W1), ("N16", "2020-03-09T09:00", FOUND), ("N21", "2020-03-31T09:00", RELEASED), ("N08", "2020-04-01T09:00", FOUND)),
            of(("N21", "2020-03-03T09:00", W1), ("N16", "2020-03-09T09:00", FOUND), ("N08", "2020-04-01T09:00", FOUND))),
    ("P02", of(("N16", "2020-03-09T09:00", FOUND), ("N21", "2020-03-17T09:00", {"outcome": "done"})),
            of(("N16", "2020-03-09T09:00", FOUND), ("N21", "2020-03-16T09:00", {"outcome": "done"}))),
    ("P02", of(("N16", "2020-03-09T09:00", W1 | {"outcome": "found"}), ("N21", "2020-03-17T09:00", W1)),
            of(("N16", "2020-03-09T09:00", W1 | {"outcome": "found"}), ("N21", "2020-03-16T09:00", W1))),
    ("P02", of(("N16", "2020-03-09T09:00", W1 | {"outcome": "found"}), ("N21", "2020-03-16T09:00", {"subject": "W2"})),
            of(("N16", "2020-03-09T09:00", W1 | {"outcome": "found", "reason": "无处置价值"}))),
    ("P03", of(("N21", "2020-03-09T09:00", W1 | {"property_kind": "immovable"}), ("N24", "2020-04-09T09:00", W1)),
            of(("N21", "2020-03-09T09:00", W1 | {"property_kind": "immovable"}), ("N24", "2020-04-08T09:00", W1))),
    # the stop of 30 days moves the end from 04-08 to 05-08
    ("P03", of(("N21", "2020-03-09T09:00", W1), ("N24", "2020-05-09T09:00", W1), suspensions=[STAY]),
            of(("N21", "2020-03-09T09:00", W1), ("N24", "2020-05-08T09:00", W1), suspensions=[STAY])),
    ("P03", of(("N21", "2020-03-09T09:00", W1)), of(("N21", "2020-03-09T09:00", W1 | {"property_kind": "deposit"}))),
    ("P03", of(("N21", "2020-03-09T09:00", W1), ("N21", "2020-04-09T09:00", W1 | {"outcome": "released"})),
            of(("N21", "2020-03-09T09:00", W1), ("N21", "2020-04-08T09:00", W1 | {"outcome": "released"}))),
    ("P04", of(("N25", "2020-03-09T09:00", W1), ("N28", "2020-03-20T09:00", W1)), of(("N25", "2020-03-09T09:00", W1), ("N28", "2020-03-19T09:00", W1))),
    ("P05", of(("N29", "2020-04-01T09:00", W1 | {"outcome": "failed_sale"}), ("N30", "2020-05-07T09:00", W1)),
            # 05-01 to 05-05 is a holiday: thirty days end on 05-06
            of(("N29", "2020-04-01T09:00", W1 | {"outcome": "failed_sale"}), ("N30", "2020-05-06T09:00", W1))),
    ("P06", of(("N33", "2020-04-01T09:00", W1), ("N34", "2020-05-07T09:00", W1)), of(("N33", "2020-04-01T09:00", W1), ("N34", "2020-05-06T09:00", W1))),
    # a row that names no receipt answers from the day of the receipt on
    ("P06", of(("N33", "2020-04-01T09:00", W1), ("N34", "2020-03-31T09:00"), ("N34", "2020-05-07T09:00")), of(("N33", "2020-04-01T09:00", W1), ("N34", "2020-05-06T09:00"))),
    ("P06", of(("N33", "2020-04-01T09:00"), ("N34", "2020-03-31T09:00", W1)), of(("N33", "2020-04-01T09:00"), ("N34", "2020-05-06T09:00", W1))),
    ("P06", of(("N33", "2020-04-01T09:00", W1), money=[DELAY | {"receipt": "W2"}]), of(("N33", "2020-04-01T09:00", W1), money=[DELAY | {"receipt": "W1"}])),
    ("P06", of(("N33", "2020-04-01T09:00", W1), money=[DELAY | {"delay_reason": ""}]), of(("N33", "2020-04-01T09:00", W1), money=[DELAY])),
    ("P06", of(("N33", "2020-04-01T09:00", W1), closed_on=day("2020-04-10"), closing="fulfilled"),
            of(("N33", "2020-04-01T09:00", W1), ("N33a", "2020-04-20T09:00", W1))),
    ("P06", of(("N33", "2020-04-01T09:00", W1), ("N34a", "2020-05-07T09:00", W1)), of(("N33", "2020-04-01T09:00", W1), ("N34a", "2020-05-06T09:00", W1))),
    ("P07", of(("N21", "2020-04-01T09:00", W1 | {"due_on": day("2021-03-31")}), ("N23", "2021-04-01T09:00", W1 | {"outcome": "done"})),
            of(("N21", "2020-04-01T09:00", W1 | {"due_on": day("2021-03-31")}), ("N23", "2021-03-31T09:00", W1 | {"outcome": "done"}))),
    ("P07", of(("N21", "2020-04-01T09:00", W1 | {"due_on": day("2021-03-31")})),
            of(("N21", "2020-04-01T09:00", W1 | {"due_on": day("2021-03-31")}), closed_on=day("2021-03-31"), closing="fulfilled")),
    # a renewal must reach further; its outcome need not be told
    ("P07", of(("N21", "2020-04-01T09:00", UNTIL), ("N23", "2021-03-01T09:00", UNTIL)), of(("N21", "2020-04-01T09:00", UNTIL), ("N23", "2021-03-01T09:00", W1 | {"due_on": day("2022-03-31")}))),
    ("P07", of(("N21", "2020-04-01T09:00", UNTIL), ("N29", "2021-03-01T09:00", W1 | {"outcome": "done"})), of(("N21", "2020-04-01T09:00", UNTIL), ("N29", "2021-03-01T09:00", W1 | {"outcome": "sold"}))),
    ("P07", of(("N21", "2020-04-01T09:00", UNTIL), ("N20", "2021-03-01T09:00", RELEASED)), of(("N21", "2020-04-01T09:00", UNTIL), ("N17", "2021-03-01T09:00", W1 | {"outcome": "not_disposable_legal"}))),
    ("P07", of(("N21", "2020-04-01T09:00", UNTIL), ("N23", "2021-03-01T09:00", {"subject": "W2"})), of(("N21", "2020-04-01T09:00", UNTIL), ("N23", "2021-03-31T09:00"))),
    ("P07", of(("N21", "2020-04-01T09:00", UNTIL), ("N31", "2021-04-01T09:00", W1)), of(("N21", "2020-04-01T09:00", UNTIL), ("N31", "2021-03-31T09:00", W1))),
    # the case rests from its closing to its restoration; then it is open again until the next closing
    ("P08", of(*ENDED, ("N38", "2020-06-01T09:00"), ("N39", "2020-08-01T09:00"), closed_on=day("2020-03-20")), of(*ENDED, ("N38", "2020-06-01T09:00"), ("N39", "2020-07-31T09:00"), closed_on=day("2020-03-20"))),
    ("P08", of(*ENDED, ("N37", "2020-08-03T09:00"), ("N39", "2020-08-20T09:00"), closed_on=day("2020-08-20")), of(*ENDED, ("N38", "2020-08-03T09:00"), ("N39", "2020-08-20T09:00"), closed_on=day("2020-08-20"))),
    ("P08", of(*ENDED, ("N38", "2020-06-01T09:00"), closed_on=day("2020-03-20")), of(*ENDED, ("N38", "2021-05-01T09:00"), closed_on=day("2020-03-20"))),
    # a pause after the restoration counts, one begun while the case was closed does not
    ("P08", of(*ENDED, ("N38", "2020-06-01T09:00"), ("N39", "2020-08-20T09:00"), closed_on=day("2020-03-20"), suspensions=[STAY | {"start_on": day("2020-05-31"), "end_on": day("2020-07-01")}]),
            of(*ENDED, ("N38", "2020-06-01T09:00"), ("N39", "2020-08-20T09:00"), closed_on=day("2020-03-20"), suspensions=[STAY | {"start_on": day("2020-06-01"), "end_on": day("2020-07-01")}])),
    ("P08", of(("N06", "2020-03-03T09:00"), ("N15", "2020-05-03T09:00"), closed_on=day("2020-05-04")),
            of(("N06", "2020-03-03T09:00"), ("N15", "2020-05-02T09:00"), closed_on=day("2020-05-04"))),
    ("P08", of(("N15", "2020-04-02T09:00"), ("N39", "2020-07-02T09:00"), closed_on=day("2020-07-02"), suspensions=[STAY | {"start_on": day("2020-04-10"), "end_on": day("2020-05-09")}]),
            of(("N15", "2020-04-02T09:00"), ("N39", "2020-07-02T09:00"), closed_on=day("2020-07-02"), suspensions=[STAY | {"start_on": day("2020-04-10"), "end_on": day("2020-05-11")}])),
    # six months of 2020-03-02 end on 09-02
    ("P09", of(closed_on=day("2020-09-03"), closing="fulfilled"), of(closed_on=day("2020-09-02"), closing="fulfilled")),
    # a stop of 30 days: 10-02, in the eight-day holiday, so 10-09; the Saturday after it is an adjusted working day
    ("P09", of(closed_on=day("2020-10-10"), suspensions=[STAY]), of(closed_on=day("2020-10-09"), suspensions=[STAY])),
    ("P09", of(), of(extension_until=day("2021-06-30"))),
    ("P09", of(kind="unlitigated", closed_on=day("2020-06-03")), of(kind="unlitigated", closed_on=day("2020-06-02"))),
    ("P10", of(("N42", "2020-04-07T09:00", W1 | {"outcome": "received"}), ("N42", "2020-04-11T09:00", W1 | {"outcome": "filed"}), ("N42", "2020-04-20T09:00", W1 | {"outcome": "ruled"})),
            of(("N42", "2020-04-07T09:00", W1 | {"outcome": "received"}), ("N42", "2020-04-10T09:00", W1 | {"outcome": "filed"}), ("N42", "2020-04-22T09:00", W1 | {"outcome": "ruled"}))),
    ("P10", of(("N42", "2020-04-07T09:00", W1 | {"outcome": "received"}), ("N42", "2020-04-08T09:00", W1 | {"outcome": "filed"}), ("N42", "2020-04-23T09:00", W1 | {"outcome": "ruled"})),
            of(("N42", "2020-04-07T09:00", W1 | {"outcome": "received"}), ("N42", "2020-04-08T09:00", W1 | {"outcome": "rejected"}))),
    # five working days of 2020-09-24: 09-27 is an adjusted working day, so 09-30
    ("P11", of(petitions=[{"received_on": day("2020-09-24"), "entered_on": day("2020-10-01")}]), of(petitions=[{"received_on": day("2020-09-24"), "entered_on": day("2020-09-30")}])),
    ("X02", of(closed_on=day("2020-09-03")), of(closed_on=day("2020-09-02"))),
    # an auction is deducted from the term of closing but not in the six-month test
    ("X02", of(closed_on=day("2020-09-20"), suspensions=[STAY | {"kind": "auction"}]), of(closed_on=day("2020-09-20"), suspensions=[STAY])),
    ("D01", of(("N21", "2020-04-01T09:00", W1 | {"amount": 131_00}), amount=100_00), of(("N21", "2020-04-01T09:00", W1 | {"amount": 130_00}), amount=100_00)),
    ("D01", of(("N21", "2020-04-01T09:00", W1 | {"amount": 100_00}), ("N21", "2020-04-02T09:00", {"subject": "W2", "amount": 40_00}), amount=100_00),
            of(("N21", "2020-04-01T09:00", W1 | {"amount": 100_00}), ("N21", "2020-04-01T10:00", W1 | {"outcome": "released"}),
               ("N21", "2020-04-02T09:00", {"subject": "W2", "amount": 40_00}), amount=100_00)),
    # the same thing entered twice counts once; with a higher value the higher one
    ("D01", of(("N21", "2020-04-01T09:00", W1 | {"amount": 90_00}), ("N21", "2020-05-01T09:00", W1 | {"amount": 131_00}), amount=100_00),
            of(("N21", "2020-04-01T09:00", W1 | {"amount": 90_00}), ("N21", "2020-04-01T09:00", W1 | {"amount": 90_00}), ("N21", "2020-05-01T09:00", W1 | {"amount": 130_00}), amount=100_00)),
    ("D01", of(("N21", "2020-04-01T09:00", {"amount": 70_00}), ("N21", "2020-04-01T09:00", {"amount": 70_00}), amount=100_00),
            of(("N21", "2020-04-01T09:00", {"amount": 130_00}), ("N21", "2020-05-01T09:00", {"amount": 70_00, "outcome": "sold"}), amount=100_00)),
    ("D02", of(("N18", "2020-04-01T09:00", {"party": "O1"}), parties=[{"party": "D1", "role": "debtor", "named": True}]),
            of(("N18", "2020-04-01T09:00", {"party": "O1"}), parties=[{"party": "D1", "role": "debtor", "named": True}, {"party": "O1", "role": "outsider", "named": False, "added_by_ruling": True}])),
    ("D03", of(("N34", "2020-04-01T09:00", {"account": "B"}), trust_account="A"), of(("N34", "2020-04-01T09:00", {"account": "A"}), trust_account="A")),
    ("D03", of(money=[BOOKED | {"account": "B"}], trust_account="A"), of(money=[BOOKED | {"account": "A"}, BOOKED], trust_account="A")),
    ("D03", of(("N33", "2020-04-01T09:00", {"account": "A"}), money=[BOOKED | {"account": "B"}], trust_account="A"), of(money=[BOOKED | {"account": "B"}])),
    ("M01", of(alerts=[{"raised_on": day("2020-04-01")}] * 3), of(alerts=[{"raised_on": day("2020-04-01")}] * 2 + [{"raised_on": day("2020-04-01"), "handled_on": day("2020-04-02")}])),
    ("X01", of(suspensions=[STAY | {"start_on": day("2020-03-01")}]), of(suspensions=[STAY | {"start_on": day("2020-03-02")}])),
    ("X01", of(suspensions=[STAY | {"end_on": None}], closed_on=day("2020-08-01")), of(suspensions=[STAY | {"end_on": None}])),
]
# fmt: on


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=[f"{rule}-{place}" for place, (rule, *_) in enumerate(PAIRS)])
def test_fires_and_just_does_not(place: int) -> None:
    rule, fires, silent = PAIRS[place]
    assert {one.rule for one in found(rule, fires)} == {rule}
    assert found(rule, silent) == []


def test_the_limit_is_that_of_periods_and_its_working_is_told() -> None:
    data = of(
        closed_on=day("2020-11-01"),
        suspensions=[STAY, STAY | {"start_on": day("2020-04-20"), "end_on": day("2020-05-06")}],
    )
    (one,) = found("P09", data)
    result = working(one, data, RULES, AS_OF)
    assert result is not None and one.nominal == day("2020-09-02")
    # [04-01, 05-06) is 35 days once merged: 09-02 + 35 = 10-07, in the holiday, so 10-09
    assert one.due == day("2020-10-09") == result.due and one.facts["deducted"] == 35
    assert [step.label for step in result.steps] == ["起算日", "期间", "届满日", "扣除", "顺延", "结果"]
    assert one.reason == "2020年3月2日立案，扣除35日后应于2020年10月9日前结案，2020年11月1日才结案，超期23日。"


def test_overdue_and_open_is_told_from_the_as_of_day() -> None:
    data = of()
    assert found("P01", data, day("2020-03-12")) == []
    (one,) = found("P01", data, day("2020-03-13"))
    assert one.facts["days"] == 1 and "没有发出的记录" in one.reason


def test_an_open_stop_runs_on_and_an_impossible_one_is_not_deducted() -> None:
    assert found("P09", of(suspensions=[STAY | {"end_on": None}])) == []
    assert found("P09", of(suspensions=[STAY | {"start_on": day("2020-02-01"), "end_on": None}])) != []


def test_two_spells_of_one_case_and_a_node_entered_twice() -> None:
    """Each receipt asks for its own payment; the same receipt entered twice does not ask twice."""
    twice = of(("N33", "2020-04-01T09:00", W1), ("N33", "2020-04-01T10:00", W1), ("N34", "2020-05-07T09:00", W1))
    assert len(found("P06", twice)) == 1
    two = of(
        ("N33", "2020-04-01T09:00", W1),
        ("N34", "2020-04-02T09:00", W1),
        ("N33", "2020-08-03T09:00", W1),
        ("N34", "2020-09-10T09:00", W1),
    )
    (one,) = found("P06", two)
    assert one.facts["start"] == "2020-08-03" and one.event_ids == (3, 4)
    # the second spell begins with N38: its own three months run from there
    spells = of(("N36", "2020-06-03T09:00"), ("N38", "2020-10-12T09:00"), ("N36", "2020-12-12T09:00"))
    (one,) = found("C01", spells)
    assert one.event_ids == (3,) and one.facts["start"] == "2020-10-12"


def test_node_and_ledger_do_not_tell_the_same_twice() -> None:
    both = of(
        ("N33", "2020-04-01T09:00", {"account": "B"}),
        money=[BOOKED | {"account": "B"}, BOOKED | {"account": "C", "direction": "out"}],
        trust_account="A",
    )
    first, second = found("D03", both)
    assert (first.event_ids, first.facts["account"]) == (
        (),
        "C",
    ) and first.reason == "2020年4月1日的案款支出（台账）经由C，不是本案专用账号。"
    assert (second.event_ids, second.facts["account"]) == ((1,), "B") and "案款到账认领" in second.reason


def test_each_ending_is_asked_for_what_is_under_control() -> None:
    """C03: what was released and controlled again is under control; each ruling is a sign of its own."""
    twice = of(
        ("N21", "2020-04-01T09:00", W1),
        ("N36", "2020-06-03T09:00"),
        ("N21", "2020-06-04T09:00", W1 | {"outcome": "released"}),
        ("N38", "2020-07-01T09:00"),
        ("N21", "2020-07-02T09:00", W1),
        ("N21", "2020-08-02T09:00", W1),
        ("N36", "2020-11-03T09:00"),
        ("N36", "2020-11-03T10:00"),
    )
    first, second = found("C03", twice)
    assert (first.event_ids, first.facts["controlled"]) == ((2, 1), "2020-04-01")
    assert (second.event_ids, second.facts["controlled"], second.facts["count"]) == ((7, 5), "2020-07-02", 1)


def test_the_article_moves_with_the_day_of_the_act() -> None:
    old = found("P01", of(("N06", "2020-03-13T09:00")))[0].source
    new = found("P01", of(("N06", "2023-03-20T09:00"), filed_on=day("2023-03-02")), day("2024-01-01"))[0].source
    assert old is not None and new is not None
    assert (str(old), str(new)) == ("民诉法解释（2020年修正）第482条", "民诉法解释（2022年修正）第480条")


def test_each_limit_of_an_objection_has_its_own_source() -> None:
    """Filing within 3 days is the judicial interpretation's, ruling within 15 the statute's,
    in the version of the day."""
    late = of(
        ("N42", "2020-04-07T09:00", W1 | {"outcome": "received"}),
        ("N42", "2020-04-20T09:00", W1 | {"outcome": "filed"}),
        ("N42", "2020-04-27T09:00", W1 | {"outcome": "ruled"}),
    )
    by_day = {one.facts["done"]: str(one.source) for one in found("P10", late)}
    assert by_day == {
        "2020-04-20": "最高法关于办理执行异议和复议案件若干问题的规定第2条",
        "2020-04-27": "民诉法（2017年修正）第225条",
    }
    now = of(
        ("N42", "2024-04-08T09:00", W1 | {"outcome": "received"}),
        ("N42", "2024-04-09T09:00", W1 | {"outcome": "filed"}),
        filed_on=day("2024-04-09"),
    )
    (one,) = found("P10", now, day("2024-05-31"))
    assert (str(one.source), one.source and one.source.mark) == ("民诉法（2023年修正）第236条", "V")


def test_the_notice_is_counted_from_the_receipt_and_says_so() -> None:
    (one,) = found("P01", of(("N01", "2020-02-24T09:00"), ("N06", "2020-03-09T09:00")))
    assert (one.facts["since"], one.facts["start"], one.event_ids) == ("收到申请", "2020-02-24", (1, 2))
    assert one.reason == "2020年2月24日收到申请，应于2020年3月5日前发出执行通知书，2020年3月9日才发出，超期4日。"
    (one,) = found("P01", of(("N06", "2020-03-13T09:00")))
    assert one.reason.startswith("2020年3月2日立案（没有收到申请的记录），应于2020年3月12日前") and one.event_ids == (
        1,
    )


def test_the_notice_may_follow_an_immediate_measure_within_three_days() -> None:
    """Measure on the last day: nothing sent is no sign before its own three days are over, and these are then named."""
    data = of(("N21", "2020-03-12T09:00", W1))
    assert found("P01", data, day("2020-03-16")) == []
    (one,) = found("P01", data, day("2020-03-17"))
    assert (one.nominal, one.due, one.facts["since"], one.event_ids) == (
        day("2020-03-15"),
        day("2020-03-16"),
        "采取执行措施",
        (1,),
    )
    assert one.reason == "2020年3月12日采取执行措施，应于2020年3月16日前发出执行通知书，没有发出的记录，超期1日。"
    result = working(one, data, RULES, day("2020-03-17"))
    assert result is not None and result.due == one.due


def test_a_release_is_no_control_and_the_sentence_does_not_call_it_one() -> None:
    data = of(
        ("N16", "2020-06-09T09:00", FOUND), ("N21", "2020-06-29T09:00", RELEASED), ("N21", "2020-07-17T09:00", W1)
    )
    (one,) = found("P02", data)
    assert (
        one.event_ids == (1,)
        and one.reason == "2020年6月9日查到财产，应于2020年6月16日前控制，没有有效控制的记录，超期13日。"
    )


def test_the_idle_time_of_a_restored_case_begins_with_its_restoration() -> None:
    (one,) = found(
        "P08", of(*ENDED, ("N38", "2020-06-01T09:00"), ("N39", "2020-09-02T09:00"), closed_on=day("2020-03-20"))
    )
    assert (one.severity, one.facts["start"], one.facts["until"], one.facts["days"], one.event_ids) == (
        "high",
        "2020-06-01",
        "2020-09-02",
        93,
        (3, 4),
    )


def test_a_stop_in_a_limit_after_a_restoration_has_its_working() -> None:
    """P03 in the second spell: the pause begun after the restoration is deducted, by the finding and by its working."""
    pause = STAY | {"start_on": day("2020-06-10"), "end_on": day("2020-06-20")}
    data = of(
        *ENDED,
        ("N38", "2020-06-01T09:00"),
        ("N21", "2020-06-03T09:00", W1),
        ("N24", "2020-07-31T09:00", W1),
        closed_on=day("2020-03-20"),
        suspensions=[pause],
    )
    (one,) = found("P03", data)
    result = working(one, data, RULES, AS_OF)
    assert one.facts["deducted"] == 10 and result is not None and result.due == one.due == day("2020-07-13")
