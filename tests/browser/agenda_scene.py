"""Run inside the demo instance: three clues wait for a meeting that is convened. Prints {meeting, items,
opinion, approver} as JSON."""

from __future__ import annotations

import json
from typing import Any


def scene() -> dict[str, Any]:
    """Long on purpose: what happens before the meeting is told in order."""
    from shuangcha.access.actions import actions_on
    from shuangcha.acts import door
    from shuangcha.casefile import models as cf
    from shuangcha.clock import business
    from shuangcha.conf.demo.cast import cast
    from shuangcha.courts.models import Person
    from shuangcha.courts.people import viewer_of

    now, on = business.now(), business.today()
    court = cast("豫03", on.isoformat())

    def viewer(login: str) -> Any:
        return viewer_of(Person.objects.get(login=login).pk, on)

    def act(login: str, move: str, subject: Any = None, **content: Any) -> Any:
        where = (subject.KIND, subject.uid) if subject is not None else None
        if subject is not None:
            subject.refresh_from_db(fields=["stage", "version"])
        done = door.propose(
            move, where, viewer(login), content, seen_version=subject.version if subject is not None else None, now=now
        )
        return cf.SUBJECTS[done.subject_kind].rows.get(uid=done.subject_uid)

    items = []
    for n in range(3):
        clue = act(
            court.enforcement_clerk,
            "clue.register",
            subject_court="豫0304",
            subjects=[],
            source="petition",
            source_facts={"channel": "来信"},
            received_on=on.isoformat(),
            named=False,
            title=f"投屏会议之{'甲乙丙'[n]}",
            summary="查封后九个月未启动评估拍卖",
            cases=[{"number": f"（2025）豫0304执{4100 + n}号", "filed_on": "2025-03-06", "officers": []}],
            allegations=[{"kind": "handling", "text": f"查封后未处置之{'甲乙丙'[n]}"}],
        )
        act(court.enforcement_clerk, "clue.put_forward", clue, reason="反映具体")
        act(court.enforcement_clerk, "clue.submit", clue)
        items.append(str(cf.Item.rows.get(clue=clue).uid))
    meeting = act(court.enforcement, "meeting.convene", held_on=on.isoformat(), place="第三会议室")
    opinion = (
        cf.Opinion.rows.filter(stage="at_deputy", matter__owner_court__code="豫03")
        .select_related("matter__owner_court", "matter__target_court")
        .first()
    )
    assert opinion is not None
    approver = next(
        one
        for one in court.deputies
        if any(
            each.enabled and each.move.key == "opinion.deputy_approve" for each in actions_on(opinion, viewer(one), on)
        )
    )
    return {
        "meeting": str(meeting.uid),
        "items": items,
        "opinion": str(opinion.uid),
        "approver": approver,
        "heads": [court.enforcement, court.supervision],
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(scene()))
