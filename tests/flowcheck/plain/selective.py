"""选择性执行 (S01 to S03) and 乱执行 (D01 to D03)."""

from collections import defaultdict
from datetime import date, timedelta
from math import sqrt

from .base import NOT_A_CONTROL, Case, Data, Hit, day, told

FOREVER = date(2100, 1, 1)
RESIDUE = 10000
"""Less than 100 yuan lacking: paid in full (as C08)."""


def S01(data: Data) -> list[Hit]:
    """A case was paid while a claim that controls the same thing longer was not yet satisfied.
    The sign is the paid case's.

    A claim is a case together with the cases that restored it: one creditor. A control holds its rank until it is given
    up or expires unrenewed; the thing controlled again ranks anew. A claim is satisfied when paid in full (where sums
    are not on record: paid at all) or ended otherwise than by 终本. Not where a party of the paid claim has priority.
    """
    claims: dict[str, list[Case]] = defaultdict(list)
    for case in data.cases:
        restored = case.row["kind"] == "restored" and case.row["origin_case"]
        claims[restored or case.row["case_number"]].append(case)
    controlled: dict[str, set[str]] = defaultdict(set)
    for name, cases in claims.items():
        for case in cases:
            for event in case.of("N21", "N23"):
                if event["subject"] and event["outcome"] not in NOT_A_CONTROL:
                    controlled[event["subject"]].add(name)
    hits = set()
    for subject, names in controlled.items():
        if len(names) < 2:
            continue
        spells = {name: _spells(claims[name], subject) for name in names}
        satisfied = {name: _satisfied(claims[name]) for name in names}
        for name in names:
            if any(row["priority"] for case in claims[name] for row in case.parties):
                continue
            for case in claims[name]:
                for paid_on in case.days("N34", "N34a"):
                    ranks = [start for start, _ in spells[name] if start <= paid_on]
                    if not ranks:
                        continue
                    for other in names - {name}:
                        ahead = any(start < max(ranks) and end > paid_on for start, end in spells[other])
                        if ahead and satisfied[other] > paid_on:
                            hits.add(Hit(case.id, "S01"))
    return list(hits)


def _spells(cases: list[Case], subject: str) -> list[tuple[date, date]]:
    """(first day, first day no longer) of each time the thing was under control without a break."""
    events = [e for case in cases for e in case.events if e["subject"] == subject]
    spells: list[tuple[date, date]] = []
    for event in sorted(events, key=lambda e: (e["event_at"], e["event_id"])):
        on = day(event)
        if event["outcome"] == "released":
            if spells and spells[-1][1] > on:
                spells[-1] = (spells[-1][0], on)
        elif event["node"] in ("N21", "N23") and event["outcome"] not in NOT_A_CONTROL:
            until = event["due_on"] + timedelta(days=1) if event["due_on"] else FOREVER
            if until <= on:  # a control "until" an earlier day is no control
                continue
            if spells and spells[-1][1] > on:
                spells[-1] = (spells[-1][0], max(until, spells[-1][1]))
            else:
                spells.append((on, until))
    return spells


def _satisfied(cases: list[Case]) -> date:
    """The day from which the claim waits for nothing any more."""
    found = [case.closed for case in cases if case.closed and case.row["closing"] != "ended_this_time"]
    claim = max((case.row["amount"] for case in cases if case.row["amount"] is not None), default=None)
    got = 0
    for event in sorted(
        (e for case in cases for e in case.of("N34", "N34a")), key=lambda e: (e["event_at"], e["event_id"])
    ):
        got += event["amount"] or 0
        if claim is None or event["amount"] is None or got > claim - RESIDUE:
            found.append(day(event))
    return min(found, default=FOREVER)


def S02(data: Data) -> list[Hit]:
    """Same debtor: a case filed later was paid (by the court or, being fulfilled, otherwise), one filed earlier lies
    idle (open or 终本) and was never paid.

    A case that restored the earlier one is that case going on: it is no rival, and nothing lies idle then.
    The sign is the earlier, idle case's.
    """
    by_debtor: dict[str, list[Case]] = defaultdict(list)
    for case in data.cases:
        if case.row["debtor"] and case.row["kind"] in ("enforcement", "restored"):
            by_debtor[case.row["debtor"]].append(case)
    restored = {case.row["origin_case"] for case in data.cases if case.row["kind"] == "restored"}
    hits = []
    for cases in by_debtor.values():
        for early in cases:
            idle = early.closed is None or early.row["closing"] == "ended_this_time"
            if not idle or early.of("N34", "N34a") or early.row["paid_amount"]:
                continue
            if early.row["case_number"] in restored:
                continue
            if any(c.filed > early.filed and (c.of("N34", "N34a") or c.row["closing"] == "fulfilled") for c in cases):
                hits.append(Hit(early.id, "S02"))
    return hits


def S03(data: Data) -> list[Hit]:
    """Of an officer's cases, those of banks meet a measure (N21) at a rate 3σ away from those of persons.

    At least 5 cases of each; the usual test of two shares with a common variance.
    """
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: {"bank": [0, 0], "person": [0, 0]})
    last: dict[str, tuple[date, str]] = {}
    for case in data.cases:
        who, kind = case.row["handler"], case.row["applicant_kind"]
        if who and kind in ("bank", "person") and case.row["kind"] == "enforcement":
            counts[who][kind][0] += 1
            last[who] = max((case.filed, case.row["court"]), last.get(who, (case.filed, "")))
            counts[who][kind][1] += 1 if case.of("N21") else 0
    hits = []
    for who, kinds in counts.items():
        (n1, k1), (n2, k2) = kinds["bank"], kinds["person"]
        if n1 < 5 or n2 < 5:
            continue
        share = (k1 + k2) / (n1 + n2)
        sigma = sqrt(share * (1 - share) * (1 / n1 + 1 / n2))
        if sigma and abs(k1 / n1 - k2 / n2) >= 3 * sigma:
            hits.append(Hit(0, "S03", who=who, court=last[who][1], day=last[who][0]))
    return hits


def D01(case: Case) -> list[Hit]:
    """At some moment the controls in force were worth more than 1.3 times the amount of the case.

    A thing counts once, until it is released or sold; where a reason was recorded (indivisible) it does not count.
    """
    if not case.row["amount"]:
        return []
    held: dict[object, int] = {}
    for event in case.events:
        thing = event["subject"] or event["event_id"]
        if event["outcome"] in ("released", "sold"):
            held.pop(thing, None)
        elif event["node"] == "N21" and event["outcome"] not in NOT_A_CONTROL and event["amount"] and not told(event):
            held[thing] = max(event["amount"], held.get(thing, 0))
            if sum(held.values()) * 10 > case.row["amount"] * 13:
                return [Hit(case.id, "D01")]
    return []


def D02(case: Case) -> list[Hit]:
    """A measure (限消, 失信, 控制) struck a person whom the 执行依据 does not name and no ruling added.

    Only where it is on record whom the 执行依据 names."""
    if not any(row["named"] for row in case.parties):
        return []
    answerable = {row["party"] for row in case.parties if row["named"] or row["added_by_ruling"]}
    for event in case.of("N18", "N19", "N21"):
        if event["party"] and event["party"] not in answerable and event["outcome"] not in ("released", "none_found"):
            return [Hit(case.id, "D02")]
    return []


def D03(case: Case) -> list[Hit]:
    """Money went through an account other than the case's own: as the ledger says,
    or the nodes of receipt and payment."""
    own = case.row["trust_account"]
    if own and any(row["account"] and row["account"] != own for row in (*case.money, *case.of("N33", "N34", "N34a"))):
        return [Hit(case.id, "D03")]
    return []
