"""Template tags of the desk: pure formatting, no queries, no decisions about permission or procedure."""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from shuangcha.plan import clauses

register = template.Library()

SPRITE = "vendor/bootstrap-icons/1.13.2/sprite.svg"
WEEKDAYS = "一二三四五六日"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """One symbol of the vendored sprite.

    Args:
        name: an id listed in ``tools/vendor/icons.txt``; an empty name gives an empty string.
        label: spoken text when the icon stands alone; without it the icon is hidden from screen readers.
        css: further class names.
    """
    return _symbol(name, label, css)


@lru_cache(maxsize=512, typed=True)
def _symbol(name: str, label: str, css: str) -> SafeString:
    """Drawn once a process: a page shows the same few symbols dozens of times."""
    if not name:
        return SafeString("")
    href = f"{static(SPRITE)}#{name}"
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, label, href
        )
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', css, href
    )


def _as_day(value: object) -> dt.date | None:
    """The day in Asia/Shanghai of a date, an aware or naive datetime or an ISO string; None for anything else."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value[:10])
        except ValueError:
            return None
    if isinstance(value, dt.datetime):
        return value.astimezone(SHANGHAI).date() if value.tzinfo else value.date()
    return value if isinstance(value, dt.date) else None


@register.filter
def date_cn(value: object) -> str:
    """A day with its weekday: ``2026年11月24日 星期二``; an empty string for what is not a date."""
    day = _as_day(value)
    return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}" if day else ""


@register.filter
def day_cn(value: object) -> str:
    """A day as official papers write it, without zero padding: ``2026年11月24日`` (GB/T 9704-2012, 7.3.5)."""
    day = _as_day(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def day_short(value: object) -> str:
    """A day for a dense table: ``11-24 周二``."""
    day = _as_day(value)
    return f"{day.month:02d}-{day.day:02d} 周{WEEKDAYS[day.weekday()]}" if day else ""


@register.filter
def moment_cn(value: object) -> str:
    """A point in time in Asia/Shanghai: ``2026年11月24日 16:20``; an empty string for what is not a datetime."""
    if not isinstance(value, dt.datetime):
        return ""
    local = value.astimezone(SHANGHAI) if value.tzinfo else value
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
def size_cn(value: object) -> str:
    """A size in bytes for people: ``512 字节``, ``3.4 KB``, ``12 MB``; an empty string for what is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if value < 1024:
        return f"{int(value)} 字节"
    size, unit = (value / 1024, "KB") if value < 1024 * 1024 else (value / 1024 / 1024, "MB")
    return f"{size:.1f} {unit}".replace(".0 ", " ")


@register.filter
def control(field: BoundField) -> SafeString:
    """A Django form field drawn with the house's classes (Django itself sets aria-invalid and aria-describedby)."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        css = ""
    elif isinstance(widget, CheckboxInput):
        css = "tick"
    elif isinstance(widget, Select):
        css = "form-select"
    else:
        css = "form-control"
    attrs: dict[str, Any] = {"class": f"{css} is-invalid".strip() if field.errors else css}
    return field.as_widget(attrs=attrs)


@register.filter
def cited(text: object) -> SafeString:
    """A text in which every clause of the plan that it cites leads to the clause's own words; the rest is escaped."""
    return _led(str(text or ""))


@lru_cache(maxsize=2048, typed=True)
def _led(whole: str) -> SafeString:
    parts, at = [], 0
    for found in clauses.CITED.finditer(whole):
        url = _clause_url(found[0])
        if url:
            link = format_html('<a class="clause-link" href="{}" title="查看这一条的原文">{}</a>', url, found[0])
            parts += [(conditional_escape(whole[at : found.start()]),), (link,)]
            at = found.end()
    return format_html_join("", "{}", [*parts, (conditional_escape(whole[at:]),)])


@cache
def _clause_url(citation: str) -> str:
    """Address of a clause; empty for a citation that the plan does not have."""
    one = clauses.clause(citation)
    return f"{reverse('plan')}#{quote(one.anchor)}" if one is not None else ""
