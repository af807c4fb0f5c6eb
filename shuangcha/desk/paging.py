"""Paging by key: a page is what stands after (or before) a row, never a number of rows to skip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import QueryDict

SIZE = 20
SALT = "desk.page"


@dataclass(frozen=True, slots=True)
class Order:
    """A column of the order: `value` reads it from a row."""

    column: str
    down: bool
    value: Callable[[Any], Any]


BY_DAY = (Order("held_on", True, lambda row: row.held_on.isoformat()), Order("pk", True, lambda row: row.pk))
"""Meetings, the latest day first."""
BY_NEWEST = (Order("pk", True, lambda row: row.pk),)


def cut(
    rows: QuerySet[Any], orders: Sequence[Order], query: QueryDict, size: int = SIZE
) -> tuple[list[Any], dict[str, str]]:
    """(rows of the page, {prev_url, next_url, first_url}). One statement; a spoilt mark leads to the first page.

    The marks in the address are signed: they tell nothing, and nobody can make one.
    """
    mark, back = _mark(query, len(orders))
    down = [order.down != back for order in orders]
    if mark is not None:
        rows = rows.filter(_beyond(orders, down, mark))
    names = [f"-{order.column}" if falls else order.column for order, falls in zip(orders, down, strict=True)]
    found = list(rows.order_by(*names)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    has_prev = more if back else mark is not None
    has_next = True if back else more
    urls = {
        "prev_url": _url(query, orders, found[0], "b") if found and has_prev else "",
        "next_url": _url(query, orders, found[-1], "a") if found and has_next else "",
        "first_url": _without(query) if mark is not None else "",
    }
    return found, urls


def cut_ids(
    fetch: Callable[[int | None, int | None, int], list[int]], query: QueryDict, size: int = SIZE
) -> tuple[list[int], dict[str, str]]:
    """(ids of the page, {prev_url, next_url, first_url}), newest first; `fetch(before, after,
    limit)` walks the index."""
    mark, back = _mark(query, 1)
    last = int(mark[0]) if mark is not None else None
    found = fetch(None if back else last, last if back else None, size + 1)
    more = len(found) > size
    found = found[-size:] if back else found[:size]
    has_prev = more if back else mark is not None
    has_next = True if back else more
    by_id = (Order("pk", True, lambda pk: pk),)
    return found, {
        "prev_url": _url(query, by_id, found[0], "b") if found and has_prev else "",
        "next_url": _url(query, by_id, found[-1], "a") if found and has_next else "",
        "first_url": _without(query) if mark is not None else "",
    }


def cut_todos(
    fetch: Callable[[Any, int], list[int]], rows: Callable[[list[int]], list[Any]], query: QueryDict, size: int = SIZE
) -> tuple[list[Any], dict[str, str]]:
    """The worklist's page, forward only: `fetch(after, limit)` walks by due day, urgent, id."""
    mark, _ = _mark(query, 3)
    after = None
    if mark is not None:
        after = (dt.date.fromisoformat(mark[0]) if mark[0] else None, bool(mark[1]), int(mark[2]))
    found = rows(fetch(after, size + 1))
    more, found = len(found) > size, found[:size]
    by_due = (
        Order("due", False, lambda row: row.due.isoformat() if row.due else ""),
        Order("urgent", True, lambda row: row.urgent),
        Order("pk", False, lambda row: row.pk),
    )
    return found, {
        "prev_url": "",
        "next_url": _url(query, by_due, found[-1], "a") if more else "",
        "first_url": _without(query) if mark is not None else "",
    }


def cut_limits(
    fetch: Callable[[Any, int], list[int]], rows: Callable[[list[int]], list[Any]], query: QueryDict, size: int = SIZE
) -> tuple[list[Any], dict[str, str]]:
    """A page of limits by due day, forward only: `fetch(after, limit)` walks by day and id."""
    mark, _ = _mark(query, 2)
    found = rows(fetch((dt.date.fromisoformat(mark[0]), int(mark[1])) if mark is not None else None, size + 1))
    more, found = len(found) > size, found[:size]
    by_due = (Order("due", False, lambda row: row.due.isoformat()), Order("pk", False, lambda row: row.pk))
    return found, {
        "prev_url": "",
        "next_url": _url(query, by_due, found[-1], "a") if more else "",
        "first_url": _without(query) if mark is not None else "",
    }


def _beyond(orders: Sequence[Order], down: list[bool], mark: list[Any]) -> Q:
    """Rows after the mark in the order of several columns."""
    condition, equal = Q(pk__in=[]), Q()
    for order, falls, value in zip(orders, down, mark, strict=True):
        condition |= equal & Q(**{f"{order.column}__{'lt' if falls else 'gt'}": value})
        equal &= Q(**{order.column: value})
    return condition


def _mark(query: QueryDict, parts: int) -> tuple[list[Any] | None, bool]:
    text = query.get("page", "")
    if not text:
        return None, False
    try:
        way, *values = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None, False
    return (values, way == "b") if len(values) == parts else (None, False)


def _url(query: QueryDict, orders: Sequence[Order], row: Any, way: str) -> str:
    kept = query.copy()
    kept["page"] = signing.dumps([way, *(order.value(row) for order in orders)], salt=SALT)
    return f"?{kept.urlencode()}"


def _without(query: QueryDict) -> str:
    kept = query.copy()
    kept.pop("page", None)
    return f"?{kept.urlencode()}"


def count_text(n: int, most: int, unit: str = "件") -> str:
    return f"共 {most}+ {unit}" if n > most else f"共 {n} {unit}"
