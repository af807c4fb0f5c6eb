"""One list of checks: what `go.py test` runs first, `go.py check` names and the hooks before a commit call."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tools import commands
from tools.checks import CHECKS, Check, chosen
from tools.environment import Refused

ROOT = Path(__file__).resolve().parents[2]


def test_the_hooks_call_these_checks_and_nothing_of_their_own() -> None:
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    expected = [
        {
            "id": check.name,
            "name": check.title,
            "entry": f"python3 go.py check {check.name}",
            "language": "system",
            "pass_filenames": False,
            "always_run": True,
        }
        for check in CHECKS
    ]
    assert repos[0]["hooks"] == expected


def test_a_check_is_had_by_its_name() -> None:
    assert chosen([]) == CHECKS
    assert [check.name for check in chosen(["mypy", "ruff"])] == ["ruff", "mypy"]
    with pytest.raises(Refused, match=r"没有“black”这项检查；可用：ruff、") as refused:
        chosen(["ruff", "black"])
    assert "\n" not in str(refused.value)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """What would have been started, and with which variables; the second of two ends with 3."""
    calls: list[tuple[list[str], dict[str, str]]] = []

    def call(command: list[str], env: dict[str, str]) -> int:
        calls.append((command[1:], env))
        return 3 if len(calls) == 2 else 0

    monkeypatch.setattr(commands, "call", call)
    monkeypatch.setattr(commands.ENVIRONMENT, "prepare", lambda sets: None)
    monkeypatch.setenv("SHUANGCHA_MODE", "demo")
    return calls


def test_check_runs_what_is_named_and_tells_what_failed(
    called: list[tuple[list[str], dict[str, str]]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert commands.run("check", ["ruff"]) == 0
    (command, env) = called[0]
    assert (command, "SHUANGCHA_HTTPS" in env) == (["-m", "ruff", "check", "."], False)

    assert commands.run("check", []) == 1, "one that failed is enough"
    assert [command for command, _ in called[1:]] == [list(check.words) for check in CHECKS], "and the rest still ran"
    for check, (_, env) in zip(CHECKS, called[1:], strict=True):
        assert env.get("SHUANGCHA_HTTPS") == ("1" if check.deployed else None)
        assert "SHUANGCHA_MODE" not in env, "what this instance was told is not what is checked"
    assert f"FAILED  {CHECKS[0].title}  (0 s), exit 3" in capfd.readouterr().err


def test_the_tests_run_the_same_list_first(
    called: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[Check, ...]] = []
    monkeypatch.setattr(commands, "_checked", lambda checks, env, folder: ran.append(checks) or [])
    monkeypatch.setattr(commands, "both_engines", lambda command, env, postgres, folder: [("pytest", 0, 0.0)])
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert commands.run("test", []) == 0
    assert ran == [CHECKS]
    assert called == []


def test_the_list_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert commands.run("check", ["--list"]) == 0
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()] == [check.name for check in CHECKS]
