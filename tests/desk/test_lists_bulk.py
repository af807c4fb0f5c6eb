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
    post = {**ACT, "send": "1", "target": targets(form), "person": str(Person.objects.get(login=login).uid), "query": "due=late",
            "request_key": uuid.uuid4().hex, **more}  # fmt: skip
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
    empty = head.post("/lists/todos/do/", {**ACT, "send": "1", "target": targets(head.post("/lists/todos/do/", {**ACT, "pick": chosen}))})
    assert empty.status_code == 422 and "承办人" in text_of(empty) and "必须填写" in text_of(empty)
    assert not cf.Handling.rows.exists()


def test_what_may_not_be_seen_falls_away_without_a_word(signed_in: SignedIn, pages: Any) -> None:
    head, stranger = signed_in(E), signed_in("qu.ruohe")
    chosen = picks(head)[:2]
    form = stranger.post("/lists/todos/do/", {**ACT, "pick": chosen})
    assert targets(form) == [] and "都不需要分派" in text_of(form)
    sent = stranger.post("/lists/todos/do/", {**ACT, "send": "1", "target": [f"{one.split('|')[0]}|{one.split('|')[1]}|1|{one.split('|')[2]}" for one in chosen],
                                              "person": str(Person.objects.get(login="qu.ruohe").uid)})  # fmt: skip
    assert sent.status_code == 303 and not cf.Handling.rows.exists()
    for bad in ("", "|", "||", "a|b|c", "matter|x|y", "|".join(["matter", str(uuid.uuid4()), "matter.archive"])):
        assert head.post("/lists/todos/do/", {**ACT, "pick": bad}).status_code in (200, 303), bad
        assert head.post("/lists/todos/do/", {**ACT, "send": "1", "target": f"{bad}|z", "person": "x"}).status_code in (200, 303, 422), bad
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
    assert "分派" in text and f"承办人 {Person.objects.get(login=CLERK).name}" in text and chosen[0].split("|")[2] not in text
    assert "分派" not in text_of(signed_in(LE).get(address))


def test_picking_nothing_teaches(signed_in: SignedIn, pages: Any) -> None:
    answer = signed_in(E).post("/lists/todos/do/", {**ACT, "query": "due=late"}, follow=True)
    assert "还没有选择待办。请在每行开头勾选" in text_of(answer)
