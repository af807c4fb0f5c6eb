"""Sentences and facts of findings, from the slots of a hit: once in Python, once as SQL, the same words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from .kinds.base import Hit, Kind
from .laws import LAWS
from .model import Rule, RulesError
from .nodes import NODES
from .select import quoted

_FIELD = re.compile(r"\{(\w+)\}")
TITLES: Mapping[str, str] = {node.code: node.title for node in NODES}
_INDEX = {name: place for place, name in enumerate(Hit._fields)}


def day_text(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def money_text(amount: int | None) -> str:
    if amount is None:
        return ""
    whole, part = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{part:02d}元"


def names(check: Kind) -> dict[str, str]:
    """fact → slot, of this kind, with nominal and due."""
    return {"nominal": "nominal", "due": "due"} | {name: slot for slot, name in check.facts.items()}


def _shown(name: str, slot: str) -> Callable[[Any], str]:
    if slot in ("d1", "d2", "nominal", "due"):
        return day_text
    if name.endswith("amount"):
        return money_text
    if name == "node":
        return lambda value: TITLES.get(value, value) if value else ""
    return lambda value: "" if value is None else str(value)


@lru_cache(maxsize=512)
def teller(template: str, check: Kind) -> Callable[[Hit], str]:
    """The function that fills a template from a hit of this kind. RulesError for a field the kind does not know."""
    known = names(check)
    parts: list[tuple[str, int, Callable[[Any], str] | None]] = []
    for place, piece in enumerate(_FIELD.split(template)):
        if place % 2 == 0:
            parts.append((piece, 0, None))
        elif piece not in known:
            raise RulesError(f"理由模板中的“{{{piece}}}”无法识别，可用：{'、'.join(sorted(known))}。")
        else:
            parts.append(("", _INDEX[known[piece]], _shown(piece, known[piece])))
    return lambda hit: "".join(text if show is None else show(hit[index]) for text, index, show in parts)


def template_of(rule: Rule, hit: Hit) -> str:
    """The sentence for what was never done, where the rule has one and the hit shows no second day."""
    return rule.reason_open if rule.reason_open and hit.d2 is None else rule.reason


def facts_of(check: Kind, hit: Hit) -> dict[str, Any]:
    """Named facts, days as text; empty ones are left out."""
    found = {}
    for slot, name in check.facts.items():
        value = hit[_INDEX[slot]]
        if value is not None:
            found[name] = value.isoformat() if isinstance(value, date) else value
    return found


# --- the same as SQL ------------------------------------------------------------------------------------------------


def _shown_sql(name: str, slot: str) -> str:
    if slot in ("d1", "d2", "nominal", "due"):
        return f"CASE WHEN {slot} IS NULL THEN '' ELSE concat(year({slot}), '年', month({slot}), '月', day({slot}), '日') END"
    if name.endswith("amount"):
        sign = f"CASE WHEN {slot} < 0 THEN '-' ELSE '' END"
        return f"CASE WHEN {slot} IS NULL THEN '' ELSE concat({sign}, abs({slot}) // 100, '.', lpad(CAST(abs({slot}) % 100 AS VARCHAR), 2, '0'), '元') END"
    if name == "node":
        return f"coalesce((SELECT title FROM node_titles WHERE code = {slot}), {slot}, '')"
    return f"coalesce(CAST({slot} AS VARCHAR), '')"


def told_sql(rule: Rule, check: Kind) -> str:
    """SQL expression of the sentence."""

    def one(template: str) -> str:
        known = names(check)
        parts = []
        for place, piece in enumerate(_FIELD.split(template)):
            if place % 2:
                parts.append(_shown_sql(piece, known[piece]))
            elif piece:
                parts.append(quoted(piece))
        return f"concat({', '.join(parts)})"

    if rule.reason_open:
        return f"CASE WHEN d2 IS NULL THEN {one(rule.reason_open)} ELSE {one(rule.reason)} END"
    return one(rule.reason)


def facts_sql(check: Kind) -> str:
    """SQL expression of the facts as a JSON text without empty ones."""
    if not check.facts:
        return "'{}'"
    fields = ", ".join(f"{quoted(name)}: {slot}" for slot, name in check.facts.items())
    return f"CAST(json_merge_patch('{{}}', to_json({{{fields}}})) AS VARCHAR)"


def source_sql(law: str) -> tuple[str, str, str, str]:
    """SQL expressions of law, version, article and mark by the day of `at`; `law` is a key of LAWS or empty."""
    if not law:
        return ("NULL",) * 4
    versions = LAWS[law]

    def one(attribute: str) -> str:
        newest = quoted(getattr(versions[-1][1], attribute))
        whens = " ".join(
            f"WHEN happened_at >= {quoted(since)} THEN {quoted(getattr(source, attribute))}"
            if since != date.min
            else f"WHEN TRUE THEN {quoted(getattr(source, attribute))}"
            for since, source in reversed(versions)
        )
        return f"CASE WHEN happened_at IS NULL THEN {newest} {whens} END"

    return one("law"), one("version"), one("article"), one("mark")
