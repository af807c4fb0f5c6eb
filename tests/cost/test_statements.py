"""SQL statements of every request that a page or an act makes, session, reader, read log and request key included.

Budgets (issue §7): worklist 12, matter page 18, an act 28; whatever the number of rows. Statements that open and close
a transaction or a savepoint are not counted.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuangcha.audit import guards
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.courts.models import Person
from shuangcha.plan.moves import MOVES
from tests.plan import scenes
from tests.plan.scenes import scene
from tests.plan.worlds import E, S, World, login_of

WORKLIST, MATTER_PAGE, MOVE = 12, 18, 28
OFFERED = sorted(key for key, row in MOVES.items() if not row.hidden and row.subject != "register")


def warm() -> None:
    """Read what a process keeps for half a minute, so that a count does not depend on when it was taken."""
    from shuangcha.courts import calendar, people, settings
    from shuangcha.courts.models import Court

    for kept in (calendar, people, settings):
        kept.forget()
    calendar.current()
    settings.limit("report")
    for court in Court.objects.filter(code__in=["豫", "豫03", "豫0304"]):
        people.bodies_of(court.pk, business.today())


class Seat:
    """One person in a browser: a session, and what each request cost."""

    def __init__(self, login: str, world: World) -> None:
        business.move_to(world.player.day)
        self.client = Client()
        self.client.force_login(Person.objects.get(login=login))
        self.client.get("/api/v1/me")
        warm()

    def counted(self, send: Any) -> tuple[Any, list[str]]:
        with CaptureQueriesContext(connection) as seen:
            answer = send()
        said = [one["sql"] for one in seen.captured_queries]
        return answer, [one for one in said if not re.match(r"(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)", one)]

    def get(self, path: str) -> tuple[Any, list[str]]:
        answer, said = self.counted(lambda: self.client.get(path))
        assert answer.status_code == 200, (path, answer.status_code)
        return answer, said

    def post(self, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        text = json.dumps(body | {"request_key": uuid.uuid4().hex})
        answer, said = self.counted(lambda: self.client.post(f"/api/v1/{path}", text, content_type="application/json"))
        assert answer.status_code == 200, (path, answer.content.decode()[:400])
        found: dict[str, Any] = json.loads(answer.content)
        return found, said

    def act(self, move: str, subject: cf.Subject | None, content: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        if subject is not None:
            subject.refresh_from_db(fields=["version", "stage"])
        named = {"kind": subject.KIND, "uid": str(subject.uid)} if subject is not None else None
        seen = subject.version if subject is not None else None
        return self.post(f"moves/{move}", {"subject": named, "seen_version": seen, "content": content})


def second_signer(world: World, move: str, first: str, subject: cf.Subject) -> str:
    """The head of the other body on the same side."""
    from shuangcha.courts.models import Post

    court = Post.objects.filter(person__login=first, body__kind__in=(E, S), valid_to__isnull=True).get().body
    return login_of(court.court.code, S if court.kind == E else E)


def cost_of(made: Any) -> dict[str, list[str]]:
    """The statements of an act: proposing, and for a joint act signing by the other body."""
    first, said = Seat(made.login, made.world).act(made.move, made.subject, made.content)
    costs = {"propose": said}
    if first["status"] == "proposed":
        proposal = Proposal.objects.get(uid=first["proposal"])
        other = Seat(second_signer(made.world, made.move, made.login, made.subject), made.world)
        done, costs["sign"] = other.post(f"proposals/{proposal.uid}/sign", {"content_sha": proposal.content_sha})
        assert done["status"] == "executed"
    return costs


def test_there_is_a_situation_for_every_act() -> None:
    assert set(OFFERED) <= set(scenes.MAKERS)


@pytest.mark.parametrize("move", OFFERED)
def test_an_act_keeps_the_budget(worlds: Any, move: str) -> None:
    costs = {part: len(said) for part, said in cost_of(scene(worlds, move)).items()}
    assert max(costs.values()) <= MOVE, costs
    assert ("sign" in costs) == MOVES[move].joint


@pytest.mark.parametrize("level", ["received", "drafted", "verified", "consulted", "disposing"])
def test_the_pages_keep_their_budgets(worlds: Any, level: str) -> None:
    world = worlds.at(level)
    for login in (world.boss(E), world.clerk(S), world.below(E), login_of(world.owner, "leading_group")):
        seat = Seat(login, world)
        assert len(seat.get("/")[1]) <= WORKLIST, (level, login)
        if login != login_of(world.owner, "leading_group") or level != "received":
            assert len(seat.get(f"/matters/{world.got('matter').uid}/")[1]) <= MATTER_PAGE, (level, login)


@pytest.mark.parametrize("path", ["/clues/", "/matters/", "/meetings/", "/items/", "/duties/"])
def test_a_list_costs_no_more_than_the_worklist(worlds: Any, path: str) -> None:
    world = worlds.at("disposing")
    assert len(Seat(world.clerk(), world).get(path)[1]) <= WORKLIST


def grow(world: World) -> None:
    """Ten times the duties, clues, files, records, papers, limits, todos, members and signatures of the matter.

    The rows are put in with the guards down, inside this test's transaction; the steps are real acts.
    """
    clerk = world.clerk()
    for n in range(10):
        world.act(clerk, "matter.disclose", "matter", subject="process", text=f"进展{n}")
    guards.drop(connection)
    matter = world.got("matter")
    for model in (cf.Duty, cf.Record, cf.Limit, cf.Todo, cf.Paper):
        rows = list(model.rows.filter(matter=matter))
        for _ in range(10):
            for one in rows:
                one.pk = None
                one._state.adding = True
                if hasattr(one, "uid"):
                    one.uid = uuid.uuid4()
                if model in (cf.Duty, cf.Record):
                    one.n += 100
                if model is cf.Limit:
                    one.stopped_on = world.player.day
            model.rows.bulk_create(rows)
    person = Person.objects.get(login=clerk)
    cf.Material.rows.bulk_create(
        [
            cf.Material(
                sha256=f"{n:064x}",
                size=1,
                name=f"材料{n}.pdf",
                media="application/pdf",
                matter=matter,
                subject_kind="matter",
                subject_id=matter.pk,
                added_by=person,
                added_at=world.player.now,
            )
            for n in range(10)
        ]
    )
    clue = world.got("clue")
    for n in range(10):
        other = cf.Clue.rows.get(pk=clue.pk)
        other.pk, other.uid, other.number = None, uuid.uuid4(), f"XS2020-9{n:04d}"
        other._state.adding = True
        other.save(force_insert=True)
        cf.MatterClue.rows.create(matter=matter, clue=other)
        cf.Allegation.rows.create(clue=other, n=1, kind="handling", text="查封后未处置")
        for one in (*cf.Membership.rows.filter(clue=clue), *cf.Standing.rows.filter(clue=clue)):
            one.pk, one.clue = None, other
            one._state.adding = True
            one.save(force_insert=True)
    guards.install(connection)


def test_pages_cost_the_same_with_ten_times_the_rows(worlds: Any) -> None:
    world = worlds.at("disposing")
    before = _page_costs(world)
    scenes.issue(world, "urge")
    grow(world)
    after = _page_costs(world)
    # A full page of dated todos needs no second walk for the undated ones: more rows may cost less, never more.
    assert after.keys() == before.keys()
    assert {place: cost for place, cost in after.items() if cost > before[place]} == {}


def _page_costs(world: World) -> dict[tuple[str, str], int]:
    found = {}
    uid = world.got("matter").uid
    for login in (world.boss(E), world.below(E)):
        seat = Seat(login, world)
        for path in (
            "/",
            "/matters/",
            f"/matters/{uid}/",
            f"/matters/{uid}/files/",
            f"/matters/{uid}/steps/",
            "/clues/",
            "/duties/",
        ):
            found[login, path] = len(seat.get(path)[1])
    return found


@pytest.mark.parametrize(
    "move", ["matter.disclose", "duty.feed_back_handling", "duty.urge_reply", "duty.issue_improve", "duty.clarify"]
)
def test_an_act_costs_the_same_with_ten_times_the_rows(worlds: Any, move: str) -> None:
    made = scene(worlds, move)
    with _undone():
        before = {part: len(said) for part, said in cost_of(made).items()}
    grow(made.world)
    assert {part: len(said) for part, said in cost_of(made).items()} == before


class _undone:
    """A savepoint that is rolled back."""

    def __enter__(self) -> None:
        from django.db import transaction

        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, *wrong: Any) -> None:
        from django.db import transaction

        if wrong[0] is None:
            transaction.set_rollback(True)
        self.block.__exit__(*wrong)
