"""The form of 系统检查 with what was taken over from a frozen check: the signs cannot be typed, only kept,
dropped and commented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse

from shuangcha.access import flow
from shuangcha.access.refusals import NotFound
from shuangcha.acts import flow_signs
from shuangcha.audit.chain import ZONE
from shuangcha.casefile import models as cf
from shuangcha.flowruns import checking

from . import flow_words
from .faces import Fields
from .flow_check_page import stamp
from .record_form import RecordForm, drawn, team_names
from .typed import Typed, raw_of

if TYPE_CHECKING:
    from .move_form import Asked

MOST = 60


class SystemCheckForm(RecordForm):
    template = "record_system_check"

    def prepare(self, asked: Asked, typed: Typed) -> None:
        """From a check: the data looked at, one row for each node with a sign taken over, and a first conclusion."""
        found = _check(asked, asked.request.GET.get("check", ""))
        if found is None:
            typed["check"] = ""
            return
        result = checking.public(checking.read(found))
        chosen = [one for one in result["signs"] if str(one["n"]) in asked.request.GET.getlist("sign")]
        taken = found.taken_at.astimezone(ZONE)
        typed |= {
            "title": f"{found.case_number}系统检查记录",
            "held_on": asked.request.on.isoformat(),
            "system": f"执行案件流程数据：{found.dataset.name}"[:60],
            "snapshot_at": f"{taken:%Y-%m-%d %H:%M}",
            "nodes": _nodes(result, chosen),
            "conclusion": _conclusion(found, result, chosen),
        }
        team = [one for one in asked.facts.team_of(asked.target) if one.person_id == asked.request.viewer.id]
        typed["checkers"] = [str(one.person.uid) for one in team]

    def brought(self, asked: Asked, typed: Typed) -> None:
        """Ticks made on the check's page count also where a draft was restored."""
        request = asked.request
        if "check" not in request.GET:
            return
        found = _check(asked, request.GET["check"])
        if found is None:
            raise NotFound
        before = (
            {str(one["sign"]): one for one in typed.get("signs") or []} if typed.get("check") == str(found.uid) else {}
        )
        typed["check"] = str(found.uid)
        known = {str(one["n"]) for one in checking.public(checking.read(found))["signs"]}
        asked_for = [n for n in dict.fromkeys(request.GET.getlist("sign")) if n in known][:MOST]
        rows = [
            {"sign": n, "point": request.GET.get(f"point-{n}", "")[:4], "view": before.pop(n, {}).get("view", "")}
            for n in asked_for
        ]
        typed["signs"] = rows + list(before.values())

    def about(self, asked: Asked, typed: Typed, fields: Fields) -> dict[str, Any]:
        round_: cf.Round = asked.target
        found = _check(asked, str(typed.get("check") or ""))
        by_name = {one["name"]: one for one in fields}
        told: dict[str, Any] = {
            "pick_url": reverse("round_flow", args=[str(round_.uid)]),
            "any": bool(by_name["check"]["options"][1:]),
            "signs": by_name["signs"],
            "field": by_name["check"],
        }
        if found is not None:
            result = checking.public(checking.read(found))
            nodes, signs = (
                {one["event"]: one for one in result["nodes"]},
                {str(one["n"]): one for one in result["signs"]},
            )
            told |= {
                "number": found.case_number,
                "uid": str(found.uid),
                "facts": stamp(found),
                "url": f"{reverse('flow_check', args=[found.uid])}",
                "taken": [
                    _taken(row, drawn, signs, nodes)
                    for row, drawn in zip(typed["signs"], by_name["signs"]["rows"], strict=False)
                    if str(row.get("sign") or "").strip()
                ],
            }
        return {**super().about(asked, typed, fields), "flow": told}

    def preview(self, asked: Asked, typed: Typed) -> HttpResponse:
        raw = raw_of(asked.model, typed)
        raw["flow"] = flow_signs.taken(asked.target, str(raw.get("check", "")), raw.get("signs", []))
        return drawn(
            asked.request, "system_check", raw, team_names(asked.facts, asked.target), asked.target, note="未提交"
        )


def _check(asked: Asked, uid: str) -> Any:
    """The check of this round that the address or the form names, or None."""
    if not uid:
        return None
    try:
        found = flow.check(asked.request.viewer, uid)
    except NotFound:
        return None
    return found if found.round_id == asked.target.pk else None


def _taken(row: Typed, drawn: dict[str, Any], signs: dict[str, Any], nodes: dict[int, Any]) -> dict[str, Any]:
    """One taken sign: what it says, and the two fields to fill in."""
    by_name = {one["name"].rsplit(".", 1)[1]: one for one in drawn["fields"]}
    one = signs.get(str(row["sign"]).strip())
    return {
        "index": drawn["index"],
        "id": drawn["id"],
        "name": by_name["sign"]["name"],
        "n": row["sign"],
        "error": by_name["sign"]["error"],
        "told": flow_words.sign(one, nodes) if one is not None else None,
        "fields": [by_name["point"], by_name["view"]],
    }


def _nodes(result: dict[str, Any], chosen: list[dict[str, Any]]) -> list[Typed]:
    """One row for each node that a taken sign is about, and one for all others."""
    nodes = {one["event"]: one for one in result["nodes"]}
    about: dict[str, list[dict[str, Any]]] = {}
    for one in chosen:
        titles = dict.fromkeys(nodes[event]["title"] for event in one["events"] if event in nodes) or {
            one["title"]: None
        }
        for title in titles:
            about.setdefault(title[:60], []).append(one)
    titled = {one["title"][:60] for one in result["nodes"]}
    rows = []
    for title, signs in list(about.items())[:99]:
        rows.append(
            {
                "node": title,
                "complete": "yes" if title in titled else "no",
                "overdue": "yes" if any(one["due"] for one in signs) else "no",
                "falsified": "suspect" if any(one["family"] == FALSE for one in signs) else "no",
                "remarks": "；".join(dict.fromkeys(f"第{one['n']}项信号：{one['title']}" for one in signs))[:400],
            }
        )
    others = len(titled - set(about))
    if others or not rows:
        rows.append(
            {
                "node": "其余节点" if rows else "全部节点",
                "complete": "yes",
                "overdue": "no",
                "falsified": "no",
                "remarks": f"共{others}个节点，未采纳风险信号" if others else "未采纳风险信号",
            }
        )
    return rows


FALSE = "数据造假"


def _conclusion(found: Any, result: dict[str, Any], chosen: list[dict[str, Any]]) -> str:
    taken = found.taken_at.astimezone(ZONE)
    head = (
        f"对{found.case_number}按{taken:%Y-%m-%d %H:%M}取数的流程数据检查，共{len(result['nodes'])}条节点记录，"
        f"系统提示风险信号{len(result['signs'])}项，采纳{len(chosen)}项。"
    )
    lines = [f"{n}.{one['title']}：{one['reason']}" for n, one in enumerate(chosen, 1)]
    return "\n".join([head, *lines])[:4000]
