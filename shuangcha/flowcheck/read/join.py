"""案号 to case ids, the other tables to their cases, and the views that are written out."""

from __future__ import annotations

import csv

from ...numbers import NumberError, parse_or_raw
from ..schema import BY_NAME, SQL_TYPES
from .errors import ReadError
from .kinds import PERSONS, name, quote
from .mapping import Spec
from .work import Part, Work, has_case

BATCH = 20_000


def number_cases(work: Work, parts: list[Part]) -> None:
    """Tables numbers (raw → key) and cases_in (key → case_id); duplicates and orphans are set aside."""
    _numbers(work)
    mine = work.columns["cases"]
    link = "v_case_id" if "case_id" in mine else "NULL::VARCHAR"
    collapse = {part.number for part in parts if part.entry.table == "cases"} & {
        part.number for part in parts if part.entry.table == "events" and part.staged.encoding != "xes"
    }
    derived = [spec for spec in mine.values() if spec.derive]
    joined, values = _derived(work, derived) if derived else ("", [])
    replace = f" REPLACE ({', '.join(values)})" if values else ""
    work.db.execute(
        f"CREATE TABLE keyed AS SELECT c.*{replace}, n.key, n.free, {link} AS link,"
        f" row_number() OVER (PARTITION BY n.key ORDER BY src, row) AS turn FROM judged_cases c JOIN numbers n ON n.raw = c.v_case_number{joined} WHERE NOT bad"
    )
    for spec in derived:
        if BY_NAME["cases"].column(spec.ours).required:
            work.db.execute(
                f"INSERT INTO rejects SELECT 'cases', src, row, {quote(spec.ours)}, 'empty', NULL FROM keyed WHERE turn = 1 AND {name('v_' + spec.ours)} IS NULL"
            )
            work.db.execute(f"DELETE FROM keyed WHERE {name('v_' + spec.ours)} IS NULL")
    keep = f" AND src NOT IN ({', '.join(map(str, collapse))})" if collapse else ""
    work.db.execute(
        f"INSERT INTO rejects SELECT 'cases', src, row, 'case_number', 'duplicate', r_case_number FROM keyed WHERE turn > 1{keep}"
    )
    if collapse:
        work.report.read["cases"] -= work.one(
            f"SELECT count(*) FROM keyed WHERE turn > 1 AND src IN ({', '.join(map(str, collapse))})"
        )
    work.db.execute(
        "INSERT INTO warned SELECT 'cases', src, row, 'case_number', 'free_number', r_case_number FROM keyed WHERE turn = 1 AND free"
    )
    work.db.execute(
        "CREATE TABLE cases_in AS SELECT * EXCLUDE (turn), row_number() OVER (ORDER BY src, row) AS case_id FROM keyed WHERE turn = 1"
    )
    work.db.execute("DROP TABLE keyed")


def _derived(work: Work, derived: list[Spec]) -> tuple[str, list[str]]:
    """(join, columns): days of a case that its rows in events tell."""
    key = "n.key" if "case_number" in work.columns["events"] else None
    if key is None:
        raise ReadError("derive需要events中有case_number（案号），请在映射中补上。")
    work.db.execute(
        "CREATE TABLE spans AS SELECT n.key, min(v_event_at) AS first_event, max(v_event_at) AS last_event FROM judged_events e JOIN numbers n ON n.raw = e.v_case_number WHERE NOT bad GROUP BY ALL"
    )
    values = [
        f"spans.{spec.derive}::{SQL_TYPES[BY_NAME['cases'].column(spec.ours).kind]} AS {name('v_' + spec.ours)}"
        for spec in derived
    ]
    return " LEFT JOIN spans ON spans.key = n.key", values


def _numbers(work: Work) -> None:
    """Table numbers: each number as written, its key, and whether it is not in the standard form."""
    sources = [
        (table, column)
        for table, columns in work.columns.items()
        for column in columns
        if column in ("case_number", "origin_case")
    ]
    union = " UNION ".join(
        f"SELECT DISTINCT v_{column} AS raw FROM judged_{table} WHERE v_{column} IS NOT NULL"
        for table, column in sources
    )
    work.db.execute(f"CREATE TABLE raws AS SELECT raw FROM ({union}) WHERE raw IS NOT NULL")
    ready = "'^（20(1[6-9]|2\\d)）(最高法|[京津沪渝冀晋内辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新军兵])(\\d\\d(\\d\\d)?)?[一-龥]{1,3}[1-9]\\d{0,8}号$'"
    path = work.folder / "numbers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        cursor = work.db.cursor().execute(
            f"SELECT raw FROM raws WHERE NOT regexp_matches(raw, {ready}) OR contains(raw, '字')"
        )
        while batch := cursor.fetchmany(BATCH):
            for (raw,) in batch:
                writer.writerow([raw, *_key(raw)])
    work.db.execute(
        f"CREATE TABLE numbers AS SELECT raws.raw, coalesce(n.key, raws.raw) AS key, coalesce(n.free, false) AS free FROM raws LEFT JOIN"
        f" read_csv({quote(str(path))}, header = false, columns = {{'raw': 'VARCHAR', 'key': 'VARCHAR', 'free': 'BOOLEAN'}}, auto_detect = false, quote = '\"', escape = '\"') n ON n.raw = raws.raw"
    )


def finish(work: Work, table: str, salt: str | None) -> None:
    """View out_<table>: the columns of the schema that the source has, in its order, rows ordered by case."""
    mine = work.columns[table]
    given = [one for one in BY_NAME[table].columns if one.name in mine and one.name not in ("case_id", "event_id")]
    values = []
    for column in given:
        value = f"t.{name('v_' + column.name)}"
        if column.name == "origin_case":
            value = "o.key"
        elif table == "cases" and column.name == "case_number":
            value = "t.key"
        elif salt is not None and (table, column.name) in PERSONS:
            value = f"left(sha256({quote(salt)} || sha256({quote(salt)} || {value})), 24)"
        values.append(f"{value}::{SQL_TYPES[column.kind]} AS {name(column.name)}")
    work.report.absent[table] = [
        f"{one.title}"
        for one in BY_NAME[table].columns
        if one.name not in mine and one.name not in ("case_id", "event_id")
    ]
    joined = ""
    if table == "cases":
        origin = " LEFT JOIN numbers o ON o.raw = t.v_origin_case" if "origin_case" in mine else ""
        statement = f"SELECT t.case_id, {', '.join(values)} FROM cases_in t{origin} ORDER BY t.case_id"
    elif not has_case(table):
        statement = f"SELECT {', '.join(values)} FROM judged_{table} t WHERE NOT bad ORDER BY src, row"
    else:
        if "case_number" in mine:
            joined, key = (
                f"judged_{table} t LEFT JOIN numbers n ON n.raw = t.v_case_number LEFT JOIN cases_in c ON c.key = n.key",
                "case_number",
            )
        else:
            if "case_id" not in work.columns["cases"]:
                raise ReadError(f"表{table}用内部编号（case_id）关联，但cases没有写明case_id所在的列，请在映射中补上。")
            joined, key = (
                f"judged_{table} t LEFT JOIN (SELECT link, min(case_id) AS case_id FROM cases_in GROUP BY link) c ON c.link = t.v_case_id",
                "case_id",
            )
        work.db.execute(
            f"INSERT INTO rejects SELECT {quote(table)}, t.src, t.row, {quote(key)}, 'orphan', t.r_{key} FROM {joined} WHERE NOT t.bad AND c.case_id IS NULL"
        )
        ordered = {"events": "c.case_id, t.v_event_at, t.src, t.row"}.get(table, "c.case_id, t.src, t.row")
        listed = f"SELECT c.case_id, {', '.join(values)} FROM {joined} WHERE NOT t.bad AND c.case_id IS NOT NULL ORDER BY {ordered}"
        statement = f"SELECT row_number() OVER () AS event_id, * FROM ({listed})" if table == "events" else listed
    work.db.execute(f"CREATE VIEW out_{table} AS {statement}")
    linked = (
        f"SELECT count(*) FROM {joined} WHERE NOT t.bad AND c.case_id IS NOT NULL"
        if joined
        else f"SELECT count(*) FROM out_{table}"
    )
    work.report.kept[table] = work.one(linked)
    work.report.rejected_rows[table] = work.one(
        "SELECT count(*) FROM (SELECT DISTINCT src, row FROM rejects WHERE tbl = ?)", table
    )


def _key(raw: str) -> tuple[str, str]:
    """(the number as it is kept, whether it is free-form)."""
    try:
        found = parse_or_raw(raw)
        return str(found), "false" if found.is_standard else "true"
    except NumberError:
        return " ".join(raw.split()), "true"
