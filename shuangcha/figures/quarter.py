"""Figures of a quarter by court (方案四(十二)): from facts to numbers. Reads only; one statement a measure, grouped.

What is counted is what the person may see; with `own` only of the files that the person's court runs (owner court). Who oversees a court (领导小组组长、副组长, 办公室主任, heads of the two bodies) counts
the whole of that court's files, clues in screening included, save those he is shut out of. A figure and the list behind it
come from one query (`rows`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from shuangcha.access import scope
from shuangcha.access.paging import Probe
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.courts.people import Viewer
from shuangcha.plan.words import FINDINGS

OVERSEERS = (
    ("leading_group", ("head", "deputy")),
    ("group_office", ("head",)),
    ("enforcement", ("head", "deputy")),
    ("supervision", ("head", "deputy")),
)
HIDDEN, NONE = "hidden", "none"
"""Results: of a matter whose deliberation the person may not see; of one without an approved opinion."""
ORDINALS = "一二三四"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year; `key` is 2026-3."""

    year: int
    n: int

    @classmethod
    def of(cls, day: dt.date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str, fallback: dt.date) -> Quarter:
        """The quarter of an address; of the fallback day for anything that is none."""
        year, _, n = text.partition("-")
        if year.isdecimal() and n in ("1", "2", "3", "4") and 2000 <= int(year) <= 2099:
            return cls(int(year), int(n))
        return cls.of(fallback)

    @property
    def start(self) -> dt.date:
        return dt.date(self.year, 3 * self.n - 2, 1)

    @property
    def end(self) -> dt.date:
        return self.after.start - dt.timedelta(days=1)

    @property
    def after(self) -> Quarter:
        return Quarter(self.year, self.n + 1) if self.n < 4 else Quarter(self.year + 1, 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year, self.n - 1) if self.n > 1 else Quarter(self.year - 1, 4)

    @property
    def key(self) -> str:
        return f"{self.year}-{self.n}"

    @property
    def label(self) -> str:
        return f"{self.year}年第{ORDINALS[self.n - 1]}季度"


def overseen(viewer: Viewer) -> list[int]:
    """Courts whose files the person counts whole."""
    held = {(kind, role) for kind, roles in OVERSEERS for role in roles}
    return sorted({post.court_id for post in viewer.posts if (post.body_kind, post.role) in held})


# --- what is counted ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which quarter, on which day; `own`: only of the files that the person's courts run."""

    viewer: Viewer
    quarter: Quarter
    on: dt.date
    own: bool = False


def by_default(viewer: Viewer) -> bool:
    """An overseer above a basic court asks for the own court's files first; a basic court for all that concern it."""
    return bool(overseen(viewer)) and not any(post.level == "basic" for post in viewer.posts)


def _clues(asked: Asked) -> QuerySet[cf.Clue]:
    viewer = asked.viewer
    shut = cf.Recusal.rows.filter(person_id=viewer.id, clue_id=OuterRef("pk"))
    rows = cf.Clue.rows.filter(Q(court_id__in=overseen(viewer)) | scope.member(viewer, "clue"), ~Exists(shut)).exclude(
        stage=""
    )
    return rows.filter(court_id__in=viewer.courts()) if asked.own else rows


def _matters(asked: Asked) -> QuerySet[cf.Matter]:
    rows = cf.Matter.rows.filter(scope.member(asked.viewer, "matter", full=True)).exclude(stage="")
    return rows.filter(owner_court_id__in=asked.viewer.courts()) if asked.own else rows


def _within(rows: QuerySet[Any], day: str, quarter: Quarter) -> QuerySet[Any]:
    """Of these rows those whose day lies in the quarter, by the index of days: a condition beside the others would be looked
    at in every row of the court, of whatever year."""
    inside = rows.model.rows.filter(**{f"{day}__gte": quarter.start, f"{day}__lte": quarter.end})
    return rows.filter(pk__in=inside.values("pk"))


def received(asked: Asked) -> QuerySet[cf.Clue]:
    quarter = asked.quarter
    rows = _within(_clues(asked), "received_on", quarter)
    return rows.annotate(of=F("subject_court_id"))


def started(asked: Asked) -> QuerySet[cf.Matter]:
    quarter = asked.quarter
    rows = _within(_matters(asked).filter(year=quarter.year), "started_on", quarter)
    return rows.annotate(of=F("target_court_id"))


def report_limits(asked: Asked) -> QuerySet[cf.Limit]:
    """Report limits that end in the quarter, each with `reported` (day of the report, or None) and `outcome`.

    An extension, and a report that was withdrawn, begin the same limit anew: the newest of those with one start counts.
    A recalled 交办 leaves none; nor does one that the court above took over before its day came.
    """
    viewer, quarter = asked.viewer, asked.quarter
    again = cf.Limit.rows.filter(
        subject_kind="assignment",
        subject_id=OuterRef("subject_id"),
        kind=OuterRef("kind"),
        started_on=OuterRef("started_on"),
        pk__gt=OuterRef("pk"),
    )
    assignment = cf.Assignment.rows.filter(pk=OuterRef("subject_id"))
    handed = Probe(assignment.filter(handed_on__lte=OuterRef("started_on")))
    reports = cf.Report.rows.filter(
        round__assignment_id=OuterRef("subject_id"), submitted_on__gte=OuterRef("started_on")
    )
    first = reports.filter(round__kind="first").order_by("submitted_on").values("submitted_on")[:1]
    further = reports.filter(round__kind="supplement").order_by("submitted_on").values("submitted_on")[:1]
    rows = cf.Limit.rows.filter(
        subject_kind="assignment", kind__in=["report", "supplement"], due__gte=quarter.start, due__lte=quarter.end
    )
    rows = rows.filter(~Probe(again), handed, scope.member(viewer, "matter", "matter_id", full=True))
    if asked.own:
        rows = rows.filter(matter__owner_court_id__in=viewer.courts())
    rows = rows.annotate(
        of=F("court_id"),
        reported=Case(When(kind="report", then=Subquery(first)), default=Subquery(further)),
        taken=Exists(assignment.filter(stage="taken_over")),
    )
    rows = rows.exclude(taken=True, reported__isnull=True, stopped_on__lte=F("due"))
    return rows.annotate(
        outcome=Case(
            When(reported__lte=F("due"), then=Value("on_time")),
            When(Q(reported__gt=F("due")) | Q(due__lt=asked.on), then=Value("late")),
            default=Value("running"),
            output_field=CharField(),
        )
    )


def concluded(asked: Asked) -> QuerySet[cf.Matter]:
    """Matters archived in the quarter, each with `result`: by the conclusions of the approved opinion.

    The result is for who may see the deliberation: the matter's own court and the one above it.
    """
    viewer, quarter = asked.viewer, asked.quarter
    rows = _within(_matters(asked), "closed_on", quarter)
    of = cf.Conclusion.rows.filter(
        version__opinion__matter_id=OuterRef("pk"),
        version__opinion__stage="approved",
        version__n=F("version__opinion__version_no"),
    )
    has = {key: Exists(of.filter(finding=key)) for key in FINDINGS}
    above = Q(owner_court_id__in=viewer.courts()) | Q(owner_court__superior_id__in=viewer.courts())
    return rows.annotate(of=F("target_court_id"), **{f"has_{key}": one for key, one in has.items()}).annotate(
        result=Case(
            When(~above, then=Value(HIDDEN)),
            When(Q(has_founded=True, has_partly=False, has_unfounded=False, has_unproven=False), then=Value("founded")),
            When(Q(has_founded=True) | Q(has_partly=True), then=Value("partly")),
            When(has_unproven=True, then=Value("unproven")),
            When(has_unfounded=True, then=Value("unfounded")),
            default=Value(NONE),
            output_field=CharField(),
        )
    )


# --- measures -------------------------------------------------------------------------------------------------------
Rows = Callable[[Asked], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of the table: `group` is the column of the query whose value `value` it counts (empty: all rows)."""

    key: str
    label: str
    definition: str
    query: Rows
    kind: str
    group: str = ""
    value: str = ""


_RESULT = "以批准的检查意见逐项结论为准："
MEASURES: dict[str, Measure] = {
    one.key: one
    for one in (
        Measure(
            "received",
            "收到线索",
            "收到日期在本季度的线索，按被反映法院分列；含正在筛选、搁置和转出的。",
            received,
            "clue",
        ),
        Measure("started", "启动", "联席会议决定启动的日期在本季度的双查案件，按被查法院分列。", started, "matter"),
        Measure(
            "due",
            "应报告",
            "报告期限（含准予的延期）届满日在本季度的交办，补充调查的限期另计一次，按承办法院分列；"
            "撤回的交办、期限届满前上级法院已接手的不计。",
            report_limits,
            "limit",
        ),
        Measure(
            "on_time",
            "按期报告",
            "应报告的之中，报告上报日不晚于届满日的；报告撤回后重新上报的，按重新上报日计。",
            report_limits,
            "limit",
            "outcome",
            "on_time",
        ),
        Measure(
            "late",
            "逾期",
            "应报告的之中，报告上报日晚于届满日的，或者届满日已过仍未上报的。",
            report_limits,
            "limit",
            "outcome",
            "late",
        ),
        Measure(
            "running",
            "未到期",
            "应报告的之中，届满日未到、尚未上报的。应报告＝按期报告＋逾期＋未到期。",
            report_limits,
            "limit",
            "outcome",
            "running",
        ),
        Measure(
            "concluded",
            "办结",
            "结案归档日期在本季度的双查案件，按被查法院分列；结果按下列四类分列。",
            concluded,
            "matter",
        ),
        Measure("founded", "属实", f"{_RESULT}各项均属实的办结案件。", concluded, "matter", "result", "founded"),
        Measure(
            "partly",
            "部分属实",
            f"{_RESULT}有属实或者部分属实的事项，但不是各项均属实的办结案件。",
            concluded,
            "matter",
            "result",
            "partly",
        ),
        Measure(
            "unfounded", "不属实", f"{_RESULT}各项均不属实的办结案件。", concluded, "matter", "result", "unfounded"
        ),
        Measure(
            "unproven",
            "查无实据",
            f"{_RESULT}没有属实、部分属实的事项，且有查无实据的办结案件。",
            concluded,
            "matter",
            "result",
            "unproven",
        ),
    )
}


def table(asked: Asked) -> dict[int, dict[str, int]]:
    """{court id: {measure: number}} of every court with any number. One statement for each query: four."""
    found: dict[int, dict[str, int]] = {}
    for query in dict.fromkeys(one.query for one in MEASURES.values()):
        measures = [one for one in MEASURES.values() if one.query is query]
        group = next((one.group for one in measures if one.group), "")
        columns = ["of", group] if group else ["of"]
        for row in query(asked).order_by().values(*columns).annotate(n=Count("pk")):
            court = found.setdefault(row["of"], dict.fromkeys(MEASURES, 0))
            for one in measures:
                if not one.group or row[one.group] == one.value:
                    court[one.key] += row["n"]
    return found


def rows(measure: Measure, asked: Asked, court_id: int | None = None) -> QuerySet[Any]:
    """The rows that a number counts."""
    found = measure.query(asked)
    if measure.group:
        found = found.filter(**{measure.group: measure.value})
    return found if court_id is None else found.filter(of=court_id)


def listed(measure: Measure, asked: Asked, court_id: int | None = None) -> QuerySet[Any]:
    """Of these rows those that the person may open: a clue in screening is counted for an overseer, and not shown."""
    found = rows(measure, asked, court_id)
    return found.filter(scope.member(asked.viewer, "clue")) if measure.kind == "clue" else found


def courts(ids: Any) -> list[tuple[int, str, str]]:
    """(id, code, name) by 法院代字. One statement."""
    return list(Court.objects.filter(pk__in=list(ids)).order_by("code").values_list("pk", "code", "name"))
