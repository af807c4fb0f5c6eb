"""A large CSV with one broken row in a hundred: written, read, and held to what must be kept."""

from __future__ import annotations

import resource
from datetime import date
from pathlib import Path

import duckdb

from shuangcha.flowcheck.read import load

DAY = date(2025, 6, 30)


def read_many(folder: Path, rows: int, *, memory_mb: int, most_mb: int) -> str:
    """Write `rows` events of a thousand cases below `folder`, read them, assert; returns what was measured.

    `memory_mb` is given to the reader; the peak of this process may grow by `most_mb`.
    """
    source, target = folder / "raw", folder / "data"
    source.mkdir()
    with (source / "cases.csv").open("w", encoding="utf-8") as file:
        file.write("case_number,court,kind,filed_on\n")
        file.writelines(f"（2024）豫0302执{number}号,豫0302,enforcement,2024-05-20\n" for number in range(1, 1001))
    with (source / "events.csv").open("w", encoding="utf-8") as file:
        file.write("case_number,node,event_at\n")
        file.writelines(
            f"（2024）豫0302执{number % 1000 + 1}号,N06,{'某日' if number % 100 == 0 else '2024-05-22'}\n"
            for number in range(rows)
        )
    before = resource.getrusage(resource.RUSAGE_SELF)
    report = load(source, target, taken_at=DAY, mapping=None, memory_mb=memory_mb)
    after = resource.getrusage(resource.RUSAGE_SELF)
    grown, cpu = (
        (after.ru_maxrss - before.ru_maxrss) >> 10,
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    )
    assert report.kept["events"] == rows - rows // 100 and report.rejected_rows["events"] == rows // 100
    with (target / "rejected.csv").open(encoding="utf-8") as told:
        assert sum(1 for _ in told) == rows // 100 + 1
    assert duckdb.execute("SELECT count(*) FROM read_parquet($1)", [str(target / "events.parquet")]).fetchall() == [
        (rows - rows // 100,)
    ]
    assert grown < most_mb, f"{grown} MB"
    return f"{rows} rows, {rows // 100} broken: {cpu:.1f} CPU s, peak {after.ru_maxrss >> 10} MB"
