"""The index of single cases: the same rows as the tables, quickly, and never those of other tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from shuangcha.flowcheck import read_case
from shuangcha.flowcheck.generate import generate
from shuangcha.flowcheck.read import ReadError, Store, build_store


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "data"
    generate(folder, cases=300, seed=4)
    build_store(folder)
    return folder


def test_the_store_gives_what_the_tables_give(data: Path) -> None:
    numbers = [
        row[0]
        for row in duckdb.execute(
            "SELECT case_number FROM read_parquet($1) WHERE case_id % 13 = 5 OR case_id > 290",
            [str(data / "cases.parquet")],
        ).fetchall()
    ]
    with Store(data) as store:
        for number in numbers:
            assert store.case(number) == _listed(read_case(data, number))
        assert store.case("（2024）豫0302执99999号") is None and store.case("'; DROP TABLE kept; --") is None


def _listed(case: object) -> object:
    """A table without a row of the case is an empty list in one and an empty tuple in the other."""
    from dataclasses import fields, replace

    empty = {one.name: () for one in fields(case) if getattr(case, one.name) == []}  # type: ignore[arg-type]
    return replace(case, **empty)  # type: ignore[type-var]


def test_absent_columns_and_tables_are_known(data: Path, tmp_path: Path) -> None:
    for name in ("cases", "events"):
        drop = "EXCLUDE (entered_at)" if name == "events" else ""
        duckdb.execute(
            f"COPY (SELECT * {drop} FROM read_parquet('{data}/{name}.parquet') WHERE case_id <= 50) TO '{tmp_path}/{name}.parquet' (FORMAT parquet)"
        )
    build_store(tmp_path)
    number = duckdb.execute(
        "SELECT case_number FROM read_parquet($1) WHERE case_id = 7", [str(tmp_path / "cases.parquet")]
    ).fetchall()[0][0]
    with Store(tmp_path) as store:
        case = store.case(number)
    assert (
        case is not None
        and {"events.entered_at", "money.amount"} <= case.absent
        and case == _listed(read_case(tmp_path, number))
    )


def test_a_store_of_other_tables_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="没有单案索引"):
        Store(tmp_path)
    other = tmp_path / "other"
    generate(other, cases=24, seed=9)
    (other / "cases.sqlite").write_bytes((data / "cases.sqlite").read_bytes())
    with pytest.raises(ReadError, match="不符"):
        Store(other)
    build_store(other)
    with Store(other):
        pass
    assert not list(other.glob(".*part"))
