"""执行指挥中心: nodes entered late, and a case whose number dates from before 2016."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NEW, OLD = "（2023）豫0325执402号", "嵩执字第345号"
POINTS = [{"text": "终本案件节点信息是否事后补造", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0325")
    executor, inspector = low.executors[1], low.inspectors[1]

    t.on("2024-01-03").register(
        mid.enforcement_clerk,
        subject_court="豫0325",
        source="command",
        source_facts={"link": "终本案件动态管理", "on": "2024-01-02"},
        received_on="2024-01-02",
        cases=[{"number": NEW, "filed_on": "2023-02-06"}, {"number": OLD}],
        title="指挥中心发现终本节点信息异常",
        summary="终本前查控、约谈节点在同一分钟补录，其中一案为2015年旧存案件。",
        allegations=[{"kind": "management", "text": "节点信息疑似事后补造"}],
        urgent=True,
    )
    t.act(mid.enforcement_clerk, "clue.pass_on", t.clue, reason="涉及数据真实性，先由监察室筛选")
    t.act(mid.supervision_clerk, "clue.put_forward", t.clue, reason="系统日志可以核对")
    t.act(mid.supervision_clerk, "clue.submit", t.clue)
    t.convene(mid.supervision_clerk, "2024-01-09")
    t.on("2024-01-09").sit(
        mid,
        "item.start_and_assign",
        say=("同意启动", "同意启动"),
        reason="数据异常明显",
        points=POINTS,
        minutes="研究指挥中心线索一件，议定启动并交办嵩县法院。",
    )
    t.on("2024-01-10").hand_down(mid, POINTS, "请核对所列案件终本前各节点的录入时间和依据。")
    t.on("2024-01-11").acknowledge(low)
    t.on("2024-01-12").form_team(low, [inspector, executor], "系统日志和纸质卷宗逐一比对")
    t.on("2024-01-22").check_system(
        inspector,
        executor,
        "2024-01-22",
        "约谈节点事后补录，无纸质依据。",
        {"node": "财产查控"},
        {"node": "终本约谈", "complete": "no", "falsified": "suspect"},
    )
    t.on("2024-01-24").review(
        executor,
        "2024-01-24",
        {"number": NEW, "complete": "no", "remarks": "正卷第18页：缺终本约谈笔录"},
        {"number": OLD, "remarks": "旧存案件卷宗完整"},
    )
    t.answer(inspector, 1, "partly", "一案约谈节点补录且无依据，旧存案件无异常。", 1, 2)
    t.on("2024-02-05").draft_report(
        inspector,
        "系统检查、调卷各一次。",
        "一案终本约谈节点于结案当日补录，无纸质依据。",
        "节点录入缺少审核。",
        "限期改进节点审核。",
    )
    t.sign_report(low)
    t.on("2024-02-06").issue_report(low)

    t.on("2024-02-19").consult(mid, mid.supervision_clerk, "2024-02-21", "日志与报告一致。", "采纳报告。")
    t.draft_opinion(
        mid.supervision_clerk,
        "一案终本约谈节点补录无依据。",
        "限期改进执行管理。",
        [{"allegation": 1, "finding": "partly", "text": "日志证实"}],
        [{"kind": "improve", "allegation": 1, "addressee": "豫0325", "demand": "建立节点审核制度", "period": "1月"}],
    )
    t.on("2024-02-22").sign_opinion(*mid.bodies)
    t.on("2024-02-23").approve_all(mid)
    t.on("2024-02-26").issue(
        mid, "improve", text="请限期改进节点管理。", gap="终本约谈节点无审核", measures="局长逐案审核后方可录入"
    )
    t.on("2024-03-20").reply(low.enforcement, t.duty("improve"), "已制定审核办法。", "审核办法一份")
    t.act(mid.enforcement_clerk, "duty.send_back", t.duty("improve"), reason="没有说明旧案如何核对", period="15日")
    t.on("2024-04-01").reply(low.enforcement, t.duty("improve"), "已核对全部终本案件。", "核对清单一份")
    t.on("2024-04-03").close(mid.enforcement_clerk, t.duty("improve"))
    t.on("2024-04-08").archive(mid.enforcement_clerk, "正卷1册44页", "管理整改已销号；无反映人，无须反馈。")


STORY = Story("old_number", "指挥中心：节点补录，含2016年以前的旧案号", play)
