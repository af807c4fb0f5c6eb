"""Plays acts of named persons on named days through the door, as the pages and the HTTP interface would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from shuangcha.acts import door
from shuangcha.acts.door import Outcome
from shuangcha.audit.chain import ZONE
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.courts.people import Viewer, viewer_of
from shuangcha.plan.moves import MOVES

Report = Callable[[dict[str, Any]], None]


@dataclass
class Player:
    """One matter's story. `day` is the business day; every act happens at 9:00 plus a minute per act."""

    report: Report = lambda line: None
    day: dt.date = dt.date(2020, 5, 20)
    minute: int = 0
    uids: dict[str, str] = field(default_factory=dict)

    @cached_property
    def people(self) -> dict[str, tuple[int, str]]:
        rows = Person.objects.filter(login__isnull=False).values_list("login", "pk", "uid")
        return {login: (pk, str(uid)) for login, pk, uid in rows if login}

    def uid_of(self, login: str) -> str:
        return self.people[login][1]

    def viewer(self, login: str) -> Viewer:
        found = viewer_of(self.people[login][0], self.day)
        assert found is not None, login
        return found

    def on(self, day: str) -> Player:
        self.day = dt.date.fromisoformat(day)
        self.minute = 0
        return self

    @property
    def now(self) -> dt.datetime:
        self.minute += 1
        return dt.datetime.combine(self.day, dt.time(9, 0), ZONE) + dt.timedelta(minutes=self.minute)

    def act(self, login: str, move: str, subject: cf.Subject | None = None, happened_on: str = "", **content: Any) -> Outcome:
        """One person proposes a move; a move of one signature is done with it."""
        if subject is not None:
            subject.refresh_from_db(fields=["version", "stage"])
        outcome = door.propose(
            move, (subject.KIND, subject.uid) if subject is not None else None, self.viewer(login), content,
            seen_version=subject.version if subject is not None else None, now=self.now,
            happened_on=dt.date.fromisoformat(happened_on) if happened_on else None,
        )  # fmt: skip
        self._tell(login, move, outcome)
        return outcome

    def both(self, first: str, second: str, move: str, subject: cf.Subject, happened_on: str = "", **content: Any) -> Outcome:
        """Two persons of two bodies: the first proposes and signs, the second signs the same content."""
        outcome = self.act(first, move, subject, happened_on, **content)
        proposal = Proposal.objects.get(uid=UUID(outcome.proposal))
        outcome = door.sign(proposal.uid, self.viewer(second), seen_sha=proposal.content_sha, now=self.now)
        self._tell(second, move, outcome)
        return outcome

    def _tell(self, login: str, move: str, outcome: Outcome) -> None:
        row = MOVES[move]
        subject = cf.SUBJECTS[outcome.subject_kind].rows.get(uid=outcome.subject_uid)
        due = (
            cf.Limit.rows.filter(subject_kind=outcome.subject_kind, subject_id=subject.pk, stopped_on__isnull=True)
            .order_by("due").values_list("due", flat=True).first()
        )  # fmt: skip
        self.report({
            "day": self.day.isoformat(), "who": login, "move": move, "title": row.title, "article": row.article,
            "status": outcome.status, "subject": outcome.subject_kind, "uid": outcome.subject_uid, "stage": outcome.stage,
            "due": due.isoformat() if due else "", "awaits": outcome.awaits,
        })  # fmt: skip

    # --- what the story can point at, read back from the system ---
    def got(self, outcome: Outcome) -> Any:
        return cf.SUBJECTS[outcome.subject_kind].rows.get(uid=outcome.subject_uid)

    def item(self, clue: cf.Clue) -> Any:
        return cf.Item.rows.filter(clue=clue).order_by("-id").first()

    def matter(self, clue: cf.Clue) -> Any:
        return cf.Matter.rows.get(clue_links__clue=clue)

    def newest(self, kind: str, matter: cf.Matter) -> Any:
        return cf.SUBJECTS[kind].rows.filter(matter=matter).order_by("-id").first()
