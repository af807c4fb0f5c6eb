"""Pages of clues, matters and todos read from an index in the order of the list: what a page costs does not grow with the
number of rows. The same rows as `scope.visible` and `scope.todos` give (a test compares them on random worlds).

Each grant of a person (a body, or the person) is one short walk along an index, cut at the page's length; the walks are
joined in one statement. A condition on the whole list would make the engine pass over everything the person may not see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.courts.people import Viewer
from shuangcha.plan.stages import STAGES
from shuangcha.plan.words import OFFICES

from . import scope

FEW = 500
"""A person with fewer files than this is served from the list of these files, whatever else is asked for."""
MOST_WALKS = 300
LEAD = {"matter": "owner_court_id", "clue": "court_id"}
"""First column of the index (court, stage, id) by which a stage is walked."""
BY_COURT = {"matter": "target_court_id"}
"""First column of the index (court, stage, id) by which the rows about one court are walked."""


class Probe(Exists):
    """EXISTS that is looked up row by row. PostgreSQL would else turn it into a join over the whole table, not knowing how
    soon the page is full; an OFFSET stops it from that."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


def newest_ids(
    viewer: Viewer,
    kind: str,
    *,
    before_id: int | None = None,
    after_id: int | None = None,
    limit: int = 21,
    stages: Collection[str] = (),
    court_id: int | None = None,
    only: Q | None = None,
) -> list[int]:
    """Ids of the clues or matters (`kind`) that the person may see in full, newest first.

    `before_id`: the page after that row; `after_id`: the page before it. `stages`: any of these; `court_id`: about this
    court (被查法院, 被反映法院); `only`: a further condition on the row, which is looked at on the way: the rarer it is, the
    longer the way. One statement, or three where a stage or a court is asked for.
    """
    place = _place(before_id, after_id)
    narrowed = Q() if only is None else only
    if court_id is not None:
        narrowed &= Q(**{"target_court_id" if kind == "matter" else "subject_court_id": court_id})
    if stages:
        narrowed &= Q(stage__in=list(stages))
    walks: list[QuerySet[Any]] = []
    if (stages or (court_id is not None and kind in BY_COURT)) and not _has_few(viewer, kind):
        lead, courts = LEAD[kind], _leading(kind) if court_id is None or kind not in BY_COURT else [court_id]
        if court_id is not None and kind in BY_COURT:
            lead = BY_COURT[kind]
        every = stages or [stage for of, stage in STAGES if of == kind]
        if len(courts) * len(every) <= MOST_WALKS:
            seen = cf.SUBJECTS[kind].rows.filter(narrowed, _member(viewer, kind), **place)
            walks = [_cut(seen.filter(**{lead: court, "stage": stage}), "id", after_id, limit) for court in courts for stage in every]
            return _joined(walks, after_id, limit)
    column = f"{kind}_id"
    grants = cf.Membership.rows.filter(reach="full", until__isnull=True, **{f"{column}__isnull": False})
    grants = grants.filter(**{name.replace("pk", column): value for name, value in place.items()})
    grants = grants.filter(~Probe(cf.Recusal.rows.filter(person_id=viewer.id, **{column: OuterRef(column)})))
    if narrowed:
        grants = grants.filter(Probe(cf.SUBJECTS[kind].rows.filter(narrowed, pk=OuterRef(column))))
    walks = [_cut(grants.filter(one), column, after_id, limit) for one in _holders(viewer)]
    return _joined(walks, after_id, limit)


def _member(viewer: Viewer, kind: str) -> Q:
    """`scope.member(…, full=True)`, grant by grant, each found by its own unique index."""
    grants = cf.Membership.rows.filter(reach="full", until__isnull=True, **{f"{kind}_id": OuterRef("pk")})
    granted = Q(pk__in=[])
    for one in _holders(viewer):
        granted |= Q(Probe(grants.filter(one)))
    shut = cf.Recusal.rows.filter(person_id=viewer.id, **{f"{kind}_id": OuterRef("pk")})
    return granted & ~Q(Probe(shut))


def _place(before_id: int | None, after_id: int | None) -> dict[str, int]:
    place = {} if before_id is None else {"pk__lt": before_id}
    return place if after_id is None else {**place, "pk__gt": after_id}


def _holders(viewer: Viewer) -> list[Q]:
    return [Q(body_id=one) for one in sorted(viewer.bodies())] + [Q(person_id=viewer.id)]


def _has_few(viewer: Viewer, kind: str) -> bool:
    """Fewer grants than FEW; one statement that stops counting there."""
    column = f"{kind}_id"
    grants = cf.Membership.rows.filter(reach="full", until__isnull=True, **{f"{column}__isnull": False})
    walks = [grants.filter(one).order_by(column).values_list(column)[:FEW] for one in _holders(viewer)]  # ordered: by the index
    return len(_joined(walks, None, FEW)) < FEW


def _leading(kind: str) -> list[int]:
    """The courts that keep rows of this kind: one look into the index for each, not one for each row."""
    table, lead = cf.SUBJECTS[kind]._meta.db_table, LEAD[kind]
    with connection.cursor() as cursor:
        cursor.execute(
            f'WITH RECURSIVE found(court) AS (SELECT min("{lead}") FROM "{table}" UNION ALL'  # noqa: S608 - names of this file
            f' SELECT (SELECT min("{lead}") FROM "{table}" WHERE "{lead}" > court) FROM found WHERE court IS NOT NULL)'
            " SELECT court FROM found WHERE court IS NOT NULL"
        )
        return [court for (court,) in cursor.fetchall()]


def _cut(rows: QuerySet[Any], column: str, after_id: int | None, limit: int) -> QuerySet[Any]:
    order = f"-{column}" if after_id is None else column
    return rows.select_related(None).order_by(order).values_list(column)[:limit]


def _joined(walks: Iterable[QuerySet[Any]], after_id: int | None, limit: int) -> list[int]:
    """The walks in one statement: each is cut by itself, then all together. Newest first."""
    parts, given = _written(walks)
    if not parts:
        return []
    order = "DESC" if after_id is None else "ASC"
    text = " UNION ".join(f"SELECT * FROM ({one}) AS walk{n}" for n, one in enumerate(parts))  # noqa: S608 - compiled by Django
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ORDER BY 1 {order} LIMIT %s", [*given, limit])
        found = [row[0] for row in cursor.fetchall()]
    return found if after_id is None else found[::-1]


def _written(walks: Iterable[QuerySet[Any]]) -> tuple[list[str], list[Any]]:
    parts: list[str] = []
    given: list[Any] = []
    for one in walks:
        text, values = one.query.get_compiler(connection=connection).as_sql()
        parts.append(text)
        given += values
    return parts, given


# --- todos --------------------------------------------------------------------------------------------------------
Mark = tuple[dt.date | None, bool, int]
"""Place in the worklist: due day, urgent, id."""


def nearest_todo_ids(viewer: Viewer, *, after: Mark | None = None, limit: int = 21, only: Q | None = None) -> list[int]:
    """Ids of the person's todos by due day (those without one last), on a day the urgent first, then by id.

    `after`: the todos behind this place. Two statements where the ones with a day do not fill the page, else one.
    """
    found: list[int] = []
    if after is None or after[0] is not None:
        found = _todos(viewer, after, False, limit, only)
    if len(found) < limit:
        found += _todos(viewer, after if after is not None and after[0] is None else None, True, limit - len(found), only)
    return found


def _todos(viewer: Viewer, after: Mark | None, undated: bool, limit: int, only: Q | None) -> list[int]:
    shut = cf.Recusal.rows.filter(person_id=viewer.id)
    rows = cf.Todo.rows.filter(Q(due__isnull=undated) if only is None else Q(due__isnull=undated) & only)
    rows = rows.filter(~Probe(shut.filter(clue_id=OuterRef("clue_id"))), ~Probe(shut.filter(matter_id=OuterRef("matter_id"))))
    if after is not None:
        day, urgent, last = after
        later = Q(urgent=urgent, pk__gt=last) | (Q(urgent=False) if urgent else Q(pk__in=[]))
        rows = rows.filter(later) if undated else rows.filter(Q(due__gt=day) | Q(due=day) & later, due__gte=day)
    walks = [
        rows.filter(one).order_by("due", "-urgent", "id").values_list("id", "due", "urgent")[:limit]
        for one in _turns(viewer)
    ]
    parts, given = _written(walks)
    text = " UNION ".join(f"SELECT * FROM ({one}) AS walk{n}" for n, one in enumerate(parts))  # noqa: S608 - compiled by Django
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ORDER BY 2, 3 DESC, 1 LIMIT %s", [*given, limit])
        return [row[0] for row in cursor.fetchall()]


def _turns(viewer: Viewer) -> list[Q]:
    """The offices held, body by body, and the person."""
    offices: dict[int, set[str]] = {}
    for post in viewer.posts:
        for key, one in OFFICES.items():
            if one.body_kind == post.body_kind and post.role in one.roles:
                offices.setdefault(post.body_id, set()).add(key)
    return [Q(body_id=body, office__in=sorted(keys)) for body, keys in sorted(offices.items())] + [Q(person_id=viewer.id)]


def todo_figures(viewer: Viewer, on: dt.date, most: int = 200) -> dict[str, int]:
    """How many todos wait, are late, are due within three days, are urgent: each exact up to `most`, else `most` + 1."""
    soon = Q(due__gte=on, due__lte=on + dt.timedelta(days=3))
    asked = {"all": Q(), "late": Q(due__lt=on), "soon": soon, "urgent": Q(urgent=True)}
    shut = cf.Recusal.rows.filter(person_id=viewer.id)
    rows = cf.Todo.rows.filter(~Probe(shut.filter(clue_id=OuterRef("clue_id"))), ~Probe(shut.filter(matter_id=OuterRef("matter_id"))))
    texts, given = [], []
    for one in asked.values():
        parts, values = _written(rows.filter(turn, one).order_by("due").values_list("pk")[: most + 1] for turn in _turns(viewer))
        walks = " UNION ".join(f"SELECT * FROM ({part}) AS walk{n}" for n, part in enumerate(parts))  # noqa: S608 - compiled by Django
        texts.append(f"(SELECT count(*) FROM (SELECT * FROM ({walks}) AS joined LIMIT {most + 1:d}) AS counted)")  # noqa: S608
        given += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", given)
        return dict(zip(asked, cursor.fetchone(), strict=True))


def matters_by_stage(viewer: Viewer, courts: list[int], stages: list[str], most: int) -> dict[str, int]:
    """How many matters of these courts stand in each stage, without those the person is shut out of; each up to `most` + 1."""
    shut = cf.Recusal.rows.filter(person_id=viewer.id, matter_id=OuterRef("pk"))
    texts, given = [], []
    for stage in stages:
        rows = cf.Matter.rows.filter(~Probe(shut), owner_court_id__in=courts, stage=stage)
        parts, values = _written([rows.order_by("owner_court_id", "stage", "id").values_list("pk")[: most + 1]])
        texts.append(f"(SELECT count(*) FROM ({parts[0]}) AS counted)")  # noqa: S608 - compiled by Django
        given += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", given)
        found = dict(zip(stages, cursor.fetchone(), strict=True))
    return {stage: n for stage, n in found.items() if n}


def seat(viewer: Viewer, most: int) -> tuple[str, int] | None:
    """(stored password hash, number of todos up to `most`) of an open account; None for a closed one. One statement."""
    shut = cf.Recusal.rows.filter(person_id=viewer.id)
    rows = cf.Todo.rows.filter(~Probe(shut.filter(clue_id=OuterRef("clue_id"))), ~Probe(shut.filter(matter_id=OuterRef("matter_id"))))
    parts, given = _written(rows.filter(turn).order_by("due").values_list("pk")[:most] for turn in _turns(viewer))
    walks = " UNION ".join(f"SELECT * FROM ({part}) AS walk{n}" for n, part in enumerate(parts))  # noqa: S608 - compiled by Django
    person = Person._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT password, (SELECT count(*) FROM (SELECT * FROM ({walks}) AS joined LIMIT {most:d}) AS counted)"  # noqa: S608
            f" FROM {person} WHERE id = %s AND is_active",
            [*given, viewer.id],
        )
        row = cursor.fetchone()
    return (row[0], int(row[1])) if row else None


def todos_in_order(ids: list[int]) -> list[cf.Todo]:
    """The todos that `nearest_todo_ids` named, with court and body, in its order; one statement."""
    found = {one.pk: one for one in cf.Todo.rows.select_related("court", "body").filter(pk__in=ids)} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def rows_in_order(kind: str, ids: list[int]) -> list[Any]:
    """The rows that `newest_ids` named, with their courts, in its order; one statement (none for no ids).

    For ids of `newest_ids` only: what the person may see has been decided there.
    """
    if not ids:
        return []
    found = {one.pk: one for one in cf.SUBJECTS[kind].rows.select_related(*scope.RELATED[kind]).filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]
