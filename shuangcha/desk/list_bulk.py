"""One act on the rows picked: each goes through the door by itself, one refused does not stop the others.

First POST: what is picked, and the words of the act to fill in. Second POST (`send`): done, with a result for each.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from shuangcha.access import scope
from shuangcha.access.actions import fits
from shuangcha.access.places import court_on, title_of
from shuangcha.access.refusals import Invalid, NotFound, Refused
from shuangcha.acts import door, handing, registering
from shuangcha.acts.contents.base import CONTENTS, read
from shuangcha.acts.options import Offer
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import OFFICES

from . import display, links
from .forms import Form
from .list_columns import Listing, Look
from .list_kept import back, listing_of
from .shell import business_page, draw
from .typed import pruned, raw_of, typed_of
from .wording import full

MOST = 100
"""Rows picked at once."""
ICONS = {"register.assign_todo": "person", "assignment.remind": "bell", "duty.remind": "bell"}
HANDED_DOWN = ("assigned", "received", "investigating")
"""Stages of a matter in which an assignment of it may wait for the court below."""
PER_ROW = frozenset({"todo"})
"""Fields that each row answers for itself."""


@dataclass(frozen=True, slots=True)
class Target:
    """One subject on which the act is done; `detail` names the todo that is handed out."""

    kind: str
    uid: str
    version: int
    title: str
    url: str
    detail: str = ""

    @property
    def value(self) -> str:
        return f"{self.kind}|{self.uid}|{self.version}|{self.detail}"


def offered(listing: Listing, viewer: Viewer) -> list[dict[str, str]]:
    """Acts on picked rows for which this person holds an office somewhere."""
    return [
        {"key": key, "label": display.title(MOVES[key]), "icon": ICONS.get(key, "check-lg")}
        for key in listing.bulk
        if key in MOVES and any(viewer.has(OFFICES[one].body_kind, OFFICES[one].roles) for one in MOVES[key].offices)
    ]


def pick_of(listing: Listing, row: Any, look: Look, acts: list[dict[str, str]]) -> dict[str, str]:
    """What the tick box of a row carries, and what it is called; nothing where the act cannot be thought of."""
    if not acts:
        return {}
    if listing.kind == "todo":
        uid, _ = look.named.get((row.subject_kind, row.subject_id), ("", ""))
        mine = {post.body_id for post in handing.posts_handing(look.viewer)}
        if not uid or row.body_id not in mine:
            return {}
        return {"pick": f"{row.subject_kind}|{uid}|{row.kind}", "pick_label": f"选择{row.title}"}
    if not any(_thinkable(MOVES[one["key"]], row, look.viewer) for one in acts):
        return {}
    return {"pick": str(row.uid), "pick_label": f"选择{title_of(row)}"}


def _thinkable(move: Move, row: Any, viewer: Viewer) -> bool:
    """Seen from the row alone, without a statement: the stage is one in which the act is done,
    on the side on which the person sits."""
    courts = viewer.courts()
    if move.subject == row.KIND:
        return fits(move, row) and any(court in courts for court in court_on(move.side, row))
    below = row.target_court_id in courts and row.owner_court_id not in courts
    return row.stage in HANDED_DOWN and not below


@require_POST
@business_page
def do(request: Any, name: str) -> HttpResponse:
    """`act` on the rows named by `pick` (first) or `target` (second, with `send`)."""
    listing = listing_of(name)
    key, query = request.POST.get("act", ""), request.POST.get("query", "")[:4000]
    if key not in {one["key"] for one in offered(listing, request.viewer)}:
        raise NotFound
    if "send" in request.POST:
        return _send(request, listing, key, query)
    picks = list(dict.fromkeys(request.POST.getlist("pick")))[:MOST]
    if not picks:
        messages.warning(request, f"还没有选择{listing.title}。请在每行开头勾选，再点“{display.title(MOVES[key])}”。")
        return back(listing, query)
    return _form(request, listing, key, query, _targets(request.viewer, listing, key, picks))


# --- what is picked ---------------------------------------------------------------------------------------------------
def _uids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for one in texts:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _targets(viewer: Viewer, listing: Listing, key: str, picks: list[str]) -> tuple[list[Target], list[dict[str, str]]]:
    """(subjects to act on, rows on which there is nothing to act, with the sentence why).
    What may not be seen falls away."""
    if listing.kind == "todo":
        return _todo_targets(viewer, picks), []
    rows = list(scope.visible(viewer, listing.kind).filter(uid__in=_uids(picks)).order_by("-pk"))
    if MOVES[key].subject == listing.kind:
        return [_target(one) for one in rows], []
    below: dict[int, list[Any]] = {}
    for one in (
        scope.visible(viewer, MOVES[key].subject).filter(matter__in=rows, stage__in=MOVES[key].froms).order_by("pk")
    ):
        if any(court in viewer.courts() for court in court_on(MOVES[key].side, one)):
            below.setdefault(one.matter_id, []).append(one)
    idle = [
        {"title": title_of(one), "url": links.of(one), "sentence": "没有由本院交办、下级法院正在办理的，无须催办。"}
        for one in rows
        if one.pk not in below
    ]
    return [_target(each) for one in rows for each in below.get(one.pk, ())], idle


def _target(one: Any) -> Target:
    title = f"{DUTY_KINDS[one.kind]}　{title_of(one)}" if isinstance(one, cf.Duty) else title_of(one)
    if isinstance(one, cf.Assignment):
        title = f"{title}（{one.to_court.name}）"
    return Target(one.KIND, str(one.uid), one.version, title, links.of(one))


def _todo_targets(viewer: Viewer, picks: list[str]) -> list[Target]:
    asked = [tuple(one.split("|")) for one in picks if one.count("|") == 2]
    seen: dict[tuple[str, str], Any] = {}
    for kind in {one[0] for one in asked if one[0] in cf.SUBJECTS}:
        for row in scope.visible(viewer, kind).filter(uid__in=_uids(uid for of, uid, _ in asked if of == kind)):
            seen[kind, str(row.uid)] = row
    return [
        Target(kind, uid, row.version, f"{display.title(MOVES[move])}　{_named(row)}", links.of(row), move)
        for kind, uid, move in asked
        if (row := seen.get((kind, uid))) is not None and move in MOVES
    ]


def _named(row: Any) -> str:
    return f"{display.date_cn(row.held_on)}联席会议" if isinstance(row, cf.Meeting) else title_of(row)


# --- the form ---------------------------------------------------------------------------------------------------------
def _form(
    request: Any,
    listing: Listing,
    key: str,
    query: str,
    picked: tuple[list[Target], list[dict[str, str]]],
    *,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    targets, idle = picked
    model = CONTENTS[key]
    offer = Offer(None, request.viewer, request.on)
    form = Form(
        model,
        typed if typed is not None else typed_of(model, {}),  # type: ignore[arg-type]
        offer.of,
        errors=dict(errors or {}),
        suggest_url=reverse("court-suggest"),
    )
    fields = [one for one in form.drawn() if one["name"] not in PER_ROW]
    title = display.title(MOVES[key])
    return draw(
        request,
        "list_bulk",
        {
            "title": f"批量{title}",
            "act": key,
            "act_label": title,
            "article": display.article(MOVES[key].article),
            "fields": fields,
            "targets": targets,
            "idle": idle,
            "query": query,
            "address": reverse("list-do", args=[listing.name]),
            "back_url": f"{reverse(listing.name)}?{query or 'all=1'}",
            "errors": form.summary,
            "unit": listing.unit,
            "request_key": request.POST.get("request_key") or uuid.uuid4().hex,
            "crumbs": [
                {"label": listing.title, "url": f"{reverse(listing.name)}?{query or 'all=1'}"},
                {"label": f"批量{title}", "url": ""},
            ],
            "empty": {
                "title": f"所选的{listing.title}都不需要{title}",
                "text": "请回到列表另选。",
                "url": f"{reverse(listing.name)}?{query or 'all=1'}",
                "url_label": "回到列表",
            },
        },
        status=422 if errors else 200,
    )


# --- the act ----------------------------------------------------------------------------------------------------------
def _send(request: Any, listing: Listing, key: str, query: str) -> HttpResponse:
    model = CONTENTS[key]
    typed = pruned(model, typed_of(model, request.POST))
    raw = raw_of(model, typed)
    targets = _sent(request.viewer, request.POST.getlist("target"))
    if not targets:
        messages.warning(request, "没有可以办理的事项，请在列表中重新选择。")
        return back(listing, query)
    filled = {**raw, **({"todo": targets[0].detail} if "todo" in model.model_fields else {})}
    try:
        read(key, filled)
    except Invalid as no:
        return _form(request, listing, key, query, (targets, []), typed=typed, errors=no.errors)
    request_key = request.POST.get("request_key", "")
    results = [_one(request, key, raw, one, request_key) for one in targets]
    done = sum(one["done"] for one in results)
    return draw(
        request,
        "list_results",
        {
            "title": f"批量{display.title(MOVES[key])}的结果",
            "results": results,
            "done": done,
            "refused": len(results) - done,
            "unit": listing.unit,
            "back_url": f"{reverse(listing.name)}?{query or 'all=1'}",
            "crumbs": [
                {"label": listing.title, "url": f"{reverse(listing.name)}?{query or 'all=1'}"},
                {"label": "结果", "url": ""},
            ],
        },
    )


def _sent(viewer: Viewer, values: list[str]) -> list[Target]:
    """The targets that came back with the form, titled anew; those no longer visible fall away."""
    parts = [one.split("|") for one in dict.fromkeys(values[:MOST]) if one.count("|") == 3]
    rows: dict[tuple[str, str], Any] = {}
    for kind in {one[0] for one in parts if one[0] in cf.SUBJECTS}:
        for row in scope.visible(viewer, kind).filter(uid__in=_uids(one[1] for one in parts if one[0] == kind)):
            rows[kind, str(row.uid)] = row
    found = []
    for kind, uid, version, detail in parts:
        row = rows.get((kind, uid))
        if row is None or not (version.isascii() and version.isdigit() and len(version) < 10):
            continue
        title = f"{display.title(MOVES[detail])}　{_named(row)}" if detail in MOVES else _target(row).title
        found.append(Target(kind, uid, int(version), title, links.of(row), detail))
    return found


def _one(request: Any, key: str, raw: dict[str, Any], target: Target, request_key: str) -> dict[str, Any]:
    """One item through the door, under a request key of its own: sent again it is the same act."""
    own = hashlib.sha256(f"{request_key}|{target.value}".encode()).hexdigest() if request_key else ""
    subject = (target.kind, target.uid)
    result: dict[str, Any] = {"title": target.title, "url": target.url, "done": False}
    try:
        if MOVES[key].subject == "register":
            registering.register(
                key.removeprefix("register."),
                subject,
                request.viewer,
                {**raw, "todo": target.detail},
                now=request.now,
                request_key=own,
            )
            return result | {"done": True, "state": "已办理", "sentence": ""}
        outcome = door.propose(
            key, subject, request.viewer, raw, seen_version=target.version, now=request.now, request_key=own
        )
    except Refused as no:
        return result | {"sentence": full("".join(no.errors.values()) or no.sentence)}
    if outcome.status == "executed":
        return result | {"done": True, "state": "已办理", "sentence": ""}
    return result | {"done": True, "state": "已提请", "sentence": f"等待{outcome.awaits}签署。"}
