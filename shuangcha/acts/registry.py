"""Imports every handler and content model once, so that rows, handlers and contents can be compared."""

from . import (
    agenda,
    assignment,
    clue,
    corrections,
    duty,
    handing,
    inquiry,
    meeting,
    office,
    outcome,
    reminding,
    repeats,
)
from .act import CHECKS, HANDLERS
from .contents import assignment as assignment_contents
from .contents import clue as clue_contents
from .contents import handing as handing_contents
from .contents import inquiry as inquiry_contents
from .contents import meeting as meeting_contents
from .contents import office as office_contents
from .contents import outcome as outcome_contents
from .contents import reminding as reminding_contents
from .contents.base import CONTENTS

MODULES = (
    agenda,
    assignment,
    clue,
    corrections,
    duty,
    handing,
    inquiry,
    meeting,
    office,
    outcome,
    reminding,
    repeats,
    assignment_contents,
    clue_contents,
    handing_contents,
    inquiry_contents,
    meeting_contents,
    office_contents,
    outcome_contents,
    reminding_contents,
)
__all__ = ["CHECKS", "CONTENTS", "HANDLERS", "MODULES"]
