"""The interpreter: all rules over one case in memory, compiled once into closures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from ..periods import Calendar, Period, Result, due
from .days import days_of, merged
from .kinds.base import Hit, Kind
from .laws import cite
from .model import CaseData, Finding, Rule, RuleSet
from .say import facts_of, teller, template_of
from .view import View

_Step = tuple[Rule, int, Kind, Callable[[View], Iterable[Hit]]]


class Checker:
    """A set of rules ready to judge cases on one as-of day. Signs that need other cases come in as `clusters`."""

    def __init__(self, rules: RuleSet, as_of: date, calendar: Calendar) -> None:
        self.rules, self.as_of, self.calendar = rules, as_of, calendar
        self.days = days_of(calendar)
        self.days.check(as_of)
        self._steps: list[_Step] = [
            (rule, place, check, check.judge(self.days, as_of))
            for rule in rules.rules
            for place, check in enumerate(rule.checks)
            if check.scope == "case"
        ]
        self._runnable: dict[Any, list[_Step]] = {}
        self._order = {rule.id: place for place, rule in enumerate(rules.rules)}

    def unable(self, data: CaseData) -> dict[str, tuple[str, ...]]:
        """Rules that cannot run on this case's columns → the columns that are missing."""
        present = self._present(data)
        found = {}
        for rule in self.rules.rules:
            missing = rule.lacking(present)
            if missing:
                found[rule.id] = missing
        return found

    @staticmethod
    def _present(data: CaseData) -> Callable[[str], bool]:
        case, event = data.case, (data.events[0] if data.events else None)

        def present(name: str) -> bool:
            table, column = name.split(".")
            if name in data.absent:
                return False
            if table == "cases":
                return column in case
            return column in event if table == "events" and event is not None else True

        return present

    def _steps_for(self, data: CaseData) -> list[_Step]:
        key = (tuple(data.case), tuple(data.events[0]) if data.events else None, data.absent)
        steps = self._runnable.get(key)
        if steps is None:
            unable = self.unable(data)
            if len(self._runnable) > 256:
                self._runnable.clear()
            steps = self._runnable[key] = [step for step in self._steps if step[0].id not in unable]
        return steps

    def check(self, data: CaseData, clusters: Sequence[Finding] | None = None) -> list[Finding]:
        """The findings of one case in order of rule, time and event;
        those of `clusters` with this case_id among them."""
        view = View(data, self.days, self.as_of)
        found = [
            self._finding(view, rule, place, check, hit)
            for rule, place, check, judge in self._steps_for(data)
            for hit in judge(view)
        ]
        if clusters:
            own = data.case.get("case_id")
            known = {(one.rule, one.at, one.event_ids) for one in found}
            across = {rule.id for rule in self.rules.rules if rule.scope == "cluster"}
            found += [
                one
                for one in clusters
                if one.case_id == own and one.rule in across and (one.rule, one.at, one.event_ids) not in known
            ]
        if len(found) > 1:
            found.sort(key=lambda one: (self._order[one.rule], one.at is None, one.at or 0, one.event_ids))
        return found

    def _finding(self, view: View, rule: Rule, place: int, check: Kind, hit: Hit) -> Finding:
        case = view.case
        return Finding(
            case.get("case_id") or 0,
            case.get("case_number") or "",
            case.get("court") or "",
            rule.id,
            rule.title,
            rule.family,
            hit.level or rule.severity,
            hit.at,
            hit.operator or case.get("handler"),
            tuple(hit.ids),
            hit.nominal,
            hit.due,
            facts_of(check, hit),
            teller(template_of(rule, hit), check)(hit),
            cite(rule.law_of(place), hit.at.date() if hit.at else None),
        )


_CHECKERS: dict[tuple[str, date, str], Checker] = {}


def prepare(rules: RuleSet, as_of: date, calendar: Calendar | None = None) -> Checker:
    """The compiled rules; kept, so that asking again for the same set and day costs nothing."""
    calendar = calendar or Calendar.bundled()
    key = (rules.version, as_of, calendar.version)
    found = _CHECKERS.get(key)
    if found is None:
        if len(_CHECKERS) >= 16:
            _CHECKERS.clear()
        found = _CHECKERS[key] = Checker(rules, as_of, calendar)
    return found


def check_case(
    data: CaseData,
    rules: RuleSet,
    as_of: date,
    calendar: Calendar | None = None,
    clusters: Sequence[Finding] | None = None,
) -> list[Finding]:
    """All findings of one case on `as_of`. FlowError where a date lies outside the calendar.

    `clusters`: findings of the last bulk run over the case's signs that need other cases (`read_findings`).
    """
    return prepare(rules, as_of, calendar).check(data, clusters)


def working(
    finding: Finding, data: CaseData, rules: RuleSet, as_of: date, calendar: Calendar | None = None
) -> Result | None:
    """The working of the limit of a finding, step by step with sources; None where its rule has no limit."""
    if finding.nominal is None or "start" not in finding.facts:
        return None
    calendar = calendar or Calendar.bundled()
    start = date.fromisoformat(str(finding.facts["start"]))
    reopened = View(data, days_of(calendar), as_of).reopened
    results = []
    for check in rules.by_id[finding.rule].checks:
        stops = merged(
            data.suspensions,
            getattr(check, "stops", ()),
            data.case.get("filed_on"),
            data.case.get("closed_on"),
            as_of,
            reopened,
        )
        pairs = [(date.fromordinal(a), date.fromordinal(b)) for a, b in stops]
        for name, limit in check.parameters().items():
            if name.startswith("limit") and limit:
                results.append(
                    due(start, Period.parse(limit), calendar=calendar, stops=pairs, roll=getattr(check, "rolled", True))
                )
    fitting = [one for one in results if one.due == finding.due]
    return fitting[0] if fitting else (results[0] if len(results) == 1 else None)
