"""What the room speaks of: one case's rows, a rule, a finding, a set of rules, and the errors. Plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .kinds.base import Kind

Scalar = str | int | float | bool | date | None

PASSIVE, SELECTIVE, DISORDERLY, FALSE, SHAM, MANAGEMENT = (
    "消极执行",
    "选择性执行",
    "乱执行",
    "数据造假",
    "虚假结案",
    "管理问题",
)
FAMILIES = (PASSIVE, SELECTIVE, DISORDERLY, FALSE, SHAM, MANAGEMENT)
SEVERITIES = ("high", "medium", "low")


class FlowError(ValueError):
    """Data that cannot be judged as it is (a date outside the calendar, a table missing); one Chinese sentence."""


class RulesError(FlowError):
    """A file of local rules that cannot be used; the sentence names the file and the line."""


class Cancelled(Exception):
    """The run was called off; nothing was published."""


@dataclass(frozen=True)
class CaseData:
    """One case: rows as plain mappings keyed by the columns of `schema`; an absent column is an absent key."""

    case: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]] = ()
    suspensions: Sequence[Mapping[str, Any]] = ()
    money: Sequence[Mapping[str, Any]] = ()
    parties: Sequence[Mapping[str, Any]] = ()
    alerts: Sequence[Mapping[str, Any]] = ()
    petitions: Sequence[Mapping[str, Any]] = ()
    absent: frozenset[str] = frozenset()
    """table.column that the source does not have: rules that need one are unable, not silent by chance."""


@dataclass(frozen=True)
class Source:
    """A citation as it stood on the day of the act. `mark`: how sure it is (S plan, V seen, L local, M memory,
    D design)."""

    law: str
    version: str
    article: str
    mark: str

    def __str__(self) -> str:
        version = f"（{self.version}）" if self.version else ""
        return f"{self.law}{version}{self.article}"


@dataclass(frozen=True)
class Finding:
    """A sign (风险信号), never a finding of guilt. `nominal`/`due`: the computed limit before and after stops and roll.

    `case_id` is 0 and `case_number` empty for a sign of an officer or a court as a whole.
    """

    case_id: int
    case_number: str
    court: str
    rule: str
    title: str
    family: str
    severity: str
    at: datetime | None
    operator: str | None
    event_ids: tuple[int, ...]
    nominal: date | None
    due: date | None
    facts: Mapping[str, Scalar]
    reason: str
    source: Source | None


@dataclass(frozen=True)
class Rule:
    """One rule, declared in one place: what it is called, where it comes from, what it tests, and what excuses it.

    `checks`: one or more kinds with their parameters; the rule fires where any of them does. `law`: key of `laws.LAWS`;
    `laws`: one key for each check where they differ. `reason` and `reason_open` (nothing was done yet): sentences with
    the facts in braces. `marks`: source mark of each parameter (none: ours, D). `innocent`: known innocent causes;
    those the data can show are already left out.
    """

    id: str
    title: str
    family: str
    severity: str
    checks: tuple[Kind, ...]
    law: str
    reason: str
    reason_open: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    innocent: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """case | cluster (needs other cases) | officer | court."""
        order = ("case", "cluster", "officer", "court")
        return max((check.scope for check in self.checks), key=order.index)

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns (table.column) without which the rule cannot run."""
        return tuple(dict.fromkeys(name for check in self.checks for name in check.needs()))

    def lacking(self, present: Callable[[str], bool]) -> tuple[str, ...]:
        """The needed columns that are not there. "a|b" is met by either; where neither is there both are named."""
        missing = (need.split("|") for need in self.needs)
        return tuple(name for either in missing if not any(map(present, either)) for name in either)

    def law_of(self, check: int) -> str:
        """The key in `laws.LAWS` for that check, counted from 0."""
        return self.laws[check] if self.laws else self.law

    def places(self) -> dict[str, tuple[int, str]]:
        """Parameter → (number of its check, its field). A name that an earlier check has gets the number: `limit_2`."""
        found: dict[str, tuple[int, str]] = {}
        for place, check in enumerate(self.checks):
            for name in check.parameters():
                found[name if name not in found else f"{name}_{place + 1}"] = (place, name)
        return found

    def parameters(self) -> dict[str, Any]:
        """Parameter → value, of every check, by the names of `places`."""
        return {name: getattr(self.checks[place], own) for name, (place, own) in self.places().items()}

    def mark_of(self, name: str) -> str:
        """The source mark of a parameter: its own, else that of the same parameter of the first check,
        else D (ours)."""
        return self.marks.get(name) or self.marks.get(self.places()[name][1]) or "D"


@dataclass(frozen=True)
class RuleSet:
    """Rules in order. `version`: hash of declarations with their parameters."""

    rules: tuple[Rule, ...]

    @cached_property
    def version(self) -> str:
        return hashlib.sha256("\n".join(map(repr, self.rules)).encode()).hexdigest()[:16]

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def subset(self, ids: Sequence[str]) -> RuleSet:
        """The rules of these ids, in the order of the set; KeyError for an unknown id."""
        wanted = {self.by_id[one].id for one in ids}
        return replace(self, rules=tuple(rule for rule in self.rules if rule.id in wanted))

    def scoped(self, *scopes: str) -> RuleSet:
        """The rules of these scopes: `scoped("case")` are those that one case alone can answer."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.scope in scopes))


@dataclass(frozen=True)
class Summary:
    """What a run over a folder did. `findings`: rule → count (0 included); `unable`:
    rule → columns that are missing."""

    cases: int
    events: int
    findings: Mapping[str, int]
    unable: Mapping[str, tuple[str, ...]]
    rule_version: str
    data_hash: str
    as_of: date
    engine: str
    seconds: float
