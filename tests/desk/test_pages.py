"""Pages as persons see them: what stands there, what is hidden, and how the system says no."""

from __future__ import annotations

import datetime as dt
import os
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuangcha.access import scope
from shuangcha.access.places import sub_kind
from shuangcha.audit.models import ReadLog
from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.courts.models import Person, Post
from shuangcha.courts.people import viewer_of
from tests.desk.story import CLERK, HEAD, LE, LS, PRESIDENT, E, S

STRANGER = "xiang.zhaoting"  # 洛阳中院系统管理员
SignedIn = Callable[[str], Client]
ALL = os.environ.get("SHUANGCHA_TEST_CRAWL") == "all"
KINDS = {kind: {"duty": "duties"}.get(kind, f"{kind}s") for kind in cf.SUBJECTS}


def text_of(answer: Any) -> str:
    """What a reader sees: without tags, scripts and addresses."""
    body = re.sub(r"(?s)<(script|style|template).*?</\1>", " ", answer.content.decode())
    return " ".join(re.sub(r"(?s)<[^>]*>", " ", body).split())


def address(subject: Any) -> str:
    return f"/{KINDS[subject.KIND]}/{subject.uid}/"


def crawled(login: str) -> list[str]:
    """The pages of the subjects: for each kind, sort and stage one that this person finds and one that he does not.

    `go.py deep crawl` opens every one there is.
    """
    viewer = viewer_of(Person.objects.get(login=login).pk, business.today())
    assert viewer is not None
    found: list[str] = []
    for kind, model in cf.SUBJECTS.items():
        seen = set(scope.visible(viewer, kind).values_list("pk", flat=True))
        alike: dict[tuple[Any, ...], Any] = {}
        for one in model.rows.order_by("pk"):
            alike.setdefault((one.pk,) if ALL else (sub_kind(one), one.stage, one.pk in seen), one)
        for one in alike.values():
            found.append(address(one))
            if kind == "matter":
                found += [f"/matters/{one.uid}/files/", f"/matters/{one.uid}/steps/", f"/flow/?matter={one.uid}"]
    return found


LISTS = [
    "/",
    "/clues/",
    "/clues/?view=brief",
    "/matters/",
    "/meetings/",
    "/items/",
    "/duties/",
    "/flow/",
    "/search/?q=执10",
]


@pytest.mark.parametrize("login", [E, S, CLERK, LE, PRESIDENT, HEAD, "kang.ruoji", "jin.xuzhou"])
def test_no_page_breaks_or_shows_a_code_word(signed_in: SignedIn, login: str) -> None:
    client = signed_in(login)
    seen = 0
    for url in [*LISTS, *crawled(login)]:
        answer = client.get(url)
        assert answer.status_code in (200, 404), url
        seen += answer.status_code == 200
        text = text_of(answer)
        words = set(re.findall(r"[A-Za-z_]{2,}", text)) - {"XS", "Ctrl", "pdf", "PDF", "KB", "MB"}
        assert not words, (url, words)
        assert "柏青禾" not in text, url
        assert "None" not in text and "[]" not in text, url
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text), url
    assert seen > len(LISTS)


def test_who_is_not_signed_in_is_sent_to_sign_in(pages: Any) -> None:
    answer = Client().get("/matters/?stage=open")
    assert answer["Location"] == "/signin?next=%2Fmatters%2F%3Fstage%3Dopen"


def test_stranger_recused_and_unknown_get_one_and_the_same_page(signed_in: SignedIn, pages: Any) -> None:
    matter = pages["received"].matter
    client = signed_in(E)
    assert client.get(address(matter)).status_code == 200
    cf.Recusal.rows.create(matter=matter, person=Person.objects.get(login=E), cause="declared")
    bodies = set()
    for url in (address(matter), f"/matters/{uuid.uuid4()}/", "/matters/nonsense/", f"/opinions/{matter.uid}/"):
        answer = client.get(url)
        assert answer.status_code == 404
        bodies.add(re.sub(rb'name="(csrfmiddlewaretoken|next)" value="[^"]*"', b"", answer.content))
    assert len(bodies) == 1
    assert matter.number not in text_of(client.get("/matters/"))


def test_administrators_have_no_business_pages(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(STRANGER)
    text = text_of(client.get("/"))
    assert "您的职务不接触线索和案件" in text
    assert "双查案件" not in text
    for url in ("/clues/", "/matters/", "/meetings/", "/duties/", "/search/?q=执", address(pages["opened"].matter)):
        assert client.get(url).status_code == 404, url


def test_a_changed_password_ends_the_session(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    assert client.get("/").status_code == 200
    person = Person.objects.get(login=E)
    person.set_password("another-long-phrase-2020")
    person.save(update_fields=["password"])
    assert client.get("/").status_code == 302


def test_worklist_orders_by_day_and_says_days_in_words(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    text = text_of(client.get("/"))
    assert "超期 27 天 2020年5月28日 星期四" in text
    assert "登记线索" in text and "召集会议" in text
    days = re.findall(r"(20\d\d)年(\d+)月(\d+)日 星期. 联合交办|签署：联合交办", text)
    assert days
    late = text_of(client.get("/?due=late"))
    assert "余 " not in late and "超期" in late


def test_worklist_shows_what_one_waits_for(signed_in: SignedIn, pages: Any) -> None:
    text = text_of(signed_in(S).get("/"))
    assert "两机构联合办理" in text
    assert "等待执行机构签署" in text


def test_a_leading_groups_head_sees_counts_that_open_their_lists(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(HEAD)
    answer = client.get("/")
    assert "本院在办案件" in text_of(answer)
    url = re.search(r'href="(/matters/\?own=1&amp;stage=disposing)"', answer.content.decode())
    assert url
    listed = text_of(client.get(url[1].replace("amp;", "")))
    assert pages["disposing"].matter.number in listed
    assert pages["opened"].matter.number not in listed


def test_a_number_is_found_however_it_is_typed(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    wanted = pages["drafted"].matter.number
    serial = pages["drafted"].serial
    for typed in (f"(2019)豫0304执{serial}号", f"〔２０１９〕豫0304执 {serial} 号", f"执{serial}号", "瀍河"):
        assert wanted in text_of(client.get("/matters/", {"q": typed})), typed
        assert wanted in text_of(client.get("/search/", {"q": typed})) or typed == "瀍河"
    empty = text_of(client.get("/matters/", {"q": "没有的案件"}))
    assert "没有符合条件的结果" in empty and "清除全部条件" in empty
    assert client.get("/matters/", {"q": "a\0b" * 300}).status_code == 200


def test_lists_page_by_key_in_both_directions(signed_in: SignedIn, pages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from shuangcha.desk import list_rows, paging

    def few(fetch: Any, query: Any) -> Any:
        return paging.cut_ids(fetch, query, size=4)

    monkeypatch.setattr(list_rows, "cut_ids", few)
    client = signed_in(E)
    numbers, url, pages_seen = [], "/matters/", 0
    last = ""
    while url:
        body = client.get(url).content.decode()
        numbers += re.findall(r"洛中法双查〔2020〕\d+号", re.sub(r"(?s)<head>.*?</head>|<[^>]*>", "", body))
        pages_seen, last = pages_seen + 1, body
        found = re.search(r'rel="next" href="([^"]*)"', body)
        url = "/matters/" + found[1].replace("&amp;", "&") if found else ""
    assert pages_seen == 3
    assert len(numbers) == len(set(numbers)) == 11
    assert "OFFSET" not in last
    back = re.search(r'rel="prev" href="([^"]*)"', last)
    assert back
    again = client.get("/matters/" + back[1]).content.decode()
    assert set(re.findall(r"洛中法双查〔2020〕\d+号", again)) == set(numbers[4:8])
    assert "共 11 件" in text_of(client.get("/matters/?page=spoilt"))


def test_counts_are_capped(signed_in: SignedIn, pages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from shuangcha.access import reading

    monkeypatch.setattr(reading, "COUNTED", 5)
    assert "共 5+ 件" in text_of(signed_in(E).get("/matters/"))


def test_the_other_bodys_clue_is_number_court_and_title_only(signed_in: SignedIn, pages: Any) -> None:
    """方案四(二): until it is submitted, the other body sees that it is there."""
    clue, other = pages["registered"].clue, S
    receiver = Post.objects.filter(body_id=clue.received_by_id, person__login=other).exists()
    client = signed_in(E if receiver else other)
    listed = text_of(client.get("/clues/?view=brief"))
    assert clue.number in listed
    assert clue.number not in text_of(client.get("/clues/"))
    text = text_of(client.get(address(clue)))
    assert clue.number in text and clue.title in text and clue.subject_court.name in text
    for hidden in (clue.summary, "承办人接受吃请", "楚雨洲", pages["registered"].number, "来信"):
        assert hidden not in text
    assert clue.number not in text_of(client.get("/clues/", {"view": "brief", "q": pages["registered"].number}))


def test_the_court_below_learns_nothing_of_deliberation(signed_in: SignedIn, pages: Any) -> None:
    story = pages["approving"]
    text = text_of(signed_in(LE).get(address(story.matter)))
    for hidden in ("起草检查意见", "会商", "检查意见正文", story.clue.title, "楚雨洲"):
        assert hidden not in re.sub("待会商|已会商待形成检查意见|已会商采用", "", text), (
            hidden
        )  # the stages' names are no secret
    assert "等待 洛阳市中级人民法院 ：研究调查报告" in text
    whole = text_of(signed_in(LE).get(f"{address(story.matter)}steps/"))
    assert "检查意见正文" not in whole and "起草检查意见" not in whole and "提交会商" not in whole
    pending = next(one for one in pages["disposing"].duties() if one.stage == "pending")
    assert signed_in(LE).get(address(pending)).status_code == 404


def test_matter_page_says_whose_turn_and_who_signed(signed_in: SignedIn, pages: Any) -> None:
    story = pages["handing"]
    text = text_of(signed_in(E).get(address(story.matter)))
    assert "轮到您 ：联合交办" in text
    assert "两机构签署：联合交办" in text
    assert "已签署" in text and "待签署" in text and "去核对并签署" in text
    assert "重写的线索内容" in text and "核查要点 第0问" in text
    assert "交办：3个工作日" in text  # the working of the running limit
    own = text_of(signed_in(S).get(address(story.matter)))
    assert "您已签署，等待执行机构签署。" in own
    assert "撤回提请：联合交办" in own


def test_matter_page_carries_points_papers_and_timeline(signed_in: SignedIn, pages: Any) -> None:
    story = pages["concluded"]
    text = text_of(signed_in(E).get(address(story.matter)))
    for shown in (
        "1. 第0问",
        "不属实",
        "第1号记录《调卷审查笔录之1》",
        "应出未登记",
        "联合调查组：",
        "1. 发出督办意见",
        "已销号",
        "双查案件启动",
    ):
        assert shown in text, shown
    assert "应出文书尚未登记" in text  # why it cannot be archived


def test_each_view_leaves_one_row_in_the_read_log(signed_in: SignedIn, pages: Any) -> None:
    matter = pages["received"].matter
    before = ReadLog.objects.count()
    signed_in(E).get(address(matter))
    rows = ReadLog.objects.order_by("-id")
    assert rows.count() == before + 1
    assert (rows[0].subject_kind, rows[0].subject_id, rows[0].person.login) == ("matter", matter.pk, E)


def test_a_record_is_shown_under_its_labels(signed_in: SignedIn, pages: Any) -> None:
    record = cf.Record.rows.filter(matter=pages["drafted"].matter).first()
    text = text_of(signed_in(E).get(address(record)))
    for shown in ("调卷单位 执行局档案室", "调卷日期 2020年5月28日 星期四", "及时 否", "合法 是", "说明 第一册第35页"):
        assert shown in text, shown


def test_identity_is_a_mask_and_a_door(signed_in: SignedIn, pages: Any) -> None:
    clue = pages["registered"].clue
    text = signed_in(CLERK).get(address(clue)).content.decode()
    assert "柏青禾" not in text and "13800000000" not in text
    assert f"/do/register.reveal/?kind=clue&amp;uid={clue.uid}" in text


def test_meeting_page_has_both_positions_and_the_decisions(signed_in: SignedIn, pages: Any) -> None:
    text = text_of(signed_in(E).get(address(pages["sitting"].meeting)))
    for shown in (
        "执行机构意见",
        "监察机构意见",
        "事实具体，同意",
        "决定启动并交办",
        "决定不启动",
        "无应当回避情形",
        "还有议题没有决定。",
    ):
        assert shown in text, shown


def test_opinion_page_names_who_is_skipped(signed_in: SignedIn, pages: Any) -> None:
    opinion = pages["approving"].opinion
    person = Person.objects.get(login="kang.ruoji")
    cf.Approval.rows.create(
        opinion=opinion,
        level="office",
        person=person,
        result="skip",
        text="起草、调查或签署过本案",
        on=dt.date(2020, 6, 22),
    )
    text = text_of(signed_in(E).get(address(opinion)))
    assert f"依规跳过：{person.name}" in text
    assert "领导小组组长" in text and "认定事实" in text and "第1项反映事项" in text


def test_flow_marks_where_a_matter_stands(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    text = text_of(client.get("/flow/", {"matter": str(pages["drafted"].matter.uid)}))
    assert "调查中：本案现在" in text
    assert "报告调查情况和处理意见（1个月）" in text
    assert client.get("/flow/", {"matter": str(uuid.uuid4())}).status_code == 404


def test_reading_changes_nothing_and_writing_needs_the_token(pages: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Person.objects.get(login=E))
    assert strict.get("/demo/date/").status_code == 405
    assert strict.post("/demo/date/", {"day": "2020-07-01"}).status_code == 403


def test_the_business_date_moves(signed_in: SignedIn, pages: Any, settings: Any) -> None:
    client = signed_in(E)
    assert client.post("/demo/date/", {"day": "2020-07-01", "next": "/matters/"})["Location"] == "/matters/"
    assert "2020年7月1日 星期三" in text_of(client.get("/"))
    assert client.post("/demo/date/", {"day": "2020-07-02", "next": "https://example.org"})["Location"] == "/"
    refused = client.post("/demo/date/", {"day": "2020-13-01"})
    assert refused.status_code == 422 and "日期请写成" in text_of(refused)
    settings.SHUANGCHA_MODE = "demo"
    assert "移到这一天" in text_of(client.get("/"))
    settings.SHUANGCHA_MODE = "production"
    assert client.post("/demo/date/", {"day": "2020-07-01"}).status_code == 404


def test_both_bodies_of_the_court_below_see_the_matter(signed_in: SignedIn, pages: Any) -> None:
    for login in (LE, LS, PRESIDENT):
        assert signed_in(login).get(address(pages["received"].matter)).status_code == 200
        assert signed_in(login).get(address(pages["opened"].matter)).status_code == 404
