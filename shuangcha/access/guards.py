"""Why not: each guard answers None, or one sentence that stands under the greyed button and in the refusal.

A guard reads facts only; what depends on the words an officer enters is refused by the content model or the handler.
"""

from __future__ import annotations

from collections.abc import Callable

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.plan.model import Move
from shuangcha.plan.stages import is_final

from .situation import Situation

Guard = Callable[[Situation], str | None]
GUARDS: dict[str, Guard] = {}


def guard(function: Guard) -> Guard:
    GUARDS[function.__name__] = function
    return function


def why_not(situation: Situation, move: Move) -> str | None:
    """The first guard of the row that says no."""
    for name in move.guards:
        sentence = GUARDS[name](situation)
        if sentence:
            return sentence
    return None


# --- 线索 ---------------------------------------------------------------------------------------------------------
@guard
def receiving_body(s: Situation) -> str | None:
    """方案四(二): each body screens what it received itself."""
    clue = s.facts.clue
    if clue and any(one.body_id == clue.received_by_id for one in s.acting):
        return None
    return "由收到该线索的机构筛选和提交，方案四(二)。"


@guard
def inspection_clue(s: Situation) -> str | None:
    return (
        None
        if s.facts.clue and s.facts.clue.source == "inspection"
        else "只有巡查、督察、检查发现的线索需要检查组意见，方案四(四)。"
    )


@guard
def team_of_the_clue(s: Situation) -> str | None:
    clue = s.facts.clue
    if clue and clue.inspection_body_id and all(one.body_id != clue.inspection_body_id for one in s.acting):
        return "只有移交该线索的检查组可以提出意见，方案四(四)。"
    return None


@guard
def inspection_opinion_given(s: Situation) -> str | None:
    clue = s.facts.clue
    if clue and clue.source == "inspection" and not s.facts.inspection_opinions:
        return "尚缺巡查组、督察组或联合检查组意见，方案四(四)。"
    return None


@guard
def item_inspection_opinion_given(s: Situation) -> str | None:
    return inspection_opinion_given(s)


@guard
def item_not_listed(s: Situation) -> str | None:
    return "议题已编入议程，不能再撤回提交。" if any(item.stage == "listed" for item in s.facts.clue_items) else None


@guard
def repeat_to_settle(s: Situation) -> str | None:
    """Who sees both clues in full settles whether they are about the same thing."""
    clue = s.facts.clue
    bodies = {one.body_id for one in s.acting}
    if clue is not None and bodies & s.facts.settlers:
        return None
    return "没有需要由本机构核对的疑似重复线索。"


# --- 联席会议 -----------------------------------------------------------------------------------------------------
@guard
def meeting_convened(s: Situation) -> str | None:
    return None if s.facts.meeting_waits else "没有已召集、尚未开始的会议，请先召集联席会议。"


@guard
def agenda_not_empty(s: Situation) -> str | None:
    return None if s.facts.meeting_items else "议程中还没有议题，请先把待议的议题编入议程。"


@guard
def meeting_in_session(s: Situation) -> str | None:
    meeting = s.facts.meeting
    return None if meeting is not None and meeting.stage == "in_session" else "会议尚未开始。"


@guard
def all_items_decided(s: Situation) -> str | None:
    left = [item for item in s.facts.meeting_items if item.stage == "listed"]
    return "还有议题没有决定。" if left else None


@guard
def agenda_still_open(s: Situation) -> str | None:
    meeting = s.facts.meeting
    if meeting is None or meeting.stage not in ("convened", "in_session"):
        return "会议已经结束或取消，不能再调整议程顺序。"
    return None


@guard
def both_bodies_attend(s: Situation) -> str | None:
    kinds = {one.attendance.body.kind for one in s.facts.seats}
    missing = [label for kind, label in (("enforcement", "执行机构"), ("supervision", "监察机构")) if kind not in kinds]
    return f"{'、'.join(missing)}没有人员出席，方案四(三)。" if missing else None


@guard
def attends_meeting(s: Situation) -> str | None:
    return (
        None if any(one.person_id == s.viewer.id for one in s.facts.attendances) else "只有出席会议的人员作回避声明。"
    )


@guard
def not_yet_declared(s: Situation) -> str | None:
    return "您已对该议题作过回避声明。" if any(one.person_id == s.viewer.id for one in s.facts.declarations) else None


@guard
def declarations_complete(s: Situation) -> str | None:
    waiting = [one.attendance.person.name for one in s.facts.seats if not one.declared]
    return f"尚待{'、'.join(waiting[:3])}{'等' if len(waiting) > 3 else ''}作回避声明。" if waiting else None


@guard
def no_position_yet(s: Situation) -> str | None:
    taken = {one.body_id for one in s.facts.positions}
    return "本机构已对该议题提出意见。" if any(one.body_id in taken for one in s.acting) else None


@guard
def both_positions(s: Situation) -> str | None:
    taken = {one.attendance.body.kind for one in s.facts.seats if one.spoken}
    missing = [label for kind, label in (("enforcement", "执行机构"), ("supervision", "监察机构")) if kind not in taken]
    return f"{'、'.join(missing)}尚未对该议题提出意见，方案四(三)。" if missing else None


@guard
def court_below_to_assign(s: Situation) -> str | None:
    """方案四(五): the assignee is a court below; a court complained of that is this court itself cannot be an assignee."""
    clue = s.facts.clue
    if clue is None:
        return None
    court: Court | None = clue.subject_court
    while court is not None:
        if court.superior_id == clue.court_id:
            return None
        court = court.superior
    return "被反映法院不是本院的下级法院，不能交办，只能直接调查，方案四(六)。"


@guard
def not_about_its_head(s: Situation) -> str | None:
    clue = s.facts.clue
    return "线索反映下级法院的负责人，不得交该院办理，应直接调查。" if clue and clue.about_head else None


# --- 催办 ---------------------------------------------------------------------------------------------------------
@guard
def owed_by_another_court(s: Situation) -> str | None:
    duty = s.subject
    if isinstance(duty, cf.Duty) and duty.to_court_id == duty.from_court_id:
        return "该事项由本院自行办理，无须催办。"
    return None


@guard
def not_reminded_today(s: Situation) -> str | None:
    subject = s.subject
    assert subject is not None
    return "今天已经催办过，请隔日再催。" if subject.last_reminded == s.on else None  # type: ignore[attr-defined]


# --- 交办 ---------------------------------------------------------------------------------------------------------
@guard
def next_court_below(s: Situation) -> str | None:
    subject = s.subject
    if isinstance(subject, cf.Assignment) and subject.to_court.superior_id != subject.from_court_id:
        return "承办法院不是本院的下一级法院，方案四(五)。"
    return None


@guard
def head_not_concerned(s: Situation) -> str | None:
    matter = s.facts.matter
    return "线索反映下级法院的负责人，不得交该院办理。" if matter and matter.about_head else None


@guard
def nobody_acknowledged(s: Situation) -> str | None:
    from shuangcha.audit.models import Proposal

    if s.subject is None:
        return None
    signed = Proposal.objects.filter(
        subject_kind="assignment", subject_id=s.subject.pk, move="assignment.acknowledge", status="open"
    ).exists()
    return "下级法院已有机构签收，不能撤回交办。" if signed else None


@guard
def report_not_overdue(s: Situation) -> str | None:
    running = [
        one for one in s.facts.limits
        if one.kind == "report" and one.stopped_on is None and s.subject is not None and one.subject_id == s.subject.pk
    ]  # fmt: skip
    if not running:
        return "没有正在计算的报告期限。"
    return "报告期限已经届满，不能再申请延期。" if running[0].due < s.on else None


@guard
def not_extended_before(s: Situation) -> str | None:
    mine = [one for one in s.facts.extensions if s.subject is not None and one.assignment_id == s.subject.pk]
    if any(one.decided_on is None for one in mine):
        return "已有延期申请在等上级法院决定。"
    return "报告期限只能延长一次，且已经延长过。" if any(one.granted for one in mine) else None


@guard
def extension_pending(s: Situation) -> str | None:
    mine = [one for one in s.facts.extensions if s.subject is not None and one.assignment_id == s.subject.pk]
    return None if any(one.decided_on is None for one in mine) else "没有待决定的延期申请。"


@guard
def handed_down(s: Situation) -> str | None:
    live = [one for one in s.facts.assignments if one.stage in ("assigned", "received")]
    return None if live else "案件没有交办给下级法院，无须接手。"


# --- 调查与报告 ---------------------------------------------------------------------------------------------------
@guard
def round_investigating(s: Situation) -> str | None:
    return (
        None
        if s.round is not None and s.round.stage == "investigating"
        else "联合调查组尚未组成，或者本轮调查已经报告。"
    )


@guard
def team_member(s: Situation) -> str | None:
    ids = {one.person_id for one in s.facts.team_of(s.round)}
    return None if s.viewer.id in ids else "只有本轮联合调查组成员可以办理，方案四(七)。"


@guard
def report_team_member(s: Situation) -> str | None:
    return team_member(s)


@guard
def no_open_report(s: Situation) -> str | None:
    report = s.facts.report_of(s.round)
    return None if report is None or is_final("report", report.stage) else "本轮已有调查报告在办，请修改该报告。"


@guard
def report_not_signed(s: Situation) -> str | None:
    report = s.facts.report_of(s.round)
    if report is not None and report.stage not in ("draft",) and not is_final("report", report.stage):
        return "调查报告已经签署，要改答复请先修改报告。"
    return None


@guard
def report_parts_filled(s: Situation) -> str | None:
    """方案四(八): the four parts."""
    report = s.subject
    if not isinstance(report, cf.Report):
        return None
    version = cf.ReportVersion.rows.filter(report=report, n=report.version_no).first()
    parts = (("调查经过", "process"), ("查明事实", "facts"), ("问题分析", "analysis"), ("处理意见", "proposal"))
    empty = [label for label, name in parts if version is None or not getattr(version, name).strip()]
    return f"调查报告缺少{'、'.join(empty)}，方案四(八)。" if empty else None


@guard
def all_points_answered(s: Situation) -> str | None:
    answered = s.facts.answers_in(s.round)
    open_points = [str(point.n) for point in s.facts.points if point.pk not in answered]
    return f"核查要点第{'、'.join(open_points)}项尚未答复。" if open_points else None


@guard
def report_verified(s: Situation) -> str | None:
    return None if any(one.stage == "verified" for one in s.facts.reports) else "调查报告尚未核查，方案四(九)。"


@guard
def round_report_verified(s: Situation) -> str | None:
    report = s.facts.report_of(s.round)
    if report is None or report.stage != "verified":
        return "调查报告尚未核查，不能责令补充调查，方案四(八)。"
    matter = s.facts.matter
    return "报告已提交会商。" if matter is not None and matter.stage != "verified" else None


@guard
def no_open_round(s: Situation) -> str | None:
    live = [one for one in s.facts.rounds if one.stage in ("forming", "investigating")]
    return f"第{live[0].n}轮调查尚未报告。" if live else None


@guard
def report_by_court_below(s: Situation) -> str | None:
    matter = s.facts.matter
    last = s.facts.rounds[-1] if s.facts.rounds else None
    if matter and last and last.court_id != matter.owner_court_id:
        return None
    return "报告已由本院直接调查形成，无须再派员。"


# --- 检查意见 -----------------------------------------------------------------------------------------------------
@guard
def matter_consulted(s: Situation) -> str | None:
    matter = s.facts.matter
    return None if matter is not None and matter.stage == "consulted" else "会商尚未作出结论，方案四(九)。"


@guard
def no_open_opinion(s: Situation) -> str | None:
    return "已有检查意见在办。" if any(not is_final("opinion", one.stage) for one in s.facts.opinions) else None


@guard
def opinion_complete(s: Situation) -> str | None:
    """Every 反映事项 has a conclusion; 不属实 admits no disposition; what is founded needs at least one."""
    opinion = s.subject
    if not isinstance(opinion, cf.Opinion):
        return None
    version = s.facts.version_of(opinion)
    if version is None:
        return "检查意见没有内容。"
    concluded = {one.allegation_id: one.finding for one in version.conclusions.all()}
    missing = [str(n) for n, one in enumerate(s.facts.allegations, 1) if one.pk not in concluded]
    if missing:
        return f"反映事项第{'、'.join(missing)}项没有结论。"
    disposed = {one.allegation_id for one in version.dispositions.all()}
    for n, one in enumerate(s.facts.allegations, 1):
        finding = concluded[one.pk]
        if finding in ("unfounded", "unproven") and one.pk in disposed:
            return f"反映事项第{n}项不属实，不得附处理，方案四(十一)。"
        if finding in ("founded", "partly") and one.pk not in disposed:
            return f"反映事项第{n}项属实或部分属实，至少要有一种处理，方案四(九)。"
    return None


@guard
def approver_free(s: Situation) -> str | None:
    """Who drafted, investigated or signed does not approve (house rule 13 on 方案二)."""
    opinion = s.subject
    if isinstance(opinion, cf.Opinion) and s.viewer.id in involved_in(opinion, s):
        return "您起草、调查或签署过本案，依规跳过，不再审批。"
    return None


def involved_in(opinion: cf.Opinion, s: Situation) -> frozenset[int]:
    """Persons who drafted or signed the opinion, or were in a team of the matter."""
    return s.facts.involved_in(opinion)


# --- 处理、反馈、澄清 ---------------------------------------------------------------------------------------------
@guard
def duty_court_below(s: Situation) -> str | None:
    """方案四(九)2: 督办 goes level by level."""
    duty = s.subject
    if isinstance(duty, cf.Duty) and duty.to_court_id != duty.from_court_id:
        return (
            None
            if duty.to_court.superior_id == duty.from_court_id
            else "督办意见应当逐级发出，收件法院不是下一级法院，方案四(九)2。"
        )
    return None


@guard
def talked_or_circulated(s: Situation) -> str | None:
    duty = s.subject
    done = [
        one for one in s.facts.duties
        if one.kind in ("talk", "circular") and one.stage != "pending"
        and isinstance(duty, cf.Duty) and one.to_court_id == duty.to_court_id
    ]  # fmt: skip
    return None if done else "该法院尚未被约谈或通报，不能登记扣分，方案四(九)4。"


@guard
def addressee_answers(s: Situation) -> str | None:
    duty = s.subject
    if isinstance(duty, cf.Duty) and duty.to_court_id not in s.viewer.courts():
        return f"由{duty.to_court.name}回复。"
    return None


@guard
def relays_closed(s: Situation) -> str | None:
    duty = s.subject
    live = [
        one
        for one in s.facts.duties
        if isinstance(duty, cf.Duty) and one.parent_id == duty.pk and one.stage != "closed"
    ]
    return "转发给下一级法院的督办尚未销号，方案四(九)2。" if live else None


@guard
def not_relayed(s: Situation) -> str | None:
    duty = s.subject
    relayed = any(isinstance(duty, cf.Duty) and one.parent_id == duty.pk for one in s.facts.duties)
    return "收件法院已向下一级法院转发，不能撤回。" if relayed else None


@guard
def may_relay(s: Situation) -> str | None:
    duty, matter = s.subject, s.facts.matter
    if not isinstance(duty, cf.Duty) or matter is None:
        return None
    if duty.to_court_id == matter.target_court_id:
        return "本院就是执行法院，无须再转发。"
    if any(one.parent_id == duty.pk for one in s.facts.duties):
        return "已经转发过。"
    return None if duty.to_court_id in s.viewer.courts() else "只有收件法院可以转发。"


@guard
def leads_by_nature(s: Situation) -> str | None:
    """方案四(十): 执行行为问题 by the enforcement body, 干警问题 by the supervision body."""
    duty = s.subject
    if isinstance(duty, cf.Duty) and all(one.body_id != duty.lead_body_id for one in s.acting):
        return f"按反映事项的性质由{duty.lead_body.local_name}为主反馈，方案四(十)。"
    return None


# --- 结案与登记 ---------------------------------------------------------------------------------------------------
@guard
def duties_closed(s: Situation) -> str | None:
    live = [one for one in s.facts.duties if not is_final("duty", one.stage)]
    return f"还有{len(live)}项处理、反馈或澄清没有办结。" if live else None


@guard
def papers_registered(s: Situation) -> str | None:
    from shuangcha.plan.papers import PAPERS

    names = list(dict.fromkeys(PAPERS[one.kind].label for one in s.facts.owed_papers))
    return f"应出文书尚未登记：{'、'.join(names[:4])}{'等' if len(names) > 4 else ''}。" if names else None


@guard
def no_pending_extension(s: Situation) -> str | None:
    return "有延期申请尚未决定。" if any(one.decided_on is None for one in s.facts.extensions) else None


@guard
def identity_open_to(s: Situation) -> str | None:
    from .scope import may_open_identity

    return may_open_identity(s.viewer, s.facts.clue) if s.facts.clue is not None else "没有可查看的反映人身份。"
