"""What the pages of administrators and auditors share: who may see them, lists,
and forms whose rows the loader checks."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect

from shuangcha.access import administered
from shuangcha.access.refusals import NotFound
from shuangcha.acts import administering
from shuangcha.acts.administering import RowsRefused
from shuangcha.acts.load import LoadReport
from shuangcha.desk import tables
from shuangcha.desk.paging import Order, count_text, cut
from shuangcha.desk.shell import View, draw, page

LONGEST = 100
SIZE = 30
COUNTED = 5000
FIRST = 2
"""The number that the loader gives to the row of a form: that below the heading."""


def _only(kind: str) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @wraps(view)
        def seen(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            request.domain = administered.domain_of(request.viewer, request.on, kind)
            if request.domain is None:
                raise NotFound
            return view(request, *args, **kwargs)

        return page(seen)

    return wrap


admin_page = _only("administration")
"""A page for administrators; the view finds `request.domain`. Everybody else is told what a stranger is told."""
audit_page = _only("audit")


# --- lists ------------------------------------------------------------------------------------------------------------
def asked(request: Any, *names: str) -> dict[str, str]:
    """Filters of the address, shortened."""
    return {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST] for name in names}


def search_field(name: str, label: str, value: str, placeholder: str = "") -> dict[str, Any]:
    return {
        "id": f"id_{name}",
        "name": name,
        "label": label,
        "kind": "search",
        "value": value,
        "placeholder": placeholder,
        "maxlength": LONGEST,
    }


def select_field(name: str, label: str, value: str, options: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": f"id_{name}",
        "name": name,
        "label": label,
        "kind": "select",
        "options": [{"value": key, "label": text, "selected": key == value} for key, text in (("", "全部"), *options)],
    }


def by(*columns: str, down: bool = False) -> list[Order]:
    """The order of a list by these columns and the row's id."""

    def reads(column: str) -> Callable[[Any], Any]:
        def read(row: Any) -> Any:
            value = row
            for part in column.split("__"):
                value = getattr(value, part)
            return value.isoformat() if hasattr(value, "isoformat") else value

        return read

    return [Order(column, down, reads(column)) for column in (*columns, "pk")]


def listing(
    request: Any,
    rows: QuerySet[Any],
    order: Sequence[Order],
    cells: Callable[[list[Any]], list[dict[str, Any]]],
    columns: list[tuple[str, str]],
    *,
    title: str,
    filters: list[dict[str, Any]],
    narrowed: bool,
    unit: str,
    empty: dict[str, str],
    **more: Any,
) -> HttpResponse:
    """A list page: counted, paged by key, `cells` draws the rows of one page with a fixed number of statements."""
    total = rows.order_by()[: COUNTED + 1].count()
    found, urls = cut(rows, order, request.GET, SIZE)
    nothing = {
        "title": "没有符合条件的结果",
        "text": "可以减少条件，或只输入名称中的几个字。",
        "url": request.path,
        "url_label": "清除全部条件",
        "icon": "funnel",
    }
    return draw(
        request,
        "admin/list",
        {
            "title": title,
            "table": tables.table(title, columns, cells(found)),
            "filters": filters,
            "reset_url": request.path,
            "pager": {"count_text": count_text(total, COUNTED, unit), **urls},
            "empty": nothing if narrowed else empty,
            **more,
        },
    )


# --- forms ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Col:
    """A column of a table as a field of a form. `options`: (what the loader reads, what people read)."""

    column: str
    name: str
    kind: str = "text"
    label: str = ""
    required: bool = False
    help: str = ""
    maxlength: int = 0
    options: tuple[tuple[str, str], ...] = ()
    wide: bool = False
    placeholder: str = ""

    def drawn(self, value: str, error: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "id": f"id_{self.name}",
            "name": self.name,
            "label": self.label or self.column,
            "kind": self.kind,
            "value": value,
            "required": self.required,
            "help": self.help,
            "maxlength": self.maxlength,
            "error": error,
            "wide": self.wide,
            "placeholder": self.placeholder,
        }
        if self.kind == "select":
            found["options"] = [{"value": key, "label": text, "selected": key == value} for key, text in self.options]
        return found


Typed = dict[str, str]


@dataclass(slots=True)
class Form:
    """One row of a table to be filled in. `fixed` columns are sent with it; `shown` are facts above the fields."""

    title: str
    kind: str
    cols: list[Col]
    values: Typed
    fixed: dict[str, str] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)
    back: str = ""
    after: str = ""
    button: str = "保存"
    lead: str = ""
    fresh: bool = False
    """The row must not be there yet: 新增 never changes what is registered."""
    crumbs: list[dict[str, str]] = field(default_factory=list)
    # (typed, errors by field name) → rows for the loader; the first is the row of the form
    rows: Callable[[Typed, Typed], list[dict[str, str]]] | None = None
    more: dict[str, Any] = field(default_factory=dict)


def filled(cols: Iterable[Col], values: dict[str, Any]) -> list[Col]:
    """The columns with the options of the day: `values` maps a column to its options."""
    return [replace(col, options=tuple(values[col.column])) if col.column in values else col for col in cols]


def handle(request: Any, form: Form, template: str = "admin/form") -> HttpResponse:
    """Draw the form, or write its row: errors stand at their fields, what was typed stays."""
    errors: Typed = {}
    typed, form_error, status = dict(form.values), "", 200
    if request.method == "POST":
        typed = {col.name: request.POST.get(col.name, "").replace("\0", "").strip()[:1000] for col in form.cols}
        rows = form.rows(typed, errors) if form.rows else [row_of(form, typed)]
        if not errors and form.fresh:
            report = administering.tried(request.domain, form.kind, rows, now=request.now)
            if not report.errors and not any(
                change.row == FIRST and change.before is None for change in report.changes
            ):
                form_error = "已有相同的登记，没有写入；请在列表中打开它再变更。"
        if not errors and not form_error:
            try:
                saved = administering.write(
                    request.domain, form.kind, rows, now=request.now, request_key=request.POST.get("request_key", "")
                )
            except RowsRefused as no:
                form_error = told(form, no.report, errors)
            else:
                if saved.created or saved.changed:
                    messages.success(request, f"“{form.title}”已保存，已记入留痕链。")
                else:
                    messages.info(request, f"“{form.title}”与现有登记相同，没有改动。")
                return redirect(form.after)
        status = 422
    fields = [col.drawn(typed.get(col.name, ""), errors.get(col.name, "")) for col in form.cols]
    summary = [{"field_id": one["id"], "label": one["label"], "text": one["error"]} for one in fields if one["error"]]
    return draw(
        request,
        template,
        {
            "form": form,
            "title": form.title,
            "fields": fields,
            "errors": summary,
            "form_error": form_error,
            "request_key": request.POST.get("request_key") or secrets.token_urlsafe(18),
            "crumbs": form.crumbs,
            **form.more,
        },
        status=status,
    )


def row_of(form: Form, typed: Typed) -> dict[str, str]:
    return {**form.fixed, **{col.column: typed[col.name] for col in form.cols if col.column}}


def told(form: Form, report: LoadReport, errors: Typed) -> str:
    """Put the loader's errors at the fields of their columns; what has no field is told for the form as a whole."""
    places = {col.column: col.name for col in form.cols}
    rest = []
    for error in report.errors:
        name = places.get(error.column) if error.row in (FIRST, 0) else None
        if name:
            errors.setdefault(name, error.text)
        else:
            rest.append(error.text)
    return " ".join(dict.fromkeys(rest))
