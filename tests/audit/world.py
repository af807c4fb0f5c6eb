"""A small court with a ledger of its own: real rows, real guards, edges made for these tests.

As a program it seeds the database of its environment: `python -m tests.audit.world COMMAND …` (see `main`).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
EDITION = "test"
REGISTER, FORWARD, RETURN, NOTE = "t:>registered", "t:registered>forwarded", "t:forwarded>registered", "t:note"
ROWS = [
    (REGISTER, "t.register", "clue", "", "registered", False, True),
    (FORWARD, "t.forward", "clue", "registered", "forwarded", True, True),
    (RETURN, "t.return", "clue", "forwarded", "registered", False, True),
    (NOTE, "t.note", "clue", "registered", "registered", True, False),
    ("t:matter", "t.matter", "matter", "", "opened", False, True),
]


def load_edges() -> None:
    from django.db import connection

    from shuangcha.audit import edges, guards

    guards.drop(connection)
    edges.load(ROWS, EDITION)
    guards.install(connection)


class World:
    """Court 1 with three bodies and three persons; `clock` runs on by a minute with each act."""

    def __init__(self) -> None:
        from shuangcha.courts.models import Body, Court, Person

        load_edges()
        self.clock = MORNING
        self.court = Court.objects.create(code="豫9901", name="试验法院", level="basic")
        body = {"court": self.court, "kind": "department"}
        self.bodies = [Body.objects.create(local_name=f"机构{n}", **body) for n in "甲乙丙"]
        self.persons = [Person.objects.create(name=f"人员{n}", password="!") for n in "甲乙丙"]

    @classmethod
    def found(cls) -> World:
        """The court that is in the database already."""
        from shuangcha.courts.models import Body, Court, Person

        self = cls.__new__(cls)
        self.clock, self.court = MORNING, Court.objects.get(code="豫9901")
        self.bodies, self.persons = list(Body.objects.order_by("id")), list(Person.objects.order_by("id"))
        return self

    def now(self) -> dt.datetime:
        self.clock += dt.timedelta(minutes=1)
        return self.clock

    def clue(self, number: str) -> Any:
        from shuangcha.casefile.models import Clue

        return Clue.rows.create(
            court=self.court,
            received_by=self.bodies[0],
            registrar=self.persons[0],
            number=number,
            source="t",
            received_on=MORNING.date(),
            subject_court=self.court,
            title="标题",
            summary="摘要",
            created_at=self.now(),
        )

    def propose(self, clue: Any, text: str = "内容", version: int | None = None) -> Any:
        from shuangcha.audit import chain
        from shuangcha.audit.models import Proposal

        content, salt = chain.canonical({"text": text}), chain.new_salt()
        return Proposal.objects.create(
            move="t.forward",
            subject_kind="clue",
            subject_id=clue.pk,
            base_version=clue.version if version is None else version,
            stream=chain.lock_stream(f"court:{self.court.pk}"),
            content=content,
            salt=salt,
            content_sha=chain.commitment(salt, content),
            happened_on=MORNING.date(),
            proposer=self.persons[0],
            proposer_body=self.bodies[0],
            opened_at=self.now(),
        )

    def sign(self, proposal: Any, n: int, **other: Any) -> Any:
        from shuangcha.audit.models import Signature

        given = {"body": self.bodies[n], "person": self.persons[n], "content_sha": proposal.content_sha} | other
        return Signature.objects.create(proposal=proposal, signed_at=self.now(), **given)

    def step(self, clue: Any, edge: str, *, proposal: Any = None, raised: bool = True, facts: Any = None) -> Any:
        from shuangcha.audit import chain

        stream = chain.lock_stream(f"court:{self.court.pk}")
        made = chain.append(
            stream,
            edge=edge,
            subject_kind="clue",
            subject_id=clue.pk,
            subject_version=clue.version + raised,
            raised=raised,
            actor_id=self.persons[0].pk,
            post_id=None,
            happened_on=MORNING.date(),
            recorded_at=self.now(),
            content=proposal.content if proposal else chain.canonical({"text": "登记"}),
            salt=proposal.salt if proposal else chain.new_salt(),
            facts=facts or {"made": 1},
            proposal=proposal,
        )
        return made

    def stage(self, clue: Any, stage: str) -> None:
        from shuangcha.casefile.models import Clue

        assert Clue.rows.filter(pk=clue.pk, version=clue.version).update(stage=stage, version=clue.version + 1) == 1
        clue.refresh_from_db(from_queryset=Clue.rows.all())

    def registered(self, number: str) -> Any:
        clue = self.clue(number)
        self.step(clue, REGISTER)
        self.stage(clue, "registered")
        return clue

    def forwarded(self, number: str) -> Any:
        """A clue that both bodies put forward, with the signers among the step's facts."""
        from shuangcha.audit.verify import signature_facts

        clue = self.registered(number)
        proposal = self.propose(clue)
        self.sign(proposal, 0)
        self.sign(proposal, 1)
        self.step(clue, FORWARD, proposal=proposal, facts={"signatures": signature_facts(proposal.pk)})
        self.stage(clue, "forwarded")
        type(proposal).objects.filter(pk=proposal.pk).update(status="executed", closed_at=self.now())
        return clue

    def read(self, clue: Any) -> None:
        from shuangcha.audit.models import ReadLog

        ReadLog.objects.create(
            person=self.persons[1], subject_kind="clue", subject_id=clue.pk, what="page", at=self.now()
        )


def sample() -> World:
    """Two clues put forward, one with an open proposal that has one signature, two reads."""
    world = World()
    first, _ = world.forwarded("1"), world.forwarded("2")
    third = world.registered("3")
    world.sign(world.propose(third), 0)
    world.read(first)
    world.read(third)
    return world


def key_of(folder: Path) -> Any:
    """The sealing key of a test instance, made at the first call."""
    from shuangcha.audit import seal

    path = folder / "seal.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        seal.write_whole(path, seal.new_key(), 0o600)
    return seal.private_key(path.read_bytes())


def main(command: str, folder: str) -> None:
    """`sample`: seed; `write…`: 80 clues; `seal`: seal until nothing is left; `verify`: print the report.

    Seals and the key lie in `folder`.
    """
    import django

    django.setup()
    from django.db import transaction

    from shuangcha.audit import edges, seal, verify

    edges.from_plan = lambda: (ROWS, EDITION)
    where = Path(folder)
    if command == "sample":
        with transaction.atomic():
            sample()
        key_of(where)
    elif command.startswith("write"):
        for number in range(80):
            with transaction.atomic():
                world = World.found()
                world.read(world.forwarded(f"{command}-{number}"))
    elif command == "seal":
        made = []
        while (row := seal.seal(MORNING, folder=where / "seals", key=key_of(where))) is not None:
            made.append(row.seq)
        print(json.dumps(made))
    elif command == "verify":
        public = key_of(where).public_key()
        print(json.dumps(verify.verify(folder=where / "seals", public_key=public).as_dict(), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
