"""Every word of the plan that people see: (identifier, label, what it is), by the section of docs/glossary.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from shuangcha.plan import words
from shuangcha.plan.dispositions import DISPOSITIONS, DUTY_KINDS, WAYS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.stages import STAGES

Shown = tuple[str, str, str]


def _words(known: dict[str, words.Word]) -> Callable[[], Iterable[Shown]]:
    return lambda: [(word.key, word.label, word.article or word.note or "—") for word in known.values()]


def _stages() -> Iterable[Shown]:
    for stage in STAGES.values():
        kind = words.SUBJECT_KINDS[stage.kind].label
        yield f"{stage.kind}.{stage.key}", stage.label, f"{kind}的阶段{'，终点' if stage.final else ''}"


def _limits() -> Iterable[Shown]:
    for limit in LIMITS.values():
        yield limit.key, limit.label, f"{limit.period or '办理时指定'}，{limit.article}，标记{limit.mark}"


def _duties() -> Iterable[Shown]:
    for key, label in DUTY_KINDS.items():
        way = WAYS.get(key)
        yield key, label, f"{way.article}，属{DISPOSITIONS[way.no]}" if way else "方案四(十)、四(十一)"


SECTIONS: dict[str, Callable[[], Iterable[Shown]]] = {
    "办理对象": _words(words.SUBJECT_KINDS),
    "阶段": _stages,
    "期限": _limits,
    "文书": lambda: [(paper.key, paper.label, paper.article) for paper in PAPERS.values()],
    "机构与职务": lambda: [
        (office.key, office.label, f"机构类别 {office.body_kind or '—'}") for office in words.OFFICES.values()
    ],
    "线索来源": lambda: [(source.key, source.label, source.article) for source in words.SOURCES.values()],
    "处理、反馈、澄清": _duties,
    "反映事项类别": _words(words.ALLEGATION_KINDS),
    "调查方式": _words(words.METHODS),
    "调卷五项": _words(words.REVIEW_ASPECTS),
    "结论": _words(words.FINDINGS),
    "会议决定": _words(words.DECISIONS),
    "机构意见": _words(words.STANCES),
    "报告四部分": _words(words.REPORT_PARTS),
    "回避事由": _words(words.RECUSAL_CAUSES),
    "调查轮次": _words(words.ROUND_KINDS),
    "议题种类": _words(words.ITEM_KINDS),
    "审批结果": _words(words.APPROVAL_RESULTS),
    "审批级次": _words(words.APPROVAL_LEVELS),
    "双方": _words(words.SIDES),
    "签署方式": _words(words.SIGN_OFFS),
}


def pairs_shown() -> Iterable[tuple[str, str]]:
    """(label, identifier) of every word."""
    for section in SECTIONS.values():
        for key, label, _ in section():
            yield label, key
