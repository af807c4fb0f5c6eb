"""What a told matter is: its key, what it is about, how it is played and where it must end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .scenes import Teller


@dataclass(frozen=True)
class Story:
    """`ends` is the stage at which the matter (or, where none is born, the clue) must stand when the story is told."""

    key: str
    title: str
    play: Callable[[Teller], None]
    ends: str = "archived"
