"""Papers written by hand name only what is there; the figure of the rooms is the import contract."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from shuangcha.conf.urls import urlpatterns
from tests.deep.__main__ import PARTS
from tools import commands
from tools.kept import rooms
from tools.kept.__main__ import MADE
from tools.kept.parts import ROOT

PAPERS = ("CONTRIBUTING.md", "SECURITY.md", "docs/threat-model.md", "docs/architecture.md")
PATH = re.compile(
    r"`((?:tests|shuangcha|tools|docs|bench)/[\w./-]+|[\w.-]+\.(?:md|txt|in|yaml)|\.importlinter|NOTICE)`"
)
COMMAND = re.compile(r"python3 go\.py (\w+)(?: ([a-z]+))?")


def missing(text: str, root: Path = ROOT) -> list[str]:
    """What a paper names that is not there: files, files behind links, commands."""
    linked = [one for one in re.findall(r"\]\(([^)#]+)\)", text) if not one.startswith("http")]
    gone = [one for one in (*PATH.findall(text), *linked) if not (root / one).exists()]
    for word, more in COMMAND.findall(text):
        known = f'"{word}"' in Path(commands.__file__).read_text(encoding="utf-8")
        if word == "deep" and more:
            known = more in PARTS
        if word == "do" and more:
            known = any((root / "shuangcha").glob(f"*/management/commands/{more}.py"))
        if not known:
            gone.append(f"go.py {word} {more}".strip())
    return gone


@pytest.mark.parametrize("name", PAPERS)
def test_what_a_paper_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(PATH.findall(text)) >= 2, "the paper says where to look"
    assert missing(text) == []


def test_the_search_for_what_is_missing_finds_it() -> None:
    text = "`tests/nowhere.py` `docs/moves.md` [a](docs/none.md) python3 go.py destroy"
    text += ", python3 go.py deep nothing, python3 go.py do nothing"
    assert missing(text) == [
        "tests/nowhere.py",
        "docs/none.md",
        "go.py destroy",
        "go.py deep nothing",
        "go.py do nothing",
    ]


def test_every_measure_of_the_threat_model_names_its_proof() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    measures = [line for line in text.partition("## 三")[2].partition("## 四")[0].splitlines() if line.startswith("| ")]
    assert len(measures) > 15
    for line in measures[1:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert PATH.findall(cells[2]), line
    actors = set(re.findall(r"^\| (A\d) \|", text.partition("## 三")[0], re.M))
    answered = {one for line in measures[1:] for one in re.findall(r"A\d", line.split("|")[1])}
    assert actors == {f"A{n}" for n in range(1, 10)}
    assert actors - answered == set(), "every attacker is answered by some measure"
    rests = [line for line in text.partition("## 四")[2].splitlines() if line.startswith("| ")][1:]
    assert len(rests) > 10
    assert all(cell.strip() for line in rests for cell in line.strip("|").split("|"))


def test_the_figure_is_the_import_contract() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert page == rooms.text(), ".venv/bin/python -m tools.kept"
    drawn = [room for row in rooms.layers() for room in row]
    lying = {path.parent.name for path in (ROOT / "shuangcha").glob("*/__init__.py")}
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == lying, "every room stands in the contract"
    told = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert told == drawn, "the table names the rooms in the order of the figure"


def test_another_contract_is_another_figure(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "architecture.md", tmp_path / "docs")
    contract = (ROOT / ".importlinter").read_text(encoding="utf-8")
    (tmp_path / ".importlinter").write_text(contract.replace("    acts\n", "    acts | sight\n"), encoding="utf-8")
    assert "    sight\n" in rooms.figure(tmp_path)
    assert rooms.text(tmp_path) != rooms.text()
    (tmp_path / "docs" / "architecture.md").write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="lost its marks"):
        rooms.text(tmp_path)


def test_made_papers_say_how_they_are_made() -> None:
    assert set(MADE) == {"docs/sbom.cdx.json", "docs/licences.md", "docs/architecture.md"}
    for name in ("docs/licences.md", "docs/architecture.md", "CONTRIBUTING.md"):
        assert ".venv/bin/python -m tools.kept" in (ROOT / name).read_text(encoding="utf-8")
    assert any(getattr(one, "name", None) == "security-txt" for one in urlpatterns)
