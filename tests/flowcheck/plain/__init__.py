"""The signs of 系统检查 written a third time, from the texts alone: dossier §5 to §7, the design note, the printed rules.

Plain loops over plain rows, one function per sign, with what the text says above it. Nothing of the engine is used:
only `shuangcha.periods`, which has tests of its own. What the texts leave open is in docs/decisions (readings of the
signs). Slow and simple on purpose: this is the yardstick of `test_plain.py`.
"""

from .base import Data, Hit, load
from .signs import REFERENCE, SIGNS, judge

__all__ = ["REFERENCE", "SIGNS", "Data", "Hit", "judge", "load"]
