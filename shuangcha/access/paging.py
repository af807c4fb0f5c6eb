"""Pages of clues, matters and todos read from an index in the order of the list: what a page costs does not grow with the
number of rows. The same rows as `scope.visible` and `scope.todos` give (a test compares them on random worlds).

Each grant of a person (a body, or the person) is one short walk along an index, cut at the page's length; the walks are
joined in one statement. A condition on the whole list would make the engine pass over everything the person may not see.

The walks are written out, not composed: a page has a dozen of them, and composing costs more than reading. A condition that is
to be looked up row by row has an OFFSET; PostgreSQL would else make it a join over the whole table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.stages import STAGES
from shuangcha.plan.words import OFFICES

from . import scope
from .relations import holders_of

# ruff: noqa: S608, S611 - names of this file only; what is asked for goes as parameters

FEW = 500
"""A person with fewer files than this is served from the list of these files, whatever else is asked for."""
MOST_WALKS = 300
LEAD = {"matter": "owner_court_id", "clue": "court_id"}
"""First column of the index (court, stage, id) by which a stage is walked."""
BY_COURT = {"matter": "target_court_id", "clue": "subject_court_id"}
"""First column of the index (court, stage, id) by which the rows about one court are walked."""
TABLE = {kind: cf.SUBJECTS[kind]._meta.db_table for kind in LEAD}
GRANT, SHUT, TODO = (model._meta.db_table for model in (cf.Membership, cf.Recusal, cf.Todo))
FULL = "g.reach IN ('full', 'own')"
"""In these very words: the indexes `member_holder_…_open` hold the grants for which they are true, and nothing else need be read."""


class Part(NamedTuple):
    """Text of a statement, or of a piece of one, and its parameters."""

    text: str
    given: list[Any]


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
    parts = _walks(viewer, kind, before_id, after_id, limit, stages, court_id, only)
    return _joined(parts, after_id is not None, limit)


def count(
    viewer: Viewer,
    kind: str,
    most: int,
    *,
    stages: Collection[str] = (),
    court_id: int | None = None,
    only: Q | None = None,
) -> int:
    """How many rows `newest_ids` would list, exact up to `most`; `most` + 1 stands for more. Statements as there."""
    parts = _walks(viewer, kind, None, None, most + 1, stages, court_id, only, whole=True)
    text, given = _counted(parts, most + 1)
    return int(_fetched(Part(f"SELECT {text}", given))[0][0])


def _walks(
    viewer: Viewer,
    kind: str,
    before: int | None,
    after: int | None,
    limit: int,
    stages: Collection[str],
    court: int | None,
    only: Q | None,
    *,
    whole: bool = False,
) -> list[Part]:
    """By court and stage where a stage or a court is asked for, else by grant; `whole`: as good as all rows are wanted."""
    if (stages or court is not None) and not has_few(viewer, kind):
        lead, courts = (LEAD[kind], _leading(kind)) if court is None else (BY_COURT[kind], [court])
        every = stages or [stage for of, stage in STAGES if of == kind]
        # To read the whole stage of courts that are all another's costs more than to read one's own grants.
        others = whole and court is None and not viewer.courts() & set(courts)
        if len(courts) * len(every) <= MOST_WALKS and not others:
            return _by_stage(
                viewer, kind, before, after, limit, [(lead, one, stage) for one in courts for stage in every], only
            )
    return _by_grant(viewer, kind, before, after, limit, _narrowed(kind, stages, court, only))


def _by_grant(viewer: Viewer, kind: str, before: int | None, after: int | None, limit: int, asked: Q) -> list[Part]:
    """One walk along each holder's grants, looking at the row where more is asked for."""
    narrowed, file = _said(cf.SUBJECTS[kind], asked, f"g.{kind}_id"), f"g.{kind}_id"
    shut, marks = _not_shut(viewer, kind, file), _marks(file, before, after)
    way = "DESC" if after is None else "ASC"
    return [
        Part(
            f"SELECT {file} FROM {GRANT} g WHERE g.holder = %s AND {file} IS NOT NULL AND {FULL}{marks.text}"
            f" AND {shut.text}{narrowed.text} ORDER BY {file} {way} LIMIT %s",
            [holder, *marks.given, *shut.given, *narrowed.given, limit],
        )
        for holder in _holders(viewer, kind)
    ]


def _marks(column: str, before: int | None, after: int | None) -> Part:
    asked = [(sign, value) for sign, value in (("<", before), (">", after)) if value is not None]
    return Part("".join(f" AND {column} {sign} %s" for sign, _ in asked), [value for _, value in asked])


def _by_stage(
    viewer: Viewer,
    kind: str,
    before: int | None,
    after: int | None,
    limit: int,
    places: list[tuple[str, int, str]],
    only: Q | None,
) -> list[Part]:
    """One walk for each (column of the court, court, stage), looking for a grant of each row."""
    more = _said(cf.SUBJECTS[kind], only)
    shut, granted, marks = (
        _not_shut(viewer, kind, "t.id"),
        _granted(viewer, kind, "t.id"),
        _marks("t.id", before, after),
    )
    rest = [*marks.given, *more.given, *granted.given, *shut.given, limit]
    return [
        Part(
            f"SELECT t.id FROM {TABLE[kind]} t WHERE t.{lead} = %s AND t.stage = %s{marks.text}{more.text}"
            f" AND {granted.text} AND {shut.text} ORDER BY t.id {'DESC' if after is None else 'ASC'} LIMIT %s",
            [court, stage, *rest],
        )
        for lead, court, stage in places
    ]


def _narrowed(kind: str, stages: Collection[str], court_id: int | None, only: Q | None) -> Q:
    """What is asked of the row beside the grant."""
    asked = Q() if only is None else only
    if court_id is not None:
        asked &= Q(**{BY_COURT[kind]: court_id})
    return asked & Q(stage__in=list(stages)) if stages else asked


def _said(model: Any, asked: Q | None, ref: str = "t.id") -> Part:
    """` AND …`: the condition, said of the walked row where that is the model's own (called t), else of the row of id `ref`."""
    if not asked:
        return Part("", [])
    try:
        query = model.rows.filter(asked).order_by().query
        if ref == "t.id" and sum(map(bool, query.alias_refcount.values())) <= 1:
            query.change_aliases({query.get_initial_alias(): "t"})
            text, given = query.get_compiler(connection=connection).compile(query.where)
            return Part(f" AND {text}", list(given))
        # A look at the row: another table is asked too, or grants are walked, not rows.
        rows = model.rows.filter(asked, pk=RawSQL(ref, [])).order_by().values_list("pk")
        text, given = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return Part(" AND 1 = 0", [])
    except FullResultSet:
        return Part("", [])
    return Part(f" AND EXISTS ({text} LIMIT 1 OFFSET 0)", list(given))


def _not_shut(viewer: Viewer, kind: str, ref: str) -> Part:
    """The person is not recused from the file `ref`."""
    return Part(
        f"NOT EXISTS (SELECT 1 FROM {SHUT} r WHERE r.person_id = %s AND r.{kind}_id = {ref} LIMIT 1 OFFSET 0)",
        [viewer.id],
    )


def _granted(viewer: Viewer, kind: str, ref: str) -> Part:
    """`scope.member(…, full=True)` without the recusal, holder by holder, each found by its own unique index."""
    holders = _holders(viewer, kind)
    marks = ", ".join(["%s"] * len(holders))
    return Part(
        f"EXISTS (SELECT 1 FROM {GRANT} g WHERE g.holder IN ({marks}) AND g.{kind}_id = {ref} AND {FULL} LIMIT 1 OFFSET 0)",
        list(holders),
    )


def _holders(viewer: Viewer, kind: str) -> list[str]:
    """The forms of holders that memberships of this kind have: each is one walk (`relations`)."""
    whole = ("c", "p") if kind == "matter" else ("b", "c", "p")
    through = [one for one in holders_of(viewer) if one[0] in whole and (one[0] != "p" or "@" in one)]
    ranked = "/lead" if kind == "clue" else ""
    return [
        one
        for one in through
        if one[0] != "c" or (one.endswith(ranked) if ranked else "/" not in one) or ":group_office" in one
    ]


def has_few(viewer: Viewer, kind: str) -> bool:
    """Fewer grants than FEW; one statement that stops counting there."""
    text = f"SELECT g.{kind}_id FROM {GRANT} g WHERE g.holder = %s AND g.{kind}_id IS NOT NULL AND {FULL} ORDER BY 1 LIMIT %s"
    return len(_joined([Part(text, [holder, FEW]) for holder in _holders(viewer, kind)], False, FEW)) < FEW


def _leading(kind: str) -> list[int]:
    """The courts that keep rows of this kind: one look into the index for each, not one for each row."""
    table, lead = TABLE[kind], LEAD[kind]
    return [
        court
        for (court,) in _fetched(
            Part(
                f"WITH RECURSIVE found(court) AS (SELECT min({lead}) FROM {table} UNION ALL"
                f" SELECT (SELECT min({lead}) FROM {table} WHERE {lead} > court) FROM found WHERE court IS NOT NULL)"
                " SELECT court FROM found WHERE court IS NOT NULL",
                [],
            )
        )
    ]


def _union(walks: Iterable[Part]) -> Part:
    """All walks, each cut by itself; a row that several find stands once."""
    parts = list(walks)
    text = " UNION ".join(f"SELECT * FROM ({one.text}) AS walk{n}" for n, one in enumerate(parts))
    return Part(text, [value for one in parts for value in one.given])


def _joined(walks: list[Part], up: bool, limit: int) -> list[int]:
    """The walks in one statement: each is cut by itself, then all together. Newest first."""
    text, given = _union(walks)
    found = (
        [row[0] for row in _fetched(Part(f"{text} ORDER BY 1 {'ASC' if up else 'DESC'} LIMIT %s", [*given, limit]))]
        if walks
        else []
    )
    return found[::-1] if up else found


def _fetched(part: Part) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(part.text, part.given)
        return list(cursor.fetchall())


def _counted(walks: Iterable[Part], most: int) -> Part:
    """How many rows all walks find together, up to `most`, as an expression."""
    text, given = _union(walks)
    return Part(f"(SELECT count(*) FROM (SELECT * FROM ({text}) AS joined LIMIT {most:d}) AS counted)", given)


def granted(viewer: Viewer, kind: str, ref: str) -> Q:
    """`scope.member(…, full=True)`, grant by grant, each found by its own unique index."""
    grants = cf.Membership.rows.filter(reach__in=scope.OPENED, **{f"{kind}_id": OuterRef(ref)})
    granted = Q(Probe(grants.filter(holder__in=_holders(viewer, kind))))
    shut = cf.Recusal.rows.filter(person_id=viewer.id, **{f"{kind}_id": OuterRef(ref)})
    return granted & ~Q(Probe(shut))


def written(walks: Iterable[QuerySet[Any]]) -> tuple[list[str], list[Any]]:
    """The walks' statements and their parameters."""
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
    more = _said(cf.Todo, only)
    if after is None or after[0] is not None:
        found = _todos(viewer, after, False, limit, more)
    if len(found) < limit:
        found += _todos(
            viewer, after if after is not None and after[0] is None else None, True, limit - len(found), more
        )
    return found


def _todos(viewer: Viewer, after: Mark | None, undated: bool, limit: int, more: Part) -> list[int]:
    later, behind = "", list[Any]()
    if after is not None:
        day, urgent, last = after
        equal = "(t.urgent AND t.id > %s OR NOT t.urgent)" if urgent else "(NOT t.urgent AND t.id > %s)"
        later, behind = f" AND {equal}", [last]
        if not undated:
            later, behind = f" AND t.due >= %s AND (t.due > %s OR {equal})", [day, day, last]
    due = f"t.due IS {'' if undated else 'NOT '}NULL"
    walks = [
        _turn(
            viewer,
            turn,
            "t.id, t.due, t.urgent",
            Part(f" AND {due}{later}{more.text}", [*behind, *more.given]),
            "t.due, t.urgent DESC, t.id",
            limit,
        )
        for turn in _turns(viewer)
    ]
    text, given = _union(walks)
    return [row[0] for row in _fetched(Part(f"{text} ORDER BY 2, 3 DESC, 1 LIMIT %s", [*given, limit]))]


def _turn(viewer: Viewer, turn: Part, columns: str, asked: Part, order: str, limit: int) -> Part:
    """One walk over the todos of an office of a body, or of the person, without those of files the person is shut out of."""
    of_clue, of_matter = _not_shut(viewer, "clue", "t.clue_id"), _not_shut(viewer, "matter", "t.matter_id")
    text = f"SELECT {columns} FROM {TODO} t WHERE {turn.text}{asked.text} AND {of_clue.text} AND {of_matter.text} ORDER BY {order} LIMIT {limit:d}"
    return Part(text, [*turn.given, *asked.given, *of_clue.given, *of_matter.given])


def offices_held(viewer: Viewer) -> list[tuple[int, list[str]]]:
    """(body, its offices that the person holds) for every body of the person's."""
    offices: dict[int, set[str]] = {}
    for post in viewer.posts:
        for key, one in OFFICES.items():
            if one.body_kind == post.body_kind and post.role in one.roles:
                offices.setdefault(post.body_id, set()).add(key)
    return [(body, sorted(keys)) for body, keys in sorted(offices.items())]


def _turns(viewer: Viewer) -> list[Part]:
    """The offices held, body by body, and the person."""
    held = [
        Part(f"t.body_id = %s AND t.office IN ({', '.join(['%s'] * len(keys))})", [body, *keys])
        for body, keys in offices_held(viewer)
    ]
    return [*held, Part("t.person_id = %s", [viewer.id])]


def todo_figures(viewer: Viewer, on: dt.date, most: int = 200) -> dict[str, int]:
    """How many todos wait, are late, are due within three days, are urgent: each exact up to `most`, else `most` + 1."""
    asked = {
        "all": Part("", []),
        "late": Part(" AND t.due < %s", [on]),
        "soon": Part(" AND t.due >= %s AND t.due <= %s", [on, on + dt.timedelta(days=3)]),
        "urgent": Part(" AND t.urgent", []),
    }
    turns = _turns(viewer)
    parts = [
        _counted([_turn(viewer, turn, "t.id", one, "t.due", most + 1) for turn in turns], most + 1)
        for one in asked.values()
    ]
    (row,) = _fetched(
        Part(f"SELECT {', '.join(one.text for one in parts)}", [value for one in parts for value in one.given])
    )
    return dict(zip(asked, row, strict=True))


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
