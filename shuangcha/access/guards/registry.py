"""Why not: each guard answers None, or one sentence that stands under the greyed button and in the refusal.

A guard reads facts only; what depends on the words an officer enters is refused by the content model or the handler.
"""

from __future__ import annotations

from collections.abc import Callable

from shuangcha.plan.model import Move

from ..situation import Situation

Guard = Callable[[Situation], str | None]
GUARDS: dict[str, Guard] = {}


def guard(function: Guard) -> Guard:
    GUARDS[function.__name__] = function
    return function


def why_not(situation: Situation, move: Move) -> str | None:
    """The first guard of the row that says no."""
    for name in move.guards:
        sentence = GUARDS[name](situation)
        if sentence:
            return sentence
    return None
