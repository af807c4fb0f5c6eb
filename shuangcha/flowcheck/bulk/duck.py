"""DuckDB under a leash: memory, threads, spill folder, and a run that can be called off in the middle of a
statement."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import duckdb

from ..model import Cancelled

POLL = 0.2
"""Seconds between two looks at `cancelled` while a statement runs."""


class Duck:
    """One connection. `run` executes a statement; with `cancelled` it is interrupted when that turns true."""

    def __init__(self, spill: Path, memory_mb: int, threads: int, cancelled: Callable[[], bool] | None = None) -> None:
        self.con = duckdb.connect(
            config={
                "memory_limit": f"{int(memory_mb)}MB",
                "threads": int(threads),
                "temp_directory": str(spill),
                "preserve_insertion_order": False,
            }
        )
        self._cancelled = cancelled
        self._pool = ThreadPoolExecutor(1) if cancelled else None

    def run(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Execute and fetch. Raises Cancelled, duckdb.Error."""
        if self._pool is None or self._cancelled is None:
            return self._execute(sql, values)
        if self._cancelled():
            raise Cancelled
        job = self._pool.submit(self._execute, sql, values)
        while not wait([job], timeout=POLL).done:
            if self._cancelled():
                self.con.interrupt()
                wait([job])
                raise Cancelled
        return job.result()

    def _execute(self, sql: str, values: list[Any] | None) -> list[tuple[Any, ...]]:
        return self.con.execute(sql, values).fetchall() if values else self.con.execute(sql).fetchall()

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown()
        self.con.close()
