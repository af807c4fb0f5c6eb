"""The words by which a clue or matter is found: number, title, court, case numbers; indexed in the same transaction."""

from __future__ import annotations

from shuangcha.casefile import models as cf
from shuangcha.search import index

LONGEST = 600
"""Of `find_text`, in characters."""


def words(*parts: str) -> str:
    """Number and title first: a correction finds the title behind the number."""
    return " ".join(parts)[:LONGEST]


def indexed(subject: cf.Clue | cf.Matter) -> None:
    """The row has just been written with its `find_text`. One statement."""
    index.put(subject.KIND, subject.pk, subject.find_text)


def add_number(matter: cf.Matter, number: str) -> None:
    """A number born on the way is found too. Two statements, none for one that is there."""
    if number not in matter.find_text:
        matter.find_text = words(matter.find_text, number)
        matter.save(update_fields=["find_text"])
        indexed(matter)


def retitle(subject: cf.Clue | cf.Matter, old: str) -> None:
    """The title was corrected: found by the new one, no longer by the old. The caller saves the row. One statement."""
    before = f"{subject.number} {old}"
    rest = subject.find_text.removeprefix(before) if subject.find_text.startswith(before) else f" {subject.find_text}"
    subject.find_text = f"{subject.number} {subject.title}{rest}"[:LONGEST]
    indexed(subject)


def differences() -> list[dict[str, str]]:
    """Entries of the index that are not what the rows say, in the words of `rebuild --check`."""
    titles = {"clue": "线索", "matter": "双查案件"}
    return [
        {"place": f"{titles[kind]} {pk} 的检索", "steps": "与记录一致", "stands": wrong}
        for kind, pk, wrong in index.differences()
    ]
