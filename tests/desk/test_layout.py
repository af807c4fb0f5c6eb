"""What the formatter breaks over lines is drawn as it was meant: no blank that nobody wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loaders import cached

from shuangcha.desk.layout import Loader, drawn

TEMPLATES = sorted(Path("shuangcha").glob("*/templates/**/*.html"))
KEEPS_BREAKS = re.compile(r'(?s)<(\w+)[^<>]*class="[^"]*\b(?:prose|record-text)\b[^"]*"[^<>]*>(.*?)</\1>')


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>\n  {{ text }}\n</p>", "<p>{{ text }}</p>"),
        (
            "<td>\n  {% if x %}1{% endif %}\n  {% if y %}2{% endif %}\n</td>",
            "<td>{% if x %}1{% endif %}{% if y %}2{% endif %}</td>",
        ),
        ('{% icon "pen" %}{{ " " }}{% if x %}去办{% endif %}',) * 2,
        ("<h2>甲</h2>\n  <p>乙</p>", "<h2>甲</h2><p>乙</p>"),
        ("<b>甲</b>\n    <b>乙</b>", "<b>甲</b>\n<b>乙</b>"),
        ("{{ one }}　\n  {{ two }}", "{{ one }}　\n{{ two }}"),
        (
            "<textarea>\n  {{ x }}\n</textarea>\n  <pre>\n a\n</pre>",
            "<textarea>\n  {{ x }}\n</textarea>\n<pre>\n a\n</pre>",
        ),
        ("<button\n  type='submit'\n>\n  办理\n</button>", "<button type='submit'>办理</button>"),
        (
            '<input\n  name="a"\n  {% if n > 1 %}checked{% endif %}\n  {% if y %}disabled{% endif %}\n>',
            '<input name="a"{% if n > 1 %} checked{% endif %}{% if y %} disabled{% endif %}>',
        ),
        ('<b class="a {% if x %}b{% else %}c{% endif %}">', '<b class="a {% if x %}b{% else %}c{% endif %}">'),
    ],
)
def test_layout_is_taken_out_and_meant_blanks_stay(source: str, shown: str) -> None:
    assert drawn(source) == shown


def test_what_keeps_its_line_breaks_has_none_of_the_source() -> None:
    """`white-space: pre-wrap` shows a break of the template as one of the text."""
    assert len(TEMPLATES) > 150
    found = 0
    for path in TEMPLATES:
        for one in KEEPS_BREAKS.finditer(drawn(path.read_text(encoding="utf-8"))):
            found += 1
            assert "\n" not in one[2], (path, one[0])
    assert found > 20


def test_a_template_is_read_once() -> None:
    (loader,) = engines["django"].engine.template_loaders
    assert isinstance(loader, cached.Loader)
    assert [type(one) for one in loader.loaders] == [Loader]
