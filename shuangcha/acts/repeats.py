"""重复反映: a clue about the same thing as another is merged into it (reversible), or the doubt is settled as 不是同一事."""

from __future__ import annotations

from typing import Any

from shuangcha.access import scope
from shuangcha.access.refusals import Invalid, NotFound
from shuangcha.audit.chain import canonical
from shuangcha.casefile import models as cf

from .act import Act, checks, handles
from .contents import clue as content

CHOOSE = "请从列出的线索中选择。"
NOT_INTO = ("merged", "referred_out")
"""A clue in these stages goes nowhere further: nothing is merged into it."""


def hint(act: Act, clue: cf.Clue, found: list[tuple[int, list[str]]]) -> None:
    """Keep what the search took for a repeat: (id of the other clue, why).
    Who may see both finds it in the worklist."""
    cf.Repeat.rows.bulk_create(
        [cf.Repeat(clue=clue, other_id=pk, reasons=canonical(why), on=act.on) for pk, why in found],
        ignore_conflicts=True,
    )


def _other(act: Act, uid: str, field: str) -> cf.Clue:
    try:
        found = scope.find(act.viewer, "clue", uid)
    except NotFound:
        raise Invalid(CHOOSE, field=field) from None
    assert isinstance(found, cf.Clue) and act.subject is not None
    if found.pk == act.subject.pk:
        raise Invalid("请选择另一条线索。", field=field)
    return found


@checks("clue.merge")
def check_merge(act: Act, c: content.Merge) -> None:
    into = act.memo["into"] = _other(act, c.into, "into")
    if into.stage in NOT_INTO:
        raise Invalid("所选线索已并入其他线索或已转出，请并入最终办理的那一条。", field="into")
    if cf.Repeat.rows.filter(other_id=act.subject.pk if act.subject else 0, verdict="merged").exists():
        raise Invalid("已有其他线索并入本线索，请先撤销那些并入，或改为把对方并入本线索。", field="into")


@handles("clue.merge")
def merge(act: Act, c: content.Merge) -> None:
    into: cf.Clue = act.memo["into"]
    _settle(act, into, "merged", c.reason)
    act.recorded["into"] = into.number


@handles("clue.unmerge")
def unmerge(act: Act, c: content.Unmerge) -> None:
    assert isinstance(act.subject, cf.Clue)
    cf.Repeat.rows.filter(clue=act.subject, verdict="merged").update(
        verdict="undone", reason=c.reason, person_id=act.viewer.id, on=act.on
    )


@handles("clue.not_repeat")
def not_repeat(act: Act, c: content.NotRepeat) -> None:
    _settle(act, _other(act, c.other, "other"), "distinct", c.reason)


def _settle(act: Act, other: cf.Clue, verdict: str, reason: str) -> None:
    assert isinstance(act.subject, cf.Clue)
    said: dict[str, Any] = {"verdict": verdict, "reason": reason, "person_id": act.viewer.id, "on": act.on}
    cf.Repeat.rows.update_or_create(clue=act.subject, other=other, defaults=said)
