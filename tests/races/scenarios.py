"""The races, one function each: play to the point, let everybody act at once, say what came of it.

Run as a program on a database of its own: `python -m tests.races.scenarios NAME` prints one JSON object; the tests
judge it. `rounds` in the environment makes the repeated ones longer (`deep races`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

ROUNDS = float(os.environ.get("RACE_ROUNDS", "1"))
SCENARIOS: dict[str, Callable[[], dict[str, Any]]] = {}


def race(function: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    SCENARIOS[function.__name__] = function
    return function


def times(usual: int) -> int:
    return max(1, round(usual * ROUNDS))


def steps_of(move: str, subject: Any) -> int:
    """Executed steps of one move on one subject."""
    from shuangcha.audit.models import Step

    return Step.objects.filter(edge__move=move, subject_kind=subject.KIND, subject_id=subject.pk).count()


def propose(plot: Any, who: str, move: str, subject: Any, key: str = "", /, **content: Any) -> Callable[[], Any]:
    """A job: one person acts on the subject in the version that stands now."""
    from shuangcha.acts import door

    subject.refresh_from_db(fields=["version", "stage"])
    return partial(
        door.propose,
        move,
        (subject.KIND, subject.uid),
        plot.eyes(who),
        content,
        seen_version=subject.version,
        now=plot.now,
        request_key=key,
    )


def sign(plot: Any, who: str, proposal: Any) -> Callable[[], Any]:
    """A job: one person signs what is now on the page."""
    from shuangcha.acts import door

    return partial(door.sign, proposal.uid, plot.eyes(who), seen_sha=proposal.content_sha, now=plot.now)


def told(found: list[Any]) -> list[dict[str, Any]]:
    return [{**asdict(one), "executed": one.executed, "proper": one.proper} for one in found]


@race
def thirty_two_signers() -> dict[str, Any]:
    """One proposal of 联合交办 prepared by a clerk; sixteen of each body sign it at the same moment."""
    from tests.races.crowd import at_once
    from tests.races.plot import POINTS, Plot, crowd, mid

    signers = [*crowd("豫03", "enforcement", 16), *crowd("豫03", "supervision", 16)]
    rounds = []
    for _ in range(times(2)):
        plot = Plot().assigned()
        hop = plot.newest("assignment", plot.file)
        proposal = plot.waiting(
            "assignment.hand_down",
            mid().enforcement_clerk,
            hop,
            points=POINTS,
            demands="四部分",
            contact="内勤",
            content="请开展联合调查。",
        )
        found = at_once([sign(plot, one, proposal) for one in signers])
        proposal.refresh_from_db()
        bodies = sorted(proposal.signatures.values_list("body__kind", flat=True))
        people = set(proposal.signatures.values_list("person_id", flat=True))
        rounds.append(
            {
                "told": told(found),
                "steps": steps_of("assignment.hand_down", hop),
                "bodies": bodies,
                "people": len(people),
                "proposal": proposal.status,
            }
        )
    return {"rounds": rounds}


@race
def two_signers() -> dict[str, Any]:
    """The heads of both bodies sign one prepared proposal at the same moment: the second of them executes it,
    every time."""
    from shuangcha.casefile import models as cf
    from tests.races.crowd import at_once
    from tests.races.plot import Plot, low, mid

    plot = Plot().assigned()
    hop, rounds = plot.newest("assignment", plot.file), []
    content = {
        "points": [{"text": "查封后为何未处置"}],
        "demands": "四部分",
        "contact": "内勤",
        "content": "请开展联合调查。",
    }
    for _ in range(times(8)):
        # Handed down by two signatures at once, and recalled by two at once: the same assignment again and again.
        for move, words in (("assignment.hand_down", content), ("assignment.recall", {"reason": "重新研究"})):
            hop = cf.Assignment.rows.get(pk=hop.pk)
            before = steps_of(move, hop)
            proposal = plot.waiting(move, mid().enforcement_clerk, hop, **words)
            found = at_once([sign(plot, one, proposal) for one in mid().bodies])
            proposal.refresh_from_db()
            rounds.append(
                {
                    "told": told(found),
                    "steps": steps_of(move, hop) - before,
                    "proposal": proposal.status,
                    "signatures": proposal.signatures.count(),
                }
            )
            if proposal.status == "open":
                return {"rounds": rounds, "court": low().code}
    return {"rounds": rounds, "court": low().code}


@race
def approve_against_return() -> dict[str, Any]:
    """Two deputy heads of the leading group hold the same opinion: one approves it, the other returns it."""
    from tests.races.crowd import at_once
    from tests.races.plot import Plot, crowd, mid

    extra = crowd("豫03", "leading_group", 1)[0]
    plot = Plot().to_opinion(("urge", 1))
    rounds = []
    for n in range(times(6)):
        opinion = plot.newest("opinion", plot.file)
        if n:
            opinion.refresh_from_db()
            if opinion.stage == "draft":
                plot.sign_opinion(*mid().bodies)
            else:  # approved by the deputy in the round before: the head returns it
                plot.approve("head", mid().head, "", "return", reason="再议")
                plot.sign_opinion(*mid().bodies)
        plot.approve("office", mid().office)
        jobs = [
            propose(plot, mid().deputies[0], "opinion.deputy_approve", opinion, text="同意"),
            propose(plot, extra, "opinion.deputy_return", opinion, reason="结论不清"),
        ]
        before = [steps_of(key, opinion) for key in ("opinion.deputy_approve", "opinion.deputy_return")]
        found = at_once(jobs[:: 1 if n % 2 else -1])
        after = [steps_of(key, opinion) for key in ("opinion.deputy_approve", "opinion.deputy_return")]
        opinion.refresh_from_db()
        rounds.append(
            {
                "told": told(found),
                "steps": sum(after) - sum(before),
                "stage": opinion.stage,
                "approved": after[0] > before[0],
            }
        )
    return {"rounds": rounds}


@race
def double_submit() -> dict[str, Any]:
    """One form sent by eight processes with one request key: a register, a one-signature act, a joint act,
    a signature."""
    from shuangcha.acts import door
    from shuangcha.audit.models import Proposal
    from shuangcha.casefile import models as cf
    from tests.races.crowd import at_once
    from tests.races.plot import POINTS, Plot, mid, registration

    plot = Plot().on("2020-05-20")
    who = plot.eyes(mid().supervision_clerk)
    register = partial(
        door.propose, "clue.register", None, who, registration(), seen_version=None, now=plot.now, request_key="form-1"
    )
    found = {"register": told(at_once([register] * 8))}
    counts = {"register": cf.Clue.rows.count()}  # nothing else has been registered yet
    assigned = Plot().assigned()
    hop = assigned.newest("assignment", assigned.file)
    words = {"points": POINTS, "demands": "四部分", "contact": "内勤", "content": "请开展联合调查。"}
    lay = propose(assigned, mid().supervision, "assignment.hand_down", hop, "form-2", **words)
    found["joint"] = told(at_once([lay] * 8))
    waiting = Proposal.objects.filter(subject_kind="assignment", subject_id=hop.pk)
    counts["joint"] = waiting.count()
    last = partial(
        door.sign,
        waiting.get().uid,
        assigned.eyes(mid().enforcement),
        seen_sha=waiting.get().content_sha,
        now=assigned.now,
        request_key="form-3",
    )
    found["sign"] = told(at_once([last] * 8))
    counts["sign"] = steps_of("assignment.hand_down", hop)
    return {"told": found, "counts": counts}


@race
def registering() -> dict[str, Any]:
    """Eight processes register clues of one court at once: the year's numbers are unbroken."""
    from shuangcha.acts import door
    from shuangcha.casefile import models as cf
    from tests.races.crowd import at_once
    from tests.races.plot import Plot, mid, registration

    plot = Plot().on("2020-05-20")
    who = [plot.eyes(mid().supervision_clerk), plot.eyes(mid().enforcement_clerk)]

    def some(n: int) -> Any:
        for m in range(times(5)):
            last = door.propose(
                "clue.register", None, who[n % 2], registration(n * 1000 + m), seen_version=None, now=plot.now
            )
        return last

    found = at_once([partial(some, n) for n in range(8)])
    numbers = [int("".join(filter(str.isdigit, one))[4:]) for one in cf.Clue.rows.values_list("number", flat=True)]
    return {"told": told(found), "numbers": sorted(numbers), "wanted": 8 * times(5)}


def main(name: str) -> None:
    import django

    django.setup()
    from shuangcha.conf.demo import player  # noqa: F401  everything that the children need is imported before they fork
    from tests.races import contested, duties  # noqa: F401  they add their races
    from tests.races.plot import courts

    courts()
    found = SCENARIOS[name]()
    found["problems"] = problems()
    print(json.dumps(found, ensure_ascii=False))


def problems() -> list[str]:
    """What `rebuild --check` and `verify` object to after the race, sealed first."""
    import datetime as dt

    from django.conf import settings

    from shuangcha.acts import rebuild, tick
    from shuangcha.audit.models import Step
    from shuangcha.audit.seal import load_public
    from shuangcha.audit.verify import verify

    last = Step.objects.order_by("-recorded_at").first()
    assert last is not None
    found = [str(one) for one in rebuild.check(last.recorded_at.date())]
    while tick.seal(dt.datetime.now(dt.UTC)):
        pass
    report = verify(folder=settings.SEALS_DIR, public_key=load_public(settings.SEALS_DIR))
    return found + [f"{one.place}: {one.what}" for one in report.findings]


if __name__ == "__main__":
    sys.modules["tests.races.scenarios"] = sys.modules["__main__"]
    main(sys.argv[1])
