"""Reads of one file for its pages: what hangs on a matter, a clue, a meeting, a report, an opinion, a duty.

Children are joined to their parents in one statement where a page would otherwise pay one for each list.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Person
from shuangcha.courts.people import Viewer

from . import scope
from .attachments import material_seen
from .facts import HAS_CASE, Facts
from .held import Held, held
from .places import clue_of, matter_of


# --- a matter whole -------------------------------------------------------------------------------------------------
def matter_facts(matter: cf.Matter, viewer: Viewer) -> Facts:
    """The lists of a matter that a page and its guards ask for, children joined in, without what this person may not see;
    ten statements at most."""
    own, facts = held(viewer, matter), inquiry_facts(matter, viewer)
    assignments, extensions = _assignments(matter)
    facts.assignments = own.seen("assignment", assignments)
    facts.extensions = [one for one in extensions if own.sees("assignment", "extension", one.assignment_id)]
    facts.opinions = []
    if any(kind == "opinion" and own.sees("opinion", "head", pk) for kind, pk in own.parts):
        facts.opinions = own.seen("opinion", cf.Opinion.rows.filter(matter=matter).order_by("id"))
    duties = cf.Duty.rows.filter(matter=matter).annotate(last_reminded=scope.last_reminded("duty"))
    facts.duties = own.seen("duty", duties.select_related(*scope.RELATED["duty"], "allegation").order_by("n"))
    below: list[Any] = [*facts.opinions, *facts.duties]
    for one in below:
        one.matter = matter
    return facts


def inquiry_facts(matter: cf.Matter, viewer: Viewer) -> Facts:
    """Rounds with their teams, points, answers with evidence, reports: what this person may see. Four statements at most."""
    own, facts = held(viewer, matter), Facts(matter)
    rounds, team = rounds_with_team(matter)
    facts.rounds = own.seen("round", rounds)
    facts.team = [one for one in team if own.sees("round", "team", one.round_id)]
    facts.points, answers = points_with_answers(matter, rounds)
    facts.answers = [one for one in answers if own.sees("round", "answers", one.round_id)]
    for answer in facts.answers:
        _without_unseen(answer, own)
    facts.reports = own.seen("report", cf.Report.rows.filter(matter=matter).order_by("id"))
    by_id = {one.pk: one for one in rounds}
    for report in facts.reports:
        report.matter, report.round = matter, by_id[report.round_id]
    return facts


def _without_unseen(answer: Any, own: Held) -> None:
    """Evidence stands beside an answer for those who may see the record that it lies in."""
    answer.shown_evidence = [
        one for one in answer.shown_evidence if one["record_id"] is None or own.sees("record", "head", one["record_id"])
    ]


def rounds_with_team(matter: cf.Matter) -> tuple[list[cf.Round], list[cf.TeamMember]]:
    rows = cf.Round.rows.filter(matter=matter).select_related("court", "assignment").order_by("n", "team__id")
    rounds: dict[int, cf.Round] = {}
    team: list[cf.TeamMember] = []
    joined = rows.annotate(
        m_id=F("team__id"),
        m_leader=F("team__leader"),
        m_person=F("team__person_id"),
        m_name=F("team__person__name"),
        has_case=HAS_CASE,
        m_body=F("team__body_id"),
        m_kind=F("team__body__kind"),
        m_local=F("team__body__local_name"),
    )
    for row in joined:
        round_ = rounds.setdefault(row.pk, row)
        round_.matter = matter
        if row.m_id is not None:
            body = Body(pk=row.m_body, kind=row.m_kind, local_name=row.m_local, court_id=round_.court_id)
            person = Person(pk=row.m_person, name=row.m_name)
            team.append(cf.TeamMember(pk=row.m_id, round=round_, person=person, body=body, leader=row.m_leader))
    return list(rounds.values()), team


def _assignments(matter: cf.Matter) -> tuple[list[cf.Assignment], list[cf.Extension]]:
    rows = cf.Assignment.rows.filter(matter=matter).select_related("from_court", "to_court")
    rows = rows.annotate(last_reminded=scope.last_reminded("assignment")).order_by("id", "extensions__id")
    fields = ("id", "asked_on", "until", "reason", "decided_on", "granted", "decision_reason")
    assignments: dict[int, cf.Assignment] = {}
    extensions: list[cf.Extension] = []
    for row in rows.annotate(**{f"x_{name}": F(f"extensions__{name}") for name in fields}):
        one = assignments.setdefault(row.pk, row)
        one.matter = matter
        if row.x_id is not None:
            extensions.append(cf.Extension(assignment=one, **{name: getattr(row, f"x_{name}") for name in fields}))
    return list(assignments.values()), extensions


def points_with_answers(matter: cf.Matter, rounds: list[cf.Round]) -> tuple[list[cf.Point], list[cf.Answer]]:
    """Points with their answers; each answer carries its evidence as `shown_evidence`."""
    by_id = {one.pk: one for one in rounds}
    rows = (
        cf.Point.rows.filter(matter=matter)
        .select_related("allegation")
        .order_by("n", "answers__id", "answers__evidence__id")
    )
    paths = {
        "a_id": "id",
        "a_round": "round_id",
        "a_finding": "finding",
        "a_text": "text",
        "e_id": "evidence__id",
        "e_page": "evidence__page",
        "r_id": "evidence__record_id",
        "r_uid": "evidence__record__uid",
        "r_n": "evidence__record__n",
        "r_title": "evidence__record__title",
        "f_sha": "evidence__material__sha256",
        "f_name": "evidence__material__name",
        "f_id": "evidence__material_id",
    }
    points: dict[int, cf.Point] = {}
    answers: dict[int, Any] = {}
    for row in rows.annotate(**{name: F(f"answers__{path}") for name, path in paths.items()}):
        point = points.setdefault(row.pk, row)
        if row.a_id is None:
            continue
        answer: Any = answers.get(row.a_id)
        if answer is None:
            answer = cf.Answer(
                pk=row.a_id, point=point, round=by_id[row.a_round], finding=row.a_finding, text=row.a_text
            )
            answer.shown_evidence = []
            answers[row.a_id] = answer
        if row.e_id is not None:
            answer.shown_evidence.append(
                {
                    "page": row.e_page,
                    "record_id": row.r_id,
                    "record": str(row.r_uid or ""),
                    "n": row.r_n,
                    "title": row.r_title,
                    "material": row.f_id,
                    "sha": row.f_sha,
                    "name": row.f_name,
                }
            )
    return list(points.values()), list(answers.values())


def limits_of(subject: cf.Subject) -> list[cf.Limit]:
    """Running limits first, then the stopped ones; of the file for a matter or clue, else of the subject alone."""
    if isinstance(subject, (cf.Matter, cf.Clue)):
        own = Q(**{subject.KIND: subject})
    else:
        own = Q(subject_kind=subject.KIND, subject_id=subject.pk)
    rows = cf.Limit.rows.filter(own).select_related("court")
    return list(rows.order_by(F("stopped_on").desc(nulls_first=True), "due", "id")[:100])


def papers_of(subject: cf.Subject) -> list[cf.Paper]:
    """Owed and issued papers, of the file for a matter or clue, else of the subject alone."""
    if isinstance(subject, (cf.Matter, cf.Clue)):
        own = Q(**{subject.KIND: subject})
    else:
        own = Q(subject_kind=subject.KIND, subject_id=subject.pk)
    return list(cf.Paper.rows.filter(own).select_related("court", "material").order_by("id")[:200])


def clues_in(matter: cf.Matter, viewer: Viewer) -> list[cf.Clue]:
    """The clues of a matter that this person may see."""
    rows = scope.visible(viewer, "clue").filter(matter_links__matter=matter, matter_links__until_step__isnull=True)
    return list(rows.order_by("id"))


def matters_of(clue: cf.Clue, viewer: Viewer) -> list[cf.Matter]:
    return list(scope.visible(viewer, "matter").filter(clue_links__clue=clue).order_by("id"))


def records_in(matter: cf.Matter, round_: cf.Round | None = None) -> list[cf.Record]:
    rows = cf.Record.rows.filter(matter=matter).select_related("round")
    return list((rows.filter(round=round_) if round_ is not None else rows).order_by("n")[:500])


def materials_of(subject: cf.Subject, viewer: Viewer) -> list[cf.Material]:
    """Attachments of the file or subject that this person may see: an original letter stays with the bodies that receive them."""
    if isinstance(subject, (cf.Matter, cf.Clue)):
        own = Q(**{subject.KIND: subject})
    else:
        own = Q(subject_kind=subject.KIND, subject_id=subject.pk)
    rows = list(cf.Material.rows.filter(own).select_related("added_by").order_by("id")[:500])
    file = matter_of(subject) or clue_of(subject)
    return [one for one in rows if material_seen(viewer, file, one)] if file is not None else rows


# --- one subject's own lists ----------------------------------------------------------------------------------------
def clue_children(clue: cf.Clue) -> dict[str, list[Any]]:
    """What stands on a clue's page, one statement each."""
    return {
        "cases": list(cf.ClueCase.rows.filter(clue=clue).select_related("enforcement_case__court").order_by("id")),
        "officers": list(cf.CaseOfficer.rows.filter(enforcement_case__clue_links__clue=clue).order_by("id")),
        "screenings": list(cf.Screening.rows.filter(clue=clue).select_related("body").order_by("id")),
    }


def meeting_items(meeting: cf.Meeting, viewer: Viewer) -> list[cf.Item]:
    """The agenda, without the items of files that this person may not see."""
    return list(scope.visible(viewer, "item").filter(meeting=meeting).order_by("order", "id"))


def said_on(items: list[cf.Item]) -> tuple[dict[int, list[cf.Position]], dict[int, list[cf.Declaration]]]:
    """Positions and declarations of several items, by item; two statements."""
    positions: dict[int, list[cf.Position]] = {}
    declarations: dict[int, list[cf.Declaration]] = {}
    ids = [one.pk for one in items]
    for position in cf.Position.rows.filter(item_id__in=ids).select_related("body", "person").order_by("id"):
        positions.setdefault(position.item_id, []).append(position)
    for declared in cf.Declaration.rows.filter(item_id__in=ids).select_related("person").order_by("id"):
        declarations.setdefault(declared.item_id, []).append(declared)
    return positions, declarations


def queued_items(court_id: int, viewer: Viewer) -> list[cf.Item]:
    """Items that wait to be put on an agenda of this court."""
    return list(scope.visible(viewer, "item").filter(court_id=court_id, stage="queued").order_by("id")[:50])


def reports_in(matter: cf.Matter) -> list[cf.Report]:
    return list(cf.Report.rows.filter(matter=matter).order_by("id"))


def versions_in(matter: cf.Matter) -> list[cf.ReportVersion]:
    """Every version of every report of the matter, report by report, oldest first."""
    rows = cf.ReportVersion.rows.filter(report__matter=matter).select_related("drafter")
    return list(rows.order_by("report_id", "n"))


def report_versions(report: cf.Report) -> list[cf.ReportVersion]:
    """Newest first."""
    return list(cf.ReportVersion.rows.filter(report=report).select_related("drafter").order_by("-n"))


def opinion_versions(opinion: cf.Opinion) -> list[cf.OpinionVersion]:
    """Newest first, with conclusions and dispositions."""
    rows = cf.OpinionVersion.rows.filter(opinion=opinion).select_related("drafter", "changed_by")
    return list(
        rows.prefetch_related(
            "conclusions__allegation", "dispositions__allegation", "dispositions__addressee"
        ).order_by("-n")
    )


def approvals(opinion: cf.Opinion) -> list[cf.Approval]:
    return list(cf.Approval.rows.filter(opinion=opinion).select_related("person").order_by("id"))


def replies(duty: cf.Duty) -> list[cf.DutyReply]:
    return list(cf.DutyReply.rows.filter(duty=duty).order_by("n"))


def relays(duty: cf.Duty, viewer: Viewer) -> list[cf.Duty]:
    """The duty above and those relayed from it, of those that the person may see."""
    near = Q(parent=duty) | Q(pk=duty.parent_id or 0)
    return list(scope.visible(viewer, "duty").filter(near).order_by("id"))


# --- the agenda of a meeting ----------------------------------------------------------------------------------------
def allegations_of(items: list[cf.Item]) -> tuple[dict[int, list[cf.Allegation]], dict[int, list[cf.Allegation]]]:
    """反映事项 of several items: (by clue, by matter). Two statements."""
    by_clue: dict[int, list[cf.Allegation]] = {}
    clues = [one.clue_id for one in items if one.clue_id]
    for one in (
        cf.Allegation.rows.filter(clue_id__in=clues).select_related("clue").order_by("clue_id", "n") if clues else ()
    ):
        by_clue.setdefault(one.clue_id, []).append(one)
    by_matter: dict[int, list[cf.Allegation]] = {}
    matters = [one.matter_id for one in items if one.matter_id]
    links = cf.MatterClue.rows.filter(matter_id__in=matters, until_step__isnull=True)
    rows = links.values_list("matter_id", "clue_id") if matters else ()
    carried: dict[int, list[int]] = {}
    for matter_id, clue_id in rows:
        carried.setdefault(clue_id, []).append(matter_id)
    for one in (
        cf.Allegation.rows.filter(clue_id__in=carried).select_related("clue").order_by("clue_id", "n")
        if carried
        else ()
    ):
        for matter_id in carried[one.clue_id]:
            by_matter.setdefault(matter_id, []).append(one)
    return by_clue, by_matter


def reports_of(matters: list[int]) -> dict[int, list[cf.Report]]:
    """Reports of several matters, oldest first. One statement."""
    found: dict[int, list[cf.Report]] = {}
    for one in cf.Report.rows.filter(matter_id__in=matters).order_by("id") if matters else ():
        found.setdefault(one.matter_id, []).append(one)
    return found


def inspection_opinions_of(clues: list[int]) -> dict[int, list[cf.InspectionOpinion]]:
    found: dict[int, list[cf.InspectionOpinion]] = {}
    for one in cf.InspectionOpinion.rows.filter(clue_id__in=clues) if clues else ():
        found.setdefault(one.clue_id, []).append(one)
    return found
