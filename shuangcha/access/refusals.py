"""How the system says no: always one Chinese sentence, and the HTTP status that both faces use."""

from __future__ import annotations


class Refused(Exception):
    """An act is refused. `field` names the content field to mend, in dotted form (points.0.text)."""

    status = 403

    def __init__(self, sentence: str, *, field: str = "", errors: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.errors = errors or ({field: sentence} if field else {})


class NotFound(Refused):
    """404: unknown, of no concern to this person, or recused: the same answer for all three."""

    status = 404

    def __init__(self) -> None:
        super().__init__("没有找到，或者与您无关。")


class NotAllowed(Refused):
    """403: visible, but not this person's to do."""


class Stale(Refused):
    """409: somebody else was first, or the page is old."""

    status = 409


class Invalid(Refused):
    """422: what was entered cannot be."""

    status = 422
