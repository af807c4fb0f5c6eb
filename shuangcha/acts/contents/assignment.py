"""联合交办、双签收、延期 (方案四(五)、四(六))."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from .base import Content, Reasoned, content_of, day, files, line, long_text, optional_text, pick, rows
from .meeting import PointText


@content_of("assignment.hand_down")
class HandDown(Content):
    points: list[PointText] = rows("核查要点", least=1, most=50, help="逐项编号，报告须逐项答复")
    demands: str = long_text(
        "报告要求", most=4000, example="报告应包括调查经过、查明事实、问题分析和处理意见，逐项答复核查要点"
    )
    contact: str = line("联系人及电话", most=80)
    content: str = long_text("交办内容", most=8000, help="重新撰写的线索内容，不含反映人身份，不附原件")


@content_of("assignment.acknowledge")
class Acknowledge(Content):
    remarks: str = long_text("签收意见", most=1000, default="")


@content_of("assignment.recall")
class RecallAssignment(Reasoned):
    pass


@content_of("assignment.ask_extension")
class AskExtension(Content):
    period: str = line("申请延长", most=12, example="15日")
    reason: str = long_text("理由", most=4000)


@content_of("assignment.grant_extension")
class GrantExtension(Content):
    period: str = line("准予延长", most=12, example="15日")
    reason: str = long_text("理由", most=4000)


@content_of("assignment.refuse_extension")
class RefuseExtension(Reasoned):
    pass


@content_of("matter.supervise_on_site")
class SuperviseOnSite(Content):
    supervisors: list[str] = pick("督导人员", "own_bodies", help="两机构各至少一人")
    visited_on: dt.date = day("督导日期")
    text: str = long_text("督导内容和要求", most=4000)
    files: list[UUID] = files()


@content_of("matter.take_over", "matter.investigate_directly")
class TakeOver(Content):
    reason: str = long_text("直接调查的理由", most=4000)
    period: str = optional_text("调查期限", most=12, help="如 1月、30日；不填按设定")
