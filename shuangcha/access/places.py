"""Where a subject belongs: its clue or matter, its round and assignment, the courts on its two sides."""

from __future__ import annotations

from shuangcha.casefile import models as cf


def matter_of(subject: cf.Subject) -> cf.Matter | None:
    """The matter that a subject belongs to; None for a clue, a meeting and an item about a clue."""
    if isinstance(subject, cf.Matter):
        return subject
    matter: cf.Matter | None = getattr(subject, "matter", None)
    return matter


def clue_of(subject: cf.Subject) -> cf.Clue | None:
    """The clue that a subject belongs to before a matter is born."""
    if isinstance(subject, cf.Clue):
        return subject
    clue: cf.Clue | None = getattr(subject, "clue", None)
    return clue


def round_of(subject: cf.Subject) -> cf.Round | None:
    if isinstance(subject, cf.Round):
        return subject
    found: cf.Round | None = getattr(subject, "round", None)
    return found


def sub_kind(subject: cf.Subject) -> str:
    """What `of` in the table narrows by: the kind of a round (also for its reports), an item or a duty."""
    if isinstance(subject, (cf.Report, cf.Record)):
        return str(subject.round.kind)
    return str(getattr(subject, "kind", ""))


def court_on(side: str, subject: cf.Subject) -> tuple[int, ...]:
    """Ids of the courts that stand on this side of the subject (方案: 上级 and 下级, never fixed levels)."""
    if isinstance(subject, cf.Clue | cf.Meeting | cf.Item):
        return (subject.court_id,)
    matter = matter_of(subject)
    assert matter is not None
    assigner, assignee = matter.owner_court_id, matter.target_court_id
    round_ = round_of(subject)
    if isinstance(subject, (cf.Assignment, cf.Duty)):
        assigner, assignee = subject.from_court_id, subject.to_court_id
    elif round_ is not None:
        assignee = round_.court_id
    if side == "superior":
        return (matter.owner_court.superior_id,) if matter.owner_court.superior_id else ()
    if side == "assigner":
        return (assigner,)
    if side == "assignee":
        return (assignee,)
    return (assigner,) if assigner == assignee else (assigner, assignee)


def stream_key(subject: cf.Subject) -> str:
    """The chain in which a subject's steps stand: its matter's, or its court's while no matter is born."""
    matter = matter_of(subject)
    if matter is not None:
        return f"matter:{matter.pk}"
    court = getattr(subject, "court_id", None)
    return f"court:{court}"


def title_of(subject: cf.Subject) -> str:
    """What lists call the subject; never a name of a person."""
    if isinstance(subject, cf.Clue):
        return f"{subject.number} {subject.title}"
    if isinstance(subject, cf.Meeting):
        return f"{subject.held_on:%Y-%m-%d} 联席会议"
    container = matter_of(subject) or clue_of(subject)
    if isinstance(container, cf.Matter):
        return f"{container.number} {container.title}"
    return f"{container.number} {container.title}" if container else ""
