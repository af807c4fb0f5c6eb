"""Who stands to a file how, and what that opens: memberships and their reach, recusal, posts that end; kind by kind."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from shuangcha.access import attachments, children, paging, reading, repeats, scope
from shuangcha.access.refusals import NotFound
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Person, Post
from shuangcha.courts.people import Viewer, viewer_of
from tests.plan.worlds import E, S, World, Worlds, give_post, login_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 6, 22)


def seen_by(login: str, day: dt.date = DAY) -> Viewer:
    found = viewer_of(Person.objects.get(login=login).pk, day)
    assert found is not None
    return found


def people(w: World) -> dict[str, str]:
    """One person for each way to stand to a matter; of those with no such way, the nearest."""
    mid, low = w.owner, w.target
    return {
        "upper enforcement": w.boss(E),
        "upper supervision": w.boss(S),
        "upper clerk": w.clerk(E),
        "group office": login_of(mid, "group_office"),  # who is deputy head of the enforcement body too (方案二)
        "leading group": login_of(mid, "leading_group"),
        "upper department": login_of(mid, "department", "member"),
        "upper inspection": login_of(mid, "inspection"),
        "lower enforcement": login_of(low, E),
        "lower supervision": login_of(low, S),
        "lower president": login_of(low, "presidency"),
        "team": w.team[0],
        "lower department": login_of(low, "department", "member"),
        "other lower court": login_of("豫0311", E),
        "province": login_of("豫", E),
        "province supervision": login_of("豫", S),
        "administrator": login_of(mid, "administration", "member"),
        "auditor": login_of(mid, "audit", "member"),
    }


def who_sees(w: World, subject: Any) -> set[str]:
    """By all three ways to ask: the answers are one."""
    found = set()
    for name, login in people(w).items():
        viewer = seen_by(login)
        listed = scope.visible(viewer, subject.KIND).filter(pk=subject.pk).exists()
        assert scope.sees(viewer, subject) == listed, name
        try:
            assert scope.find(viewer, subject.KIND, subject.uid).pk == subject.pk
            fetched = True
        except NotFound:
            fetched = False
        assert fetched == listed, name
        named = reading.named(viewer, [(subject.KIND, subject.pk)])
        assert bool(named) == listed, name
        if subject.KIND in ("clue", "matter"):
            assert (subject.pk in paging.newest_ids(viewer, subject.KIND, limit=50)) == listed, name
            walk = paging.newest_ids(viewer, subject.KIND, limit=50, only=paging.granted(viewer, subject.KIND, "pk"))
            assert (subject.pk in walk) == listed, name
        found |= {name} if listed else set()
    return found


UPPER = {"upper enforcement", "upper supervision", "upper clerk", "group office", "leading group"}
LOWER = {"lower enforcement", "lower supervision", "lower president", "team"}


# --- kind by kind --------------------------------------------------------------------------------------------------
def test_a_clue_is_seen_by_the_body_that_received_it(worlds: Worlds) -> None:
    w = worlds.at("registered")
    assert who_sees(w, w.got("clue")) == {"upper enforcement", "upper clerk", "group office"}


def test_on_the_agenda_both_bodies_and_the_office_see_the_clue(worlds: Worlds) -> None:
    w = worlds.at("submitted")
    assert who_sees(w, w.got("clue")) == {"upper enforcement", "upper clerk", "group office"}
    w.upto("listed")
    assert who_sees(w, w.got("clue")) == {"upper enforcement", "upper clerk", "upper supervision", "group office"}


@pytest.mark.parametrize("kind", ["matter", "assignment", "round", "record", "report"])
def test_what_is_handed_down_is_seen_on_both_sides(worlds: Worlds, kind: str) -> None:
    w = worlds.at("drafted")
    assert who_sees(w, w.got(kind)) == UPPER | LOWER


@pytest.mark.parametrize("kind", ["opinion", "item"])
def test_deliberation_is_seen_above_only(worlds: Worlds, kind: str) -> None:
    w = worlds.at("disposing")
    assert who_sees(w, w.got(kind)) == UPPER


def test_a_meeting_is_seen_by_those_who_sit_in_it(worlds: Worlds) -> None:
    w = worlds.at("disposing")
    assert who_sees(w, w.got("meeting")) == UPPER


def test_a_duty_is_seen_below_when_it_is_sent_and_by_the_court_it_is_sent_to(worlds: Worlds) -> None:
    w = worlds.at("disposing")
    duty = w.duty("urge")
    assert duty.to_court.code == "豫0304" and who_sees(w, duty) == UPPER
    w.both("duty.issue_urge", duty, text="督办", measures="启动评估")
    assert who_sees(w, duty) == UPPER | LOWER
    crime = w.duty("refer_crime")
    assert who_sees(w, crime) == UPPER, "what goes to no court below is not seen there"


def test_the_lower_court_sees_the_matter_and_never_the_clue(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    assert who_sees(w, w.got("clue")) & LOWER == set()
    for login in (w.below(E), w.team[0]):
        assert children.clues_in(w.got("matter"), seen_by(login)) == []
    assert [one.pk for one in children.clues_in(w.got("matter"), seen_by(w.boss(E)))] == [w.ids["clue"]]


# --- memberships ---------------------------------------------------------------------------------------------------
def test_a_brief_membership_gives_number_and_title_and_nothing_in_full(worlds: Worlds) -> None:
    w = worlds.at("registered")
    clue, other = w.got("clue"), seen_by(w.boss(S))
    cf.Membership.rows.exclude(clue=clue).filter(clue__isnull=False).delete()  # of the other worlds
    assert [one.pk for one in scope.brief_clues(other)] == [clue.pk]
    assert [one.pk for one in reading.brief_only(other)] == [clue.pk]
    assert [one.pk for one in reading.brief_only(other, clue.title[:4])] == [clue.pk]
    assert list(reading.brief_only(other, "别的")) == [] == list(reading.brief_only(seen_by(w.boss(E))))
    assert not scope.sees(other, clue)
    cf.Membership.rows.filter(clue=clue, body__kind=S).update(reach="full")
    assert scope.sees(other, clue) and list(reading.brief_only(other)) == []


@pytest.mark.parametrize("reach", ["full", "brief"])
def test_an_ended_membership_opens_nothing(worlds: Worlds, reach: str) -> None:
    w = worlds.at("drafted")
    matter, viewer = w.got("matter"), seen_by(w.below(E))
    rows = cf.Membership.rows.filter(matter=matter, body__court__code=w.target)
    assert scope.sees(viewer, matter)
    rows.update(until=dt.date(2020, 6, 1), reach=reach)
    assert not scope.sees(viewer, matter) and w.ids["matter"] not in paging.newest_ids(viewer, "matter")
    for kind in ("assignment", "round", "record", "report"):
        assert not scope.sees(viewer, w.got(kind)), kind
    rows.update(until=None, reach="full")
    assert scope.sees(viewer, matter)


def test_a_membership_of_a_person_opens_for_that_person_alone(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    stranger, neighbour = login_of("豫0311", E), login_of("豫0311", S)
    cf.Membership.rows.create(matter=w.got("matter"), person=Person.objects.get(login=stranger), reach="full")
    assert scope.sees(seen_by(stranger), w.got("report"))
    assert not scope.sees(seen_by(neighbour), w.got("report"))
    assert not scope.sees(seen_by(stranger), w.got("clue")), "a matter opens no clue"


def test_a_role_alone_opens_nothing(worlds: Worlds) -> None:
    """Not even that of the head of the same body one level up, or of the same kind next door."""
    w = worlds.at("drafted")
    cf.Membership.rows.filter(matter=w.got("matter")).delete()
    assert who_sees(w, w.got("matter")) == set() == who_sees(w, w.got("report"))


# --- recusal wins --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("relation", ["upper enforcement", "group office", "lower supervision", "team"])
def test_recusal_shuts_whatever_membership_opens(worlds: Worlds, relation: str) -> None:
    w = worlds.at("disposing")
    login = people(w)[relation]
    person = Person.objects.get(login=login)
    cf.Membership.rows.get_or_create(matter=w.got("matter"), person=person, defaults={"reach": "full"})
    kinds = [one for one in ("matter", "assignment", "round", "record", "report") if one in w.ids]
    assert relation in who_sees(w, w.got("matter"))
    cf.Recusal.rows.create(matter=w.got("matter"), person=person, cause="declared")
    for kind in [*kinds, "opinion", "item"]:
        assert relation not in who_sees(w, w.got(kind)), kind
    for duty in cf.Duty.rows.filter(matter=w.got("matter")):
        assert relation not in who_sees(w, duty)
    assert who_sees(w, w.got("matter")) == (UPPER | LOWER) - {relation}


def test_who_is_shut_out_is_asked_for_nothing_and_finds_no_turn(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    leader = Person.objects.get(login=w.team[0])
    mine = {one.pk for one in scope.todos(seen_by(w.team[0]))}
    about = {one.pk for one in cf.Todo.rows.filter(matter=w.got("matter"), person=leader)}
    assert about and about <= mine == set(paging.nearest_todo_ids(seen_by(w.team[0]), limit=50))
    cf.Recusal.rows.create(matter=w.got("matter"), person=leader, cause="declared")
    assert not about & {one.pk for one in scope.todos(seen_by(w.team[0]))}
    assert not about & set(paging.nearest_todo_ids(seen_by(w.team[0]), limit=50))


def test_a_recusal_from_the_clue_shuts_the_clue_and_its_item(worlds: Worlds) -> None:
    w = worlds.at("listed")
    head = Person.objects.get(login=w.boss(E))
    cf.Recusal.rows.create(clue=w.got("clue"), person=head, cause="named")
    assert not scope.sees(seen_by(w.boss(E)), w.got("clue")) and not scope.sees(seen_by(w.boss(E)), w.got("item"))
    assert scope.sees(seen_by(w.clerk(E)), w.got("clue")) and scope.sees(seen_by(w.boss(S)), w.got("item"))
    assert w.ids["clue"] not in {one.pk for one in scope.brief_clues(seen_by(w.boss(E)))}


# --- posts ---------------------------------------------------------------------------------------------------------
def test_with_the_post_ends_what_it_opened(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    login = w.below(E)
    posts = Post.objects.filter(person__login=login)
    posts.update(valid_to=DAY - dt.timedelta(days=1))
    assert not scope.sees(seen_by(login), w.got("matter")) and not scope.sees(seen_by(login), w.got("report"))
    assert scope.sees(seen_by(login, DAY - dt.timedelta(days=1)), w.got("matter")), "the last day counts"
    assert list(scope.todos(seen_by(login))) == [] and seen_by(login).courts() == frozenset()


def test_who_takes_another_post_sees_with_the_new_body(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    login = login_of("豫0311", E)
    assert not scope.sees(seen_by(login), w.got("matter"))
    give_post(login, w.target, S)
    assert scope.sees(seen_by(login), w.got("matter"))
    assert not scope.sees(seen_by(login), w.got("clue"))


def test_a_body_that_ended_opens_nothing(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    Body.objects.filter(court__code=w.target, kind=E).update(valid_to=DAY - dt.timedelta(days=1))
    login = Post.objects.filter(body__court__code=w.target, body__kind=E, role="head").get().person.login
    assert not scope.sees(seen_by(str(login)), w.got("matter"))


# --- one answer for all that is no concern of yours ----------------------------------------------------------------
def test_unknown_another_s_and_recused_are_one_answer(worlds: Worlds) -> None:
    w = worlds.at("drafted")
    stranger = seen_by(login_of("豫0311", E))
    said = set()
    for kind, uid in (
        ("matter", w.got("matter").uid),
        ("matter", uuid4()),
        ("matter", "x"),
        ("matter", ""),
        ("none", uuid4()),
        ("register", uuid4()),
        ("clue", w.got("matter").uid),
    ):
        with pytest.raises(NotFound) as no:
            scope.find(stranger, kind, uid)
        said.add((no.value.sentence, no.value.status, tuple(no.value.errors)))
    assert said == {("没有找到，或者与您无关。", 404, ())}


# --- identity, attachments, repeats --------------------------------------------------------------------------------
def test_the_identity_is_opened_by_the_receiving_body_then_by_both_and_by_nobody_else(worlds: Worlds) -> None:
    w = worlds.at("registered")
    clue = w.got("clue")
    assert scope.may_open_identity(seen_by(w.boss(E)), clue) is None
    before = scope.may_open_identity(seen_by(w.boss(S)), clue)
    assert before == "联席会议之前，只有收到该线索的机构可以查看反映人身份。"
    later = worlds.at("disposing")
    clue = later.got("clue")
    for kind in (E, S):
        assert scope.may_open_identity(seen_by(later.boss(kind)), clue) is None
    for name in ("leading group", "lower enforcement", "province", "upper inspection"):
        said = scope.may_open_identity(seen_by(people(later)[name]), clue)
        assert said == "只有本院执行机构、监察机构可以查看反映人身份。", name
    clue.identity = None
    assert scope.may_open_identity(seen_by(later.boss(E)), clue) == "该线索没有登记反映人身份。"


def test_staged_uploads_are_the_senders_own(worlds: Worlds) -> None:
    mine, other = (Person.objects.get(login=login_of("豫03", kind)) for kind in (E, S))
    row = cf.StagedUpload.rows.create(
        sha256="0" * 64, size=3, name="a.pdf", media="application/pdf", person=mine, at=dt.datetime.now(dt.UTC)
    )
    assert attachments.staged(mine.pk, [str(row.uid), "x"]) == {str(row.uid): {"name": "a.pdf", "size": 3}}
    assert attachments.staged(other.pk, [str(row.uid)]) == {} == attachments.staged(mine.pk, ["x", str(uuid4())])


def test_a_doubt_about_two_clues_is_settled_by_who_sees_both_in_full(worlds: Worlds) -> None:
    w = worlds.at("registered")
    first = w.got("clue")
    given = {name: getattr(first, name) for name in ("court", "subject_court", "received_by", "registrar")}
    given |= {"source": "petition", "received_on": first.received_on, "created_at": first.created_at}
    other = cf.Clue.rows.create(number="乙", title="另一件", **given)
    assert repeats.bodies_to_settle(first) == set() == set(repeats.settlers([]))
    doubt = cf.Repeat.rows.create(clue=first, other=other, verdict="hinted", on=DAY)
    assert repeats.settlers([first.pk]) == {}, "nobody sees the other"
    cf.Membership.rows.create(clue=other, body=first.received_by, reach="brief")
    assert repeats.settlers([first.pk]) == {}, "a glimpse is not enough"
    cf.Membership.rows.filter(clue=other).update(reach="full")
    assert repeats.settlers([first.pk, other.pk]) == {first.pk: {first.received_by_id}}
    cf.Membership.rows.filter(clue=other).update(until=DAY)
    assert repeats.settlers([first.pk]) == {}
    cf.Membership.rows.filter(clue=other).update(until=None)
    cf.Repeat.rows.filter(pk=doubt.pk).update(verdict="distinct")
    assert repeats.settlers([first.pk]) == {}
