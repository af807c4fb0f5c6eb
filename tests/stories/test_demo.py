"""`demo --play` as it is called, and what a demo shows when it is opened for the first time."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.harness.engines import ROOT

pytestmark = pytest.mark.django_db


def demo(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Called with an address of a PostgreSQL that does not answer: the command must not try it."""
    env = os.environ | {"DATABASE_URL": "postgres://nobody:no@127.0.0.1:1/none", "SHUANGCHA_DATA": str(folder / "data")}
    command = [sys.executable, str(ROOT / "manage.py"), "demo", *words]
    return subprocess.run(command, env=env, cwd=ROOT, text=True, capture_output=True, timeout=120)


def test_one_json_document_and_a_file_that_stays(tmp_path: Path) -> None:
    keep = tmp_path / "演示 一"
    done = demo(tmp_path, "--play", "--json", "--keep", str(keep), "--story", "wages", "--story", "set_aside_letter")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["ok"], told["verify"]["ok"], told["rebuild"]["ok"]) == (True, True, True)
    assert [one["stage"] for one in told["matters"]] == ["archived", "set_aside"]
    assert Path(told["data"]).is_file()
    assert Path(told["data"]).suffix == ".sqlite3"
    assert keep in Path(told["data"]).parents
    step = told["matters"][0]["steps"][0]
    assert (step["day"], step["title"], step["article"]) == ("2026-08-12", "登记线索", "方案四(一);方案四(二)")
    assert step["name"]
    assert step["post"]
    again = demo(tmp_path, "--play", "--keep", str(keep))
    assert again.returncode == 1
    assert "已有内容" in again.stderr


def test_a_story_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = demo(tmp_path, "--play", "--story", "nothing")
    assert (done.returncode, done.stdout) == (1, "")
    assert "没有“nothing”" in done.stderr


def test_the_demo_opens_with_something_to_do_for_every_role(seeded: dict[str, Any]) -> None:
    assert seeded["first"] >= 10
    assert seeded["second"] == 0
    assert seeded["today"] == dt.date(2026, 9, 16)
    assert seeded["latest"] < seeded["today"]
    assert {"archived", "assigned", "investigating", "approving", "disposing"} <= seeded["stages"]
    offices = (
        "enforcement",
        "supervision",
        "inspection_team",
        "investigation_team",
        "group_office",
        "group_deputy",
        "group_head",
    )
    assert {("豫03", office) for office in offices} <= seeded["todos"]
    assert {("豫0304", office) for office in ("enforcement", "supervision", "president")} <= seeded["todos"]
    assert not any(court == "豫0311" for court, _ in seeded["todos"])
