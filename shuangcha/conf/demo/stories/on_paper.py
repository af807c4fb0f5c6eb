"""补录: a matter that ran on paper before the system came, each act entered with the day on which it happened."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2020）豫0303执95号"
POINTS = [{"text": "复议案件中发现的超标的查封是否属实", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0303")
    executor, inspector = low.executors[0], low.inspectors[0]
    t.recorded_on("2020-09-18")

    t.on("2020-05-20").register(
        mid.enforcement_clerk,
        subject_court="豫0303",
        source="review",
        source_facts={"review_kind": "执行复议", "number": "（2020）豫03执复7号", "department": "执行裁决庭"},
        received_on="2020-05-20",
        cases=[{"number": NUMBER, "filed_on": "2020-01-13"}],
        title="执行复议中发现超标的查封",
        summary="办理执行复议案件时发现，标的额80万元的案件查封了价值600余万元的厂房。",
        allegations=[{"kind": "handling", "text": "超标的查封厂房"}],
    )
    t.put_forward(mid.enforcement_clerk, "复议案件中发现，问题明确")
    t.convene(mid.enforcement_clerk, "2020-05-20")
    t.sit(
        mid,
        "item.start_and_assign",
        say=("同意启动", "同意启动"),
        reason="复议案件已查明基本事实",
        points=POINTS,
        minutes="研究复议案件中发现的线索一件，议定启动并当日交办。",
    )
    t.hand_down(mid, POINTS, "请就所列案件超标的查封问题开展联合调查。")
    t.on("2020-05-21").acknowledge(low)
    t.on("2020-05-22").form_team(low, [executor, inspector], "查封财产价值和标的额")
    t.on("2020-06-02").review(
        executor,
        "2020-06-02",
        {"number": NUMBER, "lawful": "no", "kind": "partly", "remarks": "正卷第40页：查封价值明显超出标的额"},
    )
    t.on("2020-06-04").hear_out(
        executor, inspector, "2020-06-04", "on_site", "被执行企业负责人", "现场查验厂房，确认整体查封。"
    )
    t.answer(executor, 1, "founded", "查封价值约为标的额的八倍，且可以分割。", 1, 2)
    t.on("2020-06-19").draft_report(
        executor,
        "调卷一件，现场查验一次。",
        "标的额80万元，整体查封厂房价值600余万元，厂房可以分割。",
        "查封时没有评估分割可能，属超标的查封。",
        "建议自行纠正，解除超出部分的查封。",
    )
    t.sign_report(low)
    t.on("2020-06-22").issue_report(low)

    t.on("2020-06-28").consult(mid, mid.enforcement_clerk, "2020-07-01", "事实清楚。", "采纳报告，责令自行纠正。")
    t.draft_opinion(
        mid.enforcement_clerk,
        "超标的查封属实。",
        "由西工法院自行纠正，解除超出部分查封。",
        [{"allegation": 1, "finding": "founded", "text": "有查封清单和现场查验证实"}],
        [
            {
                "kind": "correct_self",
                "allegation": 1,
                "addressee": "豫0303",
                "demand": "解除超出部分查封",
                "period": "30日",
            }
        ],
    )
    t.on("2020-07-02").sign_opinion(*mid.bodies)
    t.on("2020-07-03").approve_all(mid)
    t.on("2020-07-06").issue(
        mid,
        "correct_self",
        text="请自行纠正超标的查封。",
        error="查封价值明显超过执行标的额",
        basis="查封、扣押、冻结财产的价值应当以足以清偿为限",
    )
    t.on("2020-07-24").reply(low.enforcement, t.duty("correct_self"), "已裁定解除超出部分查封。", "解除查封裁定书一份")
    t.on("2020-07-28").close(mid.enforcement_clerk, t.duty("correct_self"))
    t.recorded_on("").on("2020-09-18").archive(
        mid.enforcement_clerk, "正卷1册52页", "纸质办理事项补录完毕，处理已销号。"
    )


STORY = Story("on_paper", "补录：系统启用前在纸面上办理的复议线索", play)
