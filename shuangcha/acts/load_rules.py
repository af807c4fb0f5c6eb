"""Files of the rest-day calendar and of settings (see `load_tables` for how a table is used)."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from shuangcha.acts.load_tables import MARKS, Change, Item, Row, Table, save
from shuangcha.courts.models import Court, PublishedYear, RestDay, Setting
from shuangcha.courts.settings import KEYS, wrong_value


class Days(Table):
    name, label, move = "calendar", "休息日", "register.calendar"
    columns: ClassVar = {"日期": True, "类别": True, "来源": True, "来源标记": False}
    notice: ClassVar = re.compile(r"(?:关于([0-9]{4})年部分节假日安排|延长([0-9]{4})年.{1,4}假期)")

    def fetch(self) -> None:
        for row in RestDay.objects.all():
            self.existing[(row.day,)] = row, {"kind": row.kind, "source": row.source, "mark": row.mark}
        self.published = set(PublishedYear.objects.values_list("year", flat=True))
        self.years: dict[int, str] = {}

    def read(self, row: Row) -> Item:
        day = row.day("日期", must=True)
        source = row.text("来源", 120, must=True)
        found = self.notice.search(source)
        if day and source and not found and day.year not in self.published:
            example = f"国务院办公厅关于{day.year}年部分节假日安排的通知"
            row.error("来源", f"{day.year}年没有已公布的放假通知；来源须写明通知名称，例如：{example}。")
        values: dict[str, Any] = {"kind": row.choice("类别", {"休息": "rest", "上班": "work"}), "source": source}
        if "来源标记" in row.cells:
            values["mark"] = row.choice("来源标记", MARKS, "V")
        return Item(row, (day,), "", values)

    def compare(self, items: list[Item]) -> list[Change]:
        changes = super().compare(items)
        for item in items:
            found = self.notice.search(item.values["source"])
            # Only the yearly notice publishes a year; an extension of one holiday does not.
            if found and found[1] and int(found[1]) not in self.published:
                self.years.setdefault(int(found[1]), item.values["source"])
        for year, source in sorted(self.years.items()):
            changes.append(
                Change("", (f"{year}年",), None, {"published": year}, values={"year": year, "source": source})
            )
        return changes

    def write(self, changes: list[Change]) -> None:
        years = [change for change in changes if "year" in change.values]
        days = [change for change in changes if "year" not in change.values]
        save(RestDay, days, ["kind", "source", "mark"], lambda c: RestDay(day=c.key[0], **c.values))
        PublishedYear.objects.bulk_create([PublishedYear(**change.values) for change in years])


class Settings(Table):
    name, label, move = "settings", "参数", "register.setting"
    columns: ClassVar = {"参数": True, "值": True, "来源": True, "来源标记": True, "法院代字": False, "起": False}
    ignored: ClassVar = frozenset({"名称", "单位", "说明", "备注"})

    def fetch(self) -> None:
        self.courts = {court.code: court for court in Court.objects.all()}
        for row in Setting.objects.select_related("court"):
            values = {"value": row.value, "source": row.source, "mark": row.mark}
            self.existing[row.court.code if row.court else "", row.key, row.valid_from] = row, values

    def read(self, row: Row) -> Item:
        code, key = row.text("法院代字", 12), row.text("参数", 60, must=True)
        key = KEYS.get(key, key)
        value = row.text("值", 200, must=True)
        if code and code not in self.courts:
            row.error("法院代字", f"法院“{code}”不在法院表中，请先载入法院表。")
        if key and value and (wrong := wrong_value(key, value)):
            row.error("值", wrong)
        values = {
            "value": value,
            "source": row.text("来源", 200, must=True),
            "mark": row.choice("来源标记", MARKS),
        }
        return Item(row, (code, key, row.day("起") or self.today), code, values)

    def write(self, changes: list[Change]) -> None:
        def make(change: Change) -> Setting:
            code, key, start = change.key
            return Setting(court=self.courts.get(code), key=key, valid_from=start, **change.values)

        save(Setting, changes, ["value", "source", "mark"], make)
