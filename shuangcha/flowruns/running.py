"""Bulk runs as background work: asked for on a page, carried out one at a time by a process of its own.

The worker's queue only starts that process, so a run of an hour holds up neither seals nor notices. Whoever runs holds
the lock file; the kernel lets go of it with the process, however that ends. A row that says "running" while nobody
holds the lock is therefore stale, and is told so.
"""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from shuangcha import flowcheck
from shuangcha.courts import calendar
from shuangcha.courts.models import Person
from shuangcha.flowcheck import Cancelled, FlowError

from . import cases, folders, incoming, listing, withdrawing
from .models import FlowDataset, FlowRun, RunState

logger = logging.getLogger(__name__)
EVERY_SECONDS = 0.5
"""How often progress is written and a cancellation looked for."""
MEMORY_MB = 1500
THREADS = 2
STARTER = "shuangcha.flowruns.running.start"
STALE = "检查程序中途停止，没有留下结果。可以重新开始。"
STOPPED = "系统停止时检查被中断，没有留下结果。可以重新开始。"
BROKEN = "检查程序出错，已记入运行日志。请联系系统管理员；可以重新开始。"
NO_ROOM = "磁盘空间不足，没有留下结果。请清理磁盘后重新开始。"
NO_MEMORY = "内存不足，没有留下结果。请在空闲时重新开始，或者按法院拆分数据。"


WITHDRAWN = "这份流程数据已经撤回，不能再检查。请选择另一份数据。"


class Stopped(Exception):
    """The process was told to end."""


# --- asked for on a page ----------------------------------------------------------------------------------------------
def ask(
    dataset: FlowDataset, as_of: dt.date, by: Person | int | None, now: dt.datetime, *, wake_up: bool = True
) -> FlowRun:
    """A queued run; the one that already waits or runs for the same data and day where there is one (a double click).

    FlowError where the data were withdrawn meanwhile.
    """
    with transaction.atomic():
        if FlowDataset.objects.select_for_update().get(pk=dataset.pk).withdrawn_at is not None:
            raise FlowError(WITHDRAWN)
        open_ = FlowRun.objects.filter(
            dataset=dataset, as_of=as_of, state__in=[RunState.QUEUED, RunState.RUNNING], cancel=False
        )
        found = open_.first()
        if found is None:
            who = by.pk if isinstance(by, Person) else by
            found = FlowRun.objects.create(dataset=dataset, as_of=as_of, asked_by_id=who, asked_at=now)
    if wake_up:
        wake()
    return found


def wake() -> None:
    """Let the worker start the process within a second or two; the minute's job would do it too."""
    from django_q.tasks import async_task

    async_task(STARTER)


def call_off(run: FlowRun, now: dt.datetime) -> None:
    """A waiting run is cancelled at once, a running one as soon as its process looks up."""
    FlowRun.objects.filter(pk=run.pk, state__in=[RunState.QUEUED, RunState.RUNNING]).update(cancel=True)
    FlowRun.objects.filter(pk=run.pk, state=RunState.QUEUED).update(state=RunState.CANCELLED, ended_at=now)


# --- the worker ----------------------------------------------------------------------------------------------------
def start() -> dict[str, int]:
    """Mark what is stale and start the process where something waits and nobody runs. Safe to repeat."""
    stale = 0
    with _lock() as mine:
        if mine:
            stale = _mend()
    waiting = FlowRun.objects.filter(state=RunState.QUEUED).count() + len(incoming.waiting()) if mine else 0
    if waiting:
        subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "flow-run"],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "shuangcha.conf.settings"},
        )
    return {"stale": stale, "waiting": waiting}


def work(load: Callable[[incoming.Incoming], Any] | None = None) -> int:
    """Carry out what waits: confirmed uploads through `load`, then runs, one after the other; how many.

    Nothing where another process is at it.
    """
    count = 0
    with _lock() as mine:
        if not mine:
            return 0
        _mend()
        while True:
            if load is not None and (sent := incoming.waiting()):
                load(sent[0])
            elif (run := _claim()) is not None:
                carry_out(run)
            else:
                break
            count += 1
    return count


@contextmanager
def _lock() -> Iterator[bool]:
    handle = os.open(folders.root() / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _mend() -> int:
    """Under the lock: whatever says it runs does not, and nobody reads the files of what was withdrawn."""
    withdrawing.sweep()
    read = incoming.mend()
    stale = FlowRun.objects.filter(state=RunState.RUNNING)
    gone = stale.filter(cancel=True).update(state=RunState.CANCELLED, ended_at=timezone.now())
    return read + gone + stale.filter(cancel=False).update(state=RunState.FAILED, why=STALE, ended_at=timezone.now())


def _claim() -> FlowRun | None:
    while (
        run := FlowRun.objects.filter(state=RunState.QUEUED).select_related("dataset").order_by("id").first()
    ) is not None:
        try:
            with transaction.atomic():
                taken = FlowRun.objects.filter(pk=run.pk, state=RunState.QUEUED, cancel=False).update(
                    state=RunState.RUNNING, started_at=timezone.now()
                )
        except IntegrityError:  # the database holds it too: one at a time
            return None
        if taken:
            run.refresh_from_db()
            return run
        FlowRun.objects.filter(pk=run.pk, state=RunState.QUEUED).update(
            state=RunState.CANCELLED, ended_at=timezone.now()
        )
    return None


def carry_out(run: FlowRun) -> None:
    """Check the whole data set; the row says how it ended, and why where it did not."""
    out = folders.of_run(run)
    try:
        shutil.rmtree(out, ignore_errors=True)
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        rules = folders.rules()
        told = _Told(run)
        cases.ensure(
            folders.of(run.dataset), lambda done, total: told.progress(0, 1, f"建立单案索引，{done}/{total}件")
        )
        summary = flowcheck.check_folder(
            folders.of(run.dataset),
            out,
            rules=rules,
            as_of=run.as_of,
            progress=told.progress,
            cancelled=told.cancelled,
            memory_mb=MEMORY_MB,
            threads=THREADS,
            calendar=calendar.current(),
        )
        if told.cancelled(now=True):
            raise Cancelled
        listing.prepare(out, json.loads(run.dataset.told).get("courts", {}), rules, folders.of(run.dataset))
        if told.cancelled(now=True):  # also where the data were withdrawn meanwhile
            raise Cancelled
        done = _summary(summary)
        _end(run, RunState.DONE, rule_version=summary.rule_version, summary=json.dumps(done, ensure_ascii=False))
    except Cancelled:
        shutil.rmtree(out, ignore_errors=True)
        _end(run, RunState.CANCELLED)
    except BaseException as wrong:
        shutil.rmtree(out, ignore_errors=True)
        _end(run, RunState.FAILED, why=_sentence(wrong)[:400])
        if not isinstance(wrong, Exception):
            raise


def _summary(summary: Any) -> dict[str, Any]:
    return {
        "cases": summary.cases,
        "events": summary.events,
        "findings": dict(summary.findings),
        "seconds": round(summary.seconds, 2),
        "unable": {rule: list(columns) for rule, columns in summary.unable.items()},
        "data_hash": summary.data_hash,
    }


def _sentence(wrong: BaseException) -> str:
    """Why a run did not end well; what is nobody's business but the operator's goes to the log."""
    if isinstance(wrong, FlowError):
        return str(wrong)
    if isinstance(wrong, Stopped | KeyboardInterrupt | SystemExit):
        return STOPPED
    full = (isinstance(wrong, OSError) and wrong.errno == errno.ENOSPC) or "No space left" in str(wrong)
    if full:
        return NO_ROOM
    if isinstance(wrong, MemoryError | duckdb.OutOfMemoryException):
        return NO_MEMORY
    logger.error("flow run failed", exc_info=wrong)
    return BROKEN


def _end(run: FlowRun, state: RunState, **more: Any) -> None:
    FlowRun.objects.filter(pk=run.pk).update(state=state, ended_at=timezone.now(), doing="", **more)


class _Told:
    """What the engine tells and asks while it runs, passed on at most twice a second."""

    def __init__(self, run: FlowRun) -> None:
        self.pk, self.written, self.asked, self.off = run.pk, 0.0, 0.0, False

    def progress(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if done < total and now - self.written < EVERY_SECONDS:
            return
        self.written = now
        FlowRun.objects.filter(pk=self.pk).update(done=done, total=total, doing=what[:120])

    def cancelled(self, now: bool = False) -> bool:
        at = time.monotonic()
        if not self.off and (now or at - self.asked >= EVERY_SECONDS):
            self.asked = at
            self.off = FlowRun.objects.filter(pk=self.pk, cancel=True).exists()
        return self.off
