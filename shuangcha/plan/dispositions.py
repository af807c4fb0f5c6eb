"""方案四(九)–(十一) as rows: the four dispositions with their ways, feedback and clarification,
each a duty with its own life."""

from __future__ import annotations

from dataclasses import dataclass

from .model import SAME, Move

_BODIES = ("enforcement", "supervision")


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a disposition. `lead`: the body that follows it up; `outside`:
    answered by the assigner on another organ's behalf."""

    key: str
    no: int
    label: str
    article: str
    lead: str
    paper: str
    issue_title: str
    outside: bool = False
    person: bool = False
    level_by_level: bool = False


DISPOSITIONS = {1: "执行监督纠正", 2: "督促限期办理", 3: "违纪行为处分", 4: "通报、约谈及纳入考评"}

# fmt: off
WAYS: dict[str, Way] = {
    way.key: way
    for way in (
        Way("correct_self", 1, "执行法院自行纠正", "方案四(九)1", "enforcement", "correction_letter", "发出自行纠正意见"),
        Way("correct_filing", 1, "上级法院直接立案监督纠正", "方案四(九)1", "enforcement", "correction_letter", "直接立案监督纠正",
            outside=True),
        Way("urge", 2, "发出督办意见", "方案四(九)2", "enforcement", "urging_letter", "发出督办意见", level_by_level=True),
        Way("improve", 2, "限期改进", "方案四(九)2", "enforcement", "improvement_notice", "要求限期改进"),
        Way("refer_discipline", 3, "移送职能部门", "方案四(九)3", "supervision", "referral_letter", "移送职能部门处分",
            outside=True, person=True),
        Way("refer_crime", 3, "移交监察、司法机关", "方案四(九)3", "supervision", "referral_letter", "移交监察、司法机关",
            outside=True, person=True),
        Way("talk", 4, "约谈", "方案四(九)4", "supervision", "talk_notice", "约谈并责令整改"),
        Way("circular", 4, "通报", "方案四(九)4", "supervision", "circular", "通报"),
        Way("assess", 4, "纳入考评", "方案四(九)4", "supervision", "", "登记考评扣分项"),
    )
}
# fmt: on

ANSWERS = {
    "feedback_handling": "反馈执行行为问题",
    "feedback_conduct": "反馈干警违纪问题",
    "tell_unfounded": "告知不属实结果",
}
"""Feedback duties by the nature of the complaint (方案四(十)) or by its being unfounded (方案四(十一))."""
CLARIFY = "clarify"
DUTY_KINDS = {**{way.key: way.label for way in WAYS.values()}, **ANSWERS, CLARIFY: "澄清"}

_GROUPS = (
    (
        "correct",
        "监督纠正",
        "方案四(九)1+D",
        ("correct_self", "correct_filing"),
        ("enforcement",),
        "either",
        "assigner",
    ),
    ("urge", "督促限期办理", "方案四(九)2+D", ("urge", "improve"), ("enforcement",), "assignee", "assigner"),
    (
        "refer",
        "违纪处分移送",
        "方案四(九)3+D",
        ("refer_discipline", "refer_crime"),
        ("supervision",),
        "assigner",
        "assigner",
    ),
    ("notify", "通报约谈考评", "方案四(九)4+D", ("talk", "circular", "assess"), _BODIES, "assignee", "assigner"),
)


def _issue_moves() -> list[Move]:
    rows = []
    for way in WAYS.values():
        assess = way.key == "assess"
        # fmt: off
        rows.append(
            Move(f"duty.issue_{way.key}", way.issue_title, way.article, "duty", ("pending",), "issued", "assigner", _BODIES,
                 "one" if assess else "both",
                 guards=("talked_or_circulated",) if assess else (("duty_court_below",) if way.level_by_level else ()),
                 starts=("disposal",), stops=("duty_issue",), papers=(way.paper,) if way.paper else (),
                 of=(way.key,), turn=True)
        )
        # fmt: on
    return rows


def _follow_up_moves() -> list[Move]:
    rows = []
    for key, title, article, ways, offices, replier, checker in _GROUPS:
        reply_guards = ("addressee_answers", "relays_closed") if key == "urge" else ("addressee_answers",)
        # fmt: off
        rows += [
            Move(f"duty.{key}_reply", f"{title}：回复", article, "duty", ("issued",), "replied", replier, offices,
                 guards=reply_guards, of=ways, turn=True, mark="D"),
            Move(f"duty.{key}_prove", f"{title}：提交证明", article, "duty", ("replied",), "proven", replier, offices,
                 guards=("addressee_answers",), starts=("duty_check",), stops=("disposal",), of=ways, turn=True, mark="D"),
            Move(f"duty.{key}_check", f"{title}：核验", article, "duty", ("proven",), "checked", checker, offices,
                 of=ways, turn=True, mark="D"),
            Move(f"duty.{key}_close", f"{title}：销号", article, "duty", ("checked",), "closed", checker, offices,
                 stops=("duty_check",), then=("matter.concluded",), of=ways, turn=True, mark="D"),
        ]
        # fmt: on
    return rows


_ALL_WAYS = tuple(WAYS)
# fmt: off
DUTY_MOVES: tuple[Move, ...] = (
    Move("duty.open", "处理事项生成", "方案四(九)", "duty", ("",), "pending", "assigner", _BODIES, starts=("duty_issue",),
         hidden=True),
    *_issue_moves(),
    Move("duty.relay", "逐级转发督办意见", "方案四(九)2", "duty", ("issued",), SAME, "assignee", _BODIES, "both",
         guards=("may_relay",), papers=("urging_letter",), then=("duty.open_relay",), of=("urge",), touches=True),
    Move("duty.open_relay", "下一级督办生成", "方案四(九)2", "duty", ("",), "issued", "assigner", _BODIES, starts=("disposal",),
         hidden=True),
    *_follow_up_moves(),
    Move("duty.send_back", "核验不通过退回", "方案四(九)+D", "duty", ("proven",), "issued", "assigner", _BODIES,
         starts=("disposal",), stops=("duty_check",), of=_ALL_WAYS, mark="D"),
    Move("duty.remind", "催办", "方案四(九)2+D", "duty", ("issued", "replied"), SAME, "assigner", _BODIES,
         guards=("owed_by_another_court", "not_reminded_today"), of=_ALL_WAYS, mark="D"),
    Move("duty.recall", "撤回处理", "议题", "duty", ("issued",), "pending", "assigner", _BODIES, "both",
         guards=("not_relayed",), starts=("duty_issue",), stops=("disposal",), of=_ALL_WAYS, mark="D"),
    Move("duty.open_answer", "反馈任务生成", "方案四(十)", "duty", ("",), "due", "assigner", _BODIES, starts=("feedback",),
         hidden=True),
    Move("duty.feed_back_handling", "执行行为问题反馈", "方案四(十)", "duty", ("due",), "done", "assigner", ("enforcement",),
         stops=("feedback",), papers=("feedback_letter",), then=("matter.concluded",), of=("feedback_handling",), turn=True),
    Move("duty.feed_back_conduct", "干警违纪问题反馈", "方案四(十)", "duty", ("due",), "done", "assigner", ("supervision",),
         stops=("feedback",), papers=("feedback_letter",), then=("matter.concluded",), of=("feedback_conduct",), turn=True),
    Move("duty.tell_unfounded", "告知不属实检查结果", "方案四(十一)", "duty", ("due",), "done", "assigner", _BODIES,
         guards=("leads_by_nature",), stops=("feedback",), papers=("feedback_letter",), then=("matter.concluded",),
         of=("tell_unfounded",), turn=True),
    Move("duty.appease", "记录息访疏导", "方案四(十)", "duty", ("due", "done"), SAME, "assigner", _BODIES,
         guards=("leads_by_nature",), of=tuple(ANSWERS)),
    Move("duty.open_clarification", "澄清任务生成", "方案四(十一)", "duty", ("",), "due", "assigner", _BODIES,
         starts=("clarification",), hidden=True),
    Move("duty.clarify", "澄清", "方案三;方案四(十一)", "duty", ("due",), "done", "assigner", _BODIES, "both",
         stops=("clarification",), papers=("clarification_letter",), then=("matter.concluded",), of=(CLARIFY,), turn=True),
)
# fmt: on
