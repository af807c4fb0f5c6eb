"""虚假结案 (C01 to C10) and 管理问题 (M01, M02, and X01 which is offered for local rules)."""

from collections import defaultdict
from datetime import date, timedelta
from math import sqrt

from .base import CALENDAR, NOT_A_CONTROL, SETTLED, Case, Data, Hit, day


def C01(case: Case) -> list[Hit]:
    """终本 before the day after three months from filing (or from the restoration before it); never rolled, no
    stops. The day named is the first on which it would have been lawful (§7.1 T12)."""
    hits = []
    for ended in case.days("N36"):
        start = max([case.filed, *(restored for restored in case.days("N38") if restored <= ended)])
        due = case.due(start, "3月", roll=False)
        if ended <= due:
            hits.append(Hit(case.id, "C01", due + timedelta(days=1)))
    return hits


def C02(case: Case) -> list[Hit]:
    """By the day of the 终本 there was no notice, no order to report, no query, no 限消 or no talk."""
    for ended in case.days("N36"):
        for nodes in (("N06", "N06a"), ("N07",), ("N15",), ("N18",), ("N35",)):
            if not any(done <= ended for done in case.days(*nodes)):
                return [Hit(case.id, "C02")]
    return []


def C03(case: Case) -> list[Hit]:
    """终本 while a thing was under control: neither released nor sold since, no legal impediment
    recorded. That the control has lapsed does not sell the thing."""
    for ended in case.days("N36"):
        for control in case.of("N21"):
            if control["outcome"] in NOT_A_CONTROL or day(control) > ended:
                continue
            about = [e for e in case.events if e["subject"] == control["subject"] and day(e) <= ended]
            settled = any(e["outcome"] in SETTLED and e["event_at"] >= control["event_at"] for e in about)
            if not settled:
                return [Hit(case.id, "C03")]
    return []


def C04(case: Case) -> list[Hit]:
    """终本 with neither an approval nor the applicant's signature (on it or on the talk before it)."""
    signed = any(event["outcome"] == "signed" for event in case.of("N35"))
    for ended in case.of("N36"):
        if not ended["approver"] and ended["outcome"] != "signed" and not signed:
            return [Hit(case.id, "C04")]
    return []


def ended_on(origin: Case, restored: date) -> date | None:
    """The day of the last 终本 ruling by the day of the restoration; where no ruling is on record at all,
    the closing day of a case closed so."""
    rulings = origin.days("N36")
    if rulings:
        return max((one for one in rulings if one <= restored), default=None)
    return origin.closed if origin.row["closing"] == "ended_this_time" else None


def C05(data: Data) -> list[Hit]:
    """Restored within 90 days of 终本, in the same case (N38) or as a new one. The sign is that of the case that
    restores: its row shows it."""
    hits = set()
    numbers = data.by_number()
    for case in data.cases:
        for ended in case.days("N36"):
            if any(0 <= (restored - ended).days <= 90 for restored in case.days("N38")):
                hits.add(Hit(case.id, "C05"))
        origin = numbers.get(case.row["origin_case"] or "")
        ended = ended_on(origin, case.filed) if origin and case.row["kind"] == "restored" else None
        if origin and ended and 0 <= (case.filed - ended).days <= 90:
            hits.add(Hit(case.id, "C05"))
    return list(hits)


def C06(data: Data) -> list[Hit]:
    """The restored case was closed as fulfilled within 60 days of the 终本. The sign is that of the restored case."""
    hits = set()
    numbers = data.by_number()
    for case in data.cases:
        origin = numbers.get(case.row["origin_case"] or "")
        if not origin or case.row["kind"] != "restored" or case.row["closing"] != "fulfilled" or not case.closed:
            continue
        ended = ended_on(origin, case.filed)
        if ended and 0 <= (case.closed - ended).days <= 60:
            hits.add(Hit(case.id, "C06"))
    return list(hits)


def C07(case: Case) -> list[Hit]:
    """Closed because the applicant withdrew, who says that he did not."""
    denied = any(row["about_withdrawal"] for row in case.petitions)
    return [Hit(case.id, "C07")] if case.row["closing"] == "withdrawn" and denied else []


def C08(case: Case) -> list[Hit]:
    """Closed as fulfilled with 100 yuan or more of the money still in the account."""
    balance = sum(row["amount"] * (1 if row["direction"] == "in" else -1) for row in case.money)
    return [Hit(case.id, "C08")] if case.row["closing"] == "fulfilled" and balance >= 10000 else []


def C09(data: Data) -> list[Hit]:
    """A court closed in the last 5 working days of a year at least 3 times as much a day as in the 60 before them."""
    closings: dict[str, list[date]] = defaultdict(list)
    for case in data.cases:
        if case.closed:
            closings[case.row["court"]].append(case.closed)
    hits = []
    for court, days in closings.items():
        for year in sorted({d.year for d in days}):
            if date(year, 12, 31) > data.as_of:
                continue
            working = [d for n in range(366) if CALENDAR.is_working(d := date(year, 12, 31) - timedelta(days=n))]
            first, before = working[4], working[64]
            late = len([d for d in days if first <= d <= date(year, 12, 31)])
            usual = len([d for d in days if before <= d < first])
            if late >= 10 and late / 5 >= 3 * usual / 60:
                hits.append(Hit(0, "C09", who=court, court=court, day=date(year, 12, 31)))
    return hits


def C10(data: Data) -> list[Hit]:
    """An officer's share of 销案 and 不予执行 among his closings (10 or more) lies 3σ above the share of all."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case in data.cases:
        if case.closed and case.row["handler"]:
            counts[case.row["handler"]][0] += 1
            counts[case.row["handler"]][1] += case.row["closing"] in ("cancelled", "refused")
    last = {
        case.row["handler"]: (case.closed, case.row["court"])
        for case in sorted(data.cases, key=lambda case: case.closed or date.min)
        if case.closed and case.row["closing"] in ("cancelled", "refused")
    }
    total, odd = sum(n for n, _ in counts.values()), sum(k for _, k in counts.values())
    share = odd / total if total else 0.0
    hits = []
    for who, (n, k) in counts.items():
        sigma = sqrt(share * (1 - share) / n)
        if n >= 10 and sigma and (k / n - share) / sigma >= 3:
            hits.append(Hit(0, "C10", who=who, court=last[who][1], day=last[who][0]))
    return hits


def M01(case: Case) -> list[Hit]:
    """Three alerts or more that nobody handled."""
    ignored = [row for row in case.alerts if row["handled_on"] is None and row["raised_on"] <= case.as_of]
    return [Hit(case.id, "M01")] if len(ignored) >= 3 else []


def M02(data: Data, hits: list[Hit]) -> list[Hit]:
    """A court or an officer supervised for a sign shows it again afterwards: in a case filed or due after that day, or
    as a sign of the officer or court as a whole that rests on something after that day."""
    cases = {case.id: case for case in data.cases}
    again = set()
    for row in data.supervised:
        for hit in hits:
            if hit.rule != row["rule"]:
                continue
            case = cases.get(hit.case_id)
            if case is None:  # of an officer or a court as a whole
                meant = row["operator"] in (None, hit.who) and row["court"] == hit.court
                if meant and hit.day and hit.day > row["supervised_on"]:
                    again.add(Hit(0, "M02", who=hit.who))
                continue
            when = hit.due or case.filed
            if case.row["court"] != row["court"] or when <= row["supervised_on"]:
                continue
            if row["operator"] is None or case.row["handler"] == row["operator"]:
                again.add(Hit(case.id, "M02"))
    return list(again)


def X01(case: Case) -> list[Hit]:
    """A period of deduction that is none: ends before it begins, begins before filing or after closing, never ended
    though the case is closed."""
    for row in case.suspensions:
        start, end = row["start_on"], row["end_on"]
        if start < case.filed or (case.closed and start > case.closed):
            return [Hit(case.id, "X01")]
        if (end is not None and end < start) or (end is None and case.closed):
            return [Hit(case.id, "X01")]
    return []
