"""One act on the rows picked, and 分派: the todo stays the body's, the officer is named beside it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client

from shuangcha.acts import handing, rebuild
from shuangcha.audit.models import Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from tests.desk.conftest import DAY
from tests.desk.story import CLERK, LE, E, S
from tests.desk.test_pages import text_of

SignedIn = Callable[[str], Client]
ACT = {"act": "register.assign_todo"}


def picks(client: Client, url: str = "/todos/?all=1") -> list[str]:
    return re.findall(r'name="pick" value="([^"]*)"', client.get(url).content.decode())


def targets(answer: Any) -> list[str]:
    return re.findall(r'name="target" value="([^"]*)"', answer.content.decode())


def assign(client: Client, picked: list[str], login: str, **more: str) -> Any:
    """Both posts: what is picked, then the officer."""
    form = client.post("/lists/todos/do/", {**ACT, "pick": picked, "query": "due=late"})
    assert form.status_code == 200, text_of(form)
    post = {
        **ACT,
        "send": "1",
        "target": targets(form),
        "person": str(Person.objects.get(login=login).uid),
        "query": "due=late",
        "request_key": uuid.uuid4().hex,
        **more,
    }
    return client.post("/lists/todos/do/", post)


def officers(client: Client, url: str = "/todos/?all=1") -> list[str]:
    body = client.get(url).content.decode()
    return re.findall(r'data-label="承办人">([^<]*)</td>', body)


def test_a_head_hands_todos_to_an_officer_of_the_body(signed_in: SignedIn, pages: Any) -> None:
    head, clerk = signed_in(E), signed_in(CLERK)
    before = len(officers(head)), cf.Todo.rows.count()
    chosen = picks(head)[:3]
    answer = assign(head, chosen, CLERK, note="先打电话问清")
    assert "已办理 3 项。" in text_of(answer)
    assert "/todos/?due=late" in answer.content.decode()
    name = Person.objects.get(login=CLERK).name
    assert officers(head).count(name) == officers(clerk).count(name) == 3
    assert (len(officers(head)), cf.Todo.rows.count()) == before, "the todo stays the body's, for everyone of it"
    mine = clerk.get("/todos/?who=mine")
    assert "共 3 项" in text_of(mine) and officers(clerk, "/todos/?who=mine") == [name] * 3
    assert "共 3 项" not in text_of(head.get("/todos/?who=none")) and name not in officers(head, "/todos/?who=none")
    assert "共 0 项" in text_of(signed_in(S).get("/todos/?who=mine"))
    assert "todos/?who=mine" in clerk.get("/").content.decode()
    assert not [one for one in rebuild.check(DAY) if "承办人" in one["place"] or "待办" in one["place"]]
    steps = Step.objects.filter(edge__move="register.assign_todo")
    assert steps.count() == 3 and json.loads(steps[0].content)["note"] == "先打电话问清"


def test_handed_on_it_names_the_next_and_the_comparison_sees_a_stray_row(signed_in: SignedIn, pages: Any) -> None:
    head = signed_in(E)
    chosen = picks(head)[:1]
    assign(head, chosen, CLERK)
    assign(head, chosen, E)
    row = cf.Handling.rows.get()
    assert row.person.login == E and Step.objects.filter(edge__move="register.assign_todo").count() == 2
    assert list(handing.differences()) == []
    cf.Handling.rows.update(person=Person.objects.get(login=CLERK))
    assert [one["place"] for one in handing.differences()] == [f"{row.subject_kind} {row.subject_id} 的承办人"]


def test_one_refused_does_not_stop_the_others(signed_in: SignedIn, pages: Any) -> None:
    """The clerk is shut out of one file after the rows were picked; nothing tells why."""
    head = signed_in(E)
    matter = pages["handing"].matter
    chosen = [one for one in picks(head) if one.split("|")[0] in ("matter", "assignment", "report", "duty")]
    hit = next(one for one in chosen if _matter_of(one) == matter.pk)
    others = [one for one in chosen if _matter_of(one) != matter.pk][:2]
    cf.Recusal.rows.create(matter=matter, person=Person.objects.get(login=CLERK), cause="handler")
    answer = assign(head, [others[0], hit, others[1]], CLERK)
    text = text_of(answer)
    assert "已办理 2 项，未办理 1 项，原因见各行。" in text
    assert "该人员不能办理本件，请另选承办人。" in text and "回避" not in text.split("批量分派的结果")[-1]
    assert cf.Handling.rows.count() == 2


def _matter_of(pick: str) -> int | None:
    kind, uid, _ = pick.split("|")
    row = cf.SUBJECTS[kind].rows.get(uid=uid)
    return row.pk if kind == "matter" else getattr(row, "matter_id", None)


def test_a_member_may_take_but_not_hand_out(signed_in: SignedIn, pages: Any) -> None:
    clerk = signed_in(CLERK)
    chosen = picks(clerk)[:1]
    form = clerk.post("/lists/todos/do/", {**ACT, "pick": chosen})
    offered = re.findall(r'<option value="([0-9a-f-]{36})"', form.content.decode())
    assert offered == [str(Person.objects.get(login=CLERK).uid)]
    refused = assign(clerk, chosen, E)
    assert "由机构负责人、副职分派给他人" in text_of(refused) and not cf.Handling.rows.exists()
    taken = assign(clerk, chosen, CLERK)
    assert "已办理 1 项。" in text_of(taken) and cf.Handling.rows.get().person.login == CLERK


def test_nobody_of_another_body_or_court_is_named(signed_in: SignedIn, pages: Any) -> None:
    head = signed_in(E)
    chosen = picks(head)[:1]
    for login in (S, LE):
        assert "请选择本机构现任的人员" in text_of(assign(head, chosen, login)), login
    empty = head.post(
        "/lists/todos/do/",
        {**ACT, "send": "1", "target": targets(head.post("/lists/todos/do/", {**ACT, "pick": chosen}))},
    )
    assert empty.status_code == 422 and "承办人" in text_of(empty) and "必须填写" in text_of(empty)
    assert not cf.Handling.rows.exists()


def test_what_may_not_be_seen_falls_away_without_a_word(signed_in: SignedIn, pages: Any) -> None:
    head, stranger = signed_in(E), signed_in("qu.ruohe")
    chosen = picks(head)[:2]
    form = stranger.post("/lists/todos/do/", {**ACT, "pick": chosen})
    assert targets(form) == [] and "都不需要分派" in text_of(form)
    sent = stranger.post(
        "/lists/todos/do/",
        {
            **ACT,
            "send": "1",
            "target": [f"{one.split('|')[0]}|{one.split('|')[1]}|1|{one.split('|')[2]}" for one in chosen],
            "person": str(Person.objects.get(login="qu.ruohe").uid),
        },
    )
    assert sent.status_code == 303 and not cf.Handling.rows.exists()
    for bad in ("", "|", "||", "a|b|c", "matter|x|y", "|".join(["matter", str(uuid.uuid4()), "matter.archive"])):
        assert head.post("/lists/todos/do/", {**ACT, "pick": bad}).status_code in (200, 303), bad
        assert head.post("/lists/todos/do/", {**ACT, "send": "1", "target": f"{bad}|z", "person": "x"}).status_code in (
            200,
            303,
            422,
        ), bad
    assert head.post("/lists/todos/do/", {"act": "matter.archive", "pick": chosen}).status_code == 404
    assert head.post("/lists/matters/do/", {**ACT, "pick": chosen}).status_code == 404
    assert head.get("/lists/todos/do/").status_code == 405


def test_sent_twice_is_one_step_each(signed_in: SignedIn, pages: Any) -> None:
    head, key = signed_in(E), uuid.uuid4().hex
    chosen = picks(head)[:2]
    for _ in range(2):
        assert "已办理 2 项。" in text_of(assign(head, chosen, CLERK, request_key=key))
    assert Step.objects.filter(edge__move="register.assign_todo").count() == 2


def test_an_officer_shut_out_later_is_no_longer_named(signed_in: SignedIn, pages: Any) -> None:
    head = signed_in(E)
    chosen = [one for one in picks(head) if _matter_of(one)][:1]
    assign(head, chosen, CLERK)
    name = Person.objects.get(login=CLERK).name
    assert officers(head).count(name) == 1
    cf.Recusal.rows.create(matter_id=_matter_of(chosen[0]), person=Person.objects.get(login=CLERK), cause="declared")
    assert officers(head).count(name) == 0
    assert officers(head, "/todos/?who=none").count("未分派") == len(officers(head)) - officers(head).count("—")
    assert "共 0 项" in text_of(signed_in(CLERK).get("/todos/?who=mine"))


def test_the_step_reads_in_words_and_is_not_told_below(signed_in: SignedIn, pages: Any) -> None:
    head = signed_in(E)
    story = pages["verified"]
    chosen = [one for one in picks(head) if _matter_of(one) == story.matter.pk][:1]
    assign(head, chosen, CLERK)
    address = f"/matters/{story.matter.uid}/steps/"
    text = text_of(head.get(address))
    assert (
        "分派" in text
        and f"承办人 {Person.objects.get(login=CLERK).name}" in text
        and chosen[0].split("|")[2] not in text
    )
    assert "分派" not in text_of(signed_in(LE).get(address))


def test_picking_nothing_teaches(signed_in: SignedIn, pages: Any) -> None:
    answer = signed_in(E).post("/lists/todos/do/", {**ACT, "query": "due=late"}, follow=True)
    assert "还没有选择待办。请在每行开头勾选" in text_of(answer)


# --- 催办 ---------------------------------------------------------------------------------------------------------------
def remind(client: Client, name: str, picked: list[str], **more: str) -> Any:
    act = {"matters": "assignment.remind", "duties": "duty.remind"}[name]
    form = client.post(f"/lists/{name}/do/", {"act": act, "pick": picked, "query": "stage=open"})
    assert form.status_code == 200, text_of(form)
    post = {
        "act": act,
        "send": "1",
        "target": targets(form),
        "text": "请抓紧报送",
        "query": "stage=open",
        "request_key": uuid.uuid4().hex,
        **more,
    }
    return client.post(f"/lists/{name}/do/", post)


def test_matters_are_urged_each_by_itself(signed_in: SignedIn, pages: Any) -> None:
    head = signed_in(E)
    chosen = picks(head, "/matters/?all=1")
    stages = {str(one.matter.uid): one.matter.stage for one in pages.values() if one.matter is not None}
    assert chosen and {stages[one] for one in chosen} <= {"assigned", "received", "investigating"}
    first, second = pages["received"].matter, pages["investigating"].matter
    one = cf.Assignment.rows.get(matter=second)
    cf.Reminder.rows.create(
        subject_kind="assignment",
        subject_id=one.pk,
        matter=second,
        court=one.to_court,
        on=DAY,
        text="",
        body=second.rounds.get().team.first().body,
        person=Person.objects.get(login=S),
    )
    answer = remind(head, "matters", [str(first.uid), str(second.uid)])
    text = text_of(answer)
    assert "已办理 1 项，未办理 1 项" in text and "今天已经催办过，请隔日再催。" in text
    assert first.number in text and second.number in text
    kept = cf.Reminder.rows.get(text="请抓紧报送")
    assert (kept.matter_id, kept.subject_kind, kept.person.login) == (first.pk, "assignment", E)
    again = remind(head, "matters", [str(first.uid)])
    assert "已办理 0 项，未办理 1 项" in text_of(again)


def test_duties_are_urged_and_a_double_click_is_one_act(signed_in: SignedIn, pages: Any) -> None:
    from shuangcha.audit.models import Proposal

    story, head, key = pages["disposing"], signed_in(E), uuid.uuid4().hex
    duty = next(one for one in story.duties() if one.kind == "urge")
    assert str(duty.uid) not in picks(head, "/duties/?all=1"), "nothing has been sent that could be urged"
    p = story.player.on(DAY.isoformat())
    p.both(E, S, "duty.issue_urge", duty, text="督办", measures="启动评估")
    assert not Proposal.objects.filter(subject_kind="duty", subject_id=duty.pk, status="open").exists()
    assert str(duty.uid) in picks(head, "/duties/?all=1")
    form = head.post("/lists/duties/do/", {"act": "duty.remind", "pick": str(duty.uid)})
    post = {"act": "duty.remind", "send": "1", "target": targets(form), "text": "请回复", "request_key": key}
    for _ in range(2):
        assert "已办理 1 项。" in text_of(head.post("/lists/duties/do/", post))
    assert cf.Reminder.rows.filter(subject_kind="duty", subject_id=duty.pk).count() == 1
    assert not [one for one in rebuild.check(DAY) if "待办" in one["place"]]


def test_a_page_that_is_old_is_told_so(signed_in: SignedIn, pages: Any) -> None:
    head, matter = signed_in(E), pages["received"].matter
    form = head.post("/lists/matters/do/", {"act": "assignment.remind", "pick": str(matter.uid)})
    kind, uid, version, detail = targets(form)[0].split("|")
    post = {
        "act": "assignment.remind",
        "send": "1",
        "target": f"{kind}|{uid}|{int(version) - 1}|{detail}",
        "text": "请抓紧",
    }
    assert "页面打开之后情况已有变化" in text_of(head.post("/lists/matters/do/", post))


def test_nobody_below_or_outside_can_urge(signed_in: SignedIn, pages: Any) -> None:
    matter = pages["received"].matter
    below, outside = signed_in(LE), signed_in("qu.ruohe")
    assert picks(below, "/matters/?all=1") == [] and "催办" not in text_of(below.get("/matters/?all=1"))
    form = below.post("/lists/matters/do/", {"act": "assignment.remind", "pick": str(matter.uid)})
    assert targets(form) == [] and "没有由本院交办" in text_of(form)
    unseen = outside.post("/lists/matters/do/", {"act": "assignment.remind", "pick": str(matter.uid)})
    assert targets(unseen) == [] and matter.number not in text_of(unseen)
    one = cf.Assignment.rows.get(matter=matter)
    target = f"assignment|{one.uid}|{one.version}|"
    said = below.post("/lists/matters/do/", {"act": "assignment.remind", "send": "1", "target": target, "text": "x"})
    assert "未办理 1 项" in text_of(said)
    gone = outside.post("/lists/matters/do/", {"act": "assignment.remind", "send": "1", "target": target, "text": "x"})
    assert gone.status_code == 303 and not cf.Reminder.rows.exists()
    assert signed_in("xiang.zhaoting").post("/lists/matters/do/", {"act": "assignment.remind"}).status_code == 404


def test_the_list_says_what_awaits_a_signature_and_names_no_other_so(signed_in: SignedIn, pages: Any) -> None:
    """By the todo's column: an act whose own name begins with 签署 is not one that waits for a signature."""
    story = pages["handing"]
    row = next(
        one for one in re.findall(r"(?s)<tr role=\"row\".*?</tr>", whole(signed_in(E))) if story.matter.number in one
    )
    assert "签署：联合交办" in row
    waiting = cf.Todo.rows.filter(matter=story.matter, kind="assignment.hand_down")
    waiting.update(signing=False)
    row = next(
        one for one in re.findall(r"(?s)<tr role=\"row\".*?</tr>", whole(signed_in(E))) if story.matter.number in one
    )
    assert "联合交办" in row and "签署" not in row


def whole(client: Client) -> str:
    return str(client.get("/todos/?all=1").content.decode())
