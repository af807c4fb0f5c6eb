"""不启动, re-opened on a new fact; unfounded, and nobody to be told: only the officer is cleared."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story

POINTS = [{"text": "是否存在选择性执行", "allegation": 1}]


def play(t: Teller) -> None:
    """Long on purpose: a story is told in order, from the first day to the last."""
    mid, low = cast("豫03"), cast("豫0304")
    executor, inspector = low.executors[0], low.inspectors[0]

    t.on("2026-07-06").register(
        mid.supervision_clerk,
        subject_court="豫0304",
        subjects=[{"name": t.name_of(low.executors[2]), "court": "豫0304", "title": "执行员"}],
        source="other",
        source_facts={"way": "匿名电话", "on": "2026-07-03"},
        received_on="2026-07-06",
        title="匿名反映选择性执行",
        summary="称对同一被执行人的两案只执行其中一案。",
        allegations=[{"kind": "conduct", "text": "收受好处后选择性执行"}],
    )
    t.put_forward(mid.supervision_clerk, "提请研究")
    t.convene(mid.supervision_clerk, "2026-07-13")
    t.on("2026-07-13").sit(
        mid,
        "item.decline",
        say=("没有案号和具体事实", "同意不启动"),
        reason="没有案号，没有可查的具体事实",
        minutes="议定不启动。",
    )
    t.on("2026-09-07").act(
        mid.supervision_clerk,
        "clue.reopen",
        t.clue,
        new_fact="来电人补充了两案当事人名称和时间",
        reason="出现可以核查的新事实",
    )
    t.act(mid.supervision_clerk, "clue.submit", t.clue)
    t.convene(mid.supervision_clerk, "2026-09-14")
    t.on("2026-09-14").sit(
        mid,
        "item.start_and_assign",
        say=("同意启动", "同意启动"),
        reason="新事实可查",
        points=POINTS,
        minutes="议定启动并交办瀍河法院。",
        others=(mid.executors[0],),
        recused=(mid.enforcement_deputies[1],),
    )
    t.on("2026-09-15").hand_down(mid, POINTS, "请就两案执行进度差异的原因开展联合调查。")
    t.on("2026-09-17").acknowledge(low)
    t.on("2026-09-18").form_team(low, [inspector, executor], "两案进度比对")
    t.on("2026-09-21").talk(
        inspector, executor, "2026-09-21", "执行局负责人", "执行局局长", "head", "一案先行终本系无财产可供执行。"
    )
    t.answer(inspector, 1, "unproven", "进度差异有财产状况的依据，查无选择性执行。", 1)
    t.on("2026-10-09").draft_report(
        inspector, "谈话一次，比对两案。", "进度差异因财产状况不同。", "不构成选择性执行。", "建议认定查无实据并澄清。"
    )
    t.sign_report(low)
    t.on("2026-10-12").issue_report(low)
    t.on("2026-10-14").consult(mid, mid.supervision_clerk, "2026-10-19", "理由成立。", "查无实据。")
    t.draft_opinion(
        mid.supervision_clerk,
        "查无选择性执行。",
        "予以澄清。",
        [{"allegation": 1, "finding": "unproven", "text": "查无实据"}],
        [],
    )
    t.on("2026-10-20").sign_opinion(*mid.bodies)
    t.approve_all(mid)
    t.on("2026-10-22").clarify(mid, "经查，反映问题查无实据，特此澄清。", scope="person", form="face")
    t.on("2026-10-23").archive(mid.supervision_clerk, "正卷1册30页", "查无实据，已澄清；匿名反映，无人可告知。")


STORY = Story("reopened", "匿名反映：不启动，因新事实重新提起，查无实据并澄清", play)
