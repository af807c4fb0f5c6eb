"""A list as XLSX: exactly what is shown, under the same rights, marked with who took it, recorded before it leaves."""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from openpyxl import load_workbook

from shuangcha.audit import verify
from shuangcha.audit.models import Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.desk import list_export, list_rows
from shuangcha.desk.list_columns import LISTS
from tests.desk.story import DEPUTY, HEAD, LE, LS, PRESIDENT, E, S
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]
REASON = "向院领导汇报本季度办理情况"


def export(client: Client, name: str = "matters", query: str = "", **more: Any) -> Any:
    return client.post(
        f"/lists/{name}/export/", {"query": query, "reason": REASON, "request_key": uuid.uuid4().hex, **more}
    )


def table(answer: Any) -> list[list[str]]:
    """Every row of the sheet, with its two first lines."""
    assert answer.status_code == 200, text_of(answer)
    sheet = load_workbook(io.BytesIO(answer.content)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def rows(answer: Any) -> list[list[str]]:
    return table(answer)[3:]


def shown(client: Client, url: str) -> list[str]:
    """Texts of the rows on all pages of the list."""
    found: list[str] = []
    while url:
        body = client.get(url).content.decode()
        main = body[body.index('<tbody role="rowgroup">') : body.index("</tbody>")] if "<tbody" in body else ""
        for row in re.findall(r'<tr role="row"[^>]*>(.*?)</tr>', main, re.S):
            cells = re.findall(r'<td role="cell" class="(?!pick-cell)[^>]*>(.*?)</td>', row, re.S)
            found.append("|".join(re.sub(r"\s+", "", re.sub(r"(?s)<[^>]*>", "", cell)) for cell in cells))
        after = re.search(r'rel="next" href="([^"]*)"', body)
        url = url.split("?")[0] + after[1].replace("&amp;", "&") if after else ""
    return found


def squeezed(found: list[list[str]]) -> list[str]:
    return ["|".join(re.sub(r"\s+", "", cell) for cell in row) for row in found]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("matters", ""),
        ("matters", "stage=open&due=late"),
        ("matters", "q=瀍河"),
        ("matters", "source=petition&court=瀍河"),
        ("clues", ""),
        ("clues", "quarter=2020-2"),
        ("meetings", ""),
        ("items", "kind=start"),
        ("duties", ""),
        ("todos", ""),
        ("todos", "due=late"),
    ],
)
@pytest.mark.parametrize("login", [E, LE])
def test_the_sheet_is_what_the_list_shows(
    signed_in: SignedIn, pages: Any, login: str, name: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_rows, "CHUNK", 3)
    client = signed_in(login)
    on_page = shown(client, f"/{name}/?{query or 'all=1'}")
    answer = export(client, name, query)
    assert squeezed(rows(answer)) == on_page
    assert table(answer)[2] == [one.label for one in LISTS[name].columns if one.first]
    if login == E:
        assert on_page or query == "q=瀍河"


def test_columns_are_those_on_the_page(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    assert table(export(client, column=["stage", "number", "nonsense"]))[2] == ["案件编号", "办理环节"]
    below = table(export(signed_in(LE), column=["number", "source"]))
    assert all(row[1] == "—" for row in below[3:]) and len(below) > 4


def test_who_is_recused_or_a_stranger_gets_no_row(signed_in: SignedIn, pages: Any) -> None:
    matter = pages["investigating"].matter
    client = signed_in(E)
    before = rows(export(client))
    assert matter.number in {row[0] for row in before}
    cf.Recusal.rows.create(matter=matter, person=Person.objects.get(login=E), cause="declared")
    after = rows(export(client))
    assert matter.number not in {row[0] for row in after} and len(after) == len(before) - 1
    assert f"共 {len(after)} 件" in text_of(client.get("/matters/?all=1"))
    assert json.loads(Step.objects.filter(edge__move="register.export").latest("id").facts)["rows"] == len(after)
    assert matter.number not in b"".join(export(client).content.split()).decode("latin-1")
    assert matter.number in {row[0] for row in rows(export(signed_in(S)))}
    stranger = rows(export(signed_in("qu.ruohe")))
    assert stranger == []
    pending = {one.pk for one in cf.Duty.rows.filter(stage="pending")}
    assert pending and len(rows(export(signed_in(LS), "duties"))) == len(shown(signed_in(LS), "/duties/?all=1"))


def test_only_the_two_bodies_may_export(signed_in: SignedIn, pages: Any) -> None:
    for login in (PRESIDENT, HEAD, DEPUTY):
        client = signed_in(login)
        assert "导出表格" not in text_of(client.get("/matters/?all=1"))
        answer = export(client)
        assert answer.status_code == 403 and "“导出”由执行机构、监察机构办理" in text_of(answer)
    assert export(signed_in("xiang.zhaoting")).status_code == 404
    assert signed_in(E).get("/lists/matters/export/").status_code == 405
    assert export(signed_in(E), "nonsense").status_code == 404
    assert Client().post("/lists/matters/export/", {"reason": REASON})["Location"].startswith("/signin")
    assert not Step.objects.filter(edge__move="register.export").exists()


def test_the_step_stands_with_reason_scope_rows_and_hash(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    answer = export(client, query="stage=open&court=瀍河")
    step = Step.objects.filter(edge__move="register.export").get()
    content, facts = json.loads(step.content), json.loads(step.facts)
    assert content == {
        "scope": "双查案件：办理环节：未办结；法院：洛阳市瀍河回族区人民法院",
        "reason": REASON,
        "columns": [one.label for one in LISTS["matters"].columns if one.first],
    }
    assert facts == {"rows": len(rows(answer)), "sha256": hashlib.sha256(answer.content).hexdigest()}
    assert (step.actor.login, step.post.body.kind, step.stream_id) == (
        E,
        "enforcement",
        f"court:{step.post.body.court_id}",
    )
    report = verify.Report()
    verify._steps(report, {})
    assert report.findings == []
    name = unquote(answer["Content-Disposition"])
    assert re.search(r"utf-8''双查案件清单20200624-\d{4}\.xlsx$", name)
    assert answer["Cache-Control"] == "private, no-store"


def test_a_form_sent_twice_is_one_export_and_one_file(signed_in: SignedIn, pages: Any) -> None:
    client, key = signed_in(E), uuid.uuid4().hex
    first = export(client, request_key=key)
    again = export(client, request_key=key)
    assert again.content == first.content
    assert Step.objects.filter(edge__move="register.export").count() == 1
    cf.Matter.rows.filter(pk=pages["opened"].matter.pk).update(title="后来改了")
    changed = export(client, request_key=key)
    assert changed.status_code == 409 and "列表内容又有变化" in text_of(changed)
    assert export(client).status_code == 200


@pytest.mark.parametrize("reason", ["", "  ", "太短"])
def test_no_reason_no_file(signed_in: SignedIn, pages: Any, reason: str) -> None:
    answer = export(signed_in(E), query="stage=open", reason=reason, column=["number", "stage"])
    text = text_of(answer)
    assert answer.status_code == 422 and "请写明导出理由，至少5个字。例如：向院领导汇报本季度办理情况。" in text
    assert 'value="stage=open"' in answer.content.decode() and 'name="column" value="stage"' in answer.content.decode()
    assert not Step.objects.filter(edge__move="register.export").exists()


def test_the_name_of_who_took_it_stands_on_every_page(signed_in: SignedIn, pages: Any) -> None:
    answer = export(signed_in(E))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    for text in (sheet["A1"].value, sheet.oddHeader.center.text, sheet.oddFooter.center.text):
        assert "内部资料" in text and "米砚微" in text and "洛阳市中级人民法院" in text and "2020年6月24日" in text
    assert "不得外传" in sheet["A1"].value
    assert sheet.print_title_rows == "$1:$3" and sheet.freeze_panes == "A4"
    assert f"共 {sheet.max_row - 3} 件" in sheet["A2"].value and "条件：全部" in sheet["A2"].value


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "\t=1",
    "＝1",
    "瀍璟珺喆😀",
    "a\x0bb",
    "=" + "长" * 150,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(signed_in: SignedIn, pages: Any, text: str) -> None:
    cf.Matter.rows.filter(pk=pages["opened"].matter.pk).update(title=text)
    answer = export(signed_in(E))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    found = [
        cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and str(cell.value).strip() == text.replace("\x0b", "").strip()
    ]
    assert len(found) == 1
    assert found[0].data_type == "s" and all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)
    assert bool(found[0].quotePrefix) == (text not in ("瀍璟珺喆😀", "a\x0bb"))


def test_what_stands_beyond_the_cap_is_told(signed_in: SignedIn, pages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(E)
    whole = rows(export(client))
    monkeypatch.setattr(list_export, "MOST", 3)
    cut = table(export(client))
    assert cut[3:] == whole[:3]
    assert "结果超过 3 件，本表只列最前面的 3 件" in cut[1][0]
    monkeypatch.setattr(list_export, "MOST", len(whole))
    assert "超过" not in table(export(client))[1][0]


def test_an_export_is_no_form_of_a_file(signed_in: SignedIn, pages: Any) -> None:
    matter, client = pages["opened"].matter, signed_in(E)
    address = f"/do/register.export/?kind=matter&uid={matter.uid}"
    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": REASON, "scope": "x", "columns": "y"}).status_code == 404
    body = {
        "subject": {"kind": "matter", "uid": str(matter.uid)},
        "content": {"reason": REASON, "scope": "x", "columns": ["y"]},
        "request_key": uuid.uuid4().hex,
    }
    answer = client.post("/api/v1/moves/register.export", json.dumps(body), content_type="application/json")
    assert answer.status_code == 404, answer.content.decode()
    assert not Step.objects.filter(edge__move="register.export").exists()
