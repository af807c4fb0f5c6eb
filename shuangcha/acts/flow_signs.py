"""Signs of a frozen check taken over into a record of 系统检查 (方案四(七)2): what the record keeps, and what it may cite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from shuangcha.access import flow
from shuangcha.access.refusals import Invalid
from shuangcha.audit.chain import ZONE
from shuangcha.casefile import models as cf
from shuangcha.flowruns import checking
from shuangcha.flowruns.models import FlowCheck

from .act import Act
from .contents import inquiry as content

GONE = "没有这次流程数据检查，请在本轮调查的“流程数据检查”页重新检查。"


def check(act: Act, c: content.SystemCheck) -> None:
    """The check belongs to this round, each sign is one of its signs and taken once,
    each point is one of the matter's."""
    round_ = act.parent
    assert isinstance(round_, cf.Round)
    if not c.check:
        if c.signs:
            raise Invalid("采纳风险信号的，应当选择所依据的流程数据检查。", field="check")
        return
    found = _of(round_, c.check)
    if found is None:
        raise Invalid(GONE, field="check")
    known = {one["n"] for one in checking.public(checking.read(found))["signs"]}
    points = {one.n for one in act.facts.points}
    seen: set[int] = set()
    for n, one in enumerate(c.signs):
        if one.sign not in known:
            raise Invalid(f"检查结果中没有第{one.sign}项风险信号。", field=f"signs.{n}.sign")
        if one.sign in seen:
            raise Invalid(f"第{one.sign}项风险信号已经采纳过了。", field=f"signs.{n}.sign")
        if one.point is not None and one.point not in points:
            raise Invalid(f"没有第{one.point}项核查要点。", field=f"signs.{n}.point")
        seen.add(one.sign)


def taken(round_: cf.Round, uid: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a record keeps of the check: when and from which data, by which rules, and the taken signs as they read.

    A record is read by more persons than may know who entered what; the persons stay in the check.
    Empty for an unknown check.
    """
    found = _of(round_, uid)
    if found is None:
        return {}
    result = checking.public(checking.read(found))
    signs = {one["n"]: one for one in result["signs"]}
    nodes = {one["event"]: one for one in result["nodes"]}
    kept = []
    for row in rows:
        one = signs.get(_number(row.get("sign")))
        if one is not None:
            about = [
                {key: nodes[event][key] for key in ("title", "at", "entered")}
                for event in one["events"]
                if event in nodes
            ]
            kept.append(
                {
                    **{
                        key: one[key]
                        for key in (
                            "n",
                            "title",
                            "family",
                            "severity",
                            "reason",
                            "source",
                            "mark",
                            "due",
                            "working",
                            "innocent",
                        )
                    },
                    "nodes": about,
                    "point": _number(row.get("point")) or None,
                    "view": str(row.get("view") or ""),
                }
            )
    return {
        "case_number": found.case_number,
        "taken_at": found.taken_at.astimezone(ZONE).isoformat(),
        "data_hash": found.data_hash,
        "rule_version": found.rule_version,
        "as_of": found.as_of.isoformat(),
        "sha256": found.sha256,
        "dataset": found.dataset.name,
        "nodes": len(result["nodes"]),
        "found": len(result["signs"]),
        "signs": kept,
    }


def _of(round_: cf.Round, uid: str) -> FlowCheck | None:
    try:
        key = UUID(uid)
    except ValueError:
        return None
    return flow.checks_of(round_).filter(uid=key).first()


def _number(value: Any) -> int:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
