"""Long on purpose: one meeting, built once, from its agenda through a sitting by clicks to what is hidden on its
screen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shuangcha.acts import rebuild
from shuangcha.audit.chain import ZONE
from shuangcha.audit.models import Proposal, ReadLog, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person, Post
from shuangcha.desk import minutes_draft
from shuangcha.desk.models import Draft
from shuangcha.papers.kinds import minutes as paper
from tests.desk.story import CLERK, E, S, Story

DAY = dt.date(2020, 5, 25)
NAME = "柏青禾"
STRANGER, LEADER = "qu.ruohe", "kang.ruoji"


def deputy() -> str:
    """A deputy head of the supervision body, who speaks where its head is recused."""
    found = (
        Post.objects.filter(body__court__code="豫03", body__kind="supervision", role="deputy").order_by("id").first()
    )
    assert found is not None
    return str(found.person.login)


class Room:
    """Three clues on one agenda. `items` in the order in which they were listed."""

    def __init__(self) -> None:
        self.stories = [Story("submitted", serial=2000 + n) for n in range(3)]
        self.player = self.stories[0].player
        self.items = [self.player.item(one.clue) for one in self.stories]
        self.meeting = self.player.got(
            self.player.act(E, "meeting.convene", None, held_on=DAY.isoformat(), place="第一会议室")
        )

    def listed(self) -> None:
        for item in self.items:
            self.player.act(CLERK, "item.list", item, meeting=str(self.meeting.uid))

    def opened(self, *others: str) -> None:
        self.listed()
        p = self.player.on(DAY.isoformat())
        p.act(E, "meeting.open", self.meeting, chair=p.uid_of(E), attendees=[p.uid_of(one) for one in (E, S, *others)])

    @property
    def url(self) -> str:
        return f"/meetings/{self.meeting.uid}/"


@pytest.fixture(scope="module")
def built(django_db_setup: Any, django_db_blocker: Any, instance_keys: None) -> Iterator[Room]:
    from shuangcha.acts.load import load_initial
    from shuangcha.courts import calendar, settings

    with django_db_blocker.unblock():
        calendar.forget()
        settings.forget()
        with transaction.atomic():
            load_initial(now=dt.datetime.now(dt.UTC), demo=True)
            yield Room()
            transaction.set_rollback(True)
        calendar.forget()
        settings.forget()


@pytest.fixture
def room(built: Room, db: None, monkeypatch: pytest.MonkeyPatch) -> Room:
    now = dt.datetime.combine(DAY, dt.time(15, 0), ZONE)
    monkeypatch.setattr("shuangcha.clock.business.now", lambda: now)
    built.player.on(DAY.isoformat())
    for one in (built.meeting, *built.items):
        one.refresh_from_db()
    return built


def as_(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    return unescape(str(response.content.decode()))


def row_of(page: str, item: cf.Item) -> str:
    """The HTML of one row; empty where there is none."""
    found = re.search(
        rf'<li class="panel sit-row[^>]*id="item-{str(item.uid)[:8]}".*?(?=<li class="panel sit-row|</ol>\s*\n)',
        page,
        re.S,
    )
    return found[0] if found else ""


def form_in(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to this address, as the browser would send them back."""
    for one in re.findall(r"<form.*?</form>", html, re.S):
        if f'action="{action}"' in one:
            return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', one))
    raise AssertionError(f"no form to {action}")


def act_url(room: Room, item: cf.Item, move: str) -> str:
    return reverse("meeting_item_act", args=[str(room.meeting.uid), str(item.uid), move])


def send(client: Client, room: Room, item: cf.Item, move: str, **typed: str) -> Any:
    """Fill the row's form and send it."""
    url = act_url(room, item, move)
    hidden = form_in(row_of(text(client.get(room.url)), item), url)
    return client.post(url, {**hidden, **typed})


def agenda(room: Room) -> list[int]:
    return list(cf.Item.rows.filter(meeting=room.meeting).order_by("order").values_list("pk", flat=True))


# --- before the meeting ---------------------------------------------------------------------------------------------
def test_the_queue_stands_left_and_goes_to_the_agenda_by_a_button(room: Room) -> None:
    client, item = as_(CLERK), room.items[1]
    page = text(client.get(room.url))
    assert page.count("data-queue") == 1 and all(str(one.uid) in page for one in room.items)
    sent = next(
        dict(re.findall(r'name="([^"]+)" value="([^"]*)"', one))
        for one in re.findall(r"<form.*?</form>", page, re.S)
        if str(item.uid) in one
    )
    answer = client.post(f"{room.url}list/", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"{room.url}#item-{str(item.uid)[:8]}")
    item.refresh_from_db()
    assert (item.stage, item.meeting_id, item.order) == ("listed", room.meeting.pk, 1)
    assert client.post(f"{room.url}list/", sent).status_code == 303  # the same click again
    assert Step.objects.filter(subject_kind="item", subject_id=item.pk, edge__move="item.list").count() == 1


def test_an_item_is_dropped_before_another_and_moved_and_the_minutes_follow(room: Room) -> None:
    first, second, third = room.items
    client = as_(CLERK)
    for one in (first, second):
        room.player.act(CLERK, "item.list", one, meeting=str(room.meeting.uid))
    drop = {
        "item": str(third.uid),
        "before": str(second.uid),
        "seen_version": str(third.version),
        "request_key": "drop",
    }
    assert client.post(f"{room.url}list/", drop).status_code == 303
    assert agenda(room) == [first.pk, third.pk, second.pk]
    page = text(client.get(room.url))
    assert f'id="up-{str(first.uid)[:8]}"' not in page and f'id="down-{str(second.uid)[:8]}"' not in page
    button = next(one for one in re.findall(r"<form.*?</form>", page, re.S) if f'id="down-{str(first.uid)[:8]}"' in one)
    answer = client.post(f"{room.url}order/", dict(re.findall(r'name="([^"]+)" value="([^"]*)"', button)))
    assert answer["Location"].endswith(f"#down-{str(first.uid)[:8]}")
    assert agenda(room) == [third.pk, first.pk, second.pk]
    step = Step.objects.filter(edge__move="register.order_agenda").latest("id")
    assert step.actor.login == CLERK and step.subject_id == room.meeting.pk
    assert [one.item.pk for one in paper.talks_of(room.meeting)] == agenda(room)
    # to the end
    client.post(f"{room.url}order/", {"item": str(third.uid), "before": "", "request_key": "end"})
    assert agenda(room) == [first.pk, second.pk, third.pk] == [one.item.pk for one in paper.talks_of(room.meeting)]


@pytest.mark.parametrize("wrong", ["item", "before", "itself", "nonsense"])
def test_what_is_not_on_the_agenda_is_not_moved(room: Room, wrong: str) -> None:
    first, second, third = room.items
    for one in (first, second):
        room.player.act(CLERK, "item.list", one, meeting=str(room.meeting.uid))
    sent = {
        "item": {"item": str(third.uid), "before": ""},
        "before": {"item": str(first.uid), "before": str(third.uid)},
        "itself": {"item": str(first.uid), "before": str(first.uid)},
        "nonsense": {"item": "x", "before": ""},
    }[wrong]
    page = text(as_(CLERK).post(f"{room.url}order/", sent, follow=True))
    assert "请" in page and agenda(room) == [first.pk, second.pk]
    assert not Step.objects.filter(edge__move="register.order_agenda").exists()


def test_who_is_of_neither_body_does_not_order(room: Room) -> None:
    room.listed()
    client = as_(LEADER)  # a deputy head of the leading group may look in
    page = client.get(room.url)
    assert page.status_code == 200 and "data-movable" not in text(page) and "上移" not in text(page)
    before = agenda(room)
    client.post(f"{room.url}order/", {"item": str(room.items[2].uid), "before": str(room.items[0].uid)})
    assert agenda(room) == before


def test_opening_without_one_body_is_refused_at_the_field(room: Room) -> None:
    room.listed()
    client, url = as_(E), reverse("meeting_act", args=[str(room.meeting.uid), "meeting.open"])
    hidden = form_in(text(client.get(room.url)), url)
    uid = room.player.uid_of(E)
    answer = client.post(url, {**hidden, "chair": uid, "attendees": [uid]})
    assert answer.status_code == 422
    page = text(answer)
    assert "监察机构没有人员出席" in page and re.search(rf'value="{uid}"[^>]*checked', page)
    assert client.post(url, {**hidden, "chair": uid, "attendees": [uid, room.player.uid_of(S)]}).status_code == 303
    room.meeting.refresh_from_db()
    assert room.meeting.stage == "in_session"


def test_no_position_is_awaited_before_the_meeting_sits(room: Room) -> None:
    room.listed()
    todos = cf.Todo.rows.filter(subject_kind="item", subject_id__in=[one.pk for one in room.items])
    assert not todos.filter(kind="item.take_position").exists()
    assert rebuild.check(DAY) == []
    p = room.player
    p.act(E, "meeting.open", room.meeting, chair=p.uid_of(E), attendees=[p.uid_of(E), p.uid_of(S)])
    assert not todos.filter(kind="item.take_position").exists(), "first everybody declares"
    for one in room.items:
        p.act(E, "item.declare", one)
        p.act(S, "item.declare", one)
    assert todos.filter(kind="item.take_position").count() == 6  # three items, two bodies
    assert rebuild.check(DAY) == []


# --- a whole sitting ------------------------------------------------------------------------------------------------
def test_two_heads_hold_a_sitting_by_clicks(room: Room) -> None:
    room.opened()
    one, two, three = room.items
    first, second = as_(E), as_(S)
    for client in (first, second):
        page = text(client.get(room.url))
        assert "对 3 个议题均声明无应当回避情形" in page
        answer = client.post(f"{room.url}declare/", form_in(page, f"{room.url}declare/"))
        assert answer["Location"] == f"{room.url}#agenda"
    assert cf.Declaration.rows.filter(item__meeting=room.meeting, recused=False).count() == 6
    for item in room.items:
        for client, said in ((first, "同意启动"), (second, "一并核实管理责任")):
            answer = send(
                client, room, item, "item.take_position", stance="agree" if client is first else "reserve", text=said
            )
            assert (answer.status_code, answer["Location"]) == (303, f"{room.url}#item-{str(item.uid)[:8]}")
    row = row_of(text(first.get(room.url)), one)
    assert "同意启动" in row and "保留意见" in row and "一并核实管理责任" in row
    # one body proposes, the other signs in the row
    asked = {"reason": "线索具体", "points.0.text": "查封后为何未处置", "points.0.allegation": "1"}
    assert send(first, room, one, "item.start_and_assign", **asked).status_code == 303
    mine, other = row_of(text(first.get(room.url)), one), row_of(text(second.get(room.url)), one)
    for row in (mine, other):
        assert "负责人待签署" in row and "查封后为何未处置" in row and "线索具体" in row
    assert (
        "代表本机构签署" not in mine.split("另提其他决定")[0].replace("提请并代表本机构签署", "") and "撤回提请" in mine
    )
    proposal = Proposal.objects.get(subject_kind="item", subject_id=one.pk, status=Proposal.OPEN)
    url = reverse("meeting_sign", args=[str(room.meeting.uid), proposal.uid])
    answer = second.post(url, form_in(other, url))
    assert (answer.status_code, answer["Location"]) == (303, f"{room.url}#item-{str(one.uid)[:8]}")
    one.refresh_from_db()
    assert one.stage == "decided" and cf.Matter.rows.filter(clue_links__clue=one.clue).exists()
    # the supervision body proposes 不启动, takes it back, proposes 暂缓
    send(second, room, two, "item.decline", reason="证据不足")
    proposal = Proposal.objects.get(subject_kind="item", subject_id=two.pk, status=Proposal.OPEN)
    second.post(reverse("meeting_withdraw", args=[str(room.meeting.uid), proposal.uid]), {})
    assert not Proposal.objects.filter(subject_id=two.pk, subject_kind="item", status=Proposal.OPEN).exists()
    send(second, room, two, "item.defer", reason="等待公安机关认定", revisit_on="2020-06-18")
    send_signature(first, room, two)
    send(second, room, three, "item.decline", reason="已由信访程序处理")
    send_signature(first, room, three)
    page = text(first.get(room.url))
    for item, shown in ((one, "决定：启动并交办。"), (two, "决定：暂缓。"), (three, "决定：不启动。")):
        assert shown in row_of(page, item), shown
    assert page.index("议题一") < page.index("议题二") < page.index("议题三")
    # the minutes
    close = reverse("meeting_act", args=[str(room.meeting.uid), "meeting.close"])
    assert second.post(close, {**form_in(text(second.get(room.url)), close), "minutes": ""}).status_code == 422
    answer = second.post(close, {**form_in(text(second.get(room.url)), close), "minutes": "会议议定：启动一件。"})
    assert answer.status_code == 303
    room.meeting.refresh_from_db()
    assert (room.meeting.stage, room.meeting.minutes) == ("closed", "会议议定：启动一件。")
    assert not Draft.objects.exists()
    page = text(first.get(room.url))
    assert "会议议定：启动一件。" in page and "提请决定" not in page
    assert rebuild.check(DAY) == []


def send_signature(client: Client, room: Room, item: cf.Item) -> None:
    proposal = Proposal.objects.get(subject_kind="item", subject_id=item.pk, status=Proposal.OPEN)
    url = reverse("meeting_sign", args=[str(room.meeting.uid), proposal.uid])
    assert client.post(url, form_in(row_of(text(client.get(room.url)), item), url)).status_code == 303
    proposal.refresh_from_db()
    assert proposal.status == Proposal.EXECUTED


def test_the_preview_reads_as_the_paper(room: Room) -> None:
    """The very paragraphs of the paper, with the text as typed; kept as a draft that only its writer sees."""
    room.opened()
    client, url = as_(E), f"{room.url}minutes/"
    answer = client.post(url, {"minutes": "到会情况\n\n议定事项一"}, HTTP_X_REQUESTED_WITH="fetch")
    shown = re.findall(r"<p>(.*?)</p>", text(answer), re.S)
    meeting = cf.Meeting.rows.select_related("court").get(pk=room.meeting.pk)
    meeting.minutes = "到会情况\n\n议定事项一"
    wanted = [line for section in paper.build(meeting).sections for line in section.paragraphs]
    assert shown == wanted and "议定事项一" in shown
    assert cf.Meeting.rows.get(pk=meeting.pk).minutes == ""  # nothing was written to the file
    kept = Draft.objects.get()
    assert "到会情况".encode() not in bytes(kept.sealed)
    assert minutes_draft.read(room.player.viewer(E), meeting) == "到会情况\n\n议定事项一"
    assert "到会情况" in text(client.get(room.url)) and "到会情况" not in text(as_(S).get(room.url))
    # without JavaScript the same button saves and comes back
    answer = client.post(url, {"minutes": "另一稿"})
    assert answer["Location"] == f"{room.url}#minutes" and "另一稿" in text(client.get(room.url))


# --- what is hidden -------------------------------------------------------------------------------------------------
def test_a_recused_head_sees_nothing_of_his_row_and_the_others_see_that_he_is(room: Room) -> None:
    second = deputy()
    room.opened(second)
    item, rest = room.items[0], room.items[1:]
    client = as_(S)
    before = text(client.get(room.url))
    assert "议程（3 个议题）" in before
    url = act_url(room, item, "item.declare")
    hidden = form_in(row_of(before, item), url)
    answer = client.post(url, {**hidden, "recused": "1", "reason": ""})
    assert answer.status_code == 422 and "声明回避必须写明原因" in text(answer)
    answer = client.post(url, {**hidden, "recused": "1", "reason": "系承办人近亲属"})
    assert answer["Location"].startswith(room.url)
    page = text(client.get(room.url))
    assert "议程（2 个议题）" in page and row_of(page, item) == ""
    for gone in (
        str(item.uid)[:8],
        item.clue.number,
        item.clue.title,
        "近亲属",
        "会议纪要</h2>",
        "结束联席会议并形成纪要</button>",
    ):
        assert gone not in page or gone == item.clue.title, gone  # the three clues share their title
    numbers = re.findall(r'sit-title">(\d+)\.', page)
    assert numbers == ["1", "2"]
    assert all(row_of(page, one) for one in rest)
    assert client.get(reverse("item", args=[str(item.uid)])).status_code == 404
    assert client.post(url, {"recused": "", "reason": ""}).status_code == 404
    assert client.post(f"{room.url}minutes/", {"minutes": "x"}).status_code == 404
    for query in ("?view=projector", "?view=projector&item=3"):
        wall = text(client.get(f"{room.url}{query}"))
        assert item.clue.number not in wall and "共 2 个" in wall
    others = text(as_(E).get(room.url))
    assert "议程（3 个议题）" in others and "声明回避：系承办人近亲属" in row_of(others, item)
    # the deputy head speaks for the body instead
    for login in (E, second):
        room.player.act(login, "item.declare", item)
    assert send(as_(second), room, item, "item.take_position", stance="agree", text="同意启动").status_code == 303
    assert cf.Position.rows.get(item=item).person.login == second


def test_a_person_named_in_an_item_cannot_tell_that_it_is_there(room: Room) -> None:
    """An agenda with one hidden item reads for him as the agenda without it."""
    room.opened()
    person = Person.objects.get(login=S)
    whole = text(as_(S).get(room.url))
    cf.Recusal.rows.create(clue=room.items[1].clue, person=person, cause="subject")
    hidden = text(as_(S).get(room.url))
    assert str(room.items[1].uid)[:8] in whole and str(room.items[1].uid)[:8] not in hidden
    assert re.findall(r'sit-title">(\d+)\.', hidden) == ["1", "2"] and "3 个" not in hidden
    moved = {"item": str(room.items[1].uid), "before": ""}
    assert "请从本次会议的议程中选择议题。" in text(as_(S).post(f"{room.url}order/", moved, follow=True))
    as_(S).post(f"{room.url}order/", {"item": str(room.items[2].uid), "before": str(room.items[0].uid)})
    assert agenda(room) == [room.items[2].pk, room.items[0].pk, room.items[1].pk]


def test_an_agenda_that_is_hidden_whole_reads_like_an_empty_one(room: Room) -> None:
    room.listed()
    for one in room.items:
        cf.Recusal.rows.create(clue=one.clue, person=Person.objects.get(login=S), cause="subject")
    page = text(as_(S).get(room.url))
    assert "议程中没有您可以看到的议题" in page and "议程中还没有议题，请先把待议的议题编入议程。" in page
    assert 'action="' + reverse("meeting_act", args=[str(room.meeting.uid), "meeting.open"]) not in page


def test_a_stranger_finds_no_meeting(room: Room) -> None:
    room.opened()
    client = as_(STRANGER)
    for url in (room.url, f"{room.url}?view=projector", f"{room.url}pulse/"):
        assert client.get(url).status_code == 404, url
    for url in (
        "declare/",
        "order/",
        "list/",
        "minutes/",
        "do/meeting.close/",
        f"items/{room.items[0].uid}/do/item.declare/",
    ):
        assert client.post(f"{room.url}{url}", {}).status_code == 404, url
    assert not cf.Declaration.rows.exists()


def test_only_acts_of_the_screen_go_through_its_addresses(room: Room) -> None:
    room.opened()
    client = as_(E)
    for key in ("meeting.cancel", "clue.decline", "item.queue", "nonsense"):
        assert client.post(f"{room.url}do/{key}/", {}).status_code == 404, key
        assert client.post(act_url(room, room.items[0], key), {}).status_code == 404, key
    assert client.get(f"{room.url}do/meeting.close/")["Location"] == room.url


# --- refusals and staleness -----------------------------------------------------------------------------------------
def ready(room: Room) -> None:
    """Everybody has declared, both bodies have spoken on every item."""
    room.opened()
    for item in room.items:
        for who in (E, S):
            room.player.act(who, "item.declare", item)
        for who in (E, S):
            room.player.act(who, "item.take_position", item, stance="agree", text="同意")


def test_an_error_stands_at_the_field_of_its_row_and_what_was_typed_stays(room: Room) -> None:
    ready(room)
    item = room.items[1]
    answer = send(as_(E), room, item, "item.start_and_assign", reason="", **{"points.0.text": "查封后为何未处置"})
    assert answer.status_code == 422
    page = text(answer)
    row = row_of(page, item)
    assert "必须填写" in row and "查封后为何未处置" in row and 'aria-invalid="true"' in row
    assert all("field-error" not in row_of(page, one) for one in (room.items[0], room.items[2]))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)[:5]


def test_without_javascript_a_point_is_added(room: Room) -> None:
    ready(room)
    item = room.items[0]
    answer = send(
        as_(E), room, item, "item.start_and_assign", reason="线索具体", **{"points.0.text": "第一问", "add-points": "1"}
    )
    row = row_of(text(answer), item)
    assert answer.status_code == 200 and "线索具体" in row and 'name="points.1.text"' in row
    assert not Proposal.objects.filter(subject_kind="item", subject_id=item.pk).exists()


def test_a_stale_form_says_so_and_keeps_what_was_typed(room: Room) -> None:
    """The item was decided while the form stood open: the form is gone, the sentence and the words are not."""
    ready(room)
    item = room.items[0]
    client, url = as_(E), act_url(room, room.items[0], "item.decline")
    hidden = form_in(row_of(text(client.get(room.url)), item), url)
    room.player.both(S, E, "item.decline", item, reason="已由信访程序处理")
    answer = client.post(url, {**hidden, "reason": "我方写下的长理由"})
    assert answer.status_code == 409
    page = text(answer)
    assert "没有办理" in page and "我方写下的长理由" in page and "请刷新页面查看最新情况" in page
    assert "决定：不启动。" in row_of(page, item)


def test_a_proposal_made_meanwhile_is_shown_with_the_words_kept(room: Room) -> None:
    ready(room)
    item = room.items[0]
    client, url = as_(E), act_url(room, item, "item.decline")
    hidden = form_in(row_of(text(client.get(room.url)), item), url)
    room.player.act(S, "item.decline", item, reason="对方的理由")
    answer = client.post(url, {**hidden, "reason": "我方写下的长理由"})
    page = text(answer)
    assert answer.status_code == 409 and "我方写下的长理由" in page and "对方的理由" in row_of(page, item)


def test_signing_what_has_changed_is_refused_in_a_sentence(room: Room) -> None:
    ready(room)
    item = room.items[0]
    proposal = Proposal.objects.get(uid=room.player.act(S, "item.decline", item, reason="理由").proposal)
    client = as_(E)
    page = text(
        client.post(
            reverse("meeting_sign", args=[str(room.meeting.uid), proposal.uid]), {"content_sha": "0" * 64}, follow=True
        )
    )
    assert "内容不一致" in page
    item.refresh_from_db()
    assert item.stage == "listed"


def test_the_head_of_one_body_has_no_form_in_the_others_cell(room: Room) -> None:
    room.opened()
    item = room.items[0]
    for who in (E, S):
        room.player.act(who, "item.declare", item)
    row = row_of(text(as_(E).get(room.url)), item)
    cells = dict(re.findall(r'aria-label="(执行机构意见|监察机构意见)">(.*?)</section>', row, re.S))
    assert "提出本机构意见" in cells["执行机构意见"] and "<form" not in cells["监察机构意见"]


# --- projector, pulse, cost -----------------------------------------------------------------------------------------
def test_the_projector_shows_one_item_and_never_who_complained(room: Room) -> None:
    ready(room)
    client = as_(E)
    wall = text(client.get(f"{room.url}?view=projector&item=2"))
    assert "第 2 个，共 3 个" in wall and room.items[1].clue.number in wall and room.items[0].clue.number not in wall
    assert "sidebar" not in wall and '<nav aria-label="主导航"' not in wall
    assert f"{room.url}?view=projector&item=1" in wall and f"{room.url}?view=projector&item=3" in wall
    for n in (1, 2, 3):
        page = text(client.get(f"{room.url}?view=projector&item={n}"))
        assert NAME not in page and "13800000000" not in page
    assert NAME not in text(client.get(room.url))
    for odd in ("0", "99", "-1", "x"):
        assert client.get(f"{room.url}?view=projector&item={odd}").status_code == 200
    assert ReadLog.objects.filter(what="projector").exists()


def test_the_pulse_changes_with_every_act_and_tells_nothing(room: Room) -> None:
    room.opened()
    client, url = as_(E), f"{room.url}pulse/"
    seen = [client.get(url).json()]
    before = ReadLog.objects.count()
    steps: list[Callable[[], Any]] = [
        lambda: room.player.act(E, "item.declare", room.items[0]),
        lambda: room.player.act(S, "item.declare", room.items[0]),
        lambda: room.player.act(S, "item.take_position", room.items[0], stance="agree", text="同意"),
        lambda: room.player.act(E, "item.take_position", room.items[0], stance="agree", text="同意"),
        lambda: room.player.act(S, "item.decline", room.items[0], reason="理由"),
    ]
    for step in steps:
        step()
        seen.append(client.get(url).json())
    assert len({one["pulse"] for one in seen}) == len(seen)
    assert all(set(one) == {"pulse"} and len(one["pulse"]) == 16 for one in seen)
    assert ReadLog.objects.count() == before


def test_the_screen_costs_the_same_with_more_items(room: Room) -> None:
    room.opened()
    p = room.player
    other = p.got(p.act(E, "meeting.convene", None, held_on=DAY.isoformat(), place="第二会议室"))
    for n in range(5):
        p.act(CLERK, "item.list", p.item(Story("submitted", serial=2100 + n).clue), meeting=str(other.uid))
    p.on(DAY.isoformat()).act(E, "meeting.open", other, chair=p.uid_of(E), attendees=[p.uid_of(E), p.uid_of(S)])
    for meeting in (room.meeting, other):
        for item in cf.Item.rows.filter(meeting=meeting):
            for who in (E, S):
                p.act(who, "item.declare", item)
            for who in (E, S):
                p.act(who, "item.take_position", item, stance="agree", text="同意")
            p.act(S, "item.decline", item, reason="理由")
    client = as_(E)
    client.get(room.url)
    for tail in ("", "?view=projector", "pulse/"):
        spent = []
        for meeting in (room.meeting, other):
            with CaptureQueriesContext(connection) as statements:
                assert client.get(f"/meetings/{meeting.uid}/{tail}").status_code == 200
            spent.append(len(statements))
        assert spent[0] == spent[1] <= 36, (tail, spent)


def test_the_second_click_of_one_form_is_the_same_act(room: Room) -> None:
    room.opened()
    client, item = as_(E), room.items[0]
    url = act_url(room, item, "item.declare")
    hidden = form_in(row_of(text(client.get(room.url)), item), url)
    assert client.post(url, hidden).status_code == client.post(url, hidden).status_code == 303
    assert cf.Declaration.rows.filter(item=item).count() == 1


# --- 传签 -----------------------------------------------------------------------------------------------------------
def test_a_circulated_meeting_is_held_in_writing(room: Room) -> None:
    """Each who takes part confirms in writing; the same rows decide; the minutes say so."""
    room.listed()
    client, second, p = as_(E), as_(S), room.player
    url = reverse("meeting_act", args=[str(room.meeting.uid), "meeting.circulate"])
    hidden = form_in(text(client.get(room.url)), url)
    who = {"chair": p.uid_of(E), "attendees": [p.uid_of(E), p.uid_of(S)]}
    answer = client.post(url, {**hidden, **who, "reason": ""})
    assert answer.status_code == 422 and "必须填写" in text(answer)
    assert client.post(url, {**hidden, **who, "reason": "两机构事先已沟通一致"}).status_code == 303
    page = text(client.get(room.url))
    assert "传签情况" in page and page.count("尚待声明3项") == 2 and "方式：传签" in page
    for one in (client, second):
        one.post(f"{room.url}declare/", form_in(text(one.get(room.url)), f"{room.url}declare/"))
    page = text(client.get(room.url))
    assert page.count("已全部确认") == 2 and page.count("声明无应当回避情形3项") == 2
    for item in room.items:
        for one in (client, second):
            send(one, room, item, "item.take_position", stance="agree", text="同意")
        send(second, room, item, "item.decline", reason="已由信访程序处理")
        send_signature(client, room, item)
    close = reverse("meeting_act", args=[str(room.meeting.uid), "meeting.close"])
    page = text(client.get(room.url))
    assert "提出本机构意见3项" in page and "结束传签并形成纪要" in page
    assert client.post(close, {**form_in(page, close), "minutes": "一致同意。"}).status_code == 303
    page = text(client.get(room.url))
    assert "参加传签：" in page and "传签（两机构书面研究）" in page and "传签情况" in page
    assert rebuild.check(DAY) == []


def test_what_a_clerk_lays_before_both_heads_is_signed_in_the_row(room: Room) -> None:
    ready(room)
    item, clerk = room.items[0], as_(CLERK)
    send(clerk, room, item, "item.decline", reason="内勤拟稿")
    for login in (E, S):
        row = row_of(text(as_(login).get(room.url)), item)
        assert "内勤拟稿" in row
    assert "撤回提请" in row_of(text(clerk.get(room.url)), item)
    proposal = Proposal.objects.get(subject_kind="item", subject_id=item.pk, status=Proposal.OPEN)
    url = reverse("meeting_sign", args=[str(room.meeting.uid), proposal.uid])
    for login in (S, E):
        assert as_(login).post(url, form_in(row_of(text(as_(login).get(room.url)), item), url)).status_code == 303
    item.refresh_from_db()
    assert item.stage == "decided"


def test_the_wall_of_a_training_instance_says_so(room: Room, settings: Any) -> None:
    room.listed()
    settings.SHUANGCHA_MODE = "training"
    wall = text(as_(E).get(f"{room.url}?view=projector"))
    assert "培训数据，均为虚构" in wall and 'class="watermark"' in wall
    settings.SHUANGCHA_MODE = "production"
    wall = text(as_(E).get(f"{room.url}?view=projector"))
    assert "均为虚构" not in wall and "watermark" not in wall


def test_one_item_leaves_the_agenda_by_its_row(room: Room) -> None:
    room.listed()
    client, item = as_(E), room.items[1]
    address = re.search(
        r'href="([^"]*item\.take_off[^"]*)"', row_of(text(client.get(room.url)), item) or text(client.get(room.url))
    )
    assert address is not None
    form = text(client.get(address[1]))
    assert "退出议程" in form
    room.player.act(E, "item.take_off", item, reason="材料不齐，下次再议")
    item.refresh_from_db()
    assert (item.stage, item.meeting_id) == ("queued", None) and item.pk not in agenda(room)
