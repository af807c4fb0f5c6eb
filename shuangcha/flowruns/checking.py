"""One enforcement case checked for a round of inquiry, and frozen: the nodes, the signs, the working of every limit.

What is frozen is plain text. A later version of data or rules makes another check; this one reads the same for ever.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from shuangcha import flowcheck
from shuangcha.audit.chain import ZONE, canonical
from shuangcha.casefile.models import Round
from shuangcha.flowcheck import CaseData, Finding, RuleSet
from shuangcha.flowcheck.nodes import BY_CODE
from shuangcha.flowcheck.report.shown import column_titles
from shuangcha.periods import Calendar

from . import cases, folders
from .models import FlowCheck, FlowDataset, FlowRun, RunState

LOOKED_MOST = 8
"""Data sets in which a case is looked for, newest first."""
TEXT_MOST = 300
NOBODY = "经办人"
LAST = "9999"
"""Sorts after every moment: rows without a time stand at the end."""


def holding(number: str) -> tuple[FlowDataset, CaseData] | None:
    """The newest data set that has the case, with its rows; None where none has."""
    for dataset in FlowDataset.objects.filter(withdrawn_at=None).order_by("-taken_at", "-id")[:LOOKED_MOST]:
        found = cases.one(folders.of(dataset), number)
        if found is not None:
            return dataset, found
    return None


def make(round_: Round, number: str, person_id: int, calendar: Calendar, now: dt.datetime) -> FlowCheck | None:
    """The check of this case on the newest data that have it, for this round;
    the same one again where nothing has changed.

    The signs are those of the day on which the data were taken: what came later is not in them.
    """
    held = holding(number)
    if held is None:
        return None
    dataset, data = held
    rules = folders.rules()
    as_of = dataset.taken_at.astimezone(ZONE).date()
    key = {"round": round_, "dataset": dataset, "case_number": number, "rule_version": rules.version, "as_of": as_of}
    found = FlowCheck.objects.filter(**key).first()
    if found is not None:
        return found
    text = canonical(frozen(data, rules, as_of, calendar, _across(dataset, data, rules, as_of)))
    check, _ = FlowCheck.objects.get_or_create(
        **key,
        defaults={
            "taken_at": dataset.taken_at,
            "data_hash": dataset.sha256,
            "result": text,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "made_by_id": person_id,
            "made_at": now,
        },
    )
    return check


def read(check: FlowCheck) -> dict[str, Any]:
    """What was frozen. RuntimeError where the text is not what its hash says."""
    if hashlib.sha256(check.result.encode()).hexdigest() != check.sha256:
        raise RuntimeError("a frozen check was changed")
    found: dict[str, Any] = json.loads(check.result)
    return found


def _across(dataset: FlowDataset, data: CaseData, rules: RuleSet, as_of: dt.date) -> list[Finding] | None:
    """The case's signs that need other cases, from the last run over the same data by the same rules;
    None where there is none."""
    done = FlowRun.objects.filter(dataset=dataset, state=RunState.DONE, rule_version=rules.version, as_of=as_of)
    run = done.order_by("-id").first()
    return cases.across(folders.of_run(run), int(data.case["case_id"]), rules) if run is not None else None


def frozen(
    data: CaseData, rules: RuleSet, as_of: dt.date, calendar: Calendar, across: Sequence[Finding] | None = None
) -> dict[str, Any]:
    """Plain data for `FlowCheck.result`: case, nodes, signs, rules that could not be judged. `across`:
    signs that need other cases."""
    findings = flowcheck.check_case(data, rules, as_of, calendar, across)
    order = {level: n for n, level in enumerate(("high", "medium", "low"))}
    findings = sorted(findings, key=lambda one: (order.get(one.severity, 9), one.rule, str(one.at or LAST)))
    signs = [_sign(n, one, rules, data, as_of, calendar) for n, one in enumerate(findings, 1)]
    persons = {data.case.get("handler"), *(row.get(name) for row in data.events for name in ("operator", "approver"))}
    return {
        "persons": sorted(str(one) for one in persons if one),
        "case": {
            name: _plain(data.case.get(name))
            for name in ("case_number", "court", "kind", "filed_on", "closed_on", "closing", "amount")
        },
        "nodes": _nodes(data, findings),
        "signs": signs,
        "unable": _unable(data, rules, as_of, calendar),
        "rules": len(rules.rules),
        "across": across is not None,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _sign(n: int, one: Finding, rules: RuleSet, data: CaseData, as_of: dt.date, calendar: Calendar) -> dict[str, Any]:
    rule = rules.by_id[one.rule]
    worked = flowcheck.working(one, data, rules, as_of, calendar)
    return {
        "n": n,
        "rule": one.rule,
        "title": one.title,
        "family": one.family,
        "severity": one.severity,
        "at": _plain(one.at),
        "operator": one.operator or "",
        "events": list(one.event_ids),
        "nominal": _plain(one.nominal),
        "due": _plain(one.due),
        "reason": one.reason,
        "source": str(one.source) if one.source else "",
        "mark": one.source.mark if one.source else "",
        "innocent": list(rule.innocent),
        "working": worked.as_dict() if worked is not None else None,
        "officer": rule.scope == "officer",
    }


def _nodes(data: CaseData, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Every row of the case in the order of its time, under the name of its node."""
    hits: dict[int, list[int]] = {}
    for n, one in enumerate(findings, 1):
        for event in one.event_ids:
            hits.setdefault(event, []).append(n)
    found = []
    for row in sorted(data.events, key=lambda one: (str(one.get("event_at") or LAST), one.get("event_id") or 0)):
        node = BY_CODE.get(row.get("node", ""))
        found.append(
            {
                "event": row.get("event_id"),
                "title": node.title if node else str(row.get("node", "")),
                "known": node is not None,
                "limit": node.limit if node else "",
                "at": _plain(row.get("event_at")),
                "entered": _plain(row.get("entered_at")),
                "changed": row.get("change") or "",
                "operator": row.get("operator") or "",
                "approver": row.get("approver") or "",
                "reason": str(row.get("reason") or "")[:TEXT_MOST],
                "amount": row.get("amount"),
                "hits": hits.get(row.get("event_id") or 0, []),
            }
        )
    return found


def _unable(data: CaseData, rules: RuleSet, as_of: dt.date, calendar: Calendar) -> list[dict[str, Any]]:
    """Rules that name a column which the data set does not have, with the columns as people call them."""
    lacking = flowcheck.prepare(rules, as_of, calendar).unable(data)
    return [
        {"rule": rule, "title": rules.by_id[rule].title, "columns": column_titles(columns)}
        for rule, columns in lacking.items()
    ]


def public(result: dict[str, Any]) -> dict[str, Any]:
    """The same without the persons behind it: who entered, approved or handled is nobody, also inside the sentences."""
    names = sorted(filter(None, result.get("persons", [])), key=len, reverse=True)

    def told(text: str) -> str:
        for name in names:
            text = text.replace(name, NOBODY)
        return text

    signs = [{**one, "operator": "", "reason": told(one["reason"])} for one in result["signs"] if not one["officer"]]
    shown = {one["n"] for one in signs}
    nodes = [
        {
            **one,
            "operator": "",
            "approver": "",
            "reason": told(one["reason"]),
            "hits": [n for n in one["hits"] if n in shown],
        }
        for one in result["nodes"]
    ]
    return {**result, "signs": signs, "nodes": nodes, "persons": []}
