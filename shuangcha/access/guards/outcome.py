"""From the investigation to the archive: records, report, opinion, duties, registering."""

from __future__ import annotations

from shuangcha.casefile import models as cf
from shuangcha.plan.stages import is_final

from ..situation import Situation
from .registry import guard


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
def has_enforcement_case(s: Situation) -> str | None:
    """What is a file of nothing: 调卷 answers for each enforcement case (方案四(七)1)."""
    known = any(one.has_case for one in s.facts.rounds if s.round is not None and one.pk == s.round.pk)
    return None if known else "本案没有关联执行案件，无卷可调，请用其他方式调查。"


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
        one
        for one in s.facts.duties
        if one.kind in ("talk", "circular")
        and one.stage != "pending"
        and isinstance(duty, cf.Duty)
        and one.to_court_id == duty.to_court_id
    ]
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
    from ..scope import may_open_identity

    return may_open_identity(s.viewer, s.facts.clue) if s.facts.clue is not None else "没有可查看的反映人身份。"
