"""来信: about the president of a basic court. It never enters that court; the court above investigates itself."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2024）豫0324执210号"
POINTS = [
    {"text": "是否违规干预矿权拍卖", "allegation": 1},
    {"text": "拍卖程序是否合法", "allegation": 2},
]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0324")
    leader, judge, inspector = mid.inspectors[0], mid.executors[1], mid.inspectors[1]

    t.on("2025-02-19").register(
        low.supervision_clerk,
        subject_court="豫0324",
        subjects=[{"name": t.name_of(low.president), "court": "豫0324", "title": "院长"}],
        source="petition",
        source_facts={"channel": "来信"},
        received_on="2025-02-18",
        named=True,
        complainant={"name": "皇甫知秋", "unit": "某矿业公司"},
        cases=[{"number": NUMBER, "filed_on": "2024-04-01"}],
        title="反映矿权拍卖被干预",
        summary="反映院负责人要求暂缓拍卖并指定买受人。",
        allegations=[
            {"kind": "conduct", "text": "违规干预拍卖并收受财物"},
            {"kind": "handling", "text": "拍卖程序违法"},
        ],
    )
    t.put_forward(mid.supervision_clerk, "反映下级法院负责人，应由本院直接调查")
    t.convene(mid.supervision_clerk, "2025-02-28")
    t.on("2025-02-28").sit(
        mid,
        "item.start_directly",
        say=("同意直接调查", "同意直接调查"),
        reason="反映下级法院院长，不得交该院办理",
        points=POINTS,
        others=(mid.enforcement_deputies[1],),
        minutes="议定启动并由本院直接调查。",
    )
    t.form_team(mid, [leader, judge, inspector], "拍卖卷宗、干预记录和资金往来", "round.form_own_team")
    t.on("2025-03-05").review(
        judge, "2025-03-05", {"number": NUMBER, "lawful": "no", "remarks": "正卷第77页：无理由暂缓拍卖决定"}
    )
    t.on("2025-03-11").hold_hearing(
        judge, leader, "2025-03-11", "暂缓拍卖的理由", ["申请执行人", "被执行人", "竞买人"], "竞买人称被要求退出。"
    )
    t.on("2025-03-12").talk(
        leader,
        judge,
        "2025-03-12",
        "承办法官",
        "执行局法官",
        "handler",
        "承认按要求作出暂缓决定。",
        "refused",
        "被谈话人看阅后拒绝签名",
    )
    t.on("2025-03-14").other_way(leader, "2025-03-14", "调取竞买保证金流水", "保证金系由案外人账户统一汇入。")
    t.answer(leader, 1, "founded", "干预属实，涉嫌收受财物。", 3, 4)
    t.answer(judge, 2, "founded", "暂缓拍卖没有法定理由。", 1, 2)
    t.on("2025-03-24").draft_report(
        leader,
        "调卷、听证、谈话、调取流水各一次。",
        "暂缓拍卖无法定理由；存在干预和串通竞买；涉嫌收受财物。",
        "权力运行缺少制约。",
        "移交有关机关；约谈该院并责令整改。",
    )
    t.on("2025-03-27").sign_report(mid, "report.sign_own")

    t.on("2025-04-01").consult(mid, mid.supervision_clerk, "2025-04-03", "证据充分。", "采纳直接调查报告。")
    t.draft_opinion(
        mid.supervision_clerk,
        "干预拍卖属实，涉嫌犯罪。",
        "移交监察机关，约谈该院，并由本院直接立案监督拍卖程序。",
        [
            {"allegation": 1, "finding": "founded", "text": "证据充分", "misconduct": True},
            {"allegation": 2, "finding": "founded", "text": "卷宗证实"},
        ],
        [
            {"kind": "refer_crime", "allegation": 1, "addressee": "豫03", "demand": "依法移交", "period": "30日"},
            {"kind": "correct_filing", "allegation": 2, "addressee": "豫03", "demand": "撤销违法拍卖", "period": "3月"},
            {"kind": "talk", "allegation": 2, "addressee": "豫0324", "demand": "整改拍卖管理", "period": "30日"},
        ],
    )
    t.on("2025-04-07").sign_opinion(*mid.bodies)
    t.on("2025-04-08").approve_all(mid)
    t.on("2025-04-09").issue(
        mid,
        "refer_crime",
        text="移交涉嫌犯罪问题线索。",
        organ="市监察机关",
        crime="涉嫌受贿",
        evidence="报告、笔录、流水",
    )
    t.issue(
        mid,
        "correct_filing",
        text="本院立案监督。",
        supervision_number="（2025）豫03执监12号",
        error="无法定理由暂缓拍卖，串通竞买",
    )
    t.issue(
        mid,
        "talk",
        text="约谈并责令整改。",
        ground="typical",
        whom="栾川法院党组副书记、副院长",
        held_on="2025-04-15",
        place="市中院会议室",
    )
    t.feed_back(
        mid.supervision_clerk,
        "feedback_conduct",
        "告知已移交有关机关。",
        staff="监察室内勤",
        helped="执行局内勤",
        way="letter",
    )
    t.feed_back(
        mid.enforcement_clerk,
        "feedback_handling",
        "告知已立案监督。",
        staff="执行局内勤",
        helped="监察室内勤",
        way="letter",
    )
    t.on("2025-04-30").reply(
        mid.supervision_clerk, t.duty("refer_crime"), "接收机关已立案。", "立案通知书", result="已立案审查调查"
    )
    t.close(mid.supervision, t.duty("refer_crime"))
    t.on("2025-05-07").reply(low.enforcement, t.duty("talk"), "已整改拍卖管理。", "整改报告")
    t.on("2025-05-09").close(mid.supervision, t.duty("talk"))
    t.on("2025-06-25").reply(mid.enforcement_clerk, t.duty("correct_filing"), "已裁定撤销拍卖。", "执行监督裁定书")
    t.on("2025-06-26").close(mid.enforcement, t.duty("correct_filing"))
    t.on("2025-06-27").archive(mid.enforcement_clerk, "正卷2册210页", "三项处理已销号，已反馈。")


STORY = Story("about_president", "反映基层法院院长：不进入该院，上级直接调查", play)
