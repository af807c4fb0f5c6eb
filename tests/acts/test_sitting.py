"""A meeting never comes to a dead end: whoever attends can declare and is told to, whoever is shut out need not,
an item can leave."""

from __future__ import annotations

import pytest

from shuangcha.access import scope
from shuangcha.access.refusals import NotAllowed, NotFound
from shuangcha.acts import rebuild
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.papers.kinds.minutes import talks_of
from tests.plan.worlds import E, S, World, Worlds, login_of


def sit(w: World, *more: str) -> None:
    """Both heads attend, and these persons."""
    uids = [w.player.uid_of(one) for one in (w.boss(E), w.boss(S), *more)]
    w.act(w.boss(E), "meeting.open", "meeting", chair=uids[0], attendees=uids)


def told_to_declare(w: World) -> set[str]:
    rows = cf.Todo.rows.filter(subject_kind="meeting", subject_id=w.ids["meeting"], kind="item.declare")
    return set(rows.values_list("person__login", flat=True))


def awaited(w: World) -> set[str]:
    """Bodies whose position on the item is awaited."""
    rows = cf.Todo.rows.filter(subject_kind="item", subject_id=w.ids["item"], kind="item.take_position")
    return set(rows.values_list("body__kind", flat=True))


def shut(w: World, login: str) -> None:
    cf.Recusal.rows.create(clue_id=w.ids["clue"], person=Person.objects.get(login=login), cause="subject")


def test_everyone_who_attends_is_told_and_can_declare_then_both_bodies_speak(worlds: Worlds) -> None:
    w = worlds.at("listed")
    deputy, office = login_of("豫03", "leading_group", "deputy"), login_of("豫03", "group_office")
    everybody = {w.boss(E), w.boss(S), deputy, office}
    sit(w, deputy, office)
    assert told_to_declare(w) == everybody
    assert awaited(w) == set()
    for login in sorted(everybody):
        assert scope.todos(w.player.viewer(login)).filter(kind="item.declare").count() == 1
        w.act(login, "item.declare", "item")
        everybody.remove(login)
        assert told_to_declare(w) == everybody
    assert awaited(w) == {E, S}
    assert not rebuild.check(w.player.day)
    with pytest.raises(NotAllowed):  # to attend is not to speak for a body
        w.act(deputy, "item.take_position", "item", stance="agree", text="同意")


def test_for_whom_the_facts_shut_out_it_is_said_at_the_opening(worlds: Worlds) -> None:
    w = worlds.at("listed")
    clerk = w.clerk(E)
    shut(w, clerk)
    sit(w, clerk)
    assert told_to_declare(w) == {w.boss(E), w.boss(S)}
    with pytest.raises(NotFound):
        w.act(clerk, "item.declare", "item")
    for kind in (E, S):
        w.act(w.boss(kind), "item.declare", "item")
    for kind in (E, S):
        w.act(w.boss(kind), "item.take_position", "item", stance="agree", text="同意")
    w.both("item.decline", "item", reason="已由信访程序处理")
    w.act(w.boss(S), "meeting.close", "meeting", minutes="议定不启动")
    assert [one.excused for one in talks_of(w.got("meeting"))] == [[Person.objects.get(login=clerk).name]]
    assert not rebuild.check(w.player.day)


def test_an_item_leaves_a_meeting_that_cannot_deal_with_it(worlds: Worlds) -> None:
    """The only one who attends for the supervision body withdraws: nobody can take its position any more."""
    w = worlds.at("listed")
    sit(w)
    w.act(w.boss(S), "item.declare", "item", recused=True, reason="与被反映人为近亲属")
    w.act(w.boss(E), "item.declare", "item")
    w.act(w.boss(E), "item.take_position", "item", stance="agree", text="同意")
    w.act(w.boss(E), "item.take_off", "item", reason="监察机构出席人员回避，另行召集会议研究")
    item = w.got("item")
    assert (item.stage, item.meeting_id) == ("queued", None)
    assert not cf.Position.rows.filter(item=item).exists()
    assert told_to_declare(w) == set()
    assert not rebuild.check(w.player.day)
    w.act(w.boss(E), "meeting.close", "meeting", minutes="一个议题退出议程")
    outcome = w.act(w.clerk(S), "meeting.convene", None, held_on="2020-05-29", place="第一会议室")
    w.note("meeting", w.player.got(outcome))
    w.act(w.clerk(E), "item.list", "item", meeting=str(w.got("meeting").uid))
    deputy = login_of("豫03", S, "deputy")
    uids = [w.player.uid_of(one) for one in (w.boss(E), deputy)]
    w.act(w.boss(E), "meeting.open", "meeting", chair=uids[0], attendees=uids)
    assert told_to_declare(w) == {w.boss(E), deputy}
    assert not rebuild.check(w.player.day)
