"""检查意见 and its approval on one screen: facts, conclusions, proposed dispositions, who signed; agree, change,
return (方案四(九))."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from shuangcha.access import children, reading, scope
from shuangcha.access.actions import Action
from shuangcha.access.facts import Facts
from shuangcha.access.refusals import NotFound
from shuangcha.acts.contents.base import CONTENTS
from shuangcha.acts.options import Offer
from shuangcha.casefile import models as cf
from shuangcha.plan.dispositions import WAYS
from shuangcha.plan.words import APPROVAL_LEVELS, APPROVAL_RESULTS, FINDINGS

from . import display, drafts, inline, links, moves
from .differing import side_by_side
from .inline import Sent
from .matter_parts import FINDING_CSS
from .shell import business_page, draw
from .subject_page import around
from .typed import typed_of
from .wording import spoken

CHAIN = (("at_office", "office"), ("at_deputy", "deputy"), ("at_head", "head"), ("at_superior", "superior"))
RESULT_CSS = {"approve": "pill-green", "change": "pill-amber", "return": "pill-red", "skip": "pill-grey"}
ACTS = ("approve", "change", "return")
KEYS = frozenset(f"opinion.{level}_{act}" for _, level in CHAIN for act in ACTS)
SHORT_TEXT = 160
"""Up to so many characters a text stands open; a longer one is folded under its length."""


@business_page
def opinion(request: Any, uid: str) -> HttpResponse:
    return page(request, scope.find(request.viewer, "opinion", uid))


@require_http_methods(["GET", "POST"])
@business_page
def decide(request: Any, uid: str, move_key: str) -> HttpResponse:
    """同意、修改后同意、退回 sent from the screen, back to it."""
    found: cf.Opinion = scope.find(request.viewer, "opinion", uid)
    if request.method != "POST":
        return HttpResponseRedirect(links.of(found))
    if move_key not in KEYS:
        raise NotFound
    if move_key.endswith("_change") and request.POST.get("draft") in ("save", "drop"):
        return _draft(request, found, move_key)
    result = inline.send(request, move_key, found)
    if isinstance(result, Sent):
        return page(request, scope.find(request.viewer, "opinion", uid), result)
    drafts.drop(request.viewer.id, _place(found, move_key))
    return HttpResponseRedirect(links.of(found), status=303)


def _place(found: cf.Opinion, move_key: str) -> str:
    return drafts.place_of(move_key, "opinion", found.uid)


def _draft(request: Any, found: cf.Opinion, move_key: str) -> HttpResponse:
    """保存草稿 and 放弃草稿 where no script does it: the texts of a change are long."""
    moves.may_open(request, move_key, "opinion", str(found.uid))
    place = _place(found, move_key)
    if request.POST["draft"] == "drop":
        drafts.drop(request.viewer.id, place)
        messages.info(request, "草稿已放弃。")
    else:
        drafts.check_owner(request.viewer.id, request.POST.get("draft_owner", ""))
        kept = drafts.load(request.viewer.id, place)
        drafts.keep(
            request.viewer.id,
            place,
            drafts.pairs_of(request.POST),
            version=kept.version if kept else 0,
            now=request.now,
        )
        messages.success(request, "草稿已保存，可以稍后再来填写。")
    return HttpResponseRedirect(f"{links.of(found)}#decide-change", status=303)


def _forms(
    request: Any, found: cf.Opinion, deciding: list[Action], facts: Facts, sent: Sent | None
) -> list[dict[str, Any]]:
    """同意、修改后同意、退回, those of them that this reader may send; the change with his draft of it."""
    offer = Offer(found, request.viewer, request.on, facts)
    found_forms = {}
    for one in deciding:
        if not one.enabled:
            continue
        key, act = one.move.key, one.move.key.rsplit("_", 1)[1]
        kept = drafts.load(request.viewer.id, _place(found, key)) if act == "change" else None
        typed = typed_of(CONTENTS[key], kept.typed) if kept is not None else None
        form = inline.drawn(one, found, offer, links.opinion_act_url(found, key), sent, typed=typed)
        if act == "change":
            known = drafts.version_of(request.POST.get("draft_version", "")) if form["open"] else None
            form["draft"] = drafts.of(request.viewer.id, _place(found, key), kept, request.now, version=known)
        found_forms[act] = {**form, "act": act, "open": form["open"] or kept is not None}
    return [found_forms[act] for act in ACTS if act in found_forms]


def page(request: Any, found: cf.Opinion, sent: Sent | None = None) -> HttpResponse:
    """The screen; `sent` is a form of it that was not carried out."""
    facts = Facts(found)
    context = around(request, found, "检查意见", facts)
    numbers = {one.pk: n for n, one in enumerate(facts.allegations, 1)}
    rows = children.opinion_versions(found)
    versions = [_version(one, numbers) for one in rows]
    approvals = children.approvals(found)
    acts: list[Action] = context.pop("acts")
    mend_url = context.pop("correct_url")
    deciding = [one for one in acts if one.move.key in KEYS]
    forms = _forms(request, found, deciding, facts, sent)
    return draw(
        request,
        "opinion",
        {
            **context,
            "mend_url": mend_url,
            "opinion": found,
            "matter": found.matter,
            "now": versions[0] if versions else None,
            "earlier": versions[1:],
            "steps": _chain(found, approvals),
            "forms": forms,
            "why_not": display.full(deciding[0].reason) if deciding and not forms else "",
            "actions": display.buttons(one for one in acts if one not in deciding),
            "changes": _changes(rows, approvals),
            "signatures": _signatures(found),
            "left_over": inline.left_over(sent),
            "returns": [_approval(one) for one in approvals if one.result == "return"],
            "approvals": [_approval(one) for one in approvals],
            "facts": [
                {
                    "label": "案件",
                    "value": f"{found.matter.number} {found.matter.title}",
                    "url": links.of(found.matter),
                    "wide": True,
                },
                {"label": "被查法院", "value": found.matter.target_court.name},
                {"label": "现行稿", "value": f"第{found.version_no}稿"},
                {"label": "批准日期", "value": display.date_cn(found.approved_on) or "尚未批准"},
            ],
        },
        status=sent.status if sent else 200,
    )


def _version(one: cf.OpinionVersion, numbers: dict[int, int]) -> dict[str, Any]:
    return {
        "n": one.n,
        "text": one.text,
        "found": one.facts,
        "day": display.date_cn(one.on),
        "text_open": len(one.text) <= SHORT_TEXT,
        "found_open": len(one.facts) <= SHORT_TEXT,
        "who": f"{one.changed_by.name}审批时修改" if one.changed_by else f"{one.drafter.name}起草",
        "conclusions": [
            {
                "n": numbers.get(each.allegation_id, 0),
                "allegation": each.allegation.text,
                "finding": FINDINGS[each.finding].label,
                "css": FINDING_CSS[each.finding],
                "text": each.text,
                "misconduct": each.misconduct,
            }
            for each in sorted(one.conclusions.all(), key=lambda row: numbers.get(row.allegation_id, 0))
        ],
        "dispositions": [
            {
                "n": each.n,
                "label": WAYS[each.kind].label,
                "article": WAYS[each.kind].article,
                "allegation": numbers.get(each.allegation_id, 0),
                "court": each.addressee.name,
                "demand": each.demand,
                "period": spoken(each.period),
            }
            for each in sorted(one.dispositions.all(), key=lambda row: row.n)
        ],
    }


def _approval(one: cf.Approval) -> dict[str, Any]:
    return {
        "level": APPROVAL_LEVELS[one.level].label,
        "name": one.person.name,
        "result": APPROVAL_RESULTS[one.result].label,
        "css": RESULT_CSS[one.result],
        "text": one.text,
        "day": display.date_cn(one.on),
        "n": one.round_no,
    }


def _signatures(found: cf.Opinion) -> list[dict[str, Any]]:
    """Who signed which version when; the latest signing first."""
    by_proposal: dict[int, list[Any]] = {}
    for one in reading.signatures_on(found, "opinion.sign"):
        by_proposal.setdefault(one.proposal_id, []).append(one)
    return [
        {"body": one.body.local_name, "name": one.person.name, "at": display.moment_cn(one.signed_at)}
        for one in next(reversed(list(by_proposal.values())), [])
    ]


def _changes(rows: list[cf.OpinionVersion], approvals: list[cf.Approval]) -> list[dict[str, Any]]:
    """Each version that an approver changed beside the one before it, newest first, with his reason.
    Both are rows of their own."""
    by_n = {one.n: one for one in rows}
    found = []
    for one in rows:
        before = by_n.get(one.n - 1)
        if one.changed_by is None or before is None:
            continue
        why = next(
            (
                each
                for each in approvals
                if each.result == "change" and each.round_no == before.n and each.person_id == one.changed_by_id
            ),
            None,
        )
        found.append(
            {
                "n": one.n,
                "before_n": before.n,
                "label": f"第{one.n}稿",
                "before_label": f"第{before.n}稿",
                "who": one.changed_by.name,
                "day": display.date_cn(one.on),
                "level": APPROVAL_LEVELS[why.level].label if why else "",
                "reason": why.text if why else "",
                "parts": [
                    {"title": title, **side_by_side(_lines(old), _lines(new))}
                    for title, old, new in (("认定事实", before.facts, one.facts), ("检查意见", before.text, one.text))
                ],
            }
        )
    return found


def _lines(text: str) -> str:
    """A browser's line ends are no change."""
    return text.replace("\r\n", "\n")


def _chain(found: cf.Opinion, approvals: list[cf.Approval]) -> list[dict[str, str]]:
    """办公室 → 副组长 → 组长 (→ 上级法院) as a step line; a level passed because nobody was free says who was skipped, and why."""
    levels = [
        (stage, level)
        for stage, level in CHAIN
        if level != "superior" or found.stage == "at_superior" or any(one.level == "superior" for one in approvals)
    ]
    stages = [stage for stage, _ in levels]
    at = stages.index(found.stage) if found.stage in stages else len(stages) if found.stage == "approved" else -1
    line = [{"label": "两机构签署", "state": "done" if at >= 0 else "now", "day": ""}]
    for n, (_, level) in enumerate(levels):
        state = "done" if n < at else "now" if n == at else "todo"
        done = (
            [one for one in approvals if one.level == level and one.result in ("approve", "change")]
            if state == "done"
            else []
        )
        skipped: dict[str, list[str]] = {}
        for one in approvals:
            if one.level == level and one.result == "skip" and one.person.name not in skipped.get(one.text, []):
                skipped.setdefault(one.text, []).append(one.person.name)
        told = "；".join(f"{'、'.join(names)}{f'（{why}）' if why else ''}" for why, names in skipped.items())
        line.append(
            {
                "label": APPROVAL_LEVELS[level].label,
                "state": state,
                "who": f"{done[-1].person.name}{APPROVAL_RESULTS[done[-1].result].label}" if done else "",
                "day": display.date_cn(done[-1].on) if done else "",
                "note": f"依规跳过：{told}" if told and at >= 0 else "",
            }
        )
    return line
