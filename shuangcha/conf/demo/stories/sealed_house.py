"""来信: a house sealed and never sold, and a meal taken: handling and conduct, two feedback leads (方案四(十))."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2019）豫0304执1286号"
POINTS = [
    {"text": "房产查封后为何九个月未启动评估拍卖", "allegation": 1},
    {"text": "承办人是否接受被执行人亲属吃请", "allegation": 2},
]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0304")
    handler = low.executors[2]
    executor, judge, inspector = low.executors[0], low.executors[1], low.inspectors[0]

    t.on("2020-05-21").register(
        mid.enforcement_clerk,
        subject_court="豫0304",
        subjects=[{"name": t.name_of(handler), "court": "豫0304", "title": "执行员"}],
        source="petition",
        source_facts={"channel": "来信"},
        received_on="2020-05-20",
        named=True,
        complainant={"name": "申屠拾光", "phone": "13800000001", "address": "洛阳市瀍河区某小区"},
        cases=[
            {"number": NUMBER, "filed_on": "2019-03-06", "officers": [{"name": t.name_of(handler), "role": "承办人"}]}
        ],
        title="反映一起借款合同执行案长期不处置已查封房产",
        summary="2019年8月查封被执行人住宅一套，此后九个月未启动评估拍卖；另反映承办人接受被执行人亲属吃请。",
        allegations=[
            {"kind": "handling", "text": "查封房产后九个月未启动评估拍卖"},
            {"kind": "conduct", "text": "承办人接受被执行人亲属吃请"},
        ],
    )
    t.put_forward(mid.enforcement_clerk, "反映事项具体，附有案号，拟提交联席会议研究")
    t.convene(mid.enforcement_clerk, "2020-05-25")
    t.on("2020-05-25").sit(
        mid,
        "item.start_and_assign",
        say=("案件办理问题具体，同意启动", "涉及干警作风，同意同步调查"),
        reason="线索具体，有案号可查",
        points=POINTS,
        minutes="会议研究来信线索一件，议定启动并交办瀍河法院。",
    )
    t.hand_down(mid, POINTS, "请就所列执行案件查封财产的处置情况和承办人的作风问题开展联合调查。")
    t.on("2020-05-26").acknowledge(low)
    t.on("2020-05-27").form_team(low, [executor, inspector, judge], "全案卷宗、节点和作风问题")

    t.on("2020-06-03").review(
        executor, "2020-06-03", {"number": NUMBER, "timely": "no", "remarks": "正卷第35页：查封后无评估委托手续"}
    )
    t.on("2020-06-05").hear_out(
        inspector, executor, "2020-06-05", "visit", "申请执行人委托代理人", "陈述多次催促处置，未得答复。"
    )
    t.on("2020-06-09").talk(
        inspector,
        executor,
        "2020-06-09",
        "承办执行员",
        "执行局执行员",
        "handler",
        "承认未及时启动评估，承认两次接受吃请。",
    )
    t.answer(executor, 1, "founded", "查封后二百八十日未启动评估，无正当理由。", 1, 2)
    t.answer(inspector, 2, "founded", "承办人承认两次接受吃请，每次人均约百元。", 3)
    t.on("2020-06-18").draft_report(
        executor,
        "5月27日组成联合调查组，调卷一件，听取意见一次，谈话一次。",
        "房产于2019年8月20日查封，至2020年5月25日未委托评估；承办人两次接受被执行人亲属吃请。",
        "承办人怠于处置财产，监督管理不到位；作风纪律要求没有落实。",
        "建议督促限期处置，并对承办人按处分权限处理。",
    )
    t.sign_report(low)
    t.on("2020-06-19").issue_report(low)

    t.on("2020-06-24").verify_report(mid.enforcement_clerk, "事实清楚，证据充分。")
    t.act(mid.enforcement_clerk, "matter.submit_for_consultation", t.file)
    t.convene(mid.supervision_clerk, "2020-06-29", "第二会议室")
    t.on("2020-06-29").sit(
        mid,
        "item.consult",
        say=("采纳调查结论", "采纳调查结论"),
        text="采纳报告结论，形成检查意见。",
        minutes="会商瀍河法院调查报告，采纳其结论。",
    )
    t.draft_opinion(
        mid.enforcement_clerk,
        "查封财产九个月未处置；承办人两次接受吃请。",
        "督促限期启动评估拍卖，作风问题移送职能部门处理。",
        [
            {"allegation": 1, "finding": "founded", "text": "有卷宗和谈话笔录证实"},
            {"allegation": 2, "finding": "founded", "text": "承办人承认", "misconduct": True},
        ],
        [
            {"kind": "urge", "allegation": 1, "addressee": "豫0304", "demand": "限期启动评估拍卖", "period": "30日"},
            {
                "kind": "refer_discipline",
                "allegation": 2,
                "addressee": "豫03",
                "demand": "按处分权限处理",
                "period": "2月",
            },
        ],
    )
    t.on("2020-06-30").sign_opinion(*mid.bodies)
    t.on("2020-07-01").approve("office", mid.office)
    t.approve("deputy", mid.deputies[0])
    t.on("2020-07-02").approve("head", mid.head, "同意检查意见，抓好督办。")

    t.on("2020-07-03").issue(
        mid, "urge", text="请瀍河法院依法加快处置已查封房产。", measures="十日内委托评估，评估完成后及时拍卖"
    )
    t.issue(
        mid,
        "refer_discipline",
        text="移送承办人违反作风规定问题。",
        organ="瀍河法院机关纪委",
        ground="干部管理权限",
        evidence="调查报告、谈话笔录各一份",
    )
    t.feed_back(
        mid.enforcement_clerk,
        "feedback_handling",
        "告知查封财产已督促限期处置。",
        staff="执行局内勤",
        helped="监察室内勤",
        attitude="satisfied",
    )
    t.on("2020-07-06").feed_back(
        mid.supervision_clerk,
        "feedback_conduct",
        "告知作风问题已移送处理。",
        staff="监察室内勤",
        helped="执行局内勤",
        way="letter",
    )
    t.act(
        mid.supervision_clerk,
        "duty.appease",
        t.duty("feedback_conduct"),
        on="2020-07-06",
        way="talk",
        text="解释处理依据，反映人表示不再信访。",
    )
    t.on("2020-07-28").reply(
        low.enforcement, t.duty("urge"), "已委托评估并发布拍卖公告。", "委托评估函、拍卖公告各一份"
    )
    t.on("2020-07-30").close(mid.enforcement_clerk, t.duty("urge"))
    t.on("2020-08-20").reply(
        mid.supervision_clerk,
        t.duty("refer_discipline"),
        "职能部门已作出处理决定。",
        "处理决定书一份",
        result="诫勉谈话",
    )
    t.close(mid.supervision, t.duty("refer_discipline"))
    t.on("2020-08-24").archive(mid.enforcement_clerk, "正卷1册86页，副卷1册20页", "两项处理已销号，两项反馈已完成。")


STORY = Story("sealed_house", "来信反映查封房产不处置和承办人吃请", play)
