"""Who looks at the pages: one account per role of the demo. Run inside the instance; prints JSON."""

from __future__ import annotations

import json
from typing import Any

OFFICES = (
    ("enforcement_head", "执行局局长", "豫03", "enforcement", "head", "局长"),
    ("supervision_head", "监察室主任", "豫03", "supervision", "head", "主任"),
    ("president", "院长、组长", "豫03", "presidency", "head", "院长"),
    ("enforcement_clerk", "执行局内勤", "豫03", "enforcement", "member", "内勤"),
    ("supervision_clerk", "监察室内勤", "豫03", "supervision", "member", "内勤"),
    ("office_head", "领导小组办公室主任", "豫03", "group_office", "head", "主任"),
    ("deputy_leader", "领导小组副组长", "豫03", "leading_group", "deputy", "副组长"),
    ("inspection_head", "巡查组组长", "豫03", "inspection", "head", "组长"),
    ("basic_enforcement_head", "基层执行局局长", "豫0304", "enforcement", "head", "局长"),
    ("basic_supervision_head", "基层监察室主任", "豫0304", "supervision", "head", "主任"),
    ("basic_president", "基层院长", "豫0304", "presidency", "head", "院长"),
    ("administrator", "系统管理员", "豫03", "administration", "member", "系统管理员"),
    ("auditor", "审计员", "豫03", "audit", "member", "审计员"),
    ("stranger", "外院执行局局长", "豫0311", "enforcement", "head", "局长"),
)
"""key, label, court, kind of body, role, what the title contains."""


def accounts() -> list[dict[str, str]]:
    """{key, label, login, name, court} of each role on the business day, in the order of the contact sheet."""
    from shuangcha.clock import business
    from shuangcha.courts.models import Court, Person
    from shuangcha.courts.people import officials

    found: list[dict[str, Any]] = []
    for key, label, code, kind, role, title in OFFICES:
        court = Court.objects.get(code=code)
        one = next(one for one in officials(court.pk, business.today(), kind, [role]) if title in one.title)
        login = Person.objects.get(pk=one.person_id).login
        found.append({"key": key, "label": label, "login": login, "name": one.name, "court": court.name})
    leader = team_leader(business.today())
    place = [one["key"] for one in found].index("basic_president") + 1
    found.insert(place, {"key": "team_leader", "label": "调查组组长", **leader})
    return found


def team_leader(on: Any) -> dict[str, str]:
    """The leader of a round of a basic court that is investigating today."""
    from shuangcha.casefile import models as cf
    from shuangcha.courts.people import viewer_of

    todos = cf.Todo.rows.filter(kind="round.answer_point", court__level=4, person__isnull=False).select_related(
        "person", "court"
    )
    one = (
        todos.order_by("pk").first()
        or cf.Todo.rows.filter(kind="round.answer_point").select_related("person", "court").order_by("pk").first()
    )
    assert one is not None and one.person is not None and viewer_of(one.person_id, on) is not None
    return {"login": one.person.login or "", "name": one.person.name, "court": one.court.name}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(accounts(), ensure_ascii=False))
