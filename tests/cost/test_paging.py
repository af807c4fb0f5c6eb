"""Pages walked along an index are the pages of the one visibility predicate, on random worlds."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db.models import F, Q

from shuangcha.access import paging, relations, scope
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Court, Person, Post
from shuangcha.courts.people import Viewer, viewer_of

pytestmark = pytest.mark.django_db
ON = dt.date(2021, 11, 30)
NOW = dt.datetime(2021, 11, 30, 9, tzinfo=dt.UTC)
STAGES = ("", "opened", "assigned", "archived")
"""Rows are born here without their steps, so the guards allow the stage '' alone; others are set below, guards down."""


@pytest.fixture
def unguarded(db: None) -> None:
    """Rows at any stage without steps: the guards are down inside this test's transaction only."""
    from django.db import connection

    from shuangcha.audit import guards

    guards.drop(connection)


class Chance:
    """Three courts, their bodies, five persons; `roll(n)` deals files, grants, recusals and todos anew."""

    def __init__(self) -> None:
        self.random = random.Random(0)
        self.courts = [Court.objects.create(code=f"试{n}", name=f"试验院{n}", level="basic") for n in range(3)]
        kinds = ("enforcement", "supervision", "leading_group")
        self.bodies = [Body.objects.create(court=c, kind=k, local_name=f"{k}") for c in self.courts for k in kinds]
        self.people = [Person.objects.create(name=f"人{n}", password="!") for n in range(5)]

    def roll(self, number: int) -> Chance:
        self.random = random.Random(number)
        for model in (cf.Todo, cf.Recusal, cf.Membership, cf.Matter, cf.Clue):
            model.rows.all()._raw_delete(model.rows.db)
        Post.objects.all().delete()
        role = self.random.choice
        Post.objects.bulk_create(
            [
                Post(person=one, body=body, role=role(["head", "deputy", "member"]), valid_from=ON)
                for one in self.people
                for body in self.random.sample(self.bodies, self.random.randint(0, 3))
            ]
        )
        self._files()
        self._grants()
        self._todos()
        return self

    def viewers(self) -> list[Viewer]:
        """Two of the five."""
        found = [viewer_of(one.pk, ON) for one in self.random.sample(self.people, 2)]
        return [one for one in found if one is not None]

    def _files(self) -> None:
        pick, some = self.random.choice, range(self.random.randint(0, 14))
        cf.Clue.rows.bulk_create(
            [
                cf.Clue(
                    court=pick(self.courts),
                    received_by=pick(self.bodies),
                    registrar=pick(self.people),
                    number=f"线{n}",
                    source="other",
                    received_on=ON,
                    subject_court=pick(self.courts),
                    title="标题",
                    summary="摘要",
                    created_at=NOW,
                    urgent=pick([True, False]),
                    stage=pick(("registered", "forwarded", "started")),
                    version=1,
                )
                for n in some
            ]
        )
        cf.Matter.rows.bulk_create(
            [
                cf.Matter(
                    owner_court=pick(self.courts),
                    target_court=pick(self.courts),
                    year=2021,
                    serial=n + 1,
                    number=f"双{n}",
                    title="标题",
                    mode="assign",
                    started_on=ON,
                    created_at=NOW,
                    urgent=pick([True, False]),
                    stage=pick(STAGES),
                    version=1,
                )
                for n in some
            ]
        )
        self.files = {
            "clue": list(cf.Clue.rows.filter(court__in=self.courts)),
            "matter": list(cf.Matter.rows.filter(owner_court__in=self.courts)),
        }

    def _grants(self) -> None:
        rows, shut = [], []
        through = {one.person_id: one.body_id for one in Post.objects.order_by("-id")}
        for kind, files in self.files.items():
            for file in files:
                for body in self.random.sample(self.bodies, self.random.randint(0, 4)):
                    rows.append(cf.Membership(holder=self._office(body, kind), **self._how(), **{kind: file}))
                for person in self.random.sample(self.people, self.random.choice([0, 0, 1, 2])):
                    if person.pk not in through:
                        continue
                    rows.append(
                        cf.Membership(
                            holder=relations.person(person.pk, through[person.pk]), **self._how(), **{kind: file}
                        )
                    )
                for person in self.random.sample(self.people, self.random.choice([0, 0, 0, 1, 2])):
                    shut.append(cf.Recusal(person=person, cause="declared", **{kind: file}))
        cf.Membership.rows.bulk_create(rows)
        cf.Recusal.rows.bulk_create(shut)

    def _office(self, body: Body, kind: str) -> str:
        """A holder as memberships of this kind of file have them."""
        if kind == "matter":
            return relations.office(body.court_id, body.kind)
        return self.random.choice([relations.body(body.pk), relations.office(body.court_id, body.kind, "lead")])

    def _how(self) -> dict[str, Any]:
        return {
            "reach": self.random.choice(["full", "full", "own", "brief"]),
        }

    def _todos(self) -> None:
        rows = []
        for kind, files in self.files.items():
            for file in files:
                for _ in range(self.random.randint(0, 3)):
                    body = self.random.choice([*self.bodies, None])
                    rows.append(
                        cf.Todo(
                            subject_kind=kind,
                            subject_id=file.pk,
                            body=body,
                            person=None if body else self.random.choice(self.people),
                            office=self.random.choice(["enforcement", "supervision", "group_head", "group_deputy"]),
                            court=self.courts[0],
                            kind="clue.submit",
                            title="待办",
                            urgent=self.random.choice([True, False]),
                            due=self.random.choice([None, *(ON + dt.timedelta(days=n) for n in range(-2, 5))]),
                            **{kind: file},
                        )
                    )
        cf.Todo.rows.bulk_create(rows)


def pages(ask: Any, size: int, mark: Any) -> list[int]:
    """All ids, page by page."""
    found: list[int] = []
    while True:
        page = ask(mark(found[-1]) if found else None, size)
        found += page
        if len(page) < size:
            return found


@pytest.mark.parametrize("start", range(0, 200, 25))
def test_the_same_rows_in_the_same_order(unguarded: None, start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, world = 0, Chance()
    for number in range(start, start + 25):
        world.roll(number)
        monkeypatch.setattr(paging, "FEW", world.random.choice([1, 500]))  # by the index of stages, and by the grants
        for viewer in world.viewers():
            for kind in ("clue", "matter"):
                seen += _same_list(world, viewer, kind)
            seen += _same_todos(viewer)
    assert seen > 100  # the worlds are not empty


def _same_list(world: Chance, viewer: Viewer, kind: str) -> int:
    size = world.random.randint(2, 6)
    court = world.random.choice(world.courts)
    stages = world.random.sample(["opened", "assigned", "archived", "registered", "started"], 2)
    field = "target_court" if kind == "matter" else "subject_court"
    ways: list[tuple[dict[str, Any], Q]] = [
        ({}, Q()),
        ({"stages": stages[:1]}, Q(stage=stages[0])),
        ({"stages": stages}, Q(stage__in=stages)),
        ({"only": Q(urgent=True)}, Q(urgent=True)),
        ({"only": Q(**{f"{field}__code": court.code})}, Q(**{field: court})),  # asks another table
        ({"only": Q(**{f"{field}__code": court.code}), "stages": stages}, Q(**{field: court}, stage__in=stages)),
        ({"only": Q(pk__in=[])}, Q(pk__in=[])),
        ({"only": Q(pk__in=[]), "stages": stages}, Q(pk__in=[])),
        ({"court_id": court.pk, "stages": stages}, Q(**{field: court}, stage__in=stages)),
        ({"court_id": court.pk, "only": ~Q(stage="")}, Q(**{field: court}) & ~Q(stage="")),
    ]
    for asked, condition in world.random.sample(ways, 3):
        expected = list(scope.visible(viewer, kind).filter(condition).order_by("-pk").values_list("pk", flat=True))

        def ask(before: int | None, limit: int, asked: dict[str, Any] = asked) -> list[int]:
            return paging.newest_ids(viewer, kind, before_id=before, limit=limit, **asked)

        assert pages(ask, size, lambda last: last) == expected, (kind, asked)
        assert paging.count(viewer, kind, 3, **asked) == min(len(expected), 4), (kind, asked)
        assert paging.count(viewer, kind, 1000, **asked) == len(expected)
        if expected:  # and back again
            middle = world.random.choice(expected)
            newer = [pk for pk in expected if pk > middle][-size:]
            assert paging.newest_ids(viewer, kind, after_id=middle, limit=size, **asked) == newer
    return scope.visible(viewer, kind).count()


def _same_todos(viewer: Viewer) -> int:
    rows = scope.todos(viewer)
    for only in (None, Q(urgent=True), Q(body__kind="supervision"), Q(pk__in=[])):
        wanted = rows if only is None else rows.filter(only)
        ordered = list(wanted.order_by(F("due").asc(nulls_last=True), "-urgent", "pk"))
        by_id = {one.pk: (one.due, one.urgent, one.pk) for one in ordered}

        def ask(after: Any, limit: int, only: Q | None = only) -> list[int]:
            return paging.nearest_todo_ids(viewer, after=after, limit=limit, only=only)

        assert pages(ask, 3, by_id.__getitem__) == [one.pk for one in ordered]
    figures = paging.todo_figures(viewer, ON, most=2)
    soon = rows.filter(due__gte=ON, due__lte=ON + dt.timedelta(days=3))
    exact = {"all": rows, "late": rows.filter(due__lt=ON), "soon": soon, "urgent": rows.filter(urgent=True)}
    assert figures == {key: min(one.count(), 3) for key, one in exact.items()}
    return rows.count()


def test_a_list_is_one_statement_and_by_stage_three(
    unguarded: None, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Chance().roll(3)
    viewer = max(world.viewers(), key=lambda one: len(one.posts))
    with django_assert_num_queries(1):
        paging.newest_ids(viewer, "matter", limit=5)
    monkeypatch.setattr(paging, "FEW", 1)
    with django_assert_num_queries(3):
        paging.newest_ids(viewer, "matter", limit=5, stages=["opened"])
    with django_assert_num_queries(1):
        paging.todo_figures(viewer, ON)
    assert paging.rows_in_order("matter", []) == []
    ids = paging.newest_ids(viewer, "matter", limit=5)
    assert [one.pk for one in paging.rows_in_order("matter", ids)] == ids
