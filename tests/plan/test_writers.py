"""One writer (house rule 6): what a procedure leaves behind is written by `acts` alone.
See `writers.py` for how it is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from tests.plan.writers import ROOT, Write, writes_in

ROOMS = ROOT / "shuangcha"
EXEMPT = {
    "ReadLog": "read_log",
    "Draft": "desk.Draft",
    "Schedule": "job tables",
    "Preference": "preferences",
    "ReadMark": "read marks",
    "FlowDataset": "flow data",
    "FlowCourt": "flow data",
    "FlowRun": "flow runs",
    "FlowCheck": "flow runs",
}
"""House rule 6: what others than acts may write, by name."""
OWN_LEDGER = {"audit": {"Stream", "Step", "Seal", "Edge"}, "vault": {"Identity", "BlindIndex"}}
"""The chain and the vault write their own tables, called by acts, the sealer and the start."""
STATEMENTS = {
    "audit/guards.py": (
        "the text of a trigger, not a write",
        ('CREATE OR REPLACE FUNCTION "§"() RETURNS trigger LANGUAGE pl',),
    ),
    "search/index.py": (
        "the search index",
        (
            "ON CONFLICT (rowid) DO UPDATE SET grams = EXCLUDED.grams",
            "INSERT OR REPLACE",
            'INSERT INTO "§"("§") VALUES (%s)',
        ),
    ),
    "search/tables.py": (
        "the search index",
        ('INSERT INTO "§"("§") VALUES (%s)', 'INSERT INTO "§"(rowid, grams) VALUES (%s, %s)'),
    ),
    "conf/demo/flow.py": (
        "DuckDB in memory: the demo's flow data",
        (
            "INSERT INTO ours VALUES (?, ?)",
            "SELECT t.* REPLACE (o.code AS court) FROM § t JOIN ours o ON",
            "SELECT t.* REPLACE (§ AS case_number, § AS origin_case, o.co",
        ),
    ),
    "flowruns/cases.py": (
        "a file beside a run",
        ("INSERT INTO across (case_id, row) VALUES (?, ?)",),
    ),
    "flowruns/listing.py": (
        "a file beside a run",
        ("INSERT INTO courts VALUES (?, ?)", "INSERT INTO rules VALUES (?, ?, ?)"),
    ),
    "flowruns/officers.py": (
        "a file beside a run",
        ("INSERT INTO officers VALUES (§)", "INSERT INTO officer_rules VALUES (?, ?, ?, ?, ?, ?, ?)"),
    ),
}
"""Writing statements outside `acts`, each by its beginning and with why it is none of the procedure's tables."""


@cache
def outside() -> list[tuple[str, str, Write]]:
    """(file, room, write) of every room but acts; flowcheck has no Django (a contract):
    it writes workbooks and Parquet."""
    found = []
    for path in sorted(ROOMS.rglob("*.py")):
        inside = path.relative_to(ROOMS)
        if inside.parts[0] in ("acts", "flowcheck") or "migrations" in inside.parts:
            continue
        package = ".".join(path.relative_to(ROOT).parts[:-1])
        for one in writes_in(path.read_text(encoding="utf-8"), package):
            found.append((inside.as_posix(), inside.parts[0], one))
    return found


def allowed(file: str, room: str, one: Write) -> bool:
    if one.model:
        return one.model in EXEMPT or one.model in OWN_LEDGER.get(room, ())
    return one.text in STATEMENTS.get(file, ("", ()))[1]


def test_only_acts_writes() -> None:
    assert [
        f"shuangcha/{file}:{one.line} {one.text}" for file, room, one in outside() if not allowed(file, room, one)
    ] == []


def test_every_exemption_is_made_use_of() -> None:
    """What nobody writes any more is not left standing open."""
    found = outside()
    assert {one.model for _, _, one in found} - {""} == {
        *EXEMPT,
        *(name for names in OWN_LEDGER.values() for name in names),
    }
    assert {(file, one.text) for file, _, one in found if not one.model} == {
        (file, text) for file, (_, texts) in STATEMENTS.items() for text in texts
    }


def test_the_exempt_are_tables_of_the_rooms_that_house_rule_6_names() -> None:
    by_name = {model.__name__: model._meta.app_label for model in apps.get_models()}
    assert {name: by_name[name] for name in EXEMPT} == {
        "ReadLog": "audit",
        "Draft": "desk",
        "Schedule": "django_q",
        "Preference": "desk",
        "ReadMark": "desk",
        "FlowDataset": "flowruns",
        "FlowCourt": "flowruns",
        "FlowRun": "flowruns",
        "FlowCheck": "flowruns",
    }
    for room, names in OWN_LEDGER.items():
        assert {by_name[name] for name in names} == {room}


def test_no_table_is_joined_by_rows_that_no_name_of_a_write_would_show() -> None:
    """`.add()`, `.set()`, `.clear()` of a many-to-many field write too, and are names of every set:
    there is no such field."""
    rooms = [one for one in apps.get_app_configs() if one.name.startswith("shuangcha.")]
    assert [field for one in rooms for model in one.get_models() for field in model._meta.many_to_many] == []


IMPORTS = "from shuangcha.casefile import models as cf\nfrom shuangcha.casefile.models import Todo\n"


@pytest.mark.parametrize(
    "snippet",
    [
        "cf.Todo.rows.filter(pk=1).delete()",
        "x = cf.Todo.rows.get(pk=1)\nx.save()",
        "def f(pk):\n    rows = cf.Todo.rows.filter(pk=pk)\n    rows = rows.order_by('id')\n    rows.update(due=None)",
        "for one in cf.Todo.rows.all():\n    one.delete()",
        "for one in [x for x in cf.Todo.rows.all()]:\n    one.save()",
        "for n, one in enumerate(cf.Todo.rows.all()):\n    one.save()",
        "with found(cf.Todo) as row:\n    row.save()",
        "if (row := cf.Todo.rows.first()):\n    row.delete()",
        "list(map(cf.Todo.rows.create, [1]))",
        "row = cf.Todo()\ncall(row.save)",
        "row = Todo(title='x')\nrow.save(force_insert=True)",
        "def f(row):\n    row.save()",
        "def f(row: cf.Todo) -> None:\n    row.delete()",
        "def f(rows: list[Todo]) -> None:\n    for one in rows:\n        one.save()",
        "def f(rows: dict[str, Todo]) -> None:\n    rows['a'].save()",
        "def f(subject):\n    subject.limits.update(due=None)",
        "def f(matter):\n    matter.todos.all().delete()",
        "todos = Todo.rows\ntodos.bulk_create([])",
        "cf.Todo.rows.bulk_update([], ['due'])",
        "cf.Todo.rows.update_or_create(pk=1)",
        "async def f():\n    await cf.Todo.rows.filter(pk=1).aupdate(due=None)",
        "cf.Todo._default_manager.filter(pk=1)._raw_delete('default')",
        "getattr(cf.Todo.rows.first(), 'save')()",
        "from operator import methodcaller\nwrite = methodcaller('delete')",
        "class A:\n    def __init__(self):\n        self.rows = cf.Todo.rows.all()\n    def f(self):\n        self.rows.delete()",
        "class A:\n    def f(self):\n        self.rows.delete()",
        "x = {} if late else cf.Todo.rows.all()\nx.update(due=None)",
        "x = {}\nx = cf.Todo.rows.all()\nx.update(due=None)",
        "a, b = {}, cf.Todo.rows.all()\nb.update(due=None)",
        "def rows():\n    return cf.Todo.rows.all()\nrows().update(due=None)",
        "cursor.execute('UPDATE casefile_todo SET due = NULL')",
        "cursor.execute('update casefile_todo set due = NULL')",
        "cursor.execute(f'DELETE FROM {table}')",
        "cursor.execute(f'INSERT INTO {table} (id) ' + 'VALUES (1)')",
        "cursor.execute(f'UPDATE {table} ' + rest)",
        "sql = 'WITH old AS (SELECT 1) DELETE FROM casefile_todo'",
        "cursor.executemany('INSERT OR REPLACE INTO t VALUES (?)', rows)",
        "cf.Todo.rows.raw('TRUNCATE casefile_todo')",
    ],
)
def test_every_way_to_write_is_seen(snippet: str) -> None:
    assert writes_in(IMPORTS + snippet, "shuangcha.desk"), snippet


@pytest.mark.parametrize(
    "snippet",
    [
        "{}.update(x=1)",
        "x = {}\nx.update(a=1)",
        "x: dict[str, int] = {}\nx.update(a=1)",
        "x = set()\nx |= {1}\nx.update([2])",
        "x = dict.fromkeys('ab')\nx.update(a=1)",
        "def f(x: dict[str, str]) -> None:\n    x.update(a='b')",
        "found: dict[int, set[int]] = {}\nfound.setdefault(1, set()).update([2])",
        "found: dict[int, dict[str, int]] = {}\nfound[1].update(a=2)",
        "for one in [{}]:\n    one.update(a=1)",
        "import hashlib\nx = hashlib.sha256()\nx.update(b'a')",
        "import hashlib\nhashlib.sha256(b'').update(b'a')",
        "from cryptography.hazmat.primitives.ciphers import Cipher\nx = Cipher(1).encryptor()\nx.update(b'')",
        "from pathlib import Path\nplace = Path('x')\nplace.unlink()",
        "from collections import Counter\nx = Counter()\nx.update('abc')",
        "from ninja import Router\nrouter = Router()\n@router.delete('/x')\ndef f(request): ...",
        "from . import draft_pages\npath('drafts/', draft_pages.save)",
        "class A:\n    found: dict[str, int]\n    def f(self):\n        self.found.update(a=1)",
        "class A:\n    def __init__(self):\n        self.x = {}\n    def f(self):\n        self.x.update(a=1)",
        "def f():\n    'Rows are saved: UPDATE x SET y.'",
        "text = '请更新后保存'\nmethod = 'DELETE'",
        "cursor.execute('SELECT 1')",
        "rows = cf.Todo.rows.filter(pk=1)\nlist(rows)",
    ],
)
def test_what_writes_no_row_is_let_pass(snippet: str) -> None:
    assert writes_in(IMPORTS + snippet, "shuangcha.desk") == [], snippet


def test_handlers_write_no_todo_and_no_step_by_any_name() -> None:
    """Only the door's executor (and `rebuild`, which repeats it) writes whose turn it is; steps are the chain's."""
    found = [
        f"{path.name}:{one.line} {one.text}"
        for path in sorted((ROOMS / "acts").rglob("*.py"))
        if path.name not in ("execute.py", "rebuild.py")
        for one in writes_in(path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).parts[:-1]))
        if one.model in ("Todo", "Step", "Stream", "Edge", "Seal", "Identity", "BlindIndex")
    ]
    assert found == []


def test_the_reader_is_asked_of_every_file() -> None:
    files = {Path(file).parts[0] for file, _, _ in outside()}
    assert {"access", "audit", "desk", "exchange", "flowruns", "search", "vault", "conf"} == files
