"""Plays acts of named persons on named days through the door, as the pages and the HTTP interface would."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from shuangcha.access.places import sub_kind
from shuangcha.acts import door
from shuangcha.acts.door import Outcome
from shuangcha.audit.chain import ZONE
from shuangcha.audit.models import Proposal, Signature, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.courts.people import Viewer, viewer_of
from shuangcha.plan import stages
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.moves import MOVES

Report = Callable[[dict[str, Any]], None]


class Paused(Exception):
    """The story has reached the day, or the act, up to which it is to be played."""


@dataclass
class Player:
    """One matter's story. `day` is the day of recording; every act happens at 9:00 plus a minute per act.

    `last_day` and `until` (the key of a move) are where a story is left in the middle. `desk_day` set: the acts
    happened on paper on the days that the story names and are recorded on that day (补录).
    """

    report: Report | None = None
    day: dt.date = dt.date(2020, 5, 20)
    minute: int = 0
    uids: dict[str, str] = field(default_factory=dict)
    last_day: dt.date | None = None
    until: str = ""
    desk_day: dt.date | None = None
    happened: str = ""
    last: Outcome | None = None
    _viewers: dict[tuple[str, dt.date], Viewer] = field(default_factory=dict)

    @cached_property
    def people(self) -> dict[str, tuple[int, str]]:
        rows = Person.objects.filter(login__isnull=False).values_list("login", "pk", "uid")
        return {login: (pk, str(uid)) for login, pk, uid in rows if login}

    def uid_of(self, login: str) -> str:
        return self.people[login][1]

    def viewer(self, login: str) -> Viewer:
        """The person with the posts of the day; read once a day, as a session would."""
        key = (login, self.day)
        if key not in self._viewers:
            found = viewer_of(self.people[login][0], self.day)
            assert found is not None, login
            self._viewers[key] = found
        return self._viewers[key]

    def on(self, day: str) -> Self:
        """The next acts are of this day. Raises Paused where the story is not to be played so far."""
        wanted = dt.date.fromisoformat(day)
        if self.last_day is not None and wanted > self.last_day:
            raise Paused(day)
        if self.desk_day is not None:
            self.happened, self.day = day, self.desk_day
            return self
        self.day = wanted
        self.minute = 0
        return self

    def recorded_on(self, day: str) -> Self:
        """补录: what follows happened on paper, and is recorded on this day. An empty day: from now on nothing is."""
        self.desk_day = dt.date.fromisoformat(day) if day else None
        self.happened = ""
        self.minute = 0
        return self

    @property
    def now(self) -> dt.datetime:
        self.minute += 1
        return dt.datetime.combine(self.day, dt.time(9, 0), ZONE) + dt.timedelta(minutes=self.minute)

    def act(
        self, login: str, move: str, subject: cf.Subject | None = None, /, happened_on: str = "", **content: Any
    ) -> Outcome:
        """One person proposes a move; a move of one signature is done with it."""
        if subject is not None:
            subject.refresh_from_db(fields=["version", "stage"])
        happened = happened_on or self.happened
        outcome = door.propose(
            move,
            (subject.KIND, subject.uid) if subject is not None else None,
            self.viewer(login),
            content,
            seen_version=subject.version if subject is not None else None,
            now=self.now,
            happened_on=dt.date.fromisoformat(happened) if happened else None,
        )
        self._tell(login, move, outcome)
        return outcome

    def both(
        self, first: str, second: str, move: str, subject: cf.Subject, /, happened_on: str = "", **content: Any
    ) -> Outcome:
        """Two persons of two bodies: the first proposes and signs, the second signs the same content."""
        outcome = self.act(first, move, subject, happened_on, **content)
        proposal = Proposal.objects.get(uid=UUID(outcome.proposal))
        outcome = door.sign(proposal.uid, self.viewer(second), seen_sha=proposal.content_sha, now=self.now)
        self._tell(second, move, outcome)
        return outcome

    # --- what is told of each act: the stage comes back from the system ---
    def _tell(self, login: str, move: str, outcome: Outcome, note: str = "") -> None:
        self.last = outcome
        if self.report is not None:
            self.report({**self._line(login, move, outcome), "note": note})
        if self.until == move and outcome.status == "executed":
            raise Paused(move)

    def _line(self, login: str, move: str, outcome: Outcome) -> dict[str, Any]:
        row = MOVES[move]
        subject: Any = cf.SUBJECTS[outcome.subject_kind].rows.get(uid=outcome.subject_uid)
        step = Step.objects.filter(uid=outcome.step).first() if outcome.step else None
        post = step.post if step is not None else self._signed_as(login, outcome)
        limits = _started(step)
        matter = subject if isinstance(subject, cf.Matter) else getattr(subject, "matter", None)
        if matter is not None:
            matter.refresh_from_db(fields=["stage"])
        return {
            "day": step.happened_on.isoformat() if step else (self.happened or self.day.isoformat()),
            "recorded_on": self.day.isoformat(),
            "who": login,
            "name": self.viewer(login).name,
            "post": f"{post.body.court.name} {post.title}" if post else "",
            "move": move,
            "title": row.title,
            "article": row.article,
            "status": outcome.status,
            "subject": outcome.subject_kind,
            "kind": sub_kind(subject),
            "uid": outcome.subject_uid,
            "stage": outcome.stage,
            "label": stages.label(outcome.subject_kind, outcome.stage),
            "matter_stage": matter.stage if matter else "",
            "matter_label": stages.label("matter", matter.stage) if matter and matter.stage else "",
            "due": limits[0]["due"] if limits else "",
            "limits": limits,
            "awaits": outcome.awaits,
        }

    def _signed_as(self, login: str, outcome: Outcome) -> Any:
        rows = Signature.objects.filter(proposal__uid=outcome.proposal, person__login=login)
        found = rows.select_related("post__body__court").first() if outcome.proposal else None
        return found.post if found else None

    # --- what the story can point at, read back from the system ---
    def got(self, outcome: Outcome) -> Any:
        return cf.SUBJECTS[outcome.subject_kind].rows.get(uid=outcome.subject_uid)

    def item(self, clue: cf.Clue) -> Any:
        return cf.Item.rows.filter(clue=clue).order_by("-id").first()

    def matter(self, clue: cf.Clue) -> Any:
        return cf.Matter.rows.get(clue_links__clue=clue)

    def newest(self, kind: str, matter: cf.Matter) -> Any:
        return cf.SUBJECTS[kind].rows.filter(matter=matter).order_by("-id").first()


def _started(step: Step | None) -> list[dict[str, str]]:
    """Limits that a step and its followers started, those of the act itself first."""
    if step is None:
        return []
    found = []
    for one in (step, *Step.objects.filter(cause=step.uid).order_by("seq")):
        for limit in json.loads(one.facts).get("started", []):
            found.append({"kind": limit["kind"], "label": LIMITS[limit["kind"]].label, "due": limit["due"]})
    return found
