"""催办."""

from __future__ import annotations

from .base import Content, content_of, long_text


@content_of("assignment.remind", "duty.remind")
class Remind(Content):
    text: str = long_text("催办内容", most=1000, default="", example="期限将届满，请抓紧报送")
