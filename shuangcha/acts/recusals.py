"""Recusal from facts, worked out anew in the same transaction as the fact: named subject, handler or panel, own declaration."""

from __future__ import annotations

from shuangcha.casefile import models as cf


def from_facts(clue: cf.Clue) -> dict[int, str]:
    """Persons shut out of a clue by its facts, with the cause. Same name in the same court counts: better one too many."""
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
