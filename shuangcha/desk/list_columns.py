"""What stands in the columns of the lists, by what each is narrowed, and what it says when it is empty.
No statement of its own.

A cell is what `parts/table.html` draws (`tables.py`). The XLSX writes the very same cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from shuangcha.access import narrowing
from shuangcha.access.places import title_of
from shuangcha.acts import handing
from shuangcha.courts.people import Viewer
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import ITEM_KINDS, OFFICES, SOURCES, SUBJECT_KINDS

from . import display, links
from .tables import Cell

MODES = {"assign": "交办", "direct": "直接调查"}
"""How a matter is carried out, as the meeting decided (方案四(三))."""


@dataclass(slots=True)
class Look:
    """Who looks, on which day; what was read once for all rows of the page (sources by matter,
    officers by todo, addresses)."""

    viewer: Viewer
    on: dt.date
    sources: dict[int, list[str]] = field(default_factory=dict)
    officers: dict[int, str] = field(default_factory=dict)
    named: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)


def _anybody(viewer: Viewer) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Column:
    """`first`: shown until the person chooses; `sees`: whether the person's offices may have it at all."""

    key: str
    label: str
    cell: Callable[[Any, Look], Cell]
    css: str = ""
    first: bool = True
    sees: Callable[[Viewer], bool] = _anybody


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. `name` is that of its page; `court` and `dated` are paths to what the filters of court and of days ask
    about."""

    name: str
    kind: str
    title: str
    columns: tuple[Column, ...]
    empty_text: str
    court: str = ""
    dated: str = ""
    dated_label: str = ""
    more: tuple[str, ...] = ()
    unit: str = "件"
    bulk: tuple[str, ...] = ()
    words: str = "案号、法院、标题"

    def seen_by(self, viewer: Viewer) -> list[Column]:
        """Every column that this person may have, in the fixed order."""
        return [one for one in self.columns if one.sees(viewer)]

    def chosen(self, viewer: Viewer, keys: Iterable[str] = ()) -> list[Column]:
        """The columns of these keys that the person may have; the ones shown at first where none is left."""
        wanted = set(keys)
        return [one for one in self.seen_by(viewer) if one.key in wanted] or [
            one for one in self.seen_by(viewer) if one.first
        ]


def cells(columns: list[Column], row: Any, look: Look) -> list[Cell]:
    return [one.cell(row, look) for one in columns]


def level(row: Any, on: dt.date) -> str:
    """late or soon: how the whole row is marked."""
    due = display.due(getattr(row, "due_day", None) or getattr(row, "due", None), on)
    return due["level"] if due and due["level"] in ("late", "soon") else ""


def text_of(cell: Cell) -> str:
    """What a reader sees in the cell, on one line, in the order in which it is drawn."""
    due = cell.get("due") or {}
    links_shown = [one["label"] for one in cell.get("links", ())]
    parts = (due.get("text"), due.get("date_label"), cell.get("pill"), cell.get("text"), *links_shown, cell.get("note"))
    return " ".join(str(one) for one in parts if one)


# --- cells ------------------------------------------------------------------------------------------------------------
def _stage(one: Any, look: Look) -> Cell:
    stage = display.stage(one)
    return {"pill": stage["text"], "pill_css": stage["css"]}


def _due(one: Any, look: Look) -> Cell:
    due = display.due(one.due_day, look.on)
    return {"due": due, "text": "" if due else "—"}


def _titled(one: Any, look: Look) -> Cell:
    return {"text": one.title, **({"pill": "加急", "pill_css": "pill-red"} if one.urgent else {})}


def _number(one: Any, look: Look) -> Cell:
    return {"text": one.number, "url": links.of(one), "strong": True}


def _sources(one: Any, look: Look) -> Cell:
    return {"text": "、".join(dict.fromkeys(SOURCES[key].short for key in look.sources.get(one.pk, ()))) or "—"}


def _meeting(one: Any, look: Look) -> Cell:
    if one.meeting is None:
        return {"text": "尚未编入议程"}
    return {"text": display.date_cn(one.meeting.held_on), "url": links.of(one.meeting)}


STAGE, DUE = Column("stage", "办理环节", _stage), Column("due", "期限", _due, "nowrap")

CLUES = Listing(
    "clues",
    "clue",
    "线索",
    (
        Column("number", "登记号", _number, "nowrap"),
        Column("title", "标题", _titled, "grow"),
        Column("court", "被反映法院", lambda one, look: {"text": one.subject_court.name}),
        Column("source", "来源", lambda one, look: {"text": SOURCES[one.source].short}),
        Column("received", "收到日期", lambda one, look: {"text": display.day_cn(one.received_on)}, "nowrap"),
        Column("body", "收到机构", lambda one, look: {"text": one.received_by.local_name}, first=False),
        Column("keeper", "登记法院", lambda one, look: {"text": one.court.name}, first=False),
        STAGE,
        DUE,
    ),
    "收到来信来访、上级交办等线索后，由收到的机构登记，方案四(一)、四(二)。",
    court="subject_court",
    dated="received_on",
    dated_label="收到",
    more=("source", "urgent"),
)
MATTERS = Listing(
    "matters",
    "matter",
    "双查案件",
    (
        Column("number", "案件编号", _number, "nowrap"),
        Column("title", "案件", _titled, "grow"),
        Column("court", "被查法院", lambda one, look: {"text": one.target_court.name}),
        Column("owner", "启动法院", lambda one, look: {"text": one.owner_court.name}, first=False),
        Column("mode", "办理方式", lambda one, look: {"text": MODES.get(one.mode, "—")}, first=False),
        Column("source", "线索来源", _sources, first=False, sees=narrowing.knows_sources),
        Column("started", "启动日期", lambda one, look: {"text": display.day_cn(one.started_on)}, "nowrap"),
        Column(
            "closed",
            "归档日期",
            lambda one, look: {"text": display.day_cn(one.closed_on) or "—"},
            "nowrap",
            first=False,
        ),
        STAGE,
        DUE,
    ),
    "联席会议决定启动后，双查案件自动立号并出现在这里，方案四(三)。",
    court="target_court",
    dated="started_on",
    dated_label="启动",
    more=("source", "urgent", "mode", "own"),
    bulk=("assignment.remind",),
)
MEETINGS = Listing(
    "meetings",
    "meeting",
    "联席会议",
    (
        Column(
            "day",
            "会议日期",
            lambda one, look: {"text": display.date_cn(one.held_on), "url": links.of(one), "strong": True},
            "nowrap",
        ),
        Column("place", "地点", lambda one, look: {"text": one.place}),
        Column("court", "法院", lambda one, look: {"text": one.court.name}),
        STAGE,
        DUE,
    ),
    "执行机构或监察机构都可以召集联席会议，再把待议的议题编入议程，方案四(三)。",
    court="court",
    dated="held_on",
    dated_label="召开",
    unit="次",
    words="地点、法院",
)
ITEMS = Listing(
    "items",
    "item",
    "会议议题",
    (
        Column(
            "title", "议题", lambda one, look: {"text": title_of(one), "url": links.of(one), "strong": True}, "grow"
        ),
        Column("kind", "类别", lambda one, look: {"text": ITEM_KINDS[one.kind].label}),
        Column("meeting", "会议", _meeting),
        STAGE,
        DUE,
    ),
    "线索提交联席会议、案件提交会商后，议题会出现在这里等待编入议程。",
    more=("kind",),
    unit="个",
)
DUTIES = Listing(
    "duties",
    "duty",
    "处理与反馈",
    (
        Column("kind", "事项", lambda one, look: {"text": DUTY_KINDS[one.kind], "url": links.of(one), "strong": True}),
        Column("matter", "案件", lambda one, look: {"text": title_of(one)}, "grow"),
        Column("court", "收件法院", lambda one, look: {"text": one.to_court.name}),
        Column("from", "发出法院", lambda one, look: {"text": one.from_court.name}, first=False),
        Column("body", "主办机构", lambda one, look: {"text": one.lead_body.local_name}),
        Column("demand", "要求", lambda one, look: {"text": one.demand}, "grow", first=False),
        STAGE,
        DUE,
    ),
    "检查意见批准后，处理、反馈和澄清事项自动生成，方案四(九)至四(十一)。",
    court="to_court",
    more=("kind",),
    unit="项",
    bulk=("duty.remind",),
    words="案号、法院、要求",
)


# --- todos ------------------------------------------------------------------------------------------------------------
def _todo_due(one: Any, look: Look) -> Cell:
    due = display.due(one.due, look.on)
    return {"due": due, "text": "" if due else "未定期限"}


def _todo_what(one: Any, look: Look) -> Cell:
    move, (uid, _) = MOVES[one.kind], look.named.get((one.subject_kind, one.subject_id), ("", ""))
    return {
        "text": display.title(move, signing=one.signing),
        "url": links.subject_url(one.subject_kind, uid) if uid else "",
        "strong": True,
        "note": display.article(move.article),
        **({"pill": "加急", "pill_css": "pill-red"} if one.urgent else {}),
    }


def _todo_about(one: Any, look: Look) -> Cell:
    return {"text": display.about(one)}


def _todo_holder(one: Any, look: Look) -> Cell:
    return {"text": one.body.local_name if one.body else OFFICES[one.office].label, "note": one.court.name}


def _todo_officer(one: Any, look: Look) -> Cell:
    if one.person_id is not None:
        return {"text": "本人" if one.person_id == look.viewer.id else "—"}
    if one.body is not None and one.body.kind not in handing.KINDS:
        return {"text": "—"}
    return {"text": look.officers.get(one.pk, "未分派")}


TODOS = Listing(
    "todos",
    "todo",
    "待办",
    (
        Column("due", "期限", _todo_due, "nowrap"),
        Column("what", "要办的事", _todo_what, "what"),
        Column("about", "线索、案件或会议", _todo_about, "grow"),
        Column("kind", "类别", lambda one, look: {"text": SUBJECT_KINDS[one.subject_kind].label}, first=False),
        Column("holder", "办理机构", _todo_holder),
        Column("officer", "承办人", _todo_officer),
    ),
    "轮到您所在机构或您本人时，事项会按到期日出现在这里。",
    more=("who", "urgent"),
    unit="项",
    bulk=("register.assign_todo",),
)
LISTS = {one.name: one for one in (CLUES, MATTERS, MEETINGS, ITEMS, DUTIES, TODOS)}
"""By the name of the page."""
