"""Every sign of 数据造假 and 虚假结案 that one case shows: one that fires and one that just does not."""

from __future__ import annotations

import pytest

from shuangcha.flowcheck import CaseData, reference_rules
from shuangcha.flowcheck.model import RuleSet

from .test_signs_passive import RULES, W1, of
from .tools import AS_OF, day, moment


def entered(text: str, **more: object) -> dict[str, object]:
    return {"entered_at": moment(text), **more}


SEVEN = ("N06", "N07", "N15", "N18", "N35")


def ended(*nodes: str, **more: object) -> CaseData:
    return of(*((node, "2020-04-01T09:00") for node in nodes), ("N36", "2020-06-03T09:00", dict(more)))


BURST = tuple(("N10", f"2020-05-0{one}T09:00", entered("2020-05-19T15:30")) for one in (5, 6, 7, 8, 9))

# fmt: off
PAIRS: list[tuple[str, CaseData, CaseData]] = [
    ("F01", of(("N10", "2020-03-09T09:00", entered("2020-03-13T00:00"))), of(("N10", "2020-03-09T09:00", entered("2020-03-12T23:59")))),
    ("F01", of(("N10", "2020-03-09T09:00", entered("2020-04-13T00:00"))), of(("N10", "2020-03-09T09:00", entered("2020-04-13T00:00", reason="外地执行")))),
    ("F02", of(*(("N1" + str(one), "2020-03-09T09:00:05") for one in (0, 2, 3))), of(*(("N1" + str(one), "2020-03-09T09:00:05") for one in (0, 2)), ("N13", "2020-03-09T09:00:06"))),
    ("F02", of(*(("N1" + str(one), "2020-03-09T09:00:05") for one in (0, 2, 3))), of(*(("N1" + str(one), "2020-03-09T09:00:05", {"import_job": "J"}) for one in (0, 2, 3)))),
    ("F03", of(*(("N10", f"2020-05-0{one}T09:00", entered("2020-05-20T09:00")) for one in (6, 7, 8)), *(("N10", f"2020-05-0{one}T09:00") for one in (6, 7)), closed_on=day("2020-05-20")),
            of(*(("N10", f"2020-05-0{one}T09:00", entered("2020-05-20T09:00")) for one in (6, 7)), *(("N10", f"2020-05-0{one}T09:00") for one in (6, 7, 8)), closed_on=day("2020-05-20"))),
    ("F04", of(("N15", "2020-03-01T23:00")), of(("N15", "2020-03-02T00:00"), ("N44", "2020-02-20T00:00"))),
    # the window ends with the moment of the closing and begins a day before it; 00:00 is a day without a time
    ("F03", of(*BURST, ("N39", "2020-05-20T09:00"), closed_on=day("2020-05-20")), of(*BURST, ("N39", "2020-05-20T15:31"), closed_on=day("2020-05-20"))),
    ("F03", of(*BURST, ("N39", "2020-05-20T15:30"), closed_on=day("2020-05-20")), of(*BURST, ("N39", "2020-05-20T00:00"), closed_on=day("2020-05-20"))),
    ("F05", of(("N15", "2020-03-10T09:00", entered("2020-03-09T23:00"))), of(("N15", "2020-03-10T09:00", entered("2020-03-10T09:00")))),
    ("F05", of(("N15", "2020-03-10T17:00", entered("2020-03-10T09:00"))), of(("N15", "2020-03-10T17:00", entered("2020-03-10T00:00")))),
    ("F05", of(("N15", "2020-03-10T09:00:30", entered("2020-03-10T09:00:00"))), of(("N15", "2020-03-10T00:00", entered("2020-03-10T09:00")))),
    ("F05", of(("N15", "2021-07-01T09:00", {"entered_at": None})), of(("N15", "2021-06-30T09:00", {"entered_at": None}))),
    ("F05", of(("N15", "2021-07-01T09:00", entered("2021-07-02T09:00"))), of(("N29", "2021-07-01T09:00", {"entered_at": None}))),
    ("F05", of(("N15", "2020-03-10T09:00", entered("2020-03-09T23:00"))), of(("N29", "2020-03-10T09:00", entered("2020-03-09T23:00")))),
    ("F06", of(("N08", "2020-03-10T09:00"), ("N10", "2020-03-09T09:00")), of(("N08", "2020-03-10T09:00"), ("N10", "2020-03-10T08:00"))),
    ("F10", of(("N10", "2020-03-10T09:00", {"text": "已 核 查 "})), of(("N10", "2020-03-10T09:00", {"text": "已经核查过"}))),
    ("F10", of(("N10", "2020-03-10T09:00", {"text": "。。。。。。了"})), of(("N10", "2020-03-10T09:00", {"text": "当日已核查了"}))),
    ("F10", of(("N10", "2020-03-10T09:00", {"text": "已核实，" * 30})), of(("N10", "2020-03-10T09:00", {"text": "已核实，" * 30 + "无误"}))),
    ("F10", of(("N10", "2020-03-10T09:00", {"text": "按规定办理"})), of(("N10", "2020-03-10T09:00"))),
    ("F11", of(("N10", "2020-03-10T09:00", {"change": "deleted"})), of(("N10", "2020-03-10T09:00", {"change": "deleted", "reason": "笔误"}))),
    ("F11", of(("N10", "2020-03-10T09:00", {"change": "re-entered"})), of(("N10", "2020-03-10T09:00", {"change": "edited"}))),
    ("F12", of(("N05", "2020-03-10T09:00", {"served_by": "post", "served_on": day("2020-03-10")})), of(("N05", "2020-03-10T09:00", {"served_by": "post", "served_on": day("2020-03-11")}))),
    ("F12", of(("N05", "2020-03-10T09:00", {"served_by": "notice", "served_on": day("2020-03-10")})), of(("N05", "2020-03-10T09:00", {"served_by": "electronic", "served_on": day("2020-03-10")}))),
    ("F13", of(amount=100_00, paid_amount=100_00, money=[{"direction": "in", "amount": 99_99, "booked_on": day("2020-04-01")}]),
            of(amount=100_00, paid_amount=100_00, money=[{"direction": "in", "amount": 60_00, "booked_on": day("2020-04-01")}, {"direction": "in", "amount": 40_00, "booked_on": day("2020-04-02")}])),
    # three days of 2020-03-09 end on 03-12
    ("F14", of(("N15", "2021-06-26T09:00", {"outcome": "done"})), of(("N15", "2021-06-28T09:00", {"outcome": "done"}))),
    ("F14", of(("N15", "2020-03-09T09:00", {"outcome": "done"})), of(("N15", "2020-03-09T09:00", {"outcome": "done"}), ("N16", "2020-03-30T09:00"))),
    # three months of 2020-03-02 end on 06-02: the first lawful day is 06-03
    ("C01", of(("N36", "2020-06-02T17:00")), of(("N36", "2020-06-03T00:00"))),
    ("C01", of(("N36", "2021-02-28T09:00"), filed_on=day("2020-11-30")), of(("N36", "2021-03-01T09:00"), filed_on=day("2020-11-30"))),
    # a restoration dated before the filing does not open the case earlier
    ("C01", of(("N38", "2020-02-20T09:00"), ("N36", "2020-06-02T17:00")), of(("N38", "2020-02-20T09:00"), ("N36", "2020-06-03T09:00"))),
    ("C02", ended("N06", "N07", "N15", "N18"), ended(*SEVEN)),
    ("C02", ended("N07", "N15", "N18", "N35"), ended("N06a", "N07", "N15", "N18", "N35")),
    ("C02", of(*((node, "2020-06-04T09:00") for node in SEVEN), ("N36", "2020-06-03T09:00")), of(*((node, "2020-06-03T18:00") for node in SEVEN), ("N36", "2020-06-03T09:00"))),
    ("C03", of(("N21", "2020-04-01T09:00", W1), ("N36", "2020-06-03T09:00")), of(("N21", "2020-04-01T09:00", W1), ("N29", "2020-06-03T18:00", W1 | {"outcome": "sold"}), ("N36", "2020-06-03T09:00"))),
    ("C03", of(("N21", "2020-04-01T09:00", W1), ("N21", "2020-04-02T09:00", W1 | {"outcome": "released"}), ("N21", "2020-04-03T09:00", W1), ("N36", "2020-06-03T09:00")),
            of(("N21", "2020-04-01T09:00", W1), ("N21", "2020-04-02T09:00", W1), ("N21", "2020-04-03T09:00", W1 | {"outcome": "released"}), ("N36", "2020-06-03T09:00"))),
    ("C03", of(("N36", "2020-06-03T09:00"), ("N38", "2020-07-01T09:00"), ("N21", "2020-07-02T09:00", W1), ("N36", "2020-11-03T09:00")),
            of(("N36", "2020-06-03T09:00"), ("N38", "2020-07-01T09:00"), ("N21", "2020-07-02T09:00", W1), ("N29", "2020-10-03T09:00", W1 | {"outcome": "sold"}), ("N36", "2020-11-03T09:00"))),
    ("C03", of(("N21", "2020-04-01T09:00", W1), ("N30", "2020-05-07T09:00", W1 | {"outcome": "failed_sale"}), ("N36", "2020-06-03T09:00")),
            of(("N21", "2020-04-01T09:00", W1), ("N30", "2020-05-07T09:00", W1 | {"outcome": "not_disposable_legal"}), ("N36", "2020-06-03T09:00"))),
    ("C04", of(("N36", "2020-06-03T09:00", {"outcome": "done"})), of(("N36", "2020-06-03T09:00", {"outcome": "done", "approver": "Y1"}))),
    ("C04", of(("N36", "2020-06-03T09:00")), of(("N35", "2020-06-01T09:00", {"outcome": "signed"}), ("N36", "2020-06-03T09:00"))),
    ("C05", of(("N36", "2020-06-03T09:00"), ("N38", "2020-09-01T09:00")), of(("N36", "2020-06-03T09:00"), ("N38", "2020-09-02T09:00"))),
    ("C07", of(closing="withdrawn", closed_on=day("2020-05-06"), petitions=[{"received_on": day("2020-06-01"), "about_withdrawal": True}]),
            of(closing="withdrawn", closed_on=day("2020-05-06"), petitions=[{"received_on": day("2020-06-01"), "about_withdrawal": False}])),
    ("C08", of(closing="fulfilled", closed_on=day("2020-05-06"), money=[{"direction": "in", "amount": 500_00, "booked_on": day("2020-04-01")}, {"direction": "out", "amount": 400_00, "booked_on": day("2020-04-01")}]),
            of(closing="fulfilled", closed_on=day("2020-05-06"), money=[{"direction": "in", "amount": 500_00, "booked_on": day("2020-04-01")}, {"direction": "out", "amount": 400_01, "booked_on": day("2020-04-01")}])),
    ("R04", of(("N15", "2020-10-09T09:00"), filed_on=day("2020-09-24")), of(("N15", "2020-09-30T09:00"), filed_on=day("2020-09-24"))),
    ("R06", of(("N10", "2020-09-24T09:00", entered("2020-10-09T09:00"))), of(("N10", "2020-09-24T09:00", entered("2020-10-08T09:00")))),
    ("R09", of(("N21", "2020-09-28T22:00")), of(("N21", "2020-09-27T21:59:59"))),
    ("R09", of(("N21", "2020-10-01T10:00")), of(("N21", "2020-09-28T00:00"))),
    ("R12", of(("N39", "2020-06-03T09:00"), ("N38", "2020-07-03T09:00")), of(("N39", "2020-06-03T09:00"), ("N38", "2020-07-04T09:00"))),
]
# fmt: on
ALL = RuleSet((*RULES.rules, *reference_rules().rules))


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=[f"{rule}-{place}" for place, (rule, *_) in enumerate(PAIRS)])
def test_fires_and_just_does_not(place: int) -> None:
    from shuangcha.flowcheck import check_case

    rule, fires, silent = PAIRS[place]
    only = ALL.subset([rule])
    assert {one.rule for one in check_case(fires, only, AS_OF)} == {rule}
    assert check_case(silent, only, AS_OF) == []
