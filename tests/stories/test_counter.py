"""What the plan forbids on the way is refused with a sentence: the counter-checks of the told matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shuangcha.access.refusals import Invalid, NotAllowed, Refused, Stale
from shuangcha.conf.demo.cast import cast

pytestmark = pytest.mark.django_db
PlayUntil = Callable[..., Any]
MID = cast("豫03")


# --- 联席会议与交办 ---
def test_an_inspection_clue_waits_for_the_teams_opinion(play_until: PlayUntil) -> None:
    """方案四(四)."""
    teller = play_until("inspection_report", "clue.register")
    teller.act(MID.supervision_clerk, "clue.put_forward", teller.clue, reason="先行筛选")
    with pytest.raises(NotAllowed, match="尚缺巡查组"):
        teller.act(MID.supervision_clerk, "clue.submit", teller.clue)


def test_only_the_receiver_screens(play_until: PlayUntil) -> None:
    """方案四(二) 分别收集筛选: for the other body the clue is not even to be found."""
    teller = play_until("sealed_house", "clue.register")
    with pytest.raises(Refused) as refused:
        teller.act(MID.supervision_clerk, "clue.put_forward", teller.clue, reason="代为筛选")
    assert refused.value.status == 404


def test_a_clue_about_its_head_is_not_handed_down(play_until: PlayUntil) -> None:
    teller = play_until("about_president", "item.list")
    item, (chair, second) = teller.item(teller.clue), MID.bodies
    meeting = teller.on("2025-02-28").meeting
    teller.act(
        chair, "meeting.open", meeting, chair=teller.uid_of(chair), attendees=[teller.uid_of(one) for one in MID.bodies]
    )
    for one in MID.bodies:
        teller.act(one, "item.declare", item)
    for one in MID.bodies:
        teller.act(one, "item.take_position", item, stance="agree", text="同意")
    points = [{"text": "是否干预拍卖", "allegation": 1}]
    with pytest.raises(NotAllowed, match="不得交该院办理"):
        teller.both(chair, second, "item.start_and_assign", item, reason="交办", points=points)


def test_a_basic_court_cannot_hand_down_to_itself(play_until: PlayUntil) -> None:
    """方案四(五): the assignee is a court below."""
    low = cast("豫0304")
    teller = play_until("own_court", "item.take_position")
    item = teller.item(teller.clue)
    teller.act(low.supervision, "item.take_position", item, stance="agree", text="同意")
    with pytest.raises(NotAllowed, match="不是本院的下级法院"):
        teller.act(
            low.enforcement, "item.start_and_assign", item, reason="交办", points=[{"text": "要点", "allegation": 1}]
        )


def test_a_decision_needs_both_positions(play_until: PlayUntil) -> None:
    """方案四(三) 共同研究决定."""
    teller = play_until("sealed_house", "item.take_position")
    with pytest.raises(NotAllowed, match="监察机构尚未"):
        teller.act(MID.enforcement, "item.decline", teller.item(teller.clue), reason="不启动")


def test_one_person_does_not_sign_for_both_bodies(play_until: PlayUntil) -> None:
    from shuangcha.acts import door
    from shuangcha.audit.models import Proposal

    teller = play_until("sealed_house", "meeting.close")
    hop = teller.newest("assignment", teller.file)
    content = {
        "points": [{"text": "要点", "allegation": 1}],
        "demands": "按期报告",
        "contact": "内勤",
        "content": "请调查",
    }
    outcome = teller.act(MID.supervision, "assignment.hand_down", hop, **content)
    proposal = Proposal.objects.get(uid=outcome.proposal)
    for login in (MID.supervision, "shao.zhaoyu"):  # the same person, and a deputy head of the same body
        with pytest.raises(NotAllowed):
            door.sign(proposal.uid, teller.viewer(login), seen_sha=proposal.content_sha, now=teller.now)
    with pytest.raises(Stale):
        door.sign(proposal.uid, teller.viewer(MID.enforcement), seen_sha="0" * 64, now=teller.now)
    hop.refresh_from_db()
    assert (hop.version, hop.handed_on) == (1, None)


def test_what_a_body_has_acknowledged_is_not_recalled(play_until: PlayUntil) -> None:
    """撤回 only before the other side has acted."""
    low = cast("豫0307")
    teller = play_until("put_off", "assignment.hand_down")
    hop = teller.newest("assignment", teller.file)
    teller.act(low.enforcement, "assignment.acknowledge", hop)
    with pytest.raises(NotAllowed, match="已有机构签收"):
        teller.act(MID.enforcement, "assignment.recall", hop, reason="撤回")


def test_what_is_listed_is_not_taken_back(play_until: PlayUntil) -> None:
    teller = play_until("sealed_house", "item.list")
    with pytest.raises(NotAllowed, match="已编入议程"):
        teller.act(MID.enforcement_clerk, "clue.withdraw_submission", teller.clue, reason="撤回")


# --- 调查与报告 ---
def test_a_team_needs_both_bodies_and_nobody_recused(play_until: PlayUntil) -> None:
    """方案四(六)."""
    low = cast("豫0304")
    teller = play_until("sealed_house", "assignment.acknowledge")
    with pytest.raises(Invalid) as refused:
        teller.form_team(low, low.executors[:2], "全案")
    assert "没有监察机构人员" in refused.value.sentence
    with pytest.raises(Invalid) as refused:
        teller.form_team(low, [low.inspectors[0], low.executors[2]], "全案")  # the handler complained of
    assert "应当回避" in refused.value.sentence


def test_a_report_is_refused_while_a_point_is_open_or_a_part_is_empty(play_until: PlayUntil) -> None:
    """方案四(八)."""
    low = cast("豫0304")
    teller = play_until("sealed_house", "round.answer_point")
    report = teller.draft_report(low.executors[0], "经过", "事实", "", "意见")
    with pytest.raises(NotAllowed, match="缺少问题分析"):
        teller.sign_report(low)
    teller.act(
        low.executors[0], "report.revise", report, process="经过", facts="事实", analysis="分析", proposal="意见"
    )
    with pytest.raises(NotAllowed, match="核查要点第2项尚未答复"):
        teller.sign_report(low)


def test_an_extension_is_asked_once_and_before_the_end(play_until: PlayUntil) -> None:
    low = cast("豫0304")
    teller = play_until("extended", "assignment.grant_extension")
    hop = teller.newest("assignment", teller.file)
    with pytest.raises(NotAllowed, match="只能延长一次"):
        teller.act(low.enforcement, "assignment.ask_extension", hop, period="5日", reason="再延")
    teller = play_until("returned_opinion", "assignment.refuse_extension")
    hop = teller.newest("assignment", teller.file)
    with pytest.raises(NotAllowed, match="已经届满"):
        teller.on("2026-08-24").act(
            cast("豫0329").enforcement, "assignment.ask_extension", hop, period="5日", reason="已过期"
        )


def test_who_is_not_of_the_team_records_nothing(play_until: PlayUntil) -> None:
    low = cast("豫0304")
    teller = play_until("sealed_house", "round.form_team")
    with pytest.raises(NotAllowed):
        teller.other_way(
            low.executors[3] if len(low.executors) > 3 else low.enforcement, "2020-05-27", "自行查看", "查看"
        )


# --- 检查意见 ---
def test_unfounded_admits_no_disposition_and_founded_needs_one(play_until: PlayUntil) -> None:
    """方案四(九), 四(十一)."""
    teller = play_until("slow_freeze", "item.consult")
    unfounded = [{"allegation": n, "finding": "unfounded", "text": "不属实"} for n in (1, 2)]
    urge = {"kind": "urge", "allegation": 1, "addressee": "豫0305", "demand": "督办", "period": "30日"}
    with pytest.raises(Invalid):
        teller.draft_opinion(MID.supervision_clerk, "事实", "意见", unfounded, [urge])
    founded = [{"allegation": 1, "finding": "founded", "text": "属实"}, unfounded[1]]
    with pytest.raises(Invalid):
        teller.draft_opinion(MID.supervision_clerk, "事实", "意见", founded, [])


def test_who_signed_is_skipped_by_name_and_both_texts_are_kept(
    matter: Callable[[str], Any], play_until: PlayUntil
) -> None:
    """House rule on 方案二: 办公室主任 signed as 执行局副局长; the opinion was returned once and changed twice."""
    from shuangcha.casefile import models as cf

    opinion = cf.Opinion.rows.get(matter=matter("returned_opinion"))
    links = list(
        cf.Approval.rows.filter(opinion=opinion).order_by("id").values_list("level", "person__login", "result")
    )
    assert ("office", MID.office, "skip") in links
    assert ("deputy", MID.deputies[1], "return") in links
    assert ("deputy", MID.deputies[0], "change") in links
    assert links[-1] == ("head", MID.head, "change")
    versions = list(cf.OpinionVersion.rows.filter(opinion=opinion).order_by("n"))
    assert [one.changed_by_id is not None for one in versions] == [False, False, True, True]
    assert len({one.text for one in versions}) == 4
    teller = play_until("returned_opinion", "opinion.sign")
    with pytest.raises(Stale):
        teller.approve("office", MID.office)


def test_the_head_of_the_enforcement_body_does_not_approve_what_he_signed(play_until: PlayUntil) -> None:
    """方案二: he is a deputy head of the leading group too."""
    teller = play_until("sealed_house", "opinion.office_approve")
    with pytest.raises(NotAllowed, match="依规跳过"):
        teller.approve("deputy", MID.enforcement)


# --- 处理、反馈、结案 ---
def _lead(teller_file: Any, kind: str) -> list[str]:
    from shuangcha.casefile import models as cf

    return sorted(cf.Duty.rows.filter(matter=teller_file, kind=kind).values_list("lead_body__kind", flat=True))


def test_feedback_has_the_lead_that_the_complaint_asks_for(matter: Callable[[str], Any]) -> None:
    """方案四(十): handling by the enforcement body, conduct by the supervision body; both where both were complained of."""
    mixed = matter("sealed_house")
    assert _lead(mixed, "feedback_handling") == ["enforcement"]
    assert _lead(mixed, "feedback_conduct") == ["supervision"]
    assert _lead(mixed, "clarify") == []
    unfounded = matter("slow_freeze")
    assert _lead(unfounded, "tell_unfounded") == ["enforcement", "supervision"]
    assert len(_lead(unfounded, "clarify")) == 1
    assert _lead(unfounded, "feedback_handling") == []


def test_where_nobody_complained_nobody_is_told(matter: Callable[[str], Any]) -> None:
    """方案四(十) 需要…反馈的; an unfounded complaint is still cleared (方案四(十一))."""
    from shuangcha.casefile import models as cf

    for key in ("old_number", "inspection_report", "taken_over", "put_off", "on_paper"):
        kinds = set(cf.Duty.rows.filter(matter=matter(key)).values_list("kind", flat=True))
        assert not kinds & {"feedback_handling", "feedback_conduct", "tell_unfounded"}
    assert list(cf.Duty.rows.filter(matter=matter("reopened")).values_list("kind", flat=True)) == ["clarify"]


def test_the_other_body_does_not_lead_the_feedback(play_until: PlayUntil) -> None:
    teller = play_until("sealed_house", "duty.issue_refer_discipline")
    content = {
        "who": "complainant",
        "way": "phone",
        "on": "2020-07-03",
        "staff": "内勤",
        "helped": "内勤",
        "points": "告知",
        "attitude": "none",
    }
    with pytest.raises(NotAllowed):
        teller.act(MID.enforcement_clerk, "duty.feed_back_conduct", teller.duty("feedback_conduct"), **content)
    with pytest.raises(NotAllowed):
        teller.act(MID.supervision_clerk, "duty.feed_back_handling", teller.duty("feedback_handling"), **content)


def test_a_relay_ends_before_the_superior_courts_day_and_closes_first(play_until: PlayUntil) -> None:
    """方案四(九)2 逐级."""
    low, high = cast("豫0305"), cast("豫")
    teller = play_until("three_levels", "duty.issue_urge")
    urge = teller.duty("urge")
    with pytest.raises(Invalid, match="晚于上级法院指定的2026-10-08"):
        teller.both(MID.enforcement, MID.supervision, "duty.relay", urge, text="转发", period="60日")
    teller = play_until("three_levels", "duty.relay")
    relayed = teller.duty("urge")
    with pytest.raises(NotAllowed, match="尚未销号"):
        teller.act(MID.enforcement, "duty.urge_reply", relayed.parent, text="已转发")
    with pytest.raises(NotAllowed):
        teller.act(high.enforcement_clerk, "duty.urge_reply", relayed.parent, text="代答")
    teller.reply(low.enforcement, relayed, "已发放", "凭证")
    with pytest.raises(NotAllowed):
        teller.act(low.enforcement, "duty.urge_check", relayed, text="自行核验")


def test_points_are_deducted_only_after_a_talk_or_a_circular(play_until: PlayUntil) -> None:
    """方案四(九)4 被约谈或通报的法院."""
    teller = play_until("inspection_report", "duty.issue_improve")
    with pytest.raises(NotAllowed, match="尚未被约谈或通报"):
        teller.issue(MID, "assess", text="登记扣分项", year=2026, rule="考评办法", points="0.5")


def test_nothing_is_archived_while_anything_is_open(play_until: PlayUntil) -> None:
    """§3 结案归档 refused while anything is open: first a duty, then a paper."""
    from shuangcha.casefile import models as cf

    teller = play_until("sealed_house", "duty.urge_close")
    words = {"volumes": "正卷1册", "place": "档案室", "summary": "结案"}
    with pytest.raises(Stale):
        teller.act(MID.enforcement_clerk, "matter.archive", teller.file, **words)
    teller = play_until("sealed_house", last_day="2020-08-20")
    assert not cf.Duty.rows.filter(matter=teller.file).exclude(stage__in=["closed", "done"]).exists()
    with pytest.raises(NotAllowed, match="应出文书尚未登记"):
        teller.act(MID.enforcement_clerk, "matter.archive", teller.file, **words)
    teller.register_papers()
    teller.act(MID.enforcement_clerk, "matter.archive", teller.file, **words)
    assert not cf.Todo.rows.filter(matter=teller.file).exists()
    assert not cf.Limit.rows.filter(matter=teller.file, stopped_on__isnull=True).exists()


# --- 案号 ---
def test_numbers_of_ended_courts_lead_to_their_successor(matter: Callable[[str], Any]) -> None:
    """A number stays as written; the court that answers for it is the successor."""
    from shuangcha.casefile import models as cf

    file = matter("ended_court")
    cases = cf.EnforcementCase.rows.filter(clue_links__clue__matter_links__matter=file)
    assert {one.number: one.court.code for one in cases} == {
        "（2021）豫0306执88号": "豫0306",
        "（2020）豫0322执恢31号": "豫0322",
    }
    assert {one.court.successor.code for one in cases} == {file.target_court.code} == {"豫0308"}


def test_an_old_number_stays_as_written_and_one_born_on_the_way_is_linked(matter: Callable[[str], Any]) -> None:
    from shuangcha.casefile import models as cf

    old = cf.EnforcementCase.rows.get(clue_links__clue__matter_links__matter=matter("old_number"), is_standard=False)
    assert old.number == old.raw
    born = cf.EnforcementCase.rows.get(number="（2025）豫03执监12号")
    assert list(born.links_in.values_list("origin__number", flat=True)) == ["（2024）豫0324执210号"]
    assert cf.Matter.rows.get(find_text__contains=born.number) == matter("about_president")


def test_a_number_of_another_court_is_refused(play_until: PlayUntil) -> None:
    teller = play_until("set_aside_letter", "clue.register")
    with pytest.raises(Invalid) as refused:
        teller.register(
            MID.enforcement_clerk,
            subject_court="豫0326",
            source="petition",
            source_facts={"channel": "来信"},
            received_on="2026-09-14",
            cases=[{"number": "（2025）豫0304执1号"}],
            title="标题",
            summary="摘要",
            allegations=[{"kind": "handling", "text": "事项"}],
        )
    assert (
        "cases.0.number" in str(refused.value.errors)
        or "豫0304" in refused.value.sentence
        or "瀍河" in refused.value.sentence
    )
