"""Which limits run and whose turn it is: reads only; `acts` writes what is worked out here, `rebuild` compares it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from shuangcha.access.actions import fits, offered_on, open_on
from shuangcha.access.places import clue_of, court_on, matter_of, round_of, stream_key, title_of
from shuangcha.access.repeats import settlers
from shuangcha.audit.chain import canonical
from shuangcha.casefile import models as cf
from shuangcha.courts import calendar, settings
from shuangcha.courts.models import Body, Court
from shuangcha.periods import Period, due
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import is_final
from shuangcha.plan.words import OFFICES

DECLARE = "item.declare"
BodyOf = Callable[[int, str, dt.date], Body | None]


def computed(
    kind: str, start: dt.date, period: str, extension: str, court_id: int, on: dt.date
) -> tuple[cf.Limit, dict[str, Any]]:
    """A limit row (without its subject) and what the step records of it. `period` empty: the setting, with its mark."""
    row = LIMITS[kind]
    if period:
        value, source, mark = period, row.article, row.mark
    else:
        setting = settings.limit(kind, court_id, on)
        value, source, mark = setting.value, f"{row.article};{setting.source}", setting.mark
    result = due(
        start,
        Period.parse(value),
        calendar=calendar.current(),
        extension=Period.parse(extension) if extension else None,
    )
    fact = {
        "kind": kind,
        "start": start.isoformat(),
        "period": value,
        "extension": extension,
        "due": result.due.isoformat(),
        "court": court_id,
    }
    limit = cf.Limit(
        kind=kind,
        period=value,
        extension=extension,
        started_on=start,
        due=result.due,
        working=canonical(result.as_dict()),
        calendar_version=str(result.calendar or "")[:20],
        source=source[:120],
        mark=mark,
    )
    return limit, fact


def limits_of(subject: cf.Subject) -> list[cf.Limit]:
    """Open limits of the whole file that the subject belongs to: one statement."""
    matter, clue = matter_of(subject), clue_of(subject)
    if matter is not None:
        own = Q(matter_id=matter.pk)
    elif clue is not None:
        own = Q(clue_id=clue.pk)
    else:
        own = Q(subject_kind=subject.KIND, subject_id=subject.pk)
    return list(cf.Limit.rows.filter(own, stopped_on__isnull=True))


def _earliest(limits: Iterable[cf.Limit]) -> dict[tuple[str, int], dt.date]:
    """The first due day of each subject (kind, id)."""
    days: dict[tuple[str, int], dt.date] = {}
    for limit in limits:
        key = (limit.subject_kind, limit.subject_id)
        days[key] = min(days.get(key, limit.due), limit.due)
    return days


def todos_of(
    subjects: Iterable[cf.Subject],
    today: dt.date,
    body_of: BodyOf,
    *,
    limits: Iterable[cf.Limit],
    unproposed: Collection[tuple[str, int]] = (),
) -> list[cf.Todo]:
    """What is awaited on each subject, one row per office that must act; `limits` are the open ones of their files.

    `unproposed`: subjects (kind, id) on which no proposal can be open, because they have just moved.
    """
    live = [one for one in subjects if one.stage and not is_final(one.KIND, one.stage)]
    if not live:
        return []
    clues = [one for one in live if isinstance(one, cf.Clue) and not one.undoubted]
    in_doubt = settlers(one.pk for one in clues if fits(MOVES["clue.not_repeat"], one))
    proposals = _open_proposals([one for one in live if (one.KIND, one.pk) not in unproposed])
    days = _earliest(limits)
    found: list[cf.Todo] = []
    for subject in live:
        if isinstance(subject, cf.Meeting) and subject.stage == "in_session":
            found += _declarations_awaited(subject, days)
        asked = {
            move: bodies for (kind, pk, move), bodies in proposals.items() if (kind, pk) == (subject.KIND, subject.pk)
        }
        found += _signatures_awaited(subject, asked, today, body_of, days)
        taken: set[tuple[int | None, int | None]] = set()
        for move in offered_on(subject.KIND):
            if not move.turn or not fits(move, subject) or move.key == DECLARE:
                continue
            just_moved = (subject.KIND, subject.pk) in unproposed
            if move.key == "clue.not_repeat" and subject.pk not in in_doubt:
                continue
            if not (JUST_MOVED[move.key] if just_moved and move.key in JUST_MOVED else _due_now(move, subject)):
                continue
            signed = asked.get(move.key)
            for office, court, body_id, person_id in _holders(move, subject, today, body_of):
                if move.key == "clue.not_repeat" and body_id not in in_doubt[subject.pk]:
                    continue
                if (body_id, person_id) in taken or (signed is not None and body_id in signed):
                    continue
                taken.add((body_id, person_id))
                found.append(
                    _todo(subject, move, (office, court, body_id, person_id), days, signing=signed is not None)
                )
    return found


Holder = tuple[str, Court, int | None, int | None]
"""Office, court, body and person of one who is to act."""


def _todo(
    subject: cf.Subject, move: Move, holder: Holder, days: dict[tuple[str, int], dt.date], *, signing: bool
) -> cf.Todo:
    office, court, body_id, person_id = holder
    return cf.Todo(
        subject_kind=subject.KIND,
        subject_id=subject.pk,
        matter=matter_of(subject),
        body_id=body_id,
        clue=clue_of(subject) if not matter_of(subject) else None,
        office=office,
        person_id=person_id,
        court=court,
        city=court.city,
        province=court.province,
        kind=move.key,
        signing=signing,
        title=f"{move.title} · {title_of(subject)}"[:200],
        due=_due_of(subject, days),
        urgent=_urgent(subject),
    )


def _signatures_awaited(
    subject: cf.Subject,
    asked: dict[str, set[int]],
    today: dt.date,
    body_of: BodyOf,
    days: dict[tuple[str, int], dt.date],
) -> list[cf.Todo]:
    """Of joint acts that are not the next step and so nobody's turn before they are proposed (责令补充调查, 撤回交办, 决定 …):
    each body that still must sign is told, whatever else awaits it here."""
    return [
        _todo(subject, move, holder, days, signing=True)
        for key, signed in sorted(asked.items())
        if (move := MOVES.get(key)) is not None and not move.turn and fits(move, subject)
        for holder in _holders(move, subject, today, body_of)
        if holder[2] not in signed
    ]


def _declarations_awaited(meeting: cf.Meeting, days: dict[tuple[str, int], dt.date]) -> list[cf.Todo]:
    """One row for each who attends and has yet to say on some item whether to withdraw: on the meeting,
    not one an item."""
    said = cf.Declaration.rows.filter(item=OuterRef("pk"), person=OuterRef(OuterRef("person_id")))
    left = cf.Item.rows.filter(~Exists(said), meeting=meeting, stage="listed")
    waiting = cf.Attendance.rows.filter(Exists(left), meeting=meeting).select_related("body").order_by("person_id")
    move, court = MOVES[DECLARE], meeting.court
    offices = {OFFICES[key].body_kind: key for key in move.offices}
    return [
        cf.Todo(
            subject_kind=meeting.KIND,
            subject_id=meeting.pk,
            office=offices[one.body.kind],
            person_id=one.person_id,
            court=court,
            city=court.city,
            province=court.province,
            kind=move.key,
            title=f"{move.title} · {title_of(meeting)}"[:200],
            due=_due_of(meeting, days),
        )
        for one in waiting
    ]


def _open_proposals(subjects: list[cf.Subject]) -> dict[tuple[str, int, str], set[int]]:
    """Bodies that have signed, by open proposal."""
    wanted = {(one.KIND, one.pk): stream_key(one) for one in subjects}
    if not wanted:
        return {}
    rows = open_on(wanted).values_list("subject_kind", "subject_id", "move", "signatures__body_id")
    found: dict[tuple[str, int, str], set[int]] = {}
    for kind, pk, move, body_id in rows:
        if (kind, pk) in wanted:
            found.setdefault((kind, pk, move), set()).update({body_id} if body_id else set())
    return found


def _due_of(subject: cf.Subject, days: dict[tuple[str, int], dt.date]) -> dt.date | None:
    """The subject's own nearest limit; else its parent's: of a report the round's and the assignment's,
    then matter or clue."""
    round_, matter, clue = round_of(subject), matter_of(subject), clue_of(subject)
    keys = [(subject.KIND, subject.pk)]
    if isinstance(
        subject, cf.Meeting
    ):  # the day for which it was convened is kept before the limit of the whole meeting
        own = days.get(keys[0])
        return min(own, subject.held_on) if own is not None and subject.stage == "convened" else own
    if round_ is not None:
        keys += [("round", round_.pk), ("assignment", round_.assignment_id or 0)]
    keys += [("matter", matter.pk)] if matter else []
    keys += [("clue", clue.pk)] if clue else []
    return next((days[key] for key in keys if key in days), None)


def _holders(move: Move, subject: cf.Subject, today: dt.date, body_of: BodyOf) -> list[Holder]:
    """Everyone who is to act: bodies, or the leader of the investigation team."""
    found: list[Holder] = []
    for key in move.offices:
        if key == "investigation_team":
            round_ = round_of(subject)
            leader = cf.TeamMember.rows.filter(round=round_, leader=True).first() if round_ else None
            if leader is not None and round_ is not None:
                found.append((key, round_.court, None, leader.person_id))
            continue
        if key == "inspection_team":
            clue = clue_of(subject)
            if clue is not None and clue.inspection_body_id:
                found.append((key, clue.court, clue.inspection_body_id, None))
            continue
        for court_id in court_on(move.side, subject)[:1] if move.side != "either" else court_on("assignee", subject):
            body = body_of(court_id, OFFICES[key].body_kind, today)
            if body is not None and _concerns(move, subject, body):
                found.append((key, body.court, body.pk, None))
    return found


def _concerns(move: Move, subject: cf.Subject, body: Body) -> bool:
    """Acts of one body are awaited from the one it belongs to: the receiver of a clue, the lead of a duty,
    who has not spoken."""
    if isinstance(subject, cf.Clue):
        return (
            move.key == "clue.not_repeat" or body.pk == subject.received_by_id
        )  # who settles a doubt is asked in todos_of
    if isinstance(subject, cf.Duty) and not move.joint and len(move.offices) > 1 and move.side == "assigner":
        return body.pk == subject.lead_body_id
    if move.key == "item.list" and isinstance(subject, cf.Item) and subject.clue is not None:
        return body.pk == subject.clue.received_by_id
    if move.key == "item.take_position":
        return not cf.Position.rows.filter(item_id=subject.pk, body=body).exists()
    return True


def _due_now(move: Move, subject: cf.Subject) -> bool:
    """Turns that depend on a fact beside the stage."""
    condition = TURNS.get(move.key)
    return condition is None or condition(subject)


def _extension_pending(subject: cf.Subject) -> bool:
    return cf.Extension.rows.filter(assignment_id=subject.pk, decided_on__isnull=True).exists()


def _opinion_wanted(subject: cf.Subject) -> bool:
    if subject.stage != "consulted":
        return False
    return not cf.Opinion.rows.filter(matter_id=subject.pk).exclude(stage="approved").exists()


def _inspection_opinion_wanted(subject: cf.Subject) -> bool:
    inspection = isinstance(subject, cf.Clue) and subject.source == "inspection"
    return inspection and not cf.InspectionOpinion.rows.filter(clue_id=subject.pk).exists()


def _positions_taken(subject: cf.Subject) -> bool:
    return cf.Position.rows.filter(item_id=subject.pk).count() >= 2


def _sitting(subject: cf.Subject) -> bool:
    """Nothing is said on an item before its meeting has begun."""
    return isinstance(subject, cf.Item) and subject.meeting is not None and subject.meeting.stage == "in_session"


def _declared(subject: cf.Subject) -> bool:
    """Both bodies speak on an item when everybody who attends has declared."""
    if not isinstance(subject, cf.Item) or not _sitting(subject):
        return False
    said = cf.Declaration.rows.filter(item=subject, person=OuterRef("person_id"))
    return not cf.Attendance.rows.filter(~Exists(said), meeting_id=subject.meeting_id).exists()


def _answers_open(subject: cf.Subject) -> bool:
    return not cf.Report.rows.filter(round_id=subject.pk, stage="signed").exists()


JUST_MOVED = {"round.answer_point": True, "assignment.grant_extension": False}
"""What the conditions below say of a subject that has moved in this very act: no report of a round that opens anew is
signed, and no request for more time outlives the decision or the report."""
TURNS: dict[str, Callable[[cf.Subject], bool]] = {
    "assignment.grant_extension": _extension_pending,
    "round.answer_point": _answers_open,
    "opinion.draft": _opinion_wanted,
    "clue.give_inspection_opinion": _inspection_opinion_wanted,
    "item.take_position": _declared,
    "item.start_and_assign": _positions_taken,
    "item.consult": _positions_taken,
}


def _urgent(subject: cf.Subject) -> bool:
    container = matter_of(subject) or clue_of(subject)
    return bool(getattr(container, "urgent", False))
