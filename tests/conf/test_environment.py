"""The environment variables: what is good, what is refused with one sentence, by manage.py and by go.py alike."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from shuangcha.conf import environment
from shuangcha.conf.management.commands.settings import markdown
from shuangcha.conf.variables import TEST_VARIABLES, VARIABLES, WrongSetting, check, masked
from tools import commands

ROOT = Path(__file__).resolve().parents[2]
GOOD: dict[str, list[tuple[str, Any]]] = {
    "DATABASE_URL": [
        ("sqlite:////srv/双查 数据/a.sqlite3", "sqlite:////srv/双查 数据/a.sqlite3"),
        ("postgres://court:p%40ss@db:5432/sc", "postgres://court:p%40ss@db:5432/sc"),
    ],
    "SHUANGCHA_DATA": [("/srv/sc", Path("/srv/sc")), ("../甲 乙", Path(os.path.abspath("../甲 乙")))],
    "SHUANGCHA_KEYS": [("/srv/keys", Path("/srv/keys"))],
    "SHUANGCHA_SEALS": [("seals", Path(os.path.abspath("seals")))],
    "SHUANGCHA_MODE": [(one, one) for one in ("demo", "training", "production")],
    "SHUANGCHA_HTTPS": [
        *((one, True) for one in ("1", "true", "True", "YES", "on")),
        *((one, False) for one in ("0", "FALSE", "no", "Off")),
    ],
    "SHUANGCHA_HOSTS": [
        ("a.court.cn", ("a.court.cn",)),
        ("a.cn, .b.cn ,10.0.0.7,[::1],", ("a.cn", ".b.cn", "10.0.0.7", "[::1]")),
        ("*", ("*",)),
    ],
    "SHUANGCHA_SECURITY_CONTACT": [
        (one, one) for one in ("mailto:a@court.cn", "https://court.cn/security", "tel:+86-371-123456")
    ],
}
ILL: dict[str, list[str]] = {
    "DATABASE_URL": ["  ", "oracle://h/x", "postgres://u:s3cret@h/", "postgres://u:s3?cret@h/db", "s3cret"],
    "SHUANGCHA_DATA": ["  ", str(ROOT / "go.py")],
    "SHUANGCHA_KEYS": ["FOLDER", "FOLDER/keys", str(ROOT / "go.py")],
    "SHUANGCHA_SEALS": [" ", str(ROOT / "go.py")],
    "SHUANGCHA_MODE": ["test", "Demo", " demo", " "],
    "SHUANGCHA_HTTPS": ["2", "ja", "是", "true ", " ", "1,0"],
    "SHUANGCHA_HOSTS": [
        *("https://a.cn", "a.cn:8000", "a_b..cn", "-a.cn", "法院.cn", "::1", "[::g]", "10.0.0.256", ",", "a.cn b.cn"),
    ],
    "SHUANGCHA_SECURITY_CONTACT": [
        *("a@court.cn", "http://court.cn", "https://", "mailto:a", "mailto:a@b.cn\nExpires: x", "https://[a", "tel:x"),
    ],
}
OTHERS = {
    "SHUANGCHA_HTTP": "是否应为 SHUANGCHA_HTTPS",
    "shuangcha_https": "是否应为 SHUANGCHA_HTTPS",
    "SHUANGCHA_HOST": "是否应为 SHUANGCHA_HOSTS",
    "SHUANGCHA_ZZZZZZ": "可用：DATABASE_URL、SHUANGCHA_DATA",
    "SHUANGCHA_TEST_ANYTHING": "不认识",
}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing of this program is set."""
    for name in [name for name in os.environ if name.startswith(("SHUANGCHA_", "DATABASE_URL"))]:
        monkeypatch.delenv(name)
    return monkeypatch


def ill_ones() -> list[tuple[str, str]]:
    return [(name, value) for name, values in ILL.items() for value in values] + [(name, "1") for name in OTHERS]


def refused_with(name: str, value: str, bare: pytest.MonkeyPatch, folder: Path) -> str:
    """The sentence of the model, after the rules that go.py asks have said the same."""
    bare.setenv("SHUANGCHA_DATA", str(folder))
    bare.setenv(name, value.replace("FOLDER", str(folder)))
    with pytest.raises(WrongSetting) as by_rules:
        check(os.environ)
    with pytest.raises(ImproperlyConfigured) as by_model:
        environment.read()
    with pytest.raises(commands.Refused) as by_go:
        commands.require_settings()
    assert str(by_rules.value) == str(by_model.value) == str(by_go.value)
    return str(by_model.value)


def test_every_variable_has_a_field_and_cases() -> None:
    fields = set(environment.Environment.model_fields)
    assert fields == set(VARIABLES) == set(GOOD) == set(ILL)


@pytest.mark.parametrize(("name", "value", "held"), [(n, v, h) for n, cases in GOOD.items() for v, h in cases])
def test_a_good_value_is_held_as_its_type(name: str, value: str, held: Any, bare: pytest.MonkeyPatch) -> None:
    bare.setenv(name, value)
    assert check(os.environ) == {name: held}
    assert getattr(environment.read(), name) == held


@pytest.mark.parametrize("name", GOOD)
def test_an_empty_value_is_not_set(name: str, bare: pytest.MonkeyPatch) -> None:
    unset = environment.read()
    bare.setenv(name, "")
    assert environment.read() == unset
    assert check(os.environ) == {}
    assert next(one for one in environment.read().in_force() if one["name"] == name)["source"] == "default"


@pytest.mark.parametrize(("name", "value"), ill_ones())
def test_an_ill_value_is_one_sentence_of_name_value_and_choices(
    name: str, value: str, bare: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = refused_with(name, value, bare, tmp_path)
    assert name in said
    assert said.endswith("。")
    assert said.count("。") == 1
    assert "s3" not in said
    assert "cret" not in said
    if name in OTHERS:
        assert OTHERS[name] in said
    else:
        assert "应写成" in said
        assert "现为“" in said
    if name not in OTHERS and name != "DATABASE_URL":
        assert value.replace("FOLDER", str(tmp_path)) in said


@pytest.mark.parametrize(("name", "value"), [(name, ILL[name][-1]) for name in ILL] + [("SHUANGCHA_HTTP", "1")])
def test_manage_and_go_refuse_alike(name: str, value: str, bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = tmp_path / "data"
    env = dict(os.environ) | {"SHUANGCHA_DATA": str(data), name: value}
    said = set()
    for words in (["manage.py", "settings"], ["go.py", "run"], ["go.py", "do", "settings"], ["go.py", "deep", "walk"]):
        command = [sys.executable, str(ROOT / words[0]), *words[1:]]
        done = subprocess.run(command, env=env, text=True, capture_output=True, timeout=60)
        assert (done.returncode, done.stdout) == (1, ""), done
        said.add(done.stderr)
    assert len(said) == 1, said
    assert name in said.pop()
    assert not data.exists(), "nothing is made before the settings are known to be right"


def test_good_values_reach_the_settings_by_both_ways(
    bare: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    given = {name: cases[0][0] for name, cases in GOOD.items()} | {"DATABASE_URL": f"sqlite://{tmp_path}/a.sqlite3"}
    for name, value in (given | {"SHUANGCHA_DATA": str(tmp_path), "SHUANGCHA_KEYS": str(tmp_path) + ".k"}).items():
        bare.setenv(name, value)
    (tmp_path / "mode").write_text("training\n")
    bare.setattr(commands.ENVIRONMENT, "prepare", lambda *_: None)
    called: list[Any] = []
    bare.setattr(commands, "become", lambda command, env: called.append((command, env)) or 0)
    commands.run("do", ["settings", "--json"])
    (command, env) = called[0]
    told = []
    for words, variables in (
        ([sys.executable, "manage.py", "settings", "--json"], dict(os.environ)),
        ([sys.executable, *command[1:]], env),
    ):
        done = subprocess.run(words, env=variables, cwd=ROOT, text=True, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        told.append({one["name"]: (one["value"], one["source"]) for one in json.loads(done.stdout)["settings"]})
    direct, through_go = told
    assert direct["SHUANGCHA_HTTPS"] == (True, "environment")
    assert direct["SHUANGCHA_HOSTS"] == (["a.court.cn"], "environment")
    assert direct["SHUANGCHA_MODE"] == ("demo", "environment")
    assert through_go.pop("SHUANGCHA_MODE") == ("training", "mode file"), "the folder says what it is"
    direct.pop("SHUANGCHA_MODE")
    assert through_go == direct
    assert {source for _, source in direct.values()} == {"environment"}


def test_nothing_set_and_the_option_of_go(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert commands._origins(None, tmp_path) == ["--origin=SHUANGCHA_DATA=default", "--origin=SHUANGCHA_MODE=default"]
    assert commands._origins(tmp_path, tmp_path)[0] == "--origin=SHUANGCHA_DATA=option"
    assert {one["source"] for one in environment.read().in_force()} == {"default"}
    bare.setenv("SHUANGCHA_KEYS", str(tmp_path / "data" / "keys"))
    with pytest.raises(commands.Refused, match="不得放在数据目录之内"):
        commands.require_settings(tmp_path / "data")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://court:p%40ss@db.example:6432/sc?sslmode=require", "postgres://court:***@db.example:6432/sc"),
        ("postgres://u:a@b:c/d@h/db", "postgres://u:***@h/db"),
        ("postgres://u:p@h/db?password=a@b", "postgres://u:***@h/db"),
        ("postgres://u:p#a@h/db", "postgres://***"),
        ("postgres://pass@h/db", "postgres://***@h/db"),
        ("u:p@h/db", "***"),
        ("sqlite:////srv/a@b.sqlite3", "sqlite:////srv/a@b.sqlite3"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str, bare: pytest.MonkeyPatch) -> None:
    assert masked(url) == shown
    if check({}) == {} and url.startswith("postgres://court"):
        bare.setenv("DATABASE_URL", url)
        assert environment.read().in_force()[0]["value"] == shown
        assert "p%40ss" not in repr(environment.read())


def test_the_page_of_settings_is_the_one_kept() -> None:
    kept = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert kept == markdown(), "python3 go.py do settings --markdown > docs/settings.md"


# --- nobody reads the environment beside the model ---

CHILD_ENVIRONMENTS = {
    "conf/serve.py": "the environment of the two halves",
    "conf/wsgi.py": "names the settings module",
    "conf/management/commands/demo.py": "the environment of the process that plays",
    "flowruns/running.py": "the environment of the process that checks",
}
"""Beside `conf/environment.py`, these hand the environment on to a child or to Django and look nothing up in it."""


def looked_up(tree: ast.AST) -> bool:
    """Whether one name is asked of the environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("get", "pop") and "environ" in ast.unparse(node.value):
            return True
    return False


def test_settings_are_read_from_the_model_only() -> None:
    using = {}
    for path in (ROOT / "shuangcha").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
        if names & {"environ", "environb", "getenv", "getenvb"}:
            using[path.relative_to(ROOT / "shuangcha").as_posix()] = tree
    assert set(using) == {"conf/environment.py", *CHILD_ENVIRONMENTS}
    assert [name for name in CHILD_ENVIRONMENTS if looked_up(using[name])] == []
    assert looked_up(using["conf/environment.py"])


def test_every_name_used_anywhere_is_declared() -> None:
    known = {*VARIABLES, *TEST_VARIABLES}
    strange = {}
    for folder in ("shuangcha", "tools", "tests", "bench", "docs", ".ci"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix not in (".py", ".md", "") or not path.is_file() or path == Path(__file__):
                continue
            text = path.read_text(encoding="utf-8")
            found = {name for name in re.findall(r"SHUANGCHA_[A-Z]+(?:_[A-Z]+)*\b(?!_)", text) if name not in known}
            if found:
                strange[str(path)] = found
    assert strange == {}
