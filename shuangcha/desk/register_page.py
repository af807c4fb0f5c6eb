"""登记线索 at the speed of a phone call: the case number gives the court, the source decides the fields, likely repeats are
hinted while one types, who complains comes last. Content model and door are those of `clue.register`; see desk/moves.py.

Hints come from rows that the reader may see in full, and from nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.http import HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from shuangcha.access import scope
from shuangcha.access.refusals import NotFound, Refused
from shuangcha.acts.contents.clue import RegisterClue
from shuangcha.acts.people import courts_named
from shuangcha.courts.people import Viewer, court_of_number
from shuangcha.numbers import CaseNumber, NumberError, parse_or_raw
from shuangcha.plan.words import SOURCES
from shuangcha.search import repeats

from . import display, drafts, links, moves
from .forms import Typed, typed_of
from .shell import business_page

KEY = "clue.register"
SHOWN = 8
UNCHECKED = "有可能重复的线索，请逐件核对后勾选；确是同一事的，登记后办理并入。"


# --- the form -----------------------------------------------------------------------------------------------------
def fresh(asked: moves.Asked, typed: Typed) -> None:
    typed["received_on"] = typed.get("received_on") or asked.request.on.isoformat()


def settle(asked: moves.Asked, typed: Typed) -> None:
    """The court of an empty field follows from the first case number; that of who is complained of, from the court."""
    if not typed["subject_court"].strip():
        for case in typed["cases"]:
            told = read_number(case["number"], asked.request.on)
            if told.get("court"):
                typed["subject_court"] = told["court"]
                break
    for one in typed["subjects"]:
        if one["name"].strip() and not one["court"].strip():
            one["court"] = typed["subject_court"]


def wrong(asked: moves.Asked, typed: Typed) -> dict[str, str]:
    """Hints that were not looked at; asked anew when the form is sent, for who has no JavaScript has seen none yet."""
    if typed["repeats_checked"] or not _hints_once(asked, typed):
        return {}
    return {"repeats_checked": UNCHECKED}


def context(asked: moves.Asked, typed: Typed, errors: dict[str, str]) -> dict[str, Any]:
    request = asked.request
    cards = [
        {"value": key, "label": source.short, "help": source.label, "article": source.article, "selected": typed.get("source") == key}
        for key, source in SOURCES.items()
    ]
    found = _hints_once(asked, typed) if request.method == "POST" or typed["title"] else []
    return {
        "cards": cards, "hints": found, "checked": bool(typed.get("repeats_checked")),
        "number_url": reverse("case-number"), "repeats_url": reverse("clue-repeats"),
    }  # fmt: skip


moves.FACES[KEY] = moves.Face("register", fresh, settle, wrong, context)


# --- the case number ----------------------------------------------------------------------------------------------
def read_number(text: str, on: dt.date) -> dict[str, str]:
    """Normal form and court of a case number, or the sentence what is wrong with it; nothing for an empty text."""
    if not text.strip():
        return {}
    try:
        number: CaseNumber = parse_or_raw(text, today=on)
    except NumberError as no:
        return {"sentence": str(no)}
    if not number.is_standard:
        return {"number": text.strip(), "note": "2016年以前的案号，照原样登记；法院请自行填写。"}
    found = court_of_number(number.court_code, on)
    if found is None:
        return {"sentence": f"案号中的法院代字“{number.court_code}”没有登记，请核对。"}
    told = {"number": str(number), "court": found.current.name, "code": found.current.code}
    if found.current.pk != found.written.pk:
        told["note"] = f"{found.written.name}已撤销，由{found.current.name}承继。"
    return told


@require_POST
@business_page
def case_number(request: Any) -> HttpResponse:
    """`number` → {number, court, code, note} or {sentence}."""
    return JsonResponse(read_number(request.POST.get("number", "")[:200], request.on))


# --- likely repeats -----------------------------------------------------------------------------------------------
@sensitive_variables()
def hints(viewer: Viewer, typed: Typed, on: dt.date) -> list[dict[str, Any]]:
    """Likely repeats among the clues that this person may see in full, with the reasons in words. At most seven statements."""
    told = _told(typed, on)
    mine = scope.visible(viewer, "clue")
    found = repeats.hits(told, since=on - dt.timedelta(days=366 * repeats.YEARS), within=mine)[:SHOWN]
    rows = {one.pk: one for one in mine.filter(pk__in=[pk for _, pk, _ in found])} if found else {}
    return [
        {"number": rows[pk].number, "title": rows[pk].title, "court": rows[pk].subject_court.name, "url": links.of(rows[pk]),
         "uid": str(rows[pk].uid), "stage": display.stage(rows[pk])["text"], "day": display.date_cn(rows[pk].received_on), "reasons": reasons}
        for _, pk, reasons in found if pk in rows
    ]  # fmt: skip


def _hints_once(asked: moves.Asked, typed: Typed) -> list[dict[str, Any]]:
    """The same form is asked about once in a request: when it is checked, and again when it is drawn."""
    request = asked.request
    if not hasattr(request, "likely_repeats"):
        request.likely_repeats = hints(request.viewer, typed, request.on)
    found: list[dict[str, Any]] = request.likely_repeats
    return found


def _told(typed: Typed, on: dt.date) -> repeats.Told:
    named = [(one["name"], one["court"].strip() or typed["subject_court"].strip()) for one in typed["subjects"] if one["name"].strip()]
    courts = courts_named({typed["subject_court"].strip(), *(court for _, court in named)} - {""})
    court = courts.get(typed["subject_court"].strip())
    return repeats.Told(
        numbers=tuple(one["number"] for one in typed["cases"] if one["number"].strip()),
        officers=tuple((name, courts[court].pk) for name, court in named if court in courts),
        court_id=court.pk if court is not None else None, title=typed["title"],
        text=f"{typed['summary']} {' '.join(one['text'] for one in typed['allegations'])}",
    )  # fmt: skip


@sensitive_post_parameters()
@sensitive_variables()
@require_POST
@business_page
def repeated(request: Any) -> HttpResponse:
    """The form as far as it is typed → {items: [{number, title, court, url, stage, day, reasons}]}."""
    try:
        moves.may_open(request, KEY, "", "")
        typed = typed_of(RegisterClue, _sent(request))
        typed["complainant"] = {}  # nothing here needs to know who complains
        _court_of_numbers(request, typed)
        return JsonResponse({"items": hints(request.viewer, typed, request.on)})
    except NotFound:
        raise
    except Refused as no:
        return JsonResponse({"sentence": no.sentence}, status=no.status)


def _sent(request: Any) -> Any:
    """`{fields: [[name, text], …]}` or the form itself, as a QueryDict."""
    if request.content_type != "application/json":
        return request.POST
    found = QueryDict(mutable=True)
    try:
        for name, text in json.loads(request.body)["fields"][: drafts.MOST_FIELDS]:
            found.appendlist(str(name), str(text))
    except (ValueError, KeyError, TypeError):
        raise NotFound from None
    return found


def _court_of_numbers(request: Any, typed: Typed) -> None:
    if not typed["subject_court"].strip():
        told = next((one for case in typed["cases"] if (one := read_number(case["number"], request.on)).get("court")), {})
        typed["subject_court"] = told.get("court", "")
