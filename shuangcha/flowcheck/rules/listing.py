"""Parameters as a file of local rules writes them (`local`), so that what is listed can be copied and changed."""

from __future__ import annotations

from typing import Any

import yaml

from ..select import EXCUSED, Cond, Sel


def written(value: Any) -> Any:
    """Plain data: texts, numbers, lists, and a selection of events as `{nodes, but, where, excused}`."""
    if isinstance(value, Sel):
        return _selection(value)
    if isinstance(value, tuple):
        return [written(one) for one in value]
    return value


def flow(value: Any) -> str:
    """The same in one line of YAML."""
    return (
        str(yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6))
        .removesuffix("...\n")
        .strip()
    )


def _selection(sel: Sel) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if sel.nodes:
        found["nodes"] = list(sel.nodes)
    if sel.but:
        found["but"] = list(sel.but)
    excused = sel.where[-len(EXCUSED) :] == EXCUSED and "reason" not in sel.named
    conds = sel.where[: -len(EXCUSED)] if excused else sel.where
    if conds:
        found["where"] = {cond.column: _condition(cond) for cond in conds}
    if excused:
        found["excused"] = True
    return found


def _condition(cond: Cond) -> Any:
    values = list(cond.values) if len(cond.values) > 1 else next(iter(cond.values), None)
    match cond.op:
        case "is":
            return values
        case "is_not":
            return {"not": values}
        case "empty":
            return None
    return {"present": True}
