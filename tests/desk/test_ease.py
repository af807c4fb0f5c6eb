"""What newcomers stumbled over (docs/usability.md), and what the screen says now."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone

from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.desk import drafts, links
from tests.desk.story import CLERK, LE, E
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]


def test_a_meeting_before_its_day_says_so_on_its_button(signed_in: SignedIn, pages: Any) -> None:
    story = pages["submitted"]
    item, p = story.player.item(story.clue), story.player.on("2020-06-23")
    meeting = p.got(p.act(E, "meeting.convene", None, held_on="2020-06-30", place="第一会议室"))
    p.act(CLERK, "item.list", item, meeting=str(meeting.uid))
    text = text_of(signed_in(E).get(links.of(meeting)))
    assert "提前开始会议（原定2020年6月30日）" in text and "还没有到会议日期" in text
    cf.Meeting.rows.filter(pk=meeting.pk).update(held_on=dt.date(2020, 6, 24))
    text = text_of(signed_in(E).get(links.of(meeting)))
    assert "提前开始会议" not in text and "开始会议" in text


def test_what_is_half_written_stands_on_the_worklist_of_who_wrote_it(signed_in: SignedIn, pages: Any) -> None:
    story = pages["investigating"]
    place = drafts.place_of("round.answer_point", "round", f"{story.round.uid}/2")
    drafts.keep(Person.objects.get(login=story.leader).pk, place, [("text", "写了一半")], version=0, now=timezone.now())
    page = signed_in(story.leader).get("/").content.decode()
    found = re.search(r'<a href="([^"]+)">接着写：答复核查要点</a>', page)
    assert found and found[1].endswith("&amp;point=2"), "the point that was being answered"
    kept = signed_in(story.leader).get(found[1].replace("&amp;", "&"))
    assert kept.status_code == 200 and "写了一半" in kept.content.decode()
    assert "没写完的草稿" not in text_of(signed_in(E).get("/"))
    cf.Recusal.rows.create(matter=story.matter, person=Person.objects.get(login=story.leader), cause="declared")
    page = text_of(signed_in(story.leader).get("/"))
    assert story.matter.number not in page, "the line tells the act, never the file"
    assert signed_in(story.leader).get(found[1].replace("&amp;", "&")).status_code == 404


def test_who_handed_down_reminds_from_the_list_of_limits(signed_in: SignedIn, pages: Any) -> None:
    upper = signed_in(E).get("/due/?way=down").content.decode()
    found = re.findall(r'href="(/do/assignment\.remind/[^"]+)"', upper)
    assert found
    assert signed_in(E).get(found[0].replace("&amp;", "&")).status_code == 200
    assert "/do/assignment.remind/" not in signed_in(LE).get("/due/").content.decode(), (
        "the court that owes does not remind itself"
    )


def test_overdue_means_the_same_beside_every_number(signed_in: SignedIn, pages: Any) -> None:
    client = signed_in(E)
    for url in ("/", "/matters/", "/due/", "/duties/"):
        assert "超期：期限届满之日已过，仍未办结" in text_of(client.get(url)), url


def test_from_a_record_to_the_answer_it_serves(signed_in: SignedIn, pages: Any) -> None:
    story = pages["drafted"]
    record = cf.Record.rows.filter(round=story.round).first()
    assert record is not None
    link = links.move_url("round.answer_point", "round", story.round.uid).replace("&", "&amp;")
    assert link in signed_in(story.leader).get(links.of(record)).content.decode()
    assert link not in signed_in(LE).get(links.of(record)).content.decode(), "only the team answers"


def test_who_signs_reads_which_court_it_is_about(signed_in: SignedIn, pages: Any) -> None:
    matter = pages["handing"].matter
    proposal = Proposal.objects.get(status=Proposal.OPEN, stream_id=f"matter:{matter.pk}")
    text = text_of(signed_in(E).get(links.sign_url(proposal.uid)))
    assert f"由洛阳市中级人民法院交{matter.target_court.name}办理" in text


def test_the_button_of_a_form_says_its_act(signed_in: SignedIn, pages: Any) -> None:
    clue = pages["registered"].clue
    page = signed_in(CLERK).get(links.move_url("clue.put_forward", "clue", clue.uid)).content.decode()
    foot = page[page.index('class="form-foot"') :]
    assert "<span>筛选：拟提交</span>" in foot.split("</button>")[0]
