"""Many processes that act at one moment on one database.

The caller is a program of its own (see `scenarios`), with Django set up and nothing else: each job runs in a forked
process with a connection of its own, and all of them pass one barrier before they act.
"""

from __future__ import annotations

import multiprocessing
import re
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection, connections

from shuangcha.access.refusals import Refused

Job = Callable[[], Any]
CHINESE = re.compile(r"[\u4e00-\u9fff].*。$", re.S)
WAIT_SECONDS = 90


@dataclass
class Told:
    """What one process was told: an outcome, a refusal with its status and sentence, or a failure."""

    outcome: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    sentence: str = ""
    broken: str = ""

    @property
    def executed(self) -> bool:
        return self.outcome.get("status") == "executed"

    @property
    def proper(self) -> bool:
        """Done, or refused for one of the two reasons that a race may have, with one Chinese sentence."""
        if self.broken:
            return False
        return self.status == 200 or (self.status in (403, 409) and bool(CHINESE.search(self.sentence)))


def at_once(jobs: Sequence[Job]) -> list[Told]:
    """Run every job in a process of its own, all from the same moment; what each was told, in the order of the jobs."""
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    barrier = processes.Barrier(len(jobs))
    started = []
    for job in jobs:
        mine, theirs = processes.Pipe(duplex=False)
        child = processes.Process(target=_act, args=(job, barrier, theirs))
        child.start()
        theirs.close()
        started.append((child, mine))
    told = []
    for child, mine in started:
        told.append(_heard(mine))
        child.join(WAIT_SECONDS)
    return told


def _heard(pipe: Any) -> Told:
    try:
        if pipe.poll(WAIT_SECONDS):
            return Told(**pipe.recv())
        return Told(broken=f"no answer within {WAIT_SECONDS} s")
    except EOFError:
        return Told(broken="the process died without an answer")


def _act(job: Job, barrier: Any, pipe: Any) -> None:
    try:
        connection.ensure_connection()
        barrier.wait(WAIT_SECONDS)
        told = Told(outcome=asdict(job()))
    except Refused as no:
        told = Told(status=no.status, sentence=no.sentence)
    except Exception:
        told = Told(broken=traceback.format_exc())
    pipe.send(asdict(told))
    pipe.close()
    connection.close()
