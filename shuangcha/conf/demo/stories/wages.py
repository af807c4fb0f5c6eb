"""来访: migrant workers' wages; this court looks into it itself at once, and says what it found within a month."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2026）豫0326执418号"
POINTS = [{"text": "到账工资款是否及时发放", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0326")
    judge, inspector, filing = mid.executors[4], mid.inspectors[1], mid.department[0]

    t.on("2026-08-12").register(
        mid.enforcement_clerk,
        subject_court="豫0326",
        source="petition",
        source_facts={"channel": "来访"},
        received_on="2026-08-12",
        named=True,
        complainant={"name": "慕容长风等十二人", "phone": "13800000006"},
        urgent=True,
        cases=[{"number": NUMBER, "filed_on": "2026-03-10"}],
        title="农民工反映工资款到账不发",
        summary="十二名农民工称工资款到账两个月没有发放。",
        allegations=[{"kind": "handling", "text": "工资款到账后不及时发放"}],
    )
    t.put_forward(mid.enforcement_clerk, "涉及农民工工资，加急研究")
    t.convene(mid.enforcement_clerk, "2026-08-13")
    t.on("2026-08-13").sit(
        mid,
        "item.start_directly",
        say=("建议直接调查", "同意直接调查"),
        reason="涉民生，直接调查更快",
        points=POINTS,
        period="20日",
        minutes="议定启动并由本院直接调查，限期20日。",
    )
    t.form_team(mid, [judge, inspector, filing], "案款流水和发放审批", "round.form_own_team")
    t.on("2026-08-18").hear_out(
        judge, inspector, "2026-08-18", "visit", "申请执行人代表", "到账两个月没有发放，急等用钱。"
    )
    t.on("2026-08-20").review(
        judge, "2026-08-20", {"number": NUMBER, "timely": "no", "remarks": "正卷第44页：到账后无发放审批"}
    )
    t.answer(judge, 1, "founded", "到账六十二日没有发放，系等待另案分配。", 1, 2)
    t.on("2026-08-31").draft_report(
        judge, "走访面谈、调卷各一次。", "到账六十二日没有发放。", "另案分配没有法定依据。", "督促限期发放。"
    )
    t.on("2026-09-01").sign_report(mid, "report.sign_own")
    t.on("2026-09-03").consult(mid, mid.enforcement_clerk, "2026-09-08", "清楚。", "督促限期发放。")
    t.draft_opinion(
        mid.enforcement_clerk,
        "工资款到账不发属实。",
        "督促汝阳法院限期发放。",
        [{"allegation": 1, "finding": "founded", "text": "流水证实"}],
        [{"kind": "urge", "allegation": 1, "addressee": "豫0326", "demand": "限期发放工资款", "period": "10日"}],
    )
    t.on("2026-09-15").sign_opinion(*mid.bodies)
    t.on("2026-09-16").approve_all(mid)
    t.on("2026-09-17").issue(mid, "urge", text="请限期发放工资款。", measures="三日内审批，逐人发放")
    t.on("2026-09-22").reply(low.enforcement, t.duty("urge"), "已全部发放。", "发放凭证十二份")
    t.on("2026-09-23").close(mid.enforcement_clerk, t.duty("urge"))
    t.feed_back(
        mid.enforcement_clerk,
        "feedback_handling",
        "告知工资款已发放。",
        staff="执行局内勤",
        helped="监察室内勤",
        attitude="satisfied",
    )
    t.on("2026-09-24").archive(mid.enforcement_clerk, "正卷1册36页", "工资款已发放，已反馈。")


STORY = Story("wages", "来访：农民工工资款，上级直接调查并督促发放", play)
