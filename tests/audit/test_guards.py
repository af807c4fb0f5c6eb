"""The guards in the bare database with the driver's defaults: each refuses, and without it the attack succeeds."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction

from shuangcha.audit import edges, guards
from tests.audit import world
from tests.audit.bare import Bare
from tests.harness import engines

SQLITE, BOTH, POSTGRES = ("sqlite",), ("sqlite", "postgres"), ("postgres",)
ENGINE = engines.engine_name()


@dataclass(frozen=True)
class Attack:
    """`do` may prepare rows before it returns the forbidden statement, stopped only by this guard."""

    name: str
    table: str
    event: str
    do: Callable[[Bare], object]
    on: tuple[str, ...] = BOTH
    alone: bool = True
    """Without this guard the attack succeeds; False where further guards or foreign keys stand behind it."""


GIVEN = {"item": {"kind": "start", "clue_id": 1}}
"""What the tables' own check constraints want of a row."""


def subject(kind: str) -> list[Attack]:
    table, given = f"casefile_{kind}", GIVEN.get(kind, {})

    def with_row(sql: str) -> Callable[[Bare], object]:
        def do(bare: Bare) -> object:
            bare.insert(table, id=990, stage="", version=0, **given)
            return sql

        return do

    def replace(bare: Bare) -> object:
        bare.insert(table, id=990, stage="", version=0, **given)
        return lambda: bare.insert(table, "INSERT OR REPLACE", id=990, stage="", version=0, **given)

    def replace_by_uid(bare: Bare) -> object:
        uid = uuid.uuid4().hex
        bare.insert(table, id=990, uid=uid, stage="", version=0, **given)
        return lambda: bare.insert(table, "INSERT OR REPLACE", id=991, uid=uid, stage="", version=0, **given)

    return [
        Attack("born late", table, "insert", lambda b: lambda: b.insert(table, stage="x", version=0, **given)),
        Attack("born with a version", table, "insert", lambda b: lambda: b.insert(table, stage="", version=3, **given)),
        Attack("replaced by id", table, "insert", replace, SQLITE),
        Attack("replaced by uid", table, "insert", replace_by_uid, SQLITE),
        Attack("stage", table, "update", with_row(f"UPDATE {table} SET stage = 'x' WHERE id = 990")),
        Attack("stage, version", table, "update", with_row(f"UPDATE {table} SET stage='x', version=1 WHERE id = 990")),
        Attack("version", table, "update", with_row(f"UPDATE {table} SET version = 1 WHERE id = 990")),
        Attack("id", table, "update", with_row(f"UPDATE {table} SET id = 991 WHERE id = 990"), SQLITE),
        Attack("uid", table, "update", with_row(f"UPDATE {table} SET uid = '{uuid.uuid4().hex}' WHERE id = 990")),
        Attack("deleted", table, "delete", with_row(f"DELETE FROM {table} WHERE id = 990")),
        Attack("truncated", table, "truncate", lambda _: f"TRUNCATE {table} CASCADE", POSTGRES, alone=False),
    ]


def copy(table: str, verb: str = "INSERT", where: str = "1 = 1", **changed: object) -> Callable[[Bare], object]:
    """Insert a copy of a row that is there, with columns changed (None: left out)."""

    def do(bare: Bare) -> object:
        row = bare.one(table, where) | changed
        return lambda: bare.insert(table, verb, **{name: value for name, value in row.items() if value is not None})

    return do


def fresh_step(**changed: object) -> Callable[[Bare], object]:
    return copy("audit_step", where="raised", id=None, uid=uuid.uuid4().hex, sha="f" * 64, **changed)


def serial(verb: str) -> Callable[[Bare], object]:
    """A matter's serial taken by another: REPLACE would delete the first without asking the DELETE trigger."""

    def do(bare: Bare) -> object:
        for number in (990, 991):
            bare.insert("casefile_matter", id=number, stage="", version=0, serial=number)
        if verb == "update":
            return "UPDATE OR REPLACE casefile_matter SET serial = 990 WHERE id = 991"
        return lambda: bare.insert("casefile_matter", "INSERT OR REPLACE", stage="", version=0, serial=990)

    return do


def signed_by_one(bare: Bare) -> object:
    """A joint step on an open proposal that only one body signed."""
    one = bare.one("audit_proposal", "status = 'open'")
    head = bare.one("audit_stream", "seq > 0")
    names = ("proposal_id", "content_sha", "subject_id", "subject_version", "prev_sha", "seq")
    values = (one["id"], one["content_sha"], one["subject_id"], 2, head["head_sha"], head["seq"] + 1)
    do = fresh_step(edge_id=world.FORWARD, **dict(zip(names, values, strict=True)))
    return do(bare)


def joint_stage(bare: Bare) -> object:
    """The stage set after that step got in some other way."""
    step = signed_by_one(bare)
    bare.take_away("audit_step", "insert")
    step()  # type: ignore[operator]
    number = bare.one("audit_proposal", "status = 'open'")["subject_id"]
    return f"UPDATE casefile_clue SET stage = 'forwarded', version = 2 WHERE id = {number}"


def second_person(**changed: object) -> Callable[[Bare], object]:
    """A signature of the other body on the open proposal, spoilt by `changed`."""

    def do(bare: Bare) -> object:
        other = bare.one("audit_signature", "body_id <> (SELECT MIN(body_id) FROM audit_signature)")
        number = bare.one("audit_proposal", "status = 'open'")
        row = {"proposal_id": number["id"], "content_sha": number["content_sha"]}
        row |= {name: other[name] for name in ("body_id", "person_id")} | changed
        return lambda: bare.insert("audit_signature", **row)

    return do


STEP, SIGNATURE, PROPOSAL, STREAM = "audit_step", "audit_signature", "audit_proposal", "audit_stream"
LEDGER = [
    Attack("an edge added", "audit_edge", "insert", copy("audit_edge", key="t:forged")),
    Attack("joint taken off", "audit_edge", "update", lambda _: "UPDATE audit_edge SET joint = false"),
    Attack("an edge deleted", "audit_edge", "delete", lambda _: f"DELETE FROM audit_edge WHERE key = '{world.RETURN}'"),
    Attack("edges truncated", "audit_edge", "truncate", lambda _: "TRUNCATE audit_edge CASCADE", POSTGRES, False),
    Attack("a step with a gap", STEP, "insert", fresh_step(seq=90, subject_version=7)),
    Attack("a step on another head", STEP, "insert", fresh_step(stream_id="court:9", seq=2, subject_version=7)),
    Attack(
        "a step without an edge",
        STEP,
        "insert",
        fresh_step(edge_id="t:none", stream_id="x", seq=1, prev_sha="", subject_version=7),
    ),
    Attack("a joint step signed by one", STEP, "insert", signed_by_one),
    Attack("a step replaced by id", STEP, "insert", copy(STEP, "INSERT OR REPLACE", content="{}"), SQLITE),
    Attack(
        "a step replaced by place",
        STEP,
        "insert",
        copy(STEP, "INSERT OR REPLACE", id=None, uid=uuid.uuid4().hex, sha="e" * 64),
        SQLITE,
    ),
    Attack(
        "a step replaced by subject and version",
        STEP,
        "insert",
        copy(STEP, "INSERT OR REPLACE", id=None, uid=uuid.uuid4().hex, sha="e" * 64, stream_id="x", seq=1, prev_sha=""),
        SQLITE,
    ),
    Attack("a step changed", STEP, "update", lambda _: f"UPDATE {STEP} SET content = '{{}}' WHERE seq = 1"),
    Attack("a step deleted", STEP, "delete", lambda _: f"DELETE FROM {STEP} WHERE seq = 1"),
    Attack("steps truncated", STEP, "truncate", lambda _: f"TRUNCATE {STEP} CASCADE", POSTGRES, False),
    Attack(
        "signed after the end",
        SIGNATURE,
        "insert",
        lambda bare: second_person(
            proposal_id=bare.one(PROPOSAL, "status = 'executed'")["id"], body_id=90, person_id=90
        )(bare),
    ),
    Attack("another text signed", SIGNATURE, "insert", second_person(content_sha="0" * 64)),
    Attack(
        "a signature replaced by id",
        SIGNATURE,
        "insert",
        copy(
            SIGNATURE,
            "INSERT OR REPLACE",
            "proposal_id = (SELECT id FROM audit_proposal WHERE status = 'open')",
            person_id=99,
        ),
        SQLITE,
    ),
    Attack(
        "a signature replaced by body",
        SIGNATURE,
        "insert",
        copy(
            SIGNATURE,
            "INSERT OR REPLACE",
            "proposal_id = (SELECT id FROM audit_proposal WHERE status = 'open')",
            id=None,
            person_id=99,
        ),
        SQLITE,
    ),
    Attack("a signature changed", SIGNATURE, "update", lambda _: f"UPDATE {SIGNATURE} SET person_id = 3 WHERE id = 1"),
    Attack("a signature deleted", SIGNATURE, "delete", lambda _: f"DELETE FROM {SIGNATURE}"),
    Attack("signatures truncated", SIGNATURE, "truncate", lambda _: f"TRUNCATE {SIGNATURE}", POSTGRES),
    Attack("a seal with a gap", "audit_seal", "insert", lambda b: lambda: b.insert("audit_seal", seq=7)),
    Attack("a read replaced", "audit_readlog", "insert", copy("audit_readlog", "INSERT OR REPLACE", what="x"), SQLITE),
    Attack("a read changed", "audit_readlog", "update", lambda _: "UPDATE audit_readlog SET what = 'x'"),
    Attack("reads deleted", "audit_readlog", "delete", lambda _: "DELETE FROM audit_readlog"),
    Attack("reads truncated", "audit_readlog", "truncate", lambda _: "TRUNCATE audit_readlog", POSTGRES),
    Attack("a proposal replaced", PROPOSAL, "insert", copy(PROPOSAL, "INSERT OR REPLACE", content="{}"), SQLITE),
    Attack(
        "a proposal replaced by subject",
        PROPOSAL,
        "insert",
        copy(PROPOSAL, "INSERT OR REPLACE", "status = 'open'", id=None, uid=uuid.uuid4().hex),
        SQLITE,
    ),
    Attack("a proposal changed", PROPOSAL, "update", lambda _: f"UPDATE {PROPOSAL} SET content = '{{}}'"),
    Attack(
        "a proposal opened again",
        PROPOSAL,
        "update",
        lambda _: f"UPDATE {PROPOSAL} SET status = 'open' WHERE status = 'executed'",
    ),
    Attack("a proposal deleted", PROPOSAL, "delete", lambda _: f"DELETE FROM {PROPOSAL}"),
    Attack("proposals truncated", PROPOSAL, "truncate", lambda _: f"TRUNCATE {PROPOSAL} CASCADE", POSTGRES, False),
    Attack("a chain born long", STREAM, "insert", lambda b: lambda: b.insert(STREAM, key="x", seq=4, sealed_seq=0)),
    Attack("a chain replaced", STREAM, "insert", copy(STREAM, "INSERT OR REPLACE", seq=0, head_sha=""), SQLITE),
    Attack(
        "a chain replaced by rowid",
        STREAM,
        "insert",
        lambda b: lambda: b.insert(STREAM, "INSERT OR REPLACE", rowid=1, key="x", seq=0, sealed_seq=0),
        SQLITE,
    ),
    Attack(
        "a chain cut",
        STREAM,
        "update",
        lambda _: f"UPDATE {STREAM} SET seq = 1, head_sha = (SELECT sha FROM {STEP} WHERE seq = 1)",
    ),
    Attack("a chain's head changed", STREAM, "update", lambda _: f"UPDATE {STREAM} SET head_sha = 'x'"),
    Attack("a chain renamed", STREAM, "update", lambda _: f"UPDATE {STREAM} SET key = 'x'"),
    Attack("sealed too far", STREAM, "update", lambda _: f"UPDATE {STREAM} SET sealed_seq = seq + 1"),
    Attack("a chain deleted", STREAM, "delete", lambda _: f"DELETE FROM {STREAM}"),
    Attack("chains truncated", STREAM, "truncate", lambda _: f"TRUNCATE {STREAM} CASCADE", POSTGRES, False),
    Attack("a serial taken", "casefile_matter", "insert", serial("insert"), SQLITE),
    Attack("a serial taken by update", "casefile_matter", "update", serial("update"), SQLITE),
    Attack("a joint stage signed by one", "casefile_clue", "update", joint_stage),
]


def sealed(sql: str) -> Callable[[Bare], object]:
    def do(bare: Bare) -> object:
        bare.insert("audit_seal", seq=1, root="a")
        return sql

    return do


def replace_seal(bare: Bare) -> object:
    bare.insert("audit_seal", seq=1, root="a")
    return lambda: bare.insert("audit_seal", "INSERT OR REPLACE", seq=1, root="b")


LEDGER += [
    Attack("a seal replaced", "audit_seal", "insert", replace_seal, SQLITE),
    Attack("a seal changed", "audit_seal", "update", sealed("UPDATE audit_seal SET root = 'b'")),
    Attack("a seal deleted", "audit_seal", "delete", sealed("DELETE FROM audit_seal")),
    Attack("seals truncated", "audit_seal", "truncate", sealed("TRUNCATE audit_seal"), POSTGRES),
]
ATTACKS = [
    attack
    for attack in [*LEDGER, *(attack for kind in guards.SUBJECTS for attack in subject(kind))]
    if ENGINE in attack.on
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.table}.{attack.event}: {attack.name}")
def test_refused_with_the_guard_and_done_without_it(attack: Attack, bare: Bare) -> None:
    title = guards.LEDGER.get(attack.table) or guards.SUBJECTS[attack.table.removeprefix("casefile_")]
    with bare.undone():
        refusal = bare.refusal(attack.do(bare))
        assert refusal is not None and refusal.startswith("双查:"), refusal
        if attack.event in {"delete", "truncate"}:
            assert title in refusal
    with bare.undone():
        statement = attack.do(bare)
        bare.take_away(attack.table, attack.event) if not _gone(bare, attack) else None
        after = bare.refusal(statement)
        if attack.alone:
            assert after is None, f"something else stops it: {after}"
        else:
            assert after != refusal


def _gone(bare: Bare, attack: Attack) -> bool:
    name = f"guard_{attack.table}_{attack.event}"
    where = "sqlite_master WHERE type = 'trigger' AND name" if bare.engine == "sqlite" else "pg_trigger WHERE tgname"
    return not bare.run(f"SELECT 1 FROM {where} = '{name}'")


@pytest.mark.django_db
def test_every_declared_guard_is_attacked() -> None:
    names = {guard.name for guard in guards.declared(connection)}
    assert len(names) == len(guards.SUBJECTS) * (4 if ENGINE == "postgres" else 3) + (
        # on PostgreSQL unique keys hold by themselves: no insert guard on read log and proposals, but TRUNCATE ones
        len(guards.LEDGER) * 4 - 2 if ENGINE == "postgres" else len(guards.LEDGER) * 3
    )
    assert names == {f"guard_{attack.table}_{attack.event}" for attack in ATTACKS}


def test_what_is_allowed_goes_through(court: world.World) -> None:
    clue = court.registered("9")
    court.step(clue, world.NOTE, proposal=_both(court, clue), raised=False)
    assert (clue.stage, clue.version) == ("registered", 1)


def _both(court: world.World, clue: object) -> object:
    proposal = court.propose(clue, version=5)
    court.sign(proposal, 0)
    court.sign(proposal, 1)
    return proposal


def test_one_person_cannot_sign_for_two_bodies(court: world.World) -> None:
    proposal = court.propose(court.registered("9"))
    court.sign(proposal, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        court.sign(proposal, 1, person=court.persons[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        court.sign(proposal, 1, body=court.bodies[0])


def test_a_joint_step_that_changes_no_stage_needs_two_signatures(court: world.World) -> None:
    clue = court.registered("9")
    proposal = court.propose(clue)
    court.sign(proposal, 0)
    with pytest.raises(IntegrityError, match="联合办理"), transaction.atomic():
        court.step(clue, world.NOTE, proposal=proposal, raised=False)
    with pytest.raises(IntegrityError, match="联合办理"), transaction.atomic():
        court.step(clue, world.NOTE, raised=False)


def test_a_retired_edge_admits_no_step_and_a_changed_meaning_is_refused(court: world.World) -> None:
    guards.drop(connection)
    edges.load([row for row in world.ROWS if row[0] != world.REGISTER], "next")
    guards.install(connection)
    with pytest.raises(IntegrityError, match="流程表中没有这一步"), transaction.atomic():
        court.registered("9")
    guards.drop(connection)
    with pytest.raises(edges.EdgeProblem, match="不得更改"):
        edges.load([(world.FORWARD, "t.forward", "clue", "registered", "forwarded", False, True)], "next")
    assert edges.differs(world.ROWS, "next")
    edges.load(world.ROWS, "next")
    assert not edges.differs(world.ROWS, "next")
    assert edges.differs(world.ROWS[1:], "next") and edges.differs(world.ROWS, "other")
    assert "与程序中的方案流程不一致" in (edges.problem() or "")
    edges.load(world.ROWS, world.EDITION)
    assert edges.problem() is None


def test_missing_names_each_absent_and_each_altered_guard(court: world.World) -> None:
    assert guards.missing(connection) == []
    for guard in guards.declared(connection):
        with transaction.atomic():
            with connection.cursor() as cursor:
                on = f' ON "{guard.table}"' if ENGINE == "postgres" else ""
                cursor.execute(f'DROP TRIGGER "{guard.name}"{on}')
            assert guards.missing(connection) == [f"{guard.place}(缺失)"]
            with connection.cursor() as cursor:
                for statement in _weakened(guard):
                    cursor.execute(statement)
            assert guards.missing(connection) == [f"{guard.place}(被改动或停用)"]
            transaction.set_rollback(True)
    assert guards.missing(connection) == []


def _weakened(guard: guards.Guard) -> list[str]:
    """The same name on the same table, but it refuses nothing."""
    if ENGINE == "sqlite":
        return [guard.sqlite().replace("RAISE(ABORT", "coalesce(0")]
    statements = guard.postgres("public")
    return [statements[0].replace("RAISE EXCEPTION", "RAISE NOTICE", 1), *statements[1:]]


@pytest.mark.parametrize("how", ["DISABLE TRIGGER", "ENABLE TRIGGER"] if ENGINE == "postgres" else ["rename"])
def test_missing_sees_what_only_one_engine_can_do(court: world.World, how: str) -> None:
    with connection.cursor() as cursor:
        if ENGINE == "postgres":
            cursor.execute(f"ALTER TABLE audit_step {how} guard_audit_step_delete")
            assert guards.missing(connection) == ["办理步骤删除(被改动或停用)"]
            return
        cursor.execute("ALTER TABLE casefile_duty RENAME TO elsewhere")
    assert "处理事项(数据表不存在)" in guards.missing(connection)
