"""联席会议 (方案四(三)、四(九))."""

from __future__ import annotations

import datetime as dt

from pydantic import model_validator

from shuangcha.plan.words import STANCES

from .base import Content, Nothing, Reasoned, choice, content_of, day, flag, line, long_text, optional_text, pick, rows


@content_of("meeting.convene")
class Convene(Content):
    held_on: dt.date = day("会议日期")
    place: str = line("地点", most=60, example="第一会议室")


@content_of("meeting.open")
class OpenMeeting(Content):
    chair: str = pick("主持人", "attendee")
    attendees: list[str] = pick("出席人员", "attendees", help="两机构均须有人出席")

    @model_validator(mode="after")
    def _chair_attends(self) -> OpenMeeting:
        if self.chair not in self.attendees:
            raise ValueError("主持人必须在出席人员之中")
        if len(set(self.attendees)) != len(self.attendees):
            raise ValueError("出席人员重复")
        return self


@content_of("meeting.circulate")
class Circulate(OpenMeeting):
    reason: str = long_text("以传签方式研究的原因", most=1000, example="议题单一，两机构事先已沟通一致")


@content_of("meeting.cancel")
class CancelMeeting(Reasoned):
    pass


@content_of("meeting.close")
class CloseMeeting(Content):
    minutes: str = long_text("纪要正文", help="各议题的意见和决定已自动载入纪要，这里写会议概况和议定事项")


@content_of("item.list")
class ListItem(Content):
    meeting: str = pick("编入哪次会议", "meeting")


@content_of("item.take_off")
class TakeOff(Reasoned):
    pass


@content_of("register.order_agenda")
class OrderAgenda(Content):
    """One item moved: named by what it then stands before, never by a number, which would count items that are not shown."""

    item: str = pick("议题", "agenda_item")
    before: str = pick("移到哪个议题之前", "agenda_item", help="不选即排在最后", default="")


@content_of("item.declare")
class Declare(Content):
    recused: bool = flag("本人应当回避", default=False)
    reason: str = long_text("回避原因", most=1000, default="", help="应当回避时必须写明")

    @model_validator(mode="after")
    def _reason(self) -> Declare:
        if self.recused and not self.reason:
            raise ValueError("声明回避必须写明原因")
        return self


@content_of("item.take_position")
class TakePosition(Content):
    stance: str = choice("意见", STANCES)
    text: str = long_text("理由", most=4000)


class PointText(Content):
    text: str = long_text("核查要点", most=2000, example="查封后为何九个月未启动评估拍卖")
    allegation: int | None = pick("对应反映事项", "allegation", default=None)


@content_of("item.start_and_assign")
class StartAndAssign(Content):
    reason: str = long_text("启动理由", most=4000)
    points: list[PointText] = rows("核查要点", least=1, most=50)


@content_of("item.start_directly")
class StartDirectly(Content):
    reason: str = long_text("启动及直接调查的理由", most=4000)
    points: list[PointText] = rows("核查要点", least=1, most=50)
    period: str = optional_text("调查期限", most=12, help="如 1月、30日；不填按设定")


@content_of("item.decline")
class DeclineItem(Content):
    reason: str = long_text("不启动的理由", most=4000)


@content_of("item.defer")
class DeferItem(Content):
    reason: str = long_text("暂缓的理由", most=4000)
    revisit_on: dt.date = day("再议日期")


@content_of("item.consult")
class Consult(Content):
    accepted: bool = flag("采纳调查报告的结论", default=True)
    text: str = long_text("会商结论", most=8000)
    changes: str = long_text("对报告结论的改变", most=4000, default="")

    @model_validator(mode="after")
    def _changes(self) -> Consult:
        if not self.accepted and not self.changes:
            raise ValueError("不采纳报告结论时必须写明改变了什么")
        return self


Nothing.model_rebuild()
