"""The mapping file: a court's own files, headings, activities and words → the tables of `schema`,
told with line numbers.

    source: 某市法院流程系统2024年导出          # free text, kept in the manifest
    tables:
      cases:
        file: 案件*.csv                        # pattern below the data folder; for a workbook also `sheet: 案件`
        columns:
          case_number: 案号                     # ours: theirs
          filed_on: {from: 立案日, format: "%Y%m%d"}
          amount: {from: 标的额, unit: 万元}
          kind: {from: 类型, values: {首执: enforcement, 恢执: restored}, default: enforcement}
          court: {constant: 豫0302}
      events:
        file: 节点.xlsx
        columns: {case_number: 案号, node: 节点, event_at: 时间}
        nodes: {发执行通知: N06, 一拍流拍: {node: N29, outcome: failed_sale}}
      # or, where one row holds all nodes of a case:
      events:
        file: 台账.csv
        key: {case_number: 案号}
        wide: {N06: {event_at: 通知日, operator: 经办人}, N15: {event_at: 查控日}}

A table may also be a list of such entries. `case_number` stands for `case_id`, which is given on reading.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..schema import BY_NAME, Column
from .errors import ReadError, shown

UNITS = {"分": 1, "元": 100, "万元": 1_000_000}
DERIVED = ("first_event", "last_event")
GIVEN = {"cases": ("case_id",), "events": ("case_id", "event_id")}


@dataclass(frozen=True)
class Spec:
    """Where one of our columns comes from: their heading, or a constant, or the case's first or last event."""

    ours: str
    theirs: str | None = None
    constant: str | None = None
    format: str | None = None
    unit: str = "元"
    values: dict[str, str] = field(default_factory=dict)
    default: str | None = None
    derive: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Activity:
    """What one of their activities is with us: a node and, where it says more, an outcome."""

    node: str
    outcome: str | None = None


@dataclass(frozen=True)
class Entry:
    """One table read from one kind of file. `required_column`: rows where it is empty are skipped (wide tables)."""

    table: str
    pattern: str
    columns: dict[str, Spec]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1
    activities: dict[str, Activity] = field(default_factory=dict)
    skip_without: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Mapping:
    """A whole mapping; `hash` names its text."""

    entries: tuple[Entry, ...]
    source: str = ""
    hash: str = ""
    name: str = "映射文件"

    def wrong(self, line: int, text: str) -> ReadError:
        return ReadError(f"{self.name}第{line}行：{text}")


class _Marked:
    """A YAML mapping with the line of each key."""

    def __init__(self, pairs: dict[str, tuple[Any, int]], line: int) -> None:
        self.pairs, self.line = pairs, line


ENTRY_WORDS = ("file", "sheet", "encoding", "delimiter", "header_row", "columns", "nodes", "key", "wide")
SPEC_WORDS = ("from", "constant", "format", "unit", "values", "default", "derive")


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, line: int, text: str) -> ReadError:
        return ReadError(f"{self.name}第{line}行：{text}")

    def marked(self, node: yaml.Node) -> Any:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            pairs: dict[str, tuple[Any, int]] = {}
            for key, value in node.value:
                where = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    raise self.wrong(where, "名称须是一段文字。")
                if key.value in pairs:
                    raise self.wrong(where, f"“{shown(key.value)}”写了两次，请只留一处。")
                pairs[key.value] = (self.marked(value), where)
            return _Marked(pairs, line)
        if isinstance(node, yaml.SequenceNode):
            return [self.marked(one) for one in node.value]
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)

    def words(self, found: Any, allowed: tuple[str, ...], line: int, what: str) -> _Marked:
        if not isinstance(found, _Marked):
            raise self.wrong(line, f"{what}须写成“名称: 内容”的形式，例如：{allowed[0]}: …。")
        for key, (_, where) in found.pairs.items():
            if key not in allowed:
                raise self.wrong(where, f"不认识“{shown(key)}”{near(key, allowed)}，可用：{'、'.join(allowed)}。")
        return found

    def text(self, found: _Marked, key: str) -> str | None:
        value, line = found.pairs.get(key, (None, 0))
        if value is not None and not isinstance(value, str):
            raise self.wrong(line, f"“{key}”须是一段文字。")
        return value

    def entry(self, table: str, found: Any, line: int) -> list[Entry]:
        marked = self.words(found, ENTRY_WORDS, line, f"表{table}")
        pattern = self.text(marked, "file")
        if not pattern:
            raise self.wrong(marked.line, f"表{table}缺少file（文件名），例如：file: 案件*.csv。")
        row = self.text(marked, "header_row") or "1"
        if not row.isascii() or not row.isdigit() or not 1 <= int(row) <= 1000:
            raise self.wrong(marked.pairs["header_row"][1], "header_row须是表头所在的行号，例如：1。")
        common = {
            "table": table,
            "pattern": pattern,
            "sheet": self.text(marked, "sheet"),
            "encoding": self.text(marked, "encoding"),
            "delimiter": self.text(marked, "delimiter"),
            "header_row": int(row),
            "line": marked.line,
        }
        if "wide" in marked.pairs:
            return self.wide(table, marked, common)
        columns = self.columns(table, *marked.pairs.get("columns", (None, marked.line)))
        return [Entry(columns=columns, activities=self.activities(marked), **common)]  # type: ignore[arg-type]

    def wide(self, table: str, marked: _Marked, common: dict[str, Any]) -> list[Entry]:
        found, line = marked.pairs["wide"]
        if table != "events" or "columns" in marked.pairs:
            raise self.wrong(line, "wide只用于events，且不与columns同时使用，请改用key写明案号所在的列。")
        if not isinstance(found, _Marked):
            raise self.wrong(line, "wide须逐个节点写明所在的列，例如：N06: {event_at: 通知日}。")
        key = self.columns("events", *marked.pairs.get("key", (None, line)), among=("case_number", "case_id"))
        entries = []
        for node, (columns, where) in found.pairs.items():
            self.node(node, where)
            specs = self.columns("events", columns, where)
            if specs.get("event_at") is None or specs["event_at"].theirs is None:
                raise self.wrong(where, f"节点{node}缺少event_at（发生时间所在的列）。")
            specs = key | specs | {"node": Spec("node", constant=node, line=where)}
            entries.append(Entry(columns=specs, skip_without="event_at", **(common | {"line": where})))
        return entries

    def columns(self, table: str, found: Any, line: int, among: tuple[str, ...] = ()) -> dict[str, Spec]:
        names = among or tuple(usable(table))
        if not isinstance(found, _Marked):
            raise self.wrong(line, f"表{table}缺少columns，须写明本系统的列名与来源列名，例如：case_number: 案号。")
        specs = {}
        for ours, (value, where) in found.pairs.items():
            if ours not in names:
                raise self.wrong(
                    where, f"本系统的表{table}没有“{shown(ours)}”这一列{near(ours, names)}，可用：{'、'.join(names)}。"
                )
            specs[ours] = self.spec(ours, value, where)
        return specs

    def spec(self, ours: str, value: Any, line: int) -> Spec:
        if isinstance(value, str):
            return Spec(ours, theirs=value, line=line)
        marked = self.words(value, SPEC_WORDS, line, f"列{ours}")
        unit = self.text(marked, "unit") or "元"
        if unit not in UNITS:
            raise self.wrong(marked.pairs["unit"][1], f"金额单位“{shown(unit)}”不认识，可用：{'、'.join(UNITS)}。")
        derive = self.text(marked, "derive")
        if derive is not None and derive not in DERIVED:
            raise self.wrong(marked.pairs["derive"][1], f"derive只能是{'、'.join(DERIVED)}。")
        found = Spec(
            ours,
            self.text(marked, "from"),
            self.text(marked, "constant"),
            self.text(marked, "format"),
            unit,
            self.values(marked),
            self.text(marked, "default"),
            derive,
            line,
        )
        if sum(one is not None for one in (found.theirs, found.constant, found.derive)) != 1:
            raise self.wrong(line, f"列{ours}须写明from（来源列）、constant（固定值）、derive三者之一。")
        return found

    def values(self, marked: _Marked) -> dict[str, str]:
        found, line = marked.pairs.get("values", (None, 0))
        if found is None:
            return {}
        if not isinstance(found, _Marked) or not all(isinstance(value, str) for value, _ in found.pairs.values()):
            raise self.wrong(line, "values须逐个写明原值与本系统的值，例如：{首执: enforcement}。")
        return {key: value for key, (value, _) in found.pairs.items()}

    def activities(self, marked: _Marked) -> dict[str, Activity]:
        found, line = marked.pairs.get("nodes", (None, 0))
        if found is None:
            return {}
        if not isinstance(found, _Marked):
            raise self.wrong(line, "nodes须逐个写明活动名称与节点代码，例如：发执行通知: N06。")
        result = {}
        for name, (value, where) in found.pairs.items():
            if isinstance(value, str):
                result[name] = Activity(self.node(value, where))
            else:
                inner = self.words(value, ("node", "outcome"), where, f"活动“{shown(name)}”")
                result[name] = Activity(self.node(self.text(inner, "node") or "", where), self.text(inner, "outcome"))
        return result

    def node(self, code: str, line: int) -> str:
        from .kinds import is_node

        if not is_node(code):
            raise self.wrong(line, f"节点代码“{shown(code)}”不存在，须为N01至N46，例如：N06（发出执行通知书）。")
        return code


def usable(table: str) -> dict[str, Column]:
    """The columns that a mapping may name: ours without the surrogate numbers, and `case_number` in every table."""
    found = {one.name: one for one in BY_NAME[table].columns if one.name not in ("case_id", "event_id")}
    if any(one.name == "case_id" for one in BY_NAME[table].columns):
        found.setdefault("case_number", BY_NAME["cases"].column("case_number"))
        found["case_id"] = Column(
            "case_id", "text", "内部编号", "their own key of the case: joins the tables where a table has no 案号"
        )
    return found


def near(word: str, among: tuple[str, ...] | list[str]) -> str:
    """A hint at the likely word: （是否为“…”？）, or nothing."""
    close = difflib.get_close_matches(word, list(among), 1, 0.6)
    return f"（是否为“{close[0]}”？）" if close else ""


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file. ReadError names the line."""
    try:
        data = path.read_bytes()
        if len(data) > 1 << 20:
            raise ReadError(f"映射文件“{path}”超过1 MB，请核对是否选错了文件。")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ReadError(f"映射文件“{path}”无法读取（{error.strerror}），请核对路径。") from None
    except UnicodeDecodeError:
        raise ReadError(f"映射文件“{path}”不是UTF-8文本，请另存为UTF-8后再试。") from None
    reader = _Reader(f"映射文件“{path.name}”")
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise ReadError(f"{reader.name}使用了别名（*），请改为逐处写明。")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise reader.wrong(line, "不合YAML写法，请核对缩进、冒号后的空格与引号。") from None
    except (yaml.YAMLError, RecursionError):
        raise ReadError(f"{reader.name}不合YAML写法，请核对。") from None
    if root is None:
        raise ReadError(f"{reader.name}是空的，请按 docs/flow-data.md 填写。")
    marked = reader.words(reader.marked(root), ("tables", "source"), 1, "映射文件")
    tables, line = marked.pairs.get("tables", (None, 1))
    entries: list[Entry] = []
    for table, (found, where) in reader.words(tables, tuple(BY_NAME), line, "tables").pairs.items():
        for one in found if isinstance(found, list) else [found]:
            entries += reader.entry(table, one, where)
    if not entries:
        raise reader.wrong(line, "没有写明任何一张表，至少须有events。")
    return Mapping(tuple(entries), reader.text(marked, "source") or "", hashlib.sha256(data).hexdigest(), reader.name)
