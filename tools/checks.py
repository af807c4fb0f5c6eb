"""The checks that stand before the tests, in one list: `go.py test`, `go.py check` and .pre-commit-config.yaml read it.

A new check is one line here and one hook in .pre-commit-config.yaml; tests/conf/test_checks.py compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from tools.environment import Refused

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

DJANGOFMT = (
    "import subprocess, sys; from pathlib import Path; "
    "sys.exit(subprocess.call([str(Path(sys.executable).with_name('djangofmt')), '--quiet', *sys.argv[1:]]))"
)
"""A program without a module of Python; [tool.djangofmt] in pyproject.toml says what it reads and how."""


@dataclass(frozen=True)
class Check:
    name: str
    """The word after `go.py check`, and the id of its hook."""
    title: str
    words: tuple[str, ...]
    """What the environment's Python is given, in the root of the clone; it changes no file and ends with 0 or not."""
    deployed: bool = False
    """Under the settings of a real instance behind TLS, with a data folder of its own."""


# fmt: off
CHECKS = (
    Check("ruff", "ruff", ("-m", "ruff", "check", ".")),
    Check("format", "ruff format", ("-m", "ruff", "format", "--check", "--quiet", ".")),
    Check("templates", "templates", ("-c", DJANGOFMT, "--check", "shuangcha")),
    Check("lint", "templates lint", ("-c", DJANGOFMT, "check", "shuangcha")),
    Check("mypy", "mypy", ("-m", "mypy"), deployed=True),
    Check("imports", "import contract", ("-c", LINT_IMPORTS)),
    Check("deploy", "check --deploy", ("manage.py", "check", "--deploy", "--fail-level", "WARNING"), deployed=True),
    Check("migrations", "migrations", ("manage.py", "makemigrations", "--check", "--dry-run"), deployed=True),
)
# fmt: on


def chosen(names: list[str]) -> tuple[Check, ...]:
    """The checks so named, in the order of the list; all when none is named. Raises Refused for an unknown name."""
    known = [check.name for check in CHECKS]
    for name in names:
        if name not in known:
            raise Refused(f"没有“{name}”这项检查；可用：{'、'.join(known)}。")
    return tuple(check for check in CHECKS if not names or check.name in names)
