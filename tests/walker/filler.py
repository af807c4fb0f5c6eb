"""Contents of a move out of nothing but its JSON schema as the interface hands it out: widgets, options, examples.

It steers a little, as a caller who reads the Chinese titles would: one leader in a team, somebody of each body, days
that are past or to come by their title, a conclusion for each 反映事项. What it gets wrong is refused at the field.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
TO_COME = ("再议日期", "会议日期")
LONG_PAST = ("立案日期",)
YES = re.compile("^已|认可|清楚|采纳")
NO = re.compile("回避")
EXPLAINS = re.compile("说明|声明|改变")
AS_HELPED = re.compile("如 ?([0-9]+(?:日|月|工作日))")
SERIAL = re.compile("(〕)[0-9]+号")
YEAR = re.compile("([（〔])20[0-9]{2}([）〕])")
SOURCE_WORDS = {
    "channel": "来信",
    "who_kind": "人大代表",
    "check_kind": "司法巡查",
    "event_kind": "舆情",
    "review_kind": "执行监督",
}
"""The schema does not say which words a source takes; a caller learns them from the refusal."""


@dataclass
class Filler:
    rng: random.Random
    today: dt.date
    version: int
    upload: Callable[[], str]
    favourites: tuple[str, ...] = ()
    defs: Schema = field(default_factory=dict)
    chosen: dict[str, list[Any]] = field(default_factory=dict)

    def content(self, schema: Schema) -> dict[str, Any]:
        """A whole content. Of the fields that are left to choice some are sent."""
        self.defs, self.chosen = schema.get("$defs", {}), {}
        found = self._object(schema, 0)
        if "conclusions" in found and "dispositions" in schema["properties"]:
            self._coherent(found, schema)
        return found

    def _object(self, schema: Schema, row: int) -> dict[str, Any]:
        properties: Schema = schema.get("properties", {})
        required = schema.get("required", [])
        # Groups of persons first: who presides is one of those who attend.
        order = sorted(
            properties, key=lambda name: not (properties[name].get("widget") == "pick" and _many(properties[name]))
        )
        found = {}
        for name in order:
            one = properties[name]
            if name not in required and not self._sent(one):
                continue
            value = self._value(name, one, row, must=name in required)
            if value is not None:
                found[name] = value
        return found

    def _sent(self, one: Schema) -> bool:
        """Is a field sent that may be left out: what explains always is, a choice mostly."""
        if one.get("widget") in ("flag", "source_facts") or EXPLAINS.search(one.get("title", "")):
            return True
        return self.rng.random() < (0.9 if one.get("widget") in ("pick", "group", "textarea") else 0.4)

    def _value(self, name: str, one: Schema, row: int, *, must: bool) -> Any:
        widget, title = one.get("widget", ""), one.get("title", "")
        if widget in ("text", "textarea"):
            return self._text(one)
        if widget == "date":
            return self._day(title).isoformat()
        if widget == "time":
            return "10:30" if "结束" in title else "09:00"
        if widget == "choice":
            return self.rng.choice([key for key, _ in one["options"]])
        if widget == "flag":
            return self._flag(title, row)
        if widget == "number":
            return min(max(self.today.year, one.get("minimum", 0)), one.get("maximum", 9999))
        if widget == "current_version":
            return self.version
        if widget == "lines":
            return ["申请执行人", "被执行人"]
        if widget == "files":
            return [self.upload()] if must or one.get("minItems") or self.rng.random() < 0.1 else []
        if widget == "pick":
            return self._pick(name, one, row)
        if widget == "rows":
            return self._rows(one, must)
        if widget in ("group", "source_facts"):
            return self._group(one, widget)
        raise AssertionError(f"a widget that the walker does not know: {name} {one}")

    def _text(self, one: Schema) -> str:
        """The example, or the title itself as a sentence."""
        example: str = one.get("example", "")
        if not example:
            named = AS_HELPED.search(one.get("description", ""))
            example = named[1] if named else ""
        if _is_period(one) and not example:
            example = "30日"
        example = SERIAL.sub(lambda found: f"{found[1]}{self.rng.randint(1, 999_999)}号", example)
        text = (
            YEAR.sub(lambda found: f"{found[1]}{self.today.year}{found[2]}", example)
            or f"{one.get('title', '')}如上所述"
        )
        return text[: one.get("maxLength", 200)]

    def _day(self, title: str) -> dt.date:
        if title in TO_COME:
            return self.today + dt.timedelta(days=self.rng.randint(1, 5))
        if title in LONG_PAST:
            return self.today - dt.timedelta(days=200)
        return self.today

    def _flag(self, title: str, row: int) -> bool:
        if title == "组长":
            return row == 0
        if NO.search(title) and not title.startswith("已"):
            return self.rng.random() < 0.02
        return self.rng.random() < (0.95 if YES.search(title) else 0.2)

    def _pick(self, name: str, one: Schema, row: int) -> Any:
        options = [tuple(choice) for choice in one.get("options", [])]
        if not options:
            return [] if _many(one) else (None if "anyOf" in one else "")
        if _many(one):
            self.chosen[name] = [key for key, _ in self._of_each_body(options)]
            return self.chosen[name]
        several = next((keys for keys in self.chosen.values() if keys), None)
        if name == "chair" and several:
            return several[0]
        if _whole(one):
            return int(self.rng.choice(options)[0])
        keys = {key for key, _ in options}
        favoured = [key for key in self.favourites if key in keys]
        if favoured and self.rng.random() < 0.9:
            return self.rng.choice(favoured)
        return self.rng.choice(options)[0]

    def _of_each_body(self, options: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """One of the first two bodies each, by what stands in the brackets; sometimes a third person."""
        bodies: dict[str, list[tuple[str, str]]] = {}
        known = [one for one in options if one[0] in self.favourites]
        for key, label in known or options:
            bodies.setdefault(label.partition("（")[2][:2], []).append((key, label))
        found = [self.rng.choice(some) for some in list(bodies.values())[:2]]
        rest = [one for one in known or options if one not in found]
        if rest and (len(found) < 2 or self.rng.random() < 0.2):
            found.append(self.rng.choice(rest))
        return found

    def _rows(self, one: Schema, must: bool) -> list[dict[str, Any]]:
        item = self._resolved(one["items"])
        picks = {name: part for name, part in item["properties"].items() if part.get("widget") == "pick"}
        for name, part in picks.items():
            options = [tuple(choice) for choice in part.get("options", [])]
            people = "（" in options[0][1] if options else False
            if part["source"] == "team_candidate" and people:
                some = self._of_each_body(options)
                return [{**self._object(item, n), name: key} for n, (key, _) in enumerate(some)]
            if part["source"] in ("allegation", "enforcement_case") and name in item.get("required", []) and must:
                return [
                    {**self._object(item, n), name: int(key) if _whole(part) else key}
                    for n, (key, _) in enumerate(options)
                ]
        count = max(one.get("minItems", 0), self.rng.choice((1, 1, 2)) if must else self.rng.choice((0, 1, 1)))
        return [self._object(item, n) for n in range(count)]

    def _group(self, one: Schema, widget: str) -> dict[str, Any]:
        schema = self._resolved(one)
        if widget == "group":
            return {"name": "百里不言"}
        found = {}
        for name, part in schema["properties"].items():
            found[name] = SOURCE_WORDS.get(name) or (
                self.today.isoformat() if part.get("widget") == "date" else self._text(part)
            )
        return found

    def _coherent(self, found: dict[str, Any], schema: Schema) -> None:
        """Each founded 反映事项 gets one or two dispositions, the others none (方案四(九)、四(十一))."""
        item = self._resolved(schema["properties"]["dispositions"]["items"])
        found["dispositions"] = []
        for one in found["conclusions"]:
            founded = one["finding"] in ("founded", "partly")
            one["misconduct"] = founded and self.rng.random() < 0.4
            for n in range(self.rng.randint(1, 2) if founded else 0):
                found["dispositions"].append({**self._object(item, n), "allegation": one["allegation"]})

    def _resolved(self, one: Schema) -> Schema:
        for part in (one, *one.get("anyOf", [])):
            if "$ref" in part:
                found: Schema = self.defs[part["$ref"].rpartition("/")[2]]
                return found
        return one


def _is_period(one: Schema) -> bool:
    return str(one.get("title", "")).endswith("期限") and one.get("maxLength", 99) <= 12


def _many(one: Schema) -> bool:
    return one.get("type") == "array"


def _whole(one: Schema) -> bool:
    return one.get("type") == "integer" or any(part.get("type") == "integer" for part in one.get("anyOf", []))
