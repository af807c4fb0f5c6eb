"""Which limits an act would start and when they would end: shown before it is sent (议题：联合交办前显示到期日及其算法).

The same arithmetic and the same settings as in `execute`; what only the act itself will decide is left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shuangcha.access.facts import Facts
from shuangcha.access.places import matter_of, round_of
from shuangcha.casefile import models as cf
from shuangcha.clock.running import computed
from shuangcha.courts import settings
from shuangcha.courts.people import Viewer
from shuangcha.periods import PeriodError
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES

from .execute import RUNS_FOR_ASSIGNEE

DEPENDS = frozenset({"matter.concluded", "assignment.report_withdrawn"})
"""Rows in `then` that are executed only in some cases, or that let an old limit run on."""
TYPED = frozenset({"supplement", "disposal", "direct"})
"""Limits whose period the officer may name in the form."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`limit` as it would be stored, without its subject; `period` in words, with the extension."""

    limit: cf.Limit
    period: str


def foresee(
    move: Move, subject: cf.Subject | None, viewer: Viewer, facts: Facts, on: dt.date, period: str = ""
) -> list[Foreseen]:
    """Limits that begin if the act is completed on that day. `period`: what the form names so far (期限)."""
    if move.sign_off == "chain" or move.key in DEPENDS:
        return []
    kinds = list(move.starts)
    for key in move.then:
        if key not in DEPENDS:
            kinds += [kind for kind in MOVES[key].starts if kind not in kinds]
    found: list[Foreseen] = []
    for kind in kinds:
        wanted = _wanted(kind, move, subject, facts, on, period)
        court_id = _court(kind, subject, viewer)
        if wanted is None or court_id is None:
            continue
        start, length, extension = wanted
        try:
            row, fact = computed(kind, start, length, extension, court_id, on)
        except PeriodError:
            continue
        text = f"{fact['period']}，另延长{extension}" if extension else str(fact["period"])
        found.append(Foreseen(row, text))
    return found


def _wanted(
    kind: str, move: Move, subject: cf.Subject | None, facts: Facts, on: dt.date, period: str
) -> tuple[dt.date, str, str] | None:
    """(start, period, extension); None where it depends on what is not known yet."""
    if move.key == "assignment.grant_extension":
        mine = [
            one for one in facts.limits if subject is not None and one.subject_id == subject.pk and one.kind == "report"
        ]
        return (mine[-1].started_on, mine[-1].period, period) if mine and period else None
    if move.key == "assignment.acknowledge" and kind == "report" and _runs_since_handing_down(subject, on):
        # The month of 方案四(五) has begun with 交办 and runs on: shown as it runs, not begun anew.
        running = [
            one for one in facts.limits if subject is not None and one.subject_id == subject.pk and one.kind == kind
        ]
        return (running[-1].started_on, running[-1].period, running[-1].extension) if running else None
    if kind == "disposal":
        return on, period or getattr(subject, "period", "") or "30日", ""
    if kind in TYPED:
        return (on, period, "") if period or LIMITS[kind].period else None
    return (on, "", "") if LIMITS[kind].period and kind != "revisit" else None


def _runs_since_handing_down(subject: cf.Subject | None, on: dt.date) -> bool:
    assert isinstance(subject, cf.Assignment)
    return settings.get("report_starts_at", subject.from_court_id, on).value != "双签收"


def _court(kind: str, subject: cf.Subject | None, viewer: Viewer) -> int | None:
    """The court that would keep the limit."""
    if subject is None:
        return next(iter(post.court_id for post in viewer.posts), None)
    if kind in RUNS_FOR_ASSIGNEE:
        if isinstance(subject, cf.Assignment | cf.Duty):
            return subject.to_court_id
        round_ = round_of(subject)
        if round_ is not None:
            return round_.court_id
    if isinstance(subject, cf.Duty):
        return subject.from_court_id
    matter = matter_of(subject)
    return matter.owner_court_id if matter is not None else getattr(subject, "court_id", None)
