"""What the verifier found: where, what is wrong there, how far it looked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST_FINDINGS = 1000


@dataclass(frozen=True)
class Finding:
    """Where (chain, number, subject; or seal; or table) and what is wrong there, both for people."""

    place: str
    what: str


@dataclass
class Report:
    """`checked` counts what was looked at; of the findings at most MOST_FINDINGS are kept, `found` counts all."""

    checked: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    found: int = 0

    @property
    def ok(self) -> bool:
        return self.found == 0

    def add(self, place: str, what: str) -> None:
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(place, what))

    def as_dict(self) -> dict[str, Any]:
        """For `do verify --json`."""
        rows = [{"place": finding.place, "what": finding.what} for finding in self.findings]
        return {"ok": self.ok, "checked": self.checked, "found": self.found, "findings": rows}
