"""Signs by officer: for the supervision side of the courts within reach,
and for the joint team of its own cases; nobody else."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from shuangcha.audit.models import Step
from shuangcha.flowruns import cases, folders, officers, running
from shuangcha.flowruns.models import FlowRun
from tests.desk.story import HEAD, LE, LS, PRESIDENT, E, S
from tests.desk.test_pages import text_of

from . import data
from .test_record import check

SignedIn = Callable[[str], Client]
OURS, THEIRS, FORMULA = "冼怀舟", "竺望山", "=1+1"


@pytest.fixture
def run(pages: Any, own_data: Path) -> FlowRun:
    """瀍河: 冼怀舟 with two cases with signs and one without, and a name that looks like a formula; 涧西: 竺望山 with one."""
    told = [
        data.late_notice(data.number("豫0304", 801), "豫0304", OURS),
        data.late_notice(data.number("豫0304", 802), "豫0304", OURS),
        data.clean(data.number("豫0304", 803), "豫0304"),
        data.late_notice(data.number("豫0304", 804), "豫0304", FORMULA),
        data.late_notice(data.number("豫0305", 805), "豫0305", THEIRS),
    ]
    found = running.ask(data.read(own_data / "in", told), data.TAKEN.date(), None, data.TAKEN)
    assert running.work() == 1
    found.refresh_from_db()
    assert found.state == "done", found.why
    return found


def address(run: FlowRun, tail: str = "") -> str:
    return f"/system-check/runs/{run.uid}/officers/{tail}"


def rows(body: str) -> list[list[str]]:
    """Texts of the cells, row by row."""
    found = []
    for row in re.findall(r'(?s)<tr role="row"><td.*?</tr>', body):
        cells = re.findall(r"(?s)<td[^>]*>(.*?)</td>", row)
        found.append([re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", cell)).strip() for cell in cells])
    return found


def test_counts_by_officer_with_the_numbers_of_their_cases(signed_in: SignedIn, run: FlowRun) -> None:
    """冼怀舟 handles three cases; two have one P01 (medium) and one F05 (high) each."""
    found = rows(signed_in(S).get(address(run)).content.decode())
    assert [row[0].split()[0] for row in found] == [OURS, FORMULA, THEIRS], "the gravest first, then by court"
    assert found[0][1:7] == ["3", "2", "2", "2", "0", "4"] and found[2][1:7] == ["1", "1", "1", "1", "0", "2"]
    assert (
        "洛阳市瀍河回族区人民法院" in found[0][0] and "2种" in found[0][7] and "发出执行通知超过10日 2项" in found[0][7]
    )


def test_each_number_opens_the_signs_that_it_counts(signed_in: SignedIn, run: FlowRun) -> None:
    client = signed_in(S)
    body = client.get(address(run)).content.decode()
    links = [
        (url.replace("&amp;", "&"), int(re.sub(r"\D", "", text)))
        for url, text in re.findall(r'<a[^>]*href="([^"]*/signs/[^"]*officer=[^"]*)"[^>]*>([^<]*)</a>', body)
    ]
    assert len(links) == 5 * 3
    for url, number in links:
        page = text_of(client.get(url))
        assert f"共 {number} 项" in page, url
        assert OURS not in url and THEIRS not in url, "a name never stands in an address"
    page = text_of(client.get(links[0][0]))
    assert f"只列经办人 {OURS}" in page and THEIRS not in page
    assert "officer" in client.get(links[0][0]).content.decode().split('class="filters"')[1].split("</form>")[0], (
        "kept by the filters"
    )


@pytest.mark.parametrize("login", [E, LE, "qu.ruohe", PRESIDENT, HEAD, "xiang.zhaoting", "xin.zhaoting"])
def test_nobody_else_is_told(signed_in: SignedIn, run: FlowRun, login: str) -> None:
    client = signed_in(login)
    nothing = text_of(client.get(f"/system-check/runs/{uuid4()}/officers/"))
    for url in (address(run), f"{address(run)}?court=豫0304", f"/system-check/runs/{run.uid}/signs/?officer=1"):
        answer = client.get(url)
        assert answer.status_code == 404 and text_of(answer) == nothing, url
    assert client.post(address(run, "export/"), {"reason": "联席会议研究线索用"}).status_code == 404
    assert "officers/" not in client.get(f"/system-check/runs/{run.uid}/").content.decode()
    assert not Step.objects.filter(edge="register.export:>").exists()


def test_a_basic_court_has_its_own_officers_only(signed_in: SignedIn, run: FlowRun) -> None:
    client = signed_in(LS)
    assert address(run) in client.get(f"/system-check/runs/{run.uid}/").content.decode()
    page = text_of(client.get(address(run)))
    assert OURS in page and THEIRS not in page and "涧西" not in page and "共 2 人" in page
    for query in ("court=豫0305", "after=2", "before=9999"):
        assert THEIRS not in text_of(client.get(f"{address(run)}?{query}")), query
    theirs = [
        n for n in range(1, 4) if client.get(f"/system-check/runs/{run.uid}/signs/?officer={n}").status_code == 404
    ]
    assert len(theirs) == 1
    for n in (0, 99, "x"):
        assert client.get(f"/system-check/runs/{run.uid}/signs/?officer={n}").status_code == 404
    assert client.post(address(run, "export/"), {"reason": "联席会议研究线索用", "court": "豫0305"}).status_code == 404


def test_the_list_is_paged_by_key(signed_in: SignedIn, pages: Any, own_data: Path) -> None:
    told = [data.late_notice(data.number("豫0304", 900 + n), "豫0304", f"经办{n:02d}") for n in range(45)]
    run = running.ask(data.read(own_data / "many", told), data.TAKEN.date(), None, data.TAKEN)
    running.work()
    client, url, seen = signed_in(S), f"{address(run)}?court=豫0304", []
    while url:
        body = client.get(url).content.decode()
        seen.append([row[0].split()[0] for row in rows(body)])
        found = re.search(r'rel="next" href="([^"]*)"', body)
        url = found[1].replace("&amp;", "&") if found else ""
    assert [len(one) for one in seen] == [20, 20, 5] and sorted(one for page in seen for one in page) == [
        f"经办{n:02d}" for n in range(45)
    ]
    back = re.search(r'rel="prev" href="([^"]*)"', body)
    assert (
        back
        and [row[0].split()[0] for row in rows(client.get(back[1].replace("&amp;", "&")).content.decode())] == seen[1]
    )


def test_the_table_is_recorded_before_it_leaves(signed_in: SignedIn, run: FlowRun) -> None:
    client, key = signed_in(S), uuid4().hex
    sent = {"court": "", "reason": "联席会议研究线索用", "request_key": key}
    answer = client.post(address(run, "export/"), sent)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "private, no-store"
    sheet = load_workbook(io.BytesIO(answer.content)).active
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "仅供监察机构、联合调查组使用" in told[0][0] and told[3][1] == "人员"
    assert told[4][:8] == ["洛阳市瀍河回族区人民法院", OURS, 3, 2, 2, 2, 0, 4] and len(told) == 4 + 3 * 2
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == FORMULA} == {"s"}, (
        "never a formula"
    )
    step = Step.objects.get(edge="register.export:>")
    assert json.loads(step.facts)["rows"] == 3 and "按人员的风险信号" in step.content and OURS not in step.content
    assert (
        client.post(address(run, "export/"), sent).content == answer.content
        and Step.objects.filter(edge="register.export:>").count() == 1
    )


def test_without_a_reason_nothing_leaves(signed_in: SignedIn, run: FlowRun) -> None:
    answer = signed_in(S).post(address(run, "export/"), {"reason": "看看", "court": "豫0304"})
    assert answer.status_code == 422 and "请写明导出理由" in text_of(answer) and OURS not in text_of(answer)
    assert not Step.objects.filter(edge="register.export:>").exists()


def test_a_run_of_before_these_counts_says_so(signed_in: SignedIn, run: FlowRun) -> None:
    (folders.of_run(run) / cases.SIGNS).unlink()
    answer = signed_in(S).get(address(run))
    assert answer.status_code == 200 and "没有可以按人员统计" in text_of(answer)
    assert (
        officers.courts_of(folders.of_run(run), {"豫0304"}) == []
        and officers.one(folders.of_run(run), {"豫0304"}, 1) is None
    )


def test_the_page_stays_in_its_budget(signed_in: SignedIn, run: FlowRun) -> None:
    client = signed_in(S)
    for url in (address(run), f"/system-check/runs/{run.uid}/signs/?officer=1"):
        with CaptureQueriesContext(connection) as statements:
            assert client.get(url).status_code == 200
        assert len(statements) <= 12, url


# --- the joint team ---------------------------------------------------------------------------------------------------
@pytest.fixture
def story(pages: Any, own_data: Path) -> Any:
    found = pages["investigating"]
    data.read(
        own_data / "in",
        [
            data.late_notice(found.number, "豫0304", OURS),
            data.late_notice(data.number("豫0304", 850), "豫0304", THEIRS),
        ],
    )
    return found


@pytest.mark.parametrize(
    ("login", "may"),
    [("leader", True), ("second", True), (LS, True), (S, True), (LE, False), (E, False), ("qu.ruohe", False)],
)
def test_the_team_sees_the_officers_of_its_own_cases(signed_in: SignedIn, story: Any, login: str, may: bool) -> None:
    made = check(signed_in(story.leader), story)
    client = signed_in(getattr(story, login, login))
    url = f"/rounds/{story.round.uid}/flow/officers/"
    answer = client.get(url)
    assert answer.status_code == (200 if may else 404)
    page = text_of(answer)
    assert (OURS in page) == may and THEIRS not in page, "another case of the same court is no concern of the team"
    if may:
        assert rows(answer.content.decode())[0][1:6] == ["1", "1", "1", "0", "2"]
        assert f"/flow-checks/{made.uid}/#sign-1" in answer.content.decode()
    assert (url in client.get(f"/rounds/{story.round.uid}/flow/").content.decode()) == may
