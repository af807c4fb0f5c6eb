"""What comes out of Word, a mobile phone or a web page together with the text, and is no text: taken out as it is read.

Styles fall away in the browser (every field is plain text). Left are spaces of other kinds, line ends of other systems,
and signs that nobody sees. Emoji and rare characters are text and stay as they are, sequences of several emoji whole.
"""

from __future__ import annotations

import re
import unicodedata

_LINES = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SPACES = re.compile(r"[^\S\n]")
_TRAILING = re.compile(r" +(?=\n|$)")
_EMOJI = r"[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_JOINED = re.compile(rf"(?<={_EMOJI})(\ufe0f?)\u200d(?={_EMOJI})|(?<={_EMOJI}\ufe0f)()\u200d(?={_EMOJI})")
_KEPT = "\ue0f0"
"""Stands for a joiner inside an emoji while the others are taken out."""


def pasted(text: str) -> str:
    """The text as a person would have typed it: LF, ordinary spaces, nothing invisible.
    Control characters are left to be refused."""
    if text.isascii() and "\r" not in text and "\t" not in text and "\x0b" not in text:
        return text
    text = _LINES.sub("\n", text)
    text = _SPACES.sub(" ", text)
    text = _JOINED.sub(lambda found: f"{found[1] or ''}{_KEPT}", text)
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return _TRAILING.sub("", text.replace(_KEPT, "\u200d"))
