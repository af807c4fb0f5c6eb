"""A sheet for an office program as it leaves the system: recorded before it is handed out, texts only,
the same facts the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import save_workbook

from shuangcha.access.refusals import Stale
from shuangcha.acts import exporting
from shuangcha.audit.chain import ZONE

from .templatetags.desk_tags import moment_cn

LEAST_REASON = 5
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula at the start of a cell, full-width too."""
FIXED = (1980, 1, 1, 0, 0, 0)


def handed_out(
    request: Any, raw: dict[str, Any], write: Callable[[dt.datetime], tuple[int, bytes]], name: str, stale: str
) -> HttpResponse:
    """Record the export `raw` (scope, columns, reason) and answer with the file `name`,
    which gets the moment behind it.

    `write`: moment → (rows, file), the same bytes for the same moment. Invalid from the record; Stale with the sentence
    `stale` where the form was sent before and what it lists has changed since.
    """
    count, data = write(request.now)
    done = exporting.export(
        request.viewer,
        raw,
        rows=count,
        sha256=hashlib.sha256(data).hexdigest(),
        now=request.now,
        request_key=request.POST.get("request_key", "")[:64],
    )
    if hashlib.sha256(data).hexdigest() != done.sha256:  # the same form, sent again: the file of the first time
        _, data = write(dt.datetime.fromisoformat(done.at))
        if hashlib.sha256(data).hexdigest() != done.sha256:
            raise Stale(stale)
    answer = HttpResponse(data, content_type=MEDIA)
    file_name = f"{name}{request.now.astimezone(ZONE):%Y%m%d-%H%M}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def watermark(stamp: str, viewer: Any, moment: dt.datetime) -> str:
    """Who took the sheet, when."""
    court = "、".join(dict.fromkeys(post.court_name for post in viewer.posts))
    return f"{stamp}　{viewer.name}　{court}　{moment_cn(moment)}导出"


def printed(sheet: Any, widths: Sequence[int], head: int, mark: str) -> None:
    """Widths, the `head` lines that stay on top, and what stands on every printed page."""
    for n, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.freeze_panes = f"A{head + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{head}"
    sheet.oddFooter.center.text = f"{mark.replace('&', '&&')}　第 &P 页，共 &N 页"


def saved(book: Workbook, moment: dt.datetime) -> bytes:
    """The file, without the moments of its making but `moment`."""
    out = io.BytesIO()
    save_workbook(book, out)
    return _settled(out.getvalue(), moment)


def cell(sheet: Any, text: str, *, bold: bool, fill: str, wrap: bool) -> Any:
    """Always a text, never a formula: also after somebody edits the cell or saves the sheet in another format."""
    found = WriteOnlyCell(sheet, value="")
    found.value = UNWRITABLE.sub("", text)[:LONGEST_CELL]
    found.data_type = "s"
    if text.startswith(FORMULA):
        found.quotePrefix = True
    if bold:
        found.font = Font(bold=True)
    if fill:
        found.fill = PatternFill("solid", start_color=fill)
    found.alignment = Alignment(vertical="top", wrap_text=wrap)
    return found


def _settled(data: bytes, moment: dt.datetime) -> bytes:
    """The package without the moments of its making, so that its hash depends on what is in it."""
    stamp = moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)", rb"\g<1>" + stamp + rb"\g<3>", content
                )
            settled.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
