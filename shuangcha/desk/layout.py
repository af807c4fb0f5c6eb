"""Templates as they are drawn: what stands in the source only to be read is taken out once, when a template is loaded.

The formatter (djangofmt) breaks lines and indents. What no reader sees of it is closed again: inside a tag a break is one blank,
and an attribute under a condition brings its own; between two template tags on different lines, after the opening and before the
closing tag of a box, and between two boxes there is nothing; any other break with its indentation is one line break. A blank that
is meant between two template tags is written `{{ " " }}`. What stands in pre, textarea, script and style is left as it is.
"""

from __future__ import annotations

import re

from django.template.base import Origin
from django.template.loaders import app_directories

BOXES = (
    "address|article|aside|blockquote|body|button|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head"
    "|header|html|legend|li|main|nav|ol|option|p|section|select|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
APART = BOXES.replace("|button", "").replace("|option", "")
"""The boxes that stand below one another; a break between two buttons is the blank between them."""
BREAK = r"[ \t\r]*\n[ \t\r\n]*"
"""A line break with what is blank around it; never the wide blank of Chinese text."""
AS_WRITTEN = re.compile(r"(?s)(<(pre|textarea|script|style)\b.*?</\2>)")
TAG = re.compile(r"(?s)</?[A-Za-z](?:[^<>{]|\{(?![%{])|\{\{.*?\}\}|\{%.*?%\})*>")
CONDITION = re.compile(r"(?s) (\{% if [^%]*%\})((?:(?!\{% (?:if|elif|else|for)\b).)*?\{% endif %\})")
BETWEEN_TAGS = re.compile(rf"%\}}{BREAK}\{{%")
OPENED = re.compile(rf"(<(?:{BOXES})(?:[ \n][^<>]*)?>){BREAK}")
CLOSED = re.compile(rf"{BREAK}(</(?:{BOXES})>)")
BETWEEN_BOXES = re.compile(rf"(</(?:{APART})>){BREAK}(?=<(?:{APART})\b)")
BROKEN = re.compile(BREAK)


class Loader(app_directories.Loader):
    """The templates of the installed rooms, without their layout."""

    def get_contents(self, origin: Origin) -> str:
        return drawn(super().get_contents(origin))


def drawn(source: str) -> str:
    """The source without what stands in it only to be read."""
    source = TAG.sub(_on_one_line, source)
    parts, at = [], 0
    for found in AS_WRITTEN.finditer(source):
        parts += [_closed_up(source[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, _closed_up(source[at:])])


def _on_one_line(tag: re.Match[str]) -> str:
    text = BROKEN.sub(" ", tag[0]).removesuffix(">").removesuffix(" ")
    return CONDITION.sub(r"\1 \2", text) + ">"


def _closed_up(text: str) -> str:
    text = CLOSED.sub(r"\1", OPENED.sub(r"\1", BETWEEN_TAGS.sub("%}{%", text)))
    return BROKEN.sub("\n", BETWEEN_BOXES.sub(r"\1", text))
