"""检查意见呈批件 (方案四(九), dossier §9.3 row 19): what was found, per 反映事项, what is to follow, and who approved it.

Whoever drafted, investigated or signed is skipped as approver by name, and the paper says so.
"""

from __future__ import annotations

import datetime as dt

from shuangcha.casefile import models as cf
from shuangcha.periods import Period
from shuangcha.plan.dispositions import DISPOSITIONS, WAYS
from shuangcha.plan.words import ALLEGATION_KINDS, APPROVAL_LEVELS, APPROVAL_RESULTS, FINDINGS

from ..document import Cell, Document, Signature, day_cn, lines, said
from ..facts import case_numbers, last_step, registered, signatures_of

SUBJECT = "opinion"


def build(opinion: cf.Opinion) -> Document:
    matter = opinion.matter
    approved = opinion.stage == "approved"
    version = opinion.versions.filter(n=opinion.version_no).select_related("drafter", "changed_by").first()
    assert version is not None, "an opinion is born with its first version"
    year = (opinion.approved_on or version.on).year
    paper = registered(opinion, "opinion", matter.owner_court, year, since=opinion.approved_on, settled=approved)
    return Document(
        kind="opinion",
        title=f"{matter.owner_court.name}\n“一案双查”检查意见呈批件",
        number=paper.number,
        unnumbered=paper.unnumbered,
        issued_on=paper.issued_on,
        rows=(
            (Cell("双查编号", (matter.number,)), Cell("版本", (f"第{version.n}版",))),
            (Cell("被查法院", (matter.target_court.name,)), Cell("紧急程度", ("加急" if matter.urgent else "一般",))),
            (Cell("执行案号", tuple(case_numbers(matter)) or ("不涉及具体案件",)),),
            (Cell("认定事实", lines(version.facts)),),
            (Cell("检查意见", lines(version.text)),),
            (Cell("逐项结论", _conclusions(version)),),
            (Cell("处理", _dispositions(version)),),
            (Cell("起草", (f"{version.drafter.name}，{day_cn(_first_day(opinion))}", *_changed(version))),),
            (Cell("两机构签署", _signed(opinion)),),
            *_approvals(opinion),
        ),
        signatures=(
            Signature("“一案双查”领导小组", paper.issued_on or day_cn(opinion.approved_on if approved else None)),
        ),
    )


def _conclusions(version: cf.OpinionVersion) -> tuple[str, ...]:
    found: list[str] = []
    rows = version.conclusions.select_related("allegation").order_by("allegation__clue_id", "allegation__n")
    for n, one in enumerate(rows, 1):
        kind = ALLEGATION_KINDS[one.allegation.kind].note
        found.append(f"{n}. 〔{kind}〕{' '.join(lines(one.allegation.text))}：{FINDINGS[one.finding].label}。")
        found.append(f"理由：{said(one.text)}" + ("认定存在干警违规违纪违法。" if one.misconduct else ""))
    return tuple(found)


def _dispositions(version: cf.OpinionVersion) -> tuple[str, ...]:
    """不属实 admits no disposition: then nothing follows but telling and clarifying (方案四(十一))."""
    order = {
        row.allegation_id: n
        for n, row in enumerate(version.conclusions.order_by("allegation__clue_id", "allegation__n"), 1)
    }
    found: list[str] = []
    for one in version.dispositions.select_related("addressee").order_by("n"):
        way = WAYS[one.kind]
        found.append(
            f"{one.n}. {DISPOSITIONS[way.no]}：{way.label}（{way.article}），针对反映事项{order[one.allegation_id]}。"
        )
        found.append(f"收件：{one.addressee.name}；期限：{_period(one.period)}。")
        found.append(f"要求：{said(one.demand)}")
    return tuple(found) or ("无。依照方案四(十一)告知检查结果，并在一定范围内澄清。",)


def _period(text: str) -> str:
    period = str(Period.parse(text))
    return f"{period[:-1]}个月" if period.endswith("月") and not period.endswith("个月") else period


def _first_day(opinion: cf.Opinion) -> dt.date | None:
    day: dt.date | None = opinion.versions.order_by("n").values_list("on", flat=True).first()
    return day


def _changed(version: cf.OpinionVersion) -> list[str]:
    if version.changed_by is None:
        return []
    return [f"第{version.n}版由{version.changed_by.name}于{day_cn(version.on)}修改，前一版存卷"]


def _signed(opinion: cf.Opinion) -> tuple[str, ...]:
    """Signatures hold for the text that was signed: while it is a draft again, there are none."""
    if opinion.stage == "draft":
        return ("尚未签署",)
    step = last_step(opinion, "opinion.sign")
    day = day_cn(step.happened_on) if step is not None else ""
    return tuple(f"{one.body.local_name}：{one.person.name}，{day}" for one in signatures_of(step))


def _approvals(opinion: cf.Opinion) -> list[tuple[Cell, ...]]:
    """A row for each link of the chain in its order, the skipped ones with their names and why."""
    found: list[tuple[Cell, ...]] = []
    for one in opinion.approvals.select_related("person").order_by("id"):
        level, result = APPROVAL_LEVELS[one.level].label, APPROVAL_RESULTS[one.result].label
        words = said(one.text) if one.text not in ("", result) else ""
        found.append((Cell(level, (f"{one.person.name}，{day_cn(one.on)}：{result}。{words}",)),))
    return found or [(Cell("层报审批", ("尚未审批",)),)]
