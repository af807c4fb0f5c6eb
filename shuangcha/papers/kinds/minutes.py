"""联席会议纪要 (方案四(三)、四(九), dossier §9.3 row 04): per item both positions, recusals, the decision and its reason.

What was said is read from the ledger: an item that was put off goes back to the queue and takes its positions with it,
and yet this meeting dealt with it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from shuangcha.audit.models import Step
from shuangcha.casefile import models as cf
from shuangcha.casefile.models.meeting import FROM_FACTS
from shuangcha.plan.words import DECISIONS, ITEM_KINDS, STANCES

from ..document import Document, Section, day_cn, lines, ordinal, said
from ..facts import BODIES, content_of, registered

SUBJECT = "meeting"
ENDS = {
    "item.start_and_assign": DECISIONS["assign"].label,
    "item.start_directly": DECISIONS["direct"].label,
    "item.decline": DECISIONS["decline"].label,
    "item.defer": DECISIONS["defer"].label,
    "item.consult": "会商通过",
}


@dataclass(slots=True)
class Talk:
    """What one meeting did with one item, in the order of the ledger."""

    item: cf.Item
    listed: int
    declared: list[Step] = field(default_factory=list)
    positions: list[Step] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    """Names of those present whom the facts of the file shut out: entered when the meeting began,
    not by an act of theirs."""
    corrected: dict[int, str] = field(default_factory=dict)
    """Texts of the positions by body as they read today, 更正 included; none for an item that was put off."""
    decision: Step | None = None


def build(meeting: cf.Meeting) -> Document:
    closed = meeting.stage == "closed"
    paper = registered(meeting, "minutes", meeting.court, meeting.held_on.year, since=meeting.held_on, settled=closed)
    talks = talks_of(meeting)
    agreed = lines(meeting.minutes) or ("（会议结束时填写）",)
    return Document(
        kind="minutes",
        title="“一案双查”联席会议纪要",
        number=paper.number,
        unnumbered=paper.unnumbered,
        mark=(meeting.court.name, "“一案双查”联席会议纪要"),
        sections=(
            Section("", _head(meeting)),
            *(_item(n, talk) for n, talk in enumerate(talks, 1)),
            Section("议定事项", agreed),
        ),
        copies="出席人员、本院“一案双查”领导小组办公室",
        issuer="" if paper.unnumbered else meeting.court.name,
        issued_on=paper.issued_on,
    )


def covers(meeting: cf.Meeting) -> list[cf.Item]:
    """Whoever is shut out of one of the items (回避) does not get the minutes."""
    return [talk.item for talk in talks_of(meeting)]


def talks_of(meeting: cf.Meeting) -> list[Talk]:
    """Every item that the meeting dealt with, in the order of its agenda. At most six statements."""
    own = cf.Item.rows.filter(meeting=meeting)
    put_off = cf.Item.rows.filter(court=meeting.court, kind="start", revisit_on__isnull=False)
    items = {one.pk: one for one in (own | put_off).select_related("clue", "matter")}
    steps = Step.objects.filter(subject_kind="item", subject_id__in=items).select_related("edge", "actor", "post__body")
    by_item: dict[int, list[Step]] = defaultdict(list)
    for step in steps.order_by("id"):
        by_item[step.subject_id].append(step)
    found = [_talk(meeting, items[pk], mine) for pk, mine in by_item.items()]
    talks = _in_order(meeting, [one for one in found if one is not None])
    own_talks = {one.item.pk: one for one in talks if one.item.meeting_id == meeting.pk}
    for position in cf.Position.rows.filter(item__in=own_talks):
        own_talks[position.item_id].corrected[position.body_id] = position.text
    present = cf.Attendance.rows.filter(meeting=meeting).values("person_id")
    shut = cf.Declaration.rows.filter(
        item__in=[one.item for one in talks], recused=True, reason=FROM_FACTS, person_id__in=present
    )
    for one in shut.select_related("person").order_by("person_id"):
        next(talk for talk in talks if talk.item.pk == one.item_id).excused.append(one.person.name)
    return talks


def _talk(meeting: cf.Meeting, item: cf.Item, steps: list[Step]) -> Talk | None:
    """The stretch from being listed for this meeting to the decision; None where it left the agenda undecided."""
    talk: Talk | None = None
    for step in steps:
        move = step.edge.move
        if move == "item.list":
            if talk is not None:
                break
            talk = Talk(item, step.pk) if content_of(step).get("meeting") == str(meeting.uid) else None
        elif talk is not None and move in ("item.unlist", "item.take_off"):
            talk = None
        elif talk is not None and move == "item.declare":
            talk.declared.append(step)
        elif talk is not None and move == "item.take_position":
            talk.positions.append(step)
        elif talk is not None and move in ENDS:
            talk.decision = step
            break
    return talk


def _in_order(meeting: cf.Meeting, talks: list[Talk]) -> list[Talk]:
    """As the agenda stood: listed one after the other, then moved by 调整议程顺序.
    An item keeps its place when it is put off."""
    moves = Step.objects.filter(subject_kind="register", subject_id=meeting.pk, edge__move="register.order_agenda")
    listed: list[tuple[int, Talk | Step]] = [(one.listed, one) for one in talks]
    order: list[Talk] = []
    for _, event in sorted([*listed, *((one.pk, one) for one in moves)], key=lambda pair: pair[0]):
        if isinstance(event, Talk):
            order.append(event)
            continue
        said_of = content_of(event)
        moved = next((one for one in order if str(one.item.uid) == said_of["item"]), None)
        if moved is not None:
            order.remove(moved)
            places = (n for n, one in enumerate(order) if str(one.item.uid) == said_of["before"])
            order.insert(next(places, len(order)), moved)
    return order


def _head(meeting: cf.Meeting) -> tuple[str, ...]:
    rows = list(meeting.attendances.select_related("person", "body").order_by("id"))
    rows.sort(key=lambda one: (BODIES.index(one.body.kind) if one.body.kind in BODIES else 2, one.pk))
    present: dict[str, list[str]] = {}
    for one in rows:
        present.setdefault(one.body.local_name, []).append(one.person.name)
    return (
        f"时间：{day_cn(meeting.held_on)}",
        "方式：传签（两机构书面研究）" if meeting.circulated else f"地点：{meeting.place}",
        f"主持：{meeting.chair.name if meeting.chair else '（开会时记录）'}",
        ("参加传签：" if meeting.circulated else "出席：")
        + ("；".join(f"{body}{'、'.join(names)}" for body, names in present.items()) or "（开会时记录）"),
    )


def _item(n: int, talk: Talk) -> Section:
    subject = talk.item.clue if talk.item.kind == "start" else talk.item.matter
    assert subject is not None
    return Section(
        f"议题{ordinal(n)}：{ITEM_KINDS[talk.item.kind].label}",
        (
            f"{subject.number}，{subject.title}。",
            _recusals(talk),
            *(_position(step, talk) for step in sorted(talk.positions, key=_body_order)),
            *decision_lines(talk),
        ),
    )


def _body_order(step: Step) -> tuple[bool, int]:
    return (step.post is None or step.post.body.kind != BODIES[0], step.pk)


def _recusals(talk: Talk) -> str:
    if not talk.declared and not talk.excused:
        return "回避：（开会时记录）"
    declared = [(step.actor.name, content_of(step)) for step in talk.declared]
    away = [f"{name}{FROM_FACTS}，未参加研究。" for name in talk.excused]
    away += [f"{name}声明回避，{said(content['reason'])}" for name, content in declared if content["recused"]]
    none = "、".join(name for name, content in declared if not content["recused"])
    return "回避：" + "".join(away) + (f"{none}声明无应当回避情形。" if none else "")


def _position(step: Step, talk: Talk) -> str:
    content = content_of(step)
    body = step.post.body if step.post else None
    text = talk.corrected.get(body.pk, content["text"]) if body is not None else content["text"]
    name = body.local_name if body is not None else ""
    return f"{name}意见：{STANCES[content['stance']].label}。{said(text)}（{step.actor.name}）"


def decision_lines(talk: Talk) -> list[str]:
    """The decision and its reason as the minutes put it."""
    if talk.decision is None:
        return ["决定：（会议尚未决定）"]
    content: dict[str, Any] = content_of(talk.decision)
    move = talk.decision.edge.move
    if move == "item.consult":
        taken = "采纳调查报告的结论" if content["accepted"] else "不采纳调查报告的结论"
        changed = [f"对报告结论的改变：{said(content['changes'])}"] if content.get("changes") else []
        return [f"决定：{taken}。", f"理由：{said(content['text'])}", *changed]
    written = [f"决定：{ENDS[move]}。", f"理由：{said(content['reason'])}"]
    if content.get("revisit_on"):
        year, month, day = (int(part) for part in content["revisit_on"].split("-"))
        written.append(f"再议日期：{year}年{month}月{day}日。")
    if content.get("points"):
        written.append("核查要点：")
        written += [f"{n}. {said(one['text'])}" for n, one in enumerate(content["points"], 1)]
    return written
