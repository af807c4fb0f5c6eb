"""代表转交: an extension asked and granted, a report taken back, 补充调查 with the gaps named."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2025）豫0304执867号"
POINTS = [{"text": "是否对可供执行财产未予查控", "allegation": 1}, {"text": "终本前是否约谈申请人", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0304")
    executor, inspector, clerk = low.executors[0], low.inspectors[0], low.department[0]

    t.on("2026-07-20").register(
        mid.enforcement_clerk,
        subject_court="豫0304",
        source="deputies",
        source_facts={"who_kind": "人大代表", "who": "市人大代表某某", "on": "2026-07-17"},
        received_on="2026-07-20",
        cases=[{"number": NUMBER, "filed_on": "2025-05-06"}],
        title="人大代表转交：终本不当",
        summary="代表反映企业执行案有财产而终本。",
        allegations=[{"kind": "handling", "text": "有财产可供执行而终结本次执行程序"}],
    )
    t.put_forward(mid.enforcement_clerk, "代表转交，事实具体")
    t.convene(mid.enforcement_clerk, "2026-07-27")
    t.on("2026-07-27").sit(
        mid,
        "item.start_and_assign",
        say=("同意启动", "同意启动"),
        reason="代表转交",
        points=POINTS,
        minutes="议定启动并交办瀍河法院。",
    )
    t.on("2026-07-28").hand_down(mid, POINTS, "请就终本是否适当开展联合调查。")
    t.on("2026-07-29").acknowledge(low)
    t.on("2026-07-30").form_team(low, [executor, inspector], "财产查控和终本程序")
    hop = t.newest("assignment", t.file)
    t.on("2026-08-20").act(
        low.enforcement, "assignment.ask_extension", hop, period="15日", reason="需向外省调取不动产信息"
    )
    t.on("2026-08-21").both(
        mid.enforcement, mid.supervision, "assignment.grant_extension", hop, period="15日", reason="理由成立"
    )
    t.on("2026-08-27").review(
        executor, "2026-08-27", {"number": NUMBER, "complete": "no", "remarks": "正卷第50页：没有查询外省不动产"}
    )
    t.answer(executor, 1, "founded", "没有查询外省不动产。", 1)
    t.answer(executor, 2, "unfounded", "终本前已约谈申请人。", 1)
    t.on("2026-09-01").both(
        low.enforcement,
        low.supervision,
        "round.change_team",
        t.newest("round", t.file),
        scope="增加立案部门人员",
        reason="需要核对立案信息",
        members=[
            {"person": t.uid_of(executor), "leader": True, "statement": "无应当回避情形"},
            {"person": t.uid_of(inspector), "statement": "无应当回避情形"},
            {"person": t.uid_of(clerk), "statement": "无应当回避情形"},
        ],
    )
    t.on("2026-09-11").draft_report(
        executor, "调卷一件。", "没有查询外省不动产即终本。", "查控不全面。", "建议自行纠正，恢复执行。"
    )
    t.on("2026-09-15").sign_report(low)
    t.on("2026-09-17").issue_report(low)
    report = t.newest("report", t.file)
    t.act(low.president, "report.withdraw", report, reason="附件不全")
    t.act(
        executor,
        "report.revise",
        report,
        process="调卷一件，调取不动产信息一份。",
        facts="没有查询外省不动产即终本，外省有厂房一处。",
        analysis="查控不全面，终本不当。",
        proposal="建议自行纠正，恢复执行。",
        dissent="监察人员认为应同时核对车辆。",
    )
    t.sign_report(low)
    t.on("2026-09-18").issue_report(low)

    t.on("2026-09-21").verify_report(mid.enforcement_clerk, "没有说明车辆查控情况。", sound=False)
    t.both(
        mid.enforcement,
        mid.supervision,
        "round.order_supplement",
        t.newest("round", t.file),
        gaps="车辆查控没有查清",
        directions="补查车辆登记并说明",
        period="15日",
    )
    t.on("2026-09-29").other_way(executor, "2026-09-29", "调取车辆登记", "名下有货车二辆。")
    t.answer(executor, 1, "founded", "外省厂房和货车二辆均未查控。", 1, 2)
    t.on("2026-10-08").draft_report(
        executor, "补充调取车辆登记。", "厂房一处、货车二辆均未查控。", "查控不全面，终本不当。", "自行纠正，恢复执行。"
    )
    t.sign_report(low)
    t.on("2026-10-09").issue_report(low)

    t.on("2026-10-10").consult(mid, mid.enforcement_clerk, "2026-10-13", "已查清。", "采纳补充报告。")
    t.draft_opinion(
        mid.enforcement_clerk,
        "终本不当属实。",
        "由瀍河法院自行纠正。",
        [{"allegation": 1, "finding": "founded", "text": "查控不全面"}],
        [{"kind": "correct_self", "allegation": 1, "addressee": "豫0304", "demand": "恢复执行", "period": "15日"}],
    )
    t.on("2026-10-14").sign_opinion(*mid.bodies)
    t.approve_all(mid)
    t.on("2026-10-15").issue(
        mid, "correct_self", text="请自行纠正。", error="有财产而终本", basis="终结本次执行程序应当穷尽财产调查措施"
    )
    t.feed_back(
        mid.enforcement_clerk,
        "feedback_handling",
        "告知已责令恢复执行。",
        staff="执行局内勤",
        helped="监察室内勤",
        to="transferor",
        way="letter",
        attitude="satisfied",
    )
    t.on("2026-10-28").reply(
        low.enforcement, t.duty("correct_self"), "已恢复执行并查封。", "恢复执行通知书、查封裁定书"
    )
    t.on("2026-10-30").close(mid.enforcement_clerk, t.duty("correct_self"))
    t.on("2026-11-02").archive(mid.enforcement_clerk, "正卷1册110页", "已纠正，已向代表反馈。")


STORY = Story("extended", "代表转交：准予延期、撤回报告、补充调查", play)
