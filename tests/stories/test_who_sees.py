"""Who may see what of the told matters: the answer to a stranger is that of a random id (方案四(五);
house rules on recusal)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from shuangcha.conf.demo.cast import cast, names

pytestmark = pytest.mark.django_db
PlayUntil = Callable[..., Any]


def sees(teller: Any, login: str, subject: Any) -> bool:
    """May this person fetch it? NotFound is the only refusal there is."""
    from shuangcha.access import scope
    from shuangcha.access.refusals import NotFound

    try:
        scope.find(teller.viewer(login), subject.KIND, subject.uid)
    except NotFound:
        return False
    return True


def everything(matter: Any) -> list[Any]:
    from shuangcha.casefile import models as cf

    kinds = ("assignment", "round", "record", "report", "opinion", "duty", "item")
    return [matter, *(one for kind in kinds for one in cf.SUBJECTS[kind].rows.filter(matter=matter))]


@pytest.fixture
def teller() -> Any:
    from shuangcha.conf.demo.scenes import Teller

    return Teller().on("2020-09-01")


def test_a_stranger_finds_nothing(teller: Any, matter: Callable[[str], Any]) -> None:
    found = everything(matter("sealed_house"))
    assert len(found) > 12
    for login in (
        cast("豫0311").enforcement,
        cast("豫0305").supervision,
        cast("豫71").president,
        cast("豫").enforcement,
    ):
        assert [one for one in found if sees(teller, login, one)] == []


def test_who_is_named_finds_nothing_though_his_body_does(teller: Any, matter: Callable[[str], Any]) -> None:
    low = cast("豫0304")
    found = everything(matter("sealed_house"))
    assert [one for one in found if sees(teller, low.executors[2], one)] == []
    assert sees(teller, low.executors[1], found[0])


def test_the_lower_court_never_sees_the_deliberation(teller: Any, matter: Callable[[str], Any]) -> None:
    from shuangcha.casefile import models as cf

    file = matter("sealed_house")
    clue = cf.Clue.rows.get(matter_links__matter=file)
    low = cast("豫0304")
    for one in everything(file):
        if one.KIND in ("opinion", "item"):
            assert not sees(teller, low.enforcement, one)
            assert sees(teller, cast("豫03").enforcement, one)
    assert not sees(teller, low.enforcement, clue)
    assert not sees(teller, low.president, clue)


def test_the_lower_court_sees_nothing_before_it_is_handed_down_nor_after_a_recall(play_until: PlayUntil) -> None:
    low = cast("豫0307")
    teller = play_until("put_off", "item.start_and_assign")
    assert not sees(teller, low.enforcement, teller.file)
    teller = play_until("put_off", "assignment.hand_down")
    assert sees(teller, low.enforcement, teller.file)
    assert sees(teller, low.president, teller.file)
    teller = play_until("put_off", "assignment.recall")
    assert [one for one in everything(teller.file) if sees(teller, low.enforcement, one)] == []


def test_a_clue_about_its_president_never_enters_that_court(play_until: PlayUntil) -> None:
    low = cast("豫0324")
    teller = play_until("about_president", "clue.register")
    assert teller.clue.court.code == "豫03"
    for login in (low.president, low.supervision_clerk, low.enforcement):
        assert not sees(teller, login, teller.clue)
    teller = play_until("about_president", "opinion.head_approve")
    for login in (low.president, low.enforcement, low.supervision):
        assert [one for one in everything(teller.file) if sees(teller, login, one)] == []


def test_the_court_is_told_of_the_talk_but_its_president_is_not(teller: Any, matter: Callable[[str], Any]) -> None:
    from shuangcha.casefile import models as cf

    low = cast("豫0324")
    file = matter("about_president")
    talk = cf.Duty.rows.get(matter=file, kind="talk")
    assert sees(teller, low.enforcement, talk)
    assert not sees(teller, low.president, talk)
    assert not sees(teller, low.enforcement, cf.Duty.rows.get(matter=file, kind="refer_crime"))


def test_the_inspection_team_sees_only_what_it_handed_over(teller: Any, matter: Callable[[str], Any]) -> None:
    """方案四(四); the other teams of the same court see nothing of it."""
    from shuangcha.casefile import models as cf

    mid = cast("豫03")
    file = matter("inspection_report")
    clue = cf.Clue.rows.get(matter_links__matter=file)
    assert sees(teller, mid.team("司法巡查组")[0], clue)
    assert not sees(teller, mid.team("审务督察组")[0], clue)
    assert [one for one in everything(file) if sees(teller, mid.team("司法巡查组")[0], one)] == []


def test_the_other_body_knows_no_more_than_the_title_before_the_meeting(play_until: PlayUntil) -> None:
    from shuangcha.access import scope

    mid = cast("豫03")
    teller = play_until("sealed_house", "clue.put_forward")
    assert not sees(teller, mid.supervision, teller.clue)
    assert teller.clue in scope.brief_clues(teller.viewer(mid.supervision))
    teller = play_until("sealed_house", "item.list")
    assert sees(teller, mid.supervision, teller.clue)


def test_who_declares_recusal_at_the_meeting_is_out_at_once(teller: Any, matter: Callable[[str], Any]) -> None:
    mid = cast("豫03")
    found = everything(matter("reopened"))
    assert [one for one in found if sees(teller, mid.enforcement_deputies[1], one)] == []
    assert sees(teller, mid.enforcement_deputies[0], found[0])


def test_the_head_who_withdrew_finds_nothing_and_the_superior_court_only_decides(
    teller: Any, matter: Callable[[str], Any]
) -> None:
    low, mid = cast("豫0304"), cast("豫03")
    file = matter("own_court")
    assert not sees(teller, low.head, file)
    assert sees(teller, low.deputies[0], file)
    assert sees(teller, mid.head, file)
    assert not sees(teller, mid.enforcement_clerk, file)


def test_an_urging_reaches_the_basic_court_only_when_it_is_passed_on(play_until: PlayUntil) -> None:
    """方案四(九)2 逐级."""
    low = cast("豫0305")
    teller = play_until("three_levels", "duty.issue_urge")
    assert not sees(teller, low.enforcement, teller.file)
    urge = teller.duty("urge")
    teller = play_until("three_levels", "duty.relay")
    assert sees(teller, low.enforcement, teller.duty("urge"))
    assert teller.duty("urge").parent_id is not None
    assert not sees(teller, low.enforcement, urge)


def test_no_complainant_is_named_outside_the_vault(told: dict[str, Any]) -> None:
    """The name stands in no step, no clue, no matter, no record, no todo."""
    from shuangcha.audit.models import Proposal, Step
    from shuangcha.casefile import models as cf

    invented = ("申屠拾光", "百里青禾", "濮阳既望", "皇甫知秋", "令狐晚晴", "上官小满", "慕容长风")
    assert not set(invented) & set(names().values())
    texts = [
        *Step.objects.values_list("content", "facts"),
        *Proposal.objects.values_list("content"),
        *cf.Clue.rows.values_list("title", "summary", "find_text", "source_facts"),
        *cf.Matter.rows.values_list("title", "find_text"),
        *cf.Record.rows.values_list("payload"),
        *cf.Todo.rows.values_list("title"),
    ]
    everywhere = json.dumps(texts, ensure_ascii=False)
    assert [name for name in invented if name in everywhere] == []
    assert cf.Clue.rows.filter(identity__isnull=False).count() >= 7


def test_no_door_tells_the_lower_court_when_the_court_above_deliberates(
    teller: Any, matter: Callable[[str], Any]
) -> None:
    """Pages, the interface and each subject's own timeline read one condition."""
    from shuangcha.access import chronicle, scope
    from shuangcha.casefile import models as cf
    from shuangcha.exchange import reads

    file = matter("sealed_house")
    low, mid = teller.viewer(cast("豫0304").enforcement), teller.viewer(cast("豫03").enforcement)
    report = cf.Report.rows.filter(matter=file, stage="accepted").first() or cf.Report.rows.filter(matter=file).last()
    quiet = {"matter.consulted", "matter.approving", "report.accept"}

    def moves(viewer: Any) -> list[set[str]]:
        doors = [
            reads.steps_of(viewer, file),
            chronicle.steps_told(file, viewer),
            reads.steps_of(viewer, report),
            chronicle.steps_on(report, viewer),
        ]
        told = [{one.edge.move for one in rows} for rows in doors]
        return [*told, {one.edge.move for one in chronicle.steps_in(file, viewer)[1]}]

    for found in moves(low):
        assert found and not found & quiet
    for viewer, deliberates in ((low, False), (mid, True)):
        steps = list(reads.steps_of(viewer, file)) + list(chronicle.steps_in(file, viewer)[0])
        stages = {
            stage for one in steps if one.subject_kind == "matter" for stage in (one.edge.from_stage, one.edge.to_stage)
        }
        entered = {one.edge.to_stage for one in chronicle.steps_in(file, viewer)[0]}
        assert (
            bool(stages & set(scope.DELIBERATION) if viewer is mid else entered & set(scope.DELIBERATION))
            is deliberates
        )
    assert [one for one in moves(mid) if one & quiet]
