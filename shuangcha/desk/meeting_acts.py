"""What the meeting's screen sends: each small form to its own address, through the door,
back to the row it came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from shuangcha.access import scope
from shuangcha.access.refusals import NotFound, Refused
from shuangcha.acts import door, registering
from shuangcha.casefile import models as cf
from shuangcha.papers.kinds.minutes import ENDS

from . import inline, links, minutes_draft
from .inline import Sent
from .meeting_page import page, preview
from .shell import business_page
from .sitting import SAID, Sitting, anchor
from .wording import full

AT_ROW = (*SAID, *ENDS)
"""Acts on an item that stand in its row."""
ON_MEETING = ("meeting.open", "meeting.circulate", "meeting.close")

Posted = Callable[..., HttpResponse]


def sent_here(view: Posted) -> Posted:
    """A POST of the screen. Its address opened by itself (Back, a reload in a new tab) leads to the screen."""

    @require_http_methods(["GET", "POST"])
    @business_page
    @wraps(view)
    def received(request: Any, uid: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found: cf.Meeting = scope.find(request.viewer, "meeting", uid)
        if request.method != "POST":
            return HttpResponseRedirect(links.of(found))
        return view(request, found, *args, **kwargs)

    return received


def _back(found: cf.Meeting, place: str = "") -> HttpResponse:
    return HttpResponseRedirect(f"{links.of(found)}{'#' if place else ''}{place}", status=303)


def _again(request: Any, found: cf.Meeting, sent: Sent) -> HttpResponse:
    """The screen as it stands now, with what was typed."""
    return page(request, scope.find(request.viewer, "meeting", found.uid), sent)


def _item_of(request: Any, found: cf.Meeting, uid: str) -> cf.Item:
    item: cf.Item = scope.find(request.viewer, "item", uid)
    if item.meeting_id != found.pk and item.stage == "listed":
        raise NotFound
    return item


@sent_here
def item_act(request: Any, found: cf.Meeting, item_uid: str, move_key: str) -> HttpResponse:
    """Declare, take one's body's position, decide: on one item."""
    if move_key not in AT_ROW:
        raise NotFound
    item = _item_of(request, found, item_uid)
    result = inline.send(request, move_key, item)
    return _again(request, found, result) if isinstance(result, Sent) else _back(found, anchor(item))


@sent_here
def meeting_act(request: Any, found: cf.Meeting, move_key: str) -> HttpResponse:
    """开会 and 结束. The draft of the minutes is kept until they are closed."""
    if move_key not in ON_MEETING:
        raise NotFound
    if move_key == "meeting.close":
        minutes_draft.keep(request.viewer, found, request.POST.get("minutes", ""), request.now)
    result = inline.send(request, move_key, found)
    if isinstance(result, Sent):
        return _again(request, found, result)
    if move_key == "meeting.close":
        minutes_draft.drop(request.viewer, found)
    return _back(found)


@sent_here
def sign(request: Any, found: cf.Meeting, proposal_uid: Any) -> HttpResponse:
    """The second signature over the content shown in the row."""
    return _settle(request, found, proposal_uid, inline.sign)


@sent_here
def withdraw(request: Any, found: cf.Meeting, proposal_uid: Any) -> HttpResponse:
    return _settle(request, found, proposal_uid, inline.withdraw)


def _settle(request: Any, found: cf.Meeting, proposal_uid: Any, work: Callable[[Any, Any], str]) -> HttpResponse:
    _, target = door.find_proposal(request.viewer, proposal_uid)
    if not isinstance(target, cf.Item):
        raise NotFound
    wrong = work(request, proposal_uid)
    if wrong:
        messages.error(request, wrong)
    return _back(found, anchor(target))


@sent_here
def declare_all(request: Any, found: cf.Meeting) -> HttpResponse:
    """无应当回避情形 on every item that still waits for this person's declaration: one declaration each."""
    sitting, key, done = Sitting(request, found), request.POST.get("request_key", "")[:40], 0
    for row in sitting.rows():
        if not row.get("declare"):
            continue
        try:
            door.propose(
                "item.declare",
                ("item", row["uid"]),
                request.viewer,
                {},
                seen_version=row["version"],
                now=request.now,
                request_key=f"{key}-{row['uid'][:18]}" if key else "",
            )
            done += 1
        except NotFound:
            raise
        except Refused as no:
            messages.error(request, full(no.sentence))
    if done:
        messages.success(request, f"已对{done}个议题声明无应当回避情形。")
    return _back(found, "agenda")


@sent_here
def list_item(request: Any, found: cf.Meeting) -> HttpResponse:
    """编入议程, at the end or, when it was dropped there, before another item."""
    item: cf.Item = scope.find(request.viewer, "item", request.POST.get("item", ""))
    key = request.POST.get("request_key", "")[:40]
    seen = inline.number(request.POST.get("seen_version", ""))
    try:
        door.propose(
            "item.list",
            ("item", item.uid),
            request.viewer,
            {"meeting": str(found.uid)},
            seen_version=seen,
            now=request.now,
            request_key=key,
        )
    except NotFound:
        raise
    except Refused as no:
        messages.error(request, full(no.sentence))
        return _back(found, "agenda")
    messages.success(request, "已编入议程。")
    if request.POST.get("before"):
        _move(request, found, f"{key}-o" if key else "")
    return _back(found, anchor(item))


@sent_here
def order(request: Any, found: cf.Meeting) -> HttpResponse:
    """调整议程顺序: one item to another place."""
    moved = _move(request, found, request.POST.get("request_key", "")[:40])
    focus = request.POST.get("focus", "")
    uid = request.POST.get("item", "")[:8]
    return _back(found, f"{focus}-{uid}" if moved and focus in ("up", "down") else f"item-{uid}" if moved else "agenda")


def _move(request: Any, found: cf.Meeting, key: str) -> bool:
    raw = {"item": request.POST.get("item", ""), "before": request.POST.get("before", "")}
    try:
        registering.register(
            "order_agenda", ("meeting", found.uid), request.viewer, raw, now=request.now, request_key=key
        )
    except NotFound:
        raise
    except Refused as no:
        messages.error(request, full(" ".join(no.errors.values()) or no.sentence))
        return False
    return True


@sent_here
def minutes(request: Any, found: cf.Meeting) -> HttpResponse:
    """The preview with the text as typed, which is kept as a draft. With JavaScript only the paper comes back."""
    if found.stage != "in_session" or not Sitting(request, found).whole:
        raise NotFound
    text = request.POST.get("minutes", "")
    minutes_draft.keep(request.viewer, found, text, request.now)
    if request.headers.get("X-Requested-With") == "fetch":
        answer = render(request, "desk/parts/minutes_paper.html", {"paper": preview(found, text), "kept": request.now})
        answer["Cache-Control"] = "no-store, private"
        return answer
    messages.success(request, "纪要草稿已保存。")
    return _back(found, "minutes")
