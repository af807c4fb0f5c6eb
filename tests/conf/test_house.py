"""Length: a function of up to 60 lines, a file of up to 400;
what is longer says why in its first line (docs/where-to-add.md).

The first line of the docstring, of the function or of the file, then holds "Long on purpose: " and the reason.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("shuangcha", "bench", "tools", "tests")
FUNCTION, FILE = 60, 400
REASON = "Long on purpose: "
LEAST_REASON = 20
Function = ast.FunctionDef | ast.AsyncFunctionDef


def says_why(node: ast.Module | Function) -> bool:
    first = (ast.get_docstring(node) or "").partition("\n")[0]
    return len(first.partition(REASON)[2]) >= LEAST_REASON


def functions(node: ast.AST) -> Iterator[Function]:
    """Every function below; only statements are looked into."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from functions(child)


def too_long(text: str) -> Iterator[tuple[str, int]]:
    """(what, lines) of the file as a whole and of each function in it that is longer than allowed and does not say
    why."""
    tree = ast.parse(text)
    lines = text.count("\n")
    if lines > FILE and not says_why(tree):
        yield "the file", lines
    for node in functions(tree):
        lines = (node.end_lineno or 0) - node.lineno + 1
        if lines > FUNCTION and not says_why(node):
            yield node.name, lines


def sources() -> list[Path]:
    """Migrations stand as they were released."""
    found = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
    return [ROOT / "go.py", ROOT / "manage.py", *found]


def test_what_is_long_says_why_in_its_first_line() -> None:
    paths = sources()
    assert len(paths) > 500, "the rooms are read"
    found = [
        f"{path.relative_to(ROOT)}: {what}, {lines} lines"
        for path in paths
        for what, lines in too_long(path.read_text(encoding="utf-8"))
    ]
    assert not found, "divide it where there is a seam, or begin its docstring with the reason:\n" + "\n".join(found)


def test_the_formatter_reads_every_file() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--show-files", "."]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    seen = {Path(line) for line in told.splitlines() if line.endswith(".py")}
    assert not [str(path.relative_to(ROOT)) for path in sources() if path not in seen]


@pytest.mark.parametrize(
    ("first", "lines", "told"),
    [
        ("", FUNCTION - 1, False),
        ("", FUNCTION, True),
        ('"""Long on purpose: one case for each guard."""', FUNCTION, False),
        ('"""Long on purpose: no."""', FUNCTION, True),
        ('"""One.\n\n        Long on purpose: one case for each guard."""', FUNCTION, True),
    ],
)
def test_the_rule_sees_a_long_function(first: str, lines: int, told: bool) -> None:
    body = [first or "x = 0", *["x = 1"] * (lines - 1)]
    text = "class A:\n    def f(self):\n" + "".join(f"        {line}\n" for line in body)
    assert bool(list(too_long(text))) is told


@pytest.mark.parametrize(
    ("first", "lines", "told"),
    [
        ("x = 0", FILE, False),
        ("x = 0", FILE + 1, True),
        ('"""Scenes. Long on purpose: one scene for each act."""', FILE + 1, False),
    ],
)
def test_the_rule_sees_a_long_file(first: str, lines: int, told: bool) -> None:
    text = "\n".join([first, *["x = 1"] * (lines - 1)]) + "\n"
    assert bool(list(too_long(text))) is told
