"""How a person stands to a file: computed from its facts, never granted and never kept for its own sake (house rules §9).

`of_clue` and `of_matter` are pure: from the facts of a file to a set of standings. The door writes what changed together with
the step that changed it; `rebuild --check` computes all of it anew. A holder is not a person but what gives a person the
standing, so that rights end with the post:

    b25               a post in body 25
    c7:supervision    a post in any body of this kind in court 7; with /lead as head, deputy or clerk, with /head as head or deputy
    p17@b25           person 17 while he holds a post in body 25
    p17               person 17, whatever post he holds (only what an act addressed to him)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from shuangcha.courts import settings
from shuangcha.courts.people import PostView, Viewer
from shuangcha.plan.model import Move
from shuangcha.plan.words import SIGNING_ROLES

BODIES = ("enforcement", "supervision")
SIGNERS = (*BODIES, "presidency")
"""Bodies of the court below by which an assignment, a report or a duty goes: both bodies, and the president who signs it off."""
HEARD = frozenset({"submitted", "started", "declined"})
"""Stages of a clue that both bodies have before them (方案四(三))."""
HANDED = frozenset({"assigned", "received", "reported", "taken_over", "closed"})
SENT = frozenset({"issued", "replied", "proven", "checked", "closed"})
REFERRALS = frozenset({"refer_discipline", "refer_crime"})


class Standing(NamedTuple):
    """One relation of one holder, to the whole file or to a part of it."""

    holder: str
    relation: str
    part_kind: str = ""
    part_id: int = 0


# --- holders ----------------------------------------------------------------------------------------------------------
def body(pk: int) -> str:
    return f"b{pk}"


def office(court_id: int, kind: str, rank: str = "") -> str:
    return f"c{court_id}:{kind}{f'/{rank}' if rank else ''}"


def person(pk: int, through: int | None) -> str:
    return f"p{pk}@b{through}" if through is not None else f"p{pk}"


def is_clerk(post: PostView) -> bool:
    """内勤 of a body: prepares its meetings. Which titles mean it is a parameter (D)."""
    return post.title in settings.get("clerk_titles", post.court_id).value.split("、")


def holders_of(viewer: Viewer) -> tuple[str, ...]:
    """Everything that the person's posts of the day, and the person, hold."""
    found = {person(viewer.id, None)}
    for post in viewer.posts:
        found |= {body(post.body_id), office(post.court_id, post.body_kind), person(viewer.id, post.body_id)}
        if post.role in SIGNING_ROLES:
            found.add(office(post.court_id, post.body_kind, "head"))
        if post.role in SIGNING_ROLES or is_clerk(post):
            found.add(office(post.court_id, post.body_kind, "lead"))
    return tuple(sorted(found))


# --- a clue -----------------------------------------------------------------------------------------------------------
class Seat(NamedTuple):
    """Who sits in a meeting that has the item on its agenda."""

    item_id: int
    person_id: int
    body_id: int


@dataclass(slots=True)
class ClueFacts:
    court_id: int
    stage: str
    received_by: int
    registrar: int
    registered_through: int | None = None
    inspection_body: int | None = None
    moved_up: bool = False
    """Registered in one court and kept in the court above it from the first moment."""
    heard: bool = False
    """An item about it has been on an agenda, now or before."""
    seats: list[Seat] = field(default_factory=list)
    own_team: list[tuple[int, int]] = field(default_factory=list)
    """(person, body) of the teams that the owner court itself has formed for a matter that carries it."""


def of_clue(clue: ClueFacts) -> frozenset[Standing]:
    found = {Standing(body(clue.received_by), "receiver")}
    if not clue.moved_up:  # a clue about a court's head is in that court's hands no more, the registrar's neither
        found.add(Standing(person(clue.registrar, clue.registered_through), "registrar"))
    if clue.inspection_body is not None:
        found.add(Standing(body(clue.inspection_body), "inspection"))
    heard = clue.heard or clue.stage in HEARD
    if heard or clue.stage == "forwarded":
        relation = "joint" if heard else "preparing"
        found |= {Standing(office(clue.court_id, kind, "lead"), relation) for kind in BODIES}
    if clue.heard:
        found.add(Standing(office(clue.court_id, "group_office"), "office"))
    found |= {Standing(person(one.person_id, one.body_id), "attendee", "item", one.item_id) for one in clue.seats}
    found |= {Standing(person(who, through), "team") for who, through in clue.own_team}
    return frozenset(found)


# --- a matter ---------------------------------------------------------------------------------------------------------
class Hop(NamedTuple):
    pk: int
    from_court: int
    to_court: int
    stage: str


class Member(NamedTuple):
    round_id: int
    person_id: int
    body_id: int
    assignment_id: int | None = None
    n: int = 1


class Sent(NamedTuple):
    """A duty: what follows from an approved opinion."""

    pk: int
    kind: str
    stage: str
    from_court: int
    to_court: int


@dataclass(slots=True)
class MatterFacts:
    owner_court: int
    superior_court: int | None = None
    hops: list[Hop] = field(default_factory=list)
    team: list[Member] = field(default_factory=list)
    duties: list[Sent] = field(default_factory=list)
    referred_up: bool = False
    """An opinion went to the court above for approval: who approves reads what it rests on."""
    seats: list[Seat] = field(default_factory=list)
    disclosures: list[tuple[int, int]] = field(default_factory=list)
    """(disclosure, court that is told)."""
    cleared: list[tuple[int, int]] = field(default_factory=list)
    """(duty of clarification that was carried out, person who was cleared by it)."""


def of_matter(matter: MatterFacts) -> frozenset[Standing]:
    owner = matter.owner_court
    found = {Standing(office(owner, kind), "assigner") for kind in BODIES}
    found |= {Standing(office(owner, "group_office"), "office"), Standing(office(owner, "leading_group"), "group")}
    for hop in matter.hops:
        found |= _of_hop(hop, owner)
    for one in matter.team:
        # Who carries an inquiry on reads what was found in the rounds before it of the same assignment.
        before = {
            other.round_id
            for other in matter.team
            if one.assignment_id is not None and other.assignment_id == one.assignment_id and other.n < one.n
        }
        found |= {Standing(person(one.person_id, one.body_id), "team", "round", pk) for pk in (one.round_id, *before)}
    for duty in matter.duties:
        found |= _of_duty(duty, owner)
    if matter.superior_court is not None and matter.referred_up:
        found.add(Standing(office(matter.superior_court, "leading_group"), "approver"))
    found |= {Standing(person(one.person_id, one.body_id), "attendee", "item", one.item_id) for one in matter.seats}
    for pk, court in matter.disclosures:
        found |= {Standing(office(court, kind), "disclosed", "disclosure", pk) for kind in SIGNERS if court != owner}
    found |= {Standing(person(who, None), "addressed", "duty", duty) for duty, who in matter.cleared}
    return frozenset(found)


def _of_hop(hop: Hop, owner: int) -> set[Standing]:
    """One hop opens what was sent with it, to the court to which it was sent; never the court above the sender."""
    found: set[Standing] = set()
    if hop.stage in HANDED:
        found |= {Standing(office(hop.to_court, kind), "assignee", "assignment", hop.pk) for kind in SIGNERS}
        found |= {Standing(office(hop.to_court, kind, "head"), "signer", "assignment", hop.pk) for kind in SIGNERS}
    if hop.from_court != owner:
        found |= {Standing(office(hop.from_court, kind), "assigner", "assignment", hop.pk) for kind in BODIES}
    return found


def _of_duty(duty: Sent, owner: int) -> set[Standing]:
    found: set[Standing] = set()
    if duty.kind in REFERRALS:
        found.add(Standing(office(owner, "supervision"), "discipline", "duty", duty.pk))
    if duty.stage in SENT and duty.to_court != owner:
        found |= {Standing(office(duty.to_court, kind), "recipient", "duty", duty.pk) for kind in SIGNERS}
    if duty.from_court != owner:
        found |= {Standing(office(duty.from_court, kind), "sender", "duty", duty.pk) for kind in BODIES}
    return found


# --- which acts change them -------------------------------------------------------------------------------------------
BEARING = frozenset({"clue", "meeting", "item", "assignment", "round", "duty", "opinion"})


def bears(move: Move) -> bool:
    """Can this act change who stands how to the file? Asked of every step; `rebuild --check` would show a wrong answer."""
    return (move.subject in BEARING and (move.raises or move.creates)) or move.key in ("matter.open", "matter.disclose")
