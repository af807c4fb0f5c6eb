"""The matter's pages (issue 3 §4): whose turn, both bodies' contents and their differences,
the timeline narrowed, versions side by side.

Nothing here may tell the court below of deliberation, nor a stranger or a recused person of anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from shuangcha.acts import door
from shuangcha.audit.models import Proposal, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.desk import links, steps_page
from shuangcha.plan import clauses
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.moves import MOVES
from tests.desk.story import CLERK, HEAD, LE, LS, PRESIDENT, E, S, Story
from tests.desk.test_pages import STRANGER, text_of
from tests.desk.test_pages_cost import cost

SignedIn = Callable[[str], Client]
PAGES = ("", "joint/", "rounds/", "compare/", "steps/", "files/")


def page(client: Client, story: Story, tail: str = "") -> Any:
    return client.get(f"/matters/{story.matter.uid}/{tail}")


# --- the plan's text --------------------------------------------------------------------------------------------------
def test_every_article_of_the_table_has_its_text() -> None:
    cited = {one for row in MOVES.values() for one in clauses.CITED.findall(row.article)}
    cited |= {one for row in LIMITS.values() for one in clauses.CITED.findall(row.article)}
    assert len(cited) > 15
    assert [one for one in cited if clauses.clause(one) is None] == []
    found = clauses.clause("方案四(五)")
    assert found is not None and "限期一个月向上级法院报告调查情况和处理意见" in found.text and found.anchor == "四-五"
    assert clauses.clause("方案四(十三)") is None and clauses.clause("方案九") is None


def test_an_article_leads_to_its_clause(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    body = page(client, pages["handing"]).content.decode()
    url = f"/plan/#{quote('四-五')}"
    assert f'href="{url}"' in body
    whole = client.get("/plan/").content.decode()
    assert 'id="四-五"' in whole and "据此办理" in whole and "限期一个月" in whole
    assert "本方案自2020年5月20日起施行" in whole
    assert Client().get("/plan/").status_code == 302


# --- whose turn -------------------------------------------------------------------------------------------------------
def test_top_says_whose_turn_what_next_by_when_and_how_the_day_came_about(signed_in: SignedIn, pages: Any) -> None:
    text = text_of(page(signed_in(E), pages["handing"]))
    for shown in (
        "轮到您",
        "联合交办",
        "下一步：下级法院两机构双签收",
        "星期",
        "超期",
        "这一天是怎样算出来的",
        "起算",
        "届满",
    ):
        assert shown in text, shown
    buttons = (
        page(signed_in(E), pages["handing"])
        .content.decode()
        .split('aria-label="您现在可以办理的事项"')[1]
        .split("</section>")[0]
    )
    assert "签署：联合交办" in text_of_html(buttons)
    told = text_of_html(
        page(signed_in(S), pages["handing"])
        .content.decode()
        .split('aria-label="您现在可以办理的事项"')[1]
        .split("</section>")[0]
    )
    assert "您已签署，等待执行机构签署" in told  # greyed, with its reason


def text_of_html(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_a_clerks_proposal_that_nobody_signed_yet_is_on_the_page(signed_in: SignedIn, pages: Any) -> None:
    """It waits for both heads; before, it was shown nowhere and the button offered to propose a second time."""
    story = pages["opened"]
    story.player.act(
        CLERK,
        "assignment.hand_down",
        story.newest("assignment"),
        points=story.asked,
        demands="按四部分报告",
        contact="内勤 0379",
        content="内勤拟的交办内容",
    )
    for login in (E, S):
        text = text_of(page(signed_in(login), story))
        assert "两机构签署：联合交办" in text and "内勤拟的交办内容" in text and "签署：联合交办" in text


# --- both bodies ------------------------------------------------------------------------------------------------------
def proposed(story: Story, login: str, **content: Any) -> Proposal:
    story.player.act(
        login, "assignment.hand_down", story.newest("assignment"), points=story.asked, contact="内勤 0379", **content
    )
    return Proposal.objects.filter(stream_id=f"matter:{story.matter.pk}").latest("id")


def test_the_panel_shows_signers_fingerprint_content_and_the_difference_since(signed_in: SignedIn, pages: Any) -> None:
    story = pages["opened"]
    first = proposed(story, S, demands="按四部分报告", content="查封后九个月未启动评估")
    door.withdraw(first.uid, story.player.viewer(S), now=story.player.now)
    second = proposed(story, S, demands="按四部分报告", content="查封后十个月未启动评估拍卖")
    for tail in ("", "joint/"):
        answer = page(signed_in(E), story, tail)
        text = text_of(answer)
        for shown in (
            "两机构签署：联合交办",
            "监察机构",
            "提请并签署",
            "内容指纹",
            "打开签署的原文",
            "1 处不同",
            "【删】",
            "【增】",
            "拍卖",
        ):
            assert shown in text, (tail, shown)
        body = answer.content.decode()
        assert f"/sign/{second.uid}/" in body
        assert text.count(display_fingerprint(second)) >= 2  # over the content, and beside the signature
    assert "已撤回，未生效" in text_of(page(signed_in(E), story, "joint/"))
    assert signed_in(E).get(f"/sign/{first.uid}/").status_code == 200


def display_fingerprint(proposal: Proposal) -> str:
    from shuangcha.desk.display import fingerprint

    return fingerprint(proposal.content_sha)


def test_what_the_court_above_took_back_is_not_told_below(signed_in: SignedIn, pages: Any) -> None:
    story = pages["received"]
    story.player.act(E, "matter.supervise_on_site", story.matter, **supervision(story))
    open_one = Proposal.objects.filter(stream_id=f"matter:{story.matter.pk}", status=Proposal.OPEN).latest("id")
    for tail in ("", "joint/"):
        assert "专项督导检查" in text_of(page(signed_in(S), story, tail))
        assert "专项督导检查" not in text_of(page(signed_in(LE), story, tail))
    door.withdraw(open_one.uid, story.player.viewer(E), now=story.player.now)
    assert "专项督导检查" in text_of(page(signed_in(S), story, "joint/"))
    assert "专项督导检查" not in text_of(page(signed_in(LE), story, "joint/"))
    assert "双签收" in text_of(page(signed_in(LE), story, "joint/"))


def supervision(story: Story) -> dict[str, Any]:
    return {
        "supervisors": [story.player.uid_of(E), story.player.uid_of(S)],
        "visited_on": story.player.day.isoformat(),
        "text": "督导进度",
    }


def test_a_report_changed_after_one_body_signed_is_compared_with_what_it_signed(
    signed_in: SignedIn, pages: Any
) -> None:
    story = pages["drafted"]
    p = story.player
    p.act(LE, "report.sign", story.report, version=1)
    p.act(
        story.leader,
        "report.revise",
        story.report,
        process="调查经过",
        facts="查明事实：另有两套房产",
        analysis="问题分析",
        proposal="处理意见",
    )
    joint = text_of(page(signed_in(LS), story, "joint/"))
    assert "因情况变化失效，未生效" in joint and "签署的是报告第1稿，现为第2稿" in joint
    url = re.search(r'href="([^"]*left=1-1[^"]*)"', page(signed_in(LS), story, "joint/").content.decode())
    assert url
    text = text_of(signed_in(LS).get(url[1].replace("&amp;", "&")))
    assert "第1轮 第1稿" in text and "【增】 ：另有两套房产" in text and "调查经过 没有变化" in text


# --- evidence ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "page_text", "end"),
    [
        ("卷宗.pdf", "第35页", "/view/#page=35"),
        ("卷宗.PDF", "35", "/view/#page=35"),
        ("卷宗.pdf", "第一册第35页", "/view/#page=35"),
        ("卷宗.pdf", "第3-5页", "/view/#page=3"),
        ("卷宗.pdf", "全文", "/view/"),
        ("照片.jpg", "第2页", "/view/"),
        ("笔录.docx", "第2页", "/"),
    ],
)
def test_evidence_opens_at_its_page(name: str, page_text: str, end: str) -> None:
    url = links.evidence_url(7, name, page_text)
    assert url.endswith(end) and (("/view/" in url) == ("/view/" in end))


def test_evidence_is_shown_to_who_may_see_the_matter_only(
    signed_in: SignedIn, pages: Any, settings: Any, tmp_path: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from shuangcha.acts import materials

    settings.DATA_DIR = tmp_path
    story = pages["drafted"]
    p = story.player
    staged = materials.stage(SimpleUploadedFile("卷宗.pdf", b"%PDF-1.4 test"), p.viewer(story.leader), p.now)
    p.act(
        story.leader,
        "record.other_way",
        story.round,
        title="调取卷宗",
        held_on="2020-06-01",
        way="调取",
        text="调取卷宗",
        files=[str(staged.uid)],
    )
    kept = cf.Material.rows.latest("id")
    p.act(
        story.leader,
        "round.answer_point",
        story.round,
        point=1,
        finding="founded",
        text="查明",
        evidence=[{"material": kept.sha256[:16], "page": "第35页"}],
    )
    url = re.search(r'href="(/materials/[^"]*/view/)#page=35"', page(signed_in(E), story).content.decode())
    assert url
    answer: Any = signed_in(E).get(url[1])
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline") and answer["X-Content-Type-Options"] == "nosniff"
    assert (
        "script" not in answer["Content-Security-Policy"] and "default-src 'none'" in answer["Content-Security-Policy"]
    )
    assert signed_in(STRANGER).get(url[1]).status_code == 404
    assert signed_in("qu.ruohe").get(url[1]).status_code == 404


# --- the timeline -----------------------------------------------------------------------------------------------------
def test_the_timeline_is_narrowed_by_kind_body_and_month(signed_in: SignedIn, pages: Any) -> None:
    story = pages["verified"]
    client = signed_in(E)
    whole = text_of(page(client, story, "steps/"))
    for shown in ("双签收", "调卷审查", "联合交办", "起草调查报告"):
        assert shown in whole
    kinds = {key: timeline(page(client, story, f"steps/?kind={key}")) for key in steps_page.KINDS}
    assert "联合交办" in kinds["sign"] and "调卷审查" not in kinds["sign"]
    assert "调卷审查" in kinds["inquiry"] and "联合交办" not in kinds["inquiry"]
    assert "联合交办" in kinds["limit"] and "调卷审查" not in kinds["limit"]
    assert kinds["correct"] == ""
    assert "没有符合条件的办理经过" in text_of(page(client, story, "steps/?kind=correct"))
    below = timeline(page(client, story, "steps/?body=豫0304:enforcement"))
    assert "调卷审查" in below and "核查调查报告" not in below
    may, june = (timeline(page(client, story, f"steps/?month=2020-{n}")) for n in ("05", "06"))
    assert "联合交办" in may and "调卷审查" not in may and "调卷审查" in june and "联合交办" not in june
    assert page(client, story, "steps/?kind=x&body=y&month=z&page=q").status_code == 200


def timeline(answer: Any) -> str:
    """The text of the list of acts alone."""
    found = re.search(r'(?s)<ol class="timeline">(.*?)</ol>\s*</div>', answer.content.decode())
    return text_of_html(found[1]) if found else ""


def test_the_timeline_pages_and_keeps_its_filter(
    signed_in: SignedIn, pages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps_page, "SIZE", 3)
    story, client = pages["verified"], signed_in(LE)
    url, titles = f"/matters/{story.matter.uid}/steps/?kind=inquiry", []
    while url:
        body = client.get(url).content.decode()
        titles += re.findall(r'<div class="timeline-body"><strong>(.*?)</strong>', body)
        following = re.search(r'rel="next" href="([^"]*)"', body)
        assert following is None or "kind=inquiry" in following[1]
        url = f"/matters/{story.matter.uid}/steps/{following[1].replace('&amp;', '&')}" if following else ""
    wanted = Step.objects.filter(stream_id=f"matter:{story.matter.pk}", edge__move__in=steps_page.KINDS["inquiry"][1])
    assert len(titles) == wanted.exclude(edge__move="report.accept").count() > 6


def test_filters_tell_the_court_below_nothing_of_deliberation(signed_in: SignedIn, pages: Any) -> None:
    story = pages["approving"]
    assert "两机构签署检查意见" in timeline(page(signed_in(E), story, "steps/"))
    hidden = ("检查意见", "会商", "修改", "认定事实")
    for query in ("", "?kind=sign", "?kind=limit", "?kind=paper", "?body=豫03:supervision", "?month=2020-06"):
        shown = timeline(page(signed_in(LE), story, f"steps/{query}"))
        assert not [word for word in hidden if word in shown], (query, shown)
    options = re.findall(r'<option value="([^"]*:[^"]*)"', page(signed_in(LE), story, "steps/").content.decode())
    assert "豫03:supervision" in options and not [one for one in options if "group" in one]


# --- versions, duties -------------------------------------------------------------------------------------------------
def test_rounds_stand_side_by_side_and_any_two_versions_compare(signed_in: SignedIn, pages: Any) -> None:
    story = Story("verified", serial=9300, grown=True)
    client = signed_in(E)
    text = text_of(page(client, story, "rounds/"))
    for shown in ("第1轮 首次调查", "调卷审查 5 份", "本轮答复 6 项，共 6 项", "第5稿", "与前一稿比较", "比较任意两稿"):
        assert shown in text, shown
    compared = text_of(page(client, story, "compare/?left=1-1&right=1-5"))
    assert (
        "第1轮 第1稿" in compared and "第1轮 第5稿 现行稿" in compared and "【删】" in compared and "【增】" in compared
    )
    assert "第1轮 第4稿" in text_of(page(client, story, "compare/"))
    assert page(client, story, "compare/?left=1-1&right=9-9").status_code == 404
    one = cost(client, f"/matters/{story.matter.uid}/rounds/")
    assert one == cost(client, f"/matters/{pages['verified'].matter.uid}/rounds/") <= 18


def test_duties_are_cards_with_their_own_limits(signed_in: SignedIn, pages: Any) -> None:
    body = page(signed_in(E), pages["disposing"]).content.decode()
    cards = [text_of_html(one) for one in re.findall(r'(?s)<article class="duty-card.*?</article>', body)]
    assert len(cards) == len(pages["disposing"].duties()) > 2
    urge = next(one for one in cards if "发出督办意见" in one)
    for shown in (
        "方案四(九)2",
        "主办机构 执行局",
        "收件法院 洛阳市瀍河回族区人民法院",
        "余",
        "星期",
        "下一步",
        "待发出",
    ):
        assert shown in urge, shown
    assert "方案四(十)" in next(one for one in cards if "反馈执行行为问题" in one)


# --- who is told nothing ----------------------------------------------------------------------------------------------
def test_strangers_and_recused_persons_get_the_page_of_what_never_was(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    record = story.newest("record")
    urls = [f"/matters/{story.matter.uid}/{tail}" for tail in PAGES]
    urls += [f"/records/{record.uid}/print/", f"/rounds/{story.round.uid}/blank/interview/"]
    cf.Recusal.rows.create(matter=story.matter, person=Person.objects.get(login=E), cause="declared")
    for login in (E, "qu.ruohe", STRANGER):
        client = signed_in(login)
        bodies = {re.sub(r"csrf\w+\W+value=\W\w+", "", client.get(url).content.decode()) for url in urls}
        assert {client.get(url).status_code for url in urls} == {404}
        assert len({text_of_html(one) for one in bodies}) == 1
    assert {signed_in(S).get(url).status_code for url in urls} == {200}


def test_no_page_names_who_complained_and_all_keep_the_budget(signed_in: SignedIn, pages: Any) -> None:
    for place in ("handing", "drafted", "verified", "approving", "disposing", "concluded"):
        story = pages[place]
        for login in (E, S, LE, PRESIDENT, HEAD):
            client = signed_in(login)
            for tail in PAGES:
                answer = page(client, story, tail)
                text = text_of(answer)
                assert "柏青禾" not in text and "13800000000" not in text, (place, login, tail)
                if login in (LE, PRESIDENT):
                    assert "楚雨洲" not in text and "承办人接受吃请" not in text, (place, login, tail)
                assert not set(re.findall(r"[A-Za-z_]{2,}", text)) - {"XS", "Ctrl", "pdf", "PDF", "KB", "MB"}, (
                    place,
                    login,
                    tail,
                )
            assert cost(client, f"/matters/{story.matter.uid}/joint/") <= 18
            assert cost(client, f"/matters/{story.matter.uid}/steps/?kind=sign") <= 12


def test_an_act_on_a_duty_that_can_be_done_now_is_on_top_too(signed_in: SignedIn, pages: Any) -> None:
    body = page(signed_in(E), pages["disposing"]).content.decode()
    top = text_of_html(body.split('aria-label="您现在可以办理的事项"')[1].split("</section>")[0])
    assert "发出督办意见 1. 发出督办意见" in top and "执行行为问题反馈" in top
    assert "干警违纪问题反馈" not in top
    assert body.index('aria-label="当前该谁办"') < body.index('aria-label="办理步骤"')
