"""流程数据检查 of a round: which enforcement case, the line of its nodes with the signs,
and what the team takes over (方案四(七)2)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from shuangcha.access import flow, reading, scope
from shuangcha.access.facts import Facts
from shuangcha.access.refusals import Refused
from shuangcha.casefile import models as cf
from shuangcha.courts import calendar
from shuangcha.courts.people import court_of_number
from shuangcha.flowcheck import FlowError
from shuangcha.flowruns import checking
from shuangcha.flowruns.models import FlowCheck
from shuangcha.numbers import parse_or_raw

from . import display, flow_words, links, moves
from .shell import business_page, draw
from .templatetags.desk_tags import date_cn, moment_cn
from .wording import full

KEY = "record.system_check"
NO_DATA = "已读入的流程数据里没有这个案件。"
NO_DATA_HELP = "请核对案号；案号无误的，请系统管理员导出该院最新的流程数据并在“流程数据”页读入。也可以不用流程数据，人工查看系统后直接登记系统检查记录。"
POINT_LONG = 40


def crumbs(round_: cf.Round, *more: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"label": "工作台", "url": reverse("home")},
        {"label": round_.matter.number, "url": links.of(round_.matter)},
        {"label": f"第{round_.n}轮调查", "url": links.of(round_)},
        *more,
    ]


def why_not(request: Any, round_: cf.Round) -> str:
    """Why this person may not record a 系统检查 now; empty where nothing stands against it."""
    try:
        moves.may_open(request, KEY, "round", str(round_.uid))
    except Refused as no:
        return full(no.sentence)
    return ""


@require_http_methods(["GET", "POST"])
@business_page
def round_flow(request: Any, uid: str) -> HttpResponse:
    """The enforcement cases of the matter; POST `number` checks one on the newest data that have it."""
    round_: cf.Round = scope.find(request.viewer, "round", uid)
    cases = flow.cases_of(round_.matter)
    errors: dict[str, dict[str, str]] = {}
    if request.method == "POST":
        moves.may_open(request, KEY, "round", uid)
        number = next((one.number for one in cases if one.number == request.POST.get("number", "")), None)
        if number is not None:
            try:
                made = checking.make(round_, number, request.viewer.id, calendar.current(), request.now)
            except FlowError as no:
                errors[number] = {"title": str(no), "text": "请系统管理员更正这份数据后重新读入。"}
            else:
                if made is not None:
                    reading.looked(request.viewer, round_, "流程数据检查", request.now)
                    return redirect("flow_check", uid=made.uid)
                errors[number] = {"title": NO_DATA, "text": NO_DATA_HELP}
    made_before: dict[str, list[dict[str, str]]] = {}
    for one in flow.checks_of(round_):
        made_before.setdefault(one.case_number, []).append(
            {
                "label": f"{moment_cn(one.taken_at)}取数的检查",
                "url": reverse("flow_check", args=[one.uid]),
                "note": f"{date_cn(one.made_at)} {one.made_by.name}",
            }
        )
    reason = why_not(request, round_)
    return draw(
        request,
        "round_flow",
        {
            "officers_url": reverse("round_officers", args=[str(round_.uid)])
            if made_before and flow.knows_officers(request.viewer, round_)
            else "",
            "round": round_,
            "crumbs": crumbs(round_, {"label": "流程数据检查", "url": ""}),
            "reason": reason,
            "by_hand_url": links.move_url(KEY, "round", uid),
            "cases": [
                {
                    "number": one.number,
                    "court": one.court.name if one.court else "",
                    "filed": date_cn(one.filed_on),
                    "error": errors.get(one.number),
                    "checks": made_before.get(one.number, []),
                }
                for one in cases
            ],
            "empty": {
                "title": "本案没有登记执行案号",
                "icon": "search",
                "text": "流程数据按执行案号查找。线索没有写明案号的，可以人工查看系统后直接登记系统检查记录。",
                "url": "" if reason else links.move_url(KEY, "round", uid),
                "url_label": "登记系统检查记录",
            },
        },
        status=422 if errors else 200,
    )


@require_GET
@business_page
def flow_check(request: Any, uid: str) -> HttpResponse:
    """A frozen check: the line of the nodes, each sign with its working and what would excuse it;
    ticks go to the record's form."""
    viewer = request.viewer
    found = flow.check(viewer, uid)
    round_: cf.Round = found.round
    result = checking.read(found)
    named = flow.knows_officers(viewer, round_)
    if not named:
        result = checking.public(result)
    nodes = {one["event"]: one for one in result["nodes"]}
    signs = [flow_words.sign(one, nodes) for one in result["signs"]]
    points = Facts(round_).points
    reading.looked(viewer, round_, "流程数据检查", request.now)
    taken = request.GET.getlist("sign")
    return draw(
        request,
        "flow_check",
        {
            "crumbs": crumbs(
                round_,
                {"label": "流程数据检查", "url": reverse("round_flow", args=[str(round_.uid)])},
                {"label": found.case_number, "url": ""},
            ),
            "round": round_,
            "number": found.case_number,
            "facts": [*flow_words.case_facts(result["case"], court_name(found, request.on)), *stamp(found)],
            "nodes": [_node(one, signs) for one in result["nodes"]],
            "signs": [{**one, "ticked": str(one["n"]) in taken} for one in signs],
            "counts": _counts(signs),
            "unable": result["unable"],
            "across": result["across"],
            "rules": result["rules"],
            "named": named,
            "points": [
                {"n": one.n, "text": one.text if len(one.text) <= POINT_LONG else one.text[: POINT_LONG - 1] + "…"}
                for one in points
            ],
            "withdrawn": _withdrawn(found),
            "reason": why_not(request, round_),
            "record_url": reverse("move", args=[KEY]),
            "check": str(found.uid),
            "again_url": reverse("round_flow", args=[str(round_.uid)]),
            "empty": {
                "title": "没有发现风险信号",
                "icon": "check-circle",
                "text": f"按{result['rules']}条规则检查，没有提示。没有信号不等于没有问题，仍应结合卷宗核对。",
            },
        },
    )


def stamp(found: FlowCheck) -> list[dict[str, Any]]:
    """What a check rests on: when the data were taken, their hash, the rules."""
    return [
        {"label": "取数时间", "value": moment_cn(found.taken_at), "note": f"{found.dataset.name}；检查截至当日"},
        {"label": "数据校验值", "value": display.fingerprint(found.data_hash)},
        {"label": "规则版本", "value": display.fingerprint(found.rule_version)},
    ]


def _withdrawn(found: FlowCheck) -> str:
    """That the data were taken back since; the check stays as it was frozen."""
    if found.dataset.withdrawn_at is None:
        return ""
    when, why = moment_cn(found.dataset.withdrawn_at), found.dataset.withdrawn_why
    return f"系统管理员于{when}撤回了这份流程数据：{why}。本页是撤回前冻结的检查，内容未变；采纳信号前请与卷宗核对。"


def court_name(found: FlowCheck, on: Any) -> str:
    """The court of the case number, as it is called now."""
    number = parse_or_raw(found.case_number, today=on)
    court = court_of_number(number.court_code, on) if number.is_standard else None
    return court.written.name if court is not None else ""


def _node(one: dict[str, Any], signs: list[dict[str, Any]]) -> dict[str, Any]:
    hits = [
        {"n": sign["n"], "title": sign["title"], "css": sign["css"], "label": sign["label"]}
        for sign in signs
        if sign["n"] in one["hits"]
    ]
    return {
        "title": one["title"],
        "at": flow_words.at(one["at"]),
        "entered": flow_words.entered(one),
        "operator": one["operator"],
        "reason": one["reason"],
        "changed": flow_words.CHANGES.get(one["changed"], ""),
        "limit": one["limit"],
        "known": one["known"],
        "hits": hits,
        "level": "high" if any(hit["css"] == "pill-red" for hit in hits) else "hit" if hits else "",
    }


def _counts(signs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for label, css in flow_words.SEVERITY.values():
        number = sum(one["label"] == label for one in signs)
        found.append(
            {
                "label": label,
                "value": number,
                "level": {"pill-red": "late", "pill-amber": "soon"}.get(css, "") if number else "",
            }
        )
    return found
