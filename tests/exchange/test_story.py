"""The main line by HTTP, and what each side sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.exchange.world import SECRET, World

KINDS = ("clue", "matter", "meeting", "item", "assignment", "round", "record", "report", "opinion", "duty")
EVERYBODY = ("执行局甲", "监察室乙", "领导小组丙", "基层执行丁", "基层监察戊", "外院己", "内勤", "被反映人", "管理员")


def _everything(world: World, name: str) -> Iterator[tuple[str, Any]]:
    """Every page that a person can reach from the lists."""
    voice = world[name]
    for path in ("me", "todos", "brief-clues", *KINDS):
        yield path, voice.get(path).ok()
    for kind in KINDS:
        for one in voice.get(kind).ok()["items"]:
            for ending in ("", "/steps"):
                yield f"{kind}/{one['uid']}{ending}", voice.get(f"{kind}/{one['uid']}{ending}").ok()
            if kind == "matter":
                for ending in ("/overview", "/children"):
                    yield f"{kind}/…{ending}", voice.get(f"{kind}/{one['uid']}{ending}").ok()


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


def test_the_story_stands_where_it_should(world: World) -> None:
    shown = world["内勤"].get("/".join(world.matter)).ok()
    assert (shown["stage"], shown["stage_label"], shown["final"]) == ("disposing", "处理中", False)
    assert shown["facts"]["number"].startswith("洛中法") and shown["facts"]["owner_court"]["code"] == "豫03"
    assert [one["text"] for one in shown["facts"]["points"]] == ["查封后为何未处置", "是否接受吃请"]
    clue = world["内勤"].get("/".join(world.clue)).ok()
    assert clue["stage"] == "started" and clue["facts"]["matter"]["uid"] == world.matter[1]
    assert clue["facts"]["mask"] and [one["number"] for one in clue["facts"]["cases"]] == ["（2019）豫0304执1286号"]


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_gets_the_name_of_the_complainant_or_a_row_id(world: World, name: str) -> None:
    pages = list(_everything(world, name))
    assert pages
    for path, page in pages:
        for key, value in _walk(page):
            assert key not in ("id", "pk") and not key.endswith("_id"), (path, key)
            if isinstance(value, str):
                assert SECRET not in value and "13800000000" not in value, (path, key)


def test_the_limits_carry_their_working_and_the_days_left(world: World) -> None:
    limits = world["内勤"].get("/".join(world.matter)).ok()["limits"]
    report = next(one for one in limits if one["kind"] == "report")
    assert (report["started_on"], report["due"], report["label"]) == (
        "2020-05-25",
        "2020-06-28",
        "报告调查情况和处理意见",
    )
    assert report["stopped_on"] and report["days_left"] is None and report["mark"] == "S"
    assert all(one["text"] for one in report["working"]) and len(report["working"]) >= 2
    running = [one for one in limits if one["stopped_on"] is None]
    assert running and all(isinstance(one["days_left"], int) for one in running)


def test_the_lower_court_sees_its_part_only(world: World) -> None:
    lower = world["基层执行丁"]
    assert [one["uid"] for one in lower.get("matter").ok()["items"]] == [world.matter[1]]
    shown = lower.get("/".join(world.matter)).ok()
    assert shown["facts"]["clues"] == [] and shown["facts"]["allegations"] == []
    whole = lower.get("/".join(world.matter) + "/overview").ok()
    assert whole["opinions"] == [] and whole["items"] == [] and whole["reports"] and whole["records"]
    steps = lower.get("/".join(world.matter) + "/steps", size=100).ok()["items"]
    assert {"assignment.hand_down", "report.issue"} <= {one["move"] for one in steps}
    assert not {"opinion", "item", "clue"} & {one["subject_kind"] for one in steps}
    for kind in ("clue", "item", "meeting", "opinion"):
        assert lower.get(kind).ok()["items"] == [], kind
    upper = world["内勤"].get("/".join(world.matter) + "/overview").ok()
    assert upper["opinions"] and upper["items"] and len(upper["duties"]) >= 3
    filtered = lower.get("matter", source="petition").ok()["items"]
    assert filtered == [] and world["内勤"].get("matter", source="petition").ok()["items"]


def test_the_ledger_is_shown_in_order_with_its_signatures(world: World) -> None:
    path, found, cursor = "/".join(world.matter) + "/steps", [], ""
    while True:
        page = world["内勤"].get(path, size=4, **({"cursor": cursor} if cursor else {})).ok()
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    seqs = [one["seq"] for one in found]
    assert seqs == sorted(set(seqs)) and len(found) > 12
    down = next(one for one in found if one["move"] == "assignment.hand_down")
    assert [one["body"]["kind"] for one in down["signatures"]] == ["supervision", "enforcement"]
    assert (
        down["content"]["contact"] == "内勤 0379" and down["from_stage"] == "pending" and down["to_stage"] == "assigned"
    )
    assert [one["due"] for one in down["started"] if one["kind"] == "report"] == ["2020-06-28"]


def test_the_actions_say_who_may_act_and_why_not(world: World) -> None:
    duties = world["执行局甲"].get("/".join(world.matter) + "/overview").ok()["duties"]
    urge = next(one for one in duties if "督办" in one["title"])
    offered = {one["move"]: one for one in urge["actions"]}
    assert offered["duty.issue_urge"]["enabled"] and offered["duty.issue_urge"]["verb"] == "propose"
    world["执行局甲"].move("duty.issue_urge", ("duty", urge["uid"]), text="督办", measures="启动评估").ok()
    mine = world["执行局甲"].get(f"duty/{urge['uid']}").ok()
    action = next(one for one in mine["actions"] if one["move"] == "duty.issue_urge")
    assert not action["enabled"] and action["reason"].startswith("您已签署")
    theirs = world["监察室乙"].get(f"duty/{urge['uid']}").ok()
    action = next(one for one in theirs["actions"] if one["move"] == "duty.issue_urge")
    assert (
        action["enabled"]
        and action["verb"] == "sign"
        and action["content_sha"] == theirs["proposals"][0]["content_sha"]
    )
    assert theirs["proposals"][0]["content"]["measures"] == "启动评估"
    assert [one["person"]["uid"] for one in theirs["proposals"][0]["signatures"]] == [world.uid("执行局甲")]
    withdrawn = world["执行局甲"].post(f"proposals/{action['proposal']}/withdraw").ok()
    assert withdrawn["status"] == "withdrawn" and world["监察室乙"].get(f"duty/{urge['uid']}").ok()["proposals"] == []


def test_the_todos_come_by_due_day_and_name_what_to_open(world: World) -> None:
    found = world["执行局甲"].get("todos", size=100).ok()["items"]
    days = [one["due"] or "9999" for one in found]
    assert found and days == sorted(days) and all(one["uid"] for one in found)
    paged, cursor = [], ""
    while True:
        page = world["执行局甲"].get("todos", size=1, **({"cursor": cursor} if cursor else {})).ok()
        paged += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    assert [one["title"] for one in paged] == [one["title"] for one in found]
    assert world["执行局甲"].get("me").ok()["todo_count"] == len(found)


def test_me_names_what_may_be_begun(world: World) -> None:
    shown = world["内勤"].get("me").ok()
    assert [one["move"] for one in shown["actions"]] == ["clue.register", "meeting.convene"]
    assert shown["today"] == "2020-06-24" and shown["csrf_token"] == "" and shown["courts"][0]["code"] == "豫03"
    assert {post["body"]["kind"] for post in shown["posts"]} == {"enforcement", "group_office"}
    assert world["管理员"].get("me").ok()["actions"] == []


def test_an_owed_paper_is_met_and_a_fact_corrected_through_the_interface(world: World) -> None:
    owed = world["内勤"].get("/".join(world.clue)).ok()
    assert owed["stage"] == "started"
    scan = world["内勤"].upload("登记表.pdf", b"%PDF-1.4 form").ok()
    done = (
        world["内勤"]
        .move(
            "register.paper",
            world.clue,
            kind="clue_form",
            number="洛中法〔2020〕12号",
            issued_on="2020-06-24",
            files=[scan["uid"]],
        )
        .ok()
    )
    assert done["status"] == "registered"
    world["内勤"].move(
        "register.correct", world.clue, field="summary", value="查封后十个月未启动评估拍卖", reason="笔误"
    ).ok()
    assert world["内勤"].get("/".join(world.clue)).ok()["facts"]["summary"] == "查封后十个月未启动评估拍卖"
    assert world["内勤"].move("register.reveal", world.clue, purpose="contact", reason="联系反映人核实").status == 404


def test_the_form_of_a_move_carries_its_choices(world: World) -> None:
    opinion = world.only("内勤", "opinion")
    plain = world["内勤"].get("moves/opinion.draft/schema").ok()["content"]
    assert plain["properties"]["facts"]["title"] == "认定事实"
    placed = world["内勤"].get("moves/opinion.draft/schema", subject_kind="matter", subject_uid=world.matter[1]).ok()
    allegation = placed["content"]["$defs"]["ConclusionOn"]["properties"]["allegation"]
    assert [value for value, _ in allegation["options"]] == ["1", "2"]
    assert dict(placed["content"]["$defs"]["ConclusionOn"]["properties"]["finding"]["options"])["founded"] == "属实"
    wrong = world["内勤"].get("moves/opinion.draft/schema", subject_kind="opinion", subject_uid=opinion[1])
    stranger = world["外院己"].get("moves/opinion.draft/schema", subject_kind="matter", subject_uid=world.matter[1])
    assert wrong.status == stranger.status == 404
    table = world["外院己"].get("moves").ok()["moves"]
    assert next(one for one in table if one["key"] == "assignment.hand_down")["sign_off_label"] == "两机构联合"
