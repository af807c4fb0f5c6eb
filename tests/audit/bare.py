"""The bare database, as someone with the file (or a psql prompt) has it: the driver's defaults, no Django."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

from tests.harness.engines import FreshDatabase


class Bare:
    """Raw SQL on one connection. All that happens in `undone()` is rolled back."""

    def __init__(self, database: FreshDatabase, connection: Any) -> None:
        self.engine = database.engine
        self.connection = connection

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    @contextlib.contextmanager
    def undone(self) -> Iterator[None]:
        self.run("BEGIN")
        try:
            yield
        finally:
            self.run("ROLLBACK")

    def columns(self, table: str) -> list[tuple[str, str, bool]]:
        """(name, type, must be given) of the table's columns."""
        if self.engine == "sqlite":
            rows = self.run(f'PRAGMA table_info("{table}")')
            return [(row[1], row[2].lower(), bool(row[3]) and row[1] != "id") for row in rows]
        rows = self.run(
            "SELECT column_name, data_type, is_nullable = 'NO' AND is_identity = 'NO' FROM information_schema.columns"
            f" WHERE table_name = '{table}' AND table_schema = current_schema()"
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def insert(self, table: str, verb: str = "INSERT", **given: Any) -> None:
        """Insert a row; what is not given but must be is filled with something of the right type."""
        values = dict(given)
        for name, kind, needed in self.columns(table):
            if needed and name not in values:
                values[name] = _filler(kind)
        names = ", ".join(f'"{name}"' for name in values)
        literals = ", ".join(_literal(value) for value in values.values())
        self.run(f'{verb} INTO "{table}" ({names}) VALUES ({literals})')

    def one(self, table: str, where: str = "1 = 1") -> dict[str, Any]:
        """The columns of one row, the lowest id first."""
        names = [name for name, _, _ in self.columns(table)]
        quoted = ", ".join(f'"{name}"' for name in names)
        row = self.run(f'SELECT {quoted} FROM "{table}" WHERE {where} ORDER BY 1 LIMIT 1')[0]
        return dict(zip(names, row, strict=True))

    def refusal(self, sql: Any) -> str | None:
        """What the database says to a statement (or to a function that runs some); None when it does as told."""
        self.run("SAVEPOINT attack")
        try:
            sql() if callable(sql) else self.run(sql)
        except Exception as wrong:  # two drivers, two families of errors
            self.run("ROLLBACK TO SAVEPOINT attack")
            return str(wrong)
        self.run("RELEASE SAVEPOINT attack")
        return None

    def take_away(self, table: str, event: str) -> None:
        on = "" if self.engine == "sqlite" else f' ON "{table}"'
        self.run(f'DROP TRIGGER "guard_{table}_{event}"{on}')


def _filler(kind: str) -> Any:
    if "uuid" in kind or kind == "char(32)":
        return uuid.uuid4().hex
    if "char" in kind or "text" in kind:
        return ""
    if "bool" in kind:
        return False
    if kind == "date":
        return "2026-03-02"
    if "time" in kind:
        return "2026-03-02 09:00:00+00"
    return 1


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
