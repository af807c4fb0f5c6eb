"""From signs to a clue: cases ticked in a run's list become a registration (source 方案四(一)9) that the officer completes.

Nothing is registered here. The evidence is sent ahead as a file of this person; the form opens with what the signs say.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.writer.excel import save_workbook

from shuangcha.access import attachments, flow
from shuangcha.access.refusals import NotFound
from shuangcha.acts import materials
from shuangcha.flowcheck.model import MANAGEMENT
from shuangcha.flowruns import folders, listing
from shuangcha.flowruns.models import FlowRun

from . import display, drafts, flow_words, links, moves
from .flow_runs import flow_page, within_of
from .flow_signs import shown, source
from .templatetags.desk_tags import date_cn, day_cn, moment_cn
from .typed import Typed

if TYPE_CHECKING:
    from .move_form import Asked

KEY = "clue.register"
LINK = "执行指挥中心流程数据检查"
ALLEGATIONS_MOST = 30
TEXT_MOST = 2000
COLUMNS = (
    ("执行案号", 30),
    ("风险信号", 28),
    ("类别", 12),
    ("程度", 10),
    ("情况", 70),
    ("依据", 36),
    ("发生时间", 22),
    ("届满日", 14),
    ("可能的正当原因", 40),
)


@require_POST
@flow_page
def flow_clue(request: Any, uid: str) -> HttpResponse:
    """The ticked cases, of one court, on the way to 登记线索; their signs go along as a table."""
    moves.may_open(request, KEY, "", "")
    run = flow.run(request.reach, uid)
    back = reverse("flow_signs", args=[run.uid])
    rows = listing.of_cases(folders.of_run(run), within_of(request), request.POST.getlist("case"))
    courts = {row["court_code"] for row in rows}
    sentence = ""
    if not rows:
        sentence = "请先勾选要登记线索的执行案件。"
    elif len(courts) > 1:
        sentence = "一件线索只反映一个法院：请只勾选同一法院的案件，其他法院的另行登记。"
    elif drafts.load(request.viewer.id, drafts.place_of(KEY)) is not None:
        sentence = "您还有一份没有提交的线索登记草稿。请先在“线索—登记线索”提交或放弃它，再从这里登记。"
    if sentence:
        messages.warning(request, sentence)
        return redirect(request.POST.get("back", "") if request.POST.get("back", "").startswith(back) else back)
    name = f"流程数据风险信号_{request.on.isoformat()}.xlsx"
    upload = materials.stage(
        SimpleUploadedFile(name, evidence(run, [shown(row, request.reach) for row in rows])),
        request.viewer,
        request.now,
    )
    numbers = list(dict.fromkeys(row["case_number"] for row in rows))
    query = urlencode([("run", str(run.uid)), ("upload", str(upload.uid)), *(("case", number) for number in numbers)])
    return redirect(f"{links.move_url(KEY)}?{query}")


def evidence(run: FlowRun, rows: list[dict[str, Any]]) -> bytes:
    """The signs as a table, with what they rest on above them."""
    book = Workbook()
    sheet = book.active
    sheet.title = "风险信号"
    sheet.append([f"流程数据：{run.dataset.name}，{moment_cn(run.dataset.taken_at)}取数，检查截至{date_cn(run.as_of)}"])
    sheet.append(
        [f"数据校验值 {display.fingerprint(run.dataset.sha256)}　规则版本 {display.fingerprint(run.rule_version)}"]
    )
    sheet.append(["以下是按规则提示的风险信号，不是结论，须核实。"])
    sheet.append([title for title, _ in COLUMNS])
    innocent = {rule.id: rule.innocent for rule in folders.rules().rules}
    for row in rows:
        sheet.append(
            [
                _inert(text)
                for text in (
                    row["case_number"],
                    row["title"],
                    row["family"],
                    flow_words.severity(row["severity"])[0],
                    row["reason"],
                    source(row),
                    flow_words.at(row["happened_at"]),
                    day_cn(row["due"]),
                    "；".join(innocent.get(row["rule"], ())),
                )
            ]
        )
    for cell in sheet[4]:
        cell.font = Font(bold=True)
    for n, (_, width) in enumerate(COLUMNS):
        sheet.column_dimensions["ABCDEFGHI"[n]].width = width
    for line in sheet.iter_rows(min_row=5):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A5"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    save_workbook(book, out)
    return out.getvalue()


def _inert(text: str) -> str:
    """A spreadsheet runs what begins like a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


# --- the form opened with them ----------------------------------------------------------------------------------------
def brought(asked: Asked, typed: Typed) -> None:
    """Fill the form of 登记线索 from `run`, `case` and `upload` of the address;
    asked for again with the reader's own rights."""
    request = asked.request
    if "run" not in request.GET:
        return
    if not flow.may(request.viewer):
        raise NotFound
    request.reach = flow.Reach(request.viewer)
    run = flow.run(request.reach, request.GET["run"])
    rows = listing.of_cases(folders.of_run(run), within_of(request), request.GET.getlist("case"))
    if not rows:
        raise NotFound
    rows = [shown(row, request.reach) for row in rows if row["court_code"] == rows[0]["court_code"]]
    numbers = list(dict.fromkeys(row["case_number"] for row in rows))
    court = request.reach.names[rows[0]["court_code"]]
    uploads = [uid for uid in request.GET.getlist("upload")[:1] if uid in attachments.staged(request.viewer.id, [uid])]
    kinds = list(dict.fromkeys(row["title"] for row in rows))
    few = f"（{numbers[0]}等{len(numbers)}件）" if len(numbers) > 1 else numbers[0]
    typed |= {
        "subject_court": rows[0]["court_code"],
        "source": "command",
        "received_on": request.on.isoformat(),
        "named": False,
        "source_facts": {"command": {"link": LINK, "on": request.on.isoformat()}},
        "cases": [{"number": number, "filed_on": "", "officers": []} for number in numbers],
        "title": f"流程数据检查提示{court}{few}{'、'.join(kinds[:2])}{'等' if len(kinds) > 2 else ''}"[:120],
        "summary": _summary(run, rows, numbers),
        "allegations": _allegations(rows),
        "files": uploads,
    }


def _summary(run: FlowRun, rows: list[dict[str, Any]], numbers: list[str]) -> str:
    head = (
        f"对“{run.dataset.name}”（{moment_cn(run.dataset.taken_at)}取数）按规则检查，{len(numbers)}件执行案件提示风险信号{len(rows)}项，"
        f"检查截至{date_cn(run.as_of)}。信号须核实，明细见附件。"
    )
    return "\n".join([head, *(f"{row['case_number']}：{row['title']}。{row['reason']}" for row in rows)])[:18000]


def _allegations(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """One for each kind of sign: 管理 for the family of that name, 办案 for all others; of persons nothing is said."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        kind = "management" if row["family"] == MANAGEMENT else "handling"
        found.setdefault((kind, row["title"]), []).append(f"{row['case_number']}：{row['reason']}")
    return [
        {"kind": kind, "text": f"{title}。{' '.join(texts)}"[:TEXT_MOST]}
        for (kind, title), texts in list(found.items())[:ALLEGATIONS_MOST]
    ]
