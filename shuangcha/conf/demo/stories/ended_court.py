"""孟津、吉利: two numbers of courts that have ended lead to their successor."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

OF_JILI, OF_MENGJIN = "（2021）豫0306执88号", "（2020）豫0322执恢31号"
POINTS = [
    {"text": "两案合并移交后为何停滞一年以上", "allegation": 1},
    {"text": "案款管理是否存在漏洞", "allegation": 2},
]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    day = "2022-09-09"
    mid, low = cast("豫03"), cast("豫0308", day)
    executor, inspector, clerk = low.executors[0], low.inspectors[0], low.department[0]

    t.on("2022-08-29").register(
        mid.enforcement_clerk,
        subject_court="豫0308",
        source="petition",
        source_facts={"channel": "来访"},
        received_on="2022-08-29",
        named=True,
        complainant={"name": "濮阳既望", "phone": "13800000003"},
        cases=[{"number": OF_JILI, "filed_on": "2021-02-01"}, {"number": OF_MENGJIN, "filed_on": "2020-06-01"}],
        title="反映法院合并后两起执行案停滞",
        summary="原吉利法院、原孟津县法院各有一案，合并后无人承办，案款去向不明。",
        allegations=[{"kind": "handling", "text": "两案停滞一年以上"}, {"kind": "management", "text": "案款登记混乱"}],
    )
    t.put_forward(mid.enforcement_clerk, "两案均有原法院案号，继受法院明确")
    t.convene(mid.enforcement_clerk, "2022-09-08")
    t.on("2022-09-08").sit(
        mid,
        "item.start_and_assign",
        say=("同意启动", "同意启动"),
        reason="继受法院应当承担办理责任",
        points=POINTS,
        minutes="议定启动并交办孟津区法院。",
    )
    t.on("2022-09-09").hand_down(mid, POINTS, "请就继受的两起案件停滞和案款管理问题开展联合调查。")
    t.on("2022-09-13").acknowledge(low)
    t.on("2022-09-14").form_team(low, [executor, inspector, clerk], "两案卷宗与案款台账")
    t.on("2022-09-20").review(
        executor,
        "2022-09-20",
        {"number": OF_JILI, "timely": "no", "remarks": "正卷第20页：移交后无办理记录"},
        {"number": OF_MENGJIN, "timely": "no", "complete": "partly", "remarks": "正卷第31页：恢复执行后无查控"},
    )
    t.on("2022-09-22").check_system(
        executor,
        inspector,
        "2022-09-22",
        "两案移交节点缺失，案款登记缺项。",
        {"node": "案件移交", "complete": "no", "overdue": "yes"},
        {"node": "案款登记", "complete": "no"},
    )
    t.answer(executor, 1, "founded", "移交后没有及时变更承办人。", 1, 2)
    t.answer(inspector, 2, "partly", "案款未流失，但登记缺项。", 2)
    t.on("2022-09-29").draft_report(
        executor,
        "调卷二件，系统检查一次。",
        "两案自2021年末移交后停滞；案款在账，登记缺项。",
        "合并交接制度不健全。",
        "督促办理并限期改进案款管理。",
    )
    t.sign_report(low)
    t.on("2022-10-08").issue_report(low)

    t.on("2022-10-10").consult(mid, mid.enforcement_clerk, "2022-10-14", "清楚。", "采纳报告。")
    t.draft_opinion(
        mid.enforcement_clerk,
        "两案停滞属实，案款登记缺项。",
        "督促限期办理，限期改进案款管理。",
        [
            {"allegation": 1, "finding": "founded", "text": "卷宗证实"},
            {"allegation": 2, "finding": "partly", "text": "登记缺项，案款无缺"},
        ],
        [
            {"kind": "urge", "allegation": 1, "addressee": "豫0308", "demand": "限期采取执行措施", "period": "30日"},
            {"kind": "improve", "allegation": 2, "addressee": "豫0308", "demand": "完善案款台账", "period": "2月"},
        ],
    )
    t.on("2022-10-17").sign_opinion(*mid.bodies)
    t.on("2022-10-18").approve_all(mid, 1)
    t.on("2022-10-19").issue(mid, "urge", text="请限期采取执行措施。", measures="明确承办人，十日内完成查控")
    t.issue(mid, "improve", text="请限期改进案款管理。", gap="合并交接案款登记缺项", measures="逐案核对，建立台账")
    t.feed_back(
        mid.enforcement_clerk,
        "feedback_handling",
        "告知两案已明确承办人，案款无缺。",
        staff="执行局内勤",
        helped="监察室内勤",
        way="talk",
    )
    t.on("2022-11-15").reply(low.enforcement, t.duty("urge"), "两案已明确承办人并完成查控。", "查控反馈表")
    t.on("2022-11-17").close(mid.enforcement, t.duty("urge"))
    t.on("2022-12-12").reply(low.enforcement_clerk, t.duty("improve"), "案款台账已建立。", "台账复印件")
    t.on("2022-12-15").close(mid.enforcement, t.duty("improve"))
    t.on("2022-12-16").archive(mid.enforcement_clerk, "正卷1册90页", "两项处理已销号，已反馈。")


STORY = Story("ended_court", "来访：原吉利、孟津两院案件由继受法院承办", play)
