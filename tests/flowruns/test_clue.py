"""From ticked cases of a run to a registered clue: source 方案四(一)9, its court, its cases, typed 反映事项,
the table of signs."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from shuangcha.acts import materials
from shuangcha.casefile import models as cf
from shuangcha.flowruns import running
from shuangcha.flowruns.models import FlowRun
from tests.desk.story import LE, LS, E
from tests.desk.test_pages import text_of

from . import data

SignedIn = Callable[[str], Client]
ONE, TWO, FAR = data.number("豫0304", 821), data.number("豫0304", 822), data.number("豫0305", 823)


@pytest.fixture
def run(pages: Any, own_data: Path) -> FlowRun:
    dataset = data.read(
        own_data / "in",
        [data.late_notice(ONE, "豫0304"), data.late_notice(TWO, "豫0304"), data.late_notice(FAR, "豫0305")],
    )
    found = running.ask(dataset, data.TAKEN.date(), None, data.TAKEN)
    running.work()
    found.refresh_from_db()
    return found


def tick(client: Client, run: FlowRun, *numbers: str) -> Any:
    return client.post(f"/system-check/runs/{run.uid}/clue/", {"case": list(numbers)})


def test_ticked_cases_open_a_filled_registration_and_are_registered(signed_in: SignedIn, run: FlowRun) -> None:
    client, before = signed_in(E), cf.Clue.rows.count()
    answer = tick(client, run, ONE, TWO)
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/do/clue.register/")
    body = client.get(answer.headers["Location"]).content.decode()
    sent = data.inputs(body, "/do/clue.register")
    assert (
        sent["source"] == "command"
        and sent["source_facts.command.link"]
        and sent["source_facts.command.on"] == "2020-06-24"
    )
    assert [sent["cases.0.number"], sent["cases.1.number"]] == [ONE, TWO] and sent["received_on"] == "2020-06-24"
    assert {sent["allegations.0.kind"], sent["allegations.1.kind"]} == {"handling"} and "超期" in sent[
        "allegations.1.text"
    ]
    assert cf.Clue.rows.count() == before, "nothing is registered by ticking"
    done = client.post("/do/clue.register/", {**sent, "repeats_checked": "1"})
    assert done.status_code == 303, text_of(done)
    clue = cf.Clue.rows.latest("id")
    assert clue.source == "command" and clue.subject_court.code == "豫0304" and clue.identity is None
    numbers = set(cf.EnforcementCase.rows.filter(clue_links__clue=clue).values_list("number", flat=True))
    assert numbers == {ONE, TWO} and {one.kind for one in cf.Allegation.rows.filter(clue=clue)} == {"handling"}
    file = cf.Material.rows.get(clue=clue)
    sheet = load_workbook(io.BytesIO(materials.path_of(file.sha256).read_bytes())).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert ONE in cells and TWO in cells and FAR not in cells and any("不是结论" in one for one in cells)


@pytest.mark.parametrize(("login", "named"), [(LE, False), (LS, True)])
def test_the_table_names_persons_only_for_who_may_know_them(
    signed_in: SignedIn, run: FlowRun, login: str, named: bool
) -> None:
    """The sentence of this sign has no name in it: the table must not bring one along either way in a column."""
    del named
    client = signed_in(login)
    tick(client, run, ONE)
    staged = cf.StagedUpload.rows.latest("id")
    sheet = load_workbook(io.BytesIO(materials.path_of(staged.sha256).read_bytes())).active
    assert all(data.OFFICER not in str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("numbers", "sentence"), [((), "请先勾选"), ((ONE, FAR), "同一法院"), (("（2019）豫0304执99999号",), "请先勾选")]
)
def test_what_cannot_become_one_clue_is_told(
    signed_in: SignedIn, run: FlowRun, numbers: tuple[str, ...], sentence: str
) -> None:
    client = signed_in(E)
    answer = tick(client, run, *numbers)
    assert "/signs/" in answer.headers["Location"] and sentence in text_of(client.get(answer.headers["Location"]))
    assert not cf.StagedUpload.rows.filter(name__contains="风险信号").exists()


def test_a_half_written_registration_is_not_written_over(signed_in: SignedIn, run: FlowRun) -> None:
    client = signed_in(E)
    body = client.get("/do/clue.register/").content.decode()
    sent = {**data.inputs(body, "/do/clue.register"), "title": "写了一半的线索", "draft": "save"}
    assert client.post("/do/clue.register/", sent).status_code == 200
    answer = tick(client, run, ONE)
    assert "没有提交的线索登记草稿" in text_of(client.get(answer.headers["Location"]))
    assert "写了一半的线索" in client.get("/do/clue.register/").content.decode()
