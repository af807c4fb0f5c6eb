"""检察建议: an extension refused; the opinion is returned by a deputy head, changed by another and by the head;
who signed is skipped."""

from __future__ import annotations

from typing import Any

from ..cast import cast
from ..scenes import Teller
from ..story import Story

NUMBER = "（2026）豫0329执55号"
POINTS = [{"text": "评估报告送达是否合法", "allegation": 1}, {"text": "是否低价处置股权", "allegation": 2}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0329")
    executor, inspector = low.executors[0], low.inspectors[0]
    signer = mid.office  # 执行局副局长, who is also 办公室主任: what he signs he does not approve

    t.on("2026-07-13").register(
        mid.enforcement_clerk,
        subject_court="豫0329",
        source="prosecutor",
        source_facts={"office": "洛阳市伊川县人民检察院", "number": "伊检执监〔2026〕4号", "on": "2026-07-09"},
        received_on="2026-07-13",
        cases=[{"number": NUMBER, "filed_on": "2026-01-08"}],
        title="检察建议：股权处置程序违法",
        summary="检察机关建议纠正评估送达和低价处置。",
        allegations=[{"kind": "handling", "text": "评估报告没有送达"}, {"kind": "handling", "text": "低价处置股权"}],
    )
    t.put_forward(mid.enforcement_clerk, "检察建议应当研究答复")
    t.convene(mid.enforcement_clerk, "2026-07-20")
    t.on("2026-07-20").sit(
        mid,
        "item.start_and_assign",
        say=("同意启动", "同意启动"),
        reason="检察建议",
        points=POINTS,
        minutes="议定启动并交办伊川法院。",
    )
    t.on("2026-07-21").hand_down(mid, POINTS, "请就检察建议所列问题开展联合调查。")
    t.on("2026-07-22").acknowledge(low)
    t.on("2026-07-23").form_team(low, [executor, inspector], "评估送达和处置价格")
    hop = t.newest("assignment", t.file)
    t.on("2026-08-10").act(low.supervision, "assignment.ask_extension", hop, period="10日", reason="工作安排冲突")
    t.on("2026-08-11").both(
        mid.supervision, mid.enforcement, "assignment.refuse_extension", hop, reason="理由不成立，按期报告"
    )
    t.on("2026-08-12").review(
        executor, "2026-08-12", {"number": NUMBER, "lawful": "no", "remarks": "正卷第81页：评估报告没有送达回证"}
    )
    t.answer(executor, 1, "founded", "没有送达回证。", 1)
    t.answer(inspector, 2, "unfounded", "成交价高于评估价。", 1)
    t.on("2026-08-19").draft_report(
        executor, "调卷一件。", "评估报告没有送达；成交价高于评估价。", "送达不规范。", "建议监督纠正。"
    )
    t.sign_report(low)
    t.on("2026-08-20").issue_report(low)
    t.on("2026-08-24").consult(
        mid,
        mid.enforcement_clerk,
        "2026-08-31",
        "清楚。",
        "送达问题属实；价格问题不属实。",
        accepted=False,
        changes="报告建议一并自行纠正，会商认为应由本院立案监督。",
    )
    draft: dict[str, Any] = {
        "facts": "评估报告没有送达。",
        "text": "由本院立案监督。",
        "conclusions": [
            {"allegation": 1, "finding": "founded", "text": "没有送达回证"},
            {"allegation": 2, "finding": "unfounded", "text": "成交价高于评估价"},
        ],
        "dispositions": [
            {"kind": "correct_filing", "allegation": 1, "addressee": "豫03", "demand": "立案监督", "period": "2月"}
        ],
    }
    t.draft_opinion(mid.enforcement_clerk, **draft)
    t.on("2026-09-01").sign_opinion(signer, mid.supervision)
    t.on("2026-09-02").approve("deputy", mid.deputies[1], move="return", reason="没有写明送达缺陷对拍卖效力的影响")
    opinion = t.newest("opinion", t.file)
    t.on("2026-09-07").act(
        mid.enforcement_clerk,
        "opinion.revise",
        opinion,
        **{**draft, "text": "由本院立案监督；送达缺陷不影响拍卖效力。"},
    )
    t.on("2026-09-09").sign_opinion(signer, mid.supervision)
    t.on("2026-09-16").approve(
        "deputy",
        mid.deputies[0],
        move="change",
        facts="评估报告没有送达，有卷宗为证。",
        opinion="由本院立案监督，重新送达。",
        reason="写明证据和纠正方式",
    )
    t.on("2026-09-17").approve(
        "head",
        mid.head,
        move="change",
        facts="评估报告没有依法送达，有卷宗为证。",
        opinion="由本院立案监督，责令重新送达。",
        reason="文字修改",
    )
    t.on("2026-09-18").issue(
        mid,
        "correct_filing",
        text="本院立案监督。",
        supervision_number="（2026）豫03执监21号",
        error="评估报告没有送达",
    )
    t.feed_back(
        mid.enforcement_clerk,
        "feedback_handling",
        "函复检察机关。",
        staff="执行局内勤",
        helped="监察室内勤",
        to="transferor",
        way="letter",
    )
    t.on("2026-10-20").reply(mid.enforcement_clerk, t.duty("correct_filing"), "已裁定重新送达。", "执行监督裁定书")
    t.close(mid.enforcement, t.duty("correct_filing"))
    t.on("2026-10-22").archive(mid.enforcement_clerk, "正卷1册95页", "已监督纠正，已函复检察机关。")


STORY = Story("returned_opinion", "检察建议：不准延期；检查意见退回、修改后批准、依规跳过", play)
