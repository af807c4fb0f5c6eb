"""Tables by CSV on the pages: a dry run with a sentence per row, all or nothing, the rows of today to take along."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shuangcha.acts.load import load
from shuangcha.audit.models import Step
from shuangcha.clock import business
from shuangcha.courts.models import Body, Court, Person, Post, Setting
from tests.desk.test_admin import AUDITOR, CLERK, HEAD, HENAN, LUOYANG, last_step, post_of, text_of

Keeping = Callable[[str], Client]
COURTS = "法院代字,名称,层级,上级代字\n"
POSTS = "人员,法院代字,机构名称,职务,任职起,任职止,代理\n"


def sent(client: Client, kind: str, text: str | bytes, name: str = "表.csv") -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(f"/admin/files/{kind}/", {"file": SimpleUploadedFile(name, data, "text/csv")})


def hidden(answer: Any) -> dict[str, str]:
    """What the confirming form carries."""
    return dict(
        re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)"',
            answer.content.decode().split('id="result-title"')[1].split("</form>")[0],
        )
    )


def rows_of(answer: Any) -> list[list[str]]:
    """Cells of the result's rows: number, result, about, column, sentence."""
    body = answer.content.decode().split('id="result-title"')[1].split("</table>")[0].split("<tbody")[1]
    return [
        [" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in re.findall("(?s)<td[^>]*>(.*?)</td>", row)]
        for row in re.findall("(?s)<tr.*?</tr>", body)
    ]


def test_shown_first_then_written_once(keeping: Keeping) -> None:
    client = keeping(HENAN)
    before = Step.objects.count()
    answer = sent(
        client,
        "courts",
        COURTS + "豫04,平顶山市中级人民法院,中级人民法院,豫\n豫03,洛阳市中院,中级人民法院,豫\n",
        "新法院.csv",
    )
    assert answer.status_code == 200
    assert [row[:4] for row in rows_of(answer)] == [["2", "新增", "豫04", "—"], ["3", "变更", "豫03", "名称"]]
    assert "洛阳市中级人民法院 → 洛阳市中院" in text_of(answer)
    assert not Court.objects.filter(code="豫04").exists() and Step.objects.count() == before
    form = hidden(answer)
    done = client.post("/admin/files/courts/", form, follow=True)
    assert "新增1，变更1" in text_of(done)
    assert Court.objects.get(code="豫03").name == "洛阳市中院"
    assert Step.objects.count() == before + 2  # one for each court touched
    assert last_step()[1]["file"] == "新法院.csv"
    client.post("/admin/files/courts/", form)  # a double click
    assert Step.objects.count() == before + 2
    assert "没有变化" in text_of(sent(client, "courts", COURTS + "豫04,平顶山市中级人民法院,中级人民法院,豫\n"))


@pytest.mark.parametrize(
    ("kind", "text", "row", "column", "said"),
    [
        ("courts", "法院代字,名称\n豫04,平顶山\n", "1", "层级", "缺少"),
        ("courts", "法院代字,名称,层级,电话\n豫04,平顶山,中级人民法院,1\n", "1", "电话", "没有"),
        ("courts", COURTS + "豫0501,某法院,基层人民法院,豫05\n", "2", "上级代字", "不在法院表"),
        ("courts", COURTS + "豫04,某法院,中级人民法院,豫\n豫04,某法院,中级人民法院,豫\n", "3", "—", "重复"),
        ("bodies", "法院代字,机构类别,本院名称\n豫99,执行机构,执行局\n", "2", "法院代字", "不在法院表"),
        ("bodies", "法院代字,机构类别,本院名称\n豫03,执行机构,执行二局\n", "2", "止", "须先写明其终止之日"),
        ("persons", "姓名,用户名\n温,wen.x\n", "2", "姓名", "两个字"),
        ("posts", POSTS + f"{CLERK},豫99,执行局,工作人员,2020-07-01,,\n", "2", "法院代字", "不存在"),
        ("posts", POSTS + "mei.you,豫03,执行局,工作人员,2020-07-01,,\n", "2", "人员", "不存在"),
        ("posts", POSTS + f"{CLERK},豫03,执行局,工作人员,2020-07-01,2020-06-01,\n", "2", "任职止", "早于"),
        (
            "posts",
            POSTS + f"{CLERK},豫03,监察室,副职,2020-07-01,2020-08-31,\n{CLERK},豫03,监察室,工作人员,2020-08-31,,\n",
            "2",
            "任职止",
            "重叠",
        ),
        ("posts", POSTS + f"{CLERK},豫03,执行局,负责人,2020-07-01,,\n", "2", "职务", "只能有一名"),
        ("posts", POSTS + f"{CLERK},豫03,系统管理,工作人员,2020-07-01,,\n", "2", "机构名称", "同一时期由同一人"),
        ("posts", POSTS + f"{LUOYANG},豫03,执行局,工作人员,2021-07-01,,\n", "2", "机构名称", "同一时期"),
        ("posts", POSTS + f"{CLERK},豫03,执行局,负责人,2020-07-01,,{HEAD}\n", "2", "任职止", "代理须写明"),
        ("posts", POSTS + f"{CLERK},豫03,执行局,副职,2020-07-01,2020-07-31,{HEAD}\n", "2", "职务", "一致"),
        ("posts", POSTS + f"{CLERK},豫03,执行局,负责人,2018-07-01,2018-07-31,{HEAD}\n", "2", "代理", "没有任职"),
        ("calendar", "日期,类别,来源\n2027-01-01,休息,听说\n", "2", "来源", "通知"),
        ("settings", "参数,值,来源,来源标记\n筛选,若干天,本院,D\n", "2", "值", "期间"),
        ("settings", "参数,值,来源,来源标记\n筛选,5工作日,本院,法律\n", "2", "来源标记", "只能是"),
    ],
)
def test_a_wrong_row_is_told_with_row_column_and_sentence(
    keeping: Keeping, kind: str, text: str, row: str, column: str, said: str
) -> None:
    before = Step.objects.count()
    answer = sent(keeping(HENAN), kind, text)
    assert answer.status_code == 422
    told = [one for one in rows_of(answer) if one[1] == "有误"]
    assert [one for one in told if one[0] == row and one[3] == column and said in one[4]], told
    assert "没有写入" in text_of(answer) and 'name="packed"' not in answer.content.decode()
    assert Step.objects.count() == before


def test_one_wrong_row_holds_the_whole_file_back(keeping: Keeping) -> None:
    client = keeping(HENAN)
    answer = sent(client, "courts", COURTS + "豫04,平顶山市中级人民法院,中级人民法院,豫\n豫5,坏,中级人民法院,豫\n")
    assert [one[1] for one in rows_of(answer)] == ["有误", "新增"]
    # A confirming form made up by hand is checked like any other.
    good = sent(client, "courts", COURTS + "豫04,平顶山市中级人民法院,中级人民法院,豫\n")
    from base64 import b64encode
    from zlib import compress

    form = hidden(good) | {"packed": b64encode(compress((COURTS + "豫5,坏,中级人民法院,豫\n").encode())).decode()}
    assert client.post("/admin/files/courts/", form).status_code == 422
    assert client.post("/admin/files/courts/", form | {"packed": "%%%"}).status_code == 422
    assert client.post("/admin/files/courts/", {"do": "confirm"}).status_code == 422
    assert client.post("/admin/files/courts/", {}).status_code == 422
    assert not Court.objects.filter(code="豫04").exists()


def test_rows_that_moved_on_are_shown_again(keeping: Keeping) -> None:
    client = keeping(HENAN)
    form = hidden(sent(client, "courts", COURTS + "豫03,洛阳中院,中级人民法院,豫\n"))
    Court.objects.filter(code="豫03").update(name="洛阳市中院")
    answer = client.post("/admin/files/courts/", form)
    assert answer.status_code == 422 and "再确认一次" in text_of(answer)
    assert Court.objects.get(code="豫03").name == "洛阳市中院"
    assert client.post("/admin/files/courts/", hidden(answer)).status_code == 302
    assert Court.objects.get(code="豫03").name == "洛阳中院"


def test_five_hundred_courts(keeping: Keeping) -> None:
    provinces = "冀晋辽吉黑苏浙皖闽"
    lines = [f"{p},{p}省高级人民法院,高级人民法院,最高法" for p in provinces]
    lines += [f"{p}{n:02},{p}省第{n}中级人民法院,中级人民法院,{p}" for p in provinces for n in range(1, 8)]
    lines += [
        f"{p}{n:02}{m:02},{p}省第{n}市第{m}区人民法院,基层人民法院,{p}{n:02}"
        for p in provinces
        for n in range(1, 8)
        for m in range(1, 8)
    ]
    assert len(lines) >= 500
    client = keeping(HENAN)
    answer = sent(client, "courts", (COURTS + "\n".join(lines)).encode("gb18030"))
    assert answer.status_code == 200, text_of(answer)[:500]
    assert len(rows_of(answer)) == 300 and f"另有 {len(lines) - 300} 行" in text_of(answer)
    assert client.post("/admin/files/courts/", hidden(answer)).status_code == 302
    assert Court.objects.filter(superior__code="冀01").count() == 7
    assert client.get("/admin/courts/").status_code == 200
    # A court below one with an administrator is not of the others: 洛阳 sees none of these.
    assert "冀省" in text_of(client.get("/admin/courts/?q=冀01"))
    assert "冀省" not in text_of(keeping(LUOYANG).get("/admin/courts/?q=冀01"))


def test_only_the_own_rows(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    for kind, text, column in (
        ("courts", COURTS + "豫04,平顶山市中级人民法院,中级人民法院,豫\n", "法院代字"),
        ("courts", COURTS + "豫,河南高院,高级人民法院,最高法\n", "法院代字"),
        ("bodies", "法院代字,机构类别,本院名称\n豫,其他部门,研究室\n", "法院代字"),
        ("persons", f"姓名,用户名\n改名人,{HENAN}\n", "用户名"),
        ("persons", f"姓名,用户名\n改名人,{LUOYANG}\n", "用户名"),
        ("posts", POSTS + f"{CLERK},豫,执行局,工作人员,2020-07-01,,\n", "法院代字"),
        ("posts", POSTS + "sang.zhenshi,豫03,系统管理,工作人员,2021-07-01,,\n", "人员"),
        ("posts", POSTS + f"{LUOYANG},豫03,系统管理,负责人,2020-07-01,,\n", "人员"),
        ("calendar", "日期,类别,来源\n2027-01-01,休息,国务院办公厅关于2027年部分节假日安排的通知\n", "日期"),
        ("settings", "参数,值,来源,来源标记\n筛选,5工作日,本院,D\n", "法院代字"),
        ("settings", "法院代字,参数,值,来源,来源标记\n豫,筛选,5工作日,本院,D\n", "法院代字"),
    ):
        answer = sent(client, kind, text)
        assert answer.status_code == 422, text
        assert [one for one in rows_of(answer) if one[1] == "有误" and one[3] == column], rows_of(answer)
    assert sent(client, "courts", COURTS + "豫0399,洛阳市某区人民法院,基层人民法院,豫03\n").status_code == 200
    assert sent(client, "settings", "法院代字,参数,值,来源,来源标记\n豫0304,筛选,5工作日,本院,D\n").status_code == 200
    assert sent(keeping(AUDITOR), "courts", COURTS).status_code == 404
    assert sent(keeping(HEAD), "courts", COURTS).status_code == 404
    assert client.get("/admin/files/clues/").status_code == 404


@pytest.mark.parametrize("kind", ["courts", "bodies", "persons", "posts", "calendar", "settings"])
def test_what_is_downloaded_loads_again_unchanged(keeping: Keeping, kind: str) -> None:
    answer = keeping(HENAN).get(f"/admin/files/{kind}/download/")
    assert answer.content.startswith(codecs.BOM_UTF8)
    assert "attachment" in answer["Content-Disposition"] and ".csv" in answer["Content-Disposition"]
    report = load(answer.content, now=business.now(), kind=kind, dry_run=True)
    assert (report.errors, report.created, report.changed) == ([], 0, 0)
    assert report.unchanged > 5
    below = keeping(LUOYANG).get(f"/admin/files/{kind}/download/").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(below)))
    codes = {row["法院代字"] for row in rows if "法院代字" in row}
    assert all(code == "" or code.startswith("豫03") for code in codes)
    if kind == "persons":
        assert HENAN not in below and LUOYANG in below


def test_a_formula_is_refused_and_an_old_one_is_taken_out_inert(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    answer = sent(client, "persons", "姓名,用户名\n=HYPERLINK(1),wen.x\n")
    assert [one for one in rows_of(answer) if one[3] == "姓名" and "公式" in one[4]]
    Person.objects.filter(login=CLERK).update(name="=1+1")
    assert "'=1+1" in client.get("/admin/files/persons/download/").content.decode("utf-8-sig")


def test_a_table_without_a_file_or_too_large(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    assert "请选择" in text_of(client.post("/admin/files/courts/", {"do": "check"}))
    assert "兆字节" in text_of(sent(client, "courts", b"x" * (5 * 1024 * 1024 + 1)))
    assert "编码" in text_of(sent(client, "courts", b"\xff\xfe\x00\x01"))


def test_a_deputy_comes_with_the_table(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    body = Body.objects.get(court__code="豫03", kind="enforcement")
    answer = sent(client, "posts", POSTS + f"{CLERK},豫03,{body.local_name},负责人,2020-07-01,2020-07-31,{HEAD}\n")
    assert answer.status_code == 200, rows_of(answer)
    assert client.post("/admin/files/posts/", hidden(answer)).status_code == 302
    post = Post.objects.get(person__login=CLERK, deputy_of__isnull=False)
    assert post.deputy_of == post_of(HEAD)
    assert Setting.objects.filter(court__isnull=False).count() == 0
    assert "代理" in text_of(client.get("/admin/deputies/")) and post.person.name in text_of(
        client.get("/admin/deputies/")
    )
