"""Every constraint of every table, attacked by raw rows in the bare database: what it forbids is refused, what it allows is not.

The lists below are written by hand from what each table means. A constraint that a model gains or loses fails until it
stands here with its rows. Guards (triggers) are taken down first: on SQLite they refuse a taken key too, and would hide
that the key itself is gone.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from tests.audit.bare import Bare
from tests.harness import engines

UNIQUE = {
    "case_officer_once": "EnforcementCase's officer in one role",
    "case_link_once": "恢复执行 and its origin",
    "clue_number_once": "a number in one court",
    "clue_case_once": "a case in a clue",
    "repeat_once": "a doubt about two clues",
    "allegation_n": "反映事项 n",
    "record_n": "记录 n of a matter",
    "answer_once_a_round": "one answer a point and round",
    "report_version_n": "a version of a report",
    "matter_serial_once": "案号 of the year",
    "matter_clue_once": "a clue in a matter",
    "extension_one_pending": "one open request for more time",
    "point_n": "核查要点 n",
    "round_n": "轮次 n",
    "team_member_once": "a person in a team",
    "attendance_once": "a person at a meeting",
    "declaration_item_once": "声明 on an item",
    "declaration_round_once": "声明 in a round",
    "position_one_per_body": "one position a body",
    "opinion_version_n": "a version of an opinion",
    "conclusion_once": "one conclusion an allegation",
    "duty_n": "处理事项 n",
    "duty_reply_n": "答复 n",
    "limit_one_open": "one running limit of a kind",
    "handling_once": "one 承办人 of an awaited act",
    "member_body_matter": "a body let into a matter",
    "member_person_matter": "a person let into a matter",
    "member_body_clue": "a body let into a clue",
    "member_person_clue": "a person let into a clue",
    "recusal_person_clue": "a person shut out of a clue",
    "recusal_person_matter": "a person shut out of a matter",
    "paper_number_once": "文号",
    "body_court_name": "a body's name in its court",
    "body_one_of_a_kind": "one 执行局, one 监察室 … a court",
    "post_once": "a post from a day",
    "setting_once": "a parameter of a court from a day",
    "setting_once_for_all": "a parameter of all courts from a day",
    "proposal_one_open": "one open proposal of an act on a version",
    "signature_one_per_body": "two signatures are of two bodies",
    "signature_one_per_person": "two signatures are of two persons",
    "step_stream_seq": "a place in a chain",
    "step_one_per_version": "one step raises to a version",
    "request_key_once": "a double click is one act",
    "flow_court_once": "a court of a data set",
    "flow_run_one_at_a_time": "one run at a time",
    "flow_check_once": "a check of a case for a round",
    "draft_person_place": "one draft of a form",
    "preference_person_key_name": "one preference of a name",
    "read_mark_person_notice": "one mark a notice",
}
"""Every unique constraint, and what is so once only."""
UNIQUE_FIELDS = {
    *(f"casefile_{kind}.uid" for kind in ("clue", "meeting", "item", "matter", "assignment", "round")),
    *(f"casefile_{kind}.uid" for kind in ("record", "report", "opinion", "duty", "stagedupload")),
    "casefile_enforcementcase.number",
    "casefile_outbox.key",
    *("courts_publishedyear.year", "courts_restday.day"),
    *("courts_court.code", "courts_person.uid", "courts_person.login"),
    *("courts_onetimecode.digest", "courts_token.digest"),
    *("audit_edge.key", "audit_stream.key", "audit_proposal.uid", "audit_step.uid", "audit_step.sha", "audit_seal.seq"),
    *("vault_identity.handle", "flowruns_flowdataset.uid", "flowruns_flowdataset.folder"),
    *("flowruns_flowrun.uid", "flowruns_flowcheck.uid"),
}
DAY = "2026-03-02"
PARTIAL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "extension_one_pending": ({"decided_on": None}, {"decided_on": DAY}),
    "limit_one_open": ({"stopped_on": None}, {"stopped_on": DAY}),
    "member_body_matter": ({"clue_id": None, "person_id": None}, {"body_id": None, "clue_id": None}),
    "member_person_matter": ({"clue_id": None, "body_id": None}, {"person_id": None, "clue_id": None}),
    "member_body_clue": ({"matter_id": None, "person_id": None}, {"body_id": None, "matter_id": None}),
    "member_person_clue": ({"matter_id": None, "body_id": None}, {"person_id": None, "matter_id": None}),
    "recusal_person_clue": ({"matter_id": None}, {"clue_id": None, "matter_id": 7}),
    "recusal_person_matter": ({"clue_id": None}, {"matter_id": None, "clue_id": 7}),
    "paper_number_once": ({"no": 3}, {"no": None}),
    "body_one_of_a_kind": ({"kind": "enforcement", "valid_to": None}, {"kind": "enforcement", "valid_to": DAY}),
    "setting_once_for_all": ({"court_id": None}, {"court_id": 7}),
    "proposal_one_open": ({"status": "open"}, {"status": "dead"}),
    "step_one_per_version": ({"raised": True}, {"raised": False}),
    "flow_run_one_at_a_time": ({"state": "running"}, {"state": "done"}),
}
"""Constraints that bind some rows only: values of a row that is bound, and of one that is not."""
MORE_FREE = {"body_one_of_a_kind": [{"kind": "department", "valid_to": None}, {"kind": "inspection", "valid_to": None}]}
CHECKS: dict[str, tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = {
    "repeat_of_another": ("casefile.Repeat", [{"clue_id": 1, "other_id": 2}], [{"clue_id": 1, "other_id": 1}]),
    "item_about_something": (
        "casefile.Item",
        [{"kind": "start", "clue_id": 1, "matter_id": None}, {"kind": "consult", "clue_id": None, "matter_id": 1}],
        [
            {"kind": "start", "clue_id": None, "matter_id": 1},
            {"kind": "consult", "clue_id": 1, "matter_id": None},
            {"kind": "start", "clue_id": None, "matter_id": None},
            {"kind": "other", "clue_id": 1, "matter_id": 1},
        ],
    ),
    "member_of_one": (
        "casefile.Membership",
        [{"clue_id": 1, "matter_id": None}, {"clue_id": None, "matter_id": 1}],
        [{"clue_id": 1, "matter_id": 1}, {"clue_id": None, "matter_id": None}],
    ),
    "recusal_of_one": (
        "casefile.Recusal",
        [{"clue_id": 1, "matter_id": None}, {"clue_id": None, "matter_id": 1}],
        [{"clue_id": 1, "matter_id": 1}, {"clue_id": None, "matter_id": None}],
    ),
    "post_days_in_order": (
        "courts.Post",
        [{"valid_from": DAY, "valid_to": DAY}, {"valid_from": DAY, "valid_to": None}],
        [{"valid_from": DAY, "valid_to": "2026-03-01"}],
    ),
    "proposal_status": (
        "audit.Proposal",
        [{"status": one} for one in ("open", "executed", "dead", "withdrawn")],
        [{"status": "signed"}, {"status": ""}],
    ),
}
"""Check constraints: rows that each lets pass, rows that each refuses."""
FITS: dict[str, dict[str, Any]] = {
    "casefile_item": {"kind": "start", "clue_id": 1},
    "casefile_membership": {"clue_id": 1, "matter_id": None},
    "casefile_recusal": {"clue_id": 1, "matter_id": None},
    "audit_proposal": {"status": "dead"},
    "courts_post": {"valid_to": None},
    "courts_body": {"kind": "department"},
    "flowruns_flowrun": {"state": "done"},
    "casefile_limit": {"stopped_on": DAY},
    "audit_step": {"raised": False},
}
"""What another check of the same table wants of a row that is about something else."""


def tables() -> list[type[models.Model]]:
    rooms = [one for one in apps.get_app_configs() if one.name.startswith("shuangcha.")]
    return [model for one in rooms for model in one.get_models(include_auto_created=True) if model._meta.managed]


def declared(kind: type[Any]) -> dict[str, tuple[type[models.Model], Any]]:
    return {one.name: (model, one) for model in tables() for one in model._meta.constraints if isinstance(one, kind)}


def columns(model: type[models.Model]) -> list[Any]:
    return [one for one in model._meta.local_concrete_fields if not isinstance(one, models.AutoField)]


def unique_fields() -> dict[str, tuple[type[models.Model], Any]]:
    found = {}
    for model in tables():
        for one in columns(model):
            if one.unique:
                found[f"{model._meta.db_table}.{one.column}"] = (model, one)
    return found


def filled(model: type[models.Model], seed: int, keys: Collection[str] = (), **given: Any) -> dict[str, Any]:
    """A row without an empty column, in no column equal to one of another seed; then what fits the table beside the key
    in question, and what is given."""
    row = {one.column: _value(one, seed) for one in columns(model)}
    fitting = {one: value for one, value in FITS.get(model._meta.db_table, {}).items() if one not in keys}
    return {**row, **fitting, **given}


def _value(field: Any, seed: int) -> Any:
    target = getattr(field, "target_field", field)
    match target:
        case models.UUIDField():
            return uuid.UUID(int=seed).hex
        case models.BooleanField():
            return False
        case models.CharField() | models.TextField():
            return f"v{seed}"
        case models.DateTimeField():
            return f"{dt.date(2026, 1, 1) + dt.timedelta(days=seed)} 09:00:00+00"
        case models.DateField():
            return str(dt.date(2026, 1, 1) + dt.timedelta(days=seed))
        case models.BinaryField():
            return f"b{seed}"
    return seed + 1000 if field.column == "other_id" else seed


@pytest.fixture(scope="module")
def unguarded() -> Iterator[Bare]:
    """A new instance's tables without their triggers, in one transaction that is rolled back."""
    with engines.fresh_database() as database, database.connect() as raw:
        bare = Bare(database, raw)
        with bare.undone():
            if bare.engine == "sqlite":
                bare.run("PRAGMA foreign_keys = OFF")
                names = bare.run(
                    "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard_%'"
                )
            else:
                names = bare.run(
                    "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                    " WHERE NOT t.tgisinternal AND t.tgname LIKE 'guard_%'"
                )
            assert names
            for name, table in names:
                bare.run(f'DROP TRIGGER "{name}"' + ("" if bare.engine == "sqlite" else f' ON "{table}"'))
            yield bare


@pytest.fixture
def bare(unguarded: Bare) -> Iterator[Bare]:
    unguarded.run("SAVEPOINT test")
    yield unguarded
    unguarded.run("ROLLBACK TO SAVEPOINT test")


def refused(bare: Bare, model: type[models.Model], row: dict[str, Any]) -> str | None:
    return bare.refusal(lambda: bare.insert(model._meta.db_table, **row))


def by(said: str | None, name: str, model: type[models.Model], names: list[str]) -> bool:
    """The refusal is this constraint's: PostgreSQL names it, SQLite names it or its columns."""
    if said is None:
        return False
    listed = ", ".join(f"{model._meta.db_table}.{one}" for one in names)
    return bool(re.search(rf'"{name}"|\b{name}\b', said)) or said.endswith(f": {listed}")


# --- the lists are whole -------------------------------------------------------------------------------------------
def test_every_constraint_of_every_model_stands_here_and_no_other() -> None:
    unique = declared(models.UniqueConstraint)
    assert set(unique) == set(UNIQUE)
    assert {name for name, (_, one) in unique.items() if one.condition is not None} == set(PARTIAL)
    assert set(declared(models.CheckConstraint)) == set(CHECKS)
    assert set(unique_fields()) == UNIQUE_FIELDS
    others = [one.name for model in tables() for one in model._meta.constraints if one.name not in {*UNIQUE, *CHECKS}]
    assert others == [] and not any(model._meta.unique_together for model in tables())


# --- each holds ----------------------------------------------------------------------------------------------------
def key_of(name: str) -> tuple[type[models.Model], list[str], dict[str, Any], dict[str, Any] | None]:
    model, one = declared(models.UniqueConstraint)[name]
    names = [model._meta.get_field(field).column for field in one.fields]
    bound, free = PARTIAL.get(name, ({}, None))
    return model, names, bound, free


@pytest.mark.parametrize("name", UNIQUE)
def test_what_is_once_only_is_refused_a_second_time(bare: Bare, name: str) -> None:
    model, names, bound, _ = key_of(name)
    first = filled(model, 1, names, **bound)
    bare.insert(model._meta.db_table, **first)
    said = refused(bare, model, {**filled(model, 2, names, **bound), **{one: first[one] for one in names}})
    assert by(said, name, model, names), said


@pytest.mark.parametrize("name", UNIQUE)
def test_what_differs_in_one_column_of_the_key_is_another(bare: Bare, name: str) -> None:
    model, names, bound, _ = key_of(name)
    first = filled(model, 1, names, **bound)
    bare.insert(model._meta.db_table, **first)
    for n, other in enumerate([one for one in names if one not in bound], 3):
        row = {**filled(model, n, names, **bound), **{one: first[one] for one in names if one != other}}
        assert refused(bare, model, row) is None, other


@pytest.mark.parametrize("name", PARTIAL)
def test_what_the_condition_leaves_free_may_stand_twice(bare: Bare, name: str) -> None:
    model, names, bound, free = key_of(name)
    first = filled(model, 1, names, **bound)
    bare.insert(model._meta.db_table, **first)
    for n, left in enumerate([free or {}, *MORE_FREE.get(name, [])], 3):
        row = {**filled(model, n, names, **bound), **{one: first[one] for one in names}, **left}
        assert refused(bare, model, row) is None, left


@pytest.mark.parametrize("name", sorted(UNIQUE_FIELDS))
def test_a_unique_column_takes_a_value_once(bare: Bare, name: str) -> None:
    model, field = unique_fields()[name]
    first = filled(model, 1)
    bare.insert(model._meta.db_table, **first)
    assert refused(bare, model, filled(model, 3)) is None
    said = refused(bare, model, {**filled(model, 2), field.column: first[field.column]})
    assert said is not None and (field.column in said or f"{model._meta.db_table}_pkey" in said), said


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_lets_pass_and_refuses(bare: Bare, name: str) -> None:
    label, good, bad = CHECKS[name]
    model = apps.get_model(label)
    for n, given in enumerate(good, 1):
        assert refused(bare, model, {**filled(model, n), **given}) is None, given
    for n, given in enumerate(bad, 20):
        assert by(refused(bare, model, {**filled(model, n), **given}), name, model, []), given


POSITIVE = (models.PositiveIntegerField, models.PositiveSmallIntegerField, models.PositiveBigIntegerField)
COUNTS = [(model, one) for model in tables() for one in columns(model) if isinstance(one, POSITIVE)]


@pytest.mark.parametrize(
    ("model", "field"), COUNTS, ids=lambda one: getattr(one, "column", getattr(one, "__name__", ""))
)
def test_no_count_is_negative(bare: Bare, model: type[models.Model], field: Any) -> None:
    row = filled(model, 5, **({"version": 0} if field.column != "version" else {}))
    row = {one: value for one, value in row.items() if one in {column.column for column in columns(model)}}
    assert refused(bare, model, {**row, field.column: 0}) is None
    said = refused(bare, model, {**row, field.column: -1})
    assert said is not None and "check" in said.lower()


@pytest.mark.django_db
@pytest.mark.parametrize("model", tables(), ids=lambda one: one._meta.db_table)
def test_every_reference_and_every_must_stands_in_the_database(model: type[models.Model]) -> None:
    """Foreign keys and NOT NULL, as the database itself tells them."""
    with connection.cursor() as cursor:
        table = model._meta.db_table
        relations = connection.introspection.get_relations(cursor, table)
        nullable = {
            one.name: bool(one.null_ok) for one in connection.introspection.get_table_description(cursor, table)
        }
    for field in columns(model):
        assert nullable[field.column] == field.null, field.column
        if field.is_relation and field.db_constraint:
            target = field.target_field
            assert relations[field.column][:2] == (target.column, target.model._meta.db_table), field.column
