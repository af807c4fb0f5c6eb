"""What stands in the inputs of a form, as its content model shapes it: read from the browser, filled, pruned,
made raw."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, Union, get_args, get_origin

from pydantic_core import PydanticUndefined

from shuangcha.acts.contents.base import Content
from shuangcha.plan.words import SOURCES

from .pasting import pasted
from .wording import full

Typed = dict[str, Any]


class Posted(Protocol):
    """What is needed of a QueryDict."""

    def get(self, key: str, default: str = ..., /) -> Any: ...

    def getlist(self, key: str, /) -> list[Any]: ...

    def __iter__(self) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Spec:
    """One field of a content model, as a form needs to know it."""

    name: str
    title: str
    help: str
    widget: str
    required: bool
    default: Any
    many: bool
    inner: type[Content] | None
    source: str = ""
    options: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int = 0
    low: int | None = None
    high: int | None = None


@cache
def specs(model: type[Content]) -> tuple[Spec, ...]:
    """The fields of a content model in their order."""
    return tuple(_spec(name, info) for name, info in model.model_fields.items())


def _spec(name: str, info: Any) -> Spec:
    extra: Mapping[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    inner, many = _shape(info.annotation)
    default = None if info.default is PydanticUndefined else info.default
    marks: dict[str, Any] = {}
    for mark in info.metadata:
        for key in ("min_length", "max_length", "ge", "le"):
            if getattr(mark, key, None) is not None:
                marks[key] = getattr(mark, key)
    hint = str(extra.get("example", ""))
    words = (info.description or "").rstrip("。")
    help_text = "；".join(part for part in (words, f"例：{hint}" if hint else "") if part)
    return Spec(
        name,
        full(info.title or name),
        full(help_text),
        str(extra.get("widget", "text")),
        info.is_required() or (many and marks.get("min_length", 0) > 0),
        default,
        many,
        inner,
        str(extra.get("source", "")),
        tuple((str(key), full(str(label))) for key, label in extra.get("options", ())),
        marks.get("min_length", 0),
        marks.get("max_length", 0),
        marks.get("ge"),
        marks.get("le"),
    )


def _shape(annotation: Any) -> tuple[type[Content] | None, bool]:
    """The content model inside an annotation, and whether it is a list."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return next((_shape(arg) for arg in get_args(annotation) if arg is not type(None)), (None, False))
    if origin is list:
        return _shape(get_args(annotation)[0])[0], True
    if isinstance(annotation, type) and issubclass(annotation, Content):
        return annotation, False
    return None, False


def typed_of(model: type[Content], post: Posted, prefix: str = "") -> Typed:
    """What stands in the inputs. The buttons add-GROUP and remove-GROUP, when they sent the form, have been obeyed."""
    found: Typed = {}
    for one in specs(model):
        name = prefix + one.name
        if one.widget == "rows" and one.inner is not None:
            gone = post.get(f"remove-{name}", "")
            numbers = [n for n in _numbers(post, name) if str(n) != gone]
            rows = [typed_of(one.inner, post, f"{name}.{n}.") for n in numbers]
            found[one.name] = rows + ([blank(one.inner)] if f"add-{name}" in post else [])
        elif one.widget == "group" and one.inner is not None:
            found[one.name] = typed_of(one.inner, post, f"{name}.")
        elif one.widget == "source_facts":
            found[one.name] = {
                key: {need.key: pasted(str(post.get(f"{name}.{key}.{need.key}", ""))) for need in source.needs}
                for key, source in SOURCES.items()
            }
        elif one.widget == "flag":
            found[one.name] = bool(post.get(name, ""))
        elif one.many and one.widget != "lines":
            found[one.name] = list(dict.fromkeys(str(each) for each in post.getlist(name) if each))
        else:
            found[one.name] = pasted(str(post.get(name, "")))
    return found


def _numbers(post: Posted, name: str) -> list[int]:
    """Indexes of the rows of a group, in order; they may have gaps."""
    found: set[int] = set()
    for key in post:
        if key.startswith(f"{name}."):
            first = key[len(name) + 1 :].split(".", 1)[0]
            if first.isascii() and first.isdigit() and len(first) < 6:
                found.add(int(first))
    return sorted(found)


def is_edit(post: Posted) -> bool:
    """The form was sent by a button that only changes the form: add or remove a row,
    show the fields of a source, compute."""
    return any(key.startswith(("add-", "remove-")) or key == "refresh" for key in post)


def blank(model: type[Content]) -> Typed:
    """Inputs with nothing in them but defaults."""
    found: Typed = {}
    for one in specs(model):
        if one.widget == "rows":
            found[one.name] = []
        elif one.widget == "group" and one.inner is not None:
            found[one.name] = blank(one.inner)
        elif one.widget == "source_facts":
            found[one.name] = {}
        elif one.widget == "flag":
            found[one.name] = bool(one.default)
        elif one.many and one.widget != "lines":
            found[one.name] = []
        else:
            found[one.name] = "" if one.default is None else str(one.default)
    return found


def typed_from(model: type[Content], content: Mapping[str, Any]) -> Typed:
    """Inputs filled with content that is there already (an earlier version, the points of the matter)."""
    found = blank(model)
    for one in specs(model):
        if one.name not in content or content[one.name] is None:
            continue
        value = content[one.name]
        if one.widget == "rows" and one.inner is not None:
            inner = one.inner
            found[one.name] = [typed_from(inner, row) for row in value]
        elif one.widget == "group" and one.inner is not None:
            found[one.name] = typed_from(one.inner, value)
        elif one.widget == "flag":
            found[one.name] = bool(value)
        elif one.widget == "lines":
            found[one.name] = "\n".join(value)
        elif one.many:
            found[one.name] = [str(each) for each in value]
        elif one.widget != "source_facts":
            found[one.name] = str(value)
    return found


def pruned(model: type[Content], typed: Typed) -> Typed:
    """Without the rows in which nothing was entered."""
    found = dict(typed)
    for one in specs(model):
        if one.widget == "rows" and one.inner is not None:
            inner = one.inner
            found[one.name] = [pruned(inner, row) for row in typed[one.name] if not is_empty(inner, row)]
    return found


def is_empty(model: type[Content], typed: Typed) -> bool:
    """Nothing was entered: no text, no choice, no tick."""
    for one in specs(model):
        value = typed.get(one.name)
        if one.widget == "rows" and one.inner is not None:
            inner = one.inner
            if any(not is_empty(inner, row) for row in value or []):
                return False
        elif one.widget == "group" and one.inner is not None:
            if not is_empty(one.inner, value or {}):
                return False
        elif (isinstance(value, str) and value.strip()) or (not isinstance(value, str) and value):
            return False
    return True


def raw_of(model: type[Content], typed: Typed) -> dict[str, Any]:
    """Plain data for the door. A field left blank is not there,
    so that a required one is missed and an optional one keeps its default."""
    raw: dict[str, Any] = {}
    for one in specs(model):
        value = typed.get(one.name)
        if one.widget == "rows" and one.inner is not None:
            inner = one.inner
            raw[one.name] = [raw_of(inner, row) for row in value or []]
        elif one.widget == "group" and one.inner is not None:
            if not is_empty(one.inner, value or {}):
                raw[one.name] = raw_of(one.inner, value or {})
        elif one.widget == "source_facts":
            chosen = (value or {}).get(str(typed.get("source", "")), {})
            raw[one.name] = {key: text for key, text in chosen.items() if text.strip()}
        elif one.widget == "flag":
            raw[one.name] = bool(value)
        elif one.widget == "lines":
            raw[one.name] = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        elif one.many:
            raw[one.name] = list(value or [])
        elif value is not None and str(value).strip():
            raw[one.name] = value
    return raw
