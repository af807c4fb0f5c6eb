"""Two bodies at work on one matter at the same moment: they never disturb each other,
and the last act concludes it once."""

from __future__ import annotations

import json
from typing import Any

from shuangcha.casefile import models as cf

from .crowd import at_once
from .plot import Plot, low, mid
from .scenarios import propose, race, steps_of, times, told

CORRECTION = {"text": "请自行纠正", "error": "未及时处置", "basis": "民事诉讼法"}
TALK = {"text": "约谈通知", "ground": "typical", "whom": "执行局负责人", "held_on": "2020-06-18", "place": "会议室"}


def disposing(*dispositions: tuple[str, int]) -> Plot:
    plot = Plot().to_opinion(*dispositions)
    plot.on("2020-06-18").approve_all(mid())
    return plot


@race
def different_duties() -> dict[str, Any]:
    """Fifty times two bodies act at one moment on two duties of one matter, each round after round on its own."""
    plot = disposing(("correct_self", 1), ("talk", 2))
    correct, talk = plot.issue(mid(), "correct_self", **CORRECTION), plot.issue(mid(), "talk", **TALK)
    turns = {
        "issued": ("reply", {"text": "已纠正"}),
        "replied": ("prove", {"proof": "裁定书"}),
        "proven": ("send_back", {"reason": "材料不全", "period": "10日"}),
    }
    hands = {
        correct.pk: ("correct", low().enforcement, mid().enforcement),
        talk.pk: ("notify", low().supervision, mid().supervision),
    }
    rounds = []
    for _ in range(times(50)):
        jobs = []
        for duty in (correct, talk):
            duty.refresh_from_db()
            group, below, above = hands[duty.pk]
            verb, content = turns[duty.stage]
            move = "duty.send_back" if verb == "send_back" else f"duty.{group}_{verb}"
            jobs.append(propose(plot, above if verb == "send_back" else below, move, duty, **content))
        rounds.append(told(at_once(jobs)))
    return {"rounds": rounds}


@race
def records_beside_each_other() -> dict[str, Any]:
    """What raises no version disturbs nobody: eight officers add to one round, and eight to one duty,
    at the same moment."""
    plot = Plot().assigned().investigating()
    round_, (first, second) = plot.newest("round", plot.file), (low().executors[0], low().inspectors[0])
    plot.on("2020-06-01")
    jobs = [
        propose(
            plot,
            (first, second)[n % 2],
            "record.other_way",
            round_,
            title=f"记录{n}",
            held_on="2020-06-01",
            way="查看",
            text="情况",
        )
        for n in range(8)
    ]
    found = {"records": told(at_once(jobs))}
    numbers = sorted(cf.Record.rows.filter(round=round_).values_list("n", flat=True))
    for point in (1, 2):
        plot.answer(first, point, "unfounded", "未发现。", 1)
    plot.draft_report(first, "经过", "事实", "分析", "意见")
    plot.consulted().opinion_signed()
    plot.on("2020-06-18").approve_all(mid())
    duty = plot.duty("tell_unfounded")
    lead = mid().enforcement_clerk if duty.lead_body.kind == "enforcement" else mid().supervision_clerk
    jobs = [propose(plot, lead, "duty.appease", duty, on="2020-06-18", way="phone", text=f"疏导{n}") for n in range(8)]
    found["appeasements"] = told(at_once(jobs))
    duty.refresh_from_db()
    kept = [one["text"] for one in json.loads(duty.details).get("appeasement", [])]
    return {"told": found, "records": numbers, "kept": sorted(kept), "steps": steps_of("duty.appease", duty)}


@race
def last_two_duties() -> dict[str, Any]:
    """The last two duties of a matter are closed at the same moment: one of the two acts concludes it, and only one."""
    rounds = []
    for n in range(times(20)):
        plot = disposing()  # nothing founded: told by both bodies, then cleared
        plot.clarify(mid(), "反映问题不属实，特此澄清。")
        duties = list(cf.Duty.rows.filter(matter=plot.file, stage="due").select_related("lead_body").order_by("id"))
        content = {
            "who": "complainant",
            "way": "phone",
            "on": "2020-06-18",
            "staff": "内勤",
            "helped": "内勤",
            "points": "告知不属实。",
            "attitude": "understands",
        }
        jobs = [
            propose(
                plot,
                mid().enforcement_clerk if one.lead_body.kind == "enforcement" else mid().supervision_clerk,
                "duty.tell_unfounded",
                one,
                **content,
            )
            for one in duties[:: 1 if n % 2 else -1]
        ]
        found = at_once(jobs)
        rounds.append(
            {
                "told": told(found),
                "duties": len(duties),
                "concluded": steps_of("matter.concluded", plot.file),
                "stage": cf.Matter.rows.get(pk=plot.file.pk).stage,
            }
        )
    return {"rounds": rounds}
