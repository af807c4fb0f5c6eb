"""Who sees what of a bulk run (dossier §11.3): courts of both bodies downwards,
persons for the supervision side, nobody else anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from shuangcha.flowruns import running
from shuangcha.flowruns.models import FlowRun
from tests.desk.story import HEAD, LE, LS, PRESIDENT, E, S
from tests.desk.test_pages import text_of

from . import data

SignedIn = Callable[[str], Client]
STRANGER, ADMINISTRATOR, AUDITOR = "qu.ruohe", "xiang.zhaoting", "xin.zhaoting"
OURS, THEIRS = data.number("豫0304", 801), data.number("豫0305", 802)


@pytest.fixture
def run(pages: Any, own_data: Path) -> FlowRun:
    """A finished run over one case of 瀍河 and one of 涧西, both with signs."""
    dataset = data.read(own_data / "in", [data.late_notice(OURS, "豫0304"), data.late_notice(THEIRS, "豫0305")])
    found = running.ask(dataset, data.TAKEN.date(), None, data.TAKEN)
    assert running.work() == 1
    found.refresh_from_db()
    assert found.state == "done", found.why
    return found


def addresses(run: FlowRun) -> list[str]:
    return [
        f"/system-check/runs/{run.uid}/",
        f"/system-check/runs/{run.uid}/signs/",
        f"/system-check/runs/{run.uid}/state/",
    ]


def test_the_court_above_sees_both_courts_and_a_basic_court_its_own(signed_in: SignedIn, run: FlowRun) -> None:
    above, below = (text_of(signed_in(login).get(addresses(run)[1])) for login in (E, LE))
    assert OURS in above and THEIRS in above and "共 4 项" in above
    assert OURS in below and THEIRS not in below and "共 2 项" in below
    assert "涧西" not in below, "neither a row nor a filter betrays the other court"
    assert "涧西" not in text_of(signed_in(LE).get(addresses(run)[0]))


@pytest.mark.parametrize(("login", "named"), [(E, False), (S, True), (LE, False), (LS, True)])
def test_who_entered_what_is_told_to_the_supervision_side_only(
    signed_in: SignedIn, run: FlowRun, login: str, named: bool
) -> None:
    for url in addresses(run)[:2]:
        body = signed_in(login).get(url).content.decode()
        assert (data.OFFICER in body) == (named and url.endswith("signs/")), url


@pytest.mark.parametrize("login", [STRANGER, PRESIDENT, HEAD, ADMINISTRATOR, AUDITOR])
def test_everybody_else_finds_nothing_and_changes_nothing(signed_in: SignedIn, run: FlowRun, login: str) -> None:
    client = signed_in(login)
    nothing = client.get(f"/system-check/runs/{uuid4()}/")
    for url in addresses(run):
        answer = client.get(url)
        assert answer.status_code == 404 and text_of(answer) == text_of(nothing), url
    for tail in ("cancel/", "clue/"):
        assert client.post(f"/system-check/runs/{run.uid}/{tail}", {"case": OURS}).status_code == 404
    assert client.post("/system-check/start/", {"dataset": str(run.dataset.uid)}).status_code == 404
    assert FlowRun.objects.count() == 1
    listed = client.get("/system-check/")
    assert listed.status_code == (200 if login == STRANGER else 404)
    assert run.dataset.name not in text_of(listed)


def test_the_way_in_stands_in_the_menu_of_both_bodies_only(signed_in: SignedIn, run: FlowRun) -> None:
    assert 'href="/system-check/"' in signed_in(LS).get("/").content.decode()
    assert 'href="/system-check/"' not in signed_in(PRESIDENT).get("/").content.decode()


def test_a_case_asked_for_by_name_stays_hidden(signed_in: SignedIn, run: FlowRun) -> None:
    """A basic court that names another court's case gets neither signs nor a clue."""
    clerk = signed_in(LE)
    assert THEIRS not in text_of(clerk.get(addresses(run)[1], {"court": "豫0305"}))
    answer = clerk.post(f"/system-check/runs/{run.uid}/clue/", {"case": THEIRS})
    assert answer.status_code == 302 and "clue.register" not in answer.headers["Location"]
    assert clerk.get(f"/do/clue.register/?run={run.uid}&case={THEIRS}").status_code == 404
