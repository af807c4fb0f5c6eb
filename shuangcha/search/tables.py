"""The tables of the index: FTS5 on SQLite, a GIN index over arrays on PostgreSQL. No extension is needed on either.

SQLite: the tokenizer `ascii` takes every code point above 127 for a letter, so a pair is a token; `prefix='1'` answers
queries of one character. The table keeps its text: one without cannot be updated before SQLite 3.43. It is written by
code and never by a trigger, which `trusted_schema=OFF` forbids.

PostgreSQL: the pairs as an array, and the single characters as another; plain arrays, so that no position limit of
tsvector (255 for a word) can lose a hit: the order of the pairs is asked of the text itself.
"""

# ruff: noqa: S608 - names of this file only

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

TABLES = ("search_clue", "search_matter")
PAIRS, SINGLES = "string_to_array(grams, ' ')", "string_to_array(grams, NULL)"
"""The expressions that the two GIN indexes hold; a query must use this very text."""


def create(connection: Any, table: str) -> None:
    """An empty table, on PostgreSQL without its index yet: that is built faster over what is there (`finish`)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'CREATE TABLE "{table}" (rowid bigint PRIMARY KEY, grams text NOT NULL)')
        else:
            cursor.execute(
                f"""CREATE VIRTUAL TABLE "{table}" USING fts5(grams, tokenize='ascii', prefix='1', columnsize=0)"""
            )


def finish(connection: Any, table: str) -> None:
    """The index of a filled table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Without fastupdate no search reads through a list of what waits, and no act pays for the others' rows.
            for name, parts in (("pairs", PAIRS), ("singles", SINGLES)):
                cursor.execute(
                    f'CREATE INDEX "{table}_{name}" ON "{table}" USING gin (({parts})) WITH (fastupdate = off)'
                )
            cursor.execute(f'ANALYZE "{table}"')
        else:
            cursor.execute(f'INSERT INTO "{table}"("{table}") VALUES (%s)', ["optimize"])


def drop(connection: Any, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS "{table}"')


def fill(connection: Any, table: str, rows: Iterable[tuple[int, str]], size: int = 1000) -> int:
    """Put (id, grams) into an empty table; returns how many."""
    count, chunk = 0, []
    with connection.cursor() as cursor:
        for row in rows:
            chunk.append(row)
            if len(chunk) == size:
                cursor.executemany(f'INSERT INTO "{table}"(rowid, grams) VALUES (%s, %s)', chunk)
                count, chunk = count + len(chunk), []
        if chunk:
            cursor.executemany(f'INSERT INTO "{table}"(rowid, grams) VALUES (%s, %s)', chunk)
    return count + len(chunk)
