"""Whole invented matters, one file each. A story names people and days, never a stage on its way; only its end is
declared, so that a story that does not arrive is noticed.
"""

from __future__ import annotations

from ..story import Story
from . import (
    about_president,
    ended_court,
    extended,
    inspection_report,
    old_number,
    on_paper,
    own_court,
    put_off,
    reopened,
    returned_opinion,
    sealed_house,
    set_aside_letter,
    slow_freeze,
    taken_over,
    three_levels,
    wages,
)

STORIES: tuple[Story, ...] = tuple(
    one.STORY
    for one in (
        on_paper,
        sealed_house,
        slow_freeze,
        ended_court,
        old_number,
        about_president,
        three_levels,
        reopened,
        returned_opinion,
        extended,
        taken_over,
        put_off,
        own_court,
        wages,
        inspection_report,
        set_aside_letter,
    )
)
"""In the order in which the matters began."""
