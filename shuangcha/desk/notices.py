"""通知: the tray of what is new for a person: the matter, the reason, what to do; read by each person for himself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from shuangcha.access import desk_reads, paging, reading
from shuangcha.audit.models import Proposal
from shuangcha.courts.people import Viewer
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import OFFICES, SUBJECT_KINDS

from . import display, links, tray
from .paging import count_text, cut_todos
from .shell import business_page, draw

SHOWN = desk_reads.MINE
SETTLED = {
    Proposal.EXECUTED: ("另一机构已经签署，已经生效", "查看办理结果"),
    Proposal.DEAD: ("情况有变化，您的提请已经失效", "核对最新情况，需要时重新提请"),
    Proposal.WITHDRAWN: ("提请已经撤回", "需要时重新提请"),
}


@require_GET
@business_page
def notices(request: Any) -> HttpResponse:
    """Unread ones, or all with view=all; by due day."""
    viewer: Viewer = request.viewer
    everything = request.GET.get("view") == "all"

    def walk(after: paging.Mark | None, limit: int) -> list[int]:
        return desk_reads.noticed_ids(
            viewer, after=after, limit=limit, only=None if everything else tray.unread(viewer)
        )

    read: dict[int, tuple[str, bool]] = {}

    def rows(ids: list[int]) -> list[Any]:
        found = desk_reads.noticed(ids, tray.has_read(viewer))
        read.update({one.pk: (one.notice, one.read) for one in found})
        return found

    todos, urls = cut_todos(walk, rows, request.GET)
    first = not request.GET.get("page")
    wanted = {} if everything else {"read": False}
    asked: list[Any] = list(tray.reminders(viewer).filter(**wanted).order_by("-pk")[:SHOWN]) if first else []
    closed: list[Any] = (
        list(tray.settled(viewer, request.now).filter(**wanted).order_by("-closed_at")[:SHOWN]) if first else []
    )
    named = reading.named(viewer, [(one.subject_kind, one.subject_id) for one in (*asked, *todos, *closed)])
    shown = [found for one in asked if (found := _reminder(one, named, request.on))]
    shown += [found for one in todos if (found := _todo(one, *read[one.pk], named, request.on))]
    shown += [found for one in closed if (found := _closed(one, named))]
    counts = request.counts = tray.counts(viewer, request.now)
    here = request.path
    return draw(
        request,
        "notices",
        {
            "notices": shown,
            "tokens": [one["token"] for one in shown if not one["read"]],
            "here": request.get_full_path(),
            "tabs": [
                {"label": "未读", "url": here, "active": not everything, "count": min(counts["unread"], tray.MOST)},
                {"label": "全部", "url": f"{here}?view=all", "active": everything},
            ],
            "pager": {"count_text": count_text(counts["unread"], tray.MOST - 1, "条未读"), **urls},
            "empty": {
                "title": "没有未读的通知" if not everything else "没有通知",
                "icon": "check-circle",
                "text": "轮到您办理、被催办、提请有了结果时，通知会出现在这里；事项办完后通知自动撤去。",
                "url": reverse("home"),
                "url_label": "去工作台",
            },
        },
    )


def _todo(todo: Any, notice: str, read: bool, named: Any, on: Any) -> dict[str, Any] | None:
    """It is this person's turn: what, of which matter, by when."""
    uid, _ = named.get((todo.subject_kind, todo.subject_id), ("", ""))
    if not uid:
        return None
    move, signing = MOVES[todo.kind], todo.signing
    who = "您本人" if todo.person_id else f"{todo.body.local_name if todo.body else OFFICES[todo.office].label}"
    reason = f"另一机构已提请，等待{who}签署" if signing else f"轮到{who}办理"
    return {
        "token": tray.token(notice),
        "read": read,
        "kind": "待签署" if signing else "待办理",
        "css": "pill-amber" if signing else "pill-blue",
        "matter": display.about(todo),
        "about": SUBJECT_KINDS[todo.subject_kind].label,
        "reason": reason,
        "urgent": todo.urgent,
        "what": display.title(move),
        "article": display.article(move.article),
        "due": display.due(todo.due, on),
        "url": links.subject_url(todo.subject_kind, uid),
        "at": "",
        "act": "去签署" if signing else "去办理",
    }


def _reminder(one: Any, named: Any, on: Any) -> dict[str, Any] | None:
    """A court above asks for what is owed: who asks, for what, in which words."""
    uid, _ = named.get((one.subject_kind, one.subject_id), ("", ""))
    if not uid:
        return None
    reason = f"{one.body.court.name}{one.body.local_name}{display.day_cn(one.on)}催办"
    return {
        "token": tray.token(one.notice),
        "read": one.read,
        "kind": "催办",
        "css": "pill-red",
        "matter": f"{one.matter.number} {one.matter.title}",
        "about": SUBJECT_KINDS[one.subject_kind].label,
        "urgent": False,
        "reason": reason,
        "what": LIMITS[one.kind].label,
        "text": one.text,
        "article": display.article(LIMITS[one.kind].article),
        "due": display.due(one.due, on),
        "url": links.subject_url(one.subject_kind, uid),
        "at": "",
        "act": "去办理",
    }


def _closed(proposal: Any, named: Any) -> dict[str, Any] | None:
    """What became of one's own proposal."""
    uid, name = named.get((proposal.subject_kind, proposal.subject_id), ("", ""))
    if not uid:
        return None
    reason, what = SETTLED[proposal.status]
    return {
        "token": tray.token(proposal.notice),
        "read": proposal.read,
        "kind": "提请结果",
        "css": "pill-green" if proposal.status == Proposal.EXECUTED else "pill-grey",
        "matter": name,
        "about": SUBJECT_KINDS[proposal.subject_kind].label,
        "urgent": False,
        "reason": f"{display.title(MOVES[proposal.move])}：{reason}",
        "what": what,
        "article": "",
        "due": None,
        "url": links.subject_url(proposal.subject_kind, uid),
        "at": display.moment_cn(proposal.closed_at),
        "act": "查看",
    }


@require_POST
@business_page
def mark(request: Any) -> HttpResponse:
    """Mark one notice, those shown, or (do=all) everything unread; then on to where the form says."""
    viewer: Viewer = request.viewer
    if request.POST.get("do") == "all":
        n = tray.mark_named(viewer, tray.unread_names(viewer, request.now), request.now)
        messages.success(request, f"{n} 条通知已标为已读。" if n else "没有未读的通知。")
    else:
        tray.mark(viewer, request.POST.getlist("notice")[: tray.MOST], request.now)
    back = request.POST.get("next", "")
    to = back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else reverse("notices")
    return HttpResponseRedirect(to, status=303)
