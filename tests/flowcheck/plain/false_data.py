"""数据造假 (F01 to F15): the record does not fit what happened."""

import re
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher
from itertools import combinations

from .base import CALENDAR, Case, Data, Hit, Row, day, told

# §5.1 column 3, "must come after". Where it names no node (default, change …), the node that `nodes.py` names, if any.
AFTER = {
    "N02": ("N01",),
    "N03": ("N02",),
    "N04": ("N02",),
    "N05": ("N02",),
    "N06": ("N02",),
    "N07": ("N02",),
    "N08": ("N07",),
    "N09": ("N08",),
    "N10": ("N08",),
    "N11": ("N07",),
    "N12": ("N04",),
    "N15": ("N02",),
    "N16": ("N15",),
    "N17": ("N04",),
    "N18": ("N06",),
    "N20": ("N19",),
    "N22": ("N21",),
    "N23": ("N21",),
    "N24": ("N21",),
    "N25": ("N24",),
    "N26": ("N25",),
    "N27": ("N26",),
    "N28": ("N25",),
    "N29": ("N28",),
    "N30": ("N29",),
    "N31": ("N29",),
    "N32": ("N31",),
    "N34": ("N33",),
    "N34a": ("N33",),
    "N33a": ("N33",),
    "N36": ("N06", "N07", "N10", "N15", "N16", "N17", "N18", "N35"),
    "N37": ("N36",),
    "N39": ("N02",),
    "N40": ("N02",),
    "N41": ("N02",),
    "N43": ("N42",),
    "N46": ("N39",),
}
FILLER = ("无", "已办理", "同上", "略", "不详", "已完成", "见附件", "按规定办理")


def F01(case: Case) -> list[Hit]:
    """Entered more than 3 days after it happened, no reason recorded, not imported."""
    for event in case.events:
        if event["entered_at"] and not told(event) and (event["entered_at"].date() - day(event)).days > 3:
            return [Hit(case.id, "F01")]
    return []


def same_second(data: Data) -> dict[tuple[str, datetime], list[Row]]:
    rows = defaultdict(list)
    for case in data.cases:
        for event in case.events:
            timed = event["entered_at"] and event["entered_at"].time() != time.min
            if event["operator"] and timed and not event["import_job"]:
                rows[event["operator"], event["entered_at"]].append(event)
    return rows


def F02(data: Data) -> list[Hit]:
    """One operator in one second: at least 3 nodes of one case, or nodes of at least 5 cases. Not what was imported,
    nor what has a day only."""
    hits = set()
    for rows in same_second(data).values():
        of_case: dict[int, int] = defaultdict(int)
        for event in rows:
            of_case[event["case_id"]] += 1
        for case_id, count in of_case.items():
            if count >= 3 or len(of_case) >= 5:
                hits.add(Hit(case_id, "F02"))
    return list(hits)


def F03(case: Case) -> list[Hit]:
    """At least 60 % of the nodes entered up to the closing were entered in the 24 hours before it (5 nodes or more).

    The closing is the moment of N39 on the closing day, or the end of that day (midnight: a day without a time).
    """
    if not case.closed:
        return []
    moments = [
        event["event_at"]
        for event in case.of("N39")
        if day(event) == case.closed and event["event_at"].time() != time.min
    ]
    closing = moments[0] if moments else datetime.combine(case.closed, time.max)
    typed = [event["entered_at"] for event in case.events if event["entered_at"] and not event["import_job"]]
    nodes = [entered for entered in typed if entered <= closing]
    late = [entered for entered in nodes if entered >= closing - timedelta(hours=24)]
    return [Hit(case.id, "F03")] if len(nodes) >= 5 and len(late) * 100 >= len(nodes) * 60 else []


def F04(case: Case) -> list[Hit]:
    """A node happened before the day of filing; 保全, 异议, 复议 and the receipt of the application may."""
    for event in case.events:
        if event["node"] not in ("N01", "N42", "N43", "N44") and day(event) < case.filed:
            return [Hit(case.id, "F04")]
    return []


def F05(case: Case) -> list[Hit]:
    """It happened after it was entered, or has yet to happen; auctions are entered ahead. Midnight stands for a day
    without a time."""
    for event in case.events:
        entered = event["entered_at"]
        if event["node"] in ("N29", "N30"):
            continue
        late = entered is not None and event["event_at"] > entered
        if entered is not None and entered.time() == time.min:
            late = day(event) > entered.date()
        if late or day(event) > case.as_of:
            return [Hit(case.id, "F05")]
    return []


def F06(case: Case) -> list[Hit]:
    """A node stands, by its day, before every node that it must come after (of the same thing, where both name one)."""
    for node, predecessors in AFTER.items():
        for later in case.of(node):
            for predecessor in predecessors:
                earlier = case.of(predecessor)
                same = [e for e in earlier if e["subject"] and e["subject"] == later["subject"]]
                if predecessor == "N06" and case.of("N06a"):
                    continue
                before = [day(event) for event in same or earlier]
                if before and day(later) < min(before):
                    return [Hit(case.id, "F06")]
    return []


def odd(moment: datetime | None) -> bool:
    """From 22:00 to 06:00, or on a rest day. Midnight to the second is a day without a time."""
    if moment is None:
        return False
    at_night = (moment.hour >= 22 or moment.hour < 6) and moment.time() != time.min
    return at_night or CALENDAR.is_rest(moment.date())


def F07(data: Data) -> list[Hit]:
    """More than 20 % of an officer's rows (50 or more) happened or were entered at night or on a rest day."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    last: dict[str, tuple[date, str]] = {}
    for case in data.cases:
        for event in case.events:
            if event["operator"] and not event["import_job"]:
                counts[event["operator"]][0] += 1
                if odd(event["event_at"]) or odd(event["entered_at"]):
                    counts[event["operator"]][1] += 1
                    last[event["operator"]] = max(
                        (day(event), case.row["court"]), last.get(event["operator"], (date.min, ""))
                    )
    found = [who for who, (n, k) in counts.items() if n >= 50 and k * 100 > n * 20]
    return [Hit(0, "F07", who=who, court=last[who][1], day=last[who][0]) for who in found]


def F08(data: Data) -> list[Hit]:
    """Records of talks and checks (N35, N10) of two cases of which the variable parts, 200 characters or more, are at
    least 95 % alike. Pieces that stand in 500 cases or more are the template and are left out."""
    texts = []
    for case in data.cases:
        for event in case.of("N10", "N35"):
            text = re.sub(r"\s", "", event["text"] or "")
            texts.append((case.id, [piece for piece in re.split(r"[，。；：！？、,.;:!?]", text) if piece]))
    seen_in: dict[str, set[int]] = defaultdict(set)
    for case_id, pieces in texts:
        for piece in pieces:
            seen_in[piece].add(case_id)
    cases_of: dict[str, set[int]] = defaultdict(set)
    for case_id, pieces in texts:
        variable = "".join(piece for piece in pieces if len(seen_in[piece]) < 500)
        if len(variable) >= 200:
            cases_of[variable].add(case_id)
    # Texts that are 95 % alike share stretches of ten characters which few others have: only such pairs are compared.
    with_stretch: dict[str, set[str]] = defaultdict(set)
    for text in cases_of:
        for start in range(len(text) - 9):
            with_stretch[text[start : start + 10]].add(text)
    pairs = {pair for alike in with_stretch.values() if len(alike) <= 40 for pair in combinations(sorted(alike), 2)}
    hits = {Hit(case_id, "F08") for cases in cases_of.values() if len(cases) >= 2 for case_id in cases}
    for a, b in pairs:
        match = SequenceMatcher(None, a, b, autojunk=False)
        if len(cases_of[a] | cases_of[b]) >= 2 and match.quick_ratio() >= 0.95 and match.ratio() >= 0.95:
            hits |= {Hit(case_id, "F08") for case_id in cases_of[a] | cases_of[b]}
    return list(hits)


def F09(data: Data) -> list[Hit]:
    """The same attachment (by its hash) in two cases or more; stamps are the same everywhere."""
    cases = defaultdict(set)
    for case in data.cases:
        for event in case.events:
            if event["body_hash"] and event["attachment_kind"] != "stamp":
                cases[event["body_hash"]].add(case.id)
    return [Hit(case_id, "F09") for case_id in set().union(*(c for c in cases.values() if len(c) >= 2), set())]


def F10(case: Case) -> list[Hit]:
    """A text that says nothing: under 5 characters, a filler word, or one piece over and over."""
    for event in case.events:
        if event["text"] is None:
            continue
        raw = re.sub(r"\s", "", event["text"])
        bare = re.sub(r"[，。；：！？、,.;:!?…—\-]", "", raw)
        repeats = any(
            len(words) % size == 0 and words == words[:size] * (len(words) // size)
            for words in (raw, bare)
            for size in range(1, len(words) // 2 + 1)
        )
        if len(bare) < 5 or bare in FILLER or repeats:
            return [Hit(case.id, "F10")]
    return []


def F11(case: Case) -> list[Hit]:
    """A node deleted or entered again after it was submitted, without a reason."""
    for event in case.events + case.deleted:
        if event["change"] in ("deleted", "re-entered") and not event["reason"]:
            return [Hit(case.id, "F11")]
    return []


def F12(case: Case) -> list[Hit]:
    """Sent by post or public notice and served on the day of issue."""
    for event in case.events:
        if event["served_by"] in ("post", "notice") and event["served_on"] == day(event):
            return [Hit(case.id, "F12")]
    return []


def F13(case: Case) -> list[Hit]:
    """What is said to have come in is exactly the amount applied for, while the receipts are another sum."""
    paid, amount = case.row["paid_amount"], case.row["amount"]
    if not paid or paid != amount:
        return []
    return [Hit(case.id, "F13")] if sum(r["amount"] for r in case.money if r["direction"] == "in") != paid else []


def F14(case: Case) -> list[Hit]:
    """A query (N15) stands as done and no answer (N16) ever came; three days are allowed for the interface.

    An answer dated before the first query is out of order (F06) but there; a later query needs an answer of its own.
    """
    queries = [query for query in case.of("N15") if query["outcome"] == "done"]
    for query in queries:
        due = case.due(day(query), "3日")
        answers = [d for d in case.days("N16") if d >= day(query) or day(query) == day(queries[0])]
        if answers or case.as_of <= due:
            continue
        if not (case.closed and case.closed <= due):
            return [Hit(case.id, "F14", due)]
    return []


def F15(data: Data) -> list[Hit]:
    """One approver approved more than 10 rows in one minute of the clock."""
    rows = defaultdict(list)
    for case in data.cases:
        for event in case.events:
            timed = event["approved_at"] and event["approved_at"].time() != time.min
            if event["approver"] and timed and not event["import_job"]:
                rows[event["approver"], event["approved_at"].replace(second=0, microsecond=0)].append(case.id)
    return [Hit(case_id, "F15") for ids in rows.values() if len(ids) > 10 for case_id in set(ids)]
