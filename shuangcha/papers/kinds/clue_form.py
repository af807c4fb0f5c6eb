"""线索登记表 (方案四(一), dossier §9.3 row 01). The complainant stands here as a mask only."""

from __future__ import annotations

import datetime as dt
import json

from shuangcha.casefile import models as cf
from shuangcha.plan.words import ALLEGATION_KINDS, SOURCES, Source

from ..document import Cell, Document, day_cn, lines
from ..facts import registered

SUBJECT = "clue"
SEALED = "身份信息另行加密保管"


def build(clue: cf.Clue) -> Document:
    source = SOURCES[clue.source]
    paper = registered(clue, "clue_form", clue.court, clue.received_on.year)
    pair = _pair
    return Document(
        kind="clue_form",
        title="“一案双查”线索登记表",
        number=paper.number,
        unnumbered=paper.unnumbered,
        issued_on=paper.issued_on,
        rows=(
            pair(("登记号", clue.number), ("登记日期", paper.owed_on)),
            pair(("登记法院", clue.court.name), ("接收机构", clue.received_by.local_name)),
            pair(("收到日期", day_cn(clue.received_on)), ("登记人", clue.registrar.name)),
            pair(("紧急程度", "加急" if clue.urgent else "一般"), ("附件", f"{_attachments(clue)}件")),
            (Cell("线索来源", (f"{source.no}. {source.label}", *_source_lines(source, clue))),),
            (Cell("反映人", (_complainant(clue),)),),
            (Cell("被反映法院", (clue.subject_court.name,)),),
            (Cell("被反映人", _officers(clue)),),
            (Cell("执行案号", _cases(clue)),),
            (Cell("标题", (clue.title,)),),
            (Cell("反映事项", _allegations(clue)),),
            (Cell("内容摘要", lines(clue.summary), tall=True),),
        ),
    )


def _pair(*fields: tuple[str, str]) -> tuple[Cell, ...]:
    return tuple(Cell(label, (text,)) for label, text in fields)


def _source_lines(source: Source, clue: cf.Clue) -> list[str]:
    """The fields that this source must carry, in the order of the plan's table."""
    facts = json.loads(clue.source_facts)
    found = []
    for field in source.needs:
        value = str(facts.get(field.key) or "")
        if field.kind == "date" and value:
            value = day_cn(dt.date.fromisoformat(value))
        found.append(f"{field.label}：{value or '未填写'}")
    return found


def _complainant(clue: cf.Clue) -> str:
    named = "实名" if clue.named else "匿名"
    return f"{clue.mask}（{named}；{SEALED}）" if clue.identity else f"未登记身份（{named}）"


def _officers(clue: cf.Clue) -> tuple[str, ...]:
    """A name that several persons bear has a row for each of them; it is written once."""
    rows = clue.subjects.select_related("court").order_by("id")
    names = [f"{one.name}（{one.court.name}{one.title}）" for one in rows]
    return tuple(dict.fromkeys(names)) or ("未写明",)


def _cases(clue: cf.Clue) -> tuple[str, ...]:
    links = clue.case_links.select_related("enforcement_case").order_by("id")
    cases = [link.enforcement_case for link in links]
    written = [one.number + (f"，{day_cn(one.filed_on)}立案" if one.filed_on else "") for one in cases]
    return tuple(written) or ("不涉及具体案件",)


def _allegations(clue: cf.Clue) -> tuple[str, ...]:
    """Each 反映事项 with its type 办案、管理、人员 (法〔2019〕232号第1条)."""
    return tuple(
        f"{one.n}. 〔{ALLEGATION_KINDS[one.kind].note}〕{' '.join(lines(one.text))}"
        for one in clue.allegations.order_by("n")
    )


def _attachments(clue: cf.Clue) -> int:
    return cf.Material.rows.filter(subject_kind=clue.KIND, subject_id=clue.pk).count()
