"""The table holds together: handlers and contents fit its rows, every stage can be left, every limit ends;
the house keeps its rules."""

from __future__ import annotations

import ast
import configparser
import io
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from shuangcha.access.guards import GUARDS
from shuangcha.acts.registry import CHECKS, CONTENTS, HANDLERS
from shuangcha.casefile import models as cf
from shuangcha.conf.management.commands.plan import as_json, markdown, sentences
from shuangcha.courts.settings import limit as setting_of
from shuangcha.plan.dispositions import ANSWERS, CLARIFY, WAYS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import SAME, Move
from shuangcha.plan.moves import MOVES, ROWS, edge_rows
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.stages import MAIN_LINE, STAGES
from shuangcha.plan.words import ITEM_KINDS, OFFICES, ROUND_KINDS, SIDES, SIGN_OFFS, SUBJECT_KINDS
from tests.plan.words_shown import pairs_shown
from tests.plan.writers import WRITES

ROOT = Path(__file__).parents[2]
ROOMS = ROOT / "shuangcha"
SUB_KINDS = {
    "item": tuple(ITEM_KINDS),
    "round": tuple(ROUND_KINDS),
    "report": tuple(ROUND_KINDS),
    "duty": (*WAYS, *ANSWERS, CLARIFY),
}
CHINESE = re.compile(r"[一-鿿]")


BORN_AS = {
    "item.queue": ("start",),
    "item.queue_consultation": ("consult",),
    "item.drop": ("start",),
    "round.open": ("first",),
    "round.open_direct": ("direct",),
    "round.open_supplement": ("supplement",),
    "duty.open": tuple(WAYS),
    "duty.open_relay": ("urge",),
    "duty.open_answer": tuple(ANSWERS),
    "duty.open_clarification": (CLARIFY,),
}
"""Which kind of subject a hidden row bears or concerns: its handler knows, the row does not say."""


def rows_of(kind: str, sub: str = "") -> list[Move]:
    return [row for row in ROWS if row.subject == kind and sub in (BORN_AS.get(row.key) or row.of or (sub,))]


# --- rows, handlers, contents -----------------------------------------------------------------------------------------
def test_every_offered_row_has_its_content_model_and_no_other_has() -> None:
    wanted = {row.key for row in ROWS if not row.hidden and "administrator" not in row.offices}
    assert set(CONTENTS) == wanted


def test_handlers_and_checks_belong_to_rows() -> None:
    assert set(HANDLERS) <= set(MOVES)
    assert set(CHECKS) <= {row.key for row in ROWS if not row.hidden}
    creating = {row.key for row in ROWS if row.creates and row.subject != "register"}
    assert creating <= set(HANDLERS), "a row that creates needs a handler that bears the subject"
    assert {row.key for row in ROWS if row.then} <= set(HANDLERS), "only a handler can say on whom the `then` rows act"


def test_every_name_in_a_row_is_known() -> None:
    assert len(MOVES) == len(ROWS)
    for row in ROWS:
        assert set(row.guards) <= set(GUARDS)
        assert set(row.starts) | set(row.stops) <= set(LIMITS)
        assert set(row.papers) <= set(PAPERS)
        assert set(row.offices) <= set(OFFICES)
        assert (row.side in SIDES, row.sign_off in SIGN_OFFS, row.subject in SUBJECT_KINDS) == (True, True, True)
        assert set(row.of) <= set(SUB_KINDS.get(row.subject, ()))
        assert row.article.startswith(("方案", "议题")), row.key
        assert not row.joint or row.offices[:2] == ("enforcement", "supervision")
        stages = {*row.froms, row.to} - {"", SAME}
        assert row.subject == "register" or all((row.subject, stage) in STAGES for stage in stages), row.key


def test_every_guard_is_used_and_every_hidden_row_is_brought_along() -> None:
    assert {name for row in ROWS for name in row.guards} == set(GUARDS)
    brought = {key for row in ROWS for key in row.then}
    assert brought == {row.key for row in ROWS if row.hidden}


def test_edges_are_unique() -> None:
    keys = [row[0] for row in edge_rows()]
    assert len(keys) == len(set(keys))
    assert all(key.isascii() for key in keys), "an edge's key is an identifier, not a sentence"


# --- stages and limits ------------------------------------------------------------------------------------------------
KINDS = [(kind, sub) for kind in cf.SUBJECTS for sub in SUB_KINDS.get(kind, ("",))]


def reached(kind: str, sub: str) -> set[tuple[str, frozenset[str]]]:
    """Every (stage, limits that run) that a subject of this kind can be in."""
    found: set[tuple[str, frozenset[str]]] = set()
    queue: list[tuple[str, frozenset[str]]] = [("", frozenset())]
    while queue:
        state = queue.pop()
        if state in found:
            continue
        found.add(state)
        stage, running = state
        for row in rows_of(kind, sub):
            if stage in row.froms:
                queue.append((row.lands(stage), (running - set(row.stops)) | set(row.starts)))
    return found


@pytest.mark.parametrize("kind", list(cf.SUBJECTS))
def test_every_stage_is_reached_and_can_be_left(kind: str) -> None:
    stages = {stage for one, stage in STAGES if one == kind}
    subs = SUB_KINDS.get(kind, ("",))
    by_sub = {sub: {stage for stage, _ in reached(kind, sub)} - {""} for sub in subs}
    assert set().union(*by_sub.values()) == stages
    for sub, known in by_sub.items():
        for stage in known:
            leaves = [row for row in rows_of(kind, sub) if stage in row.froms and row.lands(stage) != stage]
            assert leaves or STAGES[kind, stage].final, f"{kind} {sub} can never leave {stage}"


@pytest.mark.parametrize(("kind", "sub"), KINDS)
def test_no_limit_runs_on_in_a_final_stage(kind: str, sub: str) -> None:
    """Each started limit is stopped on every way to the end."""
    for stage, running in reached(kind, sub):
        if stage and STAGES[kind, stage].final:
            assert not running, f"{kind} {sub} ends in {stage} with {sorted(running)} running"


@pytest.mark.parametrize("row", [row for row in ROWS if row.starts], ids=lambda row: row.key)
def test_every_started_limit_is_stopped_by_a_row_of_the_same_subject(row: Move) -> None:
    for kind in row.starts:
        assert any(kind in other.stops for other in ROWS if other.subject == row.subject), kind


def test_the_main_line_is_one_path() -> None:
    """Each stage of the matter leads to the next one of 方案四 in one act."""
    steps = {(start, row.lands(start)) for row in rows_of("matter") for start in row.froms}
    assert set(itertools.pairwise(MAIN_LINE)) <= steps
    assert {stage for kind, stage in STAGES if kind == "matter"} == set(MAIN_LINE)


@pytest.mark.django_db
def test_every_limit_without_a_period_of_its_own_act_has_a_setting_with_its_mark() -> None:
    import datetime as dt

    from tests.plan.worlds import load_demo

    load_demo()
    court = cf.Clue._meta.get_field("court").related_model.objects.get(code="豫03")
    for kind, limit in LIMITS.items():
        setting = setting_of(kind, court.pk, dt.date(2020, 6, 1))
        assert setting.value, kind
        if limit.period:
            assert (setting.value, setting.mark) == (limit.period, limit.mark), kind


# --- words ------------------------------------------------------------------------------------------------------------
def test_every_word_that_is_shown_has_a_label_and_a_line_in_the_glossary() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for label, key in pairs_shown():
        assert CHINESE.search(label), key
        assert f"| {label} | `{key}` |" in text, f"docs/glossary.md has no line for {label} ({key})"
    for model in apps.get_app_config("casefile").get_models():
        assert f"`{model.__name__}`" in text, f"docs/glossary.md does not name {model.__name__}"


@pytest.mark.parametrize("key", list(CONTENTS))
def test_every_field_of_every_form_has_a_chinese_label(key: str) -> None:
    def walk(model: object) -> Iterator[tuple[str, str]]:
        for name, field in getattr(model, "model_fields", {}).items():
            yield name, field.title or ""
            for inner in getattr(field.annotation, "__args__", (field.annotation,)):
                if isinstance(inner, type) and hasattr(inner, "model_fields"):
                    yield from walk(inner)

    for name, title in walk(CONTENTS[key]):
        assert CHINESE.search(title), f"{key}.{name}"


def test_labels_of_one_kind_differ() -> None:
    for kind in cf.SUBJECTS:
        labels = [stage.label for stage in STAGES.values() if stage.kind == kind]
        assert len(labels) == len(set(labels)), kind
        titles = [row.title for row in ROWS if row.subject == kind and not row.hidden]
        assert len(titles) == len(set(titles)), kind


HALF_WIDTH = re.compile(r"(?<=[一-鿿”）…])[,:;!?]|[,:;!?](?=[一-鿿“（…])")


def test_what_people_read_is_punctuated_as_chinese_is() -> None:
    """Titles, labels and the sentences of the guards; the citation form 方案四(五) keeps its own brackets."""
    shown = (
        [row.title for row in ROWS] + [label for label, _ in pairs_shown()] + [limit.note for limit in LIMITS.values()]
    )
    shown += [sentence for name in GUARDS for sentence in sentences(name)]
    assert [text for text in shown if HALF_WIDTH.search(text)] == []


def test_every_refusal_of_a_guard_is_a_chinese_sentence() -> None:
    for name in GUARDS:
        said = sentences(name)
        assert said, name
        assert all(one.endswith("。") and not re.search("[A-Za-z]", one) for one in said), name


# --- what is generated ------------------------------------------------------------------------------------------------
def test_docs_moves_is_what_the_table_says() -> None:
    committed = (ROOT / "docs" / "moves.md").read_text(encoding="utf-8")
    assert committed == markdown(), "run: manage.py plan --markdown > docs/moves.md"


def test_plan_json_is_alone_on_stdout_and_complete() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "plan", "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == json.loads(json.dumps(as_json()))
    assert [one["key"] for one in told["moves"]] == list(MOVES)
    for one in told["moves"]:
        row = MOVES[one["key"]]
        assert (one["from"], one["to"], one["guards"]) == (list(row.froms), row.to, list(row.guards))
    assert {one["key"] for one in told["limits"]} == set(LIMITS)
    assert {(one["kind"], one["key"]) for one in told["stages"]} == set(STAGES)


def test_plan_without_a_flag_lists_every_row() -> None:
    out = io.StringIO()
    call_command("plan", stdout=out)
    assert len(out.getvalue().splitlines()) == len(ROWS)


# --- the house --------------------------------------------------------------------------------------------------------
def layers() -> list[set[str]]:
    """The rooms from the top down, as the import contract has them: one list, which cannot go stale."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    lines = contract["importlinter:contract:rooms"]["layers"].split("\n")
    return [{room.strip(" ()") for room in line.split("|")} for line in lines if line.strip()]


HEIGHT = {room: -n for n, layer in enumerate(layers()) for room in layer}


def test_the_contract_knows_every_room() -> None:
    """A folder of its own is a room; a room with tables is installed under its own name."""
    folders = {path.parent.name for path in ROOMS.glob("*/__init__.py")}
    assert folders <= set(HEIGHT)
    assert {one.name for one in apps.get_app_configs() if one.name.startswith("shuangcha.")} <= {
        f"shuangcha.{room}" for room in folders
    }
    assert {one.parent.name for one in ROOMS.glob("*/apps.py")} == {
        one.name.removeprefix("shuangcha.") for one in apps.get_app_configs() if one.name.startswith("shuangcha.")
    }


def test_foreign_keys_follow_the_arrows_of_the_rooms() -> None:
    """A string reference escapes the import contract; the models do not escape this."""
    seen: set[str] = set()
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.app_config.name
        if not label.startswith("shuangcha."):
            continue
        room = label.removeprefix("shuangcha.")
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or field.auto_created or not field.concrete:
                continue
            other = target._meta.app_config.name.removeprefix("shuangcha.")
            seen.add(room)
            assert other == room or (other in HEIGHT and HEIGHT[other] < HEIGHT[room]), (
                f"{model.__name__}.{field.name} points up"
            )
    assert seen == {"audit", "vault", "courts", "casefile", "flowruns", "desk"}, "rooms with foreign keys"


def test_pages_and_interface_read_the_case_file_through_access_only() -> None:
    """`.rows` is for the rooms below the pages."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("desk", "exchange")
        for path in sorted((ROOMS / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "rows"
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ast.unparse(node.value).split(".")[-1]
        in {model.__name__ for model in apps.get_app_config("casefile").get_models()}
    ]
    assert found == []


STAGE_WRITERS = frozenset({"execute.py", "rebuild.py"})


def test_handlers_touch_no_stage_no_todo_and_no_step() -> None:
    """Only the door's executor moves a stage, writes whose turn it is, and appends (registering.py:
    steps without a stage)."""
    for path in sorted((ROOMS / "acts").rglob("*.py")):
        if path.name in STAGE_WRITERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                said = ast.unparse(node)
                assert "Todo" not in said, f"{path.name}:{node.lineno}"
                assert not {"stage", "version"} & {one.arg for one in node.keywords}, f"{path.name}:{node.lineno}"
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "chain.append" and len(node.keywords) > 3:
                assert path.name == "registering.py", f"{path.name}:{node.lineno}"
