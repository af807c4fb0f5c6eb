"""A migration that remakes guarded tables of a filled database: nothing is lost and the guards are there again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shuangcha.plan import moves
from tests.audit.bare import Bare
from tests.audit.conftest import act
from tests.harness import engines

SETTINGS = """
from shuangcha.conf.settings import *
MIGRATION_MODULES = {"audit": "scratch_migrations"}
"""
MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("audit", "%s")]
    operations = [
        migrations.AlterField("step", "subject_kind", models.CharField(max_length=30)),
        migrations.AddField("step", "remark", models.CharField(max_length=9, default="")),
        migrations.AlterField("signature", "content_sha", models.CharField(max_length=70)),
    ]
"""


def triggers(bare: Bare) -> list[tuple[object, ...]]:
    if bare.engine == "sqlite":
        return bare.run("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    return bare.run(
        "SELECT tgname, tgrelid::regclass::text, tgenabled, prosrc FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid"
        " WHERE NOT tgisinternal ORDER BY tgname"
    )


def migrate(database: engines.FreshDatabase, folder: Path, *words: str) -> None:
    env = database.env | {"DJANGO_SETTINGS_MODULE": "scratch_settings", "PYTHONPATH": f"{folder}:{engines.ROOT}"}
    command = [sys.executable, str(engines.ROOT / "manage.py"), "migrate", "-v0", *words]
    done = subprocess.run(command, env=env, cwd=engines.ROOT, text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """This room's migrations and one more, and settings that use them."""
    package = tmp_path / "scratch_migrations"
    package.mkdir()
    here = sorted((engines.ROOT / "shuangcha" / "audit" / "migrations").glob("*.py"))
    for path in here:
        (package / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (package / "0999_scratch.py").write_text(MIGRATION % here[-2].stem)  # the last is __init__
    (tmp_path / "scratch_settings.py").write_text(SETTINGS)
    return tmp_path


def test_guards_outlive_the_remaking_of_their_tables(scratch: Path) -> None:
    with engines.fresh_database() as database:
        act(database, "sample", scratch)
        with database.connect() as connection:
            bare = Bare(database, connection)
            before, steps = triggers(bare), bare.run("SELECT id, sha FROM audit_step ORDER BY id")
        migrate(database, scratch)
        with database.connect() as connection:
            bare = Bare(database, connection)
            assert ("remark" in {name for name, _, _ in bare.columns("audit_step")}) is True
            assert bare.run("SELECT id, sha FROM audit_step ORDER BY id") == steps and len(steps) == 5
            assert triggers(bare) == before and len(before) > 50
            with bare.undone():
                assert "双查:办理步骤不得改动" in str(bare.refusal("UPDATE audit_step SET remark = 'x'"))
            # The plan's edges are loaded; those of the steps that are there are kept, but admit no new step.
            rows = bare.run("SELECT COUNT(*) FROM audit_edge WHERE edition <> ''")
            assert rows == [(len(moves.edge_rows()),)]
            assert bare.run("SELECT COUNT(*) FROM audit_edge WHERE edition = ''") == [(2,)]


def test_after_an_interrupted_migration_the_next_one_builds_the_guards(scratch: Path) -> None:
    with engines.fresh_database() as database:
        with database.connect() as connection:
            bare = Bare(database, connection)
            before = triggers(bare)
            for event in ("insert", "update", "delete"):
                bare.take_away("audit_step", event)
            assert triggers(bare) != before
        assert database.manage("migrate", "-v0").returncode == 0  # no migration is left to run
        with database.connect() as connection:
            assert triggers(Bare(database, connection)) == before
