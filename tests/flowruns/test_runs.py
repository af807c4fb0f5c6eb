"""A bulk run from being asked for to its end: progress, cancelling, a process that died, one at a time."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_q.models import OrmQ

from shuangcha import flowcheck
from shuangcha.flowcheck import Cancelled, FlowError
from shuangcha.flowruns import folders, running
from shuangcha.flowruns.models import FlowRun, RunState
from tests.desk.story import LE, LS, E, member
from tests.desk.test_pages import text_of

from . import data

SignedIn = Callable[[str], Client]
NUMBER = data.number("豫0304", 811)


@pytest.fixture
def dataset(pages: Any, own_data: Path) -> Any:
    return data.read(
        own_data / "in", [data.late_notice(NUMBER, "豫0304"), data.clean(data.number("豫0304", 812), "豫0304")]
    )


def ask(dataset: Any) -> FlowRun:
    return running.ask(dataset, data.TAKEN.date(), None, data.TAKEN)


def again(run: FlowRun) -> FlowRun:
    run.refresh_from_db()
    return run


def test_asked_for_on_the_page_it_waits_for_the_worker_and_its_page_tells_so(signed_in: SignedIn, dataset: Any) -> None:
    client, before = signed_in(LE), OrmQ.objects.count()
    answer = client.post("/system-check/start/", {"dataset": str(dataset.uid)})
    run = FlowRun.objects.get()
    assert answer.status_code == 302 and str(run.uid) in answer.headers["Location"]
    assert run.state == RunState.QUEUED and OrmQ.objects.count() == before + 1, "the worker is told to start"
    assert "排队等候" in text_of(client.get(answer.headers["Location"]))
    client.post("/system-check/start/", {"dataset": str(dataset.uid)})
    assert FlowRun.objects.count() == 1, "a double click is one run"


def test_progress_is_told_while_it_runs_and_the_numbers_when_it_is_done(
    signed_in: SignedIn, dataset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, client, told = ask(dataset), signed_in(LE), []
    monkeypatch.setattr(running, "EVERY_SECONDS", 0.0)
    real = flowcheck.check_folder

    def watched(*args: Any, progress: Any, **more: Any) -> Any:
        def step(done: int, total: int, what: str) -> None:
            progress(done, total, what)
            told.append(client.get(f"/system-check/runs/{run.uid}/state/").json())

        return real(*args, progress=step, **more)

    monkeypatch.setattr(flowcheck, "check_folder", watched)
    assert running.work() == 1
    assert all(one["open"] and one["state"] == "正在检查" for one in told) and len({one["percent"] for one in told}) > 2
    page = text_of(client.get(f"/system-check/runs/{run.uid}/"))
    assert again(run).state == RunState.DONE and "发出执行通知超过10日" in page and "发生时间晚于录入时间" in page
    assert client.get(f"/system-check/runs/{run.uid}/state/").json() == {
        "state": "已完成",
        "percent": 100,
        "text": "",
        "open": False,
    }


def test_a_waiting_run_is_cancelled_at_once(signed_in: SignedIn, dataset: Any) -> None:
    run = ask(dataset)
    assert signed_in(LE).post(f"/system-check/runs/{run.uid}/cancel/").status_code == 302
    assert again(run).state == RunState.CANCELLED and running.work() == 0


def test_a_running_one_stops_when_it_looks_up_and_leaves_nothing(
    signed_in: SignedIn, dataset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(dataset)
    monkeypatch.setattr(running, "EVERY_SECONDS", 0.0)
    real = flowcheck.check_folder

    def cancelled_midway(*args: Any, progress: Any, **more: Any) -> Any:
        def step(done: int, total: int, what: str) -> None:
            progress(done, total, what)
            signed_in(LS).post(f"/system-check/runs/{run.uid}/cancel/")

        return real(*args, progress=step, **more)

    monkeypatch.setattr(flowcheck, "check_folder", cancelled_midway)
    running.work()
    assert again(run).state == RunState.CANCELLED
    assert not folders.of_run(run).exists() and not list(folders.of_run(run).parent.glob("*"))
    page = text_of(signed_in(LE).get(f"/system-check/runs/{run.uid}/"))
    assert "重新开始" in page and "已取消" in page


def test_who_neither_asked_nor_heads_a_body_cannot_cancel(signed_in: SignedIn, dataset: Any) -> None:
    run = ask(dataset)
    answer = signed_in(member("enforcement")).post(f"/system-check/runs/{run.uid}/cancel/")
    assert answer.status_code == 422 and again(run).state == RunState.QUEUED and not run.cancel


def test_a_run_whose_process_was_killed_says_so_and_can_be_started_again(signed_in: SignedIn, dataset: Any) -> None:
    run = ask(dataset)
    FlowRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING)  # what a killed process leaves: the row, no lock
    assert running.start()["stale"] == 1
    assert again(run).state == RunState.FAILED and run.why == running.STALE
    client = signed_in(LE)
    assert running.STALE in text_of(client.get(f"/system-check/runs/{run.uid}/"))
    client.post("/system-check/start/", {"dataset": str(dataset.uid)})
    assert running.work() == 1 and FlowRun.objects.filter(state=RunState.DONE).count() == 1


def test_one_at_a_time(dataset: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds the lock runs; another process does nothing, and starts none."""
    started: list[Any] = []
    monkeypatch.setattr(running.subprocess, "Popen", lambda *args, **more: started.append(args))
    run = ask(dataset)
    other = os.open(folders.root() / "run.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert running.work() == 0 and running.start() == {"stale": 0, "waiting": 0} and not started
        assert again(run).state == RunState.QUEUED
    finally:
        os.close(other)
    assert running.start()["waiting"] == 1 and len(started) == 1
    assert running.work() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (FlowError("日期2031-01-01超出日历范围。"), "日期2031-01-01超出日历范围。"),
        (OSError(28, "No space left on device"), running.NO_ROOM),
        (MemoryError(), running.NO_MEMORY),
        (RuntimeError("x"), running.BROKEN),
    ],
)
def test_a_run_that_cannot_end_says_why(
    dataset: Any, monkeypatch: pytest.MonkeyPatch, wrong: Exception, sentence: str
) -> None:
    run = ask(dataset)

    def broken(*args: Any, **more: Any) -> Any:
        raise wrong

    monkeypatch.setattr(flowcheck, "check_folder", broken)
    running.work()
    assert again(run).state == RunState.FAILED and run.why == sentence


def test_a_process_told_to_end_says_so(dataset: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask(dataset)

    def stopped(*args: Any, **more: Any) -> Any:
        raise SystemExit

    monkeypatch.setattr(flowcheck, "check_folder", stopped)
    with pytest.raises(SystemExit):
        running.work()
    assert again(run).state == RunState.FAILED and run.why == running.STOPPED


def test_the_cancelled_engine_and_the_broken_data_are_told_apart(dataset: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask(dataset)

    def off(*args: Any, **more: Any) -> Any:
        raise Cancelled

    monkeypatch.setattr(flowcheck, "check_folder", off)
    running.work()
    assert again(run).state == RunState.CANCELLED and not run.why


def test_the_list_is_paged_by_key_and_narrowed(signed_in: SignedIn, pages: Any, own_data: Path) -> None:
    many = [data.late_notice(data.number("豫0304", 900 + n), "豫0304") for n in range(23)]
    run = ask(data.read(own_data / "many", many))
    running.work()
    client = signed_in(E)
    first = client.get(f"/system-check/runs/{run.uid}/signs/")
    assert "共 46 项" in text_of(first) and first.content.decode().count('name="case"') == 20
    seen: list[str] = []
    url = f"/system-check/runs/{run.uid}/signs/?rule=P01"
    while url:
        body = client.get(url).content.decode()
        seen += re.findall(r'name="case" value="([^"]*)"', body)
        found = re.search(r'rel="next" href="([^"]*)"', body)
        url = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 23
    back = re.search(r'rel="prev" href="([^"]*)"', body)
    assert back, "the last page leads back"
    again_first = client.get(back[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r'name="case" value="([^"]*)"', again_first) == seen[:20] and 'rel="prev"' not in again_first
    assert "没有符合条件" in text_of(client.get(f"/system-check/runs/{run.uid}/signs/?rule=C01"))
