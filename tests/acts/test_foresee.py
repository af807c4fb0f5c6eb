"""What a form foresees is what the act does: the same limits of the same court, to the same day, before and after.

Every court concerned has parameters of its own, so that the limit of another court would end on another day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shuangcha.access.facts import Facts
from shuangcha.acts.foresee import foresee
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.courts.models import Court, Setting
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES
from tests.plan.scenes import MAKERS, Scene, scene
from tests.plan.worlds import E, S, Worlds, login_of

pytestmark = pytest.mark.django_db
OWN = {"豫": 41, "豫03": 53, "豫0304": 67}
"""Days that each of these courts gives to every limit that has a parameter: no two end together."""
DEPENDS = {"matter.concluded", "assignment.report_withdrawn"}
"""Rows of which only the act will tell whether they begin a limit, or that let an old one run on."""


def starting(row: Move) -> list[str]:
    kinds = [*row.starts, *(kind for key in row.then if key not in DEPENDS for kind in MOVES[key].starts)]
    return list(dict.fromkeys(kinds))


SILENT = {"item.defer"}
"""再议 has its day from the form itself: nothing is computed beforehand."""
STARTING = [row.key for row in MOVES.values() if not row.hidden and starting(row) and row.sign_off != "chain"]


def own_parameters() -> None:
    for code, days in OWN.items():
        court = Court.objects.get(code=code)
        for n, kind in enumerate(LIMITS):
            Setting.objects.create(
                court=court,
                key=f"limit.{kind}",
                value=f"{days + n}日",
                source=f"{code}的规定",
                mark="L",
                valid_from=dt.date(2020, 5, 20),
            )
    settings.forget()


def after(limit: Any) -> tuple[str, dt.date, str, str, dt.date]:
    return limit.kind, limit.started_on, limit.period, limit.extension, limit.due


def execute(made: Scene) -> None:
    """Through the door, with the second signature where two are needed."""
    outcome = made.play()
    if outcome.status == "executed":
        return
    proposal = Proposal.objects.select_related("proposer_body__court").get(uid=outcome.proposal)
    code, kind = proposal.proposer_body.court.code, proposal.proposer_body.kind
    done = made.world.sign(outcome, login_of(code, S if kind == E else E))
    assert done.status == "executed", done


@pytest.mark.parametrize("key", STARTING)
def test_every_limit_foreseen_is_the_one_that_begins(worlds: Worlds, key: str) -> None:
    made = scene(worlds, key)
    own_parameters()
    before = set(cf.Limit.rows.values_list("pk", flat=True))
    viewer = made.world.player.viewer(made.login)
    if made.subject is not None:
        made.subject = cf.SUBJECTS[made.subject.KIND].rows.get(pk=made.subject.pk)
    seen = foresee(
        MOVES[key],
        made.subject,
        viewer,
        Facts(made.subject),
        made.world.player.day,
        str(made.content.get("period", "")),
    )
    execute(made)
    begun = [after(one) for one in cf.Limit.rows.exclude(pk__in=before)]
    running = [after(one) for one in cf.Limit.rows.filter(stopped_on__isnull=True)]
    for one in seen:
        assert after(one.limit) in running, (key, one.limit.kind)
    if key not in SILENT:
        assert {kind for kind, *_ in begun} <= {one.limit.kind for one in seen}, key
        assert seen, key


def test_the_scenes_know_every_act_that_starts_a_limit() -> None:
    assert set(STARTING) <= set(MAKERS) and len(STARTING) >= 40


def test_the_court_below_keeps_its_own_limits_and_the_court_above_its_own(worlds: Worlds) -> None:
    """交办: the report runs by the parameters of the court that must report, 交办 itself by those of the court that hands down."""
    made = scene(worlds, "assignment.hand_down")
    own_parameters()
    viewer = made.world.player.viewer(made.login)
    seen = foresee(MOVES[made.move], made.subject, viewer, Facts(made.subject), made.world.player.day)
    assert {one.limit.kind: one.limit.source.split(";")[-1] for one in seen} == {
        "report": "豫0304的规定",
        "receipt": "豫0304的规定",
    }
    made = scene(worlds, "meeting.convene")
    seen = foresee(MOVES[made.move], None, viewer, Facts(None), made.world.player.day)
    assert {one.limit.kind: one.limit.source.split(";")[-1] for one in seen} == {"meeting": "豫03的规定"}


def test_who_gives_no_period_foresees_no_supplement(worlds: Worlds) -> None:
    """补充调查: the period is what the form names; before it is named there is nothing to compute."""
    made = scene(worlds, "round.order_supplement")
    viewer, facts, day = made.world.player.viewer(made.login), Facts(made.subject), made.world.player.day
    assert "supplement" not in {one.limit.kind for one in foresee(MOVES[made.move], made.subject, viewer, facts, day)}
    named = {
        one.limit.kind: one.limit.due for one in foresee(MOVES[made.move], made.subject, viewer, facts, day, "15日")
    }
    assert named["supplement"] > day + dt.timedelta(days=14)
