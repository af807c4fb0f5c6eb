"""How signs of 系统检查 are shown: always as signs (风险信号), never as findings; no code, no key, no column name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from shuangcha.flowcheck.report import shown

from . import display
from .templatetags.desk_tags import date_cn, day_cn
from .wording import full, spoken

SEVERITY = {
    key: (label, {"high": "pill-red", "medium": "pill-amber"}.get(key, "pill-grey"))
    for key, label in shown.SEVERITY.items()
}
KINDS = {
    "enforcement": "首次执行",
    "unlitigated": "非诉执行",
    "restored": "恢复执行",
    "preservation": "保全执行",
    "objection": "执行异议",
    "review": "执行复议",
}
CLOSINGS = {
    "fulfilled": "执行完毕",
    "ended_this_time": "终结本次执行程序",
    "ended": "终结执行",
    "withdrawn": "撤回执行申请",
    "cancelled": "销案",
    "refused": "不予执行",
}
CHANGES = {"edited": "提交后修改过", "deleted": "提交后删除", "re-entered": "删除后重新录入"}
ON_DAY, LATE_DAYS = "当日录入", 3


def severity(key: str) -> tuple[str, str]:
    return SEVERITY.get(key, SEVERITY["low"])


def moment(text: Any) -> dt.datetime | None:
    """A frozen ISO instant, or a datetime as it is."""
    if isinstance(text, dt.datetime):
        return text
    try:
        return dt.datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def at(text: Any) -> str:
    """A day with its weekday; with the clock where the data have one."""
    found = moment(text)
    if found is None:
        return ""
    clock = f" {found:%H:%M}" if (found.hour, found.minute, found.second) != (0, 0, 0) else ""
    return f"{date_cn(found)}{clock}"


def entered(node: Mapping[str, Any]) -> dict[str, str]:
    """When a row was typed, in words: on the day, so many days later, before it happened."""
    when, typed = moment(node["at"]), moment(node["entered"])
    if typed is None:
        return {"text": "没有录入时间", "level": ""}
    if when is None:
        return {"text": f"{day_cn(typed)}录入", "level": ""}
    days = (typed.date() - when.date()).days
    if days == 0:
        return {"text": ON_DAY, "level": ""}
    if days < 0:
        return {"text": f"{day_cn(typed)}录入，早于发生 {-days} 天", "level": "late"}
    return {"text": f"{day_cn(typed)}录入，迟 {days} 天", "level": "late" if days > LATE_DAYS else ""}


def working(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The steps of a limit, as beside every other date of this system."""
    if not found:
        return None
    steps = [
        {
            "label": one["label"],
            "text": spoken(full(one["text"])),
            "source": display.sources(one["source"]),
            "mark": display.MARKS.get(one["mark"], ""),
        }
        for one in found["steps"]
    ]
    return {
        "steps": steps,
        "provisional": found["provisional"],
        "summary": f"届满日{day_cn(found['due'])}是怎样算出来的",
    }


def due_label(one: Mapping[str, Any]) -> str:
    """What the computed day is: the last one, or, where an act may not come earlier, the first one after the period."""
    worked = one["working"]
    return "最早可以办理" if worked and one["due"] and one["due"] > worked["due"] else "期限届满"


def sign(one: Mapping[str, Any], nodes: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """One frozen sign for a page."""
    label, css = severity(one["severity"])
    return {
        "n": one["n"],
        "title": one["title"],
        "family": one["family"],
        "label": label,
        "css": css,
        "reason": full(one["reason"]),
        "source": one["source"],
        "mark": display.MARKS.get(one["mark"], ""),
        "operator": one["operator"],
        "innocent": one["innocent"],
        "due": date_cn(one["due"]),
        "due_label": due_label(one),
        "working": working(one["working"]),
        "events": [
            {
                "title": nodes[event]["title"],
                "at": at(nodes[event]["at"]),
                "entered": entered(nodes[event])["text"],
                "operator": nodes[event]["operator"],
            }
            for event in one["events"]
            if event in nodes
        ],
    }


def case_facts(case: Mapping[str, Any], court: str) -> list[dict[str, Any]]:
    amount = case.get("amount")
    return [
        {"label": "执行案号", "value": case["case_number"]},
        {"label": "执行法院", "value": court},
        {"label": "案件类别", "value": KINDS.get(str(case.get("kind") or ""), "")},
        {"label": "立案日期", "value": date_cn(case.get("filed_on"))},
        {
            "label": "结案",
            "value": f"{date_cn(case.get('closed_on'))} {CLOSINGS.get(str(case.get('closing') or ''), '')}".strip()
            or "尚未结案",
        },
        {"label": "申请执行标的", "value": f"{amount / 100:,.2f}元" if amount is not None else ""},
    ]
