"""What is kept of 系统检查: which data were loaded, which runs were asked for, and what a check of one case found.

The data themselves are Parquet files under <data>/flow/ (see `folders`). This room writes its rows itself (house §6,
"flow data and runs"); losing a run loses no fact of a file: what a team takes over stands in its filed record. JSON is
kept as text: a JSON column's check calls a function that a SQLite file with an untrusted schema refuses.
"""

from __future__ import annotations

import uuid

from django.db import models

from shuangcha.casefile.models import Round
from shuangcha.courts.models import Court, Person


class FlowDataset(models.Model):
    """Flow data as they stood at one moment. `folder`: name under <data>/flow/; `sha256`: over all its tables."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    folder = models.CharField(max_length=80, unique=True)
    taken_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    cases = models.PositiveBigIntegerField(default=0)
    events = models.PositiveBigIntegerField(default=0)
    told = models.TextField(default="{}")
    """JSON: {courts: {as written: 法院代字}, unknown: [as written], rejected, noted}."""
    loaded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    """Since then no page shows the data or their runs, and their files are gone; what was frozen from them stays."""
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_why = models.CharField(max_length=400, default="")

    class Meta:
        indexes = [models.Index(fields=["-taken_at", "-id"], name="flow_dataset_newest")]


class FlowCourt(models.Model):
    """A court that a data set covers. Who reaches none of these courts sees nothing of the data."""

    dataset = models.ForeignKey(FlowDataset, on_delete=models.CASCADE, related_name="courts")
    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="+")
    cases = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "court"], name="flow_court_once")]


class RunState(models.TextChoices):
    QUEUED = "queued", "等待运行"
    RUNNING = "running", "正在检查"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已取消"


class FlowRun(models.Model):
    """One run of all rules over one data set. At most one runs at a time: the database holds that too."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dataset = models.ForeignKey(FlowDataset, on_delete=models.PROTECT, related_name="runs")
    as_of = models.DateField()
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=120, default="")
    cancel = models.BooleanField(default=False)
    why = models.CharField(max_length=400, default="")
    rule_version = models.CharField(max_length=64, default="")
    summary = models.TextField(default="{}")
    """JSON: {cases, events, findings: {rule: count}, unable: {rule: [column]}, seconds}."""
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-id", "state"], name="flow_run_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="running"), name="flow_run_one_at_a_time"
            )
        ]

    @property
    def open(self) -> bool:
        return self.state in (RunState.QUEUED, RunState.RUNNING)

    @property
    def percent(self) -> int:
        if self.state == RunState.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


class FlowCheck(models.Model):
    """One case checked for one round of inquiry, frozen: `result` is never written again and `sha256` is over its
    bytes."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    dataset = models.ForeignKey(FlowDataset, on_delete=models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=80)
    taken_at = models.DateTimeField()
    data_hash = models.CharField(max_length=64)
    rule_version = models.CharField(max_length=64)
    as_of = models.DateField()
    result = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "dataset", "case_number", "rule_version", "as_of"], name="flow_check_once"
            )
        ]
