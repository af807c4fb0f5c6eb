"""The approval screen: all that an approver needs on one page, three acts on it, and both texts of a change."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shuangcha.acts import rebuild
from shuangcha.audit.chain import ZONE
from shuangcha.audit.models import Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.desk.models import Draft
from tests.desk.story import CLERK, DEPUTY, HEAD, LE, OFFICE, E, S, Story

DAY = dt.date(2020, 6, 24)
FACTS = "认定事实，已经逾期九个月"
WORDS = "检查意见正文。由执行局长按月报告。"


@pytest.fixture
def story(desk_places: dict[str, Story], db: None, monkeypatch: pytest.MonkeyPatch) -> Story:
    built = desk_places["approving"]
    now = dt.datetime.combine(DAY, dt.time(15, 0), ZONE)
    monkeypatch.setattr("shuangcha.clock.business.now", lambda: now)
    built.player.on(DAY.isoformat())
    built.opinion.refresh_from_db()
    return built


def as_(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def name(login: str) -> str:
    return str(Person.objects.get(login=login).name)


def text(response: Any) -> str:
    return unescape(str(response.content.decode()))


def url(story: Story) -> str:
    return f"/opinions/{story.opinion.uid}/"


def act(story: Story, key: str) -> str:
    return reverse("opinion_act", args=[str(story.opinion.uid), f"opinion.{key}"])


def hidden(page: str, action: str) -> dict[str, str]:
    for one in re.findall(r"<form.*?</form>", page, re.S):
        if f'action="{action}"' in one:
            return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', one))
    raise AssertionError(f"no form to {action}")


def send(story: Story, login: str, key: str, **typed: str) -> Any:
    client = as_(login)
    return client.post(act(story, key), {**hidden(text(client.get(url(story))), act(story, key)), **typed})


def stage(story: Story) -> str:
    story.opinion.refresh_from_db()
    return str(story.opinion.stage)


# --- one screen -----------------------------------------------------------------------------------------------------
def test_the_screen_has_all_that_an_approver_needs(story: Story) -> None:
    page = text(as_(OFFICE).get(url(story)))
    for shown in (
        "查明事实",
        "认定事实",
        "检查意见正文",
        "查封后未处置",
        "属实",
        "不属实",
        "发出督办意见",
        "期限30日",
        "限期处置",
        f"执行局{name(E)}，2020年6月22日",
        f"监察室{name(S)}，2020年6月22日",
        "轮到您",
    ):
        assert shown in page, shown
    assert (
        page.index('aria-label="摘要"')
        < page.index('aria-label="层报审批"')
        < page.index('aria-label="现行稿"')
        < page.index('id="decide"')
    )
    bar = re.search(r'<nav class="act-bar".*?</nav>', page, re.S)
    assert bar and re.findall(r">([^<>]+)</a>", bar[0]) == ["同意", "修改后同意", "退回"]
    assert not re.findall(r"<(?:script|style)(?![^>]*src=)[^>]*>[^<]", page) and " style=" not in page


def test_long_texts_are_folded_short_ones_stand_open(story: Story) -> None:
    page = text(as_(OFFICE).get(url(story)))
    assert re.search(r'<details class="fold" open><summary><h3>查明事实', page)
    cf.OpinionVersion.rows.filter(opinion=story.opinion).update(facts="查明，" * 100)
    page = text(as_(OFFICE).get(url(story)))
    assert re.search(r'<details class="fold"><summary><h3>查明事实</h3><span class="quiet">300字', page)


@pytest.mark.parametrize("login", [E, S, CLERK, DEPUTY, HEAD])
def test_whoever_is_not_the_approver_reads_and_has_no_act(story: Story, login: str) -> None:
    page = text(as_(login).get(url(story)))
    assert "act-bar" not in page and 'id="decide"' not in page and "认定事实" in page


def test_the_court_below_finds_nothing(story: Story) -> None:
    client = as_(LE)
    assert client.get(url(story)).status_code == 404
    assert client.post(act(story, "office_approve"), {}).status_code == 404
    assert stage(story) == "at_office"


def test_who_signed_may_not_approve_and_is_told_why(story: Story) -> None:
    """An approver who has drafted, investigated or signed sees the reason instead of the bar."""
    cf.OpinionVersion.rows.filter(opinion=story.opinion).update(drafter=Person.objects.get(login=OFFICE))
    page = text(as_(OFFICE).get(url(story)))
    assert "依规跳过，不再审批" in page and "act-bar" not in page
    answer = as_(OFFICE).post(
        act(story, "office_approve"), {"seen_version": str(story.opinion.version), "text": "我的意见"}
    )
    assert answer.status_code == 403 and "依规跳过" in text(answer) and "我的意见" in text(answer)
    assert stage(story) == "at_office"


def test_only_approvals_go_through_the_screens_address(story: Story) -> None:
    client = as_(E)
    for key in ("sign", "revise", "withdraw", "skip_office"):
        assert client.post(act(story, key), {}).status_code == 404, key
    assert client.get(act(story, "office_approve"))["Location"] == url(story)


# --- three acts -----------------------------------------------------------------------------------------------------
def test_agree_change_and_return_on_one_screen(story: Story) -> None:
    answer = send(story, OFFICE, "office_approve", text="同意上报")
    assert (answer.status_code, answer["Location"], stage(story)) == (303, url(story), "at_deputy")

    answer = send(story, DEPUTY, "deputy_change", facts=FACTS, opinion=WORDS, reason="补充逾期天数和报告要求")
    assert (answer.status_code, stage(story), story.opinion.version_no) == (303, "at_head", 2)
    first, second = cf.OpinionVersion.rows.filter(opinion=story.opinion).order_by("n")
    assert (first.facts, first.text, first.changed_by) == ("认定事实", "检查意见正文", None)
    assert (second.facts, second.text, second.changed_by.login) == (FACTS, WORDS, DEPUTY)  # type: ignore[union-attr]
    for rows in ("conclusions", "dispositions"):
        assert getattr(first, rows).count() == getattr(second, rows).count() > 0
    assert '"facts"' in Step.objects.filter(edge__move="opinion.deputy_change").latest("id").content

    page = text(as_(HEAD).get(url(story)))
    assert "第1稿与第2稿对照" in page and "补充逾期天数和报告要求" in page and f"{name(DEPUTY)}修改后同意" in page
    assert '<span class="piece-word">【增】</span>，已经逾期九个月</ins>' in page
    assert "增 8 字" in page
    assert re.search(r'<p class="two-label">第1稿</p><p class="prose">认定事实\s*</p>', page)

    answer = send(story, HEAD, "head_return", reason="处理偏轻，请重新研究")
    assert (answer.status_code, stage(story)) == (303, "draft")
    page = text(as_(CLERK).get(url(story)))
    assert "曾被退回" in page and "处理偏轻，请重新研究" in page and f"{name(HEAD)}退回" in page
    assert "第1稿与第2稿对照" in page and "第1稿，" in page  # both texts for ever
    assert rebuild.check(DAY) == []


def test_the_chain_to_the_end_by_three_clicks(story: Story) -> None:
    for login, key in ((OFFICE, "office_approve"), (DEPUTY, "deputy_approve"), (HEAD, "head_approve")):
        assert send(story, login, key).status_code == 303
    assert stage(story) == "approved"
    page = text(as_(HEAD).get(url(story)))
    assert "act-bar" not in page and f"{name(OFFICE)}同意" in page and f"{name(HEAD)}同意" in page


def test_a_return_without_reason_is_refused_at_its_field(story: Story) -> None:
    answer = send(story, OFFICE, "office_return", reason="")
    page = text(answer)
    assert answer.status_code == 422 and "必须填写" in page and stage(story) == "at_office"
    assert re.search(r'id="decide-return" open', page) and re.search(r'id="decide-approve">', page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)


def test_a_change_that_lacks_its_reason_keeps_both_texts_as_typed(story: Story) -> None:
    answer = send(story, OFFICE, "office_change", facts=FACTS, opinion=WORDS, reason="")
    page = text(answer)
    assert answer.status_code == 422 and FACTS in page and WORDS in page
    assert cf.OpinionVersion.rows.filter(opinion=story.opinion).count() == 1


def test_an_approver_who_comes_too_late_keeps_his_words(story: Story) -> None:
    client = as_(OFFICE)
    sent = hidden(text(client.get(url(story))), act(story, "office_return"))
    story.player.both(E, S, "opinion.withdraw", story.opinion, reason="发现笔误")
    answer = client.post(act(story, "office_return"), {**sent, "reason": "写了很久的退回理由"})
    page = text(answer)
    assert answer.status_code == 409 and "写了很久的退回理由" in page and "没有办理" in page
    assert not cf.Approval.rows.filter(opinion=story.opinion, result="return").exists()


def test_a_double_click_is_one_approval(story: Story) -> None:
    client = as_(OFFICE)
    sent = hidden(text(client.get(url(story))), act(story, "office_approve"))
    assert [client.post(act(story, "office_approve"), sent).status_code for _ in range(2)] == [303, 303]
    assert cf.Approval.rows.filter(opinion=story.opinion, level="office", result="approve").count() == 1


def test_a_version_that_was_seen_is_the_version_that_is_approved(story: Story) -> None:
    """Between page and click the opinion was taken back, corrected and laid before the office again:
    the click is refused."""
    client = as_(OFFICE)
    sent = hidden(text(client.get(url(story))), act(story, "office_approve"))
    p = story.player
    p.both(E, S, "opinion.withdraw", story.opinion, reason="发现笔误")
    p.act(
        CLERK,
        "opinion.revise",
        story.opinion,
        facts="另一事实",
        text="另一意见",
        conclusions=[
            {"allegation": 1, "finding": "unfounded", "text": "不属实"},
            {"allegation": 2, "finding": "unfounded", "text": "不属实"},
        ],
        dispositions=[],
    )
    p.both(E, S, "opinion.sign", story.opinion, version=2)
    assert stage(story) == "at_office"
    answer = client.post(act(story, "office_approve"), {**sent, "text": "同意"})
    assert answer.status_code == 409 and "另一事实" in text(answer) and "已填写的内容都还在" in text(answer)
    assert stage(story) == "at_office"


def test_skipped_approvers_stand_with_name_and_reason(story: Story) -> None:
    for login in (OFFICE, DEPUTY):
        cf.Approval.rows.create(
            opinion=story.opinion,
            level="office",
            person=Person.objects.get(login=login),
            result="skip",
            text="起草、调查或签署过本案" if login == OFFICE else "应当回避",
            on=DAY,
        )
    page = text(as_(E).get(url(story)))
    assert f"依规跳过：{name(OFFICE)}（起草、调查或签署过本案）；{name(DEPUTY)}（应当回避）" in page


def test_the_screen_costs_the_same_for_a_long_opinion(story: Story) -> None:
    other = Story("approving", serial=3100, grown=True)
    client = as_(OFFICE)
    client.get(url(story))
    spent = []
    for one in (story, other):
        with CaptureQueriesContext(connection) as statements:
            assert client.get(url(one)).status_code == 200
        spent.append(len(statements))
    assert spent[0] == spent[1] <= 30, spent


def test_a_browsers_line_ends_are_no_change(story: Story) -> None:
    cf.OpinionVersion.rows.filter(opinion=story.opinion).update(facts="一。\n二。")
    send(story, OFFICE, "office_change", facts="一。\r\n二。", opinion="检查意见正文", reason="只看一遍")
    page = text(as_(DEPUTY).get(url(story)))
    assert page.count("没有变化") == 2 and "<ins" not in page and "<del" not in page


# --- drafts ---------------------------------------------------------------------------------------------------------
def test_a_change_is_kept_as_a_draft_and_gone_when_sent(story: Story) -> None:
    answer = send_draft(story, OFFICE, "save", facts=FACTS, opinion=WORDS, reason="")
    assert answer.status_code == 303 and Draft.objects.count() == 1
    page = text(as_(OFFICE).get(url(story)))
    assert FACTS in page and "的草稿" in page and re.search(r'id="decide-change" open', page)
    assert FACTS not in text(as_(E).get(url(story)))
    assert send_draft(story, OFFICE, "drop").status_code == 303 and not Draft.objects.exists()
    send_draft(story, OFFICE, "save", facts=FACTS, opinion=WORDS, reason="理由")
    assert send(story, OFFICE, "office_change", facts=FACTS, opinion=WORDS, reason="理由").status_code == 303
    assert not Draft.objects.exists()
    assert as_(E).post(act(story, "office_change"), {"draft": "save", "facts": "x"}).status_code in (403, 409)
    assert not Draft.objects.exists()


def send_draft(story: Story, login: str, do: str, **typed: str) -> Any:
    client = as_(login)
    sent = hidden(text(client.get(url(story))), act(story, "office_change"))
    return client.post(act(story, "office_change"), {**sent, **typed, "draft": do})
