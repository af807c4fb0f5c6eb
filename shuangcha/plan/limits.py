"""Which periods run. S and V may be defaults; L, M and D are settings in `courts`,
shown with their mark (dossier §2.2)."""

from __future__ import annotations

from .model import LimitKind

_L = LimitKind
LIMITS: dict[str, LimitKind] = {
    limit.key: limit
    for limit in (
        _L("screening", "筛选", "15工作日", "方案四(二)", "D"),
        _L("meeting_wait", "上会", "10工作日", "方案四(三)", "D", "方案为“不定时召开”，届满只提示"),
        _L("meeting", "召开会议并形成纪要", "10工作日", "方案四(三)", "D"),
        _L("revisit", "暂缓后再议", "1月", "方案四(三)", "D"),
        _L("handing_down", "交办", "3工作日", "方案四(五)", "D"),
        _L("receipt", "签收", "2工作日", "方案四(五)", "D"),
        _L("team", "组成联合调查组", "3工作日", "方案四(六)", "D", "方案为“立即”"),
        _L("report", "报告调查情况和处理意见", "1月", "方案四(五)", "S", "自交办之日起算，交办日不计入"),
        _L("supplement", "补充调查", "", "方案四(八)", "S", "限期由上级法院在责令时指定"),
        _L("direct", "直接调查", "1月", "方案四(六)", "D", "方案未定，比照四(五)"),
        _L("verification", "核查", "10工作日", "方案四(九)", "D", "方案为“及时”"),
        _L("consultation", "会商", "10工作日", "方案四(九)", "D"),
        _L("opinion", "形成检查意见", "5工作日", "方案四(九)", "D"),
        _L("approval", "层报审批", "10工作日", "方案四(九)", "D"),
        _L("duty_issue", "发出处理文书", "5工作日", "方案四(九)", "D"),
        _L("disposal", "办理处理事项", "", "方案四(九)", "S", "期限在检查意见中指定，默认30日"),
        _L("duty_check", "核验", "10工作日", "方案四(九)", "D"),
        _L("feedback", "反馈", "15日", "方案四(十)", "D"),
        _L("clarification", "澄清", "15日", "方案四(十一)", "D"),
        _L("archive", "结案归档", "10工作日", "方案四(十二)", "D"),
    )
}
