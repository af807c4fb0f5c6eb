"""选择性执行 (S01 to S03) and 乱执行 (D01 to D03)."""

from collections import defaultdict
from math import sqrt

from .base import NOT_A_CONTROL, Case, Data, Hit, Row, day, told


def S01(data: Data) -> list[Hit]:
    """Of two cases that control the same thing, the later control was paid while the earlier one was not yet paid.

    Not where a party of the paid case has priority; not where the earlier control was given up, or its case ended (other than
    by 终本) before the payment. The sign is the paid case's.
    """
    controls: dict[str, list[tuple[Row, Case]]] = defaultdict(list)
    for case in data.cases:
        for event in case.of("N21"):
            if event["subject"] and event["outcome"] not in NOT_A_CONTROL:
                controls[event["subject"]].append((event, case))
    hits = set()
    for subject, entries in controls.items():
        first: dict[int, tuple[Row, Case]] = {}
        for event, case in sorted(entries, key=lambda entry: entry[0]["event_at"]):
            first.setdefault(case.id, (event, case))
        for later_control, later in first.values():
            paid = [event for event in later.of("N34") if day(event) >= day(later_control)]
            if not paid or any(row["priority"] for row in later.parties):
                continue
            paid_on = min(day(event) for event in paid)
            for control, earlier in first.values():
                if earlier is later or not day(control) < day(later_control):
                    continue
                given_up = [
                    e for e in earlier.events
                    if e["subject"] == subject and e["outcome"] in ("released", "not_disposable_legal") and day(e) <= paid_on
                ]
                over = earlier.closed and earlier.closed <= paid_on and earlier.row["closing"] != "ended_this_time"
                if any(d <= paid_on for d in earlier.days("N34")) or given_up or over:
                    continue
                hits.add(Hit(later.id, "S01"))
    return list(hits)


def S02(data: Data) -> list[Hit]:
    """Same debtor: a case filed later was paid (by the court or, being fulfilled, otherwise), one filed earlier lies idle (open or 终本) and was never paid.

    A case that restored the earlier one is that case going on: it is no rival, and nothing lies idle then.
    The sign is the earlier, idle case's.
    """
    by_debtor: dict[str, list[Case]] = defaultdict(list)
    for case in data.cases:
        if case.row["debtor"] and case.row["kind"] in ("enforcement", "restored"):
            by_debtor[case.row["debtor"]].append(case)
    hits = []
    for cases in by_debtor.values():
        for early in cases:
            idle = early.closed is None or early.row["closing"] == "ended_this_time"
            if not idle or early.of("N34") or early.row["paid_amount"]:
                continue
            if any(c.row["origin_case"] == early.row["case_number"] for c in cases):
                continue
            if any(c.filed > early.filed and (c.of("N34") or c.row["closing"] == "fulfilled") for c in cases):
                hits.append(Hit(early.id, "S02"))
    return hits


def S03(data: Data) -> list[Hit]:
    """Of an officer's cases, those of banks meet a measure (N21) at a rate 3σ away from those of persons.

    At least 5 cases of each; the usual test of two shares with a common variance.
    """
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: {"bank": [0, 0], "person": [0, 0]})
    for case in data.cases:
        who, kind = case.row["handler"], case.row["applicant_kind"]
        if who and kind in ("bank", "person") and case.row["kind"] == "enforcement":
            counts[who][kind][0] += 1
            counts[who][kind][1] += 1 if case.of("N21") else 0
    hits = []
    for who, kinds in counts.items():
        (n1, k1), (n2, k2) = kinds["bank"], kinds["person"]
        if n1 < 5 or n2 < 5:
            continue
        share = (k1 + k2) / (n1 + n2)
        sigma = sqrt(share * (1 - share) * (1 / n1 + 1 / n2))
        if sigma and abs(k1 / n1 - k2 / n2) >= 3 * sigma:
            hits.append(Hit(0, "S03", who=who))
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
    """Money went through an account other than the case's own (the ledger)."""
    own = case.row["trust_account"]
    if own and any(row["account"] and row["account"] != own for row in case.money):
        return [Hit(case.id, "D03")]
    return []
