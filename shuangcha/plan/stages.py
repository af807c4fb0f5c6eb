"""One small graph per kind of subject; only the matter has the main stage of 方案四."""

from __future__ import annotations

from .model import Stage

_S = Stage
STAGES: dict[tuple[str, str], Stage] = {
    (stage.kind, stage.key): stage
    for stage in (
        _S("clue", "registered", "待筛选"),
        _S("clue", "forwarded", "拟提交联席会议"),
        _S("clue", "submitted", "待联席会议决定"),
        _S("clue", "set_aside", "已搁置存查", True),
        _S("clue", "referred_out", "已转其他机关", True),
        _S("clue", "merged", "已并入", True),
        _S("clue", "started", "已启动", True),
        _S("clue", "declined", "不启动", True),
        _S("meeting", "convened", "已召集"),
        _S("meeting", "in_session", "会议进行中"),
        _S("meeting", "closed", "已形成纪要", True),
        _S("meeting", "cancelled", "已取消", True),
        _S("item", "queued", "待编入议程"),
        _S("item", "listed", "已编入议程"),
        _S("item", "decided", "已决定", True),
        _S("item", "consulted", "已会商", True),
        _S("item", "withdrawn", "已撤回", True),
        _S("matter", "opened", "已启动"),
        _S("matter", "assigned", "已交办待签收"),
        _S("matter", "received", "已双签收"),
        _S("matter", "investigating", "调查中"),
        _S("matter", "reported", "已报告待核查"),
        _S("matter", "verified", "已核查"),
        _S("matter", "consulting", "待会商"),
        _S("matter", "consulted", "已会商待形成检查意见"),
        _S("matter", "approving", "层报审批中"),
        _S("matter", "disposing", "处理中"),
        _S("matter", "concluded", "处理完毕待归档"),
        _S("matter", "archived", "已结案归档", True),
        _S("assignment", "pending", "待联合交办"),
        _S("assignment", "assigned", "已交办待签收"),
        _S("assignment", "received", "已双签收办理中"),
        _S("assignment", "reported", "已报告"),
        _S("assignment", "taken_over", "上级法院已接手", True),
        _S("assignment", "closed", "已办结", True),
        _S("round", "forming", "待组成联合调查组"),
        _S("round", "investigating", "调查中"),
        _S("round", "reported", "已报告"),
        _S("round", "closed", "已结束", True),
        _S("round", "ended", "已终止", True),
        _S("record", "filed", "已附卷", True),
        _S("report", "draft", "起草中"),
        _S("report", "signed", "两机构已签署待签发"),
        _S("report", "submitted", "已上报待核查"),
        _S("report", "verified", "已核查"),
        _S("report", "returned", "已责令补充调查", True),
        _S("report", "accepted", "已会商采用", True),
        _S("report", "superseded", "已由上级法院直接调查", True),
        _S("opinion", "draft", "起草中"),
        _S("opinion", "at_office", "待领导小组办公室审核"),
        _S("opinion", "at_deputy", "待副组长审核"),
        _S("opinion", "at_head", "待组长批准"),
        _S("opinion", "at_superior", "待上级法院批准"),
        _S("opinion", "approved", "已批准", True),
        _S("duty", "pending", "待发出"),
        _S("duty", "due", "待办理"),
        _S("duty", "issued", "已发出待回复"),
        _S("duty", "replied", "已回复待提交证明"),
        _S("duty", "proven", "已提交证明待核验"),
        _S("duty", "checked", "核验通过待销号"),
        _S("duty", "closed", "已销号", True),
        _S("duty", "done", "已办结", True),
    )
}

# fmt: off
MAIN_LINE = (
    "opened", "assigned", "received", "investigating", "reported", "verified", "consulting", "consulted",
    "approving", "disposing", "concluded", "archived",
)
# fmt: on
"""The matter's stages in the order of 方案四; a direct investigation skips 交办 and 签收."""


def label(kind: str, stage: str) -> str:
    return STAGES[kind, stage].label if stage else "待办"


def is_final(kind: str, stage: str) -> bool:
    return bool(stage) and STAGES[kind, stage].final
