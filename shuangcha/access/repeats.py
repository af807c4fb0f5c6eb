"""疑似重复反映: who may settle whether two clues are about the same thing. Only who sees both in full;
nobody else learns of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from shuangcha.casefile import models as cf
from shuangcha.courts.people import bodies_of

from .relations import BODIES


def bodies_to_settle(clue: cf.Clue) -> set[int]:
    """Ids of the bodies that see this clue and one that it may repeat. At most two statements."""
    return settlers([clue.pk]).get(clue.pk, set())


def settlers(clues: Iterable[int]) -> dict[int, set[int]]:
    """The same for several clues, by their ids; without those in doubt of which nobody may know. One statement, two
    where there is a doubt, none for none: by the index of the clues alone, never along all that a body may see."""
    wanted = list(clues)
    if not wanted:
        return {}
    doubts = list(cf.Repeat.rows.filter(clue_id__in=wanted, verdict="hinted").values_list("clue_id", "other_id"))
    if not doubts:
        return {}
    ids = {pk for pair in doubts for pk in pair}
    rows = cf.Clue.rows.filter(pk__in=ids).annotate(
        joint=Exists(cf.Standing.rows.filter(clue=OuterRef("pk"), relation="joint", ended=False)),
    )
    seen: dict[int, set[int]] = {}
    for clue, received_by, court, joint in rows.values_list("pk", "received_by_id", "court_id", "joint"):
        ours = [one.pk for one in bodies_of(court, dt.date.max, BODIES)] if joint else []  # those that have not ended
        seen[clue] = {received_by, *ours}
    found: dict[int, set[int]] = {}
    for clue, other in doubts:
        both = seen.get(clue, set()) & seen.get(other, set())
        if both:
            found.setdefault(clue, set()).update(both)
    return found
