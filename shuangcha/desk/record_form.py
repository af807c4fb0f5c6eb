"""Records of the six ways: the form laid out by its method, the printed sheet that looks like it,
and the blank one for the pen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shuangcha.access import children, reading, scope
from shuangcha.access.actions import Action
from shuangcha.access.facts import Facts
from shuangcha.access.refusals import NotFound
from shuangcha.acts.contents.base import CONTENTS
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.words import METHODS

from . import display, flow_record, links
from .faces import Face, Fields
from .labelled import Pair, labelled
from .layouts import SHEETS
from .shell import business_page
from .templatetags.desk_tags import date_cn
from .typed import Typed, raw_of, specs

if TYPE_CHECKING:
    from .move_form import Asked


class RecordForm(Face):
    template = "record_form"

    def about(self, asked: Asked, typed: Typed, fields: Fields) -> dict[str, Any]:
        method = asked.row.key.removeprefix("record.")
        sheet, by_name = SHEETS[method], {one["name"]: one for one in fields}
        round_: cf.Round = asked.target
        return {
            "sheet": sheet,
            "previews": True,
            "blank_url": blank_url(round_, method),
            "sections": [
                {"title": one.title, "hint": one.hint, "fields": [by_name[name] for name in one.fields]}
                for one in sheet.sections
            ],
            "ways": [
                {
                    "label": word.label,
                    "active": key == method,
                    "url": links.move_url(f"record.{key}", "round", round_.uid),
                }
                for key, word in METHODS.items()
            ],
        }

    def preview(self, asked: Asked, typed: Typed) -> HttpResponse:
        """The sheet with what is typed now, to be signed by hand before it is scanned and filed."""
        method = asked.row.key.removeprefix("record.")
        return drawn(
            asked.request,
            method,
            raw_of(asked.model, typed),
            team_names(asked.facts, asked.target),
            asked.target,
            note="未提交",
        )


def team_names(facts: Facts, round_: cf.Round) -> dict[str, str]:
    return {str(one.person.uid): one.person.name for one in facts.team_of(round_)}


def ways_of(actions: Iterable[Action], round_: cf.Round) -> list[dict[str, Any]]:
    """The six ways as cards on the round's page: what each is for, where it begins, or why not."""
    by_key = {one.move.key: one for one in actions if one.move.subject == "record"}
    found = []
    for key, word in METHODS.items():
        one = by_key.get(f"record.{key}")
        if one is not None:
            found.append(
                {
                    "label": word.label,
                    "article": word.article,
                    "use": SHEETS[key].use,
                    "enabled": one.enabled,
                    "reason": display.full(one.reason),
                    "blank_url": blank_url(round_, key),
                    "url": links.move_url(one.move.key, "round", round_.uid),
                    "flow_url": reverse("round_flow", args=[str(round_.uid)]) if key == "system_check" else "",
                }
            )
    return found


def blank_url(round_: cf.Round, method: str) -> str:
    return reverse("record_blank", args=[str(round_.uid), method])


# --- sheets ---------------------------------------------------------------------------------------------------------
def sections_of(
    method: str, payload: Mapping[str, Any], names: Mapping[str, str], *, empty: bool = True, files: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """What was entered, in the sections of the form: {title, pairs}. With `empty`,
    fields that were left blank stand there too."""
    key = f"record.{method}"
    known: dict[str, Pair] = {one["name"]: one for one in labelled(key, dict(payload), dict(names))}
    if payload.get("flow"):
        known |= flow_record.pairs(payload["flow"])
    known["files"] = {"name": "files", "label": "附件", "rows": (), "value": "\n".join(files)}
    titles = {one.name: one for one in specs(CONTENTS[key])}
    found = []
    for section in SHEETS[method].sections:
        pairs = [
            known.get(name, {"name": name, "label": titles[name].title, "rows": (), "value": ""})
            for name in section.fields
        ]
        for pair in pairs:
            pair["wide"] = bool(
                pair.get("wide")
                or pair.get("rows")
                or titles[pair["name"]].widget in ("textarea", "lines", "files", "rows")
            )
        shown = [one for one in pairs if one.get("rows") or one.get("value") or (empty and one["name"] != "files")]
        if shown:
            found.append({"title": section.title, "pairs": shown, "lines": _lines(shown)})
    return found


def _lines(pairs: list[Pair]) -> list[list[Pair]]:
    """Short fields two to a line, as the form has them."""
    lines: list[list[Pair]] = []
    for one in pairs:
        if lines and not one["wide"] and len(lines[-1]) == 1 and not lines[-1][0]["wide"]:
            lines[-1].append(one)
        else:
            lines.append([one])
    return lines


def drawn(
    request: Any,
    method: str,
    payload: Mapping[str, Any],
    names: Mapping[str, str],
    round_: cf.Round,
    *,
    number: str = "",
    note: str = "",
    files: Iterable[str] = (),
) -> HttpResponse:
    sheet = SHEETS[method]
    paper = {
        "title": sheet.title,
        "number": number,
        "note": note,
        "matter": round_.matter.number,
        "court": round_.court.name,
        "way": METHODS[method],
        "closing": sheet.closing,
        "signs": sheet.signs,
    }
    context = {
        "paper": paper,
        "sections": sections_of(method, payload, names, files=files),
        "back_url": links.of(round_),
        "banner": settings.SHUANGCHA_MODE == "demo",
    }
    return render(request, "desk/record_sheet.html", context)


@require_GET
@business_page
def sheet(request: Any, uid: str) -> HttpResponse:
    """A filed record as it prints, with the names as they were on the day."""
    viewer: Viewer = request.viewer
    found: cf.Record = scope.find(viewer, "record", uid)
    reading.looked(viewer, found, "打印调查记录", request.now)
    payload = json.loads(found.payload)
    found.round.matter = found.matter
    names = [one.name for one in children.materials_of(found, viewer)]
    return drawn(
        request,
        found.method,
        payload,
        payload.get("names", {}),
        found.round,
        files=names,
        number=f"第{found.n}号调查记录　{date_cn(found.held_on)}",
    )


@require_GET
@business_page
def blank(request: Any, uid: str, method: str) -> HttpResponse:
    """The empty sheet of a way, to be filled in by hand at the place."""
    if method not in SHEETS:
        raise NotFound
    found: cf.Round = scope.find(request.viewer, "round", uid)
    reading.looked(request.viewer, found, "打印空白表", request.now)
    return drawn(request, method, {}, {}, found, note="空白表")
