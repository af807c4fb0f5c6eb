"""The test engines themselves: without them no other test means anything."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.harness import engines


@pytest.mark.django_db
def test_the_session_runs_on_the_engine_it_names() -> None:
    with connection.cursor() as cursor:
        if engines.engine_name() == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)  # memory databases answer "memory"
            for pragma, value in (("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0)):
                cursor.execute(f"PRAGMA {pragma}")
                assert cursor.fetchone() == (value,), pragma
        else:
            cursor.execute("SHOW server_version_num")
            assert int(cursor.fetchone()[0]) >= 150000


def test_a_fresh_database_is_migrated_and_its_own(fresh_database: engines.FreshDatabase) -> None:
    count = "SELECT count(*) FROM django_migrations"
    mark = "CREATE TABLE mark_of_one_test (id integer)"
    with fresh_database.connect() as one:
        assert one.execute(count).fetchone()[0] > 0
        one.execute(mark)
    with engines.fresh_database() as other, other.connect() as two:
        two.execute(mark)  # fails if both were one database
