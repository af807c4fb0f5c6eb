"""The plan's text, one clause to one place: where every cited article leads (`/plan/#四-五`)."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from shuangcha.plan import clauses
from shuangcha.plan.model import EDITION
from shuangcha.plan.moves import ROWS

from . import display
from .shell import draw, page


@page
def plan(request: Any) -> HttpResponse:
    """The whole text; for every clause the acts that this system does by it."""
    return draw(
        request,
        "plan",
        {
            "name": clauses.title(),
            "since": display.date_cn(EDITION),
            "clauses": _rows(),
            "crumbs": [{"label": "流程图", "url": reverse("flow")}, {"label": "方案全文", "url": ""}],
        },
    )


@cache
def _rows() -> list[dict[str, Any]]:
    return [
        {"anchor": one.anchor, "label": one.label, "level": one.level, "text": one.text, "acts": _acts(one.key)}
        for one in clauses.clauses()
    ]


def _acts(key: str) -> list[str]:
    """Titles of the acts whose own article is this clause, each once."""
    found = [
        display.title(row)
        for row in ROWS
        if not row.hidden and key and f"方案{key}" in clauses.CITED.findall(row.article)
    ]
    return list(dict.fromkeys(found))
