"""Content that was entered, for reading: labels and values through the content model, nested as it was entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shuangcha.access import reading
from shuangcha.acts.contents.base import Content
from shuangcha.acts.options import Offer
from shuangcha.plan.words import SOURCES

from .templatetags.desk_tags import day_cn
from .typed import Spec, specs

PERSONS = frozenset({"attendee", "attendees", "own_bodies", "team_candidate", "team_member", "colleague"})
COURTS = frozenset({"court", "addressee"})


def shown(
    model: type[Content], content: Mapping[str, Any], offer: Offer, files: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What was entered, in the form's order: {label, value, wide} or {label, rows: [{legend, fields}]}.

    Persons and courts are named even where they could not be chosen any more. At most five statements.
    """
    named = set(_chosen(model, content, PERSONS))
    courts = set(_chosen(model, content, COURTS))
    names = {**reading.people_named(named), **reading.courts_named(courts)}
    return _fields(model, content, offer, names, files)


def _chosen(model: type[Content], content: Mapping[str, Any], sources: frozenset[str]) -> Iterator[str]:
    for one in specs(model):
        value = content.get(one.name)
        if one.widget == "rows" and one.inner is not None:
            for row in value or []:
                yield from _chosen(one.inner, row, sources)
        elif one.widget == "pick" and one.source in sources and value:
            yield from (str(each) for each in value) if isinstance(value, list) else (str(value),)


def _fields(
    model: type[Content],
    content: Mapping[str, Any],
    offer: Offer,
    names: Mapping[str, str],
    files: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in specs(model):
        value = content.get(one.name)
        if one.widget == "rows" and one.inner is not None:
            inner = one.inner
            rows = [
                {"legend": f"第{n}项", "fields": _fields(inner, row, offer, names, files)}
                for n, row in enumerate(value or [], 1)
            ]
            found.append(_pair(one.title, rows=rows))
        elif one.widget == "source_facts":
            needs = SOURCES[content["source"]].needs if content.get("source") in SOURCES else ()
            found += [_pair(need.label, _day((value or {}).get(need.key, ""))) for need in needs]
        elif one.widget != "group":
            wide = one.widget in ("textarea", "lines", "files") or one.many
            found.append(_pair(one.title, _value(one, value, offer, names, files), wide=wide))
    return found


def _pair(
    label: str, value: str = "", *, wide: bool = False, rows: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """`rows`: a list of groups, empty or not; None for a single value. Every key is there: a template takes no other for none."""
    return {"label": label, "value": value, "wide": wide, "rows": rows}


def _value(
    one: Spec, value: Any, offer: Offer, names: Mapping[str, str], files: Mapping[str, Mapping[str, Any]]
) -> str:
    if value is None or value == "" or value == []:
        return ""
    if one.widget == "flag":
        return "是" if value else "否"
    if one.widget == "choice":
        return dict(one.options).get(str(value), str(value))
    if one.widget == "date":
        return _day(value)
    if one.widget == "current_version":
        return f"第{value}版"
    if one.widget == "files":
        return "、".join(files[str(uid)]["name"] if str(uid) in files else "附件" for uid in value)
    if one.widget == "lines":
        return "\n".join(map(str, value))
    if one.widget == "pick":
        each = [str(part) for part in value] if isinstance(value, list) else [str(value)]
        labels = names if one.source in PERSONS | COURTS else dict(offer.of(one.source))
        return "、".join(labels.get(part, part) for part in each)
    if one.widget == "time":
        return str(value)[:5]
    return str(value)


def _day(value: Any) -> str:
    return day_cn(value) or str(value or "")
