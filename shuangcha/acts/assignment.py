"""联合交办、双签收、延期、督导、接手 (方案四(五)、四(六))."""

from __future__ import annotations

from typing import Any

from shuangcha.access.refusals import Invalid
from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.periods import Period

from .act import Act, checks, handles
from .contents import assignment as content
from .materials import attach
from .meeting import check_period
from .people import allegation_at, of_bodies, persons
from .secrecy import free_of_identity

BODIES = ("enforcement", "supervision")


@checks("assignment.hand_down")
def check_hand_down(act: Act, c: content.HandDown) -> None:
    for n, point in enumerate(c.points):
        allegation_at(act.facts, point.allegation, f"points.{n}.allegation")
    free_of_identity(act, c)


@handles("assignment.hand_down")
def hand_down(act: Act, c: content.HandDown) -> None:
    """The month starts with the second signature (dossier §7.2);
    the lower court's two bodies and its president may see."""
    assignment = act.subject
    assert isinstance(assignment, cf.Assignment)
    matter = assignment.matter
    act.set(handed_on=act.on)
    if _month_starts(act) != "交办":
        act.no_limit("report")
    points = cf.Point.rows.filter(matter=matter)  # nothing hangs on them yet: one statement, no collector
    points._raw_delete(points.db)
    cf.Point.rows.bulk_create(
        [
            cf.Point(matter=matter, n=n, text=one.text, allegation=allegation_at(act.facts, one.allegation, "points"))
            for n, one in enumerate(c.points, 1)
        ]
    )
    act.then("matter.assigned", matter)


@handles("assignment.acknowledge")
def acknowledge(act: Act, c: content.Acknowledge) -> None:
    assignment = act.subject
    assert isinstance(assignment, cf.Assignment)
    if _month_starts(act) == "交办":
        act.no_limit("report")
    act.then("round.open", None)
    act.then("matter.received", assignment.matter)


def _month_starts(act: Act) -> str:
    """方案四(五) names no start event: a parameter (D), 交办 by default so that nobody gains time by signing late."""
    assert isinstance(act.subject, cf.Assignment)
    return settings.get("report_starts_at", act.subject.from_court_id, act.on).value


@handles("round.open")
def open_round(act: Act, data: dict[str, Any]) -> None:
    assignment = act.parent
    assert isinstance(assignment, cf.Assignment)
    n = cf.Round.rows.filter(matter=assignment.matter).count() + 1
    act.born(
        cf.Round(
            matter=assignment.matter,
            assignment=assignment,
            court=assignment.to_court,
            n=n,
            kind="first",
            started_on=act.on,
        )
    )


@handles("assignment.recall")
def recall(act: Act, c: content.RecallAssignment) -> None:
    """The lower court is a stranger again until it is handed down anew."""
    assignment = act.subject
    assert isinstance(assignment, cf.Assignment)
    act.set(handed_on=None, due=None)
    act.then("matter.recalled", assignment.matter)


@checks("assignment.ask_extension", "assignment.grant_extension")
def check_extension(act: Act, c: content.AskExtension) -> None:
    check_period(c.period, "period")


@handles("assignment.ask_extension")
def ask_extension(act: Act, c: content.AskExtension) -> None:
    running = _running(act)
    cf.Extension.rows.create(
        assignment=act.subject, asked_on=act.on, until=running.due, reason=f"{c.period}：{c.reason}"
    )
    act.batch.touch(_subject(act))


@handles("assignment.grant_extension")
def grant_extension(act: Act, c: content.GrantExtension) -> None:
    """An extension is added to the nominal end and then rolled (dossier §7.1 T13); the day only ever moves later."""
    running = _running(act, stopped=True)
    if Period.parse(running.period).unit.name == "WORKING_DAYS" and "月" in c.period:
        raise Invalid("工作日期间不能按月延长，请按工作日或日填写。", field="period")
    act.limit("report", start=running.started_on, period=running.period, extension=c.period)
    _decide(act, True, c.reason)
    for waiting in (*act.facts.rounds, *act.facts.reports):
        act.batch.touch(waiting)


@handles("assignment.refuse_extension")
def refuse_extension(act: Act, c: content.RefuseExtension) -> None:
    _decide(act, False, c.reason)


def _subject(act: Act) -> cf.Assignment:
    assert isinstance(act.subject, cf.Assignment)
    return act.subject


def _running(act: Act, *, stopped: bool = False) -> cf.Limit:
    """The report limit that runs."""
    found = (
        cf.Limit.rows.filter(subject_kind="assignment", subject_id=_subject(act).pk, kind="report")
        .order_by("-id")
        .first()
    )
    if found is None:
        raise Invalid("没有正在计算的报告期限。")
    row: cf.Limit = found
    return row


def _decide(act: Act, granted: bool, reason: str) -> None:
    cf.Extension.rows.filter(assignment=act.subject, decided_on__isnull=True).update(
        decided_on=act.on, granted=granted, decision_reason=reason
    )


@handles("assignment.reported", "assignment.taken_over")
def extension_lapses(act: Act, data: dict[str, Any]) -> None:
    """A request for more time that nobody has decided falls away when there is nothing left to extend."""
    lapsed = cf.Extension.rows.filter(assignment=act.subject, decided_on__isnull=True).update(
        decided_on=act.on, granted=False, decision_reason="报告已上报或者上级法院已接手，申请失效"
    )
    if lapsed:
        act.recorded["extension_lapsed"] = True


@handles("assignment.report_withdrawn")
def report_withdrawn(act: Act, data: dict[str, Any]) -> None:
    """The limit that the report had stopped runs on from where it began: withdrawing wins no time."""
    last = (
        cf.Limit.rows.filter(subject_kind="assignment", subject_id=_subject(act).pk, kind__in=["report", "supplement"])
        .order_by("-id")
        .first()
    )
    for kind in ("report", "supplement"):
        if last is not None and last.kind == kind:
            act.limit(kind, start=last.started_on, period=last.period, extension=last.extension)
        else:
            act.no_limit(kind)


@handles("assignment.supplement")
def supplement(act: Act, data: dict[str, Any]) -> None:
    act.limit("supplement", period=data["period"])


@checks("matter.supervise_on_site")
def check_supervise(act: Act, c: content.SuperviseOnSite) -> None:
    assert isinstance(act.subject, cf.Matter)
    known = of_bodies(act.subject.owner_court_id, act.on, BODIES)
    found = persons(c.supervisors, "supervisors")
    kinds = {known[one.pk].body_kind for one in found if one.pk in known}
    if kinds != set(BODIES):
        raise Invalid("督导人员中两机构各至少一人，方案四(六)。", field="supervisors")
    if c.visited_on > act.on:
        raise Invalid("督导日期不能晚于今天。", field="visited_on")


@handles("matter.supervise_on_site")
def supervise_on_site(act: Act, c: content.SuperviseOnSite) -> None:
    """The lower court's limit runs on while it is supervised."""
    attach(act, c.files)


@checks("matter.take_over", "matter.investigate_directly")
def check_take_over(act: Act, c: content.TakeOver) -> None:
    check_period(c.period, "period")


@handles("matter.take_over", "matter.investigate_directly")
def take_over(act: Act, c: content.TakeOver) -> None:
    """The lower court's limit and round end, its file stays readable, this court's own round begins."""
    facts = act.facts
    for assignment in facts.assignments:
        if assignment.stage in ("assigned", "received", "reported"):
            act.then("assignment.taken_over", assignment)
    for report in facts.reports:
        if report.stage in ("draft", "signed", "verified"):
            act.then("report.superseded", report)
    for round_ in facts.rounds:
        if round_.stage in ("forming", "investigating", "reported"):
            act.then("round.end", round_)
    act.then("round.open_direct", None, period=c.period)
