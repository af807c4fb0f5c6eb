"""Triggers that only check: what the ledger forbids is forbidden in the bare data file too (house rules §5).

One declared list, written out for SQLite and for PostgreSQL. `pre_migrate` drops the triggers, because Django's remake
of a SQLite table fails while a trigger names it and silently loses the table's own; `post_migrate` builds them again. Both
lie in the one transaction of the command `migrate` (docs/migrations.md): nobody ever finds a database without them.

SQLite needs more than PostgreSQL. While `recursive_triggers` is off (the default of a bare file), INSERT OR REPLACE and
UPDATE OR REPLACE delete the row in their way without asking any DELETE trigger. So there every guarded table refuses a
row whose rowid or any unique key, partial ones included, is taken; the keys are read from the table itself.
"""

# ruff: noqa: S608 - the text of triggers is put together from names in this file; nothing comes from outside

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

SUBJECTS = {
    "clue": "线索",
    "meeting": "联席会议",
    "item": "议题",
    "matter": "双查案件",
    "assignment": "交办",
    "round": "调查轮次",
    "record": "调查记录",
    "report": "调查报告",
    "opinion": "检查意见",
    "duty": "处理事项",
}
"""Kinds that have a stage and a version, in the table `casefile_<kind>`, with the words for them."""

LEDGER = {
    "audit_edge": "流程表",
    "audit_step": "办理步骤",
    "audit_signature": "签名",
    "audit_seal": "封签",
    "audit_readlog": "查阅记录",
    "audit_proposal": "拟办事项",
    "audit_stream": "留痕链",
}
EVENTS = {"insert": "新增", "update": "改动", "delete": "删除", "truncate": "清空"}
PREFIX = "guard_"
# pg_trigger.tgtype: row 1, before 2, insert 4, delete 8, update 16, truncate 32
PG_TYPES = {"insert": 7, "delete": 11, "update": 19, "truncate": 34}


@dataclass(frozen=True)
class Guard:
    """One trigger: before `event` on `table`, refuse with the sentence of the first condition that holds."""

    table: str
    event: str
    place: str
    refusals: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.table}_{self.event}"

    def sqlite(self) -> str:
        body = "".join(f"\n  SELECT RAISE(ABORT, '双查:{says}') WHERE {when};" for when, says in self.refusals)
        return f'CREATE TRIGGER "{self.name}" BEFORE {self.event.upper()} ON "{self.table}"\nBEGIN{body}\nEND'

    def pg_body(self) -> str:
        checks = "".join(
            f"\n  IF {when} THEN RAISE EXCEPTION '双查:{says}' USING ERRCODE = 'check_violation'; END IF;"
            for when, says in self.refusals
        )
        return f"\nBEGIN{checks}\n  RETURN NEW;\nEND;\n"

    def postgres(self, schema: str) -> list[str]:
        each = "STATEMENT" if self.event == "truncate" else "ROW"
        return [
            # pg_temp last: a temporary table named like ours must not be asked instead of ours.
            f'CREATE OR REPLACE FUNCTION "{self.name}"() RETURNS trigger LANGUAGE plpgsql '
            f'SET search_path = "{schema}", pg_temp AS $guard${self.pg_body()}$guard$',
            f'CREATE TRIGGER "{self.name}" BEFORE {self.event.upper()} ON "{self.table}" '
            f'FOR EACH {each} EXECUTE FUNCTION "{self.name}"()',
            f'ALTER TABLE "{self.table}" ENABLE ALWAYS TRIGGER "{self.name}"',
        ]


def declared(connection: Any) -> list[Guard]:
    """Every guard that the tables which exist in this database must have."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        return list(_declare(connection, cursor, tables))


def install(connection: Any) -> None:
    """Build all guards anew, in one transaction."""
    with transaction.atomic(using=connection.alias):
        drop(connection)
        guards = declared(connection)
        with connection.cursor() as cursor:
            schema = _schema(cursor) if connection.vendor == "postgresql" else ""
            for guard in guards:
                for statement in guard.postgres(schema) if schema else [guard.sqlite()]:
                    cursor.execute(statement)


def drop(connection: Any) -> None:
    """Take all guards down (before a migration, or before a scratch database is seeded)."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _settle(connection)
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE %s",
                [PREFIX.replace("_", r"\_") + "%"],
            )
            statements = [f'DROP FUNCTION "{name}"() CASCADE' for (name,) in cursor.fetchall()]
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            statements = [f'DROP TRIGGER "{name}"' for (name,) in cursor.fetchall() if name.startswith(PREFIX)]
        for statement in statements:
            cursor.execute(statement)


def missing(connection: Any) -> list[str]:
    """What stands against serving: every guard that is absent, switched off or altered, every subject without a table.

    The text of each trigger is compared with the declared one, not only its name. Words are for people.
    """
    places = []
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table, title in _titles().items():
            if table not in tables:
                places.append(f"{title}(数据表不存在)")
        present = _present_pg(cursor) if connection.vendor == "postgresql" else _present_sqlite(cursor)
        for guard in _declare(connection, cursor, tables):
            found = present.get(guard.name)
            if found is None:
                places.append(f"{guard.place}(缺失)")
            elif found != _expected(connection, guard):
                places.append(f"{guard.place}(被改动或停用)")
    return places


def _titles() -> dict[str, str]:
    return {f"casefile_{kind}": title for kind, title in SUBJECTS.items()} | LEDGER


def _expected(connection: Any, guard: Guard) -> tuple[Any, ...]:
    if connection.vendor == "postgresql":
        return (guard.table, PG_TYPES[guard.event], "A", False, 0, guard.pg_body(), True)
    return (guard.table, guard.sqlite())


def _present_sqlite(cursor: Any) -> dict[str, tuple[Any, ...]]:
    cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {name: (table, sql) for name, table, sql in cursor.fetchall()}


def _present_pg(cursor: Any) -> dict[str, tuple[Any, ...]]:
    cursor.execute(
        "SELECT t.tgname, c.relname, t.tgtype, t.tgenabled::text, t.tgqual IS NOT NULL, cardinality(t.tgattr::int2[]),"
        " p.prosrc, coalesce(p.proconfig, '{}') = ARRAY[format('search_path=%I, pg_temp', current_schema())]"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    )
    return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


def _settle(connection: Any) -> None:
    """PostgreSQL alters no table while foreign-key checks of this transaction (edges loaded just now) are pending."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def _schema(cursor: Any) -> str:
    cursor.execute("SELECT current_schema()")
    return str(cursor.fetchone()[0])


# --- the list ---


def _declare(connection: Any, cursor: Any, tables: set[str]) -> Iterator[Guard]:
    is_pg = connection.vendor == "postgresql"
    titles = _titles()

    def differ(*columns: str) -> str:
        word = "IS DISTINCT FROM" if is_pg else "IS NOT"
        return "(" + " OR ".join(f'NEW."{c}" {word} OLD."{c}"' for c in columns) + ")"

    def guard(table: str, event: str, *refusals: tuple[str, str]) -> Iterator[Guard]:
        if not is_pg and event in {"insert", "update"} and refusals != (never(table, event),):
            refusals = (*_taken(cursor, table, titles[table], other=event == "update"), *refusals)
        if refusals and (is_pg or event != "truncate"):
            yield Guard(table, event, titles[table] + EVENTS[event], refusals)

    def never(table: str, event: str) -> tuple[str, str]:
        return ("1 = 1", f"{titles[table]}不得{EVENTS[event]}。")

    def frozen(table: str, *events: str) -> Iterator[Guard]:
        for event in events:
            yield from guard(table, event, never(table, event))

    for kind in SUBJECTS:
        if (table := f"casefile_{kind}") in tables:
            yield from guard(table, "insert", *_birth(titles[table]))
            yield from guard(table, "update", *_change(kind, titles[table], differ))
            yield from frozen(table, "delete", "truncate")
    if not LEDGER.keys() <= tables:  # before the first migration of this room
        return
    yield from frozen("audit_edge", "insert", "update", "delete", "truncate")
    yield from guard("audit_step", "insert", *_next_step())
    yield from guard("audit_signature", "insert", *_signing())
    yield from guard("audit_seal", "insert", *_next_seal())
    yield from guard("audit_readlog", "insert")
    for table in ("audit_step", "audit_signature", "audit_seal", "audit_readlog"):
        yield from frozen(table, "update", "delete", "truncate")
    yield from guard("audit_proposal", "insert")
    yield from guard("audit_proposal", "update", *_proposal_change(_columns(connection, cursor), differ))
    empty = "NEW.seq <> 0 OR NEW.sealed_seq <> 0 OR NEW.head_sha <> ''"
    yield from guard("audit_stream", "insert", (empty, "新的留痕链必须为空。"))
    yield from guard("audit_stream", "update", *_head_change(differ))
    for table in ("audit_proposal", "audit_stream"):
        yield from frozen(table, "delete", "truncate")


def _birth(title: str) -> list[tuple[str, str]]:
    return [("NEW.stage <> '' OR NEW.version <> 0", f"{title}不得直接以某一阶段新增，阶段只能随办理步骤改变。")]


def _change(kind: str, title: str, differ: Any) -> list[tuple[str, str]]:
    moved = differ("stage", "version")
    step = (
        "SELECT 1 FROM audit_step s JOIN audit_edge e ON e.key = s.edge_id"
        f" WHERE s.subject_kind = '{kind}' AND s.subject_id = OLD.id AND s.subject_version = NEW.version AND s.raised"
        f" AND e.subject_kind = '{kind}' AND e.from_stage = OLD.stage AND e.to_stage = NEW.stage"
        " AND e.raises AND e.edition <> ''"
    )
    return [
        (differ("id", "uid"), f"{title}的编号不得改动。"),
        (f"{moved} AND NEW.version <> OLD.version + 1", f"{title}的版本每次只能随办理步骤加一。"),
        (f"{moved} AND NOT EXISTS ({step})", f"没有与此改变相符的办理步骤，{title}的阶段不得改动。"),
        (
            f"{moved} AND NOT EXISTS ({step} AND (NOT e.joint OR {_two('s.proposal_id', 's.content_sha')}))",
            f"联合办理须有两个机构、两名人员对同一内容的签名，{title}的阶段不得改动。",
        ),
    ]


def _two(proposal: str, content_sha: str) -> str:
    """方案中的联合: two signatures of two bodies and two persons over the same content."""
    over = f"FROM audit_signature g WHERE g.proposal_id = {proposal} AND g.content_sha = {content_sha}"
    counts = (f"(SELECT COUNT(DISTINCT g.{who}) {over}) >= 2" for who in ("body_id", "person_id"))
    return f"({' AND '.join(counts)})"


def _next_step() -> list[tuple[str, str]]:
    return [
        (
            "NOT (NEW.seq = 1 AND NEW.prev_sha = '' OR EXISTS (SELECT 1 FROM audit_step p"
            " WHERE p.stream_id = NEW.stream_id AND p.seq = NEW.seq - 1 AND p.sha = NEW.prev_sha))",
            "办理步骤必须紧接本链的上一步。",
        ),
        (
            "NOT EXISTS (SELECT 1 FROM audit_edge e WHERE e.key = NEW.edge_id AND e.edition <> '')",
            "流程表中没有这一步，不得登记。",
        ),
        (
            "EXISTS (SELECT 1 FROM audit_edge e WHERE e.key = NEW.edge_id AND e.joint)"
            f" AND NOT {_two('NEW.proposal_id', 'NEW.content_sha')}",
            "联合办理须有两个机构、两名人员对同一内容的签名，不得登记。",
        ),
    ]


def _signing() -> list[tuple[str, str]]:
    return [
        (
            "NOT EXISTS (SELECT 1 FROM audit_proposal p WHERE p.id = NEW.proposal_id AND p.status = 'open'"
            " AND p.content_sha = NEW.content_sha)",
            "只能对尚未办结的拟办事项、按其现有内容签名。",
        )
    ]


def _next_seal() -> list[tuple[str, str]]:
    return [
        (
            "NOT (NEW.seq = 1 AND NEW.prev_root = '' OR EXISTS (SELECT 1 FROM audit_seal p"
            " WHERE p.seq = NEW.seq - 1 AND p.root = NEW.prev_root))",
            "封签必须紧接上一封签。",
        )
    ]


def _proposal_change(columns: Sequence[str], differ: Any) -> list[tuple[str, str]]:
    fixed = [column for column in columns if column not in {"status", "closed_at"}]
    return [
        (differ(*fixed), "拟办事项的内容不得改动。"),
        (f"OLD.status <> 'open' AND {differ('status', 'closed_at')}", "已办结的拟办事项不得改动。"),
    ]


def _head_change(differ: Any) -> list[tuple[str, str]]:
    return [
        (differ("key"), "留痕链的名称不得改动。"),
        ("NEW.seq < OLD.seq", "留痕链不得缩短。"),
        (
            f"{differ('seq', 'head_sha')} AND NOT EXISTS (SELECT 1 FROM audit_step s"
            " WHERE s.stream_id = NEW.key AND s.seq = NEW.seq AND s.sha = NEW.head_sha)",
            "留痕链的链头必须是本链的最后一步。",
        ),
        ("NEW.sealed_seq < OLD.sealed_seq OR NEW.sealed_seq > NEW.seq", "封签位置只能前进，且不得超过链头。"),
    ]


def _columns(connection: Any, cursor: Any) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, "audit_proposal")]


def _taken(cursor: Any, table: str, title: str, *, other: bool = False) -> list[tuple[str, str]]:
    """SQLite: refusals for a row whose rowid or unique key is held by a row (by another row, when `other`)."""
    says = f"{title}已有相同编号或唯一字段的记录，不得覆盖。"
    apart = " AND rowid IS NOT OLD.rowid" if other else ""
    # The rowid counts even where the key is a text: REPLACE by rowid is a way round the key.
    refusals = [
        ("NEW.rowid IS NOT OLD.rowid", says)
        if other
        else (f'EXISTS (SELECT 1 FROM "{table}" WHERE rowid = NEW.rowid)', says)
    ]
    cursor.execute(f'PRAGMA index_list("{table}")')
    for _, index, unique, *_ in sorted(cursor.fetchall(), key=lambda row: str(row[1])):
        if not unique:
            continue
        cursor.execute(f'PRAGMA index_info("{index}")')
        columns = [row[2] for row in cursor.fetchall()]
        if None in columns:
            raise NotImplementedError(f"{table}: a unique index over an expression ({index}) cannot be guarded")
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = %s", [index])
        sql = (cursor.fetchone() or ("",))[0] or ""
        same = " AND ".join(f'"{c}" = NEW."{c}"' for c in columns)
        only = sql.partition(") WHERE ")[2]
        if not only:
            refusals.append((f'EXISTS (SELECT 1 FROM "{table}" WHERE {same}{apart})', says))
            continue
        # A partial key binds rows that meet its condition; the new row is asked as a table of one row.
        cursor.execute(f'PRAGMA table_info("{table}")')
        names = [row[1] for row in cursor.fetchall()]
        new = ", ".join(f'NEW."{name}" AS "{name}"' for name in names if f'"{name}"' in only)
        refusals.append(
            (
                f"EXISTS (SELECT 1 FROM (SELECT {new}) WHERE {only})"
                f' AND EXISTS (SELECT 1 FROM "{table}" WHERE {same} AND ({only}){apart})',
                says,
            )
        )
    return refusals


# --- hooks of migrate ---


def before_migrate(using: str, plan: list[Any], **_: Any) -> None:
    """pre_migrate: take the guards down when a table may be remade."""
    if plan:
        drop(connections[using])


def after_migrate(using: str, **_: Any) -> None:
    """post_migrate: load the plan's edges, then build the guards; one transaction, so no reader sees them missing."""
    from . import edges

    connection = connections[using]
    rows, edition = edges.from_plan()
    with connection.cursor() as cursor:
        if "audit_edge" not in connection.introspection.table_names(cursor):
            return
    with transaction.atomic(using=using):
        if rows is not None and edges.differs(rows, edition, using=using):
            drop(connection)
            edges.load(rows, edition, using=using)
        if any(not place.endswith("(数据表不存在)") for place in missing(connection)):
            install(connection)
