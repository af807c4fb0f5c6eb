"""The facts of files from which standings are computed, and what stands now: one statement for any number of files of a kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Court, Post

from .audience import listed
from .relations import ClueFacts, Hop, MatterFacts, Member, Seat, Sent, Standing, of_clue, of_matter

T = {model.__name__: model._meta.db_table for model in cf.ALL} | {
    "Step": "audit_step",
    "Body": Body._meta.db_table,
    "Court": Court._meta.db_table,
    "Post": Post._meta.db_table,
}
"""Tables by the name of their model."""


WIDER = ("full", "own", "brief")


@dataclass(slots=True)
class Stands:
    """What a file's standings ought to be, and which rows stand (by the standing: id of the row)."""

    wanted: frozenset[Standing] = frozenset()
    present: dict[Standing, int] = field(default_factory=dict)

    @property
    def missing(self) -> list[Standing]:
        return sorted(self.wanted - self.present.keys())

    @property
    def gone(self) -> list[int]:
        return sorted(pk for one, pk in self.present.items() if one not in self.wanted)


_MATTER = """
SELECT m.id, 'owner', m.owner_court_id, c.superior_id, 0, 0, '', '', '' FROM {Matter} m
  JOIN {Court} c ON c.id = m.owner_court_id WHERE m.id IN ({ids})
UNION ALL SELECT matter_id, 'hop', id, from_court_id, to_court_id, 0, stage, '', '' FROM {Assignment} WHERE matter_id IN ({ids})
UNION ALL SELECT r.matter_id, 'team', t.round_id, t.person_id, t.body_id, r.assignment_id, CAST(r.n AS varchar(4)), '', '' FROM {TeamMember} t
  JOIN {Round} r ON r.id = t.round_id WHERE r.matter_id IN ({ids})
UNION ALL SELECT matter_id, 'duty', id, from_court_id, to_court_id, 0, stage, kind, '' FROM {Duty} WHERE matter_id IN ({ids})
UNION ALL SELECT o.matter_id, 'up', o.id, 0, 0, 0, '', '', '' FROM {Opinion} o WHERE o.matter_id IN ({ids}) AND
  (o.stage = 'at_superior' OR EXISTS (SELECT 1 FROM {Approval} a WHERE a.opinion_id = o.id AND a.level = 'superior'))
UNION ALL SELECT i.matter_id, 'seat', i.id, a.person_id, a.body_id, 0, '', '', '' FROM {Item} i
  JOIN {Attendance} a ON a.meeting_id = i.meeting_id WHERE i.matter_id IN ({ids})
UNION ALL SELECT matter_id, 'told', id, to_court_id, 0, 0, '', '', '' FROM {Disclosure} WHERE matter_id IN ({ids})
UNION ALL SELECT d.matter_id, 'cleared', d.id, s.person_id, 0, 0, '', '', '' FROM {Duty} d
  JOIN {MatterClue} l ON l.matter_id = d.matter_id AND l.until_step_id IS NULL JOIN {ClueSubject} s ON s.clue_id = l.clue_id
  WHERE d.kind = 'clarify' AND d.stage = 'done' AND s.person_id IS NOT NULL AND d.matter_id IN ({ids})
UNION ALL SELECT matter_id, 'has', id, part_id, 0, 0, holder, relation, part_kind FROM {Standing}
  WHERE NOT ended AND matter_id IN ({ids})
"""
_CLUE = """
SELECT c.id, 'clue', c.court_id, c.received_by_id, c.registrar_id, c.inspection_body_id, c.stage, '', '' FROM {Clue} c
  WHERE c.id IN ({ids})
UNION ALL SELECT s.subject_id, 'through', p.body_id, b.court_id, 0, 0, '', '', '' FROM {Step} s
  JOIN {Post} p ON p.id = s.post_id JOIN {Body} b ON b.id = p.body_id
  WHERE s.subject_kind = 'clue' AND s.subject_version = 1 AND s.raised AND s.subject_id IN ({ids})
UNION ALL SELECT clue_id, 'heard', id, 0, 0, 0, '', '', '' FROM {Item}
  WHERE (stage IN ('listed', 'decided') OR revisit_on IS NOT NULL) AND clue_id IN ({ids})
UNION ALL SELECT i.clue_id, 'seat', i.id, a.person_id, a.body_id, 0, '', '', '' FROM {Item} i
  JOIN {Attendance} a ON a.meeting_id = i.meeting_id WHERE i.clue_id IN ({ids})
UNION ALL SELECT l.clue_id, 'team', 0, t.person_id, t.body_id, 0, '', '', '' FROM {MatterClue} l
  JOIN {Matter} m ON m.id = l.matter_id JOIN {Round} r ON r.matter_id = m.id AND r.court_id = m.owner_court_id
  JOIN {TeamMember} t ON t.round_id = r.id WHERE l.until_step_id IS NULL AND l.clue_id IN ({ids})
UNION ALL SELECT clue_id, 'has', id, part_id, 0, 0, holder, relation, part_kind FROM {Standing}
  WHERE NOT ended AND clue_id IN ({ids})
"""


def of_matters(ids: Collection[int]) -> dict[int, Stands]:
    """Wanted and present standings of these matters. One statement; none for none."""
    facts: dict[int, MatterFacts] = {}
    stands = {pk: Stands() for pk in ids}
    for pk, what, a, b, c, d, text, kind, part in _rows(_MATTER, ids):
        if what == "owner":
            facts[pk] = MatterFacts(a, b)
        elif what == "has":
            stands[pk].present[Standing(text, kind, part, b)] = a
        elif what == "hop":
            facts[pk].hops.append(Hop(a, b, c, text))
        elif what == "team":
            facts[pk].team.append(Member(a, b, c, d, int(text)))
        elif what == "duty":
            facts[pk].duties.append(Sent(a, kind, text, b, c))
        elif what == "up":
            facts[pk].referred_up = True
        elif what == "seat":
            facts[pk].seats.append(Seat(a, b, c))
        elif what == "told":
            facts[pk].disclosures.append((a, b))
        else:
            facts[pk].cleared.append((a, b))
    for pk, one in facts.items():
        stands[pk].wanted = of_matter(one)
    return stands


def of_clues(ids: Collection[int]) -> dict[int, Stands]:
    """The same for clues."""
    facts: dict[int, ClueFacts] = {}
    stands = {pk: Stands() for pk in ids}
    for pk, what, a, b, c, d, text, kind, part in _rows(_CLUE, ids):
        if what == "clue":
            facts[pk] = ClueFacts(a, text, b, c, None, d)
        elif what == "has":
            stands[pk].present[Standing(text, kind, part, b)] = a
        elif what == "through":
            facts[pk].registered_through, facts[pk].moved_up = a, b != facts[pk].court_id
        elif what == "heard":
            facts[pk].heard = True
        elif what == "seat":
            facts[pk].seats.append(Seat(a, b, c))
        else:
            facts[pk].own_team.append((b, c))
    for pk, one in facts.items():
        stands[pk].wanted = of_clue(one)
    return stands


def _rows(text: str, ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Owners and clues first: the other rows are put into what they make."""
    if not ids:
        return []
    given = sorted(ids)
    marks = ", ".join(["%s"] * len(given))
    statement = text.format(ids=marks, **T)
    with connection.cursor() as cursor:
        cursor.execute(statement, given * statement.count(f"({marks})"))
        rows = cursor.fetchall()
    return sorted(rows, key=lambda row: row[1] not in ("owner", "clue"))


def memberships(file: str, standings: Iterable[Standing]) -> dict[str, str]:
    """What the lists show of a file, holder → reach (full, own or brief): the widest of the holder's standings."""
    found: dict[str, str] = {}
    for one in standings:
        reach = listed(file, one.relation)
        if reach and (one.holder not in found or WIDER.index(reach) < WIDER.index(found[one.holder])):
            found[one.holder] = reach
    return found
