"""What a scratch database may forgo while it is filled: flushing, foreign keys, and every index that is no constraint.

An index built over what is there is sorted once; one that is kept up is looked into for each row. Afterwards the
database is as the program made it and opens it: the same indexes under the same text,
and the engine's own figures about its tables.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

SQLITE_FAST = ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF", "cache_size = -600000", "threads = 2")
SQLITE_SAFE = ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "cache_size = -2000", "threads = 0")
PG_FAST = {"synchronous_commit": "off", "work_mem": "'128MB'", "maintenance_work_mem": "'512MB'"}
SORTED = """
SELECT indexname, indexdef FROM pg_indexes i WHERE schemaname = current_schema() AND tablename LIKE ANY (ARRAY['casefile_%', 'audit_%'])
AND NOT EXISTS (SELECT 1 FROM pg_constraint c JOIN pg_class k ON k.oid = c.conindid
                WHERE k.relname = i.indexname AND k.relnamespace = current_schema()::regnamespace)
"""


class Quickened:
    """Context manager around the filling; outside of a transaction, and with the guards down."""

    def __enter__(self) -> None:
        self.indexes: list[str] = []
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                for one in SQLITE_FAST:
                    cursor.execute(f"PRAGMA {one}")
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
                    " AND (tbl_name LIKE 'casefile_%' OR tbl_name LIKE 'audit_%')"
                )
            else:
                for name, value in PG_FAST.items():
                    cursor.execute(f"SET {name} = {value}")
                if _is_superuser(cursor):  # else the foreign keys are checked row by row, which is slower only
                    cursor.execute("SET session_replication_role = replica")
                cursor.execute(SORTED)
            found = cursor.fetchall()
            for name, text in found:
                cursor.execute(f'DROP INDEX "{name}"')
                self.indexes.append(text)

    def __exit__(self, *wrong: object) -> None:
        with connection.cursor() as cursor:
            if wrong[0] is None:
                for text in self.indexes:
                    cursor.execute(text)
            if connection.vendor == "sqlite":
                for one in SQLITE_SAFE:
                    cursor.execute(f"PRAGMA {one}")
            else:
                for name in PG_FAST:
                    cursor.execute(f"RESET {name}")
                if _is_superuser(cursor):
                    cursor.execute("SET session_replication_role = origin")
                for (table,) in _tables(cursor):
                    cursor.execute(f'VACUUM ANALYZE "{table}"')


def _is_superuser(cursor: Any) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


def _tables(cursor: Any) -> list[tuple[str]]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return list(cursor.fetchall())
