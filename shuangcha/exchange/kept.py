"""The interface as it is kept: one document, and what in a later one breaks a program that was written for an earlier.

`python3 go.py do openapi` writes the document; docs/openapi.json is the present one, tests/releases/*/openapi.json
those that were released.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from shuangcha.acts.contents.base import CONTENTS
from shuangcha.plan.moves import MOVES

CONTENT = "x-move-contents"
"""Beside the paths: the content of each move, which `POST /moves/{key}` takes and OpenAPI only calls an object."""
NAMED = re.compile(r"接口变更[:：]\s*((?:GET|POST|PUT|PATCH|DELETE) /\S+)")

Schema = dict[str, Any]


def document() -> Schema:
    """The OpenAPI document with the contents of the moves."""
    from .acting import offered
    from .api import api

    contents = {key: CONTENTS[key].model_json_schema() for key, row in MOVES.items() if offered(key) is row}
    told: Schema = json.loads(json.dumps({**api.get_openapi_schema(), CONTENT: contents}))
    return told


def breaking(old: Schema, new: Schema) -> dict[str, list[str]]:
    """What was promised in `old` and no longer holds in `new`, by operation (`METHOD path`)."""
    found: dict[str, list[str]] = {}
    for path, methods in old["paths"].items():
        for method, operation in methods.items():
            later = new["paths"].get(path, {}).get(method)
            comparison = _Comparison(old, new)
            said = ["取消"] if later is None else list(dict.fromkeys(comparison.operation(operation, later)))
            if said:
                found[f"{method.upper()} {path}"] = said
    act = next((path for path in old["paths"] if path.endswith("/moves/{key}")), "/moves/{key}")
    for key, content in old.get(CONTENT, {}).items():
        later = new.get(CONTENT, {}).get(key)
        if later is None:
            said = ["取消"]
        else:
            said = list(dict.fromkeys(_Comparison(content, later).schema(content, later, "内容", sent=True)))
        if said:
            found[f"POST {act.replace('{key}', key)}"] = said
    return found


def named(changelog: str) -> set[str]:
    """The operations whose change is told under the heading of what is not yet released."""
    told: set[str] = set()
    unreleased = False
    for line in changelog.splitlines():
        if line.startswith("## "):
            unreleased = "unreleased" in line
        elif unreleased:
            told.update(NAMED.findall(line))
    return told


class _Comparison:
    """Two documents side by side; each method yields one phrase for each thing that breaks."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[int, int, bool]] = set()

    def operation(self, old: Schema, new: Schema) -> Iterator[str]:
        yield from self._parameters(old.get("parameters", []), new.get("parameters", []))
        before, after = old.get("requestBody"), new.get("requestBody")
        if before:
            yield from self._media(before, after or {}, "请求", sent=True)
        elif after and after.get("required"):
            yield "新增必须的请求内容"
        for status, answer in old["responses"].items():
            later = new["responses"].get(status)
            if later is not None:
                yield from self._media(answer, later, f"应答{status}", sent=False)
            elif status.startswith("2"):
                yield f"不再应答{status}"

    def _parameters(self, old: list[Schema], new: list[Schema]) -> Iterator[str]:
        before = {(one["in"], one["name"]): one for one in old}
        after = {(one["in"], one["name"]): one for one in new}
        for key, one in before.items():
            if key not in after:
                yield f"取消参数{key[1]}"
            else:
                yield from self.schema(one["schema"], after[key]["schema"], f"参数{key[1]}", sent=True)
        for key, one in after.items():
            if one.get("required") and not before.get(key, {}).get("required"):
                yield f"参数{key[1]}成为必须"

    def _media(self, old: Schema, new: Schema, where: str, *, sent: bool) -> Iterator[str]:
        for kind, one in old.get("content", {}).items():
            later = new.get("content", {}).get(kind)
            if later is None:
                yield f"{where}不再用{kind}"
            else:
                yield from self.schema(one.get("schema", {}), later.get("schema", {}), where, sent=sent)

    def schema(self, old: Schema, new: Schema, where: str, *, sent: bool) -> Iterator[str]:
        """`sent`: the client writes it, so nothing may be refused that was taken; else it reads it, so nothing may come
        that did not come before."""
        mark = (id(old), id(new), sent)
        if mark in self._seen:
            return
        self._seen.add(mark)
        before, after = _kinds(old, self._old), _kinds(new, self._new)
        narrow, wide = (after, before) if sent else (before, after)
        if "any" not in narrow and set(wide) - set(narrow):
            yield f"{where}的类型改变"
        for kind in before.keys() & after.keys():
            yield from self._same_kind(before[kind], after[kind], where, sent=sent)

    def _same_kind(self, old: Schema, new: Schema, where: str, *, sent: bool) -> Iterator[str]:
        values, later = _values(old), _values(new)
        if values and later:
            yield from (f"{where}取消取值{value}" for value in values if value not in later)
        elif later if sent else values:
            yield f"{where}的取值改变"
        if "items" in old and "items" in new:
            yield from self.schema(old["items"], new["items"], f"{where}[]", sent=sent)
        rest, rest_later = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if isinstance(rest, dict) and isinstance(rest_later, dict):
            yield from self.schema(rest, rest_later, f"{where}.*", sent=sent)
        elif sent and rest is not False and rest_later is False:
            yield f"{where}不再接受其他栏目"
        yield from self._fields(old, new, where, sent=sent)

    def _fields(self, old: Schema, new: Schema, where: str, *, sent: bool) -> Iterator[str]:
        fields, later = old.get("properties", {}), new.get("properties", {})
        must, must_later = set(old.get("required", [])), set(new.get("required", []))
        for name, one in fields.items():
            if name not in later:
                yield f"{where}取消栏目{name}"
            else:
                yield from self.schema(one, later[name], f"{where}.{name}", sent=sent)
        if sent:
            yield from (f"{where}的栏目{name}成为必须" for name in sorted(must_later - must))
        else:
            yield from (f"{where}的栏目{name}可能没有" for name in sorted((must - must_later) & set(later)))


def _kinds(schema: Schema, root: Schema) -> dict[str, Schema]:
    """The alternatives of a schema: by type and format, objects among several by their title."""
    while "$ref" in schema:
        place: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        schema = place
    parts = [part for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, [])]
    if parts:
        found: dict[str, Schema] = {}
        for part in parts:
            for kind, one in _kinds(part, root).items():
                found[f"{kind} {one.get('title', '')}" if kind in found else kind] = one
        return found
    types = schema.get("type", "any")
    form = f":{schema['format']}" if "format" in schema else ""
    return {f"{one}{form}": schema for one in (types if isinstance(types, list) else [types])}


def _values(schema: Schema) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    return list(schema.get("enum", [])) or [value for value, _label in schema.get("options", [])]
