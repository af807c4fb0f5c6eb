"""A list as XLSX: exactly what is shown, under the same rights, with the name of who took it;
recorded before it is handed out."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST
from openpyxl import Workbook

from shuangcha.access.actions import why_not_office
from shuangcha.access.refusals import Invalid, NotAllowed
from shuangcha.acts import exporting
from shuangcha.plan.moves import MOVES

from . import list_filters
from .list_columns import Column, Listing, cells, text_of
from .list_filters import Asked, encoded
from .list_kept import listing_of
from .list_rows import look_at, rows_of
from .sheets import LEAST_REASON, cell, handed_out, printed, saved, watermark
from .shell import business_page, draw
from .wording import full

MOST = 5000
"""Rows of a sheet; what stands beyond is told on it."""
STAMP = "内部资料"
WIDTHS = {"title": 46, "about": 46, "matter": 46, "demand": 46, "due": 30, "what": 24}
WIDTH = 20


@require_POST
@business_page
def export(request: Any, name: str) -> HttpResponse:
    """POST `query` (the filters), `column` (those on the page), `reason`, `request_key`: the file,
    or the form with what to mend."""
    listing = listing_of(name)
    if exporting.capacity(request.viewer) is None:
        raise NotAllowed(full(why_not_office(MOVES[exporting.KEY], None)))
    asked = list_filters.read(QueryDict(request.POST.get("query", "")[:4000]), listing, request.viewer, request.on)
    columns = listing.chosen(request.viewer, request.POST.getlist("column"))
    reason = request.POST.get("reason", "")
    if asked.errors:
        raise Invalid("筛选条件需要先改正，请回到列表修改后再导出。")
    sheet = Sheet(listing, asked, columns, request.viewer, request.on)
    raw = {"scope": f"{listing.title}：{asked.spoken}", "columns": [one.label for one in columns], "reason": reason}
    try:
        return handed_out(
            request,
            raw,
            sheet.written,
            f"{listing.title}清单",
            "这张表单已经导出过一次，此后列表内容又有变化。请回到列表重新导出。",
        )
    except Invalid as no:
        return _again(
            request, listing, asked, columns, reason, _too_short(reason) or no.errors.get("reason", no.sentence)
        )


def _too_short(reason: str) -> str:
    return f"请写明导出理由，至少{LEAST_REASON}个字。" if len(reason.strip()) < LEAST_REASON else ""


def _again(
    request: Any, listing: Listing, asked: Asked, columns: list[Column], reason: str, error: str
) -> HttpResponse:
    """The form alone, with what to mend."""
    back = f"{reverse(listing.name)}?{encoded(asked.values) or 'all=1'}"
    return draw(
        request,
        "list_export",
        {
            "title": f"导出{listing.title}清单",
            "scope": asked.spoken,
            "columns": columns,
            "query": encoded(asked.values),
            "back_url": back,
            "address": reverse("list-export", args=[listing.name]),
            "request_key": uuid.uuid4().hex,
            "field": {
                "id": "id_reason",
                "name": "reason",
                "label": "导出理由",
                "kind": "textarea",
                "rows": 3,
                "value": reason,
                "required": True,
                "error": f"{error}例如：向院领导汇报本季度办理情况。",
            },
            "crumbs": [{"label": listing.title, "url": back}, {"label": "导出", "url": ""}],
        },
        status=422,
    )


# --- the sheet --------------------------------------------------------------------------------------------------------
class Sheet:
    """The rows are read once, so that writing the sheet of an earlier moment compares the same facts."""

    def __init__(self, listing: Listing, asked: Asked, columns: list[Column], viewer: Any, on: dt.date) -> None:
        self.listing, self.asked, self.columns, self.viewer = listing, asked, columns, viewer
        self.texts: list[list[str]] = []
        for chunk in rows_of(listing, asked, viewer).all(MOST + 1):
            look = look_at(chunk, listing, columns, viewer, on)
            self.texts += [[text_of(cell) for cell in cells(columns, row, look)] for row in chunk]
        self.more = len(self.texts) > MOST
        self.texts = self.texts[:MOST]

    def written(self, moment: dt.datetime) -> tuple[int, bytes]:
        """(number of rows, the file). The same rows at the same moment give the same bytes."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet("清单")
        mark = watermark(STAMP, self.viewer, moment)
        printed(sheet, [WIDTHS.get(column.key, WIDTH) for column in self.columns], 3, mark)
        sheet.oddHeader.center.text = mark.replace("&", "&&")
        for row in self._lines(mark):
            sheet.append([cell(sheet, text, bold=bold, fill=fill, wrap=wrap) for text, bold, fill, wrap in row])
        return len(self.texts), saved(book, moment)

    def _lines(self, mark: str) -> Iterator[list[tuple[str, bool, str, bool]]]:
        """Watermark, what is listed, headings, rows: (text, bold, fill, wrapped)."""
        unit = self.listing.unit
        count = (
            f"结果超过 {MOST} {unit}，本表只列最前面的 {MOST} {unit}，请缩小条件后分次导出"
            if self.more
            else f"共 {len(self.texts)} {unit}"
        )
        yield [(f"{mark}　请妥善保管，不得外传", True, "FFFDEAEA", False)]
        yield [(f"{self.listing.title}清单　条件：{self.asked.spoken}　{count}", False, "", False)]
        yield [(one.label, True, "FFF4F6FA", True) for one in self.columns]
        for row in self.texts:
            yield [(text, False, "", True) for text in row]
