"""消极执行: conditions exist, the act is not taken or not in time (dossier §6.3, P01 to P11)."""

from __future__ import annotations

from ..kinds.within import Within
from ..model import PASSIVE, Rule
from ..select import at

ENFORCING = ("enforcement", "unlitigated")

RULES: tuple[Rule, ...] = (
    Rule(
        "P01", "发出执行通知超过10日", PASSIVE, "medium",
        (Within("10日", at("N06", "N06a"), kinds=ENFORCING),), "notice",
        "{start}立案，应于{due}前发出执行通知书，{done}才发出，超期{days}日。",
        "{start}立案，应于{due}前发出执行通知书，至今没有发出，超期{days}日。",
        marks={"limit": "V"}, innocent=("立即执行的案件，通知可与措施同时或者事后三日内发出",),
    ),
)  # fmt: skip
