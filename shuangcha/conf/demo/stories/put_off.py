"""舆情: taken back before it is listed, put off once, decided later; an 交办 recalled, an urging recalled and sent back."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2026）豫0307执119号"
POINTS = [{"text": "清场是否依法送达公告", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0307")
    executor, inspector = low.executors[0], low.inspectors[0]

    t.on("2026-08-03").register(
        mid.enforcement_clerk,
        subject_court="豫0307",
        source="incident",
        source_facts={"event_kind": "舆情", "origin": "短视频平台", "on": "2026-08-02"},
        received_on="2026-08-03",
        urgent=True,
        cases=[{"number": NUMBER, "filed_on": "2026-01-20"}],
        title="短视频反映强制清场粗暴",
        summary="视频显示清场时没有见证人，物品散落。",
        allegations=[{"kind": "handling", "text": "强制清场程序不规范"}],
    )
    t.act(mid.enforcement_clerk, "clue.put_forward", t.clue, reason="舆情正在发酵")
    t.act(mid.enforcement_clerk, "clue.submit", t.clue)
    t.on("2026-08-04").act(mid.enforcement_clerk, "clue.withdraw_submission", t.clue, reason="先补充原始视频")
    t.on("2026-08-05").act(mid.enforcement_clerk, "clue.submit", t.clue, note="已补充原始视频")
    t.convene(mid.enforcement_clerk, "2026-08-10")
    t.on("2026-08-10").sit(
        mid,
        "item.defer",
        say=("公安机关正在调查，建议暂缓", "同意暂缓"),
        stances=("reserve", "agree"),
        reason="等待公安机关对冲突的认定",
        revisit_on="2026-09-18",
        minutes="议定暂缓，9月18日再议。",
    )
    t.on("2026-09-15").convene(mid.enforcement_clerk, "2026-09-18")
    t.on("2026-09-18").sit(
        mid,
        "item.start_and_assign",
        say=("认定已有结果，同意启动", "同意启动"),
        reason="公安机关已有认定",
        points=POINTS,
        minutes="再议舆情线索，议定启动并交办偃师区法院。",
    )
    t.on("2026-09-21").hand_down(mid, POINTS, "请就清场程序开展调查。")
    hop = t.newest("assignment", t.file)
    t.both(mid.enforcement, mid.supervision, "assignment.recall", hop, reason="核查要点遗漏物品保管")
    points = [*POINTS, {"text": "现场物品如何登记保管", "allegation": 1}]
    t.on("2026-09-22").hand_down(mid, points, "请就清场程序和物品保管开展调查。")
    t.on("2026-09-23").acknowledge(low)
    t.on("2026-09-24").form_team(low, [executor, inspector], "清场录像和清单")
    t.on("2026-09-28").hear_out(inspector, executor, "2026-09-28", "phone", "被执行人", "称没有接到公告。", "recorded")
    t.on("2026-09-29").review(
        executor, "2026-09-29", {"number": NUMBER, "civil": "no", "remarks": "正卷第66页：没有见证人签名"}
    )
    t.answer(executor, 1, "partly", "公告已张贴，但没有见证人。", 1, 2)
    t.answer(executor, 2, "founded", "清单漏记七件物品。", 2)
    t.on("2026-10-10").draft_report(
        executor,
        "电话约谈、调卷各一次。",
        "公告已张贴，无见证人；清单漏记七件。",
        "现场组织不规范。",
        "督促限期补正并返还物品。",
    )
    t.sign_report(low)
    t.on("2026-10-12").issue_report(low)
    t.on("2026-10-13").consult(mid, mid.enforcement_clerk, "2026-10-15", "与录像一致。", "采纳报告。")
    t.draft_opinion(
        mid.enforcement_clerk,
        "清场不规范属实。",
        "督促限期补正。",
        [{"allegation": 1, "finding": "founded", "text": "录像证实"}],
        [{"kind": "urge", "allegation": 1, "addressee": "豫0307", "demand": "补正清单并返还物品", "period": "15日"}],
    )
    t.on("2026-10-16").sign_opinion(*mid.bodies)
    t.approve_all(mid, 1)
    t.on("2026-10-19").issue(mid, "urge", text="请补正清单。", measures="逐件返还")
    t.both(mid.enforcement, mid.supervision, "duty.recall", t.duty("urge"), reason="正文日期有误")
    t.on("2026-10-20").issue(mid, "urge", text="请于期限内补正清单并返还物品。", measures="逐件返还，取得收条")
    t.on("2026-10-28").reply(low.enforcement, t.duty("urge"), "已返还五件。", "收条五份")
    t.act(mid.enforcement_clerk, "duty.send_back", t.duty("urge"), reason="尚有二件没有返还", period="10日")
    t.on("2026-11-04").reply(low.enforcement, t.duty("urge"), "余下二件已返还。", "收条二份")
    t.on("2026-11-05").close(mid.enforcement_clerk, t.duty("urge"))
    t.on("2026-11-06").archive(mid.enforcement_clerk, "正卷1册70页", "督办已销号；舆情线索无反映人。")


STORY = Story("put_off", "舆情：暂缓后再议；撤回提交、撤回交办、撤回处理", play)
