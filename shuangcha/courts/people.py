"""Who is who on a day: courts, their bodies, the posts of a person. Reads only; every function is one SQL statement.

A post counts on a day when the post, its body and its court are all valid on that day (both ends inclusive).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, FilteredRelation, Q

from shuangcha.courts.models import Body, Court, Person, Post, PostRole

KEPT_SECONDS = 30.0
_kept: dict[tuple[str, int], tuple[float, list[Body]]] = {}


@dataclass(frozen=True, slots=True)
class PostView:
    """One post as it stands on a day. `deputy_of_id` is set when the post is held in place of another (代理)."""

    id: int
    body_id: int
    body_kind: str
    body_name: str
    role: str
    title: str
    court_id: int
    court_name: str
    court_code: str
    city: str
    province: str
    level: str
    superior_id: int | None
    deputy_of_id: int | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person with the posts held on one day. No post on that day: an empty tuple, and no court is seen."""

    id: int
    uid: UUID
    name: str
    posts: tuple[PostView, ...]
    secret: str = field(default="", repr=False, compare=False)
    """The stored password hash: a session opened with an older one ends."""

    def has(self, body_kind: str, roles: Collection[str] | None = None, court_id: int | None = None) -> bool:
        """True where some post is in a body of this kind (and with one of the roles, and in the court, where given)."""
        return any(
            post.body_kind == body_kind
            and (roles is None or post.role in roles)
            and (court_id is None or post.court_id == court_id)
            for post in self.posts
        )

    def bodies(self) -> frozenset[int]:
        """Ids of the bodies in which a post is held."""
        return frozenset(post.body_id for post in self.posts)

    def courts(self) -> frozenset[int]:
        """Ids of the courts in which a post is held."""
        return frozenset(post.court_id for post in self.posts)


@dataclass(frozen=True, slots=True)
class Official:
    """A holder of a post, as needed to address or choose somebody."""

    person_id: int
    name: str
    post_id: int
    body_id: int
    body_kind: str
    body_name: str
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class CourtOfNumber:
    """`written` is the court whose 代字 stands in a case number; `current` is who answers for it on the day asked."""

    written: Court
    current: Court


def valid_on(on: date, prefix: str = "") -> Q:
    """Condition: the row (reached through `prefix`, e.g. "body__") is valid on the day; an empty end is open."""
    start, end = f"{prefix}valid_from", f"{prefix}valid_to"
    return (Q(**{f"{start}__lte": on}) | Q(**{f"{start}__isnull": True})) & (
        Q(**{f"{end}__gte": on}) | Q(**{f"{end}__isnull": True})
    )


# How PostView's fields are reached from a post.
_COLUMNS = {
    "id": "id",
    "body_id": "body_id",
    "body_kind": "body__kind",
    "body_name": "body__local_name",
    "role": "role",
    "title": "title",
    "court_id": "body__court_id",
    "court_name": "body__court__name",
    "court_code": "body__court__code",
    "city": "body__court__city",
    "province": "body__court__province",
    "level": "body__court__level",
    "superior_id": "body__court__superior_id",
    "deputy_of_id": "deputy_of_id",
}
# Body and court ends are looked at after the fetch: the condition of a joined relation cannot reach through it.
_SPANS = ("body__valid_from", "body__valid_to", "body__court__valid_from", "body__court__valid_to")
_RANK = {role: place for place, role in enumerate(PostRole.values)}


def viewer_of(person_id: int, on: date) -> Viewer | None:
    """The person with the posts of that day; None for an unknown or disabled person."""
    names = {f"held_{field}": F(f"held__{path}") for field, path in _COLUMNS.items()}
    rows: list[dict[str, Any]] = list(
        Person.objects.filter(pk=person_id, is_active=True)
        .annotate(held=FilteredRelation("posts", condition=valid_on(on, "posts__")))
        .values("id", "uid", "name", "password", *(f"held__{path}" for path in _SPANS), **names)
    )
    if not rows:
        return None
    posts = [
        PostView(**{field: row[f"held_{field}"] for field in _COLUMNS})
        for row in rows
        if row["held_id"] is not None and _whole(row, on)
    ]
    posts.sort(key=lambda post: (post.court_code, _RANK[post.role], post.id))
    return Viewer(rows[0]["id"], rows[0]["uid"], rows[0]["name"], tuple(posts), rows[0]["password"])


def _whole(row: dict[str, Any], on: date) -> bool:
    body_from, body_to, court_from, court_to = (row[f"held__{path}"] for path in _SPANS)
    return all(start is None or start <= on for start in (body_from, court_from)) and all(
        end is None or end >= on for end in (body_to, court_to)
    )


def posts_of(person_id: int, on: date) -> tuple[PostView, ...]:
    """The posts of a person on a day; empty for an unknown or disabled person."""
    viewer = viewer_of(person_id, on)
    return viewer.posts if viewer else ()


def bodies_of(court_id: int, on: date, kinds: Iterable[str] | None = None) -> list[Body]:
    """The bodies of a court on a day, of the kinds given, in the order of their making."""
    wanted = None if kinds is None else set(kinds)
    return [
        one
        for one in _bodies(court_id)
        if (one.valid_from is None or one.valid_from <= on)
        and (one.valid_to is None or one.valid_to >= on)
        and (wanted is None or one.kind in wanted)
    ]


def _bodies(court_id: int) -> list[Body]:
    """All bodies of a court with the court, kept for half a minute: they change a few times a year."""
    key = (str(connection.settings_dict["NAME"]), court_id)
    kept = _kept.get(key)
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    bodies = list(Body.objects.filter(court_id=court_id).select_related("court").order_by("id"))
    if bodies:
        _kept[key] = (time.monotonic(), bodies)
    return bodies


def forget() -> None:
    """Read the bodies again at the next use; called after they were changed."""
    _kept.clear()


def officials(
    court_id: int, on: date, body_kind: str | Collection[str], roles: Collection[str] | None = None
) -> list[Official]:
    """Who holds a post in the court's bodies of this kind (or kinds) on a day: heads first, then deputies,
    then members."""
    kinds = [body_kind] if isinstance(body_kind, str) else list(body_kind)
    posts = Post.objects.filter(
        valid_on(on),
        valid_on(on, "body__"),
        valid_on(on, "body__court__"),
        body__court_id=court_id,
        body__kind__in=kinds,
    )
    if roles is not None:
        posts = posts.filter(role__in=list(roles))
    found = [
        Official(
            post.person_id,
            post.person.name,
            post.pk,
            post.body_id,
            post.body.kind,
            post.body.local_name,
            post.role,
            post.title,
        )
        for post in posts.select_related("person", "body")
    ]
    return sorted(found, key=lambda who: (_RANK[who.role], who.post_id))


def court_of_number(code: str, on: date) -> CourtOfNumber | None:
    """The court of a 法院代字; None where no court has it.

    A number is kept as it was written (案号规定第13条): for a court that ended before `on`, `current` is the successor
    that stands on that day, or the ended court itself while no successor is recorded.
    """
    written = Court.objects.select_related("successor__successor__successor").filter(code=code).first()
    if written is None:
        return None
    current = written
    for _ in range(3):
        if current.valid_to is None or current.valid_to >= on or current.successor is None:
            break
        current = current.successor
    return CourtOfNumber(written, current)


def titled(body: str, title: str) -> str:
    """A post in words: 执行局 and 局长 → 执行局局长; 领导小组办公室 and 办公室主任 → 领导小组办公室主任; of 院领导 the title alone."""
    if not title or body.endswith("领导") or title.startswith(body[:2]):
        return title or body
    shared = next((n for n in range(min(len(body), len(title)), 1, -1) if body.endswith(title[:n])), 0)
    return body + title[shared:]
