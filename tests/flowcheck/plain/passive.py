"""消极执行 (P01 to P11): an act that could be done was not done, or not in time."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from shuangcha.periods import due_day

from .base import CALENDAR, LIST_A, NOT_A_CONTROL, PAUSES, SETTLED, Case, Hit, Row, day, missed, same_thing, told

# Measures against a person: their end settles no property.
PERSONAL = ("N11", "N18", "N19", "N20")


def before(one: Row, other: Row) -> bool:
    """By time, at one moment by number."""
    return (one["event_at"], one["event_id"]) < (other["event_at"], other["event_id"])


def P01(case: Case) -> list[Hit]:
    """The notice goes out within 10 days of receiving the application (N01; §5.1 N06), natural days, no stops.

    Enforced at once (a measure in that time, and the notice is marked N06a or has yet to go): within 3 days of the
    measure will do.
    """
    if case.row["kind"] not in ("enforcement", "unlitigated"):
        return []
    due = case.due(min(case.days("N01"), default=case.filed), "10日")
    measure = min((day(e) for e in case.of("N21") if e["outcome"] != "released"), default=None)
    notices = case.days("N06", "N06a")
    if measure and measure <= due and (case.of("N06a") or not notices):
        due = max(due, case.due(measure, "3日"))
    return [Hit(case.id, "P01", due)] if missed(case, due, notices) else []


def done_for(anchor: Row, events: list[Row]) -> list[date]:
    """Days on which it was done for this thing: of what names the same, whenever; where either names nothing,
    after it."""
    later = [e for e in events if day(e) >= day(anchor) and not (anchor["subject"] and e["subject"])]
    return [day(e) for e in (*same_thing(anchor, events), *later)]


def settled_after(anchor: Row, case: Case) -> list[date]:
    """Days from the anchor's day on when the thing was released, sold or found not to be disposable by law."""
    ends = [e for e in case.events if e["outcome"] in SETTLED and e["node"] not in PERSONAL]
    return [when for when in done_for(anchor, ends) if when >= day(anchor)]


def P02(case: Case) -> list[Hit]:
    """Property was found and not controlled within 7 days. Not if it is worth nothing or a reason was recorded.

    An attempt that met nothing (none_found) was an act; a release is none, and a control lifted before counts no more.
    A control that still stood when the thing was found again is one.
    """
    hits = []
    for found in case.of("N08", "N13", "N16", "N17"):
        if found["outcome"] != "found" or found["amount"] == 0 or told(found):
            continue
        due = case.due(day(found), "7日")
        tried = [e for e in case.of("N21") if e["outcome"] != "released"]
        settled = settled_after(found, case)
        lifted = [e for e in same_thing(found, case.events) if e["outcome"] == "released" and day(e) < day(found)]
        standing = [
            e for e in tried if e not in same_thing(found, tried) or not any(before(e, gone) for gone in lifted)
        ]
        if missed(case, due, done_for(found, standing), settled):
            hits.append(Hit(case.id, "P02", due))
    return hits


def P03(case: Case) -> list[Hit]:
    """The price of a seized thing begins to be found within 30 days of the seizure; list A is deducted.
    Not deposits."""
    hits = []
    for seized in case.of("N21"):
        if seized["outcome"] in NOT_A_CONTROL or seized["property_kind"] == "deposit" or told(seized):
            continue
        due = case.due(day(seized), "30日", LIST_A)
        begun = done_for(seized, case.of("N24"))
        settled = settled_after(seized, case)
        if missed(case, due, begun, settled):
            hits.append(Hit(case.id, "P03", due))
    return hits


def P04(case: Case) -> list[Hit]:
    """Within 10 days of the price being fixed the sale begins; pauses are deducted, a recorded reason excuses."""
    hits = []
    for fixed in case.of("N25"):
        if told(fixed):
            continue
        due = case.due(day(fixed), "10日", PAUSES)
        begun = done_for(fixed, case.of("N28", "N29"))
        settled = settled_after(fixed, case)
        if missed(case, due, begun, settled):
            hits.append(Hit(case.id, "P04", due))
    return hits


def P05(case: Case) -> list[Hit]:
    """After a failed first auction the second follows within 30 days; pauses are deducted."""
    hits = []
    for failed in case.of("N29"):
        if failed["outcome"] != "failed_sale" or told(failed):
            continue
        due = case.due(day(failed), "30日", PAUSES)
        second = done_for(failed, case.of("N30"))
        settled = settled_after(failed, case)
        if missed(case, due, second, settled):
            hits.append(Hit(case.id, "P05", due))
    return hits


def P06(case: Case) -> list[Hit]:
    """Money received is paid out within 30 days, also after the case is closed. Not where a delay was approved: a node
    N33a in time, a reason on the receipt, or the reason for delay that the money table has for it."""
    hits = []
    for receipt in case.of("N33"):
        delays = [row["receipt"] for row in case.money if row["delay_reason"]]
        delayed = [about for about in delays if about == receipt["subject"] or not (about and receipt["subject"])]
        if told(receipt) or delayed:
            continue
        due = case.due(day(receipt), "30日")
        paid = done_for(receipt, case.of("N34", "N34a"))
        approved = [when for when in done_for(receipt, case.of("N33a")) if when >= day(receipt)]
        if missed(case, due, paid, approved, lapses=False):
            hits.append(Hit(case.id, "P06", due))
    return hits


def P07(case: Case) -> list[Hit]:
    """A control whose written day passed without renewal, release or disposal; not once the case ended for good.

    The day is the one in the paper; it does not roll. A later control renews if it reaches further.
    """
    hits = []
    for control in case.of("N21", "N23"):
        until = control["due_on"]
        if control["outcome"] in NOT_A_CONTROL or until is None or not day(control) <= until < case.as_of:
            continue
        if case.row["closing"] != "ended_this_time" and case.closed and case.closed <= until:
            continue
        answered = False
        for other in case.events:
            if other["subject"] != control["subject"] and other["subject"] and control["subject"]:
                continue
            if other is control or not before(control, other) or day(other) > until:
                continue
            if other["node"] == "N31" or (other["outcome"] in SETTLED and other["node"] not in PERSONAL):
                answered = True
            if other["node"] in ("N21", "N23") and other["outcome"] != "none_found":
                answered = answered or other["due_on"] is None or other["due_on"] > until
        if not answered:
            hits.append(Hit(case.id, "P07", until))
    return hits


def spells(case: Case) -> list[tuple[date, date]]:
    """When the case was open: from filing to closing; where it was restored (N38), from each restoration to the next
    ruling or closing (N36, N39, the closing day), and it rested in between."""
    restored = case.of("N38")
    if not restored:
        return [(case.filed, min(case.closed or case.as_of, case.as_of))]
    turns = [
        (e["event_at"], e["event_id"], e["node"] == "N38")
        for e in case.of("N36", "N38", "N39")
        if case.filed <= day(e) <= case.as_of
    ]
    if case.closed and case.closed <= case.as_of:
        turns.append((datetime.combine(case.closed, time()), 0, False))
    found, since = [], case.filed
    is_open = True
    for moment, _, opens in sorted(turns):
        if opens and not is_open:
            since, is_open = moment.date(), True
        elif not opens and is_open:
            found.append((since, moment.date()))
            is_open = False
    return [*found, (since, case.as_of)] if is_open else found


def P08(case: Case) -> list[Hit]:
    """No act for more than 60 days while the case is open (to the day of the check at most);
    days of list A are taken off."""
    if case.row["kind"] not in ("enforcement", "unlitigated", "restored"):
        return []
    stopped: set[date] = set()
    for start, end in case.stops(LIST_A):
        stopped.update(start + timedelta(days=n) for n in range((end - start).days))
    for first, last in spells(case):
        acts = sorted({first, last, *(day(event) for event in case.events if first <= day(event) <= last)})
        for one, other in pairwise(acts):
            idle = [one + timedelta(days=n) for n in range(1, (other - one).days + 1)]
            if len([d for d in idle if d not in stopped]) > 60:
                return [Hit(case.id, "P08")]
    return []


def P09(case: Case) -> list[Hit]:
    """Six months from filing (非诉: three, §5.1 N40), list A deducted, passed before the case was closed; an approved
    extension counts."""
    period = {"enforcement": "6月", "restored": "6月", "unlitigated": "3月"}.get(case.row["kind"])
    if period is None:
        return []
    due = case.due(case.filed, period, LIST_A)
    extended = case.row["extension_until"]
    if extended:
        while CALENDAR.is_rest(extended):
            extended += timedelta(days=1)
        due = max(due, extended)
    return [Hit(case.id, "P09", due)] if missed(case, due, [case.closed] if case.closed else []) else []


def P10(case: Case) -> list[Hit]:
    """An objection is filed within 3 days of its receipt and ruled upon within 15 days of it (§5.1 N42)."""
    hits = []
    for received in case.of("N42"):
        if received["outcome"] != "received":
            continue
        rejected = [
            when
            for when in done_for(received, [e for e in case.of("N42") if e["outcome"] == "rejected"])
            if when >= day(received)
        ]
        for outcome, period in (("filed", "3日"), ("ruled", "15日")):
            due = case.due(day(received), period)
            if missed(case, due, done_for(received, [e for e in case.of("N42") if e["outcome"] == outcome]), rejected):
                hits.append(Hit(case.id, "P10", due))
    return hits


def P11(case: Case) -> list[Hit]:
    """A petition is entered within 5 working days of its receipt, whatever becomes of the case."""
    hits = []
    for row in case.petitions:
        due = due_day(row["received_on"], "5工作日", calendar=CALENDAR)[0]
        if missed(case, due, [row["entered_on"]] if row["entered_on"] else [], lapses=False):
            hits.append(Hit(case.id, "P11", due))
    return hits
