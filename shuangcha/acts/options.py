"""What may be chosen in a field: one function for each `pick` source that a content model names.

Values are what the handlers accept, labels are what people read. Each function makes a fixed number of statements,
however many rows there are. Who is shut out of the file is not offered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q

from shuangcha.access import flow, scope
from shuangcha.access.children import meeting_items
from shuangcha.access.facts import Facts
from shuangcha.access.places import clue_of, matter_of, round_of, title_of
from shuangcha.audit.chain import ZONE
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court, Level, Post, PostRole
from shuangcha.courts.people import Viewer, titled, valid_on
from shuangcha.plan.moves import MOVES
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.words import ALLEGATION_KINDS, METHODS

from . import handing
from .corrections import correctable
from .inquiry import BODIES, OTHERS
from .meeting import MEETING_KINDS
from .repeats import NOT_INTO

Choices = list[tuple[str, str]]
LONG = 46
"""Characters of a text shown in a list of choices."""
MOST_SUGGESTED = 10
MOST_TARGETS = 100


class Offer:
    """The choices before one person at one subject; lists that several fields share are read once."""

    def __init__(self, subject: cf.Subject | None, viewer: Viewer, on: dt.date, facts: Facts | None = None) -> None:
        self.subject, self.viewer, self.on = subject, viewer, on
        self.facts = facts or Facts(subject)
        self._made: dict[str, Choices] = {}

    def of(self, source: str) -> Choices:
        """The choices of a source; KeyError for one that no function knows."""
        if source not in self._made:
            self._made[source] = OPTIONS[source](self)
        return self._made[source]

    @property
    def matter(self) -> cf.Matter | None:
        return matter_of(self.subject) if self.subject is not None else None

    @cached_property
    def shut_out(self) -> frozenset[int]:
        """Persons recused from the file; at a meeting, from every file on its agenda."""
        if isinstance(self.subject, cf.Meeting):
            files = [(one.clue_id, one.matter_id) for one in self.facts.meeting_items]
            if not files:
                return frozenset()
            rows = cf.Recusal.rows.filter(
                Q(clue_id__in=[clue for clue, _ in files if clue])
                | Q(matter_id__in=[matter for _, matter in files if matter])
            ).values_list("person_id", "clue_id", "matter_id")
            found = list(rows)
            each = [
                {who for who, c, m in found if (clue and c == clue) or (matter and m == matter)}
                for clue, matter in files
            ]
            return frozenset(set.intersection(*each))
        matter, clue = self.matter, clue_of(self.subject) if self.subject is not None else None
        where = Q(matter=matter) if matter is not None else Q(clue=clue) if clue is not None else Q(pk__in=[])
        return frozenset(cf.Recusal.rows.filter(where).values_list("person_id", flat=True))

    def people(self, court_id: int, kinds: tuple[str, ...]) -> Choices:
        """Who holds a post in these bodies of the court, without those shut out.
        One statement for any number of bodies."""
        rank = {role: place for place, role in enumerate(PostRole.values)}
        posts = Post.objects.filter(
            valid_on(self.on), valid_on(self.on, "body__"), body__court_id=court_id, body__kind__in=kinds
        ).select_related("person", "body")
        found: dict[int, tuple[str, str]] = {}
        for post in sorted(posts, key=lambda one: (kinds.index(one.body.kind), rank[one.role], one.pk)):
            if post.person_id not in self.shut_out:
                body, title = post.body.local_name, post.title
                label = f"{post.person.name}（{titled(body, title)}）"
                found.setdefault(post.person_id, (str(post.person.uid), label))
        return list(found.values())


def options(source: str, subject: cf.Subject | None, viewer: Viewer, on: dt.date) -> Choices:
    """(value, label) of everything that may be chosen; for a creating move `subject` is the parent, or None."""
    return Offer(subject, viewer, on).of(source)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONG else line[: LONG - 1] + "…"


# --- courts -------------------------------------------------------------------------------------------------------
def _courts(offer: Offer) -> Choices:
    rows = Court.objects.filter(valid_on(offer.on)).order_by("code")
    return [(court.code, court.name) for court in rows]


def suggest(text: str, on: dt.date) -> list[dict[str, str]]:
    """Courts whose name holds the text or whose 法院代字 begins with it, at most ten; fewer than two characters: none."""
    text = text.strip()
    if len(text) < 2:
        return []
    rows = (
        Court.objects.filter(valid_on(on)).filter(Q(name__contains=text) | Q(code__istartswith=text)).order_by("code")
    )
    levels = dict(Level.choices)
    return [
        {"value": court.name, "code": court.code, "note": f"{court.code} · {levels.get(court.level, '')}"}
        for court in rows[:MOST_SUGGESTED]
    ]


def _addressees(offer: Offer) -> Choices:
    """The courts from the one complained of up to the one that disposes: urging goes level by level (方案四(九)2)."""
    matter = offer.matter
    if matter is None:
        return []
    chain: list[Court] = []
    court: Court | None = matter.target_court
    while court is not None and court.pk != matter.owner_court_id:
        chain.append(court)
        court = court.superior
    return [(one.code, one.name) for one in reversed([*chain, matter.owner_court])]


# --- persons ------------------------------------------------------------------------------------------------------
def _attendees(offer: Offer) -> Choices:
    meeting = offer.subject
    return offer.people(meeting.court_id, MEETING_KINDS) if isinstance(meeting, cf.Meeting) else []


def _own_bodies(offer: Offer) -> Choices:
    return offer.people(offer.matter.owner_court_id, BODIES) if offer.matter is not None else []


def _team_candidates(offer: Offer) -> Choices:
    round_ = round_of(offer.subject) if offer.subject is not None else None
    return offer.people(round_.court_id, (*BODIES, *OTHERS)) if round_ is not None else []


def _team_members(offer: Offer) -> Choices:
    round_ = round_of(offer.subject) if offer.subject is not None else None
    return [
        (str(one.person.uid), f"{one.person.name}（{one.body.local_name}{'，组长' if one.leader else ''}）")
        for one in offer.facts.team_of(round_)
        if one.person_id not in offer.shut_out
    ]


# --- the file -----------------------------------------------------------------------------------------------------
def _allegations(offer: Offer) -> Choices:
    return [
        (str(n), f"第{n}项（{ALLEGATION_KINDS[one.kind].label}）{_short(one.text)}")
        for n, one in enumerate(offer.facts.allegations, 1)
    ]


def _points(offer: Offer) -> Choices:
    return [(str(one.n), f"第{one.n}项 {_short(one.text)}") for one in offer.facts.points]


def _meetings(offer: Offer) -> Choices:
    item = offer.subject
    if not isinstance(item, cf.Item):
        return []
    rows = cf.Meeting.rows.filter(court_id=item.court_id, stage="convened").order_by("held_on", "id")
    return [(str(one.uid), f"{one.held_on:%Y-%m-%d} {one.place}") for one in rows]


def _agenda(offer: Offer) -> Choices:
    """Items of the meeting in the agenda's order, of those that the person may see."""
    if not isinstance(offer.subject, cf.Meeting):
        return []
    return [(str(one.uid), title_of(one)) for one in meeting_items(offer.subject, offer.viewer)]


def _merge_targets(offer: Offer) -> Choices:
    """The doubts first, then the newest clues about the same court that the person may see in full."""
    clue = offer.subject
    if not isinstance(clue, cf.Clue):
        return []
    seen = scope.visible(offer.viewer, "clue").exclude(pk=clue.pk).exclude(stage__in=NOT_INTO)
    doubts = Exists(cf.Repeat.rows.filter(clue=clue, other_id=OuterRef("pk"), verdict="hinted"))
    rows = seen.filter(subject_court_id=clue.subject_court_id).annotate(doubt=doubts).order_by("-doubt", "-pk")
    return [
        (str(one.uid), f"{one.number} {_short(one.title)}{'（疑似重复）' if one.doubt else ''}")
        for one in rows[:MOST_TARGETS]
    ]


def _repeat_hints(offer: Offer) -> Choices:
    clue = offer.subject
    if not isinstance(clue, cf.Clue):
        return []
    doubts = cf.Repeat.rows.filter(clue=clue, other_id=OuterRef("pk"), verdict="hinted")
    rows = scope.visible(offer.viewer, "clue").filter(Exists(doubts)).order_by("-pk")
    return [(str(one.uid), f"{one.number} {_short(one.title)}") for one in rows[:MOST_TARGETS]]


def _cases(offer: Offer) -> Choices:
    if offer.matter is None:
        return []
    rows = (
        cf.EnforcementCase.rows.filter(clue_links__clue__matter_links__matter=offer.matter)
        .distinct()
        .order_by("number")
    )
    return [(one.number, one.number) for one in rows]


def _records(offer: Offer) -> Choices:
    rows: Iterable[Any] = cf.Record.rows.filter(matter=offer.matter).order_by("n") if offer.matter is not None else []
    return [(str(one.n), f"{one.n}号 {METHODS[one.method].label}：{_short(one.title)}") for one in rows]


def _flow_checks(offer: Offer) -> Choices:
    round_ = round_of(offer.subject) if offer.subject is not None else None
    if round_ is None:
        return []
    return [
        (str(one.uid), f"{one.case_number}（{one.taken_at.astimezone(ZONE):%Y-%m-%d %H:%M}取数）")
        for one in flow.checks_of(round_)
    ]


def _materials(offer: Offer) -> Choices:
    """Attachments of the matter. Originals from the petitioner are never among them (方案四(五): 重新撰写)."""
    rows: Iterable[Any] = []
    if offer.matter is not None:
        rows = cf.Material.rows.filter(matter=offer.matter, original=False).order_by("id")
    return list({one.sha256[:16]: f"{one.name}（校验 {one.sha256[:8]}）" for one in rows}.items())


def _correctable(offer: Offer) -> Choices:
    if offer.subject is None:
        return []
    return [(one.path, f"{one.label}：{_short(one.value) or '（空）'}") for one in correctable(offer.subject)]


def _owed_papers(offer: Offer) -> Choices:
    if offer.subject is None:
        return []
    rows = cf.Paper.rows.filter(
        subject_kind=offer.subject.KIND,
        subject_id=offer.subject.pk,
        issued_on__isnull=True,
        court_id__in=offer.viewer.courts(),
    ).order_by("id")
    return list({one.kind: PAPERS[one.kind].label for one in rows}.items())


def _own_todos(offer: Offer) -> Choices:
    if offer.subject is None:
        return []
    return [(one.kind, MOVES[one.kind].title) for one in handing.todos_on(offer.subject, offer.viewer)]


def _colleagues(offer: Offer) -> Choices:
    """Officers of the person's own bodies to whom a todo may be handed;
    who may not hand out is offered nobody but himself."""
    return handing.colleagues(offer.viewer, offer.on, offer.shut_out)


OPTIONS: dict[str, Callable[[Offer], Choices]] = {
    "court": _courts,
    "addressee": _addressees,
    "attendee": _attendees,
    "attendees": _attendees,
    "own_bodies": _own_bodies,
    "team_candidate": _team_candidates,
    "team_member": _team_members,
    "allegation": _allegations,
    "point": _points,
    "meeting": _meetings,
    "agenda_item": _agenda,
    "merge_target": _merge_targets,
    "repeat_hint": _repeat_hints,
    "enforcement_case": _cases,
    "record": _records,
    "flow_check": _flow_checks,
    "material": _materials,
    "correctable": _correctable,
    "owed_paper": _owed_papers,
    "own_todo": _own_todos,
    "colleague": _colleagues,
}
