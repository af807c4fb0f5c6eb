"""A data set is taken back: from then on no page shows it or its runs, and its files are gone.

Its row stays, because checks that were frozen from it name it (`FlowCheck`), and so do the records that took signs
over: they keep what they say, word for word. The files go after the transaction; what a run still had open, or a
process that was killed left behind, goes when nobody reads (`sweep`, under the lock of the runs).
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from pathlib import Path

from . import folders
from .models import FlowDataset, FlowRun, RunState


def mark(dataset: FlowDataset, *, by: int, why: str, now: dt.datetime) -> bool:
    """Inside a transaction; False where somebody was faster. Runs that wait are called off,
    one that runs stops when it looks up."""
    found = FlowDataset.objects.select_for_update().get(pk=dataset.pk)
    if found.withdrawn_at is not None:
        return False
    FlowDataset.objects.filter(pk=dataset.pk).update(withdrawn_at=now, withdrawn_by_id=by, withdrawn_why=why)
    open_ = FlowRun.objects.filter(dataset=dataset, state__in=[RunState.QUEUED, RunState.RUNNING])
    open_.update(cancel=True)
    open_.filter(state=RunState.QUEUED).update(state=RunState.CANCELLED, ended_at=now)
    return True


def free(dataset: FlowDataset) -> None:
    """Remove the files of the data and of all its runs."""
    _remove(folders.of(dataset))
    for run in FlowRun.objects.filter(dataset=dataset):
        _remove(folders.of_run(run))


def _remove(folder: Path) -> None:
    """Out of the way first, so that nobody finds half of it."""
    if not folder.is_dir():
        return
    gone = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}.gone")
    try:
        folder.rename(gone)
    except OSError:
        gone = folder
    shutil.rmtree(gone, ignore_errors=True)


def sweep() -> int:
    """Remove what is left of withdrawn data; how many folders there still were."""
    left = [folders.of(one) for one in FlowDataset.objects.exclude(withdrawn_at=None)]
    left += [folders.of_run(run) for run in FlowRun.objects.exclude(dataset__withdrawn_at=None)]
    found = [one for one in left if one.is_dir()]
    for one in found:
        _remove(one)
    for place in (folders.root(), folders.root() / "runs"):
        for gone in place.glob(".*.gone"):
            shutil.rmtree(gone, ignore_errors=True)
    return len(found)
