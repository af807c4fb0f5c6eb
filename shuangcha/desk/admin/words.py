"""What stands on the pages for the columns and stored words of courts, posts, calendar and settings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shuangcha.courts.models import BodyKind, Level, PostRole
from shuangcha.courts.settings import CHOICES, LIMIT, NAMES, UNITS
from shuangcha.desk.templatetags.desk_tags import date_cn
from shuangcha.desk.wording import full, spoken

MARKS = {
    "S": "方案原文",
    "V": "已核对原文",
    "V~": "转引，未见全文",
    "L": "地方规定，仅供参考",
    "M": "凭记忆，待核实",
    "D": "系统默认，可调整",
}
"""What a mark says of a source. L, M and D are no law and are never shown as such."""
KINDS = {
    "courts": "法院",
    "bodies": "机构",
    "persons": "人员",
    "posts": "任职",
    "calendar": "工作日历",
    "settings": "参数",
}
FIELDS = {
    "code": "法院代字",
    "name": "名称",
    "short": "发文代字",
    "level": "层级",
    "superior": "上级代字",
    "successor": "承继法院代字",
    "city": "市",
    "province": "省",
    "valid_from": "起",
    "valid_to": "止",
    "mark": "来源标记",
    "kind": "类别",
    "login": "用户名",
    "is_active": "可登录",
    "role": "职务",
    "title": "职务名称",
    "deputy_of": "被代理人",
    "source": "来源",
    "value": "值",
    "published": "公布年度",
    "from": "任职起",
    "body": "机构",
    "what": "办理",
}
_STORED: dict[str, dict[Any, str]] = {
    "level": dict(Level.choices),
    "role": dict(PostRole.choices),
    "mark": MARKS,
    "kind": {**dict(BodyKind.choices), "rest": "休息", "work": "上班"},
    "is_active": {True: "是", False: "否"},
}


def field(name: str, kind: str = "") -> str:
    """The label of a stored column: 姓名 for a person's name, else 名称."""
    return "姓名" if kind == "persons" and name == "name" else FIELDS.get(name, "其他")


def value(name: str, stored: Any, names: dict[str, str]) -> str:
    """A stored value as people read it; `names`: uid → name of a person."""
    if stored in (None, ""):
        return "（空）"
    if name in _STORED:
        return _STORED[name].get(stored, str(stored))
    if name in ("valid_from", "valid_to", "from"):
        return date_cn(stored)
    if name == "published":
        return f"{stored}年"
    if name == "deputy_of":
        return names.get(str(stored), "已不在册人员")
    return full(spoken(str(stored))) if name == "value" else str(stored)


def changes(
    kind: str, before: dict[str, Any] | None, after: dict[str, Any], names: dict[str, str]
) -> list[dict[str, str]]:
    """Old → new of each column that changed, in words: label, old (empty for a new row), new;
    `code` for a user name."""
    return [
        {
            "label": field(name, kind),
            "old": value(name, before.get(name), names) if before is not None else "",
            "new": value(name, new, names),
            "code": "1" if name == "login" else "",
        }
        for name, new in after.items()
        if before is not None or new not in (None, "")
    ]


def key(kind: str, told: str, names: dict[str, str], after: dict[str, Any]) -> str:
    """What a change is about, from the key as it is recorded; a person not there before by the name given then."""
    parts = told.split(" ")
    if kind == "persons" and parts[0] not in names and after.get("name"):
        return str(after["name"])
    if kind in ("persons", "posts") and parts[0] in names:
        parts[0] = names[parts[0]]
    if kind == "settings":
        parts = [NAMES.get(part, part) for part in parts]
    return " ".join(date_cn(part) if _is_day(part) else part for part in parts)


def _is_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def setting(key: str, stored: str) -> str:
    """A parameter's value with its unit."""
    if key.startswith(LIMIT):
        return spoken(stored)
    return stored if key in CHOICES else f"{stored}{UNITS.get(key, '')}"


def span(first: dt.date | None, last: dt.date | None) -> str:
    """From a day to a day in words."""
    if first and last:
        return f"{date_cn(first)} 至 {date_cn(last)}"
    if first:
        return f"{date_cn(first)} 起"
    return f"至 {date_cn(last)}" if last else "一直有效"


def state(first: dt.date | None, last: dt.date | None, on: dt.date) -> tuple[str, str]:
    """(word, pill) of a row that holds from a day to a day."""
    if last and last < on:
        return "已终止", "pill-grey"
    return ("未开始", "pill-amber") if first and first > on else ("现行", "pill-green")
