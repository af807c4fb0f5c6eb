"""The facts of one file that guards and pages ask for, each list read once however many guards ask."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Subquery

from shuangcha.audit.models import Signature
from shuangcha.casefile import models as cf

from .places import clue_of, matter_of
from .repeats import bodies_to_settle
from .scope import last_reminded


class Seat(NamedTuple):
    """One who attends a meeting: has the person declared on the item, has the person's body taken its position?"""

    attendance: cf.Attendance
    declared: bool
    spoken: bool


class Starting(NamedTuple):
    """What 启动 takes over from a clue: its cases' numbers, who is shut out and why,
    the court's last serial of the year."""

    cases: list[str]
    recusals: dict[int, str]
    serial: int


HAS_CASE = Exists(cf.EnforcementCase.rows.filter(clue_links__clue__matter_links__matter=OuterRef("matter")))
"""Of a round: does its matter concern an enforcement case at all?"""


class Facts:
    """Lazy lists of the clue or matter that a subject belongs to. One object serves a whole page."""

    def __init__(self, subject: cf.Subject | None) -> None:
        self.subject = subject
        self.matter = matter_of(subject) if subject is not None else None
        self.clue = clue_of(subject) if subject is not None else None
        self.meeting = subject if isinstance(subject, cf.Meeting) else getattr(subject, "meeting", None)
        self.item = subject if isinstance(subject, cf.Item) else None
        self._versions: dict[tuple[int, int], cf.OpinionVersion | None] = {}
        self._starting: Starting | None = None
        self._involved: dict[int, frozenset[int]] = {}

    # --- clue and meeting ---
    @cached_property
    def inspection_opinions(self) -> list[cf.InspectionOpinion]:
        return list(cf.InspectionOpinion.rows.filter(clue=self.clue)) if self.clue else []

    @cached_property
    def clue_items(self) -> list[cf.Item]:
        return list(cf.Item.rows.filter(clue=self.clue).order_by("id")) if self.clue else []

    @cached_property
    def clue_subjects(self) -> list[cf.ClueSubject]:
        if self.matter is not None:
            return list(cf.ClueSubject.rows.filter(clue__matter_links__matter=self.matter).select_related("court"))
        return list(cf.ClueSubject.rows.filter(clue=self.clue).select_related("court")) if self.clue else []

    @cached_property
    def settlers(self) -> set[int]:
        """Bodies that see this clue and one that it may repeat, both in full, while nobody has settled the doubt."""
        return bodies_to_settle(self.clue) if self.clue is not None else set()

    @cached_property
    def attendances(self) -> list[cf.Attendance]:
        rows = cf.Attendance.rows.filter(meeting=self.meeting).select_related("body", "person")
        return list(rows) if self.meeting else []

    @cached_property
    def meeting_waits(self) -> bool:
        """A meeting of the item's court is convened and has not begun: the item can be put on its agenda."""
        court_id = self.item.court_id if self.item is not None else None
        return court_id is not None and cf.Meeting.rows.filter(court_id=court_id, stage="convened").exists()

    @cached_property
    def meeting_items(self) -> list[cf.Item]:
        return list(cf.Item.rows.filter(meeting=self.meeting)) if self.meeting else []

    @cached_property
    def declarations(self) -> list[cf.Declaration]:
        return list(cf.Declaration.rows.filter(item=self.item).select_related("person")) if self.item else []

    @cached_property
    def positions(self) -> list[cf.Position]:
        rows = cf.Position.rows.filter(item=self.item).select_related("body", "person")
        return list(rows) if self.item else []

    @cached_property
    def seats(self) -> list[Seat]:
        """Who attends, and what is already said on the item: one statement, since a decision asks for all three."""
        known = self.__dict__
        if "attendances" in known and "declarations" in known and "positions" in known:
            declared = {one.person_id for one in self.declarations}
            spoken = {one.body_id for one in self.positions}
            return [Seat(one, one.person_id in declared, one.body_id in spoken) for one in self.attendances]
        if not self.meeting or not self.item:
            return []
        rows = cf.Attendance.rows.filter(meeting=self.meeting).select_related("body", "person")
        rows = rows.annotate(
            has_declared=Exists(cf.Declaration.rows.filter(item=self.item, person_id=OuterRef("person_id"))),
            has_spoken=Exists(cf.Position.rows.filter(item=self.item, body_id=OuterRef("body_id"))),
        )
        return [Seat(one, one.has_declared, one.has_spoken) for one in rows]

    # --- matter ---
    @cached_property
    def allegations(self) -> list[cf.Allegation]:
        if self.matter is not None:
            rows = cf.Allegation.rows.filter(
                clue__matter_links__matter=self.matter, clue__matter_links__until_step__isnull=True
            )
        else:
            rows = cf.Allegation.rows.filter(clue=self.clue)
        return list(rows.select_related("clue").order_by("clue_id", "n"))

    def starting(self, year: int) -> Starting:
        """One statement, which reads the clue's allegations too: a row for each of them with each case and recusal."""
        assert self.clue is not None
        if self._starting is None:
            serials = (
                cf.Matter.rows.filter(owner_court_id=self.clue.court_id, year=year).order_by("-serial").values("serial")
            )
            rows = list(
                cf.Allegation.rows.filter(clue=self.clue)
                .select_related("clue")
                .order_by("n", "clue__case_links__id")
                .annotate(
                    case=F("clue__case_links__enforcement_case__number"),
                    shut=F("clue__recusals__person_id"),
                    cause=F("clue__recusals__cause"),
                    last=Subquery(serials[:1]),
                )
            )
            self.allegations = list({one.pk: one for one in reversed(rows)}.values())[::-1]
            self._starting = Starting(
                list(dict.fromkeys(one.case for one in rows if one.case)),
                {one.shut: one.cause for one in rows if one.shut},
                next((one.last for one in rows if one.last), 0),
            )
        return self._starting

    @cached_property
    def assignments(self) -> list[cf.Assignment]:
        rows = cf.Assignment.rows.filter(matter=self.matter).select_related("from_court", "to_court")
        rows = rows.annotate(last_reminded=last_reminded("assignment"))
        return self._whole(rows.order_by("id")) if self.matter else []

    @cached_property
    def extensions(self) -> list[cf.Extension]:
        return list(cf.Extension.rows.filter(assignment__matter=self.matter).order_by("id")) if self.matter else []

    @cached_property
    def rounds(self) -> list[cf.Round]:
        rows = (
            cf.Round.rows.filter(matter=self.matter).select_related("court", "assignment").annotate(has_case=HAS_CASE)
        )
        return self._whole(rows.order_by("n")) if self.matter else []

    @cached_property
    def team(self) -> list[cf.TeamMember]:
        rows = cf.TeamMember.rows.filter(round__matter=self.matter).select_related("person", "body")
        return list(rows.order_by("id")) if self.matter else []

    @cached_property
    def points(self) -> list[cf.Point]:
        return list(cf.Point.rows.filter(matter=self.matter).order_by("n")) if self.matter else []

    @cached_property
    def answers(self) -> list[cf.Answer]:
        rows = cf.Answer.rows.filter(round__matter=self.matter).select_related("point", "round")
        return list(rows.order_by("id")) if self.matter else []

    @cached_property
    def reports(self) -> list[cf.Report]:
        rows = cf.Report.rows.filter(matter=self.matter).select_related("round", "round__court", "round__assignment")
        return self._whole(rows.order_by("id")) if self.matter else []

    @cached_property
    def opinions(self) -> list[cf.Opinion]:
        return self._whole(cf.Opinion.rows.filter(matter=self.matter).order_by("id")) if self.matter else []

    @cached_property
    def duties(self) -> list[cf.Duty]:
        rows = (
            cf.Duty.rows.filter(matter=self.matter)
            .select_related("from_court", "to_court", "lead_body", "allegation")
            .annotate(last_reminded=last_reminded("duty"))
        )
        return self._whole(rows.order_by("n")) if self.matter else []

    @cached_property
    def owed_papers(self) -> list[cf.Paper]:
        return list(cf.Paper.rows.filter(matter=self.matter, issued_on__isnull=True)) if self.matter else []

    @cached_property
    def limits(self) -> list[cf.Limit]:
        if self.matter is not None:
            return list(cf.Limit.rows.filter(matter=self.matter).order_by("id"))
        if self.clue is not None:
            return list(cf.Limit.rows.filter(clue=self.clue).order_by("id"))
        own = self.subject
        return list(cf.Limit.rows.filter(subject_kind=own.KIND, subject_id=own.pk).order_by("id")) if own else []

    def _whole(self, rows: Any) -> list[Any]:
        """Rows that point at the matter already fetched: asking one of them for it costs nothing."""
        found = list(rows)
        for one in found:
            one.matter = self.matter
        return found

    # --- narrowed ---
    def team_of(self, round_: cf.Round | None) -> list[cf.TeamMember]:
        return [one for one in self.team if one.round_id == round_.pk] if round_ is not None else []

    def answers_in(self, round_: cf.Round | None) -> dict[int, cf.Answer]:
        """Answers of one round by point id; a supplement inherits the answers of the rounds before it."""
        if round_ is None:
            return {}
        found: dict[int, cf.Answer] = {}
        for answer in self.answers:
            if answer.round_id == round_.pk or (round_.kind == "supplement" and answer.round.n < round_.n):
                found[answer.point_id] = answer
        return found

    def report_of(self, round_: cf.Round | None) -> cf.Report | None:
        """The round's newest report."""
        if round_ is None:
            return None
        return next((one for one in reversed(self.reports) if one.round_id == round_.pk), None)

    def version_of(self, opinion: cf.Opinion) -> cf.OpinionVersion | None:
        """The opinion's text in force with its conclusions and dispositions; each points at the file's allegations."""
        key = (opinion.pk, opinion.version_no)
        if key not in self._versions:
            rows = cf.OpinionVersion.rows.filter(opinion=opinion, n=opinion.version_no)
            found = rows.prefetch_related("conclusions", "dispositions").first()
            known = {one.pk: one for one in self.allegations}
            for row in (*found.conclusions.all(), *found.dispositions.all()) if found else ():
                row.allegation = known[row.allegation_id]
            self._versions[key] = found
        return self._versions[key]

    def remember(self, opinion: cf.Opinion, version: cf.OpinionVersion) -> None:
        """The version just written is the one in force; it need not be read back."""
        self._versions[opinion.pk, version.n] = version

    def involved_in(self, opinion: cf.Opinion) -> frozenset[int]:
        """Persons who drafted or signed the opinion, or were in a team of the matter: they do not approve it."""
        if opinion.pk not in self._involved:
            drafters = cf.OpinionVersion.rows.filter(opinion=opinion, changed_by__isnull=True).values_list("drafter_id")
            signers = Signature.objects.filter(
                proposal__subject_kind="opinion", proposal__subject_id=opinion.pk, proposal__move="opinion.sign"
            ).values_list("person_id")
            team = cf.TeamMember.rows.filter(round__matter_id=opinion.matter_id).values_list("person_id")
            self._involved[opinion.pk] = frozenset(row[0] for row in drafters.union(signers, team))
        return self._involved[opinion.pk]
