"""What an investigation leaves: records of the six ways, answers with evidence, the report (方案四(七), 四(八))."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shuangcha.courts.models import Person

from .base import Row, Subject
from .matter import Matter, Point, Round


class Material(Row):
    """An attachment; its bytes lie in the data folder under their hash, never under their name."""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=160)
    media = models.CharField(max_length=80)
    clue = models.ForeignKey("casefile.Clue", models.PROTECT, null=True, blank=True, related_name="materials")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="materials")
    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    original = models.BooleanField(default=False, help_text="原始信访件: never part of what is handed down")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sha256"], name="material_sha")]


class Record(Subject):
    """调查记录 of one of the six ways; `payload` is the canonical JSON of that way's own content model."""

    KIND = "record"

    round = models.ForeignKey(Round, models.PROTECT, related_name="records")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="records")
    method = models.CharField(max_length=16)
    n = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    held_on = models.DateField()
    payload = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["matter", "n"], name="record_n")]


class Answer(Row):
    """A finding on one 核查要点 in one round: 属实/部分属实/不属实/查无实据, with evidence."""

    point = models.ForeignKey(Point, models.PROTECT, related_name="answers")
    round = models.ForeignKey(Round, models.PROTECT, related_name="answers")
    finding = models.CharField(max_length=16)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["point", "round"], name="answer_once_a_round")]


class EvidenceLink(Row):
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="evidence")
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="+")
    material = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")
    page = models.CharField(max_length=40, blank=True)


class Report(Subject):
    """调查报告 of one round; its texts are kept as versions."""

    KIND = "report"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="reports")
    round = models.ForeignKey(Round, models.PROTECT, related_name="reports")
    version_no = models.PositiveSmallIntegerField(default=0)
    thin = models.BooleanField(default=False, help_text="thin is marked, and still on time")
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_on = models.DateField(null=True, blank=True)


class ReportVersion(Row):
    """The four parts of 方案四(八) as they stood in one version."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    n = models.PositiveSmallIntegerField()
    process = models.TextField("调查经过")
    facts = models.TextField("查明事实")
    analysis = models.TextField("问题分析")
    proposal = models.TextField("处理意见")
    dissent = models.TextField("不同意见", blank=True)
    drafter = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "n"], name="report_version_n")]
