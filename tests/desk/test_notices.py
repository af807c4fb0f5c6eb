"""通知: derived from what is open, read by each person for himself, gone when the matter is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from django.test import Client

from shuangcha.acts import door
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.desk.models import ReadMark
from tests.desk.story import CLERK, LE, LS, E, S
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]
STRANGER = "qu.ruohe"
ADMIN = "xiang.zhaoting"


def bell(client: Client, url: str = "/flow/") -> int:
    found = re.search(r'(?s)class="top-todo"[^>]*>.*?<b>(\d+)</b>', client.get(url).content.decode())
    assert found
    return int(found[1])


def notices(client: Client, url: str = "/notices/") -> list[str]:
    """The HTML of each notice, of all pages."""
    found: list[str] = []
    while url:
        body = client.get(url).content.decode()
        found += re.findall(r'(?s)<li class="notice.*?</li>', body)
        more = re.search(r'rel="next" href="([^"]*)"', body)
        url = "/notices/" + unescape(more[1]) if more else ""
    return found


def about(found: list[str], text: str) -> list[str]:
    return [one for one in found if text in one]


def token(notice: str) -> str:
    found = re.search(r'name="notice" value="([^"]*)"', notice)
    assert found
    return unescape(found[1])


def test_the_bell_counts_what_the_tray_shows(signed_in: SignedIn) -> None:
    for login in (E, S, CLERK, LE, LS):
        client = signed_in(login)
        assert bell(client) == bell(client, "/") == len(notices(client)) > 0, login


def test_a_notice_says_matter_reason_and_what_to_do(signed_in: SignedIn, pages: Any) -> None:
    story = pages["handing"]
    (one,) = about(notices(signed_in(E)), story.matter.number)
    text = " ".join(re.sub(r"(?s)<[^>]*>", " ", one).split())
    for said in (
        "待签署",
        "未读",
        story.matter.title,
        "另一机构已提请，等待执行局签署",
        "签署：联合交办",
        "方案四(五)",
        "2020年5月28日 星期四",
        "去签署",
    ):
        assert said in text, said
    for login in (E, CLERK):
        assert "柏青禾" not in text_of(signed_in(login).get("/notices/?view=all"))


def test_reading_is_of_one_person(signed_in: SignedIn, pages: Any) -> None:
    mine, colleague = signed_in(E), signed_in(CLERK)
    story = pages["received"]
    before, theirs = bell(mine), bell(colleague)
    (one,) = about(notices(mine), story.matter.number) or about(notices(mine), pages["verified"].matter.number)
    answer = mine.post("/notices/mark/", {"notice": token(one), "next": "/matters/"})
    assert (answer.status_code, answer["Location"]) == (303, "/matters/")
    assert bell(mine) == before - 1 and bell(colleague) == theirs
    assert token(one) not in "".join(notices(mine))
    assert len(notices(mine, "/notices/?view=all")) == before
    mine.post("/notices/mark/", {"notice": token(one)})  # twice is once
    assert bell(mine) == before - 1
    mine.post("/notices/mark/", {"do": "all"})
    assert bell(mine) == 0 and bell(colleague) == theirs
    assert "没有未读的通知" in text_of(mine.get("/notices/"))


def test_a_todo_that_ends_takes_its_notice_away_and_a_change_makes_it_new(signed_in: SignedIn, pages: Any) -> None:
    story, client = pages["drafted"], signed_in(LE)
    (one,) = about(notices(client), story.matter.number)
    client.post("/notices/mark/", {"notice": token(one)})
    assert not about(notices(client), story.matter.number)
    story.player.act(
        story.leader, "report.revise", story.report, process="改写", facts="事实", analysis="分析", proposal="意见"
    )
    assert about(notices(client), story.matter.number), "another text is to be signed: it is new"
    story.report.refresh_from_db()
    story.player.both(LE, LS, "report.sign", story.report, version=story.report.version_no)
    assert (
        not about(notices(client, "/notices/?view=all"), "两机构签署调查报告</")
        and not about(notices(client), "待办理")[5:]
    )
    left = about(notices(client, "/notices/?view=all"), story.matter.number)
    assert all("提请结果" in notice or "待办理" not in notice for notice in left)


def test_what_became_of_ones_proposal(signed_in: SignedIn, pages: Any) -> None:
    story, client = pages["handing"], signed_in(S)
    assert not [
        one for one in notices(client) if "提请结果" in one and "联合交办：" in one and story.matter.title in one
    ]
    story.player.on("2020-06-24")
    story.sign(E)
    (one,) = [one for one in notices(client) if "提请结果" in one and "联合交办：" in one and story.matter.title in one]
    assert "另一机构已经签署，已经生效" in one
    count = bell(client)
    client.post("/notices/mark/", {"notice": token(one)})
    assert bell(client) == count - 1


def test_a_proposal_that_died_is_told(signed_in: SignedIn, pages: Any) -> None:
    story = pages["forming"]
    open_one = Proposal.objects.get(status=Proposal.OPEN, stream_id=f"matter:{story.matter.pk}")
    assert open_one.proposer.login == LE
    story.player.on("2020-06-24").both(
        E, S, "matter.take_over", story.matter, reason="下级法院迟迟未组成调查组", period="1月"
    )
    (one,) = [one for one in notices(signed_in(LE)) if "已经失效" in one and story.matter.title in one]
    assert "提请结果" in one


def test_a_reminder_says_who_asks_for_what_and_goes_when_it_is_done(signed_in: SignedIn, pages: Any) -> None:
    story = pages["investigating"]
    client = signed_in(LE)
    before = bell(client)
    story.player.on("2020-06-22").act(
        CLERK, "assignment.remind", story.newest("assignment"), text="请于六月底前报告，并附整改进度"
    )
    (one,) = [one for one in notices(client) if "催办" in one and story.matter.number in one]
    text = " ".join(re.sub(r"(?s)<[^>]*>", " ", one).split())
    assert "洛阳市中级人民法院执行局2020年6月22日催办：报告调查情况和处理意见" in text
    assert "请于六月底前报告，并附整改进度" in text
    assert bell(client) == before + 1
    assert not [one for one in notices(signed_in(E)) if 'pill-red">催办' in one], "who asks is not asked"
    assert "催办" not in text_of(signed_in(STRANGER).get("/notices/?view=all")).replace("被催办", "")
    story.player.both(E, S, "matter.take_over", story.matter, reason="久拖未报", period="1月")
    assert not [one for one in notices(client, "/notices/?view=all") if 'pill-red">催办' in one], (
        "nothing is owed any more"
    )


def test_strangers_and_who_is_recused_hear_nothing(signed_in: SignedIn, pages: Any) -> None:
    stranger = signed_in(STRANGER)
    assert bell(stranger) == 0 and notices(stranger, "/notices/?view=all") == []
    story, client = pages["verified"], signed_in(E)
    before = bell(client)
    assert about(notices(client), story.matter.number)
    cf.Recusal.rows.create(matter=story.matter, person=Person.objects.get(login=E), cause="declared")
    assert not about(notices(client, "/notices/?view=all"), story.matter.number)
    assert bell(client) == len(notices(client)) < before
    admin = signed_in(ADMIN)
    assert admin.get("/notices/").status_code == 404
    assert "top-todo" not in admin.get("/").content.decode()


def test_marking_wants_a_post_and_a_name_that_the_page_gave(signed_in: SignedIn) -> None:
    client = signed_in(E)
    assert client.get("/notices/mark/").status_code == 405
    for spoilt in ("", "todo|matter|1|matter.archive|2020-06-24|1", "x:y", token(notices(client)[0])[:-3] + "abc"):
        assert client.post("/notices/mark/", {"notice": spoilt}).status_code == 303
    assert not ReadMark.objects.exists()
    away = client.post("/notices/mark/", {"notice": token(notices(client)[0]), "next": "https://example.com/"})
    assert away["Location"] == "/notices/"
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/notices/mark/", {"do": "all"}).status_code == 403


def test_withdrawing_ones_own_proposal_is_no_news(signed_in: SignedIn, pages: Any) -> None:
    story, client = pages["handing"], signed_in(S)
    one = Proposal.objects.get(status=Proposal.OPEN, stream_id=f"matter:{story.matter.pk}")
    before = len([row for row in notices(client) if "提请已经撤回" in row])
    assert client.post(f"/withdraw/{one.uid}/").status_code == 303
    assert len([row for row in notices(client) if "提请已经撤回" in row]) == before
    again = story.player.on("2020-06-24").act(
        S,
        "assignment.hand_down",
        story.newest("assignment"),
        points=story.asked,
        demands="按四部分报告",
        contact="内勤 0379",
        content="重写的线索内容",
    )
    door.withdraw(
        again.proposal, story.player.viewer("xu.heting"), now=story.player.now
    )  # a colleague of the same body
    assert len([row for row in notices(client) if "提请已经撤回" in row]) == before + 1
