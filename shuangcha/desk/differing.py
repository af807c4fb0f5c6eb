"""What changed between two texts, or two contents of the same form: pieces marked 增 and 删 in words,
never by colour alone.

Sentences are compared first; within a changed passage of moderate length, characters. Long rewritten passages stand
whole, once as 删 and once as 增: a mosaic of single characters is not readable,
and its price grows with the square of the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+")
FINE = 600
"""Up to so many characters a changed passage is compared character by character."""
LIKE = 0.4
"""Passages less alike than this are shown whole."""
KEPT = 2
"""A run of equal characters shorter than this between two changes belongs to the change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: `kind` is same, gone or new."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """The pieces in reading order; joining same and gone gives the old text, same and new the new one."""
    before, after = SENTENCE.findall(old), SENTENCE.findall(new)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, fresh = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal":
            found.append(Piece("same", gone))
        else:
            found += (
                _fine(gone, fresh) if gone and fresh and max(len(gone), len(fresh)) <= FINE else _whole(gone, fresh)
            )
    return _joined(found)


def _whole(gone: str, fresh: str) -> list[Piece]:
    return [one for one in (Piece("gone", gone), Piece("new", fresh)) if one.text]


def _fine(gone: str, fresh: str) -> list[Piece]:
    matcher = SequenceMatcher(None, gone, fresh, autojunk=False)
    if matcher.ratio() < LIKE:
        return _whole(gone, fresh)
    found: list[Piece] = []
    was = will = ""
    codes = matcher.get_opcodes()
    for n, (tag, a, b, c, d) in enumerate(codes):
        inside = 0 < n < len(codes) - 1
        if tag == "equal" and not (inside and b - a < KEPT):
            found += [*_whole(was, will), Piece("same", gone[a:b])]
            was = will = ""
        else:
            was, will = was + gone[a:b], will + fresh[c:d]
    return [*found, *_whole(was, will)]


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind as one piece."""
    found: list[Piece] = []
    for one in pieces:
        if found and found[-1].kind == one.kind:
            found[-1] = Piece(one.kind, found[-1].text + one.text)
        elif one.text:
            found.append(one)
    return found


def summed(pieces: Sequence[Piece]) -> str:
    """增 12 字，删 5 字; 没有变化 where nothing changed."""
    new = sum(len(one.text.strip()) for one in pieces if one.kind == "new")
    gone = sum(len(one.text.strip()) for one in pieces if one.kind == "gone")
    parts = ([f"增 {new} 字"] if new else []) + ([f"删 {gone} 字"] if gone else [])
    return "，".join(parts) or "没有变化"


def side_by_side(old: str, new: str) -> dict[str, Any]:
    """For parts/two_texts.html: the old text with what went, the new one with what came, and the sum in words."""
    pieces = differences(old, new)
    return {
        "left": [one for one in pieces if one.kind != "new"],
        "right": [one for one in pieces if one.kind != "gone"],
        "sum": summed(pieces),
        "changed": any(one.kind != "same" for one in pieces),
    }


Pair = dict[str, Any]


def flat(pairs: Iterable[Pair], before: str = "") -> dict[str, str]:
    """Labelled pairs (desk/labelled.py) under one label each: 核查要点 第2项 内容."""
    found: dict[str, str] = {}
    for one in pairs:
        label = f"{before}{one['label']}"
        if "value" not in one:
            for n, row in enumerate(one["rows"], 1):
                found |= flat(row, f"{label} 第{n}项 ")
        else:
            found[label] = f"{found[label]}、{one['value']}" if label in found else str(one["value"])
    return found


def of_contents(old: Iterable[Pair], new: Iterable[Pair]) -> list[dict[str, Any]]:
    """The fields that differ between two labelled contents: {label, pieces, sum}; empty where they say the same."""
    was, will = flat(old), flat(new)
    changed = [label for label in dict.fromkeys([*was, *will]) if was.get(label, "") != will.get(label, "")]
    found = []
    for label in changed:
        pieces = differences(was.get(label, ""), will.get(label, ""))
        found.append({"label": label, "pieces": pieces, "sum": summed(pieces)})
    return found
