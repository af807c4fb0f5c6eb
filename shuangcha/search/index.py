"""Rows that carry a text in number, court or title: the ids from the index, or a look at each row on the way.

What is found is exactly where `written(text)` stands in `written(find_text)`, on both engines. Who may see the rows is
not asked here: a query comes from `access.scope` and is only narrowed.
"""

# ruff: noqa: S608 - names of this room's tables only; texts are parameters

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import OuterRef, Q, QuerySet

from shuangcha.access.paging import Probe
from shuangcha.casefile import models as cf

from . import tables
from .grams import grams, pairs, pattern
from .models import ENTRIES

MOST = 2000
CHUNK = 2000
Texts = str | Sequence[str]


def put(kind: str, pk: int, text: str) -> None:
    """Index the text of a clue or matter, new or changed. One statement, in the caller's transaction."""
    table = _table(kind)
    if connection.vendor == "postgresql":
        insert, instead = "INSERT", " ON CONFLICT (rowid) DO UPDATE SET grams = EXCLUDED.grams"
    else:
        insert, instead = "INSERT OR REPLACE", ""
    with connection.cursor() as cursor:
        cursor.execute(f'{insert} INTO "{table}"(rowid, grams) VALUES (%s, %s){instead}', [pk, grams(text)])


def ids(kind: str, text: Texts, *, most: int = MOST) -> list[int] | None:
    """Ids of all clues or matters that carry the text (of several texts, any of them), newest first; None:
    more than `most`.

    One statement, none for an empty text. It costs what the rows cost that carry all pairs of the text.
    """
    texts = _texts(text)
    if not texts:
        return []
    sql, given = _lookup(_table(kind), texts)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s", [*given, most + 1])
        found = [row[0] for row in cursor.fetchall()]
    return sorted(found, reverse=True) if len(found) <= most else None


def condition(kind: str, text: Texts, ref: str = "pk") -> Q:
    """Condition on a query whose `ref` is the id of a clue or matter (`kind`): it carries the text. One statement.

    A text of few rows becomes a list of ids. A common one is looked for in each row as it is walked over: a page of a
    list in the order of its index is then soon full.
    """
    texts = _texts(text)
    if not texts:
        return Q()
    found = ids(kind, texts)
    if found is not None:
        return Q(**{f"{ref}__in": found})
    return carried(kind, texts, ref)


def carried(kind: str, text: Texts, ref: str = "pk") -> Q:
    """The condition for a text that `ids` finds in too many rows: looked for in each row. No statement. In `only` of a
    walk of `access.paging` it costs what the rows on the way cost, however many others carry the text."""
    carries = Q()
    for one in _texts(text):
        carries |= Q(grams__contains=pattern(one))
    return Q(Probe(ENTRIES[kind].objects.filter(carries, pk=OuterRef(ref))))


def narrow(rows: QuerySet[Any], kind: str, text: Texts) -> QuerySet[Any]:
    """The clues or matters of the query that carry the text; all of them for an empty text."""
    return rows.filter(condition(kind, text))


def _texts(text: Texts) -> list[str]:
    return [one for one in ([text] if isinstance(text, str) else text) if one]


def _table(kind: str) -> str:
    return ENTRIES[kind]._meta.db_table


def _lookup(table: str, texts: list[str]) -> tuple[str, list[Any]]:
    if connection.vendor == "postgresql":
        asked = [(pattern(text), pairs(text)) for text in texts]
        each = [
            f"(grams LIKE %s AND {tables.SINGLES if len(one) == 1 else tables.PAIRS} @> %s::text[])" for one, _ in asked
        ]
        given = [value for one, parts in asked for value in (f"%{one}%", parts)]
        return f'SELECT rowid FROM "{table}" WHERE {" OR ".join(each)}', given
    # No character of a pair is an ASCII sign, so nothing in the phrase can end it.
    phrases = [f'"{one}" *' if len(one) == 1 else f'"{one}"' for one in map(pattern, texts)]
    return f'SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s', [" OR ".join(phrases)]


# --- from the rows --------------------------------------------------------------------------------------------------
def rebuild() -> int:
    """Build the index anew from the rows; returns how many were indexed. Nobody can search or write meanwhile."""
    count = 0
    with transaction.atomic():
        for kind in ENTRIES:
            table = _table(kind)
            tables.drop(connection, table)
            tables.create(connection, table)
            count += tables.fill(connection, table, _expected(kind))
            tables.finish(connection, table)
    return count


def differences() -> list[tuple[str, int, str]]:
    """(kind, id, what is wrong) of every entry that is not what its row says; empty when the index holds."""
    found: list[tuple[str, int, str]] = []
    for kind, entries in ENTRIES.items():
        stands = entries.objects.order_by("pk").values_list("pk", "grams").iterator(CHUNK)
        found += [(kind, pk, wrong) for pk, wrong in _compared(_expected(kind), stands)]
        if not _whole(_table(kind)):
            found.append((kind, 0, "索引损坏"))
    return found


def _expected(kind: str) -> Iterator[tuple[int, str]]:
    """(id, grams) of every row, by id; read in chunks, so that a long table is never in memory."""
    rows = cf.SUBJECTS[kind].rows.order_by("pk").values_list("pk", "find_text")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield from ((pk, grams(text)) for pk, text in chunk)
        last = chunk[-1][0]


def _compared(told: Iterator[tuple[int, str]], stands: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Both in the order of ids: what stands on one side only, or differs."""
    mine, other = next(told, None), next(stands, None)
    while mine is not None or other is not None:
        if other is None or (mine is not None and mine[0] < other[0]):
            assert mine is not None
            yield mine[0], "未编入索引"
            mine = next(told, None)
        elif mine is None or other[0] < mine[0]:
            yield other[0], "索引中多余"
            other = next(stands, None)
        else:
            if mine[1] != other[1]:
                yield mine[0], "索引内容陈旧"
            mine, other = next(told, None), next(stands, None)


def _whole(table: str) -> bool:
    """SQLite: does the index itself agree with the text that it keeps? PostgreSQL keeps both as one."""
    if connection.vendor == "postgresql":
        return True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO "{table}"("{table}") VALUES (%s)', ["integrity-check"])
    except DatabaseError:
        return False
    return True
