"""代理 from a day to a day: the deputy signs as head, keeps the own post, and the day after signs no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuangcha.access.refusals import NotAllowed
from shuangcha.acts import door
from shuangcha.audit.models import Proposal, Signature
from shuangcha.clock import business
from shuangcha.courts import people
from shuangcha.courts.models import Person, Post
from tests.desk.story import CLERK, E, S, Story
from tests.desk.test_admin import LUOYANG, errors_of, post_of, text_of

Keeping = Callable[[str], Client]
FIRST, LAST = dt.date(2020, 5, 26), dt.date(2020, 5, 29)


def appointed(client: Client, **more: str) -> Any:
    typed = {"person": CLERK, "valid_from": FIRST.isoformat(), "valid_to": LAST.isoformat(), "title": "局长"} | more
    return client.post(f"/admin/posts/{post_of(E).pk}/deputy/", typed)


def roles_on(login: str, day: dt.date) -> list[tuple[str, bool]]:
    viewer = people.viewer_of(Person.objects.get(login=login).pk, day)
    assert viewer is not None
    return [(one.role, one.deputy_of_id is not None) for one in viewer.posts if one.body_kind == "enforcement"]


def test_the_role_is_held_from_the_day_to_the_day_beside_the_own_post(keeping: Keeping) -> None:
    own = post_of(CLERK)
    assert appointed(keeping(LUOYANG)).status_code == 302
    before, after = FIRST - dt.timedelta(days=1), LAST + dt.timedelta(days=1)
    assert roles_on(CLERK, before) == [("member", False)] == roles_on(CLERK, after)
    assert roles_on(CLERK, FIRST) == [("head", True), ("member", False)] == roles_on(CLERK, LAST)
    own.refresh_from_db()
    assert own.valid_to is None


def story(place: str = "handing") -> tuple[Story, Proposal]:
    told = Story(place, serial=4300)
    return told, Proposal.objects.filter(status=Proposal.OPEN, stream_id=f"matter:{told.matter.pk}").latest("id")


def test_a_deputy_signs_and_the_day_after_no_more(keeping: Keeping) -> None:
    """The supervision body has signed 交办; the head of the enforcement body is away, the deputy signs for the body."""
    told, proposal = story()
    player = told.player
    assert appointed(keeping(LUOYANG)).status_code == 302

    def sign(day: dt.date) -> Any:
        player.on(day.isoformat())
        return door.sign(proposal.uid, player.viewer(CLERK), seen_sha=proposal.content_sha, now=player.now)

    with pytest.raises(NotAllowed):
        sign(FIRST - dt.timedelta(days=1))
    with pytest.raises(NotAllowed):
        sign(LAST + dt.timedelta(days=1))
    assert not Signature.objects.filter(proposal=proposal, person__login=CLERK).exists()
    assert sign(LAST).status == "executed"
    signature = Signature.objects.get(proposal=proposal, person__login=CLERK)
    assert signature.post is not None
    assert (signature.post.role, signature.post.deputy_of) == ("head", post_of(E))  # it says by which post
    assert {one.person.login for one in proposal.signatures.all()} == {S, CLERK}


def test_the_page_offers_the_signature_only_while_the_deputy_stands(keeping: Keeping) -> None:
    _, proposal = story()
    appointed(keeping(LUOYANG))
    url = f"/sign/{proposal.uid}/"
    client = keeping(CLERK)

    def offered(day: dt.date) -> bool:
        business.move_to(day)
        page = client.get(url)
        assert page.status_code == 200
        return 'name="content_sha"' in page.content.decode()

    assert [offered(day) for day in (FIRST - dt.timedelta(days=1), FIRST, LAST, LAST + dt.timedelta(days=1))] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("typed", "label", "said"),
    [
        ({"person": "mei.you"}, "代理人", "没有找到"),
        ({"person": E}, "", "不能代理本人"),
        ({"valid_to": ""}, "代理止", "代理须写明"),
        ({"valid_to": "2020-05-01"}, "代理止", "早于"),
        ({"valid_from": "2018-01-01"}, "", "没有任职"),
        ({"person": LUOYANG}, "", "同一时期"),
        ({"person": "xin.zhaoting"}, "", "同一时期"),
    ],
)
def test_a_deputy_that_cannot_be_is_told(keeping: Keeping, typed: dict[str, str], label: str, said: str) -> None:
    answer = appointed(keeping(LUOYANG), **typed)
    assert answer.status_code == 422
    assert said in (errors_of(answer)[label] if label else text_of(answer))
    assert not Post.objects.filter(deputy_of__isnull=False).exists()


def test_a_head_does_not_leave_before_the_deputy(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    appointed(client)
    head = post_of(E)
    answer = client.post(f"/admin/posts/{head.pk}/", {"title": head.title, "valid_to": "2020-05-27"})
    assert "请先改代理的任职止" in errors_of(answer)["任职止"]
    deputy = Post.objects.get(deputy_of=head)
    assert client.post(f"/admin/posts/{deputy.pk}/", {"title": "局长", "valid_to": "2020-05-27"}).status_code == 302
    assert client.post(f"/admin/posts/{head.pk}/", {"title": head.title, "valid_to": "2020-05-27"}).status_code == 302
    assert (
        client.get(f"/admin/posts/{deputy.pk}/deputy/").status_code == 404
    )  # nobody stands for who stands for another


def test_what_ends_soon_is_told(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    appointed(client)
    business.move_to(FIRST)
    assert "代理三十日内届满" in text_of(client.get("/"))
    assert "局长" in text_of(client.get("/admin/deputies/?state=ending"))
    business.move_to(LAST + dt.timedelta(days=1))
    assert "代理三十日内届满" not in text_of(client.get("/"))
    assert "已终止" in text_of(client.get("/admin/deputies/?state=past"))
