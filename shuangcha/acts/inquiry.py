"""联合调查组、调查记录、核查要点、调查报告、核查、补充调查 (方案四(六)–(九))."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shuangcha.access.refusals import Invalid
from shuangcha.audit.chain import canonical
from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.courts.models import Person
from shuangcha.plan.words import REPORT_PARTS

from . import flow_signs
from .act import Act, checks, handles
from .contents import inquiry as content
from .contents.base import plain
from .materials import attach
from .meeting import check_period
from .people import of_bodies, persons

BODIES = ("enforcement", "supervision")
OTHERS = ("department", "inspection", "group_office")
RECORDS = (
    "record.file_review",
    "record.system_check",
    "record.hearing_out",
    "record.interview",
    "record.hearing",
    "record.other_way",
)


def candidates(court_id: int, on: Any) -> dict[int, Any]:
    """Who may join a team: members of both bodies, then of other departments (方案四(六))."""
    return of_bodies(court_id, on, (*BODIES, *OTHERS))


@checks("round.form_team", "round.form_own_team", "round.change_team")
def check_team(act: Act, c: content.FormTeam) -> None:
    round_ = act.subject
    assert isinstance(round_, cf.Round)
    known = act.memo["known"] = candidates(round_.court_id, act.on)
    people = act.memo["people"] = persons([one.person for one in c.members], "members")
    recused = set(cf.Recusal.rows.filter(matter=round_.matter, person__in=people).values_list("person_id", flat=True))
    for n, person in enumerate(people):
        if person.pk not in known:
            raise Invalid(f"{person.name}不是本院人员，不能参加调查组。", field=f"members.{n}.person")
        if person.pk in recused:
            raise Invalid("该成员有应当回避的情形，请更换成员。", field=f"members.{n}.person")
    kinds = {known[person.pk].body_kind for person in people}
    for kind, label in (("enforcement", "执行机构"), ("supervision", "监察机构")):
        if kind not in kinds:
            raise Invalid(f"联合调查组中没有{label}人员，方案四(六)。", field="members")


def _seat(act: Act, c: content.FormTeam) -> None:
    round_ = act.subject
    assert isinstance(round_, cf.Round)
    known, people = act.memo["known"], act.memo["people"]
    cf.TeamMember.rows.bulk_create(
        [
            cf.TeamMember(round=round_, person=person, body_id=known[person.pk].body_id, leader=one.leader)
            for one, person in zip(c.members, people, strict=True)
        ]
    )
    cf.Declaration.rows.bulk_create(
        [
            cf.Declaration(round=round_, person=person, recused=False, reason=one.statement)
            for one, person in zip(c.members, people, strict=True)
        ],
        ignore_conflicts=True,
    )


@handles("round.form_team", "round.form_own_team")
def form_team(act: Act, c: content.FormTeam) -> None:
    _seat(act, c)
    assert isinstance(act.subject, cf.Round)
    act.then("matter.investigating", act.subject.matter)


@handles("round.change_team")
def change_team(act: Act, c: content.ChangeTeam) -> None:
    """Who leaves keeps no access of his own; a member of a body keeps what the body has."""
    cf.TeamMember.rows.filter(round=act.subject).delete()
    _seat(act, c)


@checks(*RECORDS)
def check_record(act: Act, c: content.RecordContent) -> None:
    round_ = act.parent
    assert isinstance(round_, cf.Round)
    if c.held_on > act.on:
        raise Invalid("日期不能晚于今天。", field="held_on")
    if c.held_on < round_.started_on:
        raise Invalid(f"日期不能早于本轮调查开始的{round_.started_on:%Y-%m-%d}。", field="held_on")
    team = {str(one.person.uid) for one in act.facts.team_of(round_)}
    for field in ("checkers", "staff", "interviewers"):
        for n, uid in enumerate(getattr(c, field, [])):
            if uid not in team:
                raise Invalid("只能从本轮联合调查组成员中选择。", field=f"{field}.{n}")
    for field in ("presider", "recorder"):
        if getattr(c, field, None) and getattr(c, field) not in team:
            raise Invalid("只能从本轮联合调查组成员中选择。", field=field)
    if isinstance(c, content.SystemCheck):
        if len(set(c.checkers)) < 2:
            raise Invalid("系统检查应由二人以上进行。", field="checkers")
        flow_signs.check(act, c)
    if isinstance(c, content.FileReview):
        _check_cases(act, c)


def _check_cases(act: Act, c: content.FileReview) -> None:
    """合法、及时、全面、文明、善意 for every enforcement case of the matter."""
    matter = act.facts.matter
    numbers = set(
        cf.EnforcementCase.rows.filter(clue_links__clue__matter_links__matter=matter).values_list("number", flat=True)
    )
    given = [one.number for one in c.cases]
    for n, number in enumerate(given):
        if number not in numbers:
            raise Invalid("请从本案所涉执行案件中选择。", field=f"cases.{n}.number")
    missing = sorted(numbers - set(given))
    if missing:
        raise Invalid(f"{missing[0]}还没有逐项审查，方案四(七)1。", field="cases")
    if c.called_on > act.on:
        raise Invalid("调卷日期不能晚于今天。", field="called_on")


@handles(*RECORDS)
def file_record(act: Act, c: content.RecordContent) -> None:
    round_ = act.parent
    assert isinstance(round_, cf.Round)
    n = cf.Record.rows.filter(matter=round_.matter).count() + 1
    payload = plain(c)
    names = _names(payload)
    if isinstance(c, content.SystemCheck) and c.check:
        payload["flow"] = flow_signs.taken(round_, c.check, payload["signs"])
        act.recorded["flow_check"] = {
            key: payload["flow"][key] for key in ("sha256", "data_hash", "rule_version", "taken_at")
        }
    act.born(
        cf.Record(
            round=round_,
            matter=round_.matter,
            method=c.METHOD,
            n=n,
            title=c.title,
            held_on=c.held_on,
            payload=canonical({**payload, "names": names}),
        )
    )
    attach(act, c.files)
    act.recorded["n"] = n


def _names(payload: dict[str, Any]) -> dict[str, str]:
    """Names of the staff chosen, as they were on the day: a record prints the same for ever."""
    uids = [uid for field in ("checkers", "staff", "interviewers") for uid in payload.get(field, [])]
    uids += [payload[field] for field in ("presider", "recorder") if payload.get(field)]
    return {str(one.uid): one.name for one in Person.objects.filter(uid__in=uids)} if uids else {}


@checks("round.answer_point")
def check_answer(act: Act, c: content.AnswerPoint) -> None:
    round_ = act.subject
    assert isinstance(round_, cf.Round)
    if c.point not in {one.n for one in act.facts.points}:
        raise Invalid(f"没有第{c.point}项核查要点。", field="point")
    for n, one in enumerate(c.evidence):
        if one.record is None and not one.material:
            raise Invalid("请选择一份调查记录或一个附件作为证据。", field=f"evidence.{n}.record")
        _evidence(round_.matter, one, n)


def _evidence(matter: cf.Matter, one: content.Evidence, n: int) -> tuple[cf.Record | None, cf.Material | None]:
    record = cf.Record.rows.filter(matter=matter, n=one.record).first() if one.record is not None else None
    if one.record is not None and record is None:
        raise Invalid(f"没有第{one.record}号调查记录。", field=f"evidence.{n}.record")
    material = cf.Material.rows.filter(matter=matter, sha256__startswith=one.material).first() if one.material else None
    if one.material and material is None:
        raise Invalid("没有这个附件。", field=f"evidence.{n}.material")
    return record, material


@handles("round.answer_point")
def answer_point(act: Act, c: content.AnswerPoint) -> None:
    """A later answer of the same round replaces the earlier; the earlier stands in the ledger."""
    round_ = act.subject
    assert isinstance(round_, cf.Round)
    point = next(one for one in act.facts.points if one.n == c.point)
    answer, _ = cf.Answer.rows.update_or_create(
        point=point, round=round_, defaults={"finding": c.finding, "text": c.text}
    )
    cf.EvidenceLink.rows.filter(answer=answer).delete()
    links = [(_evidence(round_.matter, one, n), one.page) for n, one in enumerate(c.evidence)]
    cf.EvidenceLink.rows.bulk_create(
        [
            cf.EvidenceLink(answer=answer, record=record, material=material, page=page)
            for (record, material), page in links
        ]
    )


def thin_parts(parts: Mapping[str, str]) -> list[str]:
    """Parts shorter than the setting. Thin is marked, not refused:
    a short report in time is still in time (dossier §4 P1)."""
    least = settings.get("thin_report_chars").number
    return [key for key, text in parts.items() if len(text.strip()) < least]


def _new_version(report: cf.Report, act: Act, c: content.Parts) -> None:
    act.set(version_no=report.version_no + 1, thin=bool(thin_parts({key: getattr(c, key) for key in REPORT_PARTS})))
    cf.ReportVersion.rows.create(
        report=report,
        n=report.version_no,
        process=c.process,
        facts=c.facts,
        analysis=c.analysis,
        proposal=c.proposal,
        dissent=c.dissent,
        drafter_id=act.viewer.id,
        on=act.on,
    )


@handles("report.draft")
def draft(act: Act, c: content.DraftReport) -> None:
    round_ = act.parent
    assert isinstance(round_, cf.Round)
    report = cf.Report(matter=round_.matter, round=round_)
    act.born(report)
    _new_version(report, act, c)


@handles("report.revise")
def revise(act: Act, c: content.DraftReport) -> None:
    assert isinstance(act.subject, cf.Report)
    _new_version(act.subject, act, c)
    act.batch.touch(_round_of(act.subject))


@handles("report.sign")
def signed(act: Act, c: content.SignReport) -> None:
    """What is signed is answered no more: the team's turn ends."""
    assert isinstance(act.subject, cf.Report)
    act.batch.touch(_round_of(act.subject))


@checks("report.sign", "report.sign_own", "report.issue")
def check_version(act: Act, c: content.SignReport | content.IssueReport) -> None:
    assert isinstance(act.subject, cf.Report)
    if c.version != act.subject.version_no:
        raise Invalid(f"报告现为第{act.subject.version_no}版，请核对后再签。", field="version")


@handles("report.issue", "report.sign_own")
def issue(act: Act, c: content.IssueReport | content.SignReport) -> None:
    report = act.subject
    assert isinstance(report, cf.Report)
    act.set(submitted_on=act.on, issued_by_id=act.viewer.id)
    act.then("round.reported", _round_of(report))
    if report.round.assignment is not None and "assignment.reported" in act.move.then:
        act.then("assignment.reported", _assignment(_round_of(report)))
    act.then("matter.reported", report.matter)


def _round_of(report: cf.Report) -> cf.Round:
    """The report's round, pointing at the matter already fetched."""
    round_: cf.Round = report.round
    round_.matter = report.matter
    return round_


def _assignment(round_: cf.Round) -> cf.Assignment:
    """The round's assignment, pointing at the matter already fetched."""
    assignment = round_.assignment
    assert assignment is not None
    assignment.matter = round_.matter
    return assignment


@handles("report.withdraw")
def withdraw(act: Act, c: content.WithdrawReport) -> None:
    report = act.subject
    assert isinstance(report, cf.Report)
    act.set(submitted_on=None)
    act.then("round.report_withdrawn", _round_of(report))
    if report.round.assignment_id:
        act.then("assignment.report_withdrawn", _assignment(_round_of(report)))
    act.then("matter.report_withdrawn", report.matter)


@handles("report.verify")
def verify(act: Act, c: content.VerifyReport) -> None:
    assert isinstance(act.subject, cf.Report)
    act.then("matter.verified", act.subject.matter)


@checks("round.order_supplement")
def check_supplement(act: Act, c: content.OrderSupplement) -> None:
    check_period(c.period, "period")


@handles("round.order_supplement")
def order_supplement(act: Act, c: content.OrderSupplement) -> None:
    """A further round with its own limit, by the same team, with the gaps named (方案四(八))."""
    round_ = act.subject
    assert isinstance(round_, cf.Round)
    report = act.facts.report_of(round_)
    assert report is not None and round_.assignment_id is not None
    act.then("report.returned", report)
    act.then("round.open_supplement", None, gaps=f"{c.gaps}\n{c.directions}")
    act.then("assignment.supplement", _assignment(round_), period=c.period)
    act.then("matter.reinvestigating", round_.matter)


@handles("round.open_supplement")
def open_supplement(act: Act, data: dict[str, Any]) -> None:
    before = act.parent
    assert isinstance(before, cf.Round)
    round_ = cf.Round(
        matter=before.matter,
        assignment=before.assignment,
        court=before.court,
        n=before.n + 1,
        kind="supplement",
        gaps=data["gaps"],
        started_on=act.on,
    )
    act.born(round_)
    cf.TeamMember.rows.bulk_create(
        [
            cf.TeamMember(round=round_, person_id=one.person_id, body_id=one.body_id, leader=one.leader)
            for one in cf.TeamMember.rows.filter(round=before).order_by("id")
        ]
    )


@handles("matter.submit_for_consultation")
def submit_for_consultation(act: Act, c: content.SubmitForConsultation) -> None:
    act.then("item.queue_consultation", None)


@handles("item.consult")
def consult(act: Act, c: Any) -> None:
    item = act.subject
    assert isinstance(item, cf.Item) and item.matter is not None
    verified = [one for one in act.facts.reports if one.stage == "verified"]
    for report in verified:
        act.then("report.accept", report)
    act.then("matter.consulted", item.matter)


@handles("matter.archive")
def archive(act: Act, c: Any) -> None:
    matter = act.subject
    assert isinstance(matter, cf.Matter)
    act.set(closed_on=act.on)
    for assignment in act.facts.assignments:
        if assignment.stage == "reported":
            act.then("assignment.close", assignment)
    for round_ in act.facts.rounds:
        if round_.stage == "reported":
            act.then("round.close", round_)
