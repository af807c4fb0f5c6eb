"""What a perfect checker says of the invented data: every planted fault and what follows of it by necessity."""

from __future__ import annotations

FOLLOWS: dict[str, tuple[str, ...]] = {
    "C06": ("C05",),
    "M02": ("P01",),
}
"""Signs that a planted fault cannot but bring along: restored and paid within 60 days is restored within 90 days; the
officer supervised for P01 does P01 again."""

HALF = "plant = 'S01' AND seq % 2 = 0 OR plant = 'S02' AND seq % 2 = 1"
"""Of a pair of cases of one debtor the sign stands at one: S01 at the case paid out of turn, S02 at the one left idle."""


def truth_sql() -> str:
    """(case_id, rule), ordered; a sign of an officer or a court is noted at each planted case of the block."""
    follows = " ".join(f"WHEN '{rule}' THEN {list(more)!r}" for rule, more in FOLLOWS.items())
    return f"""
SELECT id AS case_id, unnest([plant] || CASE plant {follows} ELSE []::VARCHAR[] END) AS rule
FROM base WHERE plant IS NOT NULL AND NOT ({HALF}) ORDER BY ALL"""
