"""A run over a folder of Parquet tables: findings.parquet, evidence.parquet and summary.json,
all at once or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb

from ...periods import Calendar
from ..model import Cancelled, CaseData, Finding, FlowError, RuleSet, Source, Summary
from ..schema import BY_NAME, TABLES
from ..workplace import beside
from .duck import Duck
from .engine import run

Progress = Callable[[int, int, str], None]


def check_folder(
    folder: Path,
    out: Path,
    *,
    rules: RuleSet,
    as_of: date,
    engine: str = "duckdb",
    spark: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    memory_mb: int = 1500,
    threads: int = 2,
    calendar: Calendar | None = None,
) -> Summary:
    """Judge every case of `folder` on `as_of` and publish the findings as the folder `out` (replaced if it exists).

    `spark`: settings of Spark's own for the engine of that name.
    Raises FlowError (no table, a date outside the calendar, disk full), Cancelled. Nothing is left behind then.
    """
    began = monotonic()
    calendar = calendar or Calendar.bundled()
    if engine not in ("duckdb", "spark"):
        raise FlowError(f"引擎“{engine}”无法识别，可用：duckdb、spark。")
    out.parent.mkdir(parents=True, exist_ok=True)
    part = beside(out)
    try:
        part.mkdir(mode=0o700)
        (part / "spill").mkdir()
        duck = Duck(part / "spill", memory_mb, threads, cancelled)
        try:
            own = (spark or {}) if engine == "spark" else None
            counts = run(duck, folder, part, rules, as_of, calendar, own, progress)
        finally:
            duck.close()
        shutil.rmtree(part / "spill")
        summary = Summary(
            counts.cases,
            counts.events,
            counts.findings,
            counts.unable,
            rules.version,
            data_hash(folder),
            as_of,
            engine,
            round(monotonic() - began, 3),
        )
        told = summary.__dict__ | {"as_of": as_of.isoformat(), "calendar": calendar.version}
        (part / "summary.json").write_text(json.dumps(told, ensure_ascii=False, indent=1, default=dict), "utf-8")
        if cancelled and cancelled():
            raise Cancelled
        _put(part, out)
    except duckdb.Error as error:
        raise FlowError(f"检查没有完成，结果未发布：{str(error).splitlines()[0]}") from error
    except OSError as error:
        raise FlowError(f"写入结果失败，结果未发布：{error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return summary


def _put(part: Path, out: Path) -> None:
    """Rename the finished folder into its place; an older one goes away after."""
    os.chmod(part, 0o755)  # noqa: S103 private while it was written
    if not out.exists():
        os.rename(part, out)
        return
    old = beside(out, "old")
    os.rename(out, old)
    os.rename(part, out)
    shutil.rmtree(old, ignore_errors=True)


def data_hash(folder: Path) -> str:
    """SHA-256 over the hashes of the tables as the manifest gives them, else over the files."""
    manifest = folder / "manifest.json"
    known: dict[str, Any] = {}
    if manifest.exists():
        told = json.loads(manifest.read_text("utf-8"))
        known = {
            name: one.get("sha256") if isinstance(one, dict) else one
            for name, one in (told.get("tables") or {}).items()
        }
    total = hashlib.sha256()
    for table in TABLES:
        path = folder / f"{table.name}.parquet"
        if not path.exists():
            continue
        digest = known.get(table.name)
        if not isinstance(digest, str):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{table.name}:{digest}\n".encode())
    return total.hexdigest()


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, values)
    names = [one[0] for one in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def read_case(folder: Path, case_number: str) -> CaseData | None:
    """All rows of one case; None where there is no such number."""
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        path = folder / "cases.parquet"
        found = _rows(
            con,
            "SELECT * FROM read_parquet(?) WHERE case_number = ? ORDER BY case_id LIMIT 1",
            [str(path), case_number],
        )
        if not found:
            return None
        case_id = found[0]["case_id"]
        parts: dict[str, Any] = {}
        absent: set[str] = set()
        for name in ("cases", "events", "suspensions", "money", "parties", "alerts", "petitions"):
            path = folder / f"{name}.parquet"
            columns: set[str] = set()
            if path.exists():
                columns = {
                    row[0] for row in con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
                }
                if name != "cases":
                    parts[name] = _rows(con, "SELECT * FROM read_parquet(?) WHERE case_id = ?", [str(path), case_id])
            absent |= {f"{name}.{one.name}" for one in BY_NAME[name].columns if one.name not in columns}
        return CaseData(found[0], absent=frozenset(absent), **parts)


def read_findings(
    out: Path, case_id: int | None = None, rule: str | None = None, limit: int | None = None
) -> list[Finding]:
    """Findings of a run, in the order of the file; `case_id`, `rule`: of that case or rule only."""
    where, values = [], [str(out / "findings.parquet")]
    if case_id is not None:
        where.append(f"case_id = {int(case_id)}")
    if rule is not None:
        where.append("rule = ?")
        values.append(rule)
    sql = "SELECT * FROM read_parquet(?)" + (f" WHERE {' AND '.join(where)}" if where else "") + " ORDER BY finding"
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        return [finding_of(row) for row in _rows(con, sql, values)]


def finding_of(row: dict[str, Any]) -> Finding:
    """A row of findings.parquet as a Finding."""
    source = None
    if row["law"] is not None:
        source = Source(row["law"], row["law_version"], row["article"], row["mark"])
    return Finding(
        row["case_id"],
        row["case_number"],
        row["court"],
        row["rule"],
        row["title"],
        row["family"],
        row["severity"],
        row["happened_at"],
        row["operator"],
        tuple(row["event_ids"] or ()),
        row["nominal"],
        row["due"],
        json.loads(row["facts"]),
        row["reason"],
        source,
    )
