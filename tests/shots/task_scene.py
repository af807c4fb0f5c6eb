"""Run inside the demo instance: what others have done before a task begins.
`python -m tests.shots.task_scene PART`; prints JSON.

queued   a clue waits for a joint meeting
sitting  a meeting over that kind of clue goes on; the supervision body's head has declared
decided  the enforcement body's head has decided, and waits for the other signature
"""

from __future__ import annotations

import json
import sys
from typing import Any


class Others:
    """The two heads and the clerk of 洛阳中院, acting through the door on the business day."""

    def __init__(self) -> None:
        from shuangcha.clock import business
        from shuangcha.conf.demo.cast import cast

        self.now, self.on = business.now(), business.today()
        self.court = cast("豫03", self.on.isoformat())

    def viewer(self, login: str) -> Any:
        from shuangcha.courts.models import Person
        from shuangcha.courts.people import viewer_of

        return viewer_of(Person.objects.get(login=login).pk, self.on)

    def act(self, login: str, move: str, subject: Any = None, **content: Any) -> Any:
        from shuangcha.acts import door
        from shuangcha.casefile import models as cf

        where, seen = None, None
        if subject is not None:
            subject.refresh_from_db(fields=["stage", "version"])
            where, seen = (subject.KIND, subject.uid), subject.version
        done = door.propose(move, where, self.viewer(login), content, seen_version=seen, now=self.now)
        return cf.SUBJECTS[done.subject_kind].rows.get(uid=done.subject_uid)

    def item(self, title: str, serial: int) -> Any:
        from shuangcha.casefile import models as cf

        clerk = self.court.enforcement_clerk
        clue = self.act(
            clerk,
            "clue.register",
            subject_court="豫0304",
            subjects=[],
            source="petition",
            source_facts={"channel": "来信"},
            received_on=self.on.isoformat(),
            named=False,
            title=title,
            summary="查封后九个月未启动评估拍卖",
            cases=[{"number": f"（2025）豫0304执{serial}号", "filed_on": "2025-03-06", "officers": []}],
            allegations=[{"kind": "handling", "text": "查封后长期未处置"}],
        )
        self.act(clerk, "clue.put_forward", clue, reason="反映具体")
        self.act(clerk, "clue.submit", clue)
        return cf.Item.rows.get(clue=clue)

    def queued(self) -> None:
        self.item("反映评估拍卖久拖不决", 5201)

    def sitting(self) -> None:
        from shuangcha.courts.models import Person

        one, two = self.court.enforcement, self.court.supervision
        item = self.item("反映案款发放不及时", 5202)
        uids = [str(Person.objects.get(login=login).uid) for login in (one, two)]
        meeting = self.act(one, "meeting.convene", held_on=self.on.isoformat(), place="第二会议室")
        self.act(one, "item.list", item, meeting=str(meeting.uid))
        self.act(one, "meeting.open", meeting, chair=uids[0], attendees=uids)
        self.act(two, "item.declare", item)

    def decided(self) -> None:
        from shuangcha.casefile import models as cf

        item = cf.Item.rows.get(clue__title="反映案款发放不及时")
        self.act(self.court.supervision, "item.take_position", item, stance="agree", text="线索具体，同意启动。")
        self.act(
            self.court.enforcement,
            "item.start_and_assign",
            item,
            reason="线索具体，交办查清。",
            points=[{"text": "案款何时到账、何时发放？", "allegation": 1}],
        )


PARTS = ("queued", "sitting", "decided")

if __name__ == "__main__":
    import django

    django.setup()
    others = Others()
    for part in sys.argv[1:]:
        if part not in PARTS:
            raise SystemExit(f"no such part: {part}; there are {'、'.join(PARTS)}")
        getattr(others, part)()
    print(json.dumps({"done": sys.argv[1:]}))
