"""Why not: each guard answers None, or one sentence that stands under the greyed button and in the refusal.

`registry` holds them by name; the rows of `plan/moves.py` name them;
`intake` and `outcome` are the two halves of the way.
"""

from . import intake as intake
from . import outcome as outcome
from .outcome import involved_in
from .registry import GUARDS, Guard, guard, why_not

__all__ = ["GUARDS", "Guard", "guard", "involved_in", "why_not"]
