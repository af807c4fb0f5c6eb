"""Recusal from facts, worked out anew in the same transaction as the fact: named subject, handler or panel,
own declaration."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from shuangcha.casefile import models as cf
from shuangcha.casefile.models.meeting import FROM_FACTS


def from_facts(clue: cf.Clue) -> dict[int, str]:
    """Persons shut out of a clue by its facts, with the cause. Same name in the same court counts:
    better one too many."""
    found: dict[int, str] = {}
    officers = cf.CaseOfficer.rows.filter(enforcement_case__clue_links__clue=clue, person__isnull=False)
    for person_id in officers.values_list("person_id", flat=True):
        found[person_id] = "handler"
    named = cf.ClueSubject.rows.filter(clue=clue, person__isnull=False)
    for person_id in named.values_list("person_id", flat=True):
        found[person_id] = "subject"
    return found


def shut_out(causes: dict[int, str], *, clue: cf.Clue | None = None, matter: cf.Matter | None = None) -> None:
    """Write the recusals; one that stands is never lifted."""
    if not causes:
        return
    cf.Recusal.rows.bulk_create(
        [cf.Recusal(clue=clue, matter=matter, person_id=person_id, cause=cause) for person_id, cause in causes.items()],
        ignore_conflicts=True,
    )


def excuse(items: Iterable[cf.Item], attending: set[int]) -> None:
    """Who attends a meeting and is shut out of an item's file has nothing to declare on it, and could not:
    it is said for him."""
    by_clue, by_matter = (
        {getattr(one, name): one for one in items if getattr(one, name)} for name in ("clue_id", "matter_id")
    )
    shut = cf.Recusal.rows.filter(person_id__in=attending).filter(
        Q(clue_id__in=list(by_clue)) | Q(matter_id__in=list(by_matter))
    )
    pairs = {}
    for one in shut:
        item = by_clue.get(one.clue_id) or by_matter.get(one.matter_id)
        if item is not None:
            pairs[item.pk, one.person_id] = cf.Declaration(
                item=item, person_id=one.person_id, recused=True, reason=FROM_FACTS
            )
    cf.Declaration.rows.bulk_create(pairs.values(), ignore_conflicts=True)
