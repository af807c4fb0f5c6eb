"""The 14 reference rules of the design note (R01 to R14). A late act is a sign,
an act never done is none (R14 apart)."""

from collections import defaultdict
from datetime import date, timedelta

from .base import CALENDAR, LIST_A, Case, Data, Hit, day, missed
from .false_data import odd, same_second


def R01(case: Case) -> list[Hit]:
    """A closed case has one of five nodes not, or not by its closing."""
    if case.closed is None:
        return []
    lacking = any(min(case.days(node), default=date.max) > case.closed for node in ("N02", "N06", "N07", "N15", "N39"))
    return [Hit(case.id, "R01")] if lacking else []


def R02(case: Case) -> list[Hit]:
    """The first auction lies before the first price."""
    priced, sold = case.days("N25"), case.days("N29")
    return [Hit(case.id, "R02")] if priced and sold and min(sold) < min(priced) else []


def late(case: Case, rule: str, node: str, period: str) -> list[Hit]:
    due, done = case.due(case.filed, period), case.days(node)
    return [Hit(case.id, rule, due)] if done and min(done) > due else []


def R03(case: Case) -> list[Hit]:
    """The first notice more than 10 days after filing, rolled."""
    return late(case, "R03", "N06", "10日")


def R04(case: Case) -> list[Hit]:
    """The first query more than 5 working days after filing."""
    return late(case, "R04", "N15", "5工作日")


def R05(case: Case) -> list[Hit]:
    """Closed more than 6 months after filing, stops excluded, rolled."""
    due = case.due(case.filed, "6月", LIST_A)
    return [Hit(case.id, "R05", due)] if case.closed and case.closed > due else []


def R06(case: Case) -> list[Hit]:
    """A row entered more than 5 working days after it happened."""
    for event in case.events:
        if event["entered_at"] and event["entered_at"].date() > day(event):
            happened, entered = day(event).toordinal(), event["entered_at"].date().toordinal()
            if sum(not CALENDAR.rest_at(n) for n in range(happened + 1, entered + 1)) > 5:
                return [Hit(case.id, "R06")]
    return []


def R07(data: Data) -> list[Hit]:
    """One operator in one second in 10 cases or more."""
    hits = set()
    for rows in same_second(data).values():
        cases = {event["case_id"] for event in rows}
        hits |= {Hit(case_id, "R07") for case_id in cases} if len(cases) >= 10 else set()
    return list(hits)


def R08(data: Data) -> list[Hit]:
    """One operator, node and text in 5 cases or more."""
    cases = defaultdict(set)
    for case in data.cases:
        for event in case.events:
            if event["operator"] and event["text"]:
                cases[event["operator"], event["node"], event["text"]].add(case.id)
    return [Hit(case_id, "R08") for case_id in set().union(*(c for c in cases.values() if len(c) >= 5), set())]


def R09(case: Case) -> list[Hit]:
    """A query, a control or a talk at night or on a rest day."""
    return [Hit(case.id, "R09")] if any(odd(e["event_at"]) for e in case.of("N15", "N21", "N35")) else []


def R10(case: Case) -> list[Hit]:
    """Entered before it happened."""
    early = any(e["entered_at"] and e["entered_at"] < e["event_at"] for e in case.events)
    return [Hit(case.id, "R10")] if early else []


def R11(case: Case) -> list[Hit]:
    """The first 终本 without notice, order to report, query or talk by its day, or fewer than two queries in all."""
    if not case.of("N36"):
        return []
    ended = min(case.days("N36"))
    lacking = any(min(case.days(node), default=date.max) > ended for node in ("N06", "N07", "N15", "N35"))
    return [Hit(case.id, "R11")] if lacking or len(case.of("N15")) < 2 else []


def R12(case: Case) -> list[Hit]:
    """Restored within 30 days of a closing."""
    for closed in case.of("N39"):
        for restored in case.of("N38"):
            if restored["event_at"] > closed["event_at"] and (day(restored) - day(closed)).days <= 30:
                return [Hit(case.id, "R12")]
    return []


def R13(case: Case) -> list[Hit]:
    """The first 终本 when three months had not passed."""
    due, ended = case.due(case.filed, "3月", roll=False), case.days("N36")
    return [Hit(case.id, "R13", due + timedelta(days=1))] if ended and min(ended) <= due else []


def R14(case: Case) -> list[Hit]:
    """A receipt that no payment followed within 30 days; for the first, what was paid before counts."""
    hits, receipts = [], case.days("N33")
    for receipt in receipts:
        due = case.due(receipt, "30日")
        paid = [paid for paid in case.days("N34") if paid >= receipt or receipt == receipts[0]]
        if missed(case, due, paid, lapses=False):
            hits.append(Hit(case.id, "R14", due))
    return hits
