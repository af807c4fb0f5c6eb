"""No limit passes in silence: a passed one is told to who keeps it and, where another court keeps it, to both bodies above."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shuangcha.acts import tick
from shuangcha.audit.chain import ZONE
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body
from tests.plan.worlds import World, Worlds

pytestmark = pytest.mark.django_db


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), ZONE)


def running(w: World, kind: str) -> Any:
    return cf.Limit.rows.get(matter_id=w.ids["matter"], kind=kind, stopped_on__isnull=True)


def only(limit: Any) -> None:
    """Nothing else of the worlds falls due."""
    cf.Limit.rows.exclude(pk=limit.pk).filter(stopped_on__isnull=True).update(due=dt.date(2031, 1, 1))


def told(limit: Any) -> set[tuple[str, str, bool]]:
    """(threshold, body as 法院代字 and kind, late) of every notice about the limit."""
    bodies = {one.pk: f"{one.court.code} {one.kind}" for one in Body.objects.select_related("court")}
    rows = cf.Outbox.rows.filter(limit=limit)
    assert {one.kind for one in rows} <= {"limit"} and {one.person_id for one in rows} <= {None}
    return {(one.key.split(":")[2], bodies[one.body_id], one.late) for one in rows}


def up(limit: Any) -> set[str]:
    return {body for threshold, body, _ in told(limit) if threshold == "up"}


ABOVE = {"豫03 enforcement", "豫03 supervision"}


def test_a_passed_limit_of_the_court_below_is_told_to_both_bodies_above(worlds: Worlds) -> None:
    w = worlds.at("investigating")
    limit = running(w, "report")
    only(limit)
    tick.notices(at(limit.due + dt.timedelta(days=1)))
    assert up(limit) == ABOVE
    assert {late for threshold, _, late in told(limit) if threshold == "up"} == {True}


def test_the_court_that_keeps_it_is_told_too(worlds: Worlds) -> None:
    w = worlds.at("received")
    limit = running(w, "team")
    only(limit)
    tick.notices(at(limit.due + dt.timedelta(days=1)))
    assert {body for threshold, body, late in told(limit) if threshold == "overdue" and late} == {
        "豫0304 enforcement",
        "豫0304 supervision",
    }
    assert up(limit) == ABOVE


def test_nobody_above_is_told_while_the_day_has_not_passed(worlds: Worlds) -> None:
    w = worlds.at("received")
    limit = running(w, "team")
    only(limit)
    given: set[str] = set()
    for days, threshold in ((8, ""), (7, "due7"), (4, "due7"), (3, "due3"), (1, "due1"), (0, "due1")):
        tick.notices(at(limit.due - dt.timedelta(days=days), 23))
        given |= {threshold} - {""}
        assert {one for one, _, _ in told(limit)} == given, days
    assert up(limit) == set() and not any(late for _, _, late in told(limit))


def test_it_is_told_once_however_often_the_clock_ticks(worlds: Worlds) -> None:
    w = worlds.at("investigating")
    limit = running(w, "report")
    only(limit)
    first = tick.notices(at(limit.due + dt.timedelta(days=1)))
    again = tick.notices(at(limit.due + dt.timedelta(days=1), 10)), tick.notices(at(limit.due + dt.timedelta(days=9)))
    assert first >= 2 and again == (0, 0)
    assert cf.Outbox.rows.filter(limit=limit, key__contains=":up:").count() == 2


def test_a_stopped_limit_is_told_to_nobody(worlds: Worlds) -> None:
    w = worlds.at("investigating")
    limit = running(w, "report")
    only(limit)
    cf.Limit.rows.filter(pk=limit.pk).update(stopped_on=limit.due)
    assert tick.notices(at(limit.due + dt.timedelta(days=30))) == 0 and told(limit) == set()


def test_the_own_courts_limit_goes_to_its_own_bodies_and_no_further(worlds: Worlds) -> None:
    w = worlds.at("consulted")
    limit = running(w, "opinion")
    only(limit)
    tick.notices(at(limit.due + dt.timedelta(days=1)))
    assert {(threshold, late) for threshold, _, late in told(limit)} == {("overdue", True)}
    assert {body for _, body, _ in told(limit)} <= ABOVE and told(limit)


def test_a_notice_carries_nothing_of_the_file(worlds: Worlds) -> None:
    w = worlds.at("investigating")
    limit = running(w, "report")
    only(limit)
    tick.notices(at(limit.due + dt.timedelta(days=1)))
    matter = w.got("matter")
    for one in cf.Outbox.rows.filter(limit=limit):
        text = f"{one.key} {one.kind}"
        assert matter.title not in text and matter.number not in text
