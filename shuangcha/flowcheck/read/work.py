"""What the steps of one reading share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ..schema import Column
from .kinds import SENTENCES, WARNINGS
from .mapping import Entry, Mapping, Spec, usable
from .report import Report
from .stage import Staged


@dataclass(frozen=True)
class Part:
    """One entry of the mapping with one staged file; `number` is the file's index in `Work.names`."""

    entry: Entry
    staged: Staged
    number: int
    relation: str


@dataclass
class Work:
    """The scratch database with its tables, step by step:

    `rejects` and `warned` (tbl, src, row, col, code, value); `judged_<table>` (src, row, values v_*, codes e_*, raw
    texts r_*, bad); `numbers` (raw, key, free); `cases_in` (the good cases with their case_id); views `out_<table>`.
    """

    db: duckdb.DuckDBPyConnection
    folder: Path
    source: Path
    files: list[Path]
    mapping: Mapping
    report: Report
    progress: Callable[[str], None]
    years: tuple[int, int]
    names: list[str] = field(default_factory=list)
    columns: dict[str, dict[str, Spec]] = field(default_factory=dict)

    def one(self, statement: str, *values: object) -> int:
        """The number that a statement answers."""
        found = self.db.execute(statement, list(values)).fetchone()
        return int(found[0]) if found else 0

    def sentence(self, code: str) -> str:
        return (SENTENCES | WARNINGS)[code].format(last=self.years[1], first=self.years[0])

    def title(self, table: str, column: str) -> str:
        """The Chinese heading of a column; what is no column stands as it is."""
        found: Column | None = usable(table).get(column)
        return found.title if found else column


def has_case(table: str) -> bool:
    """Do the rows of this table belong to cases?"""
    return "case_number" in usable(table)
