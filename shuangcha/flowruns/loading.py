"""Data sets become known: a folder that the reader has published is looked over, named and put under <data>/flow/."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from django.db import transaction

from shuangcha.audit.chain import ZONE
from shuangcha.courts.models import Court
from shuangcha.flowcheck import FlowError
from shuangcha.flowcheck.bulk.folder import data_hash

from . import cases, folders
from .models import FlowCourt, FlowDataset

MANIFEST = "manifest.json"
NAME_MOST = 120


def new_folder(taken_at: dt.datetime) -> Path:
    """A place for a data set that is about to be read; nothing is made yet."""
    return folders.root() / f"{taken_at:%Y%m%d}-{uuid.uuid4().hex[:12]}"


Record = Callable[[FlowDataset], None]
"""Called in the transaction in which a data set becomes known:
who may write the chain leaves the step there (acts.flow_data)."""


def adopt(
    folder: Path,
    *,
    name: str,
    taken_at: dt.datetime | None = None,
    by: int | None,
    now: dt.datetime,
    told: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
    record: Record | None = None,
) -> FlowDataset:
    """Index and register a published folder under <data>/flow/, whole or not at all. Its courts are those of its cases;
    a name that is no court's covers nobody.

    `taken_at`: the moment where it is known better than by its day. `progress`: cases indexed, of how many.

    FlowError where the folder is no data set or the index could not be written; the folder is removed then.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        day = dt.datetime.fromisoformat(manifest["taken_at"])
        rows, events = _counted(folder)
    except (OSError, ValueError, KeyError, duckdb.Error) as wrong:
        shutil.rmtree(folder, ignore_errors=True)
        raise FlowError("读入的数据不完整，没有登记；请重新读入。") from wrong
    taken_at = taken_at or (day if day.tzinfo else day.replace(tzinfo=ZONE))
    try:
        cases.build(folder, progress)
        return _registered(folder, rows, events, name=name, taken_at=taken_at, by=by, now=now, told=told, record=record)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _registered(
    folder: Path,
    rows: list[tuple[str, int]],
    events: int,
    *,
    name: str,
    taken_at: dt.datetime,
    by: int | None,
    now: dt.datetime,
    told: dict[str, Any] | None,
    record: Record | None,
) -> FlowDataset:
    courts = resolve(written for written, _ in rows)
    with transaction.atomic():
        dataset = FlowDataset.objects.create(
            name=name[:NAME_MOST],
            folder=folder.name,
            taken_at=taken_at,
            sha256=data_hash(folder),
            cases=sum(n for _, n in rows),
            events=events,
            loaded_by_id=by,
            loaded_at=now,
            told=json.dumps(
                {
                    **(told or {}),
                    "courts": {written: court.code for written, court in courts.items()},
                    "unknown": {written: n for written, n in rows if written not in courts},
                },
                ensure_ascii=False,
            ),
        )
        covered: dict[int, int] = {}
        for written, n in rows:
            if written in courts:
                covered[courts[written].pk] = covered.get(courts[written].pk, 0) + n
        FlowCourt.objects.bulk_create([FlowCourt(dataset=dataset, court_id=pk, cases=n) for pk, n in covered.items()])
        if record is not None:
            record(dataset)
    return dataset


def resolve(written: Any) -> dict[str, Court]:
    """The courts that are meant by 法院代字 or by name, as written in the data. One statement."""
    known: dict[str, Court] = {}
    for court in Court.objects.order_by("-pk"):
        known[court.code] = known[court.name] = court
    return {one: known[one.strip()] for one in written if one and one.strip() in known}


def courts_in(folder: Path) -> list[tuple[str, int]]:
    """(court as written, cases) of a published folder."""
    return _counted(folder)[0]


def _counted(folder: Path) -> tuple[list[tuple[str, int]], int]:
    db = duckdb.connect(config={"memory_limit": "512MB", "threads": 1})
    try:
        rows = db.execute(
            "SELECT coalesce(court, ''), count(*) FROM read_parquet(?) GROUP BY 1 ORDER BY 1",
            [str(folder / "cases.parquet")],
        )
        courts = [(str(court), int(n)) for court, n in rows.fetchall()]
        events = db.execute("SELECT count(*) FROM read_parquet(?)", [str(folder / "events.parquet")]).fetchone()
    finally:
        db.close()
    return courts, int(events[0]) if events else 0
