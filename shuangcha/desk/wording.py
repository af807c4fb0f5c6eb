"""Punctuation of what people read."""

from __future__ import annotations

import re

HALF = re.compile(r"(?<=[\u4e00-\u9fa5”）)0-9])[,;:](?=[\u4e00-\u9fa5“（ 0-9])")
LENGTH = re.compile(r"(?<![0-9年个第])([0-9]+)(工作日|月(?![0-9份初底末]))")
WIDE = {",": "，", ";": "；", ":": "："}


def full(text: str) -> str:
    """Sentences with full-width punctuation; the citation form 方案四(三) and times of day stay."""
    return HALF.sub(_wide, text)


def spoken(text: str) -> str:
    """Lengths of periods as people say them: 10工作日 → 10个工作日, 1月 → 1个月 (else it reads as January); dates stay."""
    return LENGTH.sub(r"\1个\2", text)


def _wide(found: re.Match[str]) -> str:
    text, at = found.string, found.start()
    between_digits = text[at - 1].isdigit() and text[at + 1].isdigit()
    return found[0] if between_digits else WIDE[found[0]]
