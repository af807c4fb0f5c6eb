"""院领导督办: supervisors on the spot, then the court above takes the investigation over (方案四(六))."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2024）豫0327执930号"
POINTS = [{"text": "查封车辆为何去向不明", "allegation": 1}, {"text": "联合调查是否流于形式", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0327")
    executor, inspector = low.executors[0], low.inspectors[0]
    leader, judge = mid.inspectors[2], mid.executors[2]

    t.on("2026-07-30").register(
        mid.supervision_clerk,
        subject_court="豫0327",
        source="leaders",
        source_facts={"leader": t.name_of(mid.deputies[0]), "post": "副院长", "on": "2026-07-29"},
        received_on="2026-07-30",
        cases=[{"number": NUMBER, "filed_on": "2024-08-01"}],
        title="院领导督办：查封车辆去向不明",
        summary="查封车辆三辆，处置时去向不明。",
        allegations=[{"kind": "handling", "text": "查封车辆保管不力"}],
    )
    t.put_forward(mid.supervision_clerk, "院领导督办")
    t.convene(mid.supervision_clerk, "2026-08-05")
    t.on("2026-08-05").sit(
        mid,
        "item.start_and_assign",
        say=("同意启动", "同意启动"),
        reason="院领导督办",
        points=POINTS,
        minutes="议定启动并交办宜阳法院。",
    )
    t.on("2026-08-06").hand_down(mid, POINTS, "请就查封车辆去向开展联合调查。")
    t.on("2026-08-07").acknowledge(low)
    t.on("2026-08-11").form_team(low, [executor, inspector], "车辆保管")
    t.on("2026-08-26").both(
        mid.enforcement,
        mid.supervision,
        "matter.supervise_on_site",
        t.file,
        supervisors=[t.uid_of(leader), t.uid_of(judge)],
        visited_on="2026-08-26",
        text="要求三日内查明保管人。",
    )
    t.on("2026-09-03").both(
        mid.supervision,
        mid.enforcement,
        "matter.take_over",
        t.file,
        reason="督导后仍没有进展，由本院直接调查",
        period="1月",
    )
    t.on("2026-09-04").form_team(mid, [leader, judge], "车辆去向和原调查组工作", "round.form_own_team")
    t.on("2026-09-09").other_way(judge, "2026-09-09", "实地查看扣押场地", "场地已停业，车辆由看管人转移。")
    t.on("2026-09-11").talk(leader, judge, "2026-09-11", "执行局负责人", "执行局局长", "head", "承认没有定期巡查。")
    t.on("2026-09-18").review(
        judge, "2026-09-18", {"number": NUMBER, "complete": "no", "remarks": "正卷第22页：没有保管委托手续"}
    )
    t.answer(leader, 1, "founded", "没有保管委托，车辆被转移。", 1, 3)
    t.answer(leader, 2, "founded", "原调查组二十日内没有谈话。", 2)
    t.on("2026-09-22").draft_report(
        leader,
        "实地查看、谈话、调卷各一次。",
        "没有保管委托手续，车辆被转移；原调查组工作不力。",
        "保管责任没有落实，调查流于形式。",
        "约谈并登记考评扣分项。",
    )
    t.on("2026-09-23").sign_report(mid, "report.sign_own")
    t.on("2026-09-28").consult(mid, mid.supervision_clerk, "2026-09-30", "清楚。", "采纳直接调查报告。")
    t.draft_opinion(
        mid.supervision_clerk,
        "保管不力属实，联合调查开展不力。",
        "约谈并纳入考评。",
        [{"allegation": 1, "finding": "founded", "text": "有现场和笔录证实"}],
        [
            {"kind": "talk", "allegation": 1, "addressee": "豫0327", "demand": "整改保管", "period": "20日"},
            {"kind": "assess", "allegation": 1, "addressee": "豫0327", "demand": "登记扣分项", "period": "10日"},
        ],
    )
    t.on("2026-10-08").sign_opinion(*mid.bodies)
    t.on("2026-10-09").approve_all(mid)
    t.on("2026-10-12").issue(
        mid,
        "talk",
        text="约谈并责令整改。",
        ground="weak",
        whom="宜阳法院院长",
        held_on="2026-10-16",
        place="市中院会议室",
    )
    t.issue(mid, "assess", text="登记扣分项。", year=2026, rule="年度平安建设考评办法执行工作项", points="1")
    t.on("2026-10-21").reply(low.enforcement, t.duty("assess"), "知悉。", "确认单")
    t.close(mid.supervision_clerk, t.duty("assess"))
    t.on("2026-10-30").reply(low.enforcement, t.duty("talk"), "已整改。", "整改报告")
    t.on("2026-11-02").close(mid.supervision_clerk, t.duty("talk"))
    t.on("2026-11-03").archive(mid.supervision_clerk, "正卷1册88页", "约谈已整改，扣分已登记。")


STORY = Story("taken_over", "院领导督办：督导后接手直接调查，约谈并纳入考评", play)
