"""第一天: in a training instance only: tasks for a clerk and for a head, ticked by what the person really did there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from shuangcha.access import desk_reads
from shuangcha.access.refusals import NotFound
from shuangcha.clock import business, practice
from shuangcha.courts.people import Viewer
from shuangcha.plan.moves import MOVES

from . import display, links, tray
from .shell import business_page, draw


@dataclass(frozen=True, slots=True)
class Task:
    """Done when the person carried out, or signed, one of `moves`. `place` is the list to start from,
    `stage` its filter."""

    title: str
    how: str
    moves: tuple[str, ...]
    place: str = ""
    stage: str = ""


CLERK = (
    Task("登记一条线索", "内容可以照抄一封虚构的来信；先选线索来源，再填被反映法院和反映事项。", ("clue.register",)),
    Task(
        "完成一次筛选",
        "打开待筛选的线索，写明理由，选“筛选：拟提交”；也可以搁置或者转出。",
        ("clue.put_forward", "clue.set_aside", "clue.refer_out", "clue.pass_on"),
        "clues",
        "registered",
    ),
    Task("把线索提交联席会议", "在拟提交的线索页选“提交联席会议”。", ("clue.submit",), "clues", "forwarded"),
    Task(
        "把议题编入议程",
        "在待编入议程的议题页选“编入议程”，再选会议；没有会议时先点“召集会议”。",
        ("item.list",),
        "items",
        "queued",
    ),
    Task(
        "核查一份调查报告",
        "打开已报告待核查的案件，在调查报告页逐项核对后选“核查调查报告”。",
        ("report.verify",),
        "matters",
        "reported",
    ),
    Task(
        "提交会商",
        "在已核查的案件页选“提交会商”，议题自动排队等待编入议程。",
        ("matter.submit_for_consultation",),
        "matters",
        "verified",
    ),
    Task(
        "起草检查意见",
        "在已会商的案件页选“起草检查意见”，每项反映事项都要有结论。",
        ("opinion.draft",),
        "matters",
        "consulted",
    ),
    Task(
        "登记一份正式文书",
        "在案件的“文书与材料”页，对应出未登记的文书选“登记文书”，填文号和签发日期。",
        ("register.paper",),
        "matters",
        "open",
    ),
)
HEAD = (
    Task("召集一次联席会议", "填会议日期和地点，再由内勤把议题编入议程。", ("meeting.convene",)),
    Task(
        "开始会议",
        "到了会议日期（可以移动业务日期），在会议页选“开始联席会议”，勾选到会人员。",
        ("meeting.open",),
        "meetings",
        "convened",
    ),
    Task(
        "提出本机构意见",
        "会上先作回避声明，再对议题提出同意、不同意或者保留意见。",
        ("item.take_position",),
        "items",
        "listed",
    ),
    Task(
        "签署一项两机构联合办理的事项",
        "先请另一机构的同事提请（或者换用其账号），例如联合交办；再在工作台“两机构联合办理”中点“核对并签署”，看清内容再签。",
        tray.JOINT,
        "home",
    ),
    Task(
        "形成会议纪要",
        "所有议题都有决定之后，在会议页选“结束联席会议并形成纪要”。",
        ("meeting.close",),
        "meetings",
        "in_session",
    ),
)


def tasks_for(viewer: Viewer) -> tuple[str, tuple[Task, ...]]:
    """(whose, tasks) by the person's offices; nobody else has tasks."""
    if desk_reads.signing_courts(viewer):
        return "机构负责人", HEAD
    if any(viewer.has(kind) for kind in desk_reads.BODIES):
        return "内勤", CLERK
    return "", ()


@require_GET
@business_page
def first_day(request: Any) -> HttpResponse:
    """The list with ticks. An instance that is no training has no such page."""
    if not business.training():
        raise NotFound
    whose, tasks = tasks_for(request.viewer)
    done = (
        desk_reads.acted(request.viewer, [key for one in tasks for key in one.moves], practice.began())
        if tasks
        else set()
    )
    rows: list[dict[str, Any]] = [
        {
            "n": n,
            "title": one.title,
            "how": one.how,
            "url": _url(one),
            "done": bool(done & set(one.moves)),
            "article": display.article(MOVES[one.moves[0]].article) if len(one.moves) < 9 else "方案四(五)",
        }
        for n, one in enumerate(tasks, 1)
    ]
    ready = sum(row["done"] for row in rows)
    return draw(
        request,
        "help/first_day",
        {
            "tasks": rows,
            "whose": whose,
            "ready": ready,
            "finished": bool(rows) and ready == len(rows),
            "day": request.on.isoformat(),
            "here": request.path,
            "crumbs": [{"label": "帮助", "url": reverse("help")}, {"label": "第一天"}],
        },
    )


def _url(task: Task) -> str:
    if not task.place:
        return links.move_url(task.moves[0])
    address = reverse(task.place)
    return f"{address}?{urlencode({'stage': task.stage})}" if task.stage else address
