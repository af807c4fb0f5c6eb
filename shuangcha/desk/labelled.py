"""The content of an act, or the payload of a record, under the labels of its content model:
no key and no code is shown."""

from __future__ import annotations

import datetime as dt
import re
import typing
from typing import Any

from shuangcha.acts import registry as registry
from shuangcha.acts.contents.base import CONTENTS
from shuangcha.acts.corrections import LABELS
from shuangcha.plan.moves import MOVES
from shuangcha.plan.papers import PAPERS

from .templatetags.desk_tags import date_cn

UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PEOPLE = frozenset({"team_candidate", "team_member", "attendee", "attendees", "own_bodies", "person", "colleague"})
SERIAL = {"allegation": "第{}项反映事项", "point": "第{}项核查要点", "record": "第{}号调查记录"}

Pair = dict[str, Any]
"""name of the field, label and value; `rows` (a list of lists of pairs) where the field repeats a group."""


def labelled(move_key: str, data: dict[str, Any], names: dict[str, str]) -> list[Pair]:
    """What was entered, in the order of the form. `names`:
    words for uids and court codes that the content points at."""
    model = CONTENTS.get(move_key)
    return _pairs(model, data, names) if model is not None else []


def uids_in(move_key: str, data: dict[str, Any]) -> set[str]:
    """Uids in the content whose names a page must look up."""
    found: set[str] = set()
    _collect(CONTENTS.get(move_key), data, found)
    return found


def _collect(model: Any, data: Any, found: set[str]) -> None:
    for name, field in getattr(model, "model_fields", {}).items():
        value = data.get(name) if isinstance(data, dict) else None
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        if extra.get("source") in PEOPLE or extra.get("source") in ("court", "addressee"):
            found.update(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one)
        elif extra.get("widget") == "rows":
            for one in value or []:
                _collect(_inner(field.annotation), one, found)


def _pairs(model: Any, data: dict[str, Any], names: dict[str, str]) -> list[Pair]:
    pairs: list[Pair] = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        value = data.get(name)
        if extra.get("sealed") or value in (None, "", [], {}):
            continue
        widget, label = extra.get("widget"), field.title or ""
        if widget == "rows":
            rows = [_pairs(_inner(field.annotation), one, names) for one in value if isinstance(one, dict)]
            pairs.append({"name": name, "label": label, "rows": [one for one in rows if one]})
        elif widget in ("group", "source_facts") and isinstance(value, dict):
            pairs += _pairs(_inner(field.annotation), value, names)
        elif widget == "files":
            pairs.append({"name": name, "label": label, "rows": (), "value": f"{len(value)} 个附件"})
        else:
            shown = "、".join(
                filter(None, (_word(one, extra, names) for one in (value if isinstance(value, list) else [value])))
            )
            if shown:
                pairs.append(
                    {
                        "name": name,
                        "label": label,
                        "rows": (),
                        "value": shown,
                        "wide": len(shown) > 40 or widget == "textarea",
                    }
                )
    return pairs


def _word(value: Any, extra: dict[str, Any], names: dict[str, str]) -> str:
    widget, source = extra.get("widget"), extra.get("source")
    if widget == "choice":
        return str(dict(extra.get("options", [])).get(value, "")) or (str(value) if not str(value).isascii() else "")
    if widget == "flag" or isinstance(value, bool):
        return "是" if value else "否"
    if widget == "date" or isinstance(value, dt.date):
        return date_cn(value) or str(value)
    if widget == "time":
        return str(value)[:5]
    if widget == "current_version":
        return f"第{value}稿"
    if source == "own_todo":
        return MOVES[value].title if value in MOVES else ""
    if source in SERIAL:
        return SERIAL[str(source)].format(value)
    if source == "owed_paper":
        return PAPERS[value].label if value in PAPERS else ""
    if source == "correctable":  # a path; its last part is the fact
        return LABELS.get(str(value).rsplit(".", 1)[-1], "")
    text = str(value)
    if text in names:
        return names[text]
    # A uid without a name, and a hash, say nothing to a reader.
    return "" if UID.fullmatch(text) or source in ("material", "meeting") else text


def _inner(annotation: Any) -> Any:
    """The model inside list[Model] or Model | None."""
    return next((one for one in typing.get_args(annotation) if hasattr(one, "model_fields")), annotation)
