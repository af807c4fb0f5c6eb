"""Every kept release is upgraded to what stands here, holds, opens and is acted on; and a loss would be seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.audit.bare import Bare
from tests.harness import engines
from tests.releases import changes, kept
from tests.releases.opened import opened

ENGINE = engines.engine_name()
ROLES = {"played": 2, "training": 12}
"""How many roles open all their navigation; the rest of the pages is opened in both instances."""
OPENED = {"played": 30, "training": 100}
LOSING = """
from django.db import migrations, models

def lose(apps, schema_editor):
    apps.get_model("vault", "BlindIndex").objects.order_by("pk").first().delete()

class Migration(migrations.Migration):
    dependencies = [("vault", "%s"), ("casefile", "%s")]
    operations = [
        migrations.AddField("identity", "remark", models.CharField(max_length=9, default="")),
        migrations.RunPython(lose),
    ]
"""
SETTINGS = """
from shuangcha.conf.settings import *
MIGRATION_MODULES = {"vault": "scratch_migrations"}
"""


@pytest.fixture(
    scope="module", params=[(one, name) for one in kept.releases() for name in kept.INSTANCES], ids="-".join
)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Any]]:
    """(release, instance, what its upgrade and use told)."""
    release, instance = request.param
    with opened(release, instance, tmp_path_factory.mktemp(instance)) as here:
        yield release, instance, here.upgraded(str(ROLES[instance]))


def test_what_is_kept_is_what_the_manifest_says(case: tuple[str, str, Any]) -> None:
    release, instance, told = case
    said = kept.manifest(release)
    assert told["leaves"] == said["leaves"]
    counted = said["rows"][instance][ENGINE]
    assert {one: n for one, n in told["rows"].items() if one in counted} == {
        one: n for one, n in counted.items() if one in told["rows"]
    }
    assert counted["audit_step"] > 400 and told["rows"]["casefile_matter"] == counted["casefile_matter"] > 5


def test_the_upgrade_loses_and_alters_nothing(case: tuple[str, str, Any]) -> None:
    found = [one for one in case[2]["lost"] if not {one.split(" ")[0], one.split(".")[0]} & set(changes.MEANT)]
    assert found == [], (
        "a migration alters what stood in a release; if it is meant, say so in tests/releases/changes.py"
    )


def test_it_may_be_served_and_holds(case: tuple[str, str, Any]) -> None:
    assert case[2]["refusals"] == [], "guards, edges, keys"
    assert case[2]["held"] == [], "verify and rebuild --check after the upgrade"


def test_pages_open(case: tuple[str, str, Any]) -> None:
    _, instance, told = case
    assert told["signed_in"] is True
    assert told["unopened"] == []
    assert told["opened"] >= OPENED[instance]


def test_an_act_in_each_kind_and_it_still_holds(case: tuple[str, str, Any]) -> None:
    assert case[2]["idle"] == [], case[2]["acts"]
    assert len(case[2]["acts"]) == 11
    assert case[2]["held_after"] == [], "verify and rebuild --check after the acts"


# --- it can fail ---
def test_a_row_altered_in_the_kept_database_is_named(tmp_path: Path) -> None:
    with opened(kept.releases()[0], "training", tmp_path) as here:
        with here.database().connect() as connection:
            bare = Bare(here.database(), connection)
            bare.take_away("audit_step", "update")
            bare.run("UPDATE audit_step SET facts = '{}' WHERE id = 300")
            (place,) = bare.run("SELECT stream_id, seq FROM audit_step WHERE id = 300")
        assert here.python("manage.py", "migrate", "-v0").returncode == 0  # builds the guards again: they say nothing
        done = here.python("manage.py", "verify")
        assert done.returncode == 1
        assert str(place[0]) in done.stdout and f"{place[1]}" in done.stdout, done.stdout


def test_a_migration_that_loses_a_row_is_seen(tmp_path: Path) -> None:
    """And one that is added next is run without editing anything here."""
    package = tmp_path / "scratch_migrations"
    package.mkdir()
    rooms = kept.ROOT / "shuangcha"
    last = {room: sorted((rooms / room / "migrations").glob("0*.py"))[-1].stem for room in ("vault", "casefile")}
    for path in (rooms / "vault" / "migrations").glob("*.py"):
        (package / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (package / "0999_scratch.py").write_text(LOSING % (last["vault"], last["casefile"]))
    (tmp_path / "scratch_settings.py").write_text(SETTINGS)
    with opened(kept.releases()[0], "training", tmp_path) as here:
        with here.database().connect() as connection:
            ((first,),) = Bare(here.database(), connection).run("SELECT MIN(id) FROM vault_blindindex")
        told = here.upgraded(DJANGO_SETTINGS_MODULE="scratch_settings", PYTHONPATH=f"{tmp_path}:{kept.ROOT}")
        assert [one for one in told["lost"] if one.split()[0] not in changes.MEANT] == [f"vault_blindindex {first}"]
        assert told["refusals"] == []
