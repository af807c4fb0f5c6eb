"""Random walks on a database of their own: `python -m tests.walker.run WALKS ACTS SEED` prints one JSON object."""

from __future__ import annotations

import datetime as dt
import json
import logging
import random
import sys
import time
from typing import Any

COURTS = ("豫03", "豫0304", "豫")
BEGIN = dt.date(2020, 5, 20)


def main(walks: int, acts: int, seed: int) -> dict[str, Any]:
    import django

    django.setup()
    logging.disable(logging.WARNING)  # refusals are what the walk is about; failures are still told
    from shuangcha.casefile import models as cf
    from shuangcha.clock import business
    from shuangcha.plan.moves import ROWS
    from tests.races.plot import courts

    from .invariants import abandoned, dead_ends, ledger_problems
    from .walking import Walker

    courts()
    business.move_to(BEGIN)
    walker = Walker(random.Random(seed), voices(), BEGIN)
    began, wrong, elsewhere, ends, stuck, dead = time.monotonic(), [], set(), [], 0, list[str]()
    for n in range(walks):
        walker.rng = random.Random(seed * 1000 + n)
        for _ in range(acts):
            if not walker.act():
                stuck += 1
                dead += dead_ends(walker.voices)
                break
            if walker.follow:
                lost, other = abandoned(walker.follow)
                wrong += [f"walk {n} after {walker.last}: {one}" for one in lost]
                elsewhere.update(other)
                walker.follow = None
            if walker.wrong or wrong:
                break
        if walker.wrong or wrong:
            wrong += [f"walk {n} of seed {seed}: {one}" for one in walker.wrong]
            break
    for kind in ("matter", "clue"):
        stages = list(cf.SUBJECTS[kind].rows.values_list("stage", flat=True))
        ends.append({stage: stages.count(stage) for stage in sorted(set(stages))})
    seconds = time.monotonic() - began
    business_rows = [row.key for row in ROWS if not row.hidden and row.subject != "register"]
    reached = [key for key in business_rows if walker.moves[key if not _joint(key) else f"{key}!"]]
    return {
        "seed": seed,
        "walks": walks,
        "acts": walker.acts,
        "stuck": stuck,
        "dead": sorted(set(dead)),
        "seconds": round(seconds, 1),
        "wrong": wrong,
        "problems": ledger_problems(walker.today),
        "matters": ends[0],
        "clues": ends[1],
        "limit_elsewhere": sorted(elsewhere),
        "reached": len(reached),
        "offered": len(business_rows),
        "never": sorted(set(business_rows) - set(reached)),
        "moves": dict(walker.moves),
        "refused": dict(walker.refused.most_common(12)),
        "orphans": orphans(),
    }


def _joint(key: str) -> bool:
    from shuangcha.plan.moves import MOVES

    return MOVES[key].joint


def orphans() -> list[str]:
    """Subjects without a stage, or without any step that gave it to them."""
    from shuangcha.audit.models import Step
    from shuangcha.casefile import models as cf

    found = []
    for kind, model in cf.SUBJECTS.items():
        known = set(Step.objects.filter(subject_kind=kind).values_list("subject_id", flat=True))
        found += [
            f"{kind} {pk} “{stage}”"
            for pk, stage in model.rows.values_list("pk", "stage")
            if not stage or pk not in known
        ]
    return found


def voices() -> list[Any]:
    """Every kind of office of three neighbouring courts, each with a token."""
    from shuangcha.acts import accounts
    from shuangcha.conf.demo.cast import cast
    from shuangcha.courts.models import Person

    from .walking import Voice

    logins: list[str] = []
    for code in COURTS:
        one = cast(code, BEGIN.isoformat())
        logins += [*one.bodies, one.president, one.head]
        if code == COURTS[-1]:
            continue
        logins += [
            one.enforcement_clerk,
            one.supervision_clerk,
            *one.executors[:2],
            *one.inspectors[:2],
            one.office,
            *one.deputies[:2],
        ]
        logins += [seat.login for seat in one.seats if seat.kind == "巡查督察组"][:1]
    found = []
    for login in dict.fromkeys(logins):
        person = Person.objects.get(login=login)
        found.append(Voice(login, accounts.create_token(person, "随机行走", dt.datetime.now(dt.UTC))))
    return found


if __name__ == "__main__":
    walks, acts, seed = (int(word) for word in sys.argv[1:4])
    print(json.dumps(main(walks, acts, seed), ensure_ascii=False))
