"""Raw rows to typed rows: every value converted, every fault given its code, row by row in one pass."""

from __future__ import annotations

from collections.abc import Mapping

from ..schema import BY_NAME, SQL_TYPES, Column
from .kinds import KNOWN_WORDS, PERSONS, converted, name, quote, text_of
from .mapping import Spec, usable
from .work import Part, Work

HIDDEN = "（不显示）"
"""Stands in reports for a value that may name a private person."""


def _read_as(work: Work, table: str, part: Part, names: list[str], schema: Mapping[str, Column]) -> list[str]:
    """The columns of one file: for each of `names` its value v_*, the code e_* of what is wrong with it,
    its text r_*."""
    columns = ["_row AS row", f"{part.number} AS src"]
    for ours in names:
        column, spec = schema[ours], part.entry.columns.get(ours)
        if spec is None or spec.derive is not None:
            columns += [
                f"NULL::{SQL_TYPES[column.kind]} AS {name('v_' + ours)}",
                f"NULL::VARCHAR AS {name('e_' + ours)}",
                f"NULL::VARCHAR AS {name('r_' + ours)}",
            ]
            continue
        raw = quote(spec.constant) if spec.constant is not None else f"{name(spec.theirs or '')}::VARCHAR"
        if table == "events" and ours == "node" and part.entry.activities:
            whens = " ".join(
                f"WHEN {quote(theirs)} THEN {quote(one.node)}" for theirs, one in part.entry.activities.items()
            )
            value = f"CASE {text_of(raw)} {whens} ELSE {text_of(raw)} END"
            code = f"CASE WHEN {text_of(raw)} IS NULL THEN 'empty' END"
        else:
            value, code = converted(table, column, spec, raw, work.years)
        if ours == "outcome" and any(one.outcome for one in part.entry.activities.values()):
            value = f"coalesce({_outcome(part)}, {value})"
        columns += [
            f"{value} AS {name('v_' + ours)}",
            f"{code} AS {name('e_' + ours)}",
            f"left({raw}, 200) AS {name('r_' + ours)}",
        ]
    return columns


def _where(part: Part) -> str:
    return (
        f" WHERE {text_of(name(part.entry.columns[part.entry.skip_without].theirs or '') + '::VARCHAR')} IS NOT NULL"
        if part.entry.skip_without
        else ""
    )


def _set_aside(work: Work, table: str, names: list[str], schema: Mapping[str, Column]) -> None:
    """Wrong values as rejects, doubtful ones as warnings."""
    for ours in names:
        value = quote(HIDDEN) if (table, ours) in PERSONS else name("r_" + ours)
        work.db.execute(
            f"INSERT INTO rejects SELECT {quote(table)}, src, row, {quote(ours)}, {name('e_' + ours)}, {value} FROM judged_{table} WHERE {name('e_' + ours)} IS NOT NULL"
        )
        if schema[ours].kind in ("day", "instant"):
            work.db.execute(
                f"INSERT INTO warned SELECT {quote(table)}, src, row, {quote(ours)}, 'before_calendar', {name('r_' + ours)} FROM judged_{table} WHERE NOT bad AND year({name('v_' + ours)}) < {work.years[0]}"
            )
        if known := KNOWN_WORDS.get((table, ours)):
            work.db.execute(
                f"INSERT INTO warned SELECT {quote(table)}, src, row, {quote(ours)}, 'unknown_word', {name('r_' + ours)} FROM judged_{table} WHERE NOT bad AND {name('v_' + ours)} NOT IN ({', '.join(map(quote, known))})"
            )


def judge(work: Work, table: str, parts: list[Part]) -> None:
    """Table typed_<table>: src, row, raw key, values v_*, codes e_*, raw texts r_* of wrong ones; no case ids yet."""
    schema = {one.name: one for one in BY_NAME[table].columns} | usable(table)
    names = list(dict.fromkeys(ours for part in parts for ours in part.entry.columns))
    work.columns[table] = {
        ours: next(part.entry.columns[ours] for part in parts if ours in part.entry.columns) for ours in names
    }
    selects = []
    for part in parts:
        columns, where = _read_as(work, table, part, names, schema), _where(part)
        if table == "events" and "outcome" not in names and any(one.entry.activities for one in parts):
            columns.append(f"{_outcome(part)} AS v_outcome")
        selects.append(f"SELECT {', '.join(columns)} FROM {part.relation}{where}")
    if table == "events" and "outcome" not in names and any(one.entry.activities for one in parts):
        work.columns[table]["outcome"] = Spec("outcome")
    codes = [name("e_" + ours) for ours in names]
    bad = f"coalesce({', '.join(codes)}) IS NOT NULL" if len(codes) > 1 else f"{codes[0]} IS NOT NULL"
    work.db.execute(
        f"CREATE TABLE judged_{table} AS SELECT *, {bad} AS bad FROM ({' UNION ALL BY NAME '.join(selects)})"
    )
    malformed = {part.number: part.staged for part in parts}
    work.report.read[table] = work.one(f"SELECT count(*) FROM judged_{table}") + sum(
        len(one.rejected) for one in malformed.values()
    )
    _set_aside(work, table, names, schema)
    if table == "suspensions" and "end_on" in names:
        work.db.execute(
            "INSERT INTO rejects SELECT 'suspensions', src, row, 'end_on', 'order', r_end_on FROM judged_suspensions WHERE NOT bad AND v_end_on < v_start_on"
        )
        work.db.execute("UPDATE judged_suspensions SET bad = true WHERE v_end_on < v_start_on")
    for number, staged in malformed.items():
        for start in range(0, len(staged.rejected), 500):
            rows = [(table, number, row, code, value) for row, code, value in staged.rejected[start : start + 500]]
            marks = ", ".join("(?, ?, ?, '（整行）', ?, ?)" for _ in rows)
            work.db.execute(f"INSERT INTO rejects VALUES {marks}", [one for row in rows for one in row])


def _outcome(part: Part) -> str:
    spec = part.entry.columns["node"]
    raw = f"{name(spec.theirs)}::VARCHAR" if spec.theirs else quote(spec.constant or "")
    whens = " ".join(
        f"WHEN {quote(theirs)} THEN {quote(one.outcome)}"
        for theirs, one in part.entry.activities.items()
        if one.outcome
    )
    return f"CASE {text_of(raw)} {whens} END" if whens else "NULL::VARCHAR"
