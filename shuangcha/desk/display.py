"""From facts to what the parts draw: due badges, workings, buttons, both bodies' panel, timelines. No queries,
no decisions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from typing import Any

from shuangcha.access import take_back
from shuangcha.access.actions import Action
from shuangcha.audit.models import Proposal, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer, titled
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.stages import is_final, label
from shuangcha.plan.words import OFFICES, SIDES

from . import links, parts
from .labelled import labelled
from .templatetags.desk_tags import date_cn, day_cn, moment_cn
from .wording import full, spoken

MARKS = {"D": "系统设定", "L": "地方规定", "M": "待核实"}
SOON_DAYS = 3
OVERDUE = "超期：期限届满之日已过，仍未办结"
"""The one meaning of every number of what is overdue; beside it stands what is counted."""
DANGER = ("_return", ".decline", ".set_aside", ".refer_out", ".cancel", ".send_back", "recuse_self")
BACK = (".withdraw", ".recall")


def title(move: Move, *, signing: bool = False) -> str:
    """A move's title as people read it."""
    return full(f"签署:{move.title}" if signing else move.title)


def about(todo: Any) -> str:
    """What a todo is about; a meeting is named by its day with the weekday."""
    text = str(todo.title.split(" · ", 1)[-1])
    return f"{date_cn(text[:10])}联席会议" if todo.subject_kind == "meeting" else text


def article(text: str) -> str:
    """A row's article for people: 方案四(三)；方案四(五). What the plan does not say has none."""
    parts = [one.removesuffix("+D").strip() for one in text.split(";")]
    return "；".join(one for one in parts if one.startswith("方案"))


def due(day: dt.date | None, on: dt.date, *, stopped: bool = False) -> dict[str, str] | None:
    """Days left in words; None where nothing runs."""
    if day is None:
        return None
    if stopped:
        return {"text": "已办", "level": "done", "date_label": date_cn(day)}
    left = (day - on).days
    if left < 0:
        return {"text": f"超期 {-left} 天", "level": "late", "date_label": date_cn(day)}
    text = "今天到期" if left == 0 else f"余 {left} 天"
    return {"text": text, "level": "soon" if left <= SOON_DAYS else "ok", "date_label": date_cn(day)}


def working(limit: cf.Limit) -> dict[str, Any]:
    """How a due day was computed, each line with its source."""
    found = json.loads(limit.working)
    steps = [
        {
            "label": one["label"],
            "text": spoken(full(one["text"])),
            "source": sources(one["source"]),
            "mark": MARKS.get(one["mark"], ""),
        }
        for one in found.get("steps", [])
    ]
    head = {
        "label": "规定",
        "text": f"{LIMITS[limit.kind].label}：{spoken(limit.period)}",
        "source": sources(limit.source),
        "mark": MARKS.get(limit.mark, ""),
    }
    return parts.WORKING | {"steps": [head, *steps], "provisional": bool(found.get("provisional"))}


def sources(text: str) -> str:
    return "；".join(one for one in text.replace("+D", "").split(";") if one)


def limit_rows(limits: Iterable[cf.Limit], on: dt.date) -> list[dict[str, Any]]:
    """Running and stopped limits; a stopped one says on which day, and whether that was in time."""
    found = []
    for one in limits:
        note = full(LIMITS[one.kind].note)
        if one.stopped_on is not None:
            late = (one.stopped_on - one.due).days
            note = f"{day_cn(one.stopped_on)}办结" + (f"，超期 {late} 天" if late > 0 else "")
        found.append(
            {
                "label": LIMITS[one.kind].label,
                "court": one.court.name,
                "started": date_cn(one.started_on),
                "period": spoken(one.period),
                "due": due(one.due, on, stopped=one.stopped_on is not None),
                "note": note,
                "working": working(one),
                "running": one.stopped_on is None,
            }
        )
    return found


def nearest(limits: Iterable[cf.Limit], kind: str = "", pk: int | None = None) -> cf.Limit | None:
    """The running limit that ends first: of one subject, or of all."""
    running = [
        one
        for one in limits
        if one.stopped_on is None and (not kind or (one.subject_kind, one.subject_id) == (kind, pk))
    ]
    return min(running, key=lambda one: (one.due, one.pk), default=None)


def nearest_due(limits: Iterable[cf.Limit], subject: cf.Subject, on: dt.date) -> dict[str, str] | None:
    found = nearest(limits, subject.KIND, subject.pk)
    return due(found.due, on) if found is not None else None


def stage(subject: cf.Subject) -> dict[str, str]:
    """The stage as a pill."""
    css = "pill-grey" if is_final(subject.KIND, subject.stage) else "pill-blue"
    return {"text": label(subject.KIND, subject.stage), "css": css}


def button(action: Action) -> dict[str, Any]:
    """One act as parts/actions.html wants it."""
    move, signs = action.move, action.verb == "sign"
    if signs and action.proposal is not None:
        url = links.sign_url(action.proposal.uid)
    else:
        url = links.move_url(move.key, action.subject_kind, action.subject_uid)
    danger = any(mark in move.key for mark in DANGER)
    icon = "pen" if signs else "arrow-return-left" if danger or any(mark in move.key for mark in BACK) else ""
    return parts.BUTTON | {
        "label": title(move, signing=signs),
        "url": url,
        "enabled": action.enabled,
        "reason": full(action.reason),
        "article": "" if "方案" in action.reason else article(move.article),
        "icon": icon,
        "primary": move.turn or signs,
        "danger": danger,
        "key": move.key,
    }


def buttons(actions: Iterable[Action]) -> list[dict[str, Any]]:
    """What is someone's turn first, then the rest, what is dangerous last."""
    found = [button(one) for one in actions]
    return sorted(found, key=lambda one: (not one["enabled"], not one["primary"], one["danger"]))


def take_backs(proposals: Iterable[Proposal], viewer: Viewer) -> list[dict[str, Any]]:
    """撤回 of what the reader's body proposed, before the other body has signed."""
    return [
        {
            "label": f"撤回提请：{MOVES[one.move].title}",
            "url": links.withdraw_url(one.uid),
            "enabled": True,
            "post": True,
            "danger": True,
            "icon": "arrow-return-left",
        }
        for one in proposals
        if not take_back.why_not(one, viewer)
    ]


def fingerprint(sha: str) -> str:
    """内容指纹: a content's hash in twelve digits, to be compared by eye or over the telephone;
    the door compares the whole hash."""
    digits = f"{int(sha, 16) % 10**12:012d}"
    return " ".join(digits[at : at + 4] for at in (0, 4, 8))


def bodies_panel(
    proposal: Proposal, actions: Iterable[Action], viewer: Viewer, names: dict[str, str] | None = None
) -> dict[str, Any]:
    """Who has signed what, when; and where this reader signs, or why not."""
    move = MOVES[proposal.move]
    mine = next((one for one in actions if one.proposal is not None and one.proposal.pk == proposal.pk), None)
    signatures = {one.body.kind: one for one in proposal.signatures.all()}
    sides = []
    for key in move.offices[:2]:
        office = OFFICES[key]
        signature = signatures.get(office.body_kind)
        side: dict[str, Any] = parts.SIDE | {"title": office.label, "about": title(move)}
        if signature is not None:
            first = signature.person_id == proposal.proposer_id
            side |= {
                "state": "signed",
                "role_note": signature.body.local_name,
                "signer": signature.person.name,
                "day": moment_cn(signature.signed_at),
                "text": "提请并签署" if first else "同意签署",
                "sha": fingerprint(signature.content_sha),
            }
        else:
            side["state"] = "waiting"
            holds = viewer.has(office.body_kind)
            if proposal.status != Proposal.OPEN:
                side |= {"state": "idle", "state_label": "未签署", "reason": ""}
            elif mine is not None and mine.enabled and holds:
                side |= {"url": links.sign_url(proposal.uid), "url_label": "去核对并签署"}
            elif mine is not None and holds and mine.reason:
                side["reason"] = full(mine.reason)
            else:
                side["reason"] = f"由{SIDES[move.side].label}{office.label}负责人签署。"
        sides.append(side)
    return {
        "title": title(move),
        "article": article(move.article),
        "sides": sides,
        "opened": moment_cn(proposal.opened_at),
        "happened": date_cn(proposal.happened_on),
        "content": labelled(proposal.move, json.loads(proposal.content), names or {}),
        "sha": fingerprint(proposal.content_sha),
        "content_url": links.sign_url(proposal.uid),
        "proposer": f"{proposal.proposer_body.local_name} {proposal.proposer.name}",
    }


def turn(
    todos: list[cf.Todo],
    viewer: Viewer,
    on: dt.date,
    limits: Iterable[cf.Limit],
    following: str = "",
    subjects: dict[tuple[str, int], str] | None = None,
    actions: Iterable[Action] = (),
) -> dict[str, Any] | None:
    """Whose turn it is, by when, and how that day was computed;
    for the reader's own turn also why it cannot be done yet.

    `subjects`: addresses of pages where the act stands; `actions`: what the reader may do on the subject shown.
    """
    if not todos:
        return None
    held = {
        (post.body_id, key)
        for post in viewer.posts
        for key, office in OFFICES.items()
        if office.body_kind == post.body_kind and post.role in office.roles
    }
    mine = [one for one in todos if one.person_id == viewer.id or (one.body_id, one.office) in held]
    first = (mine or todos)[0]
    move = MOVES[first.kind]
    who = list(dict.fromkeys(holder(one) for one in todos if one.kind == first.kind))
    limit = next((one for one in limits if one.stopped_on is None and one.due == first.due), None)
    waiting = {
        (holder(one), title(MOVES[one.kind])): due(one.due, on) for one in reversed(todos) if one.kind != first.kind
    }
    return {
        "who": "、".join(who),
        "what": title(move),
        "article": article(move.article),
        "mine": bool(mine),
        "due": due(first.due, on),
        "working": working(limit) if limit is not None else None,
        "next": following,
        "waiting": [{"who": who, "what": what, "due": day} for (who, what), day in reversed(waiting.items())],
        "not_yet": next(
            (full(one.reason) for one in actions if mine and one.move.key == first.kind and not one.enabled), ""
        ),
        "url": (subjects or {}).get((first.subject_kind, first.subject_id), "") if mine else "",
    }


def holder(todo: cf.Todo) -> str:
    """The office awaited, never a person's name."""
    if todo.body is not None:
        return f"{todo.court.name}{todo.body.local_name}"
    return (
        f"{todo.court.name}{OFFICES[todo.office].label}组长" if todo.office == "investigation_team" else todo.court.name
    )


def entry(step: Step, contents: bool = False, names: dict[str, str] | None = None) -> dict[str, Any]:
    """One executed act in the timeline; with `contents` what was entered, under its labels."""
    move = MOVES[step.edge.move]
    who = step.actor.name
    if step.post is not None:
        body = step.post.body
        who = f"{body.court.name} {titled(body.local_name, step.post.title)} {who}"
    found: dict[str, Any] = {
        "day": date_cn(step.happened_on),
        "title": title(move),
        "who": who,
        "article": article(move.article),
        "backdated": step.backfilled,
        "recorded": moment_cn(step.recorded_at) if step.backfilled else "",
    }
    if contents and step.cause is None:
        found["pairs"] = labelled(step.edge.move, json.loads(step.content), names or {})
    return found


def paper_rows(
    papers: Iterable[cf.Paper],
    viewer: Viewer,
    subjects: dict[tuple[str, int], Any],
    may_register: Callable[[Any], bool],
) -> list[dict[str, Any]]:
    """Owed and issued papers with what can be done about each. `subjects`: those that this reader sees,
    by kind and id."""
    found = []
    for one in papers:
        kind = PAPERS[one.kind]
        subject = subjects.get((one.subject_kind, one.subject_id))
        uid = str(subject.uid) if subject is not None else ""
        row: dict[str, Any] = parts.PAPER | {
            "label": kind.label,
            "article": article(kind.article),
            "court": one.court.name,
            "owed": date_cn(one.owed_on),
            "number": one.number,
            "issued": date_cn(one.issued_on) if one.issued_on else "",
        }
        if uid and kind.printable:
            row["print_url"] = links.paper_url(one.kind, one.subject_kind, uid)
        if subject is not None and not one.issued_on and one.court_id in viewer.courts() and may_register(subject):
            row["register_url"] = links.move_url("register.paper", one.subject_kind, uid)
        if one.material is not None:
            row["file_url"], row["file"] = links.material_url(one.material.pk), one.material.name
        found.append(row)
    return found


__all__ = [
    "OVERDUE",
    "article",
    "bodies_panel",
    "button",
    "buttons",
    "date_cn",
    "day_cn",
    "due",
    "entry",
    "full",
    "holder",
    "limit_rows",
    "moment_cn",
    "nearest",
    "nearest_due",
    "paper_rows",
    "stage",
    "take_backs",
    "title",
    "turn",
    "working",
]
