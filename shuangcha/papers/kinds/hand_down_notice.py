"""交办通知 of both bodies to both bodies of the court below (方案四(五), dossier §9.3 row 06).

It carries the rewritten content only: no identity, and none of the original attachments. The text is what both bodies
signed, from the ledger; while only one has signed, it is what the other is asked to sign.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from shuangcha.audit.models import Step
from shuangcha.casefile import models as cf
from shuangcha.courts import calendar
from shuangcha.plan.words import REPORT_PARTS

from ..document import Document, Section, Signature, day_cn, lines, numbered, weekday_cn
from ..facts import about, content_of, joint_address, joint_names, last_step, open_proposal, registered, two_bodies

SUBJECT = "assignment"
MOVE = "assignment.hand_down"
SECRECY = (
    "本通知及所附内容严格保密，知悉范围限于承办人员。不得向被反映人或无关人员透露线索内容，"
    "不得打听、追查反映人情况。反映材料原件不随本通知下发。"
)


def build(assignment: cf.Assignment) -> Document:
    matter, upper, lower = assignment.matter, assignment.from_court, assignment.to_court
    handed = assignment.stage != "pending"
    step = last_step(assignment, MOVE) if handed else None
    content = content_of(step or open_proposal(assignment, MOVE))
    own = two_bodies(upper)
    names = joint_names(upper, own)
    day = assignment.handed_on if handed else None
    year = (day or matter.started_on).year
    paper = registered(assignment, "hand_down_notice", upper, year, since=day, settled=handed)
    parts = "、".join(word.label for word in REPORT_PARTS.values())
    return Document(
        kind="hand_down_notice",
        title=f"关于对{about(matter)}\n开展“一案双查”的通知",
        number=paper.number,
        unnumbered=paper.unnumbered,
        mark=names,
        urgency="加急" if matter.urgent else "",
        addressee=joint_address(lower, two_bodies(lower)),
        sections=numbered(
            (
                Section("", (_opening(matter),)),
                Section("交办内容", lines(content.get("content", "")) or ("（交办时填写）",)),
                Section("核查要点", _points(matter, content)),
                Section(
                    "报告要求",
                    (
                        _limit(step),
                        f"报告应包括{parts}四个部分，逐项答复核查要点，并附证据目录。",
                        *lines(content.get("demands", "")),
                    ),
                ),
                Section("保密要求", (SECRECY,)),
            )
        ),
        signatures=(*(Signature(name) for name in names[:-1]), Signature(names[-1], paper.issued_on or day_cn(day))),
        remark=f"联系人：{content['contact']}" if content.get("contact") else "",
        copies="本院“一案双查”领导小组办公室",
        issuer="" if paper.unnumbered else names[0],
        issued_on=paper.issued_on,
    )


def _opening(matter: cf.Matter) -> str:
    return (
        f"经联席会议研究，决定于{day_cn(matter.started_on)}启动“一案双查”程序，双查编号为{matter.number}。"
        "依照执行工作“一案双查”实施方案四(五)，现联合交办你院执行机构和监察机构，请立即组成联合调查组开展调查。"
    )


def _points(matter: cf.Matter, content: dict[str, Any]) -> tuple[str, ...]:
    texts = [one["text"] for one in content.get("points", [])]
    if not texts:
        texts = list(matter.points.order_by("n").values_list("text", flat=True))
    return tuple(f"{n}. {' '.join(lines(text))}" for n, text in enumerate(texts, 1))


def _limit(step: Step | None) -> str:
    """The day that was computed when it was handed down: a later extension is a paper of its own."""
    started = json.loads(step.facts).get("started", []) if step is not None else []
    due = next((dt.date.fromisoformat(one["due"]) for one in started if one["kind"] == "report"), None)
    if due is None:
        return "报告期限自联合交办之日起计算，到期日在交办时载明。"
    note = weekday_cn(due)
    if due.weekday() >= 5 and calendar.current().is_working(due):
        note += "，调休上班"
    return f"请于{day_cn(due)}（{note}）前报告调查情况和处理意见。"
