"""Drafts of forms: kept sealed, restored, overtaken, dropped; only for who could open the form."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from shuangcha.clock import business
from shuangcha.courts.models import Person, Post
from shuangcha.desk import drafts
from shuangcha.desk.models import Draft
from tests.desk.story import CLERK, E

World = dict[str, Any]
SignIn = Callable[[str], Client]


def stranger() -> str:
    """The head of the enforcement body of a court that has nothing to do with the stories."""
    row = Post.objects.filter(body__court__code="豫0311", body__kind="enforcement", role="head").select_related(
        "person"
    )[0]
    return str(row.person.login)


NAME, PHONE = "柏青禾", "13900001111"
REGISTER = "clue.register||"


def fields(title: str = "反映拍卖款迟迟不发放", **more: str) -> list[list[str]]:
    found = {
        "source": "petition",
        "title": title,
        "summary": "瀍 璟 珺 喆 😀",
        "complainant.name": NAME,
        "complainant.phone": PHONE,
        "allegations.3.text": "第四行",
        "allegations.3.kind": "handling",
        "happened_on": "2020-06-20",
        **more,
    }
    return [[name, value] for name, value in found.items()]


def sends(
    client: Client, login: str, place: str = REGISTER, version: int = 0, sent: list[list[str]] | None = None
) -> Any:
    owner = drafts.owner(Person.objects.get(login=login).pk)
    body = {"place": place, "owner": owner, "version": version, "fields": sent if sent is not None else fields()}
    return client.post(reverse("drafts"), json.dumps(body), content_type="application/json")


def opened(client: Client, address: str = "/do/clue.register/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_draft_comes_back_whole_with_the_time_of_its_save(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    answer = sends(client, CLERK)
    assert (
        answer.status_code == 200
        and answer.json()["version"] == 1
        and re.fullmatch(r"\d\d:\d\d", answer.json()["saved"])
    )
    page = opened(client)
    for text in ("反映拍卖款迟迟不发放", "瀍 璟 珺 喆 😀", NAME, PHONE, "第四行", 'value="2020-06-20"'):
        assert text in page, text
    assert re.search(r"已恢复6月24日 \d\d:\d\d的草稿", page) and "放弃草稿" in page
    assert re.search(r'name="draft_version" value="1"', page)


def test_it_is_sealed_for_one_person_and_one_form(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    sends(client, CLERK)
    row = Draft.objects.get()
    for text in (NAME, PHONE, "拍卖款", "petition"):
        assert text.encode() not in bytes(row.sealed)
    other = Person.objects.get(login=E)
    assert drafts.load(row.person_id, row.place) is not None
    Draft.objects.filter(pk=row.pk).update(person_id=other.pk)  # somebody with the database moves it to another person
    assert drafts.load(other.pk, row.place) is None
    assert NAME not in opened(signed_in(E))
    Draft.objects.filter(pk=row.pk).update(person_id=row.person_id, place="meeting.convene||")
    assert drafts.load(row.person_id, "meeting.convene||") is None


def test_another_person_finds_nothing_of_it(signed_in: SignIn) -> None:
    sends(signed_in(CLERK), CLERK)
    page = opened(signed_in(E))
    assert NAME not in page and "已恢复" not in page


def test_a_window_left_open_does_not_save_under_the_next_persons_name(signed_in: SignIn) -> None:
    answer = sends(signed_in(E), CLERK)  # the form was opened by the clerk, now the head is signed in
    assert answer.status_code == 403 and "另一个账号" in answer.json()["sentence"]
    assert not Draft.objects.exists()


def test_only_for_forms_that_the_person_could_open(pages: World, signed_in: SignIn) -> None:
    clue, matter = pages["registered"].clue, pages["opened"].matter
    mine = f"clue.put_forward|clue|{clue.uid}"
    assert sends(signed_in(CLERK), CLERK, mine, sent=[["reason", "具体"]]).status_code == 200
    assert sends(signed_in(stranger()), stranger(), mine).status_code == 404  # not visible
    assert (
        sends(signed_in(CLERK), CLERK, f"assignment.acknowledge|matter|{matter.uid}").status_code == 404
    )  # not of this kind
    assert sends(signed_in(CLERK), CLERK, f"clue.submit|clue|{clue.uid}").status_code == 409  # not at this stage
    for place in ("no.such_move||", "clue.register|", "x" * 300 + "||", f"clue.put_forward|clue|{clue.uid}|1"):
        assert sends(signed_in(CLERK), CLERK, place).status_code == 404, place
    assert Draft.objects.count() == 1
    assert Client().post(reverse("drafts"), "{}", content_type="application/json").status_code == 302  # not signed in
    for body in ("{}", "[]", "no json", '{"place": "clue.register||", "owner": "x", "version": 0, "fields": [1]}'):
        assert signed_in(CLERK).post(reverse("drafts"), body, content_type="application/json").status_code == 404


def test_it_asks_for_the_token(signed_in: SignIn, pages: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Person.objects.get(login=CLERK))
    client.get("/flow/")
    assert sends(client, CLERK).status_code == 403
    assert not Draft.objects.exists()


def test_the_window_that_is_behind_is_told(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    assert sends(client, CLERK, version=0).json()["version"] == 1
    assert sends(client, CLERK, version=1, sent=fields("第一个窗口")).json()["version"] == 2
    late = sends(client, CLERK, version=1, sent=fields("第二个窗口"))
    assert late.status_code == 409 and late.json()["version"] == 2 and "另一个窗口" in late.json()["sentence"]
    assert sends(client, CLERK, version=0, sent=fields("第三个窗口")).status_code == 409
    assert "第一个窗口" in opened(client)
    assert sends(client, CLERK, version=2, sent=fields("第二个窗口")).json()["version"] == 3  # 以本页内容为准
    assert "第二个窗口" in opened(client)


def test_a_save_that_arrives_after_the_form_was_sent_makes_no_ghost(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    sends(client, CLERK)
    drafts.drop(Person.objects.get(login=CLERK).pk, REGISTER)
    assert sends(client, CLERK, version=1).status_code == 409
    assert not Draft.objects.exists()


def test_too_long_is_refused_in_words_and_what_stood_stays(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    sends(client, CLERK)
    long = sends(client, CLERK, version=1, sent=[["summary", "长" * 400_000]])
    assert long.status_code == 422 and "内容仍在本页" in long.json()["sentence"]
    assert sends(client, CLERK, version=1, sent=[[f"f{n}", ""] for n in range(2500)]).status_code == 422
    assert sends(client, CLERK, version=1, sent=[["summary", "长" * 100_000]]).json()["version"] == 2


def test_without_javascript_a_button_keeps_the_draft_and_another_throws_it_away(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    page = opened(client)
    owner = re.search(r'name="draft_owner" value="(\w+)"', page)
    assert owner and 'name="draft" value="save"' in page
    sent = {**dict(fields()), "draft": "save", "draft_version": "0", "draft_owner": owner[1]}
    answer = client.post("/do/clue.register/", sent)
    text = answer.content.decode()
    assert answer.status_code == 200 and re.search(r"草稿已于\d\d:\d\d保存", text) and NAME in text
    assert 'name="draft_version" value="1"' in text
    late = client.post("/do/clue.register/", {**sent, "title": "另一个窗口的标题"})  # version 0 again: the older window
    assert (
        late.status_code == 409 and "再按一次" in late.content.decode() and "另一个窗口的标题" in late.content.decode()
    )
    assert 'name="draft_version" value="1"' in late.content.decode()
    gone = client.post("/do/clue.register/", {**sent, "draft": "drop", "draft_version": "1"})
    assert gone.status_code == 303 and not Draft.objects.exists()
    assert NAME not in opened(client)


def test_sending_the_form_drops_its_draft_and_a_refusal_keeps_it(pages: World, signed_in: SignIn) -> None:
    client, clue = signed_in(CLERK), pages["registered"].clue
    place, address = f"clue.put_forward|clue|{clue.uid}", f"/do/clue.put_forward/?kind=clue&uid={clue.uid}"
    sends(client, CLERK, place, sent=[["reason", "具体，附案号"]])
    page = opened(client, address)
    assert "具体，附案号" in page
    hidden = dict(
        re.findall(r'<input type="hidden" name="(request_key|seen_version|draft_version)" value="([^"]*)"', page)
    )
    refused = client.post(address, {**hidden, "reason": ""})
    assert refused.status_code == 422 and Draft.objects.count() == 1
    assert 'name="draft_version" value="1"' in refused.content.decode()
    done = client.post(address, {**hidden, "reason": "具体，附案号"})
    assert done.status_code == 303 and not Draft.objects.exists()


def test_version_and_token_of_an_opening_are_never_taken_from_a_draft(pages: World, signed_in: SignIn) -> None:
    client, clue = signed_in(CLERK), pages["registered"].clue
    place, address = f"clue.put_forward|clue|{clue.uid}", f"/do/clue.put_forward/?kind=clue&uid={clue.uid}"
    sends(client, CLERK, place, sent=[["reason", "具体"], ["seen_version", "77"], ["request_key", "old-key"]])
    page = opened(client, address)
    assert 'value="77"' not in page and "old-key" not in page


def test_attachments_that_fell_away_meanwhile_are_told(signed_in: SignIn) -> None:
    sends(signed_in(CLERK), CLERK, sent=[*fields(), ["files", "7b0f0d9e-0000-4000-8000-000000000000"]])
    assert "有1个附件已超过24小时，请重新上传" in opened(signed_in(CLERK))


def test_the_identity_page_and_short_forms_keep_nothing(pages: World, signed_in: SignIn) -> None:
    clue = pages["registered"].clue
    page = opened(signed_in(CLERK), f"/do/register.reveal/?kind=clue&uid={clue.uid}")
    assert "data-draft" not in page and "保存草稿" not in page


def test_old_drafts_fall_away_with_the_minutes_job(signed_in: SignIn, pages: World, capsys: Any) -> None:
    sends(signed_in(CLERK), CLERK)
    sends(signed_in(E), E)
    edge = business.now() - dt.timedelta(days=30)
    Draft.objects.filter(person__login=CLERK).update(saved_at=edge - dt.timedelta(minutes=1))
    Draft.objects.filter(person__login=E).update(saved_at=edge + dt.timedelta(minutes=1))
    call_command("tick", "--json")
    assert json.loads(capsys.readouterr().out)["drafts"] == 1
    assert [one.person.login for one in Draft.objects.select_related("person")] == [E]


def test_nothing_of_a_draft_reaches_a_log(
    signed_in: SignIn, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    client = signed_in(CLERK)
    client.raise_request_exception = False

    def broken(*_: Any, **__: Any) -> bytes:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(drafts.crypto, "encrypt", broken)
    with caplog.at_level("DEBUG"):
        assert sends(client, CLERK).status_code == 500
    assert NAME not in caplog.text and PHONE not in caplog.text
