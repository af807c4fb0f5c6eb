"""三员分立: which courts and persons an administrator keeps and an auditor looks over, and that neither has any file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from shuangcha.access import administered, flow, reading
from shuangcha.access.administered import Domain, domain_of
from shuangcha.access.refusals import NotFound
from shuangcha.courts.models import Body, Court, Person, Post
from shuangcha.courts.people import viewer_of
from tests.plan.worlds import load_demo, login_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 6, 22)


@pytest.fixture(autouse=True)
def house(db: None) -> None:
    load_demo()


def domain(login: str, kind: str = "administration") -> Domain | None:
    found = viewer_of(Person.objects.get(login=login).pk, DAY)
    assert found is not None
    return domain_of(found, DAY, kind)


def keeper(code: str, kind: str = "administration") -> Domain:
    found = domain(login_of(code, kind, "member"), kind)
    assert found is not None
    return found


def below(code: str) -> set[str]:
    """The court and all under it, by the superiors alone."""
    found, grown = {code}, True
    while grown:
        more = set(Court.objects.filter(superior__code__in=found).values_list("code", flat=True)) - found
        grown = bool(more)
        found |= more
    return found


# --- courts --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["administration", "audit"])
def test_the_own_court_and_all_below_and_no_other(kind: str) -> None:
    middle = keeper("豫03", kind)
    assert set(middle.codes) == below("豫03") and not middle.whole
    assert not {"豫", "豫71", "豫7102", "最高法"} & set(middle.codes)
    assert middle.streams == [f"court:{pk}" for pk in middle.codes.values()]
    assert {Court.objects.get(code=code).pk for code in middle.codes} == set(middle.ids)


def test_the_highest_keeps_what_nobody_else_keeps() -> None:
    """Courts with no administrator above them, the calendar, the common settings (the chain of no court)."""
    province = keeper("豫")
    assert province.whole and "最高法" in province.codes and below("豫") <= set(province.codes)
    assert "court:0" in province.streams


def test_the_highest_is_not_the_highest_any_more_when_one_is_above() -> None:
    supreme = Court.objects.get(code="最高法")
    office = Body.objects.create(court=supreme, kind="administration", local_name="系统管理")
    who = Person.objects.create(name="最高管理员", login="top.keeper")
    Post.objects.create(person=who, body=office, role="member", valid_from=dt.date(2020, 1, 1))
    province, top = keeper("豫"), domain("top.keeper")
    assert not province.whole and "最高法" not in province.codes and "court:0" not in province.streams
    assert top is not None and top.whole and set(top.codes) == below("最高法")


@pytest.mark.parametrize("kind", ["enforcement", "supervision", "presidency", "group_office", "leading_group"])
def test_who_handles_files_administers_nothing(kind: str) -> None:
    login = login_of("豫03", kind)
    assert domain(login) is None and domain(login, "audit") is None


def test_an_administrator_audits_nothing_and_the_other_way_round() -> None:
    assert domain(login_of("豫03", "administration", "member"), "audit") is None
    assert domain(login_of("豫03", "audit", "member"), "administration") is None


def test_with_the_post_ends_the_domain() -> None:
    login = login_of("豫03", "administration", "member")
    Post.objects.filter(person__login=login).update(valid_to=DAY - dt.timedelta(days=1))
    assert domain(login) is None


def test_a_court_not_yet_there_belongs_where_the_court_above_it_does() -> None:
    middle, province = keeper("豫03"), keeper("豫")
    assert administered.below("豫0399", "豫03", middle, {}) and not administered.below("豫7199", "豫71", middle, {})
    assert administered.below("豫7199", "豫71", province, {}) and administered.below("新", "", province, {})
    assert not administered.below("新", "", middle, {})
    assert administered.below("豫0399A", "豫0399", middle, {"豫0399": "豫03"}), "by way of one of the same file"
    assert not administered.below("a", "b", middle, {"b": "c", "c": "b"}), "a ring belongs to nobody"


# --- what stands in the courts -------------------------------------------------------------------------------------
def test_bodies_posts_and_courts_are_those_of_the_domain() -> None:
    middle = keeper("豫03")
    codes = below("豫03")
    assert set(administered.courts(middle).values_list("code", flat=True)) == codes
    assert set(administered.bodies(middle).values_list("court__code", flat=True)) <= codes
    assert set(administered.posts(middle).values_list("body__court__code", flat=True)) <= codes
    assert administered.bodies(middle).count() == Body.objects.filter(court__code__in=codes).count() > 20


def test_what_lies_outside_is_not_found() -> None:
    middle = keeper("豫03")
    outside_body = Body.objects.filter(court__code="豫71").first()
    outside_post = Post.objects.filter(body__court__code="豫71").first()
    assert outside_body is not None and outside_post is not None
    attempts: list[Callable[[], Any]] = [
        lambda: administered.court(middle, "豫71"),
        lambda: administered.court(middle, "没有"),
        lambda: administered.body(middle, outside_body.pk),
        lambda: administered.post(middle, outside_post.pk),
        lambda: administered.person(middle, outside_post.person.uid),
        lambda: administered.person(middle, uuid4()),
        lambda: administered.person(middle, "x"),
    ]
    for one in attempts:
        with pytest.raises(NotFound):
            one()
    inside = Post.objects.filter(body__court__code="豫0304").first()
    assert inside is not None
    assert administered.court(middle, "豫0304").code == "豫0304"
    assert administered.body(middle, inside.body_id).pk == inside.body_id
    assert administered.post(middle, inside.pk).pk == inside.pk
    assert administered.person(middle, str(inside.person.uid)).pk == inside.person_id


# --- persons -------------------------------------------------------------------------------------------------------
def newcomer(name: str, *places: str, **more: Any) -> Person:
    who = Person.objects.create(name=name, login=f"new.{name}", **more)
    for code in places:
        body = Body.objects.filter(court__code=code, kind="enforcement").get()
        Post.objects.create(person=who, body=body, role="member", valid_from=dt.date(2020, 5, 1))
    return who


def test_persons_are_those_with_a_post_here_and_those_with_none_anywhere() -> None:
    middle = keeper("豫03")
    here, nowhere, elsewhere = newcomer("甲", "豫0304"), newcomer("乙"), newcomer("丙", "豫71")
    both = newcomer("丁", "豫0304", "豫71")
    system = Person.objects.create(name="系统", login=None, is_active=False)
    found = set(administered.persons(middle).values_list("pk", flat=True))
    assert {here.pk, nowhere.pk, both.pk} <= found and not {elsewhere.pk, system.pk} & found


def test_an_account_is_changed_by_the_administrator_of_all_its_courts() -> None:
    middle, province = keeper("豫03"), keeper("豫")
    here, nowhere, both = newcomer("甲", "豫0304"), newcomer("乙"), newcomer("丁", "豫0304", "豫71")
    keys = [here.pk, nowhere.pk, both.pk]
    assert administered.may_keep(middle, keys) == {here.pk, nowhere.pk}
    assert administered.may_keep(province, keys) == set(keys)
    Post.objects.filter(person=both, body__court__code="豫71").update(valid_to=DAY - dt.timedelta(days=1))
    assert both.pk in administered.may_keep(middle, keys), "a post that has ended binds no longer"
    Post.objects.filter(person=both, body__court__code="豫71").update(valid_to=DAY)
    assert both.pk not in administered.may_keep(middle, keys)


def test_nobody_keeps_the_own_account() -> None:
    for code in ("豫", "豫03"):
        mine = keeper(code)
        assert mine.viewer.id not in administered.may_keep(mine, [mine.viewer.id])
        assert administered.persons(mine).filter(pk=mine.viewer.id).exists(), "seen, but another's to change"
    other = login_of("豫03", "administration", "member", 1)
    assert administered.may_keep(keeper("豫03"), [Person.objects.get(login=other).pk])


# --- no file -------------------------------------------------------------------------------------------------------
def test_administrators_and_auditors_handle_no_files_and_no_flow_signs() -> None:
    for code in ("豫", "豫03"):
        for kind in ("administration", "audit"):
            viewer = keeper(code, kind).viewer
            assert not reading.handles_files(viewer) and not flow.may(viewer)
            reach = flow.Reach(viewer)
            assert reach.courts == reach.officers == {}
    bodies = viewer_of(Person.objects.get(login=login_of("豫03", "supervision")).pk, DAY)
    assert bodies is not None and reading.handles_files(bodies) and flow.may(bodies)


def test_signs_of_officers_are_for_the_supervision_side_and_its_courts_below() -> None:
    codes = below("豫03")
    for kind, officers in (("enforcement", set()), ("supervision", codes)):
        viewer = viewer_of(Person.objects.get(login=login_of("豫03", kind)).pk, DAY)
        assert viewer is not None
        reach = flow.Reach(viewer)
        assert set(reach.courts.values()) == codes == set(reach.names)
        assert set(reach.officers.values()) == officers
