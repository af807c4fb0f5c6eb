"""What the tests cost: processor seconds of each file, its own child processes included, and how fast the machine was.

A session writes them where SHUANGCHA_TEST_TIMES says; `go.py test` reads the sessions of both engines and judges.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

_FILE = "SHUANGCHA_TEST_TIMES"
LOOP = 0.01
"""Processor seconds of `loop()` on the machine whose figures stand in tests/budget.py."""


def loop() -> float:
    """Processor seconds of a fixed piece of work: what the same tests cost here and now against there and then."""
    began = time.process_time()
    for n in range(4):
        rows = {str(one): hashlib.sha256(b"%d" % (one * n)).hexdigest() for one in range(1600)}
        sorted(rows.items(), key=lambda row: row[1])
    return time.process_time() - began


class Times:
    """One process of a session, or the session that its workers report to."""

    def __init__(self) -> None:
        self.files: dict[str, list[float]] = {}
        self.loops: list[float] = []
        self.left = ""
        """The file of the last test."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        file = item.nodeid.split("::")[0]
        if file != self.left:
            self.left = file
            self.loops.append(loop())
        began = _spent()
        try:
            return (yield)
        finally:
            self.add(file, _spent() - began, 1)

    def add(self, file: str, seconds: float, tests: float) -> None:
        row = self.files.setdefault(file, [0.0, 0])
        row[0] += seconds
        row[1] += tests

    def told(self) -> dict[str, Any]:
        return {"files": self.files, "loops": self.loops}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """With xdist only the workers ran tests."""
        told = getattr(node, "workeroutput", {}).get("times")
        if told:
            self.loops += told["loops"]
            for file, (seconds, tests) in told["files"].items():
                self.add(file, seconds, tests)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["times"] = self.told()
        elif _FILE in os.environ:
            Path(os.environ[_FILE]).write_text(json.dumps(self.told()), encoding="utf-8")


def _spent() -> float:
    """This process and those of its children that have ended."""
    found = os.times()
    return found.user + found.system + found.children_user + found.children_system
