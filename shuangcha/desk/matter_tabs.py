"""What every page of a matter carries on top: number, stage, tabs, the way back."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.casefile import models as cf

from . import display

TABS = (
    ("matter", "案件"),
    ("matter_joint", "两机构签署"),
    ("matter_rounds", "各轮调查和报告"),
    ("matter_files", "记录、附件和文书"),
    ("matter_steps", "办理经过"),
)


def tabs(matter: cf.Matter, here: str) -> list[dict[str, Any]]:
    return [
        {"label": text, "url": reverse(name, args=[str(matter.uid)]), "active": name == here} for name, text in TABS
    ] + [
        {
            "label": "在流程图中的位置",
            "url": f"{reverse('flow')}?{urlencode({'matter': str(matter.uid)})}",
            "active": False,
        }
    ]


def heading(matter: cf.Matter, here: str, title: str = "") -> dict[str, Any]:
    """Context of matter_base.html. `title`: of a page below one of the tabs."""
    own = {"label": matter.number, "url": reverse("matter", args=[str(matter.uid)]) if title else ""}
    return {
        "matter": matter,
        "stage": display.stage(matter),
        "tabs": tabs(matter, here),
        "crumbs": [
            {"label": "双查案件", "url": reverse("matters")},
            own,
            *([{"label": title, "url": ""}] if title else []),
        ],
    }
