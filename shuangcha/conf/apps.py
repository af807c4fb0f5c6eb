from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ConfConfig(AppConfig):
    """Holds the management commands; it has no tables."""

    name = "shuangcha.conf"
    label = "conf"
    verbose_name = "装配"

    def ready(self) -> None:
        connection_created.connect(without_jit)


def without_jit(connection: Any, **_: Any) -> None:
    """Statements of a page read a page: PostgreSQL's compiler, on by default, takes fifty times as long as the reading.

    Said after connecting, not by libpq's `options`: PgBouncer refuses the start-up parameter, and an operator's own
    (`PGOPTIONS`) would be overwritten.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
