"""疑似重复反映: who may settle whether two clues are about the same thing. Only who sees both in full; nobody else learns of it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from shuangcha.casefile import models as cf


def hinted(clue: cf.Clue) -> bool:
    """Is there a doubt that nobody has settled, whoever may know of it?"""
    return cf.Repeat.rows.filter(clue=clue, verdict="hinted").exists()


def bodies_to_settle(clue: cf.Clue) -> set[int]:
    """Ids of the bodies that see this clue and one that it may repeat. One statement."""
    full = cf.Membership.rows.filter(reach="full", until__isnull=True, body__isnull=False)
    other = full.filter(clue__repeated_by__clue=clue, clue__repeated_by__verdict="hinted", body_id=OuterRef("body_id"))
    return set(full.filter(Exists(other), clue=clue).values_list("body_id", flat=True))
