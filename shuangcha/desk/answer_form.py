"""Answering a 核查要点 with its evidence: records and attachments are ticked,
or dragged onto the point (static/app/evidence.js).

What is posted is what every form of this move posts: `evidence.N.record`, `evidence.N.material`, `evidence.N.page`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.http import urlencode

from shuangcha.access import children
from shuangcha.acts.options import Offer
from shuangcha.casefile import models as cf

from . import links
from .faces import PART, Face, Fields
from .matter_parts import point_row
from .typed import Typed

if TYPE_CHECKING:
    from .move_form import Asked

SOURCES = ("record", "material")


class AnswerForm(Face):
    template = "answer_form"

    def prepare(self, asked: Asked, typed: Typed) -> None:
        """Open at the point in the address, or the first one still open;
        an answer of this round is there to be changed."""
        point = _wanted(asked)
        if point is None:
            return
        answers = {one.point_id: one for one in asked.facts.answers if one.round_id == asked.target.pk}
        typed["point"] = str(point.n)
        found: Any = answers.get(point.pk)
        if found is not None:
            typed |= {
                "finding": found.finding,
                "text": found.text,
                "evidence": [_typed(one) for one in found.shown_evidence],
            }

    def brought(self, asked: Asked, typed: Typed) -> None:
        """A record that was dropped on the point is cited."""
        dropped, _, value = asked.request.GET.get("evidence", "")[:80].partition(":")
        if dropped in SOURCES and value:
            rows = [one for one in typed.get("evidence") or [] if any(one.values())]
            if not any(str(one[dropped]) == value for one in rows):
                page = asked.request.GET.get("page", "")[:40]
                rows.append({"record": "", "material": "", "page": page, dropped: value})
            typed["evidence"] = rows

    def part(self, asked: Asked) -> str:
        point = _wanted(asked)
        return f"{PART}{point.n}" if point is not None else ""

    def about(self, asked: Asked, typed: Typed, fields: Fields) -> dict[str, Any]:
        _read(asked)
        round_: cf.Round = asked.target
        answers = {one.point_id: one for one in asked.facts.answers if one.round_id == round_.pk}
        point = _point(asked, typed.get("point"))
        by_name = {one["name"]: one for one in fields}
        offer = Offer(round_, asked.request.viewer, asked.request.on, asked.facts)
        entries = _entries(offer, typed.get("evidence") or [], by_name["evidence"])
        return {
            "point": {"n": point.n, "text": point.text, "allegation": point.allegation.n if point.allegation else 0}
            if point
            else None,
            "points": [
                {
                    **point_row(one, answers.get(one.pk)),
                    "active": point is not None and one.pk == point.pk,
                    "url": f"{links.move_url(asked.row.key, 'round', round_.uid)}&{urlencode({'point': one.n})}",
                }
                for one in asked.facts.points
            ],
            "by_name": by_name,
            "evidence": by_name["evidence"],
            "chosen": [one for one in entries if one["ticked"]],
            "candidates": [one for one in entries if not one["ticked"]],
            "round_url": links.of(round_),
        }


def _read(asked: Asked) -> None:
    """Points and answers with their evidence, once."""
    if "with_evidence" not in vars(asked.facts):
        vars(asked.facts)["with_evidence"] = True
        asked.facts.rounds, asked.facts.team = children.rounds_with_team(asked.target.matter)
        asked.facts.points, asked.facts.answers = children.points_with_answers(asked.target.matter, asked.facts.rounds)


def _wanted(asked: Asked) -> cf.Point | None:
    """The point that was sent or named, else the first that has no answer in this round."""
    _read(asked)
    request = asked.request
    named = _point(asked, request.POST.get("point") or request.GET.get("point"))
    answered = {one.point_id for one in asked.facts.answers if one.round_id == asked.target.pk}
    return named or next((one for one in asked.facts.points if one.pk not in answered), None)


def _point(asked: Asked, number: Any) -> cf.Point | None:
    return next((one for one in asked.facts.points if str(one.n) == str(number or "")), None)


def _typed(one: Mapping[str, Any]) -> Typed:
    if one["record"]:
        return {"record": str(one["n"]), "material": "", "page": one["page"]}
    return {"record": "", "material": one["sha"][:16], "page": one["page"]}


def _entries(offer: Offer, typed: list[Typed], field: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is cited already, in its order, then everything else that may be cited; one row of inputs each."""
    known = {source: dict(offer.of(source)) for source in SOURCES}
    found: list[dict[str, Any]] = []
    cited: set[tuple[str, str]] = set()
    for n, row in enumerate(typed):
        source = "record" if str(row.get("record") or "") else "material"
        value = str(row.get(source) or "")
        if not value and not str(row.get("page") or "").strip():
            continue
        label = known[source].get(value)
        if label is None and value:  # the first characters of an attachment's hash name it too
            value, label = next(
                ((key, text) for key, text in known[source].items() if key.startswith(value)),
                (value, "已不能引用的材料"),
            )
        cited.add((source, value))
        found.append(
            _entry(
                len(found),
                source,
                value,
                label or "没有选择材料",
                str(row.get("page") or ""),
                bool(value),
                _error(field, n),
            )
        )
    for source in SOURCES:
        for value, label in known[source].items():
            if (source, value) not in cited:
                found.append(_entry(len(found), source, value, label, "", False, ""))
    return found


def _entry(n: int, source: str, value: str, label: str, page: str, ticked: bool, error: str) -> dict[str, Any]:
    name = f"evidence.{n}"
    return {
        "name": f"{name}.{source}",
        "id": f"id_{name}.{source}",
        "page_name": f"{name}.page",
        "page_id": f"id_{name}.page",
        "value": value,
        "label": label,
        "page": page,
        "ticked": ticked,
        "error": error,
        "record": source == "record",
    }


def _error(field: Mapping[str, Any], n: int) -> str:
    rows = field.get("rows") or []
    if n >= len(rows):
        return ""
    return next((one["error"] for one in rows[n]["fields"] if one.get("error")), "") or str(rows[n].get("error") or "")
