"""`python -m tools.kept [--check]`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tools.kept import licences, rooms, sbom
from tools.kept.parts import ROOT

MADE: dict[str, Callable[[], str]] = {
    "docs/sbom.cdx.json": sbom.text,
    "docs/licences.md": licences.text,
    "docs/architecture.md": rooms.text,
}


def main(words: list[str]) -> int:
    if words not in ([], ["--check"]):
        print("用法：.venv/bin/python -m tools.kept [--check]", file=sys.stderr)
        return 2
    behind = []
    for path, make in MADE.items():
        made, file = make(), ROOT / path
        if not file.exists() or file.read_text(encoding="utf-8") != made:
            behind.append(path)
            if not words:
                file.write_text(made, encoding="utf-8")
    for path in behind:
        print(
            f"{path}：{'与仓库不符，请运行 .venv/bin/python -m tools.kept' if words else '已重新生成'}。",
            file=sys.stderr,
        )
    return 1 if words and behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
