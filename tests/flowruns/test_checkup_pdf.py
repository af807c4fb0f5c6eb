"""The 体检表 on the page and as a file: the same figures to the same readers, persons for the supervision side alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

import pypdfium2
import pytest
from django.http import HttpResponse
from django.test import Client

from shuangcha.flowcheck.report import OFFICERS_MARK, pdf
from shuangcha.flowruns import running
from shuangcha.flowruns.models import FlowRun
from tests.desk.story import HEAD, LE, LS, PRESIDENT, E, S
from tests.desk.test_pages import text_of

from . import data
from .test_access import ADMINISTRATOR, AUDITOR, STRANGER

SignedIn = Callable[[str], Client]
OURS = [data.number("豫0304", n) for n in (801, 803)]
THEIRS = data.number("豫0305", 802)


@pytest.fixture
def run(pages: Any, own_data: Path) -> FlowRun:
    """Two late cases and a clean one of 瀍河, one late case of 涧西."""
    told = [
        data.late_notice(OURS[0], "豫0304"),
        data.late_notice(OURS[1], "豫0304", "厍望津"),
        data.clean(data.number("豫0304", 804), "豫0304"),
        data.late_notice(THEIRS, "豫0305"),
    ]
    found = running.ask(data.read(own_data / "in", told, name="*测试*#{7*7}数据"), data.TAKEN.date(), None, data.TAKEN)
    assert running.work() == 1
    found.refresh_from_db()
    return found


def page(run: FlowRun, court: str = "豫0304") -> str:
    return f"/system-check/runs/{run.uid}/courts/{court}/"


def printed(answer: HttpResponse) -> str:
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    return "".join("".join(one.get_textpage().get_text_range().replace("\u200b", "").split()) for one in document)


def shown_on(body: str) -> list[str]:
    """Facts, figures and cells of the page, in order."""
    main = body[body.index("<main") : body.index("</main>")]
    parts = re.findall(
        r'(?s)<dd>(.*?)</dd>|<b class="stat-value">(.*?)</b>|<span class="stat-note">(.*?)</span>|<td [^>]*>(.*?)</td>|<text [^>]*>(.*?)</text>',
        main,
    )
    texts = ["".join(html.unescape(re.sub("<[^>]*>", "", next(filter(None, one), ""))).split()) for one in parts]
    return [text for text in texts if text]


@pytest.mark.parametrize("login", [E, S, LE, LS])
def test_the_file_holds_every_figure_of_the_page(signed_in: SignedIn, run: FlowRun, login: str) -> None:
    client = signed_in(login)
    body = client.get(page(run)).content.decode()
    told, texts = printed(client.get(f"{page(run)}pdf/")), shown_on(body)
    assert len(texts) > 40 and "发出执行通知超过10日" in texts
    assert [one for one in texts if one not in told] == []
    assert (
        f'href="{quote(page(run))}pdf/"' in body
        and "不是对法院和人员的评价结论" in body
        and "不是对法院和人员的评价结论" in told
    )
    assert "*测试*#{7*7}数据" in told


@pytest.mark.parametrize(("login", "named"), [(E, False), (S, True), (LE, False), (LS, True)])
def test_persons_are_told_to_the_supervision_side_only(
    signed_in: SignedIn, run: FlowRun, login: str, named: bool
) -> None:
    client = signed_in(login)
    body, answer = client.get(page(run)).content.decode(), client.get(f"{page(run)}pdf/")
    for told in (body, printed(answer)):
        for what in (data.OFFICER, "厍望津", OFFICERS_MARK, "人员的信号"):
            assert (what in told) == named, what
        assert ("不含人员信息" in told) != named
    if named:
        assert f"{data.OFFICER}221" in printed(answer) and "厍望津121" in printed(answer), (
            "cases handled, signs, cases with a sign"
        )
    name = unquote(answer.headers["Content-Disposition"])
    assert (
        "瀍河" in name
        and "体检表" in name
        and name.endswith(".pdf")
        and not any(one in name for one in (data.OFFICER, "厍望津", "测试"))
    )
    assert answer.headers["Cache-Control"] == "private, no-store" and "attachment" in name


def test_another_court_and_another_reader_find_nothing(signed_in: SignedIn, run: FlowRun) -> None:
    nothing = text_of(signed_in(LE).get(f"/system-check/runs/{uuid4()}/"))
    for login, url in [
        (LE, f"{page(run, '豫0305')}pdf/"),
        (LE, f"{page(run, '豫03')}pdf/"),
        (E, f"/system-check/runs/{uuid4()}/courts/豫0304/pdf/"),
        (E, f"{page(run, '豫9999')}pdf/"),
    ]:
        answer = signed_in(login).get(url)
        assert answer.status_code == 404
        if login == LE:
            assert text_of(answer) == nothing
    assert signed_in(E).get(f"{page(run, '豫0305')}pdf/").status_code == 200
    for login in (STRANGER, PRESIDENT, HEAD, ADMINISTRATOR, AUDITOR):
        assert signed_in(login).get(f"{page(run)}pdf/").status_code == 404, login
    assert Client().get(f"{page(run)}pdf/").status_code == 302


def test_the_file_is_asked_for_only(signed_in: SignedIn, run: FlowRun) -> None:
    client = signed_in(E)
    assert client.post(f"{page(run)}pdf/").status_code == 405
    assert client.get(f"{page(run)}pdf/").content == client.get(f"{page(run)}pdf/").content


def test_damaged_fonts_are_one_sentence_and_the_page_still_prints(
    signed_in: SignedIn, run: FlowRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    client = signed_in(E)
    answer = client.get(f"{page(run)}pdf/")
    assert answer.status_code in (400, 422) and "字体" in text_of(answer) and "打印" in text_of(answer)
    assert client.get(page(run)).status_code == 200
