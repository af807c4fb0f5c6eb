"""调查报告 (方案四(八), dossier §9.3 row 15): the four parts, every 核查要点 with its evidence, dissent, the team.

A court below reports upward, so its president stands as 签发人; a direct investigation reports to its own two bodies.
"""

from __future__ import annotations

from collections.abc import Iterable

from shuangcha.access.facts import Facts
from shuangcha.casefile import models as cf
from shuangcha.plan.words import FINDINGS, METHODS, REPORT_PARTS

from ..document import Document, Section, Signature, Table, day_cn, lines, numbered, said
from ..facts import about, joint_address, joint_names, registered, two_bodies

SUBJECT = "report"
ISSUED = ("submitted", "verified", "returned", "accepted", "superseded")


def build(report: cf.Report) -> Document:
    matter, round_ = report.matter, report.round
    court, direct = round_.court, round_.kind == "direct"
    facts = Facts(report)
    sent = report.stage in ISSUED and report.submitted_on is not None
    year = (report.submitted_on or round_.started_on).year
    paper = registered(report, "report", court, year, since=report.submitted_on, settled=sent)
    version = report.versions.filter(n=report.version_no).first()
    names = joint_names(court, two_bodies(court))
    asker = round_.assignment.from_court if round_.assignment is not None else matter.owner_court
    findings, index = _findings(facts, round_)
    return Document(
        kind="report",
        title=f"关于{about(matter)}\n“一案双查”{'补充' if round_.kind == 'supplement' else ''}调查情况的报告",
        number=paper.number,
        unnumbered=paper.unnumbered,
        mark=names,
        urgency="加急" if matter.urgent else "",
        approver="" if direct else (report.issued_by.name if sent and report.issued_by is not None else "　　　　"),
        addressee=joint_address(asker, two_bodies(asker)),
        sections=numbered(
            (
                Section("", _opening(report, direct)),
                *(
                    Section(word.label, lines(getattr(version, key, "")) or ("（未填写）",))
                    for key, word in REPORT_PARTS.items()
                ),
                Section("核查要点逐项答复", (), findings),
                Section("证据目录", (), index),
                Section("不同意见", lines(version.dissent if version else "") or ("无。",)),
                Section("联合调查组", _team(facts.team_of(round_))),
            )
        ),
        signatures=(
            *(Signature(name) for name in names[:-1]),
            Signature(names[-1], paper.issued_on or day_cn(report.submitted_on if sent else None)),
        ),
        copies="" if direct else "本院“一案双查”领导小组办公室",
        issuer="" if paper.unnumbered else names[0],
        issued_on=paper.issued_on,
    )


def _opening(report: cf.Report, direct: bool) -> tuple[str, ...]:
    matter, round_ = report.matter, report.round
    if direct:
        return (
            f"依照执行工作“一案双查”实施方案四(六)，本院对{matter.number}双查事项直接派员组成联合调查组开展调查。现将调查情况报告如下。",
        )
    assignment = round_.assignment
    handed = day_cn(assignment.handed_on) if assignment is not None and assignment.handed_on else ""
    done = f"{handed}交办的{matter.number}“一案双查”事项收悉。依照执行工作“一案双查”实施方案四(六)，本院组成联合调查组开展调查。"
    if round_.kind != "supplement":
        return (f"{done}现将调查情况报告如下。",)
    asked = f"按照{day_cn(round_.started_on)}补充调查的要求，现将补充调查情况报告如下。"
    return (f"{done}{asked}", *(f"补充调查要求：{said(one)}" for one in lines(round_.gaps)))


def _findings(facts: Facts, round_: cf.Round) -> tuple[Table, Table]:
    """Answers to all 核查要点, and the index of the evidence they name,
    numbered in the order in which it is first named."""
    answers = facts.answers_in(round_)
    links: dict[int, list[cf.EvidenceLink]] = {}
    rows = cf.EvidenceLink.rows.filter(answer__in=[one.pk for one in answers.values()])
    for link in rows.select_related("record", "material").order_by("id"):
        links.setdefault(link.answer_id, []).append(link)
    numbers: dict[tuple[str, int | None], int] = {}
    found: list[tuple[str, ...]] = []
    index: list[tuple[str, ...]] = []
    for point in facts.points:
        answer = answers.get(point.pk)
        if answer is None:
            found.append((f"{point.n}. {said(point.text)}", "未答复", "", ""))
            continue
        named = []
        for link in links.get(answer.pk, []):
            key = ("record", link.record_id) if link.record_id else ("material", link.material_id)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                index.append((f"证据{numbers[key]}", *_evidence(link)))
            named.append(f"证据{numbers[key]}{_page(link.page)}")
        finding = FINDINGS[answer.finding].label
        found.append((f"{point.n}. {said(point.text)}", finding, said(answer.text), "；".join(named)))
    return Table(("核查要点", "结论", "答复", "证据"), tuple(found)), Table(("编号", "名称", "来源"), tuple(index))


def _evidence(link: cf.EvidenceLink) -> tuple[str, str]:
    if link.record is not None:
        record = link.record
        return record.title, f"第{record.n}号调查记录，{METHODS[record.method].label}，{day_cn(record.held_on)}"
    material = link.material
    return (material.name, f"附件，校验码{material.sha256[:8]}") if material is not None else ("", "")


def _page(page: str) -> str:
    return f"第{page}页" if page.isdigit() else page


def _team(members: Iterable[cf.TeamMember]) -> tuple[str, ...]:
    team = sorted(members, key=lambda one: (not one.leader, one.pk))
    named = [f"{'组长' if one.leader else '成员'}：{one.person.name}（{one.body.local_name}）" for one in team]
    return tuple(named) or ("（尚未组成）",)
