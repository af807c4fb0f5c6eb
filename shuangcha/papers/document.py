"""The data of an official paper: what a template needs and nothing more, so that a paper can be compared word by word.

Head and tail follow GB/T 9704-2012 (dossier §9.1); the body is either sections (公文) or rows of a form (登记表、呈批件).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

DIGITS = "零一二三四五六七八九"
WEEKDAYS = "一二三四五六日"
BLANK_DAY = "　　　　年　　月　　日"


@dataclass(frozen=True, slots=True)
class Signature:
    """署名; the day stands under the last name only."""

    name: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part (一、…) of a 公文, or the opening, whose title is empty."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a form: its label and its text, a line each. `tall`: room is left for handwriting."""

    label: str
    lines: tuple[str, ...]
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One paper. `number` is the 文号, or the court's 代字 with blanks while none is registered (`unnumbered`)."""

    kind: str
    title: str
    number: str
    unnumbered: bool
    mark: tuple[str, ...] = ()
    urgency: str = ""
    approver: str = ""
    addressee: str = ""
    sections: tuple[Section, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    signatures: tuple[Signature, ...] = ()
    remark: str = ""
    copies: str = ""
    issuer: str = ""
    issued_on: str = ""

    @property
    def mark_lines(self) -> tuple[tuple[str, int], ...]:
        """Each line of the red head with how often it is made smaller: 34 pt holds 13 characters on 156 mm."""
        longest = max((len(line) for line in self.mark), default=0)
        smaller = 0 if longest <= 12 else 1 if longest <= 15 else 2
        return tuple((line, smaller) for line in self.mark)

    @property
    def signed_by_several(self) -> bool:
        return len(self.signatures) > 1


def day_cn(day: dt.date | None) -> str:
    """2020年5月25日, without zero padding (GB/T 9704-2012); blanks to be filled in by hand where there is no day yet."""
    return f"{day.year}年{day.month}月{day.day}日" if day else BLANK_DAY


def weekday_cn(day: dt.date) -> str:
    return f"星期{WEEKDAYS[day.weekday()]}"


def ordinal(n: int) -> str:
    """一 … 九十九, for headings."""
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "") if n else DIGITS[0]


def lines(text: str) -> tuple[str, ...]:
    """The paragraphs of a text that an officer has written."""
    return tuple(one.strip() for one in text.splitlines() if one.strip())


def said(text: str) -> str:
    """A text as one sentence inside a line: its line breaks become spaces, and it ends with a full stop."""
    whole = " ".join(lines(text))
    return whole if not whole or whole[-1] in "。！？；…”" else f"{whole}。"


def numbered(parts: Iterable[Section]) -> tuple[Section, ...]:
    """Give the titled sections their 一、二、三、…"""
    done: list[Section] = []
    n = 0
    for part in parts:
        if part.title:
            n += 1
            part = Section(f"{ordinal(n)}、{part.title}", part.paragraphs, part.table)
        done.append(part)
    return tuple(done)
