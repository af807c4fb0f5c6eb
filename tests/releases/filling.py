"""Fills one instance of a release, in a process of its own: `python -m tests.releases.filling played|training`.

`played`: every demo story told to its end, a few told again and left in the middle, flow data loaded and checked, and
what daily use leaves behind (sign-in, reading, drafts, tokens, notices). `training`: as `prepare` leaves it, with fewer
cases in its flow data. Data, keys and seals are those of invented instances; their passwords are known to the tests only.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

PASSWORD = "三月麦苗 七里河 upgrade-3141"
"""Of every account in the kept instances."""
OFFICER, FORGETFUL = "lin.xingheng", "mi.yanwei"
LEFT = (
    ("wages", "clue.register"),
    ("wages", "item.list"),
    ("returned_opinion", "assignment.hand_down"),
    ("returned_opinion", "round.form_team"),
    ("wages", "report.sign_own"),
    ("returned_opinion", "opinion.sign"),
    ("wages", "duty.issue_urge"),
)
"""(story, the act at which it is left): so that each kind of subject has one that still waits."""
FLOW_CASES = 400


def played() -> None:
    from shuangcha.clock import business
    from shuangcha.conf.demo.playing import prepare_scratch, tell_all
    from shuangcha.conf.management.commands.prepare import schedule

    prepare_scratch()
    schedule()
    passwords()
    told = tell_all(None)
    late = [f"{one['key']}: {one['error']}" for one in told if not one["arrived"]]
    if late:
        raise RuntimeError("; ".join(late))
    left_in_the_middle()
    flow(business.now())
    used(business.now())
    finished()


def training() -> None:
    from django.core.management import call_command

    from shuangcha.conf.demo import flow as demo

    demo.CASES = FLOW_CASES  # a fifth of what `prepare` invents: the archive is kept for ever
    call_command("prepare", verbosity=0)
    passwords()
    finished()


def passwords() -> None:
    """One hash for all accounts."""
    from django.contrib.auth.hashers import make_password

    from shuangcha.courts.models import Person

    Person.objects.filter(login__isnull=False, is_active=True).update(password=make_password(PASSWORD))


def left_in_the_middle() -> None:
    from shuangcha.conf.demo.player import Paused
    from shuangcha.conf.demo.scenes import Teller
    from shuangcha.conf.demo.stories import STORIES
    from shuangcha.plan.moves import MOVES

    stories = {one.key: one for one in STORIES}
    for key, move in LEFT:
        assert move in MOVES, move
        with contextlib.suppress(Paused):
            stories[key].play(Teller(until=move))
            raise RuntimeError(f"{key} was told past {move}")


def flow(now: Any) -> None:
    """Flow data by the commands, one run over them, and the check of one case frozen for a team."""
    from django.core.management import call_command

    from shuangcha.casefile import models as cf
    from shuangcha.conf.demo import flow as demo
    from shuangcha.courts import calendar
    from shuangcha.flowcheck.generate import generate
    from shuangcha.flowruns import checking, running
    from shuangcha.flowruns.models import FlowDataset

    day = demo.INVENTED_AT.date()
    with tempfile.TemporaryDirectory() as scratch:
        made, ours = Path(scratch, "made"), Path(scratch, "ours")
        generate(made, cases=FLOW_CASES, seed=demo.SEED, as_of=day)
        demo.given_to_courts(made, ours, day)
        call_command("flow-load", str(ours), "--taken-at", day.isoformat(), "--json")
    running.ask(FlowDataset.objects.get(), day, None, now, wake_up=False)
    call_command("flow-run")
    demo._told(now)
    member = cf.TeamMember.rows.filter(round__matter__stage="reported").order_by("-pk").first()
    assert member is not None
    case = "（2026）豫0326执418号"
    assert checking.make(member.round, case, member.person_id, calendar.current(), now) is not None


def used(now: Any) -> None:
    """What daily use leaves: a session, what was read, a draft, a kept filter, a token, a code, an upload, notices."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.core.management import call_command
    from django.test import Client

    from shuangcha.acts import accounts
    from shuangcha.casefile import models as cf
    from shuangcha.courts.models import Person
    from shuangcha.desk import drafts

    officer = Person.objects.get(login=OFFICER)
    call_command("tick")
    client = Client(headers={"host": "127.0.0.1"})
    body = {"login": OFFICER, "password": PASSWORD}
    steps: list[Callable[[], Any]] = [
        lambda: client.post("/api/v1/session", body, content_type="application/json"),
        lambda: client.get("/"),
        lambda: client.get("/notices/"),
        lambda: client.post("/lists/matters/filters/", {"do": "save", "name": "超期", "query": "stage=open&due=late"}),
        *(lambda one=one: client.get(f"/matters/{one.uid}/") for one in cf.Matter.rows.order_by("-pk")[:4]),
        *(lambda one=one: client.get(f"/clues/{one.uid}/") for one in cf.Clue.rows.order_by("-pk")[:4]),
        lambda: client.post("/api/v1/uploads", {"file": SimpleUploadedFile("扫描件.pdf", b"%PDF-1.4\n%%EOF\n")}),
    ]
    for step in steps:
        answer = step()
        assert answer.status_code < 400, (answer.request["PATH_INFO"], answer.content[:300])
    acted(client, now)
    assert client.post("/notices/mark/", {"do": "all"}).status_code == 303
    drafts.keep(officer.pk, drafts.place_of("clue.register"), [("title", "写到一半的线索")], version=0, now=now)
    accounts.create_token(officer, "对接执行指挥平台", now)
    accounts.issue_code(Person.objects.get(login=FORGETFUL), now)


def acted(client: Any, now: Any) -> None:
    """Two acts with request keys: a reminder by the interface, and a todo handed to its officer."""
    from shuangcha.acts import registering
    from shuangcha.casefile import models as cf
    from shuangcha.courts.models import Person
    from shuangcha.courts.people import viewer_of

    hop = cf.Assignment.rows.filter(stage="assigned").order_by("-pk").first()
    assert hop is not None
    body = {
        "subject": {"kind": "assignment", "uid": str(hop.uid)},
        "seen_version": hop.version,
        "content": {"text": "请按期报送。"},
        "request_key": "release-remind",
    }
    answer = client.post("/api/v1/moves/assignment.remind", body, content_type="application/json")
    assert answer.status_code < 400, answer.content.decode()
    person = Person.objects.get(login=OFFICER)
    viewer = viewer_of(person.pk, now.date())
    assert viewer is not None
    bodies = [post.body_id for post in viewer.posts]
    todo = cf.Todo.rows.filter(body__in=bodies, subject_kind="meeting").first()
    assert todo is not None
    meeting = cf.Meeting.rows.get(pk=todo.subject_id)
    content = {"todo": todo.kind, "person": str(person.uid)}
    key = "release-hand"
    registering.register("assign_todo", ("meeting", meeting.uid), viewer, content, now=now, request_key=key)


def finished() -> None:
    """Sealed to the last step; what is kept holds."""
    from django.conf import settings
    from django.core.management import call_command

    call_command("tick")
    call_command("verify")
    call_command("rebuild", "--check")
    for left in Path(settings.DATA_DIR).rglob("run.lock"):
        left.unlink()


if __name__ == "__main__":
    import django

    django.setup()
    {"played": played, "training": training}[sys.argv[1]]()
