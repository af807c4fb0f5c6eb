"""The result of the last verification, kept beside the seals:
who asks how the ledger stands need not verify it again."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from .chain import ZONE
from .findings import Report
from .seal import write_whole

NAME = "verified.json"
"""Not a number: the seals of the folder are `00000001.json` and so on."""


@dataclass(frozen=True, slots=True)
class Kept:
    ok: bool
    found: int
    at: dt.datetime
    checked: dict[str, int]


def keep(folder: Path, report: Report, at: dt.datetime) -> None:
    """Write the result of a verification of this folder; a folder that cannot be written stays as it is."""
    told = {"ok": report.ok, "found": report.found, "checked": report.checked, "at": at.isoformat()}
    with contextlib.suppress(OSError):
        write_whole(folder / NAME, (json.dumps(told, ensure_ascii=False) + "\n").encode())


def last(folder: Path) -> Kept | None:
    """The last result; None where there was none or the file is damaged. It is no proof:
    anybody who writes there could write it."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        at = dt.datetime.fromisoformat(told["at"]).astimezone(ZONE)
        return Kept(bool(told["ok"]), int(told["found"]), at, dict(told["checked"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
