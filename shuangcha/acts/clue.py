"""线索: registration, screening, the way to the joint meeting (方案四(一)–(四))."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Length

from shuangcha.access import scope
from shuangcha.access.refusals import Invalid
from shuangcha.audit.chain import canonical, lock_stream
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court, Post
from shuangcha.numbers import CaseNumber, NumberError, parse_or_raw
from shuangcha.search.repeats import Hit, Told, hits, since
from shuangcha.vault.identities import seal_identity

from .act import Act, checks, handles
from .contents import clue as content
from .finding import indexed, words
from .materials import attach
from .people import chosen, courts_named
from .recusals import shut_out
from .repeats import hint

BODIES = ("enforcement", "supervision")
HEAD_TITLES = ("院长", "党组书记、院长", "执行局局长", "监察室主任")
HEADED = ("presidency", "enforcement", "supervision")


@checks("clue.register")
def check_register(act: Act, c: content.RegisterClue) -> None:
    if c.received_on > act.on:
        raise Invalid("收到日期不能晚于登记日期。", field="received_on")
    numbers = [_parsed(one.number, act, f"cases.{n}.number") for n, one in enumerate(c.cases)]
    codes = [number.court_code for number in numbers if number is not None]
    courts = act.memo["courts"] = courts_named([c.subject_court, *(one.court for one in c.subjects), *codes])
    court = chosen(courts, c.subject_court, "subject_court")
    for n, one in enumerate(c.subjects):
        chosen(courts, one.court, f"subjects.{n}.court")
    if court.valid_to is not None and court.valid_to < act.on:
        heir = f"，请填承继法院{court.successor.name}" if court.successor else ""
        raise Invalid(f"{court.name}已于{court.valid_to:%Y-%m-%d}撤销{heir}；原案号照原样填写。", field="subject_court")
    if act.acting is not None and act.acting.post is not None and not _reaches(act.acting.post.court_id, court):
        raise Invalid(f"{court.name}不在本院辖区之内，请转有管辖权的法院。", field="subject_court")
    for n, (case, number) in enumerate(zip(c.cases, numbers, strict=True)):
        if case.filed_on and case.filed_on > act.on:
            raise Invalid("立案日期不能晚于今天。", field=f"cases.{n}.filed_on")
        if case.filed_on and case.filed_on > c.received_on:
            raise Invalid("立案日期不能晚于线索的收到日期。", field=f"cases.{n}.filed_on")
        if number is None:
            continue
        field = f"cases.{n}.number"
        if number.court_code not in courts:
            raise Invalid(f"案号中的法院代字“{number.court_code}”没有登记，请核对。", field=field)
        owner = courts[number.court_code]
        if court.pk not in (owner.pk, owner.successor_id):
            raise Invalid(f"案号属于{owner.name}，与被反映法院{court.name}不一致。", field=field)
    _check_repeats(act, c, court)


def _check_repeats(act: Act, c: content.RegisterClue, court: Court) -> None:
    """Likely repeats, asked for once; who registers without having looked at those that are his to see is told so."""
    courts: dict[str, Court] = act.memo["courts"]
    told = Told(
        numbers=tuple(one.number for one in c.cases),
        officers=tuple((one.name, courts[one.court].pk) for one in c.subjects),
        court_id=court.pk,
        title=c.title,
        text=c.summary,
    )
    found = act.memo["repeats"] = hits(told, since=since(c.received_on))
    if found and not c.repeats_checked:
        seen = scope.visible(act.viewer, "clue").filter(pk__in=[pk for _, pk, _ in found])
        if seen.exists():
            raise Invalid("有可能重复的线索，请逐件核对后勾选；确是同一事的，请选择并入。", field="repeats_checked")


def _parsed(text: str, act: Act, field: str) -> CaseNumber | None:
    """The number in its parts; None for one of the time before 2016, kept as written."""
    try:
        number = parse_or_raw(text, today=act.on)
    except NumberError as wrong:
        raise Invalid(str(wrong), field=field) from None
    return number if number.is_standard else None


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
    subject_court = act.memo["courts"][c.subject_court]
    named, posts = _named(act, c)
    about_head = _heads_among(posts, named, subject_court)
    court_id = act.acting.post.court_id
    if about_head and subject_court.pk == court_id and subject_court.superior_id:
        court_id = subject_court.superior_id
        act.recorded["moved_up"] = True
    by_team = act.acting.office == "inspection_team"
    receiver = act.batch.body(court_id, "supervision" if by_team else act.acting.office, act.on)
    if receiver is None:
        raise Invalid("上级法院没有相应机构，请先登记其机构。", field="subject_court")
    identity, mask = None, ""
    if c.complainant is not None and any(c.complainant.model_dump().values()):
        sealed = seal_identity(receiver.court, now=act.now, **c.complainant.model_dump())
        identity, mask = sealed.handle, sealed.mask
    stream = f"court:{court_id}"
    act.batch.streams[stream] = lock_stream(stream)
    number = _number(court_id, act)
    clue = cf.Clue(
        court=receiver.court,
        received_by=receiver,
        registrar_id=act.viewer.id,
        number=number,
        source=c.source,
        inspection_body_id=act.acting.body_id if by_team else None,
        source_facts=canonical(c.source_facts.model_dump(mode="json", exclude_defaults=True)),
        received_on=c.received_on,
        subject_court=subject_court,
        about_head=about_head,
        named=c.named,
        identity=identity,
        mask=mask,
        title=c.title,
        summary=c.summary,
        urgent=c.urgent,
        find_text=words(number, c.title, subject_court.name, *(one.number for one in c.cases)),
    )
    act.born(clue)
    indexed(clue)
    cf.ClueSubject.rows.bulk_create([cf.ClueSubject(clue=clue, **one) for one in named])
    cf.Allegation.rows.bulk_create(
        [cf.Allegation(clue=clue, n=n, kind=one.kind, text=one.text) for n, one in enumerate(c.allegations, 1)]
    )
    officers = _link_cases(act, clue, c, posts)
    attach(act, c.files, original=True)
    causes = dict.fromkeys(officers, "handler") | {one["person_id"]: "subject" for one in named if one["person_id"]}
    shut_out(causes, clue=clue)
    found: list[Hit] = act.memo["repeats"]
    clue.undoubted = not found
    if found:  # whoever sees both is asked; the registrar is not told of a row that is hidden from him
        hint(act, clue, [(pk, reasons) for _, pk, reasons in found])
    act.recorded["number"] = number


def _named(act: Act, c: content.RegisterClue) -> tuple[list[dict[str, Any]], list[Post]]:
    """被反映人 with the persons of that name known in that court: one row per person, or one without.

    All posts of everybody named, handlers of the enforcement cases included, are read by one statement.
    """
    names = {one.name for one in c.subjects} | {officer.name for case in c.cases for officer in case.officers}
    posts = list(Post.objects.filter(person__name__in=names).select_related("person", "body")) if names else []
    courts: dict[str, Court] = act.memo["courts"]
    rows: list[dict[str, Any]] = []
    for one in c.subjects:
        court = courts[one.court]
        ids: set[int | None] = {p.person_id for p in posts if p.person.name == one.name and p.body.court_id == court.pk}
        rows += [{"name": one.name, "court": court, "title": one.title, "person_id": pk} for pk in ids or {None}]
    return rows, posts


def _heads_among(posts: list[Post], named: list[dict[str, Any]], court: Court) -> bool:
    """Is a head of the court complained of among those named? Such a clue never enters that court."""
    if any(one["title"] in HEAD_TITLES and one["court"].pk == court.pk for one in named):
        return True
    ids = {one["person_id"] for one in named}
    return any(
        p.person_id in ids and p.body.court_id == court.pk and p.body.kind in HEADED and p.role == "head" for p in posts
    )


def _number(court_id: int, act: Act) -> str:
    """登记号 XS2026-00001 in the court's own order; the chain's lock makes it unbroken."""
    year = act.on.year
    mine = cf.Clue.rows.filter(court_id=court_id, number__startswith=f"XS{year}-")
    last = mine.order_by(Length("number").desc(), "-number").first()  # past 99999 the number grows longer
    n = int(last.number.split("-")[1]) + 1 if last else 1
    return f"XS{year}-{n:05d}"


def _link_cases(act: Act, clue: cf.Clue, c: content.RegisterClue, posts: list[Post]) -> set[int]:
    """Link the enforcement cases, known and new; returns the persons who handled them,
    by these facts and earlier ones."""
    if not c.cases:
        return set()
    courts: dict[str, Court] = act.memo["courts"]
    fresh: list[cf.EnforcementCase] = []
    for one in c.cases:
        number = _parsed(one.number, act, "cases")
        court = courts[number.court_code] if number is not None else clue.subject_court
        fresh.append(
            cf.EnforcementCase(
                number=one.number, raw=one.number, court=court, is_standard=number is not None, filed_on=one.filed_on
            )
        )
    cf.EnforcementCase.rows.bulk_create(fresh, ignore_conflicts=True)
    rows = cf.EnforcementCase.rows.filter(number__in=[one.number for one in c.cases]).order_by("pk")
    found = list(
        rows.values_list("number", "pk", "court_id", "officers__person_id")
    )  # with the officers of earlier facts
    cases = {number: (pk, court_id) for number, pk, court_id, _ in found}
    cf.ClueCase.rows.bulk_create(
        [cf.ClueCase(clue=clue, enforcement_case_id=pk) for pk, _ in cases.values()], ignore_conflicts=True
    )
    officers = []
    for one in c.cases:
        case_id, court_id = cases[one.number]
        for officer in one.officers:
            ids: set[int | None] = {
                p.person_id for p in posts if p.person.name == officer.name and p.body.court_id == court_id
            }
            officers += [
                cf.CaseOfficer(enforcement_case_id=case_id, name=officer.name, role=officer.role, person_id=pk)
                for pk in ids or {None}
            ]
    cf.CaseOfficer.rows.bulk_create(officers, ignore_conflicts=True)
    persons = [person_id for *_, person_id in found] + [one.person_id for one in officers]
    return {person_id for person_id in persons if person_id is not None}


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
    _screened(act, "refer_out", f"{c.organ}：{c.reason}", c.basis)


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
    act.set(received_by=body)
    act.recorded["received_by"] = body.local_name


def _screened(act: Act, conclusion: str, reason: str, basis: str = "") -> None:
    assert act.acting is not None
    cf.Screening.rows.create(
        clue=act.subject, body_id=act.acting.body_id, conclusion=conclusion, reason=reason, basis=basis, on=act.on
    )


@handles("clue.submit")
def submit(act: Act, c: content.SubmitClue) -> None:
    """The item waits in the receiver's own pool: the two pools meet only on a meeting's agenda (方案四(二)、四(三))."""
    act.then("item.queue", None)


@handles("clue.withdraw_submission")
def withdraw_submission(act: Act, c: content.ClueReason) -> None:
    item = cf.Item.rows.filter(clue=act.subject, stage="queued").select_related("clue", "court").first()
    if item is None:
        raise Invalid("议题已编入议程，不能再撤回提交。")
    act.then("item.drop", item)
