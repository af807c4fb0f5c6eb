"""What a page reads does not grow with the database: seeded at 1e3 and 1e4 matters (at 1e5 by `bench`,
which asserts the same).

On SQLite steps of its machine are counted (a page row costs some 40 to 190 of them), on PostgreSQL the rows that the
executed plans read. Three readers: who sees all matters, who sees one court's, who was let into five.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.engine import run, scratch
from bench.reads import too_much
from tests.harness.engines import engine_name


@pytest.fixture(scope="module")
def read() -> Iterator[list[dict[str, Any]]]:
    """One scratch database, measured at both sizes."""
    base = os.environ["SHUANGCHA_TEST_URL"] if engine_name() == "postgres" else "sqlite://"
    with (
        tempfile.TemporaryDirectory(prefix="shuangcha-plans-") as folder,
        scratch(base, Path(folder), "plans") as env,
    ):
        sizes = json.loads(run(env, "bench.reads", "1000", "10000").splitlines()[-1])
        if engine_name() == "sqlite":
            sizes[-1]["scans"] = json.loads(run(env, "bench.scans").splitlines()[-1])
        yield sizes


def found(read: list[dict[str, Any]], part: str) -> dict[str, tuple[int, int]]:
    """{read: (at 1e3, at 1e4)} of what grew, or touches more than a page may."""
    small, large = read[0][part], read[1][part]
    return too_much(small, large, "postgresql" if engine_name() == "postgres" else "sqlite")


def test_the_seeded_rows_verify(read: list[dict[str, Any]]) -> None:
    assert [one["done"]["matters"] >= n for one, n in zip(read, (1_000, 10_000), strict=True)] == [True, True]
    assert all(one["verify"]["ok"] and one["verify"]["checked"]["sampled_steps"] > 100 for one in read)


def test_lists_walked_along_an_index_read_a_page(read: list[dict[str, Any]]) -> None:
    assert not found(read, "walked")


def test_the_measure_finds_a_condition_on_the_whole_table(read: list[dict[str, Any]]) -> None:
    """The same lists as one condition: what a narrow reader may not see is passed over row by row,
    and that is found."""
    assert "todos all" in found(read, "conditions")


def test_the_pages_themselves_read_a_page(read: list[dict[str, Any]]) -> None:
    assert not found(read, "pages")


if engine_name() == "sqlite":
    KNOWN = {"/": {"audit_step"}}
    """The newest steps by their ids, LOOKED_BACK of them at most."""

    def test_no_statement_passes_over_a_table_that_grows(read: list[dict[str, Any]]) -> None:
        """The pages, the addresses of one file with what may be done on it, a joint act: whatever the size."""
        scans = read[-1]["scans"]
        assert {"/", "/due/", "/figures/", "/api/v1/matter/UID/overview", "act"} <= scans.keys()
        wrong = {
            path: [one for one in found if not KNOWN.get(path, set()) & set(one.split("|"))]
            for path, found in scans.items()
        }
        assert {path: found for path, found in wrong.items() if found} == {}
