"""Figures of a quarter by court: against numbers worked out by hand, and against plain Python over the ledger."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shuangcha.access.relations import holders_of
from shuangcha.casefile import models as cf
from shuangcha.conf.demo.cast import cast
from shuangcha.courts.models import Court, Person
from shuangcha.courts.people import Viewer, viewer_of
from shuangcha.figures.quarter import MEASURES, Asked, Quarter, by_default, listed, rows, table
from tests.figures.counting import expected

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 9, 16)
READERS = ("head", "enforcement", "supervision_clerk", "office", "president")


def viewer(login: str, on: dt.date = ON) -> Viewer:
    found = viewer_of(Person.objects.get(login=login).pk, on)
    assert found is not None
    return found


def quarters() -> list[Quarter]:
    """Every quarter with a clue, and the two after the last."""
    days = sorted(cf.Clue.rows.values_list("received_on", flat=True))
    found = list(dict.fromkeys(Quarter.of(day) for day in days))
    return [*found, found[-1].after, found[-1].after.after]


def test_a_quarter_knows_its_days() -> None:
    third = Quarter.of(dt.date(2026, 9, 16))
    assert (third.start, third.end, third.key, third.label) == (
        dt.date(2026, 7, 1),
        dt.date(2026, 9, 30),
        "2026-3",
        "2026年第三季度",
    )
    assert (Quarter(2026, 1).before, Quarter(2026, 4).after) == (Quarter(2025, 4), Quarter(2027, 1))
    assert Quarter.parse("2025-4", ON) == Quarter(2025, 4)
    for wrong in ("", "2025", "2025-5", "x-1", "99999-1", "２０２５-1x"):
        assert Quarter.parse(wrong, ON) == third


@pytest.mark.parametrize("code", ["豫03", "豫0304", "豫"])
def test_the_figures_are_those_of_plain_python_over_the_ledger(matters: str, code: str) -> None:
    people, compared = cast(code, "2026-09-16"), 0
    for part in READERS:
        who = viewer(getattr(people, part))
        for quarter in quarters():
            for own in (True, False):
                found = table(Asked(who, quarter, ON, own))
                wanted = expected(who, quarter.start, quarter.end, ON, own=own)
                got = {court: {key: n for key, n in row.items() if n} for court, row in found.items()}
                shown = {
                    court: {key: n for key, n in row.items() if n and key in MEASURES} for court, row in wanted.items()
                }
                assert got == shown, (part, quarter.key, own)
                compared += sum(sum(row.values()) for row in got.values())
    assert compared > (20 if code == "豫03" else 0), "the worlds are not empty"


@pytest.mark.parametrize("matters", ["demo_seed"], indirect=True)
def test_the_opening_quarter_of_the_demo_by_hand(matters: str) -> None:
    """Counted from the stories' texts: what 洛阳中院 received and started in the third quarter of 2026 until the opening
    day."""
    asked = Asked(viewer(cast("豫03", "2026-09-16").head), Quarter(2026, 3), ON, True)
    by_code = dict(Court.objects.values_list("pk", "code"))
    found = {by_code[court]: {key: n for key, n in row.items() if n} for court, row in table(asked).items()}
    assert found["豫0304"] == {"received": 2, "started": 2, "due": 1, "late": 1}
    total = {key: sum(row.get(key, 0) for row in found.values()) for key in MEASURES}
    assert {key: n for key, n in total.items() if n} == {"received": 8, "started": 5, "due": 2, "on_time": 1, "late": 1}


def test_the_list_behind_a_number_has_its_rows(matters: str) -> None:
    who = viewer(cast("豫03", "2026-09-16").enforcement)
    for quarter in quarters():
        asked = Asked(who, quarter, ON, False)
        for court, numbers in table(asked).items():
            for key, n in numbers.items():
                assert rows(MEASURES[key], asked, court).count() == n
                if MEASURES[key].kind != "clue":
                    assert listed(MEASURES[key], asked, court).count() == n


def test_an_overseer_counts_what_he_may_not_open(matters: str) -> None:
    """方案四(二): a clue in screening is read by who received it; the leading group counts it."""
    head = viewer(cast("豫03", "2026-09-16").head)
    found = [Asked(head, quarter, ON, True) for quarter in quarters()]
    counted = sum(rows(MEASURES["received"], one).count() for one in found)
    assert (
        counted
        == cf.Clue.rows.filter(court__code="豫03").count()
        - cf.Recusal.rows.filter(person_id=head.id, clue__court__code="豫03").count()
    )
    assert sum(listed(MEASURES["received"], one).count() for one in found) == 0


def test_a_stranger_and_a_recused_person_count_nothing(matters: str, django_assert_num_queries: Any) -> None:
    stranger = viewer(cast("豫0311", "2026-09-16").enforcement)
    for quarter in quarters():
        seen = {pk for (pk,) in cf.Membership.rows.filter(holder__in=holders_of(stranger)).values_list("matter_id")}
        if not seen:
            assert table(Asked(stranger, quarter, ON)) == {}
    who = viewer(cast("豫03", "2026-09-16").head)
    quarter = next(one for one in quarters() if table(Asked(who, one, ON, True)))
    with django_assert_num_queries(4):
        before = table(Asked(who, quarter, ON, True))
    matter = rows(MEASURES["started"], Asked(who, quarter, ON, True))[0]
    cf.Recusal.rows.create(matter=matter, person_id=who.id, cause="declared")
    after = table(Asked(who, quarter, ON, True))
    court = matter.target_court_id
    assert before[court]["started"] - after.get(court, {"started": 0})["started"] == 1


def test_what_is_asked_first_suits_the_court(matters: str) -> None:
    assert by_default(viewer(cast("豫03", "2026-09-16").head))
    assert not by_default(viewer(cast("豫03", "2026-09-16").enforcement_clerk))
    assert not by_default(viewer(cast("豫0304", "2026-09-16").enforcement))


def test_every_measure_says_in_words_what_it_counts() -> None:
    assert all(one.definition.endswith("。") and len(one.definition) > 12 for one in MEASURES.values())
