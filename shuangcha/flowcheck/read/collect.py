"""Stage the files of a mapping, and hold the mapping against the headings that are really there."""

from __future__ import annotations

from pathlib import Path

from .errors import ReadError, shown
from .kinds import name, quote
from .mapping import Entry, Spec, near
from .sources import headings_of, is_log, matching
from .stage import Staged, open_rows, stage
from .work import Part, Work
from .xes import stage_log


def stage_all(work: Work) -> list[Part]:
    groups: dict[tuple[Path, str | None, int, str | None, str | None], list[Entry]] = {}
    for entry in work.mapping.entries:
        for path in matching(work.files, work.source, entry, work.mapping):
            groups.setdefault((path, entry.sheet, entry.header_row, entry.encoding, entry.delimiter), []).append(entry)
    parts: list[Part] = []
    for number, ((path, sheet, header_row, encoding, delimiter), entries) in enumerate(groups.items()):
        shown_name = path.name + (f"·{sheet}" if sheet else "")
        work.names.append(shown_name)
        work.progress(f"读取{shown_name}")
        if is_log(path):
            parts += _stage_xes(work, path, entries, number)
            continue
        if path.suffix.lower() == ".parquet":
            headings = headings_of(path, shown_name)
            staged = Staged(shown_name, path, headings, headings, encoding="parquet")
            relation = (
                f"(SELECT *, file_row_number + 1 AS _row FROM read_parquet({quote(str(path))}, file_row_number = true))"
            )
            found = work.db.execute(f"SELECT count(*) FROM {relation}").fetchone()
            staged.rows = int(found[0]) if found else 0
        else:
            headings, rows, kind = open_rows(path, sheet, encoding, delimiter, header_row, shown_name)
            double = next((one for one in headings if one and headings.count(one) > 1), None)
            if double is not None and any(
                double == spec.theirs for entry in entries for spec in entry.columns.values()
            ):
                raise ReadError(
                    f"“{shown_name}”的表头中“{shown(double)}”出现了两次，无法确定用哪一列，请改名后再导入。"
                )
            staged = Staged(shown_name, work.folder / f"stage{number}.csv", [], headings, encoding=kind)
        _require(work, entries, staged)
        if not staged.headings:
            wanted = {spec.theirs for entry in entries for spec in entry.columns.values() if spec.theirs}
            staged.headings = [
                one
                for index, one in enumerate(staged.all_headings)
                if one in wanted and staged.all_headings.index(one) == index
            ]
            stage(staged, rows)
            relation = _relation(staged)
        _note_file(work, staged, entries)
        parts += [Part(entry, staged, number, relation) for entry in entries]
    return parts


def _stage_xes(work: Work, path: Path, entries: list[Entry], number: int) -> list[Part]:
    parts, both = [], {}
    for kind in ("cases", "events"):
        mine = [entry for entry in entries if (entry.table == "cases") == (kind == "cases")]
        if mine:
            wanted = list(
                dict.fromkeys(spec.theirs for entry in mine for spec in entry.columns.values() if spec.theirs)
            )
            both[kind] = Staged(path.name, work.folder / f"stage{number}{kind}.csv", wanted, wanted, encoding="xes")
            parts += [Part(entry, both[kind], number, _relation(both[kind])) for entry in mine]
    seen = stage_log(path, path.name, both.get("cases"), both.get("events"))
    for kind, staged in both.items():
        staged.all_headings = list(seen)
        for entry in (one.entry for one in parts if one.staged is staged):
            for spec in entry.columns.values():
                if spec.theirs and spec.theirs.removeprefix("case:") not in seen:
                    raise _nowhere(work, entry, spec, path.name, list(seen))
        _note_file(
            work,
            staged,
            [one.entry for one in parts if one.staged is staged],
            suffix="" if kind == "events" else "（案件）",
        )
    used = {spec.theirs.removeprefix("case:") for entry in entries for spec in entry.columns.values() if spec.theirs}
    work.report.unused = {key: value for key, value in work.report.unused.items() if not key.startswith(path.name)}
    work.report.unused[path.name] = [one for one in seen if one not in used]
    return parts


def _nowhere(work: Work, entry: Entry, spec: Spec, file: str, headings: list[str]) -> ReadError:
    theirs = spec.theirs or ""
    present = "、".join(shown(one, 20) for one in headings[:30])
    text = f"“{file}”中没有“{shown(theirs)}”这一列{near(theirs, headings)}，现有：{present}。"
    return work.mapping.wrong(spec.line or entry.line, text) if work.mapping.hash else ReadError(text)


def _require(work: Work, entries: list[Entry], staged: Staged) -> None:
    for entry in entries:
        for spec in entry.columns.values():
            if spec.theirs is not None and spec.theirs not in staged.all_headings:
                raise _nowhere(work, entry, spec, staged.file, staged.all_headings)


def _note_file(work: Work, staged: Staged, entries: list[Entry], suffix: str = "") -> None:
    used = {spec.theirs for entry in entries for spec in entry.columns.values()}
    work.report.files[staged.file + suffix] = {"rows": staged.rows, "encoding": staged.encoding}
    work.report.unused[staged.file + suffix] = [one for one in staged.all_headings if one and one not in used]


def _relation(staged: Staged) -> str:
    columns = (
        "{'_row': 'BIGINT', "
        + ", ".join(f"{quote('c' + str(index))}: 'VARCHAR'" for index in range(len(staged.headings)))
        + "}"
    )
    names = ", ".join(f"c{index} AS {name(one)}" for index, one in enumerate(staged.headings))
    return (
        f"(SELECT _row, {names} FROM read_csv({quote(str(staged.path))}, columns = {columns}, header = false, delim = ',', quote = '\"',"
        " escape = '\"', auto_detect = false, nullstr = '', max_line_size = 8000000))"
    )
