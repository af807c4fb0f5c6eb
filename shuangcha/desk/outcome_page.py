"""The page of a duty (方案四(九)–(十一)); that of an opinion stands in approval_page.py."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from shuangcha.access import children, scope
from shuangcha.access.facts import Facts
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer
from shuangcha.plan.dispositions import DUTY_KINDS, WAYS

from . import display, links
from .labelled import labelled
from .matter_page import file_rows
from .shell import business_page, draw
from .subject_page import around
from .wording import spoken

DETAILS = (("feedback", "duty.feed_back_handling", "反馈情况"), ("clarification", "duty.clarify", "澄清情况"))


def _facts(found: cf.Duty, article: str) -> list[dict[str, Any]]:
    return [
        {
            "label": "案件",
            "value": f"{found.matter.number} {found.matter.title}",
            "url": links.of(found.matter),
            "wide": True,
        },
        {"label": "事项", "value": DUTY_KINDS[found.kind], "note": article},
        {"label": "发出法院", "value": found.from_court.name},
        {"label": "收件法院", "value": found.to_court.name},
        {"label": "主办机构", "value": found.lead_body.local_name},
        {"label": "指定期限", "value": spoken(found.period)},
        {"label": "要求", "value": found.demand, "wide": True},
    ]


@business_page
def duty(request: Any, uid: str) -> HttpResponse:
    """A disposition, feedback or clarification: demand, replies with proof and check, what was fed back."""
    viewer: Viewer = request.viewer
    found: cf.Duty = scope.find(viewer, "duty", uid)
    facts = Facts(found)
    context = around(request, found, f"{found.n}. {DUTY_KINDS[found.kind]}", facts)
    details = json.loads(found.details)
    near = children.relays(found, viewer)
    way = WAYS.get(found.kind)
    return draw(
        request,
        "duty",
        {
            **context,
            "duty": found,
            "matter": found.matter,
            "facts": _facts(found, way.article if way else "方案四(十)、四(十一)"),
            "issued": labelled(f"duty.issue_{found.kind}", details.get("issue", {}), {}) if way else [],
            "told": [
                {"title": title, "content": labelled(move, details[key], {})}
                for key, move, title in DETAILS
                if details.get(key)
            ],
            "appeased": [labelled("duty.appease", one, {}) for one in details.get("appeasement", [])],
            "result": details.get("result", ""),
            "replies": [
                {
                    "n": one.n,
                    "text": one.text,
                    "proof": one.proof,
                    "day": display.date_cn(one.on),
                    "check": one.check_text,
                    "passed": "核验通过" if one.passed else "核验不通过" if one.passed is not None else "",
                }
                for one in children.replies(found)
            ],
            "relays": [
                {
                    "title": f"{one.from_court.name}致{one.to_court.name}：{DUTY_KINDS[one.kind]}",
                    "url": links.of(one),
                    "stage": display.stage(one),
                    "above": one.pk == found.parent_id,
                }
                for one in near
            ],
            "files": file_rows(children.materials_of(found, viewer)),
        },
    )
