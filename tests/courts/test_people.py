"""Who is who on a day: posts count from their first to their last day, in one statement."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from shuangcha.acts.load import load_initial
from shuangcha.courts import people
from shuangcha.courts.models import Body, Court, Person, Post
from tests.courts import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Court:
    load_initial(now=NOW, demo=True)
    return Court.objects.get(code="豫03")


def holder(court: str, body: str, role: str) -> Person:
    return Post.objects.filter(body__court__code=court, body__local_name=body, role=role)[0].person


def test_viewer_is_one_statement_with_all_posts(city: Court, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    chief = holder("豫03", "执行局", "head")
    with django_assert_num_queries(1):
        viewer = people.viewer_of(chief.pk, date(2020, 6, 1))
    assert viewer is not None
    assert (viewer.name, viewer.uid) == (chief.name, chief.uid)
    assert {(p.body_kind, p.role) for p in viewer.posts} == {("enforcement", "head"), ("leading_group", "deputy")}
    post = next(p for p in viewer.posts if p.body_kind == "enforcement")
    assert (post.court_code, post.city, post.level, post.superior_id) == (
        "豫03",
        "洛阳市",
        "intermediate",
        city.superior_id,
    )
    assert viewer.has("enforcement", {"head"}, city.pk)
    assert not viewer.has("enforcement", {"member"})
    assert not viewer.has("enforcement", court_id=city.superior_id)
    assert not viewer.has("supervision")
    assert viewer.bodies() == {p.body_id for p in viewer.posts}
    assert viewer.courts() == {city.pk}


def test_posts_count_from_first_to_last_day_inclusive(city: Court) -> None:
    who = Person.objects.create(name="邵知白", login="shao.zhibai2")
    body = Body.objects.get(court=city, kind="enforcement")
    Post.objects.create(person=who, body=body, role="member", valid_from=date(2020, 7, 1), valid_to=date(2020, 7, 31))
    held = [bool(people.posts_of(who.pk, date(2020, month, day))) for month, day in ((6, 30), (7, 1), (7, 31), (8, 1))]
    assert held == [False, True, True, False]
    assert people.viewer_of(who.pk, date(2020, 8, 1)).posts == ()  # type: ignore[union-attr]


def test_posts_end_with_their_body_and_their_court(city: Court) -> None:
    chief = holder("豫0303", "执行局", "head")
    body = Body.objects.get(court__code="豫0303", kind="enforcement")
    assert people.viewer_of(chief.pk, date(2021, 1, 1)).has("enforcement")  # type: ignore[union-attr]
    Body.objects.filter(pk=body.pk).update(valid_to=date(2020, 12, 31))
    assert not people.viewer_of(chief.pk, date(2021, 1, 1)).has("enforcement")  # type: ignore[union-attr]
    assert people.officials(body.court_id, date(2021, 1, 1), "enforcement") == []
    assert people.viewer_of(chief.pk, date(2021, 1, 1)).posts  # type: ignore[union-attr]
    Court.objects.filter(pk=body.court_id).update(valid_to=date(2020, 12, 31))
    assert people.viewer_of(chief.pk, date(2021, 1, 1)).posts == ()  # type: ignore[union-attr]


def test_nobody_and_the_closed(city: Court) -> None:
    chief = holder("豫03", "执行局", "head")
    assert people.viewer_of(0, date(2020, 6, 1)) is None
    Person.objects.filter(pk=chief.pk).update(is_active=False)
    assert people.viewer_of(chief.pk, date(2020, 6, 1)) is None
    assert people.posts_of(chief.pk, date(2020, 6, 1)) == ()


def test_a_stand_in_is_seen_as_such(city: Court) -> None:
    post = Post.objects.get(body__court=city, body__kind="enforcement", role="head")
    deputy = Post.objects.filter(body=post.body, role="deputy")[0].person
    Post.objects.create(
        person=deputy,
        body=post.body,
        role="head",
        valid_from=date(2020, 7, 1),
        valid_to=date(2020, 7, 9),
        deputy_of=post,
    )
    viewer = people.viewer_of(deputy.pk, date(2020, 7, 5))
    assert [p.deputy_of_id for p in viewer.posts if p.role == "head" and p.body_kind == "enforcement"] == [post.pk]  # type: ignore[union-attr]


def test_officials_and_bodies(city: Court, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = people.officials(city.pk, date(2020, 6, 1), "enforcement")
    assert [who.role for who in found[:3]] == ["head", "deputy", "deputy"]
    heads = people.officials(city.pk, date(2020, 6, 1), "supervision", {"head"})
    assert [who.title for who in heads] == ["监察室主任"]
    with django_assert_num_queries(1):
        kinds = [body.kind for body in people.bodies_of(city.pk, date(2020, 6, 1))]
    assert kinds.count("department") == 6
    assert [b.local_name for b in people.bodies_of(city.pk, date(2020, 6, 1), ["supervision"])] == ["监察室"]
    assert people.bodies_of(city.pk, date(2020, 5, 19), ["leading_group"]) == []  # the plan is in force from 05-20


@pytest.mark.parametrize(
    ("code", "on", "current"),
    [
        ("豫0306", date(2021, 12, 31), "豫0306"),
        ("豫0306", date(2022, 1, 1), "豫0308"),
        ("豫0322", date(2023, 1, 1), "豫0308"),
        ("豫0381", date(2023, 1, 1), "豫0307"),
        ("豫0302", date(2023, 1, 1), "豫0302"),
    ],
)
def test_the_number_of_an_ended_court_leads_to_its_successor(
    city: Court, code: str, on: date, current: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = people.court_of_number(code, on)
    assert found is not None
    assert (found.written.code, found.current.code) == (code, current)


def test_an_unknown_code_has_no_court(city: Court) -> None:
    assert people.court_of_number("豫9999", date(2020, 6, 1)) is None
