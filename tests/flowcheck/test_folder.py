"""A run over a folder: what it refuses, what it leaves behind and what it cannot judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shuangcha.flowcheck import (
    Cancelled,
    FlowError,
    builtin,
    check_case,
    check_folder,
    read_case,
    read_findings,
    reference_rules,
)

from .tools import AS_OF, day, make_case, numbered, plain, store

CASES = numbered(
    [
        make_case([("N06", "2020-03-20T09:00"), ("N21", "2020-04-01T09:00", {"party": "D1"})], debtor="D1"),
        make_case([("N06", "2020-03-05T09:00")]),
    ]
)


def test_what_a_run_leaves(tmp_path: Path) -> None:
    data, out = store(tmp_path / "data", CASES), tmp_path / "out"
    told: list[tuple[int, int, str]] = []
    summary = check_folder(data, out, rules=builtin(), as_of=AS_OF, progress=lambda *one: told.append(one))
    assert summary.cases == 2 and summary.events == 3 and summary.findings["P01"] == 1 and summary.unable == {}
    assert set(summary.findings) == {rule.id for rule in builtin().rules}
    assert {one.name for one in out.iterdir()} == {"findings.parquet", "evidence.parquet", "summary.json"}
    assert json.loads((out / "summary.json").read_text("utf-8"))["rule_version"] == builtin().version
    assert told[0][0] == 0 and told[-1][0] == told[-1][1] and [one[0] for one in told] == sorted(one[0] for one in told)
    first = plain(read_findings(out))
    again = check_folder(data, out, rules=builtin(), as_of=AS_OF)
    assert plain(read_findings(out)) == first and again.data_hash == summary.data_hash
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_missing_column_makes_its_rules_unable_and_names_it(tmp_path: Path) -> None:
    data = store(tmp_path / "data", CASES, without=["events.entered_at", "parties", "money.amount"])
    summary = check_folder(data, tmp_path / "out", rules=builtin(), as_of=AS_OF)
    assert summary.unable["F05"] == ("events.entered_at",) and summary.unable["C08"] == ("money.amount",)
    assert "parties.named" in summary.unable["D02"] and "P01" not in summary.unable
    case = read_case(data, CASES[0].case["case_number"])
    assert case is not None and "events.entered_at" in case.absent
    assert plain(check_case(case, builtin().scoped("case"), AS_OF)) == plain(read_findings(tmp_path / "out", 1))


def test_one_of_two_columns_will_do_for_a_rule_that_can_read_either(tmp_path: Path) -> None:
    """D03 looks at the nodes and at the ledger: it is unable only where neither names accounts."""
    both = ["events.account", "money.account"]
    booked = {"direction": "in", "booked_on": day("2020-04-01"), "amount": 100, "account": "B"}
    (case,) = numbered([make_case([("N33", "2020-04-01T09:00", {"account": "C"})], money=[booked], trust_account="A")])
    for place, (without, told) in enumerate(
        [([], {"B", "C"}), (both[:1], {"B"}), (both[1:], {"C"}), (["money"], {"C"}), (both, None)]
    ):
        data = store(tmp_path / f"data{place}", [case], without=without)
        summary = check_folder(data, tmp_path / f"out{place}", rules=builtin().subset(["D03"]), as_of=AS_OF)
        assert summary.unable == ({} if told else {"D03": tuple(both)})
        assert {one.facts["account"] for one in read_findings(tmp_path / f"out{place}")} == (told or set())
        alone = read_case(data, case.case["case_number"])
        assert alone is not None
        assert plain(check_case(alone, builtin().subset(["D03"]), AS_OF)) == plain(
            read_findings(tmp_path / f"out{place}")
        )


def test_each_rule_runs_alone_and_says_the_same(tmp_path: Path) -> None:
    """A court may switch off all others: no rule lives on a stage that another has asked for."""
    data = store(tmp_path / "data", CASES)
    together = check_folder(data, tmp_path / "out", rules=builtin(), as_of=AS_OF).findings
    for rule in builtin().rules:
        alone = check_folder(data, tmp_path / "alone", rules=builtin().subset([rule.id]), as_of=AS_OF).findings
        assert alone == {rule.id: together[rule.id]}
    for rule in reference_rules().rules:
        assert set(
            check_folder(data, tmp_path / "alone", rules=reference_rules().subset([rule.id]), as_of=AS_OF).findings
        ) == {rule.id}


def test_optional_columns_that_only_excuse_may_be_missing(tmp_path: Path) -> None:
    data = store(
        tmp_path / "data",
        CASES,
        without=["events.import_job", "events.change", "cases.handler", "suspensions", "events.reason"],
    )
    summary = check_folder(data, tmp_path / "out", rules=builtin(), as_of=AS_OF)
    assert summary.findings["P01"] == 1 and "F11" in summary.unable and "P09" not in summary.unable


def test_a_date_outside_the_calendar_is_a_loud_error(tmp_path: Path) -> None:
    for number, case in enumerate(
        [
            make_case([("N06", "0202-03-20T09:00")]),
            make_case(filed_on=day("2120-01-01")),
            make_case(suspensions=[{"kind": "stay", "start_on": day("1820-04-01")}]),
        ]
    ):
        with pytest.raises(FlowError, match="超出日历范围"):
            check_folder(
                store(tmp_path / f"data{number}", numbered([case])), tmp_path / "out", rules=builtin(), as_of=AS_OF
            )
        if not case.suspensions:
            with pytest.raises(FlowError, match="超出日历范围"):
                check_case(case, builtin(), AS_OF)
    assert not (tmp_path / "out").exists()


def test_calling_off_leaves_nothing(tmp_path: Path) -> None:
    data = store(tmp_path / "data", CASES)
    asked = iter(range(1000))
    with pytest.raises(Cancelled):
        check_folder(data, tmp_path / "out", rules=builtin(), as_of=AS_OF, cancelled=lambda: next(asked) > 12)
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


def test_a_failing_run_keeps_the_old_result(tmp_path: Path) -> None:
    data, out = store(tmp_path / "data", CASES), tmp_path / "out"
    check_folder(data, out, rules=builtin(), as_of=AS_OF)
    before = plain(read_findings(out))
    (data / "events.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(FlowError, match="结果未发布"):
        check_folder(data, out, rules=builtin(), as_of=AS_OF)
    assert plain(read_findings(out)) == before and sorted(one.name for one in tmp_path.iterdir()) == ["data", "out"]
    with pytest.raises(FlowError, match="没有案件表"):
        check_folder(tmp_path / "nowhere", out, rules=builtin(), as_of=AS_OF)


def test_ranges_of_cases_say_what_one_run_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from random import Random

    from shuangcha.flowcheck.bulk import engine

    from .tools import chance_case

    rnd = Random(9)
    data = store(tmp_path / "data", numbered(chance_case(rnd) for _ in range(60)))
    check_folder(data, tmp_path / "one", rules=builtin(), as_of=AS_OF)
    monkeypatch.setattr(engine, "RANGE", 17)
    monkeypatch.setattr(engine, "WORTH", 0)
    check_folder(data, tmp_path / "many", rules=builtin(), as_of=AS_OF)
    assert plain(read_findings(tmp_path / "one")) == plain(read_findings(tmp_path / "many"))
