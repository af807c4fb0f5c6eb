"""Who gets which course and which fault: the plan of the invented province, regular on purpose.

One officer has one block of 24 consecutive cases, always of the same mix, so that no officer or court stands out by
chance and every deviation is a planted one. A planted case carries exactly one fault (`plant`); what else follows of
necessity from that fault stands in FOLLOWS. Faults that need several cases (`SPECIALS`) take a whole block.
"""

from __future__ import annotations

BLOCK = 24
MIX: tuple[str, ...] = (
    *("fulfilled",) * 9,
    *("ended_this_time",) * 6,
    "auction",
    "auction",
    "open",
    "restored",
    "objection",
    "unlitigated",
    "withdrawn",
    "cancelled",
    "preservation",
)
ORIGIN = 9
"""The kind of the 1st, 2nd … case of a block; case 19 (restored) restores case 10 (ORIGIN:
the first 终本 of its block, which is never planted)."""

PLANTS: dict[str, tuple[str, ...]] = {
    "fulfilled": (
        "F01",
        "F02",
        "F03",
        "F04",
        "F05",
        "F06",
        "F10",
        "F11",
        "F12",
        "F13",
        "F14",
        "C08",
        "P01",
        "P02",
        "P06",
        "P07",
        "P08",
        "P09",
        "P11",
        "D01",
        "D02",
        "D03",
        "M01",
        "X01",
        "R01",
        "R04",
    ),
    "ended_this_time": ("C01", "C02", "C03", "C04", "R12"),
    "auction": ("P03", "P04", "P05", "R02"),
    "open": ("P09",),
    "restored": ("C05", "C06"),
    "withdrawn": ("C07",),
    "objection": ("P10",),
}
"""What is planted in which kind of case: the signs, and the reference rules that no sign implies (R…)."""
SHARE, DRIFT = 8, 97
"""One case in eight of each kind is planted, the faults of its kind in turn."""

SPECIALS: dict[str, str] = {
    "F02": "fulfilled",
    "F07": "fulfilled",
    "F08": "ended_this_time",
    "F09": "fulfilled",
    "F15": "ended_this_time",
    "C09": "fulfilled",
    "C10": "cancelled",
    "S01": "fulfilled",
    "S02": "fulfilled",
    "S03": "fulfilled",
    "M02": "fulfilled",
}
"""Faults that show only across cases, and the kind of all cases of their block; the first HIT cases carry the fault."""
EVERY = 200
"""Block 1 … len(SPECIALS) of each 200 blocks are special ones, in the order of SPECIALS."""
HIT = 12

FULL_SET = BLOCK * (len(SPECIALS) + 1) * 3
"""The least number of cases that holds every fault at least once (tests say so)."""


def pick(names: tuple[str, ...], index: str) -> str:
    """SQL: the name at the 0-based `index`."""
    listed = ", ".join(f"'{one}'" for one in names)
    return f"([{listed}])[({index}) + 1]"


def plant_sql(seed: int) -> str:
    """SQL: the fault of a case, or NULL; needs columns block, seq, mix, special."""
    cases = []
    for kind, plants in PLANTS.items():
        places = [index for index, one in enumerate(MIX) if one == kind]
        ordinal = f"(block * {len(places)} + seq - {places[0]} + {seed % SHARE})"
        spared = f" AND seq <> {ORIGIN}" if kind == "ended_this_time" else ""
        # The drift keeps faults from falling always on the same courts, which take blocks in turn.
        turn = f"({ordinal} + {ordinal} // {DRIFT})"
        cases.append(
            f"WHEN mix = '{kind}'{spared} AND {turn} % {SHARE} = 0 THEN {pick(plants, f'({turn} // {SHARE}) % {len(plants)}')}"
        )
    return f"CASE WHEN special IS NOT NULL THEN (CASE WHEN seq < {HIT} THEN special END) {' '.join(cases)} END"
