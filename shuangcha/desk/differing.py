"""Two texts side by side: what was struck out and what was put in, sentence by sentence and within a sentence by characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]+|[^。；！？\n]+")
TOKEN = re.compile(r"[A-Za-z0-9]+|.", re.S)
ALIKE = 0.4
"""Sentences less alike than this are shown as one struck out and one put in."""
SHORTEST = 2
"""Fewer equal characters between two changes belong to the change: single characters that match by chance only confuse."""
MOST = 4000

SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`before` holds same and gone pieces, `after` same and new ones; each joined gives its text back whole."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        return any(one.kind != SAME for one in (*self.before, *self.after))

    @property
    def told(self) -> str:
        """The extent of the change in words."""
        gone = sum(len(one.text.strip()) for one in self.before if one.kind == GONE)
        new = sum(len(one.text.strip()) for one in self.after if one.kind == NEW)
        if not self.changed:
            return "未改动"
        return "，".join(part for part in (f"删去{gone}字" if gone else "", f"新增{new}字" if new else "") if part) or "仅改动空白"


def compared(old: str, new: str) -> Comparison:
    """Line ends of the browser are those of the text."""
    pieces = list(_pieces(old.replace("\r\n", "\n"), new.replace("\r\n", "\n")))
    return Comparison(_joined(one for one in pieces if one.kind != NEW), _joined(one for one in pieces if one.kind != GONE))


def _pieces(old: str, new: str) -> Iterator[Piece]:
    first, second = SENTENCE.findall(old), SENTENCE.findall(new)
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        left, right = "".join(first[a:b]), "".join(second[c:d])
        if kind == "equal":
            yield Piece(SAME, left)
        elif kind == "replace" and len(left) + len(right) <= MOST:
            yield from _within(left, right)
        else:
            yield from _swapped(left, right)


def _within(left: str, right: str) -> Iterator[Piece]:
    first, second = TOKEN.findall(left), TOKEN.findall(right)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.ratio() < ALIKE:
        yield from _swapped(left, right)
        return
    gone, new = "", ""
    codes = matcher.get_opcodes()
    for n, (kind, a, b, c, d) in enumerate(codes):
        one, other = "".join(first[a:b]), "".join(second[c:d])
        between = 0 < n < len(codes) - 1
        if kind == "equal" and (len(one) >= SHORTEST or not between):
            yield from _swapped(gone, new)
            gone, new = "", ""
            yield Piece(SAME, one)
        else:
            gone, new = gone + one, new + other
    yield from _swapped(gone, new)


def _swapped(left: str, right: str) -> Iterator[Piece]:
    if left:
        yield Piece(GONE, left)
    if right:
        yield Piece(NEW, right)


def _joined(pieces: Iterator[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one piece."""
    found: list[Piece] = []
    for one in pieces:
        if found and found[-1].kind == one.kind:
            found[-1] = Piece(one.kind, found[-1].text + one.text)
        else:
            found.append(one)
    return tuple(found)
