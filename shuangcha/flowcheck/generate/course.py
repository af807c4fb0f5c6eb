"""The courses of invented cases: which node falls on which working day, kind by kind,
and what each planted fault moves.

A slot is (tag, day). The first three letters of the tag are the node; a letter after them tells two rows of one node
apart. `day` is an SQL expression that gives the index of a working day (`f`: the day of filing), NULL where the case
has no such row. Slots stand in the order of the day: within one day a later slot is later by the clock.
"""

from __future__ import annotations

from typing import NamedTuple


class Slot(NamedTuple):
    tag: str
    day: str


UNTOUCHED = "special = 'S03' AND applicant_kind = 'person'"
"""S03: this officer takes no measure for persons."""


SPELLS = "(plant IS NULL AND special IS NULL AND seq = 10 AND block % 3 = 0)"
"""Clean cases of two spells: ended, and reopened under the same number long after."""


def _moved(day: str, untouched: bool = False, **by: str) -> str:
    whens = " ".join(f"WHEN plant = '{rule}' THEN {other}" for rule, other in by.items())
    return f"CASE {whens} {f'WHEN {UNTOUCHED} THEN NULL' if untouched else ''} ELSE {day} END"


def _only(rule: str, day: str) -> str:
    return f"CASE WHEN plant = '{rule}' THEN {day} END"


OPENING = (
    Slot("N14", _only("F04", "f - 5")),
    Slot("N01", "f"),
    Slot("N02", "f"),
    Slot("N03", "f + 1"),
    Slot("N04", "f + 1"),
    Slot("N05", "f + 1"),
    Slot("N06", _moved("f + 1", P01="f + 18", M02="f + 18")),
    Slot("N07", _moved("f + 1", P01="f + 18", M02="f + 18", R01="NULL")),
    Slot("N12", "f + 2"),
    Slot("N15", _moved("f + 2", R04="f + 12")),
    Slot("N18", _moved("f + 2", P01="f + 19", M02="f + 19", C02="NULL", untouched=True)),
)
"""What every enforcement case begins with. The notice goes out the next working day:
ten days from N01 may hold nine rest days."""

COURSES: dict[str, tuple[Slot, ...]] = {
    "fulfilled": (
        *OPENING,
        Slot("N16", _moved("f + 4", F14="NULL", R04="f + 14")),
        Slot("N21", _moved("f + 5", P02="f + 24", R04="f + 15", untouched=True)),
        Slot("N08", _moved("f + 8", P01="f + 22", M02="f + 22")),
        Slot("N10", _moved("f + 10", F06="f + 5", P01="f + 24", M02="f + 24")),
        Slot("N18o", _only("D02", "f + 10")),
        Slot("N45a", "CASE WHEN stop > 0 THEN f + 10 END"),
        Slot("N45b", "CASE WHEN stop > 0 THEN f + 10 + stop END"),
        *(Slot(f"N17{letter}", _only("P09", f"f + {10 + 30 * turn}")) for turn, letter in enumerate("abcd", 1)),
        Slot("N33", "p"),
        Slot("N34", _moved("p + pay", P06="p + 28")),
        Slot("N21r", _moved("closing_day - 1", untouched=True)),
        Slot("N39", "closing_day"),
        Slot("N46", "closing_day + 15"),
    ),
    "short": (
        Slot("N01", "f"),
        Slot("N02", "f"),
        Slot("N03", "f"),
        Slot("N04", "f + 1"),
        Slot("N05", "f + 1"),
        Slot("N06", "f + 1"),
        Slot("N07", "f + 1"),
        Slot("N12", "f + 1"),
        Slot("N15", "f + 1"),
        Slot("N18", "f + 1"),
        Slot("N16", "f + 1"),
        Slot("N08", "f + 1"),
        Slot("N10", "f + 1"),
        Slot("N33", "f + 1"),
        Slot("N34", "f + 1"),
        Slot("N39", "f + 1"),
        Slot("N46", "f + 16"),
    ),
    "ended_this_time": (
        *OPENING,
        Slot("N16", "f + 4"),
        Slot("N21", _only("C03", "f + 5")),
        Slot("N08", "f + 8"),
        Slot("N10", "f + 10"),
        Slot("N24", _only("C03", "f + 12")),
        Slot("N11", "f + 12"),
        Slot("N17", "f + 14"),
        Slot("N15b", _moved("f + 40", C01="f + 30")),
        Slot("N16b", _moved("f + 42", C01="f + 32")),
        Slot("N17y", _only("C02", "f + 58")),
        Slot("N35", _moved("f + 66", C01="f + 36", C02="NULL")),
        Slot("N36", "closing_day"),
        Slot("N39", "closing_day"),
        Slot("N46", "closing_day + 15"),
        Slot("N38", f"CASE WHEN plant = 'R12' THEN closing_day + 12 WHEN {SPELLS} THEN closing_day + 80 END"),
        Slot("N17z", f"CASE WHEN {SPELLS} THEN closing_day + 84 END"),
        Slot("N39b", f"CASE WHEN plant = 'R12' THEN closing_day + 30 WHEN {SPELLS} THEN closing_day + 95 END"),
        Slot("N37a", "closing_day + 110"),
        Slot("N37b", "closing_day + 220"),
    ),
    "auction": (
        *OPENING,
        Slot("N16", "f + 4"),
        Slot("N21", "f + 5"),
        Slot("N08", "f + 8"),
        Slot("N10", "f + 10"),
        Slot("N24", "f + 14 + late"),
        Slot("N25", _moved("f + 34 + late", R02="sold - 2")),
        Slot("N26", _moved("f + 35 + late", R02="sold - 1")),
        Slot("N28", "f + 35 + late + slow"),
        Slot("N29", "f + 38 + late + slow"),
        Slot("N29f", "CASE WHEN failed THEN f + 62 + late + slow END"),
        Slot("N30", "CASE WHEN failed THEN f + 70 + late + slow + tardy END"),
        Slot("N29s", "CASE WHEN NOT failed THEN sold END"),
        Slot("N30s", "CASE WHEN failed THEN sold END"),
        Slot("N33", "p"),
        Slot("N31", "sold + 4"),
        Slot("N34", "p + pay"),
        Slot("N32", "sold + 10"),
        Slot("N39", "closing_day"),
        Slot("N46", "closing_day + 15"),
    ),
    "open": (
        *OPENING,
        Slot("N16", "f + 4"),
        Slot("N21", "f + 5"),
        Slot("N08", "f + 8"),
        Slot("N10", "f + 10"),
        Slot("N17", "f + 14"),
        *(Slot(f"N17{letter}", _only("P09", f"f + {14 + 30 * turn}")) for turn, letter in enumerate("abcdef", 1)),
    ),
    "withdrawn": (
        *OPENING,
        Slot("N16", "f + 4"),
        Slot("N08", "f + 8"),
        Slot("N10", "f + 10"),
        Slot("N39", "closing_day"),
        Slot("N46", "closing_day + 15"),
    ),
    "cancelled": (*OPENING, Slot("N16", "f + 4"), Slot("N39", "closing_day"), Slot("N46", "closing_day + 15")),
    "objection": (
        Slot("N42r", "CASE WHEN plant = 'P10' AND r1 = 0 THEN f - 8 ELSE f - 1 END"),
        Slot("N42f", "f"),
        Slot("N42d", "closing_day"),
        Slot("N39", "closing_day"),
        Slot("N46", "closing_day + 15"),
    ),
    "preservation": (
        Slot("N44a", "f - 1"),
        Slot("N44", "f - 1"),
        Slot("N02", "f"),
        Slot("N04", "f + 1"),
        Slot("N39", "closing_day"),
        Slot("N46", "closing_day + 15"),
    ),
}
