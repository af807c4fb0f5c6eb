"""司法巡查: the team hands over by its own account and speaks first (方案四(四)); a circular and the assessment follow."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

POINTS = [{"text": "案款发放审批是否超期", "allegation": 1}, {"text": "执行局是否开展例行自查", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0302")
    team = mid.team("司法巡查组")
    executor, inspector = low.executors[0], low.inspectors[0]

    t.on("2026-09-14").register(
        team[0],
        subject_court="豫0302",
        source="inspection",
        source_facts={"check_kind": "司法巡查", "team": "市中院司法巡查组", "on": "2026-09-10"},
        received_on="2026-09-14",
        title="司法巡查发现案款发放超期",
        summary="抽查案款三十笔，十一笔发放审批超过三十日。",
        allegations=[{"kind": "management", "text": "案款发放审批长期超期"}],
    )
    t.on("2026-09-17").act(
        team[0],
        "clue.give_inspection_opinion",
        t.clue,
        team="市中院司法巡查组",
        leader=t.name_of(team[0]),
        proposal="assign",
        text="问题具有普遍性，建议启动并交办。",
    )
    t.put_forward(mid.supervision_clerk, "巡查组已提出意见")
    t.convene(mid.supervision_clerk, "2026-09-21")
    t.on("2026-09-21").sit(
        mid,
        "item.start_and_assign",
        say=("同意巡查组意见", "同意巡查组意见"),
        reason="采纳巡查组意见",
        points=POINTS,
        minutes="研究司法巡查移交线索，议定启动并交办老城法院。",
    )
    t.on("2026-09-22").hand_down(mid, POINTS, "请就案款发放审批超期问题开展联合调查。")
    t.on("2026-09-23").acknowledge(low)
    t.on("2026-09-24").form_team(low, [inspector, executor], "案款台账")
    t.on("2026-10-09").check_system(
        executor, inspector, "2026-10-09", "十一笔超期，最长七十日。", {"node": "案款发放", "overdue": "yes"}
    )
    t.answer(executor, 1, "founded", "十一笔超期。", 1)
    t.answer(inspector, 2, "founded", "两个季度没有自查。", 1)
    t.on("2026-10-15").draft_report(
        inspector,
        "系统检查一次，核对台账三十笔。",
        "十一笔案款发放审批超期，最长七十日；两个季度没有自查。",
        "审批层级过多，缺少提醒。",
        "限期改进，予以通报。",
    )
    t.sign_report(low)
    t.on("2026-10-16").issue_report(low)
    t.on("2026-10-19").consult(
        mid, mid.supervision_clerk, "2026-10-21", "与巡查底稿一致。", "采纳报告，限期改进并通报。"
    )
    t.draft_opinion(
        mid.supervision_clerk,
        "案款发放审批超期属实。",
        "限期改进，全市通报，并登记考评扣分项。",
        [{"allegation": 1, "finding": "founded", "text": "台账和系统证实"}],
        [
            {"kind": "improve", "allegation": 1, "addressee": "豫0302", "demand": "压缩审批层级", "period": "20日"},
            {"kind": "circular", "allegation": 1, "addressee": "豫0302", "demand": "对照整改", "period": "15日"},
            {"kind": "assess", "allegation": 1, "addressee": "豫0302", "demand": "登记扣分项", "period": "15日"},
        ],
    )
    t.on("2026-10-22").sign_opinion(*mid.bodies)
    t.approve_all(mid)
    t.on("2026-10-23").issue(
        mid, "improve", text="请限期改进案款管理。", gap="审批层级过多", measures="五个工作日内审批"
    )
    t.issue(mid, "circular", text="通报老城法院案款发放超期问题。", scope="全市各基层法院")
    t.issue(
        mid,
        "assess",
        text="登记年度平安建设考评扣分项。",
        year=2026,
        rule="年度平安建设考评办法执行工作项",
        points="0.5",
    )
    for kind in ("improve", "circular", "assess"):
        t.on("2026-11-06").reply(low.enforcement, t.duty(kind), "已落实。", "整改材料一份")
        t.close(mid.enforcement_clerk if kind == "improve" else mid.supervision_clerk, t.duty(kind))
    t.on("2026-11-10").archive(mid.supervision_clerk, "正卷1册50页", "三项处理已销号；巡查线索无反映人。")


STORY = Story("inspection_report", "司法巡查移交：检查组先提意见，通报并纳入考评", play)
