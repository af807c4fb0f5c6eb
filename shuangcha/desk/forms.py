"""One form for every move: drawn from the move's content model, and read back from what a browser sends.

Three shapes: *typed* is what stands in the inputs (text as typed, rows as lists), *raw* is the plain data that the door
checks, *drawn* is what the templates show. Whatever was typed is kept through every refusal; only rows in which nothing
was entered fall away when the form is sent. Inputs are named by the field's path: `cases.0.officers.1.name`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shuangcha.acts.contents.base import Content
from shuangcha.plan.words import SOURCES

from . import parts
from .typed import Spec, Typed, blank, specs
from .wording import full

Choices = list[tuple[str, str]]
OptionsOf = Callable[[str], Choices]
RADIO_MOST = 5
"""A choice of up to so many words is shown whole; a longer one, and any inside a row, as a list to open."""
NOTHING = {"meeting": "没有已召集、尚未开始的会议。请先在“联席会议”页召集会议，再来编入议程。"}
"""What to do first where there is nothing to choose."""
INNER, PLACE = "__g__", "__m__"
"""Stand for the group's name and the row's index in the blank row of a group inside a row (see static/app/move.js)."""


@dataclass
class Form:
    """A content model drawn with what is typed and what is wrong with it.

    `options_of` gives the choices of a `pick` source; `uploads` the names of the files sent ahead, by uid, `rules`
    their limits. `marked` is what the ids of its inputs begin with: several forms may stand on one page.
    """

    model: type[Content]
    typed: Typed
    options_of: OptionsOf
    errors: dict[str, str] = field(default_factory=dict)
    uploads: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    suggest_url: str = ""
    rules: Any = None
    accept: str = ""
    marked: str = "id"
    summary: list[dict[str, str]] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)

    def drawn(self) -> list[dict[str, Any]]:
        """The fields for the templates; afterwards `summary` has the errors that found their field,
        `placed` their paths."""
        self.summary, self.placed = [], set()
        ordered = sorted(specs(self.model), key=lambda one: one.widget == "files")  # attachments come last
        return [self._field(one, self.typed, "") for one in ordered]

    @property
    def multipart(self) -> bool:
        return any(one.widget == "files" for one in specs(self.model))

    def _field(self, one: Spec, typed: Typed, prefix: str, where: str = "") -> dict[str, Any]:
        return parts.field(self._told(one, typed, prefix, where))

    def _told(self, one: Spec, typed: Typed, prefix: str, where: str) -> dict[str, Any]:
        name, value = prefix + one.name, typed.get(one.name)
        f: dict[str, Any] = {
            "id": f"{self.marked}_{name}",
            "name": name,
            "label": one.title,
            "required": one.required,
            "help": one.help,
            "value": value,
        }
        if one.widget == "rows" and one.inner is not None:
            return {**f, **self._rows(one, one.inner, value or [], name)}
        if one.widget == "group" and one.inner is not None:
            inner = one.inner
            f |= {"kind": "group", "error": self._error(name, one.title, exact=True)}
            return {**f, "fields": [self._field(each, value or {}, f"{name}.", where) for each in specs(inner)]}
        if one.widget == "source_facts":
            return {**f, **self._source_facts(value or {}, str(typed.get("source", "")), name)}
        f["error"] = self._error(name, where + one.title)
        f["label_path"] = where + one.title
        return {**f, **self._control(one, value, bool(prefix))}

    def _control(self, one: Spec, value: Any, in_row: bool) -> dict[str, Any]:
        if one.widget == "pick" and one.source == "court":
            return {"kind": "court", "suggest_url": self.suggest_url}
        if one.widget in ("choice", "pick"):
            return self._choices(one, value, in_row)
        if one.widget == "files":
            return self._files(one, value or [])
        if one.widget == "number":
            return {"kind": "number", "min": one.low, "max": one.high, "inputmode": "numeric"}
        if one.widget == "flag":
            return {"kind": "checkbox", "required": False}
        if one.widget == "lines":
            return {"kind": "textarea", "rows": 4, "help": f"{one.help}；一行写一个".lstrip("；")}
        if one.widget == "current_version":
            return {"kind": "version", "shown": f"第{value}版" if value else "—"}
        if one.widget == "textarea":
            return {"kind": "textarea", "rows": 3 if one.most <= 2000 else 6}
        return {"kind": one.widget}

    def _choices(self, one: Spec, value: Any, in_row: bool) -> dict[str, Any]:
        offered = list(one.options) if one.widget == "choice" else self.options_of(one.source)
        chosen = {str(each) for each in value} if one.many else {str(value or "")}
        options = [{"value": key, "label": label, "selected": key in chosen} for key, label in offered]
        if one.many:
            return {"kind": "checkboxes", "options": options, "wide": True, "nothing": not options}
        if one.widget == "choice" and not in_row and len(options) <= RADIO_MOST:
            return {"kind": "radio", "options": options}
        first = {"value": "", "label": "请选择" if options else "没有可选的内容", "selected": not chosen - {""}}
        found: dict[str, Any] = {"kind": "select", "options": [first, *options]}
        return found if options or one.source not in NOTHING else {**found, "help": NOTHING[one.source]}

    def _files(self, one: Spec, uids: list[str]) -> dict[str, Any]:
        sent = [{"uid": uid, **self.uploads[uid]} for uid in uids if uid in self.uploads]
        return {
            "kind": "files",
            "wide": True,
            "sent": sent,
            "rules": self.rules,
            "accept": self.accept,
            "multiple": True,
        }

    def _rows(self, one: Spec, inner: type[Content], typed: list[Typed], name: str) -> dict[str, Any]:
        nested = "." in name
        shown = typed or ([] if nested else [blank(inner)] * max(1, one.least))
        legend = "第{}项"
        rows = [
            {
                "index": n,
                "legend": legend.format(n + 1),
                "id": f"{self.marked}_{name}.{n}",
                "error": self._error(f"{name}.{n}", f"{one.title}第{n + 1}项", exact=True),
                "fields": [self._field(each, row, f"{name}.{n}.", f"{one.title}第{n + 1}项 ") for each in specs(inner)],
            }
            for n, row in enumerate(shown)
        ]
        place = f"{INNER}.{PLACE}." if nested else f"{name}.__n__."
        return {
            "kind": "rows",
            "nested": nested,
            "error": self._error(name, one.title, exact=True),
            "next_index": len(shown),
            "max": one.most,
            "rows": rows,
            "blank": {
                "legend": "新增一项",
                "id": "",
                "error": "",
                "fields": [self._field(each, blank(inner), place) for each in specs(inner)],
            },
        }

    def _source_facts(self, value: Mapping[str, Any], chosen: str, name: str) -> dict[str, Any]:
        """The fields of every source; only those of the chosen one are shown and sent."""
        blocks = []
        for key, source in SOURCES.items():
            typed, fields = value.get(key, {}), []
            for need in source.needs:
                at = f"{name}.{key}.{need.key}"
                error = self._source_error(name, need.key, need.label) if key == chosen else ""
                text = str(typed.get(need.key, ""))
                f: dict[str, Any] = {
                    "id": f"{self.marked}_{at}",
                    "name": at,
                    "label": need.label,
                    "required": True,
                    "value": text,
                    "error": error,
                }
                if need.kind == "choice":
                    first = {"value": "", "label": "请选择", "selected": not text}
                    f |= {
                        "kind": "select",
                        "options": [first, *({"value": w, "label": w, "selected": w == text} for w in need.choices)],
                    }
                else:
                    f["kind"] = need.kind
                if error:
                    self.summary.append({"field_id": f["id"], "label": need.label, "text": error})
                fields.append(parts.field(f))
            blocks.append(
                {"key": key, "label": source.short, "article": source.article, "shown": key == chosen, "fields": fields}
            )
        return {"kind": "source_facts", "blocks": blocks, "chosen": chosen if chosen in SOURCES else ""}

    def _source_error(self, name: str, key: str, label: str) -> str:
        """The model speaks of a source's fields as a whole and names the field in its sentence."""
        for path, text in self.errors.items():
            if path == f"{name}.{key}" or (path in ("", name) and (f"填写{label}" in text or f"{label}只能" in text)):
                self.placed.add(path)
                return bare(text, label)
        return ""

    def _error(self, name: str, label: str, *, exact: bool = False) -> str:
        """The first sentence about this field (or about one of the things chosen in it), noted for the summary."""
        own = [key for key in self.errors if key == name or (not exact and key.startswith(f"{name}."))]
        if not own:
            return ""
        self.placed.update(own)
        text = bare(self.errors[own[0]], label.rsplit(" ", 1)[-1])
        self.summary.append({"field_id": f"{self.marked}_{name}", "label": label, "text": text})
        return text


def bare(sentence: str, title: str = "") -> str:
    """The sentence without the field's name in front: the name stands beside it already."""
    sentence = full(sentence)
    head, colon, rest = sentence.replace("：", ":", 1).partition(":")
    return rest.strip() if colon and rest and (not head or (title and head.endswith(title))) else sentence
