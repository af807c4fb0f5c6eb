"""One person before one act on one subject: what guards are asked about, and for which body the person would act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from shuangcha.casefile import models as cf
from shuangcha.courts.people import PostView, Viewer
from shuangcha.plan.model import Move
from shuangcha.plan.words import OFFICES, SIGNING_ROLES

from .facts import Facts
from .places import court_on, round_of


@dataclass
class Situation:
    """`subject` is the one acted on, for a creating move the parent on which it is offered;
    None for a new clue or meeting."""

    viewer: Viewer
    move: Move
    subject: cf.Subject | None
    on: dt.date
    facts: Facts = field(default_factory=lambda: Facts(None))

    @cached_property
    def round(self) -> cf.Round | None:
        return round_of(self.subject) if self.subject is not None else None

    @cached_property
    def acting(self) -> list[Acting]:
        """The capacities in which this person may act here, in the order of the row's offices."""
        courts = court_on(self.move.side, self.subject) if self.subject is not None else None
        found: list[Acting] = []
        for key in self.move.offices:
            if key == "investigation_team":
                found += self._as_team_member()
                continue
            office = OFFICES[key]
            found += [
                Acting(key, post.body_id, post.id, post)
                for post in self.viewer.posts
                if post.body_kind == office.body_kind
                and post.role in office.roles
                and (courts is None or post.court_id in courts)
            ]
        return found

    def _as_team_member(self) -> list[Acting]:
        mine = [one for one in self.facts.team_of(self.round) if one.person_id == self.viewer.id]
        if not mine:
            return []
        post = next((post for post in self.viewer.posts if post.body_id == mine[0].body_id), None)
        return [Acting("investigation_team", mine[0].body_id, post.id if post else None, post)]

    @property
    def signing(self) -> list[Acting]:
        """The capacities in which this person may sign: for a joint act only as head or deputy head of a body."""
        if not self.move.joint:
            return self.acting
        return [one for one in self.acting if one.post is not None and one.post.role in SIGNING_ROLES]


@dataclass(frozen=True, slots=True)
class Acting:
    """A capacity: the office of the row, and the body and post in which it is exercised."""

    office: str
    body_id: int
    post_id: int | None
    post: PostView | None
