"""Acts a second through the door, one after the other, each on another seeded file."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from bench.pages import figures
from shuangcha.acts import door
from shuangcha.audit.chain import ZONE
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.conf.demo.cast import cast
from shuangcha.courts.models import Person
from shuangcha.courts.people import viewer_of

NOW = dt.datetime(2021, 11, 30, 10, tzinfo=ZONE)


def viewer(login: str) -> Any:
    found = viewer_of(Person.objects.get(login=login).pk, NOW.date())
    assert found is not None
    return found


class Doing:
    """What the officers of one court do for `seconds` each: 联合交办 by both bodies, 公开进展, 筛选."""

    def __init__(self, seconds: float) -> None:
        mid = cast("豫03", "2021-11-30")
        self.seconds = seconds
        self.chief, self.overseer = viewer(mid.enforcement), viewer(mid.supervision)
        self.clerk = viewer(mid.enforcement_clerk)
        self.times: dict[str, list[float]] = {}

    def all(self) -> dict[str, Any]:
        self._spend(cf.Assignment.rows.filter(stage="pending"), self.hand_down)
        self._spend(cf.Matter.rows.filter(stage="disposing"), self.disclose)
        self._spend(cf.Clue.rows.filter(stage="registered", received_by__kind="enforcement"), self.put_forward)
        return {name: figures(one) for name, one in self.times.items()}

    def _spend(self, rows: Any, work: Callable[[Any], None]) -> None:
        until = time.perf_counter() + self.seconds
        for row in rows.order_by("-id")[:2000].iterator(50):
            if time.perf_counter() > until:
                break
            work(row)

    def _timed(self, name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        outcome = work()
        self.times.setdefault(name, []).append(time.perf_counter() - began)
        return outcome

    def _propose(self, name: str, move: str, subject: Any, who: Any, content: dict[str, Any]) -> Any:
        where = (subject.KIND, subject.uid)
        return self._timed(name, lambda: door.propose(move, where, who, content, seen_version=subject.version, now=NOW))

    def hand_down(self, hop: cf.Assignment) -> None:
        move = "assignment.hand_down"
        points = [{"text": "查封后为何长期未处置", "allegation": 1}]
        content = {"points": points, "demands": "逐项答复", "contact": "内勤", "content": "请开展联合调查。"}
        outcome = self._propose(f"{move} propose", move, hop, self.chief, content)
        proposal = Proposal.objects.get(uid=outcome.proposal)
        self._timed(
            f"{move} sign",
            lambda: door.sign(proposal.uid, self.overseer, seen_sha=proposal.content_sha, now=NOW),
        )

    def disclose(self, matter: cf.Matter) -> None:
        move = "matter.disclose"
        self._propose(move, move, matter, self.clerk, {"subject": "process", "text": "进展"})

    def put_forward(self, clue: cf.Clue) -> None:
        move = "clue.put_forward"
        self._propose(move, move, clue, self.clerk, {"reason": "反映事项具体"})
