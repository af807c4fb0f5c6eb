"""Records of the six ways (issue 3 §5): the form, the page and the printed sheet share one layout; evidence by tick."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from shuangcha.acts.contents.base import CONTENTS
from shuangcha.casefile import models as cf
from shuangcha.desk.layouts import SHEETS
from shuangcha.plan.words import METHODS
from tests.desk.story import E, Story
from tests.desk.test_matter_page import text_of_html
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]


def form(story: Story, move: str, more: str = "") -> str:
    return f"/do/{move}/?kind=round&uid={story.round.uid}{more}"


@pytest.mark.parametrize("method", list(METHODS))
def test_each_field_stands_in_one_section(method: str) -> None:
    named = [name for one in SHEETS[method].sections for name in one.fields]
    assert sorted(named) == sorted(CONTENTS[f"record.{method}"].model_fields)
    assert SHEETS[method].signs


@pytest.mark.parametrize("method", list(METHODS))
def test_form_page_and_sheet_have_the_same_sections(signed_in: SignedIn, pages: Any, method: str) -> None:
    story = pages["investigating"]
    client = signed_in(story.leader)
    body = client.get(form(story, f"record.{method}")).content.decode()
    legends = [
        text_of_html(one) for one in re.findall(r'(?s)<fieldset class="sheet-part"><legend>(.*?)</legend>', body)
    ]
    assert legends == [one.title for one in SHEETS[method].sections]
    sheet = client.get(f"/rounds/{story.round.uid}/blank/{method}/").content.decode()
    captions = [text_of_html(one) for one in re.findall(r"(?s)<caption>(.*?)</caption>", sheet)]
    assert captions == [one for one in legends if one != "附件"]
    assert "空白表" in sheet and sheet.count("（签名）") == len(SHEETS[method].signs)
    for word in METHODS.values():
        assert word.label in text_of_html(body)


def interview(story: Story, **more: Any) -> dict[str, Any]:
    p = story.player
    return {
        "title": "与执行局负责人谈话笔录",
        "held_on": "2020-06-02",
        "place": "第二谈话室",
        "began": "09:00",
        "ended": "10:20",
        "interviewers": [p.uid_of(story.leader), p.uid_of(story.second)],
        "who": "执行局负责人",
        "post": "局长",
        "relation": "head",
        "duty_told": "1",
        "transcript": "问：为何迟延？\n答：没有定期巡查。",
        "signed_pages": "signed",
        "request_key": uuid4().hex,
        **more,
    }


def test_what_is_typed_prints_before_it_is_filed_and_nothing_is_filed_by_printing(
    signed_in: SignedIn, pages: Any
) -> None:
    story = pages["investigating"]
    client, before = signed_in(story.leader), cf.Record.rows.count()
    story.player.on("2020-06-03")
    answer = client.post(form(story, "record.interview"), interview(story, refresh="print"))
    text = text_of(answer)
    assert answer.status_code == 200 and cf.Record.rows.count() == before
    for shown in ("谈话笔录", "未提交", "没有定期巡查", "第二谈话室", "被谈话人（签名）", "以上笔录我看过"):
        assert shown in text, shown
    half = client.post(
        form(story, "record.interview"), {"title": "只写了名称", "refresh": "print", "request_key": uuid4().hex}
    )
    assert half.status_code == 200 and "只写了名称" in text_of(half)


def test_a_filed_record_reads_and_prints_as_it_was_entered(signed_in: SignedIn, pages: Any) -> None:
    story = pages["investigating"]
    answer = signed_in(story.leader).post(form(story, "record.interview"), interview(story))
    assert answer.status_code == 303, text_of(answer)
    record = cf.Record.rows.latest("id")
    client = signed_in(E)
    shown, printed = (
        text_of(client.get(f"/records/{record.uid}/")),
        text_of(client.get(f"/records/{record.uid}/print/")),
    )
    for words in ("基本情况", "告知事项", "谈话内容", "与执行局负责人谈话笔录", "没有定期巡查", "执行机构负责人"):
        assert words in shown and words in printed, words
    assert f"第{record.n}号调查记录" in printed and "记录人（签名）" in printed


def test_the_round_offers_the_six_ways_to_its_team_only(signed_in: SignedIn, pages: Any) -> None:
    story = pages["investigating"]
    body = signed_in(story.leader).get(f"/rounds/{story.round.uid}/").content.decode()
    assert all(f"/do/record.{method}/" in body for method in METHODS)
    assert "/do/record." not in signed_in(E).get(f"/rounds/{story.round.uid}/").content.decode()


# --- answers and evidence ---------------------------------------------------------------------------------------------
def test_evidence_is_ticked_without_javascript(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    client = signed_in(story.leader)
    body = client.get(form(story, "round.answer_point", "&point=2")).content.decode()
    assert "第1问" in body and 'name="point" value="2"' in body  # Story numbers its questions from 0
    names = re.findall(r'name="(evidence\.\d+\.record)" value="1"( checked)?', body)
    assert names == [("evidence.0.record", " checked")]  # cited by the answer that is there
    sent = {
        "point": "2",
        "finding": "partly",
        "text": "部分查明",
        "evidence.0.record": "1",
        "evidence.0.page": "第9页",
        "seen_version": str(cf.Round.rows.get(pk=story.round.pk).version),
        "request_key": uuid4().hex,
    }
    assert client.post(form(story, "round.answer_point"), sent).status_code == 303
    answer = cf.Answer.rows.get(point__matter=story.matter, point__n=2)
    assert answer.finding == "partly" and [one.page for one in answer.evidence.all()] == ["第9页"]


def test_an_answer_without_evidence_keeps_its_words(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    client = signed_in(story.leader)
    sent = {
        "point": "1",
        "finding": "founded",
        "text": "查明在案",
        "evidence.0.page": "第9页",
        "seen_version": str(cf.Round.rows.get(pk=story.round.pk).version),
        "request_key": uuid4().hex,
    }
    answer = client.post(form(story, "round.answer_point"), sent)
    text = answer.content.decode()
    assert answer.status_code == 422 and "查明在案" in text and 'value="第9页"' in text
    assert "请选择一份调查记录或一个附件作为证据" in text
    without = client.post(
        form(story, "round.answer_point"), {key: value for key, value in sent.items() if "evidence" not in key}
    )
    assert without.status_code == 422 and "至少要有1项" in text_of(without)


def test_a_record_dropped_on_a_point_is_cited_when_its_form_opens(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    story.player.act(
        story.leader,
        "record.other_way",
        story.round,
        title="实地查看",
        held_on="2020-06-01",
        way="查看",
        text="到场查看",
    )
    body = signed_in(story.leader).get(form(story, "round.answer_point", "&point=1&evidence=record:2")).content.decode()
    ticked = re.findall(r'name="evidence\.\d+\.record" value="(\d+)" checked', body)
    assert ticked == ["1", "2"]
    strange = signed_in(story.leader).get(form(story, "round.answer_point", "&point=99&evidence=case:zz"))
    assert strange.status_code == 200


def test_each_point_has_a_draft_of_its_own(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    client = signed_in(story.leader)
    owner = owner_of(client.get(form(story, "round.answer_point", "&point=1")).content.decode())
    sent = {
        "point": "1",
        "finding": "founded",
        "text": "写了一半的答复",
        "draft": "save",
        "draft_version": "0",
        "draft_owner": owner,
        "request_key": uuid4().hex,
    }
    assert "草稿已于" in text_of(client.post(form(story, "round.answer_point"), sent))
    first, second = (client.get(form(story, "round.answer_point", f"&point={n}")).content.decode() for n in (1, 2))
    assert "写了一半的答复" in first and "写了一半的答复" not in second
    place = re.search(r'data-draft="([^"]*)"', first)
    assert place and place[1].endswith("/1")
    kept = client.post(
        "/drafts/",
        {"place": place[1], "owner": owner, "version": 1, "fields": [["point", "1"], ["text", "再写一句"]]},
        content_type="application/json",
    )
    assert kept.status_code == 200, kept.content.decode()
    assert "再写一句" in client.get(form(story, "round.answer_point", "&point=1")).content.decode()
    dropped = client.get(form(story, "round.answer_point", "&point=1&evidence=record:1")).content.decode()
    assert "再写一句" in dropped and re.search(r'name="evidence\.0\.record" value="1" checked', dropped)


def owner_of(body: str) -> str:
    found = re.search(r'name="draft_owner" value="([^"]*)"', body)
    assert found
    return found[1]
