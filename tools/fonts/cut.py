"""Cuts the fonts of the PDF pages out of Noto Sans CJK SC, once;
neither running nor testing needs this (see docs/vendored.md).

    python3 -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools==4.68.0
    /tmp/fonts/bin/python tools/fonts/cut.py FOLDER

FOLDER holds NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc, version 2.004 (Debian: fonts-noto-cjk 1:20220127). The
same input gives the same bytes; MANIFEST.json is compared with the files before each PDF.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTCollection

TARGET = Path(__file__).resolve().parents[2] / "shuangcha/flowcheck/report/fonts"
FAMILY, VERSION = "Noto Sans CJK SC", "2.004"


def _han(code: int) -> bool:
    return 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000


def _common() -> set[int]:
    """The characters of GB 2312, and all of the font's that are no 汉字, kana or hangul."""
    found = (
        {code for code in range(0x3000) if not 0x1100 <= code < 0x1200}
        | set(range(0x3000, 0x3040))
        | set(range(0xFE10, 0xFE70))
        | set(range(0xFF00, 0xFF5F))
    )
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found |= {ord(one) for one in bytes([row, cell]).decode("gb2312", "ignore")[:1]}
    return found | set(range(0xFFE0, 0xFFE7))


def _face(path: Path) -> int:
    """The place of FAMILY in the collection."""
    for place, font in enumerate(TTCollection(path).fonts):
        if font["name"].getDebugName(1) == FAMILY:
            return place
    raise SystemExit(f"{path}: no {FAMILY}")


def _cut(path: Path, every_han: bool, target: Path) -> dict[str, Any]:
    options = subset.Options()
    options.font_number = _face(path)
    options.layout_features = ["kern", "halt", "ccmp"]
    options.hinting = False
    options.name_IDs = ["*"]
    options.drop_tables += ["BASE", "DSIG", "VORG", "vhea", "vmtx"]
    font = subset.load_font(str(path), options)
    if not font["name"].getDebugName(5).startswith(f"Version {VERSION}"):
        raise SystemExit(f"{path}: not version {VERSION}")
    has = set(font.getBestCmap())
    wanted = has & (_common() | ({code for code in has if _han(code)} if every_han else set()))
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    subset.save_font(font, str(target), options)
    data = target.read_bytes()
    return {
        "weight": font["OS/2"].usWeightClass,
        "characters": len(wanted),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def main(folder: Path) -> None:
    TARGET.mkdir(exist_ok=True)
    files = {
        "NotoSansCJKsc-Regular.otf": _cut(
            folder / "NotoSansCJK-Regular.ttc", True, TARGET / "NotoSansCJKsc-Regular.otf"
        ),
        "NotoSansCJKsc-Bold.otf": _cut(folder / "NotoSansCJK-Bold.ttc", False, TARGET / "NotoSansCJKsc-Bold.otf"),
    }
    told = {"family": FAMILY, "version": VERSION, "licence": "OFL-1.1", "files": files}
    (TARGET / "MANIFEST.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
