"""疑似重复反映: who may settle whether two clues are about the same thing. Only who sees both in full; nobody else learns of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from shuangcha.casefile import models as cf


def bodies_to_settle(clue: cf.Clue) -> set[int]:
    """Ids of the bodies that see this clue and one that it may repeat. One statement."""
    return settlers([clue.pk]).get(clue.pk, set())


def settlers(clues: Iterable[int]) -> dict[int, set[int]]:
    """The same for several clues, by their ids; without those in doubt of which nobody may know. One statement, none for none."""
    wanted = list(clues)
    if not wanted:
        return {}
    full = cf.Membership.rows.filter(reach="full", until__isnull=True, body__isnull=False)
    other = full.filter(
        clue__repeated_by__clue=OuterRef("clue"), clue__repeated_by__verdict="hinted", body_id=OuterRef("body_id")
    )
    found: dict[int, set[int]] = {}
    for clue, body in full.filter(Exists(other), clue__in=wanted).values_list("clue", "body_id"):
        found.setdefault(clue, set()).add(body)
    return found
