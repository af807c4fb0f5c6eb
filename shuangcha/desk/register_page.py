"""登记线索 at the speed of a phone call: the case number gives the court, the source decides the fields, likely repeats are
hinted while one types, who complains comes last. Content model and door are those of `clue.register`;
see desk/moves.py.

Hints come from rows that the reader may see in full, and from nothing else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from shuangcha.access import scope
from shuangcha.access.refusals import NotFound, Refused
from shuangcha.acts import door
from shuangcha.acts.contents.clue import RegisterClue
from shuangcha.acts.people import courts_named
from shuangcha.courts.people import Viewer, court_of_number
from shuangcha.numbers import CaseNumber, NumberError, parse_or_raw
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import SOURCES
from shuangcha.search import repeats

from . import display, drafts, faces, links, moves, parts
from .faces import Fields
from .move_form import Asked
from .pasting import pasted
from .shell import business_page
from .typed import Typed, typed_of
from .wording import full

KEY = "clue.register"
SHOWN = 8
SAME, DISTINCT = "same", "distinct"


# --- the form -----------------------------------------------------------------------------------------------------
class RegisterForm(faces.Face):
    template = "register"

    def prepare(self, asked: Asked, typed: Typed) -> None:
        typed["repeats_checked"] = False
        typed["received_on"] = typed.get("received_on") or asked.request.on.isoformat()

    def brought(self, asked: Asked, typed: Typed) -> None:
        """Cases ticked in a run of 系统检查 open the form filled (source 方案四(一)9)."""
        from . import flow_clue

        flow_clue.brought(asked, typed)

    def settle(self, asked: Asked, typed: Typed) -> None:
        """The court of an empty field follows from the first case number; that of who is complained of,
        from the court."""
        if not typed["subject_court"].strip():
            for case in typed["cases"]:
                told = read_number(case["number"], asked.request.on)
                if told.get("court"):
                    typed["subject_court"] = told["court"]
                    break
        for one in typed["subjects"]:
            if one["name"].strip() and not one["court"].strip():
                one["court"] = typed["subject_court"]

    def wrong(self, asked: Asked, typed: Typed) -> dict[str, str]:
        """What the hints were answered with; whether they were looked at is asked at the door."""
        chosen = verdicts(asked.request.POST)
        if any(not reason for _, _, reason in chosen):
            return {"repeats_checked": "请写明认定的理由，例如：同一执行案件、同一承办人，反映事项相同。"}
        if sum(verdict == SAME for _, verdict, _ in chosen) > 1:
            return {"repeats_checked": "只能并入一件，请只在最终办理的那一件上选“是同一事”。"}
        return {}

    def after(self, asked: Asked, outcome: door.Outcome) -> None:
        """Carry out what was said about the hints, each as an act of its own on the clue that has just been
        registered."""
        request = asked.request
        for uid, verdict, reason in verdicts(request.POST):
            key, raw = ("clue.merge", {"into": uid}) if verdict == SAME else ("clue.not_repeat", {"other": uid})
            once = hashlib.sha256(f"{request.POST.get('request_key', '')}|{uid}".encode()).hexdigest()
            try:
                clue = scope.find(request.viewer, outcome.subject_kind, outcome.subject_uid)
                door.propose(
                    key,
                    ("clue", clue.uid),
                    request.viewer,
                    {**raw, "reason": reason},
                    seen_version=clue.version,
                    now=request.now,
                    happened_on=None,
                    request_key=once,
                )
            except NotFound:
                return  # by what was entered the registrar is shut out himself
            except Refused as no:
                messages.warning(
                    request, f"线索已登记；“{full(MOVES[key].title)}”没有办成：{full(no.sentence)}请在线索页办理。"
                )

    def about(self, asked: Asked, typed: Typed, fields: Fields) -> dict[str, Any]:
        request = asked.request
        cards = [
            {
                "value": key,
                "label": source.short,
                "help": source.label,
                "article": source.article,
                "selected": typed.get("source") == key,
            }
            for key, source in SOURCES.items()
        ]
        found = hints(request.viewer, typed, request.on) if request.method == "POST" or typed["title"] else []
        said = {uid: (verdict, reason) for uid, verdict, reason in verdicts(request.POST)}
        found = [
            {**one, "verdict": said.get(one["uid"], ("", ""))[0], "reason": said.get(one["uid"], ("", ""))[1]}
            for one in found
        ]
        return {
            "named": {one["name"]: one for one in fields},
            "cards": cards,
            "hints": found,
            "nothing": parts.HINT,
            "checked": bool(typed.get("repeats_checked")),
            "number_url": reverse("case-number"),
            "repeats_url": reverse("clue-repeats"),
        }


def verdicts(post: Any) -> list[tuple[str, str, str]]:
    """(uid of the hint, verdict, reason) of those on which the clerk has said something."""
    found = []
    for name in post:
        if name.startswith("repeat.") and post.get(name) in (SAME, DISTINCT):
            uid = name.removeprefix("repeat.")[:36]
            found.append((uid, post.get(name), pasted(post.get(f"repeat_reason.{uid}", "")).strip()))
    return sorted(found, key=lambda one: one[1] == SAME)[
        : 2 * SHOWN
    ]  # a clue that is merged away settles nothing further


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
    """Likely repeats among the clues that this person may see in full, with the reasons in words.
    At most seven statements."""
    told = _told(typed, on)
    mine = scope.visible(viewer, "clue")
    found = repeats.hits(
        told, since=repeats.since(on), within=lambda ref: scope.member(viewer, "clue", ref, full=True)
    )[:SHOWN]
    rows = {one.pk: one for one in mine.filter(pk__in=[pk for _, pk, _ in found])} if found else {}
    return [
        {
            "number": rows[pk].number,
            "title": rows[pk].title,
            "court": rows[pk].subject_court.name,
            "url": links.of(rows[pk]),
            "uid": str(rows[pk].uid),
            "stage": display.stage(rows[pk])["text"],
            "day": display.date_cn(rows[pk].received_on),
            "reasons": reasons,
        }
        for _, pk, reasons in found
        if pk in rows
    ]


def _told(typed: Typed, on: dt.date) -> repeats.Told:
    named = [
        (one["name"], one["court"].strip() or typed["subject_court"].strip())
        for one in typed["subjects"]
        if one["name"].strip()
    ]
    courts = courts_named({typed["subject_court"].strip(), *(court for _, court in named)} - {""})
    court = courts.get(typed["subject_court"].strip())
    return repeats.Told(
        numbers=tuple(one["number"] for one in typed["cases"] if one["number"].strip()),
        officers=tuple((name, courts[court].pk) for name, court in named if court in courts),
        court_id=court.pk if court is not None else None,
        title=typed["title"],
        text=f"{typed['summary']} {' '.join(one['text'] for one in typed['allegations'])}",
    )


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
        told = next(
            (one for case in typed["cases"] if (one := read_number(case["number"], request.on)).get("court")), {}
        )
        typed["subject_court"] = told.get("court", "")
