"""线索: registration, screening, the way to the joint meeting (方案四(一)–(四))."""

from __future__ import annotations

from typing import Any

from shuangcha.access.refusals import Invalid
from shuangcha.audit.chain import canonical
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court, Person, Post
from shuangcha.numbers import NumberError, parse
from shuangcha.vault.identities import seal_identity

from .act import Act, checks, handles
from .contents import clue as content
from .materials import attach
from .people import court_named
from .recusals import from_facts, shut_out

BODIES = ("enforcement", "supervision")
HEADED = ("presidency", "enforcement", "supervision")


@checks("clue.register")
def check_register(act: Act, c: content.RegisterClue) -> None:
    if c.received_on > act.on:
        raise Invalid("收到日期不能晚于登记日期。", field="received_on")
    court = court_named(c.subject_court, "subject_court")
    if act.acting is not None and act.acting.post is not None and not _reaches(act.acting.post.court_id, court):
        raise Invalid(f"{court.name}不在本院辖区之内,请转有管辖权的法院。", field="subject_court")
    for n, one in enumerate(c.cases):
        field = f"cases.{n}.number"
        if one.filed_on and one.filed_on > act.on:
            raise Invalid("立案日期不能晚于今天。", field=f"cases.{n}.filed_on")
        if one.filed_on and one.filed_on > c.received_on:
            raise Invalid("立案日期不能晚于线索的收到日期。", field=f"cases.{n}.filed_on")
        try:
            number = parse(one.number, today=act.on)
        except NumberError as wrong:
            if one.number[:1] == "（":
                raise Invalid(str(wrong), field=field) from None
            continue
        owner = Court.objects.filter(code=number.court_code).first()
        if owner is None:
            raise Invalid(f"案号中的法院代字“{number.court_code}”没有登记,请核对。", field=field)
        if owner.pk != court.pk and owner.successor_id != court.pk:
            raise Invalid(f"案号属于{owner.name},与被反映法院{court.name}不一致。", field=field)


def _reaches(court_id: int, other: Court) -> bool:
    """The court itself, or any court below it."""
    court: Court | None = other
    while court is not None:
        if court.pk == court_id:
            return True
        court = court.superior
    return False


@handles("clue.register")
def register(act: Act, c: content.RegisterClue) -> None:
    """A clue about a head of the court that registers it goes to the superior court from the first moment."""
    assert act.acting is not None and act.acting.post is not None
    own_court_id, subject_court = act.acting.post.court_id, court_named(c.subject_court, "subject_court")
    named = _named(c)
    about_head = _heads_among(named, subject_court, act)
    court_id = own_court_id
    if about_head and subject_court.pk == own_court_id and subject_court.superior_id:
        court_id = subject_court.superior_id
        act.recorded["moved_up"] = True
    by_team = act.acting.office == "inspection_team"
    kind = "supervision" if by_team else act.acting.office
    receiver = act.batch.body(court_id, kind, act.on)
    if receiver is None:
        raise Invalid("上级法院没有相应机构,请先登记其机构。", field="subject_court")
    identity, mask = None, ""
    if c.complainant is not None and any(c.complainant.model_dump().values()):
        sealed = seal_identity(Court.objects.get(pk=court_id), now=act.now, **c.complainant.model_dump())
        identity, mask = sealed.handle, sealed.mask
    stream = act.batch.streams.get(f"court:{court_id}")
    if stream is None:
        from shuangcha.audit.chain import lock_stream

        act.batch.streams[f"court:{court_id}"] = lock_stream(f"court:{court_id}")
    number = _number(court_id, act)
    numbers = [one.number for one in c.cases]
    clue = cf.Clue(
        court_id=court_id, received_by=receiver, registrar_id=act.viewer.id, number=number, source=c.source,
        inspection_body_id=act.acting.body_id if by_team else None,
        source_facts=canonical(c.source_facts.model_dump(mode="json", exclude_defaults=True)),
        received_on=c.received_on, subject_court=subject_court, about_head=about_head, named=c.named, identity=identity, mask=mask,
        title=c.title, summary=c.summary, urgent=c.urgent,
        find_text=" ".join([number, c.title, subject_court.name, *numbers])[:600],
    )  # fmt: skip
    act.born(clue)
    cf.ClueSubject.rows.bulk_create([cf.ClueSubject(clue=clue, **one) for one in named])
    cf.Allegation.rows.bulk_create(
        [cf.Allegation(clue=clue, n=n, kind=one.kind, text=one.text) for n, one in enumerate(c.allegations, 1)]
    )
    for case in c.cases:
        _link_case(clue, case, act)
    attach(act, c.files, original=True)
    shut_out(from_facts(clue), clue=clue)
    act.admit(clue, body=receiver)
    for other in BODIES:
        if other != receiver.kind:
            act.admit_bodies(clue, court_id, other, reach="brief")
    if by_team:
        _admit_team(act, clue)
    act.recorded["number"] = number


def _admit_team(act: Act, clue: cf.Clue) -> None:
    """The inspection team sees what it handed over, and nothing else."""
    assert act.acting is not None
    act.batch.members.append(cf.Membership(clue=clue, body_id=act.acting.body_id))


def _named(c: content.RegisterClue) -> list[dict[str, Any]]:
    """被反映人 with the persons of that name known in that court: one row per person, or one without."""
    rows: list[dict[str, Any]] = []
    for n, one in enumerate(c.subjects):
        court = court_named(one.court, f"subjects.{n}.court")
        ids: set[int | None] = set(
            Post.objects.filter(body__court=court, person__name=one.name).values_list("person_id", flat=True)
        )
        for person_id in ids or {None}:
            rows.append({"name": one.name, "court": court, "title": one.title, "person_id": person_id})
    return rows


def _heads_among(named: list[dict[str, Any]], court: Court, act: Act) -> bool:
    """Is a head of the court complained of among those named? Such a clue never enters that court."""
    ids = [one["person_id"] for one in named if one["person_id"]]
    if any(one["title"] in ("院长", "执行局局长", "监察室主任") and one["court"].pk == court.pk for one in named):
        return True
    heads = Post.objects.filter(body__court=court, body__kind__in=HEADED, role="head", person_id__in=ids)
    return bool(ids) and heads.exists()


def _number(court_id: int, act: Act) -> str:
    """登记号 XS2026-0001 in the court's own order; the chain's lock makes it unbroken."""
    year = act.on.year
    last = cf.Clue.rows.filter(court_id=court_id, number__startswith=f"XS{year}-").order_by("-number").first()
    n = int(last.number.split("-")[1]) + 1 if last else 1
    return f"XS{year}-{n:05d}"


def _link_case(clue: cf.Clue, one: content.CaseOfClue, act: Act) -> None:
    court, standard = None, True
    try:
        court = Court.objects.filter(code=parse(one.number).court_code).first()
    except NumberError:
        standard = False
    case, _ = cf.EnforcementCase.rows.get_or_create(
        number=one.number,
        defaults={"court": court, "raw": one.number, "is_standard": standard, "filed_on": one.filed_on},
    )
    cf.ClueCase.rows.get_or_create(clue=clue, enforcement_case=case)
    for officer in one.officers:
        ids: list[int | None] = list(
            Person.objects.filter(name=officer.name, posts__body__court_id=case.court_id or clue.subject_court_id)
            .distinct().values_list("pk", flat=True)
        )  # fmt: skip
        for person_id in ids or [None]:
            cf.CaseOfficer.rows.get_or_create(
                enforcement_case=case, name=officer.name, role=officer.role, person_id=person_id
            )


@handles("clue.give_inspection_opinion")
def give_inspection_opinion(act: Act, c: content.GiveInspectionOpinion) -> None:
    cf.InspectionOpinion.rows.create(
        clue=act.subject, team=c.team, leader=c.leader, proposal=c.proposal, text=c.text, on=act.on
    )


@handles("clue.put_forward")
def put_forward(act: Act, c: content.PutForward) -> None:
    _screened(act, "put_forward", c.reason)


@handles("clue.set_aside")
def set_aside(act: Act, c: content.SetAside) -> None:
    _screened(act, "set_aside", c.reason, c.basis)


@handles("clue.refer_out")
def refer_out(act: Act, c: content.ReferOut) -> None:
    _screened(act, "refer_out", f"{c.organ}:{c.reason}", c.basis)


@handles("clue.pass_on")
def pass_on(act: Act, c: content.PassOn) -> None:
    """To the other body of the same court: it becomes the receiver, with a screening limit of its own."""
    clue = act.subject
    assert isinstance(clue, cf.Clue)
    other = next(kind for kind in BODIES if kind != clue.received_by.kind)
    body = act.batch.body(clue.court_id, other, act.on)
    if body is None:
        raise Invalid("本院没有另一机构可以接收。")
    _screened(act, "pass_on", c.reason)
    clue.received_by = body
    clue.save(update_fields=["received_by"])
    act.admit(clue, body=body)
    act.recorded["received_by"] = body.local_name


def _screened(act: Act, conclusion: str, reason: str, basis: str = "") -> None:
    assert act.acting is not None
    cf.Screening.rows.create(
        clue=act.subject, body_id=act.acting.body_id, conclusion=conclusion, reason=reason, basis=basis, on=act.on
    )


@handles("clue.submit")
def submit(act: Act, c: content.SubmitClue) -> None:
    """From now on both bodies see it in full, and the office that prepares the meeting."""
    clue = act.subject
    assert isinstance(clue, cf.Clue)
    act.admit_bodies(clue, clue.court_id, *BODIES, "group_office")
    act.then("item.queue", None)


@handles("clue.withdraw_submission")
def withdraw_submission(act: Act, c: content.ClueReason) -> None:
    item = cf.Item.rows.filter(clue=act.subject, stage="queued").select_related("clue", "court").first()
    if item is None:
        raise Invalid("议题已编入议程,不能再撤回提交。")
    act.then("item.drop", item)
