"""From the clue to 交办: screening, the joint meeting, reminding, handing down."""

from __future__ import annotations

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court

from ..situation import Situation
from .registry import guard


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
        one
        for one in s.facts.limits
        if one.kind == "report" and one.stopped_on is None and s.subject is not None and one.subject_id == s.subject.pk
    ]
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
