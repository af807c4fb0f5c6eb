"""What is registered beside the procedure: recusal declared, disclosure, corrections, papers,
reveals (plan/office.py)."""

from __future__ import annotations

import re

from shuangcha.access.refusals import Invalid
from shuangcha.casefile import models as cf

from .act import Act, checks, handles
from .contents import office
from .contents import outcome as content
from .materials import attach
from .outcome import pass_levels
from .recusals import excuse, shut_out
from .secrecy import free_of_identity

WAITING = {"at_office": ("office", "deputy", "head"), "at_deputy": ("deputy", "head"), "at_head": ("head",)}


@handles("matter.recuse_self")
def recuse_self(act: Act, c: content.RecuseSelf) -> None:
    """Final: from the next request on the person gets the answer of a stranger."""
    assert isinstance(act.subject, cf.Matter)
    shut_out({act.viewer.id: "declared"}, matter=act.subject)
    for clue in cf.Clue.rows.filter(matter_links__matter=act.subject):
        shut_out({act.viewer.id: "declared"}, clue=clue)
    sitting = cf.Item.rows.filter(matter=act.subject, stage="listed", meeting__stage="in_session").select_related(
        "matter", "court", "meeting"
    )
    excuse(sitting, {act.viewer.id})
    for item in sitting:
        act.batch.touch(item)
        if item.meeting is not None:
            act.batch.touch(item.meeting)
    for opinion in act.facts.opinions:
        if opinion.stage in WAITING:  # whoever waited for this person's approval waits for the next in line
            pass_levels(act, opinion, WAITING[opinion.stage])


@checks("matter.disclose")
def check_disclose(act: Act, c: content.Disclose) -> None:
    free_of_identity(act, c)


@handles("matter.disclose")
def disclose(act: Act, c: content.Disclose) -> None:
    """方案三 公开: the court complained of is told this, with its level and day, and nothing else of the file by it."""
    matter = act.subject
    assert isinstance(matter, cf.Matter)
    cf.Disclosure.rows.create(
        matter=matter, to_court=matter.target_court, subject=c.subject, level=c.level, text=c.text, on=act.on
    )


@checks("register.paper")
def check_paper(act: Act, c: office.RegisterPaper) -> None:
    paper = _owed(act, c.kind)
    if c.issued_on > act.on:
        raise Invalid("成文日期不能晚于今天。", field="issued_on")
    if c.issued_on < paper.owed_on:
        raise Invalid(f"成文日期不能早于应出文书产生的{paper.owed_on:%Y-%m-%d}。", field="issued_on")
    year, no = _year_and_no(c.number)
    if cf.Paper.rows.filter(court=paper.court, kind=c.kind, year=year, no=no).exists():
        raise Invalid("该文号已经登记过。", field="number")


@handles("register.paper")
def register_paper(act: Act, c: office.RegisterPaper) -> None:
    """An owed paper is met by the issued one: 文号, day, scan or file. What was issued is never rendered again."""
    paper = _owed(act, c.kind)
    paper.number, paper.issued_on = c.number, c.issued_on
    paper.year, paper.no = _year_and_no(c.number)
    paper.material = attach(act, c.files)[0]
    paper.save(update_fields=["number", "issued_on", "year", "no", "material"])
    act.recorded["paper"] = c.kind


def _owed(act: Act, kind: str) -> cf.Paper:
    assert act.subject is not None
    found: cf.Paper | None = (
        cf.Paper.rows.filter(
            subject_kind=act.subject.KIND,
            subject_id=act.subject.pk,
            kind=kind,
            issued_on__isnull=True,
            court_id__in=act.viewer.courts(),
        )
        .select_related("court")
        .order_by("id")
        .first()
    )
    if found is None:
        raise Invalid("本院没有待登记的这种文书。", field="kind")
    return found


def _year_and_no(number: str) -> tuple[int, int]:
    """洛中法〔2020〕12号 → 2020, 12."""
    match = re.search(r"〔(\d{4})〕\D*?(\d{1,6})号$", number)
    if match is None:
        raise Invalid("文号应如 洛中法〔2020〕12号。", field="number")
    return int(match.group(1)), int(match.group(2))
