"""Forms with a face of their own. The move, its content, its door and its errors stay those of every other form
(desk/moves.py); only the drawing is made for the work: a record by its method, an answer with its evidence, a report
beside the points it must cover.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from shuangcha.access.refusals import NotFound

from .typed import Typed

if TYPE_CHECKING:
    from shuangcha.acts.door import Outcome

    from .move_form import Asked

Fields = list[dict[str, Any]]
PART = "/"
"""Stands in a draft's place between the subject's uid and the part of it that the form is about."""


class Face:
    """How one move's form is drawn. `template` extends or replaces move_form.html and posts to the same address."""

    template = "move_form"

    def prepare(self, asked: Asked, typed: Typed) -> None:
        """Before the form is first opened: more than acts/prefill.py knows, from the address."""

    def brought(self, asked: Asked, typed: Typed) -> None:
        """After a draft was restored: what the address brings along all the same."""

    def part(self, asked: Asked) -> str:
        """Which part of the subject the form is about (`/2`), where each has a draft of its own."""
        return ""

    def settle(self, asked: Asked, typed: Typed) -> None:
        """After the form was sent, by whatever button: what follows from what was typed (a court from a number)."""

    def wrong(self, asked: Asked, typed: Typed) -> dict[str, str]:
        """What only this page asks, by field; everything else is asked at the door."""
        return {}

    def after(self, asked: Asked, outcome: Outcome) -> None:
        """Once the act is done: what else was asked for on the same form."""

    def about(self, asked: Asked, typed: Typed, fields: Fields) -> dict[str, Any]:
        """Further context of the template."""
        return {}

    def preview(self, asked: Asked, typed: Typed) -> HttpResponse:
        """What is typed, as it will print. A form without one has no such page."""
        raise NotFound


def of(move_key: str) -> Face | None:
    from .answer_form import AnswerForm
    from .flow_form import SystemCheckForm
    from .record_form import RecordForm
    from .register_page import RegisterForm
    from .report_editor import ReportEditor

    if not _FACES:
        from .layouts import SHEETS

        _FACES.update(dict.fromkeys((f"record.{method}" for method in SHEETS), RecordForm()))
        _FACES["record.system_check"] = SystemCheckForm()
        _FACES["clue.register"] = RegisterForm()
        _FACES["round.answer_point"] = AnswerForm()
        _FACES.update(dict.fromkeys(("report.draft", "report.revise"), ReportEditor()))
    return _FACES.get(move_key)


_FACES: dict[str, Face] = {}
