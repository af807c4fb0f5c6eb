"""处理、反馈、澄清 as duties, each with a life of its own (方案四(九)–(十一))."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from shuangcha.access.refusals import Invalid
from shuangcha.audit.chain import canonical
from shuangcha.casefile import models as cf
from shuangcha.courts import calendar
from shuangcha.courts.models import Court
from shuangcha.numbers import NumberError, parse
from shuangcha.periods import Period
from shuangcha.periods import due as due_of
from shuangcha.plan.dispositions import CLARIFY, WAYS
from shuangcha.plan.stages import is_final

from .act import Act, checks, handles, load
from .contents import outcome as content
from .contents.base import plain
from .finding import add_number
from .materials import attach
from .meeting import check_period
from .secrecy import free_of_identity

GROUPS = ("correct", "urge", "refer", "notify")
ISSUES = tuple(f"duty.issue_{key}" for key in WAYS)


def _feedback(conclusions: list[cf.Conclusion], founded: list[cf.Conclusion]) -> list[tuple[str, str]]:
    """(kind, leading body) of the feedback duties: on the handling by one body, on conduct by the other."""
    kinds: list[tuple[str, str]] = []
    if any(one.allegation.kind != "conduct" for one in founded):
        kinds.append(("feedback_handling", "enforcement"))
    if any(one.allegation.kind == "conduct" for one in founded):
        kinds.append(("feedback_conduct", "supervision"))
    unfounded = [one for one in conclusions if one not in founded]
    if any(one.allegation.kind != "conduct" for one in unfounded) and "feedback_handling" not in dict(kinds):
        kinds.append(("tell_unfounded", "enforcement"))
    if any(one.allegation.kind == "conduct" for one in unfounded) and "feedback_conduct" not in dict(kinds):
        kinds.append(("tell_unfounded", "supervision"))
    return kinds


def open_duties(act: Act, opinion: cf.Opinion) -> None:
    """On approval: a duty for each disposition, the feedback duties by the nature of the complaint,
    clarification if due."""
    version = act.facts.version_of(opinion)
    assert version is not None
    matter = opinion.matter
    n = 0  # nothing can be open before the approval
    for one in sorted(version.dispositions.all(), key=lambda row: row.n):
        n += 1
        act.then(
            "duty.open",
            None,
            n=n,
            kind=one.kind,
            to_court=one.addressee_id,
            allegation=one.allegation_id,
            demand=one.demand,
            period=one.period,
            lead=WAYS[one.kind].lead,
        )
    conclusions = list(version.conclusions.all())
    founded = [one for one in conclusions if one.finding in ("founded", "partly")]
    for kind, lead in _feedback(conclusions, founded) if _told(act) else ():
        n += 1
        act.then(
            "duty.open_answer",
            None,
            n=n,
            kind=kind,
            to_court=matter.owner_court_id,
            lead=lead,
            demand="向反映人或当事人反馈检查结果，并做好息访疏导",
        )
    if any(
        one.finding in ("unfounded", "unproven") and one.allegation.kind == "conduct" for one in conclusions
    ) and not any(one.misconduct for one in conclusions):
        n += 1
        act.then(
            "duty.open_clarification",
            None,
            n=n,
            kind=CLARIFY,
            to_court=matter.owner_court_id,
            lead="supervision",
            demand="在一定范围内澄清，保护干警依法履职",
        )
    elif conclusions and not founded:
        n += 1
        act.then(
            "duty.open_clarification",
            None,
            n=n,
            kind=CLARIFY,
            to_court=matter.owner_court_id,
            lead="supervision",
            demand="反映问题不属实，在一定范围内澄清",
        )


def _told(act: Act) -> bool:
    """Feedback is due only where someone is to be told: somebody complained, or another organ handed it over."""
    clues = {one.clue_id: one.clue for one in act.facts.allegations}.values()
    return any(
        one.identity is not None or one.named or one.source in ("superior", "petition", "deputies", "prosecutor")
        for one in clues
    )


@handles("duty.open", "duty.open_answer", "duty.open_clarification")
def open_duty(act: Act, data: dict[str, Any]) -> None:
    opinion = act.parent
    assert isinstance(opinion, cf.Opinion)
    matter = opinion.matter
    lead = act.batch.body(matter.owner_court_id, data["lead"], act.on)
    if lead is None:
        raise Invalid("本院缺少主办机构，请先登记机构。")
    act.born(
        cf.Duty(
            matter=matter,
            kind=data["kind"],
            n=data["n"],
            from_court=matter.owner_court,
            to_court_id=data["to_court"],
            lead_body=lead,
            allegation_id=data.get("allegation"),
            demand=data["demand"],
            period=data.get("period", ""),
        ),
        later=True,
    )


@checks(*ISSUES)
def check_issue(act: Act, c: content.Issue) -> None:
    check_period(c.period, "period")
    free_of_identity(act, c)
    if isinstance(c, content.IssueFiling):
        try:
            number = parse(c.supervision_number, today=act.on)
        except NumberError as wrong:
            raise Invalid(str(wrong), field="supervision_number") from None
        assert isinstance(act.subject, cf.Duty)
        if number.court_code != act.subject.from_court.code:
            raise Invalid(
                f"执行监督案号应是本院的，如 （{act.on.year}）{act.subject.from_court.code}执监1号。",
                field="supervision_number",
            )
    if isinstance(c, content.IssueAssessment):
        _points(c.points)


def _points(text: str) -> None:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 < value <= 100:
        raise Invalid("扣分应是大于0的数，按当年考评办法填写，如 0.5。", field="points")


@handles(*ISSUES)
def issue(act: Act, c: content.Issue) -> None:
    duty = act.subject
    assert isinstance(duty, cf.Duty)
    act.set(period=c.period or duty.period, details=canonical({**load(duty.details), "issue": plain(c)}))
    act.limit("disposal", period=duty.period or "30日")
    if isinstance(c, content.IssueFiling):
        link_number(duty.matter, c.supervision_number, duty.from_court_id)
    attach(act, c.files)


def link_number(matter: cf.Matter, number: str, court_id: int | None, *, origin: str = "") -> None:
    """执恢, 执监 …: a number born on the way is linked to the enforcement cases and found by any of them."""
    text = str(parse(number))
    cf.EnforcementCase.rows.bulk_create(
        [cf.EnforcementCase(number=text, raw=number, court_id=court_id)], ignore_conflicts=True
    )
    of_matter = Q(clue_links__clue__matter_links__matter=matter)
    rows = cf.EnforcementCase.rows.filter(of_matter | Q(number=text)).distinct()
    born = next(one for one in rows if one.number == text)
    origins = [one for one in rows if one.pk != born.pk and origin in ("", one.number)]
    cf.CaseLink.rows.bulk_create([cf.CaseLink(origin=one, born=born) for one in origins], ignore_conflicts=True)
    add_number(matter, text)


@checks("matter.link_number")
def check_link(act: Act, c: content.LinkNumber) -> None:
    try:
        number = parse(c.number, today=act.on)
    except NumberError as wrong:
        raise Invalid(str(wrong), field="number") from None
    matter = act.facts.matter
    known = cf.EnforcementCase.rows.filter(clue_links__clue__matter_links__matter=matter, number=c.origin).first()
    if known is None:
        raise Invalid("请从本案所涉执行案件中选择。", field="origin")
    court = Court.objects.filter(code=number.court_code).first()
    if court is None:
        raise Invalid(f"案号中的法院代字“{number.court_code}”没有登记，请核对。", field="number")
    act.memo["court"] = court


@handles("matter.link_number")
def link(act: Act, c: content.LinkNumber) -> None:
    assert isinstance(act.subject, cf.Matter)
    link_number(act.subject, c.number, act.memo["court"].pk, origin=c.origin)


@checks("duty.relay")
def check_relay(act: Act, c: content.Relay) -> None:
    check_period(c.period, "period")
    duty = act.subject
    assert isinstance(duty, cf.Duty)
    end = due_of(act.on, Period.parse(c.period), calendar=calendar.current()).due
    if duty.due is not None and end > duty.due:
        raise Invalid(f"转发的期限到{end:%Y-%m-%d}，晚于上级法院指定的{duty.due:%Y-%m-%d}。", field="period")


@handles("duty.relay")
def relay(act: Act, c: content.Relay) -> None:
    act.then("duty.open_relay", None, text=c.text, period=c.period)


@handles("duty.open_relay")
def open_relay(act: Act, data: dict[str, Any]) -> None:
    """方案四(九)2 逐级: the receiver of an urging is the sender of the next."""
    above = act.parent
    assert isinstance(above, cf.Duty)
    court = above.matter.target_court
    while court.superior_id != above.to_court_id:
        if court.superior is None:
            raise Invalid("执行法院不在本院辖区之内。")
        court = court.superior
    lead = act.batch.body(above.to_court_id, "enforcement", act.on)
    assert lead is not None
    n = cf.Duty.rows.filter(matter=above.matter).count() + 1
    act.born(
        cf.Duty(
            matter=above.matter,
            parent=above,
            kind=above.kind,
            n=n,
            from_court=above.to_court,
            to_court=court,
            lead_body=lead,
            allegation_id=above.allegation_id,
            demand=data["text"],
            period=data["period"],
        )
    )
    act.limit("disposal", period=data["period"])


@handles(*(f"duty.{group}_reply" for group in GROUPS))
def reply(act: Act, c: content.Reply) -> None:
    duty = act.subject
    n = cf.DutyReply.rows.filter(duty=duty).count() + 1
    cf.DutyReply.rows.create(duty=duty, n=n, text=c.text, proof="", on=act.on)
    if c.result:
        _detail(act, "result", c.result)
    attach(act, c.files)


@handles(*(f"duty.{group}_prove" for group in GROUPS))
def prove(act: Act, c: content.Prove) -> None:
    last = _last_reply(act)
    last.proof = c.proof
    last.save(update_fields=["proof"])
    attach(act, c.files)


@handles(*(f"duty.{group}_check" for group in GROUPS))
def check(act: Act, c: content.Check) -> None:
    _judge(act, True, c.text)


@handles("duty.send_back")
def send_back(act: Act, c: content.SendBack) -> None:
    check_period(c.period, "period")
    _judge(act, False, c.reason)
    act.limit("disposal", period=c.period)


def _last_reply(act: Act) -> cf.DutyReply:
    found: cf.DutyReply = cf.DutyReply.rows.filter(duty=act.subject).order_by("-n")[0]
    return found


def _judge(act: Act, passed: bool, text: str) -> None:
    last = _last_reply(act)
    last.passed, last.check_text = passed, text
    last.save(update_fields=["passed", "check_text"])


def _detail(act: Act, key: str, value: Any) -> None:
    duty = act.subject
    assert isinstance(duty, cf.Duty)
    act.set(details=canonical({**load(duty.details), key: value}))


@handles(*(f"duty.{group}_close" for group in GROUPS))
def close(act: Act, c: content.Close) -> None:
    _conclude_if_last(act)


@checks("duty.feed_back_handling", "duty.feed_back_conduct", "duty.tell_unfounded", "duty.appease", "duty.clarify")
def check_told(act: Act, c: Any) -> None:
    if c.on > act.on:
        raise Invalid("日期不能晚于今天。", field="on")
    free_of_identity(act, c)


@handles("duty.feed_back_handling", "duty.feed_back_conduct", "duty.tell_unfounded")
def feed_back(act: Act, c: content.FeedBack) -> None:
    _detail(act, "feedback", plain(c))
    _conclude_if_last(act)


@handles("duty.appease")
def appease(act: Act, c: content.Appease) -> None:
    assert isinstance(act.subject, cf.Duty)
    _detail(act, "appeasement", [*load(act.subject.details).get("appeasement", []), plain(c)])


@handles("duty.clarify")
def clarify(act: Act, c: content.Clarify) -> None:
    _detail(act, "clarification", plain(c))
    _conclude_if_last(act)


def _conclude_if_last(act: Act) -> None:
    """The last duty closed concludes the matter; the chain's lock makes it certain which is the last."""
    duty = act.subject
    assert isinstance(duty, cf.Duty)
    others = cf.Duty.rows.filter(matter=duty.matter).exclude(pk=duty.pk).values_list("stage", flat=True)
    if all(is_final("duty", stage) for stage in others):
        act.then("matter.concluded", duty.matter)
