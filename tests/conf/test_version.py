"""`do version`: what stands here, in versions; it says so too where there is no database yet."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tomllib
import uuid
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

import shuangcha
from shuangcha.audit import chain
from shuangcha.audit.models import Step
from shuangcha.conf import versions
from shuangcha.plan.model import EDITION
from tests.audit.bare import Bare
from tests.harness import engines

HEADERS = {
    1: "actor backfilled cause content edge facts happened_on kind post prev proposal raised recorded_at seq stream subject uid version"
}
"""The columns of each format of the ledger's header; a row that is written once is never changed."""


def test_the_command_says_what_stands(fresh_database: engines.FreshDatabase) -> None:
    done = fresh_database.manage("version", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert told["program"] == shuangcha.__version__
    assert told["editions"] == [EDITION] and told["header"] == chain.HEADER_FORMAT
    assert told["engine"].startswith("sqlite 3." if fresh_database.engine == "sqlite" else "postgresql 1")
    leaves = dict(MigrationLoader(None).graph.leaf_nodes())
    assert told["schema"] == {"leaves": leaves, "digest": versions.digest(leaves), "pending": []}
    assert told["note"] == ""
    plain = fresh_database.manage("version").stdout
    assert f"程序：{shuangcha.__version__}\n" in plain and f"casefile {leaves['casefile']}" in plain


def test_a_database_that_is_behind_is_told(fresh_database: engines.FreshDatabase) -> None:
    whole = json.loads(fresh_database.manage("version", "--json").stdout)["schema"]["digest"]
    with fresh_database.connect() as connection:
        Bare(fresh_database, connection).run(
            "DELETE FROM django_migrations WHERE app = 'flowruns' AND name LIKE '0002%'"
        )
    told = json.loads(fresh_database.manage("version", "--json").stdout)
    assert told["schema"]["pending"] == ["flowruns.0002_withdrawn"]
    assert told["schema"]["leaves"]["flowruns"] == "0001_initial" and told["schema"]["digest"] != whole
    assert "请先运行 python3 go.py run" in told["note"]


def test_without_a_database_it_says_so_and_makes_nothing(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SHUANGCHA_", "DATABASE_URL"))}
    cases = {
        versions.NOT_YET: {"SHUANGCHA_DATA": str(tmp_path / "none")},
        versions.UNREACHABLE: {
            "SHUANGCHA_DATA": str(tmp_path / "none"),
            "DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none",
        },
    }
    for sentence, more in cases.items():
        command = [sys.executable, str(engines.ROOT / "manage.py"), "version"]
        done = subprocess.run([*command, "--json"], env=env | more, text=True, capture_output=True)
        told = json.loads(done.stdout)
        assert (done.returncode, told["schema"], told["note"]) == (0, None, sentence)
        assert told["program"] and told["editions"] and told["header"] and told["engine"]
    assert sentence in subprocess.run(command, env=env | more, text=True, capture_output=True).stdout
    assert list(tmp_path.iterdir()) == []


def test_one_version_of_the_program() -> None:
    text = (engines.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["project"]["version"] == shuangcha.__version__


def test_the_header_has_the_columns_of_its_format() -> None:
    step = Step(uid=uuid.uuid4(), happened_on=dt.date(2026, 9, 16), recorded_at=dt.datetime(2026, 9, 16, tzinfo=dt.UTC))
    assert " ".join(sorted(json.loads(chain.header(step)))) == HEADERS[chain.HEADER_FORMAT]
