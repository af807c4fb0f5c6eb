"""Write the invented tables into a data set folder, in one stream per table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ..model import FlowError
from ..read.publish import Publishing
from . import tables
from .base import base_sql, rush_days, working_days, year_end
from .plan import BLOCK, SPECIALS
from .truth import truth_sql

AS_OF = date(2025, 6, 30)
LEAST = BLOCK


class GenerateError(FlowError):
    """Arguments that make no data; one Chinese sentence."""


def generate(
    folder: Path,
    *,
    cases: int,
    seed: int = 1,
    as_of: date = AS_OF,
    memory_mb: int = 1200,
    threads: int = 2,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Write `cases` invented cases into `folder` (made; must not hold a data set already); returns its manifest.

    GenerateError, or read.ReadError where the folder cannot be written.
    """
    if not 1 <= cases <= 50_000_000:
        raise GenerateError(f"案件数须为1至50000000的整数，现为{cases}。")
    if not 2023 <= as_of.year <= 2026:
        raise GenerateError(f"基准日{as_of}超出可生成的范围，须在2023年至2026年之间，例如：2025-06-30。")
    days, last = working_days(as_of)
    with (
        Publishing(folder) as out,
        duckdb.connect(
            config={"threads": threads, "memory_limit": f"{memory_mb}MB", "temp_directory": str(out.folder / "tmp")}
        ) as db,
    ):
        db.execute("SET preserve_insertion_order = true")
        db.execute("SET VARIABLE wd = $1::DATE[]", [days])
        db.execute("SET VARIABLE rush = $1::BOOLEAN[]", [rush_days(days)])
        db.execute(f"SET VARIABLE yearend = {year_end(days, last)}")
        db.execute(f"CREATE TEMP VIEW base AS {base_sql(cases, seed % 1_000_003, last)}")
        statements = {
            "cases": tables.cases_sql(),
            "events": tables.events_sql(seed % 1_000_003, last),
            "suspensions": tables.suspensions_sql(),
            "money": tables.money_sql(last),
            "parties": tables.parties_sql(),
            "alerts": tables.alerts_sql(last),
            "petitions": tables.petitions_sql(last),
            "supervised": tables.supervised_sql(),
            "truth": truth_sql(),
        }
        for name, statement in statements.items():
            if progress:
                progress(name)
            out.write(db, name, statement)
        return out.publish(
            source={"kind": "generated", "cases": cases, "seed": seed, "specials": len(SPECIALS)},
            taken_at=as_of.isoformat(),
        )
