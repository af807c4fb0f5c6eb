"""登记线索: court from the number, fields by source, hints with reasons and only of what one may see, what is pasted."""

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

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person, Post
from shuangcha.desk.pasting import pasted
from shuangcha.plan.words import SOURCES
from shuangcha.search import index
from tests.cost.test_statements import warm
from tests.desk.story import CLERK, E, S

World = dict[str, Any]
SignIn = Callable[[str], Client]
ADDRESS = "/do/clue.register/"
COURT = "洛阳市瀍河回族区人民法院"


def form(**more: Any) -> dict[str, Any]:
    return {
        "subject_court": COURT,
        "source": "petition",
        "source_facts.petition.channel": "来信",
        "received_on": "2020-06-23",
        "title": "来电反映拍卖款未发放",
        "summary": "七个月没有发放，也没有答复。",
        "allegations.0.kind": "handling",
        "allegations.0.text": "拍卖款到账后未发放",
        "request_key": "one",
        **more,
    }


def text(answer: Any) -> str:
    return str(answer.content.decode())


def ask(client: Client, **fields: str) -> list[dict[str, Any]]:
    body = {"fields": [[name, value] for name, value in fields.items()]}
    answer = client.post("/clues/repeats/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, text(answer)[:300]
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


# --- the page -----------------------------------------------------------------------------------------------------
def test_the_order_of_a_phone_call(signed_in: SignIn) -> None:
    page = text(signed_in(CLERK).get(ADDRESS))
    places = [
        page.index(f'name="{name}"')
        for name in (
            "cases.0.number",
            "subject_court",
            "source",
            "subjects.0.name",
            "allegations.0.text",
            "title",
            "summary",
            "named",
            "complainant.name",
        )
    ]
    assert places == sorted(places)
    assert 'name="received_on" value="2020-06-24"' in page  # today
    assert not re.search(r'name="repeats_checked"[^>]*checked', page)
    for source in SOURCES.values():
        assert f'value="{source.key}"' in page and source.short in page


@pytest.mark.parametrize("source", SOURCES)
def test_the_source_decides_the_fields_without_javascript(signed_in: SignIn, source: str) -> None:
    page = text(signed_in(CLERK).post(ADDRESS, {"source": source, "refresh": "source"}))
    shown = set(re.findall(r'<fieldset class="source-block" data-source="(\w+)">', page))
    assert shown == {source}
    assert re.search(rf'value="{source}" required checked', page)


# --- the case number ----------------------------------------------------------------------------------------------
def number(client: Client, value: str) -> dict[str, str]:
    answer = client.post("/clues/case-number/", {"number": value})
    assert answer.status_code == 200
    found: dict[str, str] = answer.json()
    return found


def test_the_number_gives_court_and_normal_form_or_a_sentence(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    assert number(client, "(2019)豫0304执1286号") == {
        "number": "（2019）豫0304执1286号",
        "court": COURT,
        "code": "豫0304",
    }
    assert number(client, "") == {}
    for bad, word in (("（2019）豫0304执", "例如"), ("（2019）豫9999执1号", "豫9999"), ("（2099）豫0304执1号", "")):
        found = number(client, bad)
        assert set(found) == {"sentence"} and word in found["sentence"], bad
    old = number(client, "（2014）瀍执字第15号")
    assert "court" not in old and "照原样" in old["note"]
    assert client.get("/clues/case-number/").status_code == 405


def test_without_javascript_the_number_fills_the_court(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    page = text(client.post(ADDRESS, {"cases.0.number": "(2019)豫0304执1286号", "refresh": "number"}))
    assert f'name="subject_court" value="{COURT}"' in page
    kept = text(
        client.post(
            ADDRESS,
            {"cases.0.number": "(2019)豫0304执1286号", "subject_court": "洛阳市洛龙区人民法院", "refresh": "number"},
        )
    )
    assert 'name="subject_court" value="洛阳市洛龙区人民法院"' in kept  # what was typed is never overwritten


def test_court_of_the_number_and_of_the_officer_follow_when_sent(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    sent = form(
        **{
            "subject_court": "",
            "cases.0.number": "（2019）豫0304执7001号",
            "subjects.0.name": "某执行员",
            "subjects.0.court": "",
        }
    )
    answer = client.post(ADDRESS, sent)
    assert answer.status_code == 303, text(answer)[:800]
    clue = cf.Clue.rows.get(title="来电反映拍卖款未发放")
    assert clue.subject_court.name == COURT and clue.subjects.get().court.name == COURT


# --- hints --------------------------------------------------------------------------------------------------------
def test_hints_tell_the_reason_while_one_types(pages: World, signed_in: SignIn) -> None:
    clue = pages["registered"].clue
    mine = signed_in(CLERK)
    found = {
        one["number"]: one
        for one in ask(mine, **{"cases.0.number": pages["registered"].number.replace("（", "(").replace("）", ")")})
    }
    assert clue.number in found and found[clue.number]["reasons"] == [f"同一执行案件：{pages['registered'].number}"]
    officer = ask(mine, **{"subjects.0.name": "楚雨洲", "subjects.0.court": COURT})
    assert officer and all(one["reasons"] == ["同一被反映人：楚雨洲"] for one in officer)
    near = ask(mine, subject_court=COURT, title="反映长期不处置查封财产的情况", summary="查封后九个月未启动评估拍卖")
    assert near and near[0]["reasons"][0].startswith("文字相近")
    assert ask(mine, title="x", subject_court=COURT) == []
    assert mine.get(found[clue.number]["url"]).status_code == 200


def test_hints_come_only_from_rows_that_the_typist_may_see(pages: World, signed_in: SignIn) -> None:
    """The clue in the executive body's pool is not hinted to the other body before the meeting,
    nor to another court, nor to the recused."""
    story = pages["registered"]
    asked = {
        "cases.0.number": story.number,
        "subjects.0.name": "楚雨洲",
        "subjects.0.court": COURT,
        "title": story.clue.title,
        "summary": story.clue.summary,
        "subject_court": COURT,
    }
    numbers = lambda login: {one["number"] for one in ask(signed_in(login), **asked)}  # noqa: E731
    receiver = CLERK if story.clue.received_by.kind == "supervision" else E
    other = E if receiver != E else S
    assert story.clue.number in numbers(CLERK)
    hidden = numbers(S) if story.clue.received_by.kind == "enforcement" else numbers(other)
    assert story.clue.number not in hidden
    stranger = (
        Post.objects.filter(body__court__code="豫0311", body__kind="enforcement", role="head")
        .select_related("person")[0]
        .person.login
    )
    assert numbers(stranger) == set()
    cf.Recusal.rows.create(clue=story.clue, person=Person.objects.get(login=CLERK), cause="declared")
    assert story.clue.number not in numbers(CLERK)


def test_only_who_may_register_is_answered(pages: World, signed_in: SignIn) -> None:
    body = json.dumps({"fields": [["title", "标题"]]})
    for login, status in (("xin.zhaoting", 404), ("xiang.zhaoting", 404)):  # auditor, administrator
        client = signed_in(login)
        assert client.post("/clues/repeats/", body, content_type="application/json").status_code == status
    assert Client().post("/clues/repeats/", body, content_type="application/json").status_code == 302
    assert signed_in(CLERK).get("/clues/repeats/?title=x").status_code == 405  # never in an address


def test_hints_must_be_looked_at_and_nothing_typed_is_lost(pages: World, signed_in: SignIn) -> None:
    client, story = signed_in(CLERK), pages["registered"]
    sent = form(**{"cases.0.number": story.number})
    refused = client.post(ADDRESS, sent)
    page = text(refused)
    assert (
        refused.status_code == 422
        and "逐件核对" in page
        and story.clue.number in page
        and f"同一执行案件：{story.number}" in page
    )
    assert "来电反映拍卖款未发放" in page and not cf.Clue.rows.filter(title="来电反映拍卖款未发放").exists()
    done = client.post(ADDRESS, {**sent, "repeats_checked": "1"})
    assert done.status_code == 303


def test_without_a_likely_repeat_nothing_is_asked(signed_in: SignIn) -> None:
    answer = signed_in(CLERK).post(ADDRESS, form(**{"cases.0.number": "（2020）豫0304执9001号"}))
    assert answer.status_code == 303, text(answer)[:800]


def test_what_is_said_of_a_hint_is_kept_with_its_reason(pages: World, signed_in: SignIn) -> None:
    client, story, second = signed_in(CLERK), pages["registered"], pages["submitted"]
    one, two = (str(each.clue.uid) for each in (story, second))
    sent = form(
        **{
            "cases.0.number": story.number,
            "cases.1.number": second.number,
            "repeats_checked": "1",
            f"repeat.{one}": "distinct",
            f"repeat.{two}": "same",
            f"repeat_reason.{two}": "同一来信人、同一查封",
        }
    )
    refused = client.post(ADDRESS, sent)
    assert (
        refused.status_code == 422
        and "写明认定的理由" in text(refused)
        and 'value="同一来信人、同一查封"' in text(refused)
    )
    assert re.search(rf'name="repeat.{one}" value="distinct" checked', text(refused))
    done = client.post(ADDRESS, {**sent, f"repeat_reason.{one}": "另一次查封"})
    assert done.status_code == 303, text(done)[:800]
    clue = cf.Clue.rows.get(title="来电反映拍卖款未发放")
    said = {
        row.other_id: (row.verdict, row.reason) for row in cf.Repeat.rows.filter(clue=clue).exclude(verdict="hinted")
    }
    assert said == {story.clue.pk: ("distinct", "另一次查封"), second.clue.pk: ("merged", "同一来信人、同一查封")}
    assert clue.stage == "merged"
    again = client.post(ADDRESS, {**sent, f"repeat_reason.{one}": "另一次查封"})  # a retry of the browser
    assert again.status_code == 303 and cf.Clue.rows.filter(title="来电反映拍卖款未发放").count() == 1


def test_two_cannot_both_be_the_one_to_merge_into(pages: World, signed_in: SignIn) -> None:
    one, two = (str(pages[place].clue.uid) for place in ("registered", "submitted"))
    sent = form(
        **{
            "repeats_checked": "1",
            f"repeat.{one}": "same",
            f"repeat.{two}": "same",
            f"repeat_reason.{one}": "一",
            f"repeat_reason.{two}": "二",
        }
    )
    answer = signed_in(CLERK).post(ADDRESS, sent)
    assert answer.status_code == 422 and "只能并入一件" in text(answer)


def test_hits_that_the_registrar_may_not_see_become_a_task_without_his_learning_of_it(
    pages: World, signed_in: SignIn
) -> None:
    story = pages["registered"]
    other = S if story.clue.received_by.kind == "enforcement" else E
    answer = signed_in(other).post(ADDRESS, form(**{"cases.0.number": story.number, "repeats_checked": ""}))
    page = text(answer)
    if answer.status_code == 422:  # clues of other stories that are on the table of both bodies
        assert story.clue.number not in page
        answer = signed_in(other).post(ADDRESS, form(**{"cases.0.number": story.number, "repeats_checked": "1"}))
    assert answer.status_code == 303, page[:600]
    clue = cf.Clue.rows.get(title="来电反映拍卖款未发放")
    row = cf.Repeat.rows.get(clue=clue, other=story.clue)
    assert row.verdict == "hinted" and f"同一执行案件：{story.number}" in json.loads(row.reasons)
    assert story.clue.number not in text(signed_in(other).get(answer["Location"]))


def test_the_cost_of_registering_and_of_a_hint(pages: World, signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    warm()
    with CaptureQueriesContext(connection) as spent:
        ask(
            client,
            **{
                "cases.0.number": pages["registered"].number,
                "subject_court": COURT,
                "title": "反映长期不处置",
                "summary": "查封后未处置",
                "subjects.0.name": "楚雨洲",
            },
        )
    assert len(spent) <= 8, [one["sql"][:90] for one in spent]


# --- what is pasted -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("甲\u00a0乙\u3000丙", "甲 乙 丙"),
        ("第一段\r\n第二段\r第三段\u2028第四段\x0b第五段", "第一段\n第二段\n第三段\n第四段\n第五段"),
        ("甲\u200b乙\ufeff丙\u2060丁\u00ad戊", "甲乙丙丁戊"),
        ("\u202a豫0304\u202c \u200e13900000000\u200f", "豫0304 13900000000"),
        ("瀍 璟 珺 喆 𠮷 㐂", "瀍 璟 珺 喆 𠮷 㐂"),
        ("😀👨\u200d👩\u200d👧❤\ufe0f\u200d🔥👍🏽", "😀👨\u200d👩\u200d👧❤\ufe0f\u200d🔥👍🏽"),
        ("甲\u200d乙", "甲乙"),
        ("a\tb  ", "a b"),
        ("plain text", "plain text"),
        ("甲\x1b[31m乙", "甲\x1b[31m乙"),  # left to be refused in words
    ],
)
def test_what_comes_out_of_word(given: str, kept: str) -> None:
    assert pasted(given) == kept


def test_rare_characters_and_emoji_from_end_to_end(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    title, summary = "反映瀍璟珺喆公司😀执行案\u3000", "第一行\r\n第二行：👨\u200d👩\u200d👧 𠮷野家\u200b"
    done = client.post(
        ADDRESS,
        form(
            title=title,
            summary=summary,
            **{"complainant.name": "田璟珺", "complainant.phone": "\u202d13900001111\u202c"},
        ),
    )
    assert done.status_code == 303, text(done)[:800]
    clue = cf.Clue.rows.get(title="反映瀍璟珺喆公司😀执行案")
    assert clue.summary == "第一行\n第二行：👨\u200d👩\u200d👧 𠮷野家"
    page = text(client.get(done["Location"]))
    assert "瀍璟珺喆公司😀" in page and "👨\u200d👩\u200d👧 𠮷野家" in page
    for part in ("璟珺", "喆公司😀", "瀍"):
        assert clue.pk in (index.ids("clue", part) or []), part
        assert "瀍璟珺喆" in text(client.get("/search/", {"q": part})), part


def test_a_title_of_three_hundred_characters_is_refused_at_its_field_and_kept_whole(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    assert "最多120字" in text(client.get(ADDRESS))  # told beforehand
    long = "反映某公司执行案长期不处置财产" * 20
    answer = client.post(ADDRESS, form(title=long[:300]))
    page = text(answer)
    assert answer.status_code == 422 and long[:300] in page
    assert re.search(r'id="id_title_error">.*?最多120个字', page)


def test_a_complainants_name_in_the_title_is_refused_in_words(signed_in: SignIn) -> None:
    answer = signed_in(CLERK).post(
        ADDRESS, form(title="柏青禾反映不处置", **{"named": "1", "complainant.name": "柏青禾"})
    )
    assert answer.status_code == 422 and "不得出现反映人姓名" in text(answer)


def test_the_day_it_was_received_is_not_in_the_future(signed_in: SignIn) -> None:
    late = (dt.date(2020, 6, 24) + dt.timedelta(days=1)).isoformat()
    answer = signed_in(CLERK).post(ADDRESS, form(received_on=late))
    assert answer.status_code == 422 and "不能晚于" in text(answer)
