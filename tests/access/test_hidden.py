"""What the two faces must not show: the original of a petition, the limits of the court above, minutes with a hidden item.

Each is asked both ways — who may see sees it, who may not gets nothing — by the interface and by the pages.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from shuangcha.access import scope
from shuangcha.casefile import models as cf
from shuangcha.desk import files
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.moves import MOVES
from tests.access import looking
from tests.exchange.world import World

RECEIVERS = ("内勤", "监察内勤", "执行局甲", "监察室乙")
"""Members and heads of both bodies of the court that received the petition."""
OTHERS = ("领导小组丙", "副组长", "巡查组长", "基层执行丁", "基层监察戊", "基层执行员", "基层院长", "外院己")
"""Of neither body of that court; the tests let them into the clue whole, and that opens no original."""
LOWER = ("基层执行丁", "基层监察戊", "基层执行员", "基层院长")


def letter_addresses(world: World) -> tuple[str, str]:
    key = files.key_of(looking.letter(world).pk)
    return reverse("material", kwargs={"key": key}), reverse("material_view", kwargs={"key": key})


# --- the original of a petition ------------------------------------------------------------------------------------
def test_both_bodies_of_the_receiving_court_get_the_original_by_the_interface(world: World) -> None:
    for name in RECEIVERS:
        assert world[name].get(f"materials/{world.original['sha256']}").raw == b"%PDF-1.4 letter", name
        listed = world[name].get("/".join(world.clue)).ok()["facts"]["materials"]
        assert [one["original"] for one in listed] == [True], name


def test_who_sees_the_clue_and_is_of_neither_body_gets_no_original_by_the_interface(world: World) -> None:
    for name in OTHERS:
        looking.let_in(name, clue=looking.row(world.clue))
        answer = world[name].get(f"materials/{world.original['sha256']}")
        assert (answer.status, answer.raw.count(b"letter")) == (404, 0), name
        assert world[name].get("/".join(world.clue)).ok()["facts"]["materials"] == [], name


@pytest.mark.parametrize("name", ["被反映人", "管理员"])
def test_who_is_named_and_who_keeps_the_system_gets_no_original(world: World, name: str) -> None:
    assert world[name].get(f"materials/{world.original['sha256']}").status == 404
    for address in letter_addresses(world):
        assert looking.browser(name).get(address).status_code in (403, 404)


def test_both_bodies_of_the_receiving_court_get_the_original_on_the_pages(world: World) -> None:
    down, open_ = letter_addresses(world)
    for name in RECEIVERS:
        for address in (down, open_):
            answer: Any = looking.browser(name).get(address)
            assert answer.status_code == 200 and b"".join(answer.streaming_content) == b"%PDF-1.4 letter", name
        assert "来信 原件.pdf" in looking.page(name, f"/clues/{world.clue[1]}/"), name


def test_who_sees_the_clue_and_is_of_neither_body_gets_no_original_on_the_pages(world: World) -> None:
    """Not its bytes, and not its name: a letter is often called by who wrote it."""
    for name in set(OTHERS) - {"巡查组长"}:
        looking.let_in(name, clue=looking.row(world.clue))
        for address in letter_addresses(world):
            assert looking.browser(name).get(address).status_code == 404, name
        words = looking.page(name, f"/clues/{world.clue[1]}/")
        assert looking.row(world.clue).number in words and "来信 原件" not in words, name


def test_an_inspection_team_of_the_court_gets_on_the_pages_what_it_handed_over(world: World) -> None:
    looking.let_in("巡查组长", clue=looking.row(world.clue))
    assert looking.browser("巡查组长").get(letter_addresses(world)[0]).status_code == 200
    assert "来信 原件.pdf" in looking.page("巡查组长", f"/clues/{world.clue[1]}/")


@pytest.mark.parametrize("name", ["内勤", "监察室乙"])
def test_who_is_shut_out_gets_no_original_though_the_body_does(world: World, name: str) -> None:
    looking.shut_out(name, clue=looking.row(world.clue))
    assert world[name].get(f"materials/{world.original['sha256']}").status == 404
    for address in letter_addresses(world):
        assert looking.browser(name).get(address).status_code == 404


# --- limits of the court above -------------------------------------------------------------------------------------
def told_limits(world: World, name: str) -> list[dict[str, Any]]:
    whole = world[name].get("/".join(world.matter)).ok()["limits"]
    parts = world[name].get(f"{'/'.join(world.matter)}/overview").ok()
    assert parts["matter"]["limits"] == whole
    return whole


def own_limits(code: str, kinds: tuple[str, ...]) -> set[tuple[str, str]]:
    rows = cf.Limit.rows.filter(court__code=code, matter__isnull=False, subject_kind__in=kinds)
    return {(code, kind) for kind in rows.values_list("kind", flat=True)}


def test_the_lower_court_is_told_its_own_limits_and_no_other_by_the_interface(world: World) -> None:
    wanted = own_limits("豫0304", ("assignment", "round", "record", "report"))
    assert {kind for _, kind in wanted} == {"receipt", "team", "report"}
    for name in LOWER:
        told = told_limits(world, name)
        assert {(one["court"]["code"], one["kind"]) for one in told} == wanted, name


def test_the_court_above_is_told_every_limit_by_the_interface(world: World) -> None:
    matter = looking.row(world.matter)
    wanted = sorted(cf.Limit.rows.filter(matter=matter).values_list("court__code", "kind"))
    assert {"consultation", "opinion", "approval", "duty_issue"} <= {kind for _, kind in wanted}
    for name in ("内勤", "监察室乙", "领导小组丙"):
        assert sorted((one["court"]["code"], one["kind"]) for one in told_limits(world, name)) == wanted, name


TOLD_BELOW = {("豫03", "handing_down"), ("豫03", "verification")}
"""Of the court above: how long 交办 took, and 核查 of the report that the court below has sent. Both stand on its own subjects."""


def test_no_part_of_the_overview_tells_the_lower_court_a_limit_that_is_not_its_own(world: World) -> None:
    own = own_limits("豫0304", ("assignment", "round", "record", "report"))
    for name in LOWER:
        parts = world[name].get(f"{'/'.join(world.matter)}/overview").ok()
        assert parts["opinions"] == parts["items"] == parts["duties"] == []
        told = {
            (limit["court"]["code"], limit["kind"])
            for kind in ("assignments", "rounds", "records", "reports")
            for one in parts[kind]
            for limit in one["limits"]
        }
        assert told == own | TOLD_BELOW, name


DUTIES = ("duty_issue", "feedback", "clarification")


def test_the_lower_court_reads_no_deliberation_on_the_page_of_the_matter(world: World) -> None:
    """Nor a duty that has not been sent: not its limit, not the paper owed for it, not whose turn it is."""
    address = f"/matters/{world.matter[1]}/"
    hidden = [LIMITS[kind].label for kind in (*scope.DELIBERATING_LIMITS, *DUTIES)]
    duties = [DUTY_KINDS[one.kind] for one in cf.Duty.rows.filter(matter=looking.row(world.matter))]
    upper = looking.page("内勤", address)
    assert all(text in upper for text in [*hidden[1:], *duties])
    awaited = {MOVES[one.kind].title for one in cf.Todo.rows.filter(matter__uid=world.matter[1], subject_kind="duty")}
    assert len(awaited) >= 2
    for name in LOWER:
        words = looking.page(name, address)
        assert looking.row(world.matter).number in words
        assert [
            text for text in (*hidden, *duties, *awaited) if re.search(rf"(^|[ ：]){re.escape(text)}( |$)", words)
        ] == [], name


def test_what_is_sent_is_told(world: World) -> None:
    duty = cf.Duty.rows.get(matter=looking.row(world.matter), kind="urge")
    world.both("执行局甲", "监察室乙", "duty.issue_urge", ("duty", str(duty.uid)), text="督办", measures="启动评估")
    address = f"/matters/{world.matter[1]}/"
    assert LIMITS["disposal"].label in looking.page("基层执行丁", address)
    assert ("豫0304", "disposal") in {
        (one["court"]["code"], one["kind"])
        for one in world["基层执行丁"].get(f"{'/'.join(world.matter)}/overview").ok()["duties"][0]["limits"]
    }


# --- minutes -------------------------------------------------------------------------------------------------------
SAID = "议定启动并指定联系人"


def meeting_of_two(world: World) -> cf.Meeting:
    """A closed meeting: one item about the matter, and one about the clue; its minutes may speak of both."""
    meeting: cf.Meeting = cf.Meeting.rows.filter(items__matter=looking.row(world.matter)).get()
    clue = looking.row(world.clue)
    cf.Item.rows.create(
        kind="start", clue=clue, meeting=meeting, court=meeting.court, order=9, created_at=clue.created_at
    )
    cf.Meeting.rows.filter(pk=meeting.pk).update(minutes=SAID)
    return meeting


def shown_minutes(world: World, name: str, meeting: cf.Meeting) -> tuple[str, int]:
    """(minutes, number of items) by the interface; the page must say the same."""
    facts = world[name].get(f"meeting/{meeting.uid}").ok()["facts"]
    words = looking.page(name, f"/meetings/{meeting.uid}/")
    assert (SAID in words) == (facts["minutes"] == SAID), name
    printed = looking.page(name, f"/papers/minutes/meeting/{meeting.uid}/")
    assert (SAID in printed) == (facts["minutes"] == SAID), name
    return facts["minutes"], len(facts["items"])


def test_who_sees_every_item_reads_the_minutes(world: World) -> None:
    meeting = meeting_of_two(world)
    for name in ("内勤", "监察室乙", "执行局甲"):
        assert shown_minutes(world, name, meeting) == (SAID, 2), name


def test_who_may_not_see_one_item_of_two_reads_no_minutes(world: World) -> None:
    meeting = meeting_of_two(world)
    looking.shut_out("内勤", matter=looking.row(world.matter))
    assert shown_minutes(world, "内勤", meeting) == ("", 1)
    assert shown_minutes(world, "监察内勤", meeting) == (SAID, 2)


def test_who_may_see_no_item_reads_no_minutes(world: World) -> None:
    meeting = meeting_of_two(world)
    looking.shut_out("内勤", clue=looking.row(world.clue))
    looking.shut_out("内勤", matter=looking.row(world.matter))
    assert shown_minutes(world, "内勤", meeting) == ("", 0)


def test_the_lower_court_finds_no_meeting_at_all(world: World) -> None:
    meeting = meeting_of_two(world)
    for name in (*LOWER, "外院己", "管理员"):
        assert world[name].get(f"meeting/{meeting.uid}").status == 404, name
        assert looking.browser(name).get(f"/meetings/{meeting.uid}/").status_code in (403, 404), name
