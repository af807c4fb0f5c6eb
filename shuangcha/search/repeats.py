"""Likely repeats of a clue: the same enforcement case, the same officer, nearly the same text.
Each hit with its reasons in words.

Three walks over indexes, each bounded and all in one statement: the numbers (and the numbers linked to them), the
officers named in the same court, and the text of the latest clues about the same court. Who may see a hit is asked by
the caller: a page gives `within`, what its reader may see;
the act of registering asks over all rows and makes the rest a task for somebody eligible.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Substr

from shuangcha.casefile import models as cf
from shuangcha.courts import settings
from shuangcha.numbers import NumberError, parse_or_raw

YEARS = 2
LATEST = 1500
"""Clues about one court whose text is compared, newest first."""
READ = 400
"""Characters of a summary that are compared."""
SAMPLE = 24
"""Pairs by which a text is looked at before it is compared whole."""
SHORT = 40
"""A text of fewer pairs is compared as a whole; a longer one may also stand inside a longer one."""
FEWEST = 8
MOST = 30
CASE, OFFICER, TEXT = "case", "officer", "text"
Among = Callable[[str], Q]
"""Condition on a query whose field of this name is the id of a clue."""
Hit = tuple[str, int, list[str]]
"""(subject kind, id, reasons)."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the clue that is being typed, or of one that is registered (`pk`)."""

    numbers: tuple[str, ...] = ()
    officers: tuple[tuple[str, int], ...] = ()
    """Name and id of the court, of everybody complained of."""
    court_id: int | None = None
    title: str = ""
    text: str = ""
    pk: int | None = None


def candidates(
    clue: cf.Clue, numbers: Iterable[str] | None = None, officers: Iterable[tuple[str, int]] | None = None
) -> list[Hit]:
    """Likely repeats of a registered clue among all others, the likeliest first.

    One statement; another for the numbers of its cases and for its officers (name, id of the court), where not given.
    """
    if numbers is None:
        numbers = clue.case_links.values_list("enforcement_case__number", flat=True)
    if officers is None:
        officers = clue.subjects.values_list("name", "court_id")
    told = Told(
        numbers=tuple(numbers),
        officers=tuple(dict.fromkeys(officers)),
        court_id=clue.subject_court_id,
        title=clue.title,
        text=clue.summary,
        pk=clue.pk,
    )
    return hits(told, since=since(clue.received_on))


def since(day: dt.date) -> dt.date:
    """The day from which on clues are compared with one of this day."""
    return day - dt.timedelta(days=366 * YEARS)


def hits(told: Told, *, since: dt.date, within: Among | None = None) -> list[Hit]:
    """Likely repeats of what is told, received since a day, among the clues `within` (all of them without it)."""

    def among(ref: str, ever: bool = False) -> Q:
        """Asked of each row on the way: a list of all clues that may be hit would be as long as the table."""
        day = "received_on" if ref == "pk" else "clue__received_on"
        mine = (Q() if ever else Q(**{f"{day}__gte": since})) & (within(ref) if within is not None else Q())
        return mine & ~Q(**{ref: told.pk}) if told.pk is not None else mine

    found: dict[int, list[tuple[int, str]]] = {}
    for pk, weight, reason in _found(told, among):
        found.setdefault(pk, []).append((weight, reason))
    ranked = sorted(found.items(), key=lambda one: (-sum(weight for weight, _ in one[1]), -one[0]))
    return [("clue", pk, [reason for _, reason in sorted(reasons, reverse=True)]) for pk, reasons in ranked[:MOST]]


def _found(told: Told, among: Callable[..., Q]) -> Iterable[tuple[int, int, str]]:
    """(clue, weight, reason). The three walks are one statement; none where nothing is told."""
    numbers = [written for number in told.numbers if (written := _written(number))]
    officers = [(name.strip(), court) for name, court in told.officers if len(name.strip()) > 1]
    title, whole = shingles(told.title), shingles(f"{told.title} {told.text[:READ]}")
    walks = []
    if numbers:
        walks.append(_same_case(numbers, among))
    if officers:
        walks.append(_same_officer(officers, among))
    if told.court_id is not None and len(whole) >= FEWEST:
        walks.append(_latest(told.court_id, among))
    if not walks:
        return
    least = settings.get("repeat_similarity_percent").number / 100
    sample = sorted(whole, key=_mixed)[:SAMPLE]
    enough = max(2, int(len(sample) * least * 0.5))
    for walk, pk, one, other in dict.fromkeys(walks[0].union(*walks[1:], all=True) if len(walks) > 1 else walks[0]):
        if walk == CASE:
            yield (pk, 100, f"同一执行案件：{one}") if one in numbers else (pk, 80, f"关联的执行案件：{one}")
        elif walk == OFFICER:
            yield pk, 40, f"同一被反映人：{one}"
        else:
            text = plain(f"{one} {other}")
            if sum(pair in text for pair in sample) < enough:
                continue
            like = max(
                likeness(whole, shingles(f"{one} {other}")),
                likeness(title, shingles(one)) if len(title) >= FEWEST else 0.0,
            )
            if like >= least:
                yield pk, round(60 * like), f"文字相近（约{round(like * 100)}%相同）"


def _same_case(numbers: list[str], among: Callable[..., Q]) -> QuerySet[Any]:
    """Clues about these cases and those linked to them."""
    mine = cf.EnforcementCase.rows.filter(number__in=numbers)
    links = cf.CaseLink.rows.filter(origin__number__in=numbers), cf.CaseLink.rows.filter(born__number__in=numbers)
    cases = mine.values("pk").union(links[0].values("born"), links[1].values("origin"))
    ever = among("clue_id", True)  # the same case however long ago
    newest = cf.ClueCase.rows.filter(ever, enforcement_case__in=cases).order_by("-clue").values("pk")[: 2 * MOST]
    return cf.ClueCase.rows.filter(pk__in=newest).values_list(
        _walk(CASE), "clue", "enforcement_case__number", _walk("")
    )


def _same_officer(officers: list[tuple[str, int]], among: Among) -> QuerySet[Any]:
    wanted = Q()
    for name, court in officers:
        wanted |= Q(court_id=court, name=name)
    newest = cf.ClueSubject.rows.filter(wanted, among("clue_id")).order_by("-clue").values("pk")[: 4 * MOST]
    return cf.ClueSubject.rows.filter(pk__in=newest).values_list(_walk(OFFICER), "clue", "name", _walk(""))


def _latest(court_id: int, among: Among) -> QuerySet[Any]:
    """The latest clues about one court, with the text that is compared."""
    newest = cf.Clue.rows.filter(among("pk"), subject_court_id=court_id).order_by("-pk").values("pk")[:LATEST]
    return cf.Clue.rows.filter(pk__in=newest).values_list(_walk(TEXT), "pk", "title", Substr("summary", 1, READ))


def _walk(name: str) -> Value:
    return Value(name, output_field=TextField())


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared pairs: of both together for short texts, of the shorter one for longer ones. Between 0 and 1."""
    if not one or not other:
        return 0.0
    shared = len(one & other)
    smaller = min(len(one), len(other))
    return shared / smaller if smaller >= SHORT else shared / (len(one) + len(other) - shared)


def plain(text: str) -> str:
    """The text without width, case, spaces and signs: what makes two texts look different and says nothing."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str) -> frozenset[str]:
    """The overlapping pairs of characters of a text."""
    bare = plain(text)
    return frozenset(bare[n : n + 2] for n in range(len(bare) - 1))


_SIGNS = re.compile(r"[\W_]+")


@lru_cache(maxsize=50_000)
def _mixed(pair: str) -> int:
    return crc32(pair.encode())


def _written(number: str) -> str:
    """The one writing of a case number; empty for what is none (it is still being typed)."""
    try:
        parsed = parse_or_raw(number)
    except NumberError:
        return ""
    return str(parsed) if parsed.is_standard else number.strip()
