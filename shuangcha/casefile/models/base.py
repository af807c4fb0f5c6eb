"""What every subject of the procedure has, and the closed default manager.

A subject's row is born with stage '' and version 0; only a step can move it on (triggers hold that, `audit/guards.py`).
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models


class ClosedManager(models.Manager[Any]):
    """Refuses: rows of a matter are had through `access`, by person and purpose."""

    def get_queryset(self) -> models.QuerySet[Any]:
        raise RuntimeError("rows of the case file are fetched through access, by person and purpose")


class Row(models.Model):
    """A row of the case file: `.rows` is for the rooms below the pages, `.objects` raises."""

    rows: ClassVar[models.Manager[Any]] = models.Manager()
    objects: ClassVar[ClosedManager] = ClosedManager()

    class Meta:
        abstract = True


class Subject(Row):
    """A thing with a life of its own: one small graph of stages per kind (see `plan/moves.py`)."""

    KIND: ClassVar[str]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    stage = models.CharField(max_length=24, default="", editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
