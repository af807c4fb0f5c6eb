"""What each kind of file holds: its columns, the checks of a row, the checks between rows, and the writing.

A table is used once: `fetch` the rows that exist, `check` the file's rows against them, `write` the changes. The number
of statements does not grow with the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, NamedTuple

from django.db.models import Model

from shuangcha.courts.models import Body, BodyKind, Court, Level
from shuangcha.periods import PeriodError, parse_day

MARKS = {mark: mark for mark in ("S", "V", "V~", "L", "M", "D")}
CODE = re.compile(
    r"最高法|[京津沪渝冀晋内辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新军兵](?:[0-9]{2}(?:[0-9]{2})?)?"
)
LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")
# Lowest last. Only neighbours assign and report to each other, so a superior is exactly one level above.
RANK = {level: place for place, level in enumerate(Level.values)}
FORMULA = ("=", "+", "-", "@")
_DIGITS = {0: Level.HIGH, 2: Level.INTERMEDIATE, 4: Level.BASIC}


class RowError(NamedTuple):
    """Row as numbered in a spreadsheet (1: the heading, 0: the file), column, and how to repair it."""

    row: int
    column: str
    text: str


class Row:
    """One row of the file; the readers note an error and go on, so that all errors of a row are told at once."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self.cells = cells
        self.errors: list[RowError] = []
        for column, value in cells.items():
            if any(ord(letter) < 32 or ord(letter) == 127 or letter in "<>" for letter in value):
                self.error(column, "本格含有换行、控制字符或尖括号，请删除。")
            elif value[:1] in FORMULA:  # a spreadsheet would run it when the table is taken out again
                self.error(column, f"本格不能以“{value[:1]}”开头，表格软件会把它当作公式，请改写。")

    def error(self, column: str, text: str) -> None:
        self.errors.append(RowError(self.number, column, text))

    def text(self, column: str, longest: int, *, must: bool = False) -> str:
        value = self.cells.get(column, "")
        if must and not value:
            self.error(column, f"“{column}”不能为空。")
        if len(value) > longest:
            self.error(column, f"“{column}”最多{longest}个字，现有{len(value)}个字。")
        return value

    def day(self, column: str, *, must: bool = False) -> date | None:
        value = self.text(column, 40, must=must)
        if not value:
            return None
        try:
            return parse_day(value)
        except PeriodError as wrong:
            self.error(column, str(wrong))
            return None

    def choice(self, column: str, allowed: Mapping[str, str], default: str = "") -> str:
        """The stored word of a Chinese label (the stored word itself is accepted too)."""
        value = self.cells.get(column, "") or default
        if value in allowed:
            return allowed[value]
        if value and value in allowed.values():
            return value
        self.error(column, f"“{column}”只能是{'、'.join(allowed)}之一，现为“{value}”。")
        return value

    def period(self, start: str, end: str) -> tuple[date | None, date | None]:
        first, last = self.day(start), self.day(end)
        if first and last and last < first:
            self.error(end, f"“{end}”{last}早于“{start}”{first}。")
        return first, last


@dataclass(slots=True)
class Item:
    """A row that reads well: its natural key and its values (references as the text of the file)."""

    row: Row
    key: tuple[Any, ...]
    court: str
    values: dict[str, Any]


@dataclass(slots=True)
class Change:
    """One row of the database to be made (`before` None) or altered; `court` is a code, empty for all courts."""

    court: str
    key: tuple[Any, ...]
    before: dict[str, Any] | None
    after: dict[str, Any]
    target: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    told: tuple[Any, ...] = ()  # the key as it is recorded, where `key` holds row ids
    row: int = 0  # of the file; 0 for what follows from other rows

    @property
    def text(self) -> str:
        return " ".join(str(part) for part in self.told or self.key if part not in ("", None))


class Table:
    """Base of the kinds. `columns` maps a heading to whether it must be there; `ignored` are remarks."""

    name: ClassVar[str]
    label: ClassVar[str]
    move: ClassVar[str]
    columns: ClassVar[dict[str, bool]]
    ignored: ClassVar[frozenset[str]] = frozenset({"说明", "备注"})

    def __init__(self, today: date) -> None:
        self.today = today
        self.existing: dict[tuple[Any, ...], tuple[Any, dict[str, Any]]] = {}
        self.unchanged = 0

    @classmethod
    def required(cls) -> set[str]:
        return {column for column, must in cls.columns.items() if must}

    def fetch(self) -> None:
        """Read what exists into `existing`: key → (row, values)."""
        raise NotImplementedError

    def read(self, row: Row) -> Item:
        raise NotImplementedError

    def cross(self, items: list[Item]) -> None:
        """Check the rows against each other and against what exists; errors go to `item.row`."""

    def write(self, changes: list[Change]) -> None:
        raise NotImplementedError

    def check(self, rows: list[Row], errors: list[RowError]) -> list[Change]:
        """The changes that the good rows ask for. Repeated until no row leans on a row that is wrong itself."""
        items: list[Item] = []
        seen: dict[tuple[Any, ...], int] = {}
        for row in rows:
            item = self.read(row)
            if not row.errors:
                other = seen.setdefault(item.key, row.number)
                if other != row.number:
                    row.error("", f"与第{other}行重复。")
            items.append(item)
        while True:
            for item in items:
                errors.extend(item.row.errors)
            good = [item for item in items if not item.row.errors]
            self.cross(good)
            items = good
            if not any(item.row.errors for item in good):
                break
        return self.compare(items)

    def compare(self, items: list[Item]) -> list[Change]:
        changes = []
        for item in items:
            target, now = self.existing.get(item.key, (None, {}))
            differing = {name: value for name, value in item.values.items() if target is None or now[name] != value}
            if not differing:
                self.unchanged += 1
                continue
            before = None if target is None else shown({name: now[name] for name in differing})
            changes.append(
                Change(item.court, item.key, before, shown(differing), target, item.values, row=item.row.number)
            )
        return changes


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON can hold them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def save(model: type[Model], changes: list[Change], fields: list[str], make: Any) -> None:
    """Alter first, make afterwards: an end date written now frees the place for the successor."""
    altered = [change for change in changes if change.before is not None]
    for change in altered:
        for name in fields:
            if name in change.values:
                setattr(change.target, name, change.values[name])
    manager = model._default_manager
    if altered:
        manager.bulk_update([change.target for change in altered], fields)
    made = [change for change in changes if change.before is None]
    for change in made:
        change.target = make(change)
    manager.bulk_create([change.target for change in made])


class Courts(Table):
    name, label, move = "courts", "法院", "register.court"
    columns: ClassVar = {
        "法院代字": True,
        "名称": True,
        "层级": True,
        "发文代字": False,
        "上级代字": False,
        "市": False,
        "省": False,
        "起": False,
        "止": False,
        "承继法院代字": False,
        "来源标记": False,
    }
    plain: ClassVar = ["name", "short", "level", "city", "province", "valid_from", "valid_to", "mark"]

    def fetch(self) -> None:
        self.codes: dict[str, Court] = {}
        for court in Court.objects.select_related("superior", "successor"):
            values = {name: getattr(court, name) for name in self.plain}
            values["superior"] = court.superior.code if court.superior else ""
            values["successor"] = court.successor.code if court.successor else ""
            self.existing[(court.code,)] = court, values
            self.codes[court.code] = court

    def read(self, row: Row) -> Item:
        code = row.text("法院代字", 12, must=True)
        values: dict[str, Any] = {
            "name": row.text("名称", 60, must=True),
            "level": row.choice("层级", {label: value for value, label in Level.choices}),
        }
        if code and not CODE.fullmatch(code):
            row.error("法院代字", f"法院代字“{code}”不合规范，应为“最高法”或省简称加0、2或4位数字，例如：豫0304。")
        elif code and values["level"] in RANK:
            digits = sum(letter.isdigit() for letter in code)
            level = Level.SUPREME if code == "最高法" else _DIGITS[digits]
            if level != values["level"]:
                row.error("层级", f"代字“{code}”属于{level.label}，与所填层级不符。")
        for column, name, longest in (
            ("发文代字", "short", 20),
            ("上级代字", "superior", 12),
            ("市", "city", 20),
            ("省", "province", 20),
            ("承继法院代字", "successor", 12),
        ):
            if column in row.cells:
                values[name] = row.text(column, longest)
        if "来源标记" in row.cells:
            values["mark"] = row.choice("来源标记", MARKS, "M")
        first, last = row.period("起", "止")
        values |= {n: v for c, n, v in (("起", "valid_from", first), ("止", "valid_to", last)) if c in row.cells}
        return Item(row, (code,), code, values)

    def cross(self, items: list[Item]) -> None:
        merged = {key[0]: values for key, (_, values) in self.existing.items()}
        merged |= {item.key[0]: merged.get(item.key[0], {}) | item.values for item in items}
        for item in items:
            code, values = item.key[0], merged[item.key[0]]
            superior, successor = values.get("superior", ""), values.get("successor", "")
            if values["level"] == Level.SUPREME:
                if superior:
                    item.row.error("上级代字", "最高人民法院没有上级法院，本格应为空。")
            elif not superior:
                item.row.error("上级代字", "“上级代字”不能为空。")
            elif superior not in merged:
                item.row.error("上级代字", f"上级代字“{superior}”不在法院表中，请先载入该法院。")
            elif RANK[merged[superior]["level"]] != RANK[values["level"]] - 1:
                item.row.error("上级代字", f"“{merged[superior]['name']}”不是本院的上一级法院。")
            if not successor:
                continue
            if successor not in merged:
                item.row.error("承继法院代字", f"承继法院“{successor}”不在法院表中，请先载入该法院。")
            elif not values.get("valid_to"):
                item.row.error("止", "有承继法院的，须写明本院终止之日。")
            elif code in _chain(successor, merged):
                item.row.error("承继法院代字", "承继关系循环，请核对。")
            elif merged[successor].get("valid_to") and merged[successor]["valid_to"] <= values["valid_to"]:
                item.row.error("承继法院代字", f"承继法院“{successor}”不晚于本院终止，请核对。")

    def write(self, changes: list[Change]) -> None:
        made = [change for change in changes if change.before is None]
        for level in Level.values:
            new = [
                Court(
                    code=change.court,
                    superior=self.codes.get(change.values.get("superior", "")),
                    **{name: change.values[name] for name in self.plain if name in change.values},
                )
                for change in made
                if change.values["level"] == level
            ]
            Court.objects.bulk_create(new)
            self.codes |= {court.code: court for court in new}
        for change in changes:
            court = self.codes[change.court]
            for name, value in change.values.items():
                setattr(court, name, self.codes.get(value) if name in ("superior", "successor") else value)
        courts = [self.codes[change.court] for change in changes]
        Court.objects.bulk_update(courts, [*self.plain, "superior", "successor"])


def _chain(code: str, merged: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The court and its successors, ending where it ends or closes on itself."""
    chain: list[str] = []
    while code and code not in chain:
        chain.append(code)
        code = merged.get(code, {}).get("successor", "")
    return chain


class Bodies(Table):
    name, label, move = "bodies", "机构", "register.court"
    columns: ClassVar = {"法院代字": True, "机构类别": True, "本院名称": True, "起": False, "止": False}
    # Only these may stand several times in one court (constraint body_one_of_a_kind).
    many: ClassVar = (BodyKind.DEPARTMENT, BodyKind.INSPECTION)

    def fetch(self) -> None:
        self.courts = {court.code: court for court in Court.objects.all()}
        for body in Body.objects.select_related("court"):
            values = {"kind": body.kind, "valid_from": body.valid_from, "valid_to": body.valid_to}
            self.existing[body.court.code, body.local_name] = body, values

    def read(self, row: Row) -> Item:
        code, name = row.text("法院代字", 12, must=True), row.text("本院名称", 40, must=True)
        if code and code not in self.courts:
            row.error("法院代字", f"法院“{code}”不在法院表中，请先载入法院表。")
        kind = row.choice("机构类别", {label: value for value, label in BodyKind.choices})
        first, last = row.period("起", "止")
        values: dict[str, Any] = {"kind": kind}
        values |= {n: v for c, n, v in (("起", "valid_from", first), ("止", "valid_to", last)) if c in row.cells}
        known = self.existing.get((code, name))
        if known and kind in BodyKind.values and known[1]["kind"] != kind:
            row.error("机构类别", f"“{name}”已登记为{BodyKind(known[1]['kind']).label}，类别不得改写，请终止后另立。")
        return Item(row, (code, name), code, values)

    def cross(self, items: list[Item]) -> None:
        merged = {key: values for key, (_, values) in self.existing.items()}
        merged |= {item.key: merged.get(item.key, {}) | item.values for item in items}
        standing: dict[tuple[str, str], list[str]] = {}
        for (code, name), values in merged.items():
            if values["kind"] not in self.many and not values.get("valid_to"):
                standing.setdefault((code, values["kind"]), []).append(name)
        for item in items:
            values = merged[item.key]
            others = [n for n in standing.get((item.court, values["kind"]), ()) if n != item.key[1]]
            if others and not values.get("valid_to"):
                label = BodyKind(values["kind"]).label
                item.row.error("止", f"本院已有{label}“{others[0]}”，须先写明其终止之日。")

    def write(self, changes: list[Change]) -> None:
        def make(change: Change) -> Body:
            return Body(court=self.courts[change.court], local_name=change.key[1], **change.values)

        save(Body, changes, ["valid_from", "valid_to"], make)
