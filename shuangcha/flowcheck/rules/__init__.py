"""The rules: one file per family; `builtin()` is the whole set, `reference_rules()` the 14 for comparison."""

from __future__ import annotations

from functools import cache

from ..model import RuleSet
from . import false, other, passive, sham
from .reference import reference_rules

__all__ = ["builtin", "extra", "reference_rules"]


@cache
def builtin() -> RuleSet:
    """All built-in rules in order of family and number."""
    return RuleSet((*passive.RULES, *other.RULES[:6], *false.RULES, *sham.RULES, *other.RULES[6:]))


@cache
def extra() -> RuleSet:
    """Rules that run only where a file of local rules asks for them."""
    return RuleSet(passive.EXTRA)
