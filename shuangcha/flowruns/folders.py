"""Where flow data and runs lie: <data>/flow/<data set>/ and <data>/flow/runs/<run>/,
and the court's own rules beside them."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from shuangcha import flowcheck
from shuangcha.flowcheck import RuleSet

from .models import FlowDataset, FlowRun

RULES = "rules.yaml"
"""Local rules of this instance; without the file the built-in ones stand alone."""
NAME = re.compile(r"[0-9a-z][0-9a-z-]{0,79}")
_kept: tuple[tuple[str, float], RuleSet] | None = None


def root() -> Path:
    """The folder of all flow data, made (0700) when it is first asked for."""
    found = Path(settings.DATA_DIR) / "flow"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def of(dataset: FlowDataset) -> Path:
    if not NAME.fullmatch(dataset.folder):
        raise ValueError("a data set's folder is a plain name")
    return root() / dataset.folder


def of_run(run: FlowRun) -> Path:
    return root() / "runs" / str(run.uid)


def rules() -> RuleSet:
    """Built-in and local rules, read again when the local file has changed. RulesError where it cannot be used."""
    global _kept
    local = root() / RULES
    key = (str(local), local.stat().st_mtime) if local.is_file() else ("", 0.0)
    if _kept is None or _kept[0] != key:
        _kept = (key, flowcheck.load_rules(local if key[0] else None))
    return _kept[1]
