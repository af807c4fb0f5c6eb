"""One act while it is executed: what a handler is given, and what it may ask the door to write."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shuangcha.access.facts import Facts
from shuangcha.access.situation import Acting
from shuangcha.audit.models import Proposal, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Court
from shuangcha.courts.people import Viewer, bodies_of
from shuangcha.plan.model import Move

Handler = Callable[["Act", Any], None]
HANDLERS: dict[str, Handler] = {}
CHECKS: dict[str, Handler] = {}


def handles(*keys: str) -> Callable[[Handler], Handler]:
    """Register the function that turns a move's content into facts. It may not touch stages, limits, todos or steps."""

    def register(function: Handler) -> Handler:
        for key in keys:
            assert key not in HANDLERS, key
            HANDLERS[key] = function
        return function

    return register


def checks(*keys: str) -> Callable[[Handler], Handler]:
    """Register what is asked of the content before anybody signs it; raises Invalid with the field to mend."""

    def register(function: Handler) -> Handler:
        for key in keys:
            assert key not in CHECKS, key
            CHECKS[key] = function
        return function

    return register


@dataclass
class StartedLimit:
    """A limit that begins with this act. `period` empty: the setting of its kind; `due` given: taken as named."""

    kind: str
    start: dt.date
    period: str = ""
    extension: str = ""


@dataclass
class Batch:
    """What one transaction writes at its end, for the root act and all its `then` rows together."""

    now: dt.datetime
    limits: list[cf.Limit] = field(default_factory=list)
    papers: list[cf.Paper] = field(default_factory=list)
    files: dict[str, set[int]] = field(default_factory=lambda: {"clue": set(), "matter": set()})
    """Files of which it must be worked out anew who stands how to them."""
    subjects: dict[tuple[str, int], cf.Subject] = field(default_factory=dict)
    streams: dict[str, Any] = field(default_factory=dict)
    bodies: dict[int, list[Body]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    stopped: list[cf.Limit] = field(default_factory=list)
    births: list[cf.Subject] = field(default_factory=list)
    born: cf.Matter | None = None
    facts: Facts = field(default_factory=lambda: Facts(None))
    raised: set[tuple[str, int]] = field(default_factory=set)
    new: set[tuple[str, int]] = field(default_factory=set)
    """Born in this transaction: nothing of theirs can be there to be replaced."""
    open_limits: dict[str, list[cf.Limit]] = field(default_factory=dict)

    def touch(self, subject: cf.Subject) -> None:
        """Whose turn it is on this subject will be worked out anew."""
        self.subjects[subject.KIND, subject.pk] = subject

    def body(self, court_id: int, kind: str, on: dt.date) -> Body | None:
        """The court's body of this kind on the day; each court is read once a transaction."""
        if court_id not in self.bodies:
            self.bodies[court_id] = bodies_of(court_id, on)
        return next((one for one in self.bodies[court_id] if one.kind == kind), None)


@dataclass
class Act:
    move: Move
    subject: cf.Subject | None
    viewer: Viewer
    acting: Acting | None
    on: dt.date
    batch: Batch
    parent: cf.Subject | None = None
    proposal: Proposal | None = None
    cause_uid: UUID | None = None
    recorded: dict[str, Any] = field(default_factory=dict)
    periods: dict[str, StartedLimit | None] = field(default_factory=dict)
    followups: list[tuple[str, cf.Subject | None, dict[str, Any]]] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict)
    _facts: Facts | None = None

    @property
    def now(self) -> dt.datetime:
        return self.batch.now

    @property
    def facts(self) -> Facts:
        """Facts of the file, read when first asked for."""
        if self._facts is None:
            self._facts = Facts(self.subject or self.parent)
        return self._facts

    @property
    def court(self) -> Court:
        """The court for which the person acts."""
        assert self.acting is not None and self.acting.post is not None
        return Court.objects.get(pk=self.acting.post.court_id)

    def born(self, subject: cf.Subject, *, later: bool = False) -> None:
        """Insert the new subject, still without a stage; the step that follows gives it its first.

        `later`: no fact hangs on its id yet; all of one kind are then inserted by one statement.
        """
        subject.created_at = self.now
        self.subject = subject
        if later:
            self.batch.births.append(subject)
        else:
            subject.save(force_insert=True)
            self.batch.new.add((subject.KIND, subject.pk))

    def set(self, **columns: Any) -> None:
        """Columns of the acting subject's own row, written together with its stage."""
        for name, value in columns.items():
            setattr(self.subject, name, value)
        self.columns.update(columns)

    def then(self, key: str, subject: cf.Subject | None = None, **data: Any) -> None:
        """Execute a hidden row on another subject, in the same transaction, after this act's own stage is set."""
        assert key in self.move.then, f"{self.move.key} does not declare {key}"
        self.followups.append((key, subject, data))

    def limit(self, kind: str, *, period: str = "", start: dt.date | None = None, extension: str = "") -> None:
        """Say how a limit that the row starts is to run."""
        assert kind in self.move.starts, f"{self.move.key} does not start {kind}"
        self.periods[kind] = StartedLimit(kind, start or self.on, period, extension)

    def no_limit(self, kind: str) -> None:
        """The row may start this limit, but this act does not."""
        self.periods[kind] = None


def load(text: str) -> dict[str, Any]:
    """Read back canonical JSON of a fact column."""
    found = json.loads(text or "{}")
    assert isinstance(found, dict)
    return found
