"""A text as its overlapping pairs of characters: what the index keeps, and what a query is turned into.

    一案双查  →  "一案 案双 双查 查"

A text stands within another exactly where its pairs stand, in this order and without a gap, within the other's. So one
index finds any part of a number, a court or a title, and neither a dictionary nor a word boundary has a say.

Every character is written alike first, one by one and never by its neighbours (NFKC, case folded), so that a part of a
text is written as that part of the text's writing: 法(（) are (, Ａ and a are a. ASCII signs and spaces move to private
code points: the tokenizers of the engines would else throw them away, and a pattern of LIKE would need its escapes.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

PRIVATE = 0xE000


@lru_cache(maxsize=20_000)
def _alike(character: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).upper().lower())
    return "".join(one if ord(one) > 127 or one.isalnum() else chr(PRIVATE + ord(one)) for one in folded)


def written(text: str) -> str:
    """The text in the one writing in which texts are compared."""
    return "".join(map(_alike, text))


def pairs(text: str) -> list[str]:
    """The pairs of a query; for a single character that character."""
    alike = written(text)
    return [alike] if len(alike) == 1 else [alike[n : n + 2] for n in range(len(alike) - 1)]


def grams(text: str) -> str:
    """What the index keeps for a row: every pair, and the last character by itself."""
    alike = written(text)
    return " ".join(alike[n : n + 2] for n in range(len(alike)))


def pattern(text: str) -> str:
    """The string that stands in `grams(other)` exactly if `text` stands in `other`: pairs begin where pairs begin."""
    return " ".join(pairs(text))
