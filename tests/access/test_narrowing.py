"""By what lists are narrowed: days, courts, sources and officers; a condition narrows what is seen and opens nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from shuangcha.access import narrowing, owing, paging, reading
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Court, Person
from tests.access.test_scope import DAY, people, seen_by
from tests.plan.worlds import E, S, Worlds, login_of

pytestmark = pytest.mark.django_db


# --- days ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "end"), [("2020-02-01", 29), ("2021-02-28", 28), ("2020-12-31", 31), ("2020-04-30", 30), ("2020-01-31", 31)]
)
def test_a_month_ends_on_its_last_day(day: str, end: int) -> None:
    start = dt.date.fromisoformat(day)
    assert narrowing.month_end(start) == start.replace(day=end)


def test_the_three_spans_meet_at_today() -> None:
    assert narrowing.span("late", DAY) == (None, DAY - dt.timedelta(days=1))
    assert narrowing.span("soon", DAY) == (DAY, DAY + dt.timedelta(days=3))
    assert narrowing.span("month", DAY) == (DAY, dt.date(2020, 6, 30))


def test_a_file_is_found_by_its_nearest_running_limit(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    matter, viewer = w.got("matter"), seen_by(w.boss(E))
    rows = cf.Limit.rows.filter(matter=matter)
    rows.filter(stopped_on__isnull=True).update(stopped_on=DAY)
    first, second = list(rows.order_by("id")[:2])

    def found(which: str) -> bool:
        return matter.pk in paging.newest_ids(viewer, "matter", only=narrowing.due_within("matter", which, DAY))

    assert [found(one) for one in ("late", "soon", "month")] == [False, False, False], "a stopped limit is not owed"
    for days, wanted in (
        (-1, (True, False, False)),
        (0, (False, True, True)),
        (3, (False, True, True)),
        (4, (False, False, True)),
        (8, (False, False, True)),  # 30 June
        (9, (False, False, False)),
    ):
        cf.Limit.rows.filter(pk=first.pk).update(stopped_on=None, due=DAY + dt.timedelta(days=days))
        assert tuple(found(one) for one in ("late", "soon", "month")) == wanted, days
    cf.Limit.rows.filter(pk=second.pk).update(stopped_on=None, due=DAY - dt.timedelta(days=2))
    assert (found("late"), found("soon")) == (True, False), "what is late is not soon too"


def test_a_condition_opens_nothing(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    cf.Limit.rows.filter(matter=w.got("matter"), stopped_on__isnull=True).update(due=DAY)
    stranger = seen_by(login_of("豫0311", E))
    for only in (narrowing.due_within("matter", "soon", DAY), narrowing.carries_source(stranger, w.source)):
        assert paging.newest_ids(stranger, "matter", only=only) == []


def test_todos_are_narrowed_by_their_own_day(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    todo = cf.Todo.rows.filter(matter=w.got("matter"))[0]
    for days, wanted in ((-1, ["late"]), (0, ["soon", "month"]), (3, ["soon", "month"]), (8, ["month"]), (9, [])):
        cf.Todo.rows.filter(pk=todo.pk).update(due=DAY + dt.timedelta(days=days))
        rows = cf.Todo.rows.filter(pk=todo.pk)
        got = [one for one in ("late", "soon", "month") if rows.filter(narrowing.todos_within(one, DAY)).exists()]
        assert got == wanted, days


# --- courts and sources --------------------------------------------------------------------------------------------
def test_a_court_is_meant_by_code_by_name_or_by_a_part_of_it(worlds: Worlds) -> None:
    low = Court.objects.get(code="豫0304")
    assert narrowing.courts_meant("豫0304") == narrowing.courts_meant(low.name) == [(low.pk, low.name)]
    parts = narrowing.courts_meant("洛阳市")
    assert len(parts) > 5 and all("洛阳市" in name for _, name in parts)
    assert narrowing.courts_meant("没有这样的法院") == []
    assert len(narrowing.courts_meant("法院")) <= narrowing.MEANT_MOST + 1


def test_the_filter_offers_the_own_courts_and_those_below_whatever_stands_in_rows(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    before = reading.courts_seen(seen_by(w.below(E)), "matter")
    assert [code for code, _ in before] == ["豫0304"]
    cf.Membership.rows.filter(matter=w.got("matter")).delete()
    assert reading.courts_seen(seen_by(w.below(E)), "matter") == before
    assert {code for code, _ in reading.courts_seen(seen_by(w.boss(E)), "matter")} >= {"豫03", "豫0304", "豫0311"}
    assert "豫" not in {code for code, _ in reading.courts_seen(seen_by(w.boss(E)), "matter")}


def test_the_source_of_a_matter_is_known_in_its_own_court_only(worlds: Worlds) -> None:
    """方案四(五): the court below is not told from where it came."""
    w = worlds.at("drafted")
    matter = w.got("matter")
    for name, login in people(w).items():
        viewer = seen_by(login)
        known = name in ("upper enforcement", "upper supervision", "upper clerk", "group office", "leading group")
        listed = paging.newest_ids(viewer, "matter", only=narrowing.carries_source(viewer, w.source))
        assert (matter.pk in listed) == known, name
        told = narrowing.sources_of(viewer, [matter])
        assert told == ({matter.pk: [w.source]} if known else {}), name
    other = narrowing.carries_source(seen_by(w.boss(E)), "inspection")
    assert matter.pk not in paging.newest_ids(seen_by(w.boss(E)), "matter", only=other)


def test_administrators_and_inspectors_know_no_source(worlds: Worlds) -> None:
    w = worlds.at("registered")
    known = {name for name, login in people(w).items() if narrowing.knows_sources(seen_by(login))}
    assert known & {"administrator", "auditor", "upper inspection", "lower department"} == set()
    assert {"upper enforcement", "upper supervision", "group office", "leading group"} <= known


# --- 承办人 -----------------------------------------------------------------------------------------------------------
def test_todos_are_found_by_the_officer_they_were_handed_to(worlds: Worlds) -> None:
    w = worlds.at("registered")
    todo = cf.Todo.rows.filter(clue=w.got("clue"), body__isnull=False)[0]
    clerk, head = Person.objects.get(login=w.clerk(E)), Person.objects.get(login=w.boss(E))

    def handed(login: str) -> bool:
        return cf.Todo.rows.filter(narrowing.todos_of_officer(seen_by(login)), pk=todo.pk).exists()

    def unassigned() -> bool:
        return cf.Todo.rows.filter(narrowing.todos_unassigned(), pk=todo.pk).exists()

    assert not handed(w.clerk(E)) and unassigned() and narrowing.officers_of([todo]) == {} == narrowing.officers_of([])
    cf.Handling.rows.create(
        subject_kind=todo.subject_kind, subject_id=todo.subject_id, clue=todo.clue, move=todo.kind, body=todo.body,
        person=clerk, by=head, on=DAY,
    )  # fmt: skip
    assert handed(w.clerk(E)) and not handed(w.boss(E)) and not unassigned()
    assert narrowing.officers_of([todo]) == {todo.pk: clerk.name}
    cf.Recusal.rows.create(clue=todo.clue, person=clerk, cause="declared")
    assert narrowing.officers_of([todo]) == {} and unassigned(), "who is shut out since is named no more"


def test_the_same_act_of_another_body_is_another_todo(worlds: Worlds) -> None:
    w = worlds.at("registered")
    todo = cf.Todo.rows.filter(clue=w.got("clue"), body__isnull=False)[0]
    other = Body.objects.get(court__code=w.owner, kind=S)
    head = Person.objects.get(login=w.boss(S))
    cf.Handling.rows.create(
        subject_kind=todo.subject_kind, subject_id=todo.subject_id, clue=todo.clue, move=todo.kind, body=other,
        person=head, by=head, on=DAY,
    )  # fmt: skip
    assert narrowing.officers_of([todo]) == {}
    assert cf.Todo.rows.filter(narrowing.todos_unassigned(), pk=todo.pk).exists()


# --- running limits ------------------------------------------------------------------------------------------------
def kinds_told(login: str) -> set[str]:
    return set(owing.running(seen_by(login)).values_list("kind", flat=True))


def test_the_list_of_limits_tells_the_court_below_no_deliberation_and_no_duty_not_sent(worlds: Worlds) -> None:
    w = worlds.at("disposing")
    assert "duty_issue" in kinds_told(w.boss(E))
    assert kinds_told(w.below(E)) & {"duty_issue", "feedback", "clarification", "approval", "opinion"} == set()
    w.both("duty.issue_urge", w.duty("urge"), text="督办", measures="启动评估")
    assert "disposal" in kinds_told(w.below(E)) and "duty_issue" not in kinds_told(w.below(E))
    assert kinds_told(login_of("豫0311", E)) == set() == kinds_told(login_of("豫", E))


def test_what_is_owed_upwards_is_what_the_own_courts_owe(worlds: Worlds) -> None:
    """Of this matter: the other situations of the plan stand in the same database."""
    w = worlds.at("drafted")

    def kinds(rows: Iterable[cf.Limit]) -> set[str]:
        return {one.kind for one in rows if one.matter_id == w.ids["matter"]}

    def asked(login: str, what: owing.LimitsAsked) -> set[str]:
        return kinds(owing.limits_in_order(owing.limit_ids(seen_by(login), what, after=None, limit=100)))

    assert (
        kinds(owing.owed(seen_by(w.below(E)), 100)) == {"report"}
        and kinds(owing.owed(seen_by(w.boss(E)), 100)) == set()
    )
    down, up = owing.LimitsAsked(DAY, way="down"), owing.LimitsAsked(DAY, way="up")
    assert asked(w.boss(E), down) == {"report"} and asked(w.below(E), down) == set()
    assert asked(w.below(E), up) == {"report"} and asked(w.boss(E), up) == set()
    assert asked(w.boss(E), owing.LimitsAsked(DAY, late=True)) == set()
