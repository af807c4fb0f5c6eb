"""Races in which two acts exclude each other: a text changed between two signatures, contradictory decisions."""

from __future__ import annotations

from functools import partial
from typing import Any

from shuangcha.acts import door, registering
from shuangcha.casefile import models as cf

from .crowd import Job, at_once
from .plot import POINTS, Plot, declare, low, mid
from .scenarios import propose, race, sign, steps_of, times, told


@race
def text_changed_between() -> dict[str, Any]:
    """The report is revised, or a fact is corrected, after the first signature: the second signer is told, no step."""
    plot = Plot().assigned().investigating().report_drafted()
    report, worker = plot.newest("report", plot.file), low().executors[0]
    words = {"process": "改后经过", "facts": "改后事实", "analysis": "改后分析", "proposal": "改后意见"}
    waiting = plot.waiting("report.sign", low().enforcement, report, version=1)
    late = sign(plot, low().supervision, waiting)  # what the second signer has on the page
    plot.act(worker, "report.revise", report, **words)
    waiting.refresh_from_db()
    found: dict[str, Any] = {"revised": told(at_once([late])), "revised_proposal": waiting.status}

    hop = plot.newest("assignment", plot.file)
    plot.act(low().enforcement_clerk, "assignment.ask_extension", hop, period="10日", reason="案情复杂")
    asked = plot.waiting("assignment.grant_extension", mid().enforcement, hop, period="10日", reason="同意")
    late = sign(plot, mid().supervision, asked)
    content = {"field": "extension.1.reason", "value": "案情重大复杂", "reason": "写漏"}
    registering.register("correct", ("assignment", hop.uid), plot.eyes(low().enforcement_clerk), content, now=plot.now)
    asked.refresh_from_db()
    found |= {"corrected": told(at_once([late])), "corrected_proposal": asked.status}
    found["steps"] = steps_of("report.sign", report) + steps_of("assignment.grant_extension", hop)
    return found


@race
def text_changed_at_once() -> dict[str, Any]:
    """The second signature and a revision of the same report at one moment: exactly one of them happens."""
    plot = Plot().assigned().investigating().report_drafted()
    report, worker, rounds = plot.newest("report", plot.file), low().executors[0], []
    for n in range(times(8)):
        report.refresh_from_db()
        words = {"process": f"经过{n}", "facts": f"事实{n}", "analysis": f"分析{n}", "proposal": f"意见{n}"}
        if report.stage == "signed":
            plot.act(worker, "report.revise", report, **words)
            report.refresh_from_db()
        waiting = plot.waiting("report.sign", low().enforcement, report, version=report.version_no)
        before, at = (steps_of("report.sign", report), steps_of("report.revise", report)), report.version_no
        jobs = [sign(plot, low().supervision, waiting), propose(plot, worker, "report.revise", report, **words)]
        found = at_once(jobs[:: 1 if n % 2 else -1])
        report.refresh_from_db()
        waiting.refresh_from_db()
        rounds.append(
            {
                "told": told(found),
                "signed": steps_of("report.sign", report) - before[0],
                "revised": steps_of("report.revise", report) - before[1],
                "stage": report.stage,
                "texts": report.version_no - at,
                "proposal": waiting.status,
            }
        )
    return {"rounds": rounds}


@race
def contradictory_decisions() -> dict[str, Any]:
    """Each body has proposed its own decision on one item, and signs the other's at the same moment:
    one is executed."""
    plots, rounds = [], []
    for n in range(times(6)):
        plots.append(Plot().clue_of(n))
    host = plots[0].on("2020-05-20")
    host.meeting = host.got(
        host.act(mid().supervision_clerk, "meeting.convene", held_on="2020-05-25", place="第一会议室")
    )
    for plot in plots:
        plot.act(mid().supervision_clerk, "item.list", plot.item(plot.clue), meeting=str(host.meeting.uid))
    first, second = mid().bodies
    host.on("2020-05-25").act(
        first,
        "meeting.open",
        host.meeting,
        chair=host.uid_of(first),
        attendees=[host.uid_of(one) for one in mid().bodies],
    )
    for plot in plots:
        item = plot.on("2020-05-25").item(plot.clue)
        declare(plot, item)
        opened = at_once(
            [
                propose(plot, first, "item.start_and_assign", item, reason="线索具体", points=POINTS),
                propose(plot, second, "item.decline", item, reason="没有新的事实"),
            ]
        )
        waiting = {one.move: one for one in _open_on(item)}
        found = at_once(
            [sign(plot, second, waiting["item.start_and_assign"]), sign(plot, first, waiting["item.decline"])]
        )
        item.refresh_from_db()
        for one in waiting.values():
            one.refresh_from_db()
        matters = cf.Matter.rows.filter(clue_links__clue=plot.clue).count()
        started = steps_of("item.start_and_assign", item)
        rounds.append(
            {
                "opened": told(opened),
                "told": told(found),
                "started": started,
                "declined": steps_of("item.decline", item),
                "proposals": sorted(one.status for one in waiting.values()),
                "matters": matters,
                "clue": cf.Clue.rows.get(pk=plot.clue.pk).stage,
                "item": item.stage,
            }
        )
    return {"rounds": rounds}


@race
def same_decision_twice() -> dict[str, Any]:
    """Both bodies propose the same joint act at the same moment: one proposal is open,
    the other body is told to sign it."""
    plot = Plot().assigned()
    hop, rounds = plot.newest("assignment", plot.file), []
    words = {"points": POINTS, "demands": "四部分", "contact": "内勤", "content": "请开展联合调查。"}
    for _ in range(times(6)):
        found = at_once([propose(plot, one, "assignment.hand_down", hop, **words) for one in mid().bodies])
        waiting = list(_open_on(hop))
        rounds.append({"told": told(found), "open": len(waiting), "steps": steps_of("assignment.hand_down", hop)})
        by = next(one for one in mid().bodies if waiting[0].proposer.login == one)
        door.withdraw(waiting[0].uid, plot.eyes(by), now=plot.now)
    return {"rounds": rounds}


@race
def withdrawn_against_signed() -> dict[str, Any]:
    """The proposer takes the proposal back while the other body signs it: one of the two happens."""
    plot = Plot().assigned()
    hop, rounds = plot.newest("assignment", plot.file), []
    words = {"points": POINTS, "demands": "四部分", "contact": "内勤", "content": "请开展联合调查。"}
    first, second = mid().bodies
    for n in range(times(6)):
        hop = cf.Assignment.rows.get(pk=hop.pk)
        if hop.stage == "assigned":
            plot.both(first, second, "assignment.recall", hop, reason="重新研究")
            hop.refresh_from_db()
        waiting = plot.waiting("assignment.hand_down", first, hop, **words)
        before = steps_of("assignment.hand_down", hop)
        jobs: list[Job] = [
            sign(plot, second, waiting),
            partial(door.withdraw, waiting.uid, plot.eyes(first), now=plot.now),
        ]
        found = at_once(jobs[:: 1 if n % 2 else -1])
        waiting.refresh_from_db()
        rounds.append(
            {"told": told(found), "steps": steps_of("assignment.hand_down", hop) - before, "proposal": waiting.status}
        )
    return {"rounds": rounds}


def _open_on(subject: cf.Subject) -> Any:
    from shuangcha.audit.models import Proposal

    rows = Proposal.objects.filter(subject_kind=subject.KIND, subject_id=subject.pk, status=Proposal.OPEN)
    return rows.select_related("proposer")
