"""The rules: one file per family; `builtin()` is the whole set."""

from __future__ import annotations

from functools import cache

from ..model import RuleSet
from . import false, passive, sham


@cache
def builtin() -> RuleSet:
    """All built-in rules in order of family and number."""
    return RuleSet((*false.RULES, *sham.RULES, *passive.RULES))
