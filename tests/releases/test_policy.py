"""docs/migrations.md, as far as it can be held: released migrations stay, one leaf an app, whole or not at all, forward only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader

from shuangcha.conf.management.commands.migrate import FORWARD, HELD
from tests.audit.bare import Bare
from tests.audit.test_migrate import triggers
from tests.harness import engines
from tests.releases import kept

ENGINE = engines.engine_name()
SETTINGS = """
from shuangcha.conf.settings import *
MIGRATION_MODULES = {"audit": "scratch_migrations"}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"]["timeout"] = 1
"""
KILLED = """
import os, signal
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("audit", "%s")]
    operations = [
        migrations.AddField("step", "remark", models.CharField(max_length=9, default="")),
        migrations.RunPython(lambda apps, editor: %s),
    ]
"""


@pytest.fixture
def graph() -> Any:
    return MigrationLoader(None).graph


def rooms(graph: Any) -> dict[tuple[str, str], Any]:
    """The program's own migrations."""
    return {key: one for key, one in graph.nodes.items() if type(one).__module__.startswith("shuangcha.")}


def conflicts(loader: MigrationLoader) -> list[str]:
    return sorted(loader.detect_conflicts())


def test_no_app_has_two_leaves(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert conflicts(MigrationLoader(None)) == []
    package = tmp_path / "two_leaves"
    package.mkdir()
    (package / "__init__.py").touch()
    text = "from django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = [%s]\n"
    for name, after in (("0001_one", ""), ("0002_this", '("desk", "0001_one")'), ("0002_that", '("desk", "0001_one")')):
        (package / f"{name}.py").write_text(text % after)
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"desk": "two_leaves"}
    assert conflicts(MigrationLoader(None)) == ["desk"]


def test_every_migration_fits_into_one_transaction(graph: Any) -> None:
    assert [key for key, one in graph.nodes.items() if not one.atomic] == []


@pytest.mark.parametrize("release", kept.releases())
def test_released_migrations_stay_as_they_were(release: str, graph: Any) -> None:
    said = kept.manifest(release)["migrations"]
    assert len(said) >= 11
    here = kept.migration_files()
    gone = [path for path in said if path not in here]
    assert gone == [], "a released migration was removed or squashed"
    assert [path for path in said if here[path] != said[path]] == [], "a released migration does something else now"
    assert [key for key, one in rooms(graph).items() if one.replaces] == [], "released migrations are not squashed"


@pytest.mark.parametrize("release", kept.releases())
def test_the_leaves_of_a_release_are_ancestors_of_the_present_ones(release: str, graph: Any) -> None:
    leaves = dict(graph.leaf_nodes())
    for app, name in kept.manifest(release)["leaves"].items():
        assert (app, name) in graph.forwards_plan((app, leaves[app])), f"{app}.{name} is not behind {leaves[app]}"


def test_what_a_migration_does_counts_and_not_how_it_is_written(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("x = migrations.AddField('step', 'remark')\n")
    other.write_text('# why\nx = migrations.AddField(\n    "step",\n    "remark",\n)\n')
    assert kept.meaning(one) == kept.meaning(other)
    other.write_text("x = migrations.AddField('step', 'remarks')\n")
    assert kept.meaning(one) != kept.meaning(other)


# --- migrate itself ---
def scratch(folder: Path, does: str) -> Path:
    """This room's migrations and one more that remakes a guarded table and then does something."""
    package = folder / "scratch_migrations"
    package.mkdir()
    here = sorted((engines.ROOT / "shuangcha" / "audit" / "migrations").glob("*.py"))
    for path in here:
        (package / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (package / "0999_scratch.py").write_text(KILLED % (here[-2].stem, does))  # the last is __init__
    (folder / "scratch_settings.py").write_text(SETTINGS)
    return folder


def migrate(database: engines.FreshDatabase, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = database.env | {"DJANGO_SETTINGS_MODULE": "scratch_settings", "PYTHONPATH": f"{folder}:{engines.ROOT}"}
    command = [sys.executable, str(engines.ROOT / "manage.py"), "migrate", "-v0", *words]
    return subprocess.run(command, env=env, cwd=engines.ROOT, text=True, capture_output=True, timeout=300)


def stands(database: engines.FreshDatabase) -> tuple[Any, ...]:
    """Guards, columns of the table that is remade, and migrations that are known to the database."""
    with database.connect() as connection:
        bare = Bare(database, connection)
        names = bare.run("SELECT app, name FROM django_migrations ORDER BY id")
        return triggers(bare), bare.columns("audit_step"), names


@pytest.mark.parametrize("does", ["os.kill(os.getpid(), signal.SIGKILL)", "1 / 0"])
def test_a_migrate_that_is_killed_or_fails_leaves_the_guards_standing(
    does: str, fresh_database: engines.FreshDatabase, tmp_path: Path
) -> None:
    before = stands(fresh_database)
    assert len(before[0]) > 50
    done = migrate(fresh_database, scratch(tmp_path, does))
    assert done.returncode == (1 if "0" in does else -9), done.stderr
    assert stands(fresh_database) == before
    (tmp_path / "again").mkdir()
    assert migrate(fresh_database, scratch(tmp_path / "again", "None")).returncode == 0
    after = stands(fresh_database)
    assert after[0] == before[0]
    assert "remark" in {name for name, _, _ in after[1]}


def test_a_table_that_is_held_stops_the_migrate_with_a_sentence(
    fresh_database: engines.FreshDatabase, tmp_path: Path
) -> None:
    folder, before = scratch(tmp_path, "None"), stands(fresh_database)
    with fresh_database.connect() as other:
        if ENGINE == "postgres":
            other.execute("BEGIN")
            other.execute("SELECT COUNT(*) FROM audit_step")  # a reader in an open transaction is enough
        else:
            other.execute("BEGIN IMMEDIATE")
        done = migrate(fresh_database, folder)
        other.execute("ROLLBACK")
    assert (done.returncode, done.stderr.strip()) == (1, HELD)
    assert stands(fresh_database) == before
    assert migrate(fresh_database, folder).returncode == 0


def test_migrations_go_forward_only(fresh_database: engines.FreshDatabase, tmp_path: Path) -> None:
    before = stands(fresh_database)
    done = migrate(fresh_database, scratch(tmp_path, "None"), "casefile", "0001")
    assert (done.returncode, done.stderr.strip()) == (1, FORWARD)
    assert stands(fresh_database) == before
