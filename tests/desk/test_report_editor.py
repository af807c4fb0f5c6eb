"""The report's editor (issue 3 §5): four parts, the points' coverage, thin parts,
comparing with the version that stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.test import Client

from shuangcha.acts.inquiry import thin_parts
from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.desk.coverage import mentions
from shuangcha.plan.words import REPORT_PARTS
from tests.desk.story import E, Story
from tests.desk.test_matter_page import text_of_html
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]


def editor(story: Story) -> str:
    return f"/do/report.revise/?kind=report&uid={story.report.uid}"


def typed(story: Story, **more: str) -> dict[str, str]:
    version = cf.Report.rows.get(pk=story.report.pk).version
    return {
        "process": "调查经过",
        "facts": "查明事实",
        "analysis": "问题分析",
        "proposal": "处理意见",
        "dissent": "",
        "seen_version": str(version),
        "request_key": uuid4().hex,
        **more,
    }


def points_of(body: str) -> list[str]:
    return [
        text_of_html(one)
        for one in re.findall(r'(?s)<li class="editor-point.*?</li>(?=<li class="editor-point|</ol>)', body)
    ]


def test_the_editor_has_four_parts_and_every_point(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    body = signed_in(story.leader).get(editor(story)).content.decode()
    for key, word in REPORT_PARTS.items():
        assert re.search(rf'<textarea[^>]*name="{key}"', body) and word.label in body
    points = points_of(body)
    assert len(points) == 2 and "属实" in points[0] and "1 件证据" in points[0]
    assert "关于第1项核查要点（第0问）：经查，查明如下。结论：属实。" in body
    least = settings.get("thin_report_chars").number
    assert body.count(f"不足 {least} 字") == 4 and "data-least" in body


def test_a_point_neither_answered_nor_mentioned_is_marked(signed_in: SignedIn, pages: Any) -> None:
    story = pages["investigating"]
    url = f"/do/report.draft/?kind=round&uid={story.round.uid}"
    body = signed_in(story.leader).get(url).content.decode()
    assert "未提及：第1、2项" in body
    again = signed_in(story.leader).post(
        url, {"facts": "关于第1项核查要点，经查属实。", "refresh": "compare", "request_key": uuid4().hex}
    )
    text = again.content.decode()
    assert again.status_code == 200 and "未提及：第2项" in text and "关于第1项核查要点，经查属实。" in text
    shown = [
        re.search(r"data-open( hidden)?>", one) for one in re.findall(r'(?s)<li class="editor-point.*?</button>', text)
    ]
    assert [bool(one and one[1]) for one in shown] == [True, False]


def test_point_eleven_is_no_mention_of_point_one() -> None:
    one, eleven = cf.Point(n=1, text="为何未启动评估"), cf.Point(n=11, text="是否接受吃请")
    text = "关于第11项核查要点"
    assert any(word in text for word in mentions(eleven)) and not any(word in text for word in mentions(one))
    assert any(word in "关于第十一项核查要点" for word in mentions(eleven))
    assert any(word in "经查，为何未启动评估一节属实" for word in mentions(one))


def test_thin_is_one_rule_for_the_act_and_the_editor(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    least = settings.get("thin_report_chars").number
    full = dict.fromkeys(REPORT_PARTS, "详" * least)
    assert thin_parts(full) == [] and thin_parts({**full, "facts": "详" * (least - 1)}) == ["facts"]
    answer = signed_in(story.leader).post(editor(story), typed(story, **{**full, "facts": "详" * (least - 1)}))
    assert answer.status_code == 303, text_of(answer)
    report = cf.Report.rows.get(pk=story.report.pk)
    assert report.version_no == 2 and report.thin
    body = signed_in(story.leader).get(editor(story)).content.decode()
    assert [bool(one) for one in re.findall(r"data-thin( hidden)?>", body)] == [True, False, True, True]


def test_comparing_with_the_version_that_stands_sends_nothing(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    client = signed_in(story.leader)
    assert "与第1稿比较" in text_of(client.get(editor(story)))
    answer = client.post(editor(story), typed(story, facts="查明事实和证据", refresh="compare"))
    text = text_of(answer)
    assert answer.status_code == 200 and cf.Report.rows.get(pk=story.report.pk).version_no == 1
    assert "【增】 和证据" in text and "调查经过：没有变化" in text and "查明事实和证据" in text


def test_a_double_click_is_one_version_and_a_stale_page_is_told(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    client, sent = signed_in(story.leader), typed(story, facts="改过的事实")
    assert [client.post(editor(story), sent).status_code for _ in range(2)] == [303, 303]
    assert cf.Report.rows.get(pk=story.report.pk).version_no == 2
    stale = client.post(editor(story), {**sent, "request_key": uuid4().hex, "facts": "又改"})
    assert stale.status_code == 409 and "又改" in stale.content.decode()


def test_the_editor_is_for_the_team_only(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    assert signed_in(E).get(editor(story)).status_code == 403
    assert signed_in("qu.ruohe").get(editor(story)).status_code == 404
