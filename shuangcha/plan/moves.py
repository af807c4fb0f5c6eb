"""方案四 as a table: one row is one act (办理动作). Buttons, gate, clocks, owed papers, ledger and `docs/moves.md` read it.

Moves speak of assigner 交办方 and assignee 承办方, so that any two neighbouring levels of the four can play them.
Rows marked hidden are never offered: an act named in `then` executes them on another subject in the same transaction.
"""

from __future__ import annotations

from .dispositions import DUTY_MOVES
from .model import EDITION as EDITION
from .model import SAME, Move
from .office import OFFICE_MOVES

_BODIES = ("enforcement", "supervision")
_ATTENDEES = (*_BODIES, "group_staff", "group_member")
_TEAM = ("investigation_team",)
_AT_MEETING = ("meeting_in_session", "both_bodies_attend", "declarations_complete", "both_positions")

# fmt: off
CLUE_MOVES = (
    Move("clue.register", "登记线索", "方案四(一);方案四(二)", "clue", ("",), "registered", "assigner",
         ("enforcement", "supervision", "inspection_team"), starts=("screening",), papers=("clue_form",)),
    Move("clue.give_inspection_opinion", "提出巡查督察意见", "方案四(四)", "clue",
         ("registered", "forwarded"), SAME, "assigner", ("inspection_team",),
         guards=("inspection_clue", "team_of_the_clue"), turn=True),
    Move("clue.not_repeat", "核对重复：不是同一事", "方案四(二)+D", "clue", ("registered", "forwarded", "submitted"), SAME, "assigner",
         _BODIES, guards=("repeat_to_settle",), turn=True, mark="D"),
    Move("clue.put_forward", "筛选：拟提交", "方案四(二)", "clue", ("registered",), "forwarded", "assigner", _BODIES,
         guards=("receiving_body",), starts=("meeting_wait",), stops=("screening",), turn=True),
    Move("clue.set_aside", "筛选：搁置", "方案四(二)", "clue", ("registered",), "set_aside", "assigner", _BODIES,
         guards=("receiving_body",), stops=("screening",)),
    Move("clue.pass_on", "筛选：转出", "方案四(二)", "clue", ("registered",), SAME, "assigner", _BODIES,
         guards=("receiving_body",), starts=("screening",), stops=("screening",), touches=True, mark="D"),
    Move("clue.refer_out", "筛选：转其他机关", "方案四(二)", "clue", ("registered",), "referred_out", "assigner", _BODIES,
         guards=("receiving_body",), stops=("screening",), mark="D"),
    Move("clue.take_up_again", "搁置后重新筛选", "方案四(二)", "clue", ("set_aside",), "registered", "assigner", _BODIES,
         guards=("receiving_body",), starts=("screening",), mark="D"),
    Move("clue.merge", "核对重复：并入", "方案四(二)+D", "clue", ("registered", "forwarded"), "merged", "assigner", _BODIES,
         guards=("receiving_body",), stops=("screening", "meeting_wait", "revisit"), mark="D"),
    Move("clue.unmerge", "撤销并入", "方案四(二)+D", "clue", ("merged",), "registered", "assigner", _BODIES,
         guards=("receiving_body",), starts=("screening",), mark="D"),
    Move("clue.submit", "提交联席会议", "方案四(三);方案四(四)", "clue", ("forwarded",), "submitted", "assigner", _BODIES,
         guards=("receiving_body", "inspection_opinion_given"), then=("item.queue",), turn=True),
    Move("clue.withdraw_submission", "撤回提交", "议题", "clue", ("submitted",), "forwarded", "assigner", _BODIES,
         guards=("receiving_body", "item_not_listed"), then=("item.drop",), mark="D"),
    Move("clue.reopen", "不启动后因新事实重新提起", "方案四(三)+D", "clue", ("declined",), "forwarded", "assigner", _BODIES,
         starts=("meeting_wait",), mark="D"),
    Move("clue.start", "线索启动", "方案四(三)", "clue", ("submitted",), "started", "assigner", _BODIES,
         stops=("meeting_wait", "revisit"), hidden=True),
    Move("clue.decline", "线索不启动", "方案四(三)", "clue", ("submitted",), "declined", "assigner", _BODIES,
         stops=("meeting_wait", "revisit"), hidden=True),
    Move("clue.defer", "线索暂缓", "方案四(三)+D", "clue", ("submitted",), SAME, "assigner", _BODIES,
         starts=("revisit",), stops=("revisit",), touches=True, hidden=True, mark="D"),
)
# fmt: on

# fmt: off
MEETING_MOVES = (
    Move("meeting.convene", "召集联席会议", "方案四(三);方案四(九)", "meeting", ("",), "convened", "assigner", _BODIES,
         starts=("meeting",)),
    Move("meeting.open", "开始联席会议", "方案四(三);方案四(九)", "meeting", ("convened",), "in_session", "assigner", _BODIES,
         guards=("agenda_not_empty",), turn=True),
    Move("meeting.circulate", "以传签方式研究", "方案四(三)+D", "meeting", ("convened",), "in_session", "assigner", _BODIES,
         guards=("agenda_not_empty",), mark="D"),
    Move("meeting.cancel", "取消联席会议", "议题", "meeting", ("convened",), "cancelled", "assigner", _BODIES,
         stops=("meeting",), then=("item.unlist",), mark="D"),
    Move("meeting.close", "结束联席会议并形成纪要", "方案四(三);方案四(九)", "meeting", ("in_session",), "closed", "assigner",
         _BODIES, guards=("all_items_decided",), stops=("meeting",), papers=("minutes",), turn=True, mark="D"),
    Move("item.queue", "议题待议", "方案四(三)", "item", ("",), "queued", "assigner", _BODIES, hidden=True),
    Move("item.queue_consultation", "会商议题待议", "方案四(九)", "item", ("",), "queued", "assigner", _BODIES,
         starts=("consultation",), hidden=True),
    Move("item.list", "编入议程", "方案四(三);方案四(九)", "item", ("queued",), "listed", "assigner", _BODIES,
         guards=("meeting_convened",), turn=True, mark="D"),
    Move("item.take_off", "退出议程", "议题", "item", ("listed",), "queued", "assigner", _BODIES,
         guards=("agenda_still_open",), mark="D"),
    Move("item.unlist", "随会议取消退出议程", "议题", "item", ("listed",), "queued", "assigner", _BODIES, hidden=True, mark="D"),
    Move("item.drop", "议题撤销", "议题", "item", ("queued",), "withdrawn", "assigner", _BODIES, hidden=True, mark="D"),
    Move("item.declare", "议题回避声明", "议题", "item", ("listed",), SAME, "assigner", _ATTENDEES,
         guards=("meeting_in_session", "attends_meeting", "not_yet_declared"), turn=True, mark="D"),
    Move("item.take_position", "提出本机构意见", "方案四(三);方案四(九)", "item", ("listed",), SAME, "assigner", _BODIES,
         guards=("meeting_in_session", "declarations_complete", "no_position_yet"), turn=True, mark="D"),
    Move("item.start_and_assign", "决定启动并交办", "方案四(三);方案四(五)", "item", ("listed",), "decided", "assigner", _BODIES,
         "both", guards=(*_AT_MEETING, "item_inspection_opinion_given", "court_below_to_assign", "not_about_its_head"),
         then=("clue.start", "matter.open", "assignment.open"), of=("start",), turn=True),
    Move("item.start_directly", "决定启动并直接调查", "方案四(三);方案四(六)", "item", ("listed",), "decided", "assigner", _BODIES,
         "both", guards=(*_AT_MEETING, "item_inspection_opinion_given"), papers=("direct_decision",),
         then=("clue.start", "matter.open", "round.open_direct"), of=("start",)),
    Move("item.decline", "决定不启动", "方案四(三)", "item", ("listed",), "decided", "assigner", _BODIES,
         "both", guards=_AT_MEETING, then=("clue.decline",), of=("start",)),
    Move("item.defer", "决定暂缓", "方案四(三)+D", "item", ("listed",), "queued", "assigner", _BODIES,
         "both", guards=_AT_MEETING, then=("clue.defer",), of=("start",), mark="D"),
    Move("item.consult", "会商", "方案四(九)", "item", ("listed",), "consulted", "assigner", _BODIES,
         "both", guards=(*_AT_MEETING, "report_verified"), stops=("consultation",),
         then=("report.accept", "matter.consulted"), of=("consult",), turn=True),
)
# fmt: on

# fmt: off
ASSIGNMENT_MOVES = (
    Move("assignment.open", "待联合交办", "方案四(五)", "assignment", ("",), "pending", "assigner", _BODIES,
         starts=("handing_down",), hidden=True),
    Move("assignment.hand_down", "联合交办", "方案四(五)", "assignment", ("pending",), "assigned", "assigner", _BODIES,
         "both", guards=("next_court_below", "head_not_concerned"), starts=("report", "receipt"), stops=("handing_down",),
         papers=("hand_down_notice",), then=("matter.assigned",), turn=True),
    Move("assignment.acknowledge", "双签收", "方案四(五);方案四(六)+D", "assignment", ("assigned",), "received", "assignee",
         _BODIES, "both", starts=("report",), stops=("receipt",), then=("round.open", "matter.received"), turn=True,
         mark="D"),
    Move("assignment.recall", "撤回交办", "议题", "assignment", ("assigned",), "pending", "assigner", _BODIES,
         "both", guards=("nobody_acknowledged",), starts=("handing_down",), stops=("report", "receipt"),
         then=("matter.recalled",), mark="D"),
    Move("assignment.ask_extension", "申请延期报告", "议题", "assignment", ("received",), SAME, "assignee", _BODIES,
         guards=("report_not_overdue", "not_extended_before"), mark="D"),
    Move("assignment.grant_extension", "准予延期", "议题", "assignment", ("received",), SAME, "assigner", _BODIES,
         "both", guards=("extension_pending",), starts=("report",), stops=("report",), touches=True, turn=True, mark="D"),
    Move("assignment.refuse_extension", "不准延期", "议题", "assignment", ("received",), SAME, "assigner", _BODIES,
         "both", guards=("extension_pending",), touches=True, mark="D"),
    Move("assignment.remind", "催办", "方案四(五)+D", "assignment", ("assigned", "received"), SAME, "assigner", _BODIES,
         guards=("not_reminded_today",), mark="D"),
    Move("assignment.reported", "承办方已报告", "方案四(八)", "assignment", ("received",), "reported", "assignee", _BODIES,
         stops=("report", "supplement"), hidden=True),
    Move("assignment.report_withdrawn", "报告已撤回", "议题", "assignment", ("reported",), "received", "assignee", _BODIES,
         starts=("report", "supplement"), hidden=True, mark="D"),
    Move("assignment.supplement", "补充调查期限起算", "方案四(八)", "assignment", ("reported",), "received", "assigner", _BODIES,
         starts=("supplement",), hidden=True),
    Move("assignment.taken_over", "上级法院已接手", "方案四(六);方案四(八)", "assignment",
         ("assigned", "received", "reported"), "taken_over", "assigner", _BODIES,
         stops=("report", "supplement", "receipt"), hidden=True),
    Move("assignment.close", "交办办结", "议题", "assignment", ("reported",), "closed", "assigner", _BODIES,
         hidden=True, mark="D"),
)
# fmt: on

# fmt: off
INQUIRY_MOVES = (
    Move("round.open", "首轮调查", "方案四(六)", "round", ("",), "forming", "assignee", _BODIES, starts=("team",), hidden=True),
    Move("round.open_direct", "直接调查轮次", "方案四(六);方案四(八)", "round", ("",), "forming", "assigner", _BODIES,
         starts=("team", "direct"), hidden=True),
    Move("round.open_supplement", "补充调查轮次", "方案四(八)", "round", ("",), "investigating", "assigner", _BODIES,
         hidden=True),
    Move("round.form_team", "组成联合调查组", "方案四(六)", "round", ("forming",), "investigating", "assignee", _BODIES,
         "both", stops=("team",), papers=("team_notice",), then=("matter.investigating",), of=("first",), turn=True),
    Move("round.form_own_team", "组成本院直接调查组", "方案四(六);方案四(八)", "round", ("forming",), "investigating", "assigner", _BODIES,
         "both", stops=("team",), papers=("team_notice",), then=("matter.investigating",), of=("direct",), turn=True),
    Move("round.change_team", "调整联合调查组", "方案四(六)", "round", ("investigating",), SAME, "assignee", _BODIES,
         "both", guards=("no_open_report",), touches=True, mark="D"),
    Move("record.file_review", "调卷审查", "方案四(七)1", "record", ("",), "filed", "either", _TEAM,
         guards=("round_investigating", "team_member", "has_enforcement_case"), parent="round", parent_at=("investigating",)),
    Move("record.system_check", "系统检查", "方案四(七)2", "record", ("",), "filed", "either", _TEAM,
         guards=("round_investigating", "team_member"), parent="round", parent_at=("investigating",)),
    Move("record.hearing_out", "听取当事人或信访人意见", "方案四(七)3", "record", ("",), "filed", "either", _TEAM,
         guards=("round_investigating", "team_member"), parent="round", parent_at=("investigating",)),
    Move("record.interview", "内部谈话", "方案四(七)4", "record", ("",), "filed", "either", _TEAM,
         guards=("round_investigating", "team_member"), parent="round", parent_at=("investigating",)),
    Move("record.hearing", "组织听证", "方案四(七)5", "record", ("",), "filed", "either", _TEAM,
         guards=("round_investigating", "team_member"), parent="round", parent_at=("investigating",)),
    Move("record.other_way", "其他方式调查", "方案四(七)6", "record", ("",), "filed", "either", _TEAM,
         guards=("round_investigating", "team_member"), parent="round", parent_at=("investigating",)),
    Move("round.answer_point", "答复核查要点", "方案四(五)+D", "round", ("investigating",), SAME, "either", _TEAM,
         guards=("team_member", "report_not_signed"), turn=True, mark="D"),
    Move("report.draft", "起草调查报告", "方案四(八)", "report", ("",), "draft", "either", _TEAM,
         guards=("round_investigating", "team_member", "no_open_report"), parent="round", parent_at=("investigating",)),
    Move("report.revise", "修改调查报告", "方案四(八)", "report", ("draft", "signed"), "draft", "either", _TEAM,
         guards=("report_team_member",), touches=True),
    Move("report.sign", "两机构签署调查报告", "方案四(五);方案四(八)+D", "report", ("draft",), "signed", "assignee", _BODIES,
         "both", guards=("report_parts_filled", "all_points_answered"), of=("first", "supplement"), turn=True, mark="D"),
    Move("report.issue", "院长签发上报调查报告", "方案四(五);方案四(八)", "report", ("signed",), "submitted", "assignee",
         ("president",), guards=("report_parts_filled", "all_points_answered"), starts=("verification",), papers=("report",),
         then=("round.reported", "assignment.reported", "matter.reported"), of=("first", "supplement"), turn=True),
    Move("report.sign_own", "签署本院直接调查报告", "方案四(六);方案四(八)+D", "report", ("draft",), "submitted", "assigner", _BODIES,
         "both", guards=("report_parts_filled", "all_points_answered"), starts=("verification",), papers=("report",),
         then=("round.reported", "matter.reported"), of=("direct",), turn=True, mark="D"),
    Move("report.withdraw", "撤回调查报告", "议题", "report", ("submitted",), "draft", "assignee", ("president",),
         stops=("verification",), then=("round.report_withdrawn", "assignment.report_withdrawn", "matter.report_withdrawn"),
         of=("first", "supplement"), mark="D"),
    Move("report.verify", "核查调查报告", "方案四(九)", "report", ("submitted",), "verified", "assigner", _BODIES,
         stops=("verification",), then=("matter.verified",), turn=True),
    Move("report.accept", "报告会商采用", "方案四(九)", "report", ("verified",), "accepted", "assigner", _BODIES, hidden=True),
    Move("report.returned", "报告退回补充", "方案四(八)", "report", ("verified",), "returned", "assigner", _BODIES, hidden=True),
    Move("report.superseded", "报告由直接调查取代", "方案四(八)", "report", ("draft", "signed", "verified"), "superseded",
         "assigner", _BODIES, hidden=True),
    Move("round.reported", "调查已报告", "方案四(八)", "round", ("investigating",), "reported", "assignee", _BODIES,
         stops=("direct",), hidden=True),
    Move("round.report_withdrawn", "报告已撤回", "议题", "round", ("reported",), "investigating", "assignee", _BODIES,
         hidden=True, mark="D"),
    Move("round.order_supplement", "责令补充调查", "方案四(八)", "round", ("reported",), "closed", "assigner", _BODIES,
         "both", guards=("round_report_verified",), papers=("supplement_notice",),
         then=("report.returned", "round.open_supplement", "assignment.supplement", "matter.reinvestigating"),
         of=("first", "supplement")),
    Move("round.close", "调查轮次结束", "方案四(九)", "round", ("reported",), "closed", "assigner", _BODIES, hidden=True),
    Move("round.end", "调查轮次终止", "方案四(六)", "round", ("forming", "investigating", "reported"), "ended",
         "assigner", _BODIES, stops=("team", "direct"), hidden=True),
)
# fmt: on

# fmt: off
MATTER_MOVES = (
    Move("matter.open", "双查案件启动", "方案四(三)", "matter", ("",), "opened", "assigner", _BODIES, hidden=True),
    Move("matter.assigned", "已交办", "方案四(五)", "matter", ("opened",), "assigned", "assigner", _BODIES, hidden=True),
    Move("matter.recalled", "交办已撤回", "议题", "matter", ("assigned",), "opened", "assigner", _BODIES, hidden=True, mark="D"),
    Move("matter.received", "已双签收", "方案四(六)", "matter", ("assigned",), "received", "assignee", _BODIES, hidden=True),
    Move("matter.investigating", "调查中", "方案四(六)", "matter", ("opened", "received"), "investigating", "assignee", _BODIES,
         hidden=True),
    Move("matter.reported", "已报告", "方案四(八)", "matter", ("investigating",), "reported", "assignee", _BODIES, hidden=True),
    Move("matter.report_withdrawn", "报告已撤回", "议题", "matter", ("reported",), "investigating", "assignee", _BODIES,
         hidden=True, mark="D"),
    Move("matter.verified", "已核查", "方案四(九)", "matter", ("reported",), "verified", "assigner", _BODIES,
         starts=("consultation",), hidden=True),
    Move("matter.reinvestigating", "退回调查", "方案四(八)", "matter", ("verified",), "investigating", "assigner", _BODIES,
         stops=("consultation",), hidden=True),
    Move("matter.supervise_on_site", "专项督导检查", "方案四(六)", "matter", ("received", "investigating"), SAME, "assigner",
         _BODIES, "both"),
    Move("matter.take_over", "接手直接调查", "方案四(六)", "matter", ("assigned", "received", "investigating"), "opened", "assigner",
         _BODIES, "both", guards=("handed_down",), papers=("direct_decision",),
         then=("assignment.taken_over", "round.end", "report.superseded", "round.open_direct")),
    Move("matter.investigate_directly", "报告后直接派员调查", "方案四(八)", "matter", ("verified",), "opened", "assigner",
         _BODIES, "both", guards=("report_by_court_below",), stops=("consultation",), papers=("direct_decision",),
         then=("report.superseded", "assignment.taken_over", "round.end", "round.open_direct")),
    Move("matter.submit_for_consultation", "提交会商", "方案四(九)", "matter", ("verified",), "consulting", "assigner", _BODIES,
         guards=("no_open_round",), stops=("consultation",), then=("item.queue_consultation",), turn=True),
    Move("matter.consulted", "已会商", "方案四(九)", "matter", ("consulting",), "consulted", "assigner", _BODIES,
         starts=("opinion",), hidden=True),
    Move("matter.approving", "层报中", "方案四(九)", "matter", ("consulted",), "approving", "assigner", _BODIES,
         stops=("opinion",), hidden=True),
    Move("matter.opinion_back", "检查意见退回", "方案四(九)", "matter", ("approving",), "consulted", "assigner", _BODIES,
         starts=("opinion",), hidden=True),
    Move("matter.disposing", "处理中", "方案四(九)", "matter", ("approving",), "disposing", "assigner", _BODIES, hidden=True),
    Move("matter.concluded", "处理完毕", "方案四(九)", "matter", ("disposing",), "concluded", "assigner", _BODIES,
         starts=("archive",), hidden=True),
    Move("matter.archive", "结案归档", "议题", "matter", ("concluded",), "archived", "assigner", _BODIES,
         guards=("duties_closed", "papers_registered", "no_pending_extension", "no_open_round"), stops=("archive",),
         then=("assignment.close", "round.close"), turn=True, mark="D"),
    Move("matter.recuse_self", "自行申明回避", "议题", "matter",
         ("opened", "assigned", "received", "investigating", "reported", "verified", "consulting", "consulted", "approving",
          "disposing", "concluded"), SAME, "either",
         (*_BODIES, "inspection_team", "investigation_team", "president", "group_office", "group_deputy", "group_head"),
         then=("opinion.skip_office", "opinion.skip_deputies", "opinion.refer_up"), mark="D"),
    Move("matter.link_number", "登记衍生案号", "议题", "matter",
         ("opened", "assigned", "received", "investigating", "reported", "verified", "consulting", "consulted", "approving",
          "disposing", "concluded"), SAME, "either", _BODIES, mark="D"),
    Move("matter.disclose", "向相关法院公开", "方案三", "matter",
         ("received", "investigating", "reported", "verified", "consulting", "consulted", "approving", "disposing", "concluded",
          "archived"), SAME, "assigner", _BODIES),
)
# fmt: on

_CHAIN = (
    ("office", "办公室", "at_office", "at_deputy", "assigner", "group_office", "方案二;方案四(九)"),
    ("deputy", "副组长", "at_deputy", "at_head", "assigner", "group_deputy", "方案二;方案四(九)"),
    ("head", "组长", "at_head", "approved", "assigner", "group_head", "方案二;方案四(九)"),
    ("superior", "上级法院", "at_superior", "approved", "superior", "group_head", "方案四(九)+D"),
)
_APPROVED = ("matter.disposing", "duty.open", "duty.open_answer", "duty.open_clarification")


def _chain_moves() -> tuple[Move, ...]:
    """层报: each level may agree, agree with a change (both texts kept), or return with its reason."""
    rows: list[Move] = []
    for level, who, at, onward, side, office, article in _CHAIN:
        last = onward == "approved"
        verb = "批准" if last else "审核同意"
        change = "修改后批准" if last else "修改后同意"
        mark = "D" if level == "superior" else "S"
        skips = {"office": ("opinion.skip_deputies", "opinion.refer_up"), "deputy": ("opinion.refer_up",)}.get(
            level, ()
        )
        for key, title, row_mark in (("approve", verb, mark), ("change", change, "D")):
            # fmt: off
            rows.append(
                Move(f"opinion.{level}_{key}", f"{who}{title}", article if key == "approve" else "方案四(九)+D", "opinion", (at,),
                     onward, side, (office,), "chain", guards=("approver_free", "opinion_complete"),
                     stops=("approval",) if last else (), papers=("opinion",) if last else (),
                     then=_APPROVED if last else skips, turn=key == "approve", mark=row_mark)
            )
            # fmt: on
        # fmt: off
        rows.append(
            Move(f"opinion.{level}_return", f"{who}退回", "方案四(九)+D", "opinion", (at,), "draft", side, (office,), "chain",
                 guards=("approver_free",), stops=("approval",), then=("matter.opinion_back",), mark="D")
        )
        # fmt: on
    return tuple(rows)


# fmt: off
OPINION_MOVES = (
    Move("opinion.draft", "起草检查意见", "方案四(九)", "opinion", ("",), "draft", "assigner", _BODIES,
         guards=("matter_consulted", "no_open_opinion"), parent="matter", parent_at=("consulted",), turn=True),
    Move("opinion.revise", "修改检查意见", "方案四(九)", "opinion", ("draft",), SAME, "assigner", _BODIES, touches=True),
    Move("opinion.sign", "两机构签署检查意见", "方案四(九)", "opinion", ("draft",), "at_office", "assigner", _BODIES,
         "both", guards=("opinion_complete",), starts=("approval",),
         then=("matter.approving", "opinion.skip_office", "opinion.skip_deputies", "opinion.refer_up"), turn=True),
    Move("opinion.withdraw", "撤回检查意见", "议题", "opinion", ("at_office",), "draft", "assigner", _BODIES,
         "both", stops=("approval",), then=("matter.opinion_back",), mark="D"),
    Move("opinion.skip_office", "办公室依规跳过", "方案四(九)+D", "opinion", ("at_office",), "at_deputy", "assigner",
         ("group_office",), hidden=True, mark="D"),
    Move("opinion.skip_deputies", "副组长依规跳过", "方案四(九)+D", "opinion", ("at_deputy",), "at_head", "assigner",
         ("group_deputy",), hidden=True, mark="D"),
    Move("opinion.refer_up", "转上级法院批准", "方案四(九)+D", "opinion", ("at_head",), "at_superior", "assigner",
         ("group_head",), hidden=True, mark="D"),
    *_chain_moves(),
)
# fmt: on

ROWS: tuple[Move, ...] = (
    *CLUE_MOVES,
    *MEETING_MOVES,
    *MATTER_MOVES,
    *ASSIGNMENT_MOVES,
    *INQUIRY_MOVES,
    *OPINION_MOVES,
    *DUTY_MOVES,
    *OFFICE_MOVES,
)
MOVES: dict[str, Move] = {row.key: row for row in ROWS}


def edge_rows() -> list[tuple[str, str, str, str, str, bool, bool]]:
    """(key, move, subject kind, from, to, joint, raises) of every edge, for `audit.edges`."""
    return [
        (key, row.key, row.subject, start, end, row.joint, row.raises)
        for row in ROWS
        for key, start, end in row.edges()
    ]
