"""Desks of administrators and auditors: who sees what, what each form writes, and that each change is a step."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.acts import accounts
from shuangcha.audit.models import Step
from shuangcha.courts.models import Body, Court, OneTimeCode, Person, Post
from tests.desk.conftest import DAY

Keeping = Callable[[str], Client]
LUOYANG, SECOND, HENAN = "xiang.zhaoting", "leng.zhizhou", "zhuo.yanting"  # administrators of 洛阳中院 and of 河南高院
AUDITOR, HIGH_AUDITOR = "xin.zhaoting", "wen.zhaochuan"
HEAD, CLERK = "mi.yanwei", "pu.muheng"  # 洛阳中院执行局
KEEPING = [
    "/admin/courts/",
    "/admin/courts/new/",
    "/admin/courts/豫0304/",
    "/admin/courts/豫0304/bodies/new/",
    "/admin/bodies/",
    "/admin/persons/",
    "/admin/persons/new/",
    "/admin/posts/",
    "/admin/posts/new/",
    "/admin/posts/new/?court=豫03",
    "/admin/deputies/",
    "/admin/accounts/",
    "/admin/calendar/",
    "/admin/calendar/?year=2027",
    "/admin/settings/",
    "/admin/settings/limit.screening/",
    "/admin/settings/report_starts_at/",
    "/admin/files/",
    "/admin/files/posts/",
    "/admin/files/courts/download/",
]
LOOKING = ["/admin/ledger/", "/admin/steps/", "/admin/signins/", "/admin/signins/?view=failed"]


def text_of(answer: Any) -> str:
    body = re.sub(r"(?s)<(script|style|template|code).*?</\1>", " ", answer.content.decode())
    return " ".join(re.sub(r"(?s)<[^>]*>", " ", body).split())


def errors_of(answer: Any) -> dict[str, str]:
    """Field label → error, from the summary above the form."""
    found = re.findall(r'<li><a href="#id_\w+">(.*?)</a>：(.*?)</li>', answer.content.decode())
    return dict(found)


def last_step() -> tuple[Step, dict[str, Any]]:
    step = Step.objects.select_related("actor", "post__body").latest("pk")
    return step, json.loads(step.content)


def post_of(login: str, kind: str = "enforcement") -> Post:
    return Post.objects.filter(person__login=login, body__kind=kind, valid_to__isnull=True).latest("pk")


def page_of(login: str) -> str:
    return f"/admin/persons/{Person.objects.get(login=login).uid}/"


# --- who sees what ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("login", [LUOYANG, HENAN])
def test_administrators_see_their_pages_and_no_others(keeping: Keeping, login: str) -> None:
    client = keeping(login)
    own = [
        f"/admin/bodies/{post_of(HEAD).body_id}/",
        page_of(HEAD),
        page_of(login),
        f"/admin/posts/{post_of(HEAD).pk}/",
        f"/admin/posts/{post_of(HEAD).pk}/deputy/",
    ]
    for url in ["/", *KEEPING, *own]:
        answer = client.get(url)
        assert answer.status_code == 200, url
        if "download" in url:
            continue
        words = set(re.findall(r"[A-Za-z_]{2,}", text_of(answer))) - {"CSV", "UTF", "GB", "MB"}
        assert not words, (url, words)
        assert "None" not in text_of(answer), url
    for url in LOOKING:
        assert client.get(url).status_code == 404, url
    assert "线索" not in text_of(client.get("/")).replace("不接触线索和案件", "")


@pytest.mark.parametrize("login", [AUDITOR, HIGH_AUDITOR])
def test_auditors_see_their_pages_and_no_others(keeping: Keeping, login: str) -> None:
    client = keeping(login)
    for url in ["/", *LOOKING]:
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert not set(re.findall(r"[A-Za-z_]{2,}", text_of(answer))) - {"CSV"}, url
    for url in KEEPING:
        assert client.get(url).status_code == 404, url


@pytest.mark.parametrize("login", [HEAD, CLERK, "shao.yuting", "yuan.lanheng", "qu.ruohe"])
def test_whoever_handles_cases_gets_the_ordinary_404(keeping: Keeping, login: str) -> None:
    client = keeping(login)
    bodies = set()
    for url in [*KEEPING, *LOOKING, page_of(HEAD), "/no-such-page/"]:
        answer = client.get(url)
        assert answer.status_code == 404, url
        bodies.add(re.sub(rb'name="(csrfmiddlewaretoken|next)" value="[^"]*"', b"", answer.content))
    assert len(bodies) == 1
    for url in ("/admin/persons/new/", f"{page_of(HEAD)}account/", "/admin/ledger/verify/"):
        assert client.post(url, {"name": "温如何", "login": "wen.x", "do": "code"}).status_code == 404
    assert "系统管理" not in text_of(client.get("/"))


def test_only_the_own_courts_and_those_below(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    assert "河南省高级人民法院" not in re.sub(
        "<td[^>]*上级法院.*?</td>", "", client.get("/admin/courts/?q=河南").content.decode()
    )
    above = Person.objects.get(login=HENAN)
    stranger = Body.objects.get(court__code="豫", kind="enforcement")
    outside = [
        "/admin/courts/豫/",
        f"/admin/bodies/{stranger.pk}/",
        f"/admin/persons/{above.uid}/",
        f"/admin/posts/{above.posts.all()[0].pk}/",
        "/admin/posts/new/?court=豫",
        f"/admin/persons/{above.uid}/account/",
    ]
    for url in outside:
        assert client.get(url).status_code in (404, 405), url
    assert client.post(f"/admin/persons/{above.uid}/account/", {"do": "code"}).status_code == 404
    assert not OneTimeCode.objects.exists()
    text = text_of(client.get("/"))
    assert "洛阳市中级人民法院及其下级法院" in text
    assert "全部没有自设管理员的法院" in text_of(keeping(HENAN).get("/"))
    assert keeping(HENAN).get("/admin/courts/豫0304/").status_code == 200
    assert keeping(HENAN).get("/admin/courts/最高法/").status_code == 200


def test_a_keepers_post_that_ended_gives_nothing(keeping: Keeping) -> None:
    Post.objects.filter(person__login=LUOYANG).update(valid_to=DAY - dt.timedelta(days=1))
    client = keeping(LUOYANG)
    assert "今天没有任职" in text_of(client.get("/"))
    assert client.get("/admin/courts/").status_code == 404


def test_lists_cost_the_same_however_many_rows(keeping: Keeping) -> None:
    client = keeping(HENAN)

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            assert client.get(url).status_code == 200
        return len(taken)

    urls = [
        "/",
        "/admin/courts/",
        "/admin/bodies/",
        "/admin/persons/",
        "/admin/posts/",
        "/admin/accounts/",
        "/admin/settings/",
    ]
    for url in urls:
        client.get(url)
    before = [cost(url) for url in urls]
    assert max(before) <= 16, dict(zip(urls, before, strict=True))
    high = Court.objects.get(code="豫")
    Court.objects.bulk_create(
        [Court(code=f"豫9{n}", name=f"某市{n}法院", level="intermediate", superior=high) for n in range(8)]
    )
    made = [Person(name=f"某人{n}", login=f"mou.{n}") for n in range(20)]
    Person.objects.bulk_create(made)
    assert [cost(url) for url in urls] == before


# --- forms ------------------------------------------------------------------------------------------------------------
def test_a_court_is_added_changed_and_recorded(keeping: Keeping) -> None:
    client = keeping(HENAN)
    new = {"code": "豫04", "name": "平顶山市中级人民法院", "level": "中级人民法院", "superior": "豫", "mark": "V"}
    answer = client.post("/admin/courts/new/", new)
    assert answer["Location"] == "/admin/courts/"
    step, content = last_step()
    assert (step.edge_id, step.actor.login, step.post.body.kind) == ("register.court:>", HENAN, "administration")  # type: ignore[union-attr]
    assert step.stream_id == f"court:{Court.objects.get(code='豫04').pk}"
    assert content["rows"][0]["after"]["name"] == "平顶山市中级人民法院"
    change = {"name": "平顶山市中级人民法院", "superior": "豫", "short": "平中法", "mark": "V"}
    assert client.post("/admin/courts/豫04/", change).status_code == 302
    _, content = last_step()
    assert (content["rows"][0]["before"], content["rows"][0]["after"]) == ({"short": ""}, {"short": "平中法"})
    count = Step.objects.count()
    assert "没有改动" in text_of(client.post("/admin/courts/豫04/", change, follow=True))
    assert Step.objects.count() == count  # nothing changed, nothing recorded
    again = client.post("/admin/courts/new/", new | {"name": "改名法院"})
    assert "已有相同的登记" in text_of(again)
    assert Court.objects.get(code="豫04").name == "平顶山市中级人民法院"


@pytest.mark.parametrize(
    ("field", "typed", "label", "said"),
    [
        ("code", "豫4", "法院代字", "不合规范"),
        ("name", "", "名称", "不能为空"),
        ("name", "=1+1", "名称", "公式"),
        ("level", "基层人民法院", "层级", "不符"),
        ("superior", "豫03", "上级法院", "上一级"),
        ("valid_to", "2019-13-01", "终止之日", "日期"),
        ("successor", "豫99", "承继法院代字", "不在法院表"),
    ],
)
def test_a_wrong_court_is_told_at_its_field_and_kept(
    keeping: Keeping, field: str, typed: str, label: str, said: str
) -> None:
    new = {"code": "豫04", "name": "平顶山市中级人民法院", "level": "中级人民法院", "superior": "豫", "mark": "V"}
    if field == "successor":
        new["valid_to"] = "2020-06-01"
    answer = keeping(HENAN).post("/admin/courts/new/", new | {field: typed})
    assert answer.status_code == 422
    assert said in errors_of(answer)[label]
    assert ("平顶山" in answer.content.decode()) == (field != "name")
    assert not Court.objects.filter(code__in=("豫04", "豫4")).exists()


def test_a_person_a_post_and_a_code(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    assert client.post("/admin/persons/new/", {"name": "温若川", "login": "wen.ruochuan"}).status_code == 302
    person = Person.objects.get(login="wen.ruochuan")
    assert not person.has_usable_password()
    assert "账号等待发放一次性码" in text_of(client.get("/"))
    taken = client.post("/admin/persons/new/", {"name": "另一人", "login": "wen.ruochuan"})
    assert "已有人使用" in errors_of(taken)["用户名"]
    assert Person.objects.get(login="wen.ruochuan").name == "温若川"
    body = Body.objects.get(court__code="豫03", kind="enforcement")
    new = {"person": "温若川", "role": "工作人员", "title": "内勤", "valid_from": "2020-06-24"}
    assert client.post(f"/admin/posts/new/?body={body.pk}", new).status_code == 302
    assert Post.objects.get(person=person).body == body
    assert last_step()[0].edge_id == "register.post:>"
    answer = client.post(f"/admin/persons/{person.uid}/account/", {"do": "code"})
    code = re.search(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){3}", answer.content.decode())
    assert code is not None
    assert "no-store" in answer["Cache-Control"]
    step, content = last_step()
    assert (step.edge_id, content["what"], content["person"]) == ("register.account:>", "发放一次性码", str(person.uid))
    assert code[0] not in step.content and code[0].replace("-", "") not in step.content
    assert code[0] not in client.get(f"/admin/persons/{person.uid}/").content.decode()  # shown once
    accounts.reset_password(
        "wen.ruochuan",
        code[0],
        "七月的雨落在伊河桥上很久",
        OneTimeCode.objects.latest("pk").expires_at - dt.timedelta(hours=1),
    )
    assert "可以登录" in text_of(client.get(f"/admin/persons/{person.uid}/"))


def test_an_account_is_closed_and_opened_again(keeping: Keeping) -> None:
    client, person = keeping(LUOYANG), Person.objects.get(login=CLERK)
    accounts.set_password(person, "七月的雨落在伊河桥上很久")
    theirs = keeping(CLERK)
    assert theirs.get("/").status_code == 200
    client.post(f"/admin/persons/{person.uid}/account/", {"do": "close"})
    assert theirs.get("/").status_code == 302
    assert last_step()[1]["what"] == "停用账号"
    assert "已停用" in text_of(client.get(f"/admin/persons/{person.uid}/"))
    client.post(f"/admin/persons/{person.uid}/account/", {"do": "reopen"})
    assert last_step()[1]["what"] == "恢复账号"
    person.refresh_from_db()
    assert person.is_active and not person.has_usable_password()
    assert client.post(f"/admin/persons/{person.uid}/account/", {"do": "delete"}).status_code == 404


def test_a_locked_account_is_shown_and_released(keeping: Keeping) -> None:
    person = Person.objects.get(login=CLERK)
    accounts.set_password(person, "七月的雨落在伊河桥上很久")
    for _ in range(5):
        Client().post("/signin", {"username": CLERK, "password": "wrong"})
    assert Client().post("/signin", {"username": CLERK, "password": "七月的雨落在伊河桥上很久"}).status_code == 422
    client = keeping(LUOYANG)
    assert "账号被锁定" in text_of(client.get("/"))
    assert person.name in text_of(client.get("/admin/accounts/?state=locked"))
    looked = text_of(keeping(AUDITOR).get("/admin/signins/?view=failed"))
    assert person.name in looked and "已锁定" in looked
    client.post(f"/admin/persons/{person.uid}/account/", {"do": "unlock"})
    assert last_step()[1]["what"] == "解除锁定"
    assert Client().post("/signin", {"username": CLERK, "password": "七月的雨落在伊河桥上很久"}).status_code == 302
    assert person.name in text_of(keeping(AUDITOR).get("/admin/signins/"))


def test_the_own_rights_are_anothers_to_change(keeping: Keeping) -> None:
    """三员分立: no business post, no change of the own posts, name or account, by page or by file."""
    client, me = keeping(LUOYANG), Person.objects.get(login=LUOYANG)
    body = Body.objects.get(court__code="豫03", kind="enforcement")
    mine = me.posts.get()
    new = {"person": LUOYANG, "role": "负责人", "valid_from": "2020-06-24"}
    answer = client.post(f"/admin/posts/new/?body={body.pk}", new)
    assert answer.status_code == 422 and errors_of(answer)
    other = {"role": "工作人员", "valid_from": "2020-07-01"}
    answer = client.post(f"/admin/posts/new/?body={mine.body_id}&person={me.uid}", other)
    assert answer.status_code == 422 and "另一名系统管理员" in text_of(answer)
    for url, data in (
        (f"/admin/posts/{mine.pk}/", {"title": "x", "valid_to": ""}),
        (f"/admin/persons/{me.uid}/", {"name": "改名", "login": LUOYANG}),
        (f"/admin/persons/{me.uid}/account/", {"do": "code"}),
        (f"/admin/persons/{me.uid}/account/", {"do": "unlock"}),
    ):
        assert client.post(url, data).status_code == 404, url
    assert (
        client.post(f"/admin/bodies/{mine.body_id}/", {"valid_from": "", "valid_to": "2030-01-01"}).status_code == 422
    )
    assert list(me.posts.values_list("pk", flat=True)) == [mine.pk]
    # A colleague may end it, and even a colleague cannot make one person keep the system and handle cases.
    colleague = keeping(SECOND)
    answer = colleague.post(
        f"/admin/posts/new/?body={body.pk}", {"person": LUOYANG, "role": "工作人员", "valid_from": "2020-06-24"}
    )
    assert "同一时期由同一人" in text_of(answer)
    assert (
        colleague.post(f"/admin/posts/{mine.pk}/", {"title": mine.title, "valid_to": "2020-06-30"}).status_code == 302
    )


def test_one_head_at_a_time_and_the_handing_over(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    head = post_of(HEAD)
    url = f"/admin/posts/new/?body={head.body_id}"
    new = {"person": CLERK, "role": "负责人", "title": "局长", "valid_from": "2020-07-01"}
    answer = client.post(url, new)
    assert "只能有一名" in errors_of(answer)["职务"]
    assert client.post(url, new | {"end_head": "1"}).status_code == 302
    head.refresh_from_db()
    assert head.valid_to == dt.date(2020, 6, 30)
    assert Post.objects.get(person__login=CLERK, valid_from="2020-07-01").role == "head"
    assert len(last_step()[1]["rows"]) == 3  # the head's end, the clerk's old post, the new one


def test_a_body_without_a_head_is_told(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    assert "没有负责人" not in text_of(client.get("/")).replace("机构没有负责人、", "")
    Post.objects.filter(pk=post_of(HEAD).pk).update(valid_to=DAY - dt.timedelta(days=1))
    text = text_of(client.get("/"))
    assert "机构今天没有负责人" in text and "洛阳市中级人民法院执行局" in text
    assert "无人可以负责人身份签署" in text_of(client.get("/admin/bodies/?state=headless"))


def test_a_double_click_is_one_act(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    new = {
        "court": "豫03",
        "value": "8工作日",
        "source": "本院决定",
        "mark": "D",
        "start": "2020-07-01",
        "request_key": "k" * 20,
    }
    count = Step.objects.count()
    for _ in range(2):
        assert client.post("/admin/settings/limit.screening/", new).status_code == 302
    assert Step.objects.count() == count + 1
