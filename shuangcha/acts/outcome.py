"""检查意见、层报 (方案四(九)): who drafted, investigated or signed is skipped by name; nobody eligible → the superior court."""

from __future__ import annotations

from shuangcha.access.guards import involved_in
from shuangcha.access.refusals import Invalid
from shuangcha.access.situation import Situation
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.courts.people import officials
from shuangcha.plan.dispositions import WAYS
from shuangcha.plan.words import OFFICES

from .act import Act, checks, handles
from .contents import outcome as content
from .duty import open_duties
from .meeting import check_period
from .people import court_named

LEVELS = ("office", "deputy", "head", "superior")
OFFICE_OF = {"office": "group_office", "deputy": "group_deputy", "head": "group_head"}


CALLED_TO_ACCOUNT = ("talk", "circular")
"""方案四(九)4: a court that was talked to or named in a circular is marked down, no other. Without one of them the mark
could never be entered and the matter never closed."""


@checks("opinion.draft", "opinion.revise")
def check_draft(act: Act, c: content.DraftOpinion) -> None:
    total = len(act.facts.allegations)
    for n, one in enumerate(c.conclusions):
        if not 1 <= one.allegation <= total:
            raise Invalid(f"没有第{one.allegation}项反映事项。", field=f"conclusions.{n}.allegation")
    missing = sorted(set(range(1, total + 1)) - {one.allegation for one in c.conclusions})
    if missing:
        raise Invalid(f"反映事项第{'、'.join(map(str, missing))}项没有结论。", field="conclusions")
    matter = act.facts.matter
    assert matter is not None
    on_the_way = _way_down(matter)
    proposed = {
        (one.kind, court_named(one.addressee, "dispositions").pk)
        for one in c.dispositions
        if one.kind in CALLED_TO_ACCOUNT
    }
    for n, disposition in enumerate(c.dispositions):
        field = f"dispositions.{n}"
        check_period(disposition.period, f"{field}.period")
        court = court_named(disposition.addressee, f"{field}.addressee")
        way = WAYS[disposition.kind]
        if way.outside and court.pk != matter.owner_court_id:
            raise Invalid(f"“{way.label}”由本院办理，收件法院请填本院。", field=f"{field}.addressee")
        if not way.outside and court.pk not in on_the_way:
            raise Invalid("收件法院应是执行法院，或者逐级督办的下一级法院。", field=f"{field}.addressee")
        if way.key == "assess" and not proposed & {(kind, court.pk) for kind in CALLED_TO_ACCOUNT}:
            raise Invalid(
                "纳入考评以约谈或通报为前提，请同时提出对该法院的约谈或通报，方案四(九)4。", field=f"{field}.kind"
            )
        if way.level_by_level and court.superior_id != matter.owner_court_id and court.pk != matter.owner_court_id:
            raise Invalid("督办意见应当逐级发出，请填下一级法院，方案四(九)2。", field=f"{field}.addressee")


def _way_down(matter: cf.Matter) -> set[int]:
    """The court complained of and every court between it and the matter's own."""
    found: set[int] = set()
    court: Court | None = matter.target_court
    while court is not None and court.pk != matter.owner_court_id:
        found.add(court.pk)
        court = court.superior
    return found | {matter.owner_court_id} if matter.target_court_id == matter.owner_court_id else found


def _new_version(opinion: cf.Opinion, act: Act, c: content.DraftOpinion) -> None:
    act.set(version_no=opinion.version_no + 1)
    version = cf.OpinionVersion.rows.create(
        opinion=opinion, n=opinion.version_no, facts=c.facts, text=c.text, drafter_id=act.viewer.id, on=act.on
    )
    allegations = act.facts.allegations
    cf.Conclusion.rows.bulk_create(
        [
            cf.Conclusion(
                version=version,
                allegation=allegations[one.allegation - 1],
                finding=one.finding,
                text=one.text,
                misconduct=one.misconduct,
            )
            for one in c.conclusions
        ]
    )
    cf.PlannedDisposition.rows.bulk_create(
        [
            cf.PlannedDisposition(
                version=version,
                n=n,
                kind=one.kind,
                allegation=allegations[one.allegation - 1],
                addressee=court_named(one.addressee, f"dispositions.{n - 1}.addressee"),
                demand=one.demand,
                period=one.period,
            )
            for n, one in enumerate(c.dispositions, 1)
        ]
    )


@handles("opinion.draft")
def draft(act: Act, c: content.DraftOpinion) -> None:
    matter = act.parent
    assert isinstance(matter, cf.Matter)
    opinion = cf.Opinion(matter=matter)
    act.born(opinion)
    _new_version(opinion, act, c)
    act.batch.touch(matter)


@handles("opinion.revise")
def revise(act: Act, c: content.DraftOpinion) -> None:
    assert isinstance(act.subject, cf.Opinion)
    _new_version(act.subject, act, c)


@checks("opinion.sign")
def check_version(act: Act, c: content.SignOpinion) -> None:
    assert isinstance(act.subject, cf.Opinion)
    if c.version != act.subject.version_no:
        raise Invalid(f"检查意见现为第{act.subject.version_no}版，请核对后再签。", field="version")


@handles("opinion.sign")
def sign(act: Act, c: content.SignOpinion) -> None:
    opinion = act.subject
    assert isinstance(opinion, cf.Opinion)
    act.then("matter.approving", opinion.matter)
    pass_levels(act, opinion, ("office", "deputy", "head"))


@handles("opinion.withdraw")
def withdraw(act: Act, c: content.ReturnOpinion) -> None:
    assert isinstance(act.subject, cf.Opinion)
    act.then("matter.opinion_back", act.subject.matter)


def pass_levels(act: Act, opinion: cf.Opinion, levels: tuple[str, ...]) -> None:
    """Skip, by name, each level at which nobody is eligible; at the head's level the superior court decides instead."""
    involved = involved_in(opinion, Situation(act.viewer, act.move, opinion, act.on, act.facts)) | {act.viewer.id}
    recused = set(cf.Recusal.rows.filter(matter=opinion.matter).values_list("person_id", flat=True))
    round_no = opinion.version_no
    for level in levels:
        office = OFFICES[OFFICE_OF[level]]
        holders = officials(opinion.matter.owner_court_id, act.on, office.body_kind, office.roles)
        skipped = [one for one in holders if one.person_id in involved or one.person_id in recused]
        cf.Approval.rows.bulk_create(
            [
                cf.Approval(
                    opinion=opinion,
                    level=level,
                    person_id=one.person_id,
                    result="skip",
                    on=act.on,
                    round_no=round_no,
                    text="应当回避" if one.person_id in recused else "起草、调查或签署过本案",
                )
                for one in skipped
            ]
        )
        if len(skipped) < len(holders):
            return
        if level == "head":
            superior = opinion.matter.owner_court.superior
            if superior is None:
                return
            act.then("opinion.refer_up", opinion)
        else:
            act.then(f"opinion.skip_{'office' if level == 'office' else 'deputies'}", opinion)


def _decide(act: Act, result: str, text: str) -> cf.Opinion:
    opinion = act.subject
    assert isinstance(opinion, cf.Opinion)
    level = act.move.key.split(".")[1].split("_")[0]
    cf.Approval.rows.create(
        opinion=opinion,
        level=level,
        person_id=act.viewer.id,
        result=result,
        text=text,
        on=act.on,
        round_no=opinion.version_no,
    )
    return opinion


def _onward(act: Act, opinion: cf.Opinion) -> None:
    level = act.move.key.split(".")[1].split("_")[0]
    if level in ("head", "superior"):
        act.set(approved_on=act.on)
        act.then("matter.disposing", opinion.matter)
        open_duties(act, opinion)
    else:
        pass_levels(act, opinion, LEVELS[LEVELS.index(level) + 1 : 3])


@handles(*(f"opinion.{level}_approve" for level in LEVELS))
def approve(act: Act, c: content.Approve) -> None:
    _onward(act, _decide(act, "approve", c.text))


@handles(*(f"opinion.{level}_change" for level in LEVELS))
def approve_changed(act: Act, c: content.ApproveChanged) -> None:
    """The approver's wording is a further version; conclusions and dispositions are carried over,
    both texts are kept."""
    opinion = _decide(act, "change", c.reason)
    old = act.facts.version_of(opinion)
    assert old is not None
    act.set(version_no=opinion.version_no + 1)
    new = cf.OpinionVersion.rows.create(
        opinion=opinion,
        n=opinion.version_no,
        facts=c.facts,
        text=c.opinion,
        drafter_id=old.drafter_id,
        changed_by_id=act.viewer.id,
        on=act.on,
    )
    conclusions, dispositions = list(old.conclusions.all()), list(old.dispositions.all())
    for conclusion in conclusions:
        conclusion.pk, conclusion.version = None, new
    for disposition in dispositions:
        disposition.pk, disposition.version = None, new
    cf.Conclusion.rows.bulk_create(conclusions)
    cf.PlannedDisposition.rows.bulk_create(dispositions)
    new._prefetched_objects_cache = {"conclusions": conclusions, "dispositions": dispositions}
    act.facts.remember(opinion, new)
    _onward(act, opinion)


@handles(*(f"opinion.{level}_return" for level in LEVELS))
def send_back(act: Act, c: content.ReturnOpinion) -> None:
    opinion = _decide(act, "return", c.reason)
    act.then("matter.opinion_back", opinion.matter)
