"""分派 (议题;plan/office.py)."""

from __future__ import annotations

from uuid import UUID

from .base import Content, content_of, optional_text, pick


@content_of("register.assign_todo")
class AssignTodo(Content):
    todo: str = pick("哪项待办", "own_todo")
    person: UUID = pick("承办人", "colleague", help="本机构的人员；待办仍是本机构的，机构内其他人也可以办")
    note: str = optional_text("交代", help="可以不填", most=300)
