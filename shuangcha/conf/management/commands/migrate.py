"""`migrate`, whole or not at all (docs/migrations.md): guards down, every migration, guards up are one transaction.

Django commits each migration by itself. Here a migrate that is killed, or that fails, leaves the database as it was, its
guards standing. It waits for other connections a few seconds only, and it goes forward only.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections, transaction

from shuangcha.acts import rebuild
from shuangcha.clock import business

LOCK_SECONDS = 5
"""How long one statement waits on PostgreSQL for a table that another connection holds."""
BUSY = ("55P03", "40P01")
"""lock_not_available, deadlock_detected."""
HELD = "数据库正被其他连接占用，迁移没有进行，数据库保持原样；请先停止网页服务、后台任务和备份，再重新运行。"
FORWARD = "迁移只能向前，数据库保持原样；要回到从前，请恢复升级前的备份。"


class Command(Migrate):
    applied = False

    def handle(self, *args: Any, **options: Any) -> None:
        self.connection = connection = connections[options["database"]]
        if connection.vendor == "sqlite":
            # SQLite remakes tables, and checks of foreign keys can be switched off outside of a transaction only.
            connection.ensure_connection()
            connection.disable_constraint_checking()
        try:
            with transaction.atomic(using=options["database"]):
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
                super().handle(*args, **options)
                if self.applied:
                    # Whose turn it is is worked out by this program, not by the one that wrote the rows.
                    rebuild.write_todos(business.today())
        except OperationalError as wrong:
            if not _held(wrong):
                raise
            self._refuse(HELD)
        finally:
            if connection.vendor == "sqlite":
                connection.enable_constraint_checking()

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "unapply_start":
            self._refuse(FORWARD)
        if action == "apply_success":  # as its own commit would: the next one alters no table with checks pending
            self.connection.check_constraints()
            self.applied = True
        super().migration_progress_callback(action, migration, fake)

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(1)


def _held(wrong: OperationalError) -> bool:
    return getattr(wrong.__cause__, "sqlstate", "") in BUSY or "database is locked" in str(wrong)
