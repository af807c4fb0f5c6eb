"""One case is read from the index: the same rows and signs as from the tables, no Parquet file opened,
whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha import flowcheck
from shuangcha.flowcheck import FlowError
from shuangcha.flowcheck.read import store
from shuangcha.flowruns import cases, checking, folders, incoming, listing, loading, running
from shuangcha.flowruns.models import FlowCheck, FlowDataset, FlowRun
from tests.desk.test_pages import text_of

from . import data

SignedIn = Callable[[str], Client]


def batch(story_number: str) -> data.Told:
    """Enough cases with rows typed in the same second by the same person for a rule that needs other cases."""
    told = [
        data.late_notice(story_number, "豫0304"),
        *(data.late_notice(data.number("豫0304", 700 + n), "豫0304") for n in range(40)),
    ]
    for _, rows in told:
        for row in rows:
            row["entered_at"] = "2019-03-25 22:10:05"
    return told


@pytest.fixture
def story(pages: Any, own_data: Path) -> Any:
    """A round that is investigating; its case is in a data set that was checked in bulk,
    with a rule that needs other cases."""
    found = pages["investigating"]
    rules = folders.root() / folders.RULES
    clusters = [rule.id for rule in flowcheck.builtin().rules if rule.scope == "cluster"]
    on = {"P01", "F05", *clusters}
    rules.write_text(
        f"off: [{', '.join(rule.id for rule in flowcheck.builtin().rules if rule.id not in on)}]\n", encoding="utf-8"
    )
    running.ask(data.read(own_data / "in", batch(found.number)), data.TAKEN.date(), None, data.TAKEN)
    assert running.work() == 1
    assert FlowRun.objects.get().state == "done", FlowRun.objects.get().why
    return found


@pytest.fixture
def no_parquet(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on nobody opens a table."""

    def refuse(*args: Any, **more: Any) -> Any:
        raise AssertionError("a Parquet file was opened for one case")

    monkeypatch.setattr(duckdb, "connect", refuse)
    monkeypatch.setattr(duckdb, "execute", refuse)


def check(client: Client, story: Any) -> FlowCheck:
    answer = client.post(f"/rounds/{story.round.uid}/flow/", {"number": story.number})
    assert answer.status_code == 302, text_of(answer)
    return FlowCheck.objects.latest("id")


def test_no_table_is_opened_for_one_case(signed_in: SignedIn, story: Any, no_parquet: None) -> None:
    """Neither for the check with its signs from other cases, nor for its page, nor for the form of the record."""
    client = signed_in(story.leader)
    made = check(client, story)
    result = checking.read(made)
    assert result["across"] and any(
        flowcheck.builtin().by_id[one["rule"]].scope == "cluster" for one in result["signs"]
    )
    assert client.get(f"/flow-checks/{made.uid}/").status_code == 200
    assert (
        client.get(f"/do/record.system_check/?kind=round&uid={story.round.uid}&check={made.uid}&sign=1").status_code
        == 200
    )


def test_the_guard_sees_a_table_that_is_opened(signed_in: SignedIn, story: Any, no_parquet: None) -> None:
    """Without the index the tables are read: what the test above relies on."""
    (folders.of(FlowDataset.objects.get()) / store.FILE).unlink()
    with pytest.raises(AssertionError, match="Parquet"):
        signed_in(story.leader).post(f"/rounds/{story.round.uid}/flow/", {"number": story.number})


def test_making_a_check_stays_in_its_budget(signed_in: SignedIn, story: Any, own_data: Path) -> None:
    client = signed_in(story.leader)
    with CaptureQueriesContext(connection) as statements:
        check(client, story)
    assert len(statements) <= 18, [one["sql"][:90] for one in statements]


@pytest.mark.parametrize("gone", [(store.FILE,), (cases.SIGNS,), (store.FILE, cases.SIGNS)])
def test_the_same_check_with_the_index_and_without(story: Any, gone: tuple[str, ...]) -> None:
    """A data set or a run of before there were indexes."""
    dataset, run = FlowDataset.objects.get(), FlowRun.objects.get()
    rules = folders.rules()

    def made() -> dict[str, Any]:
        found = cases.one(folders.of(dataset), story.number)
        assert found is not None
        across = cases.across(folders.of_run(run), int(found.case["case_id"]), rules)
        assert across
        return checking.frozen(found, rules, data.TAKEN.date(), flowcheck_calendar(), across)

    before = made()
    for name in gone:
        for folder in (folders.of(dataset), folders.of_run(run)):
            (folder / name).unlink(missing_ok=True)
    assert made() == before and len(before["signs"]) > 1


def flowcheck_calendar() -> Any:
    from shuangcha.courts import calendar

    return calendar.current()


def test_an_index_of_other_tables_is_not_believed(story: Any, own_data: Path) -> None:
    dataset = FlowDataset.objects.get()
    other = data.read(own_data / "other", [data.clean(story.number, "豫0304")])
    os.replace(folders.of(other) / store.FILE, folders.of(dataset) / store.FILE)
    found = cases.one(folders.of(dataset), story.number)
    assert found is not None and len(found.events) == 3


def test_a_set_without_an_index_gets_one_in_the_next_run(story: Any) -> None:
    dataset = FlowDataset.objects.get()
    (folders.of(dataset) / store.FILE).unlink()
    running.ask(dataset, data.TAKEN.date(), None, data.TAKEN)
    assert running.work() == 1
    assert (folders.of(dataset) / store.FILE).is_file()


def test_data_are_published_with_their_index_or_not_at_all(
    pages: Any, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **more: Any) -> Any:
        raise flowcheck.FlowError("磁盘空间不足")

    monkeypatch.setattr(cases, "build_store", full)
    with pytest.raises(FlowError, match="磁盘"):
        data.read(own_data / "in", [data.late_notice(data.number("豫0304", 1), "豫0304")])
    assert not FlowDataset.objects.exists() and not [one for one in folders.root().iterdir() if one.is_dir()]


def test_the_progress_of_the_index_is_told(pages: Any, own_data: Path) -> None:
    told: list[tuple[int, int]] = []
    target = loading.new_folder(data.TAKEN)
    flowcheck_load(own_data, target)
    loading.adopt(target, name="数据", by=None, now=data.TAKEN, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (1, 1) and (target / store.FILE).is_file()


def flowcheck_load(own_data: Path, target: Path) -> None:
    from shuangcha.flowcheck.read import load

    load(
        data.write(own_data / "in", [data.late_notice(data.number("豫0304", 1), "豫0304")]),
        target,
        taken_at=data.TAKEN.date(),
    )


def test_many_threads_read_at_once(story: Any) -> None:
    """A connection of SQLite belongs to one thread; each opens its own."""
    folder, wrong = folders.of(FlowDataset.objects.get()), []

    def ask() -> None:
        for _ in range(20):
            found = cases.one(folder, story.number)
            if found is None or len(found.events) != 3:
                wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong


def test_an_upload_whose_process_was_killed_says_so(pages: Any, own_data: Path) -> None:
    import io

    from .test_admin import GOOD, zipped

    kept = incoming.keep(
        io.BytesIO(zipped(own_data / "a", GOOD).read()), "a.zip", name="数据", taken_at=data.TAKEN, person_id=1
    )
    incoming.ask(kept, allowed=None, post_id=1)
    kept.keep_state(state=incoming.READING)
    running.work()
    assert kept.state["why"] == incoming.STALE and not kept.open and not FlowDataset.objects.exists()


def test_counts_of_a_run_are_indexed_whole(story: Any) -> None:
    out = folders.of_run(FlowRun.objects.get())
    assert sorted(one.name for one in out.iterdir() if one.name.startswith(".")) == []
    assert (out / cases.SIGNS).is_file() and (out / listing.LIST).is_file()
