"""Due days of the told matters, worked out by hand from 方案四 and the published calendar (dossier §7.4 E01–E36)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
Told = dict[str, dict[str, Any]]


def _dues(told: Told, key: str, move: str) -> list[dict[str, str]]:
    """Limits that the (last) act of this kind started in the story."""
    lines = [line for line in told[key]["steps"] if line["move"] == move and line["status"] == "executed"]
    return lines[-1]["limits"] if lines else []


@pytest.mark.parametrize(
    ("key", "move", "kind", "due"),
    [
        # one month from 交办, the day itself not counted (方案四(五)); the last day rolled over rest days
        ("on_paper", "assignment.hand_down", "report", "2020-06-22"),  # 05-20 → 06-20 Sat (E01)
        ("sealed_house", "assignment.hand_down", "report", "2020-06-28"),  # 05-25 → 06-25 端午, 06-28 works (E02)
        ("slow_freeze", "assignment.hand_down", "report", "2020-10-09"),  # 09-01 → 10-01 (E04)
        ("ended_court", "assignment.hand_down", "report", "2022-10-09"),  # 09-09 → 10-09 Sun, works (E09)
        ("old_number", "assignment.hand_down", "report", "2024-02-18"),  # 01-10 → 02-10 春节, Sun 02-18 works (E12)
        ("three_levels", "assignment.hand_down", "report", "2026-08-07"),  # 07-07 → 08-07 Fri
        ("returned_opinion", "assignment.hand_down", "report", "2026-08-21"),  # 07-21 → 08-21 Fri
        ("taken_over", "assignment.hand_down", "report", "2026-09-07"),  # 08-06 → 09-06 Sun
        ("reopened", "assignment.hand_down", "report", "2026-10-15"),  # 09-15 → 10-15 Thu
        # an extension is added to the nominal end and then rolled (T13): 08-28 + 15日 = 09-12 Sat
        ("extended", "assignment.grant_extension", "report", "2026-09-14"),
        # 限期补充调查: 09-21 + 15日 = 10-06, 国庆 until 10-07
        ("extended", "round.order_supplement", "supplement", "2026-10-08"),
        # direct investigation: 02-28 + 1月 = 03-28 (E16), a period of its own, and after taking over 09-03 → 10-03
        ("about_president", "item.start_directly", "direct", "2025-03-28"),
        ("wages", "item.start_directly", "direct", "2026-09-02"),
        ("taken_over", "matter.take_over", "direct", "2026-10-08"),
        # named in the opinion: 07-03 + 30日 = 08-02 Sun; 08-24 + 45日 = 10-08; relayed 09-14 + 20日 = 10-04
        ("sealed_house", "duty.issue_urge", "disposal", "2020-08-03"),
        ("three_levels", "duty.issue_urge", "disposal", "2026-10-08"),
        ("three_levels", "duty.relay", "disposal", "2026-10-08"),
        # feedback 15日 from the approval of 07-02; screening 15工作日 from 05-21 (06-28 works, 端午 06-25–27)
        ("sealed_house", "opinion.head_approve", "feedback", "2020-07-17"),
        ("sealed_house", "clue.register", "screening", "2020-06-11"),
    ],
)
def test_due(key: str, move: str, kind: str, due: str, told: Told) -> None:
    found = {one["due"] for one in _dues(told, key, move) if one["kind"] == kind}
    assert found == {due}


def test_taking_over_ends_the_lower_courts_limit(matter: Callable[[str], Any]) -> None:
    """方案四(六): what happens to the running month is said, not left open."""
    from shuangcha.casefile import models as cf

    limits = cf.Limit.rows.filter(matter=matter("taken_over"), kind="report")
    assert [one.stopped_on.isoformat() for one in limits] == ["2026-09-03"]


def test_a_report_taken_back_wins_and_loses_no_time(play_until: Callable[..., Any]) -> None:
    """撤回: the limit runs on from where it began, with the extension that was granted: 2026-09-14, not 08-28."""
    from shuangcha.casefile import models as cf

    teller = play_until("extended", "report.withdraw")
    running = cf.Limit.rows.get(matter=teller.file, kind="report", stopped_on__isnull=True)
    assert running.started_on.isoformat() == "2026-07-28"
    assert running.due.isoformat() == "2026-09-14"


def test_a_refused_extension_moves_nothing(play_until: Callable[..., Any]) -> None:
    from shuangcha.casefile import models as cf

    teller = play_until("returned_opinion", "assignment.refuse_extension")
    running = cf.Limit.rows.get(matter=teller.file, kind="report", stopped_on__isnull=True)
    assert running.due.isoformat() == "2026-08-21"


def test_supervising_on_the_spot_stops_nothing(play_until: Callable[..., Any]) -> None:
    from shuangcha.casefile import models as cf

    teller = play_until("taken_over", "matter.supervise_on_site")
    assert cf.Limit.rows.filter(matter=teller.file, kind="report", stopped_on__isnull=True).count() == 1


def test_what_is_entered_later_keeps_its_earlier_day(matter: Callable[[str], Any]) -> None:
    """补录: each act with the day on which it happened, recorded on 2020-09-18 and marked;
    the last one is of that day."""
    from shuangcha.audit.models import Step

    steps = list(Step.objects.filter(stream__key=f"matter:{matter('on_paper').pk}").order_by("seq"))
    assert steps[0].happened_on.isoformat() == "2020-05-20"
    assert {one.recorded_at.astimezone().date().isoformat() for one in steps} == {"2020-09-18"}
    earlier = [one for one in steps if one.backfilled]
    assert len(earlier) > 40
    assert all(one.happened_on.isoformat() < "2020-09-18" for one in earlier)
    assert [one.happened_on for one in earlier] == sorted(one.happened_on for one in earlier)
    assert steps[-1].happened_on.isoformat() == "2020-09-18"
    assert not steps[-1].backfilled
