"""One case at once: an index beside the tables, since a column store needs tens of milliseconds to find a single case.

`build_store(folder)` writes `cases.sqlite`: one row per case, keyed by its 案号, with all its rows as compressed
JSON arrays in the order of the tables' columns.
`Store(folder).case(number)` gives the same CaseData as `read_case`, in well under a millisecond. The file is made from
the tables and says which ones (`data`): a store of other tables is refused.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from ..bulk.folder import data_hash
from ..model import CaseData
from ..schema import BY_NAME
from ..workplace import beside
from .errors import ReadError, disk_error
from .kinds import name as quoted
from .kinds import quote

FILE = "cases.sqlite"
PARTS = ("events", "suspensions", "money", "parties", "alerts", "petitions")
CHUNK = 20_000
_TURN: dict[str, Callable[[str], Any]] = {"day": date.fromisoformat, "instant": datetime.fromisoformat}


def build_store(folder: Path, *, memory_mb: int = 800, progress: Callable[[int, int], None] | None = None) -> Path:
    """Write the index of a data set folder, whole or not at all; returns its path. ReadError where the disk is full."""
    target, part = folder / FILE, beside(folder / FILE)
    try:
        with duckdb.connect(config={"threads": 2, "memory_limit": f"{memory_mb}MB"}) as db:
            present = {
                name: folder / f"{name}.parquet" for name in ("cases", *PARTS) if (folder / f"{name}.parquet").exists()
            }
            columns = {name: _columns(db, path) for name, path in present.items()}
            absent = sorted(
                f"{name}.{column.name}"
                for name in ("cases", *PARTS)
                for column in BY_NAME[name].columns
                if column.name not in columns.get(name, ())
            )
            last = db.execute(
                f"SELECT coalesce(max(case_id), 0) FROM read_parquet({quote(str(present['cases']))})"
            ).fetchall()[0][0]
            part.unlink(missing_ok=True)
            out = sqlite3.connect(part)
            try:
                out.executescript(
                    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT); CREATE TABLE kept (number TEXT PRIMARY KEY, rows BLOB);"
                )
                out.executemany(
                    "INSERT INTO facts VALUES (?, ?)",
                    [("data", data_hash(folder)), ("absent", json.dumps(absent)), ("columns", json.dumps(columns))],
                )
                for first in range(1, last + 1, CHUNK):
                    out.executemany(
                        "INSERT OR IGNORE INTO kept VALUES (?, ?)",
                        _chunk(db, present, columns, first, first + CHUNK - 1),
                    )
                    if progress:
                        progress(min(first + CHUNK - 1, last), last)
                out.commit()
            finally:
                out.close()
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(target)
    except (OSError, sqlite3.OperationalError, duckdb.Error) as error:
        full = isinstance(error, sqlite3.OperationalError)
        raise disk_error(error, folder) or ReadError(
            f"“{folder}”的单案索引没有建成（{'磁盘空间不足或无法写入' if full else '表无法读取'}），请清理后重试。"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _columns(db: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    return [row[0] for row in db.execute("DESCRIBE SELECT * FROM read_parquet($1)", [str(path)]).fetchall()]


def _chunk(
    db: duckdb.DuckDBPyConnection, present: dict[str, Path], columns: dict[str, list[str]], first: int, last: int
) -> Iterator[tuple[str, bytes]]:
    """(案号, compressed rows) of the cases first … last: {"cases": row, "events": [row, …], …},
    a row being its values."""

    def rows(name: str, value: str) -> str:
        return f"SELECT case_id, {value} FROM read_parquet({quote(str(present[name]))}) WHERE case_id BETWEEN $1 AND $2"

    def array(name: str) -> str:
        return f"json_array({', '.join(quoted(one) for one in columns[name])})"

    parts = {
        name: dict(
            db.execute(f"{rows(name, f'to_json(list({array(name)}))')} GROUP BY case_id", [first, last]).fetchall()
        )
        for name in PARTS
        if name in present
    }
    for case_id, number, row in db.execute(
        f"{rows('cases', 'case_number, ' + array('cases'))} ORDER BY case_number, case_id", [first, last]
    ).fetchall():
        told = ", ".join(
            [f'"cases": {row}', *(f'"{name}": {found[case_id]}' for name, found in parts.items() if case_id in found)]
        )
        yield number, zlib.compress(f"{{{told}}}".encode())


class Store:
    """An open index: `with Store(folder) as store: store.case(number)`. For one thread.
    ReadError where there is none."""

    def __init__(self, folder: Path, *, check: bool = True) -> None:
        path = folder / FILE
        if not path.exists():
            raise ReadError(f"“{folder}”没有单案索引，请先建立。")
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        facts = dict(self._db.execute("SELECT name, value FROM facts"))
        if check and facts.get("data") != data_hash(folder):
            self._db.close()
            raise ReadError(f"“{folder}”的单案索引与数据不符，请重新建立。")
        self._absent = frozenset(json.loads(facts["absent"]))
        self._columns: dict[str, list[str]] = json.loads(facts["columns"])
        self._turns = {
            name: [
                (column.name, _TURN[column.kind])
                for column in BY_NAME[name].columns
                if column.kind in _TURN and column.name in columns
            ]
            for name, columns in self._columns.items()
        }

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def case(self, case_number: str) -> CaseData | None:
        """All rows of one case, as `read_case` gives them; None where there is no such number."""
        found = self._db.execute("SELECT rows FROM kept WHERE number = ?", (case_number,)).fetchone()
        if found is None:
            return None
        told = json.loads(zlib.decompress(found[0]))
        parts = {name: [self._row(name, row) for row in rows] for name, rows in told.items() if name != "cases"}
        return CaseData(self._row("cases", told["cases"]), absent=self._absent, **parts)

    def _row(self, name: str, values: list[Any]) -> dict[str, Any]:
        row = dict(zip(self._columns[name], values, strict=True))
        for column, turn in self._turns[name]:
            if row[column] is not None:
                row[column] = turn(row[column])
        return row
