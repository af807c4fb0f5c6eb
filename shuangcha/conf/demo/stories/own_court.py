"""方案四(六): a basic court runs the procedure on a complaint it received itself; its head withdraws,
the superior court approves."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2026）豫0304执233号"
POINTS = [{"text": "是否超期发放案款", "allegation": 1}]


def play(t: Teller) -> None:
    mid, low = cast("豫03"), cast("豫0304")
    judge, inspector = low.executors[1], low.inspectors[1]

    t.on("2026-08-10").register(
        low.enforcement_clerk,
        subject_court="豫0304",
        source="petition",
        source_facts={"channel": "来访"},
        received_on="2026-08-10",
        named=True,
        complainant={"name": "上官小满", "phone": "13800000005"},
        cases=[{"number": NUMBER, "filed_on": "2026-02-02"}],
        title="反映本院超期发放案款",
        summary="到账四十日没有发放。",
        allegations=[{"kind": "handling", "text": "超期发放案款"}],
    )
    t.put_forward(low.enforcement_clerk, "本院收到的反映本院案件的线索")
    t.convene(low.enforcement_clerk, "2026-08-14")
    t.on("2026-08-14").sit(
        low,
        "item.start_directly",
        say=("同意", "同意"),
        reason="本院案件，由本院组成联合调查组",
        points=POINTS,
        minutes="议定启动并由本院调查。",
    )
    t.form_team(low, [judge, inspector], "案款流水", "round.form_own_team")
    t.on("2026-08-20").review(
        judge, "2026-08-20", {"number": NUMBER, "timely": "no", "remarks": "正卷第60页：到账四十二日发放"}
    )
    t.answer(judge, 1, "founded", "到账四十二日发放，超过规定期限。", 1)
    t.on("2026-08-28").draft_report(judge, "调卷一件。", "到账四十二日发放。", "审批超期。", "自行纠正。")
    t.on("2026-08-31").sign_report(low, "report.sign_own")
    t.on("2026-09-02").consult(low, low.enforcement_clerk, "2026-09-07", "清楚。", "采纳。")
    t.draft_opinion(
        low.enforcement_clerk,
        "超期发放属实。",
        "自行纠正。",
        [{"allegation": 1, "finding": "founded", "text": "流水证实"}],
        [{"kind": "correct_self", "allegation": 1, "addressee": "豫0304", "demand": "支付迟延利息", "period": "15日"}],
    )
    t.on("2026-09-09").sign_opinion(*low.bodies)
    t.approve("office", low.office)
    t.on("2026-09-10").act(low.head, "matter.recuse_self", t.file, reason="该案原系本人分管时办理", understood=True)
    t.on("2026-09-11").approve("deputy", low.deputies[0])
    t.on("2026-09-18").approve("superior", mid.head, "同意。")
    t.on("2026-09-21").issue(
        low, "correct_self", text="请执行局自行纠正。", error="超期发放", basis="执行案款应当在规定期限内发放"
    )
    t.feed_back(
        low.enforcement_clerk, "feedback_handling", "告知已纠正。", staff="执行局内勤", helped="监察室内勤", way="talk"
    )
    t.on("2026-09-28").reply(low.enforcement_clerk, t.duty("correct_self"), "已支付迟延利息。", "付款凭证")
    t.close(low.enforcement, t.duty("correct_self"))
    t.on("2026-09-30").archive(low.enforcement_clerk, "正卷1册20页", "已纠正，已反馈。")


STORY = Story("own_court", "基层法院自行办理：组长回避，上级法院批准", play)
