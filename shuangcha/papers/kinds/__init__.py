"""The printable papers: one file each, with SUBJECT (the kind of subject it is about) and build(subject)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from shuangcha.plan.papers import PAPERS

from ..document import Document


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    subject: str
    build: Callable[[Any], Document]
    covers: Callable[[Any], list[Any]] | None
    """Further subjects whose content the paper shows: whoever may not see one of them does not get the paper."""


def _kind(key: str) -> Kind:
    module = import_module(f"{__name__}.{key}")
    return Kind(key, module.SUBJECT, module.build, getattr(module, "covers", None))


KINDS: dict[str, Kind] = {key: _kind(key) for key, paper in PAPERS.items() if paper.printable}
