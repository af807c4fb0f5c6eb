"""The figure in docs/architecture.md: the rooms as the import contract (.importlinter) orders them."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

from tools.kept.parts import ROOT

BEGIN, END = "<!-- rooms: made by tools.kept -->", "<!-- /rooms -->"


def layers(root: Path = ROOT) -> list[list[str]]:
    """Highest first; a room in brackets does not exist yet and is left out."""
    contract = ConfigParser()
    contract.read(root / ".importlinter", encoding="utf-8")
    lines = contract["importlinter:contract:rooms"]["layers"].split("\n")
    rows = [[one.strip() for one in line.split("|")] for line in lines if line.strip()]
    return [[one for one in row if not one.startswith("(")] for row in rows]


def figure(root: Path = ROOT) -> str:
    """Mermaid: a layer a box, an arrow from each layer to the one below it."""
    lines = ["```mermaid", "flowchart TB"]
    for number, row in enumerate(layers(root)):
        lines.append(f"  subgraph L{number}[ ]")
        lines.append("    direction LR")
        lines += [f"    {room}" for room in row]
        lines.append("  end")
    count = len(layers(root))
    lines += [f"  L{number} --> L{number + 1}" for number in range(count - 1)]
    return "\n".join([*lines, "```"])


def text(root: Path = ROOT) -> str:
    """docs/architecture.md with its figure made anew; all else in it is written by hand."""
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"docs/architecture.md has lost its marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{figure(root)}\n{END}{after}"
