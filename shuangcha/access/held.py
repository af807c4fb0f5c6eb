"""What a person holds of one file, read once; every row and field of it is then decided in Python by the table of audiences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from .audience import AUDIENCE, Reach
from .relations import REFERRALS, Standing, holders_of
from .standings import T

Row = TypeVar("Row", bound=Any)
ABOVE = frozenset({"assigner", "office", "group", "approver"})
"""Relations to the whole file by which a matter is seen from the assigning side."""
DELIBERATING_LIMITS = frozenset({"consultation", "opinion", "approval", "verification"})
"""What the court above must keep for itself: never told below, not even by its day."""


class Part(NamedTuple):
    """A row of the file, as far as it must be known to decide whether a standing covers it."""

    kind: str
    pk: int
    rounds: tuple[int, ...] = ()
    """Its round; of an assignment all its rounds."""
    assignment_id: int | None = None
    cited: bool = False
    """Of a record: a report's answers rest on it."""
    referral: bool = False


@dataclass(slots=True)
class Held:
    """The standings of one person to one file, and the parts that the file has."""

    standings: tuple[Standing, ...]
    courts: frozenset[int] = frozenset()
    recused: bool = False
    parts: dict[tuple[str, int], Part] = field(default_factory=dict)

    def reach(self, kind: str, group: str, pk: int = 0) -> Reach:
        """The widest reach to a group of fields of this row; for a clue or matter, of the file itself."""
        table = AUDIENCE[kind, group].reach
        part = self.parts.get((kind, pk))
        best = Reach.NOTHING
        for one in self.standings:
            if self.recused and one.relation != "addressed":
                continue
            found = table.get(one.relation, Reach.NOTHING)
            if found > best and _covers(one, kind, part):
                best = found
        if best is Reach.PART and kind == "record" and part is not None and part.cited:
            return Reach.WHOLE  # who signs a report reads what it cites
        return best

    def sees(self, kind: str, group: str, pk: int = 0) -> bool:
        return self.reach(kind, group, pk) is Reach.WHOLE

    def seen(self, kind: str, rows: Iterable[Row], group: str = "head") -> list[Row]:
        """Of these rows those that are there for the person."""
        return [row for row in rows if self.sees(kind, group, row.pk)]

    def opens_referral(self, duty: cf.Duty) -> bool:
        """What is handed over to those who punish is read on that side alone; the others know that it was made."""
        return duty.kind not in REFERRALS or self.sees("duty", "referral", duty.pk)

    def opens_referral_of(self, duty_id: int) -> bool:
        part = self.parts.get(("duty", duty_id))
        return part is None or not part.referral or self.sees("duty", "referral", duty_id)

    @property
    def above(self) -> bool:
        """On the assigning side of the whole matter."""
        return any(one.relation in ABOVE and not one.part_kind for one in self.standings)

    @property
    def relations(self) -> frozenset[str]:
        return frozenset(one.relation for one in self.standings)

    # --- what runs beside the parts ---
    def limits(self, rows: Iterable[cf.Limit]) -> list[cf.Limit]:
        """A limit never tells what its subject hides; from below, only what the own court must keep, and what it is waiting for."""
        return [one for one in rows if self._told(one.subject_kind, one.subject_id, one.court_id, one.kind)]

    def papers(self, rows: Iterable[cf.Paper]) -> list[cf.Paper]:
        return [one for one in rows if self._told(one.subject_kind, one.subject_id, one.court_id)]

    def turns(self, rows: Iterable[cf.Todo]) -> list[cf.Todo]:
        """Whose turn it is, where the person may know of what is awaited."""
        return [one for one in rows if self._told(one.subject_kind, one.subject_id, one.court_id)]

    def _told(self, kind: str, pk: int, court_id: int, limit: str = "") -> bool:
        if kind == "register":
            return self.above
        reach = self.reach(kind, "course", pk)
        if reach is Reach.WHOLE and (self.above or limit not in DELIBERATING_LIMITS):
            return True
        return reach is Reach.PART and court_id in self.courts and limit not in DELIBERATING_LIMITS


def _covers(one: Standing, kind: str, part: Part | None) -> bool:
    """Does a standing to a part reach this row? Of the file itself the table alone decides."""
    if not one.part_kind or kind in ("clue", "matter"):
        return True
    if part is None:
        return False
    if one.part_kind == kind:
        return one.part_id == part.pk
    if one.part_kind == "round":
        return one.part_id in part.rounds
    return one.part_kind == "assignment" and part.assignment_id == one.part_id


_MATTER = """
SELECT 'has', part_id, 0, 0, 0, holder, relation, part_kind FROM {Standing}
  WHERE NOT ended AND matter_id = %s AND holder IN ({marks})
UNION ALL SELECT 'shut', 0, 0, 0, 0, '', '', '' FROM {Recusal} WHERE matter_id = %s AND person_id = %s
UNION ALL SELECT 'assignment', a.id, r.id, a.id, 0, '', '', '' FROM {Assignment} a
  LEFT JOIN {Round} r ON r.assignment_id = a.id WHERE a.matter_id = %s
UNION ALL SELECT 'round', id, id, assignment_id, 0, '', '', '' FROM {Round} WHERE matter_id = %s
UNION ALL SELECT 'record', c.id, c.round_id, r.assignment_id,
  CASE WHEN EXISTS (SELECT 1 FROM {EvidenceLink} e WHERE e.record_id = c.id) THEN 1 ELSE 0 END, '', '', ''
  FROM {Record} c JOIN {Round} r ON r.id = c.round_id WHERE c.matter_id = %s
UNION ALL SELECT 'report', p.id, p.round_id, r.assignment_id, 0, '', '', '' FROM {Report} p
  JOIN {Round} r ON r.id = p.round_id WHERE p.matter_id = %s
UNION ALL SELECT 'opinion', id, 0, 0, 0, '', '', '' FROM {Opinion} WHERE matter_id = %s
UNION ALL SELECT 'duty', id, 0, 0, 0, '', kind, '' FROM {Duty} WHERE matter_id = %s
UNION ALL SELECT 'item', id, 0, 0, 0, '', '', '' FROM {Item} WHERE matter_id = %s
UNION ALL SELECT 'disclosure', id, 0, 0, 0, '', '', '' FROM {Disclosure} WHERE matter_id = %s
"""
_CLUE = """
SELECT 'has', part_id, 0, 0, 0, holder, relation, part_kind FROM {Standing}
  WHERE NOT ended AND clue_id = %s AND holder IN ({marks})
UNION ALL SELECT 'shut', 0, 0, 0, 0, '', '', '' FROM {Recusal} WHERE clue_id = %s AND person_id = %s
UNION ALL SELECT 'item', id, 0, 0, 0, '', '', '' FROM {Item} WHERE clue_id = %s
"""


def held(viewer: Viewer, file: cf.Clue | cf.Matter) -> Held:
    """What the person holds of a clue or a matter, and the file's parts. One statement for as long as the row is at hand."""
    known: dict[int, Held] = file.__dict__.setdefault("_held", {})
    if viewer.id not in known:
        known[viewer.id] = _read(viewer, file)
    return known[viewer.id]


def _read(viewer: Viewer, file: cf.Clue | cf.Matter) -> Held:
    holders = holders_of(viewer)
    text = (_CLUE if isinstance(file, cf.Clue) else _MATTER).format(marks=", ".join(["%s"] * len(holders)), **T)
    rest = text.count("= %s") - 3
    with connection.cursor() as cursor:
        cursor.execute(text, [file.pk, *holders, file.pk, viewer.id, *[file.pk] * rest])
        rows = cursor.fetchall()
    found = Held((), viewer.courts())
    standings: list[Standing] = []
    for what, pk, round_id, assignment_id, cited, holder, relation, part in rows:
        if what == "has":
            standings.append(Standing(holder, relation, part, pk))
        elif what == "shut":
            found.recused = True
        else:
            known = found.parts.get((what, pk))
            rounds = (*(known.rounds if known else ()), *([round_id] if round_id else []))
            found.parts[what, pk] = Part(what, pk, rounds, assignment_id, bool(cited), relation in REFERRALS)
    found.standings = tuple(standings)
    return found
