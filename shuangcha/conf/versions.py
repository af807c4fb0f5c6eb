"""What stands here in versions: the program, the tables, the plan, the ledger's header, the engine. Only reads."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

import shuangcha
from shuangcha.audit import chain
from shuangcha.plan.model import EDITION

NOT_YET = "数据库尚未建立，请先运行 python3 go.py run。"
UNREACHABLE = "数据库连接不上，请检查 DATABASE_URL 与数据库服务。"


def told() -> dict[str, Any]:
    """{program, editions, header, engine, schema, note}; without a database `schema` is None and `note` says why."""
    schema, note = None, ""
    try:
        schema = applied()
        note = "" if schema else NOT_YET
    except DatabaseError:
        note = UNREACHABLE
    if schema and schema["pending"]:
        note = "数据库的版本与程序不符，请先运行 python3 go.py run，或 python3 go.py do migrate。"
    return {
        "program": shuangcha.__version__,
        "schema": schema,
        "editions": [EDITION],
        "header": chain.HEADER_FORMAT,
        "engine": engine(schema is not None),
        "note": note,
    }


def applied() -> dict[str, Any] | None:
    """Leaf migrations per app as the database has them, their digest, and what the program would still run.

    None where there is no database yet; nothing is made by asking. DatabaseError where its server does not answer.
    """
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return None
    if not MigrationRecorder(connection).has_table():
        return None
    loader = MigrationLoader(connection)
    done = {key for key in loader.applied_migrations if key in loader.graph.nodes}
    unknown = {key for key in loader.applied_migrations if key not in loader.graph.nodes}
    heads = [
        key for key in done if not any(child.key in done and child.key[0] == key[0] for child in _children(loader, key))
    ]
    leaves = dict(sorted([*heads, *unknown]))
    pending = sorted(f"{app}.{name}" for app, name in loader.graph.nodes if (app, name) not in done)
    return {"leaves": leaves, "digest": digest(leaves), "pending": pending}


def digest(leaves: dict[str, str]) -> str:
    """One SHA-256 over the leaf migrations: equal digests mean equal tables."""
    return hashlib.sha256(chain.canonical(leaves).encode()).hexdigest()


def engine(there: bool) -> str:
    """The engine with its version; of a PostgreSQL that does not answer the name alone."""
    if connection.vendor == "sqlite":
        return f"sqlite {sqlite3.sqlite_version}"
    if not there:
        return "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"postgresql {str(cursor.fetchone()[0]).split()[0]}"


def _children(loader: MigrationLoader, key: tuple[str, str]) -> Any:
    return loader.graph.node_map[key].children
