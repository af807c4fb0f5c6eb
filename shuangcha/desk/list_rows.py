"""The rows of a list: one page by key, or all of them for a file. The same rows either way,
decided in `access` alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.http import QueryDict

from shuangcha.access import narrowing, reading, scope
from shuangcha.access import paging as walk
from shuangcha.courts.people import Viewer
from shuangcha.search import index

from .list_columns import Column, Listing, Look
from .list_filters import Asked
from .paging import BY_DAY, BY_NEWEST, cut, cut_ids, cut_todos

CHUNK = 500
"""Rows read at once for a file."""


class Rows(Protocol):
    """Where the rows of a list come from."""

    most: int
    """Up to here the number of rows is exact."""

    def page(self, query: QueryDict) -> tuple[list[Any], dict[str, str], int]:
        """(rows of the page, addresses of the pages beside it, number of rows up to `most` + 1)."""

    def all(self, most: int) -> Iterator[list[Any]]:
        """All rows in the order of the list, in chunks, up to `most` of them."""


def carrying(rows: QuerySet[Any], kind: str, text: str, numbers: list[str]) -> QuerySet[Any]:
    """Rows that carry the text, or any of the linked case numbers, in number, title or court. One statement,
    two for items."""
    texts = numbers or [text]
    if not text:
        return rows
    if kind in ("clue", "matter"):
        return index.narrow(rows, kind, texts)
    if kind == "item":
        return rows.filter(index.condition("clue", texts, "clue_id") | index.condition("matter", texts, "matter_id"))
    found = index.condition("matter", texts, "matter_id") if kind == "duty" else Q()
    for path in ("demand", "to_court__name") if kind == "duty" else ("place", "court__name"):
        for one in texts:
            found |= Q(**{f"{path}__icontains": one})
    return rows.filter(found)


class Nothing:
    """A filter is to be mended first."""

    most = reading.COUNTED

    def page(self, query: QueryDict) -> tuple[list[Any], dict[str, str], int]:
        return [], {"prev_url": "", "next_url": "", "first_url": ""}, 0

    def all(self, most: int) -> Iterator[list[Any]]:
        return iter(())


class Walked:
    """Clues and matters without a text, or with one that many carry (`common`): walked along the index, so that a page
    costs the same however many there are."""

    def __init__(self, listing: Listing, asked: Asked, viewer: Viewer, common: Q | None = None) -> None:
        self.kind, self.asked, self.viewer = listing.kind, asked, viewer
        self.only = asked.only & common if common is not None else asked.only
        self.most = reading.COUNTED if common is None else index.MOST

    def fetch(self, before: int | None, after: int | None, limit: int) -> list[int]:
        return walk.newest_ids(
            self.viewer,
            self.kind,
            before_id=before,
            after_id=after,
            limit=limit,
            stages=self.asked.stages,
            court_id=self.asked.court_id,
            only=self.only or None,
        )

    def page(self, query: QueryDict) -> tuple[list[Any], dict[str, str], int]:
        ids, urls = cut_ids(self.fetch, query)
        total = walk.count(
            self.viewer,
            self.kind,
            self.most,
            stages=self.asked.stages,
            court_id=self.asked.court_id,
            only=self.only or None,
        )
        return reading.ordered(self.kind, ids), urls, total

    def all(self, most: int) -> Iterator[list[Any]]:
        before = None
        while most > 0:
            ids = self.fetch(before, None, min(CHUNK, most))
            if ids:
                yield reading.ordered(self.kind, ids)
            if len(ids) < min(CHUNK, most):
                return
            before, most = ids[-1], most - len(ids)


class Filtered:
    """The other kinds, and whatever is sought by a text: newest first."""

    most = reading.COUNTED

    def __init__(self, listing: Listing, asked: Asked, viewer: Viewer, sought: list[int] | None = None) -> None:
        rows = scope.visible(viewer, listing.kind)
        rows = carrying(rows, listing.kind, asked.text, asked.numbers) if sought is None else rows.filter(pk__in=sought)
        if asked.stages:
            rows = rows.filter(stage__in=asked.stages)
        if asked.court_id is not None:
            rows = rows.filter(**{f"{listing.court}_id": asked.court_id})
        self.kind, self.rows = listing.kind, rows.filter(asked.only)

    def page(self, query: QueryDict) -> tuple[list[Any], dict[str, str], int]:
        total = reading.capped(self.rows)
        found, urls = cut(
            reading.with_due(self.rows, self.kind), BY_DAY if self.kind == "meeting" else BY_NEWEST, query
        )
        return found, urls, total

    def all(self, most: int) -> Iterator[list[Any]]:
        if self.kind == "meeting":  # by day, and few: a court holds some dozens a year
            yield list(reading.with_due(self.rows, self.kind).order_by("-held_on", "-pk")[:most])
            return
        rows, last = reading.with_due(self.rows, self.kind).order_by("-pk"), None
        while most > 0:
            found = list((rows if last is None else rows.filter(pk__lt=last))[: min(CHUNK, most)])
            if found:
                yield found
            if len(found) < min(CHUNK, most):
                return
            last, most = found[-1].pk, most - len(found)


class Todos:
    """What waits for the person, by due day."""

    most = reading.FIGURES

    def __init__(self, asked: Asked, viewer: Viewer) -> None:
        self.asked, self.viewer = asked, viewer

    def fetch(self, after: walk.Mark | None, limit: int) -> list[int]:
        return walk.nearest_todo_ids(self.viewer, after=after, limit=limit, only=self.asked.only or None)

    def page(self, query: QueryDict) -> tuple[list[Any], dict[str, str], int]:
        found, urls = cut_todos(self.fetch, walk.todos_in_order, query)
        return found, urls, len(self.fetch(None, self.most + 1))

    def all(self, most: int) -> Iterator[list[Any]]:
        after: walk.Mark | None = None
        while most > 0:
            found = walk.todos_in_order(self.fetch(after, min(CHUNK, most)))
            if found:
                yield found
            if len(found) < min(CHUNK, most):
                return
            after, most = (found[-1].due, found[-1].urgent, found[-1].pk), most - len(found)


def rows_of(listing: Listing, asked: Asked, viewer: Viewer) -> Rows:
    if asked.errors:
        return Nothing()
    if listing.kind == "todo":
        return Todos(asked, viewer)
    if listing.kind not in ("clue", "matter"):
        return Filtered(listing, asked, viewer)
    if not asked.text:
        return Walked(listing, asked, viewer)
    texts = asked.numbers or [asked.text]
    sought = index.ids(listing.kind, texts)
    if sought is None:
        return Walked(listing, asked, viewer, index.carried(listing.kind, texts))
    return Filtered(listing, asked, viewer, sought)


def look_at(rows: list[Any], listing: Listing, columns: list[Column], viewer: Viewer, on: Any) -> Look:
    """What the columns need beside the rows, read once for all of them: at most one statement, two for todos."""
    look, keys = Look(viewer, on), {one.key for one in columns}
    if listing.kind == "matter" and "source" in keys:
        look.sources = narrowing.sources_of(viewer, rows)
    if listing.kind == "todo":
        look.named = reading.named(viewer, [(one.subject_kind, one.subject_id) for one in rows])
        if "officer" in keys:
            look.officers = narrowing.officers_of(rows)
    return look
