"""办理经过 of a matter: every step that the reader is told, with what was entered,
narrowed by plain links that can be sent on."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.http import urlencode

from shuangcha.access import chronicle, reading, scope
from shuangcha.access.facts import Facts
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import OFFICES

from . import display
from .labelled import uids_in
from .matter_tabs import heading
from .paging import Order, cut
from .shell import business_page, draw

SIZE = 100
MOST_MONTHS = 36
NEWEST_FIRST = (Order("seq", True, lambda row: row.seq),)
KINDS: dict[str, tuple[str, frozenset[str]]] = {
    "sign": ("签署", frozenset(row.key for row in MOVES.values() if row.joint or row.sign_off == "chain")),
    "inquiry": ("调查", frozenset(row.key for row in MOVES.values() if row.subject in ("round", "record", "report"))),
    "limit": (
        "期限",
        frozenset(row.key for row in MOVES.values() if row.starts or row.stops or "extension" in row.key),
    ),
    "paper": ("文书", frozenset(row.key for row in MOVES.values() if row.papers or row.key == "register.paper")),
    "correct": ("更正", frozenset({"register.correct"})),
}
"""What the reader may narrow to: key, label, and the acts that count as such; one act may count as several."""
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
UPPER_OFFICES = ("enforcement", "supervision", "group_office", "leading_group")
LOWER_OFFICES = ("enforcement", "supervision", "presidency")
OFFICE_WORDS = {
    **{one.body_kind: one.label for one in OFFICES.values() if one.body_kind},
    "leading_group": "领导小组",
    "presidency": "院长",
}


@business_page
def steps(request: Any, uid: str) -> HttpResponse:
    """A hundred at a time; `kind`, `body` and `month` narrow, anything unknown in them is no filter."""
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    reading.looked(viewer, found, "办理经过", request.now)
    bodies, months = _bodies(found, viewer), _months(found, request.on)
    kind, body, month = (
        _one_of(request.GET, name, known) for name, known in (("kind", KINDS), ("body", bodies), ("month", months))
    )
    rows = chronicle.narrowed(
        chronicle.steps_told(found, viewer),
        KINDS[kind][1] if kind else None,
        _office(body),
        _days(month) if month else None,
    )
    seen, urls = cut(rows, NEWEST_FIRST, request.GET, SIZE)
    wanted = {uid for one in seen if one.cause is None for uid in uids_in(one.edge.move, json.loads(one.content))}
    names = {**reading.people_named(wanted), **reading.courts_named(wanted)}
    chosen = {"kind": kind, "body": body, "month": month}
    return draw(
        request,
        "matter_steps",
        {
            **heading(found, "matter_steps"),
            "timeline": [display.entry(one, contents=True, names=names) for one in seen],
            "kinds": [
                {"label": label, "url": _url(chosen, kind=key), "active": key == kind}
                for key, label in (("", "全部"), *((key, one[0]) for key, one in KINDS.items()))
            ],
            "selects": [
                _select("body", "机构", "全部机构", bodies, body),
                _select("month", "月份", "全部月份", months, month),
            ],
            "kind": kind,
            "narrowed": any(chosen.values()),
            "all_url": request.path,
            "pager": {"count_text": "由近及远", **urls},
        },
    )


def _one_of(query: QueryDict, name: str, known: Any) -> str:
    value = str(query.get(name, ""))
    return value if value in known else ""


def _url(chosen: dict[str, str], **change: str) -> str:
    kept = {name: value for name, value in {**chosen, **change}.items() if value}
    return f"?{urlencode(kept)}" if kept else "?"


def _select(name: str, label: str, everything: str, known: dict[str, str], chosen: str) -> dict[str, Any]:
    options = [{"value": "", "label": everything, "selected": not chosen}]
    options += [{"value": key, "label": text, "selected": key == chosen} for key, text in known.items()]
    return {"id": f"id_{name}", "name": name, "label": label, "kind": "select", "options": options}


def _bodies(found: cf.Matter, viewer: Viewer) -> dict[str, str]:
    """Bodies of the courts that the matter passes through, whether they have acted or not:
    the list tells nothing of hidden steps."""
    above = reading.sits_above(viewer, found)
    courts: dict[str, tuple[str, tuple[str, ...]]] = {
        found.owner_court.code: (found.owner_court.name, UPPER_OFFICES if above else UPPER_OFFICES[:2])
    }
    for one in (*(one.to_court for one in Facts(found).assignments), found.target_court):
        courts.setdefault(one.code, (one.name, LOWER_OFFICES))
    return {f"{code}:{kind}": f"{name}{OFFICE_WORDS[kind]}" for code, (name, kinds) in courts.items() for kind in kinds}


def _office(body: str) -> tuple[str, str] | None:
    code, colon, kind = body.partition(":")
    return (code, kind) if colon else None


def _months(found: cf.Matter, on: dt.date) -> dict[str, str]:
    """From the month of the start to this one, newest first."""
    first, last = found.started_on.year * 12 + found.started_on.month - 1, on.year * 12 + on.month - 1
    numbers = range(max(last, first), max(first - 1, last - MOST_MONTHS), -1)
    return {f"{n // 12}-{n % 12 + 1:02d}": f"{n // 12}年{n % 12 + 1}月" for n in numbers}


def _days(month: str) -> tuple[dt.date, dt.date]:
    found = MONTH.fullmatch(month)
    assert found is not None
    year, number = int(found[1]), int(found[2])
    return dt.date(year, number, 1), dt.date(year + number // 12, number % 12 + 1, 1)
