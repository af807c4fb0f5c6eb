"""虚假结案: the conditions of closing are not met (dossier §6.3, C01 to C10)."""

from __future__ import annotations

from ..kinds.within import NotBefore
from ..model import SHAM, Rule
from ..select import at

RULES: tuple[Rule, ...] = (
    Rule(
        "C01", "立案未满三个月终本", SHAM, "high",
        (NotBefore("3月", at("N36"), reopening=at("N38")),), "ending",
        "{start}立案，{done}裁定终本，仅{days}日，未超过三个月，最早应为{due}。",
        marks={"limit": "V"}, innocent=(),
    ),
)  # fmt: skip
