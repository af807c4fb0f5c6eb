"""更正: any recorded fact may be corrected; the old value stays in the ledger with the reason, never overwritten unseen.

A fact is named by a path out of `correctable`: the list that the form offers is the list that the handler accepts.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Field as ModelField
from django.db.models import Model

from shuangcha.access.refusals import Invalid
from shuangcha.audit.chain import canonical
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.plan.words import ALLEGATION_KINDS, FINDINGS, SOURCES

from .act import Act, checks, handles
from .contents.base import CONTENTS
from .contents.office import Correct
from .finding import retitle
from .recusals import from_facts, shut_out

PAYLOAD = {"record": "payload", "duty": "details", "clue": "source_facts"}
OWN = {
    "clue": ("title", "summary", "received_on", "urgent"),
    "meeting": ("held_on", "place", "minutes"),
    "matter": ("title", "urgent"),
    "record": ("title", "held_on"),
    "duty": ("demand",),
    "round": ("gaps",),
}
LABELS = {
    "title": "标题",
    "summary": "内容摘要",
    "received_on": "收到日期",
    "urgent": "加急",
    "held_on": "日期",
    "place": "地点",
    "minutes": "会议纪要",
    "demand": "要求",
    "gaps": "缺漏之处",
    "text": "内容",
    "kind": "类别",
    "name": "姓名",
    "reason": "理由",
    "basis": "依据",
    "stance": "意见",
    "finding": "结论",
    "proof": "证明",
    "check_text": "核验意见",
    "filed_on": "立案日期",
    "team": "检查组名称",
    "leader": "组长",
    "number": "文号",
    "issued_on": "成文日期",
    "decision_reason": "决定理由",
}
CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("Allegation", "kind"): {key: word.note for key, word in ALLEGATION_KINDS.items()},
    ("Answer", "finding"): {key: word.label for key, word in FINDINGS.items()},
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded fact: where it stands, what it is called, its value as text."""

    path: str
    label: str
    value: str
    row: Model
    attribute: str
    inner: tuple[str, ...] = ()


def correctable(subject: cf.Subject) -> list[Fact]:
    """Every fact of the subject that may be corrected, in the order of its form."""
    found = [
        Fact(name, LABELS[name], _text(getattr(subject, name)), subject, name) for name in OWN.get(subject.KIND, ())
    ]
    for prefix, label, row, attributes in _rows(subject):
        found += [
            Fact(f"{prefix}.{name}", f"{label}：{LABELS[name]}", _shown(row, name), row, name)
            for name in attributes
            if getattr(row, name) not in (None, "")
        ]
    if subject.KIND in PAYLOAD:
        found += _inner(subject, PAYLOAD[subject.KIND])
    return found


def _rows(subject: cf.Subject) -> Iterator[tuple[str, str, Model, tuple[str, ...]]]:
    """Rows beside the subject's own that carry facts of it."""
    if isinstance(subject, cf.Clue):
        for row in subject.allegations.order_by("n"):
            yield f"allegation.{row.n}", f"反映事项{row.n}", row, ("text", "kind")
        for n, named in enumerate(subject.subjects.order_by("id"), 1):
            yield f"subject.{n}", f"被反映人{n}", named, ("title",)
        for n, screening in enumerate(subject.screenings.order_by("id"), 1):
            yield f"screening.{n}", f"筛选意见{n}", screening, ("reason", "basis")
        for n, opinion in enumerate(subject.inspection_opinions.order_by("id"), 1):
            yield f"inspection.{n}", f"检查组意见{n}", opinion, ("team", "leader", "text")
        for n, link in enumerate(subject.case_links.select_related("enforcement_case").order_by("id"), 1):
            yield f"case.{n}", link.enforcement_case.number, link.enforcement_case, ("filed_on",)
    if isinstance(subject, cf.Matter):
        for point in subject.points.order_by("n"):
            yield f"point.{point.n}", f"核查要点{point.n}", point, ("text",)
    if isinstance(subject, cf.Item):
        for n, position in enumerate(subject.positions.select_related("body").order_by("id"), 1):
            yield f"position.{n}", f"{position.body.local_name}意见", position, ("text",)
    if isinstance(subject, cf.Round):
        for answer in subject.answers.select_related("point").order_by("point__n"):
            yield f"answer.{answer.point.n}", f"核查要点{answer.point.n}的答复", answer, ("finding", "text")
    if isinstance(subject, cf.Duty):
        for reply in subject.replies.order_by("n"):
            yield f"reply.{reply.n}", f"第{reply.n}次回复", reply, ("text", "proof", "check_text")
    if isinstance(subject, cf.Assignment):
        for n, extension in enumerate(subject.extensions.order_by("id"), 1):
            yield f"extension.{n}", f"延期申请{n}", extension, ("reason", "decision_reason")
    papers = cf.Paper.rows.filter(subject_kind=subject.KIND, subject_id=subject.pk, issued_on__isnull=False)
    for n, paper in enumerate(papers.order_by("id"), 1):
        yield f"paper.{n}", "已登记文书", paper, ("number", "issued_on")


def _inner(subject: cf.Subject, attribute: str) -> list[Fact]:
    """Texts inside a canonical JSON column, called by the titles of the content model that made them."""
    data = json.loads(getattr(subject, attribute))
    titles = _titles(subject)

    def walk(value: Any, path: tuple[str, ...]) -> Iterator[Fact]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key not in ("names", "files"):
                    yield from walk(inner, (*path, key))
        elif isinstance(value, list):
            for n, inner in enumerate(value):
                yield from walk(inner, (*path, str(n)))
        elif isinstance(value, str) and value and path[-1] in titles and titles[path[-1]][1]:
            place = "".join(f"第{int(part) + 1}项" for part in path if part.isdigit())
            yield Fact(".".join(("payload", *path)), f"{place}{titles[path[-1]][0]}", value, subject, attribute, path)

    return list(walk(data, ()))


def _titles(subject: cf.Subject) -> dict[str, tuple[str, bool]]:
    """Field name → (title, is it free text) over the content models that write this kind's JSON."""
    if isinstance(subject, cf.Record):
        models = [CONTENTS[f"record.{subject.method}"]]
    elif isinstance(subject, cf.Duty):
        models = [model for key, model in CONTENTS.items() if key.startswith("duty.")]
    else:
        return {one.key: (one.label, not one.choices) for source in SOURCES.values() for one in source.needs}
    found: dict[str, tuple[str, bool]] = {}
    for model in models:
        for name, field in model.model_fields.items():
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            found.setdefault(name, (field.title or "", extra.get("widget") in ("text", "textarea", "date")))
            for inner in getattr(field.annotation, "__args__", ()):
                for deep, one in getattr(inner, "model_fields", {}).items():
                    more = one.json_schema_extra if isinstance(one.json_schema_extra, dict) else {}
                    found.setdefault(deep, (one.title or "", more.get("widget") in ("text", "textarea", "date")))
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _shown(row: Model, name: str) -> str:
    value = getattr(row, name)
    return CHOICES.get((type(row).__name__, name), {}).get(value, _text(value))


@checks("register.correct")
def check_correct(act: Act, c: Correct) -> None:
    fact = _fact(act, c.field)
    if c.value.strip() == fact.value.strip():
        raise Invalid("更正后的值与原值相同。", field="value")
    _parsed(fact, c.value, act.on)


def _fact(act: Act, path: str) -> Fact:
    assert act.subject is not None
    found = next((one for one in correctable(act.subject) if one.path == path), None)
    if found is None:
        raise Invalid("请从列出的事项中选择要更正的一项。", field="field")
    return found


def _parsed(fact: Fact, text: str, today: dt.date) -> Any:
    """The new value in the fact's own type; a wrong one is refused at its field."""
    choices = CHOICES.get((type(fact.row).__name__, fact.attribute))
    if choices is not None:
        for key, label in choices.items():
            if text in (key, label):
                return key
        raise Invalid(f"只能更正为{'、'.join(choices.values())}之一。", field="value")
    if not text.strip():
        raise Invalid("更正后的值不能为空。", field="value")
    if fact.inner:
        return text
    column = fact.row._meta.get_field(fact.attribute)
    assert isinstance(column, ModelField)
    kind = column.get_internal_type()
    if kind == "DateField":
        try:
            value = dt.date.fromisoformat(text.strip())
        except ValueError:
            raise Invalid("日期请写成 2026-11-24 的样子。", field="value") from None
        if value > today:
            raise Invalid("日期不能晚于今天。", field="value")
        return value
    if kind == "BooleanField":
        if text.strip() not in ("是", "否"):
            raise Invalid("请写 是 或 否。", field="value")
        return text.strip() == "是"
    if column.max_length and len(text) > column.max_length:
        raise Invalid(f"最多{column.max_length}个字。", field="value")
    return text


@handles("register.correct")
def correct(act: Act, c: Correct) -> None:
    """Old and new value go into the step; what waits for a second signature on this subject dies,
    for it may have changed."""
    subject = act.subject
    assert subject is not None
    fact = _fact(act, c.field)
    value = _parsed(fact, c.value, act.on)
    if fact.inner:
        data = json.loads(getattr(fact.row, fact.attribute))
        place = data
        for part in fact.inner[:-1]:
            place = place[int(part)] if isinstance(place, list) else place[part]
        last = fact.inner[-1]
        place[int(last) if isinstance(place, list) else last] = value
        value = canonical(data)
    setattr(fact.row, fact.attribute, value)
    columns = [fact.attribute]
    if isinstance(fact.row, (cf.Clue, cf.Matter)) and fact.attribute == "title":
        retitle(fact.row, fact.value)
        columns.append("find_text")
    fact.row.save(update_fields=columns)
    act.recorded.update(label=fact.label, old=fact.value, new=c.value)
    Proposal.objects.filter(subject_kind=subject.KIND, subject_id=subject.pk, status=Proposal.OPEN).update(
        status=Proposal.DEAD, closed_at=act.now
    )
    if isinstance(subject, cf.Clue):
        shut_out(from_facts(subject), clue=subject)
