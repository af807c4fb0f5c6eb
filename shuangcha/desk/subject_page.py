"""What the page of every single subject has in common: its stage, whose turn, both bodies, acts, limits, papers,
its steps."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse

from shuangcha.access import children, chronicle, reading
from shuangcha.access.actions import Action, actions_on, may
from shuangcha.access.facts import Facts
from shuangcha.access.held import held
from shuangcha.access.places import clue_of, matter_of
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from . import display, links
from .labelled import uids_in

MOST_STEPS = 200


def around(
    request: Any,
    subject: cf.Subject,
    title: str,
    facts: Facts | None = None,
    acts_at: dict[tuple[str, int], str] | None = None,
) -> dict[str, Any]:
    """Context of subject_page.html. A fixed number of statements, and one row of the read log.

    `acts_at`: addresses of further subjects of the file on which it may be the reader's turn.
    """
    viewer: Viewer = request.viewer
    facts = facts or Facts(subject)
    proposals = reading.proposals_of(subject)
    actions = actions_on(subject, viewer, request.on, facts=facts, proposals=proposals)
    file = matter_of(subject) or clue_of(subject)
    limits, papers, todos = children.limits_of(subject), children.papers_of(subject), reading.turns_of(subject)
    steps = list(chronicle.steps_on(subject, viewer).order_by("id")[:MOST_STEPS])
    if file is not None:
        own = held(viewer, file)
        limits, papers, todos = own.limits(limits), own.papers(papers), own.turns(todos)
        steps = chronicle.drawn(steps, own)
    reading.looked(viewer, subject, title[:40], request.now)
    running = display.nearest(limits)
    return {
        "subject": subject,
        "title": title,
        "stage": display.stage(subject),
        "crumbs": crumbs(subject, title),
        "due": display.due(running.due, request.on) if running else None,
        "turn": display.turn(todos, viewer, request.on, limits, subjects=acts_at, actions=actions),
        "acts": actions,
        "actions": display.buttons(actions),
        "panels": panels(proposals, actions, viewer),
        "take_backs": display.take_backs(proposals, viewer),
        "limits": display.limit_rows(limits, request.on),
        "papers": display.paper_rows(
            papers,
            viewer,
            {(subject.KIND, subject.pk): subject},
            lambda one: may("register.paper", one, viewer, request.on, facts),
        ),
        "timeline": [display.entry(one) for one in reversed(steps) if one.edge.move != "register.reveal"],
        "correct_url": links.move_url("register.correct", subject.KIND, subject.uid)
        if may("register.correct", subject, viewer, request.on, facts)
        else "",
    }


def panels(proposals: list[Proposal], actions: list[Action], viewer: Viewer) -> list[dict[str, Any]]:
    """Both bodies over each open proposal."""
    uids = {uid for one in proposals for uid in uids_in(one.move, json.loads(one.content))}
    names = {**reading.people_named(uids), **reading.courts_named(uids)} if uids else {}
    return [display.bodies_panel(one, actions, viewer, names) for one in proposals]


def crumbs(subject: cf.Subject, title: str) -> list[dict[str, str]]:
    """The way back: the list, then the file it belongs to."""
    matter, clue = matter_of(subject), clue_of(subject)
    if isinstance(subject, (cf.Meeting, cf.Item)):
        way = [{"label": "联席会议", "url": reverse("meetings")}]
        if isinstance(subject, cf.Item) and subject.meeting is not None:
            way.append({"label": display.date_cn(subject.meeting.held_on), "url": links.of(subject.meeting)})
    elif matter is not None:
        way = [{"label": "双查案件", "url": reverse("matters")}, {"label": matter.number, "url": links.of(matter)}]
    else:
        way = [{"label": "线索", "url": reverse("clues")}]
    if clue is not None and not isinstance(subject, (cf.Clue, cf.Item)):
        way.append({"label": clue.number, "url": links.of(clue)})
    return [*way, {"label": title, "url": ""}]
