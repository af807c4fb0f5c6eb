"""Papers that acts owe (dossier §9.3). Printable ones come cleanly out of the page;
all are met by registering the issued one."""

from __future__ import annotations

from .model import PaperKind

_P = PaperKind
PAPERS: dict[str, PaperKind] = {
    paper.key: paper
    for paper in (
        _P("clue_form", "线索登记表", "方案四(一)", True),
        _P("minutes", "会议纪要", "方案四(三)", True),
        _P("hand_down_notice", "交办通知", "方案四(五)", True),
        _P("team_notice", "联合调查组成立通知", "方案四(六)"),
        _P("report", "调查报告", "方案四(八)", True),
        _P("supplement_notice", "补充调查通知", "方案四(八)"),
        _P("direct_decision", "直接调查决定", "方案四(六)"),
        _P("opinion", "检查意见", "方案四(九)", True),
        _P("correction_letter", "纠正函", "方案四(九)1"),
        _P("urging_letter", "督办意见", "方案四(九)2"),
        _P("improvement_notice", "管理整改通知", "方案四(九)2"),
        _P("referral_letter", "问题线索移送函", "方案四(九)3"),
        _P("talk_notice", "约谈通知书", "方案四(九)4"),
        _P("circular", "通报", "方案四(九)4"),
        _P("feedback_letter", "反馈答复书", "方案四(十)"),
        _P("clarification_letter", "澄清函", "方案四(十一)"),
    )
}
