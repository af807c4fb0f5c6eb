"""Programs on the killed instance's database: `seed` before, `judge` after. Each prints one JSON object.

`judge` reads the acknowledged acts from stdin: a list of {move, kind, uid, step}.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any


def seed() -> dict[str, Any]:
    """The demo courts, and tokens of a clerk of each body."""
    from shuangcha.acts import accounts
    from shuangcha.clock import business
    from shuangcha.courts.models import Person
    from tests.races.plot import courts, mid

    courts()
    business.move_to(dt.date(2020, 5, 20))
    clerks = (mid().supervision_clerk, mid().enforcement_clerk)
    now = dt.datetime.now(dt.UTC)
    return {"tokens": [accounts.create_token(Person.objects.get(login=one), "断电测试", now) for one in clerks]}


def judge(acknowledged: list[dict[str, str]]) -> dict[str, Any]:
    """Acknowledged acts that are not in the ledger, half-written subjects, acts done twice,
    and what the checks object to."""
    from django.db.models import Count

    from shuangcha.audit.models import Step
    from shuangcha.casefile import models as cf
    from shuangcha.clock import business
    from tests.walker.invariants import ledger_problems
    from tests.walker.run import orphans

    known = {str(uid): move for uid, move in Step.objects.values_list("uid", "edge__move")}
    lost = [one for one in acknowledged if known.get(one["step"]) != one["move"]]
    lost += [one for one in acknowledged if not cf.SUBJECTS[one["kind"]].rows.filter(uid=one["uid"]).exists()]
    titles = cf.Clue.rows.values("title").annotate(times=Count("id")).filter(times__gt=1)
    numbers = sorted(
        int("".join(filter(str.isdigit, one))[4:]) for one in cf.Clue.rows.values_list("number", flat=True)
    )
    return {
        "lost": lost,
        "half": orphans(),
        "twice": [one["title"] for one in titles],
        "steps": len(known),
        "gaps": numbers != list(range(1, len(numbers) + 1)),
        "clues": len(numbers),
        "problems": ledger_problems(business.today()),
    }


if __name__ == "__main__":
    import django

    django.setup()
    found = seed() if sys.argv[1] == "seed" else judge(json.load(sys.stdin))
    print(json.dumps(found, ensure_ascii=False))
