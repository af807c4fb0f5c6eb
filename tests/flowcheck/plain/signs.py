"""All plain functions by their sign, and one run over a data set."""

from collections.abc import Callable

from . import false_data, passive, reference, selective, sham
from .base import Case, Data, Hit

OF_CASE: dict[str, Callable[[Case], list[Hit]]] = {}
ACROSS: dict[str, Callable[[Data], list[Hit]]] = {}
ALL_CASES = ("S01", "S02", "S03", "F02", "F07", "F08", "F09", "F15", "C05", "C06", "C09", "C10", "R07", "R08")
for module in (passive, selective, false_data, sham, reference):
    for name, function in vars(module).items():
        if len(name) == 3 and name[1:].isdigit() and name != "M02":
            (ACROSS if name in ALL_CASES else OF_CASE)[name] = function

REFERENCE = tuple(f"R{n:02}" for n in range(1, 15))
SIGNS = tuple(sorted({*OF_CASE, *ACROSS, "M02"} - set(REFERENCE)))


def judge(data: Data, rules: tuple[str, ...] = SIGNS, skip: tuple[str, ...] = ()) -> set[Hit]:
    """All hits of the named rules; M02 looks at the hits of the others."""
    hits: list[Hit] = []
    for rule in rules:
        if rule in skip or rule == "M02":
            continue
        if rule in ACROSS:
            hits += ACROSS[rule](data)
        else:
            for case in data.cases:
                hits += OF_CASE[rule](case)
    if "M02" in rules and "M02" not in skip:
        hits += sham.M02(data, hits)
    return set(hits)
