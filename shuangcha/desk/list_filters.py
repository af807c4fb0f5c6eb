"""By what a list is narrowed: read from the address, shown as fields and as chips that can be taken away,
turned into a condition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from shuangcha.access import narrowing, reading
from shuangcha.courts.people import Viewer
from shuangcha.numbers import NumberError, parse
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.stages import STAGES
from shuangcha.plan.words import ITEM_KINDS, SOURCES

from .list_columns import MODES, Listing
from .templatetags.desk_tags import day_cn

LONGEST = 100
NAMES = ("q", "stage", "court", "due", "quarter", "since", "until", "source", "kind", "mode", "who", "urgent", "own")
"""Every filter that an address may carry; what else stands there (page, view) is no part of a saved filter."""
DUE = {"late": "已超期", "soon": "三日内到期", "month": "本月内到期"}
WHO = {"mine": "分给我的", "none": "尚未分派"}
OWN = {"1": "本院启动"}
URGENT = {"1": "加急", "0": "不加急"}
QUARTERS = "一二三四"
QUARTERS_SHOWN = 8
BAD_DAY = "日期请写成 2026-11-24 的样子"


@dataclass
class Asked:
    """What was asked for. `only` narrows the rows; `stages` and `court_id` can be walked along an index;
    `impossible`: no row."""

    values: dict[str, str]
    text: str = ""
    numbers: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    court_id: int | None = None
    only: Q = field(default_factory=Q)
    errors: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """What each active filter says, for its chip and for the first lines of an exported sheet."""

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.errors)

    @property
    def spoken(self) -> str:
        return "；".join(self.words.values()) or "全部"


def values_of(query: Mapping[str, Any]) -> dict[str, str]:
    """The filters of an address, trimmed; those left empty are not there."""
    found = {name: str(query.get(name, "")).replace("\0", "").strip()[:LONGEST] for name in NAMES}
    return {name: value for name, value in found.items() if value}


def encoded(values: Mapping[str, str], **more: str) -> str:
    """The filters as the tail of an address, in a fixed order."""
    query = QueryDict(mutable=True)
    for name, value in {**{one: values[one] for one in NAMES if one in values}, **more}.items():
        query[name] = value
    return str(query.urlencode())


def wanted(text: str) -> tuple[str, list[str]]:
    """(text to find, case numbers to find): a number typed in any form is written in one, with those linked to it."""
    text = text.replace("\0", "").strip()[:LONGEST]
    try:
        number = str(parse(text)) if text else ""
    except NumberError:
        return text, []
    return text, reading.linked_numbers(number) if number else []


def options_of(listing: Listing, name: str, on: dt.date) -> dict[str, str]:
    """Choices of a filter, by what stands in the address."""
    if name == "stage":
        return {"open": "未办结", **{key: one.label for (kind, key), one in STAGES.items() if kind == listing.kind}}
    if name == "kind":
        return {key: one.label for key, one in ITEM_KINDS.items()} if listing.kind == "item" else dict(DUTY_KINDS)
    if name == "quarter":
        return quarters(on)
    return {
        "due": DUE,
        "source": {key: one.short for key, one in SOURCES.items()},
        "mode": MODES,
        "who": WHO,
        "urgent": URGENT,
        "own": OWN,
    }[name]


def fields_of(listing: Listing) -> list[str]:
    """Names of the filters of a list, the everyday ones first."""
    if listing.kind == "todo":
        return ["due", *listing.more]
    found = ["q", "stage"]
    found += ["court"] if listing.court else []
    found += ["due"]
    found += ["quarter", "since", "until"] if listing.dated else []
    return found + list(listing.more)


CHOICES = ("stage", "due", "source", "kind", "mode", "who", "urgent", "own")
EVERYDAY = 4
"""So many filters stand in sight; the rest unfold."""
LABELS = {
    "stage": "办理环节",
    "court": "法院",
    "due": "期限",
    "source": "线索来源",
    "kind": "类别",
    "mode": "办理方式",
    "who": "承办人",
    "urgent": "加急",
    "own": "启动法院",
}


def label_of(listing: Listing, name: str) -> str:
    if name == "q":
        return listing.words
    dated = {
        "quarter": f"{listing.dated_label}季度",
        "since": f"{listing.dated_label}不早于",
        "until": f"{listing.dated_label}不晚于",
    }
    return dated.get(name) or LABELS[name]


# --- quarters ---------------------------------------------------------------------------------------------------------
def quarters(on: dt.date) -> dict[str, str]:
    """The present quarter and those before it, newest first."""
    year, n = on.year, (on.month - 1) // 3
    found = {}
    for _ in range(QUARTERS_SHOWN):
        found[f"{year}-{n + 1}"] = quarter_label(f"{year}-{n + 1}")
        year, n = (year, n - 1) if n else (year - 1, 3)
    return found


def quarter_label(key: str) -> str:
    """2020-2 → 2020年第二季度; empty for what names no quarter."""
    days = quarter_days(key)
    return f"{days[0].year}年第{QUARTERS[(days[0].month - 1) // 3]}季度" if days else ""


def quarter_days(key: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of a quarter written YYYY-N."""
    year, _, n = key.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and n in ("1", "2", "3", "4") and int(year) >= 1900):
        return None
    first = dt.date(int(year), 3 * int(n) - 2, 1)
    return first, narrowing.month_end(first.replace(month=3 * int(n)))


# --- from the address -------------------------------------------------------------------------------------------------
def read(query: Mapping[str, Any], listing: Listing, viewer: Viewer, on: dt.date) -> Asked:
    """What an address asks of the list. A value that is no choice falls away;
    a court or a day that cannot be is told at its field."""
    known = set(fields_of(listing))
    asked = Asked({name: value for name, value in values_of(query).items() if name in known})
    for name in CHOICES:
        value = asked.values.get(name)
        if value is not None and value not in options_of(listing, name, on):
            del asked.values[name]
    _text(asked, listing)
    _choices(asked, listing, viewer, on)
    _court(asked, listing)
    _days(asked, listing)
    asked.words = {name: asked.words[name] for name in NAMES if name in asked.words}
    return asked


def _text(asked: Asked, listing: Listing) -> None:
    if "q" in asked.values:
        asked.text, asked.numbers = wanted(asked.values["q"])
        asked.words["q"] = f"含“{asked.text}”"


def _choices(asked: Asked, listing: Listing, viewer: Viewer, on: dt.date) -> None:
    for name in CHOICES:
        value = asked.values.get(name)
        if value is None:
            continue
        asked.words[name] = f"{LABELS[name]}：{options_of(listing, name, on)[value]}"
        if name == "stage":
            if value == "open":
                asked.only &= ~Q(stage__in=reading.FINAL[listing.kind])
            else:
                asked.stages = [value]
        elif name == "due":
            within = (
                narrowing.todos_within(value, on)
                if listing.kind == "todo"
                else narrowing.due_within(listing.kind, value, on)
            )
            asked.only &= within
        elif name == "who":
            asked.only &= narrowing.todos_of_officer(viewer) if value == "mine" else narrowing.todos_unassigned()
        elif name == "own":
            asked.only &= Q(owner_court_id__in=viewer.courts())
        elif name == "source":
            asked.only &= Q(source=value) if listing.kind == "clue" else narrowing.carries_source(viewer, value)
        else:
            asked.only &= Q(**{name: value == "1" if name == "urgent" else value})


def _court(asked: Asked, listing: Listing) -> None:
    """Two typed characters are enough; several courts of such a name all count."""
    text = asked.values.get("court")
    if text is None:
        return
    found = narrowing.courts_meant(text) if len(text) > 1 or not text.isascii() else []
    if not found:
        asked.errors["court"] = f"没有名称含“{text}”的法院，请换两个字试试，例如“瀍河”。"
    elif len(found) > narrowing.MEANT_MOST:
        asked.errors["court"] = f"名称含“{text}”的法院太多，请多写几个字，例如“洛阳市瀍河”。"
    elif len(found) == 1:
        asked.court_id = found[0][0]
        asked.values["court"] = found[0][1]
    else:
        asked.only &= Q(**{f"{listing.court}_id__in": [pk for pk, _ in found]})
    if found and "court" not in asked.errors:
        asked.words["court"] = (
            f"{LABELS['court']}：{found[0][1] if len(found) == 1 else f'名称含“{text}”的{len(found)}个'}"
        )


def _days(asked: Asked, listing: Listing) -> None:
    if "quarter" in asked.values:
        days = quarter_days(asked.values["quarter"])
        if days is None:
            del asked.values["quarter"]
        else:
            asked.only &= Q(**{f"{listing.dated}__range": days})
            asked.words["quarter"] = f"{quarter_label(asked.values['quarter'])}{listing.dated_label}"
    found: dict[str, dt.date] = {}
    for name, ending in (("since", "gte"), ("until", "lte")):
        text = asked.values.get(name)
        if text is None:
            continue
        try:
            found[name] = dt.date.fromisoformat(text)
        except ValueError:
            asked.errors[name] = f"{BAD_DAY}。"
            continue
        asked.only &= Q(**{f"{listing.dated}__{ending}": found[name]})
        asked.words[name] = f"{day_cn(found[name])}{'及以后' if name == 'since' else '及以前'}{listing.dated_label}"
    if len(found) == 2 and found["since"] > found["until"]:
        asked.errors["until"] = f"不能早于前一栏的{day_cn(found['since'])}，请调换两栏日期。"


# --- to the page ------------------------------------------------------------------------------------------------------
def drawn(listing: Listing, asked: Asked, on: dt.date) -> tuple[list[dict[str, Any]], list[dict[str, Any]], bool]:
    """(fields in sight, fields to unfold, whether these are open) for parts/field.html."""
    fields = [_field(listing, name, asked, on) for name in fields_of(listing)]
    rest = fields_of(listing)[EVERYDAY:]
    return fields[:EVERYDAY], fields[EVERYDAY:], any(name in asked.words or name in asked.errors for name in rest)


def _field(listing: Listing, name: str, asked: Asked, on: dt.date) -> dict[str, Any]:
    value = asked.values.get(name, "")
    found: dict[str, Any] = {
        "id": f"id_{name}",
        "name": name,
        "label": label_of(listing, name),
        "value": value,
        "error": asked.errors.get(name, ""),
    }
    if name == "q":
        return found | {"kind": "search", "placeholder": "任意几个字", "maxlength": LONGEST}
    if name == "court":
        return found | {
            "kind": "court",
            "suggest_url": reverse("court-suggest"),
            "maxlength": LONGEST,
            "placeholder": "两个字，如“瀍河”",
        }
    if name in ("since", "until"):
        return found | {"kind": "date"}
    options = options_of(listing, name, on)
    if name == "quarter" and value and value not in options:
        options = {value: quarter_label(value), **options}
    first = {"value": "", "label": "全部", "selected": not value}
    return found | {
        "kind": "select",
        "options": [first] + [{"value": key, "label": text, "selected": key == value} for key, text in options.items()],
    }


def chips(asked: Asked, path: str, keep: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """One for each active filter, with the address of the list without it."""
    found = []
    for name, text in asked.words.items():
        left = {key: value for key, value in asked.values.items() if key != name}
        tail = encoded(left, **(keep or {}))
        found.append({"text": text, "url": f"{path}?{tail or 'all=1'}"})
    return found
