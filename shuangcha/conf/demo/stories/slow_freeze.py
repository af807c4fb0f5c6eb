"""上级交办信访: everything alleged is unfounded; told, and cleared in public (方案四(十一))."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2020）豫0305执712号"
POINTS = [
    {"text": "冻结存款是否超过法定时间", "allegation": 1},
    {"text": "承办人是否与被执行人有利益往来", "allegation": 2},
]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0305")
    handler, executor, inspector = low.executors[0], low.executors[1], low.inspectors[0]

    t.on("2020-08-24").register(
        mid.supervision_clerk,
        subject_court="豫0305",
        subjects=[{"name": t.name_of(handler), "court": "豫0305", "title": "执行员"}],
        source="superior",
        source_facts={"from_court": "河南省高级人民法院", "number": "豫高法信〔2020〕118号", "on": "2020-08-20"},
        received_on="2020-08-24",
        named=True,
        complainant={"name": "百里青禾", "phone": "13800000002"},
        cases=[
            {"number": NUMBER, "filed_on": "2020-03-02", "officers": [{"name": t.name_of(handler), "role": "承办人"}]}
        ],
        title="上级交办：反映冻结存款迟缓并怀疑利益往来",
        summary="反映立案后迟迟不冻结被执行人存款，怀疑承办人与被执行人有往来。",
        allegations=[
            {"kind": "handling", "text": "立案后一个月未冻结存款"},
            {"kind": "conduct", "text": "与被执行人有利益往来"},
        ],
    )
    t.put_forward(mid.supervision_clerk, "上级交办件，应提交联席会议")
    t.convene(mid.supervision_clerk, "2020-08-31")
    t.on("2020-08-31").sit(
        mid,
        "item.start_and_assign",
        say=("同意启动", "同意启动"),
        reason="上级交办",
        points=POINTS,
        minutes="研究上级交办信访一件，议定启动并交办涧西法院。",
    )
    t.on("2020-09-01").hand_down(mid, POINTS, "请就所列执行案件的财产查控时间和承办人廉洁情况开展联合调查。")
    t.on("2020-09-02").acknowledge(low)
    t.on("2020-09-03").form_team(low, [inspector, executor], "查控节点和廉洁情况")
    t.on("2020-09-10").check_system(
        executor,
        inspector,
        "2020-09-10",
        "查控节点完整，首次冻结在立案后第三日。",
        {"node": "财产查控"},
        {"node": "冻结扣划", "remarks": "2020-03-05冻结"},
    )
    t.on("2020-09-11").review(executor, "2020-09-11", {"number": NUMBER, "remarks": "正卷第12页：2020年3月5日冻结裁定"})
    t.on("2020-09-14").talk(
        inspector, executor, "2020-09-14", "执行局负责人", "执行局局长", "head", "承办人查控及时，未发现异常往来。"
    )
    t.answer(executor, 1, "unfounded", "立案后第三日即冻结存款。", 1, 2)
    t.answer(inspector, 2, "unfounded", "核查未发现往来。", 3)
    t.on("2020-09-27").draft_report(
        inspector,
        "组成联合调查组，系统检查、调卷、谈话各一次。",
        "立案后第三日冻结存款；未发现承办人与被执行人往来。",
        "反映问题与事实不符，系对执行进程不了解所致。",
        "建议认定反映不属实，告知反映人并予澄清。",
    )
    t.sign_report(low)
    t.on("2020-09-28").issue_report(low)

    t.on("2020-10-12").verify_report(mid.supervision_clerk, "核对系统截图和卷宗，结论可信。")
    t.act(mid.supervision_clerk, "matter.submit_for_consultation", t.file)
    t.convene(mid.supervision_clerk, "2020-10-14")
    t.on("2020-10-14").sit(
        mid,
        "item.consult",
        say=("同意报告结论", "同意报告结论"),
        text="反映问题不属实。",
        minutes="会商涧西法院调查报告，认定反映问题不属实。",
    )
    t.draft_opinion(
        mid.supervision_clerk,
        "立案后第三日冻结；无利益往来。",
        "反映问题不属实，告知反映人，并在一定范围内澄清。",
        [
            {"allegation": 1, "finding": "unfounded", "text": "有冻结裁定证实"},
            {"allegation": 2, "finding": "unfounded", "text": "未发现往来"},
        ],
        [],
    )
    t.on("2020-10-15").sign_opinion(*mid.bodies)
    t.approve("office", mid.office)
    t.on("2020-10-16").approve("deputy", mid.deputies[1])
    t.approve("head", mid.head)

    t.on("2020-10-20").feed_back(
        mid.enforcement_clerk, "tell_unfounded", "告知冻结时间有裁定为证。", staff="执行局内勤", helped="监察室内勤"
    )
    t.feed_back(
        mid.supervision_clerk,
        "tell_unfounded",
        "告知未发现利益往来。",
        staff="监察室内勤",
        helped="执行局内勤",
        way="talk",
    )
    t.on("2020-10-22").clarify(
        mid, "经联合调查，反映涧西法院承办人的问题不属实，特此澄清。", scope="department", form="meeting"
    )
    t.act(mid.supervision_clerk, "matter.disclose", t.file, subject="result", text="检查结果：反映问题不属实。")
    t.on("2020-10-26").archive(mid.supervision_clerk, "正卷1册60页", "反映不属实，已告知并澄清。")


STORY = Story("slow_freeze", "上级交办：反映不属实，告知并澄清", play)
