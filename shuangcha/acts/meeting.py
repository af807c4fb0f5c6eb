"""联席会议: agenda, attendance, declarations, positions, decisions; 启动 gives birth to the matter (方案四(三))."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from shuangcha.access.refusals import Invalid
from shuangcha.audit.chain import new_stream
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court
from shuangcha.numbers import format_serial
from shuangcha.periods import Period, PeriodError

from .act import Act, checks, handles
from .contents import meeting as content
from .finding import indexed, words
from .people import allegation_at, of_bodies, persons
from .recusals import excuse, shut_out

BODIES = ("enforcement", "supervision")
MEETING_KINDS = (*BODIES, "group_office", "leading_group")


@checks("meeting.convene")
def check_convene(act: Act, c: content.Convene) -> None:
    if c.held_on < act.on:
        raise Invalid("会议日期不能早于召集日期。", field="held_on")


@handles("meeting.convene")
def convene(act: Act, c: content.Convene) -> None:
    assert act.acting is not None and act.acting.post is not None
    act.born(cf.Meeting(court_id=act.acting.post.court_id, held_on=c.held_on, place=c.place))


@checks("meeting.open", "meeting.circulate")
def check_open(act: Act, c: content.OpenMeeting) -> None:
    attendees = act.memo["attendees"] = persons(c.attendees, "attendees")
    assert isinstance(act.subject, cf.Meeting)
    known = act.memo["known"] = of_bodies(act.subject.court_id, act.on, MEETING_KINDS)
    for n, person in enumerate(attendees):
        if person.pk not in known:
            raise Invalid(f"{person.name}不是两机构或领导小组人员。", field=f"attendees.{n}")
    present = {known[person.pk].body_kind for person in attendees}
    for kind, label in (("enforcement", "执行机构"), ("supervision", "监察机构")):
        if kind not in present:
            raise Invalid(f"{label}没有人员出席，不能开会，方案四(三)。", field="attendees")


@handles("meeting.circulate")
def circulate(act: Act, c: content.Circulate) -> None:
    """传签: the same items, statements, positions and decisions in writing; who takes part is who attends."""
    open_meeting(act, c)
    act.set(circulated=True)


@handles("meeting.open")
def open_meeting(act: Act, c: content.OpenMeeting) -> None:
    meeting = act.subject
    assert isinstance(meeting, cf.Meeting)
    known, attendees = act.memo["known"], act.memo["attendees"]
    cf.Attendance.rows.bulk_create(
        [cf.Attendance(meeting=meeting, person=person, body_id=known[person.pk].body_id) for person in attendees]
    )
    act.set(chair=next(person for person in attendees if str(person.uid) == c.chair))
    items: list[cf.Item] = []
    for item in cf.Item.rows.filter(meeting=meeting, stage="listed").select_related(
        "clue", "matter", "court", "meeting"
    ):
        if item.meeting is not None:
            item.meeting.stage = "in_session"
        act.batch.touch(item)
        items.append(item)
    excuse(items, {person.pk for person in attendees})


@handles("meeting.cancel")
def cancel(act: Act, c: content.CancelMeeting) -> None:
    for item in cf.Item.rows.filter(meeting=act.subject, stage="listed").select_related("clue", "matter", "court"):
        act.then("item.unlist", item)


@handles("meeting.close")
def close(act: Act, c: content.CloseMeeting) -> None:
    assert isinstance(act.subject, cf.Meeting)
    act.set(minutes=c.minutes)


@handles("item.queue")
def queue(act: Act, data: dict[str, Any]) -> None:
    clue = act.parent
    assert isinstance(clue, cf.Clue)
    act.born(cf.Item(court_id=clue.court_id, kind="start", clue=clue))


@handles("item.queue_consultation")
def queue_consultation(act: Act, data: dict[str, Any]) -> None:
    matter = act.parent
    assert isinstance(matter, cf.Matter)
    act.born(cf.Item(court_id=matter.owner_court_id, kind="consult", matter=matter))


@handles("item.list")
def list_item(act: Act, c: content.ListItem) -> None:
    item = act.subject
    assert isinstance(item, cf.Item)
    meeting = _meeting(item, c.meeting)
    if item.clue is not None:
        doubts = cf.Repeat.rows.filter(Q(clue=item.clue) | Q(other=item.clue), verdict="hinted")
        doubted = {one.clue for one in doubts.select_related("clue", "clue__court", "clue__received_by")}
        unread = {one.pk for one in doubted if f"clue:{one.pk}" not in act.batch.open_limits}
        act.batch.open_limits |= {f"clue:{pk}": [] for pk in unread}
        for limit in cf.Limit.rows.filter(clue__in=unread, stopped_on__isnull=True) if unread else ():
            act.batch.open_limits[f"clue:{limit.clue_id}"].append(limit)
        for clue in doubted:
            act.batch.touch(clue)  # from now on a body may see both and settle it
    act.set(meeting=meeting, order=cf.Item.rows.filter(meeting=meeting).count() + 1)
    act.batch.touch(meeting)


def _meeting(item: cf.Item, uid: str) -> cf.Meeting:
    from uuid import UUID

    try:
        found = cf.Meeting.rows.filter(uid=UUID(uid), court_id=item.court_id).select_related("court").first()
    except ValueError:
        found = None
    if found is None:
        raise Invalid("请从列出的会议中选择。", field="meeting")
    if found.stage != "convened":
        raise Invalid("该次会议已经开始或结束，不能再编入议题。", field="meeting")
    return found


@handles("item.unlist")
def unlist(act: Act, data: dict[str, Any]) -> None:
    act.set(meeting=None)


@handles("item.take_off")
def take_off(act: Act, c: content.TakeOff) -> None:
    """Back to the queue by itself, before the meeting or in it;
    what was said on it belongs to the meeting that it leaves."""
    item = act.subject
    assert isinstance(item, cf.Item)
    if item.meeting is not None and item.meeting.stage == "in_session":
        _leave(act, item)
    act.set(meeting=None)


@handles("item.declare")
def declare(act: Act, c: content.Declare) -> None:
    """A recusal declared at the meeting shuts its maker out of the whole file at once."""
    item = act.subject
    assert isinstance(item, cf.Item)
    cf.Declaration.rows.create(item=item, person_id=act.viewer.id, recused=c.recused, reason=c.reason)
    if c.recused:
        shut_out({act.viewer.id: "declared"}, clue=item.clue, matter=item.matter)
    if item.meeting is not None:
        act.batch.touch(item.meeting)


@handles("item.take_position")
def take_position(act: Act, c: content.TakePosition) -> None:
    assert act.acting is not None
    if cf.Position.rows.filter(item=act.subject, body_id=act.acting.body_id).exists():
        raise Invalid("本机构已对该议题提出意见。")
    cf.Position.rows.create(
        item=act.subject, body_id=act.acting.body_id, person_id=act.viewer.id, stance=c.stance, text=c.text
    )


@checks("item.start_and_assign", "item.start_directly")
def check_start(act: Act, c: content.StartAndAssign | content.StartDirectly) -> None:
    act.facts.starting(act.on.year)
    for n, point in enumerate(c.points):
        allegation_at(act.facts, point.allegation, f"points.{n}.allegation")
    check_period(getattr(c, "period", ""), "period")


def check_period(text: str, field: str) -> None:
    if text:
        try:
            Period.parse(text)
        except PeriodError as wrong:
            raise Invalid(str(wrong), field=field) from None


@handles("item.start_and_assign")
def start_and_assign(act: Act, c: content.StartAndAssign) -> None:
    item = act.subject
    assert isinstance(item, cf.Item) and item.clue is not None
    act.then("clue.start", item.clue)
    act.then("matter.open", None, mode="assign", points=[one.model_dump() for one in c.points])
    act.then("assignment.open", None)


@handles("item.start_directly")
def start_directly(act: Act, c: content.StartDirectly) -> None:
    item = act.subject
    assert isinstance(item, cf.Item) and item.clue is not None
    act.then("clue.start", item.clue)
    act.then("matter.open", None, mode="direct", points=[one.model_dump() for one in c.points])
    act.then("round.open_direct", None, period=c.period)


@handles("item.decline")
def decline(act: Act, c: content.DeclineItem) -> None:
    assert isinstance(act.subject, cf.Item)
    act.then("clue.decline", act.subject.clue)


@checks("item.defer")
def check_defer(act: Act, c: content.DeferItem) -> None:
    if c.revisit_on <= act.on:
        raise Invalid("再议日期应晚于今天。", field="revisit_on")


@handles("item.defer")
def defer(act: Act, c: content.DeferItem) -> None:
    """The item goes back to the queue; its declarations and positions belong to the meeting that has deferred it."""
    item = act.subject
    assert isinstance(item, cf.Item)
    _leave(act, item)
    act.set(meeting=None, revisit_on=c.revisit_on)
    act.then("clue.defer", item.clue, days=(c.revisit_on - act.on).days)


def _leave(act: Act, item: cf.Item) -> None:
    """An item leaves a meeting that sits: nobody there has anything more to say on it."""
    cf.Position.rows.filter(item=item).delete()
    cf.Declaration.rows.filter(item=item, recused=False).delete()
    if item.meeting is not None:
        act.batch.touch(item.meeting)


@handles("clue.defer")
def clue_deferred(act: Act, data: dict[str, Any]) -> None:
    act.limit("revisit", period=f"{data['days']}日")


@handles("matter.open")
def open_matter(act: Act, data: dict[str, Any]) -> None:
    """启动: the matter is born with its serial; the clue's members who may know go over, its recusals go over whole."""
    item = act.parent
    assert isinstance(item, cf.Item) and item.clue is not None
    clue = item.clue
    owner = clue.court
    year = act.on.year
    known = act.batch.facts.starting(year)
    serial = known.serial + 1
    number = format_serial(f"{owner.short or owner.code}双查", year, serial)
    cases = known.cases
    about = f"{cases[0]}案件" + ("等" if len(cases) > 1 else "") if cases else "执行工作"
    title = f"{clue.subject_court.name}{about}“一案双查”"
    matter = cf.Matter(
        edition=clue.edition,
        owner_court=owner,
        target_court=_target(clue, data["mode"], owner),
        year=year,
        serial=serial,
        number=number,
        title=title[:160],
        mode=data["mode"],
        urgent=clue.urgent,
        about_head=clue.about_head,
        started_on=act.on,
        find_text=words(number, title[:160], *cases),
    )
    act.born(matter)
    indexed(matter)
    act.batch.streams[f"matter:{matter.pk}"] = new_stream(f"matter:{matter.pk}")
    act.batch.open_limits[f"matter:{matter.pk}"] = []
    cf.MatterClue.rows.create(matter=matter, clue=clue)
    points = data["points"]
    cf.Point.rows.bulk_create(
        [
            cf.Point(
                matter=matter,
                n=n,
                text=one["text"],
                allegation=allegation_at(act.batch.facts, one["allegation"], "points"),
            )
            for n, one in enumerate(points, 1)
        ]
    )
    shut_out(known.recusals, matter=matter)
    act.recorded["number"] = number
    act.batch.born = matter


def _target(clue: cf.Clue, mode: str, owner: Court) -> Court:
    """Whom the matter is about: the court complained of."""
    return clue.subject_court


@handles("assignment.open")
def open_assignment(act: Act, data: dict[str, Any]) -> None:
    """One hop from this court to the court below it on the way to the court complained of."""
    matter = act.batch.born
    assert isinstance(matter, cf.Matter)
    court: Court = matter.target_court
    while court.superior_id != matter.owner_court_id:
        assert court.superior is not None
        court = court.superior
    act.born(cf.Assignment(matter=matter, from_court=matter.owner_court, to_court=court))


@handles("round.open_direct")
def open_direct(act: Act, data: dict[str, Any]) -> None:
    matter = act.batch.born or act.parent
    assert isinstance(matter, cf.Matter)
    n = len(act.batch.facts.rounds) + 1
    act.born(cf.Round(matter=matter, court=matter.owner_court, n=n, kind="direct", started_on=act.on))
    if data.get("period"):
        act.limit("direct", period=data["period"])
