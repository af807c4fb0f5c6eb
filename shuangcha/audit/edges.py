"""The plan's stage changes as rows, so that a step's edge is a foreign key and the guards can look it up."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Iterable

from django.db import transaction

from .chain import canonical
from .models import Edge, Step

Row = tuple[str, str, str, str, str, bool, bool]
"""(key, move, subject kind, from stage, to stage, joint, raises)"""

FIELDS = ("key", "move", "subject_kind", "from_stage", "to_stage", "joint", "raises")
RETIRED = ""
"""Edition of an edge that the plan no longer has but old steps name; the guards admit no new step on it."""


class EdgeProblem(RuntimeError):
    """The plan's edges cannot be loaded; the message is one Chinese sentence."""


def from_plan() -> tuple[list[Row] | None, str]:
    """The edge rows of `plan` and their edition; None where the plan's table is not there yet."""
    if not importlib.util.find_spec("shuangcha.plan.moves"):
        return None, ""
    moves = importlib.import_module("shuangcha.plan.moves")
    return [_row(*row) for row in moves.edge_rows()], str(getattr(moves, "EDITION", "2020-05-20"))


def _row(key: str, move: str, kind: str, start: str, end: str, joint: bool, raises: bool) -> Row:
    return (str(key), str(move), str(kind), str(start), str(end), bool(joint), bool(raises))


def load(moves: Iterable[Row], edition: str, *, using: str = "default") -> int:
    """Make the edge table equal to `moves`; the number of rows. Call while the guards are down (post_migrate).

    An edge that steps name keeps its meaning for ever: one that is gone is retired, one that would change is refused
    with EdgeProblem, because the steps already recorded would silently come to say something else.
    """
    rows = {row[0]: row for row in (_row(*move) for move in moves)}
    with transaction.atomic(using=using):
        old = {row[0]: row for row in Edge.objects.using(using).values_list(*FIELDS)}
        for key in old:
            if rows.get(key) == old[key]:
                continue
            used = Step.objects.using(using).filter(edge_id=key).exists()
            if used and key in rows:
                raise EdgeProblem(f"流程表中“{key}”已有办理步骤引用，其含义不得更改；请为新的做法另立办理动作。")
            if used:
                Edge.objects.using(using).filter(pk=key).update(edition=RETIRED)
            elif key not in rows:
                Edge.objects.using(using).filter(pk=key).delete()
        Edge.objects.using(using).bulk_create(
            [Edge(edition=edition, **dict(zip(FIELDS, row, strict=True))) for row in rows.values()],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["edition", *FIELDS[1:]],
        )
    return len(rows)


def digest(*, using: str = "default") -> str:
    """SHA-256 over the edges in force in the database."""
    return _digest(Edge.objects.using(using).exclude(edition=RETIRED).values_list("edition", *FIELDS))


def differs(rows: Iterable[Row], edition: str, *, using: str = "default") -> bool:
    """Are the edges in force others than `rows`? Asked at start: a program over another plan's edges must not serve."""
    return digest(using=using) != _digest((edition, *_row(*row)) for row in rows)


def problem() -> str | None:
    """The one sentence why this program must not serve this database, or None."""
    rows, edition = from_plan()
    if rows is not None and differs(rows, edition):
        return "数据库中的流程表与程序中的方案流程不一致，请先运行 python3 go.py do migrate。"
    return None


def _digest(rows: Iterable[tuple[object, ...]]) -> str:
    lines = sorted(canonical(list(row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
