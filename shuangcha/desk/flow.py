"""流程图: the plan as a map — every act with its article, side, offices, signatures, limits and papers,
and where a matter stands."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from shuangcha.access import children, reading, scope
from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import SAME, Move
from shuangcha.plan.moves import ROWS
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.stages import MAIN_LINE, STAGES, label
from shuangcha.plan.words import ITEM_KINDS, OFFICES, ROUND_KINDS, SIDES, SIGN_OFFS, SUBJECT_KINDS

from . import display, links
from .shell import draw, page
from .wording import spoken

ORDER = ("clue", "item", "meeting", "matter", "assignment", "round", "record", "report", "opinion", "duty", "register")
OF = {
    **DUTY_KINDS,
    **{key: one.label for key, one in ROUND_KINDS.items()},
    **{key: one.label for key, one in ITEM_KINDS.items()},
}


@page
def flow(request: Any) -> HttpResponse:
    """The map; with ?matter= the stages in which the parts of that matter stand are marked."""
    here: dict[str, set[str]] = {}
    about: dict[str, Any] | None = None
    uid = request.GET.get("matter", "")
    if uid:
        found: cf.Matter = scope.find(request.viewer, "matter", uid)
        here, subjects = _standing(found, request)
        reading.looked(request.viewer, found, "流程图", request.now)
        at = MAIN_LINE.index(found.stage)
        about = {
            "matter": found,
            "url": links.of(found),
            "stage": display.stage(found),
            "subjects": subjects,
            "steps": [
                {"label": label("matter", stage), "state": "done" if n < at else "now" if n == at else "todo"}
                for n, stage in enumerate(MAIN_LINE)
            ],
        }
    kinds = [
        {
            "key": kind,
            "label": SUBJECT_KINDS[kind].label,
            "stages": [
                {"label": one.label, "final": one.final, "here": key in here.get(kind, ())}
                for (of, key), one in STAGES.items()
                if of == kind
            ],
            "rows": [{**row, "here": bool(row["froms"] & here.get(kind, set()))} for row in _rows(kind)],
        }
        for kind in ORDER
    ]
    crumbs = (
        [{"label": "流程图", "url": reverse("flow")}, {"label": about["matter"].number, "url": ""}] if about else []
    )
    return draw(request, "flow", {"kinds": kinds, "about": about, "crumbs": crumbs})


def _standing(found: cf.Matter, request: Any) -> tuple[dict[str, set[str]], list[dict[str, Any]]]:
    facts = children.matter_facts(found, request.viewer)
    subjects: list[Any] = [found, *facts.assignments, *facts.rounds, *facts.reports, *facts.opinions, *facts.duties]
    here: dict[str, set[str]] = {}
    for one in subjects:
        here.setdefault(one.KIND, set()).add(one.stage)
    shown = [
        {"kind": SUBJECT_KINDS[one.KIND].label, "url": links.of(one), "stage": display.stage(one), "name": _name(one)}
        for one in subjects[1:]
    ]
    return here, shown


def _name(one: Any) -> str:
    if isinstance(one, cf.Duty):
        return DUTY_KINDS[one.kind]
    if isinstance(one, cf.Round):
        return f"第{one.n}轮 {ROUND_KINDS[one.kind].label}"
    return one.to_court.name if isinstance(one, cf.Assignment) else ""


@cache
def _rows(kind: str) -> list[dict[str, Any]]:
    return [_row(move) for move in ROWS if move.subject == kind]


def _row(move: Move) -> dict[str, Any]:
    origin = "、".join(label(move.subject, stage) if stage else "（新建）" for stage in move.froms)
    return {
        "title": display.title(move),
        "article": display.article(move.article),
        "side": SIDES[move.side].label,
        "offices": "、".join(OFFICES[key].label for key in move.offices),
        "sign_off": SIGN_OFFS[move.sign_off].label,
        "joint": move.joint,
        "hidden": move.hidden,
        "froms": set(move.froms) - {""},
        "start": "" if move.subject == "register" else origin,
        "end": "不变" if move.to == SAME else label(move.subject, move.to) if move.to else "",
        "starts": "、".join(_limit(key) for key in move.starts),
        "stops": "、".join(LIMITS[key].label for key in move.stops),
        "papers": "、".join(PAPERS[key].label for key in move.papers),
        "of": "、".join(OF.get(key, "") for key in move.of),
        "additional": move.mark == "D",
    }


def _limit(key: str) -> str:
    """A limit with its period: that of the plan, or the setting in force for all courts."""
    row = LIMITS[key]
    period = row.period
    if row.mark != "S" and row.setting in settings.DEFAULTS:
        period = settings.DEFAULTS[row.setting].value
    return f"{row.label}（{spoken(period)}）" if period else f"{row.label}（指定）"
