"""Every sign of 消极执行 and 乱执行: a case that fires and one that just does not (on the day, the day after, a holiday, a stop)."""

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
STAY = {"kind": "stay", "start_on": day("2020-04-01"), "end_on": day("2020-05-01")}

# rule, fires, just does not
PAIRS: list[tuple[str, CaseData, CaseData]] = [
    # filed 2020-03-02: ten days end on 03-12
    ("P01", of(("N06", "2020-03-13T09:00")), of(("N06", "2020-03-12T17:00"))),
    # never done: the as-of day decides
    ("P01", of(), of(closed_on=day("2020-03-12"), closing="withdrawn")),
    ("P01", of(("N06", "2020-03-20T09:00")), of(("N06a", "2020-03-05T09:00"), ("N06", "2020-03-20T09:00"))),
    # 2020-09-24 + 10 days = 10-04, in the eight-day holiday: the next working day is 10-09
    ("P01", of(("N06", "2020-10-10T09:00"), filed_on=day("2020-09-24")), of(("N06", "2020-10-09T09:00"), filed_on=day("2020-09-24"))),
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
    ("P06", of(("N33", "2020-04-01T09:00", W1), closed_on=day("2020-04-10"), closing="fulfilled"),
            of(("N33", "2020-04-01T09:00", W1), ("N33a", "2020-04-20T09:00", W1))),
    ("P06", of(("N33", "2020-04-01T09:00", W1), ("N34a", "2020-05-07T09:00", W1)), of(("N33", "2020-04-01T09:00", W1), ("N34a", "2020-05-06T09:00", W1))),
    ("P07", of(("N21", "2020-04-01T09:00", W1 | {"due_on": day("2021-03-31")}), ("N23", "2021-04-01T09:00", W1 | {"outcome": "done"})),
            of(("N21", "2020-04-01T09:00", W1 | {"due_on": day("2021-03-31")}), ("N23", "2021-03-31T09:00", W1 | {"outcome": "done"}))),
    ("P07", of(("N21", "2020-04-01T09:00", W1 | {"due_on": day("2021-03-31")})),
            of(("N21", "2020-04-01T09:00", W1 | {"due_on": day("2021-03-31")}), closed_on=day("2021-03-31"), closing="fulfilled")),
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
    ("D02", of(("N18", "2020-04-01T09:00", {"party": "O1"}), parties=[{"party": "D1", "role": "debtor", "named": True}]),
            of(("N18", "2020-04-01T09:00", {"party": "O1"}), parties=[{"party": "D1", "role": "debtor", "named": True}, {"party": "O1", "role": "outsider", "named": False, "added_by_ruling": True}])),
    ("D03", of(("N34", "2020-04-01T09:00", {"account": "B"}), trust_account="A"), of(("N34", "2020-04-01T09:00", {"account": "A"}), trust_account="A")),
    ("M01", of(alerts=[{"raised_on": day("2020-04-01")}] * 3), of(alerts=[{"raised_on": day("2020-04-01")}] * 2 + [{"raised_on": day("2020-04-01"), "handled_on": day("2020-04-02")}])),
    ("X01", of(suspensions=[STAY | {"start_on": day("2020-03-01")}]), of(suspensions=[STAY | {"start_on": day("2020-03-02")}])),
    ("X01", of(suspensions=[STAY | {"end_on": None}], closed_on=day("2020-08-01")), of(suspensions=[STAY | {"end_on": None}])),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=[f"{rule}-{place}" for place, (rule, *_) in enumerate(PAIRS)])
def test_fires_and_just_does_not(place: int) -> None:
    rule, fires, silent = PAIRS[place]
    assert {one.rule for one in found(rule, fires)} == {rule}
    assert found(rule, silent) == []


def test_the_limit_is_that_of_periods_and_its_working_is_told() -> None:
    data = of(closed_on=day("2020-11-01"), suspensions=[STAY, STAY | {"start_on": day("2020-04-20"), "end_on": day("2020-05-06")}])
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
    two = of(("N33", "2020-04-01T09:00", W1), ("N34", "2020-04-02T09:00", W1), ("N33", "2020-08-03T09:00", W1), ("N34", "2020-09-10T09:00", W1))
    (one,) = found("P06", two)
    assert one.facts["start"] == "2020-08-03" and one.event_ids == (3, 4)
    # the second spell begins with N38: its own three months run from there
    spells = of(("N36", "2020-06-03T09:00"), ("N38", "2020-10-12T09:00"), ("N36", "2020-12-12T09:00"))
    (one,) = found("C01", spells)
    assert one.event_ids == (3,) and one.facts["start"] == "2020-10-12"


def test_the_article_moves_with_the_day_of_the_act() -> None:
    old = found("P01", of(("N06", "2020-03-13T09:00")))[0].source
    new = found("P01", of(("N06", "2023-03-20T09:00"), filed_on=day("2023-03-02")), day("2024-01-01"))[0].source
    assert old is not None and new is not None
    assert (str(old), str(new)) == ("民诉法解释（2020年修正）第482条", "民诉法解释（2022年修正）第480条")
