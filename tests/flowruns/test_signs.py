"""Which signs a reader gets out of a run, sign by sign: of courts within reach;
of an officer as a whole only for the supervision side."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.flowcheck import builtin
from shuangcha.flowcheck.kinds.base import Kind
from shuangcha.flowruns import folders, listing, running
from shuangcha.flowruns.models import FlowCheck, FlowRun
from tests.desk.story import LE, LS, E, S
from tests.desk.test_pages import text_of

from . import data

SignedIn = Callable[[str], Client]


class OfOfficers(Kind):
    scope = "officer"


@pytest.fixture
def run(pages: Any, own_data: Path) -> FlowRun:
    told = [
        data.late_notice(data.number(court, 840 + n), court) for n, court in enumerate(("豫0304", "豫0304", "豫0305"))
    ]
    found = running.ask(data.read(own_data / "in", told), data.TAKEN.date(), None, data.TAKEN)
    running.work()
    found.refresh_from_db()
    assert found.state == "done", found.why
    return found


def test_signs_of_an_officer_as_a_whole_are_hidden_from_the_enforcement_side(
    signed_in: SignedIn, run: FlowRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P01 is made a rule of officers: the list is sorted anew and nothing of it reaches the enforcement side."""
    rules = folders.rules()
    changed = dataclasses.replace(rules.by_id["P01"], checks=(OfOfficers(),))
    listing.prepare(
        folders.of_run(run),
        {"豫0304": "豫0304", "豫0305": "豫0305"},
        dataclasses.replace(rules, rules=tuple(changed if one.id == "P01" else one for one in rules.rules)),
    )
    title = rules.by_id["P01"].title
    for login, seen in ((E, False), (LE, False), (S, True), (LS, True)):
        client = signed_in(login)
        for tail in ("", "signs/", "signs/?rule=P01"):
            assert (title in text_of(client.get(f"/system-check/runs/{run.uid}/{tail}"))) == seen, (login, tail)
    rows = listing.of_cases(
        folders.of_run(run), listing.Within(frozenset({"豫0304"}), frozenset()), [data.number("豫0304", 840)]
    )
    assert {row["rule"] for row in rows} == {"F05"}


def test_a_repeated_sign_of_an_officer_as_a_whole_is_hidden_like_the_sign_itself(run: FlowRun) -> None:
    """M02 belongs to cases, courts and officers: a row without a case that names a person is for the supervision
    side."""
    out = folders.of_run(run)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE f AS SELECT * FROM read_parquet('{out}/findings.parquet')")
        for operator in ("'甲'", "NULL"):
            like = f"SELECT * REPLACE (0 AS case_id, '' AS case_number, 'M02' AS rule, {operator} AS operator) FROM f"
            con.execute(f"INSERT INTO f {like} WHERE court = '豫0304' LIMIT 1")
        con.execute(f"COPY f TO '{out}/findings.parquet'")
    listing.prepare(out, {"豫0304": "豫0304", "豫0305": "豫0305"}, builtin())
    courts = frozenset({"豫0304"})
    for officers, named in ((frozenset(), [None]), (courts, [None, "甲"])):
        within = listing.Within(courts, officers, rule="M02")
        rows, _, _ = listing.page(out, within)
        assert sorted((row["operator"] for row in rows), key=str) == named
        assert sum(row["signs"] for row in listing.counts(out) if within.shows(row)) == len(named)


def test_builtin_rules_of_officers_are_known_as_such() -> None:
    """Guards the word by which they are hidden."""
    assert listing.OFFICER in {rule.scope for rule in builtin().rules}


def test_a_courts_sheet_is_for_who_reaches_the_court(signed_in: SignedIn, run: FlowRun) -> None:
    ours, theirs = (f"/system-check/runs/{run.uid}/courts/{code}/" for code in ("豫0304", "豫0305"))
    above = signed_in(E).get(theirs)
    assert (
        above.status_code == 200
        and b"<svg" in above.content
        and "体检表" in text_of(above)
        and data.OFFICER not in text_of(above)
    )
    assert signed_in(LE).get(ours).status_code == 200 and signed_in(LE).get(theirs).status_code == 404
    assert signed_in("qu.ruohe").get(ours).status_code == 404
    assert signed_in(E).get(f"/system-check/runs/{run.uid}/courts/豫0399/").status_code == 404


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as statements:
        assert client.get(url).status_code == 200, url
    return len(statements)


def test_pages_stay_in_their_budget_however_many_rows_there_are(
    signed_in: SignedIn, run: FlowRun, own_data: Path
) -> None:
    client = signed_in(S)
    urls = [
        "/system-check/",
        f"/system-check/runs/{run.uid}/",
        f"/system-check/runs/{run.uid}/signs/",
        f"/system-check/runs/{run.uid}/state/",
        f"/system-check/runs/{run.uid}/courts/豫0304/",
    ]
    before = [cost(client, url) for url in urls]
    assert max(before) <= 12, before
    for n in range(3):
        more = [data.late_notice(data.number("豫0305", 860 + 10 * n + k), "豫0305") for k in range(3)]
        running.ask(data.read(own_data / f"more{n}", more), data.TAKEN.date(), None, data.TAKEN)
        running.work()
    assert [cost(client, url) for url in urls] == before


def test_the_check_of_a_case_stays_in_its_budget(signed_in: SignedIn, pages: Any, own_data: Path) -> None:
    story = pages["investigating"]
    data.read(own_data / "in", [data.late_notice(story.number, "豫0304")])
    client = signed_in(story.leader)
    assert client.post(f"/rounds/{story.round.uid}/flow/", {"number": story.number}).status_code == 302
    made = FlowCheck.objects.latest("id")
    assert cost(client, f"/flow-checks/{made.uid}/") <= 18
    assert cost(client, f"/do/record.system_check/?kind=round&uid={story.round.uid}&check={made.uid}&sign=1") <= 28
