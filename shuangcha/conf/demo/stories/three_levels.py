"""高院 → 中院 → 基层: one matter of the high court; the urging goes level by level (方案四(九)2)."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2025）豫0305执1503号"
POINTS = [{"text": "工程款案件为何长期不执行到账款项", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    high, mid, low = cast("豫"), cast("豫03"), cast("豫0305")
    judge, inspector = mid.executors[3], mid.inspectors[3]

    t.on("2026-07-01").register(
        high.supervision_clerk,
        subject_court="豫0305",
        source="superior",
        source_facts={"from_court": "最高人民法院", "number": "法督〔2026〕31号", "on": "2026-06-26"},
        received_on="2026-07-01",
        named=True,
        complainant={"name": "令狐晚晴", "phone": "13800000004"},
        cases=[{"number": NUMBER, "filed_on": "2025-09-01"}],
        title="最高法院交办：到账工程款长期不发放",
        summary="执行到账八个月没有发放。",
        allegations=[{"kind": "handling", "text": "到账款项长期不发放"}],
    )
    t.put_forward(high.supervision_clerk, "最高法院交办")
    t.convene(high.supervision_clerk, "2026-07-06")
    t.on("2026-07-06").sit(
        high,
        "item.start_and_assign",
        say=("同意", "同意"),
        reason="最高法院交办",
        points=POINTS,
        minutes="议定启动并交办洛阳中院。",
    )
    t.on("2026-07-07").hand_down(high, POINTS, "请就到账款项长期不发放问题开展联合调查。", "执行局内勤 0371-60000000")
    t.on("2026-07-08").acknowledge(mid)
    t.on("2026-07-09").form_team(mid, [judge, inspector], "案款流水")
    t.on("2026-07-20").check_system(
        judge, inspector, "2026-07-20", "到账后没有发放节点。", {"node": "案款发放", "complete": "no", "overdue": "yes"}
    )
    t.answer(judge, 1, "founded", "到账二百四十日没有发放。", 1)
    t.on("2026-08-03").draft_report(
        judge, "系统检查一次。", "到账二百四十日没有发放。", "审批停滞。", "建议督办限期发放。"
    )
    t.sign_report(mid)
    t.on("2026-08-05").issue_report(mid)
    t.on("2026-08-10").consult(high, high.supervision_clerk, "2026-08-17", "清楚。", "采纳报告，逐级督办。")
    t.draft_opinion(
        high.supervision_clerk,
        "到账款项长期不发放属实。",
        "逐级发出督办意见。",
        [{"allegation": 1, "finding": "founded", "text": "系统记录证实"}],
        [{"kind": "urge", "allegation": 1, "addressee": "豫03", "demand": "督促涧西法院限期发放", "period": "45日"}],
    )
    t.on("2026-08-18").sign_opinion(*high.bodies)
    t.on("2026-08-20").approve_all(high)
    t.on("2026-08-24").issue(high, "urge", text="请督促涧西法院限期发放到账案款。", measures="核对分配方案后发放")
    urge = t.duty("urge")
    t.on("2026-09-14").both(
        mid.enforcement, mid.supervision, "duty.relay", urge, text="请涧西法院限期发放到账案款。", period="20日"
    )
    relayed = t.duty("urge")
    t.on("2026-09-21").reply(low.enforcement, relayed, "已发放。", "发放凭证")
    t.on("2026-09-22").close(mid.enforcement_clerk, relayed)
    t.reply(mid.enforcement, urge, "涧西法院已发放。", "发放凭证和核验意见")
    t.on("2026-09-24").close(high.enforcement_clerk, urge)
    t.on("2026-10-08").feed_back(
        high.enforcement_clerk,
        "feedback_handling",
        "告知案款已发放。",
        staff="执行局内勤",
        helped="审务督察处内勤",
        attitude="satisfied",
    )
    t.on("2026-10-12").archive(high.supervision_clerk, "正卷1册40页", "逐级督办已销号，已反馈。")


STORY = Story("three_levels", "三级法院：高院交办中院，督办逐级到基层", play)
