"""What a perfect checker says of the invented data, and how a run differs from it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ..model import RuleSet

FOLLOWS: dict[str, tuple[str, ...]] = {
    "C06": ("C05",),  # restored and paid within 60 days is restored within 90 days
    "M02": ("P01", "R03"),  # the officer supervised for P01 does P01 again
    "R02": ("F06",),  # appraised after the sale began: out of order
    "R12": ("C05",),
    # The reference rules that say the same as a sign:
    "P01": ("R03",),
    "P06": ("R14",),
    "F01": ("R06",),
    "F05": ("R10",),
    "F07": ("R09",),
    "C01": ("R13",),
    "C02": ("R11",),
}
"""What a planted fault cannot but bring along. Those that hang on the case as well stand in `truth_sql`."""
HALF = "plant = 'S01' AND seq % 2 = 0 OR plant = 'S02' AND seq % 2 = 1"
"""Of a pair of cases of one debtor the sign stands at one: S01 at the case paid out of turn,
S02 at the one left idle."""


def truth_sql() -> str:
    """(case_id, rule, court, operator), ordered; a sign of an officer or a court is noted at each planted case.

    R01 asks every closed case for the nodes of an enforcement case, as in the figures it is kept for.
    """
    follows = " ".join(f"WHEN '{rule}' THEN {list(more)!r}" for rule, more in FOLLOWS.items())
    return f"""
SELECT id AS case_id, unnest([plant] || CASE plant {follows} ELSE []::VARCHAR[] END
        || CASE WHEN plant = 'F02' AND special IS NOT NULL THEN ['R07'] WHEN plant = 'F08' AND seq <= 8 THEN ['R08'] WHEN plant = 'P09' AND closed_on IS NOT NULL THEN ['R05'] ELSE []::VARCHAR[] END) AS rule, court, handler AS operator
FROM base WHERE plant IS NOT NULL AND NOT ({HALF})
UNION ALL SELECT id, 'R01', court, handler FROM base WHERE line IN ('objection', 'preservation')
ORDER BY ALL"""


def differences(folder: Path, out: Path, rules: RuleSet) -> dict[str, tuple[list[str], list[str]]]:
    """rule → (missed, false) of a run `out` over the generated `folder`; rules that agree are left out.

    Signs of cases are compared by case, signs of an officer by officer, of a court by court. Up to ten examples each.
    """
    found: dict[str, tuple[list[str], list[str]]] = {}
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as db:
        db.execute(f"CREATE VIEW truth AS SELECT * FROM read_parquet('{folder / 'truth.parquet'}')")
        db.execute(f"CREATE VIEW findings AS SELECT * FROM read_parquet('{out / 'findings.parquet'}')")
        for rule in rules.rules:
            key = {"officer": "operator", "court": "court"}.get(rule.scope, "case_id")
            sides = []
            for first, second in (("truth", "findings"), ("findings", "truth")):
                sides.append(
                    [
                        str(row[0])
                        for row in db.execute(
                            f"SELECT DISTINCT {key} FROM {first} WHERE rule = $1 AND {key} NOT IN (SELECT {key} FROM {second} WHERE rule = $1 AND {key} IS NOT NULL) ORDER BY ALL LIMIT 10",
                            [rule.id],
                        ).fetchall()
                    ]
                )
            if any(sides):
                found[rule.id] = (sides[0], sides[1])
    return found
